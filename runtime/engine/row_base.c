/* Setting rows back to their bases, and what of them is written with the batch. */
#include "engine/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/state_row.h"

/* All columns; their slices live in the batch's arena. */
static projc_status encode(const projc__batch *batch, projc__row *row, projc_value *values,
                           projc_error *error)
{
    const projc_row_table *type = row->type;
    int64_t limit = batch->projector->engine->options.state_max_bytes;
    size_t size;
    projc_status status = type->to_row(batch->arena, projc__row_struct(row), values, error);

    if (status != PROJC_OK)
        return projc__batch_room(batch, status, error);
    size = projc__values_bytes(values, type->table->column_count);
    if ((int64_t)size > limit)
        return projc_error_set(error, PROJC_LIMIT,
                               "a row of table %s has %zu bytes, more than STATE_MAX allows (%lld)",
                               type->name, size, (long long)limit);
    return PROJC_OK;
}

static projc_status out_of_room(const projc__batch *batch, projc_error *error)
{
    return projc__batch_room(batch, projc__arena_error(batch->arena, error), error);
}

/* ---- bases ---- */

static projc_status restore(projc__batch *batch, projc__row *row, projc_error *error)
{
    projc_status status;

    row->exists = row->base != NULL;
    row->is_dirty = row->is_base_dirty;
    projc__row_set_pending(batch->rows, row);
    if (row->base == NULL)
        return PROJC_OK;
    memset(projc__row_struct(row), 0, row->type->row_size);
    row->type->set_key(projc__row_struct(row), row->key);
    row->type->init(projc__row_struct(row));
    status = projc__table_row_from_values(row->type, row->base, batch->arena,
                                          projc__row_struct(row), error);
    return projc__batch_room(batch, status, error);
}

projc_status projc__rows_restore(projc__batch *batch, projc__entry *entry, projc_error *error)
{
    projc__row **touched = projc__entry_touched(batch, entry);
    projc_status status = PROJC_OK;

    while (batch->rows != NULL && *touched != NULL && status == PROJC_OK) {
        projc__row *row = *touched;

        *touched = row->next_touched;
        row->is_touched = false;
        status = restore(batch, row, error);
    }
    return status;
}

projc_status projc__rows_prepare_rebase(projc__batch *batch, projc__entry *entry,
                                        projc_error *error)
{
    projc__row *first = batch->rows != NULL ? *projc__entry_touched(batch, entry) : NULL;
    projc_status status = PROJC_OK;

    for (projc__row *row = first; row != NULL && status == PROJC_OK; row = row->next_touched) {
        projc_value *values = NULL;

        row->rebased = NULL;
        if (!row->exists)
            continue;
        values =
            projc_arena_alloc_raw(batch->arena, row->type->table->column_count * sizeof *values);
        if (values == NULL)
            return out_of_room(batch, error);
        status = encode(batch, row, values, error);
        row->rebased = values;
    }
    return status;
}

void projc__rows_rebase(const projc__batch *batch, projc__entry *entry)
{
    projc__row **touched = projc__entry_touched(batch, entry);

    while (batch->rows != NULL && *touched != NULL) {
        projc__row *row = *touched;

        *touched = row->next_touched;
        row->is_touched = false;
        row->base = row->rebased;
        row->is_base_dirty = row->is_dirty;
    }
}

/* ---- writing ---- */

static bool is_upserted(const projc__row *row)
{
    return row->is_dirty && row->exists;
}

/* Made and deleted in one batch is nothing. */
static bool is_deleted(const projc__row *row)
{
    return row->is_dirty && !row->exists && row->stored != NULL;
}

void projc__rows_mark(const projc__batch *batch, bool *is_written)
{
    if (batch->rows == NULL)
        return;
    for (uint32_t i = 0; i < batch->rows->table_count; i++)
        for (const projc__row *row = batch->rows->tables[i].first; row != NULL; row = row->next)
            if (is_upserted(row) || is_deleted(row))
                is_written[row->entry->record->lane] = true;
}

/* Bit by bit: -0 is another value than 0. */
static bool is_same_real(double left, double right)
{
    uint64_t bits[2];

    memcpy(&bits[0], &left, sizeof left);
    memcpy(&bits[1], &right, sizeof right);
    return bits[0] == bits[1];
}

