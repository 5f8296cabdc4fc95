/* make_value.c -- expressions of the other types, and what all types have in common. */
#include "make.h"

static const char *exact(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    return oracle_expression(maker, shape, depth, EXACT);
}

/* ---- times, dates, durations ---- */

static const char *duration(struct maker *maker, uint32_t depth)
{
    const struct shape *shape = oracle_shape(maker, KIND_DURATION);
    const struct shape *time = oracle_shape(maker, KIND_TIME);
    const char *left = exact(maker, shape, depth);

    switch (oracle_pick(maker, 7)) {
    case 0:
        return oracle_format(maker, "(%s %s %s)", left, oracle_often(maker, 50) ? "+" : "-",
                             exact(maker, shape, depth));
    case 1:
        return oracle_format(maker, "(%s - %s)", exact(maker, time, depth),
                             exact(maker, time, depth));
    case 2:
        return oracle_format(maker, "(%s * %s)", left, exact(maker, oracle_any_integer(maker), 0));
    case 3:
        return oracle_format(maker, "(%s * %s)", exact(maker, oracle_any_integer(maker), 0), left);
    case 4:
        return oracle_format(maker, "(%s / %u)", left, 1 + oracle_pick(maker, 20));
    case 5:
        return oracle_format(maker, "%s(%s)", oracle_often(maker, 50) ? "abs" : "-", left);
    default:
        return oracle_format(maker, "%s(%s, %us)", oracle_often(maker, 50) ? "floor" : "ceil", left,
                             1 + oracle_pick(maker, 90));
    }
}

const char *oracle_calendar(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    uint32_t way = oracle_pick(maker, 4);

    if (shape->kind == KIND_DURATION)
        return duration(maker, depth);
    if (oracle_has(maker, ORACLE_texts) && oracle_often(maker, 15))
        return oracle_format(maker, "start_of_%s(%s)", oracle_often(maker, 50) ? "week" : "month",
                             exact(maker, shape, depth));
    if (shape->kind == KIND_DATE && way == 0)
        return oracle_format(maker, "date(%s)",
                             exact(maker, oracle_shape(maker, KIND_TIME), depth));
    if (shape->kind == KIND_DATE)
        return oracle_format(maker, "(%s %s %s)", exact(maker, shape, depth), way == 1 ? "-" : "+",
                             way == 2 ? "31" : exact(maker, oracle_any_integer(maker), 0));
    if (way == 0)
        return oracle_format(maker, "time(%s)",
                             exact(maker, oracle_shape(maker, KIND_DATE), depth));
    const char *span = exact(maker, oracle_shape(maker, KIND_DURATION), depth);
    const char *time = exact(maker, shape, depth);
    if (way == 1)
        return oracle_format(maker, "%s(%s, %uh)", oracle_often(maker, 50) ? "floor" : "ceil", time,
                             1 + oracle_pick(maker, 30));
    return way == 2 ? oracle_format(maker, "(%s - %s)", time, span)
                    : oracle_format(maker, "(%s + %s)", time, span);
}

/* ---- conditions ---- */

static const char *comparison(struct maker *maker, uint32_t depth)
{
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};
    const struct shape *shape = oracle_any_scalar(maker);

    if (!oracle_can(maker, shape))
        return NULL;
    const char *sign = signs[oracle_pick(maker, oracle_is_ordered(shape) ? 6 : 2)];
    const char *left = exact(maker, shape, depth);
    const char *right = oracle_often(maker, 40) && shape->kind != KIND_BYTES
                            ? oracle_literal(maker, shape, HINTED)
                            : exact(maker, shape, depth);
    return oracle_often(maker, 20) ? oracle_format(maker, "(%s %s %s)", right, sign, left)
                                   : oracle_format(maker, "(%s %s %s)", left, sign, right);
}

