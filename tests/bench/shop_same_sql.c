/* What a person would write to keep examples/shop's tables up to date with the statements that the
 * service uses: pages of the log, the rows that a page's events name by one query a table, walks by
 * one query a page, rows kept until a batch is written by INSERT and UPDATE of arrays, with the
 * position in the same transaction.
 *
 *     shop_same_sql DATABASE     fills by_hand_customers, by_hand_orders, by_hand_products, and
 * moves by_hand_position, which are there; prints the events read and those that were passed over
 *
 * One thread, one connection, no lanes, no horizon, no error policy. */
#include "common.h"
#include "shop_arrays.h"
#include "shop_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As many events as a batch of the service has before it holds 64 MiB. */
enum { PAGE_ROWS = 5000, BATCH_EVENTS = 65000, CHUNK_ROWS = 10000, HEADER = 19 };

#define ORDER_COLUMNS \
    "order_id, customer_id, customer, status, items, total, paid, placed_at, tracking"
#define T_ORDER_COLUMNS                                                                        \
    "t.order_id, t.customer_id, t.customer, t.status, t.items, t.total, t.paid, t.placed_at, " \
    "t.tracking"

typedef struct page {
    char *rows[PAGE_ROWS + 1];
    shop_event events[PAGE_ROWS + 1];
    size_t row_count;
    size_t count;
} page;

static void read_page(PGconn *connection, int64_t after, page *into)
{
    char sql[512];
    char *row;
    int size;

    snprintf(sql, sizeof sql,
             "COPY (SELECT no, event_name, aggregate_id, created_at, payload FROM shop_events "
             "WHERE no > %lld ORDER BY no LIMIT %d) TO STDOUT BINARY",
             (long long)after, PAGE_ROWS);
    into->row_count = into->count = 0;
    PQclear(bench_check(connection, PQexec(connection, sql), PGRES_COPY_OUT, sql));
    while ((size = PQgetCopyData(connection, &row, 0)) > 0) {
        const char *at = row + (into->row_count == 0 ? HEADER : 0);

        into->rows[into->row_count++] = row;
        if (shop_read(at, &into->events[into->count]))
            into->count++;
    }
    if (size != -1)
        bench_fail("COPY", PQerrorMessage(connection));
    PQclear(bench_check(connection, PQgetResult(connection), PGRES_COMMAND_OK, "COPY"));
    PQclear(PQgetResult(connection));
}

static void free_page(page *old)
{
    for (size_t i = 0; i < old->row_count; i++)
        PQfreemem(old->rows[i]);
}

/* ---- loading ---- */

typedef struct wanted {
    bench_array orders;
    bench_array customers;
    bench_array walks; /* customers, all of whose orders are wanted */
    bench_array skus;
} wanted;

static void want_order(shop *all, const uint8_t id[16], wanted *missing)
{
    uint32_t number;
    shop_order *row = shop_order_of(all, id, &number);

    if (!row->mark.is_known)
        bench_array_put(&missing->orders, id, 16);
    row->mark.is_known = true;
}

static void want_customer(shop *all, const uint8_t id[16], bool with_orders, wanted *missing)
{
    uint32_t number;
    shop_customer *row = shop_customer_of(all, id, &number);

    if (!row->mark.is_known)
        bench_array_put(&missing->customers, id, 16);
    row->mark.is_known = true;
    if (!with_orders || row->has_all_orders)
        return;
    bench_array_put(&missing->walks, id, 16);
    row->has_all_orders = true;
}

static void want_lines(shop *all, const char *payload, wanted *missing)
{
    char sku[SHOP_SKU_SIZE];
    const char *at = strstr(payload, "\"lines\":");

    while ((at = shop_read_sku(at, sku)) != NULL) {
        shop_product *row = shop_product_of(all, sku);

        if (!row->mark.is_known)
            bench_array_put(&missing->skus, sku, strlen(sku));
        row->mark.is_known = true;
    }
}

static void want(shop *all, const shop_event *event, wanted *missing)
{
    uint8_t id[16];

    if (shop_is(event, "CustomerRegistered") || shop_is(event, "CustomerRenamed")) {
        want_customer(all, event->id, shop_is(event, "CustomerRenamed"), missing);
    } else if (shop_is(event, "OrderPlaced")) {
        want_order(all, event->id, missing);
        shop_read_id(event->payload, "\"customer_id\":\"", id);
        want_customer(all, id, false, missing);
        want_lines(all, event->payload, missing);
    } else if (shop_is(event, "OrderCancelled")) {
        want_order(all, event->id, missing);
    } else {
        shop_read_id(event->payload, "\"order_id\":\"", id);
        want_order(all, id, missing);
    }
}

