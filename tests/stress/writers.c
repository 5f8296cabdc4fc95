/* Writers of a log in front of a live service: they commit, roll back, take savepoints, and are
 * killed. A probe measures how long a committed event takes to be in its state,
 * alternately without and with a long transaction that has nothing to do with the log. In the end
 * every state is held against a fold over the log that shares no code with the product.
 *
 *     writers DATABASE EVENTS EVENTS_PER_SECOND SECONDS_A_PHASE SEED */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WRITERS_MAX = 16, THINGS = 512, SAMPLES_MAX = 1 << 20, PROBE = THINGS };
enum { PROBE_PAUSE_US = 10000, LOOK_PAUSE_US = 200, KILL_PAUSE_US = 300000 };

typedef struct samples {
    double *seconds;
    size_t count;
} samples;

typedef struct writer {
    pthread_t thread;
    PGconn *connection;
    uint64_t seed;
    int number;
} writer;

static const char *database;
static long wanted;
static long rate; /* events a second, of all writers together */
static int phase_seconds;
static uint64_t seed;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long committed;             /* events, as far as writers were told */
static int active = 2;             /* writers of this phase */
static int processes[WRITERS_MAX]; /* their backends */
static long kills;
static bool has_stranger; /* the unrelated transaction is open */
static bool is_over;
static samples measured[2]; /* without it, with it */

static void fail(const char *what, PGconn *connection)
{
    fprintf(stderr, "%s: %s\n", what, connection != NULL ? PQerrorMessage(connection) : "");
    exit(1);
}

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void pause_us(long us)
{
    struct timespec time = {us / 1000000, us % 1000000 * 1000};

    (void)nanosleep(&time, NULL);
}

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static PGconn *connect_to(void)
{
    PGconn *connection = PQconnectdb(database);

    if (PQstatus(connection) != CONNECTION_OK)
        fail("connect", connection);
    return connection;
}

static bool run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);

    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void must_run(PGconn *connection, const char *sql)
{
    if (!run(connection, sql))
        fail(sql, connection);
}

/* An aggregate's events are written by one writer, so that versions need no agreement; they are no
 * part of what is tested. */
static bool insert(PGconn *connection, int thing, int count, uint64_t *state)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "INSERT INTO events_writers (event_id, event_name, payload, aggregate_type,"
             " aggregate_id, aggregate_version) SELECT gen_random_uuid(), 'moved',"
             " json_build_object('v', %d + n), 'thing', ('00000000-0000-4000-8000-' ||"
             " lpad(to_hex(%d), 12, '0'))::uuid, nextval('writers_versions')"
             " FROM generate_series(1, %d) n",
             (int)(draw(state) % 1000000), thing, count);
    return run(connection, sql);
}

/* One transaction: how many events it committed, -1 when it failed. */
static int transact(writer *self)
{
    PGconn *connection = self->connection;
    int thing = (int)(draw(&self->seed) % (THINGS / WRITERS_MAX)) * WRITERS_MAX + self->number;
    int count = 1 + (int)(draw(&self->seed) % 12);
    int kept = count;
    bool is_good;

    if (draw(&self->seed) % 3 == 0)
        return insert(connection, thing, count, &self->seed) ? count : -1;
    is_good = run(connection, "BEGIN");
    if (draw(&self->seed) % 4 == 0) {
        bool is_undone = draw(&self->seed) % 2 == 0;
        int more = 1 + (int)(draw(&self->seed) % 3);
        is_good = is_good && run(connection, "SAVEPOINT s") &&
                  insert(connection, thing, more, &self->seed) &&
                  run(connection, is_undone ? "ROLLBACK TO s" : "RELEASE s");
        kept += is_undone ? 0 : more;
    }
    is_good = is_good && insert(connection, thing, count, &self->seed);
    if (draw(&self->seed) % 2 == 0)
        pause_us((long)(draw(&self->seed) % 2000));
    if (draw(&self->seed) % 10 == 0)
        return is_good && run(connection, "ROLLBACK") ? 0 : -1;
    return is_good && run(connection, "COMMIT") ? kept : -1;
}

static void *write_events(void *argument)
{
    writer *self = argument;
    bool goes_on = true;

    while (goes_on) {
        double begun = now();
        int count = 0;

        pthread_mutex_lock(&lock);
        bool has_turn = self->number < active && committed < wanted;
        goes_on = !is_over;
        int others = active;
        pthread_mutex_unlock(&lock);
        if (!goes_on)
            break;
        if (!has_turn) {
            pause_us(2000);
            continue;
        }
        count = transact(self);
        if (count < 0) { /* killed */
            PQfinish(self->connection);
            self->connection = connect_to();
        }
        pthread_mutex_lock(&lock);
        committed += count > 0 ? count : 0;
        processes[self->number] = PQbackendPID(self->connection);
        pthread_mutex_unlock(&lock);
        double rest = (double)(count > 0 ? count : 1) * others / (double)rate - (now() - begun);
        if (rest > 0)
            pause_us((long)(rest * 1e6));
    }
    PQfinish(self->connection);
    return NULL;
}

