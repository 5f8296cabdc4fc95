/* What is stored, held against what the log makes of the same program: verify. */
#include <string.h>

#include "base/back_off.h"
#include "codec/value.h"
#include "engine/compare_rows.h"
#include "engine/state_row.h"
#include "engine/verify_private.h"

enum {
    LOOKS_MAX = 30,       /* at rows that differ while services work on them */
    CHASES_MAX = 50,      /* at one state that changes all the time */
    PENDING_MAX = 100000, /* rows to look at again; more are counted only */
    PAUSE_LOW_US = 1000,
    PAUSE_HIGH_US = 100000
};

/* A row that differed when it was looked at. */
typedef struct pending {
    struct pending *next;
    projc__compared_table *table;
    const projc_value *key;
    projc__held_row stored;
    projc__held_row expected;
} pending;

typedef struct list {
    projc_arena *arena;
    pending *first;
    pending **last;
    size_t count;
} list;

typedef struct verification {
    projc__witness witness;
    const projc__verify_request *request;
    projc__verify_result *result;
    projc__sides sides;
    projc__compared_table *tables; /* the states, then the projection's tables */
    uint32_t table_count;
    projc_arena *arena; /* of the whole run */
    list lists[2];
    list *now;             /* what this look finds */
    const pending *before; /* the row that is looked at again; NULL: it is the first look */
    projc__random random;
} verification;

static projc_status no_memory(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a comparison");
}

/* ---- judging ---- */

/* A stored key whose repair will change it, or a row that belongs to one. */
static projc_status is_waiting(const verification *self, const projc__row_pair *pair, bool *answer,
                               projc_error *error)
{
    const projc__witness *witness = &self->witness;
    const projc_column *columns = witness->type->table->columns;
    uint32_t parts = projc__key_parts(witness->type);

    *answer = false;
    for (size_t i = 0; i < witness->waiting_count && !*answer; i++) {
        projc_bytes key = witness->waiting[i].key;
        projc_value *values = projc_arena_alloc(self->sides.chunk, (parts + 1) * sizeof *values);
        projc_status status;

        if (values == NULL)
            return no_memory(error);
        if (parts == 0 || (key.size == 1 && key.data[0] == 0x90))
            continue; /* a projection that stands has nothing behind its lane */
        status = projc__key_decode(key, columns, parts, self->sides.chunk, values, error);
        if (status != PROJC_OK)
            return status;
        /* The first column of a table is the projection's key. */
        *answer = projc__key_compare(values, pair->key, pair->table->rows != NULL ? 1 : parts) == 0;
    }
    return PROJC_OK;
}

static void tell(verification *self, const pending *row)
{
    projc__difference difference = {
        .table = row->table->table,
        .name = row->table->rows != NULL ? row->table->rows->name : NULL,
        .key = row->key,
        .stored_position = row->stored.position,
        .expected_position = row->expected.position,
        .problem = row->stored.problem,
        .stored = row->stored.json,
        .expected = row->expected.json,
    };

    self->result->differences++;
    if (self->request->tell != NULL)
        self->request->tell(self->request->context, &difference);
}

static projc_status copy_held(projc_arena *arena, projc__held_row *held, projc_error *error)
{
    held->json.data = projc_arena_copy(arena, held->json.data, held->json.size);
    held->problem.data = projc_arena_copy(arena, held->problem.data, held->problem.size);
    return held->json.data != NULL && held->problem.data != NULL ? PROJC_OK : no_memory(error);
}

static projc_status remember(list *found, const projc__row_pair *pair, projc_error *error)
{
    pending *row = projc_arena_alloc(found->arena, sizeof *row);

    if (row == NULL)
        return no_memory(error);
    *row = (pending){.table = pair->table, .stored = pair->stored, .expected = pair->expected};
    row->key = projc__values_copy(found->arena, pair->key, pair->table->table->key_count);
    if (row->key == NULL || copy_held(found->arena, &row->stored, error) != PROJC_OK ||
        copy_held(found->arena, &row->expected, error) != PROJC_OK)
        return no_memory(error);
    *found->last = row;
    found->last = &row->next;
    found->count++;
    return PROJC_OK;
}

static bool is_row(const projc__held_row *held)
{
    return held->json.size > 0 || held->problem.size > 0;
}

static projc_status judge(void *context, const projc__row_pair *pair, projc_error *error)
{
    verification *self = context;
    const pending *before = self->before;
    bool waits = false;
    projc_status status;

    if (before != NULL)
        self->before = before->next;
    else if (is_row(&pair->stored) || is_row(&pair->expected))
        *(pair->table->rows != NULL ? &self->result->rows : &self->result->states) += 1;
    if (projc__held_rows_equal(&pair->stored, &pair->expected))
        return PROJC_OK;
    status = is_waiting(self, pair, &waits, error);
    if (status != PROJC_OK || waits)
        return status;
    if (before != NULL && projc__held_rows_equal(&pair->stored, &before->stored) &&
        projc__held_rows_equal(&pair->expected, &before->expected)) {
        tell(self, before);
        return PROJC_OK;
    }
    if (self->now->count >= PENDING_MAX) {
        self->result->undecided++;
        return PROJC_OK;
    }
    return remember(self->now, pair, error);
}

