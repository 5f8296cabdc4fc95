/* graph.c -- a picture of modules for Mermaid or Graphviz: events lead to the projections that
 * handle them, projections to what they keep, what is kept to the queries over it.
 *
 * Nodes are called after what they stand for with a word before it (event_OrderPlaced), so that no
 * name is a word of the formats; in all but the first module with the module's number before that.
 */
#include "export/pages.h"

#include "gen/code.h"

#include <string.h>

struct graph {
    struct pc_code code;
    struct pc_arena *arena;
    bool is_dot;
    const struct pc_plan *plan;
    const char *prefix; /* of the module's nodes */
    unsigned depth;
};

enum shape { SHAPE_EVENT, SHAPE_PROJECTION, SHAPE_TABLE, SHAPE_QUERY };

/* ---- the two formats ---- */

/* A label on one line, quoted; Mermaid takes Markdown and HTML in labels, unless they are escaped.
 */
static const char *label_of(struct graph *graph, struct pc_text text)
{
    static const char special[] = "\"#<>&`*\\";
    const char *line = pc_sql_comment(graph->arena, text);
    size_t size = 0;
    char *out = pc_arena_alloc(graph->arena, strlen(line) * 6 + 1);

    for (; *line != '\0'; line++) {
        if (graph->is_dot && (*line == '"' || *line == '\\')) {
            out[size++] = '\\';
            out[size++] = *line;
        } else if (!graph->is_dot && strchr(special, *line) != NULL) {
            const char *code = pc_format(graph->arena, "#%d;", *line);

            memcpy(out + size, code, strlen(code));
            size += strlen(code);
        } else {
            out[size++] = *line;
        }
    }
    out[size] = '\0';
    return out;
}

static void put_indent(struct graph *graph)
{
    pc_code_rawf(&graph->code, "%*s", (int)(graph->depth * 4), "");
}

/* A second line of a label may be empty. */
static const char *two_lines(struct graph *graph, struct pc_text first, struct pc_text second)
{
    const char *label = label_of(graph, first);

    if (second.size == 0)
        return label;
    return pc_format(graph->arena, "%s%s%s", label, graph->is_dot ? "\\n" : "<br>",
                     label_of(graph, second));
}

static void open_group(struct graph *graph, const char *id, const char *label)
{
    put_indent(graph);
    if (graph->is_dot)
        pc_code_rawf(&graph->code, "subgraph \"cluster_%s\" {\n", id);
    else
        pc_code_rawf(&graph->code, "subgraph %s[\"%s\"]\n", id, label);
    graph->depth++;
    if (graph->is_dot) {
        put_indent(graph);
        pc_code_rawf(&graph->code, "label = \"%s\"\n", label);
    }
}

static void close_group(struct graph *graph)
{
    graph->depth--;
    put_indent(graph);
    pc_code_rawf(&graph->code, "%s\n", graph->is_dot ? "}" : "end");
}

static void put_node(struct graph *graph, const char *id, enum shape shape, const char *label)
{
    static const char *const dot[] = {[SHAPE_EVENT] = "note",
                                      [SHAPE_PROJECTION] = "component",
                                      [SHAPE_TABLE] = "cylinder",
                                      [SHAPE_QUERY] = "cds"};
    static const char *const mermaid[][2] = {[SHAPE_EVENT] = {"[\"", "\"]"},
                                             [SHAPE_PROJECTION] = {"[[\"", "\"]]"},
                                             [SHAPE_TABLE] = {"[(\"", "\")]"},
                                             [SHAPE_QUERY] = {"([\"", "\"])"}};

    put_indent(graph);
    if (graph->is_dot)
        pc_code_rawf(&graph->code, "\"%s\" [label = \"%s\", shape = %s]\n", id, label, dot[shape]);
    else
        pc_code_rawf(&graph->code, "%s%s%s%s\n", id, mermaid[shape][0], label, mermaid[shape][1]);
}

static void put_edge(struct graph *graph, const char *from, const char *to, bool is_dashed)
{
    put_indent(graph);
    if (graph->is_dot)
        pc_code_rawf(&graph->code, "\"%s\" -> \"%s\"%s\n", from, to,
                     is_dashed ? " [style = dashed]" : "");
    else
        pc_code_rawf(&graph->code, "%s %s %s\n", from, is_dashed ? "-.->" : "-->", to);
}

static const char *id_of(struct graph *graph, const char *kind, struct pc_text name)
{
    return pc_format(graph->arena, "%s%s_%.*s", graph->prefix, kind, PC_TEXT_ARGS(name));
}

/* ---- the write side ---- */

static void put_aggregate(struct graph *graph, const struct pc_plan_aggregate *aggregate)
{
    const struct pc_plan_events *events = &graph->plan->declared;

    open_group(graph, id_of(graph, "aggregate", aggregate->name), label_of(graph, aggregate->name));
    for (size_t i = 0; i < events->count; i++)
        if (events->items[i]->aggregate == aggregate)
            put_node(graph, id_of(graph, "event", events->items[i]->name), SHAPE_EVENT,
                     label_of(graph, events->items[i]->name));
    close_group(graph);
}

static void put_stream(struct graph *graph, const struct pc_plan_stream *stream)
{
    const struct pc_plan_aggregates *aggregates = &graph->plan->aggregates;
    const char *label = pc_format(graph->arena, "stream %s", label_of(graph, stream->name));

    open_group(graph, id_of(graph, "stream", stream->name), label);
    for (size_t i = 0; i < aggregates->count; i++)
        if (aggregates->items[i]->stream == stream)
            put_aggregate(graph, aggregates->items[i]);
    close_group(graph);
}

