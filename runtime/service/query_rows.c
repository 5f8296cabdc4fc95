/* A query's parameters from texts, and its rows as JSON. */
#include "service/query_rows.h"

#include <string.h>

#include "base/text.h"
#include "codec/value.h"

const projc_query *projc__query_find(const projc_module *module, const char *name)
{
    for (uint32_t i = 0; i < module->query_count; i++)
        if (strcmp(module->queries[i].name, name) == 0)
            return &module->queries[i];
    return NULL;
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
        if (status != PROJC_OK)
            return projc_error_context(error, "parameter `%s`", parameter->column.name);
    }
    return PROJC_OK;
}

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
