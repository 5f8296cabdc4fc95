/* Rows of tables, in batches cut in any way, against a model, on every store. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/engine/rebuild.h"
#include "runtime/engine/workspace.h"
#include "support/script_model.h"
#include "support/store_runner.h"

static store_kind kind; /* the store that the suite runs on */

static struct {
    store_fixture database;
    projc__manual_clock clock;
    projc__engine engine;
    volatile int stop;
    projc__workspace *workspace;
    projc__projector *projector;
    projc__outcome outcome;
    enum script_projection_index projection;
    script_model model;
    projc_arena *arena;
    projc_error error;
} fixture;

#define OK(call) CU_ASSERT_EQUAL_FATAL(told(call), PROJC_OK)

static projc_status told(projc_status status)
{
    if (status != PROJC_OK)
        fprintf(stderr, "rows: %s: %s\n", projc_status_name(status), fixture.error.message);
    return status;
}

/* ---- a store that counts what it is asked ---- */

static struct projc__driver counting;
static const struct projc__driver *counted;
static struct {
    int loads;
    int loaded_keys;
    int finds;
    int finds_each;
    size_t upserted; /* rows of the projection's tables */
    size_t deleted;
} calls;

static projc_status count_load(projc_store *store, const projc_table *table,
                               const projc_value *keys, size_t count, projc_arena *arena,
                               projc_value **rows, projc_error *error)
{
    if (table == SCRIPT_TABLE(fixture.projection)) {
        calls.loads++;
        calls.loaded_keys += (int)count;
    }
    return counted->load_rows(store, table, keys, count, arena, rows, error);
}

static projc_status count_find(projc_store *store, const projc_table *table,
                               const uint32_t *columns, const projc_value *values, uint32_t count,
                               projc_arena *arena, projc_value ***rows, size_t *row_count,
                               projc_error *error)
{
    calls.finds++;
    return counted->find_rows(store, table, columns, values, count, arena, rows, row_count, error);
}

/* On every store, so that SQLite tries it as well. */
static projc_status count_find_each(projc_store *store, const projc_table *table,
                                    const uint32_t *columns, uint32_t column_count,
                                    const projc_value *values, size_t count, projc_arena *arena,
                                    projc_value ***rows, size_t **lists, size_t *row_count,
                                    projc_error *error)
{
    enum { ROWS_MAX = 10000 };
    projc_status status = PROJC_OK;

    calls.finds_each++;
    if (counted->find_each != NULL)
        return counted->find_each(store, table, columns, column_count, values, count, arena, rows,
                                  lists, row_count, error);
    *rows = projc_arena_alloc(arena, ROWS_MAX * sizeof **rows);
    *lists = projc_arena_alloc(arena, ROWS_MAX * sizeof **lists);
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        projc_value **found = NULL;
        size_t found_count = 0;

        status = counted->find_rows(store, table, columns, values + i * column_count, column_count,
                                    arena, &found, &found_count, error);
        for (size_t j = 0; j < found_count && *row_count < ROWS_MAX; j++) {
            (*lists)[*row_count] = i;
            (*rows)[(*row_count)++] = found[j];
        }
    }
    return status;
}

static projc_status count_commit(projc_store *store, const projc__unit *unit, projc_error *error)
{
    for (size_t i = 0; i < unit->write_count; i++) {
        if (unit->writes[i].table != SCRIPT_TABLE(fixture.projection))
            continue;
        calls.upserted += unit->writes[i].row_count;
        calls.deleted += unit->writes[i].deleted_count;
    }
    return counted->commit(store, unit, error);
}

/* The workspace's connection, with the counting driver in front. */
static void count_calls(void)
{
    projc_store *store;

    OK(projc__workspace_store(fixture.workspace, &store, &fixture.error));
    memset(&calls, 0, sizeof calls);
    if (store->driver == &counting)
        return;
    counted = store->driver;
    counting = *counted;
    counting.load_rows = count_load;
    counting.find_rows = count_find;
    counting.find_each = count_find_each;
    counting.commit = count_commit;
    store->driver = &counting;
}

/* What stands in the store is not remembered. */
static void forget(void)
{
    projc__projector_close(fixture.projector);
    OK(projc__projector_open(&fixture.engine, fixture.workspace, &script_module,
                             (uint32_t)fixture.projection, &fixture.projector, &fixture.error));
}

/* ---- the fixture ---- */