/* ---- projections ---- */

/* "for each Account", "over shop by customer, day". */
static struct pc_text source_of(struct graph *graph, const struct pc_plan_projection *projection)
{
    struct pc_text text;

    if (projection->kind == PC_PLAN_AGGREGATE_PROJECTION)
        return pc_text_format(graph->arena, "for each %.*s",
                              PC_TEXT_ARGS(projection->aggregate->name));
    text = pc_text_format(graph->arena, "over %.*s", PC_TEXT_ARGS(projection->stream->name));
    for (size_t i = 0; i < projection->keys.count; i++)
        text =
            pc_text_format(graph->arena, "%.*s%s%.*s", PC_TEXT_ARGS(text), i == 0 ? " by " : ", ",
                           PC_TEXT_ARGS(projection->keys.items[i]->name));
    return text;
}

static const char *state_id(struct graph *graph, const struct pc_plan_projection *projection)
{
    return id_of(graph, "state", projection->name);
}

/* Names of tables are unique in their projection only, and may hold a `_`. */
static const char *table_id(struct graph *graph, const struct pc_plan_projection *projection,
                            const struct pc_plan_row_table *table)
{
    return id_of(graph, pc_format(graph->arena, "table_%u", (unsigned)projection->index),
                 table->name);
}

static void put_projection(struct graph *graph, const struct pc_plan_projection *projection)
{
    const struct pc_plan_row_tables *tables = &projection->tables;

    put_node(graph, id_of(graph, "projection", projection->name), SHAPE_PROJECTION,
             two_lines(graph, projection->name, source_of(graph, projection)));
    if (projection->fields.count > 0)
        put_node(graph, state_id(graph, projection), SHAPE_TABLE,
                 label_of(graph, projection->table.sql_name));
    for (size_t i = 0; i < tables->count; i++)
        put_node(graph, table_id(graph, projection, tables->items[i]), SHAPE_TABLE,
                 label_of(graph, tables->items[i]->table.sql_name));
}

static bool handles(const struct pc_plan_projection *projection, const struct pc_plan_event *event)
{
    for (size_t i = 0; i < projection->events.count; i++)
        if (projection->events.items[i]->event == event)
            return true;
    return false;
}

/* Dashed: `on any` alone sees the event. */
static void put_uses(struct graph *graph, const struct pc_plan_projection *projection)
{
    const struct pc_plan_events *events = &graph->plan->declared;
    const char *to = id_of(graph, "projection", projection->name);

    for (size_t i = 0; i < events->count; i++) {
        const struct pc_plan_event *event = events->items[i];
        bool is_seen = projection->any.count > 0 &&
                       event->aggregate->stream == projection->stream &&
                       (projection->aggregate == NULL || event->aggregate == projection->aggregate);

        if (handles(projection, event))
            put_edge(graph, id_of(graph, "event", event->name), to, false);
        else if (is_seen)
            put_edge(graph, id_of(graph, "event", event->name), to, true);
    }
    if (projection->fields.count > 0)
        put_edge(graph, to, state_id(graph, projection), false);
    for (size_t i = 0; i < projection->tables.count; i++)
        put_edge(graph, to, table_id(graph, projection, projection->tables.items[i]), false);
}

static void put_query(struct graph *graph, const struct pc_plan_query *query)
{
    const char *id = id_of(graph, "query", query->name);
    const char *from = query->row_table == NULL
                           ? state_id(graph, query->projection)
                           : table_id(graph, query->projection, query->row_table);

    put_node(graph, id, SHAPE_QUERY, label_of(graph, query->name));
    put_edge(graph, from, id, false);
}

/* ---- all ---- */

static void put_module(struct graph *graph)
{
    const struct pc_plan *plan = graph->plan;

    for (size_t i = 0; i < plan->streams.count; i++)
        put_stream(graph, plan->streams.items[i]);
    for (size_t i = 0; i < plan->projections.count; i++)
        put_projection(graph, plan->projections.items[i]);
    for (size_t i = 0; i < plan->projections.count; i++)
        put_uses(graph, plan->projections.items[i]);
    for (size_t i = 0; i < plan->queries.count; i++)
        put_query(graph, plan->queries.items[i]);
}

struct pc_text pc_export_graph(struct pc_arena *arena, const struct pc_plan *const *plans,
                               size_t count, enum pc_graph_format format)
{
    struct graph graph = {.arena = arena, .is_dot = format == PC_GRAPH_DOT, .depth = 1};

    pc_code_init(&graph.code, arena, false);
    if (graph.is_dot)
        pc_code_rawf(&graph.code, "digraph \"%s\" {\n    rankdir = LR\n",
                     label_of(&graph, plans[0]->package));
    else
        pc_code_rawf(&graph.code, "flowchart LR\n");
    for (size_t i = 0; i < count; i++) {
        graph.plan = plans[i];
        graph.prefix = i == 0 ? "" : pc_format(arena, "module%zu_", i + 1);
        if (count > 1)
            open_group(&graph, pc_format(arena, "package_%zu", i + 1),
                       label_of(&graph, plans[i]->package));
        put_module(&graph);
        if (count > 1)
            close_group(&graph);
    }
    if (graph.is_dot)
        pc_code_rawf(&graph.code, "}\n");
    return pc_code_text(&graph.code);
}
