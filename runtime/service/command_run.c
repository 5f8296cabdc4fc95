/* run: the service itself, for ever or until it has caught up. */
#include <string.h>

#include "service/answer.h"
#include "service/cli.h"
#include "service/http/server.h"
#include "service/progress.h"
#include "service/runtime_private.h"
#include "service/serving.h"

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

/* What run --once shows, and (--json) tells at the end. */
typedef struct catching_up {
    projc__progress_display display;
    projc__progress last;
} catching_up;

static void show(void *user, const projc__progress *progress)
{
    catching_up *self = user;

    self->last = *progress;
    projc__progress_show(&self->display, progress);
}

static projc_status write_outcome(projc__cli *cli, const catching_up *self, projc_status result,
                                  const projc_error *told, projc_error *error)
{
    projc_json_writer *writer = projc__answer_begin(cli->arena, NULL, error);

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_result(writer, result, told);
    projc__answer_number(writer, "events", self->last.events);
    projc__answer_number(writer, "bytes", self->last.bytes);
    projc__answer_number(writer, "failed", self->last.failed);
    return projc__answer_end(writer, error);
}

/* Somebody asked for it: a success, but not for who wanted to be caught up. */
static int status_of_stop(const projc__cli *cli)
{
    return projc__cli_has(cli, "once") ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

static int conclude(projc__cli *cli, const catching_up *caught, projc_status status,
                    projc_error *error)
{
    projc_error trouble = {0};

    error->status = status;
    if (projc__cli_has(cli, "json") &&
        write_outcome(cli, caught, status, error, &trouble) != PROJC_OK)
        return projc__cli_fail(cli, &trouble);
    switch (status) {
    case PROJC_OK:
        return PROJC__EXIT_OK;
    case PROJC_CANCELLED:
        projc__log(&cli->log, PROJC_LOG_INFO, "stopped");
        return status_of_stop(cli);
    default:
        return projc__cli_fail(cli, error);
    }
}

/* What HTTP needs, when LISTEN_ADDR asks for it. */
typedef struct monitoring {
    projc__registry *registry;
    projc__board *board;
    projc__http *http;
} monitoring;

/* Before the runtime is made, because it takes the metrics. */
static projc_status begin_metrics(projc__cli *cli, monitoring *watched, projc_error *error)
{
    if (strcmp(cli->settings.texts[PROJC__LISTEN_ADDR], "off") == 0 || projc__cli_has(cli, "once"))
        return PROJC_OK;
    watched->registry = projc__registry_new();
    if (watched->registry == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the metrics");
    cli->options.metrics = projc__registry_metrics(watched->registry);
    return PROJC_OK;
}

static projc_status begin_http(projc__cli *cli, projc_runtime *runtime, monitoring *watched,
                               projc_error *error)
{
    projc__board_options options = {.service = cli->program,
                                    .ready_lag_ms = cli->settings.numbers[PROJC__READY_LAG],
                                    .runtime = runtime,
                                    .registry = watched->registry};

    if (watched->registry == NULL)
        return PROJC_OK;
    watched->board = projc__board_new(&options);
    if (watched->board == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for HTTP");
    projc__runtime_on_sample(runtime, projc__board_sample, watched->board);
    return projc__http_start(cli->settings.texts[PROJC__LISTEN_ADDR], watched->board, &cli->log,
                             &watched->http, error);
}

static void end_monitoring(monitoring *watched)
{
    projc__http_stop(watched->http);
    projc__board_free(watched->board);
}

/* With signals caught: creates what is missing, then works. */
static projc_status work(projc__cli *cli, projc_runtime *runtime, projc__signals *signals,
                         catching_up *caught, projc_error *error)
{
    projc__serving serving;
    projc_status status = PROJC_OK;

    if (projc__cli_has(cli, "create"))
        status = projc__runtime_excuse(runtime, create_schema(cli, error), error);
    if (status != PROJC_OK)
        return status;
    projc__runtime_log_to(runtime, &cli->log);
    if (projc__cli_has(cli, "once")) {
        projc__progress_begin(&caught->display, &cli->log);
        projc__runtime_on_progress(runtime, show, caught);
        return projc_runtime_run(runtime, error);
    }
    projc__log(&cli->log, PROJC_LOG_INFO, "starting", projc__log_name("version", PROJC_VERSION),
               projc__log_integer("workers", cli->options.workers));
    projc__serving_begin(&serving, cli, runtime, signals);
    projc__runtime_on_progress(runtime, projc__serving_tick, &serving);
    status = projc_runtime_run_and_listen(runtime, error);
    projc__serving_end(&serving);
    return status;
}

static projc_status serve(projc__cli *cli, projc_runtime *runtime, catching_up *caught,
                          projc_error *error)
{
    projc__signals signals;
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++)
        status = projc_runtime_add(runtime, cli->service->modules[i], error);
    if (status == PROJC_OK)
        status = projc__signals_begin(&signals, runtime, cli->options.shutdown_timeout_ms,
                                      status_of_stop(cli), error);
    if (status != PROJC_OK)
        return status;
    status = work(cli, runtime, &signals, caught, error);
    projc__signals_end(&signals);
    return status;
}

static int run(projc__cli *cli)
{
    projc_runtime *runtime = NULL;
    monitoring watched = {.http = NULL};
    catching_up caught = {.last = {0}};
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`run` takes no arguments");
    if (projc__cli_has(cli, "json") && !projc__cli_has(cli, "once"))
        return projc__cli_usage(cli, "--json tells what --once came to; without --once the log is "
                                     "JSON by --log json");
    status = begin_metrics(cli, &watched, &error);
    if (status == PROJC_OK)
        status = projc_runtime_new(&cli->options, &runtime, &error);
    if (status == PROJC_OK)
        status = begin_http(cli, runtime, &watched, &error);
    if (status == PROJC_OK)
        status = serve(cli, runtime, &caught, &error);
    end_monitoring(&watched);
    projc_runtime_free(runtime);
    projc__registry_free(watched.registry);
    return conclude(cli, &caught, status, &error);
}

const projc__command projc__command_run = {
    .name = "run",
    .summary = "apply events to projections, for ever or --once",
    .usage =
        "run [--once [--json]] [--create]\n"
        "\n"
        "Catches up, then works as events come. --once stops when everything that was there at\n"
        "the start is applied (exit 1 when a key or projection is failed); with --json it tells\n"
        "  {\"result\":\"OK\",\"error\":null,\"events\":…,\"bytes\":…,\"failed\":…}\n"
        "--create creates missing tables first. With LISTEN_ADDR it serves /healthz, /readyz,\n"
        "/metrics, /status.json and a page for people over HTTP; with --once it does not.\n"
        "SIGTERM and SIGINT finish or roll back what is in work, within SHUTDOWN_TIMEOUT, and\n"
        "exit with 0 (with --once 1), whether or not the database answers; a second signal ends\n"
        "at once. SIGHUP reads the settings' file again and says what it took over (LOG,\n"
        "LOG_LEVEL, POLL_INTERVAL, SHUTDOWN_TIMEOUT) and what needs a restart; on a terminal it\n"
        "stops. Under systemd (Type=notify) it tells READY, RELOADING, STOPPING and its STATUS,\n"
        "and feeds the watchdog while workers make progress.\n",
    .flags = {{"once", false}, {"create", false}, {"json", false}},
    .run = run,
};
