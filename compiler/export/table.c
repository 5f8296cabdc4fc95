/* table.c -- tables: as the language has them and as databases do; and the queries over them. */
#include "export/writer.h"

/* ---- in a database ---- */

/* What a table's columns without field hold. */
enum contents { OF_ROWS, OF_STATES, OF_VIEW };

static const char *role_of(const struct pc_plan_table *table, size_t index, enum contents contents)
{
    if (index < table->key_count)
        return "key";
    if (contents != OF_ROWS && index == table->key_count)
        return "position";
    if (table->columns.items[index]->field != NULL)
        return "field";
    return contents == OF_VIEW ? "problem" : "state";
}

static void add_columns(struct pc_export *out, const struct pc_plan_table *table,
                        enum contents contents)
{
    pc_json_key(out->json, "columns");
    pc_json_array(out->json);
    for (size_t i = 0; i < table->columns.count; i++) {
        const struct pc_plan_column *column = table->columns.items[i];

        pc_json_object(out->json);
        pc_json_put_text(out->json, "name", column->sql_name);
        pc_json_put_word(out->json, "role", role_of(table, i, contents));
        pc_json_put_word(out->json, "type", pc_export_column_word(column->type));
        if (column->type == PC_COLUMN_DECIMAL)
            pc_json_put_number(out->json, "scale", column->scale);
        else
            pc_json_put_null(out->json, "scale");
        pc_json_put_truth(out->json, "nullable", column->is_nullable);
        if (column->field != NULL)
            pc_json_put_text(out->json, "field", column->field->name);
        else
            pc_json_put_null(out->json, "field");
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}

static void add_indexes(struct pc_export *out, const struct pc_plan_table *table)
{
    pc_json_key(out->json, "indexes");
    pc_json_array(out->json);
    for (size_t i = 0; i < table->indexes.count; i++) {
        const struct pc_plan_index *index = table->indexes.items[i];

        pc_json_object(out->json);
        pc_json_put_text(out->json, "name", index->sql_name);
        pc_json_key(out->json, "columns");
        pc_json_array(out->json);
        for (size_t j = 0; j < index->columns.count; j++) {
            pc_json_object(out->json);
            pc_json_put_text(out->json, "column", index->columns.items[j]->sql_name);
            pc_json_put_truth(out->json, "descending", index->is_descending[j]);
            pc_json_object_end(out->json);
        }
        pc_json_array_end(out->json);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}

void pc_export_sql_table(struct pc_export *out, const struct pc_plan_table *table, bool has_states)
{
    pc_json_key(out->json, "sql");
    pc_json_object(out->json);
    pc_json_put_some(out->json, "schema", table->sql_schema);
    pc_json_put_text(out->json, "table", table->sql_name);
    add_columns(out, table, has_states ? OF_STATES : OF_ROWS);
    add_indexes(out, table);
    pc_json_object_end(out->json);
}

void pc_export_sql_view(struct pc_export *out, const struct pc_plan_table *view)
{
    pc_json_key(out->json, "view");
    if (view->columns.count == 0) {
        pc_json_null(out->json);
        return;
    }
    pc_json_object(out->json);
    pc_json_put_text(out->json, "view", view->sql_name);
    add_columns(out, view, OF_VIEW);
    pc_json_object_end(out->json);
}

/* ---- in the language ---- */

void pc_export_tables(struct pc_export *out, const struct pc_projection_model *projection,
                      const struct pc_plan_projection *plan)
{
    pc_json_key(out->json, "tables");
    pc_json_array(out->json);
    for (size_t i = 0; i < projection->tables.count; i++) {
        const struct pc_table_model *model = projection->tables.items[i];
        const struct pc_plan_row_table *table = plan->tables.items[i];

        pc_json_object(out->json);
        pc_export_declared(out, &model->node->table.name, model->node->doc);
        pc_json_put_number(out->json, "key_count", model->key_count);
        pc_json_put_text(out->json, "c", table->c_row);
        pc_export_fields(out, &model->columns, &table->fields);
        pc_export_sql_table(out, &table->table, false);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}

/* ---- queries ---- */

static void add_parameters(struct pc_export *out, const struct pc_query_model *model)
{
    pc_json_key(out->json, "parameters");
    pc_json_array(out->json);
    for (size_t i = 0; i < model->parameters.count; i++) {
        const struct pc_query_parameter_model *parameter = model->parameters.items[i];
        const struct pc_expression *initial = parameter->node->initial;

        pc_json_object(out->json);
        pc_json_put_text(out->json, "name", parameter->name);
        pc_export_position(out, parameter->node->name.span);
        pc_export_type(out, parameter->type);
        pc_export_default(out, parameter->has_initial, parameter->initial, parameter->type,
                          initial != NULL ? initial->span : parameter->node->span);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}

/* The number of a row's column among those in SQL, where `position` stands behind the keys. */
static const struct pc_plan_column *sql_column(const struct pc_plan_query *plan, size_t index)
{
    const struct pc_plan_table *table = plan->table;

    if (plan->row_table != NULL)
        return table->columns.items[index];
    if (plan->projection->kind == PC_PLAN_STREAM_PROJECTION)
        return table->columns.items[table->key_count + 1 + index];
    return table->columns.items[index < table->key_count ? index : index + 1];
}

static void add_result(struct pc_export *out, const struct pc_query_model *model,
                       const struct pc_plan_query *plan)
{
    pc_json_key(out->json, "columns");
    pc_json_array(out->json);
    for (size_t i = 0; i < model->fields.count; i++) {
        pc_json_object(out->json);
        pc_json_put_text(out->json, "name", model->fields.items[i]->name);
        pc_export_type(out, model->fields.items[i]->type);
        pc_json_put_text(out->json, "sql", sql_column(plan, i)->sql_name);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}

static void add_order(struct pc_export *out, const struct pc_query_model *model)
{
    pc_json_key(out->json, "order");
    pc_json_array(out->json);
    for (size_t i = 0; i < model->orders.count; i++) {
        pc_json_object(out->json);
        pc_json_put_text(out->json, "column", model->orders.items[i]->field->name);
        pc_json_put_truth(out->json, "descending", model->orders.items[i]->is_descending);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}

void pc_export_queries(struct pc_export *out, const struct pc_projection_model *projection)
{
    pc_json_key(out->json, "queries");
    pc_json_array(out->json);
    for (size_t i = 0; i < out->model->queries.count; i++) {
        const struct pc_query_model *model = out->model->queries.items[i];
        const struct pc_plan_query *plan = out->plan->queries.items[i];

        if (model->projection != projection)
            continue;
        pc_json_object(out->json);
        pc_export_declared(out, &model->node->query.name, model->node->doc);
        if (model->table != NULL)
            pc_json_put_text(out->json, "table", model->table->name);
        else
            pc_json_put_null(out->json, "table");
        pc_json_key(out->json, "c");
        pc_json_object(out->json);
        pc_json_put_text(out->json, "function", plan->c_name);
        pc_json_put_text(out->json, "row", plan->c_row);
        pc_json_object_end(out->json);
        add_parameters(out, model);
        add_result(out, model, plan);
        pc_export_put(out, "where", model->where);
        add_order(out, model);
        pc_export_put(out, "limit", model->limit);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}
