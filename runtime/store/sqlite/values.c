/* Values of the language as SQLite holds them, both ways. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"

#include <assert.h>
#include <string.h>

void projc__sqlite_append_name(sqlite3_str *sql, const char *name)
{
    sqlite3_str_appendf(sql, "\"%w\"", name);
}

/* ---- binding: SQLite takes a NULL pointer for NULL, whatever the size ---- */

int projc__sqlite_bind_text(sqlite3_stmt *statement, int index, projc_text text)
{
    return sqlite3_bind_text64(statement, index, text.size == 0 ? "" : text.data, text.size,
                               SQLITE_STATIC, SQLITE_UTF8);
}

int projc__sqlite_bind_bytes(sqlite3_stmt *statement, int index, projc_bytes bytes)
{
    return sqlite3_bind_blob64(statement, index, bytes.size == 0 ? (const void *)"" : bytes.data,
                               bytes.size, SQLITE_STATIC);
}

int projc__sqlite_bind_uuid(sqlite3_stmt *statement, int index, const projc_uuid *uuid)
{
    return sqlite3_bind_blob64(statement, index, uuid->bytes, sizeof uuid->bytes, SQLITE_STATIC);
}

int projc__sqlite_bind_value(sqlite3_stmt *statement, int index, const projc_value *value)
{
    switch (value->kind) {
    case PROJC_KIND_NULL:
        return sqlite3_bind_null(statement, index);
    case PROJC_KIND_BOOL:
        return sqlite3_bind_int64(statement, index, value->as.boolean);
    case PROJC_KIND_INTEGER:
        return sqlite3_bind_int64(statement, index, value->as.integer);
    case PROJC_KIND_REAL:
        return sqlite3_bind_double(statement, index, value->as.real);
    case PROJC_KIND_TEXT:
        return projc__sqlite_bind_text(statement, index, value->as.text);
    case PROJC_KIND_BYTES:
        return projc__sqlite_bind_bytes(statement, index, value->as.bytes);
    case PROJC_KIND_UUID:
        return projc__sqlite_bind_uuid(statement, index, &value->as.uuid);
    }
    assert(false);
    return SQLITE_MISUSE;
}

/* ---- reading ---- */

/* NULL data of a non-empty column means that SQLite ran out of memory. */
static bool copy_column(const void *data, int size, projc_arena *arena, const void **copy)
{
    *copy = "";
    if (size == 0)
        return true;
    *copy = data == NULL || arena == NULL ? data : projc_arena_copy(arena, data, (size_t)size);
    return *copy != NULL;
}

bool projc__sqlite_copy_text(sqlite3_stmt *statement, int index, projc_arena *arena,
                             projc_text *text)
{
    const void *data = sqlite3_column_text(statement, index);
    int size = sqlite3_column_bytes(statement, index);
    const void *copy;
    bool is_copied = copy_column(data, size, arena, &copy);

    *text = projc_text_of(copy, is_copied ? (size_t)size : 0);
    return is_copied;
}

bool projc__sqlite_copy_bytes(sqlite3_stmt *statement, int index, projc_arena *arena,
                              projc_bytes *bytes)
{
    const void *data = sqlite3_column_blob(statement, index);
    int size = sqlite3_column_bytes(statement, index);
    const void *copy;
    bool is_copied = copy_column(data, size, arena, &copy);

    *bytes = (projc_bytes){.data = copy, .size = is_copied ? (size_t)size : 0};
    return is_copied;
}

projc_uuid projc__sqlite_column_uuid(sqlite3_stmt *statement, int index)
{
    const void *data = sqlite3_column_blob(statement, index);
    projc_uuid uuid = {{0}};

    if (data != NULL && sqlite3_column_bytes(statement, index) == (int)sizeof uuid.bytes)
        memcpy(uuid.bytes, data, sizeof uuid.bytes);
    return uuid;
}

static const char *storage_name(int storage)
{
    static const char *const names[] = {"?", "INTEGER", "REAL", "TEXT", "BLOB", "NULL"};

    return storage >= 1 && storage <= 5 ? names[storage] : names[0];
}

