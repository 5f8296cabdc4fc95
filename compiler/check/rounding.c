/* rounding.c -- round(e, n): which expressions can be computed exactly in 128 bits and rounded
 * once. */
#include "check/expressions.h"

enum {
    ROUND_TERMS_MAX = 16
}; /* 16 products of 2^126 need 130 bits: the sum is checked at run time */

/* What is collected while a sum is taken apart. */
struct decomposition {
    struct pc_rounding *rounding;
    bool has_f64;
    bool is_good;
};

static void report_deep(struct pc_checker *checker, struct decomposition *parts,
                        const struct pc_expression *expression, const char *what)
{
    if (parts->is_good) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0220, expression->span, "%s", what);
        pc_diagnostic_help(problem, "`round` takes one product or quotient, or a sum of products");
    }
    parts->is_good = false;
}

/* A division inside a factor would round or cut before the one rounding at the end. */
static bool has_division(const struct pc_expression *expression)
{
    if (expression->kind == PC_EXPRESSION_UNARY)
        return has_division(expression->unary.operand);
    if (expression->kind != PC_EXPRESSION_BINARY || expression->binary.operator<PC_OPERATOR_ADD)
        return false;
    return expression->binary.operator== PC_OPERATOR_DIVIDE ||
           has_division(expression->binary.left) ||
           has_division(expression->binary.right);
}

static void check_factor(struct pc_checker *checker, struct pc_frame *body,
                         struct decomposition *parts, struct pc_expression *factor)
{
    if (has_division(factor)) {
        report_deep(checker, parts, factor, "this division is too deep to be rounded once");
        return;
    }
    const struct pc_type *type = pc_check_expression(checker, body, factor, NULL);
    if (type->kind == PC_TYPE_ERROR) {
        parts->is_good = false;
    } else if (type->kind == PC_TYPE_F64) {
        parts->has_f64 = true;
    } else if (!pc_type_is_exact(type)) {
        parts->is_good = false;
        if (type->kind == PC_TYPE_OPTIONAL)
            pc_convert(checker, factor, type->element);
        else
            pc_report(checker->diagnostics, PC_E0205, factor->span,
                      "a number is needed, but this has type `%.*s`", PC_TYPE_ARGS(type));
    }
}

/* The factors of a product, which is multiplied in 128 bits. */
static void add_factors(struct pc_checker *checker, struct pc_frame *body,
                        struct decomposition *parts, struct pc_round_term *term,
                        struct pc_expression *expression)
{
    if (expression->kind == PC_EXPRESSION_BINARY &&
        expression->binary.operator== PC_OPERATOR_MULTIPLY) {
        add_factors(checker, body, parts, term, expression->binary.left);
        add_factors(checker, body, parts, term, expression->binary.right);
        return;
    }
    PC_LIST_ADD(checker->arena, &term->factors, expression);
    check_factor(checker, body, parts, expression);
}

static void add_term(struct pc_checker *checker, struct pc_frame *body, struct decomposition *parts,
                     struct pc_expression *expression, bool is_negative)
{
    struct pc_round_term *term = PC_NEW(checker->arena, struct pc_round_term);

    term->is_negative = is_negative;
    if (expression->kind == PC_EXPRESSION_BINARY &&
        expression->binary.operator== PC_OPERATOR_DIVIDE) {
        term->divisor = expression->binary.right;
        add_factors(checker, body, parts, term, expression->binary.left);
        check_factor(checker, body, parts, term->divisor);
        if (pc_is_zero(term->divisor))
            pc_report(checker->diagnostics, PC_E0224, term->divisor->span, "this divides by zero");
    } else {
        add_factors(checker, body, parts, term, expression);
    }
    PC_LIST_ADD(checker->arena, &parts->rounding->terms, term);
}

static void decompose(struct pc_checker *checker, struct pc_frame *body,
                      struct decomposition *parts, struct pc_expression *expression,
                      bool is_negative)
{
    if (expression->kind == PC_EXPRESSION_UNARY && !pc_is_number_literal(expression) &&
        expression->unary.operator== PC_OPERATOR_NEGATE) {
        decompose(checker, body, parts, expression->unary.operand, !is_negative);
    } else if (expression->kind == PC_EXPRESSION_BINARY &&
               (expression->binary.operator== PC_OPERATOR_ADD || expression->binary.operator==
                PC_OPERATOR_SUBTRACT)) {
        bool is_difference = expression->binary.operator== PC_OPERATOR_SUBTRACT;
        decompose(checker, body, parts, expression->binary.left, is_negative);
        decompose(checker, body, parts, expression->binary.right, is_negative != is_difference);
    } else {
        add_term(checker, body, parts, expression, is_negative);
    }
}

