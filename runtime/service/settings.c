/* Settings of a service: by flag, environment, file or default, in this order. */
#include "service/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/http/address.h"
#include "service/password.h"

enum { FILE_MAX_BYTES = 1 << 20 };

const projc__setting_description projc__setting_descriptions[PROJC__SETTING_COUNT_] = {
#define PROJC_SETTING_ROW(name, kind, initial, low, high, choices, help) \
    {#name, PROJC__SETTING_##kind, initial, low, high, choices, help},
    PROJC_SETTING_LIST(PROJC_SETTING_ROW)
#undef PROJC_SETTING_ROW
};

void projc__settings_init(projc__settings *settings, const char *package)
{
    *settings = (projc__settings){.file_text = NULL};
    for (int i = 0; i < PROJC__SETTING_COUNT_; i++) {
        settings->texts[i] = projc__setting_descriptions[i].initial;
        settings->origins[i] = NULL;
    }
    snprintf(settings->database_buffer, sizeof settings->database_buffer, "sqlite:%s.db", package);
    settings->texts[PROJC__DATABASE_URL] = settings->database_buffer;
}

void projc__settings_clear(projc__settings *settings)
{
    free(settings->file_text);
    settings->file_text = NULL;
    free(settings->database_copy);
    settings->database_copy = NULL;
    for (int i = 0; i < PROJC__SETTING_COUNT_; i++) {
        free(settings->reloaded[i]);
        settings->reloaded[i] = NULL;
    }
}

void projc__setting_flag(projc__setting setting, char name[PROJC__FLAG_MAX])
{
    const char *from =
        setting == PROJC__DATABASE_URL ? "DATABASE" : projc__setting_descriptions[setting].name;
    size_t size = 0;

    for (; from[size] != '\0' && size + 1 < PROJC__FLAG_MAX; size++)
        name[size] = from[size] == '_' ? '-' : (char)(from[size] - 'A' + 'a');
    name[size] = '\0';
}

bool projc__setting_find(const char *flag, size_t size, projc__setting *setting)
{
    char name[PROJC__FLAG_MAX];

    for (int i = 0; i < PROJC__SETTING_COUNT_; i++) {
        projc__setting_flag((projc__setting)i, name);
        if (strlen(name) == size && memcmp(name, flag, size) == 0) {
            *setting = (projc__setting)i;
            return true;
        }
    }
    return false;
}

static void set(projc__settings *settings, projc__setting setting, const char *text,
                const char *origin)
{
    if (settings->origins[setting] != NULL && settings->origins[setting] != origin)
        return; /* a stronger source has spoken; of one source the last word counts */
    settings->texts[setting] = text;
    settings->origins[setting] = origin;
}

void projc__settings_flag(projc__settings *settings, projc__setting setting, const char *text)
{
    settings->origins[setting] = NULL; /* the last flag counts */
    set(settings, setting, text, "flag");
}

/* ---- the file ---- */

static projc_status read_file(const char *path, char **text, projc_error *error)
{
    FILE *file = fopen(path, "r");
    size_t size;

    if (file == NULL)
        return projc_error_set(error, PROJC_IO, "cannot read the settings in %s: %s", path,
                               strerror(errno));
    *text = malloc(FILE_MAX_BYTES + 1);
    if (*text == NULL) {
        (void)fclose(file);
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the settings");
    }
    size = fread(*text, 1, FILE_MAX_BYTES + 1, file);
    if (ferror(file) != 0 || size > FILE_MAX_BYTES) {
        (void)fclose(file);
        return projc_error_set(error, PROJC_IO, "cannot read the settings in %s: %s", path,
                               size > FILE_MAX_BYTES ? "over 1 MiB" : strerror(errno));
    }
    (*text)[size] = '\0';
    (void)fclose(file);
    return PROJC_OK;
}

static bool find_by_name(const char *name, size_t size, projc__setting *setting)
{
    for (int i = 0; i < PROJC__SETTING_COUNT_; i++) {
        const char *known = projc__setting_descriptions[i].name;

        if (strlen(known) == size && memcmp(known, name, size) == 0) {
            *setting = (projc__setting)i;
            return true;
        }
    }
    return false;
}

/* One line, NAME=value with blanks around either; # begins a comment line. */
static projc_status read_line(projc__settings *settings, const char *path, unsigned number,
                              char *line, projc_error *error)
{
    char *end = line + strlen(line);
    char *equals;
    char *name_end;
    projc__setting setting;

    line += strspn(line, " \t\r");
    while (end > line && strchr(" \t\r", end[-1]) != NULL)
        *--end = '\0';
    if (*line == '\0' || *line == '#')
        return PROJC_OK;
    equals = strchr(line, '=');
    if (equals == NULL)
        return projc_error_set(error, PROJC_INVALID, "%s:%u: expected NAME=value, found `%s`", path,
                               number, line);
    name_end = equals;
    while (name_end > line && strchr(" \t", name_end[-1]) != NULL)
        name_end--;
    if (!find_by_name(line, (size_t)(name_end - line), &setting))
        return projc_error_set(error, PROJC_INVALID,
                               "%s:%u: there is no setting `%.*s`; `config` lists them", path,
                               number, (int)(name_end - line), line);
    equals++;
    set(settings, setting, equals + strspn(equals, " \t"), path);
    return PROJC_OK;
}

static projc_status load_file(projc__settings *settings, const char *path, projc_error *error)
{
    unsigned number = 0;
    char *line;
    projc_status status = read_file(path, &settings->file_text, error);

    if (status != PROJC_OK)
        return status;
    for (line = settings->file_text; line != NULL && status == PROJC_OK;) {
        char *next = strchr(line, '\n');

        if (next != NULL)
            *next++ = '\0';
        status = read_line(settings, path, ++number, line, error);
        line = next;
    }
    return status;
}

/* ---- values ---- */

static bool unit_of(projc__setting_kind kind, const char *suffix, int64_t *unit)
{
    static const struct {
        projc__setting_kind kind;
        const char *suffix;
        int64_t unit;
    } units[] = {
        {PROJC__SETTING_COUNT, "", 1},         {PROJC__SETTING_BYTES, "", 1},
        {PROJC__SETTING_BYTES, "k", 1 << 10},  {PROJC__SETTING_BYTES, "K", 1 << 10},
        {PROJC__SETTING_BYTES, "M", 1 << 20},  {PROJC__SETTING_BYTES, "G", 1 << 30},
        {PROJC__SETTING_DURATION, "ms", 1},    {PROJC__SETTING_DURATION, "s", 1000},
        {PROJC__SETTING_DURATION, "m", 60000}, {PROJC__SETTING_DURATION, "h", 3600000},
    };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (units[i].kind == kind && strcmp(units[i].suffix, suffix) == 0) {
            *unit = units[i].unit;
            return true;
        }
    }
    return false;
}

