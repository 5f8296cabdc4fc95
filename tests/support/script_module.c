/* A hand-written module with tables: handlers that run scripts. */
#include "script_module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEMS = 0, PATH_GROUP = 0, PATH_ALL = 1 };

/* ---- the event ---- */

static void event_from_json(projc_json_reader *reader, const uint64_t *wanted, void *opaque)
{
    script_event *event = opaque;
    projc_scope scope;
    projc_text key;

    (void)wanted;
    memset(event, 0, sizeof *event);
    projc_json_read_map(reader, &scope);
    while (projc_json_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "script", 6))
            event->script = projc_json_read_text(reader);
        else
            projc_json_skip(reader);
    }
}

static void event_to_json(projc_json_writer *writer, const void *opaque)
{
    const script_event *event = opaque;

    projc_json_write_map(writer);
    projc_json_write_name(writer, "script");
    projc_json_write_text(writer, event->script);
    projc_json_write_map_end(writer);
}

/* The stream's format is json: nobody calls this, nor a writer. */
static void event_from_msgpack(projc_msgpack_reader *reader, const uint64_t *wanted, void *opaque)
{
    (void)wanted;
    memset(opaque, 0, sizeof(script_event));
    projc_msgpack_skip(reader);
}

/* ---- the state ---- */

static void state_init(void *state)
{
    memset(state, 0, sizeof(script_state));
}

static void state_from_msgpack(projc_msgpack_reader *reader, void *opaque)
{
    script_state *state = opaque;

    projc_msgpack_read_array(reader, 2);
    state->fold = (uint64_t)projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    state->count = projc_msgpack_read_integer(reader, 0, INT64_MAX, "i64");
    projc_msgpack_read_array_end(reader);
}

static void state_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const script_state *state = opaque;

    projc_msgpack_write_array(writer, 2);
    projc_msgpack_write_integer(writer, (int64_t)state->fold);
    projc_msgpack_write_integer(writer, state->count);
}

static void nothing_to_json(projc_json_writer *writer, const void *opaque)
{
    (void)opaque;
    projc_json_write_map(writer);
    projc_json_write_map_end(writer);
}

/* ---- the rows: without the box, and with it ---- */

static void row_init(void *opaque)
{
    script_row *row = opaque;
    const projc_uuid box = row->box;
    const projc_text id = row->id;

    *row = (script_row){.box = box, .id = id};
}

static void row_set_key(void *opaque, const projc_value *key)
{
    ((script_row *)opaque)->id = key[0].as.text;
}

static void boxed_set_key(void *opaque, const projc_value *key)
{
    ((script_row *)opaque)->box = key[0].as.uuid;
    row_set_key(opaque, key + 1);
}

static projc_status row_to_row(projc_arena *arena, const void *opaque, projc_value *values,
                               projc_error *error)
{
    const script_row *row = opaque;
    char *json = projc_arena_alloc(arena, 24 * (size_t)row->list.count + 8);
    size_t size = 0;

    if (json == NULL)
        return projc_error_set(error, PROJC_LIMIT, "no room for a row");
    values[0] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = row->id};
    values[1] = (projc_value){.kind = PROJC_KIND_NULL};
    if (row->category.has)
        values[1] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = row->category.value};
    values[2] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = row->total};
    if (row->is_bad)
        values[2].kind = PROJC_KIND_NULL;
    json[size++] = '[';
    for (uint32_t i = 0; i < row->list.count; i++)
        size +=
            (size_t)sprintf(json + size, i == 0 ? "%lld" : ", %lld", (long long)row->list.items[i]);
    json[size++] = ']';
    values[3] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = {json, size}};
    return PROJC_OK;
}

static bool push(projc_arena *arena, projc_list_i64 *list, int64_t value)
{
    int64_t *items =
        projc_list_reserve(arena, list->items, list->count, &list->capacity, sizeof *items);

    if (items == NULL)
        return false;
    list->items = items;
    items[list->count++] = value;
    return true;
}

static projc_status row_from_row(projc_arena *arena, const projc_value *values, void *opaque,
                                 projc_error *error)
{
    script_row *row = opaque;
    projc_text json = values[3].as.text;
    const char *at = json.data + 1;

    row->id = values[0].as.text;
    row->category.has = values[1].kind == PROJC_KIND_TEXT;
    if (row->category.has)
        row->category.value = values[1].as.text;
    row->total = values[2].as.integer;
    while (*at != ']') {
        char *end;

        if (!push(arena, &row->list, strtoll(at, &end, 10)))
            return projc_error_set(error, PROJC_LIMIT, "no room for a row");
        at = *end == ',' ? end + 1 : end;
    }
    return PROJC_OK;
}

