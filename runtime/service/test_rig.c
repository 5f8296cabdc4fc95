/* A database, an engine and all projections of a module: the world in which one test runs one way.
 */
#include "service/test_rig.h"

#include <stdlib.h>
#include <string.h>

#include "codec/json_tree.h"
#include "codec/value.h"
#include "engine/state_row.h"
#include "service/test_rows.h"

enum { STEPS_MAX = 1000000, CUT_MAX = 4 };

static projc_status commit_twice(projc_store *store, const projc__unit *unit, projc_error *error)
{
    const projc__test_twice *wrapper = (const projc__test_twice *)(const void *)store->driver;
    projc_status status = wrapper->inner->commit(store, unit, error);
    projc_error again_error = {0};
    projc_status again;

    if (status != PROJC_OK)
        return status;
    again = wrapper->inner->commit(store, unit, &again_error);
    if (again == PROJC_FENCED)
        return PROJC_OK;
    if (again == PROJC_OK) {
        bool moves = false;

        /* A unit that moves no lane and raises no epoch may repeat itself: it says the same again.
         */
        for (size_t i = 0; i < unit->claim_count; i++)
            moves |= unit->claims[i].raises_epoch ||
                     unit->claims[i].new_position != unit->claims[i].position;
        if (!moves)
            return PROJC_OK;
        return projc_error_set(error, PROJC_DATABASE,
                               "the same unit of work could be committed twice");
    }
    if (error != NULL)
        *error = again_error;
    return again;
}

static projc_status redeliver(projc__test_rig *rig, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__workspace_store(rig->workspace, &store, error);

    if (status != PROJC_OK)
        return status;
    rig->twice.driver = *store->driver;
    rig->twice.driver.commit = commit_twice;
    rig->twice.inner = store->driver;
    store->driver = &rig->twice.driver;
    return PROJC_OK;
}

static projc_status open_projectors(projc__test_rig *rig, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__workspace_new(&rig->engine, &rig->workspace, error);

    if (status == PROJC_OK)
        status = projc__workspace_store(rig->workspace, &store, error);
    if (status == PROJC_OK)
        status = projc_store_apply_schema(store, rig->module, true, error);
    for (uint32_t i = 0; i < rig->module->projection_count && status == PROJC_OK; i++)
        status = projc__projector_open(&rig->engine, rig->workspace, rig->module, i,
                                       &rig->projectors[i], error);
    return status;
}

projc_status projc__test_rig_open(projc__test_rig *rig, const projc_module *module,
                                  const projc__test_way *way, const char *database, uint64_t seed,
                                  projc_error *error)
{
    projc_status status;

    *rig = (projc__test_rig){.module = module, .way = way};
    projc__manual_clock_init(&rig->clock, projc__real_clock.now_us(NULL));
    projc__random_init(&rig->random, seed);
    projc_runtime_options_init(&rig->engine.options);
    rig->engine.options.database = database;
    rig->engine.options.lanes = way->lanes;
    rig->engine.clock = &rig->clock.clock;
    rig->engine.metrics = &projc__no_metrics;
    rig->arena = projc_arena_new(0);
    rig->projectors = calloc(module->projection_count + 1u, sizeof *rig->projectors);
    if (rig->arena == NULL || rig->projectors == NULL)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a test");
    else
        status = open_projectors(rig, error);
    if (status == PROJC_OK && way->is_redelivered)
        status = redeliver(rig, error);
    if (status != PROJC_OK)
        projc__test_rig_close(rig);
    return status;
}

void projc__test_rig_close(projc__test_rig *rig)
{
    for (uint32_t i = 0; rig->projectors != NULL && i < rig->module->projection_count; i++)
        projc__projector_close(rig->projectors[i]);
    free(rig->projectors);
    rig->projectors = NULL;
    projc__workspace_free(rig->workspace);
    rig->workspace = NULL;
    projc_arena_free(rig->arena);
    rig->arena = NULL;
    projc__manual_clock_clear(&rig->clock);
}

/* ---- applying ---- */

