/* verify and audit: what is stored, held against the log. */
#include <inttypes.h>
#include <string.h>

#include "codec/json_tree.h"
#include "codec/value.h"
#include "engine/state_row.h"
#include "engine/verify.h"
#include "service/cli.h"
#include "service/key_report.h"

/* More are counted, and not shown. */
enum { SHOWN_MAX = 1000 };

/* One projection on its way through a command. */
typedef struct checking {
    projc__cli *cli;
    projc__target target;
    bool is_json;
    int64_t shown;
    projc_arena *arena;   /* of one difference */
    projc_status trouble; /* NO_MEMORY while something was shown */
} checking;

static projc_text text_of(const char *text)
{
    return projc_text_of(text, strlen(text));
}

/* ---- one difference ---- */

/* "balance 6f1c…" or "sales.orders 6f1c… 2" */
static void print_subject(checking *self, const projc__difference *difference)
{
    uint32_t parts = difference->name != NULL ? difference->table->key_count
                                              : projc__key_parts(self->target.type);
    projc__buffer text;

    projc__buffer_init(&text);
    for (uint32_t i = 0; i < parts; i++) {
        projc__buffer_put_char(&text, ' ');
        projc__value_put(&text, &difference->table->columns[i], &difference->key[i]);
    }
    printf("%s%s%s%s", self->target.type->name, difference->name != NULL ? "." : "",
           difference->name != NULL ? difference->name : "", text.size > 0 ? text.data : "");
    projc__buffer_clear(&text);
}

static void print_text(const char *before, const projc__json *value)
{
    printf("%s%.*s", before, value != NULL ? (int)value->raw.size : 7,
           value != NULL ? value->raw.data : "nothing");
}

/* "    amount: stored 10, the log gives 20" for each field that differs. */
static projc_status print_fields(const checking *self, const projc__difference *difference)
{
    projc__json *stored = NULL;
    projc__json *expected = NULL;
    projc_status status = projc__json_parse(self->arena, difference->stored, &stored, NULL);

    if (status == PROJC_OK)
        status = projc__json_parse(self->arena, difference->expected, &expected, NULL);
    for (uint32_t i = 0; status == PROJC_OK && i < expected->count; i++) {
        const projc__json *should = &expected->items[i];
        const projc__json *is = projc__json_find(stored, should->key);

        if (is != NULL && is->raw.size == should->raw.size &&
            memcmp(is->raw.data, should->raw.data, is->raw.size) == 0)
            continue;
        printf("    %.*s", (int)should->key.size, should->key.data);
        print_text(": stored ", is);
        print_text(", the log gives ", should);
        printf("\n");
    }
    return status;
}

static projc_status print_difference(checking *self, const projc__difference *difference)
{
    print_subject(self, difference);
    if (difference->problem.size > 0) {
        printf(": cannot be read: %.*s\n", (int)difference->problem.size, difference->problem.data);
        return PROJC_OK;
    }
    if (difference->stored.size == 0) {
        printf(": not stored; the log gives %.*s\n", (int)difference->expected.size,
               difference->expected.data);
        return PROJC_OK;
    }
    if (difference->expected.size == 0) {
        printf(": stored as %.*s; the log gives nothing\n", (int)difference->stored.size,
               difference->stored.data);
        return PROJC_OK;
    }
    if (difference->stored_position != difference->expected_position)
        printf(": last changed by event %" PRId64 ", by the log it is %" PRId64 "\n",
               difference->stored_position, difference->expected_position);
    else
        printf(": not what the log gives\n");
    return print_fields(self, difference);
}

static void write_row(projc_json_writer *writer, const char *name, projc_text json)
{
    projc_json_write_name(writer, name);
    if (json.size == 0)
        projc_json_write_null(writer);
    else
        projc_json_write_raw(writer, json);
}

static void write_number(projc_json_writer *writer, const char *name, int64_t value)
{
    projc_json_write_name(writer, name);
    projc_json_write_integer(writer, value);
}

