/* The growing piece of an arena behind both writers. */
#include "codec/writer_buffer.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

enum { FIRST_CAPACITY = 256 };

void projc__writer_reset(projc__writer_buffer *buffer)
{
    if (buffer->data != NULL) {
        buffer->data += buffer->size;
        buffer->capacity -= buffer->size;
    }
    buffer->size = 0;
    buffer->status = PROJC_OK;
}

char *projc__writer_grow(projc__writer_buffer *buffer, size_t size)
{
    size_t wanted = 2 * buffer->size + FIRST_CAPACITY;
    char *moved;

    if (buffer->status != PROJC_OK)
        return NULL;
    if (size > SIZE_MAX / 2)
        wanted = SIZE_MAX; /* the arena refuses it */
    else if (wanted < buffer->size + size)
        wanted = buffer->size + size;
    moved = projc_arena_alloc_raw(buffer->arena, wanted);
    if (moved == NULL) {
        buffer->status = projc__arena_status(buffer->arena);
        buffer->problem[0] = '\0';
        return NULL;
    }
    if (buffer->size != 0)
        memcpy(moved, buffer->data, buffer->size);
    buffer->data = moved;
    buffer->capacity = wanted;
    return moved + buffer->size;
}

void projc__writer_fail(projc__writer_buffer *buffer, projc_status status, const char *format, ...)
{
    va_list arguments;

    if (buffer->status != PROJC_OK)
        return;
    buffer->status = status;
    va_start(arguments, format);
    vsnprintf(buffer->problem, sizeof buffer->problem, format, arguments);
    va_end(arguments);
}

projc_status projc__writer_status(const projc__writer_buffer *buffer, projc_error *error)
{
    if (buffer->status == PROJC_OK)
        return PROJC_OK;
    if (buffer->problem[0] != '\0')
        return projc_error_set(error, buffer->status, "%s", buffer->problem);
    return projc__arena_error(buffer->arena, error);
}
