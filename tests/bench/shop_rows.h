/* examples/shop's rows in memory, and its events applied to them, as a person would write it: each
 * payload is decoded where it stands. For the two programs that keep them in tables. */
#ifndef BENCH_SHOP_ROWS_H
#define BENCH_SHOP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ids.h"

enum { SHOP_NAME_SIZE = 64, SHOP_SKU_SIZE = 16, SHOP_PRODUCTS_MAX = 64, SHOP_NONE = -1 };

typedef enum shop_status { PLACED, PAID, SHIPPED, DELIVERED, CANCELLED } shop_status;
extern const char *const shop_status_names[];

/* What a row is to the store. */
typedef struct shop_mark {
    bool is_known;  /* the store was asked for it, or has nothing */
    bool is_stored; /* it has the row */
    bool is_dirty;
} shop_mark;

typedef struct shop_customer {
    shop_mark mark;
    bool has_all_orders;
    char name[SHOP_NAME_SIZE]; /* empty: never registered */
    int64_t orders;            /* the last that was met, or SHOP_NONE */
} shop_customer;

typedef struct shop_order {
    shop_mark mark;
    bool is_placed;
    shop_status status;
    uint32_t customer;
    uint32_t items;
    int64_t next; /* the customer's order before this one, or SHOP_NONE */
    int64_t total;
    int64_t paid;
    int64_t placed_at; /* µs since 2000 */
    char customer_name[SHOP_NAME_SIZE];
    char tracking[16]; /* empty: none */
} shop_order;

typedef struct shop_product {
    shop_mark mark;
    char sku[SHOP_SKU_SIZE];
    char name[SHOP_NAME_SIZE]; /* empty: never sold */
    int64_t sold;
    int64_t revenue;
} shop_product;

typedef struct shop_notices {
    char *text; /* an array literal of texts, without its end */
    size_t size;
    size_t capacity;
} shop_notices;

typedef struct shop {
    bench_ids customer_ids;
    bench_ids order_ids;
    shop_customer *customers;
    shop_order *orders;
    uint32_t customer_capacity;
    uint32_t order_capacity;
    shop_product products[SHOP_PRODUCTS_MAX];
    size_t product_count;
    shop_notices notices;
    int64_t events;
    int64_t passed_over;
} shop;

typedef struct shop_event {
    int64_t no;
    const char *name;
    size_t name_size;
    const uint8_t *id;
    int64_t time;
    const char *payload; /* ends with NUL: the last column */
} shop_event;

/* Decodes a row of `SELECT no, event_name, aggregate_id, created_at, payload` as COPY sends it, the
 * header in front of the first one excluded; false: the end. */
bool shop_read(const char *row, shop_event *event);
void shop_apply(shop *all, const shop_event *event);
bool shop_is(const shop_event *event, const char *name);

/* The id behind a key of the payload. */
void shop_read_id(const char *json, const char *key, uint8_t id[16]);
/* The next sku of an order's lines, from `at`; NULL behind the last. */
const char *shop_read_sku(const char *at, char sku[SHOP_SKU_SIZE]);

/* Made when there is none yet. */
shop_customer *shop_customer_of(shop *all, const uint8_t id[16], uint32_t *number);
shop_order *shop_order_of(shop *all, const uint8_t id[16], uint32_t *number);
shop_product *shop_product_of(shop *all, const char *sku);

/* Forgets rows and notices, not the counts. */
void shop_clear(shop *all);

#endif
