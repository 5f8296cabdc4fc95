/* parts.c -- what object.name stands for: event.x, state.x, Currency.EUR, record.x, optional?.x. */
#include "check/expressions.h"
#include "check/statements.h"

struct event_datum {
    const char *name;
    enum pc_event_data data;
};

static const struct event_datum event_data[] = {
    {"id", PC_EVENT_ID},
    {"no", PC_EVENT_NO},
    {"name", PC_EVENT_NAME},
    {"time", PC_EVENT_TIME},
    {"version", PC_EVENT_VERSION},
    {"aggregate_id", PC_EVENT_AGGREGATE_ID},
    {"aggregate_type", PC_EVENT_AGGREGATE_TYPE},
};

static const struct event_datum *find_datum(struct pc_text name)
{
    for (size_t i = 0; i < sizeof(event_data) / sizeof(event_data[0]); i++) {
        if (pc_text_is(name, event_data[i].name))
            return &event_data[i];
    }
    return NULL;
}

bool pc_is_event_data(struct pc_text name)
{
    return find_datum(name) != NULL;
}

void pc_report_unknown_field(struct pc_checker *checker, const struct pc_name *name,
                             struct pc_text owner, struct pc_span declared,
                             const struct pc_field_models *fields)
{
    struct pc_suggestion suggestion;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0201, name->span, "%.*s has no field `%.*s`",
                  PC_TEXT_ARGS(owner), PC_TEXT_ARGS(name->text));

    pc_suggestion_init(&suggestion, name->text);
    pc_offer_fields(&suggestion, fields);
    pc_suggest(problem, &suggestion);
    if (declared.end != declared.start)
        pc_diagnostic_point(problem, declared, "declared here");
}

static const struct pc_type *datum_type(struct pc_checker *checker, const struct pc_frame *body,
                                        enum pc_event_data data)
{
    switch (data) {
    case PC_EVENT_ID:
        return checker->uuid;
    case PC_EVENT_NO:
    case PC_EVENT_VERSION:
        return checker->i64;
    case PC_EVENT_TIME:
        return checker->time;
    case PC_EVENT_AGGREGATE_ID:
        return body->aggregate_id;
    default:
        return checker->text;
    }
}

static void use_datum(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct event_datum *datum)
{
    struct pc_name *name = &expression->field.name;
    struct pc_event_model *missing = NULL;
    struct pc_symbol *field = pc_event_field(checker, body, name->text, &missing);

    if (field != NULL) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0203, expression->span,
                      "`event.%.*s` is what every event has, and here also a field",
                      PC_TEXT_ARGS(name->text));
        pc_diagnostic_point(problem, field->span, "the field, which the bare `%.*s` is",
                            PC_TEXT_ARGS(name->text));
        pc_diagnostic_help(problem,
                           "give the field another name: `as \"%.*s\"` keeps its "
                           "outside name",
                           PC_TEXT_ARGS(field->event_fields.items[0]->outside));
        return;
    }
    expression->symbol = pc_symbol_new(checker, PC_SYMBOL_EVENT_DATA, NULL, NULL);
    expression->symbol->name = name->text;
    expression->symbol->event_data = datum->data;
    expression->type = datum_type(checker, body, datum->data);
}

/* event.x: what every event has, else a field. */
static void check_event_part(struct pc_checker *checker, struct pc_frame *body,
                             struct pc_expression *expression)
{
    struct pc_name *name = &expression->field.name;
    const struct event_datum *datum = find_datum(name->text);
    struct pc_event_model *missing = NULL;

    if (datum != NULL && body->is_upcast) {
        pc_report(checker->diagnostics, PC_E0135, expression->span,
                  "an upcast sees the old event's fields only");
        return;
    }
    if (datum != NULL) {
        use_datum(checker, body, expression, datum);
        return;
    }
    struct pc_symbol *field = pc_event_field(checker, body, name->text, &missing);
    if (field != NULL) {
        pc_use_event_field(checker, body, expression, field, missing);
        return;
    }
    if (body->is_poisoned)
        return;
    if (body->handler->events.count == 0) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0201, name->span, "`on any` knows no field `%.*s`",
                      PC_TEXT_ARGS(name->text));
        pc_diagnostic_help(problem, "it sees what every event has: `event.id`, `.no`, `.name`, "
                                    "`.time`, `.version`, `.aggregate_id`, `.aggregate_type`, "
                                    "`.meta(\"key\")`");
        return;
    }
    struct pc_event_model *event = body->handler->events.items[0];
    pc_report_unknown_field(checker, name, pc_quoted(checker, event->name), event->node->name.span,
                            &event->fields);
}

static void check_state_part(struct pc_checker *checker, struct pc_frame *body,
                             struct pc_expression *expression)
{
    struct pc_name *name = &expression->field.name;