static projc_status boxed_to_row(projc_arena *arena, const void *opaque, projc_value *values,
                                 projc_error *error)
{
    values[0].kind = PROJC_KIND_UUID;
    values[0].as.uuid = ((const script_row *)opaque)->box;
    return row_to_row(arena, opaque, values + 1, error);
}

static projc_status boxed_from_row(projc_arena *arena, const projc_value *values, void *opaque,
                                   projc_error *error)
{
    ((script_row *)opaque)->box = values[0].as.uuid;
    return row_from_row(arena, values + 1, opaque, error);
}

static const projc_column columns[] = {
    {.name = "box", .type = PROJC_COLUMN_UUID},
    {.name = "id", .type = PROJC_COLUMN_TEXT},
    {.name = "category", .type = PROJC_COLUMN_TEXT, .is_nullable = true},
    {.name = "total", .type = PROJC_COLUMN_I64},
    {.name = "list", .type = PROJC_COLUMN_JSON}};
static const projc_table plain_table = {
    .name = "script_items", .key_count = 1, .column_count = 4, .columns = columns + 1};
static const projc_table boxed_table = {
    .name = "script_boxed", .key_count = 2, .column_count = 5, .columns = columns};

static const uint32_t plain_group[] = {1};
static const uint32_t boxed_group[] = {2};
static const projc_row_path plain_paths[] = {{1, plain_group}, {0, NULL}};
static const projc_row_path boxed_paths[] = {{1, boxed_group}, {0, NULL}};

#define ROW_FUNCTIONS .row_size = sizeof(script_row), .init = row_init, .to_json = nothing_to_json
static const projc_row_table plain_tables[] = {{.name = "items",
                                                .table = &plain_table,
                                                .set_key = row_set_key,
                                                .to_row = row_to_row,
                                                .from_row = row_from_row,
                                                .paths = plain_paths,
                                                .path_count = 2,
                                                ROW_FUNCTIONS}};
static const projc_row_table boxed_tables[] = {{.name = "items",
                                                .table = &boxed_table,
                                                .set_key = boxed_set_key,
                                                .to_row = boxed_to_row,
                                                .from_row = boxed_from_row,
                                                .paths = boxed_paths,
                                                .path_count = 2,
                                                ROW_FUNCTIONS}};

/* ---- scripts ---- */

typedef struct machine {
    projc_handler *handler;
    script_state *state;
    const char *at;
    const char *end;
    projc_value key[2];
    char id[4];
} machine;

/* Reads two digits, and makes the key of that row. */
static const projc_value *read_key(machine *running)
{
    snprintf(running->id, sizeof running->id, "r%.2s", running->at);
    running->at += 2;
    running->key[1] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = {running->id, 3}};
    if (running->handler->key_count == 0)
        return &running->key[1];
    running->key[0] = running->handler->key[0];
    return running->key;
}

static projc_optional_text read_group(machine *running)
{
    static const char letters[] = "abcde";
    char letter = *running->at++;

    if (letter == '-')
        return (projc_optional_text){0};
    return (projc_optional_text){.has = true, .value = {letters + (letter - 'a'), 1}};
}

static void fold_row(machine *running, const script_row *row)
{
    uint64_t *fold = &running->state->fold;

    script_fold(fold, strtol(row->id.data + 1, NULL, 10));
    script_fold(fold, row->total);
    script_fold(fold, row->category.has ? row->category.value.data[0] : 0);
    for (uint32_t i = 0; i < row->list.count; i++)
        script_fold(fold, row->list.items[i]);
}

