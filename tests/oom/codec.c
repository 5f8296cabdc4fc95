/* Readers, writers and generated decoders of every type of the language, with too little memory: in
 * arenas of every size, and with every allocation failing.
 *
 * LIMIT or NO_MEMORY comes back, as it was, with a text, or the value is right: what was read is
 * written again and compared. Nothing leaks. Argument: a file of events as JSON lines
 * (tests/view/values.awk). */
#include <projc/codec.h>
#include <projc/module.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "codec/state_envelope.h"
#include "engine/state_row.h"
#include "faults.h"
#include "service/event_json.h"
#include "values_proj.h"

enum { LINE_BYTES = 1 << 20, STATE_COLUMNS_MAX = 256 };
/* The arena rounds what it hands out up to this, so limits between two multiples behave alike. */
enum { ARENA_ROUNDS_TO = 16 };
/* Up to here an event is tried in arenas of every size. Larger ones differ in their lengths alone,
 * and would take hours so: of those only some sizes are tried. */
enum { SWEPT_BYTES = 12000, SIZES_OF_LARGE = 1000, SIZES_OF_QUICK = 100 };

#define SEEN (&values_module.events[0]) /* the only event */
static projc_arena *kept;               /* what lives as long as one event */

/* One event and a state made of it, in every form. */
static projc_text json;
static projc_bytes packed;   /* the event as msgpack */
static projc_text line;      /* as `append` takes it */
static projc_bytes stored;   /* the state of the projection `packed` */
static void *typed_state;    /* that of the projection `typed` */
static projc_value *columns; /* the same */
static projc_text shown;     /* as JSON */

static const projc_projection_type *projection(const char *name)
{
    for (uint32_t i = 0; i < values_module.projection_count; i++)
        if (strcmp(values_module.projections[i].name, name) == 0)
            return &values_module.projections[i];
    abort();
}

static bool same(const void *one, size_t size, const void *other, size_t other_size)
{
    return size == other_size && memcmp(one, other, size) == 0;
}

/* ---- what is tried: each works in the arena, OK only when the result is right ---- */

typedef projc_status (*attempt)(projc_arena *arena, projc_error *error);

static projc_status wrong(projc_error *error)
{
    return projc_error_set(error, PROJC_INVALID, "OK, but with another value");
}

static projc_status write_event_packed(projc_arena *arena, const void *event, projc_bytes *bytes,
                                       projc_error *error)
{
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);

    if (writer == NULL)
        return projc__arena_error(arena, error);
    SEEN->to_msgpack(writer, event);
    return projc_msgpack_writer_finish(writer, bytes, error);
}

static projc_status write_event_json(projc_arena *arena, const void *event, projc_text *text,
                                     projc_error *error)
{
    projc_json_writer *writer = projc_json_writer_new(arena);

    if (writer == NULL)
        return projc__arena_error(arena, error);
    SEEN->to_json(writer, event);
    return projc_json_writer_finish(writer, text, error);
}

static projc_status read_json(projc_arena *arena, projc_error *error)
{
    projc_json_reader reader;
    projc_bytes bytes = {0};
    void *event = projc_arena_alloc(arena, SEEN->size);
    projc_status status;

    if (event == NULL)
        return projc__arena_error(arena, error);
    projc_json_reader_init(&reader, json.data, json.size, arena, error);
    SEEN->from_json(&reader, NULL, event);
    status = projc_json_read_end(&reader);
    if (status == PROJC_OK)
        status = write_event_packed(arena, event, &bytes, error);
    if (status == PROJC_OK && !same(bytes.data, bytes.size, packed.data, packed.size))
        return wrong(error);
    return status;
}

