/* Read your writes: waiting until a projection has applied an event. */
#include "projc/module.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "codec/value.h"
#include "engine/batch.h"
#include "store/store.h"

/* Looking again where commits are not heard: soon at first, because a projector that is awake needs
 * about a millisecond. */
enum { POLL_LOW_US = 500, POLL_HIGH_US = 20000 };
/* Where they are, one that was under way when the waiter came may have been missed. */
enum { LOOK_LOW_US = 2000, LOOK_HIGH_US = 250000 };
/* The waiter's row outlives a waiter that was killed by this much. */
enum { WAITER_GRACE_MS = 1000 };
/* What is longer is cut: some hundred thousand years, added to a clock in microseconds. */
#define TIMEOUT_MAX_MS (INT64_MAX / 4000)

typedef struct waiting {
    projc_store *store;
    const projc_module *module;
    const projc_projection_type *type;
    const projc_stream_type *stream;
    bool has_key;
    projc_bytes key; /* msgpack; of a stream projection the empty array */
    int64_t position;
    int64_t timeout_ms;
    int64_t until;      /* monotonic */
    projc_arena *arena; /* emptied before every look */
} waiting;

/* The key's lane, or every lane, stands at or above the position. */
static bool has_passed(const waiting *wait, const projc__lane *lanes, size_t count)
{
    uint32_t lane = wait->has_key && count > 0 ? projc__key_lane(wait->key, (uint32_t)count) : 0;

    for (size_t i = 0; i < count; i++)
        if ((!wait->has_key || lanes[i].lane == lane) && lanes[i].position < wait->position)
            return false;
    return count > 0;
}

/* OK: applied. KEY_FAILED. TIMED_OUT: not yet. Else an error. */
static projc_status look_at_keys(const waiting *wait, int64_t generation, bool is_passed,
                                 projc_error *error)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    bool is_retried = false;
    projc_status status =
        projc__store_load_keys(wait->store, generation, wait->arena, &rows, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        /* An event without a key stops the whole projection: then every key waits. */
        bool is_for_all = projc_bytes_compare(rows[i].key, projc__no_key()) == 0;

        if (rows[i].no > wait->position ||
            (wait->has_key && !is_for_all && projc_bytes_compare(rows[i].key, wait->key) != 0))
            continue;
        if (rows[i].status == PROJC__KEY_FAILED)
            return projc_error_set(
                error, PROJC_KEY_FAILED, "projection `%s`: %s for repair since event %lld: %.*s",
                wait->type->name, is_for_all ? "it waits" : "the key waits", (long long)rows[i].no,
                (int)rows[i].message.size, rows[i].message.data);
        is_retried = true;
    }
    if (status != PROJC_OK)
        return status;
    return is_passed && !is_retried ? PROJC_OK : PROJC_TIMED_OUT;
}

static projc_status look(const waiting *wait, const projc__generation *generation,
                         projc_error *error)
{
    projc__lane *lanes = NULL;
    size_t count = 0;
    bool is_passed;
    projc_status status = projc__store_load_lanes(wait->store, generation->number, wait->arena,
                                                  &lanes, &count, error);

    if (status != PROJC_OK)
        return status;
    is_passed = has_passed(wait, lanes, count);
    return look_at_keys(wait, generation->number, is_passed, error);
}

/* Nothing will ever come: the log ends below, and nobody is writing. */
static projc_status check_event(const waiting *wait, projc_error *error)
{
    int64_t head = 0;
    int64_t time;
    bool has_writers = false;
    projc_status status =
        projc__store_read_head(wait->store, wait->stream, &head, &time, &has_writers, error);

    if (status == PROJC_OK && head < wait->position && !has_writers)
        return projc_error_set(
            error, PROJC_NO_SUCH_EVENT,
            "there is no event %lld in %s: the highest is %lld, and nobody writes",
            (long long)wait->position, wait->stream->table, (long long)head);
    return status;
}