static PGresult *ask(PGconn *connection, const char *sql, const bench_array *keys)
{
    return bench_check(connection, bench_array_query(connection, sql, keys, 1), PGRES_TUPLES_OK,
                       sql);
}

static void copy_text(char *to, size_t size, const PGresult *rows, int row, int column)
{
    snprintf(to, size, "%s", PQgetvalue(rows, row, column));
}

/* What is known of an order already stays. */
static void meet_orders(shop *all, const PGresult *rows, bool is_walk)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        uint32_t number;
        uint32_t customer;
        shop_order *row = shop_order_of(all, (const uint8_t *)PQgetvalue(rows, i, 1), &number);
        shop_customer *buyer;

        if (row->mark.is_stored || (is_walk && row->mark.is_known))
            continue;
        row->mark.is_known = row->mark.is_stored = row->is_placed = true;
        buyer = shop_customer_of(all, (const uint8_t *)PQgetvalue(rows, i, 2), &customer);
        row->customer = customer;
        row->next = buyer->orders;
        buyer->orders = number;
        copy_text(row->customer_name, sizeof row->customer_name, rows, i, 3);
        while (strcmp(shop_status_names[row->status], PQgetvalue(rows, i, 4)) != 0)
            row->status++;
        row->items = (uint32_t)bench_get64(PQgetvalue(rows, i, 5));
        row->total = bench_cents(PQgetvalue(rows, i, 6));
        row->paid = bench_cents(PQgetvalue(rows, i, 7));
        row->placed_at = bench_get64(PQgetvalue(rows, i, 8));
        copy_text(row->tracking, sizeof row->tracking, rows, i, 9);
    }
}

static void load_customers(PGconn *connection, shop *all, const bench_array *keys)
{
    PGresult *rows = ask(connection,
                         "SELECT k.ord, t.customer_id, t.name FROM unnest($1::uuid[]) WITH "
                         "ORDINALITY k (k0, ord) JOIN by_hand_customers t ON t.customer_id = k.k0",
                         keys);

    for (int i = 0; i < PQntuples(rows); i++) {
        uint32_t number;
        shop_customer *row =
            shop_customer_of(all, (const uint8_t *)PQgetvalue(rows, i, 1), &number);

        copy_text(row->name, sizeof row->name, rows, i, 2);
        row->mark.is_stored = true;
    }
    PQclear(rows);
}

static void load_products(PGconn *connection, shop *all, const bench_array *keys)
{
    PGresult *rows = ask(connection,
                         "SELECT k.ord, t.sku, t.name, t.sold, t.revenue FROM unnest($1::text[]) "
                         "WITH ORDINALITY k (k0, ord) JOIN by_hand_products t ON t.sku = k.k0",
                         keys);

    for (int i = 0; i < PQntuples(rows); i++) {
        shop_product *row = shop_product_of(all, PQgetvalue(rows, i, 1));

        copy_text(row->name, sizeof row->name, rows, i, 2);
        row->sold = bench_get64(PQgetvalue(rows, i, 3));
        row->revenue = bench_cents(PQgetvalue(rows, i, 4));
        row->mark.is_stored = true;
    }
    PQclear(rows);
}

static void load(PGconn *connection, shop *all, const wanted *missing)
{
    PGresult *rows;

    if (missing->customers.count > 0)
        load_customers(connection, all, &missing->customers);
    if (missing->skus.count > 0)
        load_products(connection, all, &missing->skus);
    if (missing->orders.count > 0) {
        rows = ask(connection,
                   "SELECT k.ord, " T_ORDER_COLUMNS " FROM unnest($1::uuid[]) WITH ORDINALITY k "
                   "(k0, ord) JOIN by_hand_orders t ON t.order_id = k.k0",
                   &missing->orders);
        meet_orders(all, rows, false);
        PQclear(rows);
    }
    if (missing->walks.count > 0) {
        rows = ask(connection,
                   "SELECT k.ord, " T_ORDER_COLUMNS " FROM unnest($1::uuid[]) WITH ORDINALITY k "
                   "(k0, ord), LATERAL (SELECT r.* FROM by_hand_orders r WHERE r.customer_id = "
                   "k.k0 OFFSET 0) t",
                   &missing->walks);
        meet_orders(all, rows, true);
        PQclear(rows);
    }
}

/* ---- writing ---- */

typedef struct keyed {
    const uint8_t *id;
    uint32_t number;
} keyed;

static int compare_keyed(const void *left, const void *right)
{
    return memcmp(((const keyed *)left)->id, ((const keyed *)right)->id, 16);
}

