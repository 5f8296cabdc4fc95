/* Counting events that no .proj declares. */
#include "service/undeclared.h"

#include <string.h>

#include "service/event_json.h"

enum { LOOK_BACK = 10000, NAMES_MAX = 50, PAGE_BYTES = 16 << 20 };

typedef struct name_tally {
    projc_text names[NAMES_MAX];
    int64_t counts[NAMES_MAX];
    size_t count;
    int64_t others; /* of names beyond NAMES_MAX */
} name_tally;

static void add(name_tally *tally, projc_text name)
{
    for (size_t i = 0; i < tally->count; i++) {
        if (projc_text_compare(tally->names[i], name) == 0) {
            tally->counts[i]++;
            return;
        }
    }
    if (tally->count == NAMES_MAX) {
        tally->others++;
        return;
    }
    tally->names[tally->count] = name;
    tally->counts[tally->count++] = 1;
}

projc_status projc__count_undeclared(projc_store *store, const projc__target *target,
                                     int64_t position, projc_arena *arena, projc_text *json,
                                     projc_error *error)
{
    projc__page_limits limits = {.rows = LOOK_BACK, .bytes = PAGE_BYTES};
    projc__page page = {.events = NULL};
    projc_json_writer *writer = projc_json_writer_new(arena);
    name_tally tally = {.count = 0};
    int64_t after = position > LOOK_BACK ? position - LOOK_BACK : 0;
    projc_status status = projc__store_read_raw(store, target->stream, after, position, NULL, NULL,
                                                &limits, arena, &page, error);

    if (status != PROJC_OK)
        return status;
    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < page.count; i++)
        if (projc__find_event(target->module, page.events[i].aggregate_type, page.events[i].name) ==
            NULL)
            add(&tally, page.events[i].name);
    projc_json_write_map(writer);
    for (size_t i = 0; i < tally.count; i++) {
        projc_json_write_key(writer, tally.names[i]);
        projc_json_write_integer(writer, tally.counts[i]);
    }
    if (tally.others > 0) {
        projc_json_write_name(writer, "(other names)");
        projc_json_write_integer(writer, tally.others);
    }
    projc_json_write_map_end(writer);
    return projc_json_writer_finish(writer, json, error);
}
