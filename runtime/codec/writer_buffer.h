/* What both writers grow in: one piece of an arena, with a sticky failure. */
#ifndef PROJC_CODEC_WRITER_BUFFER_H
#define PROJC_CODEC_WRITER_BUFFER_H

#include <string.h>

#include "projc/arena.h"
#include "projc/status.h"

typedef struct projc__writer_buffer {
    projc_arena *arena;
    char *data;
    size_t size;
    size_t capacity;
    projc_status status; /* of the first failure since the last reset */
    char problem[120];   /* its text, when it is not the arena's */
} projc__writer_buffer;

/* What was written stays where it is, and the room behind it is used for the next value. */
void projc__writer_reset(projc__writer_buffer *buffer);

/* Makes room for size more bytes behind what is written; NULL when the buffer has failed. */
char *projc__writer_grow(projc__writer_buffer *buffer, size_t size);

/* The first failure counts. */
void projc__writer_fail(projc__writer_buffer *buffer, projc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* OK, or the failure with *error filled. */
projc_status projc__writer_status(const projc__writer_buffer *buffer, projc_error *error);

/* Room for size bytes, already counted as written, or NULL. */
static inline char *projc__writer_room(projc__writer_buffer *buffer, size_t size)
{
    char *room;

    if (size <= buffer->capacity - buffer->size && buffer->status == PROJC_OK)
        room = buffer->data + buffer->size;
    else
        room = projc__writer_grow(buffer, size);
    if (room != NULL)
        buffer->size += size;
    return room;
}

static inline void projc__writer_put(projc__writer_buffer *buffer, const void *data, size_t size)
{
    char *room = size == 0 ? NULL : projc__writer_room(buffer, size);

    if (room != NULL)
        memcpy(room, data, size);
}

#endif
