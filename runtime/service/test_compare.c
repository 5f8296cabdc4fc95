/* Comparing an expected value of a test with what a projection holds. */
#include "service/test_compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "projc/handler.h"

enum { PATH_MAX_BYTES = 256 };

/* Where in the value we are, for the message: "lines[1].amount". */
typedef struct comparison {
    char path[PATH_MAX_BYTES];
    projc__buffer *differences;
    uint32_t count;
} comparison;

/* What stands on the side that has less. */
static const projc__json nothing = {.kind = PROJC__JSON_NULL,
                                    .raw = {"nothing", sizeof "nothing" - 1}};

static void compare(comparison *place, const projc__json *expected, const projc__json *got);

static void differ(comparison *place, projc_text expected, projc_text got)
{
    projc__buffer_format(place->differences, "      %s: expected %.*s, got %.*s\n",
                         place->path[0] == '\0' ? "state" : place->path, (int)expected.size,
                         expected.data, (int)got.size, got.data);
    place->count++;
}

/* A number's spelling without zeros that say nothing: 1.50 is 1.5, -0.0 is 0. False: it has an
 * exponent, or is too long. */
static bool trim(projc_text text, char trimmed[64])
{
    size_t size = text.size;

    if (size >= 64 || memchr(text.data, 'e', size) != NULL || memchr(text.data, 'E', size) != NULL)
        return false;
    if (memchr(text.data, '.', size) != NULL) {
        while (text.data[size - 1] == '0')
            size--;
        if (text.data[size - 1] == '.')
            size--;
    }
    memcpy(trimmed, text.data, size);
    trimmed[size] = '\0';
    if (strcmp(trimmed, "-0") == 0)
        memcpy(trimmed, "0", 2);
    return true;
}

static bool is_same_digits(projc_text left, projc_text right)
{
    char numbers[2][64];

    return trim(left, numbers[0]) && trim(right, numbers[1]) && strcmp(numbers[0], numbers[1]) == 0;
}

static bool is_same_number(projc_text left, projc_text right)
{
    char numbers[2][64];
    const projc_text texts[2] = {left, right};

    if (is_same_digits(left, right))
        return true;
    /* An exponent is an f64's: those are equal when they are the same double. */
    for (int i = 0; i < 2; i++) {
        if (texts[i].size >= sizeof numbers[i])
            return false;
        memcpy(numbers[i], texts[i].data, texts[i].size);
        numbers[i][texts[i].size] = '\0';
    }
    if (strpbrk(numbers[0], "eE") == NULL && strpbrk(numbers[1], "eE") == NULL)
        return false;
    return strtod(numbers[0], NULL) == strtod(numbers[1], NULL);
}

/* Compares one part of the value, under a longer path. */
static void descend(comparison *place, const char *format, projc_text name, uint32_t index,
                    const projc__json *expected, const projc__json *got)
{
    size_t size = strlen(place->path);

    if (format[0] == '[')
        snprintf(place->path + size, sizeof place->path - size, "[%u]", index);
    else
        snprintf(place->path + size, sizeof place->path - size, "%s%.*s", size > 0 ? "." : "",
                 (int)name.size, name.data);
    compare(place, expected, got);
    place->path[size] = '\0';
}

static void compare_maps(comparison *place, const projc__json *expected, const projc__json *got,
                         bool is_exact)
{
    for (uint32_t i = 0; i < expected->count; i++) {
        const projc__json *value = projc__json_find(got, expected->items[i].key);

        descend(place, ".", expected->items[i].key, 0, &expected->items[i],
                value == NULL ? &nothing : value);
    }
    for (uint32_t i = 0; is_exact && i < got->count; i++)
        if (projc__json_find(expected, got->items[i].key) == NULL)
            descend(place, ".", got->items[i].key, 0, &nothing, &got->items[i]);
}

/* Lists of other lengths differ as a whole; but the rows of a query, which are the outermost list,
 * do so one by one. */
static void compare_lists(comparison *place, const projc__json *expected, const projc__json *got)
{
    uint32_t count = expected->count > got->count ? expected->count : got->count;

    if (expected->count != got->count && place->path[0] != '\0') {
        differ(place, expected->raw, got->raw);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        descend(place, "[", (projc_text){NULL, 0}, i,
                i < expected->count ? &expected->items[i] : &nothing,
                i < got->count ? &got->items[i] : &nothing);
}

static bool is_same_scalar(const projc__json *expected, const projc__json *got)
{
    switch (expected->kind) {
    case PROJC__JSON_NUMBER:
        return is_same_number(expected->text, got->text);
    case PROJC__JSON_TEXT:
        return projc_text_compare(expected->text, got->text) == 0;
    case PROJC__JSON_BOOL:
        return expected->boolean == got->boolean;
    default:
        return projc_text_compare(expected->raw, got->raw) == 0;
    }
}

static void compare(comparison *place, const projc__json *expected, const projc__json *got)
{
    bool is_exact = expected->kind == PROJC__JSON_MAP && expected->count == 1 &&
                    projc_text_is(expected->items[0].key, "=", 1);

    if (is_exact)
        expected = &expected->items[0];
    if (expected->kind != got->kind)
        differ(place, expected->raw, got->raw);
    else if (expected->kind == PROJC__JSON_MAP)
        compare_maps(place, expected, got, is_exact);
    else if (expected->kind == PROJC__JSON_LIST)
        compare_lists(place, expected, got);
    else if (!is_same_scalar(expected, got))
        differ(place, expected->raw, got->raw);
}

uint32_t projc__test_compare(const projc__json *expected, const projc__json *got,
                             projc__buffer *differences)
{
    comparison place = {.path = "", .differences = differences};

    compare(&place, expected, got);
    return place.count;
}
