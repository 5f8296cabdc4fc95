/* Fills the table bench_events: the same seed gives the same events.
 *
 *     load DATABASE json|msgpack uniform|zipf|once EVENTS KEYS SEED
 *
 * DATABASE is a libpq URL or the path of an SQLite file whose tables are there. Each event credits
 * or debits one of KEYS accounts: each as often as the others, or by Zipf's law (exponent 1), or
 * event n for account n. Payloads have 15 to 110 bytes as JSON. Event ids ascend by time (uuid
 * version 7), ids of accounts are random. Events are added behind those that are there; account
 * versions go on only within one run, so later runs take another SEED. */
#include "common.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAYLOAD_MAX = 128, MEMO_MAX = 83, ROW_MAX = 512, SEND_AT = 1 << 16 };

/* 2026-01-01, in microseconds since 1970 and since 2000. */
static const int64_t begin_1970 = INT64_C(1767225600000000);
static const int64_t begin_2000 = INT64_C(1767225600000000) - INT64_C(946684800000000);

typedef struct generator {
    uint64_t random;
    uint64_t seed;
    uint64_t keys;
    uint32_t *versions; /* by key */
    double *zipf;       /* the sum of the weights up to a key, or NULL */
    bool is_once;
    bool is_msgpack;
} generator;

typedef struct event {
    uint8_t id[16];
    uint8_t account[16];
    char payload[PAYLOAD_MAX];
    size_t payload_size;
    int64_t version;
    int64_t offset; /* µs behind the first event's time */
    bool is_credit;
} event;

