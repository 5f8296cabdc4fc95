/* expressions.c -- one expression: which rule checks it, and those with branches. */
#include "check/expressions.h"
#include "check/statements.h"

/* ---- if … then … else … ---- */

static const struct pc_type *join(struct pc_checker *checker, const struct pc_type *a,
                                  struct pc_expression *b, const struct pc_type *expected)
{
    const struct pc_type *common = pc_type_common(checker, a, b->type);

    if (a->kind == PC_TYPE_ERROR || b->type->kind == PC_TYPE_ERROR)
        return checker->error;
    /* A decimal(1) and `none` where a decimal(2)? is expected, a u32 and an i32 where an f64 is:
     * what they have in common widens no more, but each of them does. */
    if (expected != NULL && (common == NULL || !pc_type_widens(common, expected)) &&
        pc_type_widens(a, expected) && pc_type_widens(b->type, expected))
        common = expected;
    if (common == NULL) {
        pc_report(checker->diagnostics, PC_E0205, b->span,
                  "the branches have no type in common: `%.*s` and `%.*s`", PC_TYPE_ARGS(a),
                  PC_TYPE_ARGS(b->type));
        return checker->error;
    }
    return common;
}

/* `none` in every branch: only the surroundings know of what type. */
static const struct pc_type *settle(const struct pc_type *type, const struct pc_type *expected)
{
    bool is_known = expected != NULL && expected->kind == PC_TYPE_OPTIONAL;

    return type->kind == PC_TYPE_NONE && is_known ? expected : type;
}

static void check_conditional(struct pc_checker *checker, struct pc_frame *body,
                              struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_expression *then = expression->conditional.then;
    struct pc_expression *otherwise = expression->conditional.otherwise;

    pc_check_value(checker, body, expression->conditional.condition, checker->boolean);
    if (expected != NULL) {
        pc_check_expression(checker, body, then, expected);
        pc_check_expression(checker, body, otherwise, expected);
    } else {
        pc_check_pair(checker, body, PC_OPERATOR_EQUAL, then, otherwise, NULL);
    }
    expression->type = settle(join(checker, then->type, otherwise, expected), expected);
    pc_convert(checker, then, expression->type);
    pc_convert(checker, otherwise, expression->type);
}

/* ---- match … { A => …, else => … } ---- */

static struct pc_member_model *find_arm_member(struct pc_checker *checker,
                                               const struct pc_enum_model *enumeration,
                                               struct pc_name *name)
{
    struct pc_suggestion suggestion;

    pc_suggestion_init(&suggestion, name->text);
    for (size_t i = 0; i < enumeration->members.count; i++) {
        struct pc_member_model *member = enumeration->members.items[i];
        if (pc_text_equals(member->name, name->text)) {
            name->symbol = member->node->symbol;
            return member;
        }
        pc_suggestion_offer(&suggestion, member->name);
    }
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0201, name->span, "`%.*s` has no member `%.*s`",
                  PC_TEXT_ARGS(enumeration->name), PC_TEXT_ARGS(name->text));
    pc_suggest(problem, &suggestion);
    pc_diagnostic_point(problem, enumeration->node->name.span, "declared here");
    return NULL;
}

static void report_incomplete(struct pc_checker *checker, const struct pc_enum_model *enumeration,
                              struct pc_name *const *seen, struct pc_span span)
{
    struct pc_text list = {0};
    size_t count = 0;

    for (size_t i = 0; i < enumeration->members.count; i++) {
        if (seen[i] != NULL)
            continue;
        count++;
        list = pc_text_format(checker->arena, "%.*s%s`%.*s`", PC_TEXT_ARGS(list),
                              count == 1 ? "" : ", ",
                              PC_TEXT_ARGS(enumeration->members.items[i]->name));
    }
    if (count == 0)
        return;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0214, span,
                  "this `match` does not say what to do for %.*s", PC_TEXT_ARGS(list));
    pc_diagnostic_point(problem, enumeration->node->name.span, "the enum is declared here");
    pc_diagnostic_help(problem, "add the members, or an `else` arm");
}

