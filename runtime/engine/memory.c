/* What a part remembers from step to step: where its lanes stand, and rows of its keys. */
#include "engine/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/rows.h"

enum { TRUST_US = 1000000, FRESH_US = 20000, FIRST_SLOTS = 256, ROWS_MAX = 1000 };

/* A row as the store holds it. */
typedef struct slot {
    uint64_t hash;
    uint32_t number;
    const projc_value *key; /* NULL: the slot is empty */
    projc_value *row;       /* NULL: the store has none */
} slot;

struct projc__memory {
    projc__lane *lanes;
    bool *mine;
    uint32_t lane_count;
    bool is_known;     /* the lanes, as they were left */
    bool is_clean;     /* no key was out of order: a look would tell nothing else */
    bool has_no_skips; /* ahead of the lanes */
    int64_t looked_at;

    size_t bytes_max;
    projc_arena *arena; /* of rows and slots */
    slot *slots;
    size_t mask;
    size_t count;
};

projc__memory *projc__memory_new(uint32_t lane_count, size_t bytes_max)
{
    projc__memory *made = calloc(1, sizeof *made);

    if (made == NULL)
        return NULL;
    made->lane_count = lane_count;
    made->bytes_max = bytes_max;
    made->lanes = calloc(lane_count, sizeof *made->lanes);
    made->mine = calloc(lane_count, sizeof *made->mine);
    made->arena = projc_arena_new(0);
    if (made->lanes == NULL || made->mine == NULL || made->arena == NULL) {
        projc__memory_free(made);
        return NULL;
    }
    return made;
}

void projc__memory_free(projc__memory *memory)
{
    if (memory == NULL)
        return;
    free(memory->lanes);
    free(memory->mine);
    projc_arena_free(memory->arena);
    free(memory);
}

static void forget_rows(projc__memory *memory)
{
    if (memory->slots == NULL)
        return;
    projc_arena_reset(memory->arena);
    memory->slots = NULL;
    memory->count = 0;
}

void projc__memory_forget(projc__memory *memory)
{
    if (memory == NULL)
        return;
    memory->is_known = false;
    memory->has_no_skips = false;
    forget_rows(memory);
}

/* ---- lanes ---- */

bool projc__memory_recall(const projc__memory *memory, projc_arena *arena, int64_t now,
                          projc__lane_set *lanes)
{
    if (memory == NULL || !memory->is_known || !memory->is_clean ||
        now - memory->looked_at > TRUST_US)
        return false;
    *lanes = (projc__lane_set){.count = memory->lane_count, .bound = INT64_MAX};
    lanes->lanes = projc_arena_alloc(arena, memory->lane_count * sizeof *lanes->lanes);
    if (lanes->lanes == NULL)
        return false;
    memcpy(lanes->lanes, memory->lanes, memory->lane_count * sizeof *lanes->lanes);
    return true;
}

bool projc__memory_is_fresh(const projc__memory *memory, int64_t now)
{
    return memory != NULL && memory->is_known && now - memory->looked_at <= FRESH_US;
}

static bool is_as_left(const projc__lane *left, const projc__lane *found)
{
#ifdef PROJC_MUTANT_MEMORY_WITHOUT_EPOCH
    return left->position == found->position; /* the tests must notice */
#else
    return left->position == found->position && left->epoch == found->epoch &&
           projc_uuid_compare(left->last_event_id, found->last_event_id) == 0;
#endif
}

void projc__memory_compare(projc__memory *memory, const projc__lane_set *lanes, int64_t now)
{
    bool is_same;

    if (memory == NULL)
        return;
    is_same = memory->is_known && projc_arena_used(memory->arena) <= memory->bytes_max;
    for (uint32_t i = 0; i < lanes->count && is_same; i++)
        is_same = memory->mine[i] == lanes->mine[i] &&
                  (!lanes->mine[i] || is_as_left(&memory->lanes[i], &lanes->lanes[i]));
    if (!is_same) {
        memory->has_no_skips = false;
        forget_rows(memory);
    }
    memcpy(memory->lanes, lanes->lanes, lanes->count * sizeof *lanes->lanes);
    memcpy(memory->mine, lanes->mine, lanes->count * sizeof *lanes->mine);
    memory->is_known = true;
    if (!lanes->is_recalled) {
        memory->is_clean = lanes->key_count == 0;
        memory->looked_at = now;
    }
}