static bool is_same(const projc_value *left, const projc_value *right)
{
    if (left->kind != right->kind)
        return false;
    switch (left->kind) {
    case PROJC_KIND_NULL:
        return true;
    case PROJC_KIND_BOOL:
        return left->as.boolean == right->as.boolean;
    case PROJC_KIND_INTEGER:
        return left->as.integer == right->as.integer;
    case PROJC_KIND_REAL:
        return is_same_real(left->as.real, right->as.real);
    case PROJC_KIND_TEXT:
        return projc_text_compare(left->as.text, right->as.text) == 0;
    case PROJC_KIND_BYTES:
        return projc_bytes_compare(left->as.bytes, right->as.bytes) == 0;
    case PROJC_KIND_UUID:
        return projc_uuid_compare(left->as.uuid, right->as.uuid) == 0;
    }
    return false;
}

static bool is_as_stored(const projc__row *row, const projc_value *values)
{
    if (row->stored == NULL)
        return false;
    for (uint32_t i = 0; i < row->type->table->column_count; i++)
        if (!is_same(&row->stored[i], &values[i]))
            return false;
    return true;
}

/* As in flush.c. */
typedef struct ranked {
    uint64_t rank;
    projc__row *row;
} ranked;

static int compare_ranked(const void *left, const void *right)
{
    const ranked *a = left;
    const ranked *b = right;

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return projc__key_compare(a->row->key, b->row->key, a->row->type->table->key_count);
}

static size_t list_dirty(const projc__row_list *list, bool are_stored, ranked *dirty)
{
    size_t count = 0;

    for (projc__row *row = list->first; row != NULL; row = row->next)
        if (is_upserted(row) && (row->stored != NULL) == are_stored)
            dirty[count++] = (ranked){projc__key_rank(row->key, 1), row};
    if (count > 1)
        qsort(dirty, count, sizeof *dirty, compare_ranked);
    return count;
}

/* Appends `count` rows that are to be written, but for those that the store holds like this. */
static projc_status add_rows(projc__batch *batch, const projc__row_list *list, size_t count,
                             projc_value *values, projc__row_write *write, projc_error *error)
{
    ranked *dirty = projc_arena_alloc_raw(batch->arena, count * sizeof *dirty);

    if (dirty == NULL)
        return out_of_room(batch, error);
    write->new_count = list_dirty(list, false, dirty);
    (void)list_dirty(list, true, dirty + write->new_count);
    for (size_t i = 0; i < count; i++) {
        projc_status status = encode(batch, dirty[i].row, values, error);

        if (status != PROJC_OK)
            return status;
        if (is_as_stored(dirty[i].row, values))
            continue;
        values += write->table->column_count;
        write->row_count++;
    }
    write->known_count = write->row_count - write->new_count;
    return PROJC_OK;
}

static projc_status add_write(projc__batch *batch, const projc__row_list *list,
                              projc__row_write *write, projc_error *error)
{
    const projc_table *table = list->type->table;
    size_t upserted = 0;
    size_t deleted = 0;
    projc_value *rows;
    projc_value *keys;

    *write = (projc__row_write){.table = table};
    for (const projc__row *row = list->first; row != NULL; row = row->next) {
        upserted += is_upserted(row);
        deleted += is_deleted(row);
    }
    rows = projc_arena_alloc_raw(batch->arena, upserted * table->column_count * sizeof *rows);
    keys = projc_arena_alloc_raw(batch->arena, deleted * table->key_count * sizeof *keys);
    if (rows == NULL || keys == NULL)
        return out_of_room(batch, error);
    write->rows = rows;
    write->deleted_keys = keys;
    for (projc__row *row = list->first; row != NULL; row = row->next)
        if (is_deleted(row))
            memcpy(keys + write->deleted_count++ * table->key_count, row->key,
                   table->key_count * sizeof *keys);
    return add_rows(batch, list, upserted, rows, write, error);
}

projc_status projc__rows_add_writes(projc__batch *batch, projc__row_write *writes, size_t *count,
                                    projc_error *error)
{
    projc_status status = PROJC_OK;

    if (batch->rows == NULL)
        return PROJC_OK;
    for (uint32_t i = 0; i < batch->rows->table_count && status == PROJC_OK; i++) {
        projc__row_write *write = &writes[*count];

        status = add_write(batch, &batch->rows->tables[i], write, error);
        *count += write->row_count + write->deleted_count > 0;
    }
    return status;
}