/* One arm's names; false when something is wrong with one. */
static bool check_arm(struct pc_checker *checker, const struct pc_enum_model *enumeration,
                      struct pc_arm *arm, struct pc_name **seen)
{
    bool is_good = true;

    for (size_t i = 0; i < arm->names.count; i++) {
        struct pc_name *name = arm->names.items[i];
        struct pc_member_model *member = find_arm_member(checker, enumeration, name);
        if (member == NULL) {
            is_good = false;
        } else if (seen[member->index] != NULL) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0215, name->span, "`%.*s` has an arm already",
                          PC_TEXT_ARGS(name->text));
            pc_diagnostic_point(problem, seen[member->index]->span, "here");
        } else {
            seen[member->index] = name;
        }
    }
    return is_good;
}

bool pc_check_arms(struct pc_checker *checker, const struct pc_expression *subject,
                   struct pc_arms *arms, struct pc_span span)
{
    const struct pc_type *type = subject->type;
    const struct pc_arm *otherwise = NULL;
    bool is_good = true;

    if (type->kind == PC_TYPE_ERROR)
        return false;
    if (type->kind != PC_TYPE_ENUM) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0205, subject->span,
                      "`match` needs an enum, but this has type `%.*s`", PC_TYPE_ARGS(type));
        pc_diagnostic_help(problem, type->kind == PC_TYPE_OPTIONAL
                                        ? "ask with `if let` first"
                                        : "compare with `if … else if …`");
        return false;
    }
    struct pc_name **seen = pc_arena_alloc_array(checker->arena, type->enumeration->members.count,
                                                 sizeof(struct pc_name *));
    for (size_t i = 0; i < arms->count; i++) {
        struct pc_arm *arm = arms->items[i];
        if (otherwise != NULL) {
            struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0215, arm->span,
                                                      "no value comes to an arm behind `else`");
            pc_diagnostic_point(problem, otherwise->span, "takes all the rest");
            return false;
        }
        if (arm->is_else)
            otherwise = arm;
        else
            is_good = check_arm(checker, type->enumeration, arm, seen) && is_good;
    }
    if (otherwise == NULL && is_good)
        report_incomplete(checker, type->enumeration, seen, span);
    return is_good;
}

static void check_match(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_arms *arms = &expression->match.arms;
    const struct pc_type *type = NULL;

    pc_check_expression(checker, body, expression->match.subject, NULL);
    pc_check_arms(checker, expression->match.subject, arms, expression->match.subject->span);
    for (size_t i = 0; i < arms->count; i++) {
        struct pc_expression *value = arms->items[i]->value;
        const struct pc_type *hint = expected != NULL ? expected : type;
        pc_check_expression(checker, body, value, hint);
        type = type == NULL ? value->type : join(checker, type, value, expected);
    }
    expression->type = type == NULL ? checker->error : settle(type, expected);
    for (size_t i = 0; i < arms->count; i++)
        pc_convert(checker, arms->items[i]->value, expression->type);
}

/* ---- list[index], map[key] ---- */

const struct pc_type *pc_check_key(struct pc_checker *checker, struct pc_frame *body,
                                   struct pc_expression *expression)
{
    struct pc_expressions *keys = &expression->index.keys;
    const struct pc_type *type = expression->index.object->type;
    const struct pc_type *hint = type->kind == PC_TYPE_ERROR ? checker->error : checker->u32;

