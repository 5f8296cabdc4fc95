/* Every allocation of the PostgreSQL driver fails once: for each call, the first, the second …
 * until the call needs no more. An error must come back, nothing half done, nothing leaked (leak
 * sanitizer).
 *
 * Linked with --wrap=malloc and so on, which catches what our objects allocate; libpq's own stays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/store_fixture.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__wrap_strdup(const char *text);

static long failing = -1; /* how many allocations still succeed; below zero: all */

static bool fails(void)
{
    return failing >= 0 && failing-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

/* ---- the calls ---- */

static store_fixture fixture;
static projc_store *store; /* made anew for each attempt */
static projc_error problem;
static int64_t generation;

static const projc__page_limits limits = {.rows = 100, .bytes = 1 << 20};

static projc_status open_again(void)
{
    projc_store_options options = {.database = fixture.database};
    projc_store *other = NULL;
    projc_status status = projc_store_open(&options, &other, &problem);
    projc_store_close(other);
    return status;
}

static projc_status schema(void)
{
    return projc_store_apply_schema(store, &store_fixture_module, true, &problem);
}

static projc_status preflight(void)
{
    return projc__store_preflight(store, STORE_FIXTURE_LOG, &problem);
}

static projc_status find(void)
{
    projc__generation found;
    projc_arena *arena = projc_arena_new(0);
    if (arena == NULL)
        return projc_error_set(&problem, PROJC_NO_MEMORY, "no arena");
    projc_status status =
        projc__store_find_generation(store, "pkg", "balance", arena, &found, &problem);
    projc_arena_free(arena);
    return status;
}

static projc_status append(void)
{
    projc__new_event event = {.name = {"opened", 6},
                              .aggregate_type = {"account", 7},
                              .aggregate_id = {.kind = PROJC_KIND_UUID, .as.uuid = {{1}}},
                              .expected_version = PROJC_ANY_VERSION,
                              .payload = {(const uint8_t *)"{}", 2},
                              .time = INT64_MIN};
    return projc__store_append(store, STORE_FIXTURE_LOG, &event, 1, NULL, &problem);
}

static projc_status read_page(void)
{
    projc__page page;
    projc_arena *arena = projc_arena_new(0);
    if (arena == NULL)
        return projc_error_set(&problem, PROJC_NO_MEMORY, "no arena");
    /* The log has a gap: P, W and P again. */
    projc_status status =
        projc__store_read_page(store, STORE_FIXTURE_LOG, 0, &limits, arena, &page, &problem);
    projc_arena_free(arena);
    return status;
}

static projc_status head(void)
{
    int64_t no, time;
    bool has_writers;
    return projc__store_read_head(store, STORE_FIXTURE_LOG, &no, &time, &has_writers, &problem);
}

static const uint8_t large_state[100000]; /* beyond what the scratch memory holds at first */

static projc_status commit(void)
{
    projc_value row[3] = {
        {.kind = PROJC_KIND_UUID, .as.uuid = {{7}}},
        {.kind = PROJC_KIND_INTEGER, .as.integer = 5},
        {.kind = PROJC_KIND_BYTES, .as.bytes = {large_state, sizeof large_state}}};
    projc__row_write write = {.table = &store_fixture_balance, .rows = row, .row_count = 1};
    projc__key_row key = {.key = {(const uint8_t *)"k", 1}, .no = 3};
    projc__skipped_row skipped = {.key = {(const uint8_t *)"k", 1}, .no = 4};
    projc_bytes healed = {(const uint8_t *)"h", 1};
    projc_text notification[2] = {{"c", 1}, {"p", 1}};
    projc__claim claim = {.position = 0, .epoch = 1, .raises_epoch = false, .new_position = 0};
    projc__waiting_row waiting = {.key = {(const uint8_t *)"k", 1}, .no = 5};
    projc__waiting_row passed = {.key = {(const uint8_t *)"h", 1}, .no = INT64_MAX};
    projc__unit unit = {.generation = generation,
                        .claims = &claim,
                        .claim_count = 1,
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
                        .passed_count = 1,
                        .notifications = notification,
                        .notification_count = 1};
    return projc__store_commit(store, &unit, &problem);
}

static projc_status load_rows(void)
{
    projc_value key = {.kind = PROJC_KIND_UUID, .as.uuid = {{7}}};
    projc_value *row;
    projc_arena *arena = projc_arena_new(0);
    if (arena == NULL)
        return projc_error_set(&problem, PROJC_NO_MEMORY, "no arena");
    projc_status status =
        projc__store_load_rows(store, &store_fixture_balance, &key, 1, arena, &row, &problem);
    projc_arena_free(arena);
    return status;
}

static projc_status visit(void *context, const projc_value *values, projc_error *error)
{
    (void)context;
    (void)values;
    (void)error;
    return PROJC_OK;
}

static projc_status scan(void)
{
    return projc__store_scan_rows(store, &store_fixture_balance, visit, NULL, &problem);
}

static projc_status listen(void)
{
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG};
    return projc__store_listen(store, streams, 1, &problem);
}

