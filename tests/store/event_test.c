/* Reading the log: pages, ranges and the head. */
#include "suite.h"

#include <stdio.h>

#include <stdlib.h>
#include <string.h>

static const projc__page_limits wide_limits = {.rows = 100000, .bytes = INT64_C(1) << 40};

static projc_status read_page(int64_t after, int64_t rows, int64_t bytes, projc__page *page)
{
    const projc__page_limits limits = {.rows = rows, .bytes = bytes};

    return projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, after, &limits, fixture->arena,
                                  page, ERROR);
}

void empty_log_has_an_empty_page(void)
{
    projc__page page;

    OK(read_page(0, 10, 1000, &page));
    CU_ASSERT_EQUAL(page.count, 0);
    CU_ASSERT(page.reached >= 0);
    CU_ASSERT_TRUE(uuid_is(page.reached_id, uuid_of(0)));
    CU_ASSERT_FALSE(page.has_more);
    CU_ASSERT_FALSE(page.is_blocked);
    CU_ASSERT_EQUAL(page.blocked_since, 0);
}

void appended_json_event_comes_back_whole(void)
{
    projc__new_event event = log_event(7, 0, 1);
    projc__page page;
    const projc_event *got;
    int64_t no = 0;

    event.payload = bytes_of("{\"owner\": \"J\xc3\xbcrgen \\\"x\\\"\", \"n\": 1.50}");
    event.metadata = text_of("{\"trace\": \"abc\"}");
    event.id = uuid_of(99);
    event.time = INT64_C(1700000000123456);
    OK(projc__store_append(fixture->store, STORE_FIXTURE_LOG, &event, 1, &no, ERROR));
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_FATAL(page.count == 1);
    got = &page.events[0];
    CU_ASSERT_EQUAL(got->no, no);
    CU_ASSERT_TRUE(uuid_is(got->id, uuid_of(99)));
    CU_ASSERT_TRUE(text_is(got->name, "account_credited"));
    CU_ASSERT_TRUE(text_is(got->payload, "{\"owner\": \"J\xc3\xbcrgen \\\"x\\\"\", \"n\": 1.50}"));
    CU_ASSERT_TRUE(text_is(got->metadata, "{\"trace\": \"abc\"}"));
    CU_ASSERT_TRUE(text_is(got->aggregate_type, "bank_account"));
    CU_ASSERT_EQUAL(got->aggregate_id.kind, PROJC_KIND_UUID);
    CU_ASSERT_TRUE(uuid_is(got->aggregate_id.as.uuid, uuid_of(7)));
    CU_ASSERT_EQUAL(got->version, 1);
    CU_ASSERT_EQUAL(got->time, INT64_C(1700000000123456));
    CU_ASSERT_EQUAL(page.reached, no);
    CU_ASSERT_TRUE(uuid_is(page.reached_id, uuid_of(99)));
}

void appended_packed_event_comes_back_whole(void)
{
    static const uint8_t payload[] = {0x82, 0x00, 0xff, 'a', 0x00, 0x80};
    projc__new_event event = packed_event("src/main.c, \"quoted\" \xe2\x82\xac", 0, "");
    projc__new_event bare = packed_event("", 0, "");
    projc__new_event events[2];
    projc__page page;

    event.payload = (projc_bytes){.data = payload, .size = sizeof payload};
    events[0] = event;
    events[1] = bare;
    OK(projc__store_append(fixture->store, STORE_FIXTURE_PACKED, events, 2, NULL, ERROR));
    read_log(fixture->store, STORE_FIXTURE_PACKED, 0, &page);
    CU_ASSERT_FATAL(page.count == 2);
    CU_ASSERT_EQUAL(page.events[0].payload.size, sizeof payload);
    CU_ASSERT_EQUAL(memcmp(page.events[0].payload.data, payload, sizeof payload), 0);
    CU_ASSERT_EQUAL(page.events[0].aggregate_id.kind, PROJC_KIND_TEXT);
    CU_ASSERT_TRUE(
        text_is(page.events[0].aggregate_id.as.text, "src/main.c, \"quoted\" \xe2\x82\xac"));
    CU_ASSERT_TRUE(text_is(page.events[0].metadata, "{}"));
    CU_ASSERT_EQUAL(page.events[1].payload.size, 0);
    CU_ASSERT_EQUAL(page.events[1].aggregate_id.kind, PROJC_KIND_TEXT);
    CU_ASSERT_EQUAL(page.events[1].aggregate_id.as.text.size, 0);
}

