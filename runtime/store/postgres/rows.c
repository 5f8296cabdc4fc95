/* Loading, scanning and writing rows of a projection's tables by arrays of their columns. */
#include "store/postgres/rows.h"

#include <stdlib.h>

#include "base/arena.h"
#include "store/postgres/copy.h"
#include "store/postgres/driver.h"

enum { FIRST_LOADED_ROWS = 1000, LOADED_ROWS_MIN = 16 };

size_t projc__batch_size(const projc_value *rows, size_t width, size_t count)
{
    size_t bytes = 0;
    size_t i;

    for (i = 0; i < count && i < PROJC__BATCH_ROWS; i++) {
        for (size_t column = 0; column < width; column++)
            bytes += projc__value_bound(&rows[i * width + column]) + 4;
        if (bytes > PROJC__BATCH_BYTES && i != 0)
            break;
    }
    return i;
}

void projc__statement_add_names(projc__statement *statement, const char *prefix,
                                const projc_table *table, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++) {
        projc__statement_add(statement, i == first ? "" : ", ");
        projc__statement_add(statement, prefix);
        projc__statement_add_name(statement, table->columns[i].name);
    }
}

void projc__statement_add_unnest(projc__statement *statement, const projc_column *columns,
                                 uint32_t column_count, const projc_value *rows, size_t count)
{
    projc__statement_add(statement, "unnest(");
    for (uint32_t i = 0; i < column_count; i++) {
        projc__statement_add(statement, i == 0 ? "$" : ", $");
        projc__statement_add_number(statement, statement->count + 1);
        projc__statement_bind_column(statement, &columns[i], rows + i, column_count, count);
    }
    projc__statement_add(statement, ")");
}

/* One row by itself is planned in a third of the time that a list of one takes. */
static void add_values(projc__statement *statement, const projc_table *table,
                       const projc_value *row)
{
    projc__statement_add(statement, ") VALUES (");
    for (uint32_t i = 0; i < table->column_count; i++) {
        projc__statement_add(statement, i == 0 ? "$" : ", $");
        projc__statement_add_number(statement, statement->count + 1);
        projc__statement_bind_value(statement, &table->columns[i], &row[i]);
    }
    projc__statement_add(statement, ")");
}

void projc__rows_build_insert(projc__statement *statement, const projc_table *table,
                              const projc_value *rows, size_t count)
{
    projc__statement_add(statement, "INSERT INTO ");
    projc__statement_add_table(statement, table->schema, table->name);
    projc__statement_add(statement, " (");
    projc__statement_add_names(statement, "", table, 0, table->column_count);
    if (count == 1) {
        add_values(statement, table, rows);
        return;
    }
    projc__statement_add(statement, ") SELECT * FROM ");
    projc__statement_add_unnest(statement, table->columns, table->column_count, rows, count);
}

void projc__rows_build_upsert(projc__statement *statement, const projc_table *table,
                              const projc_value *rows, size_t count)
{
    projc__rows_build_insert(statement, table, rows, count);
    projc__statement_add(statement, " ON CONFLICT (");
    projc__statement_add_names(statement, "", table, 0, table->key_count);
    projc__statement_add(statement, ") DO ");
    if (table->column_count == table->key_count) {
        projc__statement_add(statement, "NOTHING");
        return;
    }
    projc__statement_add(statement, "UPDATE SET ");
    for (uint32_t i = table->key_count; i < table->column_count; i++) {
        projc__statement_add(statement, i == table->key_count ? "" : ", ");
        projc__statement_add_name(statement, table->columns[i].name);
        projc__statement_add(statement, " = EXCLUDED.");
        projc__statement_add_name(statement, table->columns[i].name);
    }
}

/* "k (k0, k1, …": an alias of a list of columns; the caller closes it. */
static void add_alias(projc__statement *statement, uint32_t count)
{
    projc__statement_add(statement, " k (");
    for (uint32_t i = 0; i < count; i++) {
        projc__statement_add(statement, i == 0 ? "k" : ", k");
        projc__statement_add_number(statement, i);
    }
}

/* "t.key = k.k0 AND …" */
static void add_key_match(projc__statement *statement, const projc_table *table)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        projc__statement_add(statement, i == 0 ? "t." : " AND t.");
        projc__statement_add_name(statement, table->columns[i].name);
        projc__statement_add(statement, " = k.k");
        projc__statement_add_number(statement, i);
    }
}