    if (type->kind == PC_TYPE_MAP && keys->count == 1)
        return pc_check_value(checker, body, keys->items[0], type->key) ? type->element : NULL;
    for (size_t i = 0; i < keys->count; i++)
        pc_check_expression(checker, body, keys->items[i],
                            pc_is_number_literal(keys->items[i]) || hint == checker->error ? hint
                                                                                           : NULL);
    if (type->kind == PC_TYPE_ERROR)
        return NULL;
    if (type->kind != PC_TYPE_LIST && type->kind != PC_TYPE_MAP) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0208, expression->index.object->span,
                      "`%.*s` has no elements to take by `[ ]`", PC_TYPE_ARGS(type));
        if (type->kind == PC_TYPE_SET)
            pc_diagnostic_help(problem, "`x in set` tells whether it holds x");
        return NULL;
    }
    if (keys->count != 1) {
        pc_report(checker->diagnostics, PC_E0212, expression->span,
                  type->kind == PC_TYPE_MAP ? "a map has one key"
                                            : "a list has one index, counted from 0");
        return NULL;
    }
    return pc_convert(checker, keys->items[0],
                      pc_type_widens(keys->items[0]->type, checker->u32) ? checker->u32
                                                                         : checker->i64)
               ? type->element
               : NULL;
}

/* What may be none already stays one optional. */
static void check_index(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_expression *expression)
{
    pc_check_expression(checker, body, expression->index.object, NULL);
    const struct pc_type *element = pc_check_key(checker, body, expression);
    expression->type = element != NULL ? pc_type_optional(checker, element) : checker->error;
}

/* ---- all ---- */

static bool check_literal(struct pc_checker *checker, struct pc_frame *body,
                          struct pc_expression *expression, const struct pc_type *expected)
{
    switch (expression->kind) {
    case PC_EXPRESSION_INTEGER:
    case PC_EXPRESSION_FRACTION:
        pc_check_number(checker, expression, expected);
        return true;
    case PC_EXPRESSION_DURATION:
        pc_check_duration(checker, expression);
        return true;
    case PC_EXPRESSION_TEXT:
        pc_check_text(checker, body, expression, expected);
        return true;
    case PC_EXPRESSION_BOOL: {
        struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_BOOL, checker->boolean);
        constant->boolean = expression->boolean.value;
        expression->type = checker->boolean;
        pc_annotate(checker, expression)->constant = constant;
        return true;
    }
    case PC_EXPRESSION_NONE:
        expression->type = checker->none;
        return true;
    case PC_EXPRESSION_RECORD:
        pc_check_record(checker, body, expression, expected);
        return true;
    case PC_EXPRESSION_LIST:
        pc_check_list(checker, body, expression, expected);
        return true;
    default:
        return false;
    }
}

const struct pc_type *pc_check_expression(struct pc_checker *checker, struct pc_frame *body,
                                          struct pc_expression *expression,
                                          const struct pc_type *expected)
{
    expression->type = checker->error;
    expression->extra = NULL;
    if (check_literal(checker, body, expression, expected))
        return expression->type;
    switch (expression->kind) {
    case PC_EXPRESSION_NAME:
        pc_check_name(checker, body, expression, expected);
        break;
    case PC_EXPRESSION_FIELD:
        pc_check_field(checker, body, expression);
        break;
    case PC_EXPRESSION_INDEX: {
        struct pc_symbol *table = pc_find_table(body, expression->index.object);
        if (table != NULL)
            pc_check_row(checker, body, expression, table);
        else
            check_index(checker, body, expression);
        break;
    }
    case PC_EXPRESSION_CALL:
        pc_check_call(checker, body, expression, expected);
        break;
    case PC_EXPRESSION_METHOD:
        pc_check_method(checker, body, expression);
        break;
    case PC_EXPRESSION_UNARY:
        pc_check_unary(checker, body, expression, expected);
        break;
    case PC_EXPRESSION_BINARY:
        pc_check_binary(checker, body, expression, expected);
        break;
    case PC_EXPRESSION_CONDITIONAL:
        check_conditional(checker, body, expression, expected);
        break;
    case PC_EXPRESSION_MATCH:
        check_match(checker, body, expression, expected);
        break;
    default:
        pc_check_comprehension(checker, body, expression, expected);
        break;
    }
    pc_check_no_row(checker, body, expression);
    return expression->type;
}
