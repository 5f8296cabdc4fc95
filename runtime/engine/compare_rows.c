/* Rows of one table on two sides: as stored, and as a replica has them. */
#include "engine/compare_rows.h"

#include <string.h>

#include "engine/state_row.h"
#include "projc/handler.h"

static projc_status no_memory(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a comparison");
}

projc_status projc__compared_table_init(projc__compared_table *self,
                                        const projc_projection_type *type, uint32_t number,
                                        projc_arena *arena, projc_error *error)
{
    size_t size;

    *self = (projc__compared_table){.type = type, .table = type->table};
    if (number > 0) {
        self->rows = &type->tables[number - 1];
        self->table = self->rows->table;
    }
    self->other = self->table;
    size = self->rows != NULL ? self->rows->row_size : type->state_size;
    self->room = projc_arena_alloc(arena, size);
    return self->room != NULL ? PROJC_OK : no_memory(error);
}

bool projc__held_rows_equal(const projc__held_row *left, const projc__held_row *right)
{
    return left->position == right->position &&
           (projc_text_compare(left->json, right->json) == 0) &&
           (projc_text_compare(left->problem, right->problem) == 0);
}

projc_value *projc__values_copy(projc_arena *arena, const projc_value *values, size_t count)
{
    projc_value *copy = projc_arena_alloc(arena, (count + 1) * sizeof *copy);

    for (size_t i = 0; i < count && copy != NULL; i++) {
        copy[i] = values[i];
        if (values[i].kind == PROJC_KIND_TEXT) {
            copy[i].as.text.data =
                projc_arena_copy(arena, values[i].as.text.data, values[i].as.text.size);
            if (copy[i].as.text.data == NULL)
                return NULL;
        } else if (values[i].kind == PROJC_KIND_BYTES) {
            copy[i].as.bytes.data = (const uint8_t *)projc_arena_copy(
                arena, values[i].as.bytes.data, values[i].as.bytes.size);
            if (copy[i].as.bytes.data == NULL)
                return NULL;
        }
    }
    return copy;
}

static projc_status decode(const projc__compared_table *table, const projc_value *row,
                           projc_arena *arena, projc__held_row *held, projc_error *error)
{
    if (table->rows != NULL)
        return projc__table_row_from_values(table->rows, row, arena, table->room, error);
    held->position = projc__state_position(table->type, row);
    return projc__state_from_row(table->type, row, arena, table->room, error);
}

/* What a row says, as JSON; nothing of NULL. Damaged rows are what a comparison is there to find.
 */
static projc_status describe(const projc__compared_table *table, const projc_value *row,
                             projc_arena *arena, projc__held_row *held, projc_error *error)
{
    projc_json_writer *writer;
    projc_error problem = {0};
    projc_status status;

    *held = (projc__held_row){.json = {"", 0}, .problem = {"", 0}};
    if (row == NULL)
        return PROJC_OK;
    status = decode(table, row, arena, held, &problem);
    if (projc_status_class_of(status) == PROJC_CLASS_INFRA) {
        *error = problem;
        return status;
    }
    if (status != PROJC_OK) {
        size_t size = strlen(problem.message);
        char *copy = projc_arena_copy(arena, problem.message, size);

        held->problem = projc_text_of(copy, size);
        return copy != NULL ? PROJC_OK : no_memory(error);
    }
    writer = projc_json_writer_new(arena);
    if (writer == NULL)
        return no_memory(error);
    if (table->rows != NULL)
        table->rows->to_json(writer, table->room);
    else
        table->type->to_json(writer, table->room);
    return projc_json_writer_finish(writer, &held->json, error);
}

/* ---- one chunk ---- */

/* Rows of one side, collected until they are looked up on the other. */
typedef struct chunk {
    const projc__sides *sides;
    projc__compared_table *table;
    projc__pair_visit visit;
    void *context;
    bool is_reverse; /* the rows are stored ones, and only those that the replica lacks count */
    size_t count;
    projc_value *keys; /* PROJC__COMPARED_AT_ONCE times key_count */
    projc_value *rows[PROJC__COMPARED_AT_ONCE];
} chunk;

static projc_status begin_chunk(chunk *self, projc_error *error)
{
    size_t size = PROJC__COMPARED_AT_ONCE * self->table->table->key_count * sizeof *self->keys;

    projc_arena_reset(self->sides->chunk);
    self->count = 0;
    self->keys = projc_arena_alloc(self->sides->chunk, size);
    return self->keys != NULL ? PROJC_OK : no_memory(error);
}

static projc_status tell(const chunk *self, const projc_value *key, const projc_value *stored,
                         const projc_value *expected, projc_error *error)
{
    projc__row_pair pair = {.table = self->table, .key = key};
    projc_arena *arena = self->sides->chunk;
    projc_status status = describe(self->table, stored, arena, &pair.stored, error);

    if (status == PROJC_OK)
        status = describe(self->table, expected, arena, &pair.expected, error);
    return status == PROJC_OK ? self->visit(self->context, &pair, error) : status;
}

