/* build_expression.c -- makes the nodes of expressions, names, strings and types. */
#include "syntax/parser.h"

#include "proj.tab.h"

#include <string.h>

/* ---- lists, names, strings ---- */

struct pc_list *pc_list_new(struct pc_parser *parser)
{
    return PC_NEW(parser->arena, struct pc_list);
}

struct pc_list *pc_list_add(struct pc_parser *parser, struct pc_list *list, void *node)
{
    PC_LIST_ADD(parser->arena, list, node);
    return list;
}

void *pc_build_name(struct pc_parser *parser, const struct pc_token *token)
{
    struct pc_name *name = PC_NEW(parser->arena, struct pc_name);

    *name = pc_token_name(parser, token);
    return name;
}

struct pc_string *pc_build_string(struct pc_parser *parser, struct pc_range range,
                                  const struct pc_token *token)
{
    struct pc_string *string = PC_NEW(parser->arena, struct pc_string);

    string->text = pc_token_text(parser, token);
    string->span = pc_parser_span(parser, range);
    return string;
}

/* ---- types ---- */

void *pc_build_type_argument(struct pc_parser *parser, const struct pc_token *token, bool is_number)
{
    struct pc_type_argument *argument = PC_NEW(parser->arena, struct pc_type_argument);
    struct pc_name name = pc_token_name(parser, token);

    argument->text = name.text;
    argument->span = name.span;
    argument->is_number = is_number;
    return argument;
}

struct pc_type_node *pc_build_type(struct pc_parser *parser, struct pc_range range,
                                   const struct pc_token *name, struct pc_list *arguments,
                                   struct pc_list *parameters)
{
    struct pc_type_node *type = PC_NEW(parser->arena, struct pc_type_node);

    type->kind = PC_PART_TYPE;
    type->span = pc_parser_span(parser, range);
    type->name = pc_token_name(parser, name);
    PC_TAKE_LIST(parser, &type->arguments, arguments);
    PC_TAKE_LIST(parser, &type->parameters, parameters);
    return type;
}

struct pc_type_node *pc_build_optional(struct pc_parser *parser, struct pc_range range,
                                       struct pc_type_node *type)
{
    type->span = pc_parser_span(parser, range);
    type->is_optional = true;
    return type;
}

/* ---- expressions ---- */

static struct pc_expression *new_expression(struct pc_parser *parser, enum pc_node_kind kind,
                                            struct pc_range range)
{
    struct pc_expression *expression = PC_NEW(parser->arena, struct pc_expression);

    expression->kind = kind;
    expression->span = pc_parser_span(parser, range);
    expression->height = 1;
    return expression;
}

/* Makes `expression` one higher than a part of it, which may be NULL. Left-recursive rules build
 * trees of any height without filling the parser's stack, so the limit is kept here. */
static void contain(struct pc_parser *parser, struct pc_expression *expression,
                    const struct pc_expression *part)
{
    if (part == NULL || part->height < expression->height)
        return;
    expression->height = part->height + 1;
    if (expression->height > PC_NESTING_MAX)
        pc_report_too_deep(parser);
}

static void contain_all(struct pc_parser *parser, struct pc_expression *expression,
                        const struct pc_expressions *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        contain(parser, expression, parts->items[i]);
}

struct pc_expression *pc_build_integer(struct pc_parser *parser, struct pc_range range,
                                       const struct pc_token *token)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_INTEGER, range);

    expression->integer.digits = pc_token_slice(parser, token);
    return expression;
}

struct pc_expression *pc_build_fraction(struct pc_parser *parser, struct pc_range range,
                                        const struct pc_token *token)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_FRACTION, range);
    struct pc_text digits = pc_token_slice(parser, token);
    bool is_behind_point = false;

    expression->fraction.digits = digits;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] == 'e' || digits.data[i] == 'E') {
            expression->fraction.has_exponent = true;
            break;
        }
        expression->fraction.scale += is_behind_point;
        is_behind_point = is_behind_point || digits.data[i] == '.';
    }
    return expression;
}

struct pc_expression *pc_build_duration(struct pc_parser *parser, struct pc_range range,
                                        const struct pc_token *token)
{
    static const char *const units[] = {"ns", "us", "ms", "s", "m", "h", "d"};
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_DURATION, range);
    struct pc_text text = pc_token_slice(parser, token);
    size_t digits = strspn(text.data, "0123456789");
    struct pc_text unit = {.data = text.data + digits, .size = text.size - digits};
    size_t index = 0;

    while (!pc_text_is(unit, units[index]))
        index++;
    expression->duration.digits = (struct pc_text){.data = text.data, .size = digits};
    expression->duration.unit = (enum pc_duration_unit)index;
    return expression;
}

struct pc_expression *pc_build_bool(struct pc_parser *parser, struct pc_range range, bool value)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_BOOL, range);

    expression->boolean.value = value;
    return expression;
}

struct pc_expression *pc_build_none(struct pc_parser *parser, struct pc_range range)
{
    return new_expression(parser, PC_EXPRESSION_NONE, range);
}