    if (pc_text_is(name->text, "exists")) {
        expression->symbol = pc_symbol_new(checker, PC_SYMBOL_STATE_EXISTS, NULL, checker->boolean);
        expression->type = checker->boolean;
        body->handler->reads_exists = true;
        return;
    }
    struct pc_symbol *field = pc_state_field(body, name->text);
    if (field != NULL) {
        field->is_used = true;
        expression->symbol = field;
        expression->type = field->type;
        return;
    }
    const struct pc_state_model *state = &body->projection->state;
    pc_report_unknown_field(
        checker, name,
        pc_text_format(checker->arena, "the state of `%.*s`", PC_TEXT_ARGS(body->projection->name)),
        state->node != NULL ? pc_word_span(state->node->span, "state")
                            : body->projection->node->name.span,
        &state->fields);
}

/* Currency.EUR; false if the object is no enum's name. */
static bool check_enum_part(struct pc_checker *checker, struct pc_expression *expression)
{
    struct pc_symbol *symbol =
        pc_table_find(&checker->type_names, expression->field.object->name.name.text);

    if (symbol == NULL || symbol->type == NULL || symbol->type->kind != PC_TYPE_ENUM)
        return false;
    struct pc_name *name = &expression->field.name;
    struct pc_member_model *member = pc_find_member(symbol->type, name->text);
    expression->field.object->symbol = symbol;
    expression->field.object->type = symbol->type;
    symbol->is_used = true;
    if (member != NULL) {
        pc_use_member(checker, expression, member);
        return true;
    }
    struct pc_suggestion suggestion;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0201, name->span, "`%.*s` has no member `%.*s`",
                  PC_TEXT_ARGS(symbol->name), PC_TEXT_ARGS(name->text));
    pc_suggestion_init(&suggestion, name->text);
    pc_offer_members(&suggestion, symbol->type);
    pc_suggest(problem, &suggestion);
    pc_diagnostic_point(problem, symbol->span, "declared here");
    return true;
}

/* The words `event` and `state`, and names of enums; false if the object is an ordinary value. */
static bool check_word_part(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *expression)
{
    struct pc_expression *object = expression->field.object;
    struct pc_text name = object->name.name.text;

    if (pc_text_is(name, "event") && body->handler != NULL) {
        object->symbol = pc_symbol_new(checker, PC_SYMBOL_EVENT_WORD, NULL, NULL);
        object->type = checker->error;
        check_event_part(checker, body, expression);
        return true;
    }
    if (pc_text_is(name, "state") && body->handler != NULL && !body->is_source_clause &&
        !body->is_upcast) {
        object->symbol = pc_symbol_new(checker, PC_SYMBOL_STATE_WORD, NULL, NULL);
        object->type = checker->error;
        check_state_part(checker, body, expression);
        return true;
    }
    if (pc_name_is_value(checker, body, name))
        return false;
    return check_enum_part(checker, expression);
}

void pc_check_field(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression)
{
    struct pc_name *name = &expression->field.name;
    struct pc_expression *object = expression->field.object;

    expression->type = checker->error;
    if (object->kind == PC_EXPRESSION_NAME && !expression->field.is_optional &&
        check_word_part(checker, body, expression))
        return;
    const struct pc_type *type = pc_check_row_reader(checker, body, object);
    if (type->kind == PC_TYPE_ERROR)
        return;
    const struct pc_type *value = pc_type_value(type);
    if (value->kind != PC_TYPE_RECORD && value->kind != PC_TYPE_ROW) {
        pc_report(checker->diagnostics, PC_E0201, name->span, "`%.*s` has no field `%.*s`",
                  PC_TYPE_ARGS(type), PC_TEXT_ARGS(name->text));
        return;
    }
    if (type->kind == PC_TYPE_OPTIONAL && !expression->field.is_optional) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0209, object->span,
                                                  "this may be `none`, and then has no fields");
        pc_diagnostic_help(problem, "`?.%.*s` is `none` then, or ask with `if let`",
                           PC_TEXT_ARGS(name->text));
        return;
    }
    if (type->kind != PC_TYPE_OPTIONAL && expression->field.is_optional) {
        pc_report(checker->diagnostics, PC_E0210, object->span,
                  "this is never `none`: write `.%.*s`", PC_TEXT_ARGS(name->text));
        return;
    }
    struct pc_field_model *field = value->kind == PC_TYPE_ROW
                                       ? pc_row_column(checker, value, name, false)
                                       : pc_fields_find(&value->record->fields, name->text);
    if (field == NULL && value->kind == PC_TYPE_RECORD)
        pc_report_unknown_field(checker, name, pc_quoted(checker, value->record->name),
                                value->record->node->name.span, &value->record->fields);
    if (field == NULL)
        return;
    const struct pc_type *plain = pc_type_plain(checker, field->type);
    expression->symbol = pc_symbol_new(checker, PC_SYMBOL_RECORD_FIELD, NULL, plain);
    expression->symbol->name = name->text;
    expression->symbol->field_model = field;
    expression->type = expression->field.is_optional ? pc_type_optional(checker, plain) : plain;
}
