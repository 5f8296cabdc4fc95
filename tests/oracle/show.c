/* show.c -- values as the product prints them: JSON, and the texts of interpolations. */
#include "oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

void oracle_put_decimal(struct oracle_text *out, int64_t value, unsigned scale)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t power = 1;

    for (unsigned i = 0; i < scale; i++)
        power *= 10;
    oracle_put(out, "%s%llu", value < 0 ? "-" : "", (unsigned long long)(magnitude / power));
    if (scale != 0)
        oracle_put(out, ".%0*llu", (int)scale, (unsigned long long)(magnitude % power));
}

/* The fewest digits that read back the same; of these the nearest. */
static void shortest(double value, char digits[32], int *exponent)
{
    char text[64];

    for (int precision = 0; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    size_t count = 0;
    for (const char *at = text; *at != 'e'; at++)
        if (*at != '.')
            digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    *exponent = atoi(strchr(text, 'e') + 1);
}

void oracle_put_f64(struct oracle_text *out, double value)
{
    char digits[32];
    int exponent;

    if (value == 0) {
        oracle_put(out, "0");
        return;
    }
    if (value < 0)
        oracle_put_char(out, '-');
    shortest(fabs(value), digits, &exponent);
    int count = (int)strlen(digits);
    if (exponent < -6 || exponent > 20) {
        oracle_put(out, "%c%s%se%+d", digits[0], count > 1 ? "." : "", digits + 1, exponent);
    } else if (exponent < 0) {
        oracle_put(out, "0.");
        for (int i = exponent + 1; i < 0; i++)
            oracle_put_char(out, '0');
        oracle_put(out, "%s", digits);
    } else {
        for (int i = 0; i < count || i <= exponent; i++)
            oracle_put(out, "%s%c", i == exponent + 1 ? "." : "", i < count ? digits[i] : '0');
    }
}

/* ---- the calendar ---- */

static void put_fraction(struct oracle_text *out, int64_t microseconds)
{
    char text[8];
    size_t size = 6;

    if (microseconds == 0)
        return;
    snprintf(text, sizeof text, "%06d", (int)microseconds);
    while (text[size - 1] == '0')
        size--;
    oracle_put(out, ".%.*s", (int)size, text);
}

void oracle_put_date(struct oracle_text *out, int64_t value)
{
    int64_t year;
    int64_t month;
    int64_t day;

    oracle_civil_from_days(value, &year, &month, &day);
    const char *sign = year < 0 ? "-" : year > 9999 ? "+" : "";
    int digits = year < 0 || year > 9999 ? 5 : 4;
    oracle_put(out, "%s%0*lld-%02d-%02d", sign, digits, llabs((long long)year), (int)month,
               (int)day);
}

void oracle_put_time(struct oracle_text *out, int64_t value)
{
    const int64_t day_us = INT64_C(86400000000);
    int64_t days = oracle_floor_divide(value, day_us);
    int64_t rest = value - days * day_us;
    int seconds = (int)(rest / 1000000);

    oracle_put_date(out, days);
    oracle_put(out, "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    put_fraction(out, rest % 1000000);
    oracle_put_char(out, 'Z');
}

void oracle_put_duration(struct oracle_text *out, int64_t value)
{
    oracle_int128 rest = value < 0 ? -(oracle_int128)value : value;
    long long days = (long long)(rest / INT64_C(86400000000));
    int seconds = (int)(rest / 1000000 % 86400);
    int64_t microseconds = (int64_t)(rest % 1000000);

    oracle_put(out, "%sP", value < 0 ? "-" : "");
    if (days != 0)
        oracle_put(out, "%lldD", days);
    if (seconds == 0 && microseconds == 0 && days != 0)
        return;
    oracle_put_char(out, 'T');
    if (seconds >= 3600)
        oracle_put(out, "%dH", seconds / 3600);
    if (seconds / 60 % 60 != 0)
        oracle_put(out, "%dM", seconds / 60 % 60);
    if (seconds % 60 != 0 || microseconds != 0 || rest == 0) {
        oracle_put(out, "%d", seconds % 60);
        put_fraction(out, microseconds);
        oracle_put_char(out, 'S');
    }
}

/* ---- texts ---- */

void oracle_put_string(struct oracle_text *out, struct pc_text text)
{
    oracle_put_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        const char *at = byte < 0x20 && byte != 0 ? strchr("\bb\tt\nn\ff\rr", byte) : NULL;

        if (byte == '"' || byte == '\\')
            oracle_put(out, "\\%c", byte);
        else if (at != NULL)
            oracle_put(out, "\\%c", at[1]);
        else if (byte < 0x20)
            oracle_put(out, "\\u%04x", byte);
        else
            oracle_put_char(out, (char)byte);
    }
    oracle_put_char(out, '"');
}

void oracle_put_uuid(struct oracle_text *out, struct pc_text value)
{
    for (size_t i = 0; i < 16; i++)
        oracle_put(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                   (unsigned char)value.data[i]);
}

void oracle_put_base64(struct oracle_text *out, struct pc_text value)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < value.size; i += 3) {
        size_t left = value.size - i;
        uint32_t bits = (uint32_t)(unsigned char)value.data[i] << 16;

        if (left > 1)
            bits |= (uint32_t)(unsigned char)value.data[i + 1] << 8;
        if (left > 2)
            bits |= (unsigned char)value.data[i + 2];
        oracle_put_char(out, letters[bits >> 18 & 63]);
        oracle_put_char(out, letters[bits >> 12 & 63]);
        oracle_put_char(out, left > 1 ? letters[bits >> 6 & 63] : '=');
        oracle_put_char(out, left > 2 ? letters[bits & 63] : '=');
    }
}