/* Steps one projection until nothing is left to do, retries included. */
static projc_status drain(projc__test_rig *rig, projc__projector *projector, projc_error *error)
{
    for (int step = 0; step < STEPS_MAX; step++) {
        projc__outcome outcome = {0};
        projc_status status;

        if (rig->way->has_random_cuts)
            rig->engine.options.page_rows = 1 + (int64_t)projc__random_below(&rig->random, CUT_MAX);
        status = projc__projector_step(projector, rig->workspace, 0, 1, &outcome, error);
        if (status != PROJC_OK)
            return status;
        if (outcome.retry_at != 0) {
            int64_t now = projc__clock_now(rig->engine.clock);

            if (outcome.retry_at > now)
                projc__manual_clock_advance(&rig->clock, outcome.retry_at - now);
        } else if (outcome.is_caught_up || outcome.is_stopped) {
            return PROJC_OK;
        }
    }
    return projc_error_set(error, PROJC_DATABASE, "the projection does not come to rest");
}

static projc_status reset(projc__test_rig *rig, uint32_t index, projc_error *error)
{
    const projc_projection_type *type = &rig->module->projections[index];
    const projc_table **tables =
        projc_arena_alloc(rig->arena, ((size_t)type->table_count + 1) * sizeof *tables);
    projc_store *store;
    projc_status status = projc__workspace_store(rig->workspace, &store, error);

    if (tables == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the tables' names");
    tables[0] = type->table;
    for (uint32_t i = 0; i < type->table_count; i++)
        tables[i + 1] = type->tables[i].table;
    if (status == PROJC_OK)
        status = projc__store_reset(store, projc__projector_generation(rig->projectors[index]),
                                    tables, (size_t)type->table_count + 1, true, error);
    return status;
}

projc_status projc__test_rig_catch_up(projc__test_rig *rig, projc_error *error)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < rig->module->projection_count && status == PROJC_OK; i++) {
        if (rig->way->is_rebuilt)
            status = reset(rig, i, error);
        if (status == PROJC_OK)
            status = drain(rig, rig->projectors[i], error);
    }
    return status;
}

/* ---- giving ---- */