/* ---- texts ---- */

void *pc_build_text_part(struct pc_parser *parser, struct pc_range range,
                         const struct pc_token *token)
{
    struct pc_text_part *part = PC_NEW(parser->arena, struct pc_text_part);

    part->span = pc_parser_span(parser, range);
    part->text = pc_token_text(parser, token);
    return part;
}

void *pc_build_interpolation(struct pc_parser *parser, struct pc_range range,
                             struct pc_expression *inner)
{
    struct pc_text_part *part = PC_NEW(parser->arena, struct pc_text_part);

    part->span = pc_parser_span(parser, range);
    part->expression = inner;
    return part;
}

struct pc_expression *pc_build_text(struct pc_parser *parser, struct pc_range range,
                                    struct pc_list *parts)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_TEXT, range);

    PC_TAKE_LIST(parser, &expression->text.parts, parts);
    for (size_t i = 0; i < expression->text.parts.count; i++)
        contain(parser, expression, expression->text.parts.items[i]->expression);
    const struct pc_text_part *first = expression->text.parts.items[0];
    if (expression->text.parts.count == 1 && first->expression == NULL) {
        expression->text.is_plain = true;
        expression->text.plain = first->text;
    }
    return expression;
}

/* ---- names, fields, elements, calls ---- */

struct pc_expression *pc_build_path_name(struct pc_parser *parser, struct pc_range range,
                                         const struct pc_token *token)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_NAME, range);

    expression->name.name = pc_token_name(parser, token);
    return expression;
}

struct pc_expression *pc_build_name_expression(struct pc_parser *parser, struct pc_range range,
                                               const struct pc_token *token)
{
    static const char *const nulls[] = {"null", "NULL", "nil", "nullptr", "undefined"};
    struct pc_text word = pc_token_slice(parser, token);

    for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
        if (pc_text_is(word, nulls[i])) {
            pc_report(parser->diagnostics, PC_E0009, pc_parser_span(parser, range),
                      "`%s` is written `none`", nulls[i]);
            return pc_build_none(parser, range);
        }
    }
    return pc_build_path_name(parser, range, token);
}

struct pc_expression *pc_build_field_access(struct pc_parser *parser, struct pc_range range,
                                            struct pc_expression *object, bool is_optional,
                                            const struct pc_token *name)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_FIELD, range);

    expression->field.object = object;
    expression->field.is_optional = is_optional;
    expression->field.name = pc_token_name(parser, name);
    contain(parser, expression, object);
    return expression;
}

struct pc_expression *pc_build_index_access(struct pc_parser *parser, struct pc_range range,
                                            struct pc_expression *object, struct pc_list *keys)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_INDEX, range);

    expression->index.object = object;
    PC_TAKE_LIST(parser, &expression->index.keys, keys);
    contain(parser, expression, object);
    contain_all(parser, expression, &expression->index.keys);
    return expression;
}

struct pc_expression *pc_build_call(struct pc_parser *parser, struct pc_range range,
                                    const struct pc_token *name, struct pc_list *arguments)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_CALL, range);

    expression->call.name = pc_token_name(parser, name);
    PC_TAKE_LIST(parser, &expression->call.arguments, arguments);
    contain_all(parser, expression, &expression->call.arguments);
    return expression;
}

struct pc_expression *pc_build_method(struct pc_parser *parser, struct pc_range range,
                                      struct pc_expression *object, bool is_optional,
                                      const struct pc_token *name, struct pc_list *arguments)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_METHOD, range);

    expression->method.object = object;
    expression->method.is_optional = is_optional;
    expression->method.name = pc_token_name(parser, name);
    PC_TAKE_LIST(parser, &expression->method.arguments, arguments);
    contain(parser, expression, object);
    contain_all(parser, expression, &expression->method.arguments);
    return expression;
}

/* ---- operators ---- */

static const enum pc_operator operators[] = {
    [PC_SIGN_OR] = PC_OPERATOR_OR,
    [PC_SIGN_AND] = PC_OPERATOR_AND,
    [PC_SIGN_NOT] = PC_OPERATOR_NOT,
    [PC_SIGN_EQUAL] = PC_OPERATOR_EQUAL,
    [PC_SIGN_NOT_EQUAL] = PC_OPERATOR_NOT_EQUAL,
    [PC_SIGN_LESS] = PC_OPERATOR_LESS,
    [PC_SIGN_LESS_EQUAL] = PC_OPERATOR_LESS_EQUAL,
    [PC_SIGN_GREATER] = PC_OPERATOR_GREATER,
    [PC_SIGN_GREATER_EQUAL] = PC_OPERATOR_GREATER_EQUAL,
    [PC_SIGN_IN] = PC_OPERATOR_IN,
    [PC_SIGN_COALESCE] = PC_OPERATOR_COALESCE,
    [PC_SIGN_ADD] = PC_OPERATOR_ADD,
    [PC_SIGN_SUBTRACT] = PC_OPERATOR_SUBTRACT,
    [PC_SIGN_MULTIPLY] = PC_OPERATOR_MULTIPLY,
    [PC_SIGN_DIVIDE] = PC_OPERATOR_DIVIDE,
    [PC_SIGN_REMAINDER] = PC_OPERATOR_REMAINDER,
    [PC_SIGN_NEGATE] = PC_OPERATOR_NEGATE,
};

