/* A hand-written module of keyed projections, for tests of the engine. */
#include "keyed_module.h"

#include <string.h>

#include "account_module.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define SOURCE "keyed.proj"

/* ---- the event ---- */

static void event_from_json(projc_json_reader *reader, const uint64_t *wanted, void *opaque)
{
    static const char *const fields[] = {"to"};
    static const uint64_t required[] = {1};
    uint64_t seen[1] = {0};
    keyed_event *event = opaque;
    projc_scope scope;
    projc_text key;

    (void)wanted;
    memset(event, 0, sizeof *event);
    projc_json_read_map(reader, &scope);
    while (projc_json_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "to", 2)) {
            event->to = projc_json_read_text(reader);
            seen[0] = 1;
        } else {
            projc_json_skip(reader);
        }
    }
    projc_json_check_seen(reader, seen, required, fields, 1);
}

static void event_to_json(projc_json_writer *writer, const void *opaque)
{
    const keyed_event *event = opaque;

    projc_json_write_map(writer);
    projc_json_write_name(writer, "to");
    projc_json_write_text(writer, event->to);
    projc_json_write_map_end(writer);
}

/* The stream's format is json: nobody calls this, nor a writer. */
static void event_from_msgpack(projc_msgpack_reader *reader, const uint64_t *wanted, void *opaque)
{
    (void)wanted;
    memset(opaque, 0, sizeof(keyed_event));
    projc_msgpack_skip(reader);
}

/* Word number n of the text; empty when there are fewer. */
static projc_text word_of(projc_text text, uint32_t n)
{
    size_t begin = 0;

    for (;;) {
        size_t end = begin;

        while (end < text.size && text.data[end] != ' ')
            end++;
        if (n-- == 0 || end >= text.size)
            return n == UINT32_MAX ? projc_text_of(text.data + begin, end - begin)
                                   : projc_text_of("", 0);
        begin = end + 1;
    }
}

/* ---- elements ---- */

static projc_status count_words(projc_handler *handler, const void *opaque, uint32_t *count)
{
    const keyed_event *event = opaque;

    if (event->to.size > 0 && event->to.data[0] == '#')
        return projc_fail(handler, SOURCE, 10, 5, projc_text_of("not to be counted", 17));
    *count = 0;
    while (word_of(event->to, *count).size > 0)
        *count += 1;
    return PROJC_OK;
}

static projc_status select_word(projc_handler *handler, const void *opaque, projc_value *key)
{
    projc_text word = word_of(((const keyed_event *)opaque)->to, handler->element);
    const account_probe *probe = handler->user;

    if (word.data[0] == '-')
        return PROJC_SKIPPED;
    if (word.data[0] == '!' && (probe == NULL || probe->user == NULL))
        return projc_fail(handler, SOURCE, 11, 5, projc_text_of("no key", 6));
    key[0] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = word};
    return PROJC_OK;
}

static projc_status on_sent(projc_handler *handler, void *opaque_state, const void *opaque)
{
    account_probe *probe = handler->user;
    keyed_state *state = opaque_state;
    int answer = 0;

    (void)opaque;
    if (probe != NULL && probe->answer != NULL) {
        __atomic_fetch_add(&probe->calls, 1, __ATOMIC_RELAXED);
        answer = probe->answer(probe, handler);
    }
    if (answer == ACCOUNT_PROBE_SKIP)
        return PROJC_SKIPPED;
    state->fold = keyed_fold(state->fold, handler->event->no, handler->element);
    state->count++;
    return projc_from_extern(handler, SOURCE, 20, 5, "probe", answer);
}

/* ---- the state ---- */

static void state_init(void *state)
{
    memset(state, 0, sizeof(keyed_state));
}

static void state_from_msgpack(projc_msgpack_reader *reader, void *opaque)
{
    keyed_state *state = opaque;

    projc_msgpack_read_array(reader, 2);
    state->fold = (uint64_t)projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    state->count = projc_msgpack_read_integer(reader, 0, INT64_MAX, "i64");
    projc_msgpack_read_array_end(reader);
}

static void state_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const keyed_state *state = opaque;

    projc_msgpack_write_array(writer, 2);
    projc_msgpack_write_integer(writer, (int64_t)state->fold);
    projc_msgpack_write_integer(writer, state->count);
}

static void state_to_json(projc_json_writer *writer, const void *opaque)
{
    (void)opaque;
    projc_json_write_map(writer);
    projc_json_write_map_end(writer);
}

/* ---- the module ---- */

static const char *const fields[] = {"to"};
static const projc_event_type event_types[] = {{.identifier = "Sent",
                                                .name = "sent",
                                                .symbol = "sent",
                                                .field_count = 1,
                                                .fields = fields,
                                                .size = sizeof(keyed_event),
                                                .from_json = event_from_json,
                                                .from_msgpack = event_from_msgpack,
                                                .to_json = event_to_json}};
static const uint64_t all_fields[] = {1};
static const projc_handler_function functions[] = {on_sent};
static const projc_handler_source sources[] = {{count_words, select_word}};
static const projc_event_handlers handlers[] = {{0, 1, functions, all_fields, .sources = sources}};

