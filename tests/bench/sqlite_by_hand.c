/* What a person would write to catch up accounts.proj's states on SQLite: one pass over the events,
 * decoded where they stand, the states in a hash table, and one durable transaction for all of
 * them.
 *
 *     sqlite_by_hand FILE        makes the table by_hand; prints the events applied
 *
 * No policy for errors, no lanes, no resuming, and memory without a bound. */
#include "common.h"
#include "ids.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct account {
    const uint8_t *id;
    int64_t position;
    int64_t movements;
    int64_t balance; /* cents */
    int64_t largest;
    int64_t last;
} account;

typedef struct accounts {
    bench_ids ids;
    account *states; /* by the id's number */
    uint32_t capacity;
} accounts;

static void execute(sqlite3 *database, const char *sql)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail(sql, sqlite3_errmsg(database));
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        bench_fail(sql, sqlite3_errmsg(database));
    return statement;
}

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

static int64_t read_all(sqlite3 *database, accounts *all)
{
    sqlite3_stmt *page = prepare(
        database,
        "SELECT no, event_name, payload, aggregate_id, created_at FROM bench_events ORDER BY no");
    int64_t events = 0;
    int step;

    while ((step = sqlite3_step(page)) == SQLITE_ROW) {
        uint32_t number = bench_ids_add(&all->ids, sqlite3_column_blob(page, 3));
        int64_t cents = cents_of((const char *)sqlite3_column_text(page, 2));
        account *to;

        all->states = bench_ids_reserve(all->states, sizeof *to, number, &all->capacity);
        to = &all->states[number];
        to->position = sqlite3_column_int64(page, 0);
        to->movements++;
        to->balance += *sqlite3_column_text(page, 1) == 'c' ? cents : -cents;
        to->largest = cents > to->largest ? cents : to->largest;
        to->last = sqlite3_column_int64(page, 4);
        events++;
    }
    if (step != SQLITE_DONE)
        bench_fail("SELECT", sqlite3_errmsg(database));
    (void)sqlite3_finalize(page);
    return events;
}

static int by_id(const void *left, const void *right)
{
    return memcmp(((const account *)left)->id, ((const account *)right)->id, 16);
}

/* In the order of the index, as it costs least. */
static void write_all(sqlite3 *database, accounts *all)
{
    sqlite3_stmt *insert = prepare(database, "INSERT INTO by_hand VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

    for (uint32_t i = 0; i < all->ids.count; i++)
        all->states[i].id = all->ids.ids[i];
    qsort(all->states, all->ids.count, sizeof *all->states, by_id);
    for (uint32_t i = 0; i < all->ids.count; i++) {
        const account *from = &all->states[i];

        (void)sqlite3_bind_blob(insert, 1, from->id, 16, SQLITE_STATIC);
        (void)sqlite3_bind_int64(insert, 2, from->position);
        (void)sqlite3_bind_int64(insert, 3, from->movements);
        (void)sqlite3_bind_int64(insert, 4, from->balance);
        (void)sqlite3_bind_int64(insert, 5, from->largest);
        (void)sqlite3_bind_int64(insert, 6, from->last);
        if (sqlite3_step(insert) != SQLITE_DONE)
            bench_fail("INSERT", sqlite3_errmsg(database));
        (void)sqlite3_reset(insert);
    }
    (void)sqlite3_finalize(insert);
}

int main(int argc, char **argv)
{
    accounts all = {0};
    sqlite3 *database;

    if (argc != 2) {
        fprintf(stderr, "usage: sqlite_by_hand FILE\n");
        return 2;
    }
    if (sqlite3_open(argv[1], &database) != SQLITE_OK)
        bench_fail(argv[1], "cannot be opened");
    execute(database, "PRAGMA journal_mode = WAL");
    execute(database, "PRAGMA synchronous = FULL");
    execute(database, "PRAGMA cache_size = -65536");
    execute(database, "DROP TABLE IF EXISTS by_hand");
    execute(database,
            "CREATE TABLE by_hand (aggregate_id BLOB NOT NULL, position INTEGER NOT NULL, "
            "movements INTEGER NOT NULL, balance INTEGER NOT NULL, largest INTEGER NOT "
            "NULL, last INTEGER, PRIMARY KEY (aggregate_id)) STRICT");
    execute(database, "BEGIN IMMEDIATE");
    int64_t events = read_all(database, &all);
    write_all(database, &all);
    execute(database, "COMMIT");
    (void)sqlite3_close(database);
    free(all.states);
    bench_ids_free(&all.ids);
    printf("%lld\n", (long long)events);
    return 0;
}
