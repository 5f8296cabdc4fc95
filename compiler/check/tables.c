/* tables.c -- the tables of a projection: key parts, columns, indexes, SQL name. */
#include "check/declarations.h"
#include "check/expressions.h"
#include "check/statements.h"

/* ---- columns ---- */

/* A key part as a column: it has no outside name and no default of its own. */
static void add_key_column(struct pc_checker *checker, struct pc_table_model *table,
                           struct pc_key *key)
{
    struct pc_field_model *column = PC_NEW(checker->arena, struct pc_field_model);
    struct pc_field *node = PC_NEW(checker->arena, struct pc_field);

    node->span = key->span;
    node->name = key->name;
    node->type_node = key->type_node;
    node->type = key->type;
    node->extra = column;
    column->node = node;
    column->name = key->name.text;
    column->outside = key->name.text;
    column->type = key->type;
    column->index = (uint32_t)table->columns.count;
    PC_LIST_ADD(checker->arena, &table->columns, column);
}

static void add_columns(struct pc_checker *checker, struct pc_table_model *table)
{
    struct pc_item *item = table->node;

    for (size_t i = 0; i < item->table.keys.count; i++)
        add_key_column(checker, table, item->table.keys.items[i]);
    table->key_count = (uint32_t)table->columns.count;
    pc_add_fields(checker, &item->table.fields, &table->columns);
    pc_check_defaults(checker, &table->columns, false);
    for (size_t i = 0; i < table->columns.count; i++) {
        struct pc_field_model *column = table->columns.items[i];
        column->node->symbol = pc_symbol_new(checker, PC_SYMBOL_RECORD_FIELD, NULL,
                                             pc_type_plain(checker, column->type));
        column->node->symbol->name = column->name;
        column->node->symbol->span = column->node->name.span;
        column->node->symbol->field_model = column;
    }
}

/* ---- indexes ---- */

static bool check_index_column(struct pc_checker *checker, const struct pc_index_model *index,
                               const struct pc_order *order, const struct pc_field_model *column)
{
    if (column->type->kind != PC_TYPE_ERROR && !pc_type_is_scalar(pc_type_value(column->type))) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0313, order->name.span, "`%.*s` cannot be indexed",
                      PC_TYPE_ARGS(column->type));
        pc_diagnostic_point(problem, column->node->name.span, "declared here");
        return false;
    }
    for (size_t i = 0; i < index->columns.count; i++) {
        if (index->columns.items[i]->field != column)
            continue;
        pc_report(checker->diagnostics, PC_E0313, order->name.span,
                  "`%.*s` stands in this index twice", PC_TEXT_ARGS(order->name.text));
        return false;
    }
    return true;
}

static void add_index(struct pc_checker *checker, struct pc_table_model *table,
                      struct pc_index *node)
{
    struct pc_index_model *index = PC_NEW(checker->arena, struct pc_index_model);

    index->node = node;
    for (size_t i = 0; i < node->keys.count; i++) {
        struct pc_order *order = node->keys.items[i];
        struct pc_field_model *field = pc_fields_find(&table->columns, order->name.text);
        if (field == NULL) {
            pc_report_unknown_field(checker, &order->name, pc_quoted(checker, table->name),
                                    table->node->table.name.span, &table->columns);
            continue;
        }
        if (!check_index_column(checker, index, order, field))
            continue;
        struct pc_index_column *column = PC_NEW(checker->arena, struct pc_index_column);
        column->field = field;
        column->is_descending = order->is_descending;
        order->name.symbol = field->node->symbol;
        PC_LIST_ADD(checker->arena, &index->columns, column);
    }
    PC_LIST_ADD(checker->arena, &table->indexes, index);
}

/* ---- the projection's key ---- */

/* Keys are independent of each other only if no two of them share a row. */
static void check_first_keys(struct pc_checker *checker, const struct pc_table_model *table)
{
    const struct pc_projection_model *projection = table->projection;
    const struct pc_keys *keys = &projection->node->projection.keys;
    size_t count = pc_row_fixed_count(projection);

    for (size_t i = 0; i < count; i++) {
        const struct pc_type *wanted = projection->kind == PC_PROJECTION_KEYED
                                           ? keys->items[i]->type
                                           : projection->aggregate->id_type;
        const struct pc_field_model *column = i < table->key_count ? table->columns.items[i] : NULL;
        if (wanted == NULL || wanted->kind == PC_TYPE_ERROR ||
            (column != NULL && (column->type == wanted || column->type->kind == PC_TYPE_ERROR)))
            continue;
        struct pc_diagnostic *problem = pc_report(
            checker->diagnostics, PC_E0331,
            column != NULL ? column->node->span : table->node->table.name.span,
            "the key of `%.*s` must begin with the projection's", PC_TEXT_ARGS(table->name));
        pc_diagnostic_label(problem, "a `%.*s` is needed %s", PC_TYPE_ARGS(wanted),
                            column != NULL ? "here" : "in its key");
        pc_diagnostic_point(problem, projection->node->name.span,
                            "each key of this projection has rows of its own");
        return;
    }
}

size_t pc_row_fixed_count(const struct pc_projection_model *projection)
{
    switch (projection->kind) {
    case PC_PROJECTION_AGGREGATE:
        return projection->aggregate != NULL ? 1 : 0;
    case PC_PROJECTION_KEYED:
        return projection->node->projection.keys.count;
    default:
        return 0;
    }
}

/* ---- all ---- */

void pc_add_table(struct pc_checker *checker, struct pc_projection_model *projection,
                  struct pc_item *item, struct pc_symbol *symbol)
{
    struct pc_table_model *table = PC_NEW(checker->arena, struct pc_table_model);
    struct pc_type *row =
        pc_type_declared(checker, PC_TYPE_ROW,
                         pc_text_format(checker->arena, "%.*s row", PC_TEXT_ARGS(symbol->name)));

    for (size_t i = 0; i < projection->tables.count; i++) {
        const struct pc_table_model *other = projection->tables.items[i];
        if (!pc_text_equals(other->name, symbol->name))
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0113, symbol->span,
                      "the table `%.*s` is declared twice", PC_TEXT_ARGS(symbol->name));
        pc_diagnostic_point(problem, other->node->table.name.span, "first declared here");
    }
    table->node = item;
    table->projection = projection;
    table->name = symbol->name;
    if (item->table.as != NULL)
        pc_split_table_name(checker, item->table.as, &item->table.name, &table->schema,
                            &table->outside);
    table->index = (uint32_t)projection->tables.count;
    row->table = table;
    table->row = row;
    symbol->table = table;
    add_columns(checker, table);
    for (size_t i = 0; i < item->table.indexes.count; i++)
        add_index(checker, table, item->table.indexes.items[i]);
    pc_check_table_columns(checker, table);
    check_first_keys(checker, table);
    PC_LIST_ADD(checker->arena, &projection->tables, table);
}
