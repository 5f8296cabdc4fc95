/* page.c -- a page in Markdown about a module: the events that there are, and what each projection
 * remembers of them. What `///` says stands as it was written: it is Markdown already. */
#include "export/page.h"
#include "export/pages.h"

#include <inttypes.h>

/* ---- the write side ---- */

static void put_handled_by(struct pc_page *page, const struct pc_event_model *event)
{
    struct pc_page_names names = {page, "\nHandled by ", 0};

    for (size_t i = 0; i < page->model->projections.count; i++) {
        const struct pc_projection_model *projection = page->model->projections.items[i];

        for (size_t j = 0; j < projection->uses.count; j++)
            if (projection->uses.items[j]->event == event)
                pc_page_name(&names, projection->name);
    }
    pc_page_names_end(&names, ".\n");
}

static void put_event(struct pc_page *page, const struct pc_event_model *event)
{
    pc_page_heading(page, "####", "", event->name);
    pc_page_doc(page, event->node->doc);
    if (!pc_text_equals(event->name, event->outside))
        pc_code_rawf(&page->code, "\nStored as %s.\n", pc_page_code(page, event->outside));
    pc_page_fields(page, &event->fields, true);
    for (size_t i = 0; i < event->upcasts.count; i++) {
        const struct pc_event_model *old = event->upcasts.items[i]->old;

        pc_code_rawf(&page->code, "\nOlder form %s:\n", pc_page_code(page, old->outside));
        pc_page_doc(page, event->upcasts.items[i]->node->doc);
        pc_page_fields(page, &old->fields, true);
    }
    put_handled_by(page, event);
}

static void put_aggregate(struct pc_page *page, const struct pc_aggregate_model *aggregate)
{
    pc_page_heading(page, "###", "", aggregate->name);
    pc_page_doc(page, aggregate->node->doc);
    pc_code_rawf(&page->code, "\nAn aggregate of stream %s, stored as %s; its id is a %s.\n",
                 pc_page_code(page, aggregate->stream->name),
                 pc_page_code(page, aggregate->outside),
                 aggregate->id_type->kind == PC_TYPE_UUID   ? "uuid"
                 : aggregate->id_type->kind == PC_TYPE_TEXT ? "text"
                                                            : "i64");
    for (size_t i = 0; i < aggregate->events.count; i++)
        put_event(page, aggregate->events.items[i]);
}

static void put_streams(struct pc_page *page)
{
    const struct pc_plan_streams *streams = &page->plan->streams;

    for (size_t i = 0; i < streams->count; i++) {
        const struct pc_plan_stream *stream = streams->items[i];
        const char *table =
            stream->sql_schema.size == 0
                ? pc_page_code(page, stream->sql_table)
                : pc_page_code(page, pc_text_format(page->arena, "%.*s.%.*s",
                                                    PC_TEXT_ARGS(stream->sql_schema),
                                                    PC_TEXT_ARGS(stream->sql_table)));

        pc_page_heading(page, "##", "Stream", stream->name);
        pc_page_doc(page, stream->doc);
        pc_code_rawf(&page->code, "\nEvents in table %s, payloads in %s, channel %s.\n", table,
                     stream->is_msgpack ? "msgpack" : "JSON", pc_page_code(page, stream->channel));
        for (size_t j = 0; j < page->model->aggregates.count; j++)
            if (pc_text_equals(page->model->aggregates.items[j]->stream->name, stream->name))
                put_aggregate(page, page->model->aggregates.items[j]);
    }
}

/* ---- types, functions ---- */

static void put_enum(struct pc_page *page, const struct pc_enum_model *enumeration)
{
    pc_page_heading(page, "###", "", enumeration->name);
    pc_page_doc(page, enumeration->node->doc);
    pc_code_rawf(&page->code, "\n| member | outside |%s |\n|---|---|%s---|\n",
                 enumeration->has_codes ? " code |" : "", enumeration->has_codes ? "---|" : "");
    for (size_t i = 0; i < enumeration->members.count; i++) {
        const struct pc_member_model *member = enumeration->members.items[i];

        pc_code_rawf(&page->code, "| %s | %s |", pc_page_code(page, member->name),
                     pc_page_cell(page, pc_page_code(page, member->outside)));
        if (enumeration->has_codes)
            pc_code_rawf(&page->code, " %" PRId32 " |", member->code);
        pc_code_rawf(&page->code, " %s |\n", pc_page_doc_cell(page, member->node->doc));
    }
}

static void put_types(struct pc_page *page)
{
    const struct pc_model *model = page->model;
    const struct pc_declarations *all = &model->tree->declarations;

    if (model->enums.count + model->records.count > 0)
        pc_code_rawf(&page->code, "\n## Types\n");
    for (size_t i = 0; i < model->enums.count; i++)
        put_enum(page, model->enums.items[i]);
    /* In the order of the text: that of the model is the one they depend on each other in. */
    for (size_t i = 0; i < all->count; i++)
        for (size_t j = 0; j < model->records.count; j++)
            if (model->records.items[j]->node == all->items[i]) {
                pc_page_heading(page, "###", "", model->records.items[j]->name);
                pc_page_doc(page, all->items[i]->doc);
                pc_page_fields(page, &model->records.items[j]->fields, true);
            }
}

/* "(country: text, n: u32 = 10)". */
static void put_parameters(struct pc_page *page, const struct pc_parameters *parameters)
{
    pc_code_rawf(&page->code, "(");
    for (size_t i = 0; i < parameters->count; i++)
        pc_code_rawf(&page->code, "%s%.*s", i == 0 ? "" : ", ",
                     PC_TEXT_ARGS(pc_page_written(page, parameters->items[i]->span)));
    pc_code_rawf(&page->code, ")");
}

static void put_functions(struct pc_page *page)
{
    const struct pc_declarations *all = &page->model->tree->declarations;

    if (page->model->functions.count > 0)
        pc_code_rawf(&page->code, "\n## Functions\n");
    for (size_t i = 0; i < all->count; i++) {
        const struct pc_declaration *node = all->items[i];

        if (node->kind != PC_DECLARATION_FUNCTION)
            continue;
        pc_page_heading(page, "###", "", node->name.text);
        pc_code_rawf(&page->code, "\n```proj\n%sfn %.*s", node->function.is_extern ? "extern " : "",
                     PC_TEXT_ARGS(node->name.text));
        put_parameters(page, &node->function.parameters);
        pc_code_rawf(&page->code, ": %.*s\n```\n",
                     PC_TEXT_ARGS(pc_page_written(page, node->function.result->span)));
        pc_page_doc(page, node->doc);
    }
}

/* ---- all ---- */

struct pc_text pc_export_page(struct pc_arena *arena, const struct pc_sources *sources,
                              const struct pc_model *model, const struct pc_plan *plan)
{
    struct pc_page page = {.arena = arena, .sources = sources, .model = model, .plan = plan};

    pc_code_init(&page.code, arena, false);
    pc_code_rawf(&page.code, "# %.*s\n", PC_TEXT_ARGS(model->package));
    pc_page_doc(&page, plan->doc);
    pc_code_rawf(&page.code, "\n```mermaid\n%.*s```\n",
                 PC_TEXT_ARGS(pc_export_graph(arena, &plan, 1, PC_GRAPH_MERMAID)));
    put_streams(&page);
    put_types(&page);
    put_functions(&page);
    if (model->projections.count > 0)
        pc_code_rawf(&page.code, "\n## Projections\n");
    for (size_t i = 0; i < model->projections.count; i++)
        pc_page_projection(&page, model->projections.items[i]);
    return pc_code_text(&page.code);
}
