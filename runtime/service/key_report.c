/* Keys out of order, for people and as JSON. */
#include "service/key_report.h"

#include <stdio.h>

#include "base/time.h"
#include "codec/trace_context.h"
#include "codec/value.h"
#include "engine/state_row.h"
#include "service/answer.h"

/* Events looked up at once, each of at most EVENT_MAX. */
enum { EVENTS_AT_ONCE = 16 };

/* No parts: a stream projection, or an event whose key cannot be computed, which stands under the
 * empty key. */
static projc_status decode(projc_arena *arena, const projc__target *target, projc_bytes key,
                           projc_value **parts, uint32_t *count, projc_error *error)
{
    bool is_keyless = key.size == 1 && key.data[0] == 0x90; /* an array of no parts */

    *count = is_keyless ? 0 : projc__key_parts(target->type);
    *parts = projc_arena_alloc(arena, (*count + 1u) * sizeof **parts);
    if (*parts == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a key");
    return projc__key_decode(key, target->type->table->columns, *count, arena, *parts, error);
}

projc_status projc__put_key(projc_arena *arena, const projc__target *target, projc_bytes key,
                            projc__buffer *buffer, projc_error *error)
{
    projc_value *parts;
    uint32_t count;
    projc_status status = decode(arena, target, key, &parts, &count, error);

    if (status != PROJC_OK)
        return status;
    if (count == 0)
        projc__buffer_put_char(buffer, '-');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            projc__buffer_put_char(buffer, ' ');
        projc__value_put(buffer, &target->type->table->columns[i], &parts[i]);
    }
    return projc__buffer_status(buffer, error);
}

/* ---- what waits ---- */

projc_status projc__load_waits(projc_store *store, const projc__target *target, projc_arena *arena,
                               projc__waits *waits, projc_error *error)
{
    projc__generation generation;
    projc__waiting_count *rows = NULL;
    projc_status status;

    *waits = (projc__waits){.is_counted = target->type->kind == PROJC_KEYED_PROJECTION};
    if (!waits->is_counted)
        return PROJC_OK;
    status = projc__store_find_generation(store, target->module->package, target->type->name, arena,
                                          &generation, error);
    if (status == PROJC_OK)
        status = projc__store_count_waiting(store, generation.number, arena, &rows, &waits->count,
                                            error);
    waits->rows = rows;
    return status;
}

int64_t projc__waits_sum(const projc__waits *waits)
{
    int64_t sum = 0;

    for (size_t i = 0; i < waits->count; i++)
        sum += waits->rows[i].count;
    return sum;
}

static int64_t count_for(const projc__waits *waits, projc_bytes key)
{
    for (size_t i = 0; i < waits->count; i++)
        if (projc_bytes_compare(waits->rows[i].key, key) == 0)
            return waits->rows[i].count;
    return 0;
}

/* ---- traces ---- */

static void take_trace(projc_arena *arena, const projc_event *event, projc__key_row *rows,
                       size_t count)
{
    projc_text trace_id;

    if (!projc__metadata_trace_id(arena, event->metadata, &trace_id))
        return;
    for (size_t i = 0; i < count; i++)
        if (rows[i].no == event->no)
            rows[i].trace_id = trace_id;
}

projc_status projc__load_traces(projc_store *store, const projc__target *target, projc_arena *arena,
                                projc__key_row *rows, size_t count, projc_error *error)
{
    const projc__page_limits limits = {.rows = EVENTS_AT_ONCE, .bytes = INT64_MAX};
    int64_t numbers[EVENTS_AT_ONCE];
    projc_status status = PROJC_OK;

    for (size_t i = 0; i < count; i++)
        rows[i].trace_id = projc_text_of("", 0);
    for (size_t done = 0; done < count && status == PROJC_OK;) {
        projc__page page = {.count = 0};
        size_t asked = count - done < EVENTS_AT_ONCE ? count - done : EVENTS_AT_ONCE;

        for (size_t i = 0; i < asked; i++)
            numbers[i] = rows[done + i].no;
        status = projc__store_read_numbers(store, target->stream, numbers, asked, &limits, arena,
                                           &page, error);
        for (size_t i = 0; i < page.count && status == PROJC_OK; i++)
            take_trace(arena, &page.events[i], rows, count);
        done += asked;
    }
    return status;
}

