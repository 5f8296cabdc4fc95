/* The baseline: one UPDATE per event, each in a transaction of its own, the way hand-written
 * projectors work. It reads pages of the same events and does for every event what bank.proj's
 * `balance` does:
 *
 *     one_update DATABASE EVENTS     DATABASE: a libpq URL, or a path of an SQLite file
 *
 * Prints events per second. No error policy, no lanes, no resuming: less work than the product
 * does. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAGE_ROWS = 1000 };

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "one_update: %s: %s\n", what, why);
    exit(1);
}

/* The event's effect on the balance, in cents, as text; opened and closed change nothing here. */
static void amount_of(const char *name, const char *payload, char text[32])
{
    const char *amount = strstr(payload, "\"amount\":");
    double value = amount == NULL ? 0 : strtod(amount + strlen("\"amount\":"), NULL);

    snprintf(text, 32, "%.2f", strcmp(name, "account_debited") == 0 ? -value : value);
}

static const char *const create_table =
    "CREATE TABLE baseline_balance (aggregate_id %s PRIMARY KEY, position bigint, balance %s, movements bigint)";

/* ---- PostgreSQL ---- */

static PGresult *query(PGconn *connection, const char *sql, int count, const char *const *values,
                       ExecStatusType wanted)
{
    PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);

    if (PQresultStatus(result) != wanted)
        fail(sql, PQerrorMessage(connection));
    return result;
}

static void prepare_postgres(PGconn *connection)
{
    char sql[256];

    PQclear(query(connection, "SET client_min_messages = warning", 0, NULL, PGRES_COMMAND_OK));
    PQclear(query(connection, "DROP TABLE IF EXISTS baseline_balance", 0, NULL, PGRES_COMMAND_OK));
    snprintf(sql, sizeof sql, create_table, "uuid", "numeric(19,2)");
    PQclear(query(connection, sql, 0, NULL, PGRES_COMMAND_OK));
    PQclear(PQprepare(connection, "apply",
                      "INSERT INTO baseline_balance VALUES ($1::uuid, $2::bigint, $3::numeric, 1) "
                      "ON CONFLICT (aggregate_id) DO UPDATE SET position = excluded.position, "
                      "balance = baseline_balance.balance + excluded.balance, "
                      "movements = baseline_balance.movements + 1",
                      3, NULL));
}

static void run_postgres(const char *database, long events)
{
    PGconn *connection = PQconnectdb(database);
    char position[32] = "0";
    char rows[32];
    long done = 0;
    double started;

    if (PQstatus(connection) != CONNECTION_OK)
        fail("connect", PQerrorMessage(connection));
    prepare_postgres(connection);
    snprintf(rows, sizeof rows, "%d", PAGE_ROWS);
    started = now();
    while (done < events) {
        const char *const page[] = {position, rows};
        PGresult *result = query(connection,
                                 "SELECT no, aggregate_id, event_name, payload FROM events_bank "
                                 "WHERE no > $1::bigint ORDER BY no LIMIT $2::bigint",
                                 2, page, PGRES_TUPLES_OK);
        int count = PQntuples(result);

        if (count == 0)
            break;
        for (int i = 0; i < count && done < events; i++, done++) {
            char amount[32];
            const char *const values[] = {PQgetvalue(result, i, 1), PQgetvalue(result, i, 0),
                                          amount};
            PGresult *applied;

            amount_of(PQgetvalue(result, i, 2), PQgetvalue(result, i, 3), amount);
            applied = PQexecPrepared(connection, "apply", 3, values, NULL, NULL, 0);
            if (PQresultStatus(applied) != PGRES_COMMAND_OK)
                fail("apply", PQerrorMessage(connection));
            PQclear(applied);
        }
        snprintf(position, sizeof position, "%s", PQgetvalue(result, count - 1, 0));
        PQclear(result);
    }
    printf("%.0f\n", (double)done / (now() - started));
    PQclear(query(connection, "DROP TABLE baseline_balance", 0, NULL, PGRES_COMMAND_OK));
    PQfinish(connection);
}

/* ---- SQLite ---- */

static void execute(sqlite3 *database, const char *sql)
{
    char *message = NULL;

    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail(sql, message);
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(sql, sqlite3_errmsg(database));
    return statement;
}

static void apply_sqlite(sqlite3 *database, sqlite3_stmt *apply, sqlite3_stmt *events)
{
    char amount[32];

    amount_of((const char *)sqlite3_column_text(events, 2),
              (const char *)sqlite3_column_text(events, 3), amount);
    (void)sqlite3_bind_value(apply, 1, sqlite3_column_value(events, 1));
    (void)sqlite3_bind_int64(apply, 2, sqlite3_column_int64(events, 0));
    (void)sqlite3_bind_int64(apply, 3, (sqlite3_int64)(strtod(amount, NULL) * 100));
    if (sqlite3_step(apply) != SQLITE_DONE)
        fail("apply", sqlite3_errmsg(database));
    (void)sqlite3_reset(apply);
}

static void run_sqlite(const char *path, long events)
{
    sqlite3 *database;
    sqlite3 *reader;
    sqlite3_stmt *page;
    sqlite3_stmt *apply;
    char sql[256];
    long done = 0;
    double started;

    if (sqlite3_open(path, &database) != SQLITE_OK || sqlite3_open(path, &reader) != SQLITE_OK)
        fail(path, "cannot be opened");
    execute(database, "PRAGMA journal_mode = WAL");
    execute(database, "PRAGMA synchronous = FULL");
    execute(database, "DROP TABLE IF EXISTS baseline_balance");
    snprintf(sql, sizeof sql, create_table, "blob", "bigint");
    execute(database, sql);
    apply =
        prepare(database,
                "INSERT INTO baseline_balance VALUES (?1, ?2, ?3, 1) ON CONFLICT (aggregate_id) "
                "DO UPDATE SET position = excluded.position, balance = balance + excluded.balance, "
                "movements = movements + 1");
    page = prepare(reader,
                   "SELECT no, aggregate_id, event_name, payload FROM events_bank ORDER BY no");
    started = now();
    while (done < events && sqlite3_step(page) == SQLITE_ROW) {
        apply_sqlite(database, apply, page);
        done++;
    }
    printf("%.0f\n", (double)done / (now() - started));
    (void)sqlite3_finalize(page);
    (void)sqlite3_finalize(apply);
    execute(database, "DROP TABLE baseline_balance");
    (void)sqlite3_close(reader);
    (void)sqlite3_close(database);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: one_update DATABASE EVENTS\n");
        return 2;
    }
    if (strncmp(argv[1], "postgres", 8) == 0)
        run_postgres(argv[1], strtol(argv[2], NULL, 10));
    else
        run_sqlite(argv[1], strtol(argv[2], NULL, 10));
    return 0;
}
