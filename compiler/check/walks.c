/* walks.c -- for o in orders where …: by which index rows are found, and what is asked of each. */
#include "check/expressions.h"
#include "check/statements.h"

/* ---- what an expression mentions ---- */

static bool mentions(const struct pc_expression *expression, const struct pc_symbol *symbol);

static bool any_mentions(const struct pc_expressions *list, const struct pc_symbol *symbol)
{
    for (size_t i = 0; i < list->count; i++) {
        if (mentions(list->items[i], symbol))
            return true;
    }
    return false;
}

static bool parts_mention(const struct pc_expression *expression, const struct pc_symbol *symbol)
{
    switch (expression->kind) {
    case PC_EXPRESSION_TEXT:
        for (size_t i = 0; i < expression->text.parts.count; i++) {
            if (mentions(expression->text.parts.items[i]->expression, symbol))
                return true;
        }
        return false;
    case PC_EXPRESSION_MATCH:
        for (size_t i = 0; i < expression->match.arms.count; i++) {
            if (mentions(expression->match.arms.items[i]->value, symbol))
                return true;
        }
        return mentions(expression->match.subject, symbol);
    case PC_EXPRESSION_RECORD:
        for (size_t i = 0; i < expression->record.entries.count; i++) {
            if (mentions(expression->record.entries.items[i]->value, symbol) ||
                mentions(expression->record.entries.items[i]->key, symbol))
                return true;
        }
        return false;
    case PC_EXPRESSION_COMPREHENSION:
        return mentions(expression->comprehension.element, symbol) ||
               mentions(expression->comprehension.collection, symbol) ||
               mentions(expression->comprehension.where, symbol);
    default:
        return false;
    }
}

static bool mentions(const struct pc_expression *expression, const struct pc_symbol *symbol)
{
    if (expression == NULL)
        return false;
    switch (expression->kind) {
    case PC_EXPRESSION_NAME:
        return expression->symbol == symbol;
    case PC_EXPRESSION_FIELD:
        return mentions(expression->field.object, symbol);
    case PC_EXPRESSION_INDEX:
        return mentions(expression->index.object, symbol) ||
               any_mentions(&expression->index.keys, symbol);
    case PC_EXPRESSION_CALL:
        return any_mentions(&expression->call.arguments, symbol);
    case PC_EXPRESSION_METHOD:
        return mentions(expression->method.object, symbol) ||
               any_mentions(&expression->method.arguments, symbol);
    case PC_EXPRESSION_UNARY:
        return mentions(expression->unary.operand, symbol);
    case PC_EXPRESSION_BINARY:
        return mentions(expression->binary.left, symbol) ||
               mentions(expression->binary.right, symbol);
    case PC_EXPRESSION_CONDITIONAL:
        return mentions(expression->conditional.condition, symbol) ||
               mentions(expression->conditional.then, symbol) ||
               mentions(expression->conditional.otherwise, symbol);
    case PC_EXPRESSION_LIST:
        return any_mentions(&expression->list.items, symbol);
    default:
        return parts_mention(expression, symbol);
    }
}

/* ---- conjuncts ---- */

/* One of the conditions joined by `and`. `column` is set for `row.column == value`, with a value
 * that is known before the first turn. */
struct conjunct {
    struct pc_expression *condition;
    struct pc_field_model *column;
    struct pc_expression *value;
    bool is_taken; /* by the path */
};
struct conjuncts {
    PC_LIST_OF(struct conjunct);
};

/* `side == other` fixes a column: side is a column of the row, compared in its own type, and other
 * is not none. (A column compared with none cannot be looked up: SQL's NULL equals nothing.) */
static bool fixes(struct conjunct *conjunct, const struct pc_symbol *row,
                  const struct pc_expression *side, struct pc_expression *other)
{
    if (side->kind != PC_EXPRESSION_FIELD || side->field.object->symbol != row ||
        side->field.object->kind != PC_EXPRESSION_NAME || side->symbol == NULL ||
        side->symbol->kind != PC_SYMBOL_RECORD_FIELD || pc_expression_target(side) != side->type ||
        other->type->kind == PC_TYPE_OPTIONAL || other->type->kind == PC_TYPE_NONE ||
        mentions(other, row))
        return false;
    conjunct->column = side->symbol->field_model;
    conjunct->value = other;
    return true;
}

static void add_conjuncts(struct pc_checker *checker, struct conjuncts *all,
                          const struct pc_symbol *row, struct pc_expression *condition)
{
    bool is_binary = condition->kind == PC_EXPRESSION_BINARY;

    if (is_binary && condition->binary.operator== PC_OPERATOR_AND) {
        add_conjuncts(checker, all, row, condition->binary.left);
        add_conjuncts(checker, all, row, condition->binary.right);
        return;
    }
    struct conjunct *conjunct = PC_NEW(checker->arena, struct conjunct);
    conjunct->condition = condition;
    if (is_binary && condition->binary.operator== PC_OPERATOR_EQUAL && !fixes(
                         conjunct, row, condition->binary.left, condition->binary.right))
        fixes(conjunct, row, condition->binary.right, condition->binary.left);
    PC_LIST_ADD(checker->arena, all, conjunct);
}

static struct conjunct *fixing(const struct conjuncts *all, const struct pc_field_model *column)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i]->column == column)
            return all->items[i];
    }
    return NULL;
}

/* ---- the path ---- */

