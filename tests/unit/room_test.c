/* When room is made in a table: by what was written here, by what the database says, and how often
 * at most. */
#include "service/room.h"
#include "tests/unit/suite.h"

enum { MS = 1000, SECOND = 1000 * MS, LIVE = 10000, MUCH = LIVE / 2 + 1001 };

static projc__room room;
static int64_t now;

/* A table of LIVE rows, of which the database says that so many are dead. */
static projc__row_census says(int64_t dead)
{
    projc__row_census census = room.census;

    census.live = LIVE;
    census.dead = dead;
    census.bytes = 1 << 20;
    return census;
}

static void begin(void)
{
    projc__row_census census;

    room = (projc__room){0};
    now = 100 * (int64_t)SECOND;
    census = says(0);
    projc__room_note(&room, &census, 0);
}

/* A vacuum that lasts so long, and leaves so many. */
static void vacuum(int64_t written, int64_t lasts_us, int64_t leaves)
{
    projc__row_census census = says(leaves);
    int64_t begun = now;

    census.vacuums = room.census.vacuums + 1;
    now += lasts_us;
    projc__room_note_vacuum(&room, &census, written, 1, begun, now);
}

static bool is_due(int64_t written)
{
    return projc__room_is_due(&room, written, 1, now);
}

static void nothing_is_due_before_the_database_was_asked(void)
{
    begin();
    room = (projc__room){0};
    CU_ASSERT(!is_due(INT64_MAX / 4));
}

static void what_was_written_here_counts_at_once(void)
{
    begin();
    CU_ASSERT(!is_due(MUCH - 1));
    CU_ASSERT(is_due(MUCH));
    CU_ASSERT(!projc__room_is_due(&room, MUCH / 2, 1, now));
    CU_ASSERT(projc__room_is_due(&room, MUCH / 2 + 1, 2, now)); /* another writes as much */
    CU_ASSERT(!projc__room_is_due(&room, MUCH - 1, 0, now));
    CU_ASSERT(projc__room_is_due(&room, MUCH, 0, now));
}

static void versions_that_go_by_themselves_do_not_count(void)
{
    projc__row_census census;

    begin();
    census = says(0);
    census.replaced = 1000;
    census.pruned = 1000;
    projc__room_note(&room, &census, 0);
    CU_ASSERT(!is_due(100 * MUCH));
    census.pruned = 500;
    projc__room_note(&room, &census, 0);
    CU_ASSERT(!is_due(MUCH));
    CU_ASSERT(is_due(2 * MUCH));
}

static void what_the_database_says_counts(void)
{
    projc__row_census census;

    begin();
    census = says(MUCH - 1);
    projc__room_note(&room, &census, 0);
    CU_ASSERT(!is_due(0));
    census = says(MUCH);
    projc__room_note(&room, &census, 0);
    CU_ASSERT(is_due(0));
    census.bytes = INT64_C(1) << 30;
    projc__room_note(&room, &census, 0);
    CU_ASSERT(!is_due(0));
}

/* A vacuum of it costs more. */
static void a_large_table_may_have_as_many_dead_rows_as_live_ones(void)
{
    projc__row_census census;

    begin();
    census = says(0);
    census.bytes = 32 << 20;
    projc__room_note(&room, &census, 0);
    CU_ASSERT(!is_due(LIVE + 1000));
    CU_ASSERT(is_due(LIVE + 1001));
}

/* Sessions report a second late: what they say is of the time before the vacuum. */
static void reports_of_the_time_before_a_vacuum_are_not_believed(void)
{
    projc__row_census census;

    begin();
    vacuum(MUCH, 5 * MS, 0);
    census = says(MUCH);
    projc__room_note(&room, &census, MUCH);
    now += 1 * SECOND;
    CU_ASSERT(!is_due(MUCH));
    CU_ASSERT(is_due(2 * MUCH));
    now += 1 * SECOND;
    CU_ASSERT(is_due(MUCH));
}

static void a_vacuum_of_somebody_else_is_noticed(void)
{
    projc__row_census census;

    begin();
    CU_ASSERT(is_due(MUCH));
    census = says(0);
    census.vacuums = 1;
    projc__room_note(&room, &census, MUCH);
    CU_ASSERT(!is_due(MUCH));
    CU_ASSERT(is_due(2 * MUCH));
}

static void a_tenth_of_the_time_at_most(void)
{
    begin();
    vacuum(MUCH, 100 * MS, 0);
    now += 999 * MS;
    CU_ASSERT(!is_due(10 * MUCH));
    now += 1 * MS;
    CU_ASSERT(is_due(10 * MUCH));
}

/* Rows that were left count, so that the next one comes sooner. */
static void what_is_left_is_remembered(void)
{
    begin();
    vacuum(MUCH, 1 * MS, 5000);
    now += 1 * SECOND;
    CU_ASSERT(!is_due(2 * MUCH - 5000 - 1));
    CU_ASSERT(is_due(2 * MUCH - 5000));
}

static int64_t wait_until_due(int64_t written)
{
    int64_t begun = now;

    while (!is_due(written) && now - begun < 1000 * (int64_t)SECOND)
        now += 100 * MS;
    return now - begun;
}

static void a_vacuum_that_does_not_help_is_tried_less_often(void)
{
    static const int seconds[] = {1, 2, 4, 8, 16, 32, 60, 60};
    int64_t written = MUCH;

    begin();
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        vacuum(written, 1 * MS, written); /* a transaction sees all of them */
        CU_ASSERT_EQUAL(wait_until_due(written), seconds[i] * (int64_t)SECOND);
        written += 1000;
    }
    vacuum(written, 1 * MS, 0); /* it has ended */
    now += 10 * MS;
    CU_ASSERT(is_due(written + MUCH));
}

/* Locked by somebody, or not ours: what was counted is still there. */
static void a_vacuum_that_was_not_done_does_not_count(void)
{
    projc__row_census census;
    int64_t begun;

    begin();
    census = says(0); /* nobody has reported yet */
    begun = now;
    now += 1 * MS;
    projc__room_note_vacuum(&room, &census, MUCH, 1, begun, now);
    CU_ASSERT(!is_due(MUCH));
    now += 1 * SECOND;
    CU_ASSERT(is_due(MUCH));
}

#define TESTS(X)                                             \
    X(nothing_is_due_before_the_database_was_asked)          \
    X(what_was_written_here_counts_at_once)                  \
    X(versions_that_go_by_themselves_do_not_count)           \
    X(what_the_database_says_counts)                         \
    X(a_large_table_may_have_as_many_dead_rows_as_live_ones) \
    X(reports_of_the_time_before_a_vacuum_are_not_believed)  \
    X(a_vacuum_of_somebody_else_is_noticed)                  \
    X(a_tenth_of_the_time_at_most)                           \
    X(what_is_left_is_remembered)                            \
    X(a_vacuum_that_does_not_help_is_tried_less_often)       \
    X(a_vacuum_that_was_not_done_does_not_count)
SUITE("room", TESTS)
