/* rebuild: a projection made anew by today's program. */
#include <string.h>

#include "engine/compare_generations.h"
#include "engine/rebuild.h"
#include "service/answer.h"
#include "service/beside.h"
#include "service/finding_report.h"
#include "service/progress.h"

/* What the rebuild reports to, and what it came to. */
typedef struct rebuilding {
    projc__cli *cli;
    const projc__target *target;
    projc__progress_display display;
    projc__progress last;
    bool is_ended; /* the bar is drawn for good */
    bool is_json;
    bool is_compared;
    projc__generation_difference found; /* when it is compared */
} rebuilding;

static bool show(void *context, const projc__rebuild_progress *progress)
{
    rebuilding *self = context;

    self->last = (projc__progress){
        .events = progress->events,
        .bytes = progress->bytes,
        .position = progress->position < progress->head ? progress->position : progress->head,
        .target = progress->head};
    projc__progress_show(&self->display, &self->last);
    return true;
}

static void end_display(rebuilding *self)
{
    if (self->is_ended)
        return;
    self->last.is_last = self->is_ended = true;
    projc__progress_show(&self->display, &self->last);
}

/* ---- comparing ---- */

static void print_compared(const rebuilding *self)
{
    const char *name = self->target->type->name;

    printf("%s: %lld rows of the live and the new generation compared, %lld differ\n", name,
           (long long)self->found.rows, (long long)self->found.differences);
    if (self->found.undecided > 0)
        printf("%s: %lld rows changed at every look: try again when less is written\n", name,
               (long long)self->found.undecided);
}

