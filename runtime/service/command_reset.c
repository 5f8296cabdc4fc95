/* reset, pause, resume: who works on a projection, and from where. */
#include "engine/rebuild.h"
#include "service/confirm.h"

/* ---- reset ---- */

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
    printf("would delete of %s: ", target->type->name);
    print_holdings(&holdings);
    printf("the next run would apply the events up to %lld again, and notify again\n",
           (long long)head);
    return PROJC_OK;
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
        "reset NAME [--yes] [--dry-run]\n"
        "\n"
        "Deletes the projection's states, failed keys and recorded skips, and starts at event 1\n"
        "again, as if it had never run: what its handlers `notify` is sent again. Asks at a\n"
        "terminal, and wants --yes elsewhere; --dry-run counts what would go. `rebuild NAME`\n"
        "notifies only of events that the projection had not reached.\n",
    .flags = {{"yes", false}, {"dry-run", false}},
    .run = run_reset,
};

/* ---- pause and resume ---- */

/* Has it been said already that there is nothing to do? */
static bool is_done(const char *name, projc__generation_state now, projc__generation_state wanted)
{
    if (now != wanted)
        return false;
    printf(wanted == PROJC__PAUSED ? "%s is paused already\n" : "%s is not paused\n", name);
    return true;
}

static int change_state(projc__cli *cli, projc__generation_state from, projc__generation_state to)
{
    const char *what = to == PROJC__PAUSED ? "pause" : "resume";
    projc__target target;
    projc__generation generation;
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count != 1)
        return projc__cli_usage(cli, "`%s` needs the NAME of one projection", what);
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    status = projc__cli_generation(cli, &target, &generation, &error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (is_done(target.type->name, generation.state, to))
        return PROJC__EXIT_OK;
    if (projc__cli_has(cli, "dry-run")) {
        printf("would %s %s (generation %lld)\n", what, target.type->name,
               (long long)generation.number);
        return PROJC__EXIT_OK;
    }
    status = projc__store_set_generation_state(cli->store, generation.number, from, to, &error);
    if (status == PROJC_ABSENT)
        (void)projc_error_set(&error, PROJC_FENCED,
                              "projection `%s` has changed its state just now: try again",
                              target.type->name);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (to == PROJC__PAUSED)
        printf("%s is paused: nobody works on it until `%s resume %s`\n", target.type->name,
               cli->program, target.type->name);
    else
        printf("%s goes on\n", target.type->name);
    return PROJC__EXIT_OK;
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
        "pause NAME [--dry-run]\n"
        "\n"
        "From now on no service applies events to it, whatever it had begun; what is stored can\n"
        "be read, and `failed retry` and `failed skip` work. `status` shows it as paused, `run\n"
        "--once` says so and exits 1. `resume NAME` lets it go on from where it stands.\n",
    .flags = {{"dry-run", false}},
    .run = run_pause,
};

const projc__command projc__command_resume = {
    .name = "resume",
    .summary = "let a paused projection go on",
    .usage = "resume NAME [--dry-run]\n"
             "\n"
             "Services that run go on with it within half a second, from where it stands.\n",
    .flags = {{"dry-run", false}},
    .run = run_resume,
};
