/* How long reading one's own writes takes: appends an event, waits until the projection `balance`
 * has it, and takes the time. The runtime works in threads of this program, so that the moment at
 * which a worker's commit came back is known by the same clock.
 *
 *     wait DATABASE COUNT GOAL_MS
 *
 * Prints two rows: the time from that commit until the wait returned, and the time from the
 * append's commit, which has the notification of the service, its batch and its commit in it. Exit
 * 1 when the median of the first is above the goal. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <projc/log.h>
#include <projc/projc.h>

#include "bank_proj.h"

static int64_t now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static projc_uuid account(int number)
{
    projc_uuid id = {{0}};

    id.bytes[15] = (uint8_t)number;
    return id;
}

/* ---- the service's side ---- */

static atomic_int_least64_t committed_us; /* when `balance` reached committed_no */
static atomic_int_least64_t committed_no;
static atomic_int is_listening;

static void see_line(void *user, projc_log_level level, const char *message,
                     const projc_log_field *fields, size_t count)
{
    (void)user;
    (void)level;
    if (strcmp(message, "lanes dealt out") == 0)
        atomic_store(&is_listening, 1);
    if (strcmp(message, "batch committed") != 0 || count < 2 ||
        projc_text_of("balance", 7).size != fields[0].value.as.text.size ||
        memcmp(fields[0].value.as.text.data, "balance", 7) != 0)
        return;
    if (fields[1].value.as.integer > atomic_load(&committed_no)) {
        atomic_store(&committed_us, now_us());
        atomic_store(&committed_no, fields[1].value.as.integer);
    }
}

static void *serve(void *runtime)
{
    projc_error error = {0};

    (void)projc_runtime_run_and_listen(runtime, &error);
    return NULL;
}

/* ---- the client's ---- */

typedef struct figures {
    double *from_commit; /* milliseconds */
    double *from_append;
} figures;

static projc_status measure(projc_store *store, int number, figures *made, projc_error *error)
{
    const bank_account_credited credited = {.amount = 100 + number % 50};
    projc_uuid id = account(number % 100);
    int64_t position = 0;
    int64_t begun;
    int64_t ended;
    projc_status status =
        bank_append_account_credited(store, id, PROJC_ANY_VERSION, &credited, &position, error);

    begun = now_us();
    if (status == PROJC_OK)
        status = bank_balance_wait(store, id, position, 20000, error);
    ended = now_us();
    if (status != PROJC_OK)
        return status;
    /* The wait may be back before the worker is. */
    while (atomic_load(&committed_no) < position)
        nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    made->from_append[number] = (double)(ended - begun) / 1e3;
    made->from_commit[number] = (double)(ended - atomic_load(&committed_us)) / 1e3;
    if (made->from_commit[number] < 0)
        made->from_commit[number] = 0;
    return PROJC_OK;
}

static double print(const char *name, double *times, int count, double goal_ms)
{
    double median;

    qsort(times, (size_t)count, sizeof *times, compare);
    median = times[count / 2];
    printf("%-22s %6d %9.2f %9.2f %9.2f %9.2f  %s %g ms\n", name, count, median,
           times[count * 9 / 10], times[count * 99 / 100], times[count - 1],
           median <= goal_ms ? "within" : "above", goal_ms);
    return median;
}

static projc_status run(const char *database, int count, figures *made, projc_error *error)
{
    const projc_log_callbacks log = {.write = see_line};
    projc_store_options store_options = {.database = database};
    projc_runtime_options options;
    projc_runtime *runtime = NULL;
    projc_store *store = NULL;
    pthread_t thread;
    projc_status status;

    projc_runtime_options_init(&options);
    options.database = database;
    options.log = &log;
    status = projc_runtime_new(&options, &runtime, error);
    if (status == PROJC_OK)
        status = projc_runtime_add(runtime, &bank_module, error);
    if (status == PROJC_OK)
        status = projc_store_open(&store_options, &store, error);
    if (status == PROJC_OK)
        status = projc_store_apply_schema(store, &bank_module, true, error);
    if (status != PROJC_OK || pthread_create(&thread, NULL, serve, runtime) != 0)
        return status != PROJC_OK ? status : PROJC_NO_MEMORY;
    while (!atomic_load(&is_listening))
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    for (int i = 0; i < count && status == PROJC_OK; i++)
        status = measure(store, i, made, error);
    projc_runtime_stop(runtime);
    pthread_join(thread, NULL);
    projc_runtime_free(runtime);
    projc_store_close(store);
    return status;
}

int main(int argc, char **argv)
{
    int count = argc > 2 ? atoi(argv[2]) : 0;
    double goal_ms = argc > 3 ? atof(argv[3]) : 0;
    figures made;
    projc_error error = {0};
    double median;

    if (count < 1 || goal_ms <= 0) {
        fprintf(stderr, "usage: wait DATABASE COUNT GOAL_MS\n");
        return 2;
    }
    made.from_commit = calloc((size_t)count, sizeof(double));
    made.from_append = calloc((size_t)count, sizeof(double));
    if (made.from_commit == NULL || made.from_append == NULL)
        return 3;
    if (run(argv[1], count, &made, &error) != PROJC_OK) {
        fprintf(stderr, "%s: %s\n", projc_status_name(error.status), error.message);
        return 1;
    }
    median = print("  projector's commit", made.from_commit, count, goal_ms);
    (void)print("  append's commit", made.from_append, count, goal_ms);
    free(made.from_commit);
    free(made.from_append);
    return median <= goal_ms ? 0 : 1;
}