static projc_status run_walk(machine *running, char command)
{
    projc_handler *handler = running->handler;
    projc_value value = {.kind = PROJC_KIND_NULL};
    projc_optional_text into = {0};
    const projc_value *victim = NULL;
    projc_row_walk walk;
    script_row *row;
    projc_status status;

    if (command != 's') {
        projc_optional_text group = read_group(running);

        if (group.has)
            value = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = group.value};
    }
    if (command == 'm')
        into = read_group(running);
    if (command == 'x')
        victim = read_key(running);
    status =
        projc_row_walk_begin(handler, ITEMS, command == 's' ? PATH_ALL : PATH_GROUP, &value, &walk);
    while (status == PROJC_OK && (row = projc_row_walk_next(&walk)) != NULL) {
        fold_row(running, row);
        if (command == 's')
            continue;
        if (command != 'x')
            status = projc_row_change(handler, row);
        if (command == 'w')
            row->total++;
        if (command == 'm')
            row->category = into;
        if (command == 'x') {
            const projc_value own[] = {running->key[0],
                                       {.kind = PROJC_KIND_TEXT, .as.text = row->id}};
            bool is_odd = row->total % 2 != 0;

            if (victim != NULL)
                status = projc_row_delete(handler, ITEMS, victim);
            victim = NULL;
            if (status == PROJC_OK && is_odd)
                status = projc_row_delete(handler, ITEMS, handler->key_count == 0 ? own + 1 : own);
        }
    }
    return status;
}

/* What is done to a row that was found. */
static projc_status change_found(machine *running, char command, const projc_value *key,
                                 script_row *row)
{
    projc_handler *handler = running->handler;
    projc_status status;

    if (command == 'f') {
        if (row == NULL)
            script_fold(&running->state->fold, -1);
        else
            fold_row(running, row);
        return PROJC_OK;
    }
    if (command == 'g') {
        projc_optional_text group = read_group(running);

        status = row != NULL ? projc_row_change(handler, row) : PROJC_OK;
        if (row != NULL && status == PROJC_OK)
            row->category = group;
        return status;
    }
    if (row == NULL)
        return PROJC_OK;
    if (command == 'u') {
        status = projc_row_delete(handler, ITEMS, key);
        return status == PROJC_OK ? projc_row_change(handler, row) : status;
    }
    status = projc_row_change(handler, row);
    if (status == PROJC_OK && !push(handler->arena, &row->list, row->total))
        status = projc_fail_memory(handler);
    for (uint32_t i = 0; i < row->list.count; i++)
        row->list.items[i] = row->list.items[i] * 2 % 1000003;
    return status;
}

static projc_status change_made(machine *running, char command, script_row *row)
{
    if (command == 'r') {
        row->category = read_group(running);
        row->total = 1;
    } else if (command == 'h') {
        projc_status status = run_walk(running, 's');

        row->category = read_group(running);
        return status;
    } else if (command == 'o') {
        row->total += 7;
    } else if (command == 'b') {
        row->is_bad = true;
    } else if (command == 'B') {
        for (int i = 0; i < SCRIPT_BIG; i++)
            if (!push(running->handler->arena, &row->list, i))
                return projc_fail_memory(running->handler);
    }
    return PROJC_OK;
}

static projc_status run_command(machine *running)
{
    projc_handler *handler = running->handler;
    char command = *running->at++;
    const projc_value *key;
    void *row = NULL;
    projc_status status;

    if (command == '!')
        return projc_fail(handler, "script.proj", 1, 1, projc_text_of("told to", 7));
    if (strchr("wmxs", command) != NULL)
        return run_walk(running, command);
    key = read_key(running);
    if (command == 'z') {
        if (handler->key_count == 0)
            return PROJC_OK;
        running->key[0].as.uuid.bytes[0] ^= 1;
        return projc_row_obtain(handler, ITEMS, key, &row);
    }
    if (command == 'd')
        return projc_row_delete(handler, ITEMS, key);
    if (strchr("fglu", command) != NULL) {
        status = projc_row_find(handler, ITEMS, key, &row);
        return status == PROJC_OK ? change_found(running, command, key, row) : status;
    }
    status = command == 'r' ? projc_row_replace(handler, ITEMS, key, &row)
                            : projc_row_obtain(handler, ITEMS, key, &row);
    return status == PROJC_OK ? change_made(running, command, row) : status;
}

static projc_status on_ran(projc_handler *handler, void *opaque_state, const void *opaque)
{
    const script_event *event = opaque;
    machine running = {.handler = handler,
                       .state = opaque_state,
                       .at = event->script.data,
                       .end = event->script.data + event->script.size};
    projc_status status = PROJC_OK;

    if (handler->key_count > 0)
        running.key[0] = handler->key[0];
    while (running.at < running.end && status == PROJC_OK)
        status = run_command(&running);
    running.state->count++;
    return status;
}

