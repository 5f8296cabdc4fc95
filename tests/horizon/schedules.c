/* Random schedules of three writers and a reader, one statement at a time in one thread, so that a
 * seed replays a schedule exactly: insertions, savepoints, rollbacks, prepared transactions, in any
 * order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "horizon_suite.h"

enum { WRITERS = 3, STEPS = 24, SCHEDULES = 300, NUMBERS_MAX = 4096 };

typedef enum writer_state { IDLE, OPEN, PREPARED } writer_state;

typedef struct writer {
    PGconn *connection;
    writer_state state;
    int savepoints;
    int prepared; /* number of the prepared transaction */
} writer;

typedef struct schedule {
    uint64_t seed; /* moves on with each draw */
    writer writers[WRITERS];
    projc_store *store;
    int64_t position;
    int64_t numbers[NUMBERS_MAX];
    size_t count;
    int serial;
    bool is_broken;
} schedule;

static uint32_t draw(schedule *self, uint32_t below)
{
    self->seed = self->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(self->seed >> 33) % below;
}

static void prepared(schedule *self, writer *one, const char *verb)
{
    char sql[128];

    if (one->state == OPEN)
        one->prepared = self->serial++;
    snprintf(sql, sizeof sql, "%s '%s-%d'", verb, fixture->schema, one->prepared);
    writer_do(one->connection, sql);
}

static void step_open(schedule *self, writer *one)
{
    switch (draw(self, 9)) {
    case 0:
        writer_do(one->connection, "COMMIT");
        one->state = IDLE;
        break;
    case 1:
        writer_do(one->connection, "ROLLBACK");
        one->state = IDLE;
        break;
    case 2:
        prepared(self, one, "PREPARE TRANSACTION");
        one->state = PREPARED;
        break;
    case 3:
        writer_do(one->connection, "SAVEPOINT s");
        one->savepoints++;
        break;
    case 4:
    case 5:
        if (one->savepoints > 0) {
            writer_do(one->connection, draw(self, 2) ? "ROLLBACK TO s" : "RELEASE s");
            one->savepoints = 0; /* deeper ones are left alone */
        }
        break;
    default:
        writer_insert(one->connection, "e");
    }
}

static void step_writer(schedule *self, writer *one)
{
    switch (one->state) {
    case IDLE:
        if (draw(self, 3) == 0) {
            writer_insert(one->connection, "e");
            break;
        }
        writer_do(one->connection, "BEGIN");
        one->state = OPEN;
        one->savepoints = 0;
        break;
    case OPEN:
        step_open(self, one);
        break;
    case PREPARED: /* its connection is free, and may finish it or write meanwhile */
        if (draw(self, 3) == 0) {
            writer_insert(one->connection, "e");
            break;
        }
        prepared(self, one, draw(self, 3) == 0 ? "ROLLBACK PREPARED" : "COMMIT PREPARED");
        one->state = IDLE;
        break;
    }
}

static bool step_reader(schedule *self)
{
    const projc__page_limits limits = {.rows = 1 + (int64_t)draw(self, 8), .bytes = 1 << 20};

    if (draw(self, 20) == 0) { /* reconnects: what it had found out is forgotten */
        store_fixture_disconnect(fixture, self->store);
        self->store = store_fixture_connect(fixture);
    }
    projc_arena_reset(fixture->arena);
    CU_ASSERT_EQUAL_FATAL(projc__store_read_page(self->store, STORE_FIXTURE_LOG, self->position,
                                                 &limits, fixture->arena, &last_page,
                                                 &fixture->error),
                          PROJC_OK);
    for (size_t i = 0; i < last_page.count && self->count < NUMBERS_MAX; i++) {
        int64_t no = last_page.events[i].no;
        self->is_broken = self->is_broken || no <= self->position;
        self->position = no;
        self->numbers[self->count++] = no;
    }
    return last_page.count != 0;
}

static void finish(schedule *self)
{
    for (int i = 0; i < WRITERS; i++) {
        writer *one = &self->writers[i];
        if (one->state == OPEN)
            writer_do(one->connection, draw(self, 2) ? "COMMIT" : "ROLLBACK");
        else if (one->state == PREPARED)
            prepared(self, one, "COMMIT PREPARED");
        one->state = IDLE;
    }
    while (step_reader(self))
        ;
}

/* What was read since `from` is what the table holds above it. */
static void audit(schedule *self, int64_t from)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT no FROM events_log WHERE no > %lld ORDER BY no",
             (long long)from);
    PGresult *result = PQexec(self->writers[0].connection, sql);
    size_t total = (size_t)PQntuples(result);
    self->is_broken = self->is_broken || total != self->count;
    for (size_t i = 0; i < total && !self->is_broken; i++)
        self->is_broken = self->numbers[i] != strtoll(PQgetvalue(result, (int)i, 0), NULL, 10);
    PQclear(result);
    self->count = 0;
}

void schedules_lose_and_double_nothing(void)
{
    static schedule self;
    const char *wanted = getenv("HORIZON_SCHEDULES");
    const char *first = getenv("HORIZON_SEED");
    long count = wanted != NULL ? strtol(wanted, NULL, 10) : SCHEDULES;
    uint64_t start = first != NULL ? strtoull(first, NULL, 10) : 1;

    memset(&self, 0, sizeof self);
    for (int i = 0; i < WRITERS; i++)
        self.writers[i].connection = writer_open();
    self.store = store_fixture_connect(fixture);
    for (long i = 0; i < count && !self.is_broken; i++) {
        int64_t from = self.position;
        self.seed = start + (uint64_t)i;
        for (int step = 0; step < STEPS; step++) {
            if (draw(&self, 3) == 0)
                (void)step_reader(&self);
            else
                step_writer(&self, &self.writers[draw(&self, WRITERS)]);
        }
        finish(&self);
        audit(&self, from);
        if (self.is_broken)
            printf("\nschedules: seed %llu is broken\n", (unsigned long long)(start + (uint64_t)i));
    }
    CU_ASSERT_FALSE(self.is_broken);
    printf("\nschedules: %ld\n", count);
    for (int i = 0; i < WRITERS; i++)
        PQfinish(self.writers[i].connection);
}
