/* Generations of a projection, and how one takes another's place.
 *
 * DESIGN. The live generation's tables and indexes have the names that the program knows. Those of
 * a generation that is being built or retired have the generation's number behind them,
 * "bank_balance__g7", and numbers are given by the database, so that no two generations collide.
 * What makes the tables is the generated schema: its statements, each a piece of its own, with
 * other names. A swap is one transaction: it locks all lanes of both in order, looks whether the
 * new one stands where the old one does, retires the old, raises all epochs, renames, and runs the
 * projection's part of the generated schema once more, which replaces its view. So a unit of work
 * that was begun before the swap cannot be committed behind it, readers see one generation or the
 * other, and the schema stays what `schema --apply` makes. */
#ifndef PROJC_STORE_GENERATION_H
#define PROJC_STORE_GENERATION_H

#include "base/buffer.h"
#include "projc/module.h"
#include "projc/store.h"

typedef enum projc__generation_state {
    PROJC__LIVE,     /* its tables have the program's names */
    PROJC__BUILDING, /* beside the live one; it never passes it */
    PROJC__RETIRED,  /* was live, and can be read until it is dropped */
    PROJC__PAUSED    /* live, and nobody works on it */
} projc__generation_state;

typedef struct projc__registration {
    const char *package;
    const projc_projection_type *projection;
    const projc_stream_type *stream;
    uint32_t lanes; /* for a new generation; a stored one keeps its own */
} projc__registration;

typedef struct projc__generation {
    int64_t number; /* given by the database */
    uint32_t lanes;
    uint32_t version;
    uint64_t shape_fingerprint; /* as stored: the caller compares */
    uint64_t logic_fingerprint;
    projc__generation_state state;
    const char *package;    /* in the arena of the call */
    const char *projection; /* in the arena of the call */
} projc__generation;

/* ---- tables by generation ---- */

enum { PROJC__SQL_NAME_SIZE = 64 }; /* of a name in PostgreSQL, with its NUL */

/* What a table or index is called that is not the live generation's: its name, cut where that is
 * too long and told apart by a hash, "__g" and the number. */
void projc__generation_name(const char *name, int64_t generation, char out[PROJC__SQL_NAME_SIZE]);

/* The same projection over a generation's own tables, in the arena; everything else is shared. NULL
 * when the arena is exhausted. */
const projc_projection_type *projc__generation_type(projc_arena *arena,
                                                    const projc_projection_type *type,
                                                    int64_t generation);

/* The statements that make what a generation needs and is not there, for run_script: the function
 * that views read with, tables and indexes. INVALID when the module's schema has no such table. */
projc_status projc__generation_schema(projc_store *store, const projc_module *module,
                                      const projc_projection_type *type, int64_t generation,
                                      projc__buffer *script, projc_error *error);

/* Deletes a generation with its tables; rows and tables that are not there are no error. It must be
 * building or retired: the caller has looked. */
projc_status projc__drop_generation(projc_store *store, const projc_projection_type *type,
                                    int64_t generation, projc_error *error);

/* ---- the swap ---- */

typedef struct projc__swap {
    const projc_module *module;
    const projc_projection_type *type; /* with the live names */
    int64_t live;
    int64_t building;
    const char *schema; /* the projection's part of the generated schema, and its view */
} projc__swap;

/* One transaction, which waits for locks a moment only. OK; FENCED: the building generation is
 * behind the live one; another INFRA status (a lock was not got): nothing has changed, try again;
 * MISMATCH: they are no longer live and building. */
projc_status projc__swap_generations(projc_store *store, const projc_module *module,
                                     const projc_projection_type *type, int64_t live,
                                     int64_t building, projc_error *error);

/* ---- the driver's entries ---- */

projc_status projc__store_register_projection(projc_store *store,
                                              const projc__registration *registration,
                                              projc_arena *arena, projc__generation *generation,
                                              projc_error *error);
projc_status projc__store_find_generation(projc_store *store, const char *package,
                                          const char *projection, projc_arena *arena,
                                          projc__generation *generation, projc_error *error);
projc_status projc__store_restamp_generation(projc_store *store, int64_t generation,
                                             const projc_projection_type *projection,
                                             projc_error *error);
projc_status projc__store_set_generation_state(projc_store *store, int64_t generation,
                                               projc__generation_state from,
                                               projc__generation_state to, projc_error *error);
/* All of a projection's, ascending by number; none is no error. */
projc_status projc__store_list_generations(projc_store *store, const char *package,
                                           const char *projection, projc_arena *arena,
                                           projc__generation **rows, size_t *count,
                                           projc_error *error);
/* Makes a building generation with its lanes, unless there is one; it has the skips that are
 * recorded of `skips_of` (0: none). Its tables are made apart. */
projc_status projc__store_add_generation(projc_store *store,
                                         const projc__registration *registration, int64_t skips_of,
                                         projc_error *error);

#endif
