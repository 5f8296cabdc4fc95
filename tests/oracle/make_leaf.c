/* make_leaf.c -- literals, and what a handler can read. */
#include "make.h"

#include <string.h>

/* ---- literals ---- */

static const char *integer_digits(struct maker *maker, const struct shape *shape)
{
    uint32_t way = oracle_pick(maker, 100);
    bool is_negative = shape->is_signed && oracle_often(maker, 25);

    if (way < 6 && shape->bits < 64)
        return is_negative
                   ? oracle_format(maker, "-%llu", 1ull << (shape->bits - 1))
                   : oracle_format(maker, "%llu", (1ull << (shape->bits - shape->is_signed)) - 1);
    if (way < 3)
        return is_negative ? "-9223372036854775808" : "9223372036854775807";
    return oracle_format(maker, "%s%u", is_negative ? "-" : "",
                         1 + oracle_pick(maker, way < 80 ? 9 : 100));
}

static const char *decimal_digits(struct maker *maker, const struct shape *shape)
{
    const char *sign = oracle_often(maker, 25) ? "-" : "";
    uint32_t whole = oracle_pick(maker, 40);
    uint64_t power = 1;

    for (unsigned i = 0; i < shape->scale; i++)
        power *= 10;
    if (shape->scale == 0)
        return oracle_format(maker, "%s%u", sign, whole + 1);
    return oracle_format(maker, "%s%u.%0*llu", sign, whole, (int)shape->scale,
                         (unsigned long long)(1 + oracle_next(maker->random) % (power - 1)));
}

static const char *text_literal(struct maker *maker)
{
    static const char *const texts[] = {"",   "a",         "x y",     "12",     "7.5",
                                        "é𝄞", "\\\"q\\\"", "\\{b\\}", "a\\\\b", "%d%s"};

    return oracle_format(maker, "\"%s\"", texts[oracle_pick(maker, 10)]);
}

static const char *calendar_literal(struct maker *maker, const struct shape *shape)
{
    static const char *const units[] = {"us", "ms", "s", "m", "h", "d"};
    uint32_t year = 1960 + oracle_pick(maker, 100);
    uint32_t month = 1 + oracle_pick(maker, 12);
    uint32_t day = 1 + oracle_pick(maker, 28);

    if (shape->kind == KIND_DURATION)
        return oracle_format(maker, "%s%u%s", oracle_often(maker, 20) ? "-" : "",
                             1 + oracle_pick(maker, 90), units[oracle_pick(maker, 6)]);
    if (shape->kind == KIND_DATE)
        return oracle_format(maker, "\"%u-%02u-%02u\"", year, month, day);
    return oracle_format(maker, "\"%u-%02u-%02uT%02u:30:00.%uZ\"", year, month, day,
                         oracle_pick(maker, 24), oracle_pick(maker, 1000));
}

static const char *record_literal(struct maker *maker, const struct made_record *record)
{
    const char *text = "{ ";

    for (uint32_t i = 0; i < record->count; i++) {
        const struct made_field *field = &record->fields[i];
        bool can_be_left_out = field->initial != NULL || oracle_has_zero(field->shape);

        if (!can_be_left_out || oracle_often(maker, 70))
            text = oracle_format(maker, "%s%s: %s, ", text, field->name,
                                 oracle_expression(maker, field->shape, 1, HINTED));
    }
    return oracle_format(maker, "%s}", text);
}

static const char *number_literal(struct maker *maker, const struct shape *shape, enum asked asked)
{
    const char *digits = shape->kind == KIND_INTEGER ? integer_digits(maker, shape)
                         : shape->kind == KIND_DECIMAL
                             ? decimal_digits(maker, shape)
                             : oracle_format(maker, "%s%u.%u%s", oracle_often(maker, 20) ? "-" : "",
                                             oracle_pick(maker, 50), 1 + oracle_pick(maker, 99),
                                             oracle_often(maker, 5) ? "e30" : "");

    if (asked == HINTED)
        return digits;
    if (shape->kind == KIND_DECIMAL)
        return oracle_format(maker, "decimal(%s, %u)", digits, shape->scale);
    return oracle_format(maker, "%s(%s)", oracle_spell(maker, shape), digits);
}