static void begin(enum script_projection_index projection)
{
    memset(&fixture, 0, sizeof fixture);
    fixture.projection = projection;
    script_model_clear(&fixture.model, projection);
    fixture.arena = projc_arena_new(0);
    projc__manual_clock_init(&fixture.clock, INT64_C(1700000000000000));
    CU_ASSERT_TRUE_FATAL(store_fixture_begin_empty(&fixture.database, kind));
    fixture.engine.clock = &fixture.clock.clock;
    fixture.engine.stop = &fixture.stop;
    fixture.engine.options = (projc_runtime_options){
        .database = fixture.database.database,
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
    };
    OK(projc_store_apply_schema(fixture.database.store, &script_module, true, &fixture.error));
    OK(projc__workspace_new(&fixture.engine, &fixture.workspace, &fixture.error));
    OK(projc__projector_open(&fixture.engine, fixture.workspace, &script_module,
                             (uint32_t)projection, &fixture.projector, &fixture.error));
}

static void end(void)
{
    projc__projector_close(fixture.projector);
    projc__workspace_free(fixture.workspace);
    store_fixture_end(&fixture.database);
    projc__manual_clock_clear(&fixture.clock);
    projc_arena_free(fixture.arena);
}

/* Appends one event and runs it on the model. */
static void run_in(uint32_t box, const char *script)
{
    const script_event event = {{script, strlen(script)}};

    OK(projc_append(fixture.database.store, &script_module, 0, script_box(box), PROJC_ANY_VERSION,
                    &event, NULL, &fixture.error));
    script_model_run(&fixture.model, box, script);
}

static void run(const char *script)
{
    run_in(0, script);
}

static void catch_up(void)
{
    for (int i = 0; i < 100000; i++) {
        OK(projc__projector_step(fixture.projector, fixture.workspace, 0, 1, &fixture.outcome,
                                 &fixture.error));
        CU_ASSERT_FALSE_FATAL(fixture.outcome.is_stopped);
        if (fixture.outcome.is_caught_up)
            return;
    }
    CU_FAIL_FATAL("never caught up");
}

static projc_status compare_row(void *context, const projc_value *values, projc_error *error)
{
    (void)error;
    script_model_check_row(context, values);
    return PROJC_OK;
}

/* What the store holds is what the model holds: rows and states. */
static void check(void)
{
    uint32_t boxes = fixture.projection == SCRIPT_STREAM ? 1 : SCRIPT_BOXES_MAX;
    script_check checking = {.model = &fixture.model};

    OK(projc__store_scan_rows(fixture.database.store, SCRIPT_TABLE(fixture.projection), compare_row,
                              &checking, &fixture.error));
    CU_ASSERT_EQUAL(checking.differing, 0);
    CU_ASSERT_EQUAL(checking.seen, script_model_row_count(&fixture.model));
    for (uint32_t box = 0; box < boxes; box++) {
        const script_state *expected = &fixture.model.boxes[box].state;
        const projc_value key = script_box(box);
        script_state state = {0};
        projc_status status = projc_load(
            fixture.database.store, &script_module, (uint32_t)fixture.projection,
            fixture.projection == SCRIPT_STREAM ? NULL : &key,
            fixture.projection == SCRIPT_STREAM ? 0 : 1, fixture.arena, &state, &fixture.error);

        CU_ASSERT_EQUAL(status, expected->count > 0 ? PROJC_OK : PROJC_ABSENT);
        CU_ASSERT_EQUAL(state.count, expected->count);
        CU_ASSERT_EQUAL(state.fold, expected->fold);
    }
}

static void check_all(void)
{
    catch_up();
    check();
}

/* ---- claims ---- */

static void rows_are_made_changed_and_deleted(void)
{
    begin(SCRIPT_STREAM);
    run("o01o02o03r04bf09");
    check_all();
    run("o01d02g03al03r04cf01f02f03f04");
    check_all();
    run("d01d02d03d04d05s");
    check_all();
    CU_ASSERT_EQUAL(script_model_row_count(&fixture.model), 0);
    end();
}

static void events_see_what_events_before_them_did(void)
{
    begin(SCRIPT_STREAM);
    run("r01ar02ar03b");
    check_all();
    run("r04ag01bd02");
    run("wawbf01f02");
    run("mbawaxa03s");
    check_all();
    end();
}

static void a_failing_event_leaves_no_trace_in_rows(void)
{
    begin(SCRIPT_STREAM);
    run("r01al01l01r02ar03-");
    check_all();
    run("l01o02");
    run("l01g02bd03o04wamabxb01r05a!");
    run("l01f01f02f03f04f05wawbw-s");
    check_all();
    run("l01!");
    run("l01!");
    run("l01f01");
    check_all();
    end();
}

