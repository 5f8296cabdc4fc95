/* Writes bank events as JSON lines: the same seed gives the same bytes.
 *
 *     generate [EVENTS [SEED]]          100000 events from seed 1 without arguments
 *
 * One account in ten events, credits and debits that never overdraw, a few accounts closed. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { EVENTS_PER_ACCOUNT = 10, NAME_COUNT = 16 };

typedef struct account {
    uint64_t id[2];
    int64_t cents;
    int is_open;
} account;

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

/* A random (version 4) uuid. */
static void print_uuid(const uint64_t id[2])
{
    printf("%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-%04" PRIx64 "-%012" PRIx64, id[0] >> 32,
           id[0] >> 16 & 0xFFFF, id[0] & 0xFFF, (id[1] >> 48 & 0x3FFF) | 0x8000,
           id[1] & UINT64_C(0xFFFFFFFFFFFF));
}

static void begin(const account *account, const char *event)
{
    printf("{\"type\":\"bank_account\",\"id\":\"");
    print_uuid(account->id);
    printf("\",\"event\":\"%s\",\"payload\":{", event);
}

/* One event every three seconds, from the first of January 2026 on. */
static void end(uint64_t number)
{
    static const unsigned days_of_month[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t seconds = number * 3;
    unsigned day = (unsigned)(seconds / 86400 % 365);
    unsigned month = 0;

    while (day >= days_of_month[month])
        day -= days_of_month[month++];
    printf("},\"time\":\"%04" PRIu64 "-%02u-%02uT%02u:%02u:%02uZ\"}\n", 2026 + seconds / 86400 / 365,
           month + 1, day + 1, (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
           (unsigned)(seconds % 60));
}

static void open_account(account *account)
{
    static const char *const first[NAME_COUNT] = {"Ada",  "Alan", "Barbara", "Dennis",
                                                  "Edsger", "Frances", "Grace", "Hedy",
                                                  "Jean", "John", "Kathleen", "Ken",
                                                  "Lynn", "Margaret", "Niklaus", "Radia"};
    static const char *const last[NAME_COUNT] = {"Allen",  "Bartik", "Conway", "Dijkstra",
                                                 "Hamilton", "Hopper", "Kernighan", "Lamarr",
                                                 "Liskov", "Lovelace", "McNulty", "Perlman",
                                                 "Ritchie", "Thompson", "Turing", "Wirth"};
    static const char *const currency[] = {"EUR", "EUR", "USD", "GBP"};

    account->id[0] = draw();
    account->id[1] = draw();
    account->cents = 0;
    account->is_open = 1;
    begin(account, "account_opened");
    printf("\"owner\":\"%s %s\",\"currency\":\"%s\"", first[below(NAME_COUNT)], last[below(NAME_COUNT)],
           currency[below(4)]);
}

static void print_amount(int64_t cents)
{
    printf("\"amount\":%" PRId64 ".%02d", cents / 100, (int)(cents % 100));
}

static void move_money(account *account)
{
    int64_t cents = 1 + (int64_t)below(50000);

    if (account->cents > cents && below(5) < 2) {
        begin(account, "account_debited");
        account->cents -= cents;
    } else {
        begin(account, "account_credited");
        account->cents += cents;
    }
    print_amount(cents);
}

int main(int argc, char **argv)
{
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    uint64_t capacity = events / EVENTS_PER_ACCOUNT + 2;
    account *accounts = calloc(capacity, sizeof *accounts);
    uint64_t count = 0;

    if (accounts == NULL) {
        fprintf(stderr, "generate: out of memory\n");
        return 1;
    }
    random_state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    for (uint64_t number = 0; number < events; number++) {
        account *chosen = count > 0 ? &accounts[below(count)] : NULL;

        if (number % EVENTS_PER_ACCOUNT == 0 || chosen == NULL || !chosen->is_open) {
            if (count == capacity)
                chosen = &accounts[below(count)];
            else
                chosen = &accounts[count++];
            open_account(chosen);
        } else if (below(1000) == 0) {
            chosen->is_open = 0;
            begin(chosen, "account_closed");
        } else {
            move_money(chosen);
        }
        end(number);
    }
    free(accounts);
    return fflush(stdout) == 0 ? 0 : 1;
}
