/* rebuild: a projection made anew by today's program; wait. */
#include <string.h>

#include "engine/building.h"
#include "engine/compare_generations.h"
#include "engine/rebuild.h"
#include "service/confirm.h"
#include "service/finding_report.h"
#include "service/progress.h"

/* What the rebuild reports to. */
typedef struct rebuild_display {
    projc__cli *cli;
    const projc__target *target;
    projc__progress_display display;
    projc__progress last;
    bool is_ended; /* the bar is drawn for good */
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

static projc_status compare(void *context, projc__projector *building, projc__workspace *workspace,
                            projc_error *error)
{
    rebuild_display *self = context;
    const char *name = self->target->type->name;
    projc__checking checking = {
        .cli = self->cli, .target = *self->target, .arena = projc_arena_new(0)};
    projc__generation_difference found;
    projc_status status;

    if (checking.arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    self->last.is_last = self->is_ended = true;
    projc__progress_show(&self->display, &self->last);
    status = projc__compare_generations(building, workspace, projc__finding_difference, &checking,
                                        &found, error);
    projc_arena_free(checking.arena);
    if (status == PROJC_OK && checking.trouble != PROJC_OK)
        status = projc_error_set(error, checking.trouble, "a difference could not be shown");
    if (status != PROJC_OK)
        return status;
    printf("%s: %lld rows of the live and the new generation compared, %lld differ\n", name,
           (long long)found.rows, (long long)found.differences);
    if (found.undecided > 0)
        printf("%s: %lld rows changed at every look: try again when less is written\n", name,
               (long long)found.undecided);
    if (found.differences + found.undecided == 0)
        return PROJC_OK;
    return projc_error_set(error, PROJC_KEY_FAILED,
                           "the new generation of `%s` is not put in place of the live one: "
                           "`rebuild %s` does, and `rebuild %s --abort` drops it",
                           name, name, name);
}

/* ---- what there is beside the live generation ---- */

static projc_status load_generations(projc__cli *cli, const projc__target *target,
                                     projc__generation **rows, size_t *count, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__store_list_generations(store, target->module->package, target->type->name,
                                               cli->arena, rows, count, error);
    return status;
}

static int run_abort(projc__cli *cli, const projc__target *target)
{
    projc__generation building;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(cli, &store, &error);

    if (status == PROJC_OK)
        status = projc__building_find(store, target->module, target->projection, cli->arena,
                                      &building, &error);
    if (status == PROJC_ABSENT) {
        printf("%s is not being rebuilt\n", target->type->name);
        return PROJC__EXIT_OK;
    }
    if (status == PROJC_OK && projc__cli_has(cli, "dry-run")) {
        printf("would drop generation %lld of %s, which is being built\n",
               (long long)building.number, target->type->name);
        return PROJC__EXIT_OK;
    }
    if (status == PROJC_OK)
        status = projc__drop_generation(store, target->type, building.number, &error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    printf("generation %lld of %s, which was being built, is dropped; the live one is as it was\n",
           (long long)building.number, target->type->name);
    return PROJC__EXIT_OK;
}

static int run_drop_old(projc__cli *cli, const projc__target *target)
{
    projc__generation *rows = NULL;
    size_t count = 0;
    size_t dropped = 0;
    int exit_status = PROJC__EXIT_OK;
    projc_error error = {0};
    projc_status status = load_generations(cli, target, &rows, &count, &error);

    if (status == PROJC_OK && !projc__cli_has(cli, "dry-run") &&
        !projc__cli_confirm(cli, &exit_status, "--drop-old deletes the retired tables of `%s`",
                            target->type->name))
        return exit_status;
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (rows[i].state != PROJC__RETIRED)
            continue;
        if (!projc__cli_has(cli, "dry-run"))
            status = projc__drop_generation(cli->store, target->type, rows[i].number, &error);
        if (status == PROJC_OK)
            printf(projc__cli_has(cli, "dry-run")
                       ? "would drop generation %lld (version %u) of %s\n"
                       : "generation %lld (version %u) of %s is dropped\n",
                   (long long)rows[i].number, rows[i].version, target->type->name);
        dropped++;
    }
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (dropped == 0)
        printf("%s has no retired generation\n", target->type->name);
    return PROJC__EXIT_OK;
}

/* ---- rebuilding ---- */

static const projc__generation *find_state(const projc__generation *rows, size_t count,
                                           projc__generation_state state)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].state == state)
            return &rows[i];
    return NULL;
}

