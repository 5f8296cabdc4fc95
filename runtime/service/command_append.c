/* append: events from JSON lines into the log.
 *
 * DESIGN. A transaction holds up to 1,000 lines (fewer when they are large). When the store refuses
 * one, the events are tried again, the first half, a quarter …, in transactions that are rolled
 * back: so the error names the line, however the store words it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "service/answer.h"
#include "service/cli.h"
#include "service/event_json.h"

enum { LINES_PER_TRANSACTION = 1000, BYTES_PER_TRANSACTION = 64 << 20 };
/* What stands around a payload in a line: ids, names, time. Metadata counts as payload here. */
enum { ENVELOPE_BYTES = 65536 };

/* One run of append. */
typedef struct appending {
    projc__cli *cli;
    FILE *input;
    const char *name; /* of the input, for messages */
    bool is_raw;
    projc_store *store;
    projc_arena *arena;       /* of one transaction's events */
    projc__new_event *events; /* of one transaction, all of one stream */
    int64_t *positions;
    uint64_t *lines; /* where the events stood */
    size_t count;
    size_t bytes;                    /* of their lines */
    const projc_stream_type *stream; /* of the waiting events */
    uint64_t line;                   /* number of the last line read */
    uint64_t written;                /* committed */
    int64_t last_position;
} appending;

/* Appends the first events and rolls that back. */
static projc_status rehearse(appending *self, size_t count, projc_error *error)
{
    projc_status status = projc_store_begin(self->store, error);
    projc_error rollback_error = {0};

    if (status != PROJC_OK)
        return status;
    status =
        projc__store_append(self->store, self->stream, self->events, count, self->positions, error);
    if (projc_store_rollback(self->store, &rollback_error) != PROJC_OK && status == PROJC_OK) {
        *error = rollback_error;
        status = rollback_error.status;
    }
    return status;
}

static bool is_refusal(projc_status status)
{
    return status == PROJC_CONFLICT || projc_status_class_of(status) == PROJC_CLASS_DATA;
}

/* The store refused one of the waiting events: which, and why. */
static projc_status find_culprit(appending *self, projc_error *error)
{
    size_t good = 0; /* so many from the front can be appended */
    size_t bad = self->count;
    const projc_error refused = *error;
    projc_error found = *error;

    while (bad - good > 1) {
        size_t middle = good + (bad - good) / 2;
        projc_error tried = {0};
        projc_status status = rehearse(self, middle, &tried);

        if (status == PROJC_OK) {
            good = middle;
        } else if (is_refusal(status)) {
            bad = middle;
            found = tried;
        } else {
            bad = self->count; /* the connection is gone: what was said first counts */
            found = refused;
            break;
        }
    }
    *error = found;
    if (self->lines[0] == self->line)
        return projc_error_context(error, "%s:%llu", self->name, (unsigned long long)self->line);
    return projc_error_context(error, "%s:%llu (lines %llu to %llu were not written)", self->name,
                               (unsigned long long)self->lines[bad - 1],
                               (unsigned long long)self->lines[0], (unsigned long long)self->line);
}

static projc_status flush(appending *self, projc_error *error)
{
    projc_status status;

    if (self->count == 0)
        return PROJC_OK;
    status = projc__store_append(self->store, self->stream, self->events, self->count,
                                 self->positions, error);
    if (status == PROJC_OK) {
        self->written += self->count;
        self->last_position = self->positions[self->count - 1];
        self->count = 0;
        self->bytes = 0;
        projc_arena_reset(self->arena);
        return PROJC_OK;
    }
    error->status = status;
    return is_refusal(status) ? find_culprit(self, error) : status;
}

/* By the module that declares the aggregate's type; of several modules no two do. */
static projc_status parse(appending *self, projc_text line, projc__new_event *event,
                          const projc_stream_type **stream, projc_error *error)
{
    const projc_service_options *service = self->cli->service;
    projc_status status = PROJC_ABSENT;

    for (uint32_t i = 0; i < service->module_count && status == PROJC_ABSENT; i++) {
        uint32_t index = 0;

        status = projc__event_from_json(self->arena, service->modules[i], line, self->is_raw, event,
                                        &index, error);
        if (status == PROJC_OK)
            *stream = &service->modules[i]->streams[index];
    }
    if (status == PROJC_ABSENT)
        status = error->status = PROJC_DATA;
    return status;
}

static projc_status add_line(appending *self, const char *text, size_t size, projc_error *error)
{
    projc__new_event event;
    const projc_stream_type *stream = NULL;
    char *copy = projc_arena_copy(self->arena, text, size);
    projc_status status;

    if (copy == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for line %llu",
                               (unsigned long long)self->line);
    status = parse(self, projc_text_of(copy, size), &event, &stream, error);
    if (status == PROJC_OK && (int64_t)event.payload.size > self->cli->options.event_max_bytes)
        status =
            projc_error_set(error, PROJC_LIMIT, "a payload of %zu bytes is above EVENT_MAX, %lld",
                            event.payload.size, (long long)self->cli->options.event_max_bytes);
    if (status == PROJC_OK && self->count > 0 && stream != self->stream) {
        /* Another table: what waits goes first, so that numbers keep the order of lines. The new
         * event borrows the arena that the flush resets, so it is read again. */
        status = flush(self, error);
        return status == PROJC_OK ? add_line(self, text, size, error) : status;
    }
    if (status != PROJC_OK) {
        if (projc_status_class_of(status) == PROJC_CLASS_DATA || status == PROJC_UNSUPPORTED)
            (void)projc_error_context(error, "%s:%llu", self->name, (unsigned long long)self->line);
        return status;
    }
    self->stream = stream;
    self->lines[self->count] = self->line;
    self->events[self->count++] = event;
    self->bytes += size;
    return self->count == LINES_PER_TRANSACTION || self->bytes >= BYTES_PER_TRANSACTION
               ? flush(self, error)
               : PROJC_OK;
}

