/* The queue between notifications and workers: which part of which projector has work. */
#include "engine/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

typedef enum slot_state {
    SLOT_IDLE,
    SLOT_QUEUED, /* in the heap */
    SLOT_WORKED, /* a worker has it */
    SLOT_AGAIN   /* a worker has it, and it was put meanwhile */
} slot_state;

typedef struct slot {
    slot_state state;
    size_t heap_index; /* while queued */
    int64_t ready_at;  /* monotonic microseconds; of the next turn while again */
    uint64_t order;    /* of entering the heap: first in, first out among equals */
} slot;

/* A thread inside projc__queue_take. */
typedef struct waiter {
    struct waiter *next; /* who began to wait before it */
    pthread_cond_t woken;
    int64_t until; /* it looks by itself then; in the past: it was woken, and is on its way */
} waiter;

struct projc__queue {
    const struct projc__clock *clock;
    uint32_t parts;
    size_t slot_count;

    pthread_mutex_t lock;
    waiter *waiters; /* the last one that came first */
    slot *slots;
    size_t *heap; /* slot indexes, the earliest (ready_at, order) first */
    size_t heap_count;
    size_t worked_count;
    uint64_t next_order;
    bool is_closed;
};

/* ---- the heap ---- */

static bool is_before(const projc__queue *queue, size_t left, size_t right)
{
    const slot *a = &queue->slots[left];
    const slot *b = &queue->slots[right];

    return a->ready_at != b->ready_at ? a->ready_at < b->ready_at : a->order < b->order;
}

static void place(projc__queue *queue, size_t index, size_t which)
{
    queue->heap[index] = which;
    queue->slots[which].heap_index = index;
}

