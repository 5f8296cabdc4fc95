/* make_statement.c -- the statements of a handler. */
#include "make.h"

enum { BLOCKS_MAX = 3 };

static void line(struct maker *maker, const char *text)
{
    oracle_put(maker->out, "%*s%s\n", 8 + 4 * (int)maker->depth, "", text);
}

static const char *expression(struct maker *maker, const struct shape *shape, enum asked asked)
{
    return oracle_expression(maker, shape, 1 + oracle_pick(maker, 3), asked);
}

static void block(struct maker *maker, uint32_t most);

static bool is_walked(const struct maker *maker, uint32_t root)
{
    for (uint32_t i = 0; i < maker->walked_count; i++)
        if (maker->walked[i] == root)
            return true;
    return false;
}

/* Something that may be changed here, or NULL. */
static const struct readable *any_place(struct maker *maker)
{
    uint32_t matching = 0;
    const struct readable *found = NULL;

    for (uint32_t i = 0; i < maker->readable_count; i++) {
        const struct readable *readable = &maker->readables[i];

        if (readable->is_place && !is_walked(maker, readable->root) &&
            oracle_pick(maker, ++matching) == 0)
            found = readable;
    }
    return found;
}

/* ---- assignments ---- */

static const char *compound_value(struct maker *maker, const struct shape *shape, const char *sign)
{
    const struct shape *duration = oracle_shape(maker, KIND_DURATION);
    bool is_product = sign[0] == '*' || sign[0] == '/';

    if (shape->kind == KIND_TIME)
        return expression(maker, duration, EXACT);
    if (shape->kind == KIND_DATE ||
        (is_product && shape->kind != KIND_F64 && shape->kind != KIND_INTEGER))
        return expression(maker, oracle_any_integer(maker), EXACT);
    if (oracle_often(maker, 40))
        return oracle_literal(maker, shape, HINTED);
    return expression(maker, oracle_narrower(maker, shape), EXACT);
}

static void change_number(struct maker *maker, const struct readable *place)
{
    static const char *const signs[] = {"+=", "-=", "*=", "/="};
    bool is_calendar = place->shape->kind == KIND_TIME || place->shape->kind == KIND_DATE;
    bool has_quotient = place->shape->kind != KIND_DECIMAL && !is_calendar;
    const char *sign = signs[oracle_pick(maker, is_calendar ? 2 : has_quotient ? 4 : 3)];
    const struct readable held = *place;

    line(maker, oracle_format(maker, "%s %s %s", held.text, sign,
                              compound_value(maker, held.shape, sign)));
}

static bool is_numeric(const struct shape *shape)
{
    return shape->kind == KIND_INTEGER || shape->kind == KIND_DECIMAL || shape->kind == KIND_F64 ||
           shape->kind == KIND_DURATION || shape->kind == KIND_TIME || shape->kind == KIND_DATE;
}

static void change(struct maker *maker, const struct readable *place)
{
    if (is_numeric(place->shape) && oracle_often(maker, 50)) {
        change_number(maker, place);
    } else if (oracle_is_collection(place->shape) && oracle_often(maker, 75)) {
        oracle_change_collection(maker, place);
    } else {
        const struct readable held = *place;

        line(maker,
             oracle_format(maker, "%s = %s", held.text, expression(maker, held.shape, HINTED)));
    }
}

static void assign(struct maker *maker)
{
    const struct readable *place = any_place(maker);

    if (place != NULL)
        change(maker, place);
}

/* ---- names and branches ---- */

static void let(struct maker *maker)
{
    const struct readable *optional = oracle_any_readable(maker, KIND_OPTIONAL);
    const struct shape *shape = oracle_any_shape(maker, 2);
    const char *name = oracle_name(maker, "x");

    if (optional != NULL && oracle_often(maker, 25)) {
        shape = optional->shape->element;
        line(maker, oracle_format(maker, "let %s = %s else { fail \"no %s\" }", name,
                                  optional->text, name));
    } else if (oracle_can(maker, shape)) {
        line(maker, oracle_format(maker, "let %s = %s", name, expression(maker, shape, EXACT)));
    } else {
        return;
    }
    oracle_add_readable(maker, name, shape, false, 0);
}