bool projc__memory_has_no_skips(const projc__memory *memory)
{
    return memory != NULL && memory->is_known && memory->has_no_skips;
}

/* ---- rows ---- */

static uint64_t hash_of(uint32_t number, const projc_table *table, const projc_value *key)
{
    return projc__rows_hash(number, key, table->key_count, 0);
}

/* The slot of the key, or the empty one where it belongs. */
static slot *find_slot(const projc__memory *memory, uint64_t hash, uint32_t number,
                       const projc_table *table, const projc_value *key)
{
    size_t index = (size_t)hash & memory->mask;

    while (memory->slots[index].key != NULL &&
           !(memory->slots[index].hash == hash && memory->slots[index].number == number &&
             projc__key_compare(memory->slots[index].key, key, table->key_count) == 0))
        index = (index + 1) & memory->mask;
    return &memory->slots[index];
}

static bool grow(projc__memory *memory)
{
    size_t old_count = memory->slots == NULL ? 0 : memory->mask + 1;
    size_t count = old_count == 0 ? FIRST_SLOTS : 2 * old_count;
    slot *old = memory->slots;
    slot *grown = projc_arena_alloc(memory->arena, count * sizeof *grown);

    if (grown == NULL)
        return false;
    memory->slots = grown;
    memory->mask = count - 1;
    for (size_t i = 0; i < old_count; i++) {
        size_t index = (size_t)old[i].hash & memory->mask;

        if (old[i].key == NULL)
            continue;
        while (grown[index].key != NULL)
            index = (index + 1) & memory->mask;
        grown[index] = old[i];
    }
    return true;
}

/* The row that the store holds now; NULL: none. False when there is no room: then what was known of
 * it may be wrong. */
static bool put(projc__memory *memory, uint32_t number, const projc_table *table,
                const projc_value *key, const projc_value *row)
{
    uint64_t hash = hash_of(number, table, key);
    projc_value *kept = NULL;
    slot *place;

    if (projc_arena_used(memory->arena) > memory->bytes_max)
        return false;
    if ((memory->slots == NULL || 2 * (memory->count + 1) > memory->mask) && !grow(memory))
        return false;
    place = find_slot(memory, hash, number, table, key);
    if (row != NULL)
        kept = projc__rows_keep(memory->arena, row, table->column_count);
    if (row != NULL && kept == NULL)
        return false;
    if (place->key == NULL) {
        const projc_value *own =
            kept != NULL ? kept : projc__rows_keep(memory->arena, key, table->key_count);

        if (own == NULL)
            return false;
        *place = (slot){.hash = hash, .number = number, .key = own};
        memory->count++;
    }
    place->row = kept;
    return true;
}

static bool find_row(const projc__memory *memory, uint32_t number, const projc_table *table,
                     const projc_value *key, projc_value **row)
{
    const slot *place;

    if (memory->slots == NULL)
        return false;
    place = find_slot(memory, hash_of(number, table, key), number, table, key);
    *row = place->row;
    return place->key != NULL;
}

static projc_status out_of_room(const projc__batch *batch, projc_arena *arena, projc_error *error)
{
    projc_status status = projc__arena_error(arena, error);

    return arena == batch->arena ? projc__batch_room(batch, status, error) : status;
}

/* Loads what is not known, and remembers it. */
static projc_status load_unknown(projc__batch *batch, uint32_t number, const projc_table *table,
                                 const projc_value *keys, const size_t *unknown, size_t count,
                                 projc_arena *arena, projc_value **rows, projc_error *error)
{
    uint32_t width = table->key_count;
    projc_value *wanted = projc_arena_alloc_raw(arena, count * width * sizeof *wanted);
    projc_value **found = projc_arena_alloc_raw(arena, count * sizeof(void *));
    projc_status status;

    if (wanted == NULL || found == NULL)
        return out_of_room(batch, arena, error);
    for (size_t i = 0; i < count; i++)
        memcpy(&wanted[i * width], &keys[unknown[i] * width], width * sizeof *wanted);
    status = projc__store_load_rows(batch->store, table, wanted, count, arena, found, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        rows[unknown[i]] = found[i];
        (void)put(batch->lanes->memory, number, table, &wanted[i * width], found[i]);
    }
    return status;
}