static bool parse_number(projc__setting_kind kind, const char *text, int64_t *value)
{
    char *end;
    int64_t unit;
    long long number;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    number = strtoll(text, &end, 10);
    return errno == 0 && unit_of(kind, end, &unit) &&
           !__builtin_mul_overflow((int64_t)number, unit, value);
}

bool projc__parse_duration_ms(const char *text, int64_t *milliseconds)
{
    return parse_number(PROJC__SETTING_DURATION, text, milliseconds);
}

static bool is_choice(const char *choices, const char *text)
{
    size_t size = strlen(text);

    while (*choices != '\0') {
        size_t word = strcspn(choices, " ");

        if (word == size && memcmp(choices, text, size) == 0)
            return true;
        choices += word + (choices[word] == ' ');
    }
    return false;
}

static projc_status check(projc__settings *settings, projc__setting setting, projc_error *error)
{
    static const char *const forms[] = {[PROJC__SETTING_COUNT] = "a number",
                                        [PROJC__SETTING_BYTES] = "bytes such as 4096, 64k, 16M",
                                        [PROJC__SETTING_DURATION] = "a time such as 500ms, 5s, 1m"};
    const projc__setting_description *description = &projc__setting_descriptions[setting];
    const char *text = settings->texts[setting];
    int64_t *value = &settings->numbers[setting];

    if (settings->origins[setting] == NULL)
        settings->origins[setting] = "default";
    if (description->kind == PROJC__SETTING_TEXT)
        return PROJC_OK;
    if (description->kind == PROJC__SETTING_CHOICE) {
        if (is_choice(description->choices, text))
            return PROJC_OK;
        return projc_error_set(error, PROJC_INVALID, "%s (%s) is `%s`: one of %s is allowed",
                               description->name, settings->origins[setting], text,
                               description->choices);
    }
    if (description->kind == PROJC__SETTING_ADDRESS) {
        projc_error why = {0};
        projc__address address;

        if (strcmp(text, "off") == 0 || projc__address_parse(text, &address, &why) == PROJC_OK)
            return PROJC_OK;
        return projc_error_set(error, PROJC_INVALID, "%s (%s) is %s", description->name,
                               settings->origins[setting], why.message);
    }
    if (!parse_number(description->kind, text, value))
        return projc_error_set(error, PROJC_INVALID, "%s (%s) is `%s`: expected %s",
                               description->name, settings->origins[setting], text,
                               forms[description->kind]);
    if (*value < description->low || *value > description->high)
        return projc_error_set(error, PROJC_INVALID, "%s (%s) is %s: %lld to %lld%s are allowed",
                               description->name, settings->origins[setting], text,
                               (long long)description->low, (long long)description->high,
                               description->kind == PROJC__SETTING_DURATION ? " ms" : "");
    return PROJC_OK;
}