void pages_end_at_their_rows(void)
{
    projc__page page;
    int64_t last;

    append_log(25, &last);
    OK(read_page(0, 10, 1 << 20, &page));
    CU_ASSERT_EQUAL(page.count, 10);
    CU_ASSERT_TRUE(page.has_more);
    CU_ASSERT_EQUAL(page.reached, page.events[9].no);
    CU_ASSERT_TRUE(uuid_is(page.reached_id, page.events[9].id));
    OK(read_page(page.reached, 1000, 1 << 20, &page));
    CU_ASSERT_EQUAL(page.count, 15);
    CU_ASSERT_FALSE(page.has_more);
    CU_ASSERT_EQUAL(page.reached, last);
    OK(read_page(last, 1000, 1 << 20, &page));
    CU_ASSERT_EQUAL(page.count, 0);
    CU_ASSERT_EQUAL(page.reached, last);
    CU_ASSERT_TRUE(uuid_is(page.reached_id, uuid_of(0)));
}

/* {"n":"xxx…"}, size bytes in all. */
static projc__new_event event_of_size(uint32_t account, size_t size)
{
    projc__new_event event = log_event(account, PROJC_ANY_VERSION, 0);
    char *payload = projc_arena_alloc(fixture->arena, size + 1);

    CU_ASSERT_FATAL(payload != NULL && size > 10);
    memset(payload, 'x', size);
    memcpy(payload, "{\"n\":\"", 6);
    memcpy(payload + size - 2, "\"}", 2);
    event.payload = (projc_bytes){.data = (const uint8_t *)payload, .size = size};
    return event;
}

static void append_sizes(const size_t *sizes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        projc__new_event event = event_of_size(1, sizes[i]);
        OK(projc__store_append(fixture->store, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    }
}

/* Metadata is {}, two bytes each. */
void pages_end_at_their_bytes(void)
{
    static const size_t sizes[] = {998, 998, 998, 998, 998};
    projc__page page;

    append_sizes(sizes, 5);
    OK(read_page(0, 1000, 3500, &page));
    CU_ASSERT_EQUAL(page.count, 3);
    CU_ASSERT_TRUE(page.has_more);
    CU_ASSERT_EQUAL(page.reached, page.events[2].no);
    OK(read_page(page.reached, 1000, 3500, &page));
    CU_ASSERT_EQUAL(page.count, 2);
    CU_ASSERT_FALSE(page.has_more);
}

void one_event_always_fits(void)
{
    static const size_t sizes[] = {20, 1 << 20, 20};
    projc__page page;
    int64_t after = 0;

    append_sizes(sizes, 3);
    for (int i = 0; i < 3; i++) {
        OK(read_page(after, 1000, 30, &page));
        CU_ASSERT_FATAL(page.count == 1);
        CU_ASSERT_EQUAL(page.events[0].payload.size, sizes[i]);
        CU_ASSERT_EQUAL(page.has_more, i < 2);
        after = page.reached;
    }
}

void pages_join_without_gap_or_overlap(void)
{
    enum { EVENTS = 1000 };
    projc__page page = {.has_more = true};
    int64_t after = 0;
    uint32_t expected = 0;
    char payload[32];

    append_log(EVENTS, NULL);
    for (int64_t rows = 1; page.has_more; rows = rows * 3 % 101) {
        OK(read_page(after, rows, 1 << 20, &page));
        CU_ASSERT_FATAL(page.count > 0);
        for (size_t i = 0; i < page.count; i++) {
            snprintf(payload, sizeof payload, "{\"n\":%u}", expected++);
            CU_ASSERT_TRUE(text_is(page.events[i].payload, payload));
            CU_ASSERT_EQUAL(page.events[i].version, (int64_t)expected);
        }
        after = page.reached;
    }
    CU_ASSERT_EQUAL(expected, EVENTS);
}

void full_arena_ends_the_page(void)
{
    projc_arena *small = projc_arena_new(100000);
    projc__page page;
    int64_t after = 0;
    size_t count = 0;

    append_log(2000, NULL);
    do {
        projc_arena_reset(small);
        OK(projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, after, &wide_limits, small,
                                  &page, ERROR));
        CU_ASSERT_FATAL(page.count > 0);
        CU_ASSERT(page.count < 2000);
        count += page.count;
        after = page.reached;
    } while (page.has_more);
    CU_ASSERT_EQUAL(count, 2000);
    projc_arena_free(small);
}

