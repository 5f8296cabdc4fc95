/* One key's events, one after the other, in a replica. */
#include "engine/history.h"

#include "codec/value.h"
#include "engine/projector_private.h"
#include "engine/state_row.h"
#include "engine/verify_private.h"

typedef struct history {
    const projc__history_request *request;
    projc__observer observer;
    projc_bytes key;
    int64_t told; /* number of the last event that was told */
    projc__fate fate;
} history;

/* A retry may apply, after all, what was refused. */
static bool is_news(const history *self, int64_t no, projc__fate fate)
{
    return no > self->told ||
           (no == self->told && self->fate == PROJC__FATE_REFUSED && fate != PROJC__FATE_REFUSED);
}

static projc_status see(void *context, projc_bytes key, const projc__history_step *step,
                        projc_error *error)
{
    history *self = context;

    if (projc_bytes_compare(key, self->key) != 0 || !is_news(self, step->event->no, step->fate))
        return PROJC_OK;
    self->told = step->event->no;
    self->fate = step->fate;
    return self->request->tell(self->request->context, step, error);
}

static projc_status encode_key(history *self, const projc_projection_type *type, projc_arena *arena,
                               projc_error *error)
{
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);

    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a key");
    return projc__key_encode(writer, self->request->key, projc__key_parts(type), &self->key, error);
}

projc_status projc__history(const projc__engine *engine, projc_store *store,
                            const projc_module *module, uint32_t projection,
                            const projc__history_request *request, projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    history self = {.request = request, .observer = {.see = see}};
    projc_arena *arena = projc_arena_new(0);
    projc__witness witness;
    projc_status status;

    if (arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a key");
    self.observer.context = &self;
    status = projc__witness_open(&witness, engine, store, module, projection, error);
    if (status == PROJC_OK)
        status = encode_key(&self, type, arena, error);
    if (status == PROJC_OK)
        status = projc__witness_replay(
            &witness, type->kind == PROJC_AGGREGATE_PROJECTION ? request->key : NULL, error);
    if (status == PROJC_OK) {
        projc__replica_observe(witness.replica, &self.observer);
        status = projc__witness_look(&witness, error);
    }
    projc__witness_close(&witness);
    projc_arena_free(arena);
    return status;
}