/* ---- the probe ---- */

static bool is_applied(PGconn *connection, const char *no)
{
    const char *values[] = {no};
    PGresult *result =
        PQexecParams(connection,
                     "SELECT 1 FROM writers_things WHERE aggregate_id ="
                     " '00000000-0000-4000-8000-000000000200' AND position >= $1::int8",
                     1, NULL, values, NULL, NULL, 0);

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail("probe", connection);
    bool answer = PQntuples(result) > 0;
    PQclear(result);
    return answer;
}

static void *probe(void *argument)
{
    PGconn *connection = connect_to();

    (void)argument;
    for (;;) {
        PGresult *result =
            PQexec(connection, "INSERT INTO events_writers (event_id, event_name, payload,"
                               " aggregate_type, aggregate_id, aggregate_version) VALUES"
                               " (gen_random_uuid(), 'moved', '{\"v\": 1}', 'thing',"
                               " '00000000-0000-4000-8000-000000000200',"
                               " nextval('writers_versions')) RETURNING no");
        double begun = now();
        if (PQntuples(result) != 1)
            fail("probe", connection);
        while (!is_applied(connection, PQgetvalue(result, 0, 0)) && now() - begun < 60)
            pause_us(LOOK_PAUSE_US);
        PQclear(result);
        pthread_mutex_lock(&lock);
        samples *here = &measured[has_stranger];
        if (here->count < SAMPLES_MAX)
            here->seconds[here->count++] = now() - begun;
        committed++;
        bool goes_on = committed < wanted;
        pthread_mutex_unlock(&lock);
        if (!goes_on)
            break;
        pause_us(PROBE_PAUSE_US);
    }
    PQfinish(connection);
    return NULL;
}

/* ---- what happens to them ---- */

static void *kill_writers(void *argument)
{
    PGconn *connection = connect_to();
    uint64_t state = seed ^ 77;
    bool goes_on = true;

    (void)argument;
    while (goes_on) {
        char sql[128];

        pause_us(KILL_PAUSE_US);
        pthread_mutex_lock(&lock);
        goes_on = !is_over;
        int pid = processes[draw(&state) % (uint64_t)active];
        kills += pid != 0;
        pthread_mutex_unlock(&lock);
        snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", pid);
        if (pid != 0)
            must_run(connection, sql);
    }
    PQfinish(connection);
    return NULL;
}

/* Phases in pairs, one without and one with the transaction, with 2 to 16 writers. */
static void direct(void)
{
    PGconn *stranger = connect_to();
    bool goes_on = true;

    for (int phase = 0; goes_on; phase++) {
        if (phase % 2 == 1) /* an id, a snapshot, and a lock on another table */
            must_run(stranger, "BEGIN ISOLATION LEVEL REPEATABLE READ;"
                               "INSERT INTO writers_elsewhere VALUES (1);"
                               "SELECT count(*) FROM writers_elsewhere");
        pthread_mutex_lock(&lock);
        has_stranger = phase % 2 == 1;
        active = 2 << (phase / 2 % 4);
        pthread_mutex_unlock(&lock);
        for (double end = now() + phase_seconds; goes_on && now() < end; pause_us(10000)) {
            pthread_mutex_lock(&lock);
            goes_on = committed < wanted;
            pthread_mutex_unlock(&lock);
        }
        if (phase % 2 == 1)
            must_run(stranger, "ROLLBACK");
    }
    PQfinish(stranger);
}

/* ---- figures and the check ---- */

static int compare(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;

    return (*a > *b) - (*a < *b);
}

static double percentile(samples *one, double share)
{
    qsort(one->seconds, one->count, sizeof *one->seconds, compare);
    return one->count == 0 ? -1 : one->seconds[(size_t)(share * (double)(one->count - 1))];
}

typedef struct fold {
    int64_t hash;
    int64_t events;
    int64_t position;
} fold;

static void fold_event(fold *one, int64_t no, int64_t v)
{
    one->hash = (one->hash * 31 + v) % 2147483647;
    one->events++;
    one->position = no;
}

