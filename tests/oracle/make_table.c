/* make_table.c -- tables of projections: their declarations, and what handlers do with rows. */
#include "make.h"

/* ---- declarations ---- */

static const struct shape *key_shape(struct maker *maker)
{
    const struct shape *shape;

    do {
        shape = oracle_any_scalar(maker);
    } while (shape->kind == KIND_F64);
    return shape;
}

/* The leading parts are the projection's key, if it has one. */
static void make_keys(struct maker *maker, struct made_table *table,
                      const struct shape *aggregate_id)
{
    if (aggregate_id != NULL) {
        table->own_count = 1;
        table->own[0] = "event.aggregate_id";
        table->keys[0] = aggregate_id;
    }
    for (uint32_t i = 0; i < maker->key_count; i++) {
        table->own[table->own_count] = maker->key_names[i];
        table->keys[table->own_count++] = maker->keys[i];
    }
    table->key_count = table->own_count + oracle_pick(maker, 3);
    if (table->key_count == 0)
        table->key_count = 1;
    if (table->key_count > 4)
        table->key_count = 4;
    for (uint32_t i = 0; i < table->key_count; i++) {
        if (i >= table->own_count)
            table->keys[i] = key_shape(maker);
        table->key_names[i] = oracle_name(maker, "k");
        oracle_put(maker->out, "%s%s: %s", i == 0 ? "" : ", ", table->key_names[i],
                   oracle_spell(maker, table->keys[i]));
    }
}

static void make_columns(struct maker *maker, struct made_table *table)
{
    table->can_obtain = oracle_often(maker, 75);
    table->column_count = 1 + oracle_pick(maker, 5);
    table->root = maker->names + 1;
    maker->names += table->column_count;
    for (uint32_t i = 0; i < table->column_count; i++) {
        struct made_field *column = &table->columns[i];

        *column = (struct made_field){.name = oracle_name(maker, "c"),
                                      .shape = oracle_any_shape(maker, oracle_often(maker, 70))};
        if (table->can_obtain && !oracle_has_zero(column->shape) &&
            column->shape->kind == KIND_RECORD)
            column->shape = oracle_wrapped(maker, KIND_OPTIONAL, column->shape);
        oracle_put(maker->out, "        ");
        oracle_put_field(maker, column, false, table->can_obtain);
        oracle_put_char(maker->out, '\n');
    }
}

static const struct shape *inside(const struct shape *shape)
{
    return shape->kind == KIND_OPTIONAL ? shape->element : shape;
}

/* Number of a column, or behind them of a key part. */
static const struct shape *column_shape(const struct made_table *table, uint32_t number)
{
    return number < table->column_count ? table->columns[number].shape
                                        : table->keys[number - table->column_count];
}

static const char *column_name(const struct made_table *table, uint32_t number)
{
    return number < table->column_count ? table->columns[number].name
                                        : table->key_names[number - table->column_count];
}

static void make_index(struct maker *maker, struct made_table *table)
{
    uint32_t *indexed = table->indexed[table->index_count];
    uint32_t count = 0;
    uint32_t wanted = 1 + oracle_pick(maker, 3);

    /* An index serves walks only when it begins with the projection's key. */
    for (uint32_t i = 0; i < table->own_count && oracle_often(maker, 80); i++)
        indexed[count++] = table->column_count + i;
    while (wanted-- > 0 && count < 3) {
        uint32_t number = oracle_pick(maker, table->column_count + table->key_count);
        bool is_taken = !oracle_is_scalar(inside(column_shape(table, number)));

        for (uint32_t i = 0; i < count; i++)
            is_taken = is_taken || indexed[i] == number;
        if (!is_taken)
            indexed[count++] = number;
    }
    if (count == 0)
        return;
    for (uint32_t i = 0; i < count; i++)
        oracle_put(maker->out, "%s%s%s", i == 0 ? "        index by " : ", ",
                   column_name(table, indexed[i]), oracle_often(maker, 30) ? " desc" : "");
    oracle_put_char(maker->out, '\n');
    table->indexed_count[table->index_count++] = count;
}

