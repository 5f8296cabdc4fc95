/* The msgpack reader's frame: heads, maps, lists, passing over values, ends and failures. */
#include "codec/msgpack_head.h"

#include "base/arena.h"
#include "base/decimal.h"
#include "codec/messages.h"
#include "projc/handler.h"

#include <string.h>

static const projc_text no_field;

void projc_msgpack_reader_init(projc_msgpack_reader *reader, const void *data, size_t size,
                               projc_arena *arena, projc_error *error)
{
    *reader = (projc_msgpack_reader){
        .at = size == 0 ? (const uint8_t *)"" : data, .arena = arena, .error = error};
    reader->start = reader->at;
    reader->end = reader->at + size;
}

/* ---- failing ---- */

static void fail(projc_msgpack_reader *reader, projc_text field, projc_status status,
                 const char *format, va_list arguments)
{
    if (reader->status != PROJC_OK)
        return;
    /* What had no room may have had no memory. */
    if (status == PROJC_LIMIT && projc_arena_is_exhausted(reader->arena)) {
        projc__msgpack_exhausted(reader);
        return;
    }
    reader->status = projc__codec_error(reader->error, field, status, format, arguments);
    reader->at = reader->end;
}

void projc__msgpack_fail_plainly(projc_msgpack_reader *reader, projc_status status,
                                 const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail(reader, no_field, status, format, arguments);
    va_end(arguments);
}

void projc_msgpack_fail(projc_msgpack_reader *reader, projc_status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail(reader, reader->field, status, format, arguments);
    va_end(arguments);
}

void projc__msgpack_exhausted(projc_msgpack_reader *reader)
{
    if (reader->status != PROJC_OK)
        return;
    reader->status = projc__arena_error(reader->arena, reader->error);
    reader->at = reader->end;
}

void projc__msgpack_wrong_kind(projc_msgpack_reader *reader, projc__msgpack_kind kind,
                               const char *expected)
{
    static const char *const found[] = {
        [PROJC__MSGPACK_NIL] = "nil",
        [PROJC__MSGPACK_BOOL] = "a bool",
        [PROJC__MSGPACK_INTEGER] = "an integer",
        [PROJC__MSGPACK_HUGE] = "an integer of more than 63 bits",
        [PROJC__MSGPACK_REAL] = "a float",
        [PROJC__MSGPACK_TEXT] = "a text",
        [PROJC__MSGPACK_BYTES] = "bytes",
        [PROJC__MSGPACK_LIST] = "a list",
        [PROJC__MSGPACK_MAP] = "a map",
        [PROJC__MSGPACK_EXTENSION] = "an extension",
        [PROJC__MSGPACK_FAILED] = "nothing",
    };

    projc_msgpack_fail(reader, PROJC_DATA, "expected %s, found %s", expected, found[kind]);
}

/* ---- maps and lists ---- */

static bool go_deeper(projc_msgpack_reader *reader)
{
    if (reader->depth < PROJC_DEPTH_MAX) {
        reader->depth++;
        return true;
    }
    projc_msgpack_fail(reader, PROJC_LIMIT, "nested deeper than %d levels", PROJC_DEPTH_MAX);
    return false;
}

static void enter(projc_msgpack_reader *reader, projc_scope *scope, projc__msgpack_kind wanted,
                  const char *expected)
{
    projc__msgpack_head head;
    projc__msgpack_kind kind = projc__msgpack_read_head(reader, &head);

    *scope = (projc_scope){.is_null = true};
    if (kind == wanted) {
        if (!go_deeper(reader))
            return;
        scope->left = (uint32_t)head.count;
        scope->is_first = true;
        scope->is_null = false;
    } else if (kind != PROJC__MSGPACK_NIL) {
        projc__msgpack_wrong_kind(reader, kind, expected);
    }
}

void projc_msgpack_read_map(projc_msgpack_reader *reader, projc_scope *scope)
{
    enter(reader, scope, PROJC__MSGPACK_MAP, "a map");
}

void projc_msgpack_read_list(projc_msgpack_reader *reader, projc_scope *scope)
{
    enter(reader, scope, PROJC__MSGPACK_LIST, "a list");
}

bool projc_msgpack_read_item(projc_msgpack_reader *reader, projc_scope *scope)
{
    if (scope->is_null || reader->status != PROJC_OK)
        return false;
    if (scope->left == 0) {
        reader->depth--;
        return false;
    }
    scope->left--;
    scope->is_first = false;
    return true;
}

/* An integer as a key, in the text form that JSON has for it. */
static projc_text integer_key(projc_msgpack_reader *reader, int64_t integer)
{
    char text[PROJC__DECIMAL_TEXT_MAX];
    size_t size = projc__decimal_format(integer, 0, text);
    const char *copy = projc_arena_copy(reader->arena, text, size);

    if (copy == NULL) {
        projc__msgpack_exhausted(reader);
        return no_field;
    }
    return projc_text_of(copy, size);
}