/* The leading columns of an index, or of the key, that are held fixed. */
static struct pc_path_columns prefix_of_index(struct pc_checker *checker,
                                              const struct conjuncts *all,
                                              const struct pc_index_model *index)
{
    struct pc_path_columns prefix = {0};

    for (size_t i = 0; i < index->columns.count; i++) {
        if (fixing(all, index->columns.items[i]->field) == NULL)
            break;
        PC_LIST_ADD(checker->arena, &prefix, index->columns.items[i]->field);
    }
    return prefix;
}

static struct pc_path_columns prefix_of_key(const struct conjuncts *all,
                                            const struct pc_table_model *table)
{
    struct pc_path_columns prefix = {.items = table->columns.items};

    while (prefix.count < table->key_count &&
           fixing(all, table->columns.items[prefix.count]) != NULL)
        prefix.count++;
    return prefix;
}

static bool holds_own_key(const struct pc_path_columns *prefix, size_t fixed)
{
    size_t count = 0;

    for (size_t i = 0; i < prefix->count; i++)
        count += prefix->items[i]->index < fixed;
    return count == fixed;
}

/* The longest prefix; among equals the key's, then that of the first index. */
static void choose_path(struct pc_checker *checker, const struct pc_table_model *table,
                        struct conjuncts *all, struct pc_statement_info *info)
{
    size_t fixed = pc_row_fixed_count(table->projection);
    struct pc_path_columns best = prefix_of_key(all, table);

    for (size_t i = 0; i < table->indexes.count; i++) {
        struct pc_path_columns prefix = prefix_of_index(checker, all, table->indexes.items[i]);
        if (prefix.count > best.count && holds_own_key(&prefix, fixed))
            best = prefix;
    }
    info->path = best;
    for (size_t i = 0; i < best.count; i++) {
        struct conjunct *conjunct = fixing(all, best.items[i]);
        conjunct->is_taken = true;
        PC_LIST_ADD(checker->arena, &info->path_values, conjunct->value);
    }
    for (size_t i = 0; i < all->count; i++) {
        if (!all->items[i]->is_taken)
            PC_LIST_ADD(checker->arena, &info->filters, all->items[i]->condition);
    }
}

/* ---- what is wrong with it ---- */

static bool check_own_keys(struct pc_checker *checker, const struct pc_frame *body,
                           const struct pc_table_model *table, const struct conjuncts *all,
                           const struct pc_statement *statement)
{
    size_t fixed = pc_row_fixed_count(table->projection);

    for (size_t i = 0; i < fixed; i++) {
        const struct pc_field_model *column = table->columns.items[i];
        const struct conjunct *conjunct = fixing(all, column);
        if (conjunct != NULL && pc_is_own_key(body, conjunct->value, i))
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0331, statement->loop.collection->span,
                      "this walk would reach the rows of other keys");
        pc_diagnostic_point(problem, column->node->span, "this part is the projection's key");
        if (table->projection->kind == PC_PROJECTION_AGGREGATE)
            pc_diagnostic_help(problem, "add the condition `%.*s.%.*s == event.aggregate_id`",
                               PC_TEXT_ARGS(statement->loop.first.text),
                               PC_TEXT_ARGS(column->name));
        else
            pc_diagnostic_help(
                problem, "add the condition `%.*s.%.*s == %.*s`",
                PC_TEXT_ARGS(statement->loop.first.text), PC_TEXT_ARGS(column->name),
                PC_TEXT_ARGS(table->projection->node->projection.keys.items[i]->name.text));
        return false;
    }
    return true;
}

static void warn_unindexed(struct pc_checker *checker, const struct pc_table_model *table,
                           const struct conjuncts *all, const struct pc_statement *statement)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_W0302, statement->loop.collection->span,
                  "this walk reads every row of `%.*s`", PC_TEXT_ARGS(table->name));

    for (size_t i = 0; i < all->count; i++) {
        const struct pc_field_model *column = all->items[i]->column;
        if (column == NULL)
            continue;
        pc_diagnostic_help(problem, "give the table an index: `index by %.*s`",
                           PC_TEXT_ARGS(column->name));
        return;
    }
    pc_diagnostic_help(problem, "`where %.*s.column == …` finds rows by an index",
                       PC_TEXT_ARGS(statement->loop.first.text));
}

/* ---- the loop ---- */

void pc_check_table_loop(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_statement *statement, struct pc_symbol *table,
                         struct pc_statement_info *info)
{
    struct conjuncts all = {0};
    struct pc_scope scope = {0};
    bool is_good = true;

    table->is_used = true;
    statement->loop.collection->symbol = table;
    statement->loop.collection->type = checker->error;
    pc_scope_enter(body, &scope);
    struct pc_symbol *row =
        pc_declare_local(checker, body, &statement->loop.first, PC_LOCAL_ROW, table->table->row);
    row->is_place = true;
    if (statement->loop.second != NULL) {
        pc_declare_local(checker, body, statement->loop.second, PC_LOCAL_ELEMENT, checker->error);
        pc_report(checker->diagnostics, PC_E0223, statement->loop.second->span,
                  "a row has one name: its key parts are columns too");
    }
    if (statement->loop.where != NULL) {
        is_good = pc_check_value(checker, body, statement->loop.where, checker->boolean);
        if (is_good)
            add_conjuncts(checker, &all, row, statement->loop.where);
    }
    info->root = table;
    if (is_good && check_own_keys(checker, body, table->table, &all, statement)) {
        choose_path(checker, table->table, &all, info);
        if (info->path.count == 0)
            warn_unindexed(checker, table->table, &all, statement);
    }
    pc_check_block(checker, body, statement->loop.body);
    pc_scope_leave(checker, body);
}