static projc_status read_msgpack(projc_arena *arena, projc_error *error)
{
    projc_msgpack_reader reader;
    projc_text text = {0};
    void *event = projc_arena_alloc(arena, SEEN->size);
    projc_status status;

    if (event == NULL)
        return projc__arena_error(arena, error);
    projc_msgpack_reader_init(&reader, packed.data, packed.size, arena, error);
    SEEN->from_msgpack(&reader, NULL, event);
    status = projc_msgpack_read_end(&reader);
    if (status == PROJC_OK)
        status = write_event_json(arena, event, &text, error);
    if (status == PROJC_OK && !same(text.data, text.size, json.data, json.size))
        return wrong(error);
    return status;
}

static projc_status read_line(projc_arena *arena, projc_error *error)
{
    projc__new_event event;
    uint32_t stream = 0;
    projc_status status =
        projc__event_from_json(arena, &values_module, line, false, &event, &stream, error);

    if (status == PROJC_OK && !same(event.payload.data, event.payload.size, json.data, json.size))
        return wrong(error);
    return status;
}

static projc_status write_state(projc_arena *arena, const projc_projection_type *type,
                                const void *state, projc_bytes *envelope, projc_error *error)
{
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);
    projc_bytes bytes = {0};
    projc_status status;

    if (writer == NULL)
        return projc__arena_error(arena, error);
    type->to_msgpack(writer, state);
    status = projc_msgpack_writer_finish(writer, &bytes, error);
    return status != PROJC_OK
               ? status
               : projc__state_pack(arena, type->shape_fingerprint, bytes, envelope, error);
}

static projc_status load_state(projc_arena *arena, const projc_projection_type *type,
                               const projc_value *values, void **state, projc_error *error)
{
    *state = projc_arena_alloc(arena, type->state_size);
    if (*state == NULL)
        return projc__arena_error(arena, error);
    type->init(*state);
    return projc__state_from_values(type, values, arena, *state, error);
}

static projc_status pass_state(projc_arena *arena, projc_error *error)
{
    const projc_projection_type *type = projection("packed");
    projc_value values[2] = {{.kind = PROJC_KIND_INTEGER, .as.integer = 1},
                             {.kind = PROJC_KIND_BYTES, .as.bytes = stored}};
    projc_bytes again = {0};
    void *state;
    projc_status status = load_state(arena, type, values, &state, error);

    if (status == PROJC_OK)
        status = write_state(arena, type, state, &again, error);
    if (status == PROJC_OK && !same(again.data, again.size, stored.data, stored.size))
        return wrong(error);
    return status;
}

static projc_status show_state(projc_arena *arena, const projc_projection_type *type,
                               const void *state, projc_text *text, projc_error *error)
{
    projc_json_writer *writer = projc_json_writer_new(arena);

    if (writer == NULL)
        return projc__arena_error(arena, error);
    type->to_json(writer, state);
    return projc_json_writer_finish(writer, text, error);
}

static projc_status pass_columns(projc_arena *arena, projc_error *error)
{
    const projc_projection_type *type = projection("typed");
    projc_value values[STATE_COLUMNS_MAX];
    projc_text text = {0};
    void *state;
    projc_status status = load_state(arena, type, columns, &state, error);

    if (status == PROJC_OK)
        status = type->to_row(arena, state, values, error);
    if (status == PROJC_OK)
        status = show_state(arena, type, state, &text, error);
    if (status == PROJC_OK && !same(text.data, text.size, shown.data, shown.size))
        return wrong(error);
    return status;
}

/* Into columns alone: the first thing that it allocates is the first that fails. */
static projc_status make_columns(projc_arena *arena, projc_error *error)
{
    const projc_projection_type *type = projection("typed");
    projc_value values[STATE_COLUMNS_MAX] = {columns[0]};
    projc_text text = {0};
    void *state;
    projc_status status = type->to_row(arena, typed_state, values + 1, error);

    if (status == PROJC_OK)
        status = load_state(arena, type, values, &state, error);
    if (status == PROJC_OK)
        status = show_state(arena, type, state, &text, error);
    if (status == PROJC_OK && !same(text.data, text.size, shown.data, shown.size))
        return wrong(error);
    return status;
}

/* ---- the samples ---- */

