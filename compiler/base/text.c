/* text.c -- slices of bytes: comparing, formatting into the arena, UTF-8, and likeness of words. */
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct pc_text pc_text_of(const char *string)
{
    return (struct pc_text){.data = string, .size = strlen(string)};
}

bool pc_text_equals(struct pc_text a, struct pc_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool pc_text_is(struct pc_text text, const char *string)
{
    return pc_text_equals(text, pc_text_of(string));
}

int pc_text_compare(struct pc_text a, struct pc_text b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);

    if (order != 0)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

struct pc_text pc_text_format(struct pc_arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    struct pc_text text = pc_text_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

struct pc_text pc_text_vformat(struct pc_arena *arena, const char *format, va_list arguments)
{
    char buffer[256];
    va_list second_pass;

    assert(format != NULL);
    va_copy(second_pass, arguments);
    int length = vsnprintf(buffer, sizeof(buffer), format, arguments);
    size_t size = length < 0 ? 0 : (size_t)length;
    struct pc_text text = {.size = size};
    if (size < sizeof(buffer)) {
        text.data = pc_arena_copy(arena, buffer, size);
    } else {
        char *data = pc_arena_alloc(arena, size + 1);
        vsnprintf(data, size + 1, format, second_pass);
        text.data = data;
    }
    va_end(second_pass);
    return text;
}

struct pc_text pc_text_copy(struct pc_arena *arena, struct pc_text text)
{
    return (struct pc_text){.data = pc_arena_copy(arena, text.data, text.size), .size = text.size};
}

/* ---- UTF-8 ---- */

/* Returns the length of the valid sequence at the start of `bytes`, or 0. The table is RFC 3629's:
 * the first continuation byte of E0, ED, F0 and F4 has a narrower range than the others. */
static size_t valid_sequence(const unsigned char *bytes, size_t size)
{
    unsigned char lead = bytes[0];
    unsigned char lowest = 0x80;
    unsigned char highest = 0xBF;
    size_t length;

    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        lowest = lead == 0xE0 ? 0xA0 : 0x80;
        highest = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        lowest = lead == 0xF0 ? 0x90 : 0x80;
        highest = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
        return 0;
    }
    if (size < length || bytes[1] < lowest || bytes[1] > highest)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

size_t pc_utf8_valid_prefix(struct pc_text text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    size_t at = 0;

    while (at < text.size) {
        size_t length = valid_sequence(bytes + at, text.size - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

size_t pc_utf8_count(struct pc_text text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

size_t pc_utf8_encode(uint32_t code_point, char out[4])
{
    unsigned char *bytes = (unsigned char *)out;

    if (code_point < 0x80) {
        bytes[0] = (unsigned char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        bytes[0] = (unsigned char)(0xC0 | code_point >> 6);
        bytes[1] = (unsigned char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point >= 0xD800 && code_point <= 0xDFFF)
        return 0;
    if (code_point < 0x10000) {
        bytes[0] = (unsigned char)(0xE0 | code_point >> 12);
        bytes[1] = (unsigned char)(0x80 | (code_point >> 6 & 0x3F));
        bytes[2] = (unsigned char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    if (code_point > 0x10FFFF)
        return 0;
    bytes[0] = (unsigned char)(0xF0 | code_point >> 18);
    bytes[1] = (unsigned char)(0x80 | (code_point >> 12 & 0x3F));
    bytes[2] = (unsigned char)(0x80 | (code_point >> 6 & 0x3F));
    bytes[3] = (unsigned char)(0x80 | (code_point & 0x3F));
    return 4;
}

/* ---- likeness of words ---- */

enum {
    COMPARED_BYTES_MAX = 64,
    LIKENED_BYTES_MIN = 4,
};

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* The optimal string alignment distance, three rows of its table at a time. */
size_t pc_text_distance(struct pc_text a, struct pc_text b, size_t limit)
{
    size_t rows[3][COMPARED_BYTES_MAX + 1];
    size_t longer = a.size > b.size ? a.size : b.size;
    size_t shorter = a.size > b.size ? b.size : a.size;

    if (longer > COMPARED_BYTES_MAX || longer - shorter > limit)
        return limit + 1;
    for (size_t j = 0; j <= b.size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t replaced = lower(a.data[i - 1]) != lower(b.data[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + replaced);
            if (i > 1 && j > 1 && lower(a.data[i - 1]) == lower(b.data[j - 2]) &&
                lower(a.data[i - 2]) == lower(b.data[j - 1]) && two_above[j - 2] + 1 < row[j])
                row[j] = two_above[j - 2] + 1;
        }
    }
    size_t distance = rows[a.size % 3][b.size];
    return distance > limit ? limit + 1 : distance;
}

void pc_suggestion_init(struct pc_suggestion *suggestion, struct pc_text wanted)
{
    size_t limit = wanted.size / 3 < 3 ? wanted.size / 3 : 3;

    *suggestion = (struct pc_suggestion){.wanted = wanted, .distance = limit + 1};
}

void pc_suggestion_offer(struct pc_suggestion *suggestion, struct pc_text known)
{
    if (suggestion->wanted.size < LIKENED_BYTES_MIN || known.size < LIKENED_BYTES_MIN ||
        suggestion->distance == 0)
        return;
    size_t distance = pc_text_distance(suggestion->wanted, known, suggestion->distance - 1);
    if (distance < suggestion->distance) {
        suggestion->distance = distance;
        suggestion->best = known;
    }
}
