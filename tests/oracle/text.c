/* text.c -- the built-in functions of texts and of the calendar. */
#include "machine.h"

#include <string.h>

static struct oracle_value whole(int64_t value)
{
    return (struct oracle_value){.integer = value};
}

static struct oracle_value argument(struct oracle_machine *machine,
                                    const struct pc_expression *call, size_t index)
{
    return oracle_evaluate(machine, call->call.arguments.items[index]);
}

static struct oracle_value change_case(struct oracle_machine *machine, struct pc_text text,
                                       bool is_lower)
{
    char *copy = pc_arena_copy(machine->arena, text.data == NULL ? "" : text.data, text.size);

    for (size_t i = 0; i < text.size; i++) {
        if (is_lower && copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] - 'A' + 'a');
        else if (!is_lower && copy[i] >= 'a' && copy[i] <= 'z')
            copy[i] = (char)(copy[i] - 'a' + 'A');
    }
    return (struct oracle_value){.text = {copy, text.size}};
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static struct oracle_value trim(struct pc_text text)
{
    while (text.size != 0 && is_blank(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size != 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return (struct oracle_value){.text = text};
}

static bool stands_at(struct pc_text text, size_t at, struct pc_text part)
{
    return at + part.size <= text.size &&
           (part.size == 0 || memcmp(text.data + at, part.data, part.size) == 0);
}

static bool contains(struct pc_text text, struct pc_text part)
{
    for (size_t at = 0; at <= text.size; at++)
        if (stands_at(text, at, part))
            return true;
    return false;
}

/* The code points from .. from + count - 1 that there are. */
static struct oracle_value slice(struct pc_text text, int64_t from, int64_t count)
{
    oracle_int128 end = (oracle_int128)from + count;
    size_t first = text.size;
    size_t behind = text.size;
    int64_t number = -1;

    for (size_t i = 0; i < text.size; i++) {
        if ((text.data[i] & 0xc0) == 0x80)
            continue;
        number++;
        if (number >= from && first == text.size)
            first = i;
        if (number >= end && behind == text.size)
            behind = i;
    }
    if (count <= 0 || first >= behind)
        return (struct oracle_value){.text = {"", 0}};
    return (struct oracle_value){.text = {text.data + first, behind - first}};
}

/* ---- the calendar ---- */

static struct oracle_value of_day(struct oracle_machine *machine, const struct pc_expression *call,
                                  int64_t days)
{
    oracle_int128 unit = call->type->kind == PC_TYPE_TIME ? INT64_C(86400000000) : 1;

    return oracle_checked(machine, call->type, days * unit);
}

static struct oracle_value of_calendar(struct oracle_machine *machine,
                                       const struct pc_expression *call)
{
    const struct pc_expression *only = call->call.arguments.items[0];
    int64_t days = argument(machine, call, 0).integer;
    int64_t year;
    int64_t month;
    int64_t day;

    if (pc_expression_target(only)->kind == PC_TYPE_TIME)
        days = oracle_floor_divide(days, INT64_C(86400000000));
    oracle_civil_from_days(days, &year, &month, &day);
    /* 1970-01-01 was a Thursday; Monday is 1. */
    int64_t weekday = days + 3 - 7 * oracle_floor_divide(days + 3, 7) + 1;
    switch (call->symbol->builtin) {
    case PC_BUILTIN_YEAR:
        return whole(year);
    case PC_BUILTIN_MONTH:
        return whole(month);
    case PC_BUILTIN_DAY:
        return whole(day);
    case PC_BUILTIN_WEEKDAY:
        return whole(weekday);
    case PC_BUILTIN_START_OF_WEEK:
        return of_day(machine, call, days - weekday + 1);
    case PC_BUILTIN_START_OF_MONTH:
        return of_day(machine, call, days - day + 1);
    default:
        oracle_fail(machine, "the oracle does not know this function");
    }
}

struct oracle_value oracle_call_text(struct oracle_machine *machine,
                                     const struct pc_expression *call)
{
    enum pc_builtin builtin = call->symbol->builtin;

    if (builtin < PC_BUILTIN_LOWER || builtin > PC_BUILTIN_SLICE)
        return of_calendar(machine, call);
    struct pc_text text = argument(machine, call, 0).text;
    if (builtin == PC_BUILTIN_LOWER || builtin == PC_BUILTIN_UPPER)
        return change_case(machine, text, builtin == PC_BUILTIN_LOWER);
    if (builtin == PC_BUILTIN_TRIM)
        return trim(text);
    struct oracle_value second = argument(machine, call, 1);
    struct pc_text part = second.text;
    switch (builtin) {
    case PC_BUILTIN_STARTS_WITH:
        return whole(stands_at(text, 0, part));
    case PC_BUILTIN_ENDS_WITH:
        return whole(part.size <= text.size && stands_at(text, text.size - part.size, part));
    case PC_BUILTIN_CONTAINS:
        return whole(contains(text, part));
    default:
        return slice(text, second.integer, argument(machine, call, 2).integer);
    }
}