static void branch(struct maker *maker)
{
    const struct readable *optional = oracle_any_readable(maker, KIND_OPTIONAL);

    if (optional != NULL && oracle_often(maker, 30)) {
        uint32_t readable_count = maker->readable_count;
        const char *name = oracle_name(maker, "x");
        const struct shape *element = optional->shape->element;

        line(maker, oracle_format(maker, "if let %s = %s {", name, optional->text));
        oracle_add_readable(maker, name, element, false, 0);
        block(maker, 3);
        maker->readable_count = readable_count;
    } else {
        line(maker, oracle_format(maker, "if %s {", oracle_truth(maker, 2)));
        block(maker, 3);
    }
    if (oracle_often(maker, 25)) {
        line(maker, oracle_format(maker, "} else if %s {", oracle_truth(maker, 1)));
        block(maker, 2);
    }
    if (oracle_often(maker, 40)) {
        line(maker, "} else {");
        block(maker, 2);
    }
    line(maker, "}");
}

static void match(struct maker *maker)
{
    struct shape subject = {.kind = KIND_ENUM};

    if (maker->enum_count == 0)
        return;
    subject.enumeration = &maker->enums[oracle_pick(maker, maker->enum_count)];
    const struct made_enum *enumeration = subject.enumeration;
    uint32_t named = 1 + oracle_pick(maker, enumeration->count);
    line(maker, oracle_format(maker, "match %s {", expression(maker, &subject, EXACT)));
    for (uint32_t i = 0; i < named; i++) {
        bool is_joined = i + 1 < named && oracle_often(maker, 30);

        line(maker,
             oracle_format(maker, "%s%s%s => {", enumeration->members[i], is_joined ? ", " : "",
                           is_joined ? enumeration->members[i + 1] : ""));
        i += is_joined;
        block(maker, 2);
        line(maker, "}");
    }
    if (named < enumeration->count) {
        line(maker, "else => {");
        block(maker, 2);
        line(maker, "}");
    }
    line(maker, "}");
}

/* ---- loops ---- */

static void loop(struct maker *maker)
{
    const struct readable *collection = oracle_any_collection(maker);
    uint32_t readable_count = maker->readable_count;
    uint32_t walked_count = maker->walked_count;
    const char *name = oracle_name(maker, "e");
    const char *names = name;

    if (collection == NULL || walked_count == 8)
        return;
    const struct readable held = *collection;
    /* Walked once more, its elements hold what the loop around walks: no loop over one of them. */
    bool is_place = held.is_place && !is_walked(maker, held.root);
    if (held.is_place && !is_place && !oracle_is_scalar(held.shape->element))
        return;
    bool is_pair = held.shape->kind == KIND_MAP && oracle_often(maker, 70);
    uint32_t root = is_place ? ++maker->names : 0;
    oracle_add_readable(maker, name, oracle_item_shape(held.shape),
                        is_place && held.shape->kind == KIND_LIST, root);
    if (is_pair) {
        const char *value = oracle_name(maker, "e");

        names = oracle_format(maker, "%s, %s", name, value);
        oracle_add_readable(maker, value, held.shape->element, is_place, root);
    }
    const char *where =
        oracle_often(maker, 35) ? oracle_format(maker, " where %s", oracle_truth(maker, 1)) : "";
    line(maker, oracle_format(maker, "for %s in %s%s {", names, held.text, where));
    if (held.is_place)
        maker->walked[maker->walked_count++] = held.root;
    block(maker, 3);
    line(maker, "}");
    maker->walked_count = walked_count;
    maker->readable_count = readable_count;
}

/* A name keeps what it was bound to while the state goes on changing: items must not be shared. */
static void snapshot(struct maker *maker)
{
    const struct readable *place = oracle_any_collection(maker);
    const char *name = oracle_name(maker, "x");
    const char *element = oracle_name(maker, "e");

    if (place == NULL || !place->is_place || is_walked(maker, place->root))
        return;
    const struct readable held = *place;
    line(maker, oracle_format(maker, "let %s = %s", name, held.text));
    if (held.shape->kind != KIND_SET && oracle_often(maker, 60))
        line(maker, oracle_format(maker, "for %s%s in %s { %s = %s }",
                                  held.shape->kind == KIND_MAP
                                      ? oracle_format(maker, "%s, ", oracle_name(maker, "e"))
                                      : "",
                                  element, held.text, element,
                                  oracle_expression(maker, held.shape->element, 1, HINTED)));
    oracle_change_collection(maker, &held);
    line(maker, oracle_format(maker, "%s = %s", held.text, name));
    oracle_add_readable(maker, name, held.shape, false, 0);
}

