#include "common.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double bench_now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void bench_sleep_until(double when)
{
    struct timespec until = {(time_t)when, (long)((when - (double)(time_t)when) * 1e9)};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

void bench_fail(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

void *bench_alloc(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size);

    if (memory == NULL)
        bench_fail("memory", "there is none");
    return memory;
}

int64_t bench_number(const char *text, int64_t least)
{
    char *end;
    long long number = strtoll(text, &end, 10);

    if (*text == '\0' || *end != '\0' || number < least)
        bench_fail(text, "is not a number that fits here");
    return number;
}

uint64_t bench_draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint8_t *bench_put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

uint8_t *bench_put32(uint8_t *at, uint32_t value)
{
    return bench_put16(bench_put16(at, (uint16_t)(value >> 16)), (uint16_t)value);
}

uint8_t *bench_put64(uint8_t *at, uint64_t value)
{
    return bench_put32(bench_put32(at, (uint32_t)(value >> 32)), (uint32_t)value);
}

int64_t bench_get64(const char *at)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | (uint8_t)at[i];
    return (int64_t)value;
}

void bench_uuid(uint64_t number, uint64_t seed, uint8_t bytes[16])
{
    uint64_t state = number * UINT64_C(0xD1342543DE82EF95) + seed;

    (void)bench_put64(bench_put64(bytes, bench_draw(&state)), bench_draw(&state));
    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
}

PGconn *bench_connect(const char *database)
{
    PGconn *connection = PQconnectdb(database);

    if (connection == NULL || PQstatus(connection) != CONNECTION_OK)
        bench_fail("connect", PQerrorMessage(connection));
    return connection;
}

PGresult *bench_check(PGconn *connection, PGresult *result, ExecStatusType wanted, const char *what)
{
    if (PQresultStatus(result) != wanted)
        bench_fail(what, PQerrorMessage(connection));
    return result;
}

void bench_run(PGconn *connection, const char *sql)
{
    PQclear(bench_check(connection, PQexec(connection, sql), PGRES_COMMAND_OK, sql));
}