/* The event's struct and the states have the same fields; the handler copies them. */
static projc_status make_state(const projc_projection_type *type, const void *event, void *state,
                               projc_error *error)
{
    projc_handler handler = {.arena = kept, .error = error};

    type->init(state);
    return type->events[0].functions[0](&handler, state, event);
}

static projc_status make_samples(projc_text payload, projc_error *error)
{
    projc_json_reader reader;
    void *event = projc_arena_alloc(kept, SEEN->size);
    const projc_projection_type *packed_type = projection("packed");
    const projc_projection_type *typed = projection("typed");
    void *state = projc_arena_alloc(kept, packed_type->state_size);
    projc_status status;

    typed_state = projc_arena_alloc(kept, typed->state_size);
    columns = projc_arena_alloc(kept, STATE_COLUMNS_MAX * sizeof *columns);
    projc_json_reader_init(&reader, payload.data, payload.size, kept, error);
    SEEN->from_json(&reader, NULL, event);
    status = projc_json_read_end(&reader);
    if (status == PROJC_OK)
        status = write_event_json(kept, event, &json, error);
    if (status == PROJC_OK)
        status = write_event_packed(kept, event, &packed, error);
    if (status == PROJC_OK)
        status = make_state(packed_type, event, state, error);
    if (status == PROJC_OK)
        status = write_state(kept, packed_type, state, &stored, error);
    if (status == PROJC_OK)
        status = make_state(typed, event, typed_state, error);
    columns[0] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = 1};
    if (status == PROJC_OK)
        status = typed->to_row(kept, typed_state, columns + 1, error);
    if (status == PROJC_OK)
        status = show_state(kept, typed, typed_state, &shown, error);
    return status;
}

/* ---- the loops ---- */

/* A small arena is a bound that was reached; in a failing allocation nothing was. */
static bool is_honest(projc_status status, bool may_be_limit, const projc_error *error)
{
    return status == PROJC_OK ||
           ((status == PROJC_NO_MEMORY || (may_be_limit && status == PROJC_LIMIT)) &&
            error->status == status && error->message[0] != '\0');
}

static bool say(const char *name, const char *how, size_t at, const projc_error *error)
{
    printf("%s: %s %zu: %s: %s\n", name, how, at, projc_status_name(error->status), error->message);
    return false;
}

static size_t needed_bytes(attempt call)
{
    projc_error error = {0};
    projc_arena *arena = projc_arena_new(0);
    size_t bytes = call(arena, &error) == PROJC_OK ? projc_arena_used(arena) : 0;

    projc_arena_free(arena);
    return bytes;
}

/* Arenas that are larger by a step each, about sizes_max of them, until one is large enough. */
static bool in_arenas(const char *name, attempt call, size_t sizes_max, long *sizes)
{
    size_t needed = needed_bytes(call);
    size_t step = (needed / sizes_max / ARENA_ROUNDS_TO + 1) * ARENA_ROUNDS_TO;
    projc_status status = PROJC_LIMIT;

    for (size_t bytes = 1; status != PROJC_OK; bytes += step) {
        projc_error error = {0};
        projc_arena *arena = projc_arena_new(bytes);

        status = call(arena, &error);
        projc_arena_free(arena);
        if (!is_honest(status, true, &error) || bytes > needed + step)
            return say(name, "an arena of", bytes, &error);
        *sizes += status != PROJC_OK;
    }
    return true;
}

static bool with_failures(const char *name, attempt call, bool lasts, long *failed)
{
    long living = faults_living();

    for (long nth = 0;; nth++) {
        projc_error error = {0};
        projc_status status = PROJC_NO_MEMORY;
        projc_arena *arena;

        faults_arm(FAULT_MEMORY, nth, lasts);
        arena = projc_arena_new(0);
        if (arena != NULL)
            status = call(arena, &error);
        faults_disarm();
        projc_arena_free(arena);
        if (faults_living() != living)
            return say(name, "a leak at", (size_t)nth, &error);
        if (arena != NULL && !is_honest(status, false, &error))
            return say(name, "allocation", (size_t)nth, &error);
        if (faults_failures() == 0)
            return status == PROJC_OK || say(name, "undisturbed", 0, &error);
        if (status == PROJC_OK)
            return say(name, "it did without allocation", (size_t)nth, &error);
        *failed += 1;
    }
}

