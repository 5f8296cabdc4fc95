/* JSON strings: eight bytes at a time up to the next quotation mark, escape or control character.
 */
#include "codec/json_scan.h"

#include "base/text.h"

#include <string.h>

enum { STRING_HAS_ESCAPES = 1, STRING_HAS_HIGH_BYTES = 2 };

static const uint64_t ones = UINT64_C(0x0101010101010101);
static const uint64_t highs = UINT64_C(0x8080808080808080);

/* A high bit for every byte that is zero; bits above the lowest one may be wrong. */
static inline uint64_t zero_bytes(uint64_t eight)
{
    return (eight - ones) & ~eight & highs;
}

/* The first byte that is a quotation mark, a backslash or a control character, or end. *flags tells
 * whether bytes above 0x7F came before it. */
static inline const char *plain_end(const char *at, const char *end, unsigned *flags)
{
    uint64_t seen = 0;

    while (end - at >= 8) {
        uint64_t eight;
        uint64_t stops;

        memcpy(&eight, at, sizeof eight);
        stops = zero_bytes(eight ^ ones * '"') | zero_bytes(eight ^ ones * '\\') |
                ((eight - ones * 0x20) & ~eight & highs);
        if (stops != 0) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            unsigned before = (unsigned)__builtin_ctzll(stops) & ~7u; /* bits */

            seen |= eight & ((UINT64_C(1) << before) - 1);
            if ((seen & highs) != 0)
                *flags |= STRING_HAS_HIGH_BYTES;
            return at + before / 8;
#else
            break;
#endif
        }
        seen |= eight;
        at += 8;
    }
    for (; at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20; at++)
        seen |= (unsigned char)*at;
    if ((seen & highs) != 0)
        *flags |= STRING_HAS_HIGH_BYTES;
    return at;
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* Bytes of the escape at the reader, or 0 and the reader has failed. */
static size_t escape_size(projc_json_reader *reader)
{
    if (reader->end - reader->at < 2) {
        reader->at = reader->end;
        projc__json_unexpected(reader, "an escape");
        return 0;
    }
    if (reader->at[1] != 'u') {
        if (reader->at[1] != '\0' && strchr("\"\\/bfnrt", reader->at[1]) != NULL)
            return 2;
        projc__json_unexpected(reader, "an escape of JSON");
        return 0;
    }
    for (int i = 2; i < 6; i++) {
        if (reader->at + i >= reader->end)
            reader->at = reader->end;
        else if (hex_value(reader->at[i]) >= 0)
            continue;
        projc__json_unexpected(reader, "four hexadecimal digits");
        return 0;
    }
    return 6;
}

static const projc_text no_text;

/* Passes over a whole string: what stands between the quotation marks, or no_text. */
static inline projc_text raw_string(projc_json_reader *reader, unsigned *flags)
{
    const char *begin = ++reader->at;
    projc_text raw;

    for (;;) {
        reader->at = plain_end(reader->at, reader->end, flags);
        if (reader->at == reader->end) {
            projc__json_unexpected(reader, "the end of the text");
            return no_text;
        }
        if (*reader->at == '"')
            break;
        if (*reader->at == '\\') {
            size_t size = escape_size(reader);

            if (size == 0)
                return no_text;
            *flags |= STRING_HAS_ESCAPES;
            reader->at += size;
            continue;
        }
        projc__json_unexpected(reader, "no control character");
        return no_text;
    }
    raw = projc_text_of(begin, (size_t)(reader->at - begin));
    reader->at++;
    if ((*flags & STRING_HAS_HIGH_BYTES) != 0 && !projc__utf8_is_valid(raw.data, raw.size)) {
        projc_json_fail(reader, PROJC_DATA, "a text is not valid UTF-8");
        return no_text;
    }
    return raw;
}

bool projc__json_skip_string(projc_json_reader *reader)
{
    unsigned flags = 0;

    return raw_string(reader, &flags).data != NULL;
}

static uint32_t code_unit(const char *digits)
{
    uint32_t unit = 0;

    for (int i = 0; i < 4; i++)
        unit = unit << 4 | (uint32_t)hex_value(digits[i]);
    return unit;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

/* The character of \uXXXX at *at, or of two that are a surrogate pair; *at moves behind it. NULL,
 * or why it is none. */
static const char *take_unicode(const char **at, const char *end, uint32_t *code)
{
    uint32_t low;

    *code = code_unit(*at + 2);
    *at += 6;
    if (*code == 0)
        return "a text may not hold NUL";
    if (*code < 0xD800 || *code > 0xDFFF)
        return NULL;
    if (*code > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return "a text holds half of a surrogate pair";
    low = code_unit(*at + 2);
    if (low < 0xDC00 || low > 0xDFFF)
        return "a text holds half of a surrogate pair";
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    *at += 6;
    return NULL;
}

static char unescaped(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter; /* " \ and / */
    }
}

/* Every escape has been checked and is longer than what it stands for. */
static projc_text unescape(projc_json_reader *reader, projc_text raw)
{
    const char *at = raw.data;
    const char *end = raw.data + raw.size;
    char *data = projc_arena_alloc_raw(reader->arena, raw.size);
    char *to = data;

    if (data == NULL) {
        projc__json_exhausted(reader);
        return no_text;
    }
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain_size = (size_t)((escape == NULL ? end : escape) - at);

        memcpy(to, at, plain_size);
        to += plain_size;
        at += plain_size;
        if (escape == NULL)
            break;
        if (at[1] == 'u') {
            uint32_t code;
            const char *problem = take_unicode(&at, end, &code);

            if (problem != NULL) {
                projc_json_fail(reader, PROJC_DATA, "%s", problem);
                return no_text;
            }
            to = put_utf8(to, code);
        } else {
            *to++ = unescaped(at[1]);
            at += 2;
        }
    }
    return projc_text_of(data, (size_t)(to - data));
}

projc_text projc__json_string(projc_json_reader *reader)
{
    unsigned flags = 0;
    projc_text raw = raw_string(reader, &flags);

    return (flags & STRING_HAS_ESCAPES) != 0 && raw.data != NULL ? unescape(reader, raw) : raw;
}