/* ---- rows ---- */

static void write_text(projc_json_writer *writer, const char *name, projc_text text)
{
    projc_json_write_name(writer, name);
    projc_json_write_text(writer, text);
}

static void write_time(projc_json_writer *writer, const char *name, int64_t time)
{
    projc_json_write_name(writer, name);
    if (time == 0)
        projc_json_write_null(writer);
    else
        projc_json_write_time(writer, time);
}

projc_status projc__write_key(projc_arena *arena, const projc__target *target, projc_bytes key,
                              projc_json_writer *writer, projc_error *error)
{
    projc_value *parts;
    uint32_t count;
    projc_status status = decode(arena, target, key, &parts, &count, error);

    if (status != PROJC_OK)
        return status;
    projc_json_write_name(writer, "key");
    projc__key_write_json(writer, target->type->table->columns, parts, count);
    return PROJC_OK;
}

projc_status projc__write_key_row(projc_arena *arena, const projc__target *target,
                                  const projc__key_row *row, const projc__waits *waits,
                                  projc_json_writer *writer, projc_error *error)
{
    projc_status status;

    projc_json_write_map(writer);
    projc__answer_text(writer, "projection", target->type->name);
    status = projc__write_key(arena, target, row->key, writer, error);
    if (status != PROJC_OK)
        return status;
    projc__answer_text(writer, "status", projc__key_status_name(row->status));
    projc__answer_number(writer, "no", row->no);
    projc_json_write_name(writer, "event_id");
    projc_json_write_uuid(writer, row->event_id);
    write_text(writer, "event", row->event_name);
    if (row->trace_id.size > 0)
        write_text(writer, "trace_id", row->trace_id);
    else if (row->trace_id.data != NULL)
        projc__answer_text(writer, "trace_id", NULL);
    projc__answer_number(writer, "attempts", row->attempts);
    write_time(writer, "retry_at", row->retry_at);
    write_text(writer, "code", row->code);
    write_text(writer, "message", row->message);
    write_text(writer, "source", row->source);
    write_time(writer, "first_at", row->first_at);
    write_time(writer, "last_at", row->last_at);
    projc_json_write_name(writer, "waiting");
    if (waits->is_counted)
        projc_json_write_integer(writer, count_for(waits, row->key));
    else
        projc_json_write_null(writer);
    projc_json_write_map_end(writer);
    return PROJC_OK;
}

projc_status projc__print_key_row(projc_arena *arena, const projc__target *target,
                                  const projc__key_row *row, const projc__waits *waits,
                                  projc_error *error)
{
    int64_t waiting = count_for(waits, row->key);
    char first[PROJC__TIME_TEXT_MAX];
    char last[PROJC__TIME_TEXT_MAX];
    projc__buffer key;
    projc_status status;

    projc__buffer_init(&key);
    status = projc__put_key(arena, target, row->key, &key, error);
    if (status == PROJC_OK) {
        (void)projc__time_format(row->first_at, first);
        (void)projc__time_format(row->last_at, last);
        printf("%s %s: %s at event %lld, %.*s\n", target->type->name, key.data,
               projc__key_status_name(row->status), (long long)row->no, (int)row->event_name.size,
               row->event_name.data);
        printf("  %.*s\n", (int)row->message.size, row->message.data);
        if (row->source.size > 0 && !projc_text_starts_with(row->message, row->source))
            printf("  at %.*s\n", (int)row->source.size, row->source.data);
        printf("  %.*s, %u attempt%s, first %s, last %s\n", (int)row->code.size, row->code.data,
               row->attempts, row->attempts == 1 ? "" : "s", first, last);
        if (row->trace_id.size > 0)
            printf("  trace %.*s\n", (int)row->trace_id.size, row->trace_id.data);
        if (waiting > 0)
            printf("  %lld event%s wait%s behind it\n", (long long)waiting, waiting == 1 ? "" : "s",
                   waiting == 1 ? "s" : "");
    }
    projc__buffer_clear(&key);
    return status;
}