void event_above_the_arena_is_a_limit(void)
{
    static const size_t sizes[] = {500000};
    projc_arena *small = projc_arena_new(100000);
    projc__page page;

    append_sizes(sizes, 1);
    EXPECT(PROJC_LIMIT, projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, 0, &wide_limits,
                                               small, &page, ERROR));
    projc_arena_free(small);
}

static void read_raw(int64_t after, int64_t up_to, const projc_value *id, int64_t rows,
                     projc__page *page)
{
    const projc__page_limits limits = {.rows = rows, .bytes = 1 << 30};

    OK(projc__store_read_raw(fixture->store, STORE_FIXTURE_LOG, after, up_to,
                             id == NULL ? NULL : "bank_account", id, &limits, fixture->arena, page,
                             ERROR));
}

void raw_read_keeps_to_its_range(void)
{
    projc__page page;
    int64_t last;

    append_log(10, &last);
    read_raw(last - 7, last - 2, NULL, 100, &page);
    CU_ASSERT_FATAL(page.count == 5);
    CU_ASSERT_EQUAL(page.events[0].no, last - 6);
    CU_ASSERT_EQUAL(page.events[4].no, last - 2);
    CU_ASSERT_FALSE(page.has_more);
    read_raw(last - 7, last - 2, NULL, 3, &page);
    CU_ASSERT_FATAL(page.count == 3);
    CU_ASSERT_TRUE(page.has_more);
    CU_ASSERT_EQUAL(page.reached, last - 4);
    read_raw(last, INT64_MAX, NULL, 3, &page);
    CU_ASSERT_EQUAL(page.count, 0);
    read_raw(0, INT64_MAX, NULL, 100, &page);
    CU_ASSERT_EQUAL(page.count, 10);
}

static void read_settled(int64_t after, int64_t up_to, int64_t rows, projc__page *page)
{
    const projc__page_limits limits = {.rows = rows, .bytes = 1 << 30};

    OK(projc__store_read_settled(fixture->store, STORE_FIXTURE_LOG, after, up_to, &limits,
                                 fixture->arena, page, ERROR));
}

/* Beyond the head nothing is settled. */
void settled_read_tells_how_far_it_came(void)
{
    projc__page page;
    int64_t last;

    if (!projc__store_reads_settled(fixture->store))
        return;
    append_log(10, &last);
    read_settled(last - 7, last - 2, 100, &page);
    CU_ASSERT_FATAL(page.count == 5);
    CU_ASSERT_EQUAL(page.events[0].no, last - 6);
    CU_ASSERT_EQUAL(page.reached, last - 2);
    CU_ASSERT_FALSE(page.has_more);
    read_settled(last - 7, last - 2, 3, &page);
    CU_ASSERT_EQUAL(page.count, 3);
    CU_ASSERT_TRUE(page.has_more);
    CU_ASSERT_EQUAL(page.reached, last - 4);
    read_settled(last - 3, last + 100, 100, &page);
    CU_ASSERT_EQUAL(page.count, 3);
    CU_ASSERT_EQUAL(page.reached, last);
    read_settled(last, last + 100, 100, &page);
    CU_ASSERT_EQUAL(page.count, 0);
    CU_ASSERT_EQUAL(page.reached, last);
    append_log(2, &last);
    read_settled(last - 2, last, 100, &page);
    CU_ASSERT_EQUAL(page.count, 2);
    CU_ASSERT_EQUAL(page.reached, last);
}

