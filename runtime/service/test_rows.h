/* Rows of tables in tests: one by its key, and all of them. */
#ifndef PROJC_SERVICE_TEST_ROWS_H
#define PROJC_SERVICE_TEST_ROWS_H

#include "service/test_rig.h"

/* The row of a table (its number in the projection) for a key, a JSON array of its parts: as JSON
 * in the rig's arena, valid until the next call, or ABSENT. */
projc_status projc__test_rig_look_row(projc__test_rig *rig, uint32_t projection, uint32_t number,
                                      const char *key, projc_text *json, projc_error *error);

/* Appends all rows of a projection's tables, a line each, in key order. The arena is reset for
 * every row. */
projc_status projc__test_dump_rows(projc_store *store, const projc_projection_type *type,
                                   projc_arena *arena, projc__buffer *text, projc_error *error);

#endif
