/* failed: keys that wait for repair, and repairing them. */
#include <string.h>

#include "codec/value.h"
#include "engine/failed_keys.h"
#include "service/key_report.h"
#include "service/cli.h"

/* ---- list and show ---- */

/* One projection's keys, printed or written. */
static projc_status list_projection(projc__cli *cli, const projc__target *target,
                                    projc_json_writer *writer, size_t *total, projc_error *error)
{
    projc__key_row *rows = NULL;
    projc__waits waits = {0};
    size_t count = 0;
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__failed_list(store, target->module, target->projection, cli->arena, &rows,
                                    &count, error);
    if (status == PROJC_OK)
        status = projc__load_waits(store, target, cli->arena, &waits, error);
    if (status == PROJC_ABSENT)
        return PROJC_OK; /* it has never run: nothing can have failed */
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        status = writer != NULL
                     ? projc__write_key_row(cli->arena, target, &rows[i], &waits, writer, error)
                     : projc__print_key_row(cli->arena, target, &rows[i], &waits, error);
    *total += count;
    return status;
}

static projc_status list_all(projc__cli *cli, projc_json_writer *writer, size_t *total,
                             projc_error *error)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++) {
        const projc_module *module = cli->service->modules[i];

        for (uint32_t j = 0; j < module->projection_count && status == PROJC_OK; j++) {
            projc__target target = projc__target_of(module, j);

            status = list_projection(cli, &target, writer, total, error);
        }
    }
    return status;
}

static int finish_json(projc__cli *cli, projc_json_writer *writer, projc_status status,
                       projc_error *error)
{
    projc_text text;

    if (status == PROJC_OK)
        status = projc_json_writer_finish(writer, &text, error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, error);
    printf("%.*s\n", (int)text.size, text.data);
    return PROJC__EXIT_OK;
}

static int no_memory(projc__cli *cli)
{
    projc_error error = {0};

    (void)projc_error_set(&error, PROJC_NO_MEMORY, "out of memory");
    return projc__cli_fail(cli, &error);
}

static int run_list(projc__cli *cli)
{
    projc_json_writer *writer =
        projc__cli_has(cli, "json") ? projc_json_writer_new(cli->arena) : NULL;
    projc__target target;
    size_t total = 0;
    projc_error error = {0};
    projc_status status;

    if (projc__cli_has(cli, "json") && writer == NULL)
        return no_memory(cli);
    if (cli->argument_count > 2)
        return projc__cli_usage(cli, "`failed list` takes one NAME at most");
    if (cli->argument_count == 2 && !projc__cli_projection(cli, cli->arguments[1], &target))
        return PROJC__EXIT_USAGE;
    if (writer != NULL)
        projc_json_write_list(writer);
    status = cli->argument_count == 2 ? list_projection(cli, &target, writer, &total, &error)
                                      : list_all(cli, writer, &total, &error);
    if (writer != NULL) {
        projc_json_write_list_end(writer);
        return finish_json(cli, writer, status, &error);
    }
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (total == 0)
        printf("nothing is failed\n");
    else
        printf("with the cause mended, `%s failed retry NAME [KEY]` goes on; `%s failed skip NAME "
               "KEY` passes over the event\n",
               cli->program, cli->program);
    return PROJC__EXIT_OK;
}

/* The key typed behind NAME, as it is stored; the empty one when none is typed. */
static projc_status read_key(projc__cli *cli, const projc__target *target, projc_bytes *key,
                             projc_error *error)
{
    projc_value parts[PROJC__ARGUMENTS_MAX];
    uint32_t count = 0;
    projc_msgpack_writer *writer = projc_msgpack_writer_new(cli->arena);

    if (cli->argument_count > 2 && !projc__cli_key(cli, target, 2, parts, &count))
        return PROJC_INVALID;
    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a key");
    return projc__key_encode(writer, parts, count, key, error);
}

/* An event whose key cannot be computed stands under the empty key, and is named by none. ABSENT:
 * there is no such event, so a KEY was forgotten. */
static projc_status find_keyless(projc__cli *cli, const projc__target *target, projc_bytes no_key,
                                 projc_error *error)
{
    projc__key_row row;
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__failed_show(store, target->module, target->projection, no_key, cli->arena,
                                    &row, error);
    return status;
}