void raw_read_keeps_to_its_aggregate(void)
{
    projc__new_event events[30];
    projc_value id = uuid_value(2);
    projc__page page;
    projc__new_event other;

    for (uint32_t i = 0; i < 30; i++)
        events[i] = log_event(i % 3, PROJC_ANY_VERSION, i);
    OK(projc__store_append(fixture->store, STORE_FIXTURE_LOG, events, 30, NULL, ERROR));
    other = log_event(2, PROJC_ANY_VERSION, 99);
    other.aggregate_type = text_of("another_type");
    OK(projc__store_append(fixture->store, STORE_FIXTURE_LOG, &other, 1, NULL, ERROR));
    read_raw(0, INT64_MAX, &id, 100, &page);
    CU_ASSERT_FATAL(page.count == 10);
    for (size_t i = 0; i < 10; i++) {
        CU_ASSERT_TRUE(uuid_is(page.events[i].aggregate_id.as.uuid, uuid_of(2)));
        CU_ASSERT_EQUAL(page.events[i].version, (int64_t)i + 1);
    }
    read_raw(page.events[3].no, page.events[6].no, &id, 100, &page);
    CU_ASSERT_FATAL(page.count == 3);
    CU_ASSERT_EQUAL(page.events[0].version, 5);
}

void head_is_the_highest_number(void)
{
    projc__new_event event = log_event(1, PROJC_ANY_VERSION, 0);
    int64_t no = -1, time = -1, last;
    bool has_writers = true;

    OK(projc__store_read_head(fixture->store, STORE_FIXTURE_LOG, &no, &time, &has_writers, ERROR));
    CU_ASSERT_EQUAL(no, 0);
    CU_ASSERT_FALSE(has_writers);
    append_log(5, NULL);
    event.time = INT64_C(1500000000000000);
    OK(projc__store_append(fixture->store, STORE_FIXTURE_LOG, &event, 1, &last, ERROR));
    OK(projc__store_read_head(fixture->store, STORE_FIXTURE_LOG, &no, &time, &has_writers, ERROR));
    CU_ASSERT_EQUAL(no, last);
    CU_ASSERT_EQUAL(time, INT64_C(1500000000000000));
    CU_ASSERT_FALSE(has_writers);
}

void head_tells_writers_in_flight(void)
{
    projc_store *writer = store_fixture_connect(fixture);
    projc__new_event event = log_event(1, PROJC_ANY_VERSION, 0);
    int64_t no, time;
    bool has_writers = false;

    CU_ASSERT_FATAL(writer != NULL);
    OK(projc_store_begin(writer, ERROR));
    OK(projc__store_append(writer, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    /* Tables of a shared cache cannot be read while they are written. */
    if (fixture->kind != STORE_SQLITE_SHARED) {
        OK(projc__store_read_head(fixture->store, STORE_FIXTURE_LOG, &no, &time, &has_writers,
                                  ERROR));
        CU_ASSERT_EQUAL(no, 0);
        CU_ASSERT_TRUE(has_writers);
    }
    OK(projc_store_commit(writer, ERROR));
    OK(projc__store_read_head(fixture->store, STORE_FIXTURE_LOG, &no, &time, &has_writers, ERROR));
    CU_ASSERT(no > 0);
    CU_ASSERT_FALSE(has_writers);
}

void open_transaction_is_not_read(void)
{
    projc_store *writer = store_fixture_connect(fixture);
    projc__new_event event = log_event(1, PROJC_ANY_VERSION, 0);
    projc__page page;

    CU_ASSERT_FATAL(writer != NULL);
    OK(projc_store_begin(writer, ERROR));
    OK(projc__store_append(writer, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    if (fixture->kind != STORE_SQLITE_SHARED) {
        read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
        CU_ASSERT_EQUAL(page.count, 0);
    }
    OK(projc_store_commit(writer, ERROR));
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_EQUAL(page.count, 1);
}
