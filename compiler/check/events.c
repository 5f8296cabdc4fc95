/* events.c -- streams, aggregates and their events. */
#include "check/declarations.h"

#include <string.h>

enum { SQL_NAME_MAX = 63 };

/* ---- streams ---- */

void pc_split_table_name(struct pc_checker *checker, const struct pc_string *as,
                         const struct pc_name *own, struct pc_text *schema, struct pc_text *table)
{
    struct pc_text name = as != NULL ? as->text : own->text;
    const char *dot = name.size == 0 ? NULL : memchr(name.data, '.', name.size);

    *table = name;
    if (dot != NULL && as != NULL) {
        size_t before = (size_t)(dot - name.data);
        *schema = (struct pc_text){name.data, before};
        *table = (struct pc_text){dot + 1, name.size - before - 1};
    }
    if (table->size == 0 || (dot != NULL && schema->size == 0) ||
        (dot != NULL && memchr(table->data, '.', table->size) != NULL)) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0131, as != NULL ? as->span : own->span,
                      "this is not the name of a table");
        pc_diagnostic_help(problem, "write \"table\" or \"schema.table\"");
    }
    if (as != NULL && schema->size > SQL_NAME_MAX)
        pc_report(checker->diagnostics, PC_E0129, as->span,
                  "the schema's name is longer than 63 bytes");
}

static void set_payload(struct pc_checker *checker, struct pc_stream_model *stream,
                        const struct pc_name *payload)
{
    if (payload == NULL || pc_text_is(payload->text, "json"))
        return;
    if (pc_text_is(payload->text, "msgpack")) {
        stream->payload = PC_PAYLOAD_MSGPACK;
        return;
    }
    struct pc_suggestion suggestion;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0121, payload->span,
                  "there is no payload format `%.*s`", PC_TEXT_ARGS(payload->text));
    pc_suggestion_init(&suggestion, payload->text);
    pc_suggestion_offer(&suggestion, pc_text_of("json"));
    pc_suggestion_offer(&suggestion, pc_text_of("msgpack"));
    pc_suggest(problem, &suggestion);
    pc_diagnostic_help(problem, "there are `json` and `msgpack`");
}

static void add_stream(struct pc_checker *checker, struct pc_declaration *node)
{
    struct pc_stream_model *stream = PC_NEW(checker->arena, struct pc_stream_model);
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_STREAM, &node->name, NULL);

    symbol->declaration = node;
    symbol->stream = stream;
    node->symbol = symbol;
    stream->node = node;
    stream->name = node->name.text;
    pc_split_table_name(checker, node->as, &node->name, &stream->schema, &stream->table);
    set_payload(checker, stream, node->stream.payload);
    stream->channel = stream->table;
    if (node->stream.notify != NULL) {
        stream->channel = node->stream.notify->text;
        pc_check_outside(checker, node->stream.notify);
        if (stream->channel.size > SQL_NAME_MAX)
            pc_report(checker->diagnostics, PC_E0129, node->stream.notify->span,
                      "the channel's name is longer than 63 bytes");
    }
    stream->index = (uint32_t)checker->model->streams.count;
    if (pc_table_declare(checker, &checker->stream_names, symbol, "stream"))
        PC_LIST_ADD(checker->arena, &checker->model->streams, stream);
}

void pc_check_streams(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->tree->declarations.count; i++) {
        if (checker->tree->declarations.items[i]->kind == PC_DECLARATION_STREAM)
            add_stream(checker, checker->tree->declarations.items[i]);
    }
}

/* ---- aggregates ---- */

static const struct pc_type *id_type_of(struct pc_checker *checker, struct pc_name *name)
{
    if (name == NULL)
        return checker->uuid;
    struct pc_symbol *alias = pc_table_find(&checker->type_names, name->text);
    const struct pc_type *type = pc_type_by_name(checker, name->text);
    if (type == NULL && alias != NULL) {
        alias->is_used = true;
        name->symbol = alias;
        type = alias->type;
    }
    if (type == checker->uuid || type == checker->text || type == checker->i64)
        return type;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0122, name->span,
                  "`%.*s` cannot be the id of an aggregate", PC_TEXT_ARGS(name->text));
    pc_diagnostic_help(problem, "ids are `uuid`, `text` or `i64`");
    return checker->error;
}

static struct pc_stream_model *stream_of(struct pc_checker *checker, struct pc_name *name)
{
    struct pc_symbol *symbol = pc_table_find(&checker->stream_names, name->text);

