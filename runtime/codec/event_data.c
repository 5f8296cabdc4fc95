/* event.meta and event.aggregate_id: the event's data that are not its payload. */
#include "projc/handler.h"

#include "base/arena.h"
#include "base/text.h"
#include "projc/codec.h"

#include <string.h>

projc_status projc_event_meta(projc_handler *handler, const char *key, projc_optional_text *value)
{
    projc_text metadata = handler->event->metadata;
    size_t key_size = strlen(key);
    projc_json_reader reader;
    projc_scope scope;
    projc_text name;
    projc_status status;

    *value = (projc_optional_text){.has = false};
    if (metadata.size == 0)
        return PROJC_OK;
    projc_json_reader_init(&reader, metadata.data, metadata.size, handler->arena, handler->error);
    projc_json_read_map(&reader, &scope);
    while (projc_json_read_key(&reader, &scope, &name)) {
        if (!projc_text_is(name, key, key_size)) {
            projc_json_skip(&reader);
            continue;
        }
        value->value = projc_json_read_raw(&reader);
        value->has = !projc_text_is(value->value, "null", 4);
        if (value->has && value->value.size != 0 && value->value.data[0] == '"') {
            projc_json_reader text;

            projc_json_reader_init(&text, value->value.data, value->value.size, handler->arena,
                                   handler->error);
            text.field = name;
            value->value = projc_json_read_text(&text);
            if (text.status != PROJC_OK)
                return projc_error_context(handler->error, "metadata");
        }
    }
    status = projc_json_read_end(&reader);
    if (status != PROJC_OK)
        projc_error_context(handler->error, "metadata");
    return status;
}

static projc_status no_such_id(projc_handler *handler, const char *type)
{
    projc_text text = {NULL, 0};

    if (projc_event_id_text(handler, &text) != PROJC_OK)
        return handler->error->status;
    return projc_error_set(handler->error, PROJC_DATA, "the aggregate's id `%.*s` is no %s",
                           text.size > 80 ? 80 : (int)text.size, text.size == 0 ? "" : text.data,
                           type);
}

projc_status projc_event_id_uuid(projc_handler *handler, projc_uuid *id)
{
    const projc_value *stored = &handler->event->aggregate_id;

    if (stored->kind == PROJC_KIND_UUID)
        *id = stored->as.uuid;
    else if (stored->kind != PROJC_KIND_TEXT || !projc_parse_uuid(stored->as.text, id))
        return no_such_id(handler, "uuid");
    return PROJC_OK;
}

projc_status projc_event_id_text(projc_handler *handler, projc_text *id)
{
    const projc_value *stored = &handler->event->aggregate_id;
    char *text;

    if (stored->kind == PROJC_KIND_TEXT) {
        *id = stored->as.text;
        return PROJC_OK;
    }
    if (stored->kind != PROJC_KIND_UUID)
        return projc_error_set(handler->error, PROJC_DATA, "the event has no aggregate");
    text = projc_arena_alloc_raw(handler->arena, PROJC__UUID_TEXT_SIZE + 1);
    if (text == NULL)
        return projc__arena_error(handler->arena, handler->error);
    projc__uuid_format(stored->as.uuid, text);
    *id = projc_text_of(text, PROJC__UUID_TEXT_SIZE);
    return PROJC_OK;
}

projc_status projc_event_id_i64(projc_handler *handler, int64_t *id)
{
    const projc_value *stored = &handler->event->aggregate_id;

    if (stored->kind != PROJC_KIND_TEXT ||
        !projc_parse_integer(stored->as.text, INT64_MIN, INT64_MAX, id))
        return no_such_id(handler, "i64");
    return PROJC_OK;
}