/* What a rebuild would do. */
static int tell_rebuild(projc__cli *cli, const projc__target *target)
{
    const char *name = target->type->name;
    projc__generation *rows = NULL;
    size_t count = 0;
    int64_t head = 0;
    int64_t skipped = 0;
    int64_t time;
    bool has_writers;
    projc_error error = {0};
    projc_status status = load_generations(cli, target, &rows, &count, &error);
    const projc__generation *live = find_state(rows, count, PROJC__LIVE);
    const projc__generation *building = find_state(rows, count, PROJC__BUILDING);

    if (status == PROJC_OK)
        status =
            projc__store_read_head(cli->store, target->stream, &head, &time, &has_writers, &error);
    if (status == PROJC_OK && live != NULL)
        status = projc__store_count_skipped(cli->store, live->number, &skipped, &error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (live == NULL)
        printf("%s has never run, or is paused\n", name);
    else if (projc__cli_has(cli, "in-place"))
        printf("would empty %s, and apply the events up to %lld again\n", name, (long long)head);
    else if (building != NULL)
        printf("would go on with generation %lld of %s (version %u), and put it in place of %lld\n",
               (long long)building->number, name, building->version, (long long)live->number);
    else
        printf(
            "would build version %u of %s beside generation %lld (version %u) from the events up "
            "to %lld, and put it in its place\n",
            target->type->version, name, (long long)live->number, live->version, (long long)head);
    if (skipped > 0)
        printf(projc__cli_has(cli, "retry-skipped") ? "%lld recorded skips would be tried again\n"
                                                    : "%lld recorded skips would be honoured\n",
               (long long)skipped);
    return PROJC__EXIT_OK;
}

/* Where the old rows are now. */
static void print_old(projc__cli *cli, const projc__target *target)
{
    char table[PROJC__SQL_NAME_SIZE];
    projc__generation *rows = NULL;
    size_t count = 0;
    projc_error error;

    if (load_generations(cli, target, &rows, &count, &error) != PROJC_OK)
        return; /* the rebuild is done all the same */
    for (size_t i = count; i > 0; i--) {
        if (rows[i - 1].state != PROJC__RETIRED)
            continue;
        projc__generation_name(target->type->table->name, rows[i - 1].number, table);
        printf("the old one can be read as %s until `%s rebuild %s --drop-old`\n", table,
               cli->program, target->type->name);
        return;
    }
}

static int rebuild(projc__cli *cli, const projc__target *target)
{
    bool is_in_place = projc__cli_has(cli, "in-place");
    projc__engine engine;
    projc__workspace *workspace = NULL;
    rebuild_display progress = {.cli = cli, .target = target};
    projc__rebuild_options options = {.forgets_skipped = projc__cli_has(cli, "retry-skipped"),
                                      .report = show,
                                      .context = &progress};
    projc_error error = {0};
    projc_status status;

    if (projc__cli_has(cli, "verify"))
        options.compare = compare;
    projc__cli_engine(cli, &engine);
    projc__progress_begin(&progress.display, &cli->log);
    status = projc__workspace_new(&engine, &workspace, &error);
    if (status == PROJC_OK)
        status = (is_in_place ? projc__rebuild_in_place : projc__rebuild_beside)(
            &engine, workspace, target->module, target->projection, &options, &error);
    projc__workspace_free(workspace);
    if (!progress.is_ended) {
        progress.last.is_last = true;
        projc__progress_show(&progress.display, &progress.last);
    }
    error.status = status;
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    printf("%s is rebuilt\n", target->type->name);
    if (!is_in_place)
        print_old(cli, target);
    return PROJC__EXIT_OK;
}

static int run_rebuild(projc__cli *cli)
{
    int ways = projc__cli_has(cli, "in-place") + projc__cli_has(cli, "verify") +
               projc__cli_has(cli, "abort") + projc__cli_has(cli, "drop-old");
    projc__target target;

    if (cli->argument_count != 1)
        return projc__cli_usage(cli, "`rebuild` needs the NAME of one projection");
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    if (ways > 1)
        return projc__cli_usage(cli, "give one of --in-place, --verify, --abort, --drop-old");
    if (projc__cli_has(cli, "abort"))
        return run_abort(cli, &target);
    if (projc__cli_has(cli, "drop-old"))
        return run_drop_old(cli, &target);
    if (projc__cli_has(cli, "dry-run"))
        return tell_rebuild(cli, &target);
    return rebuild(cli, &target);
}

const projc__command projc__command_rebuild = {
    .name = "rebuild",
    .summary = "apply all events again, with today's program, beside the live tables",
    .usage =
        "rebuild NAME [--verify] [--retry-skipped] [--dry-run]\n"
        "       ... rebuild NAME --in-place [--retry-skipped] [--dry-run]\n"
        "       ... rebuild NAME --abort [--dry-run]\n"
        "       ... rebuild NAME --drop-old [--yes] [--dry-run]\n"
        "\n"
        "Builds a new generation of NAME in tables of its own, from event 1 to where the live one\n"
        "stands, and puts it in its place in one transaction. The live one is worked on and read\n"
        "all the time. It may be killed at any point: the same command goes on from there. The\n"
        "new one is not put in place when keys fail in it that are in order in the live one (exit\n"
        "1). --verify compares the two row by row first, shows what differs, and leaves both as\n"
        "they are when anything does (exit 1); `rebuild NAME` then puts the new one in place,\n"
        "--abort drops it. The old one can be read under its own table names until --drop-old.\n"
        "Recorded skips are honoured unless --retry-skipped. What handlers `notify` is not sent\n"
        "again.\n"
        "--in-place empties the live tables instead, and needs room for one generation only;\n"
        "readers see how they fill.\n",
    .flags = {{"in-place", false},
              {"verify", false},
              {"abort", false},
              {"drop-old", false},
              {"retry-skipped", false},
              {"dry-run", false},
              {"yes", false}},
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
