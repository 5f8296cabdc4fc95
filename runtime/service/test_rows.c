/* Rows of tables in tests: one by its key, and all of them. */
#include "service/test_rows.h"

#include <string.h>

#include "codec/json_tree.h"
#include "codec/value.h"
#include "engine/workspace.h"
#include "store/store.h"

/* The key parts of a JSON array. */
static projc_status parse_key(projc_arena *arena, const projc_table *table, const char *json,
                              projc_value *parts, projc_error *error)
{
    projc__json *tree;
    projc_status status = projc__json_parse(arena, projc_text_of(json, strlen(json)), &tree, error);

    if (status == PROJC_OK && tree->count != table->key_count)
        return projc_error_set(error, PROJC_DATA, "the key of `%s` has %u parts", table->name,
                               (unsigned)table->key_count);
    for (uint32_t i = 0; i < table->key_count && status == PROJC_OK; i++)
        status = projc__value_parse(arena, &table->columns[i],
                                    tree->items[i].kind == PROJC__JSON_BOOL ? tree->items[i].raw
                                                                            : tree->items[i].text,
                                    &parts[i], error);
    return status;
}

static projc_status row_to_json(const projc_row_table *table, projc_arena *arena,
                                const projc_value *values, projc_text *json, projc_error *error)
{
    void *row = projc_arena_alloc(arena, table->row_size);
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc_status status;

    if (row == NULL || writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a row");
    status = table->from_row(arena, values, row, error);
    if (status != PROJC_OK)
        return status;
    table->to_json(writer, row);
    return projc_json_writer_finish(writer, json, error);
}

projc_status projc__test_rig_look_row(projc__test_rig *rig, uint32_t projection, uint32_t number,
                                      const char *key, projc_text *json, projc_error *error)
{
    const projc_row_table *table = &rig->module->projections[projection].tables[number];
    projc_value *parts;
    projc_value *row = NULL;
    projc_store *store;
    projc_status status;

    projc_arena_reset(rig->arena);
    *json = (projc_text){NULL, 0};
    parts = projc_arena_alloc(rig->arena, table->table->key_count * sizeof *parts);
    if (parts == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a key");
    status = parse_key(rig->arena, table->table, key, parts, error);
    if (status == PROJC_OK)
        status = projc__workspace_store(rig->workspace, &store, error);
    if (status == PROJC_OK)
        status = projc__store_load_rows(store, table->table, parts, 1, rig->arena, &row, error);
    if (status != PROJC_OK)
        return status;
    if (row == NULL)
        return projc_error_set(error, PROJC_ABSENT, "there is no such row");
    return row_to_json(table, rig->arena, row, json, error);
}

/* ---- all rows ---- */

typedef struct dumping {
    const projc_projection_type *type;
    const projc_row_table *table;
    projc__buffer *text;
    projc_arena *arena; /* of one row */
} dumping;

static projc_status dump_row(void *context, const projc_value *values, projc_error *error)
{
    dumping *self = context;
    projc_text json = {NULL, 0};
    projc_status status;

    projc_arena_reset(self->arena);
    status = row_to_json(self->table, self->arena, values, &json, error);
    if (status != PROJC_OK)
        return status;
    projc__buffer_format(self->text, "%s.%s: ", self->type->name, self->table->name);
    projc__buffer_put_text(self->text, json);
    projc__buffer_put_char(self->text, '\n');
    return projc__buffer_status(self->text, error);
}

projc_status projc__test_dump_rows(projc_store *store, const projc_projection_type *type,
                                   projc_arena *arena, projc__buffer *text, projc_error *error)
{
    dumping self = {.type = type, .text = text, .arena = arena};
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < type->table_count && status == PROJC_OK; i++) {
        self.table = &type->tables[i];
        status = projc__store_scan_rows(store, self.table->table, dump_row, &self, error);
    }
    return status;
}
