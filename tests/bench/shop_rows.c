/* examples/shop's rows in memory. */
#include "shop_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

enum { NOTICES_MIN = 1 << 16, LINE_MAX = 512 };

const char *const shop_status_names[] = {"Placed", "Paid", "Shipped", "Delivered", "Cancelled"};

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

void shop_read_id(const char *json, const char *key, uint8_t id[16])
{
    const char *at = after(json, key);

    for (int i = 0; i < 16; i++, at += 2) {
        if (*at == '-')
            at++;
        id[i] = (uint8_t)(hex_of(at[0]) << 4 | hex_of(at[1]));
    }
}

const char *shop_read_sku(const char *at, char sku[SHOP_SKU_SIZE])
{
    at = strchr(at, '{');
    return at == NULL ? NULL : read_text(at, "\"sku\":\"", sku, SHOP_SKU_SIZE);
}

/* ---- rows ---- */

shop_customer *shop_customer_of(shop *all, const uint8_t id[16], uint32_t *number)
{
    uint32_t known = all->customer_ids.count;

    *number = bench_ids_add(&all->customer_ids, id);
    all->customers =
        bench_ids_reserve(all->customers, sizeof(shop_customer), *number, &all->customer_capacity);
    if (*number == known)
        all->customers[*number].orders = SHOP_NONE;
    return &all->customers[*number];
}

shop_order *shop_order_of(shop *all, const uint8_t id[16], uint32_t *number)
{
    *number = bench_ids_add(&all->order_ids, id);
    all->orders = bench_ids_reserve(all->orders, sizeof(shop_order), *number, &all->order_capacity);
    return &all->orders[*number];
}

/* That is about to be changed; NULL: it was never placed. */
static shop_order *find_order(shop *all, const uint8_t id[16])
{
    uint32_t number;

    if (!bench_ids_find(&all->order_ids, id, &number) || !all->orders[number].is_placed)
        return NULL;
    all->orders[number].mark.is_dirty = true;
    return &all->orders[number];
}

shop_product *shop_product_of(shop *all, const char *sku)
{
    size_t i = 0;

    while (i < all->product_count && strcmp(all->products[i].sku, sku) != 0)
        i++;
    if (i == SHOP_PRODUCTS_MAX)
        bench_fail(sku, "is one product too many");
    if (i == all->product_count) {
        snprintf(all->products[i].sku, sizeof all->products[i].sku, "%s", sku);
        all->product_count++;
    }
    return &all->products[i];
}

