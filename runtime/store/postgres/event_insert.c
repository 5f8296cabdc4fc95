/* The statements of an append: their text and the arrays of their parameters. */
#include "store/postgres/event_insert.h"

#include "base/text.h"
#include "projc/handler.h"

/* The data parameters, one array each, in this order; $1 … $8. */
#define EVENT_PARAMETERS "$1, $2, $3, $4, $5, $6, $7, $8"
#define EVENT_NAMES "(type, agg, expected, event_id, name, payload, metadata, at, ord)"

void projc__events_add_numbered(projc__statement *statement, const projc__event_table *table)
{
    projc__statement_add(statement,
                         "WITH given AS (SELECT * FROM unnest(" EVENT_PARAMETERS ") WITH ORDINALITY"
                         " e " EVENT_NAMES "), numbered AS (SELECT g.*, COALESCE((SELECT"
                         " max(t.aggregate_version) FROM ");
    projc__statement_add_table(statement, table->schema, table->name);
    projc__statement_add(
        statement, " t WHERE t.aggregate_type = g.type AND t.aggregate_id = g.agg), 0)::int8"
                   " + row_number() OVER (PARTITION BY g.type, g.agg ORDER BY g.ord) AS version"
                   " FROM given g)");
}

static void put_id(projc__array *array, projc__statement *statement, Oid type,
                   const projc_value *id)
{
    char text[PROJC__UUID_TEXT_SIZE + 1];
    projc_uuid uuid;

    if (type == PROJC__OID_UUID && id->kind == PROJC_KIND_UUID) {
        projc__array_put(array, id->as.uuid.bytes, sizeof id->as.uuid.bytes);
    } else if (type == PROJC__OID_UUID && id->kind == PROJC_KIND_TEXT &&
               projc_parse_uuid(id->as.text, &uuid)) {
        projc__array_put(array, uuid.bytes, sizeof uuid.bytes);
    } else if (type != PROJC__OID_UUID && id->kind == PROJC_KIND_UUID) {
        projc__uuid_format(id->as.uuid, text);
        projc__array_put(array, text, PROJC__UUID_TEXT_SIZE);
    } else if (type != PROJC__OID_UUID && id->kind == PROJC_KIND_TEXT) {
        projc__array_put(array, id->as.text.data, id->as.text.size);
    } else if (statement->status == PROJC_OK) {
        statement->status = projc_error_set(statement->error, PROJC_DATA,
                                            "the aggregate's id is no uuid, as the table wants it");
    }
}

static Oid text_type(Oid type)
{
    return type == PROJC__OID_UUID ? PROJC__OID_UUID : PROJC__OID_TEXT;
}

/* json, jsonb, bytea or text, in the binary form of the column's type. */
static void put_document(projc__array *array, Oid type, const void *data, size_t size)
{
    if (type != PROJC__OID_JSONB) {
        projc__array_put(array, data, size);
        return;
    }
    if (array->data == NULL)
        return;
    projc__put_u32(array->data + array->size, (uint32_t)(size + 1));
    array->data[array->size + 4] = PROJC__JSONB_VERSION;
    if (size != 0)
        memcpy(array->data + array->size + 5, data, size);
    array->size += 5 + size;
    array->count++;
}

size_t projc__event_bytes(const projc__new_event *event)
{
    return event->name.size + event->aggregate_type.size +
           projc__value_bound(&event->aggregate_id) + PROJC__UUID_TEXT_SIZE + event->payload.size +
           event->metadata.size + 4;
}

static bool is_zero(projc_uuid uuid)
{
    static const projc_uuid zero;
    return memcmp(&uuid, &zero, sizeof zero) == 0;
}