void oracle_put_plain(struct oracle_text *out, const struct pc_type *type,
                      const struct oracle_value *value)
{
    struct pc_text text;

    switch (type->kind) {
    case PC_TYPE_BOOL:
        oracle_put(out, "%s", value->integer ? "true" : "false");
        break;
    case PC_TYPE_F64:
        oracle_put_f64(out, value->real);
        break;
    case PC_TYPE_TEXT:
        oracle_put_bytes(out, value->text.data, value->text.size);
        break;
    case PC_TYPE_BYTES:
        oracle_put_base64(out, value->text);
        break;
    case PC_TYPE_UUID:
        oracle_put_uuid(out, value->text);
        break;
    case PC_TYPE_TIME:
        oracle_put_time(out, value->integer);
        break;
    case PC_TYPE_DATE:
        oracle_put_date(out, value->integer);
        break;
    case PC_TYPE_DURATION:
        oracle_put_duration(out, value->integer);
        break;
    case PC_TYPE_ENUM:
        text = type->enumeration->members.items[value->integer]->outside;
        oracle_put_bytes(out, text.data, text.size);
        break;
    default:
        oracle_put_decimal(out, value->integer, type->kind == PC_TYPE_DECIMAL ? type->scale : 0);
        break;
    }
}

/* ---- JSON ---- */

void oracle_put_fields_json(struct oracle_text *out, const struct pc_field_models *fields,
                            const struct oracle_value *record)
{
    oracle_put_char(out, '{');
    for (size_t i = 0; i < fields->count; i++) {
        if (i != 0)
            oracle_put_char(out, ',');
        oracle_put_string(out, fields->items[i]->outside);
        oracle_put_char(out, ':');
        oracle_put_json(out, fields->items[i]->type, &record->items[i]);
    }
    oracle_put_char(out, '}');
}

static void put_items(struct oracle_text *out, const struct pc_type *type,
                      const struct oracle_value *value)
{
    oracle_put_char(out, '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i != 0)
            oracle_put_char(out, ',');
        oracle_put_json(out, type->element, &value->items[i]);
    }
    oracle_put_char(out, ']');
}

static void put_map(struct oracle_text *out, const struct pc_type *type,
                    const struct oracle_value *value)
{
    struct oracle_text key = {NULL, 0, 0};

    oracle_put_char(out, '{');
    for (size_t i = 0; i < value->count; i++) {
        if (i != 0)
            oracle_put_char(out, ',');
        key.size = 0;
        oracle_put_plain(&key, type->key, &value->keys[i]);
        oracle_put_string(out, (struct pc_text){key.data, key.size});
        oracle_put_char(out, ':');
        oracle_put_json(out, type->element, &value->items[i]);
    }
    oracle_put_char(out, '}');
    oracle_text_clear(&key);
}

void oracle_put_json(struct oracle_text *out, const struct pc_type *type,
                     const struct oracle_value *value)
{
    struct oracle_text plain = {NULL, 0, 0};

    switch (type->kind) {
    case PC_TYPE_OPTIONAL:
        if (value->has)
            oracle_put_json(out, type->element, value);
        else
            oracle_put(out, "null");
        break;
    case PC_TYPE_RECORD:
        oracle_put_fields_json(out, &type->record->fields, value);
        break;
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
        put_items(out, type, value);
        break;
    case PC_TYPE_MAP:
        put_map(out, type, value);
        break;
    case PC_TYPE_BOOL:
    case PC_TYPE_INTEGER:
    case PC_TYPE_DECIMAL:
    case PC_TYPE_F64:
        oracle_put_plain(out, type, value);
        break;
    default:
        oracle_put_plain(&plain, type, value);
        oracle_put_string(out, (struct pc_text){plain.data, plain.size});
        oracle_text_clear(&plain);
        break;
    }
}