static projc_status end_chunk(chunk *self, projc_error *error)
{
    const projc_table *table = self->table->table;
    projc_store *other = self->is_reverse ? self->sides->expected : self->sides->stored;
    projc_value **found = projc_arena_alloc(self->sides->chunk, (self->count + 1) * sizeof *found);
    projc_status status;

    if (found == NULL)
        return no_memory(error);
    if (self->count == 0)
        return PROJC_OK;
    status = projc__store_load_rows(other, self->is_reverse ? self->table->other : table,
                                    self->keys, self->count, self->sides->chunk, found, error);
    for (size_t i = 0; i < self->count && status == PROJC_OK; i++) {
        const projc_value *key = self->keys + i * table->key_count;

        if (!self->is_reverse)
            status = tell(self, key, found[i], self->rows[i], error);
        else if (found[i] == NULL)
            status = tell(self, key, self->rows[i], NULL, error);
    }
    return status;
}

static projc_status add_to_chunk(void *context, const projc_value *values, projc_error *error)
{
    chunk *self = context;
    const projc_table *table = self->table->table;
    projc_value *copy = projc__values_copy(self->sides->chunk, values, table->column_count);
    projc_status status = PROJC_OK;

    if (copy == NULL)
        return no_memory(error);
    memcpy(self->keys + self->count * table->key_count, copy,
           table->key_count * sizeof *self->keys);
    self->rows[self->count++] = copy;
    if (self->count < PROJC__COMPARED_AT_ONCE)
        return PROJC_OK;
    status = end_chunk(self, error);
    return status == PROJC_OK ? begin_chunk(self, error) : status;
}

/* ---- tables ---- */

/* All rows of one side, or those of one first key part. */
static projc_status walk_side(chunk *self, projc_store *side, const projc_value *part,
                              projc_error *error)
{
    static const uint32_t first_column[] = {0};
    const projc_table *table = self->is_reverse ? self->table->table : self->table->other;
    projc_arena *arena;
    projc_value **rows = NULL;
    size_t count = 0;
    projc_status status = begin_chunk(self, error);

    if (status != PROJC_OK)
        return status;
    if (part == NULL) {
        status = projc__store_scan_rows(side, table, add_to_chunk, self, error);
        return status == PROJC_OK ? end_chunk(self, error) : status;
    }
    arena = projc_arena_new(0);
    if (arena == NULL)
        return no_memory(error);
    status =
        projc__store_find_rows(side, table, first_column, part, 1, arena, &rows, &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        status = add_to_chunk(self, rows[i], error);
    if (status == PROJC_OK)
        status = end_chunk(self, error);
    projc_arena_free(arena);
    return status;
}

projc_status projc__compare_table(const projc__sides *sides, projc__compared_table *table,
                                  const projc_value *part, projc__pair_visit visit, void *context,
                                  projc_error *error)
{
    chunk whole = {.sides = sides, .table = table, .visit = visit, .context = context};
    projc_status status = walk_side(&whole, sides->expected, part, error);

    whole.is_reverse = true;
    return status == PROJC_OK ? walk_side(&whole, sides->stored, part, error) : status;
}

projc_status projc__compare_keys(const projc__sides *sides, projc__compared_table *table,
                                 const projc_value *keys, size_t count, projc__pair_visit visit,
                                 void *context, projc_error *error)
{
    chunk whole = {.sides = sides, .table = table, .visit = visit, .context = context};
    uint32_t width = table->table->key_count;
    projc_status status = PROJC_OK;

    for (size_t done = 0; done < count && status == PROJC_OK; done += PROJC__COMPARED_AT_ONCE) {
        size_t left = count - done;
        size_t size = left < PROJC__COMPARED_AT_ONCE ? left : PROJC__COMPARED_AT_ONCE;
        projc_value **found;

        status = begin_chunk(&whole, error);
        found = status == PROJC_OK ? projc_arena_alloc(sides->chunk, size * sizeof *found) : NULL;
        if (found == NULL)
            return no_memory(error);
        memcpy(whole.keys, keys + done * width, size * width * sizeof *keys);
        status = projc__store_load_rows(sides->expected, table->other, whole.keys, size,
                                        sides->chunk, found, error);
        whole.count = size;
        for (size_t i = 0; i < size; i++)
            whole.rows[i] = found[i];
        if (status == PROJC_OK)
            status = end_chunk(&whole, error);
    }
    return status;
}

projc_status projc__compare_pair(const projc__sides *sides, projc__compared_table *table,
                                 const projc_value *stored, projc__pair_visit visit, void *context,
                                 projc_error *error)
{
    const chunk whole = {.sides = sides, .table = table, .visit = visit, .context = context};
    projc_value *expected = NULL;
    projc_status status = projc__store_load_rows(sides->expected, table->other, stored, 1,
                                                 sides->chunk, &expected, error);

    return status == PROJC_OK ? tell(&whole, stored, stored, expected, error) : status;
}
