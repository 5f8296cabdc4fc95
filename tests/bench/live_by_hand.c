/* What a person would write to keep totals live: LISTEN, a page of events, one UPDATE.
 *
 *     live_by_hand DATABASE          ends by a signal
 *
 * No horizon, no lanes, no errors but the end: less work than the service does. */
#include "common.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_ROWS = 1000, TIME_BYTES = 8 };

typedef struct totals {
    int64_t position;
    int64_t credits;
    int64_t debits;
    int64_t balance; /* cents */
    int64_t largest;
    int64_t last; /* µs since 2000 */
} totals;

static const char *const prepare_table =
    "DROP TABLE IF EXISTS by_hand; CREATE TABLE by_hand (position bigint, credits bigint, debits "
    "bigint, balance numeric(19,2), largest numeric(19,2), last timestamptz) WITH (fillfactor = 70);"
    "INSERT INTO by_hand VALUES (0, 0, 0, 0, 0, NULL)";

static int64_t cents_of(const char *payload)
{
    const char *at = strstr(payload, "\"amount\":");
    int64_t cents = 0;

    if (at == NULL)
        bench_fail(payload, "has no amount");
    for (at += strlen("\"amount\":"); (*at >= '0' && *at <= '9') || *at == '.'; at++)
        if (*at != '.')
            cents = cents * 10 + (*at - '0');
    return cents;
}

static int read_page(PGconn *connection, totals *state)
{
    char after[32];
    const char *const values[] = {after};
    PGresult *page;
    int rows;

    snprintf(after, sizeof after, "%lld", (long long)state->position);
    page = bench_check(connection, PQexecPrepared(connection, "page", 1, values, NULL, NULL, 1),
                       PGRES_TUPLES_OK, "page");
    rows = PQntuples(page);
    for (int i = 0; i < rows; i++) {
        int64_t cents = cents_of(PQgetvalue(page, i, 2));
        bool is_credit = *PQgetvalue(page, i, 1) == 'c';

        state->position = bench_get64(PQgetvalue(page, i, 0));
        state->last = bench_get64(PQgetvalue(page, i, 3));
        state->credits += is_credit;
        state->debits += !is_credit;
        state->balance += is_credit ? cents : -cents;
        state->largest = cents > state->largest ? cents : state->largest;
    }
    PQclear(page);
    return rows;
}

static void write_state(PGconn *connection, const totals *state)
{
    char text[5][32];
    uint8_t last[TIME_BYTES];
    const char *values[6];
    int sizes[6] = {0};
    int formats[6] = {0};

    snprintf(text[0], 32, "%lld", (long long)state->position);
    snprintf(text[1], 32, "%lld", (long long)state->credits);
    snprintf(text[2], 32, "%lld", (long long)state->debits);
    snprintf(text[3], 32, "%s%lld.%02d", state->balance < 0 ? "-" : "",
             llabs((long long)state->balance) / 100, (int)(llabs((long long)state->balance) % 100));
    snprintf(text[4], 32, "%lld.%02d", (long long)state->largest / 100,
             (int)(state->largest % 100));
    (void)bench_put64(last, (uint64_t)state->last);
    for (int i = 0; i < 5; i++)
        values[i] = text[i];
    values[5] = (const char *)last;
    sizes[5] = TIME_BYTES;
    formats[5] = 1;
    PQclear(bench_check(connection,
                        PQexecPrepared(connection, "write", 6, values, sizes, formats, 1),
                        PGRES_COMMAND_OK, "UPDATE"));
}

static void wait_for_wake_up(PGconn *connection)
{
    struct pollfd socket = {PQsocket(connection), POLLIN, 0};
    PGnotify *notice;
    bool has_come = false;

    for (;;) {
        if (PQconsumeInput(connection) == 0)
            bench_fail("LISTEN", PQerrorMessage(connection));
        while ((notice = PQnotifies(connection)) != NULL) {
            PQfreemem(notice);
            has_come = true;
        }
        if (has_come)
            return;
        (void)poll(&socket, 1, -1);
    }
}

int main(int argc, char **argv)
{
    totals state = {0};
    int rows;

    if (argc != 2) {
        fprintf(stderr, "usage: live_by_hand DATABASE\n");
        return 2;
    }
    PGconn *connection = bench_connect(argv[1]);
    bench_run(connection, "SET client_min_messages = warning");
    bench_run(connection, prepare_table);
    PQclear(bench_check(connection,
                        PQprepare(connection, "page",
                                  "SELECT no, event_name, payload, created_at FROM bench_events "
                                  "WHERE no > $1::bigint ORDER BY no LIMIT 1000",
                                  1, NULL),
                        PGRES_COMMAND_OK, "page"));
    PQclear(bench_check(connection,
                        PQprepare(connection, "write",
                                  "UPDATE by_hand SET position = $1, credits = $2, debits = $3, "
                                  "balance = $4, largest = $5, last = $6",
                                  6, NULL),
                        PGRES_COMMAND_OK, "UPDATE"));
    bench_run(connection, "LISTEN bench_events");
    for (;;) {
        rows = read_page(connection, &state);
        if (rows > 0)
            write_state(connection, &state);
        if (rows < PAGE_ROWS)
            wait_for_wake_up(connection);
    }
}
