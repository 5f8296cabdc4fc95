/* How projectors are written first: one UPDATE per event with its position, each in a transaction
 * of its own, from pages of 1,000 events.
 *
 *     one_update DATABASE stream|aggregate EVENTS
 *
 * The states are those of totals.proj and accounts.proj, in the table by_hand. Prints the events
 * applied. No error policy, no lanes, no resuming: less work than the service does. */
#include "common.h"

#include <stdio.h>
#include <string.h>

static const char *const stream_table =
    "DROP TABLE IF EXISTS by_hand; CREATE TABLE by_hand (position bigint, credits bigint, debits "
    "bigint, balance numeric(19,2), largest numeric(19,2), last timestamptz) WITH (fillfactor = 70);"
    "INSERT INTO by_hand VALUES (0, 0, 0, 0, 0, NULL)";

static const char *const stream_update =
    "UPDATE by_hand SET position = $1::bigint, credits = credits + ($3 = 'credited')::int, "
    "debits = debits + ($3 = 'debited')::int, "
    "balance = balance + CASE $3 WHEN 'credited' THEN $4::numeric ELSE -$4::numeric END, "
    "largest = greatest(largest, $4::numeric), last = $5::timestamptz WHERE $2::uuid IS NOT NULL";

static const char *const aggregate_table =
    "DROP TABLE IF EXISTS by_hand; CREATE TABLE by_hand (aggregate_id uuid PRIMARY KEY, position "
    "bigint, movements bigint, balance numeric(19,2), largest numeric(19,2), last timestamptz) "
    "WITH (fillfactor = 70)";

static const char *const aggregate_update =
    "INSERT INTO by_hand VALUES ($2::uuid, $1::bigint, 1, "
    "CASE $3 WHEN 'credited' THEN $4::numeric ELSE -$4::numeric END, $4::numeric, $5::timestamptz) "
    "ON CONFLICT (aggregate_id) DO UPDATE SET position = excluded.position, "
    "movements = by_hand.movements + 1, balance = by_hand.balance + excluded.balance, "
    "largest = greatest(by_hand.largest, excluded.largest), last = excluded.last";

/* The amount in a payload, as text. */
static void amount_of(const char *payload, char amount[32])
{
    const char *start = strstr(payload, "\"amount\":");
    size_t size;

    if (start == NULL)
        bench_fail(payload, "has no amount");
    start += strlen("\"amount\":");
    size = strspn(start, "0123456789.");
    snprintf(amount, 32, "%.*s", (int)size, start);
}

static void apply(PGconn *connection, PGresult *page, int row)
{
    char amount[32];
    const char *values[5];

    amount_of(PQgetvalue(page, row, 3), amount);
    for (int i = 0; i < 3; i++)
        values[i] = PQgetvalue(page, row, i);
    values[3] = amount;
    values[4] = PQgetvalue(page, row, 4);
    PQclear(bench_check(connection, PQexecPrepared(connection, "apply", 5, values, NULL, NULL, 0),
                        PGRES_COMMAND_OK, "apply"));
}

int main(int argc, char **argv)
{
    char position[32] = "0";
    const char *const after[] = {position};
    int64_t done = 0;

    if (argc != 4) {
        fprintf(stderr, "usage: one_update DATABASE stream|aggregate EVENTS\n");
        return 2;
    }
    bool is_stream = strcmp(argv[2], "stream") == 0;
    int64_t events = bench_number(argv[3], 1);
    PGconn *connection = bench_connect(argv[1]);
    bench_run(connection, "SET client_min_messages = warning");
    bench_run(connection, is_stream ? stream_table : aggregate_table);
    PQclear(bench_check(
        connection,
        PQprepare(connection, "apply", is_stream ? stream_update : aggregate_update, 5, NULL),
        PGRES_COMMAND_OK, "apply"));
    while (done < events) {
        PGresult *page = bench_check(
            connection,
            PQexecParams(connection,
                         "SELECT no, aggregate_id, event_name, payload, created_at "
                         "FROM bench_events WHERE no > $1::bigint ORDER BY no LIMIT 1000",
                         1, NULL, after, NULL, NULL, 0),
            PGRES_TUPLES_OK, "page");
        int count = PQntuples(page);

        if (count == 0)
            break;
        for (int i = 0; i < count && done < events; i++, done++)
            apply(connection, page, i);
        snprintf(position, sizeof position, "%s", PQgetvalue(page, count - 1, 0));
        PQclear(page);
    }
    PQfinish(connection);
    printf("%lld\n", (long long)done);
    return 0;
}
