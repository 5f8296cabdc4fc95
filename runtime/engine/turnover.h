/* How many rows of each table this process has written over or deleted. A database that keeps the
 * old ones for a while tells of them late; whoever makes room for it wants to know sooner. */
#ifndef PROJC_ENGINE_TURNOVER_H
#define PROJC_ENGINE_TURNOVER_H

#include "store/records.h"

typedef struct projc__turnover projc__turnover;

/* For all tables of the types, which are kept. NULL when there is no memory. */
projc__turnover *projc__turnover_new(const projc_projection_type *const *types, size_t count);
void projc__turnover_free(projc__turnover *turnover);

/* A unit was committed. Tables that are not its own are passed over. NULL: nobody counts. Any
 * thread. */
void projc__turnover_add(projc__turnover *turnover, const projc__unit *unit);

/* Its tables; they live as long as it. */
const projc_table *const *projc__turnover_tables(const projc__turnover *turnover, size_t *count);
/* Rows of the table with that index so far. Any thread. */
int64_t projc__turnover_rows(const projc__turnover *turnover, size_t index);

#endif