/* ---- the loop ---- */

static void run_sql(const char *sql)
{
    const char *pieces[] = {sql};
    if (projc__store_run_script(fixture.store, pieces, 1, &fixture.error) != PROJC_OK)
        fprintf(stderr, "%s: %s\n", sql, fixture.error.message);
}

static bool is_honest(projc_status status)
{
    return status == PROJC_NO_MEMORY || status == PROJC_LIMIT || status == PROJC_CONNECTION;
}

/* Returns how many allocations failed, or -1 when one of them did harm. */
static long exhaust(const char *name, projc_status (*call)(void), bool is_writing)
{
    for (long k = 0;; k++) {
        store = store_fixture_connect(&fixture);
        if (store == NULL)
            return -1;
        run_sql("DELETE FROM balance");
        projc_error_clear(&problem);
        failing = k;
        projc_status status = call();
        bool has_failed = failing < 0;
        failing = -1;
        store_fixture_disconnect(&fixture, store);
        if (has_failed && (status == PROJC_OK ? is_writing : !is_honest(status))) {
            /* A reader may do without what it could not have, a writer may not. */
            printf("%s: allocation %ld: %s: %s\n", name, k, projc_status_name(status),
                   problem.message);
            return -1;
        }
        if (has_failed && status != PROJC_OK &&
            (problem.status != status || problem.message[0] == '\0')) {
            printf("%s: allocation %ld: a failure without a text\n", name, k);
            return -1;
        }
        if (!has_failed) {
            if (status != PROJC_OK)
                printf("%s: %s: %s\n", name, projc_status_name(status), problem.message);
            return status == PROJC_OK ? k : -1;
        }
    }
}

static bool prepare(void)
{
    projc__registration registration = {"pkg", &store_fixture_balance_projection, STORE_FIXTURE_LOG,
                                        1};
    projc__generation found;

    if (!store_fixture_begin(&fixture, STORE_POSTGRES) ||
        projc__store_register_projection(fixture.store, &registration, fixture.arena, &found,
                                         &fixture.error) != PROJC_OK)
        return false;
    generation = found.number;
    store = fixture.store;
    for (int i = 0; i < 3; i++) {
        if (append() != PROJC_OK)
            return false;
    }
    run_sql("DELETE FROM events_log WHERE no = 2");
    return true;
}

int main(void)
{
    static const struct {
        const char *name;
        projc_status (*call)(void);
        bool is_writing;
    } calls[] = {
        {"open", open_again, true}, {"schema", schema, true}, {"preflight", preflight, true},
        {"find", find, true},       {"append", append, true}, {"read_page", read_page, false},
        {"head", head, true},       {"commit", commit, true}, {"load_rows", load_rows, true},
        {"scan", scan, true},       {"listen", listen, true},
    };
    unsigned failed = 0;

    if (!prepare()) {
        printf("%s%s\n", fixture.error.message, problem.message);
        return 1;
    }
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        long count = exhaust(calls[i].name, calls[i].call, calls[i].is_writing);
        printf("%-10s %ld allocations failed in turn\n", calls[i].name, count);
        failed += count <= 0;
    }
    store_fixture_end(&fixture);
    printf("%u passed, %u failed\n", (unsigned)(sizeof calls / sizeof calls[0]) - failed, failed);
    return failed != 0;
}
