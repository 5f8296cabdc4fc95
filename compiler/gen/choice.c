/* choice.c -- and, or, ??, if, match: only what is needed is evaluated.
 *
 * Each is first tried as a plain C expression. When a part that may be passed over needs
 * statements, what was written is taken back, and the parts become branches that assign to a
 * temporary. That is remembered, so that nested choices are not tried again at every level. */
#include "gen/body.h"

/* Where a try began. */
struct attempt {
    const struct pc_ir_expression *expression;
    struct pc_code code;
    unsigned temporaries;
    bool is_hopeless; /* known to need branches */
};

static struct attempt begin(const struct pc_body *body, const struct pc_ir_expression *expression)
{
    struct attempt attempt = {
        .expression = expression, .code = *body->code, .temporaries = body->temporaries};

    for (size_t i = 0; i < body->branches.count && !attempt.is_hopeless; i++)
        attempt.is_hopeless = body->branches.items[i] == expression;
    return attempt;
}

/* The part as a plain expression; meaningless once the attempt has failed. */
static struct pc_value try_part(struct pc_body *body, const struct attempt *attempt,
                                const struct pc_ir_expression *part)
{
    if (attempt->is_hopeless || body->code->size != attempt->code.size)
        return pc_atom("");
    return pc_expression(body, part);
}

/* True when nothing was written; else everything is as it was when the attempt began. */
static bool has_worked(struct pc_body *body, const struct attempt *attempt)
{
    if (attempt->is_hopeless)
        return false;
    if (body->code->size == attempt->code.size)
        return true;
    pc_code_rewind(body->code, &attempt->code);
    body->temporaries = attempt->temporaries;
    PC_LIST_ADD(body->arena, &body->branches, attempt->expression);
    return false;
}

static void assign(struct pc_body *body, const char *name, struct pc_value value)
{
    pc_code_line(body->code, "%s = %s;", name, value.text);
}

/* ---- and, or ---- */

static struct pc_value both_or_either(struct pc_body *body,
                                      const struct pc_ir_expression *expression)
{
    bool is_and = expression->kind == PC_IR_AND;
    struct pc_value left = pc_expression(body, expression->left);
    struct attempt attempt = begin(body, expression);
    struct pc_value right = try_part(body, &attempt, expression->right);

    if (has_worked(body, &attempt)) {
        /* gcc and clang ask for brackets around && inside ||. */
        enum pc_level inner = is_and ? PC_LEVEL_AND : PC_LEVEL_COMPARE;
        const char *a =
            is_and || left.level != PC_LEVEL_OR ? pc_bind(body, left, inner) : left.text;

        /* clang tells when one place is compared twice and the answer is known: a cast hides it. */
        if (pc_is_decided(expression, left.text, right.text))
            right = (struct pc_value){.text = pc_format(body->arena, "(bool)(%s)", right.text),
                                      .level = PC_LEVEL_UNARY};
        return (struct pc_value){.text = pc_format(body->arena, "%s %s %s", a, is_and ? "&&" : "||",
                                                   pc_bind(body, right, PC_LEVEL_COMPARE)),
                                 .level = is_and ? PC_LEVEL_AND : PC_LEVEL_OR};
    }
    const char *name = pc_hold(body, expression->type, is_and ? "both" : "either", left);

    pc_code_open(body->code, "if (%s%s) {", is_and ? "" : "!", name);
    assign(body, name, pc_expression(body, expression->right));
    pc_code_close(body->code, "}");
    return pc_simple(name);
}

/* ---- ?? ---- */

