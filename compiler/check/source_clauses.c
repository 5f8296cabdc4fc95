/* source_clauses.c -- what stands before a handler's body: `for x in … by … where …`, and the
 * filter of a projection's source. They see the event only. */
#include "check/declarations.h"
#include "check/expressions.h"
#include "check/statements.h"

/* ---- the key ---- */

static struct pc_key_source *add_source(struct pc_checker *checker,
                                        struct pc_handler_model *handler, const struct pc_key *key)
{
    struct pc_key_source *source = PC_NEW(checker->arena, struct pc_key_source);

    source->type = key->type;
    PC_LIST_ADD(checker->arena, &handler->keys, source);
    return source;
}

static void report_no_key(struct pc_checker *checker, const struct pc_handler_model *handler,
                          const struct pc_key *key, const struct pc_symbol *field)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0330, pc_word_span(handler->node->span, "on"),
                  field != NULL ? "the key part `%.*s` cannot be taken from the event's field"
                                : "this handler does not say what `%.*s` is",
                  PC_TEXT_ARGS(key->name.text));

    if (field != NULL)
        pc_diagnostic_point(problem, field->span, "`%.*s` here", PC_TYPE_ARGS(field->type));
    pc_diagnostic_point(problem, key->name.span, "the key part is a `%.*s`",
                        PC_TYPE_ARGS(key->type));
    pc_diagnostic_help(problem, "say which key an event belongs to: `on … by EXPRESSION { … }`");
}

/* Without `by`: the fields of the events that bear the parts' names. */
static void take_fields(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_handler_model *handler, const struct pc_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        const struct pc_key *key = keys->items[i];
        struct pc_event_model *missing = NULL;
        struct pc_symbol *field = pc_event_field(checker, body, key->name.text, &missing);

        if (body->is_poisoned || key->type->kind == PC_TYPE_ERROR)
            continue;
        if (field == NULL || missing != NULL || field->differing != NULL) {
            report_no_key(checker, handler, key, NULL);
            continue;
        }
        field->is_used = true;
        if (field->type->kind == PC_TYPE_ERROR)
            continue;
        if (!pc_type_widens(field->type, key->type) && field->type != key->type) {
            report_no_key(checker, handler, key, field);
            continue;
        }
        pc_want(body, field);
        add_source(checker, handler, key)->field = field;
    }
}

static void check_by(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_handler_model *handler, const struct pc_keys *keys)
{
    struct pc_expressions *by = &handler->node->handler.by;

    if (by->count != keys->count) {
        struct pc_span span = pc_span_join(by->items[0]->span, by->items[by->count - 1]->span);
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0330, span,
                      keys->count == 0 ? "this projection has no key of its own"
                                       : "the key of this projection has %u part%s",
                      (unsigned)keys->count, keys->count == 1 ? "" : "s");

        if (keys->count == 0)
            pc_diagnostic_help(problem, "a keyed projection is `projection NAME over STREAM by "
                                        "KEY: TYPE { … }`");
        else
            pc_diagnostic_point(
                problem,
                pc_span_join(keys->items[0]->name.span, keys->items[keys->count - 1]->name.span),
                "declared here");
        for (size_t i = 0; i < by->count; i++)
            pc_check_expression(checker, body, by->items[i], NULL);
        return;
    }
    for (size_t i = 0; i < by->count; i++) {
        pc_check_value(checker, body, by->items[i], keys->items[i]->type);
        add_source(checker, handler, keys->items[i])->value = by->items[i];
    }
}

/* ---- all three ---- */

void pc_check_source_clauses(struct pc_checker *checker, struct pc_frame *body,
                             struct pc_handler_model *handler)
{
    static const struct pc_symbols no_symbols;
    struct pc_item *item = handler->node;
    const struct pc_keys *keys = &handler->projection->node->projection.keys;
    const struct pc_symbols *own_keys = body->keys;
    const struct pc_symbols *own_tables = body->tables;

    /* The key is not known before they are, and tables are not theirs to read. */
    body->is_source_clause = true;
    body->tables = &no_symbols;
    if (item->handler.each != NULL) {
        body->keys = &no_symbols;
        pc_check_expression(checker, body, item->handler.collection, NULL);
        body->keys = own_keys; /* the element may not be called like a part */
        pc_declare_local(checker, body, item->handler.each, PC_LOCAL_EACH,
                         pc_element_type(checker, item->handler.collection));
    }
    body->keys = &no_symbols;
    if (item->handler.by.count != 0)
        check_by(checker, body, handler, keys);
    else
        take_fields(checker, body, handler, keys);
    if (item->handler.where != NULL)
        pc_check_value(checker, body, item->handler.where, checker->boolean);
    body->keys = own_keys;
    body->tables = own_tables;
    body->is_source_clause = false;
}

void pc_check_filter(struct pc_checker *checker, struct pc_projection_model *projection)
{
    static const struct pc_symbols no_symbols;
    struct pc_scope scope = {0};
    struct pc_handler_model *filter;

    if (projection->node->projection.where == NULL)
        return;
    filter = PC_NEW(checker->arena, struct pc_handler_model);
    filter->is_any = true;
    filter->projection = projection;
    struct pc_frame body = {.scope = &scope,
                            .handler = filter,
                            .projection = projection,
                            .tables = &no_symbols,
                            .keys = &no_symbols,
                            .aggregate_id = checker->text,
                            .is_source_clause = true};
    pc_check_value(checker, &body, projection->node->projection.where, checker->boolean);
    projection->filter = filter;
}