void projc__rows_add_update(projc__statement *statement, const projc_table *table, int first,
                            const char *from)
{
    projc__statement_add(statement, "UPDATE ");
    projc__statement_add_table(statement, table->schema, table->name);
    for (uint32_t i = table->key_count; i < table->column_count; i++) {
        projc__statement_add(statement, i == table->key_count ? " t SET " : ", ");
        projc__statement_add_name(statement, table->columns[i].name);
        projc__statement_add(statement, " = $");
        projc__statement_add_number(statement, first + (int)i);
    }
    projc__statement_add(statement, " FROM ");
    projc__statement_add(statement, from);
    for (uint32_t i = 0; i < table->key_count; i++) {
        projc__statement_add(statement, i == 0 ? " WHERE t." : " AND t.");
        projc__statement_add_name(statement, table->columns[i].name);
        projc__statement_add(statement, " = $");
        projc__statement_add_number(statement, first + (int)i);
    }
}

/* A row that is not there divides by zero, as in the claim. */
void projc__rows_build_update(projc__statement *statement, const projc_table *table,
                              const projc_value *rows, size_t count)
{
    projc__statement_add(statement, "WITH known AS (UPDATE ");
    projc__statement_add_table(statement, table->schema, table->name);
    projc__statement_add(statement, " t SET ");
    for (uint32_t i = table->key_count; i < table->column_count; i++) {
        projc__statement_add(statement, i == table->key_count ? "" : ", ");
        projc__statement_add_name(statement, table->columns[i].name);
        projc__statement_add(statement, " = k.k");
        projc__statement_add_number(statement, i);
    }
    projc__statement_add(statement, " FROM ");
    projc__statement_add_unnest(statement, table->columns, table->column_count, rows, count);
    add_alias(statement, table->column_count);
    projc__statement_add(statement, ") WHERE ");
    add_key_match(statement, table);
    projc__statement_add(statement, " RETURNING 1) SELECT 1 / (count(*) = ");
    projc__statement_add_number(statement, (int64_t)count);
    projc__statement_add(statement, ")::int FROM known");
}

void projc__rows_build_delete(projc__statement *statement, const projc_table *table,
                              const projc_value *keys, size_t count)
{
    projc__statement_add(statement, "DELETE FROM ");
    projc__statement_add_table(statement, table->schema, table->name);
    projc__statement_add(statement, " t USING ");
    projc__statement_add_unnest(statement, table->columns, table->key_count, keys, count);
    add_alias(statement, table->key_count);
    projc__statement_add(statement, ") WHERE ");
    add_key_match(statement, table);
}

/* ---- loading ---- */

/* The table's columns of one row of the result, from the column first on. */
static projc_status read_row(const PGresult *result, int row, int first, const projc_table *table,
                             projc_arena *arena, projc_value **values, size_t *bytes,
                             projc_error *error)
{
    projc_value *made = projc_arena_alloc(arena, table->column_count * sizeof *made);
    projc_status status = PROJC_OK;

    if (made == NULL)
        return projc__arena_error(arena, error);
    for (uint32_t c = 0; status == PROJC_OK && c < table->column_count; c++) {
        int column = first + (int)c;
        int size = PQgetisnull(result, row, column) ? -1 : PQgetlength(result, row, column);
        status = projc__value_decode(&table->columns[c],
                                     (const uint8_t *)PQgetvalue(result, row, column), size, arena,
                                     &made[c], error);
        *bytes += size > 0 ? (size_t)size : 0;
    }
    *values = made;
    return status;
}

static projc_status read_rows(const PGresult *result, const projc_table *table, projc_arena *arena,
                              projc_value **rows, size_t count, size_t *bytes, projc_error *error)
{
    projc_status status = PROJC_OK;

    for (int i = 0; status == PROJC_OK && i < PQntuples(result); i++) {
        size_t at = (size_t)projc__result_i64(result, i, 0) - 1;
        if (at >= count)
            return projc_error_set(error, PROJC_DATABASE,
                                   "table %s: a row came that nobody asked for", table->name);
        status = read_row(result, i, 1, table, arena, &rows[at], bytes, error);
    }
    return status;
}

