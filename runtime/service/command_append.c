/* append: events from JSON lines into the log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "service/cli.h"
#include "service/event_json.h"

enum { LINES_PER_TRANSACTION = 1000 };

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
    size_t count;
    const projc_stream_type *stream; /* of the waiting events */
    uint64_t line;        /* number of the last line read */
    uint64_t first_line;  /* of the waiting events */
    uint64_t written;     /* committed */
    int64_t last_position;
} appending;

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
        projc_arena_reset(self->arena);
        return PROJC_OK;
    }
    error->status = status;
    if (status == PROJC_CONFLICT || status == PROJC_DATA)
        (void)projc_error_context(error, "%s:%llu to %llu (none of them was written)", self->name,
                                  (unsigned long long)self->first_line,
                                  (unsigned long long)self->line);
    return status;
}

/* Events of a module whose aggregate types none of the others has. */
static projc_status parse(appending *self, projc_text line, projc__new_event *event,
                          const projc_stream_type **stream, projc_error *error)
{
    const projc_service_options *service = self->cli->service;
    projc_status status = PROJC_DATA;

    for (uint32_t i = 0; i < service->module_count; i++) {
        uint32_t index = 0;

        status = projc__event_from_json(self->arena, service->modules[i], line, self->is_raw, event,
                                        &index, error);
        if (status == PROJC_OK) {
            *stream = &service->modules[i]->streams[index];
            return PROJC_OK;
        }
    }
    error->status = status;
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
    if (status == PROJC_OK && self->count > 0 && stream != self->stream) {
        /* Another table: what waits goes first, so that numbers keep the order of lines. The new event
         * borrows the arena that the flush resets, so it is read again. */
        status = flush(self, error);
        if (status == PROJC_OK)
            return add_line(self, text, size, error);
    }
    if (status != PROJC_OK) {
        if (projc_status_class_of(status) == PROJC_CLASS_DATA || status == PROJC_UNSUPPORTED)
            (void)projc_error_context(error, "%s:%llu", self->name, (unsigned long long)self->line);
        return status;
    }
    if (self->count == 0)
        self->first_line = self->line;
    self->stream = stream;
    self->events[self->count++] = event;
    return self->count == LINES_PER_TRANSACTION ? flush(self, error) : PROJC_OK;
}

static bool is_blank(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (strchr(" \t\r\n", text[i]) == NULL)
            return false;
    return true;
}

static projc_status append_all(appending *self, projc_error *error)
{
    char *text = NULL;
    size_t capacity = 0;
    ssize_t size;
    projc_status status = PROJC_OK;

    while (status == PROJC_OK && (size = getline(&text, &capacity, self->input)) >= 0) {
        self->line++;
        if (!is_blank(text, (size_t)size))
            status = add_line(self, text, (size_t)size, error);
    }
    if (status == PROJC_OK && ferror(self->input) != 0)
        status = projc_error_set(error, PROJC_IO, "cannot read %s: %s", self->name, strerror(errno));
    if (status == PROJC_OK)
        status = flush(self, error);
    free(text);
    return status;
}

static projc_status prepare(appending *self, projc_error *error)
{
    self->arena = projc_arena_new(0);
    self->events = calloc(LINES_PER_TRANSACTION, sizeof *self->events);
    self->positions = calloc(LINES_PER_TRANSACTION, sizeof *self->positions);
    if (self->arena == NULL || self->events == NULL || self->positions == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    return projc__cli_store(self->cli, &self->store, error);
}

static int run(projc__cli *cli)
{
    const char *path = projc__cli_flag(cli, "file");
    appending self = {.cli = cli, .name = "standard input", .input = stdin,
                      .is_raw = projc__cli_has(cli, "raw")};
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`append` takes no arguments: give --file %s", cli->arguments[0]);
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
    if (self.written > 0 && projc__cli_has(cli, "json"))
        printf("{\"written\":%llu,\"position\":%lld}\n", (unsigned long long)self.written,
               (long long)self.last_position);
    else if (status == PROJC_OK || self.written > 0)
        printf("%llu events written, last position %lld\n", (unsigned long long)self.written,
               (long long)self.last_position);
    projc_arena_free(self.arena);
    free(self.events);
    free(self.positions);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_append = {
    .name = "append",
    .summary = "write events from JSON lines",
    .usage = "append [--file EVENTS.jsonl] [--raw] [--json]\n"
             "\n"
             "Reads standard input without --file or with --file -. One JSON object a line:\n"
             "  {\"type\":\"bank_account\",\"id\":\"…\",\"event\":\"account_credited\",\"payload\":{…}}\n"
             "and, if wanted, \"version\" (the event's own; the one before it must be the last), \"event_id\",\n"
             "\"metadata\" and \"time\". Payloads are checked by the generated decoders. 1,000 lines are one\n"
             "transaction; an error names the line, and what was committed before it stays. --raw stores\n"
             "events of undeclared names and payloads unchecked.\n",
    .flags = {{"file", true}, {"raw", false}, {"json", false}},
    .run = run,
};
