/* rows.c -- rows of a projection's tables: orders[id] read, changed, inserted; and where a row may
 * not stand. */
#include "check/declarations.h"
#include "check/expressions.h"
#include "check/statements.h"

bool pc_is_row(const struct pc_type *type)
{
    return pc_type_value(type)->kind == PC_TYPE_ROW;
}

struct pc_symbol *pc_find_table(const struct pc_frame *body, const struct pc_expression *expression)
{
    if (expression->kind != PC_EXPRESSION_NAME || body->is_source_clause ||
        pc_scope_find(body->scope, expression->name.name.text) != NULL)
        return NULL;
    return pc_symbols_find(body->tables, expression->name.name.text);
}

/* ---- where a row may stand ---- */

const struct pc_type *pc_check_row_reader(struct pc_checker *checker, struct pc_frame *body,
                                          struct pc_expression *expression)
{
    const struct pc_expression *outer = body->row_reader;

    body->row_reader = expression;
    const struct pc_type *type = pc_check_expression(checker, body, expression, NULL);
    body->row_reader = outer;
    return type;
}

void pc_check_no_row(struct pc_checker *checker, const struct pc_frame *body,
                     struct pc_expression *expression)
{
    if (!pc_is_row(expression->type) || body->row_reader == expression)
        return;
    const struct pc_table_model *table = pc_type_value(expression->type)->table;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0332, expression->span, "a row of `%.*s` is no value",
                  PC_TEXT_ARGS(table->name));
    if (table->columns.count > table->key_count)
        pc_diagnostic_help(problem, "take its columns: `%s%.*s`",
                           expression->type->kind == PC_TYPE_OPTIONAL ? "…?." : "….",
                           PC_TEXT_ARGS(table->columns.items[table->key_count]->name));
    expression->type = checker->error;
}

/* ---- keys ---- */

bool pc_is_own_key(const struct pc_frame *body, const struct pc_expression *argument,
                   size_t position)
{
    const struct pc_projection_model *projection = body->projection;
    const struct pc_symbol *symbol = argument->symbol;

    if (symbol == NULL)
        return false;
    if (projection->kind == PC_PROJECTION_AGGREGATE)
        return symbol->kind == PC_SYMBOL_EVENT_DATA && symbol->event_data == PC_EVENT_AGGREGATE_ID;
    return symbol->kind == PC_SYMBOL_KEY &&
           symbol->key == projection->node->projection.keys.items[position];
}

static void report_other_key(struct pc_checker *checker, const struct pc_frame *body,
                             const struct pc_table_model *table,
                             const struct pc_expression *argument, size_t position)
{
    const struct pc_projection_model *projection = body->projection;
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0331, argument->span,
                                              "a handler reaches only the rows of its own key");

    pc_diagnostic_point(problem, table->columns.items[position]->node->span,
                        "this part is the projection's key");
    if (projection->kind == PC_PROJECTION_AGGREGATE && projection->stream == NULL)
        pc_diagnostic_help(problem, "write `event.aggregate_id` here");
    else if (projection->kind == PC_PROJECTION_AGGREGATE)
        pc_diagnostic_help(problem,
                           "write `event.aggregate_id` here, or make the projection one "
                           "`over %.*s`",
                           PC_TEXT_ARGS(projection->stream->name));
    else
        pc_diagnostic_help(
            problem, "write `%.*s` here",
            PC_TEXT_ARGS(projection->node->projection.keys.items[position]->name.text));
}

/* The key parts between the brackets; false when something was reported. */
static bool check_keys(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_expression *expression, const struct pc_table_model *table)
{
    struct pc_expressions *keys = &expression->index.keys;
    size_t fixed = pc_row_fixed_count(table->projection);
    bool is_good = true;

    if (keys->count != table->key_count) {
        struct pc_diagnostic *problem = pc_report(
            checker->diagnostics, PC_E0212, expression->span,
            "a row of `%.*s` is found by %u key part%s, but %zu %s given",
            PC_TEXT_ARGS(table->name), (unsigned)table->key_count, table->key_count == 1 ? "" : "s",
            keys->count, keys->count == 1 ? "is" : "are");
        pc_diagnostic_point(problem, table->node->table.name.span, "declared here");
        for (size_t i = 0; i < keys->count; i++)
            pc_check_expression(checker, body, keys->items[i], checker->error);
        return false;
    }
    for (size_t i = 0; i < keys->count; i++) {
        const struct pc_type *type = pc_type_plain(checker, table->columns.items[i]->type);
        if (!pc_check_value(checker, body, keys->items[i], type)) {
            is_good = false;
        } else if (i < fixed && !pc_is_own_key(body, keys->items[i], i)) {
            report_other_key(checker, body, table, keys->items[i], i);
            is_good = false;
        }
    }
    return is_good;
}

/* Resolves orders[id]; false when something was reported. */
static bool check_row(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, struct pc_symbol *table)
{
    table->is_used = true;
    expression->type = checker->error;
    expression->symbol = table;
    expression->index.object->symbol = table;
    expression->index.object->type = checker->error;
    return check_keys(checker, body, expression, table->table);
}

