/* make_collection.c -- lists, sets and maps: which types, which literals, what is looked up in them
 * and how they are changed. */
#include "make.h"

#include <string.h>

static const char *expression(struct maker *maker, const struct shape *shape)
{
    return oracle_expression(maker, shape, oracle_pick(maker, 3), HINTED);
}

/* ---- types ---- */

bool oracle_is_collection(const struct shape *shape)
{
    return shape->kind == KIND_LIST || shape->kind == KIND_SET || shape->kind == KIND_MAP;
}

const struct shape *oracle_item_shape(const struct shape *shape)
{
    return shape->kind == KIND_MAP ? shape->key : shape->element;
}

static const struct shape *any_key(struct maker *maker)
{
    const struct shape *shape;

    do {
        shape = oracle_any_scalar(maker);
    } while (shape->kind == KIND_F64);
    return shape;
}

const struct shape *oracle_any_collection_shape(struct maker *maker, uint32_t depth)
{
    uint32_t way = oracle_has(maker, ORACLE_collections) ? oracle_pick(maker, 100) : 0;

    if (way < 40)
        return oracle_wrapped(maker, KIND_LIST, oracle_any_shape(maker, depth));
    if (way < 60)
        return oracle_wrapped(maker, KIND_SET, any_key(maker));
    struct shape *map = PC_NEW(maker->arena, struct shape);
    map->kind = KIND_MAP;
    map->key = any_key(maker);
    map->element = oracle_any_shape(maker, depth);
    return map;
}

const struct readable *oracle_any_collection(struct maker *maker)
{
    uint32_t matching = 0;
    const struct readable *found = NULL;

    for (uint32_t i = 0; i < maker->readable_count; i++)
        if (oracle_is_collection(maker->readables[i].shape) && oracle_pick(maker, ++matching) == 0)
            found = &maker->readables[i];
    return found;
}

/* A collection whose values (of a map those behind the keys) are such, or may be none. */
static const struct readable *any_of(struct maker *maker, const struct shape *element,
                                     bool with_optionals)
{
    uint32_t matching = 0;
    const struct readable *found = NULL;

    for (uint32_t i = 0; i < maker->readable_count; i++) {
        const struct shape *shape = maker->readables[i].shape;
        const struct shape *inside = !oracle_is_collection(shape) ? NULL : shape->element;

        if (inside != NULL && with_optionals && inside->kind == KIND_OPTIONAL)
            inside = inside->element;
        if (inside != NULL && oracle_is_same(inside, element) &&
            oracle_pick(maker, ++matching) == 0)
            found = &maker->readables[i];
    }
    return found;
}

/* ---- keys ---- */

/* Few values, so that entries meet again. */
static const char *key(struct maker *maker, const struct shape *shape)
{
    if (maker->is_pure || oracle_often(maker, 50))
        return oracle_expression(maker, shape, oracle_often(maker, 80) ? 0 : 1, HINTED);
    if (shape->kind == KIND_INTEGER && shape->bits == 64)
        return oracle_format(maker, "event.no %% %u", 2 + oracle_pick(maker, 4));
    if (shape->kind == KIND_INTEGER)
        return oracle_format(maker, "%s(event.no %% %u)", oracle_spell(maker, shape),
                             2 + oracle_pick(maker, 4));
    if (shape->kind == KIND_TEXT)
        return oracle_format(maker, "\"{event.no %% %u}\"", 2 + oracle_pick(maker, 4));
    if (shape->kind == KIND_DATE)
        return "date(event.time)";
    return oracle_literal(maker, shape, HINTED);
}

static const char *position(struct maker *maker)
{
    if (oracle_often(maker, 70))
        return oracle_format(maker, "%u", oracle_pick(maker, 3));
    return oracle_expression(maker, oracle_any_integer(maker), 0, EXACT);
}

/* ---- literals ---- */

