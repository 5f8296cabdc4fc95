/* Appending: versions, conflicts, transactions. */
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static projc_status append(const projc__new_event *events, size_t count, int64_t *positions)
{
    return projc__store_append(fixture->store, STORE_FIXTURE_LOG, events, count, positions, ERROR);
}

static projc_status append_one(uint32_t account, int64_t expected_version)
{
    projc__new_event event = log_event(account, expected_version, 0);

    return append(&event, 1, NULL);
}

static size_t log_size(void)
{
    projc__page page;

    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    return page.count;
}

void versions_count_per_aggregate(void)
{
    projc__new_event other = log_event(1, 0, 0);
    projc__page page;

    OK(append_one(1, 0));
    OK(append_one(1, 1));
    OK(append_one(2, 0));
    OK(append_one(1, 2));
    OK(append_one(2, 1));
    other.aggregate_type = text_of("another_type");
    OK(append(&other, 1, NULL));
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_FATAL(page.count == 6);
    CU_ASSERT_EQUAL(page.events[0].version, 1);
    CU_ASSERT_EQUAL(page.events[1].version, 2);
    CU_ASSERT_EQUAL(page.events[2].version, 1);
    CU_ASSERT_EQUAL(page.events[3].version, 3);
    CU_ASSERT_EQUAL(page.events[4].version, 2);
    CU_ASSERT_EQUAL(page.events[5].version, 1);
}

void version_behind_conflicts(void)
{
    OK(append_one(1, 0));
    OK(append_one(1, 1));
    EXPECT(PROJC_CONFLICT, append_one(1, 0));
    EXPECT(PROJC_CONFLICT, append_one(1, 1));
    CU_ASSERT_EQUAL(log_size(), 2);
    OK(append_one(1, 2));
}

void version_ahead_conflicts(void)
{
    EXPECT(PROJC_CONFLICT, append_one(1, 1));
    OK(append_one(1, 0));
    EXPECT(PROJC_CONFLICT, append_one(1, 5));
    CU_ASSERT_EQUAL(log_size(), 1);
}

void any_version_takes_the_next(void)
{
    projc__new_event events[3] = {log_event(1, PROJC_ANY_VERSION, 0),
                                  log_event(2, PROJC_ANY_VERSION, 0),
                                  log_event(1, PROJC_ANY_VERSION, 0)};
    projc__page page;

    OK(append_one(1, PROJC_ANY_VERSION));
    OK(append_one(1, 1));
    OK(append(events, 3, NULL));
    OK(append_one(1, 4));
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_FATAL(page.count == 6);
    CU_ASSERT_EQUAL(page.events[2].version, 3);
    CU_ASSERT_EQUAL(page.events[3].version, 1);
    CU_ASSERT_EQUAL(page.events[4].version, 4);
    CU_ASSERT_EQUAL(page.events[5].version, 5);
}

void conflict_in_a_batch_writes_nothing(void)
{
    projc__new_event events[5];

    for (uint32_t i = 0; i < 5; i++)
        events[i] = log_event(i, 0, i);
    OK(append_one(3, 0));
    EXPECT(PROJC_CONFLICT, append(events, 5, NULL));
    SAYS("event 4");
    CU_ASSERT_EQUAL(log_size(), 1);
    events[3].expected_version = 1;
    OK(append(events, 5, NULL));
    CU_ASSERT_EQUAL(log_size(), 6);
}

void given_id_time_and_metadata_are_kept(void)
{
    static const int64_t times[] = {0, -1, INT64_C(-62135596800000000),
                                    INT64_C(253402300799999999)};
    projc__page page;

    for (uint32_t i = 0; i < 4; i++) {
        projc__new_event event = log_event(1, PROJC_ANY_VERSION, 0);
        event.id = uuid_of(1000 + i);
        event.time = times[i];
        event.metadata = text_of("{\"by\": \"test\"}");
        OK(append(&event, 1, NULL));
    }
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_FATAL(page.count == 4);
    for (uint32_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(page.events[i].time, times[i]);
        CU_ASSERT_TRUE(uuid_is(page.events[i].id, uuid_of(1000 + i)));
        CU_ASSERT_TRUE(text_is(page.events[i].metadata, "{\"by\": \"test\"}"));
    }
}

void missing_id_and_time_are_drawn(void)
{
    int64_t now = (int64_t)time(NULL) * 1000000;
    projc__page page;

    append_log(3, NULL);
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_FATAL(page.count == 3);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT(page.events[i].time >= now - 60000000 && page.events[i].time <= now + 60000000);
        CU_ASSERT_FALSE(uuid_is(page.events[i].id, uuid_of(0)));
        CU_ASSERT_FALSE(uuid_is(page.events[i].id, page.events[(i + 1) % 3].id));
    }
}

void doubled_event_id_is_data(void)
{
    projc__new_event events[2] = {log_event(1, PROJC_ANY_VERSION, 0),
                                  log_event(2, PROJC_ANY_VERSION, 0)};

    events[0].id = uuid_of(5);
    OK(append(events, 1, NULL));
    events[0] = log_event(3, PROJC_ANY_VERSION, 0);
    events[1].id = uuid_of(5);
    EXPECT(PROJC_DATA, append(events, 2, NULL));
    SAYS("event_id");
    CU_ASSERT_EQUAL(log_size(), 1);
}

void empty_batch_is_nothing(void)
{
    OK(append(NULL, 0, NULL));
    CU_ASSERT_EQUAL(log_size(), 0);
}

