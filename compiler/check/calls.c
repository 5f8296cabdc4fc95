/* calls.c -- what a call stands for: a built-in, a conversion by a type's name, a function;
 * methods. */
#include "check/declarations.h"
#include "check/expressions.h"

bool pc_check_count(struct pc_checker *checker, const struct pc_expression *expression,
                    const struct pc_expressions *arguments, size_t least, size_t most)
{
    struct pc_name name =
        expression->kind == PC_EXPRESSION_CALL ? expression->call.name : expression->method.name;

    if (arguments->count >= least && arguments->count <= most)
        return true;
    if (least == most)
        pc_report(checker->diagnostics, PC_E0212, expression->span,
                  "`%.*s` takes %zu argument%s, not %zu", PC_TEXT_ARGS(name.text), least,
                  least == 1 ? "" : "s", arguments->count);
    else if (arguments->count < least)
        pc_report(checker->diagnostics, PC_E0212, expression->span,
                  "`%.*s` takes at least %zu argument%s", PC_TEXT_ARGS(name.text), least,
                  least == 1 ? "" : "s");
    else
        pc_report(checker->diagnostics, PC_E0212, expression->span,
                  "`%.*s` takes at most %zu arguments, not %zu", PC_TEXT_ARGS(name.text), most,
                  arguments->count);
    return false;
}

/* ---- what there is not ---- */

static bool is_one_of(struct pc_text name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_text_is(name, words[i]))
            return true;
    }
    return false;
}

static void report_unknown_function(struct pc_checker *checker, struct pc_frame *body,
                                    struct pc_expression *expression)
{
    static const char *const clocks[] = {"now",          "today",    "clock",  "current_time",
                                         "current_date", "time_now", "utcnow", "current_timestamp",
                                         "localtime",    "gettime"};
    static const char *const chances[] = {"random", "rand", "uuid_v4", "new_uuid",
                                          "gen_random_uuid"};
    struct pc_text name = expression->call.name.text;
    struct pc_suggestion suggestion;

    for (size_t i = 0; i < expression->call.arguments.count; i++)
        pc_check_expression(checker, body, expression->call.arguments.items[i], checker->error);
    if (is_one_of(name, clocks, sizeof(clocks) / sizeof(clocks[0]))) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0213, expression->span,
                      "there is no clock: replaying must give the same state");
        pc_diagnostic_help(problem, "the time the event was stored is `event.time`");
        return;
    }
    if (is_one_of(name, chances, sizeof(chances) / sizeof(chances[0]))) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0213, expression->span,
                      "there is no chance: replaying must give the same state");
        pc_diagnostic_help(problem, "`event.id` is a unique uuid; chance belongs into the event");
        return;
    }
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0211, expression->call.name.span,
                  "there is no function `%.*s`", PC_TEXT_ARGS(name));
    pc_suggestion_init(&suggestion, name);
    pc_offer_builtins(&suggestion);
    pc_offer_table(&suggestion, &checker->function_names);
    pc_suggest(problem, &suggestion);
    if (pc_text_is(name, "length") || pc_text_is(name, "size"))
        pc_diagnostic_help(problem, "here it is called `len`");
    else if (pc_text_is(name, "concat"))
        pc_diagnostic_help(problem, "texts are joined inside one: `\"{a}{b}\"`");
    else if (pc_table_find(&checker->type_names, name) != NULL)
        pc_diagnostic_help(problem, "a record is written `{ field: value }`, a member `%.*s.NAME`",
                           PC_TEXT_ARGS(name));
}

/* True if the name is one of a type that values can be converted to. */
static const struct pc_type *conversion_target(struct pc_checker *checker, struct pc_text name)
{
    const struct pc_type *type = pc_type_by_name(checker, name);

    if (pc_text_is(name, "decimal"))
        return pc_type_decimal(checker, 0);
    if (type != NULL)
        return type;
    struct pc_symbol *symbol = pc_table_find(&checker->type_names, name);
    if (symbol == NULL || symbol->kind != PC_SYMBOL_ALIAS || symbol->type == NULL)
        return NULL;
    symbol->is_used = true;
    return pc_type_plain(checker, symbol->type);
}

void pc_check_call(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_name *name = &expression->call.name;
    struct pc_symbol *function = pc_table_find(&checker->function_names, name->text);
    int builtin = pc_builtin_find(name->text);

    if (function != NULL) {
        pc_check_function_call(checker, body, expression, function);
        return;
    }
    if (builtin >= 0) {
        expression->symbol = pc_builtin_symbol(checker, (enum pc_builtin)builtin, name->text);
        pc_check_builtin(checker, body, expression, expected);
        return;
    }
    const struct pc_type *target = conversion_target(checker, name->text);
    if (target == NULL) {
        report_unknown_function(checker, body, expression);
        return;
    }
    expression->symbol = pc_symbol_new(checker, PC_SYMBOL_CONVERSION, NULL, target);
    expression->symbol->name = name->text;
    pc_check_conversion(checker, body, expression, expected);
}

/* ---- methods ---- */

