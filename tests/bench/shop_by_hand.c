/* What a person would write to catch up examples/shop's tables: one pass over the log in binary,
 * all rows in memory, one COPY for each table and one statement for the
 * notifications, in one transaction.
 *
 *     shop_by_hand DATABASE      fills by_hand_customers, by_hand_orders, by_hand_products, which
 *                                are there; prints the events read and those that were passed over
 *
 * Memory without a bound, no position, no lanes, no resuming; escapes in texts end the program. */
#include "common.h"
#include "shop_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEND_AT = 1 << 16, LINE_MAX = 512 };

/* Every row of the COPY is one message, the first behind the header. */
static void read_log(PGconn *connection, shop *all)
{
    static const char sql[] = "COPY (SELECT no, event_name, aggregate_id, created_at, payload FROM "
                              "shop_events ORDER BY no) TO STDOUT BINARY";
    bool is_first = true;
    char *row;
    int size;

    PQclear(bench_check(connection, PQexec(connection, sql), PGRES_COPY_OUT, sql));
    while ((size = PQgetCopyData(connection, &row, 0)) > 0) {
        shop_event next;

        if (shop_read(row + (is_first ? 19 : 0), &next))
            shop_apply(all, &next);
        is_first = false;
        PQfreemem(row);
    }
    if (size != -1)
        bench_fail("COPY", PQerrorMessage(connection));
    PQclear(bench_check(connection, PQgetResult(connection), PGRES_COMMAND_OK, "COPY"));
    PQclear(PQgetResult(connection));
}

/* ---- writing: tab-separated lines, gathered ---- */

typedef struct copy {
    PGconn *connection;
    char *buffer;
    size_t size;
} copy;

static void begin_copy(copy *to, const char *sql)
{
    PQclear(bench_check(to->connection, PQexec(to->connection, sql), PGRES_COPY_IN, sql));
    to->size = 0;
}

static void send_lines(copy *to, size_t at_least)
{
    if (to->size < at_least)
        return;
    if (PQputCopyData(to->connection, to->buffer, (int)to->size) != 1)
        bench_fail("COPY", PQerrorMessage(to->connection));
    to->size = 0;
}

static void end_copy(copy *to)
{
    send_lines(to, 1);
    if (PQputCopyEnd(to->connection, NULL) != 1)
        bench_fail("COPY", PQerrorMessage(to->connection));
    PQclear(bench_check(to->connection, PQgetResult(to->connection), PGRES_COMMAND_OK, "COPY"));
    PQclear(PQgetResult(to->connection));
}

static void put_text(copy *to, const char *text, char end)
{
    size_t size = strlen(text);

    memcpy(to->buffer + to->size, text, size);
    to->size += size;
    to->buffer[to->size++] = end;
}

static void put_id(copy *to, const uint8_t id[16])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < 16; i++) {
        to->buffer[to->size++] = digits[id[i] >> 4];
        to->buffer[to->size++] = digits[id[i] & 15];
    }
    to->buffer[to->size++] = '\t';
}

static void put_cents(copy *to, int64_t cents, char end)
{
    to->size += (size_t)snprintf(to->buffer + to->size, 32, "%lld.%02d%c", (long long)cents / 100,
                                 (int)(cents % 100), end);
}

static void write_orders(copy *to, const shop *all)
{
    begin_copy(to, "COPY by_hand_orders (order_id, customer_id, customer, status, items, total, "
                   "paid, placed_at, tracking) FROM STDIN");
    for (uint32_t i = 0; i < all->order_ids.count; i++) {
        const shop_order *row = &all->orders[i];

        put_id(to, all->order_ids.ids[i]);
        put_id(to, all->customer_ids.ids[row->customer]);
        put_text(to, row->customer_name, '\t');
        put_text(to, shop_status_names[row->status], '\t');
        to->size += (size_t)snprintf(to->buffer + to->size, 16, "%u\t", row->items);
        put_cents(to, row->total, '\t');
        put_cents(to, row->paid, '\t');
        int64_t seconds = row->placed_at / 1000000;
        int64_t day = seconds / 86400;
        to->size += (size_t)snprintf(to->buffer + to->size, 64, "J%lld %02d:%02d:%02d.%06d+00\t",
                                     (long long)(day + 2451545), (int)(seconds / 3600 % 24),
                                     (int)(seconds / 60 % 60), (int)(seconds % 60),
                                     (int)(row->placed_at % 1000000));
        put_text(to, row->tracking[0] == '\0' ? "\\N" : row->tracking, '\n');
        send_lines(to, SEND_AT);
    }
    end_copy(to);
}

static void write_others(copy *to, const shop *all)
{
    begin_copy(to, "COPY by_hand_customers (customer_id, name) FROM STDIN");
    for (uint32_t i = 0; i < all->customer_ids.count; i++) {
        if (all->customers[i].name[0] == '\0')
            continue;
        put_id(to, all->customer_ids.ids[i]);
        put_text(to, all->customers[i].name, '\n');
        send_lines(to, SEND_AT);
    }
    end_copy(to);
    begin_copy(to, "COPY by_hand_products (sku, name, sold, revenue) FROM STDIN");
    for (size_t i = 0; i < all->product_count; i++) {
        put_text(to, all->products[i].sku, '\t');
        put_text(to, all->products[i].name, '\t');
        to->size +=
            (size_t)snprintf(to->buffer + to->size, 32, "%lld\t", (long long)all->products[i].sold);
        put_cents(to, all->products[i].revenue, '\n');
    }
    end_copy(to);
}

static void send_notices(PGconn *connection, shop *all)
{
    const char *const values[] = {all->notices.text};

    if (all->notices.size == 0)
        return;
    memcpy(all->notices.text + all->notices.size, "}", 2);
    PQclear(bench_check(connection,
                        PQexecParams(connection,
                                     "SELECT count(pg_notify('order_paid', n)) "
                                     "FROM unnest($1::text[]) n",
                                     1, NULL, values, NULL, NULL, 0),
                        PGRES_TUPLES_OK, "pg_notify"));
}

int main(int argc, char **argv)
{
    static shop all;

    if (argc != 2) {
        fprintf(stderr, "usage: shop_by_hand DATABASE\n");
        return 2;
    }
    copy to = {.connection = bench_connect(argv[1]), .buffer = bench_alloc(1, SEND_AT + LINE_MAX)};
    read_log(to.connection, &all);
    bench_run(to.connection, "BEGIN");
    write_orders(&to, &all);
    write_others(&to, &all);
    send_notices(to.connection, &all);
    bench_run(to.connection, "COMMIT");
    PQfinish(to.connection);
    free(to.buffer);
    shop_clear(&all);
    printf("%lld %lld\n", (long long)all.events, (long long)all.passed_over);
    return 0;
}
