/* Texts, bytes and uuids: order, base64, the uuid's text form and new ids. */
#include "base/text.h"

#include "projc/handler.h"

#include <stdio.h>
#include <string.h>
#include <uuid/uuid.h>

projc_text projc__text(const char *string)
{
    return projc_text_of(string, strlen(string));
}

/* ---- order ---- */

static int compare(const void *left, size_t left_size, const void *right, size_t right_size)
{
    size_t common = left_size < right_size ? left_size : right_size;
    int order = common == 0 ? 0 : memcmp(left, right, common);

    if (order != 0)
        return order;
    return (left_size > right_size) - (left_size < right_size);
}

int projc_text_compare(projc_text left, projc_text right)
{
    return compare(left.data, left.size, right.data, right.size);
}

int projc_bytes_compare(projc_bytes left, projc_bytes right)
{
    return compare(left.data, left.size, right.data, right.size);
}

int projc_uuid_compare(projc_uuid left, projc_uuid right)
{
    return memcmp(left.bytes, right.bytes, sizeof left.bytes);
}

bool projc_text_is_clean(projc_text text)
{
    return text.size == 0 || memchr(text.data, 0, text.size) == NULL;
}

void projc__size_format(int64_t bytes, char text[PROJC__SIZE_TEXT_MAX])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;

    while (size >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        size /= 1024;
        unit++;
    }
    if (bytes < 0)
        snprintf(text, PROJC__SIZE_TEXT_MAX, "-");
    else
        snprintf(text, PROJC__SIZE_TEXT_MAX, size < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", size,
                 units[unit]);
}

/* ---- base64 ---- */

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t projc__base64_encoded_size(size_t size)
{
    return (size + 2) / 3 * 4;
}

size_t projc__base64_decoded_size(size_t text_size)
{
    return text_size / 4 * 3;
}

void projc__base64_encode(const uint8_t *data, size_t size, char *text)
{
    while (size != 0) {
        size_t taken = size < 3 ? size : 3;
        uint32_t group = (uint32_t)data[0] << 16;

        if (taken > 1)
            group |= (uint32_t)data[1] << 8;
        if (taken > 2)
            group |= data[2];
        text[0] = base64_digits[group >> 18];
        text[1] = base64_digits[group >> 12 & 63];
        text[2] = taken > 1 ? base64_digits[group >> 6 & 63] : '=';
        text[3] = taken > 2 ? base64_digits[group & 63] : '=';
        text += 4;
        data += taken;
        size -= taken;
    }
}

/* 0..63, or 64 for a character that is no digit. */
static uint32_t base64_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return (uint32_t)(digit - 'A');
    if (digit >= 'a' && digit <= 'z')
        return (uint32_t)(digit - 'a') + 26;
    if (digit >= '0' && digit <= '9')
        return (uint32_t)(digit - '0') + 52;
    return digit == '+' ? 62 : digit == '/' ? 63 : 64;
}

bool projc__base64_decode(const char *text, size_t text_size, uint8_t *data, size_t *size)
{
    size_t written = 0;

    if (text_size % 4 != 0)
        return false;
    for (size_t at = 0; at < text_size; at += 4) {
        bool is_last = at + 4 == text_size;
        size_t padding = !is_last || text[at + 3] != '=' ? 0 : text[at + 2] != '=' ? 1 : 2;
        uint32_t group = 0;

        for (size_t i = 0; i < 4; i++) {
            uint32_t value = i >= 4 - padding ? 0 : base64_value(text[at + i]);

            if (value > 63)
                return false;
            group = group << 6 | value;
        }
        if (padding != 0 && (group & (padding == 1 ? 0xFFu : 0xFFFFu)) != 0)
            return false;
        for (size_t i = 0; i < 3 - padding; i++)
            data[written++] = (uint8_t)(group >> (16 - 8 * i));
    }
    *size = written;
    return true;
}

/* ---- uuids ---- */

/* A hexadecimal digit's value with IS_DIGIT; 0: it is none. */
enum { IS_DIGIT = 16 };
static const uint8_t hex_values[256] = {
    ['0'] = 16, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20, ['5'] = 21, ['6'] = 22, ['7'] = 23,
    ['8'] = 24, ['9'] = 25, ['a'] = 26, ['b'] = 27, ['c'] = 28, ['d'] = 29, ['e'] = 30, ['f'] = 31,
    ['A'] = 26, ['B'] = 27, ['C'] = 28, ['D'] = 29, ['E'] = 30, ['F'] = 31};

static bool has_dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/* Without a branch for a digit: ids stand in every event. */
bool projc_parse_uuid(projc_text text, projc_uuid *value)
{
    static const uint8_t places[] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
    const uint8_t *at = (const uint8_t *)text.data;
    projc_uuid uuid;
    unsigned all = IS_DIGIT;

    if (text.size != PROJC__UUID_TEXT_SIZE || at[8] != '-' || at[13] != '-' || at[18] != '-' ||
        at[23] != '-')
        return false;
    for (size_t i = 0; i < sizeof uuid.bytes; i++) {
        unsigned high = hex_values[at[places[i]]];
        unsigned low = hex_values[at[places[i] + 1]];

        all &= high & low;
        uuid.bytes[i] = (uint8_t)(high << 4 | (low & 15));
    }
    if (all != IS_DIGIT)
        return false;
    *value = uuid;
    return true;
}

void projc__uuid_format(projc_uuid uuid, char text[PROJC__UUID_TEXT_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < sizeof uuid.bytes; i++) {
        if (has_dash_before(i))
            *text++ = '-';
        *text++ = digits[uuid.bytes[i] >> 4];
        *text++ = digits[uuid.bytes[i] & 15];
    }
    *text = '\0';
}

projc_uuid projc__uuid_random(void)
{
    projc_uuid uuid;

    uuid_generate_random(uuid.bytes);
    return uuid;
}

projc_uuid projc__uuid_ordered(int64_t now_us)
{
    projc_uuid uuid = projc__uuid_random(); /* its variant bits are right already */
    uint64_t milliseconds = now_us > 0 ? (uint64_t)now_us / 1000 : 0;

    for (size_t i = 0; i < 6; i++)
        uuid.bytes[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
    uuid.bytes[6] = (uint8_t)(0x70 | (uuid.bytes[6] & 0x0F));
    return uuid;
}
