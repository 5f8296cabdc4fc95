/* page_projection.c -- the part of a page about projections: sources, states, tables, queries. */
#include "export/page.h"

#include <inttypes.h>

static void put_source(struct pc_page *page, const struct pc_projection_model *projection)
{
    const struct pc_declaration *node = projection->node;

    pc_code_rawf(&page->code, "\n%s %s", node->projection.is_for_each ? "For each" : "Over",
                 pc_page_code(page, node->projection.source.text));
    for (size_t i = 0; i < node->projection.keys.count; i++)
        pc_code_rawf(
            &page->code, "%s%s", i == 0 ? " by " : ", ",
            pc_page_code(page, pc_page_written(page, node->projection.keys.items[i]->span)));
    if (node->projection.where != NULL)
        pc_code_rawf(&page->code, " where %s",
                     pc_page_code(page, pc_page_written(page, node->projection.where->span)));
    pc_code_rawf(&page->code, ". Version %" PRIu32 ".", projection->version);
    if (projection->policy.node != NULL)
        pc_code_rawf(&page->code, " %s.",
                     pc_page_code(page, pc_page_written(page, projection->policy.node->span)));
    pc_code_rawf(&page->code, "\n");
}

static void put_indexes(struct pc_page *page, const struct pc_index_models *indexes)
{
    for (size_t i = 0; i < indexes->count; i++)
        pc_code_rawf(&page->code, "%s%s", i == 0 ? "\n" : ", ",
                     pc_page_code(page, pc_page_written(page, indexes->items[i]->node->span)));
    if (indexes->count > 0)
        pc_code_rawf(&page->code, "\n");
}

static void put_state(struct pc_page *page, const struct pc_projection_model *projection,
                      const struct pc_plan_projection *plan)
{
    const struct pc_state_model *state = &projection->state;

    if (state->node == NULL)
        return;
    pc_code_rawf(&page->code, "\nState in table %s", pc_page_code(page, plan->table.sql_name));
    if (state->is_columns)
        pc_code_rawf(&page->code, ", a column a field.\n");
    else if (plan->view.columns.count > 0)
        pc_code_rawf(&page->code, ", packed; on PostgreSQL view %s shows it.\n",
                     pc_page_code(page, plan->view.sql_name));
    else
        pc_code_rawf(&page->code, ", packed.\n");
    pc_page_doc(page, state->node->doc);
    pc_page_fields(page, &state->fields, false);
    put_indexes(page, &state->indexes);
}

static void put_table(struct pc_page *page, const struct pc_table_model *table,
                      const struct pc_plan_row_table *plan)
{
    const struct pc_keys *keys = &table->node->table.keys;
    struct pc_field_models columns = table->columns;

    pc_page_heading(page, "####", "Table", table->name);
    pc_page_doc(page, table->node->doc);
    pc_code_rawf(&page->code, "\nTable %s", pc_page_code(page, plan->table.sql_name));
    for (size_t i = 0; i < keys->count; i++)
        pc_code_rawf(&page->code, "%s%s", i == 0 ? " by " : ", ",
                     pc_page_code(page, pc_page_written(page, keys->items[i]->span)));
    pc_code_rawf(&page->code, ".\n");
    columns.items += table->key_count;
    columns.count -= table->key_count;
    pc_page_fields(page, &columns, false);
    put_indexes(page, &table->indexes);
}

static void put_query(struct pc_page *page, const struct pc_query_model *query)
{
    pc_page_heading(page, "####", "Query", query->name);
    pc_page_doc(page, query->node->doc);
    pc_code_rawf(&page->code, "\n```proj\n%.*s\n```\n",
                 PC_TEXT_ARGS(pc_page_written(page, query->node->span)));
}

static void put_events_of(struct pc_page *page, const struct pc_projection_model *projection)
{
    struct pc_page_names handled = {page, "\nHandles ", 0};
    struct pc_page_names ignored = {page, "\nIgnores ", 0};

    for (size_t i = 0; i < projection->uses.count; i++)
        pc_page_name(&handled, projection->uses.items[i]->event->name);
    for (size_t i = 0; i < projection->handlers.count; i++)
        if (projection->handlers.items[i]->is_any) {
            pc_page_name(&handled, pc_text_of("any"));
            break;
        }
    pc_page_names_end(&handled, ".\n");
    for (size_t i = 0; i < projection->ignored.count; i++)
        pc_page_name(&ignored, projection->ignored.items[i]->name);
    if (projection->ignores_any)
        pc_page_name(&ignored, pc_text_of("any"));
    pc_page_names_end(&ignored, ".\n");
}

void pc_page_projection(struct pc_page *page, const struct pc_projection_model *projection)
{
    const struct pc_plan_projection *plan = page->plan->projections.items[projection->index];

    pc_page_heading(page, "###", "", projection->name);
    pc_page_doc(page, projection->node->doc);
    put_source(page, projection);
    put_events_of(page, projection);
    put_state(page, projection, plan);
    for (size_t i = 0; i < projection->tables.count; i++)
        put_table(page, projection->tables.items[i], plan->tables.items[i]);
    for (size_t i = 0; i < page->model->queries.count; i++)
        if (page->model->queries.items[i]->projection == projection)
            put_query(page, page->model->queries.items[i]);
}
