/* The statements of an append: their text and the arrays of their parameters. */
#ifndef PROJC_STORE_POSTGRES_EVENT_INSERT_H
#define PROJC_STORE_POSTGRES_EVENT_INSERT_H

#include "store/postgres/event_table.h"

/* An upper bound of the bytes of one event in a statement. */
size_t projc__event_bytes(const projc__new_event *event);

/* "WITH numbered …": the events, $1 to $8, with ord and the versions that they would get. */
void projc__events_add_numbered(projc__statement *statement, const projc__event_table *table);
/* Binds $1 to $8. */
void projc__events_bind(projc__statement *statement, const projc__event_table *table,
                        const projc__new_event *events, size_t count);
/* INSERT … RETURNING no, in order; without any row when an expected version differs. To be bound.
 */
void projc__events_build_insert(projc__statement *statement, const projc__event_table *table);

#endif
