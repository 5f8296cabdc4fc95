/* places.c -- what can be changed: fields of the state, and elements bound by a loop over the
 * state. */
#include "check/expressions.h"
#include "check/statements.h"

/* ---- loops that walk what is changed ---- */

/* The table whose rows a root stands for, or NULL: two of them may be the same row. */
static const struct pc_table_model *rows_of(const struct pc_symbol *root)
{
    if (root->kind == PC_SYMBOL_TABLE)
        return root->table;
    return root->type != NULL && root->type->kind == PC_TYPE_ROW ? root->type->table : NULL;
}

static bool is_same_root(const struct pc_symbol *a, const struct pc_symbol *b)
{
    return a == b || (rows_of(a) != NULL && rows_of(a) == rows_of(b));
}

struct pc_symbol *pc_whole_path(struct pc_checker *checker, struct pc_symbol *root,
                                const struct pc_place_steps *steps, struct pc_place_steps *path)
{
    if (root != NULL && root->walked_root != NULL) {
        struct pc_place_step *any = PC_NEW(checker->arena, struct pc_place_step);
        root = pc_whole_path(checker, root->walked_root, root->walked_steps, path);
        PC_LIST_ADD(checker->arena, path, any);
    }
    for (size_t i = 0; i < steps->count; i++)
        PC_LIST_ADD(checker->arena, path, steps->items[i]);
    return root;
}

/* True if changing `place` may change the walked place: because it is, contains or is one of those
 * that are, or because a key of a walked map is set. */
static bool contains(struct pc_checker *checker, const struct pc_symbol *root,
                     const struct pc_place_steps *steps, const struct pc_walk *walk)
{
    struct pc_place_steps place = {0};
    struct pc_place_steps walked = {0};

    if (root == NULL)
        return true;
    root = pc_whole_path(checker, (struct pc_symbol *)(uintptr_t)root, steps, &place);
    if (!is_same_root(root, pc_whole_path(checker, walk->root, walk->steps, &walked)))
        return false;
    for (size_t i = 0; i < place.count && i < walked.count; i++) {
        if (place.items[i]->field != walked.items[i]->field)
            return false;
    }
    return place.count <= walked.count || place.items[walked.count]->is_map;
}

bool pc_check_walks(struct pc_checker *checker, const struct pc_frame *body, struct pc_span span,
                    const struct pc_symbol *root, const struct pc_place_steps *steps)
{
    for (const struct pc_walk *walk = body->walks; walk != NULL; walk = walk->parent) {
        if (!contains(checker, root, steps, walk))
            continue;
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0305, span,
                                                  "this changes what the loop around it walks");
        pc_diagnostic_point(problem, walk->span, "walked here");
        pc_diagnostic_help(problem, "collect what is to be done, and do it behind the loop");
        return false;
    }
    return true;
}

/* ---- finding places ---- */

static void add_step(struct pc_checker *checker, struct pc_place_steps *steps,
                     struct pc_field_model *field)
{
    struct pc_place_step *step = PC_NEW(checker->arena, struct pc_place_step);

    step->field = field;
    PC_LIST_ADD(checker->arena, steps, step);
}

bool pc_find_place(struct pc_checker *checker, const struct pc_expression *expression,
                   struct pc_symbol **root, struct pc_place_steps *steps)
{
    struct pc_symbol *symbol = expression->symbol;

    if (symbol == NULL)
        return false;
    if (symbol->kind == PC_SYMBOL_STATE_FIELD ||
        (symbol->kind == PC_SYMBOL_LOCAL && symbol->is_place)) {
        *root = symbol;
        return true;
    }
    if (expression->kind != PC_EXPRESSION_FIELD || symbol->kind != PC_SYMBOL_RECORD_FIELD ||
        expression->field.is_optional ||
        !pc_find_place(checker, expression->field.object, root, steps))
        return false;
    add_step(checker, steps, symbol->field_model);
    return true;
}