static void a_row_made_and_deleted_in_a_batch_is_nothing(void)
{
    begin(SCRIPT_STREAM);
    run("o01");
    check_all();
    run("o02");
    run("d02");
    count_calls();
    check_all();
    CU_ASSERT_EQUAL(calls.upserted, 0);
    CU_ASSERT_EQUAL(calls.deleted, 0);
    end();
}

static void rows_that_end_as_they_were_are_not_written(void)
{
    begin(SCRIPT_STREAM);
    run("r01ar02a");
    check_all();
    run("g01bf02");
    run("g01a");
    run("o02!");
    count_calls();
    check_all();
    CU_ASSERT_EQUAL(calls.upserted, 0);
    end();
}

static void a_lane_at_the_begin_asks_for_nothing(void)
{
    begin(SCRIPT_STREAM);
    for (int i = 0; i < 20; i++)
        run("f01o02r03ad04waxa01s");
    count_calls();
    check_all();
    CU_ASSERT_EQUAL(calls.loads, 0);
    CU_ASSERT_EQUAL(calls.finds, 0);
    end();
}

static void rows_that_events_name_are_loaded_with_the_page(void)
{
    begin(SCRIPT_STREAM);
    run("o00");
    check_all();
    run("f00o01f02");
    run("o03d04l00");
    run("f00f03");
    forget();
    count_calls();
    check_all();
    CU_ASSERT_EQUAL(calls.loads, 1);
    CU_ASSERT_EQUAL(calls.loaded_keys, 5);
    run("g07a"); /* its handlers ask without having named it */
    run("g07a");
    count_calls();
    check_all();
    CU_ASSERT_EQUAL(calls.loads, 1);
    end();
}

static void a_walk_asks_the_store_once(void)
{
    begin(SCRIPT_STREAM);
    run("r01ar02ar03b");
    check_all();
    for (int i = 0; i < 10; i++)
        run("wag01bwa");
    run("wbwb");
    count_calls();
    check_all();
    CU_ASSERT_EQUAL(calls.finds_each, 1); /* of both groups */
    CU_ASSERT_EQUAL(calls.finds, 0);
    CU_ASSERT_EQUAL(calls.loads, 0); /* walked rows are known: g01 need not be loaded */
    end();
}

static void walks_where_memory_is_short_ask_for_themselves(void)
{
    begin(SCRIPT_STREAM);
    run("r01ar02ar03b");
    check_all();
    for (int i = 0; i < 5; i++)
        run("wawbw-g01bwa");
    count_calls();
    fixture.engine.options.batch_bytes = 1;
    check_all();
    CU_ASSERT_EQUAL(calls.finds_each, 0);
    CU_ASSERT(calls.finds > 0);
    end();
}

static void a_walk_loaded_beforehand_sees_what_its_batch_has_changed(void)
{
    begin(SCRIPT_STREAM);
    run("r01ar02ar03br04b");
    check_all();
    forget();
    count_calls();
    fixture.engine.options.page_rows = 1; /* the store is asked behind each event, in one batch */
    run("g01bo02d03");
    run("wa");
    run("g04aw-");
    run("wb");
    run("r03awawb");
    run("xa02wa");
    run("mabwb");
    check_all();
    CU_ASSERT_EQUAL(calls.finds_each, 2);
    end();
}

static void a_row_of_another_key_is_refused(void)
{
    begin(SCRIPT_BOXES);
    run_in(0, "r01as");
    run_in(1, "r01ar02as");
    check_all();
    run_in(0, "o01z01");
    run_in(0, "wamabs");
    run_in(1, "was");
    check_all();
    end();
}

static void a_row_that_was_deleted_cannot_be_changed(void)
{
    begin(SCRIPT_STREAM);
    run("o01");
    run("u01");
    run("u02f01");
    check_all();
    CU_ASSERT_TRUE(fixture.model.boxes[0].rows[1].exists);
    end();
}

static void the_event_behind_a_refused_row_is_found(void)
{
    begin(SCRIPT_STREAM);
    for (int i = 0; i < 9; i++)
        run("o01r02al02");
    run("o03b04");
    for (int i = 0; i < 9; i++)
        run("o01o04f04was");
    check_all();
    end();
}

