/* Writes the events of a shop as JSON lines: the same seed gives the same bytes.
 *
 *     generate [EVENTS [SEED]]          20000 events from seed 1 without arguments
 *
 * Customers register and are renamed; orders of one to four lines are placed, paid (some in two
 * parts), shipped, delivered, or cancelled. One event in 4000 is one that cannot be applied: a
 * payment for an order that was never placed, or a cancellation after the parcel has left. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { EVENTS_PER_CUSTOMER = 20, OPEN_ORDERS = 200, NAME_COUNT = 16, PRODUCT_COUNT = 12 };

typedef struct uuid {
    uint64_t high;
    uint64_t low;
} uuid;

typedef enum step { STEP_FREE, STEP_PLACED, STEP_PART_PAID, STEP_PAID, STEP_SHIPPED } step;

typedef struct order {
    uuid id;
    uuid shipment;
    int64_t owed_cents;
    step step;
} order;

typedef struct shop {
    uuid *customers;
    uint64_t customer_count;
    order orders[OPEN_ORDERS];
    uint64_t number; /* of the next event, from 0 */
} shop;

typedef struct product {
    const char *sku;
    const char *name;
    int64_t cents;
} product;

static const product products[PRODUCT_COUNT] = {
    {"APL", "Apples", 249},     {"BRD", "Bread", 399},   {"BUT", "Butter", 289},
    {"CHS", "Cheese", 649},     {"COF", "Coffee", 1299}, {"EGG", "Eggs", 319},
    {"HON", "Honey", 799},      {"JAM", "Jam", 349},     {"MLK", "Milk", 129},
    {"OIL", "Olive oil", 1149}, {"TEA", "Tea", 459},     {"WIN", "Wine", 999},
};

static const char *const first_names[NAME_COUNT] = {
    "Ada",  "Alan", "Barbara",  "Dennis", "Edsger", "Frances",  "Grace",   "Hedy",
    "Jean", "John", "Kathleen", "Ken",    "Lynn",   "Margaret", "Niklaus", "Radia"};
static const char *const last_names[NAME_COUNT] = {
    "Allen",  "Bartik",   "Conway",  "Dijkstra", "Hamilton", "Hopper",   "Kernighan", "Lamarr",
    "Liskov", "Lovelace", "McNulty", "Perlman",  "Ritchie",  "Thompson", "Turing",    "Wirth"};

static uint64_t random_state;

/* Sebastiano Vigna's splitmix64. */
static uint64_t draw(void)
{
    uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t bound)
{
    return draw() % bound;
}

static uuid new_uuid(void)
{
    uuid id;

    id.high = draw();
    id.low = draw();
    return id;
}

/* A random (version 4) uuid. */
static void print_uuid(uuid id)
{
    printf("%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-%04" PRIx64 "-%012" PRIx64, id.high >> 32,
           id.high >> 16 & 0xFFFF, id.high & 0xFFF, (id.low >> 48 & 0x3FFF) | 0x8000,
           id.low & UINT64_C(0xFFFFFFFFFFFF));
}

static void begin(const char *type, uuid id, const char *event)
{
    printf("{\"type\":\"%s\",\"id\":\"", type);
    print_uuid(id);
    printf("\",\"event\":\"%s\",\"payload\":{", event);
}

/* One event every 30 seconds, from the first of March 2026 on; March has days enough for 89,280 of
 * them. */
