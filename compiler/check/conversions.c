/* conversions.c -- what becomes what silently, and what to say where it does not. */
#include "check/expressions.h"

struct pc_annotation *pc_annotate(struct pc_checker *checker, struct pc_expression *expression)
{
    if (expression->extra == NULL)
        expression->extra = PC_NEW(checker->arena, struct pc_annotation);
    return expression->extra;
}

const struct pc_type *pc_expression_target(const struct pc_expression *expression)
{
    const struct pc_annotation *annotation = expression->extra;

    return annotation != NULL && annotation->target != NULL ? annotation->target : expression->type;
}

const struct pc_constant *pc_expression_constant(const struct pc_expression *expression)
{
    const struct pc_annotation *annotation = expression->extra;

    return annotation != NULL ? annotation->constant : NULL;
}

/* ---- what widens ---- */

static bool integer_widens(const struct pc_type *from, const struct pc_type *to)
{
    switch (to->kind) {
    case PC_TYPE_INTEGER:
        return pc_integer_low(from) >= pc_integer_low(to) &&
               pc_integer_high(from) <= pc_integer_high(to);
    case PC_TYPE_DECIMAL:
        /* 2^32 * 10^9 fits 63 bits; an i64 fits only the decimal without digits after the point. */
        return from->bits <= 32 || to->scale == 0;
    case PC_TYPE_F64:
        return from->bits <= 32;
    default:
        return false;
    }
}

bool pc_type_widens(const struct pc_type *from, const struct pc_type *to)
{
    if (from == to || from->kind == PC_TYPE_ERROR || to->kind == PC_TYPE_ERROR)
        return true;
    if (to->kind == PC_TYPE_OPTIONAL) {
        if (from->kind == PC_TYPE_OPTIONAL)
            return false;
        return from->kind == PC_TYPE_NONE || pc_type_widens(from, to->element);
    }
    if (from->kind == PC_TYPE_INTEGER)
        return integer_widens(from, to);
    if (from->kind == PC_TYPE_DECIMAL && to->kind == PC_TYPE_INTEGER)
        return from->scale == 0 && to->bits == 64;
    if (from->kind == PC_TYPE_DECIMAL)
        return to->kind == PC_TYPE_DECIMAL && from->scale <= to->scale;
    return false;
}

const struct pc_type *pc_type_common(struct pc_checker *checker, const struct pc_type *a,
                                     const struct pc_type *b)
{
    if (a->kind == PC_TYPE_NONE && b->kind != PC_TYPE_NONE)
        return pc_type_optional(checker, b);
    if (b->kind == PC_TYPE_NONE && a->kind != PC_TYPE_NONE)
        return pc_type_optional(checker, a);
    if (pc_type_widens(a, b))
        return b;
    if (pc_type_widens(b, a))
        return a;
    /* u32 and i8: both fit an i64, and something smaller perhaps. */
    if (a->kind == PC_TYPE_INTEGER && b->kind == PC_TYPE_INTEGER) {
        for (uint8_t bits = 16; bits <= 64; bits = (uint8_t)(bits * 2)) {
            const struct pc_type *wide = pc_type_integer(checker, bits, true);
            if (pc_type_widens(a, wide) && pc_type_widens(b, wide))
                return wide;
        }
    }
    return NULL;
}

/* ---- reporting ---- */

static bool is_lossy(const struct pc_type *from, const struct pc_type *to)
{
    if (pc_type_is_numeric(from) && pc_type_is_numeric(to))
        return true;
    return from->kind == PC_TYPE_TIME && to->kind == PC_TYPE_DATE;
}

static void help_lossy(struct pc_diagnostic *problem, const struct pc_type *from,
                       const struct pc_type *to)
{
    if (to->kind == PC_TYPE_DECIMAL && (from->kind == PC_TYPE_DECIMAL || from->kind == PC_TYPE_F64))
        pc_diagnostic_help(problem, "`round(x, %d)` rounds half to even", (int)to->scale);
    else if (to->kind == PC_TYPE_DECIMAL)
        pc_diagnostic_help(problem, "`decimal(x)` checks at run time");
    else if (to->kind == PC_TYPE_DATE)
        pc_diagnostic_help(problem, "`date(x)` gives the day in UTC");
    else if (to->kind == PC_TYPE_F64)
        pc_diagnostic_help(problem, "`f64(x)` takes the nearest f64");
    else
        pc_diagnostic_help(problem, "`%.*s(x)` checks at run time", PC_TYPE_ARGS(to));
}

static void report_mismatch(struct pc_checker *checker, const struct pc_expression *expression,
                            const struct pc_type *target)
{
    const struct pc_type *from = expression->type;
    const struct pc_type *value = pc_type_value(target);

    if (from->kind == PC_TYPE_OPTIONAL && target->kind == PC_TYPE_OPTIONAL &&
        pc_type_widens(from->element, target)) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0205, expression->span,
                                                  "`%.*s` is needed, but this has type `%.*s`",
                                                  PC_TYPE_ARGS(target), PC_TYPE_ARGS(from));
        pc_diagnostic_help(problem, "only a value widens: take it out with `if let`, or say what "
                                    "counts for `none`, `x ?? …`");
        return;
    }
    if (from->kind == PC_TYPE_OPTIONAL && pc_type_widens(from->element, target)) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0209, expression->span,
                      "this may be `none`, but `%.*s` is needed", PC_TYPE_ARGS(target));
        pc_diagnostic_label(problem, "has type `%.*s`", PC_TYPE_ARGS(from));
        pc_diagnostic_help(problem, "say what counts then, `x ?? …`, or ask with `if let`");
        return;
    }
    if (is_lossy(from, value)) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0206, expression->span,
                                                  "`%.*s` does not become `%.*s` without loss",
                                                  PC_TYPE_ARGS(from), PC_TYPE_ARGS(value));
        pc_diagnostic_label(problem, "has type `%.*s`", PC_TYPE_ARGS(from));
        help_lossy(problem, from, value);
        return;
    }
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0205, expression->span,
                                              "`%.*s` is needed, but this has type `%.*s`",
                                              PC_TYPE_ARGS(target), PC_TYPE_ARGS(from));
    if (pc_expression_constant(expression) != NULL)
        return;
    if (value->kind == PC_TYPE_TEXT && pc_type_is_scalar(from))
        pc_diagnostic_help(problem, "`text(x)` shows it as text");
    else if (from->kind == PC_TYPE_TEXT && pc_type_is_scalar(value) &&
             value->kind != PC_TYPE_ENUM && value->kind != PC_TYPE_BYTES &&
             value->kind != PC_TYPE_BOOL && value->kind != PC_TYPE_DECIMAL)
        pc_diagnostic_help(problem, "`%.*s(x)` reads it at run time", PC_TYPE_ARGS(value));
}

bool pc_convert(struct pc_checker *checker, struct pc_expression *expression,
                const struct pc_type *target)
{
    const struct pc_type *from = expression->type;

    if (from->kind == PC_TYPE_ERROR || target->kind == PC_TYPE_ERROR)
        return false;
    if (from == target)
        return true;
    if (!pc_type_widens(from, target)) {
        report_mismatch(checker, expression, target);
        expression->type = checker->error;
        return false;
    }
    pc_annotate(checker, expression)->target = target;
    return true;
}

bool pc_check_value(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression, const struct pc_type *target)
{
    pc_check_expression(checker, body, expression, target);
    return pc_convert(checker, expression, target);
}