/* The digits: a literal from 0 to 9. */
static bool scale_of(struct pc_checker *checker, struct pc_expression *call, uint8_t *scale)
{
    int64_t value = 0;

    *scale = 0;
    if (call->call.arguments.count == 1)
        return true;
    struct pc_expression *digits = call->call.arguments.items[1];
    pc_check_number(checker, digits, checker->u32);
    if (!pc_small_integer(digits, 9, &value)) {
        pc_report(checker->diagnostics, PC_E0212, digits->span,
                  "the digits after the point are a number from 0 to 9, written out");
        return false;
    }
    *scale = (uint8_t)value;
    return true;
}

/* The type of a sum whose factors are checked already: one is an f64, so literals are too. */
static void retype(struct pc_checker *checker, struct pc_expression *expression)
{
    if (pc_is_number_literal(expression)) {
        expression->extra = NULL;
        pc_check_number(checker, expression, checker->f64);
    } else if (expression->kind == PC_EXPRESSION_UNARY &&
               expression->unary.operator== PC_OPERATOR_NEGATE) {
        retype(checker, expression->unary.operand);
        expression->type = expression->unary.operand->type;
    } else if (expression->kind == PC_EXPRESSION_BINARY &&
               expression->binary.operator>= PC_OPERATOR_ADD && expression->binary.operator!=
               PC_OPERATOR_REMAINDER) {
        retype(checker, expression->binary.left);
        retype(checker, expression->binary.right);
        expression->type =
            pc_arithmetic(checker, expression->binary.operator, expression->binary.operator_span,
                          expression->binary.left, expression->binary.right);
    }
}

/* An f64 is rounded as it is; only exact values are taken apart. */
static void round_f64(struct pc_checker *checker, struct pc_expression *call, uint8_t scale)
{
    struct pc_expression *value = call->call.arguments.items[0];

    retype(checker, value);
    if (pc_convert(checker, value, checker->f64))
        call->type =
            call->call.arguments.count == 1 ? checker->f64 : pc_type_decimal(checker, scale);
}

void pc_check_rounding(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_expression *call)
{
    struct decomposition parts = {.is_good = true};
    uint8_t scale = 0;

    if (!pc_check_count(checker, call, &call->call.arguments, 1, 2))
        return;
    struct pc_expression *value = call->call.arguments.items[0];
    if (call->call.arguments.count == 2 &&
        call->call.arguments.items[1]->kind != PC_EXPRESSION_INTEGER) {
        pc_report(checker->diagnostics, PC_E0212, call->call.arguments.items[1]->span,
                  "the digits after the point are a number from 0 to 9, written out");
        return;
    }
    if (!scale_of(checker, call, &scale))
        return;
    parts.rounding = PC_NEW(checker->arena, struct pc_rounding);
    parts.rounding->scale = scale;
    decompose(checker, body, &parts, value, false);
    struct pc_round_terms *terms = &parts.rounding->terms;
    for (size_t i = 0; terms->count > 1 && i < terms->count; i++) {
        if (terms->items[i]->divisor != NULL && !parts.has_f64)
            report_deep(checker, &parts, terms->items[i]->divisor,
                        "a quotient cannot be part of a sum that is rounded once");
    }
    if (terms->count > ROUND_TERMS_MAX)
        report_deep(checker, &parts, value, "this sum has too many terms to be rounded once");
    if (!parts.is_good)
        return;
    if (parts.has_f64) {
        round_f64(checker, call, scale);
        return;
    }
    call->type = pc_type_decimal(checker, scale);
    /* A single factor is evaluated as what it is; the sums above the factors are not evaluated. */
    if (terms->items[0]->factors.items[0] != value)
        value->type = call->type;
    pc_annotate(checker, call)->rounding = parts.rounding;
}
