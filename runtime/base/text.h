/* UTF-8, base64, uuids and error texts: what several parts of the runtime do with bytes. */
#ifndef PROJC_BASE_TEXT_H
#define PROJC_BASE_TEXT_H

#include <stdarg.h>

#include "projc/status.h"
#include "projc/types.h"

/* True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms, nothing above
 * U+10FFFF). */
bool projc__utf8_is_valid(const char *data, size_t size);

/* How many leading bytes are well-formed UTF-8; a sequence that is cut off at the end does not
 * count. */
size_t projc__utf8_valid_size(const char *data, size_t size);

/* Makes a NUL-terminated text one clean line, in place: control characters become blanks, bytes
 * that are no UTF-8 question marks, a sequence that is cut off at the end goes. */
void projc__text_clean_line(char *text);

/* projc_error_set with a list of arguments. */
projc_status projc__error_set_list(projc_error *error, projc_status status, const char *format,
                                   va_list arguments) __attribute__((format(printf, 3, 0)));

/* A text of a NUL-terminated string. */
projc_text projc__text(const char *string);

/* 1536 -> "1.5 kB"; "-" below 0, where a size is unknown. */
enum { PROJC__SIZE_TEXT_MAX = 32 };
void projc__size_format(int64_t bytes, char text[PROJC__SIZE_TEXT_MAX]);

/* ---- base64: RFC 4648 section 4, padded, no line breaks ---- */

/* Characters that size bytes take. */
size_t projc__base64_encoded_size(size_t size);
/* Writes exactly that many, without NUL. */
void projc__base64_encode(const uint8_t *data, size_t size, char *text);
/* Bytes that a text of this size can hold at most. */
size_t projc__base64_decoded_size(size_t text_size);
/* Strict: wrong length, foreign characters and bits behind the end make it return false. */
bool projc__base64_decode(const char *text, size_t text_size, uint8_t *data, size_t *size);

/* ---- uuids ---- */

enum { PROJC__UUID_TEXT_SIZE = 36 };

/* Writes 36 lower-case characters and a NUL. */
void projc__uuid_format(projc_uuid uuid, char text[PROJC__UUID_TEXT_SIZE + 1]);
/* A random one, version 4. Any thread. */
projc_uuid projc__uuid_random(void);
/* Version 7: the wall clock's milliseconds first, so that ids made later sort later; then random
 * bits. */
projc_uuid projc__uuid_ordered(int64_t now_us);

#endif