static projc_json_writer *begin_line(checking *self)
{
    projc_json_writer *writer = projc_json_writer_new(self->arena);

    if (writer == NULL) {
        self->trouble = PROJC_NO_MEMORY;
        return NULL;
    }
    projc_json_write_map(writer);
    projc_json_write_name(writer, "projection");
    projc_json_write_text(writer, text_of(self->target.type->name));
    return writer;
}

static projc_status end_line(projc_json_writer *writer)
{
    projc_text text;
    projc_status status;

    projc_json_write_map_end(writer);
    status = projc_json_writer_finish(writer, &text, NULL);
    if (status == PROJC_OK)
        printf("%.*s\n", (int)text.size, text.data);
    return status;
}

static projc_status write_difference(checking *self, const projc__difference *difference)
{
    uint32_t parts = difference->name != NULL ? difference->table->key_count
                                              : projc__key_parts(self->target.type);
    projc_json_writer *writer = begin_line(self);

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc_json_write_name(writer, "table");
    if (difference->name == NULL)
        projc_json_write_null(writer);
    else
        projc_json_write_text(writer, text_of(difference->name));
    projc_json_write_name(writer, "key");
    projc__key_write_json(writer, difference->table->columns, difference->key, parts);
    if (difference->name == NULL) {
        write_number(writer, "stored_position", difference->stored_position);
        write_number(writer, "expected_position", difference->expected_position);
    }
    if (difference->problem.size > 0) {
        projc_json_write_name(writer, "problem");
        projc_json_write_text(writer, difference->problem);
    }
    write_row(writer, "stored", difference->stored);
    write_row(writer, "expected", difference->expected);
    return end_line(writer);
}

static void tell(void *context, const projc__difference *difference)
{
    checking *self = context;
    projc_status status;

    if (self->shown++ >= SHOWN_MAX)
        return;
    projc_arena_reset(self->arena);
    status =
        self->is_json ? write_difference(self, difference) : print_difference(self, difference);
    if (status != PROJC_OK)
        self->trouble = status;
}

static void tell_failure(void *context, const projc__key_row *row)
{
    checking *self = context;
    projc_json_writer *writer;
    projc__buffer key;

    projc_arena_reset(self->arena);
    if (self->is_json) {
        writer = begin_line(self);
        if (writer == NULL)
            return;
        write_number(writer, "fails_at", row->no);
        projc_json_write_name(writer, "message");
        projc_json_write_text(writer, row->message);
        self->trouble = end_line(writer);
        return;
    }
    projc__buffer_init(&key);
    self->trouble = projc__put_key(self->arena, &self->target, row->key, &key, NULL);
    if (self->trouble == PROJC_OK)
        printf("%s %s: event %" PRId64 " fails when the log is replayed: %.*s\n",
               self->target.type->name, key.data, row->no, (int)row->message.size,
               row->message.data);
    projc__buffer_clear(&key);
}

/* ---- verify ---- */

static void print_summary(const checking *self, const projc__verify_result *result)
{
    const char *name = self->target.type->name;

    printf("%s: %" PRId64 " state%s", name, result->states, result->states == 1 ? "" : "s");
    if (self->target.type->table_count > 0)
        printf(" and %" PRId64 " row%s", result->rows, result->rows == 1 ? "" : "s");
    printf(" compared up to event %" PRId64 ": ", result->position);
    if (result->differences == 0)
        printf("%s\n", result->undecided == 0 ? "as the log says" : "no difference found");
    else
        printf("%" PRId64 " difference%s\n", result->differences,
               result->differences == 1 ? "" : "s");
    if (self->shown > SHOWN_MAX)
        printf("%s: the first %d differences are shown\n", name, SHOWN_MAX);
    if (result->waiting > 0)
        printf("%s: %" PRId64 " key%s for repair and %s not compared: see `%s failed list`\n", name,
               result->waiting, result->waiting == 1 ? " waits" : "s wait",
               result->waiting == 1 ? "was" : "were", self->cli->program);
    if (result->undecided > 0)
        printf("%s: %" PRId64 " row%s changed at every look: try again when less is written\n",
               name, result->undecided, result->undecided == 1 ? "" : "s");
}