static void sift_up(projc__queue *queue, size_t index)
{
    size_t which = queue->heap[index];

    while (index > 0 && is_before(queue, which, queue->heap[(index - 1) / 2])) {
        place(queue, index, queue->heap[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    place(queue, index, which);
}

static void sift_down(projc__queue *queue, size_t index)
{
    size_t which = queue->heap[index];

    for (;;) {
        size_t child = 2 * index + 1;

        if (child >= queue->heap_count)
            break;
        if (child + 1 < queue->heap_count &&
            is_before(queue, queue->heap[child + 1], queue->heap[child]))
            child++;
        if (!is_before(queue, queue->heap[child], which))
            break;
        place(queue, index, queue->heap[child]);
        index = child;
    }
    place(queue, index, which);
}

static void push(projc__queue *queue, size_t which, int64_t ready_at)
{
    queue->slots[which].state = SLOT_QUEUED;
    queue->slots[which].ready_at = ready_at;
    queue->slots[which].order = queue->next_order++;
    queue->heap[queue->heap_count] = which;
    sift_up(queue, queue->heap_count++);
}

/* Takes a slot out of the heap: the caller has it from now on. */
static void pull(projc__queue *queue, size_t which)
{
    size_t index = queue->slots[which].heap_index;
    size_t last = queue->heap[--queue->heap_count];

    if (last != which) {
        place(queue, index, last);
        sift_up(queue, index);
        sift_down(queue, queue->slots[last].heap_index);
    }
    queue->slots[which].state = SLOT_WORKED;
    queue->worked_count++;
}

/* ---- making ---- */

projc_status projc__queue_new(const struct projc__clock *clock, uint32_t projectors, uint32_t parts,
                              uint32_t max, projc__queue **queue, projc_error *error)
{
    uint64_t count = (uint64_t)projectors * parts;
    projc__queue *made;

    *queue = NULL;
    if (count == 0 || count > max)
        return projc_error_set(error, PROJC_INVALID,
                               "%u projections in %u parts do not fit a queue of %u entries: raise "
                               "QUEUE_MAX or lower WORKERS",
                               projectors, parts, max);
    made = calloc(1, sizeof *made);
    if (made == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    made->clock = clock;
    made->parts = parts;
    made->slot_count = (size_t)count;
    made->slots = calloc((size_t)count, sizeof *made->slots);
    made->heap = calloc((size_t)count, sizeof *made->heap);
    if (made->slots == NULL || made->heap == NULL || pthread_mutex_init(&made->lock, NULL) != 0) {
        free(made->slots);
        free(made->heap);
        free(made);
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    }
    *queue = made;
    return PROJC_OK;
}

void projc__queue_free(projc__queue *queue)
{
    if (queue == NULL)
        return;
    pthread_mutex_destroy(&queue->lock);
    free(queue->slots);
    free(queue->heap);
    free(queue);
}

/* ---- who waits; the lock is held ---- */

static void wake(waiter *one)
{
    one->until = INT64_MIN;
    pthread_cond_signal(&one->woken);
}

/* Sees to it that somebody who waits looks when the first id is ready, if anybody waits. One is
 * enough: he passes it on. Of several it is the one that worked last, whose caches and whose
 * server's are warm. */
static void alert(projc__queue *queue)
{
    int64_t ready_at;

    if (queue->heap_count == 0 || queue->waiters == NULL)
        return;
    ready_at = queue->slots[queue->heap[0]].ready_at;
    for (const waiter *one = queue->waiters; one != NULL; one = one->next)
        if (one->until <= ready_at)
            return;
    wake(queue->waiters);
}

/* Until it is woken, or the moment comes. False: it cannot wait. */
static bool wait_until(projc__queue *queue, int64_t moment)
{
    waiter self = {.next = queue->waiters, .until = moment};
    waiter **link = &queue->waiters;

    if (projc__condition_init(&self.woken) != 0)
        return false;
    queue->waiters = &self;
    queue->clock->wait(queue->clock->user, &self.woken, &queue->lock, moment);
    while (*link != &self)
        link = &(*link)->next;
    *link = self.next;
    pthread_cond_destroy(&self.woken);
    return true;
}

/* ---- putting and taking ---- */

static size_t index_of(const projc__queue *queue, projc__queue_id id)
{
    size_t which = (size_t)id.projector * queue->parts + id.part;

    assert(id.part < queue->parts && which < queue->slot_count);
    return which;
}

/* The lock is held, and the queue is open. */
static void put(projc__queue *queue, size_t which, int64_t ready_at)
{
    slot *item = &queue->slots[which];

    if (item->state == SLOT_IDLE) {
        push(queue, which, ready_at);
    } else if (item->state == SLOT_WORKED) {
        item->state = SLOT_AGAIN;
        item->ready_at = ready_at;
    } else if (ready_at < item->ready_at) {
        item->ready_at = ready_at;
        if (item->state == SLOT_QUEUED)
            sift_up(queue, item->heap_index);
    }
}

void projc__queue_put(projc__queue *queue, projc__queue_id id, int64_t delay_us)
{
    size_t which = index_of(queue, id);
    int64_t now = projc__clock_monotonic(queue->clock);

    if (delay_us < 0)
        delay_us = 0;
    pthread_mutex_lock(&queue->lock);
    if (!queue->is_closed)
        put(queue, which, now > INT64_MAX - delay_us ? INT64_MAX : now + delay_us);
    alert(queue);
    pthread_mutex_unlock(&queue->lock);
}

bool projc__queue_seize(projc__queue *queue, projc__queue_id id)
{
    size_t which = index_of(queue, id);
    int64_t now = projc__clock_monotonic(queue->clock);
    bool is_seized = false;

    pthread_mutex_lock(&queue->lock);
    if (!queue->is_closed) {
        put(queue, which, now);
        is_seized = queue->slots[which].state == SLOT_QUEUED;
    }
    if (is_seized)
        pull(queue, which);
    pthread_mutex_unlock(&queue->lock);
    return is_seized;
}

/* Delayed ids are dropped when the queue drains; what is ready by now stays. */
static void drop_delayed(projc__queue *queue, int64_t now)
{
    size_t count = queue->heap_count;

    for (size_t i = 0; i < queue->slot_count; i++)
        if (queue->slots[i].state == SLOT_AGAIN && queue->slots[i].ready_at > now)
            queue->slots[i].state = SLOT_WORKED;
    queue->heap_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t which = queue->heap[i];

        if (queue->slots[which].ready_at > now) {
            queue->slots[which].state = SLOT_IDLE;
        } else {
            queue->heap[queue->heap_count] = which;
            sift_up(queue, queue->heap_count++);
        }
    }
}

static void hand_out(projc__queue *queue, int64_t now, projc__queue_id *id, int64_t *waited_us)
{
    size_t which = queue->heap[0];

    pull(queue, which);
    id->projector = (uint32_t)(which / queue->parts);
    id->part = (uint32_t)(which % queue->parts);
    if (waited_us != NULL)
        *waited_us = now - queue->slots[which].ready_at;
    alert(queue);
}

projc_status projc__queue_take(projc__queue *queue, int64_t timeout_us, projc__queue_id *id,
                               int64_t *waited_us)
{
    int64_t now = projc__clock_monotonic(queue->clock);
    int64_t deadline =
        timeout_us < 0 || now > INT64_MAX - timeout_us ? INT64_MAX : now + timeout_us;
    projc_status status = PROJC_TIMED_OUT;

    pthread_mutex_lock(&queue->lock);
    for (;;) {
        int64_t until = deadline;

        if (queue->heap_count > 0 && queue->slots[queue->heap[0]].ready_at <= now) {
            hand_out(queue, now, id, waited_us);
            status = PROJC_OK;
            break;
        }
        if (queue->is_closed) {
            status = PROJC_CANCELLED;
            break;
        }
        if (now >= deadline) {
            alert(queue); /* that may have been this thread's to wait for */
            break;
        }
        if (queue->heap_count > 0 && queue->slots[queue->heap[0]].ready_at < until)
            until = queue->slots[queue->heap[0]].ready_at;
        if (!wait_until(queue, until)) {
            status = PROJC_NO_MEMORY;
            break;
        }
        now = projc__clock_monotonic(queue->clock);
    }
    pthread_mutex_unlock(&queue->lock);
    return status;
}

void projc__queue_done(projc__queue *queue, projc__queue_id id)
{
    size_t which = index_of(queue, id);
    slot *item = &queue->slots[which];

    pthread_mutex_lock(&queue->lock);
    assert(item->state == SLOT_WORKED || item->state == SLOT_AGAIN);
    queue->worked_count--;
    if (item->state == SLOT_AGAIN) {
        push(queue, which, item->ready_at);
        alert(queue);
    } else {
        item->state = SLOT_IDLE;
    }
    pthread_mutex_unlock(&queue->lock);
}

void projc__queue_close(projc__queue *queue)
{
    int64_t now = projc__clock_monotonic(queue->clock);

    pthread_mutex_lock(&queue->lock);
    if (!queue->is_closed) {
        queue->is_closed = true;
        drop_delayed(queue, now);
    }
    for (waiter *one = queue->waiters; one != NULL; one = one->next)
        wake(one);
    pthread_mutex_unlock(&queue->lock);
}

size_t projc__queue_length(projc__queue *queue)
{
    size_t length;

    pthread_mutex_lock(&queue->lock);
    length = queue->heap_count;
    pthread_mutex_unlock(&queue->lock);
    return length;
}

bool projc__queue_is_idle(projc__queue *queue)
{
    int64_t now = projc__clock_monotonic(queue->clock);
    bool is_idle;

    pthread_mutex_lock(&queue->lock);
    is_idle = queue->worked_count == 0 &&
              (queue->heap_count == 0 || queue->slots[queue->heap[0]].ready_at > now);
    pthread_mutex_unlock(&queue->lock);
    return is_idle;
}
