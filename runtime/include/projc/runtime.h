/* The engine embedded in a program of one's own, and the ready service. */
#ifndef PROJC_RUNTIME_H
#define PROJC_RUNTIME_H

#include "projc/module.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct projc_runtime projc_runtime;
struct projc_log_callbacks;
struct projc_metrics;

/* What an error callback is told. Everything is borrowed for the call. */
typedef struct projc_failure {
    const char *projection;
    const projc_value *key; /* NULL in a stream projection */
    uint32_t key_count;
    const projc_event *event;
    uint32_t attempts; /* this one included: 1 at the first */
    const projc_error *error;
} projc_failure;

/* Overrides the .proj's policy for one data error. Called from worker threads, possibly at once
 * from several, and possibly again for the same failure when a transaction had to be repeated. */
typedef projc_action (*projc_error_callback)(void *user, const projc_failure *failure);

typedef struct projc_runtime_options {
    const char
        *database; /* as in projc_store_options; not sqlite::memory:, which is one connection's */
    uint32_t workers;    /* threads, one connection each; 0: one a projection, 2 (SQLite: 1) to 8 */
    uint32_t lanes;      /* for projections registered for the first time */
    int64_t batch_bytes; /* dirty bytes of the process after which a batch is committed */
    int64_t page_rows;
    int64_t page_bytes;
    uint32_t queue_max;
    int64_t event_max_bytes;
    int64_t state_max_bytes;
    uint32_t failed_keys_max;
    uint32_t waiting_max;
    int64_t poll_interval_ms;
    int64_t
        shutdown_timeout_ms; /* of the ready service; a program of one's own decides for itself */
    uint64_t seed;           /* of jitter and process id; 0: drawn */
    const struct projc_log_callbacks *log; /* NULL: nothing is logged */
    const struct projc_metrics *metrics;   /* NULL: nothing is measured */
    projc_error_callback on_error;         /* NULL: the .proj's policies */
    void *user;                            /* given to callbacks and extern functions */
    int64_t statement_timeout_ms; /* after which a statement is cancelled, and a silent server's
                                     connection given up */
} projc_runtime_options;

/* Fills in every default. */
void projc_runtime_options_init(projc_runtime_options *options);

/* *options is copied, what it points at is kept until projc_runtime_free. */
projc_status projc_runtime_new(const projc_runtime_options *options, projc_runtime **runtime,
                               projc_error *error);
void projc_runtime_free(projc_runtime *runtime); /* not while it runs; NULL is allowed */
/* The module is kept. Before run only. */
projc_status projc_runtime_add(projc_runtime *runtime, const projc_module *module,
                               projc_error *error);
/* Until everything up to the head seen at the start is applied and due retries have run. Returns
 * OK; KEY_FAILED when a key or projection is failed at the end; CANCELLED after a stop; else why
 * not. */
projc_status projc_runtime_run(projc_runtime *runtime, projc_error *error);
/* Until projc_runtime_stop: catches up, then works as events come. A projection that cannot go on
 * (a STOP status) is logged and left, the others work on. Returns CANCELLED after a stop when all
 * were well; else why the first one stopped, at once when none is left. A runtime may run several
 * times, one after the other. */
projc_status projc_runtime_run_and_listen(projc_runtime *runtime, projc_error *error);
/* Asks a running runtime to finish or roll back its batches and return; one that does not run yet
 * returns as soon as it does. Any thread; async-signal-safe. The runtime's own threads block all
 * signals. */
void projc_runtime_stop(projc_runtime *runtime);

/* The whole service: `return projc_main(argc, argv, &bank_module);`. */
int projc_main(int argc, char **argv, const projc_module *module);
/* The same with several modules, or with an error callback. */
typedef struct projc_service_options {
    const projc_module *const *modules;
    uint32_t module_count;
    projc_error_callback on_error;
    void *user;
} projc_service_options;
int projc_main_with(int argc, char **argv, const projc_service_options *options);

#ifdef __cplusplus
}
#endif
#endif
