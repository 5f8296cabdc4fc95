/* A projector of the account module, or of another, on a database of its own, stepped by hand, with
 * a clock that stands. */
#include "engine_fixture.h"

#include <stdio.h>
#include <string.h>

#include <xxhash.h>

enum { STEPS_MAX = 10000, PARTS = 1 };

static bool complain(const engine_fixture *fixture, projc_status status)
{
    if (status == PROJC_OK)
        return true;
    fprintf(stderr, "engine_fixture: %s: %s\n", projc_status_name(status), fixture->error.message);
    return false;
}

static bool open_projector(engine_fixture *fixture, uint32_t projection)
{
    projc_status status =
        projc__workspace_new(&fixture->engine, &fixture->workspace, &fixture->error);

    if (status == PROJC_OK)
        status = projc__projector_open(&fixture->engine, fixture->workspace, fixture->module,
                                       projection, &fixture->projector, &fixture->error);
    return complain(fixture, status);
}

bool engine_fixture_begin(engine_fixture *fixture, store_kind kind,
                          enum account_projection_index projection)
{
    return engine_fixture_begin_with(fixture, kind, &account_module, (uint32_t)projection);
}

bool engine_fixture_begin_with(engine_fixture *fixture, store_kind kind, const projc_module *module,
                               uint32_t projection)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->module = module;
    projc__manual_clock_init(&fixture->clock, INT64_C(1700000000000000));
    fixture->arena = projc_arena_new(0);
    if (!store_fixture_begin_empty(&fixture->database, kind))
        return false;
    fixture->store = fixture->database.store;
    fixture->engine.clock = &fixture->clock.clock;
    fixture->engine.stop = &fixture->stop;
    fixture->engine.options = (projc_runtime_options){
        .database = fixture->database.database,
        .workers = 1,
        .lanes = 4,
        .batch_bytes = 64 << 20,
        .page_rows = 1000,
        .page_bytes = 4 << 20,
        .queue_max = 100,
        .event_max_bytes = 1 << 20,
        .state_max_bytes = 1 << 20,
        .failed_keys_max = 1000,
        .waiting_max = 1000,
        .seed = 42,
        .user = &fixture->probe,
    };
    if (!complain(fixture, projc_store_apply_schema(fixture->store, module, true, &fixture->error)))
        return false;
    return open_projector(fixture, projection);
}

static void close_projector(engine_fixture *fixture)
{
    projc__projector_close(fixture->projector);
    projc__workspace_free(fixture->workspace);
    fixture->projector = NULL;
    fixture->workspace = NULL;
}

bool engine_fixture_reopen(engine_fixture *fixture, enum account_projection_index projection)
{
    close_projector(fixture);
    return open_projector(fixture, (uint32_t)projection);
}

void engine_fixture_end(engine_fixture *fixture)
{
    close_projector(fixture);
    store_fixture_end(&fixture->database);
    projc__manual_clock_clear(&fixture->clock);
    projc_arena_free(fixture->arena);
}

projc_status engine_fixture_step(engine_fixture *fixture)
{
    return projc__projector_step(fixture->projector, fixture->workspace, 0, PARTS,
                                 &fixture->outcome, &fixture->error);
}

projc_status engine_fixture_catch_up(engine_fixture *fixture)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        projc_status status = engine_fixture_step(fixture);

        if (!complain(fixture, status))
            return status;
        if (fixture->outcome.is_caught_up || fixture->outcome.is_stopped)
            return PROJC_OK;
    }
    return projc_error_set(&fixture->error, PROJC_TIMED_OUT, "never caught up");
}

/* ---- looking ---- */

static projc_value key_of(enum account_projection_index projection, uint64_t account)
{
    if (account_module.projections[projection].kind == PROJC_STREAM_PROJECTION ||
        projection == PROJECTION_MEASURED)
        return (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = (int64_t)account};
    return account_key(account);
}

const projc_value *engine_fixture_row(engine_fixture *fixture,
                                      enum account_projection_index projection, uint64_t account)
{
    const projc_table *table = account_module.projections[projection].table;
    const projc_value key = key_of(projection, account);
    projc_value *row = NULL;

    complain(fixture, projc__store_load_rows(fixture->store, table, &key, 1, fixture->arena, &row,
                                             &fixture->error));
    return row == NULL ? NULL : row + table->key_count;
}

projc_status engine_fixture_load(engine_fixture *fixture, enum account_projection_index projection,
                                 uint64_t account, void *state)
{
    const projc_value key = key_of(projection, account);
    bool has_key = account_module.projections[projection].kind != PROJC_STREAM_PROJECTION;

    return projc_load(fixture->store, &account_module, (uint32_t)projection, has_key ? &key : NULL,
                      has_key, fixture->arena, state, &fixture->error);
}

typedef struct digest {
    const projc_table *table;
    uint64_t value;
} digest;

static void add_to_digest(digest *sum, const void *data, size_t size)
{
    sum->value = XXH3_64bits_withSeed(data, size, sum->value);
}

static projc_status digest_row(void *context, const projc_value *values, projc_error *error)
{
    digest *sum = context;

    (void)error;
    for (uint32_t i = 0; i < sum->table->column_count; i++) {
        const projc_value *value = &values[i];

        if (value->kind == PROJC_KIND_INTEGER)
            add_to_digest(sum, &value->as.integer, sizeof value->as.integer);
        else if (value->kind == PROJC_KIND_UUID)
            add_to_digest(sum, &value->as.uuid, sizeof value->as.uuid);
        else if (value->kind == PROJC_KIND_TEXT)
            add_to_digest(sum, value->as.text.data, value->as.text.size);
        else if (value->kind == PROJC_KIND_BYTES)
            add_to_digest(sum, value->as.bytes.data, value->as.bytes.size);
    }
    return PROJC_OK;
}

uint64_t engine_fixture_digest(engine_fixture *fixture, enum account_projection_index projection)
{
    digest sum = {account_module.projections[projection].table, 0};

    complain(fixture,
             projc__store_scan_rows(fixture->store, sum.table, digest_row, &sum, &fixture->error));
    return sum.value;
}

size_t engine_fixture_keys(engine_fixture *fixture, projc__key_row **rows)
{
    projc__key_row *found = NULL;
    size_t count = 0;

    complain(fixture,
             projc__store_load_keys(fixture->store, projc__projector_generation(fixture->projector),
                                    fixture->arena, &found, &count, &fixture->error));
    if (rows != NULL)
        *rows = found;
    return count;
}

size_t engine_fixture_skipped(engine_fixture *fixture, projc__skipped_row **rows)
{
    projc__skipped_row *found = NULL;
    size_t count = 0;

    complain(fixture, projc__store_load_skipped(
                          fixture->store, projc__projector_generation(fixture->projector), 0, 10000,
                          fixture->arena, &found, &count, &fixture->error));
    if (rows != NULL)
        *rows = found;
    return count;
}

int64_t engine_fixture_position(engine_fixture *fixture)
{
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t lowest = INT64_MAX;

    complain(fixture, projc__store_load_lanes(fixture->store,
                                              projc__projector_generation(fixture->projector),
                                              fixture->arena, &lanes, &count, &fixture->error));
    for (size_t i = 0; i < count; i++)
        if (lanes[i].position < lowest)
            lowest = lanes[i].position;
    return lowest;
}