static projc_status fail_corrupt(const projc_table *table, const projc_column *column,
                                 sqlite3_stmt *statement, int index, projc_error *error)
{
    int storage = sqlite3_column_type(statement, index);

    if (storage == SQLITE_INTEGER)
        return projc_error_set(error, PROJC_CORRUPT, "%s.%s holds %lld, which its type cannot",
                               table->name, column->name,
                               (long long)sqlite3_column_int64(statement, index));
    return projc_error_set(
        error, PROJC_CORRUPT, "%s.%s holds %s of %d bytes, which its type cannot", table->name,
        column->name, storage_name(storage), sqlite3_column_bytes(statement, index));
}

projc_status projc__sqlite_fail_copy(const projc_arena *arena, projc_error *error)
{
    if (arena != NULL && projc_arena_is_exhausted(arena))
        return projc__arena_error(arena, error);
    return projc__sqlite_no_memory(error);
}

/* The storage class that a column of this type has when it is not NULL. */
static int storage_of(projc_column_type type)
{
    switch (type) {
    case PROJC_COLUMN_F64:
        return SQLITE_FLOAT;
    case PROJC_COLUMN_TEXT:
    case PROJC_COLUMN_JSON:
        return SQLITE_TEXT;
    case PROJC_COLUMN_BYTES:
    case PROJC_COLUMN_UUID:
        return SQLITE_BLOB;
    default:
        return SQLITE_INTEGER;
    }
}

bool projc__sqlite_fits(const projc_column *column, const projc_value *value)
{
    if (value->kind != PROJC_KIND_INTEGER)
        return true;
    if (column->type == PROJC_COLUMN_I16)
        return value->as.integer >= INT16_MIN && value->as.integer <= INT16_MAX;
    if (column->type == PROJC_COLUMN_I32 || column->type == PROJC_COLUMN_DATE)
        return value->as.integer >= INT32_MIN && value->as.integer <= INT32_MAX;
    return true;
}

static bool read_integer(sqlite3_stmt *statement, int index, const projc_column *column,
                         projc_value *value)
{
    int64_t integer = sqlite3_column_int64(statement, index);

    if (column->type == PROJC_COLUMN_BOOL) {
        value->kind = PROJC_KIND_BOOL;
        value->as.boolean = integer == 1;
        return integer == 0 || integer == 1;
    }
    value->kind = PROJC_KIND_INTEGER;
    value->as.integer = integer;
    return projc__sqlite_fits(column, value);
}

projc_status projc__sqlite_read_value(sqlite3_stmt *statement, int index, const projc_table *table,
                                      const projc_column *column, projc_arena *arena,
                                      projc_value *value, projc_error *error)
{
    int storage = sqlite3_column_type(statement, index);
    bool is_copied = true;

    memset(value, 0, sizeof *value);
    if (storage == SQLITE_NULL && column->is_nullable)
        return PROJC_OK;
    if (storage != storage_of(column->type))
        return fail_corrupt(table, column, statement, index, error);
    if (storage == SQLITE_INTEGER) {
        if (!read_integer(statement, index, column, value))
            return fail_corrupt(table, column, statement, index, error);
    } else if (storage == SQLITE_FLOAT) {
        value->kind = PROJC_KIND_REAL;
        value->as.real = sqlite3_column_double(statement, index);
    } else if (storage == SQLITE_TEXT) {
        value->kind = PROJC_KIND_TEXT;
        is_copied = projc__sqlite_copy_text(statement, index, arena, &value->as.text);
    } else if (column->type == PROJC_COLUMN_UUID) {
        if (sqlite3_column_bytes(statement, index) != (int)sizeof value->as.uuid.bytes)
            return fail_corrupt(table, column, statement, index, error);
        value->kind = PROJC_KIND_UUID;
        value->as.uuid = projc__sqlite_column_uuid(statement, index);
    } else {
        value->kind = PROJC_KIND_BYTES;
        is_copied = projc__sqlite_copy_bytes(statement, index, arena, &value->as.bytes);
    }
    return is_copied ? PROJC_OK : projc__sqlite_fail_copy(arena, error);
}