/* As a generator would: the keys and walks that the event alone names. */
static void prefetch_ran(projc_handler *handler, const void *opaque, projc_prefetch *prefetch)
{
    const script_event *event = opaque;
    machine running = {.handler = handler,
                       .at = event->script.data,
                       .end = event->script.data + event->script.size};

    /* Groups are letters as well: those are passed over. */
    while (running.at < running.end) {
        char command = *running.at++;

        if (strchr("wmx", command) != NULL) {
            projc_optional_text group = read_group(&running);
            const projc_value value = {.kind = PROJC_KIND_TEXT, .as.text = group.value};

            if (group.has)
                projc_prefetch_walk(prefetch, ITEMS, PATH_GROUP, &value);
            running.at += command == 'm' ? 1 : command == 'x' ? 2 : 0;
        } else if (strchr("fordluzgbBh", command) != NULL) {
            const projc_value *key = read_key(&running);

            if (strchr("fordlu", command) != NULL)
                projc_prefetch_row(prefetch, ITEMS, key);
            running.at += command == 'r' || command == 'g' || command == 'h';
        }
    }
}

/* ---- the module ---- */

static const char *const fields[] = {"script"};
static const projc_event_type event_types[] = {{.identifier = "Ran",
                                                .name = "ran",
                                                .symbol = "ran",
                                                .field_count = 1,
                                                .fields = fields,
                                                .size = sizeof(script_event),
                                                .from_json = event_from_json,
                                                .from_msgpack = event_from_msgpack,
                                                .to_json = event_to_json}};
static const uint64_t all_fields[] = {1};
static const projc_handler_function ran_functions[] = {on_ran};
static const projc_event_handlers handlers[] = {
    {0, 1, ran_functions, all_fields, .prefetch = prefetch_ran}};

static const projc_column stream_columns[] = {{.name = "singleton", .type = PROJC_COLUMN_I16},
                                              {.name = "position", .type = PROJC_COLUMN_I64},
                                              {.name = "state", .type = PROJC_COLUMN_BYTES}};
static const projc_column box_columns[] = {{.name = "id", .type = PROJC_COLUMN_UUID},
                                           {.name = "position", .type = PROJC_COLUMN_I64},
                                           {.name = "state", .type = PROJC_COLUMN_BYTES}};
static const projc_table stream_states = {
    .name = "script_stream", .key_count = 1, .column_count = 3, .columns = stream_columns};
static const projc_table box_states = {
    .name = "script_boxes", .key_count = 1, .column_count = 3, .columns = box_columns};

#define PROJECTION                                                                          \
    .version = 1, .shape_fingerprint = 1, .logic_fingerprint = 1,                           \
    .policy = {.action = PROJC_ACTION_IGNORE}, .state_size = sizeof(script_state),          \
    .init = state_init, .from_msgpack = state_from_msgpack, .to_msgpack = state_to_msgpack, \
    .to_json = nothing_to_json, .events = handlers, .event_count = 1, .table_count = 1
static const projc_projection_type projections[] = {
    {.name = "stream",
     .kind = PROJC_STREAM_PROJECTION,
     .table = &stream_states,
     .tables = plain_tables,
     PROJECTION},
    {.name = "boxes",
     .kind = PROJC_AGGREGATE_PROJECTION,
     .table = &box_states,
     .tables = boxed_tables,
     PROJECTION},
};

static const char *const no_schema[] = {NULL};
static const projc_stream_type streams[] = {
    {"script", NULL, "script_events", "script", PROJC_PAYLOAD_JSON, false}};
static const projc_aggregate_type aggregates[] = {{"Box", "box", 0, PROJC_ID_UUID}};

const projc_module script_module = {.abi_version = PROJC_ABI_VERSION,
                                    .package = "script",
                                    .source = "script.proj",
                                    .compiler = "by hand",
                                    .streams = streams,
                                    .stream_count = 1,
                                    .aggregates = aggregates,
                                    .aggregate_count = 1,
                                    .events = event_types,
                                    .event_count = 1,
                                    .projections = projections,
                                    .projection_count = SCRIPT_PROJECTIONS,
                                    .schema_postgres = script_schema_postgres,
                                    .schema_sqlite = script_schema_sqlite,
                                    .schema_postgres_notify = no_schema};
