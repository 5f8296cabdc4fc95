/* A growable text on the heap with a sticky failure, for SQL statements and reports (PQExpBuffer's
 * kind). Not thread-safe: one owner. */
#ifndef PROJC_BASE_BUFFER_H
#define PROJC_BASE_BUFFER_H

#include <stdarg.h>

#include "projc/status.h"
#include "projc/types.h"

typedef struct projc__buffer {
    char *data;  /* always ends with a NUL that is not counted; never NULL */
    size_t size; /* bytes */
    size_t capacity;
    bool is_failed; /* memory was out: data is "", appending does nothing */
} projc__buffer;

/* Caller's storage; allocates nothing yet. */
void projc__buffer_init(projc__buffer *buffer);
/* Frees the memory; the buffer is as after init. */
void projc__buffer_clear(projc__buffer *buffer);
/* Empties it, forgets a failure, keeps the memory. */
void projc__buffer_reset(projc__buffer *buffer);
/* OK, or NO_MEMORY with *error filled. */
projc_status projc__buffer_status(const projc__buffer *buffer, projc_error *error);

void projc__buffer_put(projc__buffer *buffer, const void *data, size_t size);
void projc__buffer_put_string(projc__buffer *buffer, const char *text);
void projc__buffer_put_text(projc__buffer *buffer, projc_text text);
void projc__buffer_put_char(projc__buffer *buffer, char c);
void projc__buffer_put_integer(projc__buffer *buffer, int64_t value);
void projc__buffer_format(projc__buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void projc__buffer_format_list(projc__buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
/* "a ""name""": an SQL identifier, always quoted. */
void projc__buffer_put_identifier(projc__buffer *buffer, const char *name);
/* "schema"."name", or "name" alone when schema is NULL. */
void projc__buffer_put_qualified(projc__buffer *buffer, const char *schema, const char *name);
/* 'it''s': an SQL literal, where standard_conforming_strings is on (the default) or on SQLite. The
 * text holds no NUL. */
void projc__buffer_put_literal(projc__buffer *buffer, projc_text text);

#endif