/* How many states differ from the log. */
static long differing(const fold *folds, const char *query)
{
    PGconn *connection = connect_to();
    PGresult *result = PQexec(connection, query);
    long wrong = 0;
    bool seen[THINGS + 2] = {false};

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail(query, connection);
    for (int i = 0; i < PQntuples(result); i++) {
        long thing = strtol(PQgetvalue(result, i, 0), NULL, 10);
        const fold *one = &folds[thing];

        seen[thing] = true;
        wrong += one->hash != strtoll(PQgetvalue(result, i, 1), NULL, 10) ||
                 one->events != strtoll(PQgetvalue(result, i, 2), NULL, 10) ||
                 one->position != strtoll(PQgetvalue(result, i, 3), NULL, 10);
    }
    for (int i = 0; i < THINGS + 2; i++)
        wrong += folds[i].events > 0 && !seen[i];
    PQclear(result);
    PQfinish(connection);
    return wrong;
}

/* The things, then the probe's, and for itself the whole. */
static long check(long *total)
{
    static fold folds[THINGS + 2];
    static fold whole[THINGS + 2];
    PGconn *connection = connect_to();
    PGresult *result;

    if (!run(connection, "BEGIN; DECLARE log CURSOR FOR SELECT no, ('x' || right("
                         "aggregate_id::text, 6))::bit(24)::int, (payload->>'v')::int"
                         " FROM events_writers ORDER BY no"))
        fail("cursor", connection);
    for (int count = 1; count > 0;) {
        result = PQexec(connection, "FETCH 10000 FROM log");
        count = PQntuples(result);
        for (int i = 0; i < count; i++) {
            int64_t no = strtoll(PQgetvalue(result, i, 0), NULL, 10);
            int64_t v = strtoll(PQgetvalue(result, i, 2), NULL, 10);

            fold_event(&folds[strtol(PQgetvalue(result, i, 1), NULL, 10)], no, v);
            fold_event(&whole[0], no, v);
        }
        PQclear(result);
    }
    PQfinish(connection);
    *total = (long)whole[0].events;
    return differing(folds, "SELECT ('x' || right(aggregate_id::text, 6))::bit(24)::int, hash,"
                            " events, position FROM writers_things") +
           differing(whole, "SELECT 0, hash, events, position FROM writers_whole");
}

static void wait_for_service(void)
{
    PGconn *connection = connect_to();

    for (double end = now() + 120; now() < end; pause_us(20000)) {
        PGresult *result = PQexec(connection, "SELECT (SELECT min(position) FROM projc_lane) >="
                                              " (SELECT max(no) FROM events_writers)");
        bool is_done = PQntuples(result) == 1 && PQgetvalue(result, 0, 0)[0] == 't';
        PQclear(result);
        if (is_done)
            break;
    }
    PQfinish(connection);
}

int main(int argc, char **argv)
{
    static writer writers[WRITERS_MAX];
    pthread_t others[2];
    long total;

    if (argc != 6)
        return 2;
    database = argv[1];
    wanted = strtol(argv[2], NULL, 10);
    rate = strtol(argv[3], NULL, 10);
    phase_seconds = (int)strtol(argv[4], NULL, 10);
    seed = strtoull(argv[5], NULL, 10);
    for (int i = 0; i < 2; i++)
        measured[i].seconds = malloc(SAMPLES_MAX * sizeof(double));
    PGconn *connection = connect_to();
    must_run(connection, "CREATE SEQUENCE writers_versions CACHE 1000;"
                         "CREATE TABLE writers_elsewhere (x int)");
    PQfinish(connection);

    double begun = now();
    for (int i = 0; i < WRITERS_MAX; i++) {
        writers[i] = (writer){.seed = seed * 1000 + (uint64_t)i, .number = i};
        writers[i].connection = connect_to();
        if (pthread_create(&writers[i].thread, NULL, write_events, &writers[i]) != 0)
            fail("thread", NULL);
    }
    if (pthread_create(&others[0], NULL, kill_writers, NULL) != 0 ||
        pthread_create(&others[1], NULL, probe, NULL) != 0)
        fail("thread", NULL);
    direct();
    pthread_mutex_lock(&lock);
    is_over = true;
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < WRITERS_MAX; i++)
        pthread_join(writers[i].thread, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(others[i], NULL);
    double took = now() - begun;
    wait_for_service();
    long wrong = check(&total);
    double p99[2];
    static const char *const names[] = {"without", "with"};
    for (int i = 0; i < 2; i++) {
        p99[i] = percentile(&measured[i], 0.99);
        printf("# latency %s the unrelated transaction: p50 %.2f ms, p99 %.2f ms, %zu probes\n",
               names[i], percentile(&measured[i], 0.5) * 1e3, p99[i] * 1e3, measured[i].count);
    }
    printf("# %ld events in %.0f s from 2 to 16 writers, %ld of them killed, %ld states differ\n",
           total, took, kills, wrong);
    printf("%ld %ld %ld %.3f\n", total, kills, wrong, p99[0] > 0 ? p99[1] / p99[0] : -1);
    return 0;
}
