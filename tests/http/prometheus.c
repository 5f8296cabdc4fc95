/* A strict reader of Prometheus' text format 0.0.4: stricter than its consumers are. Every series
 * needs its HELP and TYPE before it, families stand together, no series comes twice, a counter's
 * name ends in _total and its value is no fraction, a histogram's buckets rise to +Inf and agree
 * with _count. */
#include "http/http_suite.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILIES_MAX = 200, SERIES_MAX = 20000, NAME_MAX_BYTES = 100, LINE_MAX_BYTES = 1000 };

typedef struct family {
    char name[NAME_MAX_BYTES];
    char type[16];
    bool has_help;
    bool is_over; /* another one has begun */
    unsigned samples;
} family;

/* Where a histogram's series stands while its buckets come. */
typedef struct bucket_state {
    char labels[LINE_MAX_BYTES];
    double bound;
    double count;
    bool has_infinity;
} bucket_state;

typedef struct reader {
    unsigned line;
    unsigned problems;
    family families[FAMILIES_MAX];
    size_t family_count;
    char *series[SERIES_MAX];
    size_t series_count;
    bucket_state buckets;
} reader;

static void problem(reader *self, const char *format, ...)
{
    va_list arguments;

    printf("line %u: ", self->line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    self->problems++;
}

static size_t name_size(const char *text)
{
    size_t size = 0;

    while (isalnum((unsigned char)text[size]) || text[size] == '_' || text[size] == ':')
        size++;
    return isdigit((unsigned char)text[0]) ? 0 : size;
}

static family *family_of(reader *self, const char *name, size_t size, bool makes)
{
    for (size_t i = 0; i < self->family_count; i++)
        if (strlen(self->families[i].name) == size &&
            memcmp(self->families[i].name, name, size) == 0)
            return &self->families[i];
    if (!makes || size == 0 || size >= NAME_MAX_BYTES || self->family_count == FAMILIES_MAX)
        return NULL;
    for (size_t i = 0; i < self->family_count; i++)
        self->families[i].is_over = true;
    memcpy(self->families[self->family_count].name, name, size);
    return &self->families[self->family_count++];
}

/* ---- comments ---- */

static bool is_type(const char *text)
{
    return strcmp(text, "counter") == 0 || strcmp(text, "gauge") == 0 ||
           strcmp(text, "histogram") == 0;
}

static void read_comment(reader *self, const char *line)
{
    bool is_help = strncmp(line, "# HELP ", 7) == 0;
    const char *name = line + 7;
    size_t size;
    family *of;

    if (!is_help && strncmp(line, "# TYPE ", 7) != 0) {
        problem(self, "a comment that is neither HELP nor TYPE");
        return;
    }
    size = name_size(name);
    of = family_of(self, name, size, is_help);
    if (of == NULL || name[size] != ' ' || name[size + 1] == '\0') {
        problem(self, is_help ? "HELP without name and text" : "TYPE without a HELP before it");
        return;
    }
    if (is_help) {
        if (of->has_help)
            problem(self, "a second HELP of %s", of->name);
        of->has_help = true;
        for (const char *at = name + size; *at != '\0'; at++)
            if (*at == '\\' && at[1] != '\\' && at[1] != 'n')
                problem(self, "a bad escape in HELP");
    } else {
        if (of->type[0] != '\0' || of->samples > 0)
            problem(self, "TYPE of %s is late or comes twice", of->name);
        if (!is_type(name + size + 1))
            problem(self, "unknown type %s", name + size + 1);
        snprintf(of->type, sizeof of->type, "%s", name + size + 1);
        if (strcmp(of->type, "counter") == 0 &&
            (size < 6 || strcmp(of->name + size - 6, "_total") != 0))
            problem(self, "the counter %s does not end in _total", of->name);
    }
}

/* ---- samples ---- */

/* Copies the labels but for `le`, whose value goes to bound. Returns what stands behind `}`. */
static const char *read_labels(reader *self, const char *at, char *labels, char *bound)
{
    size_t used = 0;

    for (at++; *at != '}';) {
        size_t size = name_size(at);
        const char *value = at + size + 2;
        const char *end = value;

        if (size == 0 || at[size] != '=' || at[size + 1] != '"') {
            problem(self, "a bad label");
            return NULL;
        }
        for (; *end != '"'; end++) {
            if (*end == '\0' || (*end == '\\' && strchr("\\\"n", end[1]) == NULL)) {
                problem(self, "a bad value of a label");
                return NULL;
            }
            end += *end == '\\';
        }
        if (size == 2 && memcmp(at, "le", 2) == 0)
            snprintf(bound, NAME_MAX_BYTES, "%.*s", (int)(end - value), value);
        else
            used += (size_t)snprintf(labels + used, LINE_MAX_BYTES - used, "%.*s,",
                                     (int)(end + 1 - at), at);
        at = end + 1;
        if (*at == ',')
            at++;
        else if (*at != '}') {
            problem(self, "labels without a comma between them");
            return NULL;
        }
        if (used >= LINE_MAX_BYTES) {
            problem(self, "labels are too long");
            return NULL;
        }
    }
    return at + 1;
}

static void check_bucket(reader *self, const char *name, const char *labels, const char *bound,
                         double value)
{
    bucket_state *state = &self->buckets;
    char series[2 * LINE_MAX_BYTES];
    double limit = strcmp(bound, "+Inf") == 0 ? INFINITY : strtod(bound, NULL);

    snprintf(series, sizeof series, "%s{%s", name, labels);
    if (strncmp(series, state->labels, sizeof state->labels - 1) != 0) {
        *state = (bucket_state){.bound = -INFINITY};
        snprintf(state->labels, sizeof state->labels, "%.*s", LINE_MAX_BYTES - 1, series);
    }
    if (bound[0] == '\0')
        problem(self, "a bucket without le");
    if (limit <= state->bound || value < state->count)
        problem(self, "buckets of %s do not rise", name);
    state->bound = limit;
    state->count = value;
    state->has_infinity = isinf(limit) != 0;
}

/* The family that a sample's name belongs to, and what stands behind the family's name. */
static family *find_family(reader *self, const char *name, size_t size, const char **suffix)
{
    static const char *const suffixes[] = {"_bucket", "_sum", "_count"};
    family *of = family_of(self, name, size, false);

    *suffix = "";
    for (size_t i = 0; of == NULL && i < 3; i++) {
        size_t length = strlen(suffixes[i]);

        if (size > length && memcmp(name + size - length, suffixes[i], length) == 0) {
            of = family_of(self, name, size - length, false);
            *suffix = suffixes[i];
            if (of != NULL && strcmp(of->type, "histogram") != 0)
                of = NULL;
        }
    }
    return of;
}

static void remember(reader *self, const char *line, size_t size)
{
    for (size_t i = 0; i < self->series_count; i++)
        if (strlen(self->series[i]) == size && memcmp(self->series[i], line, size) == 0)
            problem(self, "the series comes twice");
    if (self->series_count < SERIES_MAX)
        self->series[self->series_count++] = strndup(line, size);
}

static void check_value(reader *self, const family *of, const char *suffix, const char *labels,
                        const char *bound, double value)
{
    bool is_count =
        strcmp(of->type, "counter") == 0 || (suffix[0] != '\0' && strcmp(suffix, "_sum") != 0);

    if (is_count && (value < 0 || value != floor(value)))
        problem(self, "a count that is none");
    if (strcmp(suffix, "_bucket") == 0)
        check_bucket(self, of->name, labels, bound, value);
    else if (bound[0] != '\0')
        problem(self, "le where no bucket is");
    if (strcmp(suffix, "_count") == 0 &&
        (!self->buckets.has_infinity || self->buckets.count != value))
        problem(self, "_count of %s is not its last bucket", of->name);
    if (strcmp(of->type, "histogram") == 0 && suffix[0] == '\0')
        problem(self, "a histogram without suffix");
}

static void read_sample(reader *self, const char *line)
{
    size_t size = name_size(line);
    const char *at = line + size;
    const char *suffix;
    char labels[LINE_MAX_BYTES] = "";
    char bound[NAME_MAX_BYTES] = "";
    family *of = find_family(self, line, size, &suffix);
    char *end;
    double value;

    if (size == 0 || of == NULL || of->type[0] == '\0') {
        problem(self, "a sample without HELP and TYPE");
        return;
    }
    if (of->is_over)
        problem(self, "%s does not stand together", of->name);
    of->samples++;
    if (*at == '{')
        at = read_labels(self, at, labels, bound);
    if (at == NULL)
        return;
    remember(self, line, (size_t)(at - line));
    if (*at != ' ') {
        problem(self, "no blank before the value");
        return;
    }
    value = strtod(at + 1, &end);
    if (end == at + 1 || *end != '\0' || isspace((unsigned char)at[1]))
        problem(self, "a bad value");
    else
        check_value(self, of, suffix, labels, bound, value);
}

int suite_prometheus(int argc, char **argv)
{
    static reader self;
    size_t size;
    char *text = read_all(&size);
    bool wants_names = argc > 0 && strcmp(argv[0], "--names") == 0;

    if (text == NULL || size == 0 || text[size - 1] != '\n' || strlen(text) != size) {
        printf("no text, no last newline, or a NUL\n");
        return 1;
    }
    for (char *line = text; *line != '\0';) {
        char *end = strchr(line, '\n');

        *end = '\0';
        self.line++;
        if (*line == '#')
            read_comment(&self, line);
        else
            read_sample(&self, line);
        line = end + 1;
    }
    for (size_t i = 0; i < self.family_count; i++) {
        if (self.families[i].samples == 0)
            problem(&self, "%s has no sample", self.families[i].name);
        if (wants_names)
            printf("%s\n", self.families[i].name);
    }
    for (size_t i = 0; i < self.series_count; i++)
        free(self.series[i]);
    free(text);
    return self.problems > 0;
}
