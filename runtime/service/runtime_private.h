/* A runtime from the inside: what its threads share.
 *
 * DESIGN. Several kinds of threads. The caller's thread stays in projc_runtime_run…: it starts the
 * others, waits until everything is done or a stop is asked for, and joins them. Workers take
 * (projector, part) ids from the queue and step them. The listener owns a connection that hears of
 * events: it steps one part itself and wakes the queue up for the others. The supervisor writes
 * this process's heartbeat and deals the lanes out among the living processes. The sampler looks
 * where the projections stand, when somebody wants to know. The housekeeper makes room in tables,
 * where the database needs that. Listener, supervisor, sampler and housekeeper run only in
 * run_and_listen. The reader reads the logs ahead of those workers that are behind,
 * and its helper with it where they are far behind.
 *
 * A stop is a flag and a byte in a pipe, so that a signal handler may ask for it: every thread that
 * sleeps does so in poll() on that pipe or on the queue, which the caller's thread then closes. */
#ifndef PROJC_SERVICE_RUNTIME_PRIVATE_H
#define PROJC_SERVICE_RUNTIME_PRIVATE_H

#include <pthread.h>

#include "base/back_off.h"
#include "engine/pages.h"
#include "engine/projector.h"
#include "engine/queue.h"
#include "engine/turnover.h"
#include "service/doorbell.h"
#include "service/survey.h"

/* Infrastructure errors in a row after which a start, and run --once, give up; run, once it has
 * started, goes on for ever. */
enum { PROJC__ONCE_ATTEMPTS_MAX = 8 };
enum { PROJC__BACK_OFF_LOW_US = 20000, PROJC__BACK_OFF_HIGH_US = 1000000 };
enum { PROJC__HEARTBEAT_MS = 250 };
/* Hexadecimal digits: half of them drawn, half the program (program.h). */
enum { PROJC__PROCESS_ID_SIZE = 32 };

/* One (projector, part): what the last step told. */
typedef struct projc__task {
    int64_t position; /* lowest of its lanes; INT64_MAX: none */
    int64_t events;   /* read since the start */
    int64_t bytes;    /* of their payloads and metadata */
    int64_t handled;
    int64_t retry_at;  /* earliest due retry of a key; 0: none */
    uint32_t attempts; /* infrastructure errors in a row */
    uint32_t failed;
    bool is_caught_up;
    bool is_done;       /* run: it has reached the head */
    bool is_stopped;    /* nothing will happen until somebody mends it */
    int64_t stepped_at; /* monotonic; when the unit of work at hand began, 0: none is */
    int64_t took_us;    /* the last unit of work … */
    int64_t took_bytes; /* … and what it read, when it went well */
    int64_t ended_at;   /* monotonic; when the last step that went well ended */
    projc_error error;  /* why it is stopped; its status is OK when it is not */
} projc__task;

/* The gap in a log's numbers that holds its readers back. */
typedef struct projc__gap {
    bool is_there;
    bool is_told;    /* the log has a line about it */
    int32_t pid;     /* that the line told */
    int64_t after;   /* the gap stands behind this number */
    int64_t seen_at; /* monotonic */
} projc__gap;

/* One event table that some projection reads. */
typedef struct projc__stream {
    const projc_stream_type *type;
    int64_t target; /* run: the head when it began */
    projc__doorbell doorbell;
    projc__gap gap; /* under the runtime's lock */
} projc__stream;

typedef struct projc__registered {
    const projc_module *module;
    uint32_t projection;
    uint32_t stream;             /* index in runtime->streams */
    projc__projector *projector; /* of workers: only while they have borrowed it (exchange.h) */
    /* Under the runtime's lock: */
    uint32_t borrowers;
    bool is_stale; /* its generation may be another one now: it is exchanged */
    bool is_exchanging;
    bool is_swapping; /* one worker puts the generation in the live one's place */
    bool is_paused;   /* as a step last saw it */
    bool is_over;     /* stopped for good */
    projc_error why;  /* of is_stale, is_over */
} projc__registered;

/* Numbers for a progress line. */
typedef struct projc__progress {
    int64_t events;   /* of the logs, read since the start; not multiplied by the projections */
    int64_t bytes;    /* of their payloads and metadata */
    int64_t position; /* sum over the projections of their lowest position */
    int64_t target;   /* sum over the projections of what they have to reach; 0 when listening */
    uint32_t failed;  /* keys and projections */
    bool is_stopped;  /* a projection cannot go on */
    bool is_last;
} projc__progress;

typedef void (*projc__progress_function)(void *user, const projc__progress *progress);

/* A look at all projections, in the order in which they were added; NULL when the database could
 * not be asked, and *status* says why not. The callee may write into it; it is gone afterwards.
 * Called by the sampler's thread, about once a second. */
typedef void (*projc__sample_function)(void *user, projc__survey *survey, projc_status status);