void oracle_make_tables(struct maker *maker, const struct shape *aggregate_id)
{
    maker->table_count = 0;
    if (!oracle_has(maker, ORACLE_tables) || oracle_often(maker, 25))
        return;
    for (uint32_t i = 1 + oracle_pick(maker, 2); i > 0; i--) {
        struct made_table *table = &maker->tables[maker->table_count];

        *table = (struct made_table){.name = oracle_name(maker, "table")};
        oracle_put(maker->out, "    table %s by ", table->name);
        make_keys(maker, table, aggregate_id);
        oracle_put(maker->out, " {\n");
        make_columns(maker, table);
        for (uint32_t j = oracle_pick(maker, 4); j > 0; j--)
            make_index(maker, table);
        oracle_put(maker->out, "    }\n");
        maker->table_count++;
    }
}

/* ---- keys ---- */

/* Few values, so that rows meet again. */
static const char *counted_key(struct maker *maker, const struct shape *shape)
{
    const char *number = oracle_format(maker, "event.no %% %u", 2 + oracle_pick(maker, 4));

    switch (shape->kind) {
    case KIND_INTEGER:
        return shape->bits == 64 ? number
                                 : oracle_format(maker, "%c%u(%s)", shape->is_signed ? 'i' : 'u',
                                                 shape->bits, number);
    case KIND_TEXT:
        return oracle_format(maker, "\"{%s}\"", number);
    case KIND_BOOL:
        return oracle_format(maker, "%s == 0", number);
    case KIND_TIME:
        return oracle_format(maker, "floor(event.time, %us)", 5 + oracle_pick(maker, 20));
    case KIND_DATE:
        return "date(event.time)";
    default:
        return oracle_literal(maker, shape, HINTED);
    }
}

static const char *key_part(struct maker *maker, const struct shape *shape)
{
    const char *text = oracle_often(maker, 45) ? oracle_read(maker, shape) : NULL;

    if (text != NULL)
        return text;
    return oracle_often(maker, 45) ? counted_key(maker, shape)
                                   : oracle_literal(maker, shape, HINTED);
}

/* table[key] */
static const char *row_text(struct maker *maker, const struct made_table *table)
{
    const char *text = oracle_format(maker, "%s[", table->name);

    for (uint32_t i = 0; i < table->key_count; i++)
        text =
            oracle_format(maker, "%s%s%s", text, i == 0 ? "" : ", ",
                          i < table->own_count ? table->own[i] : key_part(maker, table->keys[i]));
    return oracle_format(maker, "%s]", text);
}

/* ---- what is readable ---- */

static void add_optional_columns(struct maker *maker, const struct made_table *table,
                                 const char *row)
{
    for (uint32_t i = 0; i < table->column_count; i++) {
        const struct shape *shape = table->columns[i].shape;

        if (oracle_often(maker, 60))
            oracle_add_readable(
                maker, oracle_format(maker, "%s?.%s", row, table->columns[i].name),
                shape->kind == KIND_OPTIONAL ? shape : oracle_wrapped(maker, KIND_OPTIONAL, shape),
                false, 0);
    }
}

void oracle_read_rows(struct maker *maker)
{
    for (uint32_t i = 0; i < maker->table_count; i++) {
        const char *row = row_text(maker, &maker->tables[i]);

        if (oracle_often(maker, 30))
            continue;
        add_optional_columns(maker, &maker->tables[i], row);
        oracle_add_readable(
            maker, oracle_format(maker, "(%s %s none)", row, oracle_often(maker, 50) ? "==" : "!="),
            oracle_shape(maker, KIND_BOOL), false, 0);
    }
}

