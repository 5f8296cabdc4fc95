/* The generation that is being built, held against the live one, row by row.
 *
 * DESIGN. Both move on while they are compared. States carry the number of their last event: two of
 * one number must be equal, whenever they are read. Any other pair that differs is looked at again
 * with the new generation brought to where the live one stands by then; it is a difference when
 * neither side has changed since the look before. */
#include "engine/compare_generations.h"

#include <xxhash.h>

#include "engine/building.h"
#include "engine/compare_rows.h"
#include "engine/projector_private.h"
#include "engine/step.h"
#include "engine/workspace.h"

enum { LOOKS_MAX = 60, PENDING_MAX = 20000, PAUSE_US = 20000 };

/* A row that differed when it was looked at. */
typedef struct pending {
    struct pending *next;
    projc__compared_table *table;
    const projc_value *key;
    uint64_t stored; /* hashes of what was seen */
    uint64_t expected;
    bool is_decided;
} pending;

typedef struct comparison {
    projc__projector *projector;
    projc__workspace *workspace;
    void (*tell)(void *context, const projc__difference *difference);
    void *context;
    projc__generation_difference *found;
    projc__sides sides;
    projc_arena *arena;
    pending *first;
    size_t pending_count;
    pending *again; /* the row that is looked at again; NULL: it is the first look */
} comparison;

static projc_status no_memory(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a comparison");
}

static uint64_t hash_of(const projc__held_row *held)
{
    uint64_t hash =
        XXH3_64bits_withSeed(held->json.data, held->json.size, (XXH64_hash_t)held->position);

    return XXH3_64bits_withSeed(held->problem.data, held->problem.size, hash);
}

static void tell(comparison *self, const projc__row_pair *pair)
{
    const projc__difference difference = {
        .table = pair->table->table,
        .name = pair->table->rows != NULL ? pair->table->rows->name : NULL,
        .key = pair->key,
        .stored_position = pair->stored.position,
        .expected_position = pair->expected.position,
        .problem = pair->stored.problem,
        .stored = pair->stored.json,
        .expected = pair->expected.json,
    };

    self->found->differences++;
    self->tell(self->context, &difference);
}

static projc_status remember(comparison *self, const projc__row_pair *pair, projc_error *error)
{
    pending *row;

    if (self->pending_count >= PENDING_MAX) {
        self->found->undecided++;
        return PROJC_OK;
    }
    row = projc_arena_alloc(self->arena, sizeof *row);
    if (row == NULL)
        return no_memory(error);
    *row = (pending){.next = self->first,
                     .table = pair->table,
                     .stored = hash_of(&pair->stored),
                     .expected = hash_of(&pair->expected)};
    row->key = projc__values_copy(self->arena, pair->key, pair->table->table->key_count);
    if (row->key == NULL)
        return no_memory(error);
    self->first = row;
    self->pending_count++;
    return PROJC_OK;
}

static projc_status judge(void *context, const projc__row_pair *pair, projc_error *error)
{
    comparison *self = context;
    pending *row = self->again;
    uint64_t stored;
    uint64_t expected;

    if (row == NULL)
        self->found->rows++;
    if (projc__held_rows_equal(&pair->stored, &pair->expected)) {
        if (row != NULL)
            row->is_decided = true;
        return PROJC_OK;
    }
    stored = hash_of(&pair->stored);
    expected = hash_of(&pair->expected);
    if ((pair->stored.position != 0 && pair->stored.position == pair->expected.position) ||
        (row != NULL && row->stored == stored && row->expected == expected)) {
        tell(self, pair);
        if (row != NULL)
            row->is_decided = true;
        return PROJC_OK;
    }
    if (row == NULL)
        return remember(self, pair, error);
    row->stored = stored;
    row->expected = expected;
    return PROJC_OK;
}

