/* query_sql.c -- the SQL of a query, for both stores.
 *
 * Every value is a parameter, so nothing of the user's but quoted column names stands in the text.
 * What the language says of `none` (equal to itself, below everything) is written out, so that a
 * condition is never NULL and `not` is exact. */
#include "gen/query.h"
#include "gen/types.h"

#include <inttypes.h>

struct sql {
    struct pc_arena *arena;
    const struct pc_plan_query *query;
    bool is_postgres;
    struct pc_query_constants *constants;
};

static const char *parameter(const struct sql *sql, size_t index)
{
    return pc_format(sql->arena, sql->is_postgres ? "($%zu)[1]" : "?%zu", index + 1);
}

static const char *condition(const struct sql *sql, const struct pc_ir_expression *expression);

static const char *operand(const struct sql *sql, const struct pc_ir_expression *expression);

/* A decimal is a number with its point on PostgreSQL, and a scaled integer on SQLite. */
static const char *converted(const struct sql *sql, const struct pc_ir_expression *expression)
{
    const char *value = operand(sql, expression->left);
    unsigned from = pc_type_inside(expression->left->type)->scale;
    unsigned to = pc_type_inside(expression->type)->scale;
    int64_t factor = 1;

    if (expression->conversion == PC_IR_TO_F64 && from > 0)
        to = 0;
    if (sql->is_postgres || from == to)
        return value;
    for (unsigned i = from < to ? from : to; i < (from < to ? to : from); i++)
        factor *= 10;
    return pc_format(sql->arena, from < to ? "(%s * %" PRId64 ")" : "(%s / %" PRId64 ".0)", value,
                     factor);
}

static const char *coalesced(const struct sql *sql, const struct pc_ir_expression *expression)
{
    const char *left = operand(sql, expression->left);

    return pc_format(sql->arena, "coalesce(%s, %s)", left, operand(sql, expression->right));
}

static const char *operand(const struct sql *sql, const struct pc_ir_expression *expression)
{
    switch (expression->kind) {
    case PC_IR_KEY:
        return pc_sql_name(sql->arena, sql->query->table->columns.items[expression->key]->sql_name);
    case PC_IR_PARAMETER:
        return parameter(sql, expression->key);
    case PC_IR_CONVERT:
        return converted(sql, expression);
    case PC_IR_COALESCE:
        return coalesced(sql, expression);
    case PC_IR_CONSTANT:
        PC_LIST_ADD(sql->arena, sql->constants, expression->constant);
        return parameter(sql, sql->query->parameters.count + sql->constants->count - 1);
    default:
        return condition(sql, expression);
    }
}

/* Whether SQL may see a NULL here: a T that became a T? is none. */
static bool can_be_null(const struct pc_ir_expression *expression)
{
    while (expression->kind == PC_IR_CONVERT)
        expression = expression->left;
    return expression->type->kind == PC_PLAN_OPTIONAL;
}

static const char *equal(const struct sql *sql, const struct pc_ir_expression *expression)
{
    const char *left = operand(sql, expression->left);
    const char *right = operand(sql, expression->right);
    bool is_left = can_be_null(expression->left);
    bool is_right = can_be_null(expression->right);

    if (is_left && is_right)
        return pc_format(sql->arena, sql->is_postgres ? "%s IS NOT DISTINCT FROM %s" : "%s IS %s",
                         left, right);
    if (is_left || is_right)
        return pc_format(sql->arena, "(%s IS NOT NULL AND %s = %s)", is_left ? left : right, left,
                         right);
    return pc_format(sql->arena, "%s = %s", left, right);
}

static const char *less(const struct sql *sql, const struct pc_ir_expression *low,
                        const struct pc_ir_expression *high)
{
    const char *left = operand(sql, low);
    const char *right = operand(sql, high);
    const char *text = pc_format(sql->arena, "%s < %s", left, right);

    if (can_be_null(low))
        text = pc_format(sql->arena, "(%s IS NULL OR %s)", left, text);
    if (can_be_null(high))
        text = pc_format(sql->arena, "(%s IS NOT NULL AND %s)", right, text);
    return text;
}

static const char *comparison(const struct sql *sql, const struct pc_ir_expression *expression)
{
    switch (expression->operator) {
    case PC_IR_EQUAL:
        return equal(sql, expression);
    case PC_IR_NOT_EQUAL:
        return pc_format(sql->arena, "NOT (%s)", equal(sql, expression));
    case PC_IR_LESS:
        return less(sql, expression->left, expression->right);
    case PC_IR_GREATER:
        return less(sql, expression->right, expression->left);
    case PC_IR_LESS_EQUAL:
        return pc_format(sql->arena, "NOT (%s)", less(sql, expression->right, expression->left));
    default:
        return pc_format(sql->arena, "NOT (%s)", less(sql, expression->left, expression->right));
    }
}

static const char *condition(const struct sql *sql, const struct pc_ir_expression *expression)
{
    const char *left;

    switch (expression->kind) {
    case PC_IR_AND:
    case PC_IR_OR:
        left = condition(sql, expression->left);
        return pc_format(sql->arena, "(%s %s %s)", left,
                         expression->kind == PC_IR_AND ? "AND" : "OR",
                         condition(sql, expression->right));
    case PC_IR_NOT:
        return pc_format(sql->arena, "NOT (%s)", condition(sql, expression->left));
    case PC_IR_HAS:
        return pc_format(sql->arena, "%s IS NOT NULL", operand(sql, expression->left));
    case PC_IR_COMPARE:
        return comparison(sql, expression);
    default:
        return operand(sql, expression);
    }
}

const char *pc_query_sql(struct pc_arena *arena, const struct pc_plan_query *query,
                         bool is_postgres, struct pc_query_constants *constants)
{
    struct sql sql = {arena, query, is_postgres, constants};
    const char *text = "";

    if (query->where != NULL)
        text = pc_format(arena, " WHERE %s", condition(&sql, query->where));
    for (size_t i = 0; i < query->orders.count; i++) {
        const struct pc_plan_query_order *order = query->orders.items[i];
        const struct pc_plan_column *column = query->table->columns.items[order->column];
        const char *nulls = !column->is_nullable || !is_postgres ? ""
                            : order->is_descending               ? " NULLS LAST"
                                                                 : " NULLS FIRST";

        text = pc_format(arena, "%s%s%s%s%s", text, i == 0 ? " ORDER BY " : ", ",
                         pc_sql_name(arena, column->sql_name), order->is_descending ? " DESC" : "",
                         nulls);
    }
    if (query->limit_function != NULL) /* the last of all parameters */
        text = pc_format(arena, "%s LIMIT %s", text,
                         parameter(&sql, query->parameters.count + constants->count));
    if (query->limit != NULL)
        text = pc_format(arena, "%s LIMIT %s", text, operand(&sql, query->limit));
    return text;
}
