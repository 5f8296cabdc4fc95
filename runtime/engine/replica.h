/* A replica: one projection made anew from the log, in a private database, beside the stored one.
 *
 * DESIGN. The replica is an ordinary projector on an ordinary SQLite store, in a temporary database
 * that nobody else sees and that is gone with its connection, also after kill -9. Only its log is
 * another's: a copy of the driver table reads pages from the log's store, up to where
 * the stored lanes stand: there nothing can appear any more, and no horizon is needed. So what
 * replays is the code that ran in the first place, nothing is written to the log's database, and a
 * role that may only read is enough.
 *
 * Recorded skips are honoured. Nothing is notified, logged or counted. Handlers in C (`extern`) are
 * called again. One thread, the one of the log's store. */
#ifndef PROJC_ENGINE_REPLICA_H
#define PROJC_ENGINE_REPLICA_H

#include "engine/projector.h"

typedef struct projc__replica projc__replica;

/* log, engine and module are borrowed; generation is the stored one whose skips and number of lanes
 * are taken. aggregate_id (borrowed; aggregate projections only): replays the events of this
 * aggregate alone, read by its id; NULL: all. NO_MEMORY, INFRA or STOP class. */
projc_status projc__replica_open(const projc__engine *engine, projc_store *log,
                                 const projc_module *module, uint32_t projection,
                                 const projc__generation *generation,
                                 const projc_value *aggregate_id, projc__replica **replica,
                                 projc_error *error);
void projc__replica_close(projc__replica *replica);

/* Tells what becomes of the events from now on (projector_private.h); borrowed. */
struct projc__observer;
void projc__replica_observe(projc__replica *replica, const struct projc__observer *observer);

/* Brings every lane to where the stored one stands, lanes[i].lane == i: applies what is left of the
 * log up to its position, included. Retries that are due later are tried at once. A lane that is
 * further already stays there. OK also when keys, or a stream projection, fail: load_keys of the
 * replica's store tells which. */
projc_status projc__replica_follow(projc__replica *replica, const projc__lane *lanes, size_t count,
                                   projc_error *error);

/* Where its rows are to be read: the tables are those of the projection, without a schema. */
projc_store *projc__replica_store(const projc__replica *replica);
int64_t projc__replica_generation(const projc__replica *replica);

#endif