static projc_status load_batch(projc__postgres *postgres, const projc_table *table,
                               const projc_value *keys, size_t count, projc_arena *arena,
                               projc_value **rows, size_t *bytes, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT k.ord, ");
    projc__statement_add_names(&statement, "t.", table, 0, table->column_count);
    projc__statement_add(&statement, " FROM ");
    projc__statement_add_unnest(&statement, table->columns, table->key_count, keys, count);
    projc__statement_add(&statement, " WITH ORDINALITY");
    add_alias(&statement, table->key_count);
    projc__statement_add(&statement, ", ord) JOIN ");
    projc__statement_add_table(&statement, table->schema, table->name);
    projc__statement_add(&statement, " t ON ");
    add_key_match(&statement, table);
    statement.is_brief = count <= PROJC__ROWS_KEPT;
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        status = read_rows(result, table, arena, rows, count, bytes, error);
    PQclear(result);
    return status;
}

projc_status projc__postgres_load_rows(projc_store *store, const projc_table *table,
                                       const projc_value *keys, size_t count, projc_arena *arena,
                                       projc_value **rows, projc_error *error)
{
    size_t batch = FIRST_LOADED_ROWS;
    projc_status status = PROJC_OK;

    for (size_t i = 0; i < count; i++)
        rows[i] = NULL;
    /* libpq holds a whole result in memory: the next batch is cut by how large the rows of this
     * were. */
    for (size_t done = 0; status == PROJC_OK && done < count;) {
        const projc_value *from = keys + done * table->key_count;
        size_t bytes = 0;
        size_t size = projc__batch_size(from, table->key_count, count - done);
        if (size > batch)
            size = batch;
        status = load_batch(projc__postgres_of(store), table, from, size, arena, rows + done,
                            &bytes, error);
        done += size;
        batch = bytes == 0 ? PROJC__BATCH_ROWS : PROJC__BATCH_BYTES / (bytes / size + 1);
        if (batch > PROJC__BATCH_ROWS)
            batch = PROJC__BATCH_ROWS;
        if (batch < LOADED_ROWS_MIN)
            batch = LOADED_ROWS_MIN;
    }
    return status;
}

/* " WHERE a = ANY($1) AND b IS NULL": a value goes as an array of one, as columns of rows do. */
static void add_match(projc__statement *statement, const projc_table *table,
                      const uint32_t *columns, const projc_value *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        projc__statement_add(statement, i == 0 ? " WHERE " : " AND ");
        projc__statement_add_name(statement, table->columns[columns[i]].name);
        if (values[i].kind == PROJC_KIND_NULL) {
            projc__statement_add(statement, " IS NULL");
            continue;
        }
        projc__statement_add(statement, " = ANY($");
        projc__statement_add_number(statement, statement->count + 1);
        projc__statement_add(statement, ")");
        projc__statement_bind_column(statement, &table->columns[columns[i]], &values[i], 1, 1);
    }
}

projc_status projc__postgres_find_rows(projc_store *store, const projc_table *table,
                                       const uint32_t *columns, const projc_value *values,
                                       uint32_t count, projc_arena *arena, projc_value ***rows,
                                       size_t *row_count, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;
    size_t bytes = 0;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "SELECT ");
    projc__statement_add_names(&statement, "", table, 0, table->column_count);
    projc__statement_add(&statement, " FROM ");
    projc__statement_add_table(&statement, table->schema, table->name);
    add_match(&statement, table, columns, values, count);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    size_t found = (size_t)PQntuples(result);
    *rows = projc_arena_alloc(arena, (found + 1) * sizeof(void *));
    if (*rows == NULL)
        status = projc__arena_error(arena, error);
    for (size_t i = 0; status == PROJC_OK && i < found; i++)
        status = read_row(result, (int)i, 0, table, arena, &(*rows)[i], &bytes, error);
    *row_count = found;
    PQclear(result);
    return status;
}

/* One look into the index for each list. A plain join would be planned by what is known of the
 * columns, which of a table that is just being filled is nothing: the planner then reads the whole
 * table. OFFSET keeps it from taking the inner query apart. */
static void build_find_each(projc__statement *statement, const projc_table *table,
                            const projc_column *wanted, uint32_t column_count,
                            const projc_value *values, size_t count)
{
    projc__statement_add(statement, "SELECT k.ord, ");
    projc__statement_add_names(statement, "t.", table, 0, table->column_count);
    projc__statement_add(statement, " FROM ");
    projc__statement_add_unnest(statement, wanted, column_count, values, count);
    projc__statement_add(statement, " WITH ORDINALITY");
    add_alias(statement, column_count);
    projc__statement_add(statement, ", ord), LATERAL (SELECT r.* FROM ");
    projc__statement_add_table(statement, table->schema, table->name);
    for (uint32_t i = 0; i < column_count; i++) {
        projc__statement_add(statement, i == 0 ? " r WHERE r." : " AND r.");
        projc__statement_add_name(statement, wanted[i].name);
        projc__statement_add(statement, " = k.k");
        projc__statement_add_number(statement, i);
    }
    projc__statement_add(statement, " OFFSET 0) t");
}