/* Everything up to the position is applied; but was there ever an event of that number? */
static projc_status check_applied(const waiting *wait, projc_error *error)
{
    const projc__page_limits limits = {.rows = 1, .bytes = 1};
    projc__page page = {.count = 0};
    projc_status status = projc__store_read_numbers(wait->store, wait->stream, &wait->position, 1,
                                                    &limits, wait->arena, &page, error);

    if (status == PROJC_OK && page.count == 0)
        return projc_error_set(error, PROJC_NO_SUCH_EVENT,
                               "there is no event %lld in %s: it was rolled back or deleted; "
                               "everything up to that number is applied",
                               (long long)wait->position, wait->stream->table);
    return status;
}

static projc_status find_generation(const waiting *wait, projc__generation *generation,
                                    projc_error *error)
{
    projc_arena_reset(wait->arena);
    return projc__store_find_generation(wait->store, wait->module->package, wait->type->name,
                                        wait->arena, generation, error);
}

/* How long to sleep before the next look, with and without notifications. */
typedef struct pauses {
    int64_t look_us;
    int64_t poll_us;
} pauses;

static int64_t doubled(int64_t pause_us, int64_t high_us)
{
    return pause_us * 2 < high_us ? pause_us * 2 : high_us;
}

/* Until the generation was committed to (*is_heard), or it is time to look all the same. */
static projc_status sleep_until_news(const waiting *wait, int64_t generation, int64_t left_us,
                                     pauses *pause, bool *is_heard, projc_error *error)
{
    const projc__clock *clock = &projc__real_clock;
    int64_t look_us = pause->look_us < left_us ? pause->look_us : left_us;
    projc_status status = projc__store_wait_commit(wait->store, generation, look_us, error);

    *is_heard = status == PROJC_OK;
    if (status == PROJC_TIMED_OUT) {
        pause->look_us = doubled(pause->look_us, LOOK_HIGH_US);
        return PROJC_OK;
    }
    if (status != PROJC_UNSUPPORTED)
        return status;
    clock->sleep_us(clock->user, pause->poll_us < left_us ? pause->poll_us : left_us);
    pause->poll_us = doubled(pause->poll_us, POLL_HIGH_US);
    return PROJC_OK;
}

static projc_status announce(const waiting *wait, projc_text id, int64_t generation,
                             int64_t timeout_ms, projc_error *error)
{
    return projc__store_add_waiter(wait->store, id, generation, wait->position, wait->stream,
                                   timeout_ms + WAITER_GRACE_MS, error);
}

/* generation NULL: there is none yet. What can be done about it is said too. */
static projc_status tell_late(const waiting *wait, const projc__generation *generation,
                              projc_error *error)
{
    const char *name = wait->type->name;
    projc_status status = projc_error_set(
        error, PROJC_TIMED_OUT, "projection `%s` has not applied event %lld within %lld ms", name,
        (long long)wait->position, (long long)wait->timeout_ms);
    size_t used = strlen(error->message);

    if (generation == NULL)
        snprintf(error->message + used, sizeof error->message - used,
                 ": no service has registered it in this database yet: start `run`");
    else if (generation->state == PROJC__PAUSED)
        snprintf(error->message + used, sizeof error->message - used,
                 ": it is paused: `resume %s` lets it go on", name);
    return status;
}

static projc_status wait_long(const waiting *wait, projc_text id, projc__generation generation,
                              projc_error *error)
{
    const projc__clock *clock = &projc__real_clock;
    int64_t announced = generation.number;
    pauses pause = {LOOK_LOW_US, POLL_LOW_US};
    projc_status status;

    for (;;) {
        bool is_heard = false;
        int64_t left;

        /* Once more behind the announcement: what was committed before it is not told. */
        status = look(wait, &generation, error);
        if (status != PROJC_TIMED_OUT)
            return status;
        status = check_event(wait, error);
        left = wait->until - projc__clock_monotonic(clock);
        if (status != PROJC_OK)
            return status;
        if (left <= 0)
            return tell_late(wait, &generation, error);
        status = sleep_until_news(wait, announced, left, &pause, &is_heard, error);
        projc_arena_reset(wait->arena);
        if (status == PROJC_OK && !is_heard)
            status = find_generation(wait, &generation, error);
        /* Another generation has become the live one. */
        if (status == PROJC_OK && generation.number != announced) {
            status = announce(wait, id, generation.number, left / 1000, error);
            announced = generation.number;
        }
        if (status != PROJC_OK)
            return status;
    }
}

