/* Running out of memory: small arenas on every driver, and SQLite's allocator failing at each call.
 */
#include "suite.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* ---- arenas ---- */

typedef projc_status (*arena_call)(projc_arena *arena, int64_t generation);

static projc_status load_lanes(projc_arena *arena, int64_t generation)
{
    projc__lane *lanes;
    size_t count;

    return projc__store_load_lanes(fixture->store, generation, arena, &lanes, &count, ERROR);
}

static projc_status load_keys(projc_arena *arena, int64_t generation)
{
    projc__key_row *rows;
    size_t count;

    return projc__store_load_keys(fixture->store, generation, arena, &rows, &count, ERROR);
}

static projc_status load_skipped(projc_arena *arena, int64_t generation)
{
    projc__skipped_row *rows;
    size_t count;

    return projc__store_load_skipped(fixture->store, generation, 0, 10, arena, &rows, &count,
                                     ERROR);
}

static projc_status load_waiting(projc_arena *arena, int64_t generation)
{
    int64_t *numbers;
    size_t count;

    return projc__store_load_waiting(fixture->store, generation, bytes_of("key"), 0, INT64_MAX, 10,
                                     arena, &numbers, &count, ERROR);
}

static projc_status count_waiting(projc_arena *arena, int64_t generation)
{
    projc__waiting_count *rows;
    size_t count;

    return projc__store_count_waiting(fixture->store, generation, arena, &rows, &count, ERROR);
}

static projc_status load_balance(projc_arena *arena, int64_t generation)
{
    projc_value key = uuid_value(1);
    projc_value *row;

    (void)generation;
    return projc__store_load_rows(fixture->store, &store_fixture_balance, &key, 1, arena, &row,
                                  ERROR);
}

static projc_status find(projc_arena *arena, int64_t generation)
{
    projc__generation found;

    (void)generation;
    return projc__store_find_generation(fixture->store, "fixture", "balance", arena, &found, ERROR);
}

static projc_status list_processes(projc_arena *arena, int64_t generation)
{
    projc__process *processes;
    size_t count;

    (void)generation;
    return projc__store_heartbeat(fixture->store, text_of("id"), text_of("name"), arena, &processes,
                                  &count, ERROR);
}

static projc_status list_waiters(projc_arena *arena, int64_t generation)
{
    projc__waiter *waiters;
    size_t count;

    (void)generation;
    return projc__store_load_waiters(fixture->store, arena, &waiters, &count, ERROR);
}

/* One row, key, waiting event and skip, so that there is something to load. */
static projc_status write_one_of_each(projc_store *store, int64_t generation, projc__lane lane)
{
    projc_value row[3];
    projc__row_write write = {.table = &store_fixture_balance, .rows = row, .row_count = 1};
    projc__key_row key = {.key = bytes_of("key"), .code = text_of("DATA")};
    projc__skipped_row skipped = {.key = bytes_of("key"), .no = 5};
    projc__waiting_row waiting = {.lane = lane.lane, .key = bytes_of("key"), .no = 6};
    projc__claim claim = claim_of(lane, lane.position + 1);
    projc__unit unit = {.generation = generation,
                        .claims = &claim,
                        .claim_count = 1,
                        .writes = &write,
                        .write_count = 1,
                        .waiting = &waiting,
                        .waiting_count = 1,
                        .keys = &key,
                        .key_count = 1,
                        .skipped = &skipped,
                        .skipped_count = 1};

    balance_row(row, 1, 1, "a state of some length, so that it needs a place of its own");
    return projc__store_commit(store, &unit, ERROR);
}

void full_arena_is_a_limit_everywhere(void)
{
    static const arena_call calls[] = {load_lanes,   load_keys,      load_skipped,
                                       load_waiting, count_waiting,  load_balance,
                                       find,         list_processes, list_waiters};
    int64_t generation = registered(&store_fixture_balance_projection, 4).number;

    OK(write_one_of_each(fixture->store, generation, stored_lane(generation, 0)));
    OK(projc__store_add_waiter(fixture->store, text_of("id"), generation, 1, STORE_FIXTURE_LOG,
                               60000, ERROR));
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        projc_status status = PROJC_LIMIT;
        int failures = 0;
        for (size_t bytes = 1; status == PROJC_LIMIT; bytes += 8) {
            projc_arena *small = projc_arena_new(bytes);
            CU_ASSERT_FATAL(small != NULL);
            status = calls[i](small, generation);
            failures += status == PROJC_LIMIT;
            projc_arena_free(small);
        }
        CU_ASSERT_EQUAL(status, PROJC_OK);
        CU_ASSERT(failures > 0);
    }
    /* Nothing is left open. */
    OK(projc_store_begin(fixture->store, ERROR));
    OK(projc_store_rollback(fixture->store, ERROR));
}