/* The columns of a row that is bound. */
static void add_columns(struct maker *maker, const struct made_table *table, const char *name)
{
    for (uint32_t i = 0; i < table->key_count; i++)
        oracle_add_readable(maker, oracle_format(maker, "%s.%s", name, table->key_names[i]),
                            table->keys[i], false, 0);
    for (uint32_t i = 0; i < table->column_count; i++)
        oracle_add_readable(maker, oracle_format(maker, "%s.%s", name, table->columns[i].name),
                            table->columns[i].shape, true, table->root + i);
}

/* Is some column walked by a loop around? Then rows neither go nor are replaced. */
static bool is_held(const struct maker *maker, const struct made_table *table)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (oracle_is_walked(maker, table->root + i))
            return true;
    return false;
}

/* ---- statements ---- */

/* table[key].column = …, which makes the row when there is none. */
static void change_column(struct maker *maker, const struct made_table *table)
{
    uint32_t number = oracle_pick(maker, table->column_count);
    uint32_t count = maker->readable_count;
    const char *text =
        oracle_format(maker, "%s.%s", row_text(maker, table), table->columns[number].name);

    if (oracle_is_walked(maker, table->root + number))
        return;
    oracle_add_readable(maker, text, table->columns[number].shape, true, table->root + number);
    if (maker->readable_count == count)
        return;
    const struct readable place =
        maker->readables[count + oracle_pick(maker, maker->readable_count - count)];
    maker->readable_count = count; /* not to be read: there may be no row */
    oracle_change(maker, &place);
}

static void replace(struct maker *maker, const struct made_table *table)
{
    const char *text = oracle_format(maker, "%s = { ", row_text(maker, table));

    for (uint32_t i = 0; i < table->column_count; i++) {
        const struct made_field *column = &table->columns[i];
        bool can_be_left_out = column->initial != NULL || oracle_has_zero(column->shape);

        if (!can_be_left_out || oracle_often(maker, 60))
            text = oracle_format(
                maker, "%s%s: %s, ", text, column->name,
                oracle_expression(maker, column->shape, oracle_pick(maker, 3), HINTED));
    }
    oracle_line(maker, oracle_format(maker, "%s}", text));
}

/* Now and then the bound row goes, and perhaps is used all the same: a data error. */
static void delete_bound(struct maker *maker, const struct made_table *table, const char *name)
{
    const char *row = oracle_format(maker, "%s[", table->name);

    if (!oracle_often(maker, 25) || is_held(maker, table))
        return;
    for (uint32_t i = 0; i < table->key_count; i++)
        row = oracle_format(maker, "%s%s%s", row, i == 0 ? "" : ", ",
                            i < table->own_count
                                ? table->own[i]
                                : oracle_format(maker, "%s.%s", name, table->key_names[i]));
    oracle_line(maker, oracle_format(maker, "if %s { delete %s] }", oracle_truth(maker, 1), row));
    if (oracle_often(maker, 40))
        oracle_block(maker, 3);
}

static void bind_in_block(struct maker *maker, const struct made_table *table)
{
    uint32_t count = maker->readable_count;
    const char *name = oracle_name(maker, "o");

    oracle_line(maker, oracle_format(maker, "if let %s = %s {", name, row_text(maker, table)));
    add_columns(maker, table, name);
    oracle_block(maker, 4);
    delete_bound(maker, table, name);
    maker->readable_count = count;
    if (oracle_often(maker, 40)) {
        oracle_line(maker, "} else {");
        oracle_block(maker, 2);
    }
    oracle_line(maker, "}");
}

static void bind(struct maker *maker, const struct made_table *table)
{
    const char *name = oracle_name(maker, "o");
    const char *row = row_text(maker, table);

    if (oracle_often(maker, 30)) {
        oracle_line(maker, oracle_format(maker, "let %s = %s", name, row));
        add_optional_columns(maker, table, name);
        return;
    }
    oracle_line(maker,
                oracle_format(maker, "let %s = %s else { fail \"no %s\" }", name, row, name));
    add_columns(maker, table, name);
}

