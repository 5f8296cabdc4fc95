/* Events as JSON lines: reading them for `append`, writing them for `events`. */
#include "service/event_json.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/value.h"
#include "service/likeness.h"

static projc_text text_of(const char *text)
{
    return projc_text_of(text, strlen(text));
}

static int compare_event(const projc_module *module, const projc_event_type *type,
                         projc_text aggregate_type, projc_text name)
{
    int order =
        projc_text_compare(text_of(module->aggregates[type->aggregate].type), aggregate_type);

    return order != 0 ? order : projc_text_compare(text_of(type->name), name);
}

const projc_event_type *projc__find_event(const projc_module *module, projc_text aggregate_type,
                                          projc_text name)
{
    uint32_t low = 0;
    uint32_t high = module->event_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare_event(module, &module->events[middle], aggregate_type, name);

        if (order == 0)
            return &module->events[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const projc_aggregate_type *projc__find_aggregate(const projc_module *module,
                                                  projc_text aggregate_type)
{
    for (uint32_t i = 0; i < module->aggregate_count; i++)
        if (projc_text_compare(text_of(module->aggregates[i].type), aggregate_type) == 0)
            return &module->aggregates[i];
    return NULL;
}

/* ---- reading ---- */

/* The fields of one line; kind NULL: missing. */
typedef struct line_fields {
    const projc__json *type, *id, *event, *payload, *version, *event_id, *metadata, *time;
} line_fields;

static projc_status need(const projc__json *field, const char *name, projc__json_kind kind,
                         bool is_optional, projc_error *error)
{
    static const char *const kinds[] = {"null",   "true or false", "a number",
                                        "a text", "a list",        "an object"};

    if (field == NULL || field->kind == PROJC__JSON_NULL) {
        if (is_optional)
            return PROJC_OK;
        return projc_error_set(error, PROJC_DATA, "\"%s\" is missing", name);
    }
    if (field->kind != kind)
        return projc_error_set(error, PROJC_DATA, "\"%s\" is %s, not %s", name, kinds[field->kind],
                               kinds[kind]);
    return PROJC_OK;
}

static bool is_known_field(projc_text key)
{
    static const char *const known[] = {"type",     "id",       "event", "payload", "version",
                                        "event_id", "metadata", "time",  "no"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (projc_text_is(key, known[i], strlen(known[i])))
            return true;
    return false;
}

static projc_status read_fields(const projc__json *tree, line_fields *fields, projc_error *error)
{
    projc_status status;

    if (tree->kind != PROJC__JSON_MAP)
        return projc_error_set(error, PROJC_DATA, "an event is a JSON object");
    for (uint32_t i = 0; i < tree->count; i++)
        if (!is_known_field(tree->items[i].key))
            return projc_error_set(error, PROJC_DATA,
                                   "an event has no \"%.*s\": type, id, event, payload, version, "
                                   "event_id, metadata, time",
                                   (int)tree->items[i].key.size, tree->items[i].key.data);
    *fields = (line_fields){.type = projc__json_get(tree, "type"),
                            .id = projc__json_get(tree, "id"),
                            .event = projc__json_get(tree, "event"),
                            .payload = projc__json_get(tree, "payload"),
                            .version = projc__json_get(tree, "version"),
                            .event_id = projc__json_get(tree, "event_id"),
                            .metadata = projc__json_get(tree, "metadata"),
                            .time = projc__json_get(tree, "time")};
    status = need(fields->type, "type", PROJC__JSON_TEXT, false, error);
    if (status == PROJC_OK)
        status = need(fields->event, "event", PROJC__JSON_TEXT, false, error);
    if (status == PROJC_OK)
        status = need(fields->payload, "payload", PROJC__JSON_MAP, false, error);
    if (status == PROJC_OK)
        status = need(fields->version, "version", PROJC__JSON_NUMBER, true, error);
    if (status == PROJC_OK)
        status = need(fields->event_id, "event_id", PROJC__JSON_TEXT, true, error);
    if (status == PROJC_OK)
        status = need(fields->metadata, "metadata", PROJC__JSON_MAP, true, error);
    if (status == PROJC_OK)
        status = need(fields->time, "time", PROJC__JSON_TEXT, true, error);
    if (status == PROJC_OK && (fields->id == NULL || (fields->id->kind != PROJC__JSON_TEXT &&
                                                      fields->id->kind != PROJC__JSON_NUMBER)))
        status =
            projc_error_set(error, PROJC_DATA, "\"id\" is missing, or neither text nor number");
    return status;
}

projc_status projc__event_id_parse(projc_arena *arena, const projc_aggregate_type *aggregate,
                                   bool is_text_column, projc_text text, projc_value *id,
                                   projc_error *error)
{
    char canonical[PROJC__UUID_TEXT_SIZE + 1];
    projc_uuid uuid = {{0}};
    int64_t number = 0;

    if (text.size == 0)
        return projc_error_set(error, PROJC_DATA, "\"id\" is empty");
    if (memchr(text.data, '\0', text.size) != NULL)
        return projc_error_set(error, PROJC_DATA, "\"id\" holds a NUL character");
    if (aggregate->id_type == PROJC_ID_UUID && !projc_parse_uuid(text, &uuid))
        return projc_error_set(error, PROJC_DATA, "\"id\" is `%.*s`, which is no uuid",
                               (int)text.size, text.data);
    if (aggregate->id_type == PROJC_ID_I64 &&
        !projc_parse_integer(text, INT64_MIN, INT64_MAX, &number))
        return projc_error_set(error, PROJC_DATA, "\"id\" is `%.*s`, which is no i64",
                               (int)text.size, text.data);
    *id = (projc_value){.kind = PROJC_KIND_UUID, .as = {.uuid = uuid}};
    if (!is_text_column)
        return PROJC_OK;
    if (aggregate->id_type != PROJC_ID_TEXT) {
        if (aggregate->id_type == PROJC_ID_UUID)
            projc__uuid_format(uuid, canonical);
        else
            (void)snprintf(canonical, sizeof canonical, "%lld", (long long)number);
        text =
            projc_text_of(projc_arena_copy(arena, canonical, strlen(canonical)), strlen(canonical));
        if (text.data == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an event");
    }
    *id = (projc_value){.kind = PROJC_KIND_TEXT, .as = {.text = text}};
    return PROJC_OK;
}

/* version, event_id, metadata and time, which may be missing. */
static projc_status read_optional(const line_fields *fields, projc__new_event *event,
                                  projc_error *error)
{
    int64_t version;

    event->expected_version = PROJC_ANY_VERSION;
    event->time = INT64_MIN;
    if (fields->version != NULL && fields->version->kind == PROJC__JSON_NUMBER) {
        if (!projc_parse_integer(fields->version->text, 1, INT64_MAX, &version))
            return projc_error_set(error, PROJC_DATA, "\"version\" is %.*s, not 1 or more",
                                   (int)fields->version->text.size, fields->version->text.data);
        event->expected_version = version - 1;
    }
    if (fields->event_id != NULL && fields->event_id->kind == PROJC__JSON_TEXT &&
        !projc_parse_uuid(fields->event_id->text, &event->id))
        return projc_error_set(error, PROJC_DATA, "\"event_id\" is `%.*s`, which is no uuid",
                               (int)fields->event_id->text.size, fields->event_id->text.data);
    if (fields->metadata != NULL && fields->metadata->kind == PROJC__JSON_MAP)
        event->metadata = fields->metadata->raw;
    if (fields->time != NULL && fields->time->kind == PROJC__JSON_TEXT &&
        !projc_parse_time(fields->time->text, &event->time))
        return projc_error_set(error, PROJC_DATA, "\"time\" is `%.*s`, which is no RFC 3339 time",
                               (int)fields->time->text.size, fields->time->text.data);
    return PROJC_OK;
}

/* The payload, decoded by its own decoder and written in the stream's format. */
static projc_status read_payload(projc_arena *arena, const projc_event_type *type,
                                 projc_payload_format format, projc_text json, projc_bytes *payload,
                                 projc_error *error)
{
    projc_json_reader reader;
    projc_msgpack_writer *writer;
    void *value = projc_arena_alloc(arena, type->size);
    projc_status status;

    if (value == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an event");
    projc_json_reader_init(&reader, json.data, json.size, arena, error);
    type->from_json(&reader, NULL, value);
    status = projc_json_read_end(&reader);
    if (status != PROJC_OK)
        return projc_error_context(error, "payload of %s", type->name);
    if (format == PROJC_PAYLOAD_JSON) {
        *payload = (projc_bytes){(const uint8_t *)json.data, json.size};
        return PROJC_OK;
    }
    writer = projc_msgpack_writer_new(arena);
    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an event");
    type->to_msgpack(writer, value);
    return projc_msgpack_writer_finish(writer, payload, error);
}

/* The stored name of what is declared under this name, or else the one that is most like it; NULL:
 * none is near. */
static const char *near_type(const projc_module *module, projc_text wrong)
{
    projc__likeness likeness = projc__likeness_begin(wrong.data, wrong.size);

    for (uint32_t i = 0; i < module->aggregate_count; i++) {
        if (projc_text_compare(text_of(module->aggregates[i].name), wrong) == 0)
            return module->aggregates[i].type;
        projc__likeness_offer(&likeness, module->aggregates[i].type);
    }
    return likeness.best;
}

static const char *near_event(const projc_module *module, const projc_aggregate_type *aggregate,
                              projc_text wrong)
{
    projc__likeness likeness = projc__likeness_begin(wrong.data, wrong.size);

    for (uint32_t i = 0; i < module->event_count; i++) {
        const projc_event_type *event = &module->events[i];

        if (&module->aggregates[event->aggregate] != aggregate || event->upcast_of != 0)
            continue;
        if (projc_text_compare(text_of(event->identifier), wrong) == 0)
            return event->name;
        projc__likeness_offer(&likeness, event->name);
    }
    return likeness.best;
}

static projc_status undeclared(const projc_module *module, const line_fields *fields,
                               const projc_aggregate_type *aggregate, projc_error *error)
{
    projc_text wrong = aggregate == NULL ? fields->type->text : fields->event->text;
    const char *near =
        aggregate == NULL ? near_type(module, wrong) : near_event(module, aggregate, wrong);

    return projc_error_set(
        error, aggregate == NULL ? PROJC_ABSENT : PROJC_DATA, "no %s `%.*s` is declared%s%s%s%s%s",
        aggregate == NULL ? "aggregate type" : "event", (int)wrong.size, wrong.data,
        aggregate == NULL ? "" : " for its type", near == NULL ? "" : "; did you mean `",
        near == NULL ? "" : near, near == NULL ? "" : "`?",
        aggregate == NULL
            ? ""
            : (near == NULL ? "; --raw stores it unchecked" : " (--raw stores it unchecked)"));
}

projc_status projc__event_from_json(projc_arena *arena, const projc_module *module, projc_text line,
                                    bool is_raw, projc__new_event *event, uint32_t *stream,
                                    projc_error *error)
{
    line_fields fields = {.type = NULL};
    projc__json *tree;
    const projc_aggregate_type *aggregate;
    const projc_event_type *type;
    const projc_stream_type *target;
    projc_status status = projc__json_parse(arena, line, &tree, error);

    *event = (projc__new_event){.expected_version = PROJC_ANY_VERSION};
    if (status == PROJC_OK)
        status = read_fields(tree, &fields, error);
    if (status != PROJC_OK)
        return status;
    assert(fields.type != NULL && fields.event != NULL && fields.id != NULL); /* are needed */
    aggregate = projc__find_aggregate(module, fields.type->text);
    type = projc__find_event(module, fields.type->text, fields.event->text);
    if (aggregate == NULL || (type == NULL && !is_raw))
        return undeclared(module, &fields, aggregate, error);
    if (type != NULL && type->upcast_of != 0 && !is_raw)
        return projc_error_set(
            error, PROJC_DATA,
            "`%s` is an older name of %s, which is appended as `%s` today; --raw "
            "stores it all the same",
            type->name, type->identifier, module->events[type->upcast_of - 1].name);
    *stream = aggregate->stream;
    target = &module->streams[*stream];
    event->name = fields.event->text;
    event->aggregate_type = fields.type->text;
    status = projc__event_id_parse(arena, aggregate, target->has_text_ids, fields.id->text,
                                   &event->aggregate_id, error);
    if (status == PROJC_OK)
        status = read_optional(&fields, event, error);
    if (status != PROJC_OK)
        return status;
    if (!is_raw)
        return read_payload(arena, type, target->payload, fields.payload->raw, &event->payload,
                            error);
    if (target->payload == PROJC_PAYLOAD_MSGPACK)
        return projc_error_set(error, PROJC_UNSUPPORTED,
                               "--raw takes JSON payloads, and stream %s stores msgpack",
                               target->name);
    event->payload =
        (projc_bytes){(const uint8_t *)fields.payload->raw.data, fields.payload->raw.size};
    return PROJC_OK;
}

/* ---- writing ---- */

/* JSON on one line: between its tokens a stored text may break lines, in its strings it cannot. */
static projc_status put_json(projc_arena *arena, projc_text json, projc_json_writer *writer,
                             projc_error *error)
{
    projc__json *tree;
    projc_error ignored = {0};
    char *line;

    /* What is no JSON is shown as a text; `append` will not take that back as a payload. */
    if (projc__json_parse(arena, json, &tree, &ignored) != PROJC_OK) {
        projc_json_write_text(writer, json);
        return PROJC_OK;
    }
    line = projc_arena_copy(arena, json.data, json.size);
    if (line == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an event");
    for (size_t i = 0; i < json.size; i++)
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    projc_json_write_raw(writer, projc_text_of(line, json.size));
    return PROJC_OK;
}

/* By its event's own decoder, or NULL: it is not declared. */
static projc_status decode_payload(projc_arena *arena, const projc_event_type *type,
                                   const projc_event *event, projc_json_writer *writer)
{
    projc_msgpack_reader reader;
    projc_error ignored = {0};
    void *value;
    projc_status status;

    if (type == NULL || type->upcast_of != 0) /* shown as it is stored */
        return PROJC_ABSENT;
    value = projc_arena_alloc(arena, type->size);
    if (value == NULL)
        return PROJC_NO_MEMORY;
    projc_msgpack_reader_init(&reader, event->payload.data, event->payload.size, arena, &ignored);
    type->from_msgpack(&reader, NULL, value);
    status = projc_msgpack_read_end(&reader);
    if (status == PROJC_OK)
        type->to_json(writer, value);
    return status;
}

/* msgpack by the event's decoder, else by its own types, else (it is none) as base64. */
static projc_status put_msgpack(projc_arena *arena, const projc_event_type *type,
                                const projc_event *event, projc_json_writer *writer,
                                projc_error *error)
{
    projc_bytes bytes = {(const uint8_t *)event->payload.data, event->payload.size};
    projc_json_writer *apart = projc_json_writer_new(arena);
    projc_error ignored = {0};
    projc_text text;
    projc_status status;

    if (apart == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an event");
    status = decode_payload(arena, type, event, apart);
    if (status != PROJC_OK) {
        projc_json_writer_reset(apart);
        status = projc__msgpack_to_json(arena, bytes, apart, &ignored);
    }
    if (status == PROJC_OK)
        status = projc_json_writer_finish(apart, &text, &ignored);
    if (status == PROJC_OK)
        projc_json_write_raw(writer, text);
    else
        projc_json_write_bytes(writer, bytes);
    return PROJC_OK;
}

projc_status projc__event_to_json(projc_arena *arena, const projc_module *module,
                                  const projc_stream_type *stream, const projc_event *event,
                                  projc_text *line, projc_error *error)
{
    projc_json_writer *writer = projc_json_writer_new(arena);
    const projc_event_type *type = projc__find_event(module, event->aggregate_type, event->name);
    projc_status status;

    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an event");
    projc_json_write_map(writer);
    projc_json_write_name(writer, "no");
    projc_json_write_integer(writer, event->no);
    projc_json_write_name(writer, "type");
    projc_json_write_text(writer, event->aggregate_type);
    projc_json_write_name(writer, "id");
    if (event->aggregate_id.kind == PROJC_KIND_UUID)
        projc_json_write_uuid(writer, event->aggregate_id.as.uuid);
    else
        projc_json_write_text(writer, event->aggregate_id.as.text);
    projc_json_write_name(writer, "event");
    projc_json_write_text(writer, event->name);
    projc_json_write_name(writer, "payload");
    status = stream->payload == PROJC_PAYLOAD_JSON ? put_json(arena, event->payload, writer, error)
                                                   : put_msgpack(arena, type, event, writer, error);
    if (status == PROJC_OK && event->metadata.size > 2) {
        projc_json_write_name(writer, "metadata");
        status = put_json(arena, event->metadata, writer, error);
    }
    if (status != PROJC_OK)
        return projc_error_context(error, "event no %lld", (long long)event->no);
    projc_json_write_name(writer, "version");
    projc_json_write_integer(writer, event->version);
    projc_json_write_name(writer, "event_id");
    projc_json_write_uuid(writer, event->id);
    projc_json_write_name(writer, "time");
    projc_json_write_time(writer, event->time);
    projc_json_write_map_end(writer);
    return projc_json_writer_finish(writer, line, error);
}
