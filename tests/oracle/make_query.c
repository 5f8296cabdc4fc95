/* make_query.c -- queries over tables and over states in columns. */
#include "make.h"

enum { COLUMNS_MAX = 16, PARAMETERS_MAX = 4 };

struct source {
    const char *name;
    struct made_field columns[COLUMNS_MAX]; /* keys first */
    uint32_t key_count;
    uint32_t count;
};

struct asked_query {
    const struct source *source;
    const char *parameters; /* as declared */
    const char *names[PARAMETERS_MAX];
    const struct shape *shapes[PARAMETERS_MAX];
    uint32_t count;
};

static const struct shape *inside(const struct shape *shape)
{
    return shape->kind == KIND_OPTIONAL ? shape->element : shape;
}

/* ---- operands ---- */

/* A parameter of that type, declared for it or there already. */
static const char *parameter(struct maker *maker, struct asked_query *query,
                             const struct shape *shape, bool may_be_none)
{
    for (uint32_t i = 0; i < query->count; i++)
        if (oracle_is_same(may_be_none ? inside(query->shapes[i]) : query->shapes[i], shape) &&
            oracle_often(maker, 50))
            return query->names[i];
    if (query->count == PARAMETERS_MAX)
        return NULL;
    if (may_be_none && oracle_often(maker, 25))
        shape = oracle_wrapped(maker, KIND_OPTIONAL, shape);
    const char *name = oracle_name(maker, "p");
    const char *initial = oracle_often(maker, 40) ? oracle_literal(maker, shape, HINTED) : NULL;
    query->parameters = oracle_format(
        maker, "%s%s%s: %s%s%s", query->parameters, query->count == 0 ? "" : ", ", name,
        oracle_spell(maker, shape), initial == NULL ? "" : " = ", initial == NULL ? "" : initial);
    query->names[query->count] = name;
    query->shapes[query->count++] = shape;
    return name;
}

/* Of that type, or perhaps of its optional. */
static const struct made_field *other_column(struct maker *maker, const struct asked_query *query,
                                             const struct shape *shape, bool may_be_none)
{
    const struct made_field *found = NULL;
    uint32_t matching = 0;

    for (uint32_t i = 0; i < query->source->count; i++)
        if (oracle_is_same(may_be_none ? inside(query->source->columns[i].shape)
                                       : query->source->columns[i].shape,
                           shape) &&
            oracle_pick(maker, ++matching) == 0)
            found = &query->source->columns[i];
    return found;
}

/* NULL: nothing can be written. */
static const char *other_side(struct maker *maker, struct asked_query *query,
                              const struct shape *shape, bool may_be_none)
{
    uint32_t way = oracle_pick(maker, 10);
    const struct made_field *column = other_column(maker, query, shape, may_be_none);
    const char *text = NULL;

    if (way < 2 && column != NULL)
        text = column->name;
    else if (way < 7 || shape->kind == KIND_BYTES)
        text = way < 5 ? parameter(maker, query, shape, may_be_none)
                       : parameter(maker, query, oracle_narrower(maker, shape), false);
    if (text == NULL && shape->kind != KIND_BYTES)
        text = oracle_literal(maker, shape, HINTED);
    return text;
}

/* ---- conditions ---- */

static const struct made_field *scalar_column(struct maker *maker, const struct source *source)
{
    const struct made_field *found = NULL;
    uint32_t matching = 0;

    for (uint32_t i = 0; i < source->count; i++)
        if (oracle_is_scalar(inside(source->columns[i].shape)) &&
            oracle_pick(maker, ++matching) == 0)
            found = &source->columns[i];
    return found;
}

static const char *comparison(struct maker *maker, struct asked_query *query)
{
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};
    const struct made_field *column = scalar_column(maker, query->source);

    if (column == NULL)
        return "true";
    const struct shape *shape = inside(column->shape);
    const char *left = column->name;
    if (column->shape->kind == KIND_OPTIONAL && oracle_often(maker, 25))
        return oracle_format(maker, "%s %s none", left, oracle_often(maker, 50) ? "==" : "!=");
    if (column->shape->kind == KIND_BOOL && oracle_often(maker, 50))
        return left;
    if (column->shape->kind == KIND_OPTIONAL && shape->kind != KIND_BYTES &&
        oracle_often(maker, 40))
        left = oracle_format(maker, "(%s ?? %s)", left, oracle_literal(maker, shape, HINTED));
    /* What may be none has no order. */
    bool has_order =
        oracle_is_ordered(shape) && (column->shape->kind != KIND_OPTIONAL || left != column->name);
    uint32_t which = oracle_pick(maker, has_order ? 6 : 2);
    const char *sign = signs[which];
    const char *right = other_side(maker, query, shape, which < 2);
    if (right == NULL)
        return "true";
    return oracle_often(maker, 20) ? oracle_format(maker, "%s %s %s", right, sign, left)
                                   : oracle_format(maker, "%s %s %s", left, sign, right);
}

