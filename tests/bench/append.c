/* How fast events can be appended: WRITERS connections, each one row a transaction.
 *
 *     append DATABASE WRITERS SECONDS        prints rows per second */
#include "common.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const insert_sql =
    "INSERT INTO bench_events (event_id, event_name, payload, aggregate_type, aggregate_id, "
    "aggregate_version) VALUES (gen_random_uuid(), 'credited', '{\"amount\":1.25}', 'account', "
    "gen_random_uuid(), 1)";

typedef struct writer {
    pthread_t thread;
    PGconn *connection;
    double until;
    int64_t rows;
} writer;

static void *write_rows(void *opaque)
{
    writer *self = opaque;

    while (bench_now() < self->until) {
        PQclear(bench_check(self->connection,
                            PQexecPrepared(self->connection, "append", 0, NULL, NULL, NULL, 1),
                            PGRES_COMMAND_OK, "INSERT"));
        self->rows++;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    double started;
    int64_t rows = 0;

    if (argc != 4) {
        fprintf(stderr, "usage: append DATABASE WRITERS SECONDS\n");
        return 2;
    }
    size_t count = (size_t)bench_number(argv[2], 1);
    double seconds = (double)bench_number(argv[3], 1);
    writer *writers = bench_alloc(count, sizeof *writers);
    for (size_t i = 0; i < count; i++) {
        writers[i].connection = bench_connect(argv[1]);
        PQclear(bench_check(writers[i].connection,
                            PQprepare(writers[i].connection, "append", insert_sql, 0, NULL),
                            PGRES_COMMAND_OK, "INSERT"));
    }
    started = bench_now();
    for (size_t i = 0; i < count; i++) {
        writers[i].until = started + seconds;
        if (pthread_create(&writers[i].thread, NULL, write_rows, &writers[i]) != 0)
            bench_fail("thread", "there is none");
    }
    for (size_t i = 0; i < count; i++) {
        (void)pthread_join(writers[i].thread, NULL);
        rows += writers[i].rows;
        PQfinish(writers[i].connection);
    }
    printf("%.0f\n", (double)rows / (bench_now() - started));
    free(writers);
    return 0;
}
