/* constant_json.c -- a constant as JSON text, as payloads or as `inspect` writes it. */
#include "plan/lowering.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Texts put together at once: adding to one text again and again would take the square of its size.
 */
static struct pc_text join(struct pc_arena *arena, char open, const struct pc_text *parts,
                           size_t count, char close)
{
    size_t size = 2;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size + 1;

    char *out = pc_arena_alloc(arena, size + 1);

    size = 0;
    out[size++] = open;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            out[size++] = ',';
        memcpy(out + size, parts[i].data, parts[i].size);
        size += parts[i].size;
    }
    out[size++] = close;
    return (struct pc_text){out, size};
}

static struct pc_text quoted(struct pc_arena *arena, struct pc_text text)
{
    static const char hex[] = "0123456789abcdef";
    static const char escape[] = {'\\', 'u', '0', '0'};
    char *out = pc_arena_alloc(arena, text.size * 6 + 3);
    size_t size = 0;

    out[size++] = '"';
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c == '"' || c == '\\') {
            out[size++] = '\\';
            out[size++] = (char)c;
        } else if (c < 0x20) {
            memcpy(out + size, escape, sizeof escape);
            out[size + 4] = hex[c >> 4];
            out[size + 5] = hex[c & 15];
            size += 6;
        } else {
            out[size++] = (char)c;
        }
    }
    out[size++] = '"';
    return (struct pc_text){out, size};
}

static struct pc_text decimal(struct pc_arena *arena, int64_t value, unsigned scale)
{
    uint64_t digits = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t unit = 1;

    for (unsigned i = 0; i < scale; i++)
        unit *= 10;
    if (scale == 0)
        return pc_text_format(arena, "%" PRId64, value);
    return pc_text_format(arena, "%s%" PRIu64 ".%0*" PRIu64, value < 0 ? "-" : "", digits / unit,
                          (int)scale, digits % unit);
}

/* Days since 1970-01-01 to year, month, day: Howard Hinnant's civil_from_days. */
static void civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * of_year + 2) / 153;

    *day = (unsigned)(of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (unsigned)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

static struct pc_text date(struct pc_arena *arena, int64_t days)
{
    int64_t year;
    unsigned month, day;

    civil(days, &year, &month, &day);
    return pc_text_format(arena, "\"%04" PRId64 "-%02u-%02u\"", year, month, day);
}

/* ".5" of 500,000 microseconds; empty for 0. */
static struct pc_text fraction(struct pc_arena *arena, uint64_t microseconds)
{
    struct pc_text text = pc_text_format(arena, ".%06" PRIu64, microseconds);

    while (text.size > 1 && text.data[text.size - 1] == '0')
        text.size--;
    if (text.size == 1)
        text.size = 0;
    return text;
}

static struct pc_text instant(struct pc_arena *arena, int64_t time)
{
    const int64_t day_us = INT64_C(86400000000);
    int64_t days = time / day_us - (time % day_us < 0 ? 1 : 0);
    uint64_t rest = (uint64_t)((time % day_us + day_us) % day_us);
    struct pc_text finer = fraction(arena, rest % 1000000);
    int64_t year;
    unsigned month, day;

    civil(days, &year, &month, &day);
    return pc_text_format(
        arena, "\"%04" PRId64 "-%02u-%02uT%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "%.*sZ\"", year,
        month, day, rest / UINT64_C(3600000000), rest / 60000000 % 60, rest / 1000000 % 60,
        PC_TEXT_ARGS(finer));
}

/* One component of a duration, "30M"; empty for 0. */
static struct pc_text component(struct pc_arena *arena, uint64_t value, const char *unit)
{
    return value == 0 ? (struct pc_text){0} : pc_text_format(arena, "%" PRIu64 "%s", value, unit);
}

/* ISO 8601 in the runtime's canonical form: P1DT2H30M1.5S, PT0S. */
static struct pc_text iso_duration(struct pc_arena *arena, int64_t value)
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t seconds = rest / 1000000;
    struct pc_text days = component(arena, seconds / 86400, "D");
    struct pc_text hours = component(arena, seconds / 3600 % 24, "H");
    struct pc_text minutes = component(arena, seconds / 60 % 60, "M");
    struct pc_text finer = fraction(arena, rest % 1000000);
    struct pc_text last = {0};
    bool has_seconds = seconds % 60 != 0 || finer.size != 0 || rest == 0;

    if (has_seconds)
        last = pc_text_format(arena, "%" PRIu64 "%.*sS", seconds % 60, PC_TEXT_ARGS(finer));
    return pc_text_format(arena, "\"%sP%.*s%s%.*s%.*s%.*s\"", value < 0 ? "-" : "",
                          PC_TEXT_ARGS(days), hours.size + minutes.size + last.size > 0 ? "T" : "",
                          PC_TEXT_ARGS(hours), PC_TEXT_ARGS(minutes), PC_TEXT_ARGS(last));
}

static struct pc_text duration(struct pc_arena *arena, const struct pc_constant *constant,
                               bool is_payload)
{
    int64_t value = constant->integer;

    switch (is_payload ? constant->type->format : PC_DURATION_ISO) {
    case PC_DURATION_NANOSECONDS:
        return pc_text_format(arena, value == 0 ? "0" : "%" PRId64 "000", value);
    case PC_DURATION_MICROSECONDS:
        return pc_text_format(arena, "%" PRId64, value);
    case PC_DURATION_MILLISECONDS:
        return pc_text_format(arena, "%" PRId64, value / 1000);
    case PC_DURATION_SECONDS:
        return pc_text_format(arena, "%" PRId64, value / 1000000);
    default:
        return iso_duration(arena, value);
    }
}

