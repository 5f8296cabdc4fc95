/* Rows of a projection's tables in batches: how many go into one statement, and their SQL. */
#ifndef PROJC_STORE_POSTGRES_ROWS_H
#define PROJC_STORE_POSTGRES_ROWS_H

#include "store/postgres/statement.h"

enum { PROJC__BATCH_ROWS = 10000, PROJC__BATCH_BYTES = 16 * 1024 * 1024 };
/* Statements over so few rows are planned alike, and kept. */
enum { PROJC__ROWS_KEPT = 8 };

/* How many of count rows (width values each) stay within both limits; at least one. */
size_t projc__batch_size(const projc_value *rows, size_t width, size_t count);

/* "unnest($1, …, $n)", one parameter a column, and binds them. */
void projc__statement_add_unnest(projc__statement *statement, const projc_column *columns,
                                 uint32_t column_count, const projc_value *rows, size_t count);
/* "a, b, c" of the columns first to last (excluded), each behind prefix (which may be empty). */
void projc__statement_add_names(projc__statement *statement, const char *prefix,
                                const projc_table *table, uint32_t first, uint32_t last);

/* INSERT of count rows whose keys are not there: else it fails. */
void projc__rows_build_insert(projc__statement *statement, const projc_table *table,
                              const projc_value *rows, size_t count);
/* UPDATE of count rows whose keys are there: else it fails. The table has more columns than keys.
 */
void projc__rows_build_update(projc__statement *statement, const projc_table *table,
                              const projc_value *rows, size_t count);
/* "UPDATE table t SET … FROM from WHERE …" of one row, whose columns are the parameters from $first
 * on. */
void projc__rows_add_update(projc__statement *statement, const projc_table *table, int first,
                            const char *from);
/* INSERT … ON CONFLICT … DO UPDATE of count rows. */
void projc__rows_build_upsert(projc__statement *statement, const projc_table *table,
                              const projc_value *rows, size_t count);
/* DELETE of count keys. */
void projc__rows_build_delete(projc__statement *statement, const projc_table *table,
                              const projc_value *keys, size_t count);

#endif
