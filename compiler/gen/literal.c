/* literal.c -- how texts reach C and SQL: the one escape function of each kind. */
#include "gen/code.h"

#include <stdarg.h>
#include <string.h>

const char *pc_format(struct pc_arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    struct pc_text text = pc_text_vformat(arena, format, arguments);
    va_end(arguments);
    return text.data;
}

/* Letters of other scripts stay as they are; what reorders text (U+202A..202E, U+2066..2069,
 * U+200E, U+200F, U+061C) is escaped, because it can make code read as something else. Returns the
 * bytes of the sequence at the start of `text`, or 0 when it must be escaped. */
static size_t readable_sequence(struct pc_text text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    size_t length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : bytes[0] >= 0xC0 ? 2 : 0;

    if (length == 0 || length > text.size ||
        pc_utf8_valid_prefix((struct pc_text){text.data, length}) != length)
        return 0;
    if (bytes[0] == 0xE2 && bytes[1] == 0x80 &&
        ((bytes[2] >= 0xAA && bytes[2] <= 0xAE) || bytes[2] == 0x8E || bytes[2] == 0x8F))
        return 0;
    if (bytes[0] == 0xE2 && bytes[1] == 0x81 && bytes[2] >= 0xA6 && bytes[2] <= 0xA9)
        return 0;
    if ((bytes[0] == 0xC2 && bytes[1] < 0xA0) || (bytes[0] == 0xD8 && bytes[1] == 0x9C))
        return 0; /* control characters of Latin-1; Arabic letter mark */
    return length;
}

/* Writes one ASCII byte of a C string to `out`; returns its size there. An escape in octal always
 * has three digits, so that what follows is never taken for a part of it; `??` would begin a
 * trigraph. */
static size_t put_c_byte(char *out, unsigned char byte, char before)
{
    static const char named[] = "\"\\\n\t\r";
    static const char letters[] = "\"\\ntr";
    const char *found = byte != 0 ? strchr(named, byte) : NULL;

    if (found != NULL) {
        out[0] = '\\';
        out[1] = letters[found - named];
        return 2;
    }
    if (byte == '?' && before == '?') {
        out[0] = '\\';
        out[1] = '?';
        return 2;
    }
    if (byte >= 0x20 && byte < 0x7F) {
        out[0] = (char)byte;
        return 1;
    }
    out[0] = '\\';
    out[1] = (char)('0' + (byte >> 6));
    out[2] = (char)('0' + ((byte >> 3) & 7));
    out[3] = (char)('0' + (byte & 7));
    return 4;
}

const char *pc_c_string(struct pc_arena *arena, struct pc_text text)
{
    char *out = pc_arena_alloc(arena, text.size * 4 + 3);
    size_t size = 0;
    char before = '\0';

    out[size++] = '"';
    for (size_t i = 0; i < text.size;) {
        unsigned char byte = (unsigned char)text.data[i];
        size_t length =
            byte < 0x80 ? 0 : readable_sequence((struct pc_text){text.data + i, text.size - i});

        if (length != 0) {
            memcpy(out + size, text.data + i, length);
            size += length;
            i += length;
            before = '\0';
            continue;
        }
        size += put_c_byte(out + size, byte, before);
        before = text.data[i];
        i++;
    }
    out[size++] = '"';
    return out;
}

/* One line without control characters and without what reorders text. */
static char *one_line(struct pc_arena *arena, struct pc_text text)
{
    char *out = pc_arena_alloc(arena, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size;) {
        unsigned char byte = (unsigned char)text.data[i];
        size_t length =
            byte < 0x80 ? 0 : readable_sequence((struct pc_text){text.data + i, text.size - i});

        if (length != 0) {
            memcpy(out + size, text.data + i, length);
            size += length;
            i += length;
            continue;
        }
        if (byte >= 0x80)
            out[size++] = '?';
        else if (byte < 0x20 || byte == 0x7F)
            out[size++] = ' ';
        else
            out[size++] = text.data[i];
        i++;
    }
    while (size > 0 && out[size - 1] == ' ')
        size--;
    out[size] = '\0';
    return out;
}

const char *pc_c_comment(struct pc_arena *arena, struct pc_text text)
{
    const char *line = one_line(arena, text);
    size_t length = strlen(line);
    char *out = pc_arena_alloc(arena, length * 2 + 1);
    size_t size = 0;
    char before = '\0';

    for (size_t i = 0; i < length; i++) {
        if ((before == '*' && line[i] == '/') || (before == '/' && line[i] == '*') ||
            (before == '?' && line[i] == '?'))
            out[size++] = ' ';
        before = line[i];
        out[size++] = before;
    }
    return out;
}

/* ---- SQL ---- */

static const char *quoted(struct pc_arena *arena, struct pc_text text, char quote)
{
    char *out = pc_arena_alloc(arena, text.size * 2 + 3);
    size_t size = 0;

    out[size++] = quote;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == quote)
            out[size++] = quote;
        out[size++] = text.data[i];
    }
    out[size++] = quote;
    return out;
}

const char *pc_sql_name(struct pc_arena *arena, struct pc_text name)
{
    return quoted(arena, name, '"');
}

const char *pc_sql_string(struct pc_arena *arena, struct pc_text text)
{
    return quoted(arena, text, '\'');
}

const char *pc_sql_comment(struct pc_arena *arena, struct pc_text text)
{
    return one_line(arena, text);
}
