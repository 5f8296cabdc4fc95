/* events.c -- random events for a checked program, and the file in which the runner finds them. */
#include "wire.h"

#include <stdio.h>
#include <string.h>

enum { IDS_MAX = 4 };

/* A few instances of each aggregate, so that their events meet. */
static struct oracle_value draw_id(struct pc_arena *arena, struct oracle_random *random,
                                   const struct pc_type *type)
{
    static const char *const names[IDS_MAX] = {"a", "B 2", "é\"x", ""};
    static const int64_t numbers[IDS_MAX] = {7, -1, INT64_MAX, 0};
    uint32_t which = oracle_below(random, oracle_percent(random, 50) ? 2 : IDS_MAX);
    struct oracle_value id = {.integer = numbers[which]};

    if (type->kind == PC_TYPE_TEXT) {
        id.text = pc_text_of(names[which == 3 ? 0 : which]);
    } else if (type->kind == PC_TYPE_UUID) {
        char *bytes = pc_arena_alloc(arena, 17);

        bytes[15] = (char)(which + 1);
        bytes[0] = (char)(which * 80);
        id.text = (struct pc_text){bytes, 16};
    }
    return id;
}

static void fill_id(struct pc_arena *arena, struct oracle_event *event)
{
    struct oracle_text plain = {NULL, 0, 0};

    oracle_put_plain(&plain, event->aggregate->id_type, &event->aggregate_id);
    event->id_text = oracle_take(arena, &plain);
    oracle_text_clear(&plain);
}

static void fill_metadata(struct oracle_random *random, struct oracle_event *event)
{
    switch (oracle_below(random, 5)) {
    case 0:
        event->metadata = pc_text_of("{\"origin\":\"here\",\"n\":1}");
        event->meta = pc_text_of("here");
        break;
    case 1:
        event->metadata = pc_text_of("{\"other\":\"x\", \"origin\" : 12}");
        event->meta = pc_text_of("12");
        break;
    case 2:
        event->metadata = pc_text_of("{\"origin\":null}");
        break;
    default:
        break;
    }
}

static void fill_payload(struct pc_arena *arena, struct oracle_random *random,
                         struct oracle_event *event)
{
    struct oracle_text out = {NULL, 0, 0};
    struct oracle_writer writer = {.arena = arena,
                                   .random = random,
                                   .is_msgpack = event->stream->payload == PC_PAYLOAD_MSGPACK,
                                   .may_break = oracle_percent(random, 20)};

    if (event->model != NULL) {
        const struct pc_field_models *fields =
            event->upcast != NULL ? &event->upcast->old->fields : &event->model->fields;

        event->broken = pc_arena_alloc_array(arena, fields->count + 1, sizeof *event->broken);
        oracle_write_fields(&writer, &out, fields, &event->fields, event->broken);
    } else {
        oracle_put(&out, "%s", writer.is_msgpack ? "\x80" : "{}");
    }
    event->payload = oracle_take(arena, &out);
    oracle_text_clear(&out);
}

/* How many of the events before are in the same stream, or of the same instance. */
static void count(const struct oracle_events *events, struct oracle_event *event)
{
    for (size_t i = 0; i < events->count; i++) {
        const struct oracle_event *before = events->items[i];

        event->no += before->stream == event->stream;
        event->version += before->aggregate == event->aggregate &&
                          pc_text_equals(before->id_text, event->id_text);
    }
    event->no++;
    event->version++;
}

static void make_event(struct pc_arena *arena, struct oracle_random *random,
                       const struct pc_model *model, struct oracle_events *events)
{
    struct oracle_event *event = PC_NEW(arena, struct oracle_event);
    const struct pc_aggregate_model *aggregate =
        model->aggregates.items[oracle_below(random, (uint32_t)model->aggregates.count)];
    uint32_t which = oracle_below(random, (uint32_t)aggregate->events.count);
    size_t ordinal = events->count + 1;

    event->aggregate = aggregate;
    event->stream = aggregate->stream;
    event->name = pc_text_of("never declared");
    if (aggregate->events.count != 0 && !oracle_percent(random, 3)) {
        event->model = aggregate->events.items[which];
        event->name = event->model->outside;
        if (event->model->upcasts.count != 0 && oracle_percent(random, 50)) {
            event->upcast = event->model->upcasts
                                .items[oracle_below(random, (uint32_t)event->model->upcasts.count)];
            event->name = event->upcast->old->outside;
        }
    }
    event->aggregate_id = draw_id(arena, random, aggregate->id_type);
    fill_id(arena, event);
    fill_metadata(random, event);
    fill_payload(arena, random, event);
    count(events, event);
    event->id[0] = 0xe7;
    event->id[14] = (uint8_t)(ordinal >> 8);
    event->id[15] = (uint8_t)ordinal;
    event->time = INT64_C(1600000000000000) + (int64_t)ordinal * 1500000 +
                  (oracle_percent(random, 20) ? (int64_t)oracle_below(random, 999999) : 0);
    PC_LIST_ADD(arena, events, event);
}

void oracle_make_events(struct pc_arena *arena, struct oracle_random *random,
                        const struct pc_model *model, struct oracle_events *events)
{
    uint32_t wanted = 5 + oracle_below(random, oracle_percent(random, 20) ? 120 : 40);

    for (uint32_t i = 0; i < wanted && model->aggregates.count != 0; i++)
        make_event(arena, random, model, events);
}

/* ---- the file ---- */

static void put_hex(struct oracle_text *out, struct pc_text text)
{
    oracle_put(out, " x");
    for (size_t i = 0; i < text.size; i++)
        oracle_put(out, "%02x", (unsigned char)text.data[i]);
}

/* stream aggregate-index time event-id, then in hex: name, id, payload, metadata. */
void oracle_put_events(struct oracle_text *out, const struct oracle_events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        const struct oracle_event *event = events->items[i];

        oracle_put(out, "%.*s %lld", PC_TEXT_ARGS(event->aggregate->name), (long long)event->time);
        put_hex(out, (struct pc_text){(const char *)event->id, 16});
        put_hex(out, event->name);
        put_hex(out, event->id_text);
        put_hex(out, event->payload);
        put_hex(out, event->metadata);
        oracle_put_char(out, '\n');
    }
}