static const char *membership(struct maker *maker, uint32_t depth)
{
    const struct readable *list = oracle_any_collection(maker);
    const struct shape *shape = oracle_any_scalar(maker);

    if (list != NULL && oracle_is_scalar(oracle_item_shape(list->shape)) &&
        oracle_often(maker, 60)) {
        const char *source = list->text;
        const char *value = oracle_expression(maker, oracle_item_shape(list->shape), depth, HINTED);

        return oracle_often(maker, 50) ? oracle_format(maker, "(%s in %s)", value, source)
                                       : oracle_format(maker, "%s.has(%s)", source, value);
    }
    if (!oracle_can(maker, shape) || shape->kind == KIND_BYTES)
        return NULL;
    return oracle_format(maker, "(%s in [%s, %s])", exact(maker, shape, depth),
                         oracle_literal(maker, shape, HINTED),
                         oracle_often(maker, 60) ? oracle_literal(maker, shape, HINTED)
                                                 : exact(maker, shape, depth));
}

static const char *any_or_all(struct maker *maker, uint32_t depth)
{
    const struct readable *list = oracle_any_collection(maker);
    uint32_t readable_count = maker->readable_count;

    if (list == NULL)
        return NULL;
    if (oracle_often(maker, 25))
        return oracle_whole_fold(maker, oracle_often(maker, 50) ? "any" : "all",
                                 oracle_shape(maker, KIND_BOOL));
    const char *name = oracle_name(maker, "v");
    const char *source = list->text;
    oracle_add_readable(maker, name, oracle_item_shape(list->shape), false, 0);
    const char *where =
        oracle_often(maker, 30) ? oracle_format(maker, " where %s", oracle_truth(maker, 0)) : "";
    const char *text =
        oracle_format(maker, "%s(%s for %s in %s%s)", oracle_often(maker, 50) ? "any" : "all",
                      oracle_truth(maker, depth), name, source, where);
    maker->readable_count = readable_count;
    return text;
}

static const char *of_text(struct maker *maker, uint32_t depth)
{
    static const char *const names[] = {"lower", "upper", "trim"};
    const char *text = exact(maker, oracle_shape(maker, KIND_TEXT), depth);

    if (oracle_often(maker, 60))
        return oracle_format(maker, "%s(%s)", names[oracle_pick(maker, 3)], text);
    return oracle_format(maker, "slice(%s, %d, %u)", text, (int)oracle_pick(maker, 6) - 1,
                         oracle_pick(maker, 5));
}

/* Does a text hold another? */
static const char *holds(struct maker *maker, uint32_t depth)
{
    static const char *const names[] = {"starts_with", "ends_with", "contains"};
    const struct shape *shape = oracle_shape(maker, KIND_TEXT);

    return oracle_format(maker, "%s(%s, %s)", names[oracle_pick(maker, 3)],
                         exact(maker, shape, depth), oracle_expression(maker, shape, 0, HINTED));
}

const char *oracle_truth(struct maker *maker, uint32_t depth)
{
    const struct readable *optional = oracle_any_readable(maker, KIND_OPTIONAL);
    const char *text = NULL;
    uint32_t way = oracle_pick(maker, depth == 0 ? 4 : 12);

    if (oracle_has(maker, ORACLE_texts) && depth != 0 && oracle_often(maker, 8))
        return holds(maker, depth - 1);
    if (way == 0)
        text = oracle_read(maker, oracle_shape(maker, KIND_BOOL));
    else if (way == 1 && optional != NULL)
        text = oracle_format(maker, "(%s %s none)", optional->text,
                             oracle_often(maker, 50) ? "==" : "!=");
    else if (way < 7)
        text = comparison(maker, depth == 0 ? 0 : depth - 1);
    else if (way == 7)
        text = membership(maker, depth - 1);
    else if (way == 8)
        text = any_or_all(maker, depth - 1);
    else if (way == 9)
        text = oracle_format(maker, "(not %s)", oracle_truth(maker, depth - 1));
    else
        text = oracle_format(maker, "(%s %s %s)", oracle_truth(maker, depth - 1),
                             way == 10 ? "and" : "or", oracle_truth(maker, depth - 1));
    if (text != NULL)
        return text;
    return oracle_often(maker, 50) ? "true" : maker->is_pure ? "(3 > 4)" : "(event.no > 4)";
}