static int run_show(projc__cli *cli, const projc__target *target, projc_bytes key)
{
    projc_json_writer *writer =
        projc__cli_has(cli, "json") ? projc_json_writer_new(cli->arena) : NULL;
    projc__key_row row;
    projc__waits waits = {0};
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(cli, &store, &error);

    if (projc__cli_has(cli, "json") && writer == NULL)
        return no_memory(cli);
    if (status == PROJC_OK)
        status = projc__failed_show(store, target->module, target->projection, key, cli->arena,
                                    &row, &error);
    if (status == PROJC_OK)
        status = projc__load_waits(store, target, cli->arena, &waits, &error);
    if (status == PROJC_ABSENT) {
        printf("the key is in order\n");
        return PROJC__EXIT_OK;
    }
    if (status == PROJC_OK && writer != NULL) {
        status = projc__write_key_row(cli->arena, target, &row, &waits, writer, &error);
        return finish_json(cli, writer, status, &error);
    }
    if (status == PROJC_OK)
        status = projc__print_key_row(cli->arena, target, &row, &waits, &error);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

/* ---- retry and skip ---- */

typedef projc_status (*repair_function)(projc__projector *, projc__workspace *, projc_bytes,
                                        projc_arena *, projc__repaired *, projc_error *);

/* What repairs work with. */
typedef struct repairing {
    projc__cli *cli;
    projc__engine engine;
    projc__workspace *workspace;
    projc__projector *projector;
    const projc__target *target;
    repair_function repair;
    uint32_t still_failed;
} repairing;

static projc_status print_failed(repairing *self, const projc__key_row *row, projc_error *error)
{
    projc__waits waits = {0};
    projc_store *store;
    projc_status status = projc__cli_store(self->cli, &store, error);

    if (status == PROJC_OK)
        status = projc__load_waits(store, self->target, self->cli->arena, &waits, error);
    if (status == PROJC_OK)
        status = projc__print_key_row(self->cli->arena, self->target, row, &waits, error);
    return status;
}

static projc_status repair_one(repairing *self, projc_bytes key, projc_error *error)
{
    projc__repaired repaired = {.is_healed = false};
    projc__buffer text;
    projc_status status =
        self->repair(self->projector, self->workspace, key, self->cli->arena, &repaired, error);

    if (status == PROJC_ABSENT) {
        printf("the key is in order\n");
        return PROJC_OK;
    }
    if (status != PROJC_OK)
        return status;
    projc__buffer_init(&text);
    status = projc__put_key(self->cli->arena, self->target, key, &text, error);
    if (status == PROJC_OK && repaired.is_healed)
        printf("%s %s: in order again, %lld event%s applied\n", self->target->type->name, text.data,
               (long long)repaired.applied, repaired.applied == 1 ? "" : "s");
    projc__buffer_clear(&text);
    if (status == PROJC_OK && !repaired.is_healed) {
        self->still_failed++;
        status = print_failed(self, &repaired.row, error);
    }
    return status;
}

/* `failed retry NAME` without a key: all of the projection's. */
static projc_status repair_all(repairing *self, projc_error *error)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    projc_store *store;
    projc_status status = projc__cli_store(self->cli, &store, error);

    if (status == PROJC_OK)
        status = projc__failed_list(store, self->target->module, self->target->projection,
                                    self->cli->arena, &rows, &count, error);
    if (status == PROJC_ABSENT || (status == PROJC_OK && count == 0)) {
        printf("nothing is failed\n");
        return PROJC_OK;
    }
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        status = repair_one(self, rows[i].key, error);
    return status;
}

static int run_repair(projc__cli *cli, const projc__target *target, repair_function repair,
                      const projc_bytes *key)
{
    repairing self = {.cli = cli, .target = target, .repair = repair};
    projc_error error = {0};
    projc_status status;

    projc__cli_engine(cli, &self.engine);
    status = projc__workspace_new(&self.engine, &self.workspace, &error);
    if (status == PROJC_OK)
        status = projc__projector_open(&self.engine, self.workspace, target->module,
                                       target->projection, &self.projector, &error);
    if (status == PROJC_OK)
        status = key == NULL ? repair_all(&self, &error) : repair_one(&self, *key, &error);
    projc__projector_close(self.projector);
    projc__workspace_free(self.workspace);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    return self.still_failed > 0 ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

/* What a repair would begin with; *told: how many keys. */
static projc_status tell_repairs(projc__cli *cli, const projc__target *target, bool is_retry,
                                 const projc_bytes *key, size_t *told, projc_error *error)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__failed_list(store, target->module, target->projection, cli->arena, &rows,
                                    &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        projc__buffer text;

        if (key != NULL && projc_bytes_compare(rows[i].key, *key) != 0)
            continue;
        projc__buffer_init(&text);
        status = projc__put_key(cli->arena, target, rows[i].key, &text, error);
        if (status == PROJC_OK)
            printf(is_retry
                       ? "%s %s: would apply event %lld (%.*s) again, and what waits behind it\n"
                       : "%s %s: would pass over event %lld (%.*s), and apply what waits behind "
                         "it\n",
                   target->type->name, text.data, (long long)rows[i].no,
                   (int)rows[i].event_name.size, rows[i].event_name.data);
        projc__buffer_clear(&text);
        ++*told;
    }
    return status;
}