static void end(shop *shop)
{
    uint64_t seconds = shop->number++ * 30;
    unsigned day = (unsigned)(seconds / 86400 % 31);

    printf("},\"time\":\"2026-03-%02uT%02u:%02u:%02uZ\"}\n", day + 1,
           (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
           (unsigned)(seconds % 60));
}

static void print_cents(int64_t cents)
{
    printf("%" PRId64 ".%02d", cents / 100, (int)(cents % 100));
}

static void register_customer(shop *shop)
{
    const char *first = first_names[below(NAME_COUNT)];
    const char *last = last_names[below(NAME_COUNT)];
    uuid id = new_uuid();

    shop->customers[shop->customer_count++] = id;
    begin("Customer", id, "CustomerRegistered");
    printf("\"name\":\"%s %s\",\"email\":\"%s.%s@example.com\"", first, last, first, last);
    end(shop);
}

static void rename_customer(shop *shop)
{
    const char *first = first_names[below(NAME_COUNT)];

    begin("Customer", shop->customers[below(shop->customer_count)], "CustomerRenamed");
    printf("\"name\":\"%s %s-%s\"", first, last_names[below(NAME_COUNT)],
           last_names[below(NAME_COUNT)]);
    end(shop);
}

static void place_order(shop *shop, order *order)
{
    uint64_t lines = 1 + below(4);
    uint64_t first = below(PRODUCT_COUNT);

    order->id = new_uuid();
    order->owed_cents = 0;
    order->step = STEP_PLACED;
    begin("Order", order->id, "OrderPlaced");
    printf("\"customer_id\":\"");
    print_uuid(shop->customers[below(shop->customer_count)]);
    printf("\",\"lines\":[");
    for (uint64_t line = 0; line < lines; line++) {
        /* Some sell better than others. */
        const product *product = &products[(first * first / 7 + line) % PRODUCT_COUNT];
        uint64_t quantity = 1 + below(6);

        printf("%s{\"sku\":\"%s\",\"name\":\"%s\",\"quantity\":%" PRIu64 ",\"price\":",
               line > 0 ? "," : "", product->sku, product->name, quantity);
        print_cents(product->cents);
        printf("}");
        order->owed_cents += product->cents * (int64_t)quantity;
    }
    printf("]");
    end(shop);
}

static void pay(shop *shop, uuid order, int64_t cents)
{
    begin("Payment", new_uuid(), "PaymentReceived");
    printf("\"order_id\":\"");
    print_uuid(order);
    printf("\",\"amount\":");
    print_cents(cents);
    end(shop);
}

static void cancel(shop *shop, uuid order)
{
    static const char *const reasons[] = {"\"changed my mind\"", "\"found it cheaper\"", "null"};

    begin("Order", order, "OrderCancelled");
    printf("\"reason\":%s", reasons[below(3)]);
    end(shop);
}

static void ship(shop *shop, order *order)
{
    static const char *const carriers[] = {"DHL", "DPD", "UPS"};

    order->shipment = new_uuid();
    order->step = STEP_SHIPPED;
    begin("Shipment", order->shipment, "ParcelShipped");
    printf("\"order_id\":\"");
    print_uuid(order->id);
    printf("\",\"carrier\":\"%s\",\"tracking\":\"%08" PRIX64 "\"", carriers[below(3)],
           draw() >> 32);
    end(shop);
}

static void deliver(shop *shop, order *order)
{
    order->step = STEP_FREE;
    begin("Shipment", order->shipment, "ParcelDelivered");
    printf("\"order_id\":\"");
    print_uuid(order->id);
    printf("\"");
    end(shop);
}

/* What comes next in the life of an order. */
static void advance(shop *shop, order *order)
{
    int64_t part = order->owed_cents / 2;

    switch (order->step) {
    case STEP_FREE:
        place_order(shop, order);
        break;
    case STEP_PLACED:
        if (below(25) == 0) {
            order->step = STEP_FREE;
            cancel(shop, order->id);
        } else if (below(8) == 0) {
            order->step = STEP_PART_PAID;
            order->owed_cents -= part;
            pay(shop, order->id, part);
        } else {
            order->step = STEP_PAID;
            pay(shop, order->id, order->owed_cents);
        }
        break;
    case STEP_PART_PAID:
        order->step = STEP_PAID;
        pay(shop, order->id, order->owed_cents);
        break;
    case STEP_PAID:
        ship(shop, order);
        break;
    case STEP_SHIPPED:
        deliver(shop, order);
        break;
    }
}

int main(int argc, char **argv)
{
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
    static shop shop;

    random_state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    shop.customers = calloc(events / EVENTS_PER_CUSTOMER + 1, sizeof *shop.customers);
    if (shop.customers == NULL) {
        fprintf(stderr, "generate: out of memory\n");
        return 1;
    }
    while (shop.number < events) {
        order *order = &shop.orders[below(OPEN_ORDERS)];

        if (shop.number % EVENTS_PER_CUSTOMER == 0)
            register_customer(&shop);
        else if (shop.number % 4000 == 3999 && order->step == STEP_SHIPPED)
            cancel(&shop, order->id);
        else if (shop.number % 4000 == 3999)
            pay(&shop, new_uuid(), 1999);
        else if (below(100) == 0)
            rename_customer(&shop);
        else
            advance(&shop, order);
    }
    free(shop.customers);
    return fflush(stdout) == 0 ? 0 : 1;
}
