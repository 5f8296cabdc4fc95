/* Keys that wait for a person: listing them, trying them again, passing over what stopped them.
 *
 * Both repairs work in the calling process, whoever owns the lane: each is one fenced transaction
 * that raises the lane's epoch, so a worker that is busy on the lane has to look again; when this
 * process is the slower one, it looks again itself. */
#ifndef PROJC_ENGINE_FAILED_KEYS_H
#define PROJC_ENGINE_FAILED_KEYS_H

#include "engine/projector.h"

/* What a repair did. */
typedef struct projc__repaired {
    bool is_healed;     /* the key is in order again */
    int64_t applied;    /* events applied, the culprit's included when it went well */
    projc__key_row row; /* when it is not healed: where it stands now; in the arena */
} projc__repaired;

/* All keys out of order, retried ones too, in the order of their numbers; in the arena. Needs no
 * projector, so that it works whatever the program's fingerprints are. ABSENT when the projection
 * is not registered. */
projc_status projc__failed_list(projc_store *store, const projc_module *module, uint32_t projection,
                                projc_arena *arena, projc__key_row **rows, size_t *count,
                                projc_error *error);
/* One of them, by its msgpack key; ABSENT when it is in order. */
projc_status projc__failed_show(projc_store *store, const projc_module *module, uint32_t projection,
                                projc_bytes key, projc_arena *arena, projc__key_row *row,
                                projc_error *error);

/* Applies the culprit again and then what waits behind it; a stream projection goes on to the log's
 * end. OK: look at *repaired; ABSENT: the key is in order; else why not. */
projc_status projc__failed_retry(projc__projector *projector, projc__workspace *workspace,
                                 projc_bytes key, projc_arena *arena, projc__repaired *repaired,
                                 projc_error *error);
/* Records the culprit as skipped and applies what waits behind it. */
projc_status projc__failed_skip(projc__projector *projector, projc__workspace *workspace,
                                projc_bytes key, projc_arena *arena, projc__repaired *repaired,
                                projc_error *error);

#endif