static struct pc_text base64(struct pc_arena *arena, struct pc_text bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = pc_arena_alloc(arena, (bytes.size + 2) / 3 * 4 + 3);
    size_t size = 0;

    out[size++] = '"';
    for (size_t i = 0; i < bytes.size; i += 3) {
        uint32_t word = 0;

        for (size_t j = 0; j < 3; j++)
            word = word << 8 | (i + j < bytes.size ? (unsigned char)bytes.data[i + j] : 0u);
        for (size_t j = 0; j < 4; j++)
            out[size++] = i + j <= bytes.size ? digits[word >> (18 - 6 * j) & 63] : '=';
    }
    out[size++] = '"';
    return (struct pc_text){out, size};
}

static struct pc_text uuid(struct pc_arena *arena, const uint8_t *bytes)
{
    char *out = pc_arena_alloc(arena, 40);
    size_t size = 0;
    static const char hex[] = "0123456789abcdef";

    out[size++] = '"';
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[size++] = '-';
        out[size++] = hex[bytes[i] >> 4];
        out[size++] = hex[bytes[i] & 15];
    }
    out[size++] = '"';
    return (struct pc_text){out, size};
}

static struct pc_text member(struct pc_arena *arena, const struct pc_constant *constant,
                             bool is_payload)
{
    if (is_payload && constant->member->enumeration->has_codes)
        return pc_text_format(arena, "%d", constant->member->code);
    return quoted(arena, constant->member->outside);
}

static struct pc_text real(struct pc_arena *arena, double value)
{
    for (int digits = 15; digits <= 17; digits++) {
        struct pc_text text = pc_text_format(arena, "%.*g", digits, value);

        if (strtod(text.data, NULL) == value)
            return text;
    }
    return pc_text_of("0");
}

static struct pc_text list(struct pc_arena *arena, const struct pc_constant *constant,
                           bool is_payload)
{
    size_t count = constant->items.count;
    struct pc_text *parts = pc_arena_alloc_array(arena, count + 1, sizeof *parts);

    for (size_t i = 0; i < count; i++)
        parts[i] = pc_constant_json(arena, constant->items.items[i], is_payload);
    return join(arena, '[', parts, count, ']');
}

static struct pc_text record(struct pc_arena *arena, const struct pc_constant *constant,
                             bool is_payload)
{
    size_t count = constant->entries.count;
    struct pc_text *parts = pc_arena_alloc_array(arena, count + 1, sizeof *parts);

    for (size_t i = 0; i < count; i++) {
        const struct pc_constant_entry *entry = constant->entries.items[i];
        struct pc_text name = quoted(arena, entry->field->outside);
        struct pc_text value = pc_constant_json(arena, entry->value, is_payload);

        parts[i] = pc_text_format(arena, "%.*s:%.*s", PC_TEXT_ARGS(name), PC_TEXT_ARGS(value));
    }
    return join(arena, '{', parts, count, '}');
}

/* An object whose keys are texts whatever their type. What a test expects is exact: {"=": …}. */
static struct pc_text map(struct pc_arena *arena, const struct pc_constant *constant,
                          bool is_payload)
{
    size_t count = constant->entries.count;
    struct pc_text *parts = pc_arena_alloc_array(arena, count + 1, sizeof *parts);
    struct pc_text out;

    for (size_t i = 0; i < count; i++) {
        const struct pc_constant_entry *entry = constant->entries.items[i];
        struct pc_text key = pc_constant_json(arena, entry->key, is_payload);
        struct pc_text value = pc_constant_json(arena, entry->value, is_payload);

        if (key.data[0] != '"')
            key = quoted(arena, key);
        parts[i] = pc_text_format(arena, "%.*s:%.*s", PC_TEXT_ARGS(key), PC_TEXT_ARGS(value));
    }
    out = join(arena, '{', parts, count, '}');
    return is_payload ? out : pc_text_format(arena, "{\"=\":%.*s}", PC_TEXT_ARGS(out));
}

struct pc_text pc_constant_json(struct pc_arena *arena, const struct pc_constant *constant,
                                bool is_payload)
{
    switch (constant->kind) {
    case PC_CONSTANT_NONE:
        return pc_text_of("null");
    case PC_CONSTANT_BOOL:
        return pc_text_of(constant->boolean ? "true" : "false");
    case PC_CONSTANT_REAL:
        return real(arena, constant->real);
    case PC_CONSTANT_TEXT:
        return quoted(arena, constant->text);
    case PC_CONSTANT_BYTES:
        return base64(arena, constant->text);
    case PC_CONSTANT_UUID:
        return uuid(arena, constant->uuid);
    case PC_CONSTANT_MEMBER:
        return member(arena, constant, is_payload);
    case PC_CONSTANT_LIST:
        return list(arena, constant, is_payload);
    case PC_CONSTANT_MAP:
        return map(arena, constant, is_payload);
    case PC_CONSTANT_RECORD:
        return record(arena, constant, is_payload);
    case PC_CONSTANT_INTEGER:
        break;
    }
    switch (constant->type->kind) {
    case PC_TYPE_DECIMAL:
        return decimal(arena, constant->integer, constant->type->scale);
    case PC_TYPE_TIME:
        return instant(arena, constant->integer);
    case PC_TYPE_DATE:
        return date(arena, constant->integer);
    case PC_TYPE_DURATION:
        return duration(arena, constant, is_payload);
    default:
        return pc_text_format(arena, "%" PRId64, constant->integer);
    }
}
