/* Text and binary parameters of a statement. */
#include "store/postgres/statement.h"

#include <assert.h>
#include <stdio.h>

enum {
    FIRST_TEXT_BYTES = 512,
    FIRST_PARAMETERS = 16,
    PARAMETERS_MAX = 65535,
    ARRAY_HEADER_BYTES = 20
};

static void fail(projc__statement *statement, projc_status status, const char *text)
{
    if (statement->status == PROJC_OK)
        statement->status = projc_error_set(statement->error, status, "%s", text);
}

static void *allocate(projc__statement *statement, size_t size)
{
    void *memory = statement->status == PROJC_OK
                       ? projc_arena_alloc_raw(statement->postgres->scratch, size)
                       : NULL;
    if (memory == NULL)
        fail(statement, PROJC_NO_MEMORY, "out of memory");
    return memory;
}

void projc__statement_init(projc__statement *statement, projc__postgres *postgres,
                           projc_error *error)
{
    memset(statement, 0, sizeof *statement);
    statement->postgres = postgres;
    statement->error = error;
    projc_arena_reset(postgres->scratch);
    if (postgres->is_dead)
        fail(statement, PROJC_CONNECTION, "the connection to PostgreSQL is lost");
}

/* ---- text ---- */

static void add_bytes(projc__statement *statement, const char *data, size_t size)
{
    if (statement->status != PROJC_OK || statement->recalled != NULL)
        return;
    if (size >= statement->capacity - statement->size) { /* the NUL behind it */
        size_t capacity = statement->capacity + size + FIRST_TEXT_BYTES;
        if (capacity < 2 * statement->capacity)
            capacity = 2 * statement->capacity;
        char *text = allocate(statement, capacity);
        if (text == NULL)
            return;
        if (statement->size != 0)
            memcpy(text, statement->text, statement->size);
        statement->text = text;
        statement->capacity = capacity;
    }
    memcpy(statement->text + statement->size, data, size);
    statement->size += size;
    statement->text[statement->size] = '\0';
}

static void add_quoted(projc__statement *statement, const char *data, size_t size, char quote)
{
    size_t plain;

    if (statement->recalled != NULL)
        return;
    add_bytes(statement, &quote, 1);
    for (size_t done = 0; done < size; done += plain) {
        const char *next = memchr(data + done, quote, size - done);
        plain = next == NULL ? size - done : (size_t)(next - data) - done + 1;
        add_bytes(statement, data + done, plain);
        if (next != NULL)
            add_bytes(statement, &quote, 1);
    }
    add_bytes(statement, &quote, 1);
}

void projc__statement_add_plain(projc__statement *statement, const char *text)
{
    add_bytes(statement, text, strlen(text));
}

void projc__statement_add(projc__statement *statement, const char *text)
{
    while (statement->recalled == NULL && *text != '\0') {
        size_t plain = strcspn(text, "@");
        if (plain != 0)
            add_bytes(statement, text, plain);
        text += plain;
        if (*text == '@') {
            projc__statement_add_name(statement, statement->postgres->schema);
            add_bytes(statement, ".", 1);
            text++;
        }
    }
}

void projc__statement_add_name(projc__statement *statement, const char *name)
{
    add_quoted(statement, name, strlen(name), '"');
}

void projc__statement_add_table(projc__statement *statement, const char *schema, const char *table)
{
    projc__statement_add_name(statement, schema != NULL ? schema : statement->postgres->schema);
    add_bytes(statement, ".", 1);
    projc__statement_add_name(statement, table);
}

void projc__statement_add_number(projc__statement *statement, int64_t number)
{
    char text[24];

    if (statement->recalled != NULL)
        return;
    int size = snprintf(text, sizeof text, "%lld", (long long)number);
    add_bytes(statement, text, (size_t)size);
}