static bool is_event_word(const struct pc_frame *body, const struct pc_expression *object)
{
    return object->kind == PC_EXPRESSION_NAME && body->handler != NULL &&
           pc_text_is(object->name.name.text, "event");
}

static void check_meta(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_expression *expression)
{
    struct pc_expressions *arguments = &expression->method.arguments;

    expression->method.object->symbol = pc_symbol_new(checker, PC_SYMBOL_EVENT_WORD, NULL, NULL);
    if (body->is_upcast) {
        pc_report(checker->diagnostics, PC_E0135, expression->span,
                  "an upcast sees the old event's fields only");
        return;
    }
    if (!pc_check_count(checker, expression, arguments, 1, 1))
        return;
    struct pc_expression *key = arguments->items[0];
    if (key->kind != PC_EXPRESSION_TEXT || !key->text.is_plain) {
        pc_report(checker->diagnostics, PC_E0212, key->span,
                  "the key of `event.meta` is a text, written out");
        return;
    }
    pc_check_expression(checker, body, key, checker->text);
    expression->symbol = pc_symbol_new(checker, PC_SYMBOL_EVENT_DATA, NULL, NULL);
    expression->symbol->name = expression->method.name.text;
    expression->symbol->event_data = PC_EVENT_META;
    expression->type = pc_type_optional(checker, checker->text);
}

/* A set has no end to push to, a map gets its entries by assignment. */
bool pc_has_method(const struct pc_type *type, struct pc_text name)
{
    if (!pc_is_collection(type))
        return false;
    if (pc_text_is(name, "push") || pc_text_is(name, "keep_last"))
        return type->kind == PC_TYPE_LIST;
    if (pc_text_is(name, "add"))
        return type->kind == PC_TYPE_SET;
    return pc_text_is(name, "clear") || pc_text_is(name, "has") || pc_text_is(name, "remove");
}

static void report_unknown_method(struct pc_checker *checker,
                                  const struct pc_expression *expression)
{
    struct pc_text name = expression->method.name.text;
    struct pc_diagnostic *problem = pc_report(
        checker->diagnostics, PC_E0211, expression->method.name.span, "`%.*s` has no method `%.*s`",
        PC_TYPE_ARGS(expression->method.object->type), PC_TEXT_ARGS(name));
    struct pc_suggestion suggestion;

    if (pc_builtin_find(name) >= 0) {
        pc_diagnostic_help(problem, "it is a function: `%.*s(…)`", PC_TEXT_ARGS(name));
        return;
    }
    pc_suggestion_init(&suggestion, name);
    const struct pc_type *type = expression->method.object->type;
    if (pc_is_collection(type)) {
        static const char *const methods[] = {"push", "keep_last", "clear", "has", "add", "remove"};
        for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
            if (pc_has_method(type, pc_text_of(methods[i])))
                pc_suggestion_offer(&suggestion, pc_text_of(methods[i]));
        pc_suggest(problem, &suggestion);
        if (type->kind == PC_TYPE_LIST && (pc_text_is(name, "append") || pc_text_is(name, "add")))
            pc_diagnostic_help(problem, "`push` adds at the end of a list");
        else if (type->kind == PC_TYPE_SET && pc_text_is(name, "push"))
            pc_diagnostic_help(problem, "`add` adds to a set");
        else if (type->kind == PC_TYPE_MAP && (pc_text_is(name, "push") || pc_text_is(name, "add")))
            pc_diagnostic_help(problem, "`map[key] = value` adds to a map");
    }
}

void pc_check_method(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression)
{
    struct pc_text name = expression->method.name.text;
    struct pc_expression *object = expression->method.object;
    struct pc_expressions *arguments = &expression->method.arguments;

    if (is_event_word(body, object) && pc_text_is(name, "meta")) {
        check_meta(checker, body, expression);
        return;
    }
    const struct pc_type *type = pc_check_expression(checker, body, object, NULL);
    if (type->kind == PC_TYPE_ERROR) {
        for (size_t i = 0; i < arguments->count; i++)
            pc_check_expression(checker, body, arguments->items[i], checker->error);
        return;
    }
    if (pc_is_collection(type) && pc_text_is(name, "has")) {
        const struct pc_type *item = pc_item_type(type);
        if (!pc_check_count(checker, expression, arguments, 1, 1) ||
            !pc_check_value(checker, body, arguments->items[0], item))
            return;
        if (!pc_type_is_comparable(item)) {
            pc_report(checker->diagnostics, PC_E0225, object->span,
                      "values of type `%.*s` cannot be compared", PC_TYPE_ARGS(item));
            return;
        }
        expression->symbol = pc_builtin_symbol(checker, PC_BUILTIN_HAS, name);
        expression->type = checker->boolean;
        pc_annotate(checker, expression)->subject = item;
        return;
    }
    if (pc_has_method(type, name)) {
        pc_report(checker->diagnostics, PC_E0212, expression->span,
                  "`%.*s` changes the %s and has no value: it is a statement of its own",
                  PC_TEXT_ARGS(name),
                  type->kind == PC_TYPE_LIST  ? "list"
                  : type->kind == PC_TYPE_SET ? "set"
                                              : "map");
        return;
    }
    report_unknown_method(checker, expression);
}