/* ---- reading ---- */

void pc_check_row(struct pc_checker *checker, struct pc_frame *body,
                  struct pc_expression *expression, struct pc_symbol *table)
{
    if (check_row(checker, body, expression, table))
        expression->type = pc_type_optional(checker, table->table->row);
}

/* ---- places ---- */

bool pc_check_row_place(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_expression *target, struct pc_symbol *table,
                        struct pc_statement_info *info)
{
    if (!check_row(checker, body, target, table))
        return false;
    target->type = table->table->row;
    info->root = table;
    info->root_keys = target->index.keys;
    return true;
}

struct pc_field_model *pc_row_column(struct pc_checker *checker, const struct pc_type *row,
                                     struct pc_name *name, bool is_changed)
{
    const struct pc_table_model *table = row->table;
    struct pc_field_model *column = pc_fields_find(&table->columns, name->text);

    if (column == NULL) {
        pc_report_unknown_field(
            checker, name,
            pc_text_format(checker->arena, "a row of `%.*s`", PC_TEXT_ARGS(table->name)),
            table->node->table.name.span, &table->columns);
        return NULL;
    }
    if (!is_changed || column->index >= table->key_count)
        return column;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0304, name->span, "the key of a row cannot be changed");
    pc_diagnostic_point(problem, column->node->span, "`%.*s` is a part of the key",
                        PC_TEXT_ARGS(column->name));
    pc_diagnostic_help(problem, "delete the row and insert another one");
    return NULL;
}

bool pc_check_obtains(struct pc_checker *checker, const struct pc_expression *target,
                      const struct pc_statement_info *info)
{
    const struct pc_table_model *table = info->root->table;

    if (info->root->kind != PC_SYMBOL_TABLE)
        return true;
    for (size_t i = table->key_count; i < table->columns.count; i++) {
        const struct pc_field_model *column = table->columns.items[i];
        if (column->type->kind == PC_TYPE_ERROR || pc_field_can_be_left_out(column))
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0124, target->span,
                      "this makes the row when there is none, but `%.*s` has no initial value",
                      PC_TEXT_ARGS(column->name));
        pc_diagnostic_point(problem, column->node->name.span, "a `%.*s` has no zero",
                            PC_TYPE_ARGS(column->type));
        pc_diagnostic_help(problem,
                           "give the column a default, or change rows that are there: "
                           "`if let o = %.*s[…] { … }`",
                           PC_TEXT_ARGS(table->name));
        return false;
    }
    return true;
}

/* ---- orders[id] = { … } ---- */

/* True if the literal names a part of the key, which was reported. */
static bool names_key(struct pc_checker *checker, const struct pc_expression *literal,
                      const struct pc_table_model *table)
{
    for (size_t i = 0; i < literal->record.entries.count; i++) {
        const struct pc_expression *name = literal->record.entries.items[i]->key;
        for (size_t j = 0; j < table->key_count; j++) {
            if (name->kind != PC_EXPRESSION_NAME ||
                !pc_text_equals(name->name.name.text, table->columns.items[j]->name))
                continue;
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0219, name->span,
                          "`%.*s` is a part of the key, which stands in the brackets",
                          PC_TEXT_ARGS(name->name.name.text));
            pc_diagnostic_point(problem, table->columns.items[j]->node->span, "declared here");
            return true;
        }
    }
    return false;
}

static void check_columns(struct pc_checker *checker, struct pc_frame *body,
                          struct pc_expression *literal, const struct pc_table_model *table)
{
    struct pc_field_models columns = {.items = table->columns.items + table->key_count,
                                      .count = table->columns.count - table->key_count};

    literal->type = checker->error;
    literal->extra = NULL;
    if (names_key(checker, literal, table))
        return;
    if (pc_check_entries(
            checker, body, literal, &columns,
            pc_text_format(checker->arena, "a row of `%.*s`", PC_TEXT_ARGS(table->name)),
            table->node->table.name.span))
        literal->type = table->row;
}

void pc_check_row_assign(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *target = statement->assign.target;
    struct pc_expression *value = statement->assign.value;
    const struct pc_table_model *table = target->type->table;
    struct pc_diagnostic *problem = NULL;

    if (info->root->kind != PC_SYMBOL_TABLE) {
        problem = pc_report(checker->diagnostics, PC_E0304, target->span,
                            "a bound row cannot be replaced");
        pc_diagnostic_help(problem, "assign to its columns, or write `%.*s[…] = { … }`",
                           PC_TEXT_ARGS(table->name));
    } else if (statement->assign.operator!= PC_ASSIGN) {
        problem = pc_report(checker->diagnostics, PC_E0208, statement->assign.operator_span,
                            "rows have no arithmetic");
        pc_diagnostic_help(problem, "change one of its columns");
    } else if (value->kind != PC_EXPRESSION_RECORD) {
        problem = pc_report(checker->diagnostics, PC_E0332, value->span,
                            "a row is written as `{ column: value, … }`");
    }
    if (problem != NULL)
        pc_check_expression(checker, body, value, checker->error);
    else
        check_columns(checker, body, value, table);
}
