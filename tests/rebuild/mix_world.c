/* A database with the projections of mix.proj, stepped by hand. */
#include "mix_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/value.h"

/* ---- a world ---- */

projc_status mix_world_open_projectors(mix_world *at, projc_error *error)
{
    projc_status status = projc__workspace_new(&at->engine, &at->workspace, error);

    for (uint32_t i = 0; i < at->module->projection_count && status == PROJC_OK; i++)
        status = projc__projector_open(&at->engine, at->workspace, at->module, i,
                                       &at->projectors[i], error);
    return status;
}

void mix_world_close_projectors(mix_world *at)
{
    for (uint32_t i = 0; i < at->module->projection_count; i++) {
        projc__projector_close(at->projectors[i]);
        at->projectors[i] = NULL;
    }
    projc__workspace_free(at->workspace);
    at->workspace = NULL;
}

projc_status mix_world_open(mix_world *at, const char *database, uint32_t lanes, projc_error *error)
{
    projc_store_options options = {.database = database};
    projc_store *store;
    projc_status status;

    *at = (mix_world){.module = &mix_module};
    snprintf(at->database, sizeof at->database, "%s", database);
    projc__manual_clock_init(&at->clock, INT64_C(1800000000000000));
    projc_runtime_options_init(&at->engine.options);
    at->engine.options.database = at->database;
    at->engine.options.lanes = lanes;
    at->engine.clock = &at->clock.clock;
    at->engine.metrics = &projc__no_metrics;
    status = projc_store_open(&options, &store, error);
    if (status != PROJC_OK)
        return status;
    status = projc_store_apply_schema(store, at->module, true, error);
    projc_store_close(store);
    return status == PROJC_OK ? mix_world_open_projectors(at, error) : status;
}

void mix_world_close(mix_world *at)
{
    mix_world_close_projectors(at);
    projc__manual_clock_clear(&at->clock);
}

/* ---- events ---- */

static uint32_t below(projc__random *random, uint32_t bound)
{
    return (uint32_t)projc__random_below(random, bound);
}

void mix_event_draw(projc__random *random, projc__buffer *text, const char **name)
{
    static const char *const labels[] = {"red", "green", "blue", "amber"};

    projc__buffer_reset(text);
    switch (below(random, 8)) {
    case 0:
    case 1:
    case 2:
        *name = "grown";
        projc__buffer_format(text,
                             "{\"amount\":%u,\"label\":\"%s\",\"tags\":[\"t%u\",\"t%u\"],"
                             "\"day\":\"2026-01-%02u\"}",
                             below(random, 30), labels[below(random, 4)], below(random, 9),
                             below(random, 9), 1 + below(random, 20));
        break;
    case 3:
    case 4:
        *name = "cut";
        projc__buffer_format(text, "{\"amount\":%u}", below(random, 45));
        break;
    case 5:
    case 6: {
        uint32_t count = below(random, 6);

        *name = "shared";
        projc__buffer_put_string(text, "{\"parts\":[");
        for (uint32_t i = 0; i < count; i++)
            projc__buffer_format(text, "%s{\"key\":\"k%u\",\"n\":%d}", i > 0 ? "," : "",
                                 below(random, 9), (int)below(random, 50) - 3);
        projc__buffer_put_string(text, "]}");
        break;
    }
    default:
        *name = "closed";
        if (below(random, 2) == 0)
            projc__buffer_format(text, "{\"reason\":\"%s\"}", labels[below(random, 4)]);
        else
            projc__buffer_put_string(text, "{}");
        break;
    }
}

projc_status mix_world_append(mix_world *at, const char *name, uint32_t node, uint32_t number,
                              projc_text payload, projc_error *error)
{
    projc__new_event event = {
        .name = projc_text_of(name, strlen(name)),
        .aggregate_type = {"node", 4},
        .aggregate_id = {.kind = PROJC_KIND_UUID},
        .expected_version = PROJC_ANY_VERSION,
        .payload = {(const uint8_t *)payload.data, payload.size},
        .metadata = {"", 0},
        .time = INT64_C(1700000000000000) + (int64_t)number * 1000000,
    };

    projc_store *store;
    projc_status status = projc__workspace_store(at->workspace, &store, error);

    if (status != PROJC_OK)
        return status;
    event.aggregate_id.as.uuid.bytes[15] = (uint8_t)(node + 1);
    event.id.bytes[0] = 1;
    memcpy(event.id.bytes + 8, &number, sizeof number);
    return projc__store_append(store, &mix_module.streams[0], &event, 1, NULL, error);
}

/* ---- applying ---- */