static projc_status compare(void *context, projc__projector *building, projc__workspace *workspace,
                            projc_error *error)
{
    rebuilding *self = context;
    const char *name = self->target->type->name;
    projc__checking checking = {.cli = self->cli,
                                .target = *self->target,
                                .is_json = self->is_json,
                                .arena = projc_arena_new(0)};
    projc_status status;

    if (checking.arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    end_display(self);
    status = projc__compare_generations(building, workspace, projc__finding_difference, &checking,
                                        &self->found, error);
    projc_arena_free(checking.arena);
    if (status == PROJC_OK && checking.trouble != PROJC_OK)
        status = projc_error_set(error, checking.trouble, "a difference could not be shown");
    if (status != PROJC_OK)
        return status;
    self->is_compared = true;
    if (!self->is_json)
        print_compared(self);
    if (self->found.differences + self->found.undecided == 0)
        return PROJC_OK;
    return projc_error_set(error, PROJC_KEY_FAILED,
                           "the new generation of `%s` is not put in place of the live one: "
                           "`rebuild %s` does, and `rebuild %s --abort` drops it",
                           name, name, name);
}

/* Rows of two shapes cannot be held against each other: that is told before anything is built. */
static projc_status check_comparable(rebuilding *self, projc_error *error)
{
    const projc_projection_type *type = self->target->type;
    const projc__generation *live;
    projc__generation *rows = NULL;
    size_t count = 0;
    projc_status status = projc__beside_load(self->cli, self->target, &rows, &count, error);

    live = projc__beside_find(rows, count, PROJC__LIVE);
    if (status != PROJC_OK || live == NULL || live->shape_fingerprint == type->shape_fingerprint)
        return status;
    return projc_error_set(
        error, PROJC_MISMATCH,
        "projection `%s`: the live generation %lld (version %u) has another shape than this "
        "program (version %u), so that no row of one can be held against the other: `projc diff` "
        "of the two programs tells the fields; `rebuild %s` builds and puts in place without "
        "comparing",
        type->name, (long long)live->number, live->version, type->version, type->name);
}

/* ---- what it came to ---- */

/* Where the old rows are now; false: nowhere. */
static bool find_old(rebuilding *self, char table[PROJC__SQL_NAME_SIZE])
{
    const projc__generation *old;
    projc__generation *rows = NULL;
    size_t count = 0;
    projc_error error;

    if (projc__cli_has(self->cli, "in-place") ||
        projc__beside_load(self->cli, self->target, &rows, &count, &error) != PROJC_OK)
        return false; /* the rebuild is done all the same */
    old = projc__beside_find(rows, count, PROJC__RETIRED);
    if (old != NULL)
        projc__generation_name(self->target->type->table->name, old->number, table);
    return old != NULL;
}

static projc_status write_outcome(rebuilding *self, projc_status result, const projc_error *told,
                                  projc_error *error)
{
    char table[PROJC__SQL_NAME_SIZE];
    bool has_old = result == PROJC_OK && find_old(self, table);
    int64_t took_us = projc__clock_monotonic(self->display.clock) - self->display.started_us;
    projc_json_writer *writer =
        projc__answer_begin(self->cli->arena, self->target->type->name, error);

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_result(writer, result, told);
    projc__answer_bool(writer, "in_place", projc__cli_has(self->cli, "in-place"));
    projc__answer_number(writer, "version", self->target->type->version);
    projc__answer_number(writer, "events", self->last.events);
    projc__answer_number(writer, "bytes", self->last.bytes);
    projc_json_write_name(writer, "seconds");
    projc_json_write_decimal(writer, took_us / 1000, 3);
    projc_json_write_name(writer, "compared");
    if (self->is_compared) {
        projc_json_write_map(writer);
        projc__answer_number(writer, "rows", self->found.rows);
        projc__answer_number(writer, "differences", self->found.differences);
        projc__answer_number(writer, "undecided", self->found.undecided);
        projc_json_write_map_end(writer);
    } else {
        projc_json_write_null(writer);
    }
    projc__answer_text(writer, "old_table", has_old ? table : NULL);
    return projc__answer_end(writer, error);
}

static void print_done(rebuilding *self)
{
    const char *name = self->target->type->name;
    char table[PROJC__SQL_NAME_SIZE];

    printf("%s is rebuilt\n", name);
    if (find_old(self, table))
        printf("the old one can be read as %s until `%s rebuild %s --drop-old`\n", table,
               self->cli->program, name);
}

/* What is found, and was looked for: with --json it is an answer. */
static bool is_finding(projc_status status)
{
    return status == PROJC_OK || status == PROJC_KEY_FAILED || status == PROJC_MISMATCH;
}

static int conclude(rebuilding *self, projc_status result, projc_error *told)
{
    projc_error error = {0};

    told->status = result;
    if (self->is_json && is_finding(result) &&
        write_outcome(self, result, told, &error) != PROJC_OK)
        return projc__cli_fail(self->cli, &error);
    if (result != PROJC_OK)
        return projc__cli_fail(self->cli, told);
    if (!self->is_json)
        print_done(self);
    return PROJC__EXIT_OK;
}

/* ---- the command ---- */

static int rebuild(projc__cli *cli, const projc__target *target)
{
    bool is_in_place = projc__cli_has(cli, "in-place");
    projc__engine engine;
    projc__workspace *workspace = NULL;
    rebuilding self = {.cli = cli, .target = target, .is_json = projc__cli_has(cli, "json")};
    projc__rebuild_options options = {.threads = cli->options.workers,
                                      .forgets_skipped = projc__cli_has(cli, "retry-skipped"),
                                      .report = show,
                                      .context = &self};
    projc_error error = {0};
    projc_status status = PROJC_OK;

    projc__cli_engine(cli, &engine);
    projc__progress_begin(&self.display, &cli->log);
    if (projc__cli_has(cli, "verify")) {
        options.compare = compare;
        status = check_comparable(&self, &error);
    }
    if (status == PROJC_OK)
        status = projc__workspace_new(&engine, &workspace, &error);
    if (status == PROJC_OK)
        status = (is_in_place ? projc__rebuild_in_place : projc__rebuild_beside)(
            &engine, workspace, target->module, target->projection, &options, &error);
    projc__workspace_free(workspace);
    end_display(&self);
    return conclude(&self, status, &error);
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
        return projc__beside_abort(cli, &target);
    if (projc__cli_has(cli, "drop-old"))
        return projc__beside_drop_old(cli, &target);
    if (projc__cli_has(cli, "dry-run"))
        return projc__beside_tell(cli, &target);
    return rebuild(cli, &target);
}

const projc__command projc__command_rebuild = {
    .name = "rebuild",
    .summary = "apply all events again, with today's program, beside the live tables",
    .usage =
        "rebuild NAME [--verify] [--retry-skipped] [--dry-run] [--json]\n"
        "       ... rebuild NAME --in-place [--retry-skipped] [--dry-run] [--json]\n"
        "       ... rebuild NAME --abort [--dry-run] [--json]\n"
        "       ... rebuild NAME --drop-old [--yes] [--dry-run] [--json]\n"
        "\n"
        "Builds a new generation of NAME in tables of its own, from event 1 to where the live one\n"
        "stands, and puts it in its place in one transaction. The live one is worked on and read\n"
        "all the time. WORKERS threads apply the events (0: one; more read the log once each, and\n"
        "pay where handlers take long). It may be\n"
        "killed at any point: the same command goes on from there. The new one is not put in\n"
        "place when keys fail in it that are in order in the live one (exit 1).\n"
        "--verify compares the two row by row first, shows what differs, and leaves both as they\n"
        "are when anything does (exit 1); `rebuild NAME` then puts the new one in place, --abort\n"
        "drops it. Where the shapes differ nothing can be compared: it says so, and builds\n"
        "nothing (exit 1). The old one can be read under its own table names until --drop-old.\n"
        "Recorded skips are honoured unless --retry-skipped. What handlers `notify` is not sent\n"
        "again.\n"
        "--in-place empties the live tables instead, and needs room for one generation only;\n"
        "readers see how they fill.\n"
        "With --json each difference is a line as `verify` prints it, and the last line is\n"
        "  {\"projection\":…,\"result\":\"OK\",\"error\":null,\"in_place\":false,\"version\":…,\n"
        "   \"events\":…,\"bytes\":…,\"seconds\":…,\"compared\":null,\"old_table\":…}\n"
        "with the result KEY_FAILED or MISMATCH when it was not put in place. --abort and\n"
        "--drop-old print\n"
        "  {\"projection\":…,\"dry_run\":…,\"dropped\":[{\"generation\":…,\"version\":…}]}\n",
    .flags = {{"in-place", false},
              {"verify", false},
              {"abort", false},
              {"drop-old", false},
              {"retry-skipped", false},
              {"dry-run", false},
              {"yes", false},
              {"json", false}},
    .run = run_rebuild,
};
