/* Keys of JSON objects that stand for values: members of enums, true and false; and the colon
 * behind any key. */
#include "codec/json_scan.h"
#include "codec/messages.h"
#include "codec/value.h"
#include "projc/handler.h"

#include <string.h>

void projc_json_read_colon(projc_json_reader *reader)
{
    if (projc__json_peek(reader) == ':')
        reader->at++;
    else
        projc__json_unexpected(reader, "`:`");
}

bool projc_json_read_key_bool(projc_json_reader *reader)
{
    projc_text text = projc_json_read_text(reader);

    if (projc_text_is(text, "true", 4))
        return true;
    if (!projc_text_is(text, "false", 5))
        projc_json_fail(reader, PROJC_DATA, "`%.*s` is no bool", PROJC__SHOWN(text));
    return false;
}

int32_t projc_json_read_key_enum(projc_json_reader *reader, const projc_enum *type)
{
    projc_text text = projc_json_read_text(reader);
    int64_t code;

    for (uint32_t i = 0; i < type->count; i++)
        if (projc_text_is(text, type->members[i].name, strlen(type->members[i].name)))
            return type->members[i].value;
    if (type->has_codes && projc_parse_integer(text, INT32_MIN, INT32_MAX, &code) &&
        projc_enum_name(type, (int32_t)code) != NULL)
        return (int32_t)code;
    projc_json_fail(reader, PROJC_DATA, "`%.*s` is no %s", PROJC__SHOWN(text), type->name);
    return 0;
}