static void add_notice(shop *all, int64_t no, const uint8_t id[16], int64_t total)
{
    shop_notices *to = &all->notices;

    if (to->capacity - to->size < LINE_MAX) {
        to->capacity = to->capacity == 0 ? NOTICES_MIN : to->capacity * 2;
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

static void register_customer(shop *all, const shop_event *from)
{
    uint32_t number;
    shop_customer *made = shop_customer_of(all, from->id, &number);

    (void)read_text(from->payload, "\"name\":\"", made->name, sizeof made->name);
    made->mark.is_dirty = true;
}

static void rename_customer(shop *all, const shop_event *from)
{
    uint32_t number;
    shop_customer *renamed = shop_customer_of(all, from->id, &number);

    (void)read_text(from->payload, "\"name\":\"", renamed->name, sizeof renamed->name);
    renamed->mark.is_dirty = true;
    for (int64_t i = renamed->orders; i != SHOP_NONE; i = all->orders[i].next) {
        memcpy(all->orders[i].customer_name, renamed->name, sizeof renamed->name);
        all->orders[i].mark.is_dirty = true;
    }
}

static void place_order(shop *all, const shop_event *from)
{
    uint8_t customer_id[16];
    uint32_t number;
    const char *at = after(from->payload, "\"lines\":");
    shop_order *placed = shop_order_of(all, from->id, &number);

    if (placed->is_placed)
        bench_fail(from->payload, "is an order that was placed before");
    placed->is_placed = placed->mark.is_dirty = true;
    shop_read_id(from->payload, "\"customer_id\":\"", customer_id);
    shop_customer *buyer = shop_customer_of(all, customer_id, &placed->customer);
    placed->next = buyer->orders;
    buyer->orders = number;
    snprintf(placed->customer_name, SHOP_NAME_SIZE, "%s",
             buyer->name[0] != '\0' ? buyer->name : "unknown");
    placed->placed_at = from->time;
    while ((at = strchr(at, '{')) != NULL) {
        char sku[SHOP_SKU_SIZE];
        char name[SHOP_NAME_SIZE];
        int64_t quantity;
        int64_t price;

        at = read_text(at, "\"sku\":\"", sku, sizeof sku);
        at = read_text(at, "\"name\":\"", name, sizeof name);
        at = read_number(at, "\"quantity\":", &quantity);
        at = read_number(at, "\"price\":", &price);
        placed->items += (uint32_t)quantity;
        placed->total += price * quantity;
        shop_product *sold = shop_product_of(all, sku);
        memcpy(sold->name, name, sizeof name);
        sold->mark.is_dirty = true;
        sold->sold += quantity;
        sold->revenue += price * quantity;
    }
}

static void receive_payment(shop *all, const shop_event *from)
{
    uint8_t id[16];
    int64_t amount;

    shop_read_id(from->payload, "\"order_id\":\"", id);
    shop_order *paid = find_order(all, id);
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

static void move_parcel(shop *all, const shop_event *from, shop_status to)
{
    uint8_t id[16];

    shop_read_id(from->payload, "\"order_id\":\"", id);
    shop_order *moved = find_order(all, id);
    if (moved == NULL) {
        all->passed_over++;
        return;
    }
    moved->status = to;
    if (to == SHIPPED)
        (void)read_text(from->payload, "\"tracking\":\"", moved->tracking, sizeof moved->tracking);
}

static void cancel_order(shop *all, const shop_event *from)
{
    shop_order *cancelled = find_order(all, from->id);

    if (cancelled == NULL)
        return;
    if (cancelled->status == PLACED || cancelled->status == PAID)
        cancelled->status = CANCELLED;
    else
        all->passed_over++;
}

bool shop_is(const shop_event *from, const char *name)
{
    return from->name_size == strlen(name) && memcmp(from->name, name, from->name_size) == 0;
}

void shop_apply(shop *all, const shop_event *from)
{
    if (shop_is(from, "PaymentReceived"))
        receive_payment(all, from);
    else if (shop_is(from, "OrderPlaced"))
        place_order(all, from);
    else if (shop_is(from, "ParcelShipped"))
        move_parcel(all, from, SHIPPED);
    else if (shop_is(from, "ParcelDelivered"))
        move_parcel(all, from, DELIVERED);
    else if (shop_is(from, "OrderCancelled"))
        cancel_order(all, from);
    else if (shop_is(from, "CustomerRenamed"))
        rename_customer(all, from);
    else if (shop_is(from, "CustomerRegistered"))
        register_customer(all, from);
    all->events++;
}

void shop_clear(shop *all)
{
    bench_ids_free(&all->customer_ids);
    bench_ids_free(&all->order_ids);
    free(all->customers);
    free(all->orders);
    free(all->notices.text);
    *all = (shop){.events = all->events, .passed_over = all->passed_over};
}

/* ---- rows of the log ---- */

static const char *next_field(const char **at, size_t *size)
{
    const char *data = *at + 4;

    *size = (size_t)((uint8_t)(*at)[0] << 24 | (uint8_t)(*at)[1] << 16 | (uint8_t)(*at)[2] << 8 |
                     (uint8_t)(*at)[3]);
    *at = data + *size;
    return data;
}

bool shop_read(const char *row, shop_event *event)
{
    size_t size;

    if (row[0] != 0)
        return false;
    row += 2;
    event->no = bench_get64(next_field(&row, &size));
    event->name = next_field(&row, &event->name_size);
    event->id = (const uint8_t *)next_field(&row, &size);
    event->time = bench_get64(next_field(&row, &size));
    event->payload = next_field(&row, &size);
    return true;
}