/* ---- looking ---- */

static projc_status begin_list(list *found, projc_error *error)
{
    if (found->arena == NULL)
        found->arena = projc_arena_new(0);
    if (found->arena == NULL)
        return no_memory(error);
    projc_arena_reset(found->arena);
    found->first = NULL;
    found->last = &found->first;
    found->count = 0;
    return PROJC_OK;
}

/* key: NULL for everything. */
static projc_status look_first(verification *self, const projc_value *key, projc_error *error)
{
    projc_status status = projc__witness_look(&self->witness, error);

    if (status == PROJC_OK)
        status = begin_list(self->now, error);
    if (status == PROJC_OK && key != NULL)
        status = projc__compare_keys(&self->sides, &self->tables[0], key, 1, judge, self, error);
    for (uint32_t i = key != NULL ? 1 : 0; i < self->table_count && status == PROJC_OK; i++)
        status = projc__compare_table(&self->sides, &self->tables[i], key, judge, self, error);
    return status;
}

/* The rows of one table that stand together in the list. */
static projc_status look_at_run(verification *self, const pending *first, const pending **end,
                                projc_error *error)
{
    uint32_t width = first->table->table->key_count;
    projc_arena *arena = projc_arena_new(0);
    projc_value *keys;
    size_t count = 0;
    projc_status status;

    *end = first;
    while (*end != NULL && (*end)->table == first->table) {
        count++;
        *end = (*end)->next;
    }
    keys = arena != NULL ? projc_arena_alloc(arena, count * width * sizeof *keys) : NULL;
    if (keys == NULL) {
        projc_arena_free(arena);
        return no_memory(error);
    }
    count = 0;
    for (const pending *row = first; row != *end; row = row->next)
        memcpy(keys + width * count++, row->key, width * sizeof *keys);
    self->before = first;
    status = projc__compare_keys(&self->sides, first->table, keys, count, judge, self, error);
    self->before = NULL;
    projc_arena_free(arena);
    return status;
}

static projc_status look_again(verification *self, projc_error *error)
{
    const pending *row = self->now->first;
    projc_status status = projc__witness_look(&self->witness, error);

    self->now = self->now == &self->lists[0] ? &self->lists[1] : &self->lists[0];
    if (status == PROJC_OK)
        status = begin_list(self->now, error);
    while (row != NULL && status == PROJC_OK)
        status = look_at_run(self, row, &row, error);
    return status;
}

/* ---- a state that changes all the time ---- */

/* The replica is brought to exactly the event that made the stored state. */
static projc_status chase_once(verification *self, const pending *row, bool *is_decided,
                               projc_error *error)
{
    const projc__witness *witness = &self->witness;
    projc_value *stored = NULL;
    projc__lane *lanes;
    projc_status status;

    *is_decided = false;
    projc_arena_reset(self->sides.chunk);
    lanes = projc_arena_alloc(self->sides.chunk, (witness->lane_count + 1) * sizeof *lanes);
    if (lanes == NULL)
        return no_memory(error);
    status = projc__store_load_rows(witness->store, row->table->table, row->key, 1,
                                    self->sides.chunk, &stored, error);
    if (status != PROJC_OK || stored == NULL)
        return status;
    for (size_t i = 0; i < witness->lane_count; i++)
        lanes[i].position = projc__state_position(witness->type, stored);
    status = projc__replica_follow(witness->replica, lanes, witness->lane_count, error);
    if (status == PROJC_OK)
        status = begin_list(self->now, error);
    self->before = row; /* so that nothing is counted */
    if (status == PROJC_OK)
        status = projc__compare_pair(&self->sides, row->table, stored, judge, self, error);
    self->before = NULL;
    if (status != PROJC_OK)
        return status;
    /* A replica that is further already says nothing: the next reading will be ahead of it. */
    *is_decided = self->now->first == NULL ||
                  self->now->first->expected.position <= self->now->first->stored.position;
    if (*is_decided && self->now->first != NULL)
        tell(self, self->now->first);
    return PROJC_OK;
}

static projc_status chase(verification *self, projc_error *error)
{
    const pending *row = self->now->first;
    const projc__clock *clock = self->witness.engine->clock;
    projc_status status = PROJC_OK;

    self->now = self->now == &self->lists[0] ? &self->lists[1] : &self->lists[0];
    for (; row != NULL && status == PROJC_OK; row = row->next) {
        bool is_decided = false;

        for (uint32_t i = 0;
             row->table->rows == NULL && i < CHASES_MAX && status == PROJC_OK && !is_decided; i++) {
            if (i > 0)
                clock->sleep_us(clock->user, PAUSE_LOW_US);
            status = chase_once(self, row, &is_decided, error);
        }
        self->result->undecided += !is_decided;
    }
    return status;
}

/* ---- the whole ---- */

