/* The queue between notifications and workers: which part of which projector has work.
 *
 * DESIGN. The ids are known from the start (projectors times parts), and each has one slot, so the
 * queue can neither overflow, nor block a producer, nor forget: a full queue is one in which every
 * id waits, and whatever is put then coalesces with what is there. A heap orders the waiting slots
 * by the time at which they are ready; nobody polls. An id that is put while a worker has it is run
 * once more when that worker is done, so two workers never have one id. One mutex; each that waits
 * has a condition of its own, because it matters who is woken: the one that worked last. */
#ifndef PROJC_ENGINE_QUEUE_H
#define PROJC_ENGINE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "projc/status.h"

typedef struct projc__queue projc__queue;

typedef struct projc__queue_id {
    uint32_t projector; /* index, below the queue's number of projectors */
    uint32_t part;      /* below the queue's number of parts */
} projc__queue_id;

/* *clock is kept. Returns OK; INVALID when projectors * parts is 0 or above max; NO_MEMORY. */
projc_status projc__queue_new(const struct projc__clock *clock, uint32_t projectors, uint32_t parts,
                              uint32_t max, projc__queue **queue, projc_error *error);
/* No thread may be inside. NULL is allowed. */
void projc__queue_free(projc__queue *queue);

/* Makes the id ready after delay_us microseconds (0: now); an earlier time that it has already
 * stays. Never blocks and never fails; does nothing once the queue is closed. Any thread. */
void projc__queue_put(projc__queue *queue, projc__queue_id id, int64_t delay_us);

/* Gives the caller the id that is ready longest, to be handed back with projc__queue_done. Waits at
 * most timeout_us (0: not at all, negative: without bound). *waited_us (may be NULL) tells how long
 * the id was ready before somebody took it. OK, TIMED_OUT, CANCELLED when the queue is closed and
 * empty, or NO_MEMORY: it cannot wait. */
projc_status projc__queue_take(projc__queue *queue, int64_t timeout_us, projc__queue_id *id,
                               int64_t *waited_us);
/* Puts the id (now) and takes it at once, before all others: nobody who waits is woken. False: a
 * worker has it, and it will be run once more; or the queue is closed. Never blocks. Any thread. */
bool projc__queue_seize(projc__queue *queue, projc__queue_id id);
/* The caller has finished with an id it took; if it was put meanwhile, it waits again. Any thread.
 */
void projc__queue_done(projc__queue *queue, projc__queue_id id);

/* Drains: what is ready is still handed out, what is delayed is dropped, nothing new comes in. */
void projc__queue_close(projc__queue *queue);

/* Ids that wait, delayed ones included; not those that are being worked on. */
size_t projc__queue_length(projc__queue *queue);
/* True when nothing waits to be ready now and nobody works; delayed ids do not count. */
bool projc__queue_is_idle(projc__queue *queue);

#endif
