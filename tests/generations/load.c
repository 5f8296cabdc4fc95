/* Who writes and who reads while a projection is rebuilt.
 *
 *   load write DATABASE RATE THINGS   appends a hit of one of THINGS, RATE a second, until SIGTERM;
 * prints how many load read DATABASE                looks at hits_tally in a loop until SIGTERM;
 * prints looks and what was wrong
 *
 * Every hit has the amount 1. The first program adds it to the total, the second adds it twice: so
 * a look that sees anything but the same number of hits and total, or twice, has seen a mixture;
 * one that sees fewer hits or things than the look before has seen a gap. */
#include <libpq-fe.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hits_proj.h"

static volatile sig_atomic_t is_over;

static void end(int signal_number)
{
    (void)signal_number;
    is_over = 1;
}

static int64_t now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sleep_us(int64_t duration)
{
    struct timespec nap = {.tv_sec = duration / 1000000, .tv_nsec = duration % 1000000 * 1000};

    if (duration > 0)
        (void)nanosleep(&nap, NULL);
}

/* ---- writing ---- */

static int write_hits(const char *database, long rate, long things)
{
    projc_store_options options = {.database = database};
    projc_store *store = NULL;
    projc_error error = {0};
    const hits_hit hit = {.amount = 1};
    long written = 0;
    int64_t begun = now_us();

    if (projc_store_open(&options, &store, &error) != PROJC_OK) {
        fprintf(stderr, "writer: %s\n", error.message);
        return 1;
    }
    while (!is_over) {
        projc_uuid thing = {{0}};
        long number = (written * 7919) % things;

        for (int i = 0; i < 4; i++)
            thing.bytes[15 - i] = (uint8_t)(number >> (8 * i));
        if (hits_append_hit(store, thing, PROJC_ANY_VERSION, &hit, NULL, &error) != PROJC_OK) {
            fprintf(stderr, "writer: %s\n", error.message);
            return 1;
        }
        written++;
        sleep_us(begun + written * 1000000 / rate - now_us());
    }
    projc_store_close(store);
    printf("%ld\n", written);
    return 0;
}

/* ---- reading ---- */

typedef struct look {
    long long things;
    long long hits;
    long long total;
} look;

static const char query[] =
    "SELECT count(*), coalesce(sum(hits), 0), coalesce(sum(total), 0) FROM hits_tally";

static bool look_postgres(PGconn *connection, look *seen)
{
    PGresult *result = PQexec(connection, query);
    bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK;

    if (is_good)
        *seen = (look){atoll(PQgetvalue(result, 0, 0)), atoll(PQgetvalue(result, 0, 1)),
                       atoll(PQgetvalue(result, 0, 2))};
    else
        fprintf(stderr, "reader: %s", PQerrorMessage(connection));
    PQclear(result);
    return is_good;
}

/* Prepared once, as programs do. */
static bool look_sqlite(sqlite3_stmt *statement, look *seen)
{
    bool is_good = sqlite3_step(statement) == SQLITE_ROW;

    if (is_good)
        *seen = (look){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                       sqlite3_column_int64(statement, 2)};
    else
        fprintf(stderr, "reader: %s\n", sqlite3_errmsg(sqlite3_db_handle(statement)));
    (void)sqlite3_reset(statement);
    return is_good;
}

static int read_hits(const char *database)
{
    bool is_sqlite = strncmp(database, "sqlite:", 7) == 0;
    PGconn *connection = is_sqlite ? NULL : PQconnectdb(database);
    sqlite3 *file = NULL;
    sqlite3_stmt *statement = NULL;
    look before = {0, 0, 0};
    long looks = 0, errors = 0, steps_back = 0, mixtures = 0, doubled = 0;

    if (is_sqlite && (sqlite3_open(database + 7, &file) != SQLITE_OK ||
                      sqlite3_busy_timeout(file, 10000) != SQLITE_OK ||
                      sqlite3_prepare_v2(file, query, -1, &statement, NULL) != SQLITE_OK)) {
        fprintf(stderr, "reader: %s\n", sqlite3_errmsg(file));
        return 1;
    }
    /* One look more behind the end: it sees what everything came to. */
    for (bool is_last = false; !is_last;) {
        look seen = before;

        is_last = is_over;
        looks++;
        if (!(is_sqlite ? look_sqlite(statement, &seen) : look_postgres(connection, &seen))) {
            errors++;
            continue;
        }
        if (seen.things < before.things || seen.hits < before.hits) {
            fprintf(stderr, "reader: %lld things and %lld hits behind %lld and %lld\n", seen.things,
                    seen.hits, before.things, before.hits);
            steps_back++;
        }
        if (seen.total != seen.hits && seen.total != 2 * seen.hits) {
            fprintf(stderr, "reader: %lld hits with a total of %lld\n", seen.hits, seen.total);
            mixtures++;
        }
        doubled += seen.hits > 0 && seen.total == 2 * seen.hits;
        before = seen;
        sleep_us(1000);
    }
    printf("errors %ld, steps back %ld, mixtures %ld, looks at the %s\n", errors, steps_back,
           mixtures,
           doubled == 0       ? "old"
           : doubled == looks ? "new"
                              : "old and the new");
    fprintf(stderr, "reader: %ld looks, %ld of them at the new one\n", looks, doubled);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(file);
    PQfinish(connection);
    return 0;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = end};

    (void)sigaction(SIGTERM, &action, NULL);
    if (argc == 5 && strcmp(argv[1], "write") == 0)
        return write_hits(argv[2], atol(argv[3]), atol(argv[4]));
    if (argc == 3 && strcmp(argv[1], "read") == 0)
        return read_hits(argv[2]);
    fprintf(stderr, "usage: load write DATABASE RATE THINGS | load read DATABASE\n");
    return 2;
}
