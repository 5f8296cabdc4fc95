/* Tagged values: keys as msgpack and their lanes, order, and the forms that people read and type.
 */
#ifndef PROJC_CODEC_VALUE_H
#define PROJC_CODEC_VALUE_H

#include "base/buffer.h"
#include "projc/codec.h"

/* ---- keys ---- */

/* The parts of a key as a msgpack array: what lanes are computed from and failed keys are stored
 * under. Equal keys give equal bytes. The writer is reset; the bytes live in its arena. f64 is no
 * key. Returns OK, LIMIT or NO_MEMORY. */
projc_status projc__key_encode(projc_msgpack_writer *writer, const projc_value *parts,
                               uint32_t count, projc_bytes *bytes, projc_error *error);

/* The way back, strictly: columns tell what the parts are. Slices borrow the bytes. CORRUPT when
 * the bytes are no such key. */
projc_status projc__key_decode(projc_bytes bytes, const projc_column *columns, uint32_t count,
                               projc_arena *arena, projc_value *parts, projc_error *error);

/* XXH3-64 of the key's bytes modulo the number of lanes, which is stored with a generation: neither
 * may ever change. lanes > 0. */
uint32_t projc__key_lane(projc_bytes key, uint32_t lanes);

/* ---- order ---- */

/* As the databases sort it: null first, texts and bytes by their bytes. Values of one column. */
int projc__value_compare(const projc_value *left, const projc_value *right);
/* Part by part. */
int projc__key_compare(const projc_value *left, const projc_value *right, uint32_t count);
/* A number that is in the same order as far as it goes: of two keys with different ranks the one
 * with the lower rank is the lower one. For sorting many. count may be 0. */
uint64_t projc__key_rank(const projc_value *parts, uint32_t count);

/* ---- for people ---- */

/* The value as JSON, the way `inspect`, `query` and `--json` print it. */
void projc__value_write_json(projc_json_writer *writer, const projc_column *column,
                             const projc_value *value);
/* A key: null without parts, the value of one part, an array of several. */
void projc__key_write_json(projc_json_writer *writer, const projc_column *columns,
                           const projc_value *parts, uint32_t count);
/* The value as in JSON but without quotation marks and escapes; null is "null". */
void projc__value_put(projc__buffer *buffer, const projc_column *column, const projc_value *value);
/* A value typed on a command line. Slices borrow the text or live in the arena. INVALID, with a
 * message that names the type, when the text is none. */
projc_status projc__value_parse(projc_arena *arena, const projc_column *column, projc_text text,
                                projc_value *value, projc_error *error);

#endif