projc_status projc__postgres_find_each(projc_store *store, const projc_table *table,
                                       const uint32_t *columns, uint32_t column_count,
                                       const projc_value *values, size_t count, projc_arena *arena,
                                       projc_value ***rows, size_t **lists, size_t *row_count,
                                       projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;
    size_t bytes = 0;
    projc_column *wanted = projc_arena_alloc_raw(arena, column_count * sizeof *wanted);

    if (wanted == NULL)
        return projc__arena_error(arena, error);
    for (uint32_t i = 0; i < column_count; i++)
        wanted[i] = table->columns[columns[i]];
    projc__statement_init(&statement, projc__postgres_of(store), error);
    build_find_each(&statement, table, wanted, column_count, values, count);
    statement.is_brief = count <= PROJC__ROWS_KEPT;
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    size_t found = (size_t)PQntuples(result);
    projc_value **values_found = projc_arena_alloc(arena, (found + 1) * sizeof *values_found);
    size_t *lists_found = projc_arena_alloc(arena, (found + 1) * sizeof *lists_found);
    if (values_found == NULL || lists_found == NULL) {
        PQclear(result);
        return projc__arena_error(arena, error);
    }
    for (size_t i = 0; status == PROJC_OK && i < found; i++) {
        lists_found[i] = (size_t)projc__result_i64(result, (int)i, 0) - 1;
        status = read_row(result, (int)i, 1, table, arena, &values_found[i], &bytes, error);
    }
    *rows = values_found;
    *lists = lists_found;
    *row_count = found;
    PQclear(result);
    return status;
}

/* ---- scanning ---- */

static projc_status visit_row(const projc_table *table, const uint8_t *data, size_t size,
                              projc_value *values, projc__row_visit visit, void *context,
                              projc_error *error)
{
    projc__fields fields;
    const uint8_t *bytes;
    int length;
    projc_status status = PROJC_OK;

    bool is_good = projc__fields_begin(&fields, data, size, (int)table->column_count);
    for (uint32_t c = 0; is_good && status == PROJC_OK && c < table->column_count; c++) {
        is_good = projc__fields_next(&fields, &bytes, &length);
        if (is_good)
            status =
                projc__value_decode(&table->columns[c], bytes, length, NULL, &values[c], error);
    }
    if (!is_good)
        return projc_error_set(error, PROJC_CORRUPT, "table %s: a row cannot be read", table->name);
    return status == PROJC_OK ? visit(context, values, error) : status;
}

projc_status projc__postgres_scan_rows(projc_store *store, const projc_table *table,
                                       projc__row_visit visit, void *context, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    projc__copy copy;
    const uint8_t *data;
    size_t size;
    projc_error ignored;

    projc__copy_statement(&statement, postgres, error);
    statement.is_unbounded = true; /* the visitor may be a slow pipe */
    projc__statement_add(&statement, "SELECT ");
    projc__statement_add_names(&statement, "", table, 0, table->column_count);
    projc__statement_add(&statement, " FROM ");
    projc__statement_add_table(&statement, table->schema, table->name);
    projc__statement_add(&statement, " ORDER BY ");
    projc__statement_add_names(&statement, "", table, 0, table->key_count);
    projc_status status = projc__copy_begin(&copy, &statement);
    if (status != PROJC_OK)
        return status;
    projc_value *values = calloc(table->column_count, sizeof *values);
    if (values == NULL)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    while (status == PROJC_OK) {
        status = projc__copy_row(&copy, &data, &size);
        if (status == PROJC_ABSENT)
            break;
        if (status == PROJC_OK)
            status = visit_row(table, data, size, values, visit, context, error);
    }
    bool is_finished = status == PROJC_ABSENT && copy.is_done;
    copy.error = &ignored; /* the first failure is the one to tell */
    (void)projc__copy_stop(&copy);
    free(values);
    return is_finished ? PROJC_OK : status;
}
