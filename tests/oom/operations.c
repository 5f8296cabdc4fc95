/* Every call of the driver table that a program makes. */
#include "operations.h"

#include <string.h>
#include <xxhash.h>

enum { LANES = 2, EVENTS = 6, EVENT_TIME = 1700000000 };

static const int64_t generation = 1; /* the first of a database */
static const int64_t building = 2;   /* beside it, as far as it */
static const projc__page_limits limits = {.rows = 100, .bytes = 10000};
static const char long_text[] = "a state of some length, so that it needs a place of its own";

static projc_text text_of(const char *text)
{
    return (projc_text){text, strlen(text)};
}

static projc_bytes bytes_of(const char *text)
{
    return (projc_bytes){(const uint8_t *)text, strlen(text)};
}

static projc_value account(uint8_t number)
{
    return (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = {{[15] = number}}};
}

static void add(uint64_t *answer, const void *data, size_t size)
{
    *answer = XXH3_64bits_withSeed(data == NULL ? "" : data, size, *answer);
}

static void add_number(uint64_t *answer, int64_t number)
{
    add(answer, &number, sizeof number);
}

static void add_value(uint64_t *answer, const projc_value *value)
{
    add_number(answer, value->kind);
    if (value->kind == PROJC_KIND_INTEGER)
        add_number(answer, value->as.integer);
    else if (value->kind == PROJC_KIND_UUID)
        add(answer, &value->as.uuid, sizeof value->as.uuid);
    else if (value->kind == PROJC_KIND_BYTES)
        add(answer, value->as.bytes.data, value->as.bytes.size);
    else if (value->kind == PROJC_KIND_TEXT)
        add(answer, value->as.text.data, value->as.text.size);
}

/* ---- the log ---- */

static projc__new_event event_of(uint8_t number, uint8_t aggregate, int64_t expected)
{
    projc__new_event event = {.name = text_of("opened"),
                              .aggregate_type = text_of("account"),
                              .aggregate_id = account(aggregate),
                              .expected_version = expected,
                              .payload = bytes_of("{\"n\":1}"),
                              .metadata = text_of("{\"who\":\"me\"}"),
                              .time = (int64_t)EVENT_TIME * 1000000};

    event.id.bytes[0] = number;
    return event;
}

static projc_status append(projc_store *store, projc_arena *arena, uint64_t *answer,
                           projc_error *error)
{
    projc__new_event events[3] = {event_of(101, 1, PROJC_ANY_VERSION), event_of(102, 9, 0),
                                  event_of(103, 9, 1)};
    int64_t positions[3] = {0};
    projc_status status =
        projc__store_append(store, STORE_FIXTURE_LOG, events, 3, positions, error);

    (void)arena;
    for (int i = 0; i < 3; i++)
        add_number(answer, positions[i]);
    return status;
}

static projc_status append_together(projc_store *store, projc_arena *arena, uint64_t *answer,
                                    projc_error *error)
{
    projc__new_event first = event_of(104, 7, 0);
    projc__new_event second = event_of(105, 8, 0);
    projc_error ignored;
    projc_status status = projc_store_begin(store, error);

    (void)arena;
    (void)answer;
    if (status != PROJC_OK)
        return status;
    status = projc__store_append(store, STORE_FIXTURE_LOG, &first, 1, NULL, error);
    if (status == PROJC_OK)
        status = projc__store_append(store, STORE_FIXTURE_LOG, &second, 1, NULL, error);
    if (status == PROJC_OK)
        return projc_store_commit(store, error);
    (void)projc_store_rollback(store, &ignored);
    return status;
}

static void add_page(uint64_t *answer, const projc__page *page)
{
    add_number(answer, page->reached);
    for (size_t i = 0; i < page->count; i++) {
        const projc_event *event = &page->events[i];

        add_number(answer, event->no);
        add(answer, event->payload.data, event->payload.size);
        add(answer, event->name.data, event->name.size);
    }
}

static projc_status read_page(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    projc__page page = {0};
    projc_status status =
        projc__store_read_page(store, STORE_FIXTURE_LOG, 1, &limits, arena, &page, error);

    add_page(answer, &page);
    return status;
}

