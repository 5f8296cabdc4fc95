/* Two workers at once on the same lane: at most one wins each round. */
#include "suite.h"

#include <pthread.h>

enum { ROUNDS = 200 };

typedef struct racer {
    projc_store *store;
    bool has_places; /* of the lanes, as it saw them */
    int64_t generation;
    uint32_t id;
    int wins;
    projc_status failure;
} racer;

/* Adds 1 to the counter in row 1 of totals, as two workers who do not know of each other would. */
static void *race(void *argument)
{
    racer *self = argument;
    projc_arena *arena = projc_arena_new(0);
    projc_error error = {0};
    projc_value key = integer_value(1);
    projc_status status = PROJC_OK;

    while (self->wins < ROUNDS && projc_status_class_of(status) != PROJC_CLASS_STOP) {
        projc__lane *lanes;
        projc_value *found;
        size_t count;
        projc_arena_reset(arena);
        status =
            projc__store_load_lanes(self->store, self->generation, arena, &lanes, &count, &error);
        if (status == PROJC_OK)
            status = projc__store_load_rows(self->store, &store_fixture_totals, &key, 1, arena,
                                            &found, &error);
        if (status != PROJC_OK)
            continue;
        int64_t value = found == NULL ? 0 : found[2].as.integer;
        projc_value row[4] = {key, integer_value(value + 1), integer_value(value + 1),
                              text_value("")};
        projc__row_write write = {.table = &store_fixture_totals, .rows = row, .row_count = 1};
        projc__claim claim = claim_of(lanes[0], lanes[0].position + 1);
        claim.place = self->has_places ? claim.place : 0;
        projc__unit unit = {.generation = self->generation,
                            .claims = &claim,
                            .claim_count = 1,
                            .writes = &write,
                            .write_count = 1};
        status = projc__store_commit(self->store, &unit, &error);
        self->wins += status == PROJC_OK;
    }
    self->failure = projc_status_class_of(status) == PROJC_CLASS_STOP ? status : PROJC_OK;
    projc_arena_free(arena);
    return NULL;
}

static void race_two(bool has_places)
{
    int64_t generation = registered(&store_fixture_balance_projection, 1).number;
    racer here = {.store = fixture->store, .has_places = has_places, .generation = generation};
    racer there = {.store = store_fixture_connect(fixture),
                   .has_places = has_places,
                   .generation = generation};
    projc_value key = integer_value(1);
    projc_value *found;
    pthread_t thread;

    CU_ASSERT_FATAL(there.store != NULL);
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, race, &there) == 0);
    race(&here);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(here.failure, PROJC_OK);
    CU_ASSERT_EQUAL(there.failure, PROJC_OK);
    CU_ASSERT_EQUAL(stored_lane(generation, 0).position, 2 * ROUNDS);
    OK(projc__store_load_rows(fixture->store, &store_fixture_totals, &key, 1, fixture->arena,
                              &found, ERROR));
    CU_ASSERT_FATAL(found != NULL);
    CU_ASSERT_EQUAL(found[2].as.integer, 2 * ROUNDS);
}

void racing_workers_never_both_win(void)
{
    race_two(false);
}

void racing_workers_that_know_places_never_both_win(void)
{
    race_two(true);
}
