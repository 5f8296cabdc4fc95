/* A query's parameters from texts, and its rows as JSON. */
#include "service/query_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/json_tree.h"
#include "codec/value.h"
#include "engine/state_row.h"
#include "service/likeness.h"

const projc_query *projc__query_find(const projc_module *module, const char *name)
{
    for (uint32_t i = 0; i < module->query_count; i++)
        if (strcmp(module->queries[i].name, name) == 0)
            return &module->queries[i];
    return NULL;
}

/* An enum has few values, so the right one can be named. */
static projc_status check_member(const projc_query_parameter *parameter, projc_text text,
                                 projc_error *error)
{
    projc__likeness likeness = projc__likeness_begin(text.data, text.size);
    char all[400] = "";
    size_t size = 0;

    for (const char *const *member = parameter->members; member != NULL && *member != NULL;
         member++) {
        if (strlen(*member) == text.size && memcmp(*member, text.data, text.size) == 0)
            return PROJC_OK;
        projc__likeness_offer(&likeness, *member);
        if (size < sizeof all)
            size += (size_t)snprintf(all + size, sizeof all - size, "%s`%s`", size > 0 ? ", " : "",
                                     *member);
    }
    if (parameter->members == NULL)
        return PROJC_OK;
    if (likeness.best != NULL)
        return projc_error_set(error, PROJC_INVALID, "`%.*s` is no member; did you mean `%s`?",
                               (int)text.size, text.data, likeness.best);
    return projc_error_set(error, PROJC_INVALID, "`%.*s` is none of %s%s", (int)text.size,
                           text.data, all, size < sizeof all ? "" : " …");
}

projc_status projc__query_parse(const projc_query *query, projc_arena *arena,
                                const projc_text *texts, uint32_t count, projc_value *values,
                                projc_error *error)
{
    if (count > query->parameter_count)
        return projc_error_set(error, PROJC_INVALID, "query `%s` has %u parameters", query->name,
                               query->parameter_count);
    for (uint32_t i = 0; i < query->parameter_count; i++) {
        const projc_query_parameter *parameter = &query->parameters[i];
        projc_status status;

        if (i >= count && parameter->initial == NULL)
            return projc_error_set(error, PROJC_INVALID, "query `%s` needs its parameter `%s`",
                                   query->name, parameter->column.name);
        if (i >= count) {
            values[i] = *parameter->initial;
            continue;
        }
        if (parameter->column.is_nullable && texts[i].size == 4 &&
            memcmp(texts[i].data, "none", 4) == 0) {
            values[i] = (projc_value){.kind = PROJC_KIND_NULL};
            continue;
        }
        status = projc__value_parse(arena, &parameter->column, texts[i], &values[i], error);
        if (status == PROJC_OK)
            status = check_member(parameter, texts[i], error);
        if (status != PROJC_OK)
            return projc_error_context(error, "parameter `%s`", parameter->column.name);
    }
    return PROJC_OK;
}

/* ---- columns of JSON ---- */

static bool has_json(const projc_query *query)
{
    for (uint32_t i = 0; i < query->shown_count; i++)
        if (query->table->columns[query->shown[i]].type == PROJC_COLUMN_JSON)
            return true;
    return false;
}

static projc_status write_state(const projc_projection_type *type, projc_arena *arena,
                                const projc_value *values, projc_json_writer *writer,
                                projc_error *error)
{
    void *state = projc_arena_alloc(arena, type->state_size);
    projc_status status;

    if (state == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    status = projc__state_from_row(type, values, arena, state, error);
    if (status == PROJC_OK)
        type->to_json(writer, state);
    return status;
}

static projc_status write_table_row(const projc_row_table *table, projc_arena *arena,
                                    const projc_value *values, projc_json_writer *writer,
                                    projc_error *error)
{
    void *row = projc_arena_alloc(arena, table->row_size);
    projc_status status;

    if (row == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a row");
    status = projc__table_row_from_values(table, values, arena, row, error);
    if (status == PROJC_OK)
        table->to_json(writer, row);
    return status;
}

/* The state or row as generated code writes it: an object with a key for every column of JSON. */
static projc_status write_object(const projc_module *module, const projc_query *query,
                                 projc_arena *arena, const projc_value *values,
                                 projc_json_writer *writer, projc_error *error)
{
    for (uint32_t i = 0; i < module->projection_count; i++) {
        const projc_projection_type *type = &module->projections[i];

        if (type->table == query->table)
            return write_state(type, arena, values, writer, error);
        for (uint32_t j = 0; j < type->table_count; j++)
            if (type->tables[j].table == query->table)
                return write_table_row(&type->tables[j], arena, values, writer, error);
    }
    return projc_error_set(error, PROJC_INVALID, "query `%s` reads no table of its module",
                           query->name);
}

projc_status projc__query_spell_row(const projc_module *module, const projc_query *query,
                                    projc_arena *arena, const projc_value *values,
                                    const projc_value **shown, projc_error *error)
{
    const projc_table *table = query->table;
    projc_json_writer *writer;
    projc_value *spelt;
    projc_text object;
    projc__json *tree;
    projc_status status;

    *shown = values;
    if (!has_json(query))
        return PROJC_OK;
    writer = projc_json_writer_new(arena);
    spelt = projc_arena_alloc(arena, table->column_count * sizeof *spelt);
    if (writer == NULL || spelt == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a row");
    status = write_object(module, query, arena, values, writer, error);
    if (status == PROJC_OK)
        status = projc_json_writer_finish(writer, &object, error);
    if (status == PROJC_OK)
        status = projc__json_parse(arena, object, &tree, error);
    if (status != PROJC_OK)
        return status;
    for (uint32_t i = 0; i < table->column_count; i++) {
        spelt[i] = values[i];
        if (table->columns[i].type == PROJC_COLUMN_JSON && values[i].kind == PROJC_KIND_TEXT)
            spelt[i].as.text = projc__json_get(tree, table->columns[i].name)->raw;
    }
    *shown = spelt;
    return PROJC_OK;
}

/* ---- rows ---- */

void projc__query_write_row(const projc_query *query, const projc_value *values,
                            projc_json_writer *writer)
{
    projc_json_write_map(writer);
    for (uint32_t i = 0; i < query->shown_count; i++) {
        const projc_column *column = &query->table->columns[query->shown[i]];

        projc_json_write_name(writer, column->name);
        projc__value_write_json(writer, column, &values[query->shown[i]]);
    }
    projc_json_write_map_end(writer);
}
