/* inspect: states as JSON. */
#include <string.h>

#include "codec/value.h"
#include "engine/state_row.h"
#include "service/answer.h"
#include "service/cli.h"
#include "service/inspect_history.h"
#include "service/key_report.h"

/* What one run shows. */
typedef struct inspection {
    projc__cli *cli;
    projc__target target;
    bool is_json;
    const projc_value *key; /* NULL: all */
    uint32_t key_count;
    projc_arena *arena; /* of one row */
    void *state;
    projc__key_row *failed; /* keys out of order */
    size_t failed_count;
    uint64_t shown;
} inspection;

/* *found is NULL when the key is in order. */
static projc_status find_failed(inspection *self, const projc_value *key,
                                const projc__key_row **found, projc_error *error)
{
    projc_msgpack_writer *writer = projc_msgpack_writer_new(self->arena);
    projc_bytes bytes = {NULL, 0};
    projc_status status;

    *found = NULL;
    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a key");
    status = projc__key_encode(writer, key, projc__key_parts(self->target.type), &bytes, error);
    for (size_t i = 0; i < self->failed_count && status == PROJC_OK; i++)
        if (self->failed[i].key.size == bytes.size &&
            memcmp(self->failed[i].key.data, bytes.data, bytes.size) == 0)
            *found = &self->failed[i];
    return status;
}

/* "6f1c…  position 42  ok": key, position and status before the state, for people. */
static projc_status print_line(inspection *self, const projc_value *key, int64_t position,
                               const char *status_name, projc_text state, projc_error *error)
{
    projc__buffer text;
    projc_status status;

    projc__buffer_init(&text);
    for (uint32_t i = 0; i < projc__key_parts(self->target.type); i++) {
        projc__value_put(&text, &self->target.type->table->columns[i], &key[i]);
        projc__buffer_put_char(&text, ' ');
    }
    status = projc__buffer_status(&text, error);
    if (status == PROJC_OK && projc__key_parts(self->target.type) > 0 && self->key == NULL)
        printf("%-37s %10lld %-6s ", text.data, (long long)position, status_name);
    if (status == PROJC_OK)
        printf("%.*s\n", (int)state.size, state.data);
    projc__buffer_clear(&text);
    return status;
}

/* One object: {"key":…,"position":…,"status":…,"state":…}; state empty: there is none. */
static projc_status show_text(inspection *self, const projc_value *key, int64_t position,
                              const char *status_name, projc_text state, projc_error *error)
{
    projc_json_writer *writer = projc_json_writer_new(self->arena);
    projc_text text;
    projc_status status;

    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    if (self->is_json) {
        projc_json_write_map(writer);
        projc_json_write_name(writer, "key");
        projc__key_write_json(writer, self->target.type->table->columns, key,
                              projc__key_parts(self->target.type));
        projc__answer_number(writer, "position", position);
        projc__answer_text(writer, "status", status_name);
        projc_json_write_name(writer, "state");
    }
    if (state.size == 0)
        projc_json_write_null(writer);
    else
        projc_json_write_raw(writer, state);
    if (self->is_json) {
        status = projc__answer_end(writer, error);
    } else {
        status = projc_json_writer_finish(writer, &text, error);
        if (status == PROJC_OK)
            status = print_line(self, key, position, status_name, text, error);
    }
    if (status != PROJC_OK)
        return status;
    self->shown++;
    return status;
}

