/* failed: keys that wait for repair, and repairing them. */
#include <string.h>

#include "codec/value.h"
#include "engine/failed_keys.h"
#include "service/answer.h"
#include "service/failed_repair.h"
#include "service/key_report.h"

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

static int run_list(projc__cli *cli)
{
    projc_error error = {0};
    projc_json_writer *writer =
        projc__cli_has(cli, "json") ? projc__answer_new(cli->arena, &error) : NULL;
    projc__target target;
    size_t total = 0;
    projc_status status;

    if (projc__cli_has(cli, "json") && writer == NULL)
        return projc__cli_fail(cli, &error);
    if (cli->argument_count > 2)
        return projc__cli_usage(cli, "`failed list` takes one NAME at most");
    if (cli->argument_count == 2 && !projc__cli_projection(cli, cli->arguments[1], &target))
        return PROJC__EXIT_USAGE;
    if (writer != NULL)
        projc_json_write_list(writer);
    status = cli->argument_count == 2 ? list_projection(cli, &target, writer, &total, &error)
                                      : list_all(cli, writer, &total, &error);
    if (writer != NULL && status == PROJC_OK) {
        projc_json_write_list_end(writer);
        status = projc__answer_print(writer, &error);
    }
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (writer != NULL)
        return PROJC__EXIT_OK;
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
    projc_error error = {0};
    projc_json_writer *writer =
        projc__cli_has(cli, "json") ? projc__answer_new(cli->arena, &error) : NULL;
    projc__key_row row;
    projc__waits waits = {0};
    projc_store *store;
    projc_status status;

    if (projc__cli_has(cli, "json") && writer == NULL)
        return projc__cli_fail(cli, &error);
    status = projc__cli_store(cli, &store, &error);
    if (status == PROJC_OK)
        status = projc__failed_show(store, target->module, target->projection, key, cli->arena,
                                    &row, &error);
    if (status == PROJC_OK)
        status = projc__load_waits(store, target, cli->arena, &waits, &error);
    if (status == PROJC_OK)
        status = projc__load_traces(store, target, cli->arena, &row, 1, &error);
    if (status == PROJC_ABSENT) {
        printf("the key is in order\n");
        return PROJC__EXIT_OK;
    }
    if (status == PROJC_OK && writer != NULL) {
        status = projc__write_key_row(cli->arena, target, &row, &waits, writer, &error);
        if (status == PROJC_OK)
            status = projc__answer_print(writer, &error);
    } else if (status == PROJC_OK)
        status = projc__print_key_row(cli->arena, target, &row, &waits, &error);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
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
    return projc__cli_repair(cli, &target, is_retry, has_key ? &key : NULL);
}

const projc__command projc__command_failed = {
    .name = "failed",
    .summary = "list, show, retry or skip what could not be applied",
    .usage =
        "failed [list [NAME]] [--json]\n"
        "       ... failed show NAME [KEY...] [--json]\n"
        "       ... failed retry NAME [KEY...] [--dry-run] [--json]\n"
        "       ... failed skip NAME [KEY...] [--yes] [--dry-run] [--json]\n"
        "\n"
        "A key stops at an event that cannot be applied; its later events wait. `retry`\n"
        "applies that event and the waiting ones again, for all failed keys of NAME without\n"
        "KEY; `skip` passes over the event and records that: it asks at a terminal, and wants\n"
        "--yes elsewhere. An event whose id cannot be read has no key: `show` and `skip` without\n"
        "KEY mean it. How many events wait is shown for projections by key, which keep a record\n"
        "of them (WAITING_MAX); an aggregate's are found in the log.\n"
        "Both may be used while services run; --dry-run only says what they would begin with.\n"
        "With --json each key is a line,\n"
        "{\"projection\":…,\"key\":…,\"result\":\"OK\",\"applied\":…,\"failed\":null}\n"
        "or with the result KEY_FAILED and what `failed show` prints; with --dry-run it has\n"
        "\"no\" and \"event\" that they would begin with.\n"
        "Exit 1 when something is still failed.\n",
    .flags = {{"json", false}, {"dry-run", false}, {"yes", false}},
    .run = run,
};
