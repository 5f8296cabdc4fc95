/* handlers.c -- which events a projection handles or ignores, and the frame in which a handler is
 * checked. */
#include "check/declarations.h"
#include "check/statements.h"

/* ---- events by name ---- */

static bool is_of_source(const struct pc_projection_model *projection,
                         const struct pc_event_model *event)
{
    if (projection->aggregate != NULL)
        return event->aggregate == projection->aggregate;
    return projection->stream == NULL || event->aggregate->stream == NULL ||
           event->aggregate->stream == projection->stream;
}

static void report_unknown_event(struct pc_checker *checker, const struct pc_name *name)
{
    struct pc_suggestion suggestion;
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0118, name->span,
                                              "there is no event `%.*s`", PC_TEXT_ARGS(name->text));

    pc_suggestion_init(&suggestion, name->text);
    pc_offer_table(&suggestion, &checker->event_names);
    pc_suggest(problem, &suggestion);
}

static void report_foreign(struct pc_checker *checker, const struct pc_projection_model *projection,
                           const struct pc_event_model *event, struct pc_span span)
{
    bool is_for_each = projection->aggregate != NULL;
    struct pc_text source = is_for_each ? projection->aggregate->name : projection->stream->name;
    struct pc_diagnostic *problem = pc_report(
        checker->diagnostics, PC_E0301, span, "`%.*s` is not an event of %s `%.*s`",
        PC_TEXT_ARGS(event->name), is_for_each ? "aggregate" : "stream", PC_TEXT_ARGS(source));

    pc_diagnostic_point(problem, event->aggregate->node->name.span, "it belongs to `%.*s`",
                        PC_TEXT_ARGS(event->aggregate->name));
    pc_diagnostic_point(problem, projection->node->projection.source.span, "read here");
}

/* Adds the events named; false when one of them is unknown or foreign. */
static bool add_events(struct pc_checker *checker, const struct pc_projection_model *projection,
                       struct pc_names *names, struct pc_event_models *events)
{
    bool is_good = true;

    for (size_t i = 0; i < names->count; i++) {
        struct pc_name *name = names->items[i];
        struct pc_symbol *symbol = pc_table_find(&checker->event_names, name->text);
        bool is_double = false;
        if (symbol == NULL) {
            report_unknown_event(checker, name);
            is_good = false;
            continue;
        }
        name->symbol = symbol;
        for (size_t j = 0; j < events->count; j++)
            is_double = is_double || events->items[j] == symbol->event_model;
        if (is_double) {
            pc_report(checker->diagnostics, PC_E0113, name->span, "`%.*s` is named twice",
                      PC_TEXT_ARGS(name->text));
        } else if (!is_of_source(projection, symbol->event_model)) {
            report_foreign(checker, projection, symbol->event_model, name->span);
            is_good = false;
        } else {
            PC_LIST_ADD(checker->arena, events, symbol->event_model);
        }
    }
    return is_good;
}

/* ---- what is done with each event ---- */

static struct pc_event_use *use_of(const struct pc_projection_model *projection,
                                   const struct pc_event_model *event)
{
    for (size_t i = 0; i < projection->uses.count; i++) {
        if (projection->uses.items[i]->event == event)
            return projection->uses.items[i];
    }
    return NULL;
}

static void add_use(struct pc_checker *checker, struct pc_projection_model *projection,
                    struct pc_event_model *event)
{
    struct pc_event_use *use = PC_NEW(checker->arena, struct pc_event_use);
    struct pc_event_uses *uses = &projection->uses;
    size_t at = uses->count;

    use->event = event;
    use->wanted = pc_arena_alloc_array(checker->arena, event->fields.count, sizeof(bool));
    PC_LIST_ADD(checker->arena, uses, use);
    for (; at > 0 && uses->items[at - 1]->event->index > event->index; at--)
        uses->items[at] = uses->items[at - 1];
    uses->items[at] = use;
}

static bool handles(const struct pc_handler_model *handler, const struct pc_event_model *event)
{
    for (size_t i = 0; i < handler->events.count; i++) {
        if (handler->events.items[i] == event)
            return true;
    }
    return false;
}

/* `on any` runs first, then the others in text order. */
static void collect_handlers(struct pc_checker *checker, struct pc_projection_model *projection,
                             struct pc_event_use *use)
{
    const struct pc_handler_models *handlers = &projection->handlers;

    for (size_t i = 0; i < handlers->count; i++) {
        if (handlers->items[i]->is_any)
            PC_LIST_ADD(checker->arena, &use->handlers, handlers->items[i]);
    }
    for (size_t i = 0; i < handlers->count; i++) {
        if (!handles(handlers->items[i], use->event))
            continue;
        PC_LIST_ADD(checker->arena, &use->handlers, handlers->items[i]);
        for (size_t j = 0; handlers->items[i]->is_extern && j < use->event->fields.count; j++)
            use->wanted[j] = true;
    }
}