const char *oracle_collection_literal(struct maker *maker, const struct shape *shape)
{
    uint32_t count = oracle_pick(maker, 4);
    const char *text = "[";

    if (shape->kind == KIND_MAP) {
        /* A key that the compiler knows may stand there once: the second one is read. */
        const char *second = oracle_read(maker, shape->key);

        if (count == 0)
            return "{ }";
        text = oracle_format(maker, "{ %s: %s", oracle_literal(maker, shape->key, HINTED),
                             oracle_expression(maker, shape->element, 1, HINTED));
        if (count > 1 && second != NULL)
            text = oracle_format(maker, "%s, %s: %s", text, second,
                                 oracle_expression(maker, shape->element, 1, HINTED));
        return oracle_format(maker, "%s }", text);
    }
    for (uint32_t i = 0; i < count; i++)
        text = oracle_format(maker, "%s%s%s", text, i == 0 ? "" : ", ",
                             oracle_expression(maker, shape->element, 1, HINTED));
    return oracle_format(maker, "%s]", text);
}

static const char *constant_record(struct maker *maker, const struct made_record *record)
{
    const char *text = "{ ";

    for (uint32_t i = 0; i < record->count; i++)
        text = oracle_format(maker, "%s%s: %s, ", text, record->fields[i].name,
                             oracle_constant(maker, record->fields[i].shape));
    return oracle_format(maker, "%s}", text);
}

const char *oracle_constant(struct maker *maker, const struct shape *shape)
{
    uint32_t count = oracle_pick(maker, 4);
    const char *text = "[";

    switch (shape->kind) {
    case KIND_OPTIONAL:
        return oracle_often(maker, 25) ? "none" : oracle_constant(maker, shape->element);
    case KIND_RECORD:
        return constant_record(maker, shape->record);
    case KIND_MAP:
        if (count == 0)
            return "{ }";
        return oracle_format(maker, "{ %s: %s }", oracle_literal(maker, shape->key, HINTED),
                             oracle_constant(maker, shape->element));
    case KIND_LIST:
    case KIND_SET:
        for (uint32_t i = 0; i < count; i++)
            text = oracle_format(maker, "%s%s%s", text, i == 0 ? "" : ", ",
                                 oracle_constant(maker, shape->element));
        return oracle_format(maker, "%s]", text);
    default:
        return oracle_literal(maker, shape, HINTED);
    }
}

/* ---- looking up ---- */

/* m[key]?.field, where the field is such. */
static const char *part_of_entry(struct maker *maker, const struct shape *shape)
{
    const struct readable *map = oracle_any_readable(maker, KIND_MAP);

    if (map == NULL || map->shape->element->kind != KIND_RECORD)
        return NULL;
    const struct readable held = *map;
    const struct made_record *record = held.shape->element->record;
    for (uint32_t i = 0; i < record->count; i++)
        if (oracle_is_same(record->fields[i].shape, shape))
            return oracle_format(maker, "%s[%s]?.%s", held.text, key(maker, held.shape->key),
                                 record->fields[i].name);
    return NULL;
}

const char *oracle_look_into(struct maker *maker, const struct shape *element)
{
    if (element->kind == KIND_OPTIONAL)
        return NULL;
    const struct readable *found = any_of(maker, element, oracle_often(maker, 50));
    if (found == NULL || oracle_often(maker, 20))
        return part_of_entry(maker, element);
    const struct readable held = *found;
    bool is_plain = held.shape->element->kind != KIND_OPTIONAL;
    if (is_plain && oracle_is_ordered(element) && oracle_often(maker, 40))
        return oracle_format(maker, "%s(%s)", oracle_often(maker, 50) ? "min" : "max", held.text);
    if (held.shape->kind == KIND_MAP)
        return oracle_format(maker, "%s[%s]", held.text, key(maker, held.shape->key));
    if (held.shape->kind == KIND_LIST)
        return oracle_format(maker, "%s[%s]", held.text, position(maker));
    return NULL;
}