void projc__statement_add_literal(projc__statement *statement, projc_text text)
{
    if (text.size != 0 && memchr(text.data, '\0', text.size) != NULL) {
        fail(statement, PROJC_DATA, "a text holds a NUL");
        return;
    }
    /* E'…' has one meaning, whatever standard_conforming_strings says. */
    add_bytes(statement, " E'", 3);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\'' || text.data[i] == '\\')
            add_bytes(statement, text.data + i, 1);
        add_bytes(statement, text.data + i, 1);
    }
    add_bytes(statement, "'", 1);
}

/* ---- parameters ---- */

static bool grow_parameters(projc__statement *statement)
{
    int count_max = statement->count_max == 0 ? FIRST_PARAMETERS : 2 * statement->count_max;
    size_t room = (size_t)count_max;
    size_t used = (size_t)statement->count;

    if (statement->count >= PARAMETERS_MAX)
        fail(statement, PROJC_INVALID, "a statement has too many parameters");
    Oid *types = allocate(statement, room * sizeof *types);
    const char **values = allocate(statement, room * sizeof *values);
    int *lengths = allocate(statement, room * sizeof *lengths);
    int *formats = allocate(statement, room * sizeof *formats);
    if (types == NULL || values == NULL || lengths == NULL || formats == NULL)
        return false;
    if (used != 0) {
        memcpy(types, statement->types, used * sizeof *types);
        memcpy(values, statement->values, used * sizeof *values);
        memcpy(lengths, statement->lengths, used * sizeof *lengths);
        memcpy(formats, statement->formats, used * sizeof *formats);
    }
    statement->types = types;
    statement->values = values;
    statement->lengths = lengths;
    statement->formats = formats;
    statement->count_max = count_max;
    return true;
}

void projc__statement_bind(projc__statement *statement, Oid type, const void *data, size_t size)
{
    if (statement->status != PROJC_OK)
        return;
    if (size > INT32_MAX) {
        fail(statement, PROJC_LIMIT, "a parameter is larger than 2 GiB");
        return;
    }
    if (statement->count == statement->count_max && !grow_parameters(statement))
        return;
    statement->types[statement->count] = type;
    /* libpq takes a NULL pointer for the SQL NULL. */
    statement->values[statement->count] = size == 0 ? "" : data;
    statement->lengths[statement->count] = (int)size;
    statement->formats[statement->count] = 1;
    statement->count++;
}

void projc__statement_bind_i64(projc__statement *statement, int64_t value)
{
    uint8_t *bytes = allocate(statement, sizeof value);
    if (bytes != NULL)
        projc__put_u64(bytes, (uint64_t)value);
    projc__statement_bind(statement, PROJC__OID_INT8, bytes, sizeof value);
}

void projc__statement_bind_i32(projc__statement *statement, int32_t value)
{
    uint8_t *bytes = allocate(statement, sizeof value);
    if (bytes != NULL)
        projc__put_u32(bytes, (uint32_t)value);
    projc__statement_bind(statement, PROJC__OID_INT4, bytes, sizeof value);
}

void projc__statement_bind_text(projc__statement *statement, const char *text)
{
    projc__statement_bind(statement, PROJC__OID_TEXT, text, strlen(text));
}

void projc__statement_bind_slice(projc__statement *statement, projc_text text)
{
    projc__statement_bind(statement, PROJC__OID_TEXT, text.data, text.size);
}

void projc__statement_bind_uuid(projc__statement *statement, projc_uuid uuid)
{
    uint8_t *bytes = allocate(statement, sizeof uuid.bytes);
    if (bytes != NULL)
        memcpy(bytes, uuid.bytes, sizeof uuid.bytes);
    projc__statement_bind(statement, PROJC__OID_UUID, bytes, sizeof uuid.bytes);
}

void projc__statement_bind_place(projc__statement *statement, uint64_t place)
{
    uint8_t *bytes = allocate(statement, PROJC__PLACE_BYTES);
    if (bytes != NULL)
        projc__place_encode(place, bytes);
    projc__statement_bind(statement, PROJC__OID_TID, bytes, PROJC__PLACE_BYTES);
}