static void put_order(const shop *all, const keyed *at, bench_array *columns)
{
    const shop_order *row = &all->orders[at->number];
    const char *status = shop_status_names[row->status];

    bench_array_put(&columns[0], at->id, 16);
    bench_array_put(&columns[1], all->customer_ids.ids[row->customer], 16);
    bench_array_put(&columns[2], row->customer_name, strlen(row->customer_name));
    bench_array_put(&columns[3], status, strlen(status));
    bench_array_put_i64(&columns[4], row->items);
    bench_array_put_cents(&columns[5], row->total);
    bench_array_put_cents(&columns[6], row->paid);
    bench_array_put_i64(&columns[7], row->placed_at);
    if (row->tracking[0] == '\0')
        bench_array_put_null(&columns[8]);
    else
        bench_array_put(&columns[8], row->tracking, strlen(row->tracking));
}

static void put_customer(const shop *all, const keyed *at, bench_array *columns)
{
    const char *name = all->customers[at->number].name;

    bench_array_put(&columns[0], at->id, 16);
    bench_array_put(&columns[1], name, strlen(name));
}

typedef void (*put_row)(const shop *all, const keyed *at, bench_array *columns);

static void write_rows(PGconn *connection, const char *sql, const shop *all, const keyed *rows,
                       size_t count, put_row put, bench_array *columns, int width)
{
    for (size_t done = 0; done < count;) {
        for (int i = 0; i < width; i++)
            bench_array_clear(&columns[i]);
        for (size_t end = done + CHUNK_ROWS; done < count && done < end; done++)
            put(all, &rows[done], columns);
        PGresult *result = bench_array_query(connection, sql, columns, width);
        if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
            bench_fail(sql, PQerrorMessage(connection));
        PQclear(result);
    }
}

static const char insert_orders[] =
    "INSERT INTO by_hand_orders (" ORDER_COLUMNS ") SELECT * FROM unnest($1::uuid[], $2::uuid[], "
    "$3::text[], $4::text[], $5::int8[], $6::numeric[], $7::numeric[], $8::timestamptz[], "
    "$9::text[])";
static const char update_orders[] =
    "WITH known AS (UPDATE by_hand_orders t SET customer_id = k.k1, customer = k.k2, status = "
    "k.k3, items = k.k4, total = k.k5, paid = k.k6, placed_at = k.k7, tracking = k.k8 FROM "
    "unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int8[], $6::numeric[], "
    "$7::numeric[], $8::timestamptz[], $9::text[]) k (k0, k1, k2, k3, k4, k5, k6, k7, k8) WHERE "
    "t.order_id = k.k0 RETURNING 1) SELECT count(*) FROM known";

static void write_orders(PGconn *connection, const shop *all, bool are_stored)
{
    static const uint32_t types[] = {BENCH_UUID,    BENCH_UUID,        BENCH_TEXT,
                                     BENCH_TEXT,    BENCH_INT8,        BENCH_NUMERIC,
                                     BENCH_NUMERIC, BENCH_TIMESTAMPTZ, BENCH_TEXT};
    bench_array columns[9];
    keyed *rows = bench_alloc(all->order_ids.count + 1, sizeof *rows);
    size_t count = 0;

    for (uint32_t i = 0; i < all->order_ids.count; i++)
        if (all->orders[i].mark.is_dirty && all->orders[i].mark.is_stored == are_stored)
            rows[count++] = (keyed){all->order_ids.ids[i], i};
    qsort(rows, count, sizeof *rows, compare_keyed);
    bench_arrays_begin(columns, types, 9);
    write_rows(connection, are_stored ? update_orders : insert_orders, all, rows, count, put_order,
               columns, 9);
    bench_arrays_free(columns, 9);
    free(rows);
}

static void write_customers(PGconn *connection, const shop *all, bool are_stored)
{
    static const uint32_t types[] = {BENCH_UUID, BENCH_TEXT};
    bench_array columns[2];
    keyed *rows = bench_alloc(all->customer_ids.count + 1, sizeof *rows);
    size_t count = 0;

    for (uint32_t i = 0; i < all->customer_ids.count; i++)
        if (all->customers[i].mark.is_dirty && all->customers[i].mark.is_stored == are_stored)
            rows[count++] = (keyed){all->customer_ids.ids[i], i};
    qsort(rows, count, sizeof *rows, compare_keyed);
    bench_arrays_begin(columns, types, 2);
    write_rows(connection,
               are_stored ? "WITH known AS (UPDATE by_hand_customers t SET name = k.k1 FROM "
                            "unnest($1::uuid[], $2::text[]) k (k0, k1) WHERE t.customer_id = k.k0 "
                            "RETURNING 1) SELECT count(*) FROM known"
                          : "INSERT INTO by_hand_customers (customer_id, name) SELECT * FROM "
                            "unnest($1::uuid[], $2::text[])",
               all, rows, count, put_customer, columns, 2);
    bench_arrays_free(columns, 2);
    free(rows);
}

