/* render.h -- a value that a test program printed as JSON, as a .proj file writes it. */
#ifndef PC_RUNNER_RENDER_H
#define PC_RUNNER_RENDER_H

#include "base/arena.h"
#include "check/types.h"

/* Members of an object or items of a list, as slices of the JSON text. */
struct pc_json_part {
    struct pc_text name;  /* of a member, decoded; else empty */
    struct pc_text value; /* raw */
};
struct pc_json_parts {
    PC_LIST_OF(struct pc_json_part);
};

/* Splits an object or a list; false when the text is neither, or is no JSON. */
bool pc_json_split(struct pc_arena *arena, struct pc_text json, struct pc_json_parts *parts);

/* The value in the language, on one line; `type` is what the field is declared with. An empty text:
 * the JSON does not fit the type. */
struct pc_text pc_render_json(struct pc_arena *arena, struct pc_text json,
                              const struct pc_type *type);

#endif