/* ---- texts and lists ---- */

const char *oracle_words(struct maker *maker, uint32_t depth)
{
    const struct shape *shape = oracle_any_scalar(maker);

    if (oracle_has(maker, ORACLE_texts) && oracle_often(maker, 35))
        return of_text(maker, depth);
    if (!oracle_can(maker, shape))
        return NULL;
    const char *part = exact(maker, shape, depth);
    if (oracle_often(maker, 25))
        return oracle_format(maker, "text(%s)", part);
    const struct shape *second = oracle_any_scalar(maker);
    if (!oracle_can(maker, second) || oracle_often(maker, 50))
        return oracle_format(maker, "\"%s{%s}\"", oracle_often(maker, 50) ? "is " : "", part);
    return oracle_format(maker, "\"{%s}, {%s}%s\"", part, exact(maker, second, 0),
                         oracle_often(maker, 30) ? " \\{é\\}" : "");
}

const char *oracle_list(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const struct readable *list = oracle_any_collection(maker);
    uint32_t readable_count = maker->readable_count;
    const char *text = NULL;

    if (list == NULL)
        return NULL;
    const char *name = oracle_name(maker, "v");
    const char *source = list->text;
    oracle_add_readable(maker, name, oracle_item_shape(list->shape), false, 0);
    const char *where =
        oracle_often(maker, 40) ? oracle_format(maker, " where %s", oracle_truth(maker, 1)) : "";
    if (oracle_can(maker, shape->element))
        text = oracle_format(maker, "[%s for %s in %s%s]", exact(maker, shape->element, depth),
                             name, source, where);
    maker->readable_count = readable_count;
    return text;
}

/* ---- what every type has ---- */

static const char *match(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    struct shape subject = {.kind = KIND_ENUM};

    if (maker->enum_count == 0)
        return NULL;
    subject.enumeration = &maker->enums[oracle_pick(maker, maker->enum_count)];
    const struct made_enum *enumeration = subject.enumeration;
    const char *value = exact(maker, &subject, 0);
    const char *text = oracle_format(maker, "(match %s { %s", value, enumeration->members[0]);
    uint32_t joined = oracle_often(maker, 40) ? 2 : 1;

    if (joined == 2)
        text = oracle_format(maker, "%s, %s", text, enumeration->members[1]);
    text = oracle_format(maker, "%s => %s", text, exact(maker, shape, depth));
    if (oracle_often(maker, 50) && joined < enumeration->count)
        return oracle_format(maker, "%s, else => %s })", text, exact(maker, shape, 0));
    for (uint32_t i = joined; i < enumeration->count; i++)
        text = oracle_format(maker, "%s, %s => %s", text, enumeration->members[i],
                             exact(maker, shape, 0));
    return oracle_format(maker, "%s })", text);
}

/* Something that may be none: l[i], m[k], min(l), an optional field. */
static const char *perhaps(struct maker *maker, const struct shape *element)
{
    const char *optional = oracle_read(maker, oracle_wrapped(maker, KIND_OPTIONAL, element));
    const char *looked =
        optional != NULL && oracle_often(maker, 50) ? NULL : oracle_look_into(maker, element);

    return looked != NULL ? looked : optional;
}

/* What was shown as text is read again; other texts are mostly none. */
static const char *read_back(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const char *name = shape->kind == KIND_DECIMAL ? "decimal" : oracle_spell(maker, shape);
    const char *text = oracle_often(maker, 92)
                           ? oracle_format(maker, "text(%s)", exact(maker, shape, depth))
                           : exact(maker, oracle_shape(maker, KIND_TEXT), 0);

    if (shape->kind == KIND_DECIMAL)
        return oracle_format(maker, "decimal(%s, %u)", text, shape->scale);
    /* `uuid("…")` and its like are literals, and must be well written. */
    if (text[0] == '"')
        return NULL;
    return oracle_format(maker, "%s(%s)", name, text);
}

