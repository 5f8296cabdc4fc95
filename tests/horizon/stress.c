/* Writers that commit, roll back, die and sleep in any order, against one reader; then the whole
 * log is held against what was read. The checker shares no code with the product. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "horizon_suite.h"

enum { WRITERS = 8, SECONDS = 5, EVENTS_MAX = 1000000, RANGE = 50 };

typedef struct writer {
    pthread_t thread;
    uint64_t seed;
    volatile int *stop;
    long transactions;
    long failures; /* statements that failed though nobody killed the connection */
} writer;

/* splitmix64: the run is replayed by its seed as far as threads allow. */
static uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static bool run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    bool is_good =
        PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;

    PQclear(result);
    return is_good;
}

static bool insert(PGconn *connection)
{
    return run(connection,
               "INSERT INTO events_log (event_id, event_name, payload, metadata,"
               " aggregate_type, aggregate_id, aggregate_version, created_at) VALUES"
               " (gen_random_uuid(), 'e', '{}', '{}', 'account', gen_random_uuid(), 1, now())");
}

/* Mostly no pause at all, sometimes one of up to 3 ms: the order of commits is what it makes. */
static void pause_a_little(uint64_t *seed)
{
    struct timespec pause = {0, (long)(draw(seed) % 3000000)};

    if (draw(seed) % 3 == 0)
        nanosleep(&pause, NULL);
}

static bool transact(PGconn *connection, uint64_t *seed)
{
    bool is_good = run(connection, "BEGIN");

    for (uint64_t i = draw(seed) % 3; is_good && i + 1 != 0; i--) {
        bool has_savepoint = draw(seed) % 5 == 0;
        if (has_savepoint)
            is_good = run(connection, "SAVEPOINT s");
        is_good = is_good && insert(connection);
        pause_a_little(seed);
        if (has_savepoint)
            is_good = is_good && run(connection, draw(seed) % 2 ? "ROLLBACK TO s" : "RELEASE s");
    }
    return is_good && run(connection, draw(seed) % 6 == 0 ? "ROLLBACK" : "COMMIT");
}

static void *write_until_stopped(void *argument)
{
    writer *self = argument;
    PGconn *connection = PQconnectdb(fixture->database);

    while (!*self->stop) {
        if (draw(&self->seed) % 400 == 0) { /* a writer that dies in the middle */
            (void)(run(connection, "BEGIN") && insert(connection));
            PQfinish(connection);
            connection = PQconnectdb(fixture->database);
        }
        bool is_good =
            draw(&self->seed) % 3 == 0 ? insert(connection) : transact(connection, &self->seed);
        self->transactions++;
        if (!is_good)
            self->failures++;
    }
    PQfinish(connection);
    return NULL;
}

typedef struct reading {
    int64_t *numbers;
    size_t count;
    int64_t position;
    size_t blocked;
    size_t ranges; /* that brought something */
    size_t disorder;
} reading;

/* One page, or a range; false when it brought nothing. */
static bool read_page(reading *all, bool is_range)
{
    const projc__page_limits limits = {.rows = RANGE, .bytes = 1 << 20};
    int64_t after = all->position;
    projc_status status;

    projc_arena_reset(fixture->arena);
    status = is_range ? projc__store_read_settled(fixture->store, STORE_FIXTURE_LOG, after,
                                                  after + RANGE, &limits, fixture->arena,
                                                  &last_page, &fixture->error)
                      : projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, after, &limits,
                                               fixture->arena, &last_page, &fixture->error);
    CU_ASSERT_EQUAL_FATAL(status, PROJC_OK);
    for (size_t i = 0; i < last_page.count && all->count < EVENTS_MAX; i++) {
        if (last_page.events[i].no <= all->position)
            all->disorder++;
        all->position = last_page.events[i].no;
        all->numbers[all->count++] = all->position;
    }
    if (is_range)
        all->position = last_page.reached; /* what a range covers is never looked at again */
    all->ranges += is_range && last_page.count != 0;
    all->blocked += last_page.is_blocked;
    return last_page.count != 0;
}

/* Numbers of the table that were not read, and numbers that were read and are not there. */
static void audit(const reading *all, size_t *lost, size_t *invented, size_t *total)
{
    PGconn *connection = writer_open();
    PGresult *result = PQexec(connection, "SELECT no FROM events_log ORDER BY no");
    size_t at = 0;

    *total = (size_t)PQntuples(result);
    *lost = 0;
    *invented = 0;
    for (int i = 0; i < PQntuples(result); i++) {
        int64_t no = strtoll(PQgetvalue(result, i, 0), NULL, 10);
        while (at < all->count && all->numbers[at] < no) {
            (*invented)++;
            at++;
        }
        if (at < all->count && all->numbers[at] == no)
            at++;
        else
            (*lost)++;
    }
    *invented += all->count - at;
    PQclear(result);
    PQfinish(connection);
}

static int64_t number_of(const char *variable, int64_t usual)
{
    const char *text = getenv(variable);
    return text != NULL && text[0] != '\0' ? strtoll(text, NULL, 10) : usual;
}

void stress_loses_and_doubles_nothing(void)
{
    writer writers[WRITERS];
    volatile int stop = 0;
    reading all = {.numbers = malloc(EVENTS_MAX * sizeof *all.numbers)};
    uint64_t seed = (uint64_t)number_of("HORIZON_SEED", time(NULL));
    int64_t seconds = number_of("HORIZON_SECONDS", SECONDS);
    long transactions = 0;
    long failures = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(all.numbers);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (writer){.seed = seed + (uint64_t)i * 7919, .stop = &stop};
        CU_ASSERT_EQUAL_FATAL(
            pthread_create(&writers[i].thread, NULL, write_until_stopped, &writers[i]), 0);
    }
    time_t end = time(NULL) + (time_t)seconds;
    for (bool is_range = false; time(NULL) < end; is_range = !is_range)
        (void)read_page(&all, is_range);
    stop = 1;
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
        transactions += writers[i].transactions;
        failures += writers[i].failures;
    }
    while (read_page(&all, false) || last_page.is_blocked)
        ;
    size_t lost, invented, total;
    audit(&all, &lost, &invented, &total);
    printf("\nstress: seed %llu, %ld transactions, %zu events, %zu read, %zu lost, %zu invented, "
           "%zu out of order, %zu pages blocked, %zu ranges\n",
           (unsigned long long)seed, transactions, total, all.count, lost, invented, all.disorder,
           all.blocked, all.ranges);
    CU_ASSERT_EQUAL(lost, 0);
    CU_ASSERT_EQUAL(invented, 0);
    CU_ASSERT_EQUAL(all.disorder, 0);
    CU_ASSERT_EQUAL(failures, 0);
    CU_ASSERT(total > 100);
    CU_ASSERT(all.blocked > 0);
    CU_ASSERT(all.ranges > 0);
    free(all.numbers);
}
