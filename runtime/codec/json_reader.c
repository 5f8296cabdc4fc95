/* The JSON reader's frame: maps, lists, passing over values, ends and failures. RFC 8259, strictly.
 */
#include "codec/json_scan.h"

#include "base/arena.h"
#include "codec/messages.h"

#include <string.h>

static const projc_text no_field;

void projc_json_reader_init(projc_json_reader *reader, const void *data, size_t size,
                            projc_arena *arena, projc_error *error)
{
    *reader = (projc_json_reader){.at = size == 0 ? "" : data, .arena = arena, .error = error};
    reader->start = reader->at;
    reader->end = reader->at + size;
}

/* ---- failing ---- */

static void fail(projc_json_reader *reader, projc_text field, projc_status status,
                 const char *format, va_list arguments)
{
    if (reader->status != PROJC_OK)
        return;
    /* What had no room may have had no memory. */
    if (status == PROJC_LIMIT && projc_arena_is_exhausted(reader->arena)) {
        projc__json_exhausted(reader);
        return;
    }
    reader->status = projc__codec_error(reader->error, field, status, format, arguments);
    reader->at = reader->end;
}

static void fail_without_field(projc_json_reader *reader, projc_status status, const char *format,
                               ...) __attribute__((format(printf, 3, 4)));

static void fail_without_field(projc_json_reader *reader, projc_status status, const char *format,
                               ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail(reader, no_field, status, format, arguments);
    va_end(arguments);
}

void projc_json_fail(projc_json_reader *reader, projc_status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail(reader, reader->field, status, format, arguments);
    va_end(arguments);
}

void projc__json_unexpected(projc_json_reader *reader, const char *expected)
{
    size_t byte = (size_t)(reader->at - reader->start);

    if (reader->at == reader->end)
        fail_without_field(reader, PROJC_DATA, "truncated at byte %zu", byte);
    else
        fail_without_field(reader, PROJC_DATA, "expected %s at byte %zu", expected, byte);
}

void projc__json_wrong_kind(projc_json_reader *reader, const char *expected)
{
    const char *found;

    switch (projc__json_peek(reader)) {
    case '{':
        found = "a map";
        break;
    case '[':
        found = "a list";
        break;
    case '"':
        found = "a text";
        break;
    case 't':
    case 'f':
        found = "a bool";
        break;
    case 'n':
        found = "null";
        break;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        found = "a number";
        break;
    default:
        projc__json_unexpected(reader, "a value");
        return;
    }
    projc_json_fail(reader, PROJC_DATA, "expected %s, found %s", expected, found);
}

void projc__json_exhausted(projc_json_reader *reader)
{
    if (reader->status != PROJC_OK)
        return;
    reader->status = projc__arena_error(reader->arena, reader->error);
    reader->at = reader->end;
}

/* ---- maps and lists ---- */

static bool enter(projc_json_reader *reader, projc_scope *scope, char bracket, const char *expected)
{
    char next = projc__json_peek(reader);

    scope->left = 0;
    scope->is_first = true;
    scope->is_null = false;
    scope->is_reread = false;
    if (next == bracket) {
        reader->at++;
        if (reader->depth < PROJC_DEPTH_MAX) {
            reader->depth++;
            return true;
        }
        projc_json_fail(reader, PROJC_LIMIT, "nested deeper than %d levels", PROJC_DEPTH_MAX);
    } else if (next == 'n') {
        projc__json_word(reader, "null", 4);
    } else {
        projc__json_wrong_kind(reader, expected);
    }
    scope->is_null = true; /* whatever happened: there is nothing to read */
    return false;
}

void projc_json_read_map(projc_json_reader *reader, projc_scope *scope)
{
    enter(reader, scope, '{', "a map");
}

void projc_json_read_list(projc_json_reader *reader, projc_scope *scope)
{
    enter(reader, scope, '[', "a list");
}

/* Passes over the comma before the next item. False when the bracket came, or the reader failed. */
static inline bool next_item(projc_json_reader *reader, projc_scope *scope, char bracket,
                             const char *expected)
{
    char next;

    if (scope->is_null)
        return false;
    next = projc__json_peek(reader);
    if (next == bracket) {
        reader->at++;
        reader->depth--;
        return false;
    }
    if (scope->is_first) {
        scope->is_first = false;
        return reader->at < reader->end || (projc__json_unexpected(reader, expected), false);
    }
    if (next == ',') {
        reader->at++;
        return true;
    }
    projc__json_unexpected(reader, expected);
    return false;
}

static inline bool is_at_key(projc_json_reader *reader)
{
    if (projc__json_peek(reader) == '"')
        return true;
    projc__json_unexpected(reader, "a key");
    return false;
}

static inline bool take_colon(projc_json_reader *reader)
{
    if (projc__json_peek(reader) != ':') {
        projc__json_unexpected(reader, "`:`");
        return false;
    }
    reader->at++;
    return true;
}

bool projc_json_read_key(projc_json_reader *reader, projc_scope *scope, projc_text *key)
{
    projc_text name;

    if (!next_item(reader, scope, '}', "`,` or `}`"))
        return false;
    reader->field = no_field;
    if (!is_at_key(reader))
        return false;
    name = projc__json_string(reader);
    if (name.data == NULL || !take_colon(reader))
        return false;
    *key = name;
    reader->field = name;
    return true;
}