static bool is_readable(const struct shape *shape)
{
    return oracle_is_ordered(shape) && shape->kind != KIND_TEXT && shape->kind != KIND_BYTES;
}

static const char *common(struct maker *maker, const struct shape *shape, uint32_t depth,
                          enum asked asked)
{
    uint32_t way = oracle_pick(maker, 3);
    const char *optional;

    if (maker->function_count != 0 && oracle_often(maker, 25)) {
        const char *call = oracle_call_function(maker, shape, depth);

        if (call != NULL)
            return call;
    }
    if (is_readable(shape) && oracle_often(maker, 10))
        return read_back(maker, shape, depth);

    if (asked == EXACT && !oracle_can(maker, shape))
        return NULL;
    if (way == 0)
        return match(maker, shape, depth);
    if (way == 1)
        return oracle_format(maker, "(if %s then %s else %s)", oracle_truth(maker, depth),
                             oracle_expression(maker, shape, depth, asked),
                             oracle_expression(maker, shape, depth, asked));
    if (shape->kind == KIND_OPTIONAL)
        return perhaps(maker, shape->element);
    optional = perhaps(maker, shape);
    if (optional == NULL)
        return NULL;
    return oracle_format(maker, "(%s ?? %s)", optional,
                         oracle_expression(maker, shape, depth, HINTED));
}

/* ---- all ---- */

static const char *leaf(struct maker *maker, const struct shape *shape, enum asked asked)
{
    const struct shape *wanted = asked == HINTED ? oracle_narrower(maker, shape) : shape;
    const char *text = oracle_often(maker, 75) ? oracle_read(maker, wanted) : NULL;

    if (text == NULL)
        text = oracle_literal(maker, shape, asked);
    if (text == NULL)
        text = oracle_read(maker, shape);
    if (text != NULL)
        return text;
    if (shape->kind == KIND_OPTIONAL)
        return oracle_format(maker, "(if %s then %s else none)", oracle_truth(maker, 0),
                             exact(maker, shape->element, 0));
    return oracle_format(maker, "[%s]", exact(maker, shape->element, 0));
}

static const char *composed(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    switch (shape->kind) {
    case KIND_INTEGER:
    case KIND_DECIMAL:
    case KIND_F64:
        return oracle_number(maker, shape, depth);
    case KIND_TIME:
    case KIND_DATE:
    case KIND_DURATION:
        return oracle_calendar(maker, shape, depth);
    case KIND_BOOL:
        return oracle_truth(maker, depth);
    case KIND_TEXT:
        return oracle_words(maker, depth);
    case KIND_LIST:
        return oracle_list(maker, shape, depth);
    default:
        return NULL;
    }
}

const char *oracle_expression(struct maker *maker, const struct shape *shape, uint32_t depth,
                              enum asked asked)
{
    const char *text = NULL;

    if (asked == HINTED && shape->kind == KIND_OPTIONAL && oracle_often(maker, 60))
        return oracle_expression(maker, shape->element, depth, HINTED);
    if (depth == 0 || oracle_often(maker, 25))
        return leaf(maker, shape, asked);
    if (asked == HINTED && oracle_often(maker, 20))
        shape = oracle_narrower(maker, shape);
    if (asked == HINTED && shape->kind == KIND_SET && oracle_often(maker, 40)) {
        text = oracle_list(maker, shape, depth - 1);
    } else if (oracle_often(maker, 25)) {
        if (asked == EXACT || oracle_can(maker, shape))
            text = common(maker, shape, depth - 1, asked);
    } else {
        text = composed(maker, shape, depth - 1);
    }
    return text != NULL ? text : leaf(maker, shape, asked);
}