/* ---- resolving targets ---- */

static bool report_fixed(struct pc_checker *checker, struct pc_span span, const char *what,
                         struct pc_text name, const struct pc_symbol *declared, const char *help)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0304, span, "%s `%.*s` cannot be changed", what,
                  PC_TEXT_ARGS(name));

    if (declared != NULL && declared->span.end != 0)
        pc_diagnostic_point(problem, declared->span, "declared here");
    if (help != NULL)
        pc_diagnostic_help(problem, "%s", help);
    return false;
}

static bool report_no_place(struct pc_checker *checker, struct pc_frame *body,
                            const struct pc_expression *target, struct pc_text name)
{
    struct pc_event_model *missing = NULL;
    struct pc_symbol *event = pc_event_field(checker, body, name, &missing);
    struct pc_suggestion suggestion;

    if (event != NULL)
        return report_fixed(checker, target->span, "the event's field", name, event,
                            body->is_upcast
                                ? "an upcast assigns to the fields of today's event"
                                : "events are history; a state remembers what came of them");
    if (pc_text_is(name, "state") || pc_text_is(name, "event"))
        return report_fixed(checker, target->span, "all of", name, NULL, "assign to its fields");
    const char *owner = body->is_upcast ? "today's event" : "the state";
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0202, target->span,
                                              "%s has no field `%.*s`", owner, PC_TEXT_ARGS(name));
    pc_suggestion_init(&suggestion, name);
    pc_offer_fields(&suggestion, &body->projection->state.fields);
    pc_offer_symbols(&suggestion, body->tables);
    pc_suggest(problem, &suggestion);
    if (body->projection->state.node != NULL)
        pc_diagnostic_point(problem, pc_word_span(body->projection->state.node->span, "state"),
                            "the state");
    return false;
}

static bool place_of_name(struct pc_checker *checker, struct pc_frame *body,
                          struct pc_expression *target, struct pc_statement_info *info)
{
    struct pc_text name = target->name.name.text;
    struct pc_symbol *symbol = pc_scope_find(body->scope, name);

    if (symbol == NULL)
        symbol = pc_state_field(body, name);
    if (symbol == NULL)
        symbol = pc_symbols_find(body->tables, name);
    if (symbol == NULL && pc_symbols_find(body->keys, name) != NULL)
        return report_fixed(checker, target->span, "the key part", name,
                            pc_symbols_find(body->keys, name), NULL);
    if (symbol == NULL)
        return report_no_place(checker, body, target, name);
    target->symbol = symbol;
    target->type = symbol->type;
    if (symbol->kind == PC_SYMBOL_TABLE) {
        pc_check_expression(checker, body, target, NULL); /* says how its rows are changed */
        return false;
    }
    if (symbol->type->kind == PC_TYPE_ERROR)
        return false;
    if (symbol->kind == PC_SYMBOL_LOCAL && !symbol->is_place)
        return report_fixed(
            checker, target->span, symbol->local == PC_LOCAL_ELEMENT ? "the element" : "the value",
            name, symbol,
            symbol->local == PC_LOCAL_ELEMENT
                ? "only elements of the state's own lists can be changed"
            : pc_is_row(symbol->type) ? "`if let` and `let … else` bind a row that can be changed"
                                      : "a `let` is a value; assign to a field of the state");
    info->root = symbol;
    return true;
}

static void set_field(struct pc_checker *checker, struct pc_expression *target,
                      struct pc_field_model *field, struct pc_statement_info *info)
{
    target->type = pc_type_plain(checker, field->type);
    target->symbol = pc_symbol_new(checker, PC_SYMBOL_RECORD_FIELD, NULL, target->type);
    target->symbol->name = field->name;
    target->symbol->field_model = field;
    add_step(checker, &info->steps, field);
}