struct projc_runtime {
    projc__engine engine;
    projc_log log_storage;
    char *database;
    int stop_pipe[2];
    volatile int stop_flag;
    char process_id[PROJC__PROCESS_ID_SIZE + 1];
    uint64_t program;       /* from the first run on */
    char process_name[128]; /* host:pid */
    projc__registered *registered;
    uint32_t registered_count;
    projc__stream *streams;
    uint32_t stream_count;
    uint32_t part_count;
    bool must_deal; /* under the lock: there is a new projector, which owns all lanes as yet */
    bool is_once;
    bool is_alone;          /* no other process works on these projections; atomic */
    bool is_listening;      /* notifications come; atomic */
    uint32_t process_count; /* that live and run this program; 0: not known yet; atomic */
    uint32_t losses;        /* connections that the heartbeat has lost; atomic */
    projc__queue *queue;    /* while it runs */
    projc__task *tasks;     /* registered_count * part_count */
    projc__progress_function on_progress;
    void *progress_user;
    projc__sample_function on_sample;
    void *sample_user;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a task is done or stopped */
    projc__random random;
    projc_status first_status; /* of the first task that stopped, or OK */
    projc_error first_error;
};

/* The whole text of a progress line is the service's; the caller's thread calls it five times a
 * second. */
void projc__runtime_on_progress(projc_runtime *runtime, projc__progress_function on_progress,
                                void *user);

/* The service's log instead of the options' callbacks; kept. Before it runs. */
void projc__runtime_log_to(projc_runtime *runtime, projc_log *log);

/* Writes the hash of its projections into the process's id, when all have been added. */
void projc__runtime_mark_program(projc_runtime *runtime);

/* Thread functions; the argument is the runtime. */
void *projc__worker_main(void *runtime);
void *projc__listener_main(void *runtime);
void *projc__supervisor_main(void *runtime);
void *projc__reader_main(void *runtime);
void *projc__reader_helper_main(void *runtime);
void *projc__sampler_main(void *runtime);
void *projc__housekeeper_main(void *runtime);
/* Counts what is written to the tables of the projections, for the housekeeper; NULL when there is
 * no memory. The caller frees it. */
projc__turnover *projc__housekeeper_count(const projc_runtime *runtime);

/* Before it runs: who is told of the sampler's looks. */
void projc__runtime_on_sample(projc_runtime *runtime, projc__sample_function on_sample, void *user);
/* Every counter at 0, so that the first thing that is counted is seen as a change. */
void projc__metrics_declare(projc_runtime *runtime);
/* Has a projection stopped for good in this process, and why? By its place among those that were
 * added. Any thread, while the runtime lives. */
bool projc__runtime_stopped(projc_runtime *runtime, uint32_t projection, projc_error *why);

/* What a step met of the horizon: told to log and metrics. How long its part may wait, 1 to 50 ms,
 * when the step was blocked, else 0. Any thread. */
int64_t projc__horizon_note(projc_runtime *runtime, projc__stream *stream,
                            const projc__outcome *outcome);
/* Nobody here may ever read past the gaps that were seen: the lanes are dealt out anew. */
void projc__horizon_forget(projc_runtime *runtime);

/* Closes what open_projectors opened; again is harmless. */
void projc__runtime_close_projectors(projc_runtime *runtime);
/* Puts every part of the projections on one stream (or, -1, of all) into the queue. */
void projc__runtime_wake(projc_runtime *runtime, int stream);
/* … but this one (NULL: none), which is the caller's affair. */
void projc__runtime_wake_others(projc_runtime *runtime, int stream, const projc__queue_id *but);
/* A thread without which a runtime is none cannot work: all is stopped. */
void projc__worker_give_up(projc_runtime *runtime, const projc_error *why);
/* Steps a part that the caller has taken from the queue, after so long a wait, and hands it back.
 */
void projc__worker_step(projc_runtime *runtime, projc__workspace *workspace, projc__queue_id id,
                        int64_t waited_us);
/* How long the unit of work lasts that a worker began first, in microseconds; 0: none is at hand.
 */
int64_t projc__runtime_longest_step_us(projc_runtime *runtime);
/* The options' value, which may change while the runtime runs. Any thread. */
int64_t projc__runtime_poll_interval_ms(const projc_runtime *runtime);
void projc__runtime_set_poll_interval(projc_runtime *runtime, int64_t interval_ms);
bool projc__runtime_is_stopping(const projc_runtime *runtime);
/* *status*, with its error; but CANCELLED for an error of the database once a stop was asked for:
 * then nobody wants to know that it does not answer. */
projc_status projc__runtime_excuse(const projc_runtime *runtime, projc_status status,
                                   projc_error *error);
/* Sleeps so long, or until a stop is asked for. */
void projc__runtime_sleep(projc_runtime *runtime, int64_t duration_us);
int64_t projc__runtime_back_off_us(projc_runtime *runtime, uint32_t attempts);

#endif
