/* What handlers notify: from the statement to the unit of work.
 *
 * DESIGN. A notification belongs to the entry and the event that made it, as the state does: when
 * an entry is set back to its base, those of later events are dropped, and applying the events
 * again makes them anew. So each stands in the unit exactly once, and only for what is committed. A
 * rebuild makes none: whoever listens has heard of those events. */
#include "engine/notices.h"

#include "base/text.h"
#include "codec/value.h"
#include "engine/projector_private.h"

projc_status projc_notify_begin(projc_handler *handler, projc_json_writer **writer)
{
    const struct projc_notices *notices = handler->notices;
    const projc_projection_type *type = notices->batch->projector->type;

    *writer = projc_json_writer_new(handler->arena);
    if (*writer == NULL)
        return projc_fail_memory(handler);
    projc_json_write_map(*writer);
    projc_json_write_name(*writer, "projection");
    projc_json_write_text(*writer, projc__text(type->name));
    projc_json_write_name(*writer, "key");
    projc__key_write_json(*writer, type->table->columns, handler->key, handler->key_count);
    projc_json_write_name(*writer, "no");
    projc_json_write_integer(*writer, handler->event->no);
    projc_json_write_name(*writer, "ordinal");
    projc_json_write_integer(*writer, notices->ordinal);
    projc_json_write_name(*writer, "data");
    projc_json_write_map(*writer);
    return PROJC_OK;
}

projc_status projc_notify_end(projc_handler *handler, projc_json_writer *writer,
                              const char *channel, const char *file, uint32_t line, uint32_t column,
                              const char *statement)
{
    struct projc_notices *notices = handler->notices;
    struct projc__notice *notice;
    projc_text payload;
    projc_status status;

    projc_json_write_map_end(writer);
    projc_json_write_map_end(writer);
    status = projc_json_writer_finish(writer, &payload, handler->error);
    if (status != PROJC_OK)
        return status;
    if (payload.size > PROJC_NOTICE_BYTES_MAX)
        return projc_fail_because(handler, file, line, column, statement,
                                  "a notification has at most 7,999 bytes");
    notices->ordinal++;
    if (handler->event->no <= notices->batch->projector->silent_up_to)
        return PROJC_OK;
    notice = projc_arena_alloc(handler->arena, sizeof *notice);
    if (notice == NULL ||
        projc__entry_own(notices->batch, notices->entry, handler->error) != PROJC_OK)
        return projc_fail_memory(handler);
    *notice = (struct projc__notice){
        .next = notices->entry->record->notices,
        .no = handler->event->no,
        .channel = projc__text(channel),
        .payload = payload,
    };
    notices->entry->record->notices = notice;
    return PROJC_OK;
}

void projc__notices_restore(projc__entry *entry)
{
    while (entry->record->notices != NULL && entry->record->notices->no > entry->record->base_no)
        entry->record->notices = entry->record->notices->next;
}

projc_status projc__notices_collect(projc__batch *batch, projc__unit *unit, projc_error *error)
{
    size_t count = 0;
    projc_text *pairs;

    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next)
        for (const struct projc__notice *one = entry->record->notices; one != NULL; one = one->next)
            count++;
    unit->notification_count = count;
    if (count == 0)
        return PROJC_OK;
    pairs = projc_arena_alloc_raw(batch->arena, 2 * count * sizeof *pairs);
    if (pairs == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for its commit");
    unit->notifications = pairs;
    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        size_t of_entry = 0;

        for (const struct projc__notice *one = entry->record->notices; one != NULL; one = one->next)
            of_entry++;
        pairs += 2 * of_entry;
        /* The list is newest first. */
        for (const struct projc__notice *one = entry->record->notices; one != NULL;
             one = one->next) {
            *--pairs = one->payload;
            *--pairs = one->channel;
        }
        pairs += 2 * of_entry;
    }
    return PROJC_OK;
}
