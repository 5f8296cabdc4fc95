/* Built-in functions of texts, and products in 128 bits, as generated handlers call them. */
#include "projc/handler.h"

#include <string.h>

/* ---- code points ---- */

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

uint32_t projc_text_length(projc_text text)
{
    uint32_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += !is_continuation(text.data[i]);
    return count;
}

/* The byte where code point number count behind `at` begins, or the text's end. */
static size_t pass(projc_text text, size_t at, int64_t count)
{
    while (at < text.size && count > 0) {
        at++;
        while (at < text.size && is_continuation(text.data[at]))
            at++;
        count--;
    }
    return at;
}

projc_text projc_text_slice(projc_text text, int64_t from, int64_t count)
{
    size_t begin;

    if (count <= 0)
        return projc_text_of("", 0);
    if (from < 0) {
        /* from + count cannot overflow: one is negative, the other is not. */
        count = from + count;
        from = 0;
    }
    begin = pass(text, 0, from);
    if (begin == text.size)
        return projc_text_of("", 0);
    return projc_text_of(text.data + begin, pass(text, begin, count) - begin);
}

/* ---- parts ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

projc_text projc_text_trim(projc_text text)
{
    size_t begin = 0;
    size_t end = text.size;

    while (begin < end && is_blank(text.data[begin]))
        begin++;
    while (end > begin && is_blank(text.data[end - 1]))
        end--;
    return begin == end ? projc_text_of("", 0) : projc_text_of(text.data + begin, end - begin);
}

bool projc_text_starts_with(projc_text text, projc_text prefix)
{
    return prefix.size == 0 ||
           (prefix.size <= text.size && memcmp(text.data, prefix.data, prefix.size) == 0);
}

bool projc_text_ends_with(projc_text text, projc_text suffix)
{
    return suffix.size == 0 ||
           (suffix.size <= text.size &&
            memcmp(text.data + text.size - suffix.size, suffix.data, suffix.size) == 0);
}

bool projc_text_contains(projc_text text, projc_text part)
{
    if (part.size == 0)
        return true;
    while (text.size >= part.size) {
        const char *found = memchr(text.data, part.data[0], text.size - part.size + 1);

        if (found == NULL)
            return false;
        if (memcmp(found, part.data, part.size) == 0)
            return true;
        text = projc_text_of(found + 1, text.size - (size_t)(found - text.data) - 1);
    }
    return false;
}

/* ---- case ---- */

/* Letters from first to first + 25 change by the distance between the cases. */
static bool change_case(projc_handler *handler, projc_text *text, char first)
{
    char *copy = projc_arena_copy(handler->arena, text->size == 0 ? "" : text->data, text->size);

    if (copy == NULL)
        return false;
    for (size_t i = 0; i < text->size; i++) {
        if (copy[i] >= first && copy[i] <= first + 25)
            copy[i] = (char)(copy[i] ^ ('a' - 'A'));
    }
    text->data = copy;
    return true;
}

bool projc_text_lower(projc_handler *handler, projc_text *text)
{
    return change_case(handler, text, 'A');
}

bool projc_text_upper(projc_handler *handler, projc_text *text)
{
    return change_case(handler, text, 'a');
}

/* ---- 128 bits ---- */

bool projc_multiply_exact(projc_int128 *value, int64_t factor)
{
    const projc_int128 limit = (projc_int128)1 << 126;
    projc_int128 size = *value < 0 ? -*value : *value;
    projc_int128 times = factor < 0 ? -(projc_int128)factor : factor;

    if (times != 0 && size > limit / times)
        return false;
    *value *= factor;
    return true;
}
