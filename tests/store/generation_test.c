/* Registered projections. */
#include "suite.h"

#include <pthread.h>
#include <string.h>

static const projc_projection_type *const balance = &store_fixture_balance_projection;
static const projc_projection_type *const totals = &store_fixture_totals_projection;

static projc_status find(const projc_projection_type *projection, projc__generation *generation)
{
    return projc__store_find_generation(fixture->store, "fixture", projection->name, fixture->arena,
                                        generation, ERROR);
}

void registration_makes_generation_and_lanes(void)
{
    projc__generation generation = registered(balance, 5);
    projc__lane *lanes = NULL;
    size_t count = 0;

    CU_ASSERT(generation.number > 0);
    CU_ASSERT_EQUAL(generation.lanes, 5);
    CU_ASSERT_EQUAL(generation.version, 1);
    CU_ASSERT_EQUAL(generation.shape_fingerprint, balance->shape_fingerprint);
    CU_ASSERT_EQUAL(generation.logic_fingerprint, balance->logic_fingerprint);
    CU_ASSERT_EQUAL(generation.state, PROJC__LIVE);
    CU_ASSERT_STRING_EQUAL(generation.package, "fixture");
    CU_ASSERT_STRING_EQUAL(generation.projection, "balance");
    OK(projc__store_load_lanes(fixture->store, generation.number, fixture->arena, &lanes, &count,
                               ERROR));
    CU_ASSERT_FATAL(count == 5);
    for (uint32_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(lanes[i].lane, i);
        CU_ASSERT_EQUAL(lanes[i].position, 0);
        CU_ASSERT_EQUAL(lanes[i].applied, 0);
        CU_ASSERT_TRUE(uuid_is(lanes[i].last_event_id, uuid_of(0)));
        CU_ASSERT(lanes[i].updated_at > INT64_C(1600000000000000));
    }
}

void registration_answers_what_is_stored(void)
{
    projc__generation first = registered(balance, 5);
    projc_projection_type changed = *balance;
    projc__generation second;

    changed.shape_fingerprint = 1;
    changed.logic_fingerprint = 2;
    changed.version = 9;
    second = registered(&changed, 16);
    CU_ASSERT_EQUAL(second.number, first.number);
    CU_ASSERT_EQUAL(second.lanes, 5);
    CU_ASSERT_EQUAL(second.version, 1);
    CU_ASSERT_EQUAL(second.shape_fingerprint, balance->shape_fingerprint);
    CU_ASSERT_EQUAL(second.logic_fingerprint, balance->logic_fingerprint);
}

void generations_have_numbers_of_their_own(void)
{
    projc__generation one = registered(balance, 2);
    projc__generation two = registered(totals, 1);
    projc__registration other = {
        .package = "other_package", .projection = balance, .stream = STORE_FIXTURE_LOG, .lanes = 3};
    projc__generation three = {0};

    OK(projc__store_register_projection(fixture->store, &other, fixture->arena, &three, ERROR));
    CU_ASSERT_NOT_EQUAL(one.number, two.number);
    CU_ASSERT_NOT_EQUAL(one.number, three.number);
    CU_ASSERT_NOT_EQUAL(two.number, three.number);
    CU_ASSERT_EQUAL(two.lanes, 1);
    CU_ASSERT_EQUAL(two.version, 3);
    CU_ASSERT_EQUAL(two.logic_fingerprint, UINT64_MAX);
    CU_ASSERT_EQUAL(three.lanes, 3);
    CU_ASSERT_STRING_EQUAL(three.package, "other_package");
}

void find_generation_makes_nothing(void)
{
    projc__generation made, found = {0};

    EXPECT(PROJC_ABSENT, find(balance, &found));
    EXPECT(PROJC_ABSENT, find(balance, &found));
    made = registered(balance, 4);
    OK(find(balance, &found));
    CU_ASSERT_EQUAL(found.number, made.number);
    CU_ASSERT_EQUAL(found.lanes, 4);
    CU_ASSERT_EQUAL(found.shape_fingerprint, balance->shape_fingerprint);
    EXPECT(PROJC_ABSENT, find(totals, &found));
}

