/* Pages that are read ahead: that nothing is missing or doubled, and that the parts hardly read. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <pthread.h>
#include <string.h>

#include "runtime/engine/pages.h"
#include "support/engine_fixture.h"
#include "support/store_runner.h"

enum { EVENTS = 400, PAGE_ROWS = 10 };

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;
static projc__pages *pages;
static projc__workspace *ahead;
static pthread_t reader;

static struct projc__driver counting;
static const struct projc__driver *counted;
static int own_pages; /* read by the part itself */

static projc_status count_pages(projc_store *store, const projc_stream_type *stream, int64_t after,
                                const projc__page_limits *limits, projc_arena *arena,
                                projc__page *page, projc_error *error)
{
    own_pages++;
    return counted->read_page(store, stream, after, limits, arena, page, error);
}

static void count_own_pages(void)
{
    projc_store *store = NULL;

    CU_ASSERT_EQUAL_FATAL(projc__workspace_store(fixture.workspace, &store, &fixture.error),
                          PROJC_OK);
    counted = store->driver;
    counting = *counted;
    counting.read_page = count_pages;
    store->driver = &counting;
    own_pages = 0;
}

static void *read_ahead(void *unused)
{
    projc_error error = {0};

    (void)unused;
    while (projc__pages_read(pages, ahead, &error) != PROJC_CANCELLED)
        continue;
    return NULL;
}

static int64_t numbers[EVENTS];

static void append_all(void)
{
    for (int i = 0; i < EVENTS; i++)
        CU_ASSERT_EQUAL(
            account_credit(fixture.store, 1 + (uint64_t)i % 7, 1, &numbers[i], &fixture.error),
            PROJC_OK);
}

static void begin(size_t bytes_max)
{
    CU_ASSERT_FATAL(engine_fixture_begin(&fixture, kind, PROJECTION_PROBE));
    fixture.engine.options.page_rows = PAGE_ROWS;
    pages = projc__pages_new(&fixture.engine, bytes_max);
    CU_ASSERT_PTR_NOT_NULL_FATAL(pages);
    fixture.engine.pages = pages;
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &ahead, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&reader, NULL, read_ahead, NULL), 0);
    append_all();
}

static void end(void)
{
    projc__pages_close(pages);
    CU_ASSERT_EQUAL(pthread_join(reader, NULL), 0);
    projc__workspace_free(ahead);
    engine_fixture_end(&fixture);
    projc__pages_free(pages);
}

/* Every event of every account, once and in order. */
static void expect_all(void)
{
    for (uint64_t account = 0; account < 7; account++) {
        probe_state state;
        uint64_t fold = 0;
        uint64_t count = 0;

        for (int i = (int)account; i < EVENTS; i += 7, count++)
            fold = fold * 31 + (uint64_t)numbers[i];
        CU_ASSERT_EQUAL_FATAL(engine_fixture_load(&fixture, PROJECTION_PROBE, 1 + account, &state),
                              PROJC_OK);
        CU_ASSERT_EQUAL(state.count, count);
        CU_ASSERT_EQUAL(state.fold, fold);
    }
}

static void the_reader_reads_for_the_part(void)
{
    begin(1 << 20);
    count_own_pages();
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    /* The first page, which told that it is behind, and the ends. */
    CU_ASSERT(own_pages <= 5);
    end();
}

static void pages_above_the_bound_are_not_kept(void)
{
    begin(1);
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    end();
}

static void a_lost_connection_forgets_the_pages(void)
{
    begin(1 << 20);
    for (int i = 0; i < 20; i++) {
        /* Small batches: one step each, and between them everything is forgotten. */
        fixture.engine.options.batch_bytes = 1;
        CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
        projc__pages_forget(pages);
    }
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    end();
}

static void without_a_reader_the_part_reads_for_itself(void)
{
    begin(1 << 20);
    projc__pages_close(pages);
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    end();
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(the_reader_reads_for_the_part),
    TEST(pages_above_the_bound_are_not_kept),
    TEST(a_lost_connection_forgets_the_pages),
    TEST(without_a_reader_the_part_reads_for_itself),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