void projc__statement_bind_value(projc__statement *statement, const projc_column *column,
                                 const projc_value *value)
{
    Oid type = projc__column_oid(column);
    size_t size = 0;

    if (value->kind == PROJC_KIND_NULL) {
        projc__statement_bind(statement, type, NULL, 0);
        if (statement->status == PROJC_OK)
            statement->values[statement->count - 1] = NULL;
        return;
    }
    uint8_t *bytes = allocate(statement, projc__value_bound(value) + 1);
    if (bytes == NULL)
        return;
    statement->status = projc__value_encode(column, value, bytes, &size, statement->error);
    projc__statement_bind(statement, type, bytes, size);
}

/* ---- arrays ---- */

void projc__array_begin(projc__array *array, projc__statement *statement, Oid element, size_t count,
                        size_t bytes)
{
    memset(array, 0, sizeof *array);
    array->statement = statement;
    array->element = element;
    array->size = ARRAY_HEADER_BYTES;
    array->capacity = ARRAY_HEADER_BYTES + 4 * count + bytes;
    array->data = allocate(statement, array->capacity);
}

void projc__array_put(projc__array *array, const void *data, size_t size)
{
    if (array->data == NULL)
        return;
    assert(array->size + 4 + size <= array->capacity);
    projc__put_u32(array->data + array->size, (uint32_t)size);
    if (size != 0)
        memcpy(array->data + array->size + 4, data, size);
    array->size += 4 + size;
    array->count++;
}

void projc__array_put_null(projc__array *array)
{
    if (array->data == NULL)
        return;
    assert(array->size + 4 <= array->capacity);
    projc__put_u32(array->data + array->size, UINT32_MAX);
    array->size += 4;
    array->count++;
    array->has_null = true;
}

void projc__array_put_i64(projc__array *array, int64_t value)
{
    uint8_t bytes[8];
    projc__put_u64(bytes, (uint64_t)value);
    projc__array_put(array, bytes, sizeof bytes);
}

void projc__array_put_i32(projc__array *array, int32_t value)
{
    uint8_t bytes[4];
    projc__put_u32(bytes, (uint32_t)value);
    projc__array_put(array, bytes, sizeof bytes);
}

void projc__array_put_time(projc__array *array, int64_t time)
{
    int64_t stored;
    projc__array_put_i64(array, projc__timestamp_encode(time, &stored) ? stored : INT64_MIN);
}

void projc__array_bind(projc__array *array)
{
    if (array->data == NULL)
        return;
    bool is_empty = array->count == 0;
    projc__put_u32(array->data, is_empty ? 0 : 1); /* dimensions */
    projc__put_u32(array->data + 4, array->has_null);
    projc__put_u32(array->data + 8, array->element);
    projc__put_u32(array->data + 12, array->count);
    projc__put_u32(array->data + 16, 1); /* the first index */
    projc__statement_bind(array->statement, projc__array_oid(array->element), array->data,
                          is_empty ? 12 : array->size);
}

void projc__statement_bind_column(projc__statement *statement, const projc_column *column,
                                  const projc_value *values, size_t stride, size_t count)
{
    projc__array array;
    size_t bytes = 0;
    size_t size;

    for (size_t i = 0; i < count; i++)
        bytes += projc__value_bound(&values[i * stride]);
    projc__array_begin(&array, statement, projc__column_oid(column), count, bytes);
    for (size_t i = 0; i < count && statement->status == PROJC_OK; i++) {
        const projc_value *value = &values[i * stride];
        if (value->kind == PROJC_KIND_NULL) {
            projc__array_put_null(&array);
            continue;
        }
        /* Encoded in its place: the length comes in front when it is known. */
        statement->status = projc__value_encode(column, value, array.data + array.size + 4, &size,
                                                statement->error);
        projc__put_u32(array.data + array.size, (uint32_t)size);
        array.size += 4 + size;
        array.count++;
    }
    projc__array_bind(&array);
}
