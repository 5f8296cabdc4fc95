/* status: where every projection stands. */
#include <string.h>

#include "base/clock.h"
#include "service/cli.h"
#include "service/undeclared.h"

/* What one line tells. */
typedef struct projection_standing {
    const char *projection;
    const char *kind;
    projc__generation generation;
    bool is_registered;
    int64_t position; /* lowest of the lanes */
    int64_t head;
    int64_t lag_seconds;
    int64_t failed;
    int64_t skipped;
    int64_t applied;
    bool is_stopped; /* a stream projection that waits for repair */
    const char *state;
    projc__page page; /* the next one: is it blocked? */
    projc_text undeclared; /* JSON object */
} projection_standing;

static const char *kind_name(projc_projection_kind kind)
{
    static const char *const names[] = {[PROJC_AGGREGATE_PROJECTION] = "aggregate",
                                        [PROJC_STREAM_PROJECTION] = "stream",
                                        [PROJC_KEYED_PROJECTION] = "keyed"};

    return names[kind];
}

static const char *state_name(const projection_standing *standing)
{
    static const char *const names[] = {[PROJC__LIVE] = "live", [PROJC__BUILDING] = "building",
                                        [PROJC__RETIRED] = "retired", [PROJC__PAUSED] = "paused"};

    return standing->is_stopped ? "failed" : names[standing->generation.state];
}

/* Position, applied, failed: from lanes and keys. */
static projc_status measure_lanes(projc__cli *cli, projc_store *store, const projc__target *target,
                                  projection_standing *standing, projc_error *error)
{
    projc__lane *lanes = NULL;
    projc__key_row *keys = NULL;
    size_t lane_count = 0;
    size_t key_count = 0;
    int64_t generation = standing->generation.number;
    projc_status status =
        projc__store_load_lanes(store, generation, cli->arena, &lanes, &lane_count, error);

    if (status == PROJC_OK)
        status = projc__store_load_keys(store, generation, cli->arena, &keys, &key_count, error);
    if (status == PROJC_OK)
        status = projc__store_count_skipped(store, generation, &standing->skipped, error);
    standing->position = lane_count > 0 ? INT64_MAX : 0;
    for (size_t i = 0; i < lane_count; i++) {
        standing->position =
            lanes[i].position < standing->position ? lanes[i].position : standing->position;
        standing->applied += lanes[i].applied;
    }
    for (size_t i = 0; i < key_count; i++)
        standing->failed += keys[i].status == PROJC__KEY_FAILED;
    standing->is_stopped =
        target->type->kind == PROJC_STREAM_PROJECTION && standing->failed > 0;
    return status;
}

/* The age of the first event that is not applied, and what holds the reader back. */
static projc_status measure_lag(projc__cli *cli, projc_store *store, const projc__target *target,
                                projection_standing *standing, projc_error *error)
{
    projc__page_limits limits = {.rows = 1, .bytes = 1};
    projc__page next = {.events = NULL};
    projc_status status;

    if (standing->position >= standing->head)
        return PROJC_OK;
    status = projc__store_read_raw(store, target->stream, standing->position, INT64_MAX, NULL, NULL,
                                   &limits, cli->arena, &next, error);
    if (status == PROJC_OK && next.count > 0) {
        int64_t age = projc__clock_now(&projc__real_clock) - next.events[0].time;

        standing->lag_seconds = age > 0 ? age / 1000000 : 0;
    }
    if (status == PROJC_OK)
        status = projc__store_read_page(store, target->stream, standing->position, &limits, cli->arena,
                                        &standing->page, error);
    return status;
}

static projc_status measure(projc__cli *cli, const projc__target *target, projection_standing *standing,
                            projc_error *error)
{
    projc_store *store;
    int64_t time;
    bool has_writers;
    projc_status status = projc__cli_store(cli, &store, error);

    standing->projection = target->type->name;
    standing->kind = kind_name(target->type->kind);
    standing->undeclared = projc_text_of("{}", 2);
    if (status == PROJC_OK)
        status = projc__store_find_generation(store, target->module->package, target->type->name,
                                              cli->arena, &standing->generation, error);
    standing->is_registered = status == PROJC_OK;
    standing->state = "new";
    if (status == PROJC_ABSENT)
        status = PROJC_OK;
    if (status == PROJC_OK)
        status = projc__store_read_head(store, target->stream, &standing->head, &time, &has_writers,
                                        error);
    if (status != PROJC_OK)
        return status;
    if (standing->is_registered) {
        status = measure_lanes(cli, store, target, standing, error);
        standing->state = state_name(standing);
    }
    if (status == PROJC_OK)
        status = measure_lag(cli, store, target, standing, error);
    if (status == PROJC_OK)
        status = projc__count_undeclared(cli, store, target, standing->position,
                                         &standing->undeclared, error);
    return status;
}

/* ---- printing ---- */

static void put_text(projc_json_writer *writer, const char *name, const char *value)
{
    projc_json_write_name(writer, name);
    projc_json_write_text(writer, projc_text_of(value, strlen(value)));
}