static void delete (struct maker *maker, const struct made_table *table)
{
    oracle_line(maker, oracle_format(maker, "delete %s", row_text(maker, table)));
}

/* ---- walks ---- */

/* `row.column == …`, which the row does not stand in; NULL: nothing can be written. */
static const char *conjunct(struct maker *maker, const struct made_table *table, const char *name,
                            uint32_t number)
{
    const struct shape *shape = inside(column_shape(table, number));
    uint32_t part = number - table->column_count;
    const char *value = NULL;

    if (!oracle_is_scalar(shape))
        return NULL;
    if (number >= table->column_count && part < table->own_count)
        value = table->own[part];
    else if (oracle_often(maker, 50) || shape->kind == KIND_BYTES)
        value = oracle_read(maker, shape);
    if (value == NULL && shape->kind != KIND_BYTES)
        value = oracle_literal(maker, shape, HINTED);
    if (value == NULL)
        return NULL;
    return oracle_often(maker, 80)
               ? oracle_format(maker, "%s.%s == %s", name, column_name(table, number), value)
               : oracle_format(maker, "%s == %s.%s", value, name, column_name(table, number));
}

static void add_conjunct(struct maker *maker, const char **condition, const char *conjunct)
{
    if (conjunct != NULL)
        *condition =
            *condition == NULL ? conjunct : oracle_format(maker, "%s and %s", *condition, conjunct);
}

/* The projection's key, then by an index, by the key, or by any column. */
static const char *path(struct maker *maker, const struct made_table *table, const char *name)
{
    const char *condition = NULL;
    uint32_t way = oracle_pick(maker, 10);

    for (uint32_t i = 0; i < table->own_count; i++)
        add_conjunct(maker, &condition, conjunct(maker, table, name, table->column_count + i));
    if (way < 5 && table->index_count != 0) {
        uint32_t which = oracle_pick(maker, table->index_count);
        uint32_t count = 1 + oracle_pick(maker, table->indexed_count[which]);

        for (uint32_t i = 0; i < count; i++)
            if (table->indexed[which][i] < table->column_count + table->own_count)
                add_conjunct(maker, &condition,
                             conjunct(maker, table, name, table->indexed[which][i]));
    } else if (way < 7) {
        for (uint32_t i = table->own_count; i < table->key_count && oracle_often(maker, 70); i++)
            add_conjunct(maker, &condition, conjunct(maker, table, name, table->column_count + i));
    } else if (way == 7) {
        add_conjunct(maker, &condition,
                     conjunct(maker, table, name,
                              oracle_pick(maker, table->column_count + table->key_count)));
    }
    return condition;
}

static void walk(struct maker *maker, const struct made_table *table)
{
    uint32_t count = maker->readable_count;
    const char *name = oracle_name(maker, "o");
    const char *condition = path(maker, table, name);

    add_columns(maker, table, name);
    if (oracle_often(maker, 30))
        add_conjunct(maker, &condition, oracle_truth(maker, 1));
    oracle_line(maker, oracle_format(maker, "for %s in %s%s%s {", name, table->name,
                                     condition == NULL ? "" : " where ",
                                     condition == NULL ? "" : condition));
    maker->walks++;
    oracle_block(maker, 4);
    delete_bound(maker, table, name);
    maker->walks--;
    maker->readable_count = count;
    oracle_line(maker, "}");
}

void oracle_row_statement(struct maker *maker)
{
    const struct made_table *table = &maker->tables[oracle_pick(maker, maker->table_count)];
    uint32_t way = oracle_pick(maker, 100);

    if (way < 32 && table->can_obtain)
        change_column(maker, table);
    else if (way < 55 && !is_held(maker, table))
        replace(maker, table);
    else if (way < 70 && maker->depth < 3)
        bind_in_block(maker, table);
    else if (way < 76)
        bind(maker, table);
    else if (way < 92 && maker->depth < 3 && maker->walks < 2)
        walk(maker, table);
    else if (!is_held(maker, table))
        delete (maker, table);
}
