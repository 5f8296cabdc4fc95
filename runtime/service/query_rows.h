/* A query's parameters from texts, and its rows as JSON: for the command and for tests. */
#ifndef PROJC_SERVICE_QUERY_ROWS_H
#define PROJC_SERVICE_QUERY_ROWS_H

#include "projc/module.h"

/* NULL when the module has none of this name. */
const projc_query *projc__query_find(const projc_module *module, const char *name);

/* The parameters from count texts; missing ones take their defaults, and the word `none` stands for
 * none where the type has it. INVALID, with a message that names the parameter, when one does not
 * fit, is missing, or there are too many. */
projc_status projc__query_parse(const projc_query *query, projc_arena *arena,
                                const projc_text *texts, uint32_t count, projc_value *values,
                                projc_error *error);

/* The row as it is shown: what a database keeps as JSON is spelt as everywhere else, with keys in
 * the order of their declaration. *shown has all columns of the table and lives in the arena, or is
 * values. CORRUPT, LIMIT. */
projc_status projc__query_spell_row(const projc_module *module, const projc_query *query,
                                    projc_arena *arena, const projc_value *values,
                                    const projc_value **shown, projc_error *error);

/* A row that was spelt, as an object of its shown columns. */
void projc__query_write_row(const projc_query *query, const projc_value *values,
                            projc_json_writer *writer);

#endif