static void put_number(projc_json_writer *writer, const char *name, int64_t value)
{
    projc_json_write_name(writer, name);
    projc_json_write_integer(writer, value);
}

static void put_owners(projc_json_writer *writer, const projc__process *processes, size_t count)
{
    projc_json_write_name(writer, "owners");
    projc_json_write_list(writer);
    for (size_t i = 0; i < count; i++)
        if (processes[i].is_alive)
            projc_json_write_text(writer, processes[i].name);
    projc_json_write_list_end(writer);
}

static void put_standing(projc_json_writer *writer, const projection_standing *standing,
                         const projc__process *processes, size_t process_count)
{
    projc_json_write_map(writer);
    put_text(writer, "projection", standing->projection);
    put_number(writer, "version", standing->generation.version);
    put_text(writer, "kind", standing->kind);
    put_number(writer, "position", standing->position);
    put_number(writer, "head", standing->head);
    put_number(writer, "lag_events",
               standing->head > standing->position ? standing->head - standing->position : 0);
    put_number(writer, "lag_seconds", standing->lag_seconds);
    put_number(writer, "failed", standing->failed);
    put_number(writer, "skipped", standing->skipped);
    put_number(writer, "lanes", standing->generation.lanes);
    put_number(writer, "generation", standing->generation.number);
    put_text(writer, "state", standing->state);
    put_number(writer, "applied", standing->applied);
    put_owners(writer, processes, process_count);
    projc_json_write_name(writer, "undeclared");
    projc_json_write_raw(writer, standing->undeclared);
    projc_json_write_name(writer, "horizon");
    if (standing->page.is_blocked) {
        int64_t age = projc__clock_now(&projc__real_clock) - standing->page.blocked_since;

        projc_json_write_map(writer);
        put_number(writer, "pid", standing->page.blocking_pid);
        put_number(writer, "age_seconds",
                   standing->page.blocked_since > 0 && age > 0 ? age / 1000000 : 0);
        projc_json_write_map_end(writer);
    } else {
        projc_json_write_null(writer);
    }
    projc_json_write_map_end(writer);
}

static void print_head(void)
{
    printf("%-20s %-9s %-8s %12s %12s %10s %8s %8s %9s\n", "PROJECTION", "KIND", "STATE", "POSITION",
           "HEAD", "LAG", "SECONDS", "FAILED", "SKIPPED");
}

static void print_standing(const projection_standing *standing)
{
    printf("%-20s %-9s %-8s %12lld %12lld %10lld %8lld %8lld %9lld\n", standing->projection,
           standing->kind, standing->state, (long long)standing->position, (long long)standing->head,
           (long long)(standing->head > standing->position ? standing->head - standing->position : 0),
           (long long)standing->lag_seconds, (long long)standing->failed,
           (long long)standing->skipped);
    if (standing->page.is_blocked)
        printf("  waits for a writer in flight, backend pid %d\n", (int)standing->page.blocking_pid);
    if (standing->undeclared.size > 2)
        printf("  undeclared events: %.*s\n", (int)standing->undeclared.size,
               standing->undeclared.data);
}

static projc_status report(projc__cli *cli, projc_json_writer *writer, projc_error *error)
{
    projc__process *processes = NULL;
    size_t process_count = 0;
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__store_heartbeat(store, (projc_text){NULL, 0}, (projc_text){NULL, 0}, cli->arena,
                                        &processes, &process_count, error);
    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++) {
        const projc_module *module = cli->service->modules[i];

        for (uint32_t j = 0; j < module->projection_count && status == PROJC_OK; j++) {
            projc__target target = {module, j, &module->projections[j],
                                    &module->streams[module->projections[j].stream]};
            projection_standing standing = {.projection = NULL};

            status = measure(cli, &target, &standing, error);
            if (status != PROJC_OK)
                break;
            if (writer != NULL)
                put_standing(writer, &standing, processes, process_count);
            else
                print_standing(&standing);
        }
    }
    return status;
}

static int run(projc__cli *cli)
{
    projc_json_writer *writer = projc__cli_has(cli, "json") ? projc_json_writer_new(cli->arena) : NULL;
    projc_text text = {NULL, 0};
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`status` takes no arguments");
    if (writer == NULL) {
        print_head();
        status = report(cli, NULL, &error);
    } else {
        projc_json_write_list(writer);
        status = report(cli, writer, &error);
        projc_json_write_list_end(writer);
        if (status == PROJC_OK)
            status = projc_json_writer_finish(writer, &text, &error);
        if (status == PROJC_OK)
            printf("%.*s\n", (int)text.size, text.data);
    }
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_status = {
    .name = "status",
    .summary = "show where every projection stands",
    .usage = "status [--json]\n"
             "\n"
             "Position is the lowest of the lanes; lag counts numbers up to the highest in the log, and the age of\n"
             "the first event that is not applied.\n",
    .flags = {{"json", false}},
    .run = run,
};