static const char *condition(struct maker *maker, struct asked_query *query, uint32_t depth)
{
    uint32_t way = depth == 0 ? 0 : oracle_pick(maker, 10);

    if (way < 5)
        return comparison(maker, query);
    if (way == 5)
        return oracle_format(maker, "not (%s)", condition(maker, query, depth - 1));
    const char *left = condition(maker, query, depth - 1);
    return oracle_format(maker, "(%s %s %s)", left, way < 8 ? "and" : "or",
                         condition(maker, query, depth - 1));
}

/* ---- order ---- */

/* Behind some columns the whole key, so that the order is one. NULL: none. */
static const char *order(struct maker *maker, const struct source *source, bool is_total)
{
    const char *text = NULL;

    for (uint32_t i = oracle_pick(maker, 3); i > 0; i--) {
        const struct made_field *column = scalar_column(maker, source);

        if (column != NULL)
            text =
                oracle_format(maker, "%s%s%s%s", text == NULL ? "" : text, text == NULL ? "" : ", ",
                              column->name, oracle_often(maker, 50) ? " desc" : "");
    }
    for (uint32_t i = 0; is_total && i < source->key_count; i++)
        text = oracle_format(maker, "%s%s%s%s", text == NULL ? "" : text, text == NULL ? "" : ", ",
                             source->columns[i].name, oracle_often(maker, 30) ? " desc" : "");
    return text;
}

static void make_query(struct maker *maker, const struct source *source)
{
    struct asked_query query = {.source = source, .parameters = ""};
    bool is_total = oracle_often(maker, 75);
    const char *where = oracle_often(maker, 75)
                            ? oracle_format(maker, " where %s", condition(maker, &query, 2))
                            : "";
    const char *by = order(maker, source, is_total);
    const char *limit = "";

    if (is_total && oracle_often(maker, 50)) {
        const char *most = oracle_often(maker, 60)
                               ? parameter(maker, &query, oracle_integer(maker, 32, false), false)
                               : NULL;

        limit = most != NULL ? oracle_format(maker, " limit %s", most)
                             : oracle_format(maker, " limit %u", oracle_pick(maker, 4));
    }
    oracle_put(maker->out, "    query %s(%s) = %s%s%s%s%s\n", oracle_name(maker, "query"),
               query.parameters, source->name, where, by == NULL ? "" : " order by ",
               by == NULL ? "" : by, limit);
}

/* ---- sources ---- */

static void add_column(struct source *source, const char *name, const struct shape *shape)
{
    if (source->count < COLUMNS_MAX)
        source->columns[source->count++] = (struct made_field){.name = name, .shape = shape};
}

static void over_table(struct maker *maker, const struct made_table *table)
{
    struct source source = {.name = table->name, .key_count = table->key_count};

    for (uint32_t i = 0; i < table->key_count; i++)
        add_column(&source, table->key_names[i], table->keys[i]);
    for (uint32_t i = 0; i < table->column_count; i++)
        add_column(&source, table->columns[i].name, table->columns[i].shape);
    make_query(maker, &source);
}

void oracle_make_queries(struct maker *maker, const char *projection,
                         const struct shape *aggregate_id, const struct made_field *state,
                         uint32_t state_count)
{
    struct source source = {.name = projection};

    if (!oracle_has(maker, ORACLE_queries))
        return;
    for (uint32_t i = 0; i < maker->table_count; i++)
        for (uint32_t j = oracle_pick(maker, 3); j > 0; j--)
            over_table(maker, &maker->tables[i]);
    if (!maker->is_columns)
        return;
    if (aggregate_id != NULL)
        add_column(&source, "aggregate_id", aggregate_id);
    for (uint32_t i = 0; i < maker->key_count; i++)
        add_column(&source, maker->key_names[i], maker->keys[i]);
    source.key_count = source.count;
    for (uint32_t i = 0; i < state_count; i++)
        add_column(&source, state[i].name, state[i].shape);
    for (uint32_t j = oracle_pick(maker, 3); j > 0; j--)
        make_query(maker, &source);
}
