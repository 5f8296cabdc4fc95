/* status: where every projection stands. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/time.h"
#include "service/answer.h"
#include "service/cli.h"
#include "service/screen.h"
#include "service/status_table.h"

enum { SAMPLE_MS = 200, WATCH_MS = 1000 };

/* ---- printing ---- */

static projc_status print_table(const projc__survey *found, projc_error *error)
{
    projc__buffer text;
    projc_status status;

    projc__buffer_init(&text);
    projc__status_table_put(found, &text);
    status = projc__buffer_status(&text, error);
    if (status == PROJC_OK)
        printf("%s", text.data);
    projc__buffer_clear(&text);
    return status;
}

static projc_status print_json(projc__cli *cli, const projc__survey *found, projc_error *error)
{
    projc_json_writer *writer = projc__answer_new(cli->arena, error);

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__survey_write(found, writer);
    return projc__answer_print(writer, error);
}

/* ---- looking ---- */

static projc_status look(projc__cli *cli, projc__survey *found, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__survey_take(store, cli->service->modules, cli->service->module_count,
                                    cli->arena, found, error);
    for (size_t i = 0; status == PROJC_OK && i < found->count; i++) {
        status = projc__standing_count_undeclared(store, cli->arena, &found->standings[i], error);
        if (status == PROJC_OK)
            status = projc__standing_measure_size(store, &found->standings[i], error);
    }
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

/* ---- once, again and again, on a terminal ---- */

static projc_status show_once(projc__cli *cli, bool is_json, projc_error *error)
{
    projc__survey found;
    projc_status status = look(cli, &found, error);

    if (status == PROJC_OK)
        status = sample(cli, &found, error);
    if (status == PROJC_OK)
        status = is_json ? print_json(cli, &found, error) : print_table(&found, error);
    return status;
}

/* The page: when it was made, the table or why there is none, and how to leave. */
static projc_status make_page(projc__cli *cli, projc__buffer *page, projc_error *error)
{
    projc__survey found;
    char time[PROJC__TIME_TEXT_MAX];
    projc_status status = look(cli, &found, error);

    if (status == PROJC_OK)
        status = sample(cli, &found, error);
    projc__buffer_reset(page);
    projc__time_format(projc__clock_now(&projc__real_clock) / 1000000 * 1000000, time);
    projc__buffer_format(page, "%s status   q ends   %s\n\n", cli->program, time);
    if (status == PROJC_OK)
        projc__status_table_put(&found, page);
    else
        projc__buffer_format(page, "%s\n\ntrying again every second\n", error->message);
    return status;
}

/* A database that is away for a while does not end it. */
static int watch_on_terminal(projc__cli *cli)
{
    projc__screen screen;
    projc__buffer page;
    projc_error error = {0};
    projc__screen_event event = PROJC__SCREEN_TIME;

    projc__buffer_init(&page);
    projc__screen_begin(&screen);
    while (event != PROJC__SCREEN_QUIT) {
        if (event == PROJC__SCREEN_TIME && make_page(cli, &page, &error) != PROJC_OK) {
            projc_store_close(cli->store);
            cli->store = NULL;
        }
        projc_arena_reset(cli->arena);
        projc__screen_draw(&screen, projc_text_of(page.data, page.size));
        event = projc__screen_wait(&screen, WATCH_MS - SAMPLE_MS);
    }
    projc__screen_end(&screen);
    projc__buffer_clear(&page);
    return PROJC__EXIT_OK;
}

static int run(projc__cli *cli)
{
    bool is_json = projc__cli_has(cli, "json");
    bool is_watching = projc__cli_has(cli, "watch");
    projc_error error = {0};

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`status` takes no arguments");
    if (is_watching && !is_json && isatty(STDOUT_FILENO) == 1)
        return watch_on_terminal(cli);
    for (;;) {
        if (show_once(cli, is_json, &error) != PROJC_OK)
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
        "projection is behind and no batch ended between the two. STATE is new, live, paused\n"
        "or failed; generations beside the live one have lines of their own. Where a writer's\n"
        "open transaction holds the reader back, its process and age follow (--json: horizon).\n"
        "Events that wait behind failed keys are counted for projections by key. Undeclared\n"
        "events are counted by name among the last 10,000. SIZE is the room that its tables and\n"
        "their indexes take (- in a large SQLite file), OWNERS who works on how many of its lanes\n"
        "(--json: lane_owners, lane by lane), or that only services of another program are there.\n"
        "--watch looks again every second, on a terminal in place until q or Ctrl-C.\n",
    .flags = {{"json", false}, {"watch", false}},
    .run = run,
};
