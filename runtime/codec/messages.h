/* The texts of decoding errors, the same for JSON and msgpack. */
#ifndef PROJC_CODEC_MESSAGES_H
#define PROJC_CODEC_MESSAGES_H

#include <stdarg.h>

#include "projc/codec.h"

/* Input is shown in messages up to this many bytes; PROJC__SHOWN(text) is for "%.*s". */
enum { PROJC__SHOWN_MAX = 80 };

static inline int projc__shown_size(size_t size)
{
    return size > PROJC__SHOWN_MAX ? PROJC__SHOWN_MAX : (int)size;
}
#define PROJC__SHOWN(text) projc__shown_size((text).size), (text).size == 0 ? "" : (text).data

/* Fills *error with the message, behind "field `x`: " when field is not empty. */
projc_status projc__codec_error(projc_error *error, projc_text field, projc_status status,
                                const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));

/* The name of the first required field without its seen bit, or NULL. */
const char *projc__first_missing(const uint64_t *seen, const uint64_t *required,
                                 const char *const *fields, uint32_t count);

/* The member called name, or NULL. */
const projc_enum_member *projc__enum_find(const projc_enum *type, projc_text name);

#endif