static uint64_t draw_key(generator *from, uint64_t number)
{
    uint64_t low = 0;
    uint64_t high = from->keys - 1;
    double at;

    if (from->is_once)
        return number;
    if (from->zipf == NULL)
        return bench_draw(&from->random) % from->keys;
    at = (double)(bench_draw(&from->random) >> 11) * 0x1p-53 * from->zipf[from->keys - 1];
    while (low < high) {
        uint64_t middle = (low + high) / 2;

        if (from->zipf[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void write_json(event *to, uint32_t cents, const char *memo, int memo_size)
{
    int size = snprintf(to->payload, PAYLOAD_MAX, "{\"amount\":%u.%02u", cents / 100, cents % 100);

    if (memo_size > 0)
        size += snprintf(to->payload + size, PAYLOAD_MAX - (size_t)size, ",\"memo\":\"%.*s\"",
                         memo_size, memo);
    to->payload[size] = '}';
    to->payload_size = (size_t)size + 1;
}

static void write_msgpack(event *to, uint32_t cents, const char *memo, int memo_size)
{
    uint8_t *start = (uint8_t *)to->payload;
    uint8_t *at = start;

    *at++ = memo_size > 0 ? 0x82 : 0x81;
    memcpy(at,
           "\xA6"
           "amount\xCE",
           8);
    at = bench_put32(at + 8, cents);
    if (memo_size > 0) {
        memcpy(at,
               "\xA4"
               "memo\xD9",
               6);
        at[6] = (uint8_t)memo_size;
        memcpy(at + 7, memo, (size_t)memo_size);
        at += 7 + memo_size;
    }
    to->payload_size = (size_t)(at - start);
}

/* One event in four has no memo; amounts have three to five digits. */
static void next_event(generator *from, uint64_t number, event *to)
{
    static const char words[] =
        "rent for the small flat by the river, paid in advance; books, bread, "
        "tea and two tickets to the coast";
    uint64_t key = draw_key(from, number);
    uint64_t random = bench_draw(&from->random);
    uint32_t cents = 100 + (uint32_t)(random % 99900);
    int memo_size = random >> 62 == 0 ? 0 : 1 + (int)(random >> 32 & 0xFFFF) % MEMO_MAX;

    to->offset = (int64_t)number * 1000;
    bench_uuid(number, from->seed ^ UINT64_C(0xE7037ED1A0B428DB), to->id);
    for (int i = 0; i < 6; i++)
        to->id[i] = (uint8_t)((uint64_t)((begin_1970 + to->offset) / 1000) >> (40 - 8 * i));
    to->id[6] = (uint8_t)((to->id[6] & 0x0F) | 0x70);
    bench_uuid(key, from->seed, to->account);
    to->version = ++from->versions[key];
    to->is_credit = (random >> 24 & 3) != 0;
    if (from->is_msgpack)
        write_msgpack(to, cents, words, memo_size);
    else
        write_json(to, cents, words, memo_size);
}

static double *zipf_sums(uint64_t keys)
{
    double *sums = bench_alloc(keys, sizeof *sums);
    double sum = 0;

    for (uint64_t i = 0; i < keys; i++)
        sums[i] = sum += 1 / (double)(i + 1);
    return sums;
}

/* ---- PostgreSQL: one COPY ---- */

static uint8_t *put_bytes(uint8_t *at, const void *data, size_t size)
{
    at = bench_put32(at, (uint32_t)size);
    memcpy(at, data, size);
    return at + size;
}

static uint8_t *put_number(uint8_t *at, int64_t value)
{
    return bench_put64(bench_put32(at, 8), (uint64_t)value);
}

static uint8_t *put_row(uint8_t *at, const event *row)
{
    const char *name = row->is_credit ? "credited" : "debited";

    at = bench_put16(at, 7);
    at = put_bytes(at, row->id, 16);
    at = put_bytes(at, name, strlen(name));
    at = put_bytes(at, row->payload, row->payload_size);
    at = put_bytes(at, "account", 7);
    at = put_bytes(at, row->account, 16);
    at = put_number(at, row->version);
    return put_number(at, begin_2000 + row->offset);
}

static void load_postgres(const char *database, generator *from, uint64_t events)
{
    PGconn *connection = bench_connect(database);
    uint8_t *buffer = bench_alloc(1, SEND_AT + ROW_MAX);
    uint8_t *at = buffer;
    event row;

    PQclear(bench_check(connection,
                        PQexec(connection,
                               "COPY bench_events (event_id, event_name, payload, aggregate_type, "
                               "aggregate_id, aggregate_version, created_at) FROM STDIN BINARY"),
                        PGRES_COPY_IN, "COPY"));
    memcpy(at, "PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0", 19);
    at += 19;
    for (uint64_t i = 0; i < events; i++) {
        next_event(from, i, &row);
        at = put_row(at, &row);
        if (at - buffer >= SEND_AT) {
            if (PQputCopyData(connection, (const char *)buffer, (int)(at - buffer)) != 1)
                bench_fail("COPY", PQerrorMessage(connection));
            at = buffer;
        }
    }
    at = bench_put16(at, UINT16_MAX);
    if (PQputCopyData(connection, (const char *)buffer, (int)(at - buffer)) != 1 ||
        PQputCopyEnd(connection, NULL) != 1)
        bench_fail("COPY", PQerrorMessage(connection));
    PQclear(bench_check(connection, PQgetResult(connection), PGRES_COMMAND_OK, "COPY"));
    free(buffer);
    PQfinish(connection);
}

/* ---- SQLite: one transaction ---- */

static void execute(sqlite3 *database, const char *sql)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail(sql, sqlite3_errmsg(database));
}

static void load_sqlite(const char *path, generator *from, uint64_t events)
{
    sqlite3 *database;
    sqlite3_stmt *insert;
    event row;

    if (sqlite3_open(path, &database) != SQLITE_OK)
        bench_fail(path, "cannot be opened");
    if (sqlite3_prepare_v2(database,
                           "INSERT INTO bench_events (event_id, event_name, payload, "
                           "aggregate_type, aggregate_id, aggregate_version, created_at) "
                           "VALUES (?1, ?2, ?3, 'account', ?4, ?5, ?6)",
                           -1, &insert, NULL) != SQLITE_OK)
        bench_fail("INSERT", sqlite3_errmsg(database));
    execute(database, "BEGIN");
    for (uint64_t i = 0; i < events; i++) {
        next_event(from, i, &row);
        (void)sqlite3_bind_blob(insert, 1, row.id, 16, SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 2, row.is_credit ? "credited" : "debited", -1,
                                SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 3, row.payload, (int)row.payload_size, SQLITE_STATIC);
        (void)sqlite3_bind_blob(insert, 4, row.account, 16, SQLITE_STATIC);
        (void)sqlite3_bind_int64(insert, 5, row.version);
        (void)sqlite3_bind_int64(insert, 6, begin_1970 + row.offset);
        if (sqlite3_step(insert) != SQLITE_DONE)
            bench_fail("INSERT", sqlite3_errmsg(database));
        (void)sqlite3_reset(insert);
    }
    execute(database, "COMMIT");
    (void)sqlite3_finalize(insert);
    execute(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    (void)sqlite3_close(database);
}

int main(int argc, char **argv)
{
    generator from = {0};
    uint64_t events;

    if (argc != 7) {
        fprintf(stderr, "usage: load DATABASE json|msgpack uniform|zipf|once EVENTS KEYS SEED\n");
        return 2;
    }
    events = (uint64_t)bench_number(argv[4], 0);
    from.is_msgpack = strcmp(argv[2], "msgpack") == 0;
    from.is_once = strcmp(argv[3], "once") == 0;
    from.keys = from.is_once ? events : (uint64_t)bench_number(argv[5], 1);
    from.random = from.seed = (uint64_t)bench_number(argv[6], 0);
    from.versions = bench_alloc(from.keys, sizeof *from.versions);
    if (strcmp(argv[3], "zipf") == 0)
        from.zipf = zipf_sums(from.keys);
    if (strncmp(argv[1], "postgres", 8) == 0)
        load_postgres(argv[1], &from, events);
    else
        load_sqlite(argv[1], &from, events);
    free(from.zipf);
    free(from.versions);
    return 0;
}