/* A column of a bound row, or of one that is made when there is none. */
static bool place_in_row(struct pc_checker *checker, struct pc_expression *target,
                         struct pc_statement_info *info)
{
    struct pc_expression *object = target->field.object;
    struct pc_field_model *column = pc_row_column(checker, object->type, &target->field.name, true);

    if (column == NULL || !pc_check_obtains(checker, object, info))
        return false;
    set_field(checker, target, column, info);
    return true;
}

static bool needs_zero(struct pc_checker *checker, const struct pc_expression *object);

static bool place_in_record(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *target, struct pc_statement_info *info)
{
    struct pc_expression *object = target->field.object;
    struct pc_name *name = &target->field.name;

    if (!pc_check_place(checker, body, object, info) || !needs_zero(checker, object))
        return false;
    if (object->type->kind == PC_TYPE_OPTIONAL && object->type->element->kind == PC_TYPE_RECORD) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0304, object->span,
                      "this may be `none`, and then has no field to change");
        pc_diagnostic_help(problem, "assign a whole record: `x = { … }`");
        return false;
    }
    if (object->type->kind == PC_TYPE_ROW)
        return place_in_row(checker, target, info);
    if (object->type->kind != PC_TYPE_RECORD) {
        pc_report(checker->diagnostics, PC_E0201, name->span, "`%.*s` has no field `%.*s`",
                  PC_TYPE_ARGS(object->type), PC_TEXT_ARGS(name->text));
        return false;
    }
    struct pc_record_model *record = object->type->record;
    struct pc_field_model *field = pc_fields_find(&record->fields, name->text);
    if (field == NULL) {
        pc_report_unknown_field(checker, name, pc_quoted(checker, record->name),
                                record->node->name.span, &record->fields);
        return false;
    }
    set_field(checker, target, field, info);
    return true;
}

static bool place_of_field(struct pc_checker *checker, struct pc_frame *body,
                           struct pc_expression *target, struct pc_statement_info *info)
{
    struct pc_expression *object = target->field.object;
    struct pc_text word =
        object->kind == PC_EXPRESSION_NAME ? object->name.name.text : (struct pc_text){0};

    if (pc_text_is(word, "event"))
        return report_fixed(checker, target->span, "the event's", target->field.name.text, NULL,
                            "events are history; a state remembers what came of them");
    if (!pc_text_is(word, "state"))
        return place_in_record(checker, body, target, info);
    pc_check_field(checker, body, target);
    if (target->symbol == NULL || target->type->kind == PC_TYPE_ERROR)
        return false;
    if (target->symbol->kind == PC_SYMBOL_STATE_EXISTS)
        return report_fixed(checker, target->span, "the answer", pc_text_of("state.exists"), NULL,
                            "a state exists once a handler ends; `delete state` ends it");
    info->root = target->symbol;
    return true;
}

/* What a part of a map's value needs: an entry that is not there begins at the zero value. */
static bool needs_zero(struct pc_checker *checker, const struct pc_expression *object)
{
    const struct pc_type *map =
        object->kind == PC_EXPRESSION_INDEX ? object->index.object->type : checker->error;

    if (map->kind != PC_TYPE_MAP || pc_type_has_zero(map->element))
        return true;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0124, object->span,
                  "an entry that is not there has no value to begin with: a `%.*s` has no zero",
                  PC_TYPE_ARGS(map->element));
    pc_diagnostic_help(problem, "assign a whole value: `map[key] = …`");
    return false;
}

/* map[key], made where there is none, and list[position], which must be there. */
static bool place_of_index(struct pc_checker *checker, struct pc_frame *body,
                           struct pc_expression *target, struct pc_statement_info *info)
{
    struct pc_expression *object = target->index.object;

