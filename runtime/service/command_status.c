/* status: where every projection stands. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "service/cli.h"
#include "service/survey.h"

enum { SAMPLE_MS = 200, WATCH_MS = 1000 };

/* ---- printing ---- */

static void print_blocker(const projc__standing *standing)
{
    long long age = (long long)projc__standing_blocker_age(standing);

    if (standing->page.blocking_pid != 0)
        printf("  waits for a writer in flight, backend pid %d, open for %lld s\n",
               (int)standing->page.blocking_pid, age);
    else
        printf("  waits for a prepared transaction (pg_prepared_xacts), %lld s old\n", age);
}

/* "-" when it is unknown. */
static void print_rate(double rate)
{
    if (rate < 0)
        printf(" %8s", "-");
    else
        printf(" %8.0f", rate);
}

static void print_standing(const projc__standing *standing)
{
    int64_t lag = projc__standing_lag(standing);

    printf("%-20s %-9s %-8s %12lld %12lld %10lld %8lld", standing->target.type->name,
           standing->kind, standing->state, (long long)standing->position,
           (long long)standing->head, (long long)lag, (long long)(standing->lag_us / 1000000));
    print_rate(standing->rate);
    printf(" %8lld %9lld\n", (long long)standing->failed, (long long)standing->skipped);
    if (standing->page.is_blocked)
        print_blocker(standing);
    if (standing->waiting > 0)
        printf("  %lld event%s wait%s behind keys out of order\n", (long long)standing->waiting,
               standing->waiting == 1 ? "" : "s", standing->waiting == 1 ? "s" : "");
    if (standing->undeclared.size > 2)
        printf("  undeclared events: %.*s\n", (int)standing->undeclared.size,
               standing->undeclared.data);
}

static void print_survey(const projc__survey *found)
{
    printf("%-20s %-9s %-8s %12s %12s %10s %8s %8s %8s %9s\n", "PROJECTION", "KIND", "STATE",
           "POSITION", "HEAD", "LAG", "SECONDS", "RATE", "FAILED", "SKIPPED");
    for (size_t i = 0; i < found->count; i++)
        print_standing(&found->standings[i]);
    printf("%zu service%s running", found->living, found->living == 1 ? "" : "s");
    for (size_t i = 0; i < found->process_count; i++)
        if (found->processes[i].is_alive)
            printf(" %.*s", (int)found->processes[i].name.size, found->processes[i].name.data);
    printf("\n");
}

static projc_status print_json(projc__cli *cli, const projc__survey *found, projc_error *error)
{
    projc_json_writer *writer = projc_json_writer_new(cli->arena);
    projc_text text;
    projc_status status;

    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc__survey_write(found, writer);
    status = projc_json_writer_finish(writer, &text, error);
    if (status == PROJC_OK)
        printf("%.*s\n", (int)text.size, text.data);
    return status;
}

/* ---- looking ---- */

static projc_status look(projc__cli *cli, projc__survey *found, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__survey_take(store, cli->service->modules, cli->service->module_count,
                                    cli->arena, found, error);
    for (size_t i = 0; status == PROJC_OK && i < found->count; i++)
        status = projc__standing_count_undeclared(store, cli->arena, &found->standings[i], error);
    return status;
}

static void sleep_ms(long milliseconds)
{
    struct timespec nap = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};

    (void)nanosleep(&nap, NULL);
}

/* Without a living service nothing moves; else two looks at what was applied tell the rate. */
static projc_status sample(projc__cli *cli, projc__survey *found, projc_error *error)
{
    int64_t begun = projc__clock_monotonic(&projc__real_clock);
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (found->living > 0)
        sleep_ms(SAMPLE_MS);
    for (size_t i = 0; i < found->count && status == PROJC_OK; i++) {
        int64_t passed = projc__clock_monotonic(&projc__real_clock) - begun;

        if (found->living == 0)
            found->standings[i].rate = 0;
        else
            status = projc__standing_sample(store, cli->arena, &found->standings[i],
                                            (double)passed / 1e6, error);
    }
    return status;
}

static int run(projc__cli *cli)
{
    bool is_json = projc__cli_has(cli, "json");
    bool is_watching = projc__cli_has(cli, "watch");
    projc__survey found;
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`status` takes no arguments");
    for (;;) {
        status = look(cli, &found, &error);
        if (status == PROJC_OK)
            status = sample(cli, &found, &error);
        if (status == PROJC_OK && is_watching && !is_json && isatty(STDOUT_FILENO) == 1)
            printf("\033[H\033[J");
        if (status == PROJC_OK && is_json)
            status = print_json(cli, &found, &error);
        else if (status == PROJC_OK)
            print_survey(&found);
        if (status != PROJC_OK)
            return projc__cli_fail(cli, &error);
        if (!is_watching || fflush(stdout) != 0)
            return PROJC__EXIT_OK;
        sleep_ms(WATCH_MS - SAMPLE_MS);
        projc_arena_reset(cli->arena);
    }
}

const projc__command projc__command_status = {
    .name = "status",
    .summary = "show where every projection stands",
    .usage =
        "status [--json] [--watch]\n"
        "\n"
        "POSITION is the lowest of the lanes; LAG counts numbers up to the highest in the log,\n"
        "SECONDS is the age of the first event that is not applied. RATE is events applied a\n"
        "second, from two looks 200 ms apart: 0 when no service runs, unknown (-, null) when a\n"
        "projection is behind and no batch ended between the two. STATE is new, live, building,\n"
        "paused or failed. Where a writer's open transaction holds the reader back, its process\n"
        "and age follow (--json: horizon). Events that wait behind failed keys are counted for\n"
        "projections by key. Undeclared events are counted by name among the last 10,000.\n"
        "--watch looks again every second.\n",
    .flags = {{"json", false}, {"watch", false}},
    .run = run,
};
