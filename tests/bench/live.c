/* From the commit of an append until the projection shows it: events are appended by the clock, and
 * a second connection asks for the projection's position as long as it lacks one of them.
 *
 *     live DATABASE TABLE RATE EVENTS        TABLE: has one row with a position
 *
 * Prints the 50th and 99th percentile and the longest, in milliseconds. What the table does not
 * show within a minute is a failure. Events keep their schedule however long earlier ones take. */
#include "common.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { WARM_UP = 100, PATIENCE = 60 };

static const char *const insert_sql =
    "INSERT INTO bench_events (event_id, event_name, payload, aggregate_type, aggregate_id, "
    "aggregate_version) VALUES (gen_random_uuid(), 'credited', '{\"amount\":1.25}', 'account', "
    "gen_random_uuid(), 1) RETURNING no";

typedef struct appended {
    int64_t no;
    double at; /* when its commit was known */
} appended;

typedef struct live {
    const char *database;
    double rate;
    int64_t count;
    appended *events;
    pthread_mutex_t lock;
    pthread_cond_t has_more;
    int64_t known; /* events appended so far; under the lock */
} live;

static int64_t integer_of(PGresult *result)
{
    return bench_get64(PQgetvalue(result, 0, 0));
}

static void *append_all(void *opaque)
{
    live *all = opaque;
    PGconn *connection = bench_connect(all->database);
    double start;

    PQclear(bench_check(connection, PQprepare(connection, "append", insert_sql, 0, NULL),
                        PGRES_COMMAND_OK, "INSERT"));
    start = bench_now();
    for (int64_t i = 0; i < all->count; i++) {
        PGresult *result;

        bench_sleep_until(start + (double)i / all->rate);
        result =
            bench_check(connection, PQexecPrepared(connection, "append", 0, NULL, NULL, NULL, 1),
                        PGRES_TUPLES_OK, "INSERT");
        all->events[i].at = bench_now();
        all->events[i].no = integer_of(result);
        PQclear(result);
        (void)pthread_mutex_lock(&all->lock);
        all->known = i + 1;
        (void)pthread_cond_signal(&all->has_more);
        (void)pthread_mutex_unlock(&all->lock);
    }
    PQfinish(connection);
    return NULL;
}

static void wait_for_more(live *all, int64_t seen)
{
    (void)pthread_mutex_lock(&all->lock);
    while (all->known == seen)
        (void)pthread_cond_wait(&all->has_more, &all->lock);
    (void)pthread_mutex_unlock(&all->lock);
}

static void watch_all(live *all, const char *table, double *latencies)
{
    PGconn *connection = bench_connect(all->database);
    char sql[256];

    snprintf(sql, sizeof sql, "SELECT position FROM %s", table);
    PQclear(bench_check(connection, PQprepare(connection, "watch", sql, 0, NULL), PGRES_COMMAND_OK,
                        sql));
    for (int64_t seen = 0; seen < all->count;) {
        PGresult *result;
        int64_t position;
        double now;

        wait_for_more(all, seen);
        result =
            bench_check(connection, PQexecPrepared(connection, "watch", 0, NULL, NULL, NULL, 1),
                        PGRES_TUPLES_OK, sql);
        now = bench_now();
        position = PQntuples(result) == 1 ? integer_of(result) : 0;
        PQclear(result);
        (void)pthread_mutex_lock(&all->lock);
        for (; seen < all->known && all->events[seen].no <= position; seen++)
            latencies[seen] = now > all->events[seen].at ? (now - all->events[seen].at) * 1e3 : 0;
        if (seen < all->known && now - all->events[seen].at > PATIENCE)
            bench_fail(table, "does not show an event after a minute");
        (void)pthread_mutex_unlock(&all->lock);
    }
    PQfinish(connection);
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    live all = {.lock = PTHREAD_MUTEX_INITIALIZER, .has_more = PTHREAD_COND_INITIALIZER};
    pthread_t appender;
    double *latencies;
    int64_t counted;

    if (argc != 5) {
        fprintf(stderr, "usage: live DATABASE TABLE RATE EVENTS\n");
        return 2;
    }
    all.database = argv[1];
    all.rate = (double)bench_number(argv[3], 1);
    counted = bench_number(argv[4], 1);
    all.count = counted + WARM_UP;
    all.events = bench_alloc((size_t)all.count, sizeof *all.events);
    latencies = bench_alloc((size_t)all.count, sizeof *latencies);
    if (pthread_create(&appender, NULL, append_all, &all) != 0)
        bench_fail("thread", "there is none");
    watch_all(&all, argv[2], latencies);
    (void)pthread_join(appender, NULL);
    qsort(latencies + WARM_UP, (size_t)counted, sizeof *latencies, by_size);
    printf("%.3f %.3f %.3f\n", latencies[WARM_UP + counted / 2],
           latencies[WARM_UP + counted * 99 / 100], latencies[all.count - 1]);
    free(latencies);
    free(all.events);
    return 0;
}
