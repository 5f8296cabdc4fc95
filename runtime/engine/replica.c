/* One projection made anew from the log, in a private database. */
#include "engine/replica.h"

#include <stdlib.h>

#include "engine/projector_private.h"
#include "engine/workspace.h"

/* SQLite keeps a database without a name in a file of its own that has no name either. */
static const char private_database[] = "sqlite:file:";

/* The store's driver table with the log's entries exchanged. The first member, so that an entry
 * finds the replica from its store. */
struct projc__replica {
    struct projc__driver driver;
    projc_store *store; /* owned by the workspace; its own driver is the SQLite one */
    projc_store *log;
    const projc_stream_type *stream;
    const char *aggregate_type;      /* NULL: all events */
    const projc_value *aggregate_id; /* NULL: all events */
    int64_t generation;              /* the stored one, whose skips are honoured */
    int64_t bound;
    projc__manual_clock clock;
    projc__engine engine;
    projc__workspace *workspace;
    projc__projector *projector;
};

static projc__replica *replica_of(const projc_store *store)
{
    return (projc__replica *)(uintptr_t)store->driver;
}

/* ---- the log's entries ---- */

static projc_status preflight(projc_store *store, const projc_stream_type *stream,
                              projc_error *error)
{
    (void)store, (void)stream, (void)error;
    return PROJC_OK; /* the log was looked at by whoever brought it */
}

static projc_status check_log(projc_store *store, const projc_stream_type *stream, int64_t no,
                              projc_uuid event_id, projc_error *error)
{
    (void)store, (void)stream, (void)no, (void)event_id, (void)error;
    return PROJC_OK; /* a replica lives shorter than a connection */
}

static projc_status read_raw(projc_store *store, const projc_stream_type *stream, int64_t after,
                             int64_t up_to, const char *aggregate_type, const projc_value *id,
                             const projc__page_limits *limits, projc_arena *arena,
                             projc__page *page, projc_error *error)
{
    const projc__replica *self = replica_of(store);

    if (up_to > self->bound)
        up_to = self->bound;
    if (after >= up_to) {
        *page = (projc__page){.reached = after};
        return PROJC_OK;
    }
    return projc__store_read_raw(self->log, stream, after, up_to, aggregate_type, id, limits, arena,
                                 page, error);
}

static projc_status read_page(projc_store *store, const projc_stream_type *stream, int64_t after,
                              const projc__page_limits *limits, projc_arena *arena,
                              projc__page *page, projc_error *error)
{
    const projc__replica *self = replica_of(store);

    return read_raw(store, stream, after, self->bound, self->aggregate_type, self->aggregate_id,
                    limits, arena, page, error);
}

static projc_status load_skipped(projc_store *store, int64_t generation, int64_t above,
                                 size_t limit, projc_arena *arena, projc__skipped_row **rows,
                                 size_t *count, projc_error *error)
{
    const projc__replica *self = replica_of(store);

    (void)generation;
    return projc__store_load_skipped(self->log, self->generation, above, limit, arena, rows, count,
                                     error);
}

/* ---- making and freeing ---- */

static void exchange_log(projc__replica *self)
{
    self->driver = *self->store->driver;
    self->driver.preflight = preflight;
    self->driver.check_log = check_log;
    self->driver.read_page = read_page;
    self->driver.read_raw = read_raw;
    self->driver.load_skipped = load_skipped;
    self->store->driver = &self->driver;
}

static projc_status open_projector(projc__replica *self, const projc_module *module,
                                   uint32_t projection, projc_error *error)
{
    projc_status status = projc__workspace_new(&self->engine, &self->workspace, error);

    if (status == PROJC_OK)
        status = projc__workspace_store(self->workspace, &self->store, error);
    if (status == PROJC_OK)
        status = projc_store_apply_schema(self->store, module, false, error);
    if (status != PROJC_OK)
        return status;
    exchange_log(self);
    status = projc__projector_open(&self->engine, self->workspace, module, projection,
                                   &self->projector, error);
    if (status == PROJC_OK)
        self->projector->silent_up_to = INT64_MAX;
    return status;
}

