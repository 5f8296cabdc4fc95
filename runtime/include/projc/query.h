/* A module's queries: one SELECT each over a table or over states in columns, with typed
 * parameters. */
#ifndef PROJC_QUERY_H
#define PROJC_QUERY_H

#include "projc/status.h"
#include "projc/store.h"
#include "projc/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A parameter: its name and type as a column, and what it is when it is not given. */
typedef struct projc_query_parameter {
    projc_column column;
    const projc_value *initial; /* NULL: it must be given */
    const char *const *members; /* outside names of an enum, NULL behind the last; NULL: no enum */
} projc_query_parameter;

struct projc_handler;

typedef struct projc_query {
    const char *name;
    const char *doc; /* of the .proj, or "" */
    /* What users give, and behind it the constants of the text, which are their own initial values.
     */
    const projc_query_parameter *parameters;
    uint32_t parameter_count;
    uint32_t bound_count;     /* with the constants */
    const projc_table *table; /* a row has all its columns */
    const uint32_t *shown;    /* the columns that people see */
    uint32_t shown_count;
    const char
        *postgres; /* what stands behind the table's name; parameters are one-element arrays */
    const char *sqlite;
    /* Computes the limit from what users give, as the last bound parameter; NULL: nothing to
     * compute. Of the handler it uses the arena, the steps and the error. */
    projc_status (*limit)(struct projc_handler *handler, const projc_value *parameters,
                          projc_value *limit);
} projc_query;

/* One row: a value for every column of the table. Slices live until it returns; the arena is
 * emptied between rows. It may not use the store. Anything but OK ends the query, and is its
 * result. */
typedef projc_status (*projc_query_visit)(void *context, projc_arena *arena,
                                          const projc_value *values, projc_error *error);

/* Runs a query of the module; parameter_count values. Returns OK; DATA when a parameter does not
 * fit; what the visitor said; else an INFRA or STOP status. The store's thread only. */
projc_status projc_query_run(projc_store *store, const projc_query *query,
                             const projc_value *parameters, projc_query_visit visit, void *context,
                             projc_error *error);

#ifdef __cplusplus
}
#endif
#endif
