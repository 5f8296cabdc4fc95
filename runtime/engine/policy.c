/* What becomes of an event that cannot be applied: callback, policy, records. */
#include "engine/apply.h"

#include <stdio.h>

#include "base/back_off.h"
#include "base/text.h"
#include "codec/trace_context.h"

/* When a callback asks for retries that the .proj has no figures for. */
static const projc_error_policy default_retries = {.action = PROJC_ACTION_RETRY,
                                                   .retry_times = 5,
                                                   .retry_low_us = 100000,
                                                   .retry_high_us = 30000000,
                                                   .after_retries = PROJC_ACTION_FAIL};

/* ---- decisions ---- */

typedef struct decision {
    projc_action action;
    uint32_t attempts;
    int64_t first_at;
    int64_t retry_at;
} decision;

static projc_action ask_callback(const projc__batch *batch, const projc__entry *entry,
                                 const projc_event *event, uint32_t attempts,
                                 const projc_error *described)
{
    const projc_runtime_options *options = &batch->projector->engine->options;
    bool has_key = entry != NULL && entry != batch->single;
    projc_value id;
    const projc_failure failure = {
        .projection = projc__projector_name(batch->projector),
        .key = has_key ? projc__entry_parts(entry, &id) : NULL,
        .key_count = has_key ? entry->part_count : 0,
        .event = event,
        .attempts = attempts,
        .error = described,
    };

    if (options->on_error == NULL)
        return PROJC_ACTION_POLICY;
    return options->on_error(options->user, &failure);
}

/* Nothing is remembered between calls: the seed of the process and the event make the jitter. */
static int64_t delay_of(const projc__batch *batch, const projc_event *event,
                        const projc_error_policy *policy, uint32_t attempts)
{
    uint64_t seed = batch->projector->engine->options.seed;
    projc__random random;

    projc__random_init(&random, seed ^ ((uint64_t)event->no << 8) ^ attempts);
    return projc__back_off_us(&random, attempts, policy->retry_low_us, policy->retry_high_us);
}

static decision decide(const projc__batch *batch, const projc__entry *entry,
                       const projc_event *event, const projc_error *described)
{
    const projc_error_policy *policy = &batch->projector->type->policy;
    const projc__key_row *trouble = entry != NULL ? entry->record->trouble : NULL;
    decision made = {.attempts = 1, .first_at = batch->now_us};

    if (trouble != NULL && trouble->no == event->no) {
        made.attempts = trouble->attempts + 1;
        made.first_at = trouble->first_at;
    }
    made.action = ask_callback(batch, entry, event, made.attempts, described);
    if (made.action == PROJC_ACTION_POLICY)
        made.action = policy->action;
    if (made.action != PROJC_ACTION_RETRY)
        return made;
    if (policy->action != PROJC_ACTION_RETRY)
        policy = &default_retries;
    if (made.attempts > policy->retry_times)
        made.action = policy->after_retries;
    else if (entry == NULL)
        made.action = policy->after_retries; /* there is no key whose later events could wait */
    else
        made.retry_at = batch->now_us + delay_of(batch, event, policy, made.attempts);
    return made;
}

/* ---- records ---- */

static bool keep(projc_arena *arena, projc_text *text)
{
    const char *copy = projc_arena_copy(arena, text->data, text->size);

    text->data = copy;
    return copy != NULL;
}

/* "bank.proj:31:9", or empty. */
static projc_text source_of(const projc_error *error, char *place, size_t capacity)
{
    int size = error->file == NULL
                   ? 0
                   : snprintf(place, capacity, "%s:%u:%u", error->file, error->line, error->column);

    return projc_text_of(place, size > 0 && (size_t)size < capacity ? (size_t)size : 0);
}

/* What both kinds of records tell of the error; false when the arena is exhausted. */
static bool keep_error(projc_arena *arena, const projc_event *event, const projc_error *described,
                       projc_text *name, projc_text *code, projc_text *message, projc_text *source)
{
    char place[PROJC_MESSAGE_MAX];

    *name = event->name;
    *code = projc__text(described->sqlstate[0] != '\0' ? described->sqlstate
                                                       : projc_status_name(described->status));
    *message = projc__text(described->message);
    *source = source_of(described, place, sizeof place);
    return keep(arena, name) && keep(arena, code) && keep(arena, message) && keep(arena, source);
}

/* For the log: empty when the event has none, or it does not fit. */
static projc_text trace_of(const projc__batch *batch, const projc_event *event)
{
    projc_text trace_id;

    if (!projc__metadata_trace_id(batch->arena, event->metadata, &trace_id) ||
        !keep(batch->arena, &trace_id))
        return (projc_text){NULL, 0};
    return trace_id;
}

static projc_status out_of_room(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room to record an error");
}

/* entry may be NULL: what is recorded of no key is the batch's. */
static bool can_record(projc__batch *batch, projc__entry *entry, projc_error *error)
{
    return entry == NULL || projc__entry_own(batch, entry, error) == PROJC_OK;
}