static projc_status read_raw(projc_store *store, projc_arena *arena, uint64_t *answer,
                             projc_error *error)
{
    projc__page page = {0};
    projc_value id = account(1);
    projc_status status = projc__store_read_raw(store, STORE_FIXTURE_LOG, 0, EVENTS, "account", &id,
                                                &limits, arena, &page, error);

    add_page(answer, &page);
    return status;
}

static projc_status read_numbers(projc_store *store, projc_arena *arena, uint64_t *answer,
                                 projc_error *error)
{
    static const int64_t numbers[] = {1, 3, 4};
    projc__page page = {0};
    projc_status status = projc__store_read_numbers(store, STORE_FIXTURE_LOG, numbers, 3, &limits,
                                                    arena, &page, error);

    add_page(answer, &page);
    return status;
}

static projc_status read_head(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    int64_t no = 0;
    int64_t time = 0;
    bool has_writers;
    projc_status status =
        projc__store_read_head(store, STORE_FIXTURE_LOG, &no, &time, &has_writers, error);

    (void)arena;
    add_number(answer, no);
    add_number(answer, time);
    return status;
}

static projc_status check_log(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc__store_check_log(store, STORE_FIXTURE_LOG, 2, event_of(2, 1, 0).id, error);
}

/* ---- schema and generations ---- */

static projc_status apply_schema(projc_store *store, projc_arena *arena, uint64_t *answer,
                                 projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc_store_apply_schema(store, &store_fixture_module, true, error);
}

static projc_status run_script(projc_store *store, projc_arena *arena, uint64_t *answer,
                               projc_error *error)
{
    static const char *const pieces[] = {"CREATE TABLE more (a INTEGER PRIMARY KEY) STRICT;",
                                         "INSERT INTO more VALUES (1), (2);"};

    (void)arena;
    (void)answer;
    return projc__store_run_script(store, pieces, 2, error);
}

static projc_status preflight(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc__store_preflight(store, STORE_FIXTURE_LOG, error);
}

static projc_status has_table(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    bool is_there = false;
    projc_status status = projc__store_has_table(store, NULL, "balance", &is_there, error);

    (void)arena;
    add_number(answer, is_there);
    return status;
}

static projc_status describe(projc_store *store, projc_arena *arena, uint64_t *answer,
                             projc_error *error)
{
    projc__found_table found = {0};
    projc_status status = projc__store_describe(store, NULL, "wide", arena, &found, error);

    for (uint32_t i = 0; i < found.column_count; i++)
        add(answer, found.columns[i].type, strlen(found.columns[i].type));
    add_number(answer, found.index_count);
    return status;
}

static projc_status register_as(projc_store *store, const projc_projection_type *projection,
                                projc_arena *arena, projc_error *error)
{
    projc__registration registration = {"fixture", projection, STORE_FIXTURE_LOG, LANES};
    projc__generation found;

    return projc__store_register_projection(store, &registration, arena, &found, error);
}

static projc_status register_new(projc_store *store, projc_arena *arena, uint64_t *answer,
                                 projc_error *error)
{
    (void)answer;
    return register_as(store, &store_fixture_totals_projection, arena, error);
}

static projc_status find_generation(projc_store *store, projc_arena *arena, uint64_t *answer,
                                    projc_error *error)
{
    projc__generation found = {0};
    projc_status status =
        projc__store_find_generation(store, "fixture", "balance", arena, &found, error);

    add_number(answer, found.number);
    add_number(answer, found.lanes);
    return status;
}

static projc_status restamp(projc_store *store, projc_arena *arena, uint64_t *answer,
                            projc_error *error)
{
    projc_projection_type changed = store_fixture_balance_projection;

    (void)arena;
    (void)answer;
    changed.version += 1;
    changed.logic_fingerprint += 1;
    return projc__store_restamp_generation(store, generation, &changed, error);
}

static projc_status set_state(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc__store_set_generation_state(store, generation, PROJC__LIVE, PROJC__PAUSED, error);
}

