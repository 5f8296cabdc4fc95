/* reset, pause, resume: who works on a projection, and from where. */
#include "engine/rebuild.h"
#include "service/answer.h"
#include "service/confirm.h"

/* ---- reset ---- */

static projc_status write_reset(projc__cli *cli, const projc__target *target,
                                const projc__holdings *holdings, int64_t head, projc_error *error)
{
    projc_json_writer *writer = projc__answer_begin(cli->arena, target->type->name, error);

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_bool(writer, "dry_run", true);
    projc__answer_number(writer, "states", holdings->states);
    projc__answer_number(writer, "rows", holdings->rows);
    projc__answer_number(writer, "failed", holdings->failed);
    projc__answer_number(writer, "skipped", holdings->skipped);
    projc__answer_number(writer, "head", head);
    return projc__answer_end(writer, error);
}

/* How much, for people; ends the line. */
static void print_holdings(const projc__holdings *holdings)
{
    printf("%lld state%s, %lld row%s of tables, %lld key%s out of order and %lld recorded skip%s\n",
           (long long)holdings->states, holdings->states == 1 ? "" : "s", (long long)holdings->rows,
           holdings->rows == 1 ? "" : "s", (long long)holdings->failed,
           holdings->failed == 1 ? "" : "s", (long long)holdings->skipped,
           holdings->skipped == 1 ? "" : "s");
}

static projc_status tell_reset(projc__cli *cli, projc_store *store, const projc__target *target,
                               const projc__generation *generation, projc_error *error)
{
    projc__holdings holdings;
    int64_t head = 0;
    int64_t time;
    bool has_writers;
    projc_status status =
        projc__count_holdings(cli, store, target, generation->number, &holdings, error);

    if (status == PROJC_OK)
        status = projc__store_read_head(store, target->stream, &head, &time, &has_writers, error);
    if (status != PROJC_OK)
        return status;
    if (projc__cli_has(cli, "json"))
        return write_reset(cli, target, &holdings, head, error);
    printf("would delete of %s: ", target->type->name);
    print_holdings(&holdings);
    printf("the next run would apply the events up to %lld again, and notify again\n",
           (long long)head);
    return PROJC_OK;
}

/* was_there false: it has never run. */
static int conclude_reset(projc__cli *cli, const projc__target *target, bool was_there)
{
    projc_json_writer *writer;
    projc_error error = {0};

    if (!projc__cli_has(cli, "json")) {
        if (was_there)
            printf("%s is empty; `%s run` applies the events again\n", target->type->name,
                   cli->program);
        else
            printf("%s has never run: there is nothing to reset\n", target->type->name);
        return PROJC__EXIT_OK;
    }
    writer = projc__answer_begin(cli->arena, target->type->name, &error);
    if (writer == NULL)
        return projc__cli_fail(cli, &error);
    projc__answer_bool(writer, "dry_run", false);
    projc__answer_bool(writer, "changed", was_there);
    return projc__answer_end(writer, &error) == PROJC_OK ? PROJC__EXIT_OK
                                                         : projc__cli_fail(cli, &error);
}

static int run_reset(projc__cli *cli)
{
    projc__target target;
    projc__generation generation;
    projc_store *store;
    projc_error error = {0};
    int exit_status = PROJC__EXIT_OK;
    projc_status status;

    if (cli->argument_count != 1)
        return projc__cli_usage(cli, "`reset` needs the NAME of one projection");
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    if (!projc__cli_has(cli, "dry-run") &&
        !projc__cli_confirm(cli, &exit_status, "reset empties `%s` and starts it at event 1 again",
                            target.type->name))
        return exit_status;
    status = projc__cli_store(cli, &store, &error);
    if (status == PROJC_OK)
        status = projc__store_find_generation(store, target.module->package, target.type->name,
                                              cli->arena, &generation, &error);
    if (status == PROJC_OK && projc__cli_has(cli, "dry-run")) {
        status = tell_reset(cli, store, &target, &generation, &error);
        return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
    }
    if (status == PROJC_OK)
        status = projc__reset(store, target.module, target.projection, false, &error);
    if (status != PROJC_OK && status != PROJC_ABSENT)
        return projc__cli_fail(cli, &error);
    return conclude_reset(cli, &target, status == PROJC_OK);
}