static void a_row_above_the_bound_is_its_events_fault(void)
{
    begin(SCRIPT_STREAM);
    fixture.engine.options.state_max_bytes = 4096;
    for (int i = 0; i < 5; i++)
        run("o01r02al02");
    run("o03B04");
    run("o01f04s");
    check_all();
    end();
}

static void a_reset_empties_the_tables(void)
{
    begin(SCRIPT_STREAM);
    run("o01r02a");
    check_all();
    OK(projc__reset(fixture.database.store, &script_module, SCRIPT_STREAM, true, &fixture.error));
    script_model_clear(&fixture.model, SCRIPT_STREAM);
    check();
    end();
}

/* ---- random scripts ---- */

enum { CHUNKS = 25, CHUNK_EVENTS = 100, COMMANDS = 4 };

static uint32_t below(projc__random *random, uint32_t bound)
{
    return (uint32_t)(projc__random_next(random) % bound);
}

/* COMMANDS commands, so that all in all there are 10,000; every sixth script fails somewhere. */
static void draw_script(projc__random *random, char *script)
{
    static const char commands[] = "fforrdgglwmxsuzhh";
    uint32_t failing = below(random, 6) == 0 ? below(random, COMMANDS) : COMMANDS;

    for (uint32_t i = 0; i < COMMANDS; i++) {
        char command = commands[below(random, sizeof commands - 1)];
        char group = "abcde-"[below(random, 6)];
        uint32_t row = below(random, SCRIPT_ROWS);

        if ((command == 'u' || command == 'z') && below(random, 4) != 0)
            command = 'o';
        if (i == failing)
            command = '!';
        *script++ = command;
        if (strchr("wmx", command) != NULL)
            *script++ = group;
        if (strchr("fordglxuzh", command) != NULL)
            script += sprintf(script, "%02u", row);
        if (strchr("rgmh", command) != NULL)
            *script++ = "abcde-"[below(random, 6)];
    }
    *script = '\0';
}

static void append_chunk(projc__random *random)
{
    char script[COMMANDS * 8];

    OK(projc_store_begin(fixture.database.store, &fixture.error));
    for (int i = 0; i < CHUNK_EVENTS; i++) {
        draw_script(random, script);
        run_in(fixture.projection == SCRIPT_STREAM ? 0 : below(random, SCRIPT_BOXES_MAX), script);
    }
    OK(projc_store_commit(fixture.database.store, &fixture.error));
}

static void equal_a_model(enum script_projection_index projection)
{
    projc__rebuild_options options = {0};
    projc__random random;

    begin(projection);
    projc__random_init(&random, 20 + (uint64_t)projection);
    for (int i = 0; i < CHUNKS; i++) {
        append_chunk(&random);
        count_calls(); /* so that walks are loaded beforehand on SQLite as well */
        fixture.engine.options.page_rows = 1 + below(&random, 60);
        fixture.engine.options.batch_bytes = 20000 + below(&random, 400000);
        check_all();
    }
    projc__projector_close(fixture.projector);
    fixture.projector = NULL;
    OK(projc__rebuild_in_place(&fixture.engine, fixture.workspace, &script_module,
                               (uint32_t)projection, &options, &fixture.error));
    check();
    end();
}

static void rows_of_a_stream_equal_a_model(void)
{
    equal_a_model(SCRIPT_STREAM);
}

static void rows_of_aggregates_equal_a_model(void)
{
    equal_a_model(SCRIPT_BOXES);
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(rows_are_made_changed_and_deleted),
    TEST(events_see_what_events_before_them_did),
    TEST(a_failing_event_leaves_no_trace_in_rows),
    TEST(a_row_made_and_deleted_in_a_batch_is_nothing),
    TEST(rows_that_end_as_they_were_are_not_written),
    TEST(a_lane_at_the_begin_asks_for_nothing),
    TEST(rows_that_events_name_are_loaded_with_the_page),
    TEST(a_walk_asks_the_store_once),
    TEST(walks_where_memory_is_short_ask_for_themselves),
    TEST(a_walk_loaded_beforehand_sees_what_its_batch_has_changed),
    TEST(a_row_of_another_key_is_refused),
    TEST(a_row_that_was_deleted_cannot_be_changed),
    TEST(the_event_behind_a_refused_row_is_found),
    TEST(a_row_above_the_bound_is_its_events_fault),
    TEST(a_reset_empties_the_tables),
    TEST(rows_of_a_stream_equal_a_model),
    TEST(rows_of_aggregates_equal_a_model),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
