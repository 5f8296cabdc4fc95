/* Reading the fields of an event or record by name, in line: what generated decoders do most.
 *
 *     while (projc_json_read_field(reader, &scope)) {
 *         if (projc_json_field_is(reader, "amount", 6))
 *             event->amount = projc_json_read_decimal(reader, 2, false);
 *         else
 *             projc_json_skip_field(reader, &scope);
 *     }
 *
 * A key is compared where it stands, in the form that writers give it, before anything is known of
 * it: a key that equals a known name needs no look at its end, its escapes and its UTF-8. What no
 * name equals is read in full by skip_field. When it was written in another form (with escapes, as
 * an integer, with blanks behind it) the loop comes round once more, and the names are compared
 * with what was read, in reader->field; otherwise the field is unknown, and its value is passed
 * over. */
#ifndef PROJC_CODEC_FIELD_H
#define PROJC_CODEC_FIELD_H

#include "projc/codec.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- JSON ---- */

/* read_field, but for what stands in line below. */
bool projc__json_read_field(projc_json_reader *reader, projc_scope *scope);

/* After read_map: stands before the next key, which field_is or skip_field must take. False at the
 * map's end, and when the reader failed. */
static inline bool projc_json_read_field(projc_json_reader *reader, projc_scope *scope)
{
    if (scope->is_first || scope->is_null || scope->is_reread || reader->end - reader->at < 2 ||
        reader->at[0] != ',' || reader->at[1] != '"')
        return projc__json_read_field(reader, scope);
    reader->at++;
    reader->field = projc_text_of(NULL, 0);
    return true;
}

/* True, and passed over with its colon, when the key is this one; then the value must be read. The
 * name must be one that needs no escapes; others compare with reader->field. */
static inline bool projc_json_field_is(projc_json_reader *reader, const char *name, size_t size)
{
    const char *at = reader->at; /* a quotation mark, unless the key was read in full */

    if (reader->field.data != NULL)
        return projc_text_is(reader->field, name, size);
    if ((size_t)(reader->end - at) < size + 3 || __builtin_memcmp(at + 1, name, size) != 0 ||
        at[size + 1] != '"' || at[size + 2] != ':')
        return false;
    reader->at = at + size + 3;
    reader->field = projc_text_of(name, size);
    return true;
}

/* The key is none of the names: passes over it and its value, or has the names compared again. */
void projc_json_skip_field(projc_json_reader *reader, projc_scope *scope);

/* ---- msgpack: the same, for names of any kind ---- */

bool projc__msgpack_read_field(projc_msgpack_reader *reader, projc_scope *scope);

static inline bool projc_msgpack_read_field(projc_msgpack_reader *reader, projc_scope *scope)
{
    if (scope->left == 0 || scope->is_reread || reader->at == reader->end)
        return projc__msgpack_read_field(reader, scope);
    scope->left--;
    reader->field = projc_text_of(NULL, 0);
    return true;
}

static inline bool projc_msgpack_field_is(projc_msgpack_reader *reader, const char *name,
                                          size_t size)
{
    const uint8_t *at = reader->at;

    if (reader->field.data != NULL)
        return projc_text_is(reader->field, name, size);
    if (size >= 32 || (size_t)(reader->end - at) <= size || *at != (0xA0 | size) ||
        __builtin_memcmp(at + 1, name, size) != 0)
        return false; /* longer names have another head, and are read in full */
    reader->at = at + 1 + size;
    reader->field = projc_text_of(name, size);
    return true;
}

void projc_msgpack_skip_field(projc_msgpack_reader *reader, projc_scope *scope);

#ifdef __cplusplus
}
#endif
#endif
