/* round.c -- round(e, n): a sum of products, or one quotient, computed exactly in 128 bits and
 * rounded once, half to even.
 *
 * A decimal is its scaled integer, so a product of factors has the sum of their scales. Terms are
 * brought to the largest scale, added, and divided by what the result has fewer digits. */
#include "gen/body.h"

static unsigned scale_of(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_DECIMAL ? type->scale : 0;
}

static unsigned term_scale(const struct pc_ir_term *term)
{
    unsigned scale = 0;

    for (size_t i = 0; i < term->factors.count; i++)
        scale += scale_of(term->factors.items[i]->type);
    return scale;
}

static const char *overflow_reason(struct pc_body *body, const struct pc_ir_expression *expression)
{
    struct pc_text reason = pc_text_format(body->arena, "the result does not fit %.*s",
                                           PC_TEXT_ARGS(expression->type->name));

    return pc_format(body->arena, ", %s", pc_c_string(body->arena, reason));
}

static void fail_unless(struct pc_body *body, const struct pc_ir_expression *expression,
                        const char *condition)
{
    pc_fail_if(body, pc_format(body->arena, "!%s", condition), "projc_fail_because",
               overflow_reason(body, expression));
}

/* exact *= factor, checked. clang has no library function for the built-in on 128 bits. */
static void multiply(struct pc_body *body, const struct pc_ir_expression *expression,
                     const char *exact, const char *factor)
{
    fail_unless(body, expression,
                pc_format(body->arena, "projc_multiply_exact(&%s, %s)", exact, factor));
}

/* Declares a 128-bit temporary with the product of the factors, times 10^digits. */
static const char *write_product(struct pc_body *body, const struct pc_ir_expression *expression,
                                 const struct pc_ir_expressions *factors, unsigned digits)
{
    const char *exact = pc_temporary(body, "exact");
    const char *first = pc_simple_expression(body, pc_unwidened(factors->items[0]), "factor");
    const char *second = NULL;

    if (factors->count > 1)
        second = pc_simple_expression(body, pc_unwidened(factors->items[1]), "factor");
    /* Two factors of 64 bits always fit. */
    pc_code_line(body->code, "projc_int128 %s = (projc_int128)%s%s%s;", exact, first,
                 second != NULL ? " * " : "", second != NULL ? second : "");
    for (size_t i = 2; i < factors->count; i++)
        multiply(body, expression, exact,
                 pc_simple_expression(body, pc_unwidened(factors->items[i]), "factor"));
    for (; digits > 18; digits -= 18)
        multiply(body, expression, exact, pc_c_power_of_ten(body->arena, 18));
    if (digits > 0)
        multiply(body, expression, exact, pc_c_power_of_ten(body->arena, digits));
    return exact;
}

/* 10^digits in 128 bits; digits <= 38. */
static const char *power_of_ten(struct pc_body *body, unsigned digits)
{
    const char *text;

    if (digits <= 18)
        return pc_c_power_of_ten(body->arena, digits);
    text = pc_format(body->arena, "(projc_int128)%s * %s", pc_c_power_of_ten(body->arena, 18),
                     pc_c_power_of_ten(body->arena, digits > 36 ? 18 : digits - 18));
    if (digits > 36)
        text = pc_format(body->arena, "%s * %s", text, pc_c_power_of_ten(body->arena, digits - 36));
    return text;
}

static struct pc_value finish(struct pc_body *body, const struct pc_ir_expression *expression,
                              const char *numerator, const char *denominator)
{
    const struct pc_plan_type *type = expression->type;
    bool is_narrow = type->kind == PC_PLAN_INTEGER && type->bits != 64;
    const char *name = pc_temporary(body, "rounded");
    const char *narrow;

    pc_code_plain(body->code, "int64_t %s;", name);
    fail_unless(
        body, expression,
        pc_format(body->arena, "projc_round_quotient(%s, %s, &%s)", numerator, denominator, name));
    if (!is_narrow)
        return pc_simple(name);
    narrow = pc_temporary(body, "narrow");
    pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(type->c_name), narrow);
    pc_fail_if(body, pc_format(body->arena, "__builtin_add_overflow(%s, 0, &%s)", name, narrow),
               "projc_fail_because", overflow_reason(body, expression));
    return pc_simple(narrow);
}

/* product / divisor: both are scaled so that the quotient has the result's digits. */
static struct pc_value quotient(struct pc_body *body, const struct pc_ir_expression *expression,
                                const struct pc_ir_term *term)
{
    unsigned result = scale_of(expression->type);
    unsigned above = scale_of(term->divisor->type) + result;
    unsigned below = term_scale(term);
    unsigned common = above < below ? above : below;
    const char *numerator = write_product(body, expression, &term->factors, above - common);
    const char *divisor = pc_simple_expression(body, pc_unwidened(term->divisor), "divisor");
    const char *denominator = pc_temporary(body, "exact");

    if (term->divisor->kind == PC_IR_CONSTANT && term->divisor->constant->integer == 0)
        divisor = pc_hold(body, term->divisor->type, "divisor", pc_simple(divisor));
    if (term->divisor->kind != PC_IR_CONSTANT || term->divisor->constant->integer == 0)
        pc_fail_if(body, pc_format(body->arena, "%s == 0", divisor), "projc_fail_division", "");
    pc_code_line(body->code, "projc_int128 %s = (projc_int128)%s;", denominator, divisor);
    for (unsigned digits = below - common; digits > 0;) {
        unsigned step = digits > 18 ? 18 : digits;

        multiply(body, expression, denominator, pc_c_power_of_ten(body->arena, step));
        digits -= step;
    }
    if (term->is_negative)
        pc_code_line(body->code, "%s = -%s;", denominator, denominator);
    return finish(body, expression, numerator, denominator);
}

struct pc_value pc_round(struct pc_body *body, const struct pc_ir_expression *expression)
{
    unsigned result = scale_of(expression->type);
    unsigned scale = result;
    const char *sum = NULL;

    if (expression->terms.count == 1 && expression->terms.items[0]->divisor != NULL)
        return quotient(body, expression, expression->terms.items[0]);
    for (size_t i = 0; i < expression->terms.count; i++)
        if (term_scale(expression->terms.items[i]) > scale)
            scale = term_scale(expression->terms.items[i]);
    for (size_t i = 0; i < expression->terms.count; i++) {
        const struct pc_ir_term *term = expression->terms.items[i];
        const char *product =
            write_product(body, expression, &term->factors, scale - term_scale(term));

        if (sum == NULL && term->is_negative)
            pc_code_line(body->code, "%s = -%s;", product, product);
        else if (sum != NULL)
            pc_fail_if(body,
                       pc_format(body->arena, "__builtin_%s_overflow(%s, %s, &%s)",
                                 term->is_negative ? "sub" : "add", sum, product, sum),
                       "projc_fail_because", overflow_reason(body, expression));
        sum = sum == NULL ? product : sum;
    }
    if (scale - result > 38) /* less than half of 10^39 */
        return pc_simple("0");
    return finish(body, expression, sum, power_of_ten(body, scale - result));
}