static projc_status list_generations(projc_store *store, projc_arena *arena, uint64_t *answer,
                                     projc_error *error)
{
    projc__generation *rows = NULL;
    size_t count = 0;
    projc_status status =
        projc__store_list_generations(store, "fixture", "balance", arena, &rows, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        add_number(answer, rows[i].state);
    return status;
}

static projc_status add_generation(projc_store *store, projc_arena *arena, uint64_t *answer,
                                   projc_error *error)
{
    projc__registration registration = {"fixture", &store_fixture_totals_projection,
                                        STORE_FIXTURE_LOG, LANES};

    (void)arena;
    (void)answer;
    return projc__store_add_generation(store, &registration, 0, error);
}

static projc_status swap(projc_store *store, projc_arena *arena, uint64_t *answer,
                         projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc__swap_generations(store, &store_fixture_module, &store_fixture_balance_projection,
                                   generation, building, error);
}

/* ---- lanes, keys, rows ---- */

static projc_status load_lanes(projc_store *store, projc_arena *arena, uint64_t *answer,
                               projc_error *error)
{
    projc__lane *lanes = NULL;
    size_t count = 0;
    projc_status status = projc__store_load_lanes(store, generation, arena, &lanes, &count, error);

    for (size_t i = 0; i < count; i++)
        add_number(answer, lanes[i].position);
    return status;
}

static projc_status load_keys(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    projc_status status = projc__store_load_keys(store, generation, arena, &rows, &count, error);

    for (size_t i = 0; i < count; i++)
        add(answer, rows[i].message.data, rows[i].message.size);
    return status;
}

static projc_status load_skipped(projc_store *store, projc_arena *arena, uint64_t *answer,
                                 projc_error *error)
{
    projc__skipped_row *rows = NULL;
    size_t count = 0;
    int64_t counted = 0;
    projc_status status =
        projc__store_load_skipped(store, generation, 0, 10, arena, &rows, &count, error);

    for (size_t i = 0; i < count; i++)
        add(answer, rows[i].event_name.data, rows[i].event_name.size);
    if (status == PROJC_OK)
        status = projc__store_count_skipped(store, generation, &counted, error);
    add_number(answer, counted);
    return status;
}

static projc_status load_waiting(projc_store *store, projc_arena *arena, uint64_t *answer,
                                 projc_error *error)
{
    int64_t *numbers = NULL;
    projc__waiting_count *rows = NULL;
    size_t count = 0;
    projc_status status = projc__store_load_waiting(store, generation, bytes_of("key"), 0,
                                                    INT64_MAX, 9, arena, &numbers, &count, error);

    for (size_t i = 0; i < count; i++)
        add_number(answer, numbers[i]);
    if (status == PROJC_OK)
        status = projc__store_count_waiting(store, generation, arena, &rows, &count, error);
    add_number(answer, (int64_t)count);
    return status;
}

static projc_status load_rows(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    projc_value keys[3] = {account(1), account(2), account(3)};
    projc_value *rows[3] = {NULL};
    projc_status status =
        projc__store_load_rows(store, &store_fixture_balance, keys, 3, arena, rows, error);

    for (int i = 0; i < 3 && status == PROJC_OK; i++)
        for (uint32_t j = 0; rows[i] != NULL && j < 3; j++)
            add_value(answer, &rows[i][j]);
    return status;
}

static projc_status find_rows(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    static const uint32_t columns[] = {1};
    projc_value position = {.kind = PROJC_KIND_INTEGER, .as.integer = 1};
    projc_value **rows = NULL;
    size_t count = 0;
    projc_status status = projc__store_find_rows(store, &store_fixture_balance, columns, &position,
                                                 1, arena, &rows, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        add_value(answer, &rows[i][2]);
    return status;
}

static projc_status visit(void *context, const projc_value *values, projc_error *error)
{
    (void)error;
    for (int i = 0; i < 3; i++)
        add_value(context, &values[i]);
    return PROJC_OK;
}

static projc_status scan_rows(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    (void)arena;
    return projc__store_scan_rows(store, &store_fixture_balance, visit, answer, error);
}

/* ---- the unit of work ---- */

/* Two rows, one deleted, a key, one healed, a skip, what waits, what was passed. */
static projc_status commit_from(projc_store *store, int64_t of, const projc_table *table,
                                int64_t position, uint8_t first, projc_error *error)
{
    projc_value rows[6] = {account(first),
                           {.kind = PROJC_KIND_INTEGER, .as.integer = position + 1},
                           {.kind = PROJC_KIND_BYTES, .as.bytes = bytes_of(long_text)},
                           account((uint8_t)(first + 1)),
                           {.kind = PROJC_KIND_INTEGER, .as.integer = position + 1},
                           {.kind = PROJC_KIND_BYTES, .as.bytes = bytes_of("short")}};
    projc_value deleted = account((uint8_t)(first - 1));
    projc__row_write write = {
        .table = table, .rows = rows, .row_count = 2, .deleted_keys = &deleted, .deleted_count = 1};
    projc__key_row key = {.key = bytes_of("key"),
                          .status = PROJC__KEY_FAILED,
                          .no = position + 1,
                          .event_name = text_of("opened"),
                          .attempts = 1,
                          .code = text_of("DATA"),
                          .message = text_of("why"),
                          .source = text_of("bank.proj:1:1")};
    projc_bytes healed = bytes_of("healed");
    projc__skipped_row skipped = {
        .key = bytes_of("key"), .no = position + 2, .event_name = text_of("opened")};
    projc__waiting_row waiting = {.key = bytes_of("key"), .no = position + 3};
    projc__waiting_row passed = {.key = bytes_of("key"), .no = position + 1};
    projc__claim claims[LANES] = {
        {.lane = 0, .position = position, .epoch = 1, .new_position = position + 1, .applied = 2},
        {.lane = 1, .position = position, .epoch = 1, .new_position = position + 1}};
    projc__unit unit = {.generation = of,
                        .claims = claims,
                        .claim_count = LANES,
                        .writes = &write,
                        .write_count = 1,
                        .keys = &key,
                        .key_count = 1,
                        .healed_keys = &healed,
                        .healed_count = 1,
                        .skipped = &skipped,
                        .skipped_count = 1,
                        .waiting = &waiting,
                        .waiting_count = 1,
                        .passed = &passed,
                        .passed_count = 1};

    return projc__store_commit(store, &unit, error);
}

static projc_status commit(projc_store *store, projc_arena *arena, uint64_t *answer,
                           projc_error *error)
{
    (void)arena;
    (void)answer;
    return commit_from(store, generation, &store_fixture_balance, 1, 3, error);
}

static projc_status reset(projc_store *store, projc_arena *arena, uint64_t *answer,
                          projc_error *error)
{
    static const projc_table *const tables[] = {&store_fixture_balance};

    (void)arena;
    (void)answer;
    return projc__store_reset(store, generation, tables, 1, false, error);
}

/* ---- processes, waiters, waking up ---- */

static projc_status heartbeat(projc_store *store, projc_arena *arena, uint64_t *answer,
                              projc_error *error)
{
    projc__process *processes = NULL;
    size_t count = 0;
    projc_status status = projc__store_heartbeat(store, text_of("new"), text_of("host:2"), arena,
                                                 &processes, &count, error);

    (void)answer;
    return status;
}

static projc_status end_process(projc_store *store, projc_arena *arena, uint64_t *answer,
                                projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc__store_end_process(store, text_of("old"), error);
}

static projc_status add_waiter(projc_store *store, projc_arena *arena, uint64_t *answer,
                               projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc__store_add_waiter(store, text_of("w2"), generation, 5, STORE_FIXTURE_LOG, 3600000,
                                   error);
}

static projc_status remove_waiter(projc_store *store, projc_arena *arena, uint64_t *answer,
                                  projc_error *error)
{
    (void)arena;
    (void)answer;
    return projc__store_remove_waiter(store, text_of("w1"), error);
}

static projc_status load_waiters(projc_store *store, projc_arena *arena, uint64_t *answer,
                                 projc_error *error)
{
    projc__waiter *waiters = NULL;
    size_t count = 0;
    projc_status status = projc__store_load_waiters(store, arena, &waiters, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        add_number(answer, waiters[i].position);
    return status;
}

static projc_status listen_and_wait(projc_store *store, projc_arena *arena, uint64_t *answer,
                                    projc_error *error)
{
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG};
    int stream_index = 0;
    projc_status status = projc__store_listen(store, streams, 1, error);

    (void)arena;
    (void)answer;
    if (status == PROJC_OK)
        status = projc__store_wait(store, -1, 0, &stream_index, error);
    return status == PROJC_TIMED_OUT ? PROJC_OK : status;
}

static projc_status open_another(projc_store *store, projc_arena *arena, uint64_t *answer,
                                 projc_error *error)
{
    (void)store;
    (void)arena;
    (void)answer;
    (void)error;
    return PROJC_OK; /* the loop opens a connection for each call */
}

const operation operations[] = {
    {"open", false, open_another},
    {"apply_schema", false, apply_schema},
    {"run_script", true, run_script},
    {"preflight", false, preflight},
    {"check_log", false, check_log},
    {"has_table", false, has_table},
    {"describe", false, describe},
    {"register_projection", true, register_new},
    {"find_generation", false, find_generation},
    {"restamp_generation", true, restamp},
    {"set_generation_state", true, set_state},
    {"list_generations", false, list_generations},
    {"add_generation", true, add_generation},
    {"swap_generations", true, swap},
    {"append", true, append},
    {"append in a transaction", true, append_together},
    {"read_page", false, read_page},
    {"read_raw", false, read_raw},
    {"read_numbers", false, read_numbers},
    {"read_head", false, read_head},
    {"load_lanes", false, load_lanes},
    {"load_keys", false, load_keys},
    {"load_skipped", false, load_skipped},
    {"load_waiting", false, load_waiting},
    {"load_rows", false, load_rows},
    {"find_rows", false, find_rows},
    {"scan_rows", false, scan_rows},
    {"commit", true, commit},
    {"reset", true, reset},
    {"heartbeat", true, heartbeat},
    {"end_process", true, end_process},
    {"add_waiter", true, add_waiter},
    {"remove_waiter", true, remove_waiter},
    {"load_waiters", false, load_waiters},
    {"listen, wait", false, listen_and_wait},
};
const size_t operation_count = sizeof operations / sizeof operations[0];

static projc_status prepare_building(projc_store *store, projc_arena *arena, projc_error *error)
{
    projc__registration registration = {"fixture", &store_fixture_balance_projection,
                                        STORE_FIXTURE_LOG, LANES};
    const projc_projection_type *type =
        projc__generation_type(arena, &store_fixture_balance_projection, building);
    projc__buffer script;
    projc_status status = projc__store_add_generation(store, &registration, 0, error);

    projc__buffer_init(&script);
    if (status == PROJC_OK)
        status =
            projc__generation_schema(store, &store_fixture_module,
                                     &store_fixture_balance_projection, building, &script, error);
    if (status == PROJC_OK) {
        const char *const pieces[] = {script.data};

        status = projc__store_run_script(store, pieces, 1, error);
    }
    if (status == PROJC_OK)
        status = commit_from(store, building, type->table, 0, 5, error);
    projc__buffer_clear(&script);
    return status;
}

projc_status operations_prepare(projc_store *store, projc_arena *arena, projc_error *error)
{
    projc__new_event events[EVENTS];
    projc__process *processes;
    size_t count;
    projc_status status = apply_schema(store, arena, NULL, error);

    for (uint8_t i = 0; i < EVENTS; i++)
        events[i] = event_of((uint8_t)(i + 1), (uint8_t)(i % 2 + 1), PROJC_ANY_VERSION);
    if (status == PROJC_OK)
        status = register_as(store, &store_fixture_balance_projection, arena, error);
    if (status == PROJC_OK)
        status = projc__store_append(store, STORE_FIXTURE_LOG, events, EVENTS, NULL, error);
    if (status == PROJC_OK)
        status = commit_from(store, generation, &store_fixture_balance, 0, 1, error);
    if (status == PROJC_OK)
        status = prepare_building(store, arena, error);
    if (status == PROJC_OK)
        status = projc__store_heartbeat(store, text_of("old"), text_of("host:1"), arena, &processes,
                                        &count, error);
    if (status == PROJC_OK)
        status = projc__store_add_waiter(store, text_of("w1"), generation, 3, STORE_FIXTURE_LOG,
                                         3600000, error);
    return status;
}