projc_status projc__settings_load(projc__settings *settings, const char *file, projc_error *error)
{
    projc_status status = PROJC_OK;

    for (int i = 0; i < PROJC__SETTING_COUNT_; i++) {
        const char *text = getenv(projc__setting_descriptions[i].name);

        if (text != NULL && *text != '\0')
            set(settings, (projc__setting)i, text, "environment");
    }
    if (file == NULL)
        file = getenv("PROJC_CONFIG");
    if (file != NULL && *file != '\0')
        status = load_file(settings, file, error);
    for (int i = 0; i < PROJC__SETTING_COUNT_ && status == PROJC_OK; i++)
        status = check(settings, (projc__setting)i, error);
    return status;
}

void projc__settings_apply(const projc__settings *settings, projc_runtime_options *options)
{
    const int64_t *numbers = settings->numbers;

    projc_runtime_options_init(options);
    options->database = settings->texts[PROJC__DATABASE_URL];
    options->workers = (uint32_t)numbers[PROJC__WORKERS];
    options->lanes = (uint32_t)numbers[PROJC__LANES];
    options->batch_bytes = numbers[PROJC__BATCH_BYTES];
    options->page_rows = numbers[PROJC__PAGE_ROWS];
    options->page_bytes = numbers[PROJC__PAGE_BYTES];
    options->queue_max = (uint32_t)numbers[PROJC__QUEUE_MAX];
    options->event_max_bytes = numbers[PROJC__EVENT_MAX];
    options->state_max_bytes = numbers[PROJC__STATE_MAX];
    options->failed_keys_max = (uint32_t)numbers[PROJC__FAILED_KEYS_MAX];
    options->waiting_max = (uint32_t)numbers[PROJC__WAITING_MAX];
    options->poll_interval_ms = numbers[PROJC__POLL_INTERVAL];
    options->statement_timeout_ms = numbers[PROJC__STATEMENT_TIMEOUT];
    options->shutdown_timeout_ms = numbers[PROJC__SHUTDOWN_TIMEOUT];
}

void projc__settings_show(const projc__settings *settings, projc__setting setting,
                          projc__buffer *buffer)
{
    if (setting == PROJC__DATABASE_URL)
        projc__put_masked(buffer, settings->texts[setting]);
    else
        projc__buffer_put_string(buffer, settings->texts[setting]);
}