static struct pc_value coalesce(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const char *left = pc_place_expression(body, expression->left, "value");
    bool stays_optional = expression->type->kind == PC_PLAN_OPTIONAL;
    const char *some = stays_optional ? left : pc_format(body->arena, "%s.value", left);
    struct attempt attempt = begin(body, expression);
    struct pc_value right = try_part(body, &attempt, expression->right);

    if (has_worked(body, &attempt))
        return (struct pc_value){.text = pc_format(body->arena, "%s.has ? %s : %s", left, some,
                                                   pc_bind(body, right, PC_LEVEL_OR)),
                                 .level = PC_LEVEL_CHOICE};
    const char *name = pc_hold(body, expression->type, "value", pc_simple(some));

    pc_code_open(body->code, "if (!%s.has) {", left);
    assign(body, name, pc_expression(body, expression->right));
    pc_code_close(body->code, "}");
    return pc_simple(name);
}

/* ---- if ---- */

static struct pc_value conditional(struct pc_body *body, const struct pc_ir_expression *expression)
{
    struct pc_value condition = pc_expression(body, expression->condition);
    struct attempt attempt = begin(body, expression);
    struct pc_value left = try_part(body, &attempt, expression->left);
    struct pc_value right = try_part(body, &attempt, expression->right);

    if (has_worked(body, &attempt))
        return (struct pc_value){
            .text = pc_format(body->arena, "%s ? %s : %s", pc_bind(body, condition, PC_LEVEL_OR),
                              pc_bind(body, left, PC_LEVEL_OR), pc_bind(body, right, PC_LEVEL_OR)),
            .level = PC_LEVEL_CHOICE};
    const char *name = pc_temporary(body, "value");

    pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(expression->type->c_name), name);
    pc_code_open(body->code, "if (%s) {", condition.text);
    assign(body, name, pc_expression(body, expression->left));
    pc_code_between(body->code, "} else {");
    assign(body, name, pc_expression(body, expression->right));
    pc_code_close(body->code, "}");
    return pc_simple(name);
}

/* ---- match ---- */

void pc_open_arm(struct pc_body *body, const struct pc_ir_members *members, bool is_else)
{
    for (size_t i = 0; i < members->count; i++)
        pc_code_plain(body->code, "case %.*s:%s", PC_TEXT_ARGS(members->items[i]->c_name),
                      i + 1 == members->count && !is_else ? " {" : "");
    if (is_else)
        pc_code_plain(body->code, "default: {");
    body->code->indent += PC_CODE_INDENT;
}

void pc_close_arm(struct pc_body *body)
{
    pc_code_plain(body->code, "break;");
    pc_code_close(body->code, "}");
}

void pc_fail_no_member(struct pc_body *body, const struct pc_plan_type *type)
{
    struct pc_text reason =
        pc_text_format(body->arena, "the value is no member of %.*s", PC_TEXT_ARGS(type->name));

    pc_code_plain(body->code, "default:");
    body->code->indent += PC_CODE_INDENT;
    pc_fail(body, "projc_fail_because",
            pc_format(body->arena, ", %s", pc_c_string(body->arena, reason)));
    body->code->indent -= PC_CODE_INDENT;
}

static struct pc_value match_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    struct pc_value subject = pc_expression(body, expression->left);
    const char *name = pc_temporary(body, "value");
    bool has_else = false;

    pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(expression->type->c_name), name);
    pc_code_line(body->code, "switch (%s) {", subject.text);
    for (size_t i = 0; i < expression->arms.count; i++) {
        const struct pc_ir_value_arm *arm = expression->arms.items[i];

        has_else = has_else || arm->is_else;
        pc_open_arm(body, &arm->members, arm->is_else);
        assign(body, name, pc_expression(body, arm->value));
        pc_close_arm(body);
    }
    if (!has_else)
        pc_fail_no_member(body, expression->left->type);
    pc_code_plain(body->code, "}");
    return pc_simple(name);
}

struct pc_value pc_choice(struct pc_body *body, const struct pc_ir_expression *expression)
{
    switch (expression->kind) {
    case PC_IR_AND:
    case PC_IR_OR:
        return both_or_either(body, expression);
    case PC_IR_COALESCE:
        return coalesce(body, expression);
    case PC_IR_CONDITIONAL:
        return conditional(body, expression);
    default:
        return match_value(body, expression);
    }
}