static void collect_uses(struct pc_checker *checker, struct pc_projection_model *projection)
{
    for (size_t i = 0; i < projection->handlers.count; i++) {
        const struct pc_event_models *events = &projection->handlers.items[i]->events;
        for (size_t j = 0; j < events->count; j++) {
            if (use_of(projection, events->items[j]) == NULL)
                add_use(checker, projection, events->items[j]);
        }
    }
    for (size_t i = 0; i < projection->uses.count; i++)
        collect_handlers(checker, projection, projection->uses.items[i]);
}

static void add_ignore(struct pc_checker *checker, struct pc_projection_model *projection,
                       struct pc_item *item)
{
    size_t before = projection->ignored.count;

    if (item->ignore.is_any)
        projection->ignores_any = true;
    add_events(checker, projection, &item->ignore.events, &projection->ignored);
    for (size_t i = before; i < projection->ignored.count; i++) {
        const struct pc_event_use *use = use_of(projection, projection->ignored.items[i]);
        const struct pc_handler_models *handlers = use != NULL ? &use->handlers : NULL;
        if (handlers == NULL)
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0310, item->span, "`%.*s` is ignored and handled",
                      PC_TEXT_ARGS(use->event->name));
        pc_diagnostic_point(problem,
                            pc_word_span(handlers->items[handlers->count - 1]->node->span, "on"),
                            "handled here");
    }
}

/* ---- the frame of a handler ---- */

/* The type of event.aggregate_id: text where ids of several types meet. */
static const struct pc_type *id_type_of(struct pc_checker *checker,
                                        const struct pc_handler_model *handler)
{
    const struct pc_projection_model *projection = handler->projection;
    const struct pc_type *type = NULL;

    if (projection->aggregate != NULL)
        return projection->aggregate->id_type;
    for (size_t i = 0; i < checker->model->aggregates.count; i++) {
        const struct pc_aggregate_model *aggregate = checker->model->aggregates.items[i];
        bool is_seen = handler->is_any && aggregate->stream == projection->stream;
        for (size_t j = 0; j < handler->events.count; j++)
            is_seen = is_seen || handler->events.items[j]->aggregate == aggregate;
        if (!is_seen)
            continue;
        if (type != NULL && type != aggregate->id_type)
            return checker->text;
        type = aggregate->id_type;
    }
    return type != NULL ? type : checker->text;
}

static void check_body(struct pc_checker *checker, struct pc_handler_model *handler,
                       const struct pc_symbols *tables, const struct pc_symbols *keys,
                       bool is_poisoned)
{
    struct pc_scope scope = {0};
    struct pc_frame body = {.projection = handler->projection,
                            .handler = handler,
                            .tables = tables,
                            .keys = keys,
                            .is_poisoned = is_poisoned};
    struct pc_item *item = handler->node;

    body.aggregate_id = id_type_of(checker, handler);
    pc_scope_enter(&body, &scope);
    pc_check_source_clauses(checker, &body, handler);
    if (item->handler.body != NULL)
        pc_check_block(checker, &body, item->handler.body);
    pc_scope_leave(checker, &body);
    pc_check_skips(checker, handler);
}

/* ---- all ---- */

static struct pc_handler_model *add_handler(struct pc_checker *checker,
                                            struct pc_projection_model *projection,
                                            struct pc_item *item, bool *is_good)
{
    struct pc_handler_model *handler = PC_NEW(checker->arena, struct pc_handler_model);

    handler->node = item;
    handler->projection = projection;
    handler->is_any = item->handler.is_any;
    handler->is_extern = item->handler.is_extern;
    handler->index = (uint32_t)projection->handlers.count;
    item->extra = handler;
    *is_good = add_events(checker, projection, &item->handler.events, &handler->events);
    PC_LIST_ADD(checker->arena, &projection->handlers, handler);
    return handler;
}

void pc_check_handlers(struct pc_checker *checker, struct pc_projection_model *projection,
                       const struct pc_symbols *tables, const struct pc_symbols *keys)
{
    struct pc_items *items = &projection->node->projection.items;
    bool *is_good = pc_arena_alloc_array(checker->arena, items->count, sizeof(bool));
    size_t errors = checker->diagnostics->error_count;
    bool is_covered = true;

    for (size_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind == PC_ITEM_HANDLER)
            add_handler(checker, projection, items->items[i], &is_good[projection->handlers.count]);
    }
    collect_uses(checker, projection);
    for (size_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind == PC_ITEM_IGNORE)
            add_ignore(checker, projection, items->items[i]);
    }
    for (size_t i = 0; i < projection->handlers.count; i++) {
        bool is_poisoned = !is_good[i] || projection->stream == NULL;
        check_body(checker, projection->handlers.items[i], tables, keys, is_poisoned);
        is_covered = is_covered && is_good[i];
    }
    if (is_covered)
        pc_check_coverage(checker, projection);
    if (errors == checker->diagnostics->error_count)
        pc_check_growth(checker, projection);
    pc_check_retry(checker, projection);
}