projc_status mix_world_drain(mix_world *at, uint32_t projection, void (*before)(void *context),
                             void *context, projc_error *error)
{
    for (uint32_t step = 0; step < STEPS_MAX; step++) {
        projc__outcome outcome = {0};
        int64_t now = projc__clock_now(&at->clock.clock);
        projc_status status;

        if (before != NULL)
            before(context);
        status =
            projc__projector_step(at->projectors[projection], at->workspace, 0, 1, &outcome, error);
        if (status == PROJC_FENCED || status == PROJC_LOCKED)
            continue;
        if (status != PROJC_OK)
            return status;
        if (outcome.retry_at > now)
            projc__manual_clock_advance(&at->clock, outcome.retry_at - now);
        else if (outcome.retry_at == 0 && (outcome.is_caught_up || outcome.is_stopped))
            return PROJC_OK;
    }
    return projc_error_set(error, PROJC_DATABASE, "a projection does not come to rest");
}

/* ---- what is there ---- */

typedef struct dumping {
    const projc_table *table;
    projc__buffer *text;
} dumping;

static projc_status dump_row(void *context, const projc_value *values, projc_error *error)
{
    const dumping *self = context;

    projc__buffer_put_string(self->text, self->table->name);
    for (uint32_t i = 0; i < self->table->column_count; i++) {
        projc__buffer_put_char(self->text, ' ');
        projc__value_put(self->text, &self->table->columns[i], &values[i]);
    }
    projc__buffer_put_char(self->text, '\n');
    return projc__buffer_status(self->text, error);
}

static projc_status dump_records(mix_world *at, projc_store *store, uint32_t index,
                                 projc__buffer *text, projc_error *error)
{
    projc_arena *arena = projc_arena_new(0);
    int64_t generation = projc__projector_generation(at->projectors[index]);
    projc__key_row *keys = NULL;
    projc__skipped_row *skips = NULL;
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t applied = 0;
    projc_status status = projc__store_load_lanes(store, generation, arena, &lanes, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        applied += lanes[i].applied;
    projc__buffer_format(text, "%u applied %" PRId64 "\n", index, applied);
    count = 0;
    if (status == PROJC_OK)
        status = projc__store_load_keys(store, generation, arena, &keys, &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        projc__buffer_format(text, "%u failed %" PRId64 " %.*s %.*s\n", index, keys[i].no,
                             (int)keys[i].message.size, keys[i].message.data,
                             (int)keys[i].source.size, keys[i].source.data);
    count = 0;
    if (status == PROJC_OK)
        status =
            projc__store_load_skipped(store, generation, 0, 100000, arena, &skips, &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        projc__buffer_format(text, "%u skipped %" PRId64 " %.*s\n", index, skips[i].no,
                             (int)skips[i].message.size, skips[i].message.data);
    projc_arena_free(arena);
    return status;
}

static int compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The lines in order: failed keys and skips come in that of their lanes. */
static projc_status sort_lines(projc__buffer *text, projc_error *error)
{
    size_t count = 0;
    char **lines;
    projc__buffer sorted;

    for (size_t i = 0; i < text->size; i++)
        count += text->data[i] == '\n';
    lines = malloc((count + 1) * sizeof *lines);
    if (lines == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc__buffer_init(&sorted);
    count = 0;
    for (char *line = strtok(text->data, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        projc__buffer_format(&sorted, "%s\n", lines[i]);
    free(lines);
    projc__buffer_clear(text);
    *text = sorted;
    return projc__buffer_status(text, error);
}

projc_status mix_world_dump(mix_world *at, projc__buffer *text, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__workspace_store(at->workspace, &store, error);

    projc__buffer_init(text);
    for (uint32_t i = 0; i < at->module->projection_count && status == PROJC_OK; i++) {
        const projc_projection_type *type = &at->module->projections[i];
        dumping what = {type->table, text};

        status = projc__store_scan_rows(store, what.table, dump_row, &what, error);
        for (uint32_t j = 0; j < type->table_count && status == PROJC_OK; j++) {
            what.table = type->tables[j].table;
            status = projc__store_scan_rows(store, what.table, dump_row, &what, error);
        }
        if (status == PROJC_OK)
            status = dump_records(at, store, i, text, error);
    }
    return status == PROJC_OK ? sort_lines(text, error) : status;
}

bool mix_dumps_equal(const char *what, const projc__buffer *first, const projc__buffer *second)
{
    size_t at = 0;
    size_t line = 0;

    if (first->size == second->size && memcmp(first->data, second->data, first->size) == 0)
        return true;
    while (at < first->size && at < second->size && first->data[at] == second->data[at]) {
        if (first->data[at] == '\n')
            line = at + 1;
        at++;
    }
    printf("differs %s\n  wanted: %.*s\n  is:     %.*s\n", what,
           (int)strcspn(first->data + line, "\n"), first->data + line,
           (int)strcspn(second->data + line, "\n"), second->data + line);
    return false;
}
