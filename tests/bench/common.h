/* What the programs of the measurements share: a clock, seeded numbers, libpq with every answer
 * looked at. A failure ends the program with status 1 and a line that says what and why. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seconds of the monotonic clock. */
double bench_now(void);

/* Waits until the monotonic clock shows that many seconds. */
void bench_sleep_until(double when);

_Noreturn void bench_fail(const char *what, const char *why);

/* Memory that is zero, or the end of the program. */
void *bench_alloc(size_t count, size_t size);

/* A whole number from the command line, at least `least`. */
int64_t bench_number(const char *text, int64_t least);

/* Sebastiano Vigna's splitmix64. */
uint64_t bench_draw(uint64_t *state);

/* The 16 bytes of a version 4 uuid, always the same for the same number and seed. */
void bench_uuid(uint64_t number, uint64_t seed, uint8_t bytes[16]);

/* Big-endian, as PostgreSQL's binary formats and event payloads in msgpack want it. */
uint8_t *bench_put16(uint8_t *at, uint16_t value);
uint8_t *bench_put32(uint8_t *at, uint32_t value);
uint8_t *bench_put64(uint8_t *at, uint64_t value);
int64_t bench_get64(const char *at);

PGconn *bench_connect(const char *database);

/* Runs SQL that gives no rows. */
void bench_run(PGconn *connection, const char *sql);

/* Looks at an answer: another status than the wanted one ends the program. */
PGresult *bench_check(PGconn *connection, PGresult *result, ExecStatusType wanted,
                      const char *what);

#endif
