/* run: the service itself, for ever or until it has caught up. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "service/cli.h"
#include "service/progress.h"
#include "service/runtime_private.h"

/* A signal handler can only reach what is global: the one runtime that this process serves. */
static _Atomic(projc_runtime *) served;
static volatile sig_atomic_t signal_count;

static void on_signal(int signal_number)
{
    projc_runtime *runtime = atomic_load(&served);

    signal_count++;
    if (signal_count > 1 || runtime == NULL)
        _exit(128 + signal_number);
    projc_runtime_stop(runtime);
}

static void catch_signals(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL); /* a lost connection is an error code, not a death */
}

/* Ends the process when a stop takes longer than SHUTDOWN_TIMEOUT: what is not committed is rolled back
 * by the database. */
static void *watch_shutdown(void *argument)
{
    const projc__cli *cli = argument;
    struct timespec nap = {.tv_nsec = 50000000};
    int64_t deadline = 0;

    for (;;) {
        (void)nanosleep(&nap, NULL);
        if (signal_count == 0)
            continue;
        if (deadline == 0)
            deadline = projc__clock_monotonic(&projc__real_clock) +
                       cli->options.shutdown_timeout_ms * 1000;
        if (projc__clock_monotonic(&projc__real_clock) > deadline) {
            static const char text[] = "stopping took too long: exiting, open batches are rolled back\n";
            ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);

            _exit(written > 0 ? PROJC__EXIT_DATABASE : 1);
        }
    }
    return NULL;
}

static projc_status create_schema(projc__cli *cli, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++)
        status = projc_store_apply_schema(store, cli->service->modules[i], true, error);
    projc_store_close(cli->store); /* the runtime opens its own */
    cli->store = NULL;
    return status;
}

static int conclude(projc__cli *cli, projc_status status, projc_error *error)
{
    bool is_once = projc__cli_has(cli, "once");

    error->status = status;
    switch (status) {
    case PROJC_OK:
        return PROJC__EXIT_OK;
    case PROJC_CANCELLED:
        projc__log(&cli->log, PROJC_LOG_INFO, "stopped");
        return is_once ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
    case PROJC_NO_SCHEMA:
        (void)projc__cli_fail(cli, error);
        fprintf(stderr, "%s: create the tables by `%s schema --apply`, or `%s run --create`\n",
                cli->program, cli->program, cli->program);
        return PROJC__EXIT_DATABASE;
    case PROJC_KEY_FAILED:
        fprintf(stderr, "%s: %s\n", cli->program, error->message);
        return PROJC__EXIT_FOUND;
    default:
        return projc__cli_fail(cli, error);
    }
}

static projc_status serve(projc__cli *cli, projc_runtime *runtime, projc_error *error)
{
    projc__progress_display display;
    pthread_t watcher;
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++)
        status = projc_runtime_add(runtime, cli->service->modules[i], error);
    if (status != PROJC_OK)
        return status;
    projc__runtime_log_to(runtime, &cli->log);
    atomic_store(&served, runtime);
    catch_signals();
    if (pthread_create(&watcher, NULL, watch_shutdown, cli) == 0)
        (void)pthread_detach(watcher);
    if (projc__cli_has(cli, "once")) {
        projc__progress_begin(&display, &cli->log);
        projc__runtime_on_progress(runtime, projc__progress_show, &display);
        status = projc_runtime_run(runtime, error);
    } else {
        projc__log(&cli->log, PROJC_LOG_INFO, "running", projc__log_name("version", PROJC_VERSION),
                   projc__log_integer("workers", cli->options.workers));
        status = projc_runtime_run_and_listen(runtime, error);
    }
    atomic_store(&served, NULL);
    return status;
}

static int run(projc__cli *cli)
{
    projc_runtime *runtime = NULL;
    projc_error error = {0};
    projc_status status = PROJC_OK;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`run` takes no arguments");
    if (projc__cli_has(cli, "create"))
        status = create_schema(cli, &error);
    if (status == PROJC_OK)
        status = projc_runtime_new(&cli->options, &runtime, &error);
    if (status == PROJC_OK)
        status = serve(cli, runtime, &error);
    projc_runtime_free(runtime);
    return conclude(cli, status, &error);
}

const projc__command projc__command_run = {
    .name = "run",
    .summary = "apply events to projections, for ever or --once",
    .usage = "run [--once] [--create]\n"
             "\n"
             "Catches up, then works as events come. --once stops when everything that was there at the start is\n"
             "applied (exit 1 when a key or projection is failed). --create creates missing tables first.\n"
             "SIGTERM and SIGINT finish or roll back what is in work; a second signal ends at once.\n",
    .flags = {{"once", false}, {"create", false}},
    .run = run,
};
