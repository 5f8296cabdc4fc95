/* use.c -- whether a block or an expression mentions a local: compilers warn about those that none
 * does. */
#include "gen/body.h"

static bool any_expression_uses(const struct pc_ir_expressions *expressions,
                                const struct pc_ir_local *local)
{
    for (size_t i = 0; i < expressions->count; i++)
        if (pc_expression_uses(expressions->items[i], local))
            return true;
    return false;
}

static bool parts_use(const struct pc_ir_expression *expression, const struct pc_ir_local *local)
{
    for (size_t i = 0; i < expression->arms.count; i++)
        if (pc_expression_uses(expression->arms.items[i]->value, local))
            return true;
    for (size_t i = 0; i < expression->terms.count; i++)
        if (any_expression_uses(&expression->terms.items[i]->factors, local) ||
            pc_expression_uses(expression->terms.items[i]->divisor, local))
            return true;
    return any_expression_uses(&expression->arguments, local);
}

bool pc_expression_uses(const struct pc_ir_expression *expression, const struct pc_ir_local *local)
{
    if (expression == NULL)
        return false;
    if (expression->kind == PC_IR_LOCAL && expression->local == local)
        return true;
    return pc_expression_uses(expression->left, local) ||
           pc_expression_uses(expression->right, local) ||
           pc_expression_uses(expression->condition, local) || parts_use(expression, local);
}

static bool statement_uses(const struct pc_ir_statement *statement, const struct pc_ir_local *local)
{
    if (pc_expression_uses(statement->target, local) ||
        pc_expression_uses(statement->value, local) ||
        pc_expression_uses(statement->condition, local) ||
        pc_expression_uses(statement->message, local) ||
        any_expression_uses(&statement->path_values, local))
        return true;
    for (size_t i = 0; i < statement->arms.count; i++)
        if (pc_block_uses(statement->arms.items[i]->body, local))
            return true;
    return pc_block_uses(statement->then, local) || pc_block_uses(statement->otherwise, local);
}

bool pc_block_uses(const struct pc_ir_block *block, const struct pc_ir_local *local)
{
    if (block == NULL)
        return false;
    for (size_t i = 0; i < block->count; i++)
        if (statement_uses(block->items[i], local))
            return true;
    return false;
}