    if (!pc_check_place(checker, body, object, info)) {
        for (size_t i = 0; i < target->index.keys.count; i++)
            pc_check_expression(checker, body, target->index.keys.items[i], checker->error);
        return false;
    }
    bool is_good = needs_zero(checker, object);
    const struct pc_type *element = pc_check_key(checker, body, target);
    if (element == NULL || !is_good)
        return false;
    struct pc_place_step *step = PC_NEW(checker->arena, struct pc_place_step);
    step->key = target->index.keys.items[0];
    step->is_map = object->type->kind == PC_TYPE_MAP;
    PC_LIST_ADD(checker->arena, &info->steps, step);
    target->type = element;
    return true;
}

bool pc_check_place(struct pc_checker *checker, struct pc_frame *body, struct pc_expression *target,
                    struct pc_statement_info *info)
{
    target->type = checker->error;
    target->extra = NULL;
    switch (target->kind) {
    case PC_EXPRESSION_NAME:
        return place_of_name(checker, body, target, info);
    case PC_EXPRESSION_FIELD:
        return place_of_field(checker, body, target, info);
    case PC_EXPRESSION_INDEX: {
        struct pc_symbol *table = pc_find_table(body, target->index.object);
        if (table != NULL)
            return pc_check_row_place(checker, body, target, table, info);
        return place_of_index(checker, body, target, info);
    }
    default:
        pc_report(checker->diagnostics, PC_E0304, target->span, "this cannot be changed");
        return false;
    }
}

/* ---- assignments ---- */

static const enum pc_operator operators[] = {
    [PC_ASSIGN_ADD] = PC_OPERATOR_ADD,
    [PC_ASSIGN_SUBTRACT] = PC_OPERATOR_SUBTRACT,
    [PC_ASSIGN_MULTIPLY] = PC_OPERATOR_MULTIPLY,
    [PC_ASSIGN_DIVIDE] = PC_OPERATOR_DIVIDE,
};

static void check_compound(struct pc_checker *checker, struct pc_frame *body,
                           struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *target = statement->assign.target;
    struct pc_expression *value = statement->assign.value;
    const struct pc_type *place = target->type;
    enum pc_operator operator= operators[statement->assign.operator];

    pc_check_other(checker, body, operator, target, value);
    const struct pc_type *given = value->type;
    const struct pc_type *type =
        pc_arithmetic(checker, operator, statement->assign.operator_span, target, value);
    target->extra = NULL;
    info->operation = type;
    if (type->kind == PC_TYPE_ERROR || type == place)
        return;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0206, statement->assign.operator_span,
                  "this gives `%.*s`, which does not become `%.*s` without loss",
                  PC_TYPE_ARGS(type), PC_TYPE_ARGS(place));
    pc_diagnostic_point(problem, value->span, "has type `%.*s`", PC_TYPE_ARGS(given));
    if (place->kind == PC_TYPE_DECIMAL)
        pc_diagnostic_help(problem,
                           operator== PC_OPERATOR_MULTIPLY
                               ? "`x = round(x * y, %d)` rounds half to even"
                               : "`round(y, %d)` rounds half to even",
                           (int)place->scale);
    else
        pc_diagnostic_help(problem, "`%.*s(x)` checks at run time", PC_TYPE_ARGS(place));
}

void pc_check_assign(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *target = statement->assign.target;
    struct pc_expression *value = statement->assign.value;

    body->effect_count++;
    if (!pc_check_place(checker, body, target, info)) {
        pc_check_expression(checker, body, value, checker->error);
        return;
    }
    pc_check_walks(checker, body, target->span, info->root, &info->steps);
    if (target->type->kind == PC_TYPE_ROW) {
        pc_check_row_assign(checker, body, statement, info);
    } else if (statement->assign.operator== PC_ASSIGN) {
        pc_check_value(checker, body, value, target->type);
    } else if (pc_is_collection(target->type)) {
        bool is_list = target->type->kind == PC_TYPE_LIST;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0208, statement->assign.operator_span,
                      "%s have no arithmetic",
                      is_list                             ? "lists"
                      : target->type->kind == PC_TYPE_SET ? "sets"
                                                          : "maps");
        pc_diagnostic_help(problem, is_list ? "`push` adds at the end"
                                    : target->type->kind == PC_TYPE_SET
                                        ? "`add` adds an element"
                                        : "`map[key] = value` sets an entry");
        pc_check_expression(checker, body, value, checker->error);
    } else if (needs_zero(checker, target)) {
        check_compound(checker, body, statement, info);
    } else {
        pc_check_expression(checker, body, value, checker->error);
    }
}