/* A log of text ids may spell an id that is none in several ways: then all events are read. */
static bool is_named_so(const projc_stream_type *stream, const projc_aggregate_type *aggregate)
{
    return aggregate->id_type != PROJC_ID_I64 &&
           (!stream->has_text_ids || aggregate->id_type == PROJC_ID_TEXT);
}

projc_status projc__replica_open(const projc__engine *engine, projc_store *log,
                                 const projc_module *module, uint32_t projection,
                                 const projc__generation *generation,
                                 const projc_value *aggregate_id, projc__replica **replica,
                                 projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    projc__replica *self = calloc(1, sizeof *self);
    projc_status status;

    *replica = NULL;
    if (self == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a replica");
    self->log = log;
    self->stream = &module->streams[type->stream];
    self->generation = generation->number;
    if (aggregate_id != NULL && is_named_so(self->stream, &module->aggregates[type->aggregate])) {
        self->aggregate_id = aggregate_id;
        self->aggregate_type = module->aggregates[type->aggregate].type;
    }
    self->engine = *engine;
    self->engine.options.database = private_database;
    self->engine.options.lanes = generation->lanes;
    self->engine.log = NULL;
    self->engine.metrics = &projc__no_metrics;
    projc__manual_clock_init(&self->clock, projc__clock_now(engine->clock));
    self->engine.clock = &self->clock.clock;
    status = open_projector(self, module, projection, error);
    if (status != PROJC_OK) {
        projc__replica_close(self);
        return status;
    }
    *replica = self;
    return PROJC_OK;
}

void projc__replica_close(projc__replica *replica)
{
    if (replica == NULL)
        return;
    projc__projector_close(replica->projector);
    projc__workspace_free(replica->workspace);
    projc__manual_clock_clear(&replica->clock);
    free(replica);
}

void projc__replica_observe(projc__replica *replica, const projc__observer *observer)
{
    replica->projector->observer = observer;
}

/* ---- replaying ---- */

static projc_status catch_up(projc__replica *self, projc_error *error)
{
    for (;;) {
        projc__outcome outcome = {0};
        projc_status status =
            projc__projector_step(self->projector, self->workspace, 0, 1, &outcome, error);

        if (status != PROJC_OK)
            return status;
        if (outcome.retry_at != 0) {
            int64_t now = projc__clock_now(&self->clock.clock);

            if (outcome.retry_at > now)
                projc__manual_clock_advance(&self->clock, outcome.retry_at - now);
        } else if (outcome.is_caught_up || outcome.is_stopped) {
            return PROJC_OK;
        }
    }
}

/* The next bound: the lowest position above the last one; 0 when there is none. */
static int64_t next_bound(const projc__lane *lanes, size_t count, int64_t last)
{
    int64_t bound = 0;

    for (size_t i = 0; i < count; i++)
        if (lanes[i].position > last && (bound == 0 || lanes[i].position < bound))
            bound = lanes[i].position;
    return bound;
}

projc_status projc__replica_follow(projc__replica *replica, const projc__lane *lanes, size_t count,
                                   projc_error *error)
{
    bool *owned = malloc((count + 1) * sizeof *owned);
    projc_status status = PROJC_OK;

    if (owned == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a replica");
    for (int64_t bound = next_bound(lanes, count, 0); bound != 0 && status == PROJC_OK;
         bound = next_bound(lanes, count, bound)) {
        for (size_t i = 0; i < count; i++)
            owned[i] = lanes[i].position >= bound;
        projc__projector_own(replica->projector, owned);
        replica->bound = bound;
        status = catch_up(replica, error);
    }
    free(owned);
    return status;
}

projc_store *projc__replica_store(const projc__replica *replica)
{
    return replica->store;
}

int64_t projc__replica_generation(const projc__replica *replica)
{
    return projc__projector_generation(replica->projector);
}
