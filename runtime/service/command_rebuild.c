/* reset and rebuild: a projection starts over. */
#include <string.h>

#include "engine/rebuild.h"
#include "service/cli.h"
#include "service/progress.h"

static int run_reset(projc__cli *cli)
{
    projc__target target;
    projc_store *store;
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count != 1)
        return projc__cli_usage(cli, "`reset` needs the NAME of one projection");
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    if (!projc__cli_has(cli, "yes"))
        return projc__cli_usage(cli, "reset empties `%s` and starts it at event 1 again: add --yes",
                                target.type->name);
    status = projc__cli_store(cli, &store, &error);
    if (status == PROJC_OK)
        status = projc__reset(store, target.module, target.projection, false, &error);
    if (status == PROJC_ABSENT) {
        printf("%s has never run: there is nothing to reset\n", target.type->name);
        return PROJC__EXIT_OK;
    }
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    printf("%s is empty; `%s run` applies the events again\n", target.type->name, cli->program);
    return PROJC__EXIT_OK;
}

const projc__command projc__command_reset = {
    .name = "reset",
    .summary = "empty a projection; the next run replays everything",
    .usage =
        "reset NAME --yes\n"
        "\n"
        "Deletes the projection's states, failed keys and recorded skips, and starts at event 1\n"
        "again, as if it had never run: what its handlers `notify` is sent again. `rebuild\n"
        "NAME --in-place` notifies only of events that the projection had not reached.\n",
    .flags = {{"yes", false}},
    .run = run_reset,
};

/* What the rebuild reports to. */
typedef struct rebuild_display {
    projc__progress_display display;
    projc__progress last;
} rebuild_display;

static bool show(void *context, const projc__rebuild_progress *progress)
{
    rebuild_display *self = context;

    self->last = (projc__progress){
        .events = progress->events,
        .position = progress->position < progress->head ? progress->position : progress->head,
        .target = progress->head};
    projc__progress_show(&self->display, &self->last);
    return true;
}

static int run_rebuild(projc__cli *cli)
{
    projc__target target;
    projc__engine engine;
    projc__workspace *workspace = NULL;
    rebuild_display progress;
    projc__rebuild_options options = {.forgets_skipped = projc__cli_has(cli, "retry-skipped"),
                                      .report = show,
                                      .context = &progress};
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count != 1)
        return projc__cli_usage(cli, "`rebuild` needs the NAME of one projection");
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    if (!projc__cli_has(cli, "in-place"))
        return projc__cli_usage(cli,
                                "rebuilding beside the live tables is not supported yet: give "
                                "--in-place (readers see an empty table until it has caught up)");
    projc__cli_engine(cli, &engine);
    progress.last = (projc__progress){.events = 0};
    projc__progress_begin(&progress.display, &cli->log);
    status = projc__workspace_new(&engine, &workspace, &error);
    if (status == PROJC_OK)
        status = projc__rebuild_in_place(&engine, workspace, target.module, target.projection,
                                         &options, &error);
    projc__workspace_free(workspace);
    progress.last.is_last = true;
    projc__progress_show(&progress.display, &progress.last);
    error.status = status;
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    printf("%s is rebuilt\n", target.type->name);
    return PROJC__EXIT_OK;
}

const projc__command projc__command_rebuild = {
    .name = "rebuild",
    .summary = "apply all events again, with today's program",
    .usage =
        "rebuild NAME --in-place [--retry-skipped]\n"
        "\n"
        "Empties the projection, takes over the program's shape and logic, and applies the log\n"
        "up to its end. Recorded skips are honoured unless --retry-skipped. Notifications are\n"
        "sent only for events that the projection had not reached before.\n",
    .flags = {{"in-place", false}, {"retry-skipped", false}},
    .run = run_rebuild,
};

/* ---- wait ---- */

/* What the wait came to, as an object. */
static int print_wait(projc__cli *cli, const projc__target *target, int64_t position,
                      projc_status result, const projc_error *told)
{
    projc_json_writer *writer = projc_json_writer_new(cli->arena);
    projc_error error = {0};
    const char *name = projc_status_name(result);
    projc_text text;

    if (writer == NULL) {
        (void)projc_error_set(&error, PROJC_NO_MEMORY, "out of memory");
        return projc__cli_fail(cli, &error);
    }
    projc_json_write_map(writer);
    projc_json_write_name(writer, "projection");
    projc_json_write_text(writer, projc_text_of(target->type->name, strlen(target->type->name)));
    projc_json_write_name(writer, "position");
    projc_json_write_integer(writer, position);
    projc_json_write_name(writer, "result");
    projc_json_write_text(writer, projc_text_of(name, strlen(name)));
    projc_json_write_name(writer, "error");
    if (result == PROJC_OK)
        projc_json_write_null(writer);
    else
        projc_json_write_text(writer, projc_text_of(told->message, strlen(told->message)));
    projc_json_write_map_end(writer);
    if (projc_json_writer_finish(writer, &text, &error) != PROJC_OK)
        return projc__cli_fail(cli, &error);
    printf("%.*s\n", (int)text.size, text.data);
    return result == PROJC_OK ? PROJC__EXIT_OK : PROJC__EXIT_FOUND;
}

static bool is_answer(projc_status status)
{
    return status == PROJC_OK || status == PROJC_KEY_FAILED || status == PROJC_NO_SUCH_EVENT ||
           status == PROJC_TIMED_OUT;
}

static int run_wait(projc__cli *cli)
{
    const char *timeout = projc__cli_flag(cli, "timeout");
    projc_value parts[PROJC__ARGUMENTS_MAX];
    uint32_t count = 0;
    int64_t position;
    int64_t timeout_ms = 10000;
    projc__target target;
    projc_store *store;
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count < 2)
        return projc__cli_usage(cli, "`wait` needs NAME and POSITION");
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    if (!projc_parse_integer(projc_text_of(cli->arguments[1], strlen(cli->arguments[1])), 1,
                             INT64_MAX, &position))
        return projc__cli_usage(cli, "POSITION is `%s`, not a number of 1 or more",
                                cli->arguments[1]);
    if (timeout != NULL && !projc__parse_duration_ms(timeout, &timeout_ms))
        return projc__cli_usage(cli, "--timeout is `%s`, not a time such as 500ms, 5s, 1m",
                                timeout);
    if (cli->argument_count > 2 && !projc__cli_key(cli, &target, 2, parts, &count))
        return PROJC__EXIT_USAGE;
    status = projc__cli_store(cli, &store, &error);
    if (status == PROJC_OK)
        status = projc_wait_for(store, target.module, target.projection, count > 0 ? parts : NULL,
                                count, position, timeout_ms, &error);
    if (projc__cli_has(cli, "json") && is_answer(status))
        return print_wait(cli, &target, position, status, &error);
    if (status == PROJC_OK) {
        printf("%s has applied everything up to %lld\n", target.type->name, (long long)position);
        return PROJC__EXIT_OK;
    }
    error.status = status;
    return projc__cli_fail(cli, &error);
}

const projc__command projc__command_wait = {
    .name = "wait",
    .summary = "wait until a projection has applied an event",
    .usage =
        "wait NAME POSITION [KEY...] [--timeout 10s] [--json]\n"
        "\n"
        "Exit 0 when it is applied; 1 when the time is over, the key is failed, or there will be\n"
        "no event of that number (--json: result OK, TIMED_OUT, KEY_FAILED, NO_SUCH_EVENT).\n",
    .flags = {{"timeout", true}, {"json", false}},
    .run = run_wait,
};