static void bind_identity(projc__statement *statement, const projc__event_table *table,
                          const projc__new_event *events, size_t count, size_t bytes)
{
    Oid id_type = text_type(table->types[PROJC__EVENT_AGGREGATE_ID]);
    projc__array types;
    projc__array ids;
    projc__array versions;
    projc__array event_ids;

    projc__array_begin(&types, statement, PROJC__OID_TEXT, count, bytes);
    projc__array_begin(&ids, statement, id_type, count, bytes);
    projc__array_begin(&versions, statement, PROJC__OID_INT8, count, 8 * count);
    projc__array_begin(&event_ids, statement, PROJC__OID_UUID, count, 16 * count);
    for (size_t i = 0; i < count; i++) {
        const projc__new_event *event = &events[i];
        projc_uuid id = is_zero(event->id) ? projc__uuid_random() : event->id;
        projc__array_put(&types, event->aggregate_type.data, event->aggregate_type.size);
        put_id(&ids, statement, id_type, &event->aggregate_id);
        if (event->expected_version == PROJC_ANY_VERSION)
            projc__array_put_null(&versions);
        else
            projc__array_put_i64(&versions, event->expected_version);
        projc__array_put(&event_ids, id.bytes, sizeof id.bytes);
    }
    projc__array_bind(&types);
    projc__array_bind(&ids);
    projc__array_bind(&versions);
    projc__array_bind(&event_ids);
}

static void bind_content(projc__statement *statement, const projc__event_table *table,
                         const projc__new_event *events, size_t count, size_t bytes)
{
    Oid payload_type = table->types[PROJC__EVENT_PAYLOAD];
    Oid metadata_type = table->types[PROJC__EVENT_METADATA];
    projc__array names;
    projc__array payloads;
    projc__array metadata;
    projc__array times;

    projc__array_begin(&names, statement, PROJC__OID_TEXT, count, bytes);
    projc__array_begin(&payloads, statement, payload_type, count, bytes);
    projc__array_begin(&metadata, statement, metadata_type, count, bytes);
    projc__array_begin(&times, statement, PROJC__OID_TIMESTAMPTZ, count, 8 * count);
    for (size_t i = 0; i < count; i++) {
        const projc__new_event *event = &events[i];
        bool has_metadata = event->metadata.size != 0;
        projc__array_put(&names, event->name.data, event->name.size);
        put_document(&payloads, payload_type, event->payload.data, event->payload.size);
        put_document(&metadata, metadata_type, has_metadata ? event->metadata.data : "{}",
                     has_metadata ? event->metadata.size : 2);
        if (event->time == INT64_MIN)
            projc__array_put_null(&times);
        else
            projc__array_put_time(&times, event->time);
    }
    projc__array_bind(&names);
    projc__array_bind(&payloads);
    projc__array_bind(&metadata);
    projc__array_bind(&times);
}

void projc__events_bind(projc__statement *statement, const projc__event_table *table,
                        const projc__new_event *events, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += projc__event_bytes(&events[i]);
    bind_identity(statement, table, events, count, bytes);
    bind_content(statement, table, events, count, bytes);
}

void projc__events_build_insert(projc__statement *statement, const projc__event_table *table)
{
    bool has_zone = table->types[PROJC__EVENT_TIME] == PROJC__OID_TIMESTAMPTZ;

    projc__events_add_numbered(statement, table);
    projc__statement_add(statement, " INSERT INTO ");
    projc__statement_add_table(statement, table->schema, table->name);
    /* The subquery is ordered before the default of `no` is computed, so numbers follow the order.
     */
    projc__statement_add(statement,
                         " (event_id, event_name, payload, metadata, aggregate_type, aggregate_id,"
                         " aggregate_version, created_at)"
                         " SELECT event_id, name, payload, metadata, type, agg, version, ");
    projc__statement_add(statement, has_zone ? "COALESCE(at, pg_catalog.clock_timestamp())"
                                             : "COALESCE(at, pg_catalog.clock_timestamp())"
                                               " AT TIME ZONE 'UTC'");
    projc__statement_add(statement,
                         " FROM numbered WHERE NOT EXISTS (SELECT 1 FROM numbered n"
                         " WHERE n.expected <> n.version - 1) ORDER BY ord RETURNING no::int8");
}