/* ---- SQLite's allocator ---- */

static sqlite3_mem_methods real_memory;
static atomic_long calls_left = -1; /* until a call fails; negative: none does */
static atomic_bool is_lasting;      /* every call after it fails too */

static bool fails_now(void)
{
    long left = atomic_load(&calls_left);

    if (left < 0)
        return false;
    if (left > 0) {
        atomic_fetch_sub(&calls_left, 1);
        return false;
    }
    if (!atomic_load(&is_lasting))
        atomic_store(&calls_left, -1);
    return true;
}

static void *failing_malloc(int size)
{
    return fails_now() ? NULL : real_memory.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return fails_now() ? NULL : real_memory.xRealloc(old, size);
}

/* Before SQLite is first used. */
bool install_failing_memory(void)
{
    sqlite3_mem_methods memory;

    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK)
        return false;
    memory = real_memory;
    memory.xMalloc = failing_malloc;
    memory.xRealloc = failing_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) == SQLITE_OK;
}

static void fail_at(long call, bool lasting)
{
    atomic_store(&is_lasting, lasting);
    atomic_store(&calls_left, call);
}

/* How far a run came. */
typedef struct journey {
    projc_store *store;
    int64_t generation;
    int appends;   /* that said OK */
    bool has_unit; /* so did the unit of work */
} journey;

static projc_status open_and_register(journey *run, const char *database)
{
    projc_store_options options = {.database = database};
    projc__registration registration = {.package = "fixture",
                                        .projection = &store_fixture_balance_projection,
                                        .stream = STORE_FIXTURE_LOG,
                                        .lanes = 2};
    projc__generation generation = {0};
    projc_status status = projc_store_open(&options, &run->store, ERROR);

    if (status == PROJC_OK)
        status = projc_store_apply_schema(run->store, &store_fixture_module, true, ERROR);
    if (status == PROJC_OK)
        status = projc__store_preflight(run->store, STORE_FIXTURE_LOG, ERROR);
    if (status == PROJC_OK)
        status = projc__store_register_projection(run->store, &registration, fixture->arena,
                                                  &generation, ERROR);
    run->generation = generation.number;
    return status;
}

static projc_status append_some(journey *run)
{
    projc__new_event events[3] = {log_event(1, 0, 1), log_event(1, 1, 2), log_event(2, 0, 3)};
    projc_status status =
        projc__store_append(run->store, STORE_FIXTURE_LOG, events, 3, NULL, ERROR);
    projc_status ended;

    run->appends += status == PROJC_OK ? 3 : 0;
    if (status == PROJC_OK)
        status = projc_store_begin(run->store, ERROR);
    if (status != PROJC_OK)
        return status;
    events[0] = log_event(3, 0, 4);
    status = projc__store_append(run->store, STORE_FIXTURE_LOG, events, 1, NULL, ERROR);
    if (status != PROJC_OK) {
        (void)projc_store_rollback(run->store, ERROR);
        return status;
    }
    ended = projc_store_commit(run->store, ERROR);
    run->appends += ended == PROJC_OK;
    return ended;
}

static projc_status count_row(void *context, const projc_value *values, projc_error *error)
{
    (void)values;
    (void)error;
    *(int *)context += 1;
    return PROJC_OK;
}

static projc_status look_at_waiting(const journey *run)
{
    const projc__page_limits limits = {.rows = 100, .bytes = 10000};
    const int64_t first[] = {1, 2};
    int64_t *numbers = NULL;
    projc__waiting_count *rows = NULL;
    size_t count = 0;
    projc__page page;
    projc_status status =
        projc__store_load_waiting(run->store, run->generation, bytes_of("key"), 0, INT64_MAX, 9,
                                  fixture->arena, &numbers, &count, ERROR);

    if (status == PROJC_OK) {
        CU_ASSERT_EQUAL(count, 1);
        status = projc__store_count_waiting(run->store, run->generation, fixture->arena, &rows,
                                            &count, ERROR);
    }
    if (status == PROJC_OK) {
        CU_ASSERT_EQUAL(count, 1);
        status = projc__store_read_numbers(run->store, STORE_FIXTURE_LOG, first, 2, &limits,
                                           fixture->arena, &page, ERROR);
    }
    if (status == PROJC_OK)
        CU_ASSERT_EQUAL(page.count, 2);
    return status;
}