/* The payload within a line of the form that `append` takes. */
static projc_text payload_of(projc_text whole)
{
    static const char before[] = "\"payload\":";
    const char *found = strstr(whole.data, before);

    if (found == NULL)
        abort();
    found += sizeof before - 1;
    return (projc_text){found, whole.size - (size_t)(found - whole.data) - 1};
}

static bool make_line(void)
{
    static const char before[] =
        "{\"type\":\"Thing\",\"id\":\"00000000-0000-4000-8000-000000000001\","
        "\"event\":\"Seen\",\"payload\":";
    size_t size = sizeof before - 1 + json.size + 1;
    char *text = projc_arena_alloc(kept, size + 1);

    if (text == NULL)
        return false;
    memcpy(text, before, sizeof before - 1);
    memcpy(text + sizeof before - 1, json.data, json.size);
    text[size - 1] = '}';
    line = (projc_text){text, size};
    return true;
}

static bool hold_event(projc_text payload, size_t sizes_max, long *sizes, long *failed)
{
    static const struct {
        const char *name;
        attempt call;
    } attempts[] = {{"an event from JSON to msgpack", read_json},
                    {"an event from msgpack to JSON", read_msgpack},
                    {"a line of append", read_line},
                    {"a packed state, read and written", pass_state},
                    {"a state of columns, read, written and shown", pass_columns},
                    {"a state into columns", make_columns}};
    projc_error error = {0};
    bool holds = true;

    kept = projc_arena_new(0);
    if (make_samples(payload, &error) != PROJC_OK || !make_line())
        holds = say("a sample", "line", 0, &error);
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0] && holds; i++)
        holds = in_arenas(attempts[i].name, attempts[i].call, sizes_max, sizes) &&
                with_failures(attempts[i].name, attempts[i].call, false, failed) &&
                with_failures(attempts[i].name, attempts[i].call, true, failed);
    projc_arena_free(kept);
    return holds;
}

int main(int argc, char **argv)
{
    static char text[LINE_BYTES];
    FILE *events = argc == 2 ? fopen(argv[1], "r") : NULL;
    bool is_quick = getenv("FAULT_POINTS") != NULL && getenv("FAULT_POINTS")[0] != '\0';
    unsigned passed = 0;
    unsigned failures = 0;
    long all_sizes = 0;
    long all_failed = 0;

    if (events == NULL || !faults_begin())
        return 2;
    while (fgets(text, sizeof text, events) != NULL) {
        projc_text whole = {text, strcspn(text, "\n")};
        long sizes = 0;
        long failed = 0;
        bool is_large = whole.size > SWEPT_BYTES;
        bool holds;

        if (is_quick && whole.size > LINE_BYTES / 20)
            continue;
        text[whole.size] = '\0';
        holds = hold_event(payload_of(whole),
                           is_quick   ? SIZES_OF_QUICK
                           : is_large ? SIZES_OF_LARGE
                                      : SIZE_MAX,
                           &sizes, &failed);
        printf("%sok - event %u, every type, %zu bytes: %ld arenas were too small, and %ld "
               "allocations failed\n",
               holds ? "" : "not ", passed + failures + 1, whole.size, sizes, failed);
        passed += holds && failed > 0 && sizes > 0;
        failures += !holds || failed == 0 || sizes == 0;
        all_sizes += sizes;
        all_failed += failed;
    }
    fclose(events);
    printf("# %ld arenas were too small, %ld allocations failed\n", all_sizes, all_failed);
    printf("%u passed, %u failed\n", passed, failures);
    return failures != 0 || passed == 0;
}