const projc__command projc__command_reset = {
    .name = "reset",
    .summary = "empty a projection; the next run replays everything",
    .usage =
        "reset NAME [--yes] [--dry-run] [--json]\n"
        "\n"
        "Deletes the projection's states, failed keys and recorded skips, and starts at event 1\n"
        "again, as if it had never run: what its handlers `notify` is sent again. Asks at a\n"
        "terminal, and wants --yes elsewhere; --dry-run counts what would go. `rebuild NAME`\n"
        "notifies only of events that the projection had not reached. --json: {\"projection\":…,\n"
        "\"dry_run\":false,\"changed\":true}, or with --dry-run what would go.\n",
    .flags = {{"yes", false}, {"dry-run", false}, {"json", false}},
    .run = run_reset,
};

/* ---- pause and resume ---- */

/* What pause and resume come to. */
typedef struct change {
    const projc__target *target;
    projc__generation_state wanted;
    int64_t generation;
    bool is_needed;
} change;

static void print_change(const projc__cli *cli, const change *made)
{
    const char *name = made->target->type->name;
    bool is_pause = made->wanted == PROJC__PAUSED;

    if (!made->is_needed)
        printf(is_pause ? "%s is paused already\n" : "%s is not paused\n", name);
    else if (projc__cli_has(cli, "dry-run"))
        printf("would %s %s (generation %lld)\n", is_pause ? "pause" : "resume", name,
               (long long)made->generation);
    else if (is_pause)
        printf("%s is paused: nobody works on it until `%s resume %s`\n", name, cli->program, name);
    else
        printf("%s goes on\n", name);
}

static int tell_change(projc__cli *cli, const change *made)
{
    bool is_dry = projc__cli_has(cli, "dry-run");
    projc_json_writer *writer;
    projc_error error = {0};

    if (!projc__cli_has(cli, "json")) {
        print_change(cli, made);
        return PROJC__EXIT_OK;
    }
    writer = projc__answer_begin(cli->arena, made->target->type->name, &error);
    if (writer == NULL)
        return projc__cli_fail(cli, &error);
    projc__answer_number(writer, "generation", made->generation);
    projc__answer_bool(writer, "dry_run", is_dry);
    projc__answer_bool(writer, "changed", made->is_needed && !is_dry);
    projc__answer_text(writer, "state",
                       (made->wanted == PROJC__PAUSED) == (made->is_needed && is_dry) ? "live"
                                                                                      : "paused");
    return projc__answer_end(writer, &error) == PROJC_OK ? PROJC__EXIT_OK
                                                         : projc__cli_fail(cli, &error);
}

static int change_state(projc__cli *cli, projc__generation_state from, projc__generation_state to)
{
    const char *what = to == PROJC__PAUSED ? "pause" : "resume";
    projc__target target;
    projc__generation generation;
    change made = {.target = &target, .wanted = to};
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count != 1)
        return projc__cli_usage(cli, "`%s` needs the NAME of one projection", what);
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    status = projc__cli_generation(cli, &target, &generation, &error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    made.generation = generation.number;
    made.is_needed = generation.state != to;
    if (!made.is_needed || projc__cli_has(cli, "dry-run"))
        return tell_change(cli, &made);
    status = projc__store_set_generation_state(cli->store, generation.number, from, to, &error);
    if (status == PROJC_ABSENT)
        (void)projc_error_set(&error, PROJC_FENCED,
                              "projection `%s` has changed its state just now: try again",
                              target.type->name);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    return tell_change(cli, &made);
}

static int run_pause(projc__cli *cli)
{
    return change_state(cli, PROJC__LIVE, PROJC__PAUSED);
}

static int run_resume(projc__cli *cli)
{
    return change_state(cli, PROJC__PAUSED, PROJC__LIVE);
}

const projc__command projc__command_pause = {
    .name = "pause",
    .summary = "let nobody work on a projection",
    .usage =
        "pause NAME [--dry-run] [--json]\n"
        "\n"
        "From now on no service applies events to it, whatever it had begun; what is stored can\n"
        "be read, and `failed retry` and `failed skip` work. `status` shows it as paused, `run\n"
        "--once` says so and exits 1. `resume NAME` lets it go on from where it stands. --json:\n"
        "{\"projection\":…,\"generation\":…,\"dry_run\":…,\"changed\":…,\"state\":\"paused\"}\n",
    .flags = {{"dry-run", false}, {"json", false}},
    .run = run_pause,
};

const projc__command projc__command_resume = {
    .name = "resume",
    .summary = "let a paused projection go on",
    .usage = "resume NAME [--dry-run] [--json]\n"
             "\n"
             "Services that run go on with it within half a second, from where it stands. --json\n"
             "prints what `pause` does, with the state \"live\".\n",
    .flags = {{"dry-run", false}, {"json", false}},
    .run = run_resume,
};