    if (symbol != NULL) {
        name->symbol = symbol;
        symbol->is_used = true;
        return symbol->stream;
    }
    struct pc_suggestion suggestion;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0116, name->span, "there is no stream `%.*s`",
                  PC_TEXT_ARGS(name->text));
    pc_suggestion_init(&suggestion, name->text);
    pc_offer_table(&suggestion, &checker->stream_names);
    pc_suggest(problem, &suggestion);
    if (suggestion.best.size == 0)
        pc_diagnostic_help(problem, "declare it: `stream %.*s`", PC_TEXT_ARGS(name->text));
    return NULL;
}

static void add_event(struct pc_checker *checker, struct pc_aggregate_model *aggregate,
                      struct pc_event *node)
{
    struct pc_event_model *event = PC_NEW(checker->arena, struct pc_event_model);
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_EVENT, &node->name, NULL);

    symbol->event_model = event;
    node->symbol = symbol;
    event->node = node;
    event->aggregate = aggregate;
    event->name = node->name.text;
    event->outside = node->as != NULL ? node->as->text : node->name.text;
    pc_check_outside(checker, node->as);
    pc_add_fields(checker, &node->fields, &event->fields);
    pc_check_defaults(checker, &event->fields, false);
    if (!pc_table_declare(checker, &checker->event_names, symbol, "event"))
        return;
    for (size_t i = 0; i < aggregate->events.count; i++) {
        const struct pc_event_model *other = aggregate->events.items[i];
        if (!pc_text_equals(other->outside, event->outside))
            continue;
        struct pc_diagnostic *problem = pc_report(
            checker->diagnostics, PC_E0120, node->as != NULL ? node->as->span : node->name.span,
            "`%.*s` is the outside name of two events", PC_TEXT_ARGS(event->outside));
        pc_diagnostic_point(
            problem, other->node->as != NULL ? other->node->as->span : other->node->name.span,
            "first used here");
        break;
    }
    event->index = (uint32_t)checker->model->events.count;
    PC_LIST_ADD(checker->arena, &aggregate->events, event);
    PC_LIST_ADD(checker->arena, &checker->model->events, event);
}

static void check_type_name(struct pc_checker *checker, const struct pc_aggregate_model *aggregate)
{
    for (size_t i = 0; i < checker->model->aggregates.count; i++) {
        const struct pc_aggregate_model *other = checker->model->aggregates.items[i];
        if (other->stream != aggregate->stream || aggregate->stream == NULL ||
            !pc_text_equals(other->outside, aggregate->outside))
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0120, aggregate->node->name.span,
                      "`%.*s` is the outside name of two aggregates of one stream",
                      PC_TEXT_ARGS(aggregate->outside));
        pc_diagnostic_point(problem, other->node->name.span, "first used here");
        return;
    }
}

static void add_aggregate(struct pc_checker *checker, struct pc_declaration *node)
{
    struct pc_aggregate_model *aggregate = PC_NEW(checker->arena, struct pc_aggregate_model);
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_AGGREGATE, &node->name, NULL);

    symbol->declaration = node;
    symbol->aggregate = aggregate;
    node->symbol = symbol;
    aggregate->node = node;
    aggregate->name = node->name.text;
    aggregate->outside = node->as != NULL ? node->as->text : node->name.text;
    pc_check_outside(checker, node->as);
    aggregate->stream = stream_of(checker, &node->aggregate.stream_name);
    aggregate->id_type = id_type_of(checker, node->aggregate.id_type);
    if (aggregate->stream != NULL && aggregate->id_type != checker->uuid)
        aggregate->stream->has_text_ids = true;
    aggregate->index = (uint32_t)checker->model->aggregates.count;
    if (pc_table_declare(checker, &checker->aggregate_names, symbol, "aggregate")) {
        check_type_name(checker, aggregate);
        PC_LIST_ADD(checker->arena, &checker->model->aggregates, aggregate);
    }
    for (size_t i = 0; i < node->aggregate.events.count; i++)
        add_event(checker, aggregate, node->aggregate.events.items[i]);
}

void pc_check_aggregates(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->tree->declarations.count; i++) {
        if (checker->tree->declarations.items[i]->kind == PC_DECLARATION_AGGREGATE)
            add_aggregate(checker, checker->tree->declarations.items[i]);
    }
}