/* ---- all ---- */

static void refuse(struct maker *maker)
{
    const char *text = oracle_often(maker, 60)
                           ? oracle_format(maker, "\"refused %u\"", oracle_pick(maker, 100))
                           : oracle_words(maker, 1);

    if (text == NULL)
        text = "\"refused\"";
    if (oracle_often(maker, 70))
        line(maker, oracle_format(maker, "require (%s or event.no %% 7 != %u) else %s",
                                  oracle_truth(maker, 2), oracle_pick(maker, 7), text));
    else
        line(maker, oracle_format(maker, "if event.no %% 11 == %u { fail %s }",
                                  oracle_pick(maker, 11), text));
}

static void notify(struct maker *maker)
{
    const char *text = oracle_format(maker, "notify bell%u {", 1 + oracle_pick(maker, 2));

    for (uint32_t i = oracle_pick(maker, 4); i > 0; i--) {
        const struct shape *shape = oracle_any_shape(maker, 2);
        const char *name = oracle_name(maker, "n");

        if (oracle_can(maker, shape))
            text = oracle_format(maker, "%s %s: %s,", text, name, expression(maker, shape, EXACT));
    }
    line(maker, oracle_format(maker, "%s }", text));
}

static void statement(struct maker *maker)
{
    uint32_t way = oracle_pick(maker, maker->depth < BLOCKS_MAX ? 100 : 60);

    if (maker->table_count != 0 && oracle_often(maker, 35))
        oracle_row_statement(maker);
    else if (oracle_has(maker, ORACLE_notify) && oracle_often(maker, 6))
        notify(maker);
    else if (way < 47)
        assign(maker);
    else if (way < 50)
        snapshot(maker);
    else if (way < 58)
        let(maker);
    else if (way < 62)
        refuse(maker);
    else if (way < 78)
        branch(maker);
    else if (way < 85)
        match(maker);
    else
        loop(maker);
}

static void block(struct maker *maker, uint32_t most)
{
    uint32_t readable_count = maker->readable_count;
    uint32_t count = oracle_pick(maker, most + 1);

    maker->depth++;
    for (uint32_t i = 0; i < count; i++)
        statement(maker);
    maker->depth--;
    maker->readable_count = readable_count;
}

/* What may stand before the first change. */
static void leave_early(struct maker *maker)
{
    const struct readable *optional = oracle_any_readable(maker, KIND_OPTIONAL);

    if (optional != NULL && oracle_often(maker, 30)) {
        const char *name = oracle_name(maker, "x");
        const struct shape *element = optional->shape->element;

        line(maker, oracle_format(maker, "let %s = %s else { skip }", name, optional->text));
        oracle_add_readable(maker, name, element, false, 0);
    } else {
        line(maker, oracle_format(maker, "if %s and event.no %% 3 == %u { skip }",
                                  oracle_truth(maker, 2), oracle_pick(maker, 3)));
    }
}

void oracle_make_body(struct maker *maker, const struct made_field *copied, uint32_t copied_count,
                      bool has_state)
{
    uint32_t count = 1 + oracle_pick(maker, 7);

    if (oracle_often(maker, 20))
        leave_early(maker);
    for (uint32_t i = 0; i < copied_count; i++)
        line(maker, oracle_format(maker, "copy %s", copied[i].name));
    for (uint32_t i = 0; i < count; i++)
        statement(maker);
    if (has_state && oracle_often(maker, 8))
        line(maker, oracle_format(maker, "if %s { delete state }", oracle_truth(maker, 1)));
}

/* ---- for make_table.c ---- */

void oracle_line(struct maker *maker, const char *text)
{
    line(maker, text);
}

void oracle_block(struct maker *maker, uint32_t most)
{
    block(maker, most);
}

bool oracle_is_walked(const struct maker *maker, uint32_t root)
{
    return is_walked(maker, root);
}

void oracle_change(struct maker *maker, const struct readable *place)
{
    change(maker, place);
}