/* Until every row that differed is decided, or changed too often. */
static projc_status settle(verification *self, projc_error *error)
{
    const projc__clock *clock = self->witness.engine->clock;
    projc_status status = PROJC_OK;

    for (uint32_t looks = 1; self->now->count > 0 && status == PROJC_OK; looks++) {
        bool is_still = false;

        status = projc__witness_is_still(&self->witness, &is_still, error);
        if (status == PROJC_OK && is_still) {
            for (const pending *row = self->now->first; row != NULL; row = row->next)
                tell(self, row);
            return PROJC_OK;
        }
        if (looks > LOOKS_MAX)
            return status == PROJC_OK ? chase(self, error) : status;
        clock->sleep_us(clock->user,
                        projc__back_off_us(&self->random, looks, PAUSE_LOW_US, PAUSE_HIGH_US));
        if (status == PROJC_OK)
            status = look_again(self, error);
    }
    return status;
}

/* key: NULL for everything. */
static projc_status verify_scope(verification *self, const projc_value *key, projc_error *error)
{
    const projc__witness *witness = &self->witness;
    bool is_aggregate = witness->type->kind == PROJC_AGGREGATE_PROJECTION;
    projc_status status = PROJC_OK;

    /* Only an aggregate's events can be read by themselves. */
    if (witness->replica == NULL || (is_aggregate && key != NULL))
        status = projc__witness_replay(&self->witness, is_aggregate ? key : NULL, error);
    if (status == PROJC_OK)
        self->sides.expected = projc__replica_store(witness->replica);
    if (status == PROJC_OK)
        status = look_first(self, key, error);
    if (status == PROJC_OK)
        status = settle(self, error);
    if (status != PROJC_OK)
        return status;
    self->result->position = witness->lowest;
    self->result->differences += (int64_t)witness->failure_count;
    for (size_t i = 0; i < witness->failure_count && self->request->tell_failure != NULL; i++)
        self->request->tell_failure(self->request->context, &witness->failures[i]);
    if (key == NULL)
        self->result->waiting = (int64_t)witness->waiting_count;
    return PROJC_OK;
}

/* ---- a sample ---- */

/* Every stored key has the same chance: Vitter, "Random sampling with a reservoir" (1985),
 * algorithm R. */
typedef struct reservoir {
    verification *owner;
    const projc_value **keys;
    int64_t size;
    int64_t seen;
} reservoir;

static projc_status draw(void *context, const projc_value *values, projc_error *error)
{
    reservoir *self = context;
    uint64_t seen = (uint64_t)++self->seen;
    uint64_t slot =
        self->seen <= self->size ? seen - 1 : projc__random_below(&self->owner->random, seen);

    if (slot >= (uint64_t)self->size)
        return PROJC_OK;
    self->keys[slot] =
        projc__values_copy(self->owner->arena, values, self->owner->witness.type->table->key_count);
    return self->keys[slot] != NULL ? PROJC_OK : no_memory(error);
}

static projc_status verify_sample(verification *self, projc_error *error)
{
    const projc__witness *witness = &self->witness;
    reservoir drawn = {.owner = self, .size = self->request->sample};
    projc_status status;

    drawn.keys = projc_arena_alloc(self->arena, (size_t)drawn.size * sizeof *drawn.keys);
    if (drawn.keys == NULL)
        return no_memory(error);
    status = projc__store_scan_rows(witness->store, witness->type->table, draw, &drawn, error);
    for (int64_t i = 0; i < drawn.size && i < drawn.seen && status == PROJC_OK; i++)
        status = verify_scope(self, drawn.keys[i], error);
    return status;
}

static projc_status begin(verification *self, projc_error *error)
{
    const projc_projection_type *type = self->witness.type;
    projc_status status = PROJC_OK;

    self->arena = projc_arena_new(0);
    self->sides = (projc__sides){.stored = self->witness.store, .chunk = projc_arena_new(0)};
    if (self->arena == NULL || self->sides.chunk == NULL)
        return no_memory(error);
    self->table_count = type->table_count + 1;
    self->tables = projc_arena_alloc(self->arena, self->table_count * sizeof *self->tables);
    if (self->tables == NULL)
        return no_memory(error);
    for (uint32_t i = 0; i < self->table_count && status == PROJC_OK; i++)
        status = projc__compared_table_init(&self->tables[i], type, i, self->arena, error);
    return status;
}

projc_status projc__verify(const projc__engine *engine, projc_store *store,
                           const projc__verify_request *request, projc__verify_result *result,
                           projc_error *error)
{
    verification self = {.request = request, .result = result};
    projc_status status;

    *result = (projc__verify_result){0};
    self.now = &self.lists[0];
    projc__random_init(&self.random, request->seed);
    status = projc__witness_open(&self.witness, engine, store, request->module, request->projection,
                                 error);
    if (status == PROJC_OK)
        status = begin(&self, error);
    if (status == PROJC_OK && request->sample > 0 && request->key == NULL &&
        projc__key_parts(self.witness.type) > 0)
        status = verify_sample(&self, error);
    else if (status == PROJC_OK)
        status = verify_scope(&self, request->key, error);
    projc__witness_close(&self.witness);
    projc_arena_free(self.lists[0].arena);
    projc_arena_free(self.lists[1].arena);
    projc_arena_free(self.sides.chunk);
    projc_arena_free(self.arena);
    return status;
}