void batch_of_thousands_is_one_call(void)
{
    enum { EVENTS = 5000, ACCOUNTS = 700 };
    projc__new_event *events = calloc(EVENTS, sizeof *events);
    int64_t *positions = calloc(EVENTS, sizeof *positions);
    projc__page page;
    char payload[32];

    CU_ASSERT_FATAL(events != NULL && positions != NULL);
    for (uint32_t i = 0; i < EVENTS; i++)
        events[i] = log_event(i % ACCOUNTS, i / ACCOUNTS, i);
    OK(append(events, EVENTS, positions));
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_FATAL(page.count == EVENTS);
    for (uint32_t i = 0; i < EVENTS; i++) {
        snprintf(payload, sizeof payload, "{\"n\":%u}", i);
        CU_ASSERT_EQUAL(page.events[i].no, positions[i]);
        CU_ASSERT_EQUAL(page.events[i].version, i / ACCOUNTS + 1);
        CU_ASSERT_TRUE(text_is(page.events[i].payload, payload));
    }
    free(events);
    free(positions);
}

/* ---- transactions ---- */

void transaction_commits_as_a_whole(void)
{
    projc__new_event packed = packed_event("p", 0, "x");
    projc__page page;

    OK(projc_store_begin(fixture->store, ERROR));
    OK(append_one(1, 0));
    OK(append_one(1, 1));
    OK(projc__store_append(fixture->store, STORE_FIXTURE_PACKED, &packed, 1, NULL, ERROR));
    OK(projc_store_commit(fixture->store, ERROR));
    CU_ASSERT_EQUAL(log_size(), 2);
    read_log(fixture->store, STORE_FIXTURE_PACKED, 0, &page);
    CU_ASSERT_EQUAL(page.count, 1);
}

void transaction_rolls_back_as_a_whole(void)
{
    OK(append_one(1, 0));
    OK(projc_store_begin(fixture->store, ERROR));
    OK(append_one(1, 1));
    OK(append_one(2, 0));
    OK(projc_store_rollback(fixture->store, ERROR));
    CU_ASSERT_EQUAL(log_size(), 1);
    /* And the connection goes on. */
    OK(projc_store_begin(fixture->store, ERROR));
    OK(append_one(1, 1));
    OK(projc_store_commit(fixture->store, ERROR));
    CU_ASSERT_EQUAL(log_size(), 2);
}

void conflict_in_a_transaction_can_be_rolled_back(void)
{
    OK(append_one(1, 0));
    OK(projc_store_begin(fixture->store, ERROR));
    OK(append_one(2, 0));
    EXPECT(PROJC_CONFLICT, append_one(1, 0));
    OK(projc_store_rollback(fixture->store, ERROR));
    CU_ASSERT_EQUAL(log_size(), 1);
    OK(append_one(1, 1));
}

void closing_rolls_back(void)
{
    projc_store *other = store_fixture_connect(fixture);
    projc__new_event event = log_event(1, 0, 0);

    CU_ASSERT_FATAL(other != NULL);
    OK(projc_store_begin(other, ERROR));
    OK(projc__store_append(other, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    store_fixture_disconnect(fixture, other);
    CU_ASSERT_EQUAL(log_size(), 0);
    OK(append_one(1, 0));
}

/* ---- two at once ---- */

enum { ROUNDS = 50 };

typedef struct rival {
    projc_store *store;
    pthread_barrier_t *barrier;
    projc_status outcomes[ROUNDS];
} rival;

/* Each round, both want to write the same version. */
static void *compete(void *argument)
{
    rival *self = argument;
    projc_error error = {0};

    for (int round = 0; round < ROUNDS; round++) {
        projc__new_event event = {.name = text_of("raced"),
                                  .aggregate_type = text_of("race"),
                                  .aggregate_id = uuid_value(1),
                                  .expected_version = round,
                                  .payload = bytes_of("{}"),
                                  .time = INT64_MIN};
        pthread_barrier_wait(self->barrier);
        do {
            self->outcomes[round] =
                projc__store_append(self->store, STORE_FIXTURE_LOG, &event, 1, NULL, &error);
        } while (self->outcomes[round] == PROJC_TRANSIENT);
        if (self->outcomes[round] != PROJC_OK && self->outcomes[round] != PROJC_CONFLICT)
            fprintf(stderr, "%s\n", error.message);
    }
    return NULL;
}

void two_appenders_one_wins(void)
{
    pthread_barrier_t barrier;
    rival here = {.store = fixture->store, .barrier = &barrier};
    rival there = {.store = store_fixture_connect(fixture), .barrier = &barrier};
    projc__page page;
    pthread_t thread;

    CU_ASSERT_FATAL(there.store != NULL);
    pthread_barrier_init(&barrier, NULL, 2);
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, compete, &there) == 0);
    compete(&here);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&barrier);
    for (int i = 0; i < ROUNDS; i++) {
        bool here_won = here.outcomes[i] == PROJC_OK && there.outcomes[i] == PROJC_CONFLICT;
        bool there_won = here.outcomes[i] == PROJC_CONFLICT && there.outcomes[i] == PROJC_OK;
        CU_ASSERT(here_won || there_won);
    }
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_FATAL(page.count == ROUNDS);
    for (int i = 0; i < ROUNDS; i++)
        CU_ASSERT_EQUAL(page.events[i].version, i + 1);
}
