/* What a person would write to catch up examples/shop's tables: one pass over the log in binary,
 * decoded where it stands, all rows in memory, one COPY for each table and one statement for the
 * notifications, in one transaction.
 *
 *     shop_by_hand DATABASE      fills by_hand_customers, by_hand_orders, by_hand_products, which
 *                                are there; prints the events read and those that were passed over
 *
 * Memory without a bound, no position, no lanes, no resuming; escapes in texts end the program. */
#include "common.h"
#include "ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 64, PRODUCTS_MAX = 64, SEND_AT = 1 << 16, LINE_MAX = 512, NONE = -1 };

typedef enum status { PLACED, PAID, SHIPPED, DELIVERED, CANCELLED } status;

static const char *const status_names[] = {"Placed", "Paid", "Shipped", "Delivered", "Cancelled"};

typedef struct customer {
    char name[NAME_MAX_SIZE]; /* empty: never registered */
    int64_t orders;           /* the last that was placed, or NONE */
} customer;

typedef struct order {
    bool is_placed;
    status status;
    uint32_t customer;
    uint32_t items;
    int64_t next; /* the customer's order before this one, or NONE */
    int64_t total;
    int64_t paid;
    int64_t placed_at; /* µs since 2000 */
    char customer_name[NAME_MAX_SIZE];
    char tracking[16]; /* empty: none */
} order;

typedef struct product {
    char sku[16];
    char name[NAME_MAX_SIZE];
    int64_t sold;
    int64_t revenue;
} product;

typedef struct notices {
    char *text; /* an array literal of texts */
    size_t size;
    size_t capacity;
} notices;

typedef struct shop {
    bench_ids customer_ids;
    bench_ids order_ids;
    customer *customers;
    order *orders;
    uint32_t customer_capacity;
    uint32_t order_capacity;
    product products[PRODUCTS_MAX];
    size_t product_count;
    notices notices;
    int64_t events;
    int64_t passed_over;
} shop;

typedef struct event {
    int64_t no;
    const char *name;
    size_t name_size;
    const uint8_t *id;
    int64_t time;
    const char *payload; /* ends with NUL: the last column */
} event;

/* ---- payloads ---- */

static const char *after(const char *json, const char *key)
{
    const char *at = strstr(json, key);

    if (at == NULL)
        bench_fail(json, key);
    return at + strlen(key);
}

/* Reads the text behind a key; returns where it ends. */
static const char *read_text(const char *json, const char *key, char *text, size_t size)
{
    const char *start = after(json, key);
    size_t length = strcspn(start, "\"\\");

    if (start[length] != '"' || length >= size)
        bench_fail(json, "has a text that is not read here");
    memcpy(text, start, length);
    text[length] = '\0';
    return start + length;
}

static const char *read_number(const char *json, const char *key, int64_t *number)
{
    const char *at = after(json, key);

    for (*number = 0; (*at >= '0' && *at <= '9') || *at == '.'; at++)
        if (*at != '.')
            *number = *number * 10 + (*at - '0');
    return at;
}

