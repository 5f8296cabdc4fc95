/* A program of one's own around the runtime, as a user would write it: its own store, typed
 * appends, a runtime that catches up, one that listens in a thread, callbacks. Every step is
 * checked; the last line says how many.
 *
 *     embedded DATABASE */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <projc/log.h>
#include <projc/metrics.h>
#include <projc/projc.h>

#include "till_proj.h"

static unsigned checked;
static unsigned failed;

static void check(int holds, const char *claim, const projc_error *error)
{
    checked++;
    failed += !holds;
    printf("%s %u - %s\n", holds ? "ok" : "not ok", checked, claim);
    if (!holds && error != NULL)
        printf("#   %s: %s\n", projc_status_name(error->status), error->message);
}

static projc_uuid till_id(unsigned char number)
{
    projc_uuid id = {{0}};

    id.bytes[15] = number;
    return id;
}

static projc_text text(const char *value)
{
    return projc_text_of(value, strlen(value));
}

/* ---- callbacks ---- */

static atomic_uint log_lines;
static atomic_uint processed;
static atomic_uint failures_told;

static void count_line(void *user, projc_log_level level, const char *message,
                       const projc_log_field *fields, size_t field_count)
{
    (void)level;
    (void)fields;
    (void)field_count;
    if (user == &log_lines && message[0] != '\0')
        atomic_fetch_add(&log_lines, 1);
}

static void add(void *user, projc_metric metric, const char *label1, const char *label2,
                uint64_t amount)
{
    (void)label2;
    if (user == &processed && metric == PROJC_METRIC_EVENTS_PROCESSED && label1 != NULL)
        atomic_fetch_add(&processed, (unsigned)amount);
}

/* The .proj says that a refund above the takings stops the till; here it is passed over. */
static projc_action decide(void *user, const projc_failure *failure)
{
    if (user != &failures_told || strcmp(failure->projection, "takings") != 0)
        return PROJC_ACTION_POLICY;
    if (failure->key_count == 1 && failure->attempts == 1 &&
        strstr(failure->error->message, "refund above takings") != NULL)
        atomic_fetch_add(&failures_told, 1);
    return PROJC_ACTION_IGNORE;
}

/* ---- steps ---- */

static void sell(projc_store *store, unsigned char till, int64_t amount, int64_t expected,
                 int64_t *position, projc_error *error)
{
    const till_sold sold = {.amount = amount, .pieces = 1};

    check(till_append_sold(store, till_id(till), expected, &sold, position, error) == PROJC_OK,
          "a sale is appended", error);
}

static void append_in_one_transaction(projc_store *store)
{
    const till_opened opened = {.clerk = text("Ann"), .limit = 5};
    const till_sold sold = {.amount = 1250, .pieces = 2};
    int64_t first = 0;
    int64_t second = 0;
    projc_error error = {0};

    check(projc_store_begin(store, &error) == PROJC_OK, "a transaction begins", &error);
    check(till_append_opened(store, till_id(1), 0, &opened, &first, &error) == PROJC_OK,
          "an event is appended in it", &error);
    check(till_append_sold(store, till_id(1), 1, &sold, &second, &error) == PROJC_OK, "and another",
          &error);
    check(first > 0 && second > first, "both have their numbers at once", NULL);
    check(projc_store_commit(store, &error) == PROJC_OK, "it commits", &error);

    check(projc_store_begin(store, &error) == PROJC_OK &&
              till_append_sold(store, till_id(1), 2, &sold, NULL, &error) == PROJC_OK &&
              projc_store_rollback(store, &error) == PROJC_OK,
          "what is rolled back is not there", &error);
    check(till_append_sold(store, till_id(1), 7, &sold, NULL, &error) == PROJC_CONFLICT,
          "a wrong version is a conflict", &error);
    check(error.message[0] != '\0', "and says what it is", NULL);
}

static void run_once(const projc_runtime_options *options, projc_status expected, const char *claim)
{
    projc_runtime *runtime = NULL;
    projc_error error = {0};
    projc_status status = projc_runtime_new(options, &runtime, &error);

    if (status == PROJC_OK)
        status = projc_runtime_add(runtime, &till_module, &error);
    if (status == PROJC_OK)
        status = projc_runtime_run(runtime, &error);
    check(status == expected, claim, &error);
    projc_runtime_free(runtime);
}

static void expect_takings(projc_store *store, unsigned char till, int64_t total, uint32_t sold,
                           const char *claim)
{
    projc_arena *arena = projc_arena_new(0);
    till_takings_state state;
    projc_error error = {0};
    projc_status status = till_takings_load(store, till_id(till), arena, &state, &error);

    check(status == PROJC_OK && state.total == total && state.sold == sold, claim, &error);
    projc_arena_free(arena);
}

static void *serve(void *runtime)
{
    projc_error error = {0};
    projc_status status = projc_runtime_run_and_listen(runtime, &error);

    return status == PROJC_CANCELLED ? runtime : NULL;
}