static projc_status write_summary(checking *self, const projc__verify_result *result)
{
    projc_json_writer *writer;

    projc_arena_reset(self->arena);
    writer = begin_line(self);
    if (writer == NULL)
        return PROJC_NO_MEMORY;
    write_number(writer, "position", result->position);
    write_number(writer, "states", result->states);
    write_number(writer, "rows", result->rows);
    write_number(writer, "differences", result->differences);
    write_number(writer, "waiting", result->waiting);
    write_number(writer, "undecided", result->undecided);
    return end_line(writer);
}

static int verify_one(checking *self, const projc_value *key, int64_t sample)
{
    projc__verify_request request = {.module = self->target.module,
                                     .projection = self->target.projection,
                                     .key = key,
                                     .sample = sample,
                                     .tell = tell,
                                     .tell_failure = tell_failure,
                                     .context = self};
    projc__verify_result result;
    projc__engine engine;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(self->cli, &store, &error);

    projc__cli_engine(self->cli, &engine);
    request.seed = (uint64_t)projc__clock_now(engine.clock);
    self->shown = 0;
    if (status == PROJC_OK)
        status = projc__verify(&engine, store, &request, &result, &error);
    if (status == PROJC_OK && self->is_json)
        self->trouble = write_summary(self, &result);
    else if (status == PROJC_OK)
        print_summary(self, &result);
    if (status == PROJC_OK && self->trouble != PROJC_OK)
        status = projc_error_set(&error, self->trouble, "a difference could not be shown");
    error.status = status;
    if (status != PROJC_OK)
        return projc__cli_fail(self->cli, &error);
    return result.differences + result.undecided > 0 ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

/* Every projection of the service, or the one that is named; the worst status. */
static int for_each(checking *self, int (*check)(checking *self))
{
    const projc_service_options *service = self->cli->service;
    int worst = PROJC__EXIT_OK;

    for (uint32_t i = 0; i < service->module_count; i++) {
        const projc_module *module = service->modules[i];

        for (uint32_t j = 0; j < module->projection_count; j++) {
            const projc_projection_type *type = &module->projections[j];
            int status;

            self->target = (projc__target){module, j, type, &module->streams[type->stream]};
            status = check(self);
            worst = status > worst ? status : worst;
        }
    }
    return worst;
}

static int verify_all(checking *self)
{
    return verify_one(self, NULL, 0);
}

static int run_verify(projc__cli *cli)
{
    checking self = {.cli = cli, .is_json = projc__cli_has(cli, "json")};
    const char *sample_text = projc__cli_flag(cli, "sample");
    projc_value parts[PROJC__ARGUMENTS_MAX];
    uint32_t count = 0;
    int64_t sample = 0;
    int exit_status;

    if (sample_text != NULL && !projc_parse_integer(text_of(sample_text), 1, 1000000, &sample))
        return projc__cli_usage(cli, "--sample is `%s`, not a number from 1 to 1000000",
                                sample_text);
    if (sample > 0 && cli->argument_count != 1)
        return projc__cli_usage(cli, "--sample draws keys of one projection: give its NAME alone");
    if (cli->argument_count > 0 && !projc__cli_projection(cli, cli->arguments[0], &self.target))
        return PROJC__EXIT_USAGE;
    if (cli->argument_count > 1 && !projc__cli_key(cli, &self.target, 1, parts, &count))
        return PROJC__EXIT_USAGE;
    self.arena = projc_arena_new(0);
    if (self.arena == NULL) {
        projc_error error = {.status = PROJC_NO_MEMORY};

        return projc__cli_fail(cli, &error);
    }
    if (cli->argument_count == 0)
        exit_status = for_each(&self, verify_all);
    else
        exit_status = verify_one(&self, count > 0 ? parts : NULL, sample);
    projc_arena_free(self.arena);
    return exit_status;
}

const projc__command projc__command_verify = {
    .name = "verify",
    .summary = "replay the log and compare with what is stored",
    .usage =
        "verify [NAME [KEY...]] [--sample N] [--json]\n"
        "\n"
        "Applies the log again, into a private temporary database, and compares every state and\n"
        "row with what is stored; of one key, or of N keys drawn at random, if asked so. Writes\n"
        "nothing, and may run beside services. Functions in C (extern) are called again.\n"
        "Exit 1: something differs. With --json each difference is a line, and the last line of\n"
        "each projection is\n"
        "  {\"projection\":…,\"position\":…,\"states\":…,\"rows\":…,\"differences\":…,\"waiting\":…,\n"
        "   \"undecided\":…}\n",
    .flags = {{"sample", true}, {"json", false}},
    .run = run_verify,
};

/* ---- audit ---- */

static void print_audit(const checking *self, const projc__audit_result *result)
{
    const char *name = self->target.type->name;
    int64_t applied = 0;

    for (size_t i = 0; i < result->lane_count; i++) {
        const projc__audit_lane *lane = &result->lanes[i];

        applied += lane->applied;
        if (lane->applied != lane->expected)
            printf("%s: lane %u at event %" PRId64 ": %" PRId64 " applied, by the log %" PRId64
                   "\n",
                   name, lane->lane, lane->position, lane->applied, lane->expected);
    }
    printf("%s: %zu lane%s, %" PRId64 " events applied: %s\n", name, result->lane_count,
           result->lane_count == 1 ? "" : "s", applied,
           result->differences == 0 ? "as the log says" : "not what the log says");
    if (result->strangers > 0)
        printf("%s: %" PRId64 " recorded failures or skips name events that the log has not\n",
               name, result->strangers);
    if (result->waiting > 0)
        printf("%s: %" PRId64 " key%s for repair; what waits behind is not applied yet\n", name,
               result->waiting, result->waiting == 1 ? " waits" : "s wait");
}

static projc_status write_audit(checking *self, const projc__audit_result *result)
{
    projc_json_writer *writer;

    projc_arena_reset(self->arena);
    writer = begin_line(self);
    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc_json_write_name(writer, "lanes");
    projc_json_write_list(writer);
    for (size_t i = 0; i < result->lane_count; i++) {
        projc_json_write_map(writer);
        write_number(writer, "lane", result->lanes[i].lane);
        write_number(writer, "position", result->lanes[i].position);
        write_number(writer, "applied", result->lanes[i].applied);
        write_number(writer, "expected", result->lanes[i].expected);
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
    write_number(writer, "differences", result->differences);
    write_number(writer, "strangers", result->strangers);
    write_number(writer, "waiting", result->waiting);
    return end_line(writer);
}

static int audit_one(checking *self)
{
    projc__audit_result result;
    projc__engine engine;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(self->cli, &store, &error);

    projc__cli_engine(self->cli, &engine);
    if (status == PROJC_OK)
        status = projc__audit(&engine, store, self->target.module, self->target.projection,
                              self->cli->arena, &result, &error);
    if (status == PROJC_OK && self->is_json)
        status = write_audit(self, &result);
    else if (status == PROJC_OK)
        print_audit(self, &result);
    error.status = status;
    if (status != PROJC_OK)
        return projc__cli_fail(self->cli, &error);
    return result.differences + result.strangers > 0 ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

static int run_audit(projc__cli *cli)
{
    checking self = {.cli = cli, .is_json = projc__cli_has(cli, "json")};
    int exit_status;

    if (cli->argument_count > 1)
        return projc__cli_usage(cli, "`audit` takes the NAME of one projection, or none");
    if (cli->argument_count > 0 && !projc__cli_projection(cli, cli->arguments[0], &self.target))
        return PROJC__EXIT_USAGE;
    self.arena = projc_arena_new(0);
    if (self.arena == NULL) {
        projc_error error = {.status = PROJC_NO_MEMORY};

        return projc__cli_fail(cli, &error);
    }
    exit_status = cli->argument_count == 0 ? for_each(&self, audit_one) : audit_one(&self);
    projc_arena_free(self.arena);
    return exit_status;
}

const projc__command projc__command_audit = {
    .name = "audit",
    .summary = "compare what was applied with what is in the log",
    .usage = "audit [NAME] [--json]\n"
             "\n"
             "Was every event applied, and once? Counts what a replay of the log applies up to\n"
             "where each lane stands, and looks recorded failures and skips up in the log. Writes\n"
             "nothing, and may run beside services. Exit 1: something differs.\n",
    .flags = {{"json", false}},
    .run = run_audit,
};