/* Into the list, which is descending by no. */
static void insert_skip(projc__new_skip **list, projc__new_skip *skip)
{
    while (*list != NULL && (*list)->row.no > skip->row.no)
        list = &(*list)->next;
    skip->next = *list;
    *list = skip;
}

static projc_status record_skip(projc__batch *batch, projc__entry *entry, const projc_event *event,
                                const projc_error *described, projc_error *error)
{
    projc__new_skip *skip = projc_arena_alloc(batch->arena, sizeof *skip);

    if (skip == NULL || !can_record(batch, entry, error))
        return out_of_room(error);
    skip->row.key = entry != NULL ? entry->record->key : projc__no_key();
    skip->row.no = event->no;
    skip->row.at = batch->now_us;
    if (projc__log_wants(batch->projector->engine->log, PROJC_LOG_DEBUG))
        skip->row.trace_id = trace_of(batch, event);
    if (!keep_error(batch->arena, event, described, &skip->row.event_name, &skip->row.code,
                    &skip->row.message, &skip->row.source))
        return out_of_room(error);
    insert_skip(entry != NULL ? &entry->record->skips : &batch->keyless_skips, skip);
    return PROJC_OK;
}

projc_status projc__skip_culprit(projc__batch *batch, projc__entry *entry,
                                 const projc__key_row *row, projc_error *error)
{
    projc__new_skip *skip = projc_arena_alloc(batch->arena, sizeof *skip);

    if (skip == NULL || !can_record(batch, entry, error))
        return out_of_room(error);
    skip->row = (projc__skipped_row){.key = row->key,
                                     .no = row->no,
                                     .event_name = row->event_name,
                                     .code = row->code,
                                     .message = row->message,
                                     .source = row->source,
                                     .at = batch->now_us};
    insert_skip(entry != NULL ? &entry->record->skips : &batch->keyless_skips, skip);
    return PROJC_OK;
}

static projc_status record_failure(projc__batch *batch, projc__entry *entry,
                                   const projc_event *event, const projc_error *described,
                                   const decision *made, projc_error *error)
{
    projc__key_row *row = projc_arena_alloc(batch->arena, sizeof *row);

    if (row == NULL || !can_record(batch, entry, error))
        return out_of_room(error);
    row->lane = entry != NULL ? entry->record->lane : 0;
    row->key = entry != NULL ? entry->record->key : projc__no_key();
    row->status = made->action == PROJC_ACTION_RETRY ? PROJC__KEY_RETRY : PROJC__KEY_FAILED;
    row->no = event->no;
    row->event_id = event->id;
    row->attempts = made->attempts;
    row->retry_at = made->retry_at;
    row->first_at = made->first_at;
    row->last_at = batch->now_us;
    row->trace_id = trace_of(batch, event);
    if (!keep_error(batch->arena, event, described, &row->event_name, &row->code, &row->message,
                    &row->source))
        return out_of_room(error);
    if (entry == NULL) {
        batch->keyless_failure = row;
    } else {
        entry->record->failure = row;
        entry->record->waiting_from = event->no;
    }
    return PROJC_OK;
}

/* Is there room for one more key out of order? One that is out of order already takes none. */
static bool has_room(const projc__batch *batch, const projc__entry *entry)
{
    if (entry == NULL || entry->record->trouble != NULL || entry->record->failure != NULL)
        return true;
    return batch->lanes->key_count + batch->new_failures <
           batch->projector->engine->options.failed_keys_max;
}

projc_status projc__judge(projc__batch *batch, projc__entry *entry, const projc_event *event,
                          const projc_error *data_error, projc__verdict *verdict,
                          projc_error *error)
{
    projc_error described;
    decision made;
    projc_status status;

    projc__describe_error(batch->projector, event, data_error, &described);
    made = decide(batch, entry, event, &described);
    if (made.action == PROJC_ACTION_IGNORE) {
        *verdict = PROJC__PASSED;
        return record_skip(batch, entry, event, &described, error);
    }
    *verdict = PROJC__FULL;
    if (!has_room(batch, entry)) {
        *error = described;
        return PROJC_OK;
    }
    if (entry != NULL && entry->record->trouble == NULL && entry->record->failure == NULL)
        batch->new_failures++;
    *verdict = PROJC__WAITS;
    status = record_failure(batch, entry, event, &described, &made, error);
    return status;
}

projc_status projc__set_aside(projc__batch *batch, projc__entry *entry, const projc_event *event,
                              const projc_error *refused, projc_error *error)
{
    const decision again = {.action = PROJC_ACTION_RETRY,
                            .attempts = 0,
                            .first_at = batch->now_us,
                            .retry_at = batch->now_us};
    projc_error described;
    projc_status status = projc__batch_restore(batch, entry, error);

    if (status != PROJC_OK)
        return status;
    projc__describe_error(batch->projector, event, refused, &described);
    return record_failure(batch, entry, event, &described, &again, error);
}
