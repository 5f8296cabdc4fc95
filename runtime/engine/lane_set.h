/* The lanes and the keys out of order of one generation, as one step has seen them. */
#ifndef PROJC_ENGINE_LANE_SET_H
#define PROJC_ENGINE_LANE_SET_H

#include "engine/projector_private.h"

typedef struct projc__lane_set {
    projc__lane *lanes; /* all of the generation; lanes[i].lane == i */
    uint32_t count;
    bool *mine;     /* of the part that is stepped, and owned by this process */
    uint32_t deals; /* the projector's, when mine was chosen */
    uint32_t mine_count;
    uint32_t lowest;      /* of mine, the one at the lowest position */
    projc__key_row *keys; /* all of the generation, in byte order of their keys */
    size_t key_count;
    uint32_t failed_count; /* of those, the ones that wait for a person */
    projc__memory *memory; /* of the part that is stepped; NULL: it has none */
    bool is_recalled;      /* from memory, without looking */
    bool is_paused;        /* the generation, or the live one beside which it is built */
    int64_t live;          /* beside which it is built; else 0 */
    int64_t bound;         /* the live one's furthest position, not to be passed; INT64_MAX: none */
} projc__lane_set;

/* Everything lives in the arena. part_count 0: every lane is mine. */
projc_status projc__lane_set_load(projc__projector *projector, projc_store *store,
                                  projc_arena *arena, uint32_t part, uint32_t part_count,
                                  projc__lane_set *set, projc_error *error);

/* The end of it, for lanes that come from elsewhere: fills in mine and lowest. */
projc_status projc__lane_set_choose(projc__projector *projector, projc_arena *arena, uint32_t part,
                                    uint32_t part_count, projc__lane_set *set, projc_error *error);

/* NULL when the key is in order. */
const projc__key_row *projc__lane_set_find_key(const projc__lane_set *set, projc_bytes key);

#endif