static bool is_blank(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (strchr(" \t\r\n", text[i]) == NULL)
            return false;
    return true;
}

/* The next line without its end; false: there is none. LIMIT when it is too long for an event. */
static projc_status read_line(appending *self, projc__buffer *line, bool *has_line,
                              projc_error *error)
{
    int64_t most = self->cli->options.event_max_bytes + ENVELOPE_BYTES;
    int c;

    projc__buffer_reset(line);
    while ((c = getc_unlocked(self->input)) != EOF && c != '\n') {
        projc__buffer_put_char(line, (char)c);
        if ((int64_t)line->size > most)
            return projc_error_set(error, PROJC_LIMIT,
                                   "%s:%llu: the line is longer than an event may be "
                                   "(EVENT_MAX is %lld bytes)",
                                   self->name, (unsigned long long)self->line + 1,
                                   (long long)self->cli->options.event_max_bytes);
    }
    if (ferror(self->input) != 0)
        return projc_error_set(error, PROJC_IO, "cannot read %s: %s", self->name, strerror(errno));
    *has_line = c != EOF || line->size > 0;
    self->line += *has_line;
    return projc__buffer_status(line, error);
}

static projc_status append_all(appending *self, projc_error *error)
{
    projc__buffer line;
    bool has_line = true;
    projc_status status = PROJC_OK;

    projc__buffer_init(&line);
    while (status == PROJC_OK && has_line) {
        status = read_line(self, &line, &has_line, error);
        if (status == PROJC_OK && has_line && !is_blank(line.data, line.size))
            status = add_line(self, line.data, line.size, error);
    }
    if (status == PROJC_OK)
        status = flush(self, error);
    projc__buffer_clear(&line);
    return status;
}

static projc_status prepare(appending *self, projc_error *error)
{
    self->arena = projc_arena_new(0);
    self->events = calloc(LINES_PER_TRANSACTION, sizeof *self->events);
    self->positions = calloc(LINES_PER_TRANSACTION, sizeof *self->positions);
    self->lines = calloc(LINES_PER_TRANSACTION, sizeof *self->lines);
    if (self->arena == NULL || self->events == NULL || self->positions == NULL ||
        self->lines == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    return projc__cli_store(self->cli, &self->store, error);
}

static projc_status tell_written(const appending *self, projc_error *error)
{
    projc_json_writer *writer;

    if (!projc__cli_has(self->cli, "json")) {
        printf("%llu events written, last position %lld\n", (unsigned long long)self->written,
               (long long)self->last_position);
        return PROJC_OK;
    }
    writer = projc__answer_begin(self->cli->arena, NULL, error);
    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_number(writer, "written", (int64_t)self->written);
    projc__answer_number(writer, "position", self->last_position);
    return projc__answer_end(writer, error);
}

static int run(projc__cli *cli)
{
    const char *path = projc__cli_flag(cli, "file");
    appending self = {
        .cli = cli, .name = "standard input", .input = stdin, .is_raw = projc__cli_has(cli, "raw")};
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`append` takes no arguments: give --file %s",
                                cli->arguments[0]);
    if (path != NULL && strcmp(path, "-") != 0) {
        self.name = path;
        self.input = fopen(path, "r");
        if (self.input == NULL) {
            fprintf(stderr, "%s: cannot read %s: %s\n", cli->program, path, strerror(errno));
            return PROJC__EXIT_FOUND;
        }
    }
    status = prepare(&self, &error);
    if (status == PROJC_OK)
        status = append_all(&self, &error);
    if (self.input != stdin)
        (void)fclose(self.input);
    if (status == PROJC_OK)
        status = tell_written(&self, &error);
    else if (self.written > 0)
        (void)tell_written(&self, NULL); /* what failed counts */
    projc_arena_free(self.arena);
    free(self.events);
    free(self.positions);
    free(self.lines);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_append = {
    .name = "append",
    .summary = "write events from JSON lines",
    .usage =
        "append [--file EVENTS.jsonl] [--raw] [--json]\n"
        "\n"
        "Reads standard input without --file or with --file -. One JSON object a line:\n"
        " {\"type\":\"bank_account\",\"id\":\"…\",\"event\":\"account_credited\",\"payload\":{…}}\n"
        "and, if wanted, \"version\" (the event's own; the one before it must be the last),\n"
        "\"event_id\", \"metadata\" and \"time\". Payloads are checked by the generated\n"
        "decoders. 1,000 lines are one transaction (fewer when they are large); an error names\n"
        "the line, and what was committed before its transaction stays. --raw stores events of\n"
        "undeclared names and payloads unchecked.\n",
    .flags = {{"file", true}, {"raw", false}, {"json", false}},
    .run = run,
};
