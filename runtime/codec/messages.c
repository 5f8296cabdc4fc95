/* Errors of decoding, and enums by name and value. */
#include "codec/messages.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

projc_status projc__codec_error(projc_error *error, projc_text field, projc_status status,
                                const char *format, va_list arguments)
{
    projc__error_set_list(error, status, format, arguments);
    if (error != NULL && field.size != 0)
        projc_error_context(error, "field `%.*s`", PROJC__SHOWN(field));
    return status;
}

const char *projc__first_missing(const uint64_t *seen, const uint64_t *required,
                                 const char *const *fields, uint32_t count)
{
    for (uint32_t word = 0; word < (count + 63) / 64; word++) {
        uint64_t missing = required[word] & ~seen[word];

        if (missing != 0)
            return fields[word * 64 + (uint32_t)__builtin_ctzll(missing)];
    }
    return NULL;
}

const char *projc_enum_name(const projc_enum *type, int32_t value)
{
    if (!type->has_codes)
        return value >= 0 && (uint32_t)value < type->count ? type->members[value].name : NULL;
    for (uint32_t i = 0; i < type->count; i++)
        if (type->members[i].value == value)
            return type->members[i].name;
    return NULL;
}

const projc_enum_member *projc__enum_find(const projc_enum *type, projc_text name)
{
    for (uint32_t i = 0; i < type->count; i++)
        if (strlen(type->members[i].name) == name.size &&
            (name.size == 0 || memcmp(type->members[i].name, name.data, name.size) == 0))
            return &type->members[i];
    return NULL;
}