const char *oracle_whole_fold(struct maker *maker, const char *name, const struct shape *element)
{
    const struct readable *found = any_of(maker, element, false);

    return found == NULL ? NULL : oracle_format(maker, "%s(%s)", name, found->text);
}

/* ---- changing ---- */

/* Lists of scalars, perhaps of none: what can be compared. */
static bool is_comparable(const struct shape *shape)
{
    return oracle_is_scalar(shape->kind == KIND_OPTIONAL ? shape->element : shape);
}

static bool is_part(const struct readable *place)
{
    return strchr(place->text, '[') != NULL;
}

/* place[key] in the whole, or a field of it. */
static void change_element(struct maker *maker, const struct readable *place)
{
    const struct shape *element = place->shape->element;
    const char *in_brackets =
        place->shape->kind == KIND_MAP ? key(maker, place->shape->key) : position(maker);
    struct readable part = {.text = oracle_format(maker, "%s[%s]", place->text, in_brackets),
                            .shape = element,
                            .is_place = true,
                            .root = place->root};

    if (place->shape->kind == KIND_MAP && !oracle_has_zero(element)) {
        oracle_line(maker, oracle_format(maker, "%s = %s", part.text, expression(maker, element)));
        return;
    }
    if (element->kind == KIND_RECORD && oracle_often(maker, 70)) {
        const struct made_record *record = element->record;
        const struct made_field *field = &record->fields[oracle_pick(maker, record->count)];

        part.text = oracle_format(maker, "%s.%s", part.text, field->name);
        part.shape = field->shape;
    }
    oracle_change(maker, &part);
}

/* Most events would fail at an element that is not there. */
static void change_guarded(struct maker *maker, const struct readable *list)
{
    oracle_line(maker, oracle_format(maker, "if len(%s) > %u {", list->text,
                                     oracle_often(maker, 90) ? 2 : oracle_pick(maker, 3)));
    maker->depth++;
    change_element(maker, list);
    maker->depth--;
    oracle_line(maker, "}");
}

static void change_list(struct maker *maker, const struct readable *list)
{
    uint32_t way = oracle_pick(maker, 100);
    bool has_elements = oracle_has(maker, ORACLE_collections);
    const struct shape *u32 = oracle_integer(maker, 32, false);

    if (way < 10 && has_elements && is_comparable(list->shape->element)) {
        oracle_line(maker, oracle_format(maker, "%s.remove(%s)", list->text,
                                         expression(maker, list->shape->element)));
    } else if (way < 25 && has_elements && !is_part(list)) {
        change_guarded(maker, list);
    } else if (way < 27 && has_elements) {
        change_element(maker, list);
    } else if (way < 75) {
        oracle_line(maker, oracle_format(maker, "%s.push(%s)", list->text,
                                         expression(maker, list->shape->element)));
        if (oracle_often(maker, 50))
            oracle_line(
                maker, oracle_format(maker, "%s.keep_last(%u)", list->text, oracle_pick(maker, 6)));
    } else if (way < 83) {
        oracle_line(maker, oracle_format(maker, "%s.clear()", list->text));
    } else {
        oracle_line(maker, oracle_format(maker, "%s.keep_last(%s)", list->text,
                                         oracle_expression(maker, u32, 2, HINTED)));
    }
}

void oracle_change_collection(struct maker *maker, const struct readable *place)
{
    const struct readable held = *place;
    uint32_t way = oracle_pick(maker, 100);

    if (held.shape->kind == KIND_LIST)
        change_list(maker, &held);
    else if (way < 8)
        oracle_line(maker, oracle_format(maker, "%s.clear()", held.text));
    else if (way < 30)
        oracle_line(maker, oracle_format(maker, "%s.remove(%s)", held.text,
                                         key(maker, oracle_item_shape(held.shape))));
    else if (held.shape->kind == KIND_SET)
        oracle_line(maker,
                    oracle_format(maker, "%s.add(%s)", held.text, key(maker, held.shape->element)));
    else
        change_element(maker, &held);
}
