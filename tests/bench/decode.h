/* The contenders of the decoding benchmark: decode.c makes the events, measures and compares. */
#ifndef BENCH_DECODE_H
#define BENCH_DECODE_H

#include <projc/projc.h>

/* One event in both formats. */
typedef struct sample {
    projc_text json;
    projc_bytes packed;
} sample;

/* Each decodes one event and hands its fields to decode_use; false when it refuses. */
typedef bool decoder(const sample *from);

decoder by_hand_json;    /* decode_by_hand.c */
decoder by_hand_msgpack; /* the same */
decoder tree_json;       /* decode_trees.c: jansson */
decoder tree_msgpack;    /* the same: msgpack-c's objects */

/* "2026-02-25T06:13:20.000003Z" as microseconds; false when it is no such moment. */
bool by_hand_time(projc_text text, int64_t *value);

/* Both decoders of a format refuse the same malformed payloads and read the same odd ones: a
 * decoder that leaves a check out would win unfairly. Says on stderr which do not
 * (decode_strictness.c). */
bool decode_is_strict(decoder *generated_json, decoder *hand_json, decoder *generated_msgpack,
                      decoder *hand_msgpack);

/* Takes what was read, so that no compiler leaves the reading out; all must read the same. */
void decode_use(projc_text customer, uint32_t items, int64_t total, int64_t at, bool has_note);

#endif