/* ---- list.push(x), set.add(x), … ---- */

static void report_unused_value(struct pc_checker *checker, const struct pc_expression *call)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0315, call->span, "the value of this call is not used");

    pc_diagnostic_help(problem, "assign it, or leave the call out: functions change nothing");
}

struct method {
    const char *name;
    enum pc_builtin builtin;
};

static const struct method methods[] = {
    {"push", PC_BUILTIN_PUSH}, {"keep_last", PC_BUILTIN_KEEP_LAST}, {"clear", PC_BUILTIN_CLEAR},
    {"add", PC_BUILTIN_ADD},   {"remove", PC_BUILTIN_REMOVE},
};

static const struct method *find_method(struct pc_text name)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (pc_text_is(name, methods[i].name))
            return &methods[i];
    }
    return NULL;
}

/* False (reported) if the place's type has no such method. */
static bool check_has_method(struct pc_checker *checker, const struct pc_expression *call,
                             const struct method *method)
{
    const struct pc_type *type = call->method.object->type;

    if (!pc_has_method(type, call->method.name.text)) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0211, call->method.name.span,
                      "`%.*s` has no method `%s`", PC_TYPE_ARGS(type), method->name);
        if (type->kind == PC_TYPE_LIST)
            pc_diagnostic_help(problem, "`push` adds at the end of a list");
        else if (type->kind == PC_TYPE_SET)
            pc_diagnostic_help(problem, "`add` adds to a set");
        else if (type->kind == PC_TYPE_MAP)
            pc_diagnostic_help(problem, "`map[key] = value` adds to a map");
        return false;
    }
    if (method->builtin == PC_BUILTIN_REMOVE && !pc_type_is_comparable(pc_item_type(type))) {
        pc_report(checker->diagnostics, PC_E0225, call->method.object->span,
                  "values of type `%.*s` cannot be compared", PC_TYPE_ARGS(type->element));
        return false;
    }
    return needs_zero(checker, call->method.object);
}

void pc_check_method_statement(struct pc_checker *checker, struct pc_frame *body,
                               struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *call = statement->call.call;
    struct pc_expressions *arguments = &call->method.arguments;
    const struct method *method =
        call->kind == PC_EXPRESSION_METHOD ? find_method(call->method.name.text) : NULL;

    if (method == NULL) {
        pc_check_expression(checker, body, call, NULL);
        if (call->type->kind != PC_TYPE_ERROR)
            report_unused_value(checker, call);
        return;
    }
    struct pc_expression *object = call->method.object;
    body->effect_count++;
    bool is_place =
        pc_check_place(checker, body, object, info) && check_has_method(checker, call, method);
    const struct pc_type *wanted = !is_place ? checker->error
                                   : method->builtin == PC_BUILTIN_KEEP_LAST
                                       ? checker->u32
                                       : pc_item_type(object->type);
    size_t count = method->builtin == PC_BUILTIN_CLEAR ? 0 : 1;
    bool is_counted = pc_check_count(checker, call, arguments, count, count);
    for (size_t i = 0; i < arguments->count; i++) {
        if (is_place && is_counted)
            pc_check_value(checker, body, arguments->items[i], wanted);
        else
            pc_check_expression(checker, body, arguments->items[i], checker->error);
    }
    if (is_place && pc_check_walks(checker, body, call->span, info->root, &info->steps))
        call->symbol = pc_builtin_symbol(checker, method->builtin, call->method.name.text);
}