projc_status projc__memory_load_rows_into(projc__batch *batch, uint32_t number,
                                          const projc_table *table, const projc_value *keys,
                                          size_t count, projc_arena *arena, projc_value **rows,
                                          projc_error *error)
{
    const projc__memory *memory = batch->lanes->memory;
    size_t *unknown;
    size_t unknown_count = 0;

    if (memory == NULL || !batch->is_small || count > ROWS_MAX)
        return projc__store_load_rows(batch->store, table, keys, count, arena, rows, error);
    unknown = projc_arena_alloc_raw(arena, count * sizeof *unknown);
    if (unknown == NULL)
        return out_of_room(batch, arena, error);
    for (size_t i = 0; i < count; i++)
        if (!find_row(memory, number, table, &keys[i * table->key_count], &rows[i]))
            unknown[unknown_count++] = i;
    return unknown_count == 0 ? PROJC_OK
                              : load_unknown(batch, number, table, keys, unknown, unknown_count,
                                             arena, rows, error);
}

/* ---- commits ---- */

/* The number by which the batch knows the table of a write. */
static uint32_t number_of(const projc__batch *batch, const projc_table *table)
{
    uint32_t number = PROJC__STATE_TABLE;

    for (uint32_t i = 0; batch->rows != NULL && i < batch->rows->table_count; i++)
        if (batch->rows->tables[i].type->table == table)
            number = i;
    return number;
}

static bool keep_write(projc__memory *memory, uint32_t number, const projc__row_write *write)
{
    const projc_table *table = write->table;
    bool is_kept = true;

    for (size_t i = 0; i < write->deleted_count && is_kept; i++)
        is_kept = put(memory, number, table, &write->deleted_keys[i * table->key_count], NULL);
    for (size_t i = 0; i < write->row_count && is_kept; i++)
        is_kept = put(memory, number, table, &write->rows[i * table->column_count],
                      &write->rows[i * table->column_count]);
    return is_kept;
}

static void keep_rows(projc__memory *memory, const projc__batch *batch, const projc__unit *unit)
{
    bool is_kept = batch->is_small;

    for (size_t i = 0; i < unit->write_count && is_kept; i++)
        is_kept = unit->writes[i].row_count + unit->writes[i].deleted_count <= ROWS_MAX &&
                  (unit->writes[i].rows != NULL || unit->writes[i].row_count == 0) &&
                  keep_write(memory, number_of(batch, unit->writes[i].table), &unit->writes[i]);
    if (!is_kept)
        forget_rows(memory);
}

void projc__memory_keep(projc__memory *memory, const projc__batch *batch, const projc__unit *unit)
{
    if (memory == NULL)
        return;
    for (size_t i = 0; i < unit->claim_count; i++) {
        const projc__claim *claim = &unit->claims[i];
        projc__lane *lane = &memory->lanes[claim->lane];

        if (claim->raises_epoch || claim->new_position == claim->position) {
            projc__memory_forget(memory);
            return;
        }
        lane->position = claim->new_position;
        lane->last_event_id = claim->last_event_id;
        lane->applied += claim->applied;
        lane->place = unit->places[i];
    }
    if (unit->key_count + unit->healed_count + unit->skipped_count + unit->waiting_count +
            unit->passed_count >
        0)
        memory->is_clean = false;
    /* Of a keyed projection others record events that have no key, beside any lane's epoch. */
    memory->has_no_skips = batch->projector->type->kind != PROJC_KEYED_PROJECTION &&
                           batch->skips.known_to == INT64_MAX && batch->skips.first == NULL;
    keep_rows(memory, batch, unit);
}