/* state NULL: there is none. */
static projc_status show(inspection *self, const projc_value *key, int64_t position,
                         const void *state, projc_error *error)
{
    const projc__key_row *failed = NULL;
    projc_text text = projc_text_of("", 0);
    projc_status status = find_failed(self, key, &failed, error);

    if (status == PROJC_OK && state != NULL) {
        projc_json_writer *writer = projc_json_writer_new(self->arena);

        if (writer == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
        self->target.type->to_json(writer, state);
        status = projc_json_writer_finish(writer, &text, error);
    }
    if (status != PROJC_OK)
        return status;
    return show_text(self, key, position,
                     failed == NULL ? "ok" : projc__key_status_name(failed->status), text, error);
}

static projc_status visit(void *context, const projc_value *values, projc_error *error)
{
    inspection *self = context;
    projc_status status;

    projc_arena_reset(self->arena);
    status = projc__state_from_row(self->target.type, values, self->arena, self->state, error);
    if (status == PROJC_OK)
        status = show(self, values, values[self->target.type->table->key_count].as.integer,
                      self->state, error);
    return status;
}

/* One key's row; a stream projection's is the only one. */
static projc_status inspect_one(inspection *self, projc_store *store, projc_error *error)
{
    static const projc_value singleton = {.kind = PROJC_KIND_INTEGER, .as = {.integer = 0}};
    const projc_value *key = projc__key_parts(self->target.type) == 0 ? &singleton : self->key;
    const projc__key_row *failed = NULL;
    projc_value *row = NULL;
    projc_status status =
        projc__store_load_rows(store, self->target.type->table, key, 1, self->arena, &row, error);

    if (status == PROJC_OK)
        status = find_failed(self, key, &failed, error);
    if (status != PROJC_OK)
        return status;
    if (row == NULL)
        return failed == NULL ? PROJC_ABSENT : show(self, key, 0, NULL, error);
    status = projc__state_from_row(self->target.type, row, self->arena, self->state, error);
    if (status == PROJC_OK)
        status = show(self, key, row[self->target.type->table->key_count].as.integer, self->state,
                      error);
    return status;
}

static projc_status inspect(inspection *self, projc_error *error)
{
    projc__generation generation;
    projc_store *store;
    projc_status status = projc__cli_store(self->cli, &store, error);

    self->arena = projc_arena_new(0);
    self->state = projc_arena_alloc(self->cli->arena, self->target.type->state_size);
    if (self->arena == NULL || self->state == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    if (status == PROJC_OK)
        status = projc__cli_generation(self->cli, &self->target, &generation, error);
    if (status == PROJC_OK && generation.shape_fingerprint != self->target.type->shape_fingerprint)
        return projc_error_set(
            error, PROJC_MISMATCH, "%s is stored in another shape: `%s rebuild %s` makes it anew",
            self->target.type->name, self->cli->program, self->target.type->name);
    if (status == PROJC_OK)
        status = projc__store_load_keys(store, generation.number, self->cli->arena, &self->failed,
                                        &self->failed_count, error);
    if (status != PROJC_OK)
        return status;
    if (self->key != NULL || projc__key_parts(self->target.type) == 0)
        return inspect_one(self, store, error);
    return projc__store_scan_rows(store, self->target.type->table, visit, self, error);
}

/* What the state was at a point of the log. */
static projc_status inspect_past(inspection *self, projc__point point, projc_error *error)
{
    projc__past_state past;
    projc_status status =
        projc__history_at(self->cli, &self->target, self->key, point, &past, error);

    self->arena = projc_arena_new(0);
    if (self->arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    if (status != PROJC_OK)
        return status;
    return show_text(self, self->key, past.position, past.is_failed ? "failed" : "ok", past.json,
                     error);
}

static int run(projc__cli *cli)
{
    const char *at = projc__cli_flag(cli, "at");
    bool has_history = projc__cli_has(cli, "history");
    projc__point point = {0};
    inspection self = {.cli = cli, .is_json = projc__cli_has(cli, "json")};
    projc_value parts[PROJC__ARGUMENTS_MAX];
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count < 1)
        return projc__cli_usage(cli, "`inspect` needs the NAME of a projection");
    if (!projc__cli_projection(cli, cli->arguments[0], &self.target))
        return PROJC__EXIT_USAGE;
    if (cli->argument_count > 1) {
        if (!projc__cli_key(cli, &self.target, 1, parts, &self.key_count))
            return PROJC__EXIT_USAGE;
        self.key = parts;
    }
    if (has_history && at != NULL)
        return projc__cli_usage(cli, "--history shows every state, --at one: give one of them");
    if (at != NULL && !projc__point_parse(at, &point))
        return projc__cli_usage(
            cli, "--at is `%s`, neither an event's number nor a time as 2026-11-24T10:00:00Z", at);
    if ((has_history || at != NULL) && self.key == NULL && projc__key_parts(self.target.type) > 0)
        return projc__cli_usage(cli, "%s needs the KEY of one state of `%s`",
                                has_history ? "--history" : "--at", self.target.type->name);
    if (has_history)
        status = projc__history_print(cli, &self.target, self.key, self.is_json, &error);
    else if (at != NULL)
        status = inspect_past(&self, point, &error);
    else
        status = inspect(&self, &error);
    projc_arena_free(self.arena);
    if (status == PROJC_ABSENT) {
        fprintf(stderr, "%s: %s %s%s%s\n", cli->program, self.target.type->name,
                has_history  ? "has no event"
                : at != NULL ? "had no event"
                             : "has no state",
                self.key != NULL ? " for this key" : "", at != NULL ? " by then" : "");
        return PROJC__EXIT_FOUND;
    }
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_inspect = {
    .name = "inspect",
    .summary = "show states as JSON",
    .usage =
        "inspect NAME [KEY...] [--history | --at NO|TIME] [--json]\n"
        "\n"
        "The state of a stream projection, of one key, or a line for every key in key order.\n"
        "--history applies the log again, in a private temporary database, and shows each event\n"
        "of the key with the fields it changed; --at shows the state as it was behind event NO,\n"
        "or behind the last event of TIME (2026-11-24T10:00:00Z) or before. Both show what this\n"
        "program makes of the log, up to where the stored projection stands.\n"
        "Exit 1: no such state. With --json each line is\n"
        "  {\"key\":…,\"position\":…,\"status\":\"ok|retry|failed\",\"state\":{…}}\n"
        "and of a history\n"
        "  {\"event\":{…},\"result\":\"applied|skipped|refused\",\"error\":…,\n"
        "   \"changed\":{\"FIELD\":{\"from\":…,\"to\":…}},\"exists\":true}\n",
    .flags = {{"json", false}, {"history", false}, {"at", true}},
    .run = run,
};