static int hex_of(char digit)
{
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

static void read_id(const char *json, const char *key, uint8_t id[16])
{
    const char *at = after(json, key);

    for (int i = 0; i < 16; i++, at += 2) {
        if (*at == '-')
            at++;
        id[i] = (uint8_t)(hex_of(at[0]) << 4 | hex_of(at[1]));
    }
}

/* ---- rows ---- */

static customer *customer_of(shop *all, const uint8_t id[16], uint32_t *number)
{
    uint32_t known = all->customer_ids.count;

    *number = bench_ids_add(&all->customer_ids, id);
    all->customers =
        bench_ids_reserve(all->customers, sizeof(customer), *number, &all->customer_capacity);
    if (*number == known)
        all->customers[*number].orders = NONE;
    return &all->customers[*number];
}

static order *find_order(shop *all, const uint8_t id[16])
{
    uint32_t number;

    return bench_ids_find(&all->order_ids, id, &number) ? &all->orders[number] : NULL;
}

static product *product_of(shop *all, const char *sku)
{
    size_t i = 0;

    while (i < all->product_count && strcmp(all->products[i].sku, sku) != 0)
        i++;
    if (i == PRODUCTS_MAX)
        bench_fail(sku, "is one product too many");
    if (i == all->product_count) {
        snprintf(all->products[i].sku, sizeof all->products[i].sku, "%s", sku);
        all->product_count++;
    }
    return &all->products[i];
}

static void add_notice(shop *all, int64_t no, const uint8_t id[16], int64_t total)
{
    notices *to = &all->notices;

    if (to->capacity - to->size < LINE_MAX) {
        to->capacity = to->capacity == 0 ? SEND_AT : to->capacity * 2;
        to->text = realloc(to->text, to->capacity);
        if (to->text == NULL)
            bench_fail("memory", "there is none");
    }
    to->size += (size_t)snprintf(to->text + to->size, LINE_MAX, "%c\"sales,%lld,",
                                 to->size == 0 ? '{' : ',', (long long)no);
    for (int i = 0; i < 16; i++)
        to->size += (size_t)snprintf(to->text + to->size, 3, "%02x", id[i]);
    to->size += (size_t)snprintf(to->text + to->size, LINE_MAX / 2, ",%lld.%02d\"",
                                 (long long)total / 100, (int)(total % 100));
}

/* ---- events ---- */

static void rename_customer(shop *all, const event *from)
{
    uint32_t number;
    customer *renamed = customer_of(all, from->id, &number);

    (void)read_text(from->payload, "\"name\":\"", renamed->name, sizeof renamed->name);
    for (int64_t i = renamed->orders; i != NONE; i = all->orders[i].next)
        memcpy(all->orders[i].customer_name, renamed->name, sizeof renamed->name);
}

static void place_order(shop *all, const event *from)
{
    uint8_t customer_id[16];
    uint32_t known = all->order_ids.count;
    uint32_t number = bench_ids_add(&all->order_ids, from->id);
    const char *at = after(from->payload, "\"lines\":");
    order *placed;

    if (number != known)
        bench_fail(from->payload, "is an order that was placed before");
    all->orders = bench_ids_reserve(all->orders, sizeof *placed, number, &all->order_capacity);
    placed = &all->orders[number];
    read_id(from->payload, "\"customer_id\":\"", customer_id);
    customer *buyer = customer_of(all, customer_id, &placed->customer);
    placed->next = buyer->orders;
    buyer->orders = number;
    snprintf(placed->customer_name, NAME_MAX_SIZE, "%s",
             buyer->name[0] != '\0' ? buyer->name : "unknown");
    placed->placed_at = from->time;
    while ((at = strchr(at, '{')) != NULL) {
        char sku[16];
        char name[NAME_MAX_SIZE];
        int64_t quantity;
        int64_t price;

        at = read_text(at, "\"sku\":\"", sku, sizeof sku);
        at = read_text(at, "\"name\":\"", name, sizeof name);
        at = read_number(at, "\"quantity\":", &quantity);
        at = read_number(at, "\"price\":", &price);
        placed->items += (uint32_t)quantity;
        placed->total += price * quantity;
        product *sold = product_of(all, sku);
        memcpy(sold->name, name, sizeof name);
        sold->sold += quantity;
        sold->revenue += price * quantity;
    }
}

static void receive_payment(shop *all, const event *from)
{
    uint8_t id[16];
    int64_t amount;

    read_id(from->payload, "\"order_id\":\"", id);
    order *paid = find_order(all, id);
    if (paid == NULL) {
        all->passed_over++;
        return;
    }
    (void)read_number(from->payload, "\"amount\":", &amount);
    paid->paid += amount;
    if (paid->paid >= paid->total && paid->status == PLACED)
        paid->status = PAID;
    add_notice(all, from->no, id, paid->total);
}

static void move_parcel(shop *all, const event *from, status to)
{
    uint8_t id[16];

    read_id(from->payload, "\"order_id\":\"", id);
    order *moved = find_order(all, id);
    if (moved == NULL) {
        all->passed_over++;
        return;
    }
    moved->status = to;
    if (to == SHIPPED)
        (void)read_text(from->payload, "\"tracking\":\"", moved->tracking, sizeof moved->tracking);
}

static void cancel_order(shop *all, const event *from)
{
    order *cancelled = find_order(all, from->id);

    if (cancelled == NULL)
        return;
    if (cancelled->status == PLACED || cancelled->status == PAID)
        cancelled->status = CANCELLED;
    else
        all->passed_over++;
}

static bool is(const event *from, const char *name)
{
    return from->name_size == strlen(name) && memcmp(from->name, name, from->name_size) == 0;
}

static void apply(shop *all, const event *from)
{
    uint32_t number;

    if (is(from, "PaymentReceived"))
        receive_payment(all, from);
    else if (is(from, "OrderPlaced"))
        place_order(all, from);
    else if (is(from, "ParcelShipped"))
        move_parcel(all, from, SHIPPED);
    else if (is(from, "ParcelDelivered"))
        move_parcel(all, from, DELIVERED);
    else if (is(from, "OrderCancelled"))
        cancel_order(all, from);
    else if (is(from, "CustomerRenamed"))
        rename_customer(all, from);
    else if (is(from, "CustomerRegistered"))
        (void)read_text(from->payload, "\"name\":\"", customer_of(all, from->id, &number)->name,
                        NAME_MAX_SIZE);
    all->events++;
}

/* ---- reading: every row of the COPY is one message, the first behind the header ---- */

static const char *next_field(const char **at, size_t *size)
{
    const char *data = *at + 4;

    *size = (size_t)((uint8_t)(*at)[0] << 24 | (uint8_t)(*at)[1] << 16 | (uint8_t)(*at)[2] << 8 |
                     (uint8_t)(*at)[3]);
    *at = data + *size;
    return data;
}

static void read_log(PGconn *connection, shop *all)
{
    static const char sql[] = "COPY (SELECT no, event_name, aggregate_id, created_at, payload FROM "
                              "shop_events ORDER BY no) TO STDOUT BINARY";
    bool is_first = true;
    char *row;
    int size;

    PQclear(bench_check(connection, PQexec(connection, sql), PGRES_COPY_OUT, sql));
    while ((size = PQgetCopyData(connection, &row, 0)) > 0) {
        const char *at = row + (is_first ? 19 : 0);
        event next;
        size_t field;

        is_first = false;
        if (at[0] == 0) { /* else the end */
            at += 2;
            next.no = bench_get64(next_field(&at, &field));
            next.name = next_field(&at, &next.name_size);
            next.id = (const uint8_t *)next_field(&at, &field);
            next.time = bench_get64(next_field(&at, &field));
            next.payload = next_field(&at, &field);
            apply(all, &next);
        }
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
        const order *row = &all->orders[i];

        put_id(to, all->order_ids.ids[i]);
        put_id(to, all->customer_ids.ids[row->customer]);
        put_text(to, row->customer_name, '\t');
        put_text(to, status_names[row->status], '\t');
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
    free(all.notices.text);
    free(all.customers);
    free(all.orders);
    bench_ids_free(&all.customer_ids);
    bench_ids_free(&all.order_ids);
    printf("%lld %lld\n", (long long)all.events, (long long)all.passed_over);
    return 0;
}