/* The payload as the stream stores it. */
static projc_status encode(projc__test_rig *rig, const projc_event_type *type,
                           const projc_stream_type *stream, const char *json, projc_bytes *payload,
                           projc_error *error)
{
    projc_json_reader reader;
    projc_msgpack_writer *msgpack = projc_msgpack_writer_new(rig->arena);
    projc_json_writer *writer = projc_json_writer_new(rig->arena);
    void *event = projc_arena_alloc(rig->arena, type->size);
    projc_text text = {NULL, 0};
    projc_status status;

    if (msgpack == NULL || writer == NULL || event == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an event");
    projc_json_reader_init(&reader, json, strlen(json), rig->arena, error);
    type->from_json(&reader, NULL, event);
    status = projc_json_read_end(&reader);
    if (status != PROJC_OK)
        return status;
    if (stream->payload == PROJC_PAYLOAD_MSGPACK) {
        type->to_msgpack(msgpack, event);
        return projc_msgpack_writer_finish(msgpack, payload, error);
    }
    type->to_json(writer, event);
    status = projc_json_writer_finish(writer, &text, error);
    *payload = (projc_bytes){(const uint8_t *)text.data, text.size};
    return status;
}

/* The aggregate's id as the log's column holds it. */
static projc_status parse_id(projc__test_rig *rig, const projc_aggregate_type *aggregate,
                             bool is_text_column, const char *json, projc_value *id,
                             projc_error *error)
{
    static const projc_column_type types[] = {[PROJC_ID_UUID] = PROJC_COLUMN_UUID,
                                              [PROJC_ID_TEXT] = PROJC_COLUMN_TEXT,
                                              [PROJC_ID_I64] = PROJC_COLUMN_I64};
    projc_column column = {.name = "id", .type = types[aggregate->id_type]};
    projc__json *tree;
    projc_status status =
        projc__json_parse(rig->arena, projc_text_of(json, strlen(json)), &tree, error);

    if (status == PROJC_OK)
        status = projc__value_parse(rig->arena, &column, tree->text, id, error);
    /* In a text column every id stands as text: a uuid in its canonical form, as the test wrote it.
     */
    if (status == PROJC_OK && is_text_column)
        *id = (projc_value){.kind = PROJC_KIND_TEXT, .as = {.text = tree->text}};
    return status;
}

projc_status projc__test_rig_give(projc__test_rig *rig, const projc_test_step *step,
                                  projc_error *error)
{
    const projc_event_type *type = &rig->module->events[step->index];
    const projc_aggregate_type *aggregate = &rig->module->aggregates[type->aggregate];
    const projc_stream_type *stream = &rig->module->streams[aggregate->stream];
    projc__new_event event = {
        .name = projc_text_of(type->name, strlen(type->name)),
        .aggregate_type = projc_text_of(aggregate->type, strlen(aggregate->type)),
        .expected_version = PROJC_ANY_VERSION,
        .time = step->time,
    };
    uint64_t ordinal = ++rig->event_count;
    projc_store *store;
    projc_status status;

    projc_arena_reset(rig->arena);
    /* Ids are the same in every way, so that a state that remembers one is too. */
    event.id.bytes[0] = 0xE7;
    for (int i = 0; i < 8; i++)
        event.id.bytes[15 - i] = (uint8_t)(ordinal >> (8 * i));
    status = encode(rig, type, stream, step->json, &event.payload, error);
    if (status == PROJC_OK)
        status =
            parse_id(rig, aggregate, stream->has_text_ids, step->key, &event.aggregate_id, error);
    if (status == PROJC_OK)
        status = projc__workspace_store(rig->workspace, &store, error);
    if (status == PROJC_OK)
        status = projc__store_append(store, stream, &event, 1, NULL, error);
    if (status == PROJC_OK && rig->way->is_event_by_event)
        status = projc__test_rig_catch_up(rig, error);
    return status;
}

/* ---- looking ---- */

static projc_status parse_key(projc__test_rig *rig, const projc_projection_type *type,
                              const char *json, projc_value *parts, uint32_t *count,
                              projc_error *error)
{
    projc__json *tree;
    projc_status status =
        projc__json_parse(rig->arena, projc_text_of(json, strlen(json)), &tree, error);

    *count = 0;
    if (status != PROJC_OK || type->kind == PROJC_STREAM_PROJECTION)
        return status;
    for (uint32_t i = 0; i < tree->count && i < type->table->key_count && status == PROJC_OK; i++)
        status = projc__value_parse(rig->arena, &type->table->columns[i], tree->items[i].text,
                                    &parts[(*count)++], error);
    return status;
}

/* The text under which the key is recorded as failed, if it is. */
static projc_status find_failure(projc__test_rig *rig, uint32_t projection,
                                 const projc_value *parts, uint32_t count, projc_text *failure,
                                 projc_error *error)
{
    projc_msgpack_writer *writer = projc_msgpack_writer_new(rig->arena);
    projc__key_row *rows = NULL;
    size_t row_count = 0;
    projc_store *store;
    projc_bytes key = {NULL, 0};
    projc_status status;

    *failure = (projc_text){NULL, 0};
    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a key");
    status = projc__key_encode(writer, parts, count, &key, error);
    if (status == PROJC_OK)
        status = projc__workspace_store(rig->workspace, &store, error);
    if (status == PROJC_OK)
        status =
            projc__store_load_keys(store, projc__projector_generation(rig->projectors[projection]),
                                   rig->arena, &rows, &row_count, error);
    for (size_t i = 0; i < row_count && status == PROJC_OK; i++)
        if (rows[i].key.size == key.size && memcmp(rows[i].key.data, key.data, key.size) == 0)
            *failure = rows[i].message;
    return status;
}

projc_status projc__test_rig_look(projc__test_rig *rig, uint32_t projection, const char *key,
                                  projc_text *state, projc_text *failure, projc_error *error)
{
    const projc_projection_type *type = &rig->module->projections[projection];
    projc_value *parts;
    projc_json_writer *writer;
    void *value;
    uint32_t count = 0;
    projc_store *store;
    projc_status status;

    projc_arena_reset(rig->arena);
    *state = (projc_text){NULL, 0};
    parts = projc_arena_alloc(rig->arena, type->table->key_count * sizeof *parts);
    value = projc_arena_alloc(rig->arena, type->state_size);
    writer = projc_json_writer_new(rig->arena);
    if (parts == NULL || value == NULL || writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    status = parse_key(rig, type, key, parts, &count, error);
    if (status == PROJC_OK)
        status = find_failure(rig, projection, parts, count, failure, error);
    if (status == PROJC_OK)
        status = projc__workspace_store(rig->workspace, &store, error);
    if (status == PROJC_OK)
        status = projc_load(store, rig->module, projection, count == 0 ? NULL : parts, count,
                            rig->arena, value, error);
    if (status != PROJC_OK)
        return status;
    type->to_json(writer, value);
    return projc_json_writer_finish(writer, state, error);
}

/* ---- dumping ---- */

typedef struct dumping {
    projc__test_rig *rig;
    const projc_projection_type *type;
    projc__buffer *text;
    void *state;
    projc_arena *arena; /* of one row */
} dumping;

static projc_status dump_row(void *context, const projc_value *row, projc_error *error)
{
    dumping *self = context;
    const projc_projection_type *type = self->type;
    projc_json_writer *writer;
    projc_text json;
    projc_status status;

    projc_arena_reset(self->arena);
    writer = projc_json_writer_new(self->arena);
    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    status = projc__state_from_row(type, row, self->arena, self->state, error);
    if (status != PROJC_OK)
        return status;
    type->to_json(writer, self->state);
    status = projc_json_writer_finish(writer, &json, error);
    if (status != PROJC_OK)
        return status;
    projc__buffer_put_string(self->text, type->name);
    for (uint32_t i = 0; i < projc__key_parts(type); i++) {
        projc__buffer_put_char(self->text, ' ');
        projc__value_put(self->text, &type->table->columns[i], &row[i]);
    }
    projc__buffer_format(self->text,
                         " after event %lld: ", (long long)row[type->table->key_count].as.integer);
    projc__buffer_put_text(self->text, json);
    projc__buffer_put_char(self->text, '\n');
    return projc__buffer_status(self->text, error);
}

static projc_status dump_failures(dumping *self, projc_store *store, int64_t generation,
                                  projc_error *error)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    int64_t skipped = 0;
    projc_status status =
        projc__store_load_keys(store, generation, self->rig->arena, &rows, &count, error);

    if (status == PROJC_OK)
        status = projc__store_count_skipped(store, generation, &skipped, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        projc__buffer_format(self->text, "%s: a key is failed at event %lld: %.*s\n",
                             self->type->name, (long long)rows[i].no, (int)rows[i].message.size,
                             rows[i].message.data);
    if (skipped > 0)
        projc__buffer_format(self->text, "%s: %lld skipped\n", self->type->name,
                             (long long)skipped);
    return status == PROJC_OK ? projc__buffer_status(self->text, error) : status;
}

projc_status projc__test_rig_dump(projc__test_rig *rig, projc__buffer *text, projc_error *error)
{
    dumping self = {.rig = rig, .text = text, .arena = projc_arena_new(0)};
    projc_store *store;
    projc_status status = projc__workspace_store(rig->workspace, &store, error);

    projc_arena_reset(rig->arena);
    projc__buffer_reset(text);
    if (status == PROJC_OK && self.arena == NULL)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the states");
    for (uint32_t i = 0; i < rig->module->projection_count && status == PROJC_OK; i++) {
        self.type = &rig->module->projections[i];
        self.state = projc_arena_alloc(rig->arena, self.type->state_size);
        if (self.state == NULL)
            status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
        else
            status = projc__store_scan_rows(store, self.type->table, dump_row, &self, error);
        if (status == PROJC_OK)
            status = projc__test_dump_rows(store, self.type, self.arena, text, error);
        if (status == PROJC_OK)
            status =
                dump_failures(&self, store, projc__projector_generation(rig->projectors[i]), error);
    }
    projc_arena_free(self.arena);
    return status;
}