/* A dozen: all of them in one statement. */
static void write_products(PGconn *connection, const shop *all)
{
    static const uint32_t types[] = {BENCH_TEXT, BENCH_TEXT, BENCH_INT8, BENCH_NUMERIC};
    bench_array columns[4];

    bench_arrays_begin(columns, types, 4);
    for (size_t i = 0; i < all->product_count; i++) {
        const shop_product *row = &all->products[i];

        bench_array_put(&columns[0], row->sku, strlen(row->sku));
        bench_array_put(&columns[1], row->name, strlen(row->name));
        bench_array_put_i64(&columns[2], row->sold);
        bench_array_put_cents(&columns[3], row->revenue);
    }
    if (all->product_count > 0)
        PQclear(bench_check(
            connection,
            bench_array_query(connection,
                              "INSERT INTO by_hand_products (sku, name, sold, revenue) SELECT * "
                              "FROM unnest($1::text[], $2::text[], $3::int8[], $4::numeric[]) ON "
                              "CONFLICT (sku) DO UPDATE SET name = EXCLUDED.name, sold = "
                              "EXCLUDED.sold, revenue = EXCLUDED.revenue",
                              columns, 4),
            PGRES_COMMAND_OK, "products"));
    bench_arrays_free(columns, 4);
}

static void send_notices(PGconn *connection, shop *all)
{
    const char *const values[] = {all->notices.text};

    if (all->notices.size == 0)
        return;
    memcpy(all->notices.text + all->notices.size, "}", 2);
    PQclear(bench_check(connection,
                        PQexecParams(connection,
                                     "SELECT pg_notify('order_paid', n) FROM unnest($1::text[]) n",
                                     1, NULL, values, NULL, NULL, 1),
                        PGRES_TUPLES_OK, "pg_notify"));
}

static void write_batch(PGconn *connection, shop *all, int64_t from, int64_t to)
{
    char sql[128];
    PGresult *result;

    bench_run(connection, "BEGIN");
    snprintf(sql, sizeof sql, "UPDATE by_hand_position SET no = %lld WHERE no = %lld",
             (long long)to, (long long)from);
    result = bench_check(connection, PQexec(connection, sql), PGRES_COMMAND_OK, sql);
    if (strcmp(PQcmdTuples(result), "1") != 0)
        bench_fail(sql, "somebody else has moved it");
    PQclear(result);
    for (int are_stored = 0; are_stored < 2; are_stored++) {
        write_customers(connection, all, are_stored != 0);
        write_orders(connection, all, are_stored != 0);
    }
    write_products(connection, all);
    send_notices(connection, all);
    bench_run(connection, "COMMIT");
    shop_clear(all);
}

/* Nothing is stored before the first batch is. */
static void prepare(PGconn *connection, shop *all, const page *at, bool has_stored)
{
    static const uint32_t types[] = {BENCH_UUID, BENCH_UUID, BENCH_UUID, BENCH_TEXT};
    bench_array lists[4];
    wanted missing;

    bench_arrays_begin(lists, types, 4);
    missing = (wanted){lists[0], lists[1], lists[2], lists[3]};
    for (size_t i = 0; i < at->count && has_stored; i++)
        want(all, &at->events[i], &missing);
    load(connection, all, &missing);
    bench_arrays_free(&missing.orders, 1);
    bench_arrays_free(&missing.customers, 1);
    bench_arrays_free(&missing.walks, 1);
    bench_arrays_free(&missing.skus, 1);
}

int main(int argc, char **argv)
{
    static shop all;
    static page at;
    int64_t from = 0;
    int64_t position = 0;
    size_t pending = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: shop_same_sql DATABASE\n");
        return 2;
    }
    PGconn *connection = bench_connect(argv[1]);
    do {
        read_page(connection, position, &at);
        prepare(connection, &all, &at, from > 0);
        for (size_t i = 0; i < at.count; i++)
            shop_apply(&all, &at.events[i]);
        if (at.count > 0)
            position = at.events[at.count - 1].no;
        pending += at.count;
        if (pending >= BATCH_EVENTS || (at.count < PAGE_ROWS && pending > 0)) {
            write_batch(connection, &all, from, position);
            from = position;
            pending = 0;
        }
        free_page(&at);
    } while (at.count == PAGE_ROWS);
    PQfinish(connection);
    printf("%lld %lld\n", (long long)all.events, (long long)all.passed_over);
    return 0;
}
