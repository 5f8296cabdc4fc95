/* The typed append: encodes one event in its stream's format, and hands it to the store. */
#include "projc/module.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "store/store.h"

/* One event, its encoding included; what is larger is no event. */
enum { APPEND_BYTES_MAX = 256 << 20 };

static projc_status encode(const projc_module *module, const projc_event_type *type,
                           const void *value, projc_arena *arena, projc_bytes *payload,
                           projc_error *error)
{
    const projc_stream_type *stream = &module->streams[module->aggregates[type->aggregate].stream];

    if (stream->payload == PROJC_PAYLOAD_MSGPACK) {
        projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);

        if (writer == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
        type->to_msgpack(writer, value);
        return projc_msgpack_writer_finish(writer, payload, error);
    } else {
        projc_json_writer *writer = projc_json_writer_new(arena);
        projc_text text = {0};
        projc_status status;

        if (writer == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
        type->to_json(writer, value);
        status = projc_json_writer_finish(writer, &text, error);
        payload->data = (const uint8_t *)text.data;
        payload->size = text.size;
        return status;
    }
}

/* The id as the log's column holds it: of several types in one column, the text form. */
static projc_status as_column(const projc_module *module, const projc_event_type *type,
                              projc_value *id, char text[40], projc_error *error)
{
    static const projc_kind kinds[] = {PROJC_KIND_UUID, PROJC_KIND_TEXT, PROJC_KIND_INTEGER};
    const projc_aggregate_type *aggregate = &module->aggregates[type->aggregate];

    if (id->kind != kinds[aggregate->id_type])
        return projc_error_set(error, PROJC_INVALID, "the id is of another type than %s declares",
                               aggregate->name);
    if (!module->streams[aggregate->stream].has_text_ids || id->kind == PROJC_KIND_TEXT)
        return PROJC_OK;
    if (id->kind == PROJC_KIND_UUID)
        projc__uuid_format(id->as.uuid, text);
    else
        snprintf(text, 40, "%" PRId64, id->as.integer);
    id->kind = PROJC_KIND_TEXT;
    id->as.text = projc__text(text);
    return PROJC_OK;
}

projc_status projc_append(projc_store *store, const projc_module *module, uint32_t event,
                          projc_value id, int64_t expected_version, const void *value,
                          int64_t *position, projc_error *error)
{
    const projc_event_type *type;
    projc__new_event appended = {0};
    int64_t given = 0;
    char text[40];
    projc_arena *arena;
    projc_status status;

    if (event >= module->event_count)
        return projc_error_set(error, PROJC_INVALID, "%s has no event number %u", module->source,
                               event);
    type = &module->events[event];
    if (type->upcast_of != 0)
        return projc_error_set(error, PROJC_INVALID, "%s is an older name of %s", type->name,
                               type->identifier);
    status = as_column(module, type, &id, text, error);
    if (status != PROJC_OK)
        return status;
    arena = projc_arena_new(APPEND_BYTES_MAX);
    if (arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    status = encode(module, type, value, arena, &appended.payload, error);
    if (status == PROJC_OK) {
        const projc_aggregate_type *aggregate = &module->aggregates[type->aggregate];

        appended.name = projc__text(type->name);
        appended.aggregate_type = projc__text(aggregate->type);
        appended.aggregate_id = id;
        appended.expected_version = expected_version;
        appended.time = INT64_MIN;
        status = projc__store_append(store, &module->streams[aggregate->stream], &appended, 1,
                                     &given, error);
    }
    if (status == PROJC_OK && position != NULL)
        *position = given;
    projc_arena_free(arena);
    return status;
}