static const projc_column columns[] = {{.name = "who", .type = PROJC_COLUMN_TEXT},
                                       {.name = "position", .type = PROJC_COLUMN_I64},
                                       {.name = "state", .type = PROJC_COLUMN_BYTES}};
#define STATES(table_name)                                                        \
    {                                                                             \
        .name = table_name, .key_count = 1, .column_count = 3, .columns = columns \
    }
static const projc_table tables[KEYED_PROJECTIONS] = {STATES("keyed_fail"), STATES("keyed_ignore"),
                                                      STATES("keyed_retry")};

#define PROJECTION                                                                                \
    .kind = PROJC_KEYED_PROJECTION, .version = 1, .shape_fingerprint = 1, .logic_fingerprint = 1, \
    .state_size = sizeof(keyed_state), .init = state_init, .from_msgpack = state_from_msgpack,    \
    .to_msgpack = state_to_msgpack, .to_json = state_to_json, .events = handlers, .event_count = 1
static const projc_projection_type projections[KEYED_PROJECTIONS] = {
    {.name = "fail",
     .table = &tables[KEYED_FAIL],
     .policy = {PROJC_ACTION_FAIL, 0, 0, 0, PROJC_ACTION_FAIL},
     PROJECTION},
    {.name = "ignore",
     .table = &tables[KEYED_IGNORE],
     .policy = {PROJC_ACTION_IGNORE, 0, 0, 0, PROJC_ACTION_FAIL},
     PROJECTION},
    {.name = "retry",
     .table = &tables[KEYED_RETRY],
     .policy = {PROJC_ACTION_RETRY, 3, 1000, 4000, PROJC_ACTION_FAIL},
     PROJECTION},
};

#define SQLITE_STATES(name)                                                                    \
    "CREATE TABLE IF NOT EXISTS " name " (who TEXT NOT NULL PRIMARY KEY, position INTEGER NOT" \
    " NULL, state BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
#define POSTGRES_STATES(name)                                                                    \
    "CREATE TABLE IF NOT EXISTS " name " (who text COLLATE \"C\" NOT NULL PRIMARY KEY, position" \
    " bigint NOT NULL, state bytea NOT NULL);\n"
static const char *const schema_sqlite[] = {
    "CREATE TABLE IF NOT EXISTS keyed_events (no INTEGER PRIMARY KEY AUTOINCREMENT, event_id BLOB"
    " NOT NULL UNIQUE, event_name TEXT NOT NULL, payload TEXT NOT NULL, metadata TEXT NOT NULL,"
    " aggregate_type TEXT NOT NULL, aggregate_id BLOB NOT NULL, aggregate_version INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL, UNIQUE (aggregate_type, aggregate_id, aggregate_version))"
    " STRICT;\n",
    SQLITE_STATES("keyed_fail") SQLITE_STATES("keyed_ignore") SQLITE_STATES("keyed_retry"), NULL};
static const char *const schema_postgres[] = {
    "CREATE TABLE IF NOT EXISTS keyed_events (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " event_id uuid NOT NULL UNIQUE, event_name text NOT NULL, payload json NOT NULL, metadata"
    " jsonb NOT NULL, aggregate_type text NOT NULL, aggregate_id uuid NOT NULL, aggregate_version"
    " bigint NOT NULL, created_at timestamptz NOT NULL,"
    " UNIQUE (aggregate_type, aggregate_id, aggregate_version));\n",
    POSTGRES_STATES("keyed_fail") POSTGRES_STATES("keyed_ignore") POSTGRES_STATES("keyed_retry"),
    NULL};

static const char *const no_schema[] = {NULL};
static const projc_stream_type streams[] = {
    {"keyed", NULL, "keyed_events", "keyed", PROJC_PAYLOAD_JSON, false}};
static const projc_aggregate_type aggregates[] = {{"Box", "box", 0, PROJC_ID_UUID}};

const projc_module keyed_module = {.abi_version = PROJC_ABI_VERSION,
                                   .package = "keyed",
                                   .source = SOURCE,
                                   .compiler = "by hand",
                                   .streams = streams,
                                   .stream_count = 1,
                                   .aggregates = aggregates,
                                   .aggregate_count = 1,
                                   .events = event_types,
                                   .event_count = COUNT_OF(event_types),
                                   .projections = projections,
                                   .projection_count = KEYED_PROJECTIONS,
                                   .schema_postgres = schema_postgres,
                                   .schema_sqlite = schema_sqlite,
                                   .schema_postgres_notify = no_schema};

projc_status keyed_send(projc_store *store, const char *to, int64_t *no, projc_error *error)
{
    const keyed_event event = {{to, strlen(to)}};

    return projc_append(store, &keyed_module, 0, account_key(1), PROJC_ANY_VERSION, &event, no,
                        error);
}

projc_value keyed_key(const char *word)
{
    return (projc_value){.kind = PROJC_KIND_TEXT, .as.text = {word, strlen(word)}};
}
