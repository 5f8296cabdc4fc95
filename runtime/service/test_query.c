/* Queries in tests: the rows as one JSON list. */
#include <string.h>

#include "codec/json_tree.h"
#include "service/query_rows.h"
#include "service/test_rig.h"

typedef struct collecting {
    const projc_module *module;
    const projc_query *query;
    projc_json_writer *writer;
} collecting;

static projc_status collect(void *context, projc_arena *arena, const projc_value *values,
                            projc_error *error)
{
    collecting *self = context;

    const projc_value *shown = NULL;
    projc_status status =
        projc__query_spell_row(self->module, self->query, arena, values, &shown, error);

    if (status == PROJC_OK)
        projc__query_write_row(self->query, shown, self->writer);
    return status;
}

projc_status projc__test_rig_query(projc__test_rig *rig, uint32_t query, const char *arguments,
                                   projc_text *rows, projc_error *error)
{
    collecting self = {.module = rig->module, .query = &rig->module->queries[query]};
    projc__json *tree = NULL;
    projc_text *texts;
    projc_value *values;
    projc_store *store;
    projc_status status;

    projc_arena_reset(rig->arena);
    status =
        projc__json_parse(rig->arena, projc_text_of(arguments, strlen(arguments)), &tree, error);
    if (status != PROJC_OK)
        return status;
    self.writer = projc_json_writer_new(rig->arena);
    texts = projc_arena_alloc(rig->arena, (tree->count + 1u) * sizeof *texts);
    values = projc_arena_alloc(rig->arena, (self.query->parameter_count + 1u) * sizeof *values);
    if (self.writer == NULL || texts == NULL || values == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a query");
    for (uint32_t i = 0; i < tree->count; i++)
        texts[i] = tree->items[i].kind == PROJC__JSON_NULL   ? projc_text_of("none", 4)
                   : tree->items[i].kind == PROJC__JSON_TEXT ? tree->items[i].text
                                                             : tree->items[i].raw;
    status =
        projc__query_parse(self.query, rig->arena, texts, (uint32_t)tree->count, values, error);
    if (status == PROJC_OK)
        status = projc__workspace_store(rig->workspace, &store, error);
    projc_json_write_list(self.writer);
    if (status == PROJC_OK)
        status = projc_query_run(store, self.query, values, collect, &self, error);
    projc_json_write_list_end(self.writer);
    return status == PROJC_OK ? projc_json_writer_finish(self.writer, rows, error) : status;
}
