/* W3C Trace Context: VERSION-TRACE_ID-PARENT_ID-FLAGS, lower-case hexadecimal. */
#include "codec/trace_context.h"

#include "base/arena.h"
#include "base/text.h"
#include "projc/codec.h"

enum { VERSION_SIZE = 2, TRACE_SIZE = 32, PARENT_SIZE = 16, FLAGS_SIZE = 2 };
enum {
    TRACE_AT = VERSION_SIZE + 1,
    PARENT_AT = TRACE_AT + TRACE_SIZE + 1,
    FLAGS_AT = PARENT_AT + PARENT_SIZE + 1,
    WHOLE_SIZE = FLAGS_AT + FLAGS_SIZE
};

static bool is_hex(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
            return false;
    return true;
}

/* An id of zeros is invalid by the standard. */
static bool is_id(const char *text, size_t size)
{
    size_t zeros = 0;

    for (size_t i = 0; i < size; i++)
        zeros += text[i] == '0';
    return zeros < size && is_hex(text, size);
}

bool projc__traceparent_id(projc_text traceparent, projc_text *trace_id)
{
    const char *text = traceparent.data;
    bool is_first_version;

    *trace_id = (projc_text){NULL, 0};
    if (traceparent.size < WHOLE_SIZE || text[TRACE_AT - 1] != '-' || text[PARENT_AT - 1] != '-' ||
        text[FLAGS_AT - 1] != '-')
        return false;
    if (!is_hex(text, VERSION_SIZE) || (text[0] == 'f' && text[1] == 'f') ||
        !is_id(text + TRACE_AT, TRACE_SIZE) || !is_id(text + PARENT_AT, PARENT_SIZE) ||
        !is_hex(text + FLAGS_AT, FLAGS_SIZE))
        return false;
    is_first_version = text[0] == '0' && text[1] == '0';
    if (traceparent.size > WHOLE_SIZE && (is_first_version || text[WHOLE_SIZE] != '-'))
        return false;
    *trace_id = projc_text_of(text + TRACE_AT, TRACE_SIZE);
    return true;
}

bool projc__metadata_trace_id(projc_arena *arena, projc_text metadata, projc_text *trace_id)
{
    projc_text value = {NULL, 0};
    projc_error error = {0};
    projc_json_reader reader;
    projc_scope scope;
    projc_text name;

    *trace_id = (projc_text){NULL, 0};
    if (metadata.size == 0)
        return false;
    projc_json_reader_init(&reader, metadata.data, metadata.size, arena, &error);
    projc_json_read_map(&reader, &scope);
    while (projc_json_read_key(&reader, &scope, &name)) {
        if (projc_text_is(name, "traceparent", 11))
            value = projc_json_read_raw(&reader);
        else
            projc_json_skip(&reader);
    }
    if (projc_json_read_end(&reader) != PROJC_OK || value.size < 2 || value.data[0] != '"')
        return false;
    return projc__traceparent_id(projc_text_of(value.data + 1, value.size - 2), trace_id);
}