static int run_dry(projc__cli *cli, const projc__target *target, bool is_retry,
                   const projc_bytes *key)
{
    size_t told = 0;
    projc_error error = {0};
    projc_status status = tell_repairs(cli, target, is_retry, key, &told, &error);

    if (status != PROJC_OK && status != PROJC_ABSENT)
        return projc__cli_fail(cli, &error);
    if (told == 0)
        printf(key != NULL ? "the key is in order\n" : "nothing is failed\n");
    return PROJC__EXIT_OK;
}

static int run(projc__cli *cli)
{
    const char *action = cli->argument_count > 0 ? cli->arguments[0] : "list";
    bool is_retry = strcmp(action, "retry") == 0;
    bool is_skip = strcmp(action, "skip") == 0;
    bool is_show = strcmp(action, "show") == 0;
    projc__target target;
    projc_bytes key = {NULL, 0};
    bool has_key;
    projc_error error = {0};

    if (strcmp(action, "list") == 0)
        return run_list(cli);
    if (!is_retry && !is_skip && !is_show)
        return projc__cli_usage(cli, "`failed` does list, show, retry or skip, not `%s`", action);
    if (cli->argument_count < 2)
        return projc__cli_usage(cli, "`failed %s` needs the NAME of a projection", action);
    if (!projc__cli_projection(cli, cli->arguments[1], &target))
        return PROJC__EXIT_USAGE;
    has_key = cli->argument_count > 2 || target.type->kind == PROJC_STREAM_PROJECTION;
    if (has_key || !is_retry) {
        projc_status status = read_key(cli, &target, &key, &error);

        if (status == PROJC_INVALID && error.message[0] == '\0')
            return PROJC__EXIT_USAGE; /* said already */
        if (status != PROJC_OK)
            return projc__cli_fail(cli, &error);
    }
    if (!has_key && !is_retry) {
        projc_status status = find_keyless(cli, &target, key, &error);

        if (status == PROJC_ABSENT)
            return projc__cli_usage(cli, "`failed %s %s` needs a KEY: `failed list %s` shows them",
                                    action, target.type->name, target.type->name);
        if (status != PROJC_OK)
            return projc__cli_fail(cli, &error);
        has_key = true;
    }
    if (is_show)
        return run_show(cli, &target, key);
    if (projc__cli_has(cli, "dry-run"))
        return run_dry(cli, &target, is_retry, has_key ? &key : NULL);
    return run_repair(cli, &target, is_retry ? projc__failed_retry : projc__failed_skip,
                      has_key ? &key : NULL);
}

const projc__command projc__command_failed = {
    .name = "failed",
    .summary = "list, show, retry or skip what could not be applied",
    .usage =
        "failed [list [NAME]] [--json]\n"
        "       ... failed show NAME [KEY...] [--json]\n"
        "       ... failed retry NAME [KEY...] [--dry-run]\n"
        "       ... failed skip NAME [KEY...] [--dry-run]\n"
        "\n"
        "A key stops at an event that cannot be applied; its later events wait. `retry`\n"
        "applies that event and the waiting ones again, for all failed keys of NAME without\n"
        "KEY; `skip` passes over the event and records that. An event whose id cannot be read\n"
        "has no key: `show` and `skip` without KEY mean it. How many events wait is shown for\n"
        "projections by key, which keep a record of them (WAITING_MAX); an aggregate's are\n"
        "found in the log.\n"
        "Both may be used while services run; --dry-run only says what they would begin with.\n"
        "Exit 1 when something is still failed.\n",
    .flags = {{"json", false}, {"dry-run", false}},
    .run = run,
};