const char *oracle_literal(struct maker *maker, const struct shape *shape, enum asked asked)
{
    static const char *const uuids[] = {"\"00000000-0000-0000-0000-000000000001\"",
                                        "\"FF000000-0000-0000-0000-000000000002\""};
    const char *member;

    switch (shape->kind) {
    case KIND_BOOL:
        return oracle_often(maker, 50) ? "true" : "false";
    case KIND_INTEGER:
    case KIND_DECIMAL:
    case KIND_F64:
        return number_literal(maker, shape, asked);
    case KIND_TEXT:
        return text_literal(maker);
    case KIND_BYTES:
        return asked == EXACT ? NULL : oracle_often(maker, 50) ? "\"AAEC\"" : "\"\"";
    case KIND_UUID:
        return oracle_format(maker, asked == EXACT ? "uuid(%s)" : "%s",
                             uuids[oracle_pick(maker, 2)]);
    case KIND_TIME:
    case KIND_DATE:
        return oracle_format(maker,
                             asked == HINTED            ? "%s"
                             : shape->kind == KIND_TIME ? "time(%s)"
                                                        : "date(%s)",
                             calendar_literal(maker, shape));
    case KIND_DURATION:
        return calendar_literal(maker, shape);
    case KIND_ENUM:
        member = shape->enumeration->members[oracle_pick(maker, shape->enumeration->count)];
        return asked == HINTED && oracle_often(maker, 50)
                   ? member
                   : oracle_format(maker, "%s.%s", shape->enumeration->name, member);
    case KIND_RECORD:
        return asked == EXACT ? NULL : record_literal(maker, shape->record);
    case KIND_OPTIONAL:
        return asked == EXACT ? NULL : "none";
    default:
        return asked == EXACT ? NULL : oracle_collection_literal(maker, shape);
    }
}

/* ---- readables ---- */

void oracle_add_readable(struct maker *maker, const char *text, const struct shape *shape,
                         bool is_place, uint32_t root)
{
    if (maker->readable_count == READABLE_MAX)
        return;
    maker->readables[maker->readable_count++] =
        (struct readable){.text = text, .shape = shape, .is_place = is_place, .root = root};
    if (shape->kind != KIND_RECORD)
        return;
    for (uint32_t i = 0; i < shape->record->count; i++)
        oracle_add_readable(maker,
                            oracle_format(maker, "%s.%s", text, shape->record->fields[i].name),
                            shape->record->fields[i].shape, is_place, root);
}

const char *oracle_read(struct maker *maker, const struct shape *shape)
{
    uint32_t matching = 0;
    const char *found = NULL;

    for (uint32_t i = 0; i < maker->readable_count; i++)
        if (oracle_is_same(maker->readables[i].shape, shape) && oracle_pick(maker, ++matching) == 0)
            found = maker->readables[i].text;
    return found;
}

const struct readable *oracle_any_readable(struct maker *maker, enum kind kind)
{
    uint32_t matching = 0;
    const struct readable *found = NULL;

    for (uint32_t i = 0; i < maker->readable_count; i++)
        if (maker->readables[i].shape->kind == kind && oracle_pick(maker, ++matching) == 0)
            found = &maker->readables[i];
    return found;
}

bool oracle_can(struct maker *maker, const struct shape *shape)
{
    switch (shape->kind) {
    case KIND_BYTES:
    case KIND_RECORD:
    case KIND_SET:
    case KIND_MAP:
        return oracle_read(maker, shape) != NULL;
    case KIND_OPTIONAL:
    case KIND_LIST:
        return oracle_read(maker, shape) != NULL || oracle_can(maker, shape->element);
    default:
        return true;
    }
}