/* A service that starts for the first time registers it soon; nobody can be told of that. */
static projc_status await_generation(const waiting *wait, projc__generation *generation,
                                     projc_error *error)
{
    const projc__clock *clock = &projc__real_clock;
    int64_t pause_us = LOOK_LOW_US;

    for (;;) {
        projc_status status = find_generation(wait, generation, error);
        int64_t left = wait->until - projc__clock_monotonic(clock);

        if (status == PROJC_ABSENT) {
            projc_error_clear(error);
            status = check_event(wait, error);
            if (status == PROJC_OK && left <= 0)
                return tell_late(wait, NULL, error);
            if (status == PROJC_OK) {
                clock->sleep_us(clock->user, pause_us < left ? pause_us : left);
                pause_us = doubled(pause_us, LOOK_HIGH_US);
                continue;
            }
        }
        return status;
    }
}

/* The first look costs three reads; only who must wait writes a row and wakes the projectors up. */
static projc_status run(const waiting *wait, projc_error *error)
{
    char id_text[PROJC__UUID_TEXT_SIZE + 1];
    projc__generation generation;
    projc_error removal;
    projc_status status = await_generation(wait, &generation, error);

    if (status != PROJC_OK)
        return status;
    status = look(wait, &generation, error);
    if (status == PROJC_TIMED_OUT) {
        projc__uuid_format(projc__uuid_random(), id_text);
        status = announce(wait, projc__text(id_text), generation.number, wait->timeout_ms, error);
        if (status != PROJC_OK)
            return status;
        status = wait_long(wait, projc__text(id_text), generation, error);
        /* A row that cannot be removed runs out by itself; what the wait found out counts. */
        if (status != PROJC_CONNECTION)
            (void)projc__store_remove_waiter(wait->store, projc__text(id_text), &removal);
    }
    return status == PROJC_OK ? check_applied(wait, error) : status;
}

projc_status projc_wait_for(projc_store *store, const projc_module *module, uint32_t projection,
                            const projc_value *key, uint32_t key_count, int64_t position,
                            int64_t timeout_ms, projc_error *error)
{
    waiting wait = {.store = store, .module = module, .position = position};
    projc_arena *key_arena;
    projc_msgpack_writer *writer;
    projc_status status = PROJC_OK;

    if (projection >= module->projection_count || timeout_ms < 0)
        return projc_error_set(error, PROJC_INVALID,
                               "%s has no projection number %u, or the time-out "
                               "is below 0",
                               module->source, projection);
    wait.type = &module->projections[projection];
    wait.stream = &module->streams[wait.type->stream];
    wait.has_key = key != NULL && wait.type->kind != PROJC_STREAM_PROJECTION;
    if (wait.has_key && key_count != wait.type->table->key_count)
        return projc_error_set(error, PROJC_INVALID,
                               "a key of projection `%s` has %u parts, not %u", wait.type->name,
                               wait.type->table->key_count, key_count);
    wait.timeout_ms = timeout_ms < TIMEOUT_MAX_MS ? timeout_ms : TIMEOUT_MAX_MS;
    wait.until = projc__clock_monotonic(&projc__real_clock) + wait.timeout_ms * 1000;
    wait.arena = projc_arena_new(0);
    key_arena = projc_arena_new(0);
    writer = key_arena == NULL ? NULL : projc_msgpack_writer_new(key_arena);
    if (wait.arena == NULL || writer == NULL)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    else if (wait.has_key)
        status = projc__key_encode(writer, key, key_count, &wait.key, error);
    if (status == PROJC_OK)
        status = run(&wait, error);
    projc_arena_free(wait.arena);
    projc_arena_free(key_arena);
    return status;
}