/* Reads what it writes, while a runtime listens in another thread. */
static void listen_in_a_thread(projc_store *store, const projc_runtime_options *options)
{
    projc_runtime *runtime = NULL;
    int64_t position = 0;
    pthread_t thread;
    void *result = NULL;
    projc_error error = {0};

    check(projc_runtime_new(options, &runtime, &error) == PROJC_OK &&
              projc_runtime_add(runtime, &till_module, &error) == PROJC_OK,
          "a runtime is made", &error);
    if (pthread_create(&thread, NULL, serve, runtime) != 0) {
        check(0, "a thread starts", NULL);
        return;
    }
    for (int i = 0; i < 3; i++) {
        sell(store, 1, 100, PROJC_ANY_VERSION, &position, &error);
        check(till_takings_wait(store, till_id(1), position, 10000, &error) == PROJC_OK,
              "the runtime has it", &error);
    }
    expect_takings(store, 1, 1550, 4, "the state holds what was just written");
    check(till_sum_wait(store, position, 10000, &error) == PROJC_OK,
          "a stream projection can be waited for", &error);
    check(till_takings_wait(store, till_id(1), position + 1000, 5000, &error) ==
              PROJC_NO_SUCH_EVENT,
          "an event that will never come is told", &error);
    projc_runtime_stop(runtime);
    check(pthread_join(thread, &result) == 0 && result == runtime, "it stops when asked to", NULL);

    /* A runtime may run again, and a stop that comes first counts. */
    projc_runtime_stop(runtime);
    check(projc_runtime_run_and_listen(runtime, &error) == PROJC_CANCELLED,
          "a stop before the run is kept", &error);
    check(projc_runtime_run(runtime, &error) == PROJC_OK, "and the runtime can run again", &error);
    projc_runtime_free(runtime);
}

static void override_the_policy(projc_store *store, projc_runtime_options options)
{
    const till_refunded refunded = {.amount = 99999};
    const till_opened opened = {.clerk = text("Bob")};
    int64_t position = 0;
    projc_error error = {0};

    check(till_append_opened(store, till_id(2), 0, &opened, NULL, &error) == PROJC_OK &&
              till_append_refunded(store, till_id(2), 1, &refunded, NULL, &error) == PROJC_OK,
          "an event that cannot be applied is appended", &error);
    sell(store, 2, 300, 2, &position, &error);
    options.on_error = decide;
    options.user = &failures_told;
    run_once(&options, PROJC_OK, "the callback passes over it");
    check(atomic_load(&failures_told) >= 1, "it was told what failed", NULL);
    expect_takings(store, 2, 300, 1, "and what stands behind it is applied");
    check(till_takings_wait(store, till_id(2), position, 1000, &error) == PROJC_OK,
          "so its key is in order", &error);
}

static void refuse_nonsense(const projc_runtime_options *options)
{
    projc_runtime_options wrong = *options;
    projc_runtime *runtime = NULL;
    projc_error error = {0};

    wrong.workers = 257;
    check(projc_runtime_new(&wrong, &runtime, &error) == PROJC_INVALID && runtime == NULL &&
              strstr(error.message, "workers is 257") != NULL,
          "an option out of its bounds is named", &error);
    wrong = *options;
    wrong.database = NULL;
    check(projc_runtime_new(&wrong, &runtime, &error) == PROJC_INVALID, "no database is told",
          &error);
    check(projc_runtime_new(options, &runtime, &error) == PROJC_OK &&
              projc_runtime_run(runtime, &error) == PROJC_INVALID,
          "a runtime without projections is told", &error);
    projc_runtime_free(runtime);
    projc_runtime_free(NULL);
}

int main(int argc, char **argv)
{
    static const projc_log_callbacks log = {.user = &log_lines, .write = count_line};
    static const projc_metrics metrics = {.user = &processed, .counter_add = add};
    projc_store_options store_options = {.database = argc > 1 ? argv[1] : NULL};
    projc_runtime_options options;
    projc_store *store = NULL;
    projc_error error = {0};

    projc_runtime_options_init(&options);
    options.database = store_options.database;
    options.log = &log;
    options.metrics = &metrics;
    check(projc_store_open(&store_options, &store, &error) == PROJC_OK, "the store opens", &error);
    if (store == NULL)
        return 1;
    run_once(&options, PROJC_NO_SCHEMA, "without tables a run says so");
    check(projc_store_apply_schema(store, &till_module, true, &error) == PROJC_OK,
          "the schema is made", &error);
    check(projc_store_apply_schema(store, &till_module, true, &error) == PROJC_OK, "twice", &error);
    append_in_one_transaction(store);
    run_once(&options, PROJC_OK, "a run catches up");
    expect_takings(store, 1, 1250, 1, "the state is there");
    run_once(&options, PROJC_OK, "again: nothing to do");
    expect_takings(store, 1, 1250, 1, "the state is the same");
    check(atomic_load(&processed) > 0, "the metrics callback counted events", NULL);
    listen_in_a_thread(store, &options);
    override_the_policy(store, options);
    check(atomic_load(&log_lines) > 0, "the log callback was called", NULL);
    refuse_nonsense(&options);
    projc_store_close(store);
    printf("%u checked, %u failed\n", checked, failed);
    return failed > 0;
}