bool projc__json_read_field(projc_json_reader *reader, projc_scope *scope)
{
    if (scope->is_reread) {
        scope->is_reread = false;
        return true;
    }
    reader->field = no_field;
    return projc_json_read_entry(reader, scope);
}

void projc_json_skip_field(projc_json_reader *reader, projc_scope *scope)
{
    const char *begin = reader->at + 1;
    projc_text name;

    if (reader->field.data != NULL) { /* compared with all names for the second time */
        projc_json_skip(reader);
        return;
    }
    name = projc__json_string(reader);
    if (name.data == NULL || !take_colon(reader))
        return;
    reader->field = name;
    /* With the colon right behind it, and no escapes (which are longer than what they stand for),
     * the comparisons have said all. */
    if (reader->at == begin + name.size + 2)
        projc_json_skip(reader);
    else
        scope->is_reread = true;
}

bool projc_json_read_entry(projc_json_reader *reader, projc_scope *scope)
{
    return next_item(reader, scope, '}', "`,` or `}`") && is_at_key(reader);
}

bool projc_json_read_item(projc_json_reader *reader, projc_scope *scope)
{
    return next_item(reader, scope, ']', "`,` or `]`");
}

bool projc__json_word(projc_json_reader *reader, const char *word, size_t size)
{
    size_t left = (size_t)(reader->end - reader->at);

    if (left >= size && memcmp(reader->at, word, size) == 0) {
        reader->at += size;
        return true;
    }
    if (left < size && memcmp(reader->at, word, left) == 0)
        reader->at = reader->end;
    projc__json_unexpected(reader, "a value");
    return false;
}

bool projc_json_read_null(projc_json_reader *reader)
{
    return projc__json_peek(reader) == 'n' && projc__json_word(reader, "null", 4);
}

/* ---- passing over ---- */

/* The brackets around what is being passed over: a bit each, 1 for a map. */
typedef struct nesting {
    uint64_t is_map;
    uint32_t depth;
} nesting;

_Static_assert(PROJC_DEPTH_MAX <= 64, "a bit for every level");

static bool skip_scalar(projc_json_reader *reader, char next)
{
    projc_text number;

    switch (next) {
    case '"':
        return projc__json_skip_string(reader);
    case 't':
        return projc__json_word(reader, "true", 4);
    case 'f':
        return projc__json_word(reader, "false", 5);
    case 'n':
        return projc__json_word(reader, "null", 4);
    default:
        if (next == '-' || (next >= '0' && next <= '9'))
            return projc__json_number(reader, &number);
        projc__json_unexpected(reader, "a value");
        return false;
    }
}

/* At an opening bracket. */
static bool skip_in(projc_json_reader *reader, nesting *brackets, char bracket)
{
    reader->at++;
    if (reader->depth + brackets->depth >= PROJC_DEPTH_MAX) {
        projc_json_fail(reader, PROJC_LIMIT, "nested deeper than %d levels", PROJC_DEPTH_MAX);
        return false;
    }
    brackets->is_map = brackets->is_map << 1 | (bracket == '{');
    brackets->depth++;
    return true;
}

/* Behind a value: passes over closing brackets. True when another value follows, at which the
 * reader then stands; false at the end of the whole, or when the reader failed. */
static bool skip_on(projc_json_reader *reader, nesting *brackets, bool is_empty)
{
    while (brackets->depth != 0) {
        bool is_map = (brackets->is_map & 1) != 0;
        char next = projc__json_peek(reader);

        if (next == (is_map ? '}' : ']')) {
            reader->at++;
            brackets->is_map >>= 1;
            brackets->depth--;
            is_empty = false;
            continue;
        }
        if (!is_empty) {
            if (next != ',') {
                projc__json_unexpected(reader, is_map ? "`,` or `}`" : "`,` or `]`");
                return false;
            }
            reader->at++;
        }
        return !is_map ||
               (is_at_key(reader) && projc__json_skip_string(reader) && take_colon(reader));
    }
    return false;
}

void projc_json_skip(projc_json_reader *reader)
{
    nesting brackets = {0, 0};
    bool has_more;

    do {
        char next = projc__json_peek(reader);

        if (next == '{' || next == '[')
            has_more = skip_in(reader, &brackets, next) && skip_on(reader, &brackets, true);
        else
            has_more = skip_scalar(reader, next) && skip_on(reader, &brackets, false);
    } while (has_more);
}

projc_text projc_json_read_raw(projc_json_reader *reader)
{
    const char *begin;

    projc__json_blanks(reader);
    begin = reader->at;
    projc_json_skip(reader);
    if (reader->status != PROJC_OK)
        return no_field;
    return projc_text_of(begin, (size_t)(reader->at - begin));
}

/* ---- ends ---- */

void projc_json_check_seen(projc_json_reader *reader, const uint64_t *seen,
                           const uint64_t *required, const char *const *fields, uint32_t count)
{
    const char *missing = projc__first_missing(seen, required, fields, count);

    if (missing != NULL)
        fail_without_field(reader, PROJC_DATA, "field `%s` is missing", missing);
}

projc_status projc_json_read_end(projc_json_reader *reader)
{
    projc__json_blanks(reader);
    if (reader->status == PROJC_OK && reader->at != reader->end)
        projc__json_unexpected(reader, "the end");
    return reader->status;
}