/* A key: a text, or an integer as text. Its data is NULL when the reader failed. */
static projc_text take_key(projc_msgpack_reader *reader)
{
    projc__msgpack_head head;
    projc__msgpack_kind kind = projc__msgpack_read_head(reader, &head);
    projc_text name;

    if (kind == PROJC__MSGPACK_INTEGER)
        return integer_key(reader, head.integer);
    if (kind != PROJC__MSGPACK_TEXT) {
        projc__msgpack_wrong_kind(reader, kind, "a key");
        return no_field;
    }
    name = projc_text_of((const char *)head.data, (size_t)head.count);
    return projc__msgpack_is_text(reader, name) ? name : no_field;
}

bool projc_msgpack_read_key(projc_msgpack_reader *reader, projc_scope *scope, projc_text *key)
{
    projc_text name;

    if (!projc_msgpack_read_item(reader, scope))
        return false;
    reader->field = no_field;
    name = take_key(reader);
    if (name.data == NULL)
        return false;
    *key = name;
    reader->field = name;
    return true;
}

bool projc__msgpack_read_field(projc_msgpack_reader *reader, projc_scope *scope)
{
    if (scope->is_reread) {
        scope->is_reread = false;
        return true;
    }
    reader->field = no_field;
    return projc_msgpack_read_item(reader, scope);
}

void projc_msgpack_skip_field(projc_msgpack_reader *reader, projc_scope *scope)
{
    bool is_short = reader->at < reader->end && (*reader->at & 0xE0) == 0xA0;
    projc_text name;

    if (reader->field.data != NULL) { /* compared with all names for the second time */
        projc_msgpack_skip(reader);
        return;
    }
    name = take_key(reader);
    if (name.data == NULL)
        return;
    reader->field = name;
    /* In the form that the comparisons know, they have said all. */
    if (is_short)
        projc_msgpack_skip(reader);
    else
        scope->is_reread = true;
}

void projc_msgpack_read_array(projc_msgpack_reader *reader, uint32_t count)
{
    projc__msgpack_head head;
    projc__msgpack_kind kind = projc__msgpack_read_head(reader, &head);

    if (kind != PROJC__MSGPACK_LIST)
        projc__msgpack_wrong_kind(reader, kind, "a record");
    else if (head.count != count)
        projc_msgpack_fail(reader, PROJC_DATA, "expected a record of %u fields, found %llu", count,
                           (unsigned long long)head.count);
    else
        go_deeper(reader);
}

void projc_msgpack_read_array_end(projc_msgpack_reader *reader)
{
    if (reader->status == PROJC_OK)
        reader->depth--;
}

bool projc_msgpack_read_null(projc_msgpack_reader *reader)
{
    if (reader->at == reader->end || *reader->at != 0xC0)
        return false;
    reader->at++;
    return true;
}

/* ---- passing over ---- */

void projc_msgpack_skip(projc_msgpack_reader *reader)
{
    uint64_t items[PROJC_DEPTH_MAX + 1]; /* still to come, on every level */
    uint32_t level = 0;

    items[0] = 1;
    for (;;) {
        projc__msgpack_head head;
        projc__msgpack_kind kind;

        while (items[level] == 0) {
            if (level == 0)
                return;
            level--;
        }
        items[level]--;
        kind = projc__msgpack_read_head(reader, &head);
        if (kind == PROJC__MSGPACK_FAILED)
            return;
        if (kind != PROJC__MSGPACK_LIST && kind != PROJC__MSGPACK_MAP)
            continue;
        if (reader->depth + level >= PROJC_DEPTH_MAX) {
            projc_msgpack_fail(reader, PROJC_LIMIT, "nested deeper than %d levels",
                               PROJC_DEPTH_MAX);
            return;
        }
        items[++level] = kind == PROJC__MSGPACK_MAP ? 2 * head.count : head.count;
    }
}

/* ---- ends ---- */

void projc_msgpack_check_seen(projc_msgpack_reader *reader, const uint64_t *seen,
                              const uint64_t *required, const char *const *fields, uint32_t count)
{
    const char *missing = projc__first_missing(seen, required, fields, count);

    if (missing != NULL)
        projc__msgpack_fail_plainly(reader, PROJC_DATA, "field `%s` is missing", missing);
}

projc_status projc_msgpack_read_end(projc_msgpack_reader *reader)
{
    if (reader->status == PROJC_OK && reader->at != reader->end)
        projc__msgpack_fail_plainly(reader, PROJC_DATA, "expected the end at byte %zu",
                                    (size_t)(reader->at - reader->start));
    return reader->status;
}