/* To where the live generation stands now. */
static projc_status follow(comparison *self, projc_error *error)
{
    projc__part memory = {0};
    const projc__step_request all = {.memory = &memory};
    projc__outcome outcome;
    projc_status status;

    do {
        status = projc__step(self->projector, self->workspace, &all, &outcome, error);
    } while (
        status == PROJC_FENCED || status == PROJC_LOCKED ||
        (status == PROJC_OK && !outcome.is_level && !outcome.is_stopped && !outcome.is_paused));
    return status;
}

static projc_status look_again(comparison *self, projc_error *error)
{
    pending **link = &self->first;
    projc_status status = follow(self, error);

    while (*link != NULL && status == PROJC_OK) {
        pending *row = *link;

        self->again = row;
        status = projc__compare_keys(&self->sides, row->table, row->key, 1, judge, self, error);
        self->again = NULL;
        if (row->is_decided) {
            *link = row->next;
            self->pending_count--;
        } else {
            link = &row->next;
        }
    }
    return status;
}

static projc_status settle(comparison *self, projc_error *error)
{
    const projc__clock *clock = self->projector->engine->clock;
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < LOOKS_MAX && self->first != NULL && status == PROJC_OK; i++) {
        clock->sleep_us(clock->user, PAUSE_US);
        status = look_again(self, error);
    }
    self->found->undecided += (int64_t)self->pending_count;
    return status;
}

/* A second connection: rows are read from both at once. */
static projc_status open_other(comparison *self, projc_error *error)
{
    const projc_runtime_options *options = &self->projector->engine->options;
    const projc_store_options store_options = {.database = options->database,
                                               .event_max_bytes = options->event_max_bytes,
                                               .state_max_bytes = options->state_max_bytes,
                                               .statement_timeout_ms =
                                                   options->statement_timeout_ms};
    projc_status status = projc__workspace_store(self->workspace, &self->sides.stored, error);

    if (status == PROJC_OK)
        status = projc_store_open(&store_options, &self->sides.expected, error);
    return status;
}

static projc_status check_shape(comparison *self, projc_error *error)
{
    const projc__projector *projector = self->projector;
    projc__generation live;
    projc_status status =
        projc__store_find_generation(self->sides.stored, projector->module->package,
                                     projector->type->name, self->arena, &live, error);

    if (status == PROJC_OK && live.shape_fingerprint != projector->type->shape_fingerprint)
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s`: the live generation has another shape, and its "
                               "rows cannot be compared: `rebuild %s` puts the new one in place",
                               projector->type->name, projector->type->name);
    return status;
}

static projc_status compare_all(comparison *self, projc_error *error)
{
    const projc__projector *projector = self->projector;
    const projc_projection_type *live = &projector->module->projections[projector->index];
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i <= live->table_count && status == PROJC_OK; i++) {
        projc__compared_table *table = projc_arena_alloc(self->arena, sizeof *table);

        if (table == NULL)
            return no_memory(error);
        status = projc__compared_table_init(table, live, i, self->arena, error);
        table->other = i == 0 ? projector->type->table : projector->type->tables[i - 1].table;
        if (status == PROJC_OK)
            status = projc__compare_table(&self->sides, table, NULL, judge, self, error);
    }
    return status == PROJC_OK ? settle(self, error) : status;
}

projc_status projc__compare_generations(
    projc__projector *building, projc__workspace *workspace,
    void (*tell_difference)(void *context, const projc__difference *difference), void *context,
    projc__generation_difference *found, projc_error *error)
{
    comparison self = {.projector = building,
                       .workspace = workspace,
                       .tell = tell_difference,
                       .context = context,
                       .found = found,
                       .arena = projc_arena_new(0)};
    projc_status status = PROJC_OK;

    *found = (projc__generation_difference){0};
    self.sides.chunk = projc_arena_new(0);
    if (self.arena == NULL || self.sides.chunk == NULL)
        status = no_memory(error);
    if (status == PROJC_OK)
        status = open_other(&self, error);
    if (status == PROJC_OK)
        status = check_shape(&self, error);
    if (status == PROJC_OK)
        status = compare_all(&self, error);
    projc_store_close(self.sides.expected);
    projc_arena_free(self.sides.chunk);
    projc_arena_free(self.arena);
    return status;
}
