/* What the arguments and answers of the driver table must be like: predicates for store.c's
 * assertions. */
#ifndef PROJC_STORE_CONTRACT_H
#define PROJC_STORE_CONTRACT_H

#include "store/store.h"

/* A name, at least one key column, and the keys among the columns. */
bool projc__is_table_sound(const projc_table *table);
/* The kind that a column's values have when they are not NULL. */
projc_kind projc__column_kind(projc_column_type type);
/* The value has the kind of the column, or is NULL. */
bool projc__has_kind_of(const projc_value *value, const projc_column *column);
/* The first count values have the kinds of the table's first count columns, or are NULL. A NULL or
 * a number that the column refuses is data, and the database's to judge. */
bool projc__have_kinds_of(const projc_value *values, const projc_table *table, uint32_t count);
/* Ascending, above after, and reached at or above the last. */
bool projc__is_page_sound(const projc__page *page, int64_t after);
/* Claims ascend by lane and never go back, and there is at least one; rows have the kinds of their
 * columns; what waits or has waited belongs to a lane that is claimed. */
bool projc__is_unit_sound(const projc__unit *unit);
/* The id is of the kind of the log's column, the version expected is one. */
bool projc__is_new_event_sound(const projc_stream_type *stream, const projc__new_event *event);

#endif
