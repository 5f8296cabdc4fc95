/* The growable text. */
#include "base/buffer.h"

#include "base/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

/* What an empty buffer's data points to; nothing is ever written there. */
static char nothing[1];

void projc__buffer_init(projc__buffer *buffer)
{
    *buffer = (projc__buffer){.data = nothing};
}

void projc__buffer_clear(projc__buffer *buffer)
{
    if (buffer->data != nothing)
        free(buffer->data);
    projc__buffer_init(buffer);
}

void projc__buffer_reset(projc__buffer *buffer)
{
    buffer->size = 0;
    buffer->is_failed = false;
    if (buffer->capacity != 0)
        buffer->data[0] = '\0';
}

projc_status projc__buffer_status(const projc__buffer *buffer, projc_error *error)
{
    if (!buffer->is_failed)
        return PROJC_OK;
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
}

/* Makes room for size more bytes and a NUL. */
static bool reserve(projc__buffer *buffer, size_t size)
{
    size_t wanted = buffer->capacity == 0 ? FIRST_CAPACITY : buffer->capacity;
    char *grown = NULL;

    if (buffer->is_failed)
        return false;
    if (size < buffer->capacity - buffer->size)
        return true;
    if (size < SIZE_MAX / 2 - buffer->size) {
        while (wanted <= buffer->size + size)
            wanted *= 2;
        grown = realloc(buffer->data == nothing ? NULL : buffer->data, wanted);
    }
    if (grown == NULL) {
        projc__buffer_clear(buffer);
        buffer->is_failed = true;
        return false;
    }
    buffer->data = grown;
    buffer->capacity = wanted;
    return true;
}

void projc__buffer_put(projc__buffer *buffer, const void *data, size_t size)
{
    if (!reserve(buffer, size))
        return;
    if (size != 0)
        memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void projc__buffer_put_string(projc__buffer *buffer, const char *text)
{
    projc__buffer_put(buffer, text, strlen(text));
}

void projc__buffer_put_text(projc__buffer *buffer, projc_text text)
{
    projc__buffer_put(buffer, text.data, text.size);
}

void projc__buffer_put_char(projc__buffer *buffer, char c)
{
    projc__buffer_put(buffer, &c, 1);
}

void projc__buffer_put_integer(projc__buffer *buffer, int64_t value)
{
    char text[PROJC__DECIMAL_TEXT_MAX];

    projc__buffer_put(buffer, text, projc__decimal_format(value, 0, text));
}

void projc__buffer_format_list(projc__buffer *buffer, const char *format, va_list arguments)
{
    va_list again;
    int size;

    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, arguments);
    if (size >= 0 && reserve(buffer, (size_t)size)) {
        vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, again);
        buffer->size += (size_t)size;
    }
    va_end(again);
}

void projc__buffer_format(projc__buffer *buffer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    projc__buffer_format_list(buffer, format, arguments);
    va_end(arguments);
}

static void put_quoted(projc__buffer *buffer, const char *data, size_t size, char quote)
{
    const char *end = data + size;

    projc__buffer_put_char(buffer, quote);
    while (data < end) {
        const char *found = memchr(data, quote, (size_t)(end - data));
        const char *stop = found == NULL ? end : found + 1;

        projc__buffer_put(buffer, data, (size_t)(stop - data));
        if (found != NULL)
            projc__buffer_put_char(buffer, quote);
        data = stop;
    }
    projc__buffer_put_char(buffer, quote);
}

void projc__buffer_put_identifier(projc__buffer *buffer, const char *name)
{
    put_quoted(buffer, name, strlen(name), '"');
}

void projc__buffer_put_qualified(projc__buffer *buffer, const char *schema, const char *name)
{
    if (schema != NULL) {
        projc__buffer_put_identifier(buffer, schema);
        projc__buffer_put_char(buffer, '.');
    }
    projc__buffer_put_identifier(buffer, name);
}

void projc__buffer_put_literal(projc__buffer *buffer, projc_text text)
{
    put_quoted(buffer, text.size == 0 ? "" : text.data, text.size, '\'');
}