struct pc_expression *pc_build_unary(struct pc_parser *parser, struct pc_range range,
                                     enum pc_sign sign, struct pc_expression *operand)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_UNARY, range);

    expression->unary.operator= operators[sign];
    expression->unary.operand = operand;
    contain(parser, expression, operand);
    return expression;
}

struct pc_expression *pc_build_binary(struct pc_parser *parser, struct pc_range range,
                                      enum pc_sign sign, struct pc_range operator,
                                      struct pc_expression * left, struct pc_expression *right)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_BINARY, range);

    expression->binary.operator= operators[sign];
    expression->binary.operator_span = pc_parser_span(parser, operator);
    expression->binary.left = left;
    expression->binary.right = right;
    contain(parser, expression, left);
    contain(parser, expression, right);
    return expression;
}

struct pc_expression *pc_build_condition_with_assign(struct pc_parser *parser,
                                                     struct pc_range range,
                                                     struct pc_range operator,
                                                     struct pc_expression * left,
                                                     struct pc_expression *right)
{
    struct pc_diagnostic *problem =
        pc_report(parser->diagnostics, PC_E0009, pc_parser_span(parser, operator),
                  "`=` assigns; a condition compares with `==`");

    pc_diagnostic_label(problem, "write `==`");
    return pc_build_binary(parser, range, PC_SIGN_EQUAL, operator, left, right);
}

struct pc_expression *pc_build_conditional(struct pc_parser *parser, struct pc_range range,
                                           struct pc_expression *condition,
                                           struct pc_expression *then,
                                           struct pc_expression *otherwise)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_CONDITIONAL, range);

    expression->conditional.condition = condition;
    expression->conditional.then = then;
    expression->conditional.otherwise = otherwise;
    contain(parser, expression, condition);
    contain(parser, expression, then);
    contain(parser, expression, otherwise);
    return expression;
}

struct pc_expression *pc_build_match_expression(struct pc_parser *parser, struct pc_range range,
                                                struct pc_expression *subject, struct pc_list *arms)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_MATCH, range);

    expression->match.subject = subject;
    PC_TAKE_LIST(parser, &expression->match.arms, arms);
    contain(parser, expression, subject);
    for (size_t i = 0; i < expression->match.arms.count; i++)
        contain(parser, expression, expression->match.arms.items[i]->value);
    return expression;
}

struct pc_expression *pc_parenthesize(struct pc_parser *parser, struct pc_expression *expression)
{
    (void)parser;
    expression->is_parenthesized = true;
    return expression;
}

/* ---- records, lists ---- */

void *pc_build_entry(struct pc_parser *parser, struct pc_range range, struct pc_expression *key,
                     struct pc_expression *value)
{
    struct pc_entry *entry = PC_NEW(parser->arena, struct pc_entry);

    entry->kind = PC_PART_ENTRY;
    entry->span = pc_parser_span(parser, range);
    entry->key = key;
    entry->value = value;
    return entry;
}

void *pc_build_shorthand(struct pc_parser *parser, struct pc_range range,
                         const struct pc_token *name)
{
    struct pc_entry *entry = pc_build_entry(parser, range, pc_build_path_name(parser, range, name),
                                            pc_build_name_expression(parser, range, name));

    entry->is_shorthand = true;
    return entry;
}

struct pc_expression *pc_build_record_literal(struct pc_parser *parser, struct pc_range range,
                                              struct pc_list *entries)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_RECORD, range);

    PC_TAKE_LIST(parser, &expression->record.entries, entries);
    for (size_t i = 0; i < expression->record.entries.count; i++) {
        contain(parser, expression, expression->record.entries.items[i]->key);
        contain(parser, expression, expression->record.entries.items[i]->value);
    }
    return expression;
}

struct pc_expression *pc_build_list_literal(struct pc_parser *parser, struct pc_range range,
                                            struct pc_list *items)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_LIST, range);

    PC_TAKE_LIST(parser, &expression->list.items, items);
    contain_all(parser, expression, &expression->list.items);
    return expression;
}

struct pc_expression *pc_build_comprehension(struct pc_parser *parser, struct pc_range range,
                                             bool is_list, struct pc_expression *element,
                                             const struct pc_token *name,
                                             struct pc_expression *collection,
                                             struct pc_expression *where)
{
    struct pc_expression *expression = new_expression(parser, PC_EXPRESSION_COMPREHENSION, range);

    expression->comprehension.is_list = is_list;
    expression->comprehension.element = element;
    expression->comprehension.name = pc_token_name(parser, name);
    expression->comprehension.collection = collection;
    expression->comprehension.where = where;
    contain(parser, expression, element);
    contain(parser, expression, collection);
    contain(parser, expression, where);
    return expression;
}