static projc_status work(journey *run)
{
    const projc__page_limits limits = {.rows = 100, .bytes = 10000};
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG};
    projc__lane *lanes = NULL;
    size_t count = 0;
    projc__page page;
    int rows = 0;
    projc_status status = projc__store_read_page(run->store, STORE_FIXTURE_LOG, 0, &limits,
                                                 fixture->arena, &page, ERROR);

    if (status == PROJC_OK) {
        CU_ASSERT_EQUAL(page.count, 4);
        status = projc__store_load_lanes(run->store, run->generation, fixture->arena, &lanes,
                                         &count, ERROR);
    }
    if (status == PROJC_OK) {
        CU_ASSERT_EQUAL(count, 2);
        status = write_one_of_each(run->store, run->generation, lanes[0]);
        run->has_unit = status == PROJC_OK;
    }
    if (status == PROJC_OK)
        status = look_at_waiting(run);
    if (status == PROJC_OK)
        status =
            projc__store_scan_rows(run->store, &store_fixture_balance, count_row, &rows, ERROR);
    if (status == PROJC_OK)
        status = projc__store_listen(run->store, streams, 1, ERROR);
    return status;
}

/* With memory again: what said OK is there, what did not is not, and nothing is left open. */
static void check_journey(const journey *run)
{
    const projc__page_limits limits = {.rows = 100, .bytes = 10000};
    projc_value key = uuid_value(1);
    projc_value *row = NULL;
    projc__page page;
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t skipped = 0;

    OK(projc_store_begin(run->store, ERROR));
    OK(projc_store_rollback(run->store, ERROR));
    if (run->generation == 0)
        return;
    OK(projc__store_read_page(run->store, STORE_FIXTURE_LOG, 0, &limits, fixture->arena, &page,
                              ERROR));
    CU_ASSERT_EQUAL((int)page.count, run->appends);
    OK(projc__store_load_lanes(run->store, run->generation, fixture->arena, &lanes, &count, ERROR));
    CU_ASSERT_FATAL(count == 2);
    CU_ASSERT_EQUAL(lanes[0].position, run->has_unit);
    OK(projc__store_load_rows(run->store, &store_fixture_balance, &key, 1, fixture->arena, &row,
                              ERROR));
    CU_ASSERT_EQUAL(row != NULL, run->has_unit);
    OK(projc__store_count_skipped(run->store, run->generation, &skipped, ERROR));
    CU_ASSERT_EQUAL(skipped, run->has_unit);
}

/* One run in which the allocation after `call` others fails; did the run fail of it? */
static bool travel(const char *database, long call, bool lasting)
{
    journey run = {0};
    bool has_failed;
    projc_status status;

    fail_at(call, lasting);
    status = open_and_register(&run, database);
    if (status == PROJC_OK)
        status = append_some(&run);
    if (status == PROJC_OK)
        status = work(&run);
    fail_at(-1, false);
    has_failed = status != PROJC_OK;
    /* SQLite does without some allocations: then everything is as it should be. */
    if (status != PROJC_OK && status != PROJC_NO_MEMORY)
        fprintf(stderr, "call %ld: %s\n", call, ERROR->message);
    CU_ASSERT(status == PROJC_OK || status == PROJC_NO_MEMORY);
    if (run.store != NULL)
        check_journey(&run);
    projc_store_close(run.store);
    return has_failed;
}

/* Runs until the failing call lies behind the end. */
static void travel_through(bool lasting)
{
    enum {
        QUIET_RUNS = 400
    }; /* runs in a row that SQLite can do without: then it is behind the end */
    sqlite3_int64 used_before = sqlite3_memory_used();
    int quiet = 0;
    long call = 0;
    int failures = 0;

    for (; quiet < QUIET_RUNS; call++) {
        bool has_failed = travel("sqlite::memory:", call, lasting);
        quiet = has_failed ? 0 : quiet + 1;
        failures += has_failed;
        projc_arena_reset(fixture->arena);
    }
    CU_ASSERT(failures > 100);
    CU_ASSERT_EQUAL(sqlite3_memory_used(), used_before);
}

void each_failed_allocation_is_survived(void)
{
    travel_through(false);
}

void allocations_failing_for_good_are_survived(void)
{
    travel_through(true);
}
