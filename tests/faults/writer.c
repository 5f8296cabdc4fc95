/* Writers: applications that append events in transactions of their own, and know nothing of
 * projections. */
#include <stdlib.h>
#include <string.h>

#include "faults.h"

enum { THINGS = 8, TAGS = 6, STATEMENT_SIZE = 512, CONNECT_PAUSE_MS = 20 };
/* However slow the machine is, each writes that much, and none goes on for ever. */
enum { TRANSACTIONS_MIN = 5, WRITE_MS_MAX = 20000 };

typedef struct writer_state {
    char url[URL_SIZE];
    chance_state chance;
    int number;
    int64_t until;
    int64_t version; /* of this writer's events: they only have to differ */
    int done;        /* transactions that ended as they were meant to */
    PGconn *connection;
    writer_group *all;
} writer_state;

static bool execute(writer_state *self, const char *text)
{
    PGresult *result = PQexec(self->connection, text);
    ExecStatusType status = PQresultStatus(result);

    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Everything up to VALUES is the same; several rows are several of these. */
static size_t put_values(writer_state *self, char *text, size_t size)
{
    unsigned value = (unsigned)(chance_draw(&self->chance) & 0x7FFFFFFF);
    const char *name = chance_percent(&self->chance, 70)   ? "moved"
                       : chance_percent(&self->chance, 70) ? "noted"
                                                           : "slept";
    int thing = chance_below(&self->chance, THINGS);
    char payload[160];
    size_t used = 0;

    if (strcmp(name, "moved") == 0) {
        int tags = chance_below(&self->chance, 4);

        used = (size_t)snprintf(payload, sizeof payload, "{\"v\":%u,\"tags\":[", value);
        for (int i = 0; i < tags; i++)
            used += (size_t)snprintf(payload + used, sizeof payload - used, "%s\"t%d\"",
                                     i == 0 ? "" : ",", chance_below(&self->chance, TAGS));
        snprintf(payload + used, sizeof payload - used, "]}");
    } else if (strcmp(name, "noted") == 0) {
        snprintf(payload, sizeof payload, "{\"v\":%u}", value);
    } else {
        snprintf(payload, sizeof payload, "{}");
    }
    return (size_t)snprintf(text, size,
                            "(gen_random_uuid(), '%s', '%s', 'thing',"
                            " '00000000-0000-0000-0000-%012d', %lld)",
                            name, payload, thing + 1,
                            (long long)(self->number * 10000000000 + ++self->version));
}

static bool append(writer_state *self, int rows)
{
    char text[STATEMENT_SIZE * 4];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "INSERT INTO events_faults (event_id, event_name, payload,"
                                   " aggregate_type, aggregate_id, aggregate_version) VALUES ");

    for (int i = 0; i < rows; i++) {
        if (i != 0)
            used += (size_t)snprintf(text + used, sizeof text - used, ", ");
        used += put_values(self, text + used, sizeof text - used);
    }
    return execute(self, text);
}

static void nap(writer_state *self, int most_ms)
{
    sleep_ms(chance_below(&self->chance, most_ms + 1));
}

/* Several statements, with savepoints that are gone back to, and an end that is not always COMMIT:
 * numbers are committed out of order, and some never come. */
static bool transact(writer_state *self)
{
    int statements = chance_between(&self->chance, 1, 4);
    bool is_well = execute(self, "BEGIN");

    for (int i = 0; i < statements && is_well; i++) {
        bool has_savepoint = chance_percent(&self->chance, 30);
        bool goes_back = chance_percent(&self->chance, 50);

        is_well = !has_savepoint || execute(self, "SAVEPOINT s");
        is_well = is_well && append(self, 1);
        if (has_savepoint && goes_back)
            is_well = is_well && execute(self, "ROLLBACK TO s");
        nap(self, 15);
    }
    return is_well && execute(self, chance_percent(&self->chance, 85) ? "COMMIT" : "ROLLBACK");
}

static bool write_something(writer_state *self)
{
    if (chance_percent(&self->chance, 40))
        return append(self, 1);
    if (chance_percent(&self->chance, 20))
        return append(self, chance_between(&self->chance, 2, 4));
    return transact(self);
}

/* What the server says to whoever it throws out is no news. */
static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static bool reach(writer_state *self)
{
    if (self->connection != NULL && PQstatus(self->connection) == CONNECTION_OK)
        return true;
    PQfinish(self->connection);
    self->connection = PQconnectdb(self->url);
    (void)PQsetNoticeProcessor(self->connection, ignore_notice, NULL);
    return PQstatus(self->connection) == CONNECTION_OK;
}

static void *write_all(void *argument)
{
    writer_state *self = argument;
    int64_t give_up = now_ms() + WRITE_MS_MAX;

    while ((now_ms() < self->until || self->done < TRANSACTIONS_MIN) && now_ms() < give_up) {
        if (!reach(self)) {
            sleep_ms(CONNECT_PAUSE_MS);
            continue;
        }
        if (write_something(self))
            self->done++;
        else if (PQstatus(self->connection) == CONNECTION_OK)
            (void)execute(self, "ROLLBACK");
        nap(self, 20);
    }
    PQfinish(self->connection);
    atomic_fetch_sub(&self->all->at_work, 1);
    free(self);
    return NULL;
}

void writers_begin(writer_group *self, const fault_slot *slot, const fault_plan *plan)
{
    self->count = 0;
    atomic_store(&self->at_work, 0);
    for (int i = 0; i < plan->writers; i++) {
        writer_state *made = calloc(1, sizeof *made);

        if (made == NULL)
            return;
        snprintf(made->url, sizeof made->url, "%s", slot->direct);
        made->chance.state = plan->seed * 1000003 + (uint64_t)i + 1;
        made->number = i + 1;
        made->all = self;
        made->until = now_ms() + plan->write_ms;
        atomic_fetch_add(&self->at_work, 1);
        if (pthread_create(&self->threads[self->count], NULL, write_all, made) != 0) {
            atomic_fetch_sub(&self->at_work, 1);
            free(made);
            return;
        }
        self->count++;
    }
}

void writers_join(writer_group *self)
{
    for (int i = 0; i < self->count; i++)
        (void)pthread_join(self->threads[i], NULL);
    self->count = 0;
}
