/* JSON without a known shape: a small tree in an arena, and msgpack shown as JSON. */
#ifndef PROJC_CODEC_JSON_TREE_H
#define PROJC_CODEC_JSON_TREE_H

#include "projc/codec.h"

typedef enum projc__json_kind {
    PROJC__JSON_NULL,
    PROJC__JSON_BOOL,
    PROJC__JSON_NUMBER, /* text is its spelling */
    PROJC__JSON_TEXT,
    PROJC__JSON_LIST,
    PROJC__JSON_MAP
} projc__json_kind;

typedef struct projc__json {
    projc__json_kind kind;
    bool boolean;
    projc_text text;           /* of a text, without escapes; of a number */
    projc_text key;            /* of a map's value */
    projc_text raw;            /* as it stood in the input, without blanks around it */
    struct projc__json *items; /* of a list or map, in the input's order */
    uint32_t count;
    uint32_t capacity;
} projc__json;

/* Parses one JSON text. The tree borrows it and lives in the arena. DATA when it is no JSON, LIMIT
 * or NO_MEMORY when the arena is exhausted. */
projc_status projc__json_parse(projc_arena *arena, projc_text text, projc__json **tree,
                               projc_error *error);

/* The value of a key of a map, the last when there are several; NULL when there is none, or tree is
 * NULL or no map. */
const projc__json *projc__json_find(const projc__json *tree, projc_text key);
/* The same for a key that is written in the program. */
const projc__json *projc__json_get(const projc__json *tree, const char *key);

/* Writes one msgpack value as JSON: bytes as base64, an extension as {"extension":5,"data":"…"}, a
 * key that is no text as its JSON, a number that is not finite as null. DATA when it is no msgpack.
 */
projc_status projc__msgpack_to_json(projc_arena *arena, projc_bytes bytes,
                                    projc_json_writer *writer, projc_error *error);

#endif