void retired_generation_is_not_found(void)
{
    projc__generation first = registered(balance, 4);
    projc__generation found, second;

    OK(projc__store_set_generation_state(fixture->store, first.number, PROJC__LIVE, PROJC__RETIRED,
                                         ERROR));
    EXPECT(PROJC_ABSENT, find(balance, &found));
    second = registered(balance, 8);
    CU_ASSERT(second.number > first.number);
    CU_ASSERT_EQUAL(second.lanes, 8);
}

void states_of_a_generation_are_kept(void)
{
    static const projc__generation_state states[] = {PROJC__LIVE, PROJC__PAUSED, PROJC__LIVE};
    projc__generation generation = registered(balance, 1);
    projc__generation found = {0};
    projc__lane *lanes = NULL;
    size_t count = 0;

    for (size_t i = 1; i < sizeof states / sizeof states[0]; i++) {
        OK(projc__store_set_generation_state(fixture->store, generation.number, states[i - 1],
                                             states[i], ERROR));
        OK(find(balance, &found));
        CU_ASSERT_EQUAL(found.number, generation.number);
        CU_ASSERT_EQUAL(found.state, states[i]);
    }
    OK(projc__store_load_lanes(fixture->store, generation.number, fixture->arena, &lanes, &count,
                               ERROR));
    CU_ASSERT_EQUAL(lanes[0].epoch, 3); /* each change fences off */
    EXPECT(PROJC_ABSENT, projc__store_set_generation_state(fixture->store, generation.number,
                                                           PROJC__PAUSED, PROJC__LIVE, ERROR));
}

void restamp_changes_fingerprints_and_version(void)
{
    projc__generation generation = registered(balance, 3);
    projc_projection_type changed = *balance;
    projc__generation found = {0};

    changed.shape_fingerprint = UINT64_MAX;
    changed.logic_fingerprint = UINT64_C(1) << 63;
    changed.version = 2;
    OK(projc__store_restamp_generation(fixture->store, generation.number, &changed, ERROR));
    OK(find(balance, &found));
    CU_ASSERT_EQUAL(found.number, generation.number);
    CU_ASSERT_EQUAL(found.shape_fingerprint, UINT64_MAX);
    CU_ASSERT_EQUAL(found.logic_fingerprint, UINT64_C(1) << 63);
    CU_ASSERT_EQUAL(found.version, 2);
    CU_ASSERT_EQUAL(found.lanes, 3);
    CU_ASSERT_EQUAL(found.state, PROJC__LIVE);
}

/* ---- two at once ---- */

enum { NAMES = 20 };

typedef struct registrar {
    projc_store *store;
    projc_status status;
    int64_t numbers[NAMES];
} registrar;

/* Registers the same twenty projections as the other thread. */
static void *register_all(void *argument)
{
    registrar *self = argument;
    projc_arena *arena = projc_arena_new(0);
    projc_error error = {0};

    for (int i = 0; i < NAMES && self->status == PROJC_OK; i++) {
        char name[] = "projection_a";
        projc_projection_type projection = *balance;
        projc__registration registration = {.package = "fixture",
                                            .projection = &projection,
                                            .stream = STORE_FIXTURE_LOG,
                                            .lanes = 4};
        projc__generation generation = {0};
        name[sizeof name - 2] = (char)('a' + i);
        projection.name = name;
        do {
            self->status = projc__store_register_projection(self->store, &registration, arena,
                                                            &generation, &error);
        } while (self->status == PROJC_TRANSIENT);
        self->numbers[i] = generation.number;
    }
    projc_arena_free(arena);
    return NULL;
}

void two_registrations_at_once_make_one(void)
{
    registrar here = {.store = fixture->store};
    registrar there = {.store = store_fixture_connect(fixture)};
    pthread_t thread;

    CU_ASSERT_FATAL(there.store != NULL);
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, register_all, &there) == 0);
    register_all(&here);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(here.status, PROJC_OK);
    CU_ASSERT_EQUAL(there.status, PROJC_OK);
    for (int i = 0; i < NAMES; i++) {
        projc__lane *lanes;
        size_t count = 0;
        CU_ASSERT(here.numbers[i] > 0 && here.numbers[i] == there.numbers[i]);
        if (here.numbers[i] > 0)
            OK(projc__store_load_lanes(fixture->store, here.numbers[i], fixture->arena, &lanes,
                                       &count, ERROR));
        CU_ASSERT_EQUAL(count, 4);
    }
}
