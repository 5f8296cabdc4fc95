/* events.c -- enums, records, streams, aggregates and events: what is stored of the write side. */
#include "compare/comparison.h"

/* ---- enums and records ---- */

static const struct pc_member_model *find_member(const struct pc_enum_model *enumeration,
                                                 const struct pc_member_model *wanted)
{
    for (size_t i = 0; i < enumeration->members.count; i++) {
        const struct pc_member_model *member = enumeration->members.items[i];

        if (wanted->has_code ? member->has_code && member->code == wanted->code
                             : pc_text_equals(member->outside, wanted->outside))
            return member;
    }
    return NULL;
}

static void compare_members(struct pc_comparison *comparison, const struct pc_enum_model *before,
                            const struct pc_enum_model *now, bool is_stored)
{
    enum pc_diagnostic_code gone = is_stored ? PC_E0501 : PC_W0503;

    for (size_t i = 0; i < before->members.count; i++) {
        const struct pc_member_model *member = before->members.items[i];
        const struct pc_member_model *other = find_member(now, member);

        if (other == NULL)
            pc_change(comparison, gone, &member->node->span, &now->node->name.span,
                      "`%.*s` of `%.*s` is gone: what is stored with it cannot be read",
                      PC_TEXT_ARGS(member->name), PC_TEXT_ARGS(now->name));
        else if (!pc_text_equals(member->name, other->name))
            pc_change(comparison, member->has_code ? gone : PC_W0506, &member->node->span,
                      &other->node->span, "what is stored as `%.*s` of `%.*s` is `%.*s` now",
                      PC_TEXT_ARGS(member->name), PC_TEXT_ARGS(now->name),
                      PC_TEXT_ARGS(other->name));
    }
    for (size_t i = 0; i < now->members.count; i++)
        if (find_member(before, now->members.items[i]) == NULL)
            pc_change(comparison, PC_W0506, &before->node->name.span,
                      &now->members.items[i]->node->span, "`%.*s` of `%.*s` is new",
                      PC_TEXT_ARGS(now->members.items[i]->name), PC_TEXT_ARGS(now->name));
}

static void compare_records(struct pc_comparison *comparison)
{
    const struct pc_model *before = comparison->before->model;
    const struct pc_model *now = comparison->now->model;

    for (size_t i = 0; i < before->records.count; i++) {
        const struct pc_record_model *record = before->records.items[i];
        bool is_msgpack = false;

        if (!pc_is_in_events(before, record->type))
            continue; /* in states the shape tells */
        for (size_t j = 0; j < before->streams.count; j++)
            is_msgpack = is_msgpack || before->streams.items[j]->payload == PC_PAYLOAD_MSGPACK;
        for (size_t j = 0; j < now->records.count; j++)
            if (pc_text_equals(record->name, now->records.items[j]->name))
                pc_compare_payload_fields(
                    comparison,
                    &(struct pc_payload_owner){.what = record->name,
                                               .before = record->node->name.span,
                                               .is_msgpack = is_msgpack},
                    &record->fields, &now->records.items[j]->fields);
    }
}

void pc_compare_enums(struct pc_comparison *comparison)
{
    const struct pc_model *before = comparison->before->model;
    const struct pc_model *now = comparison->now->model;

    for (size_t i = 0; i < before->enums.count; i++) {
        const struct pc_enum_model *a = before->enums.items[i];
        bool is_stored = pc_is_in_events(before, a->type);

        for (size_t j = 0; j < now->enums.count; j++) {
            const struct pc_enum_model *b = now->enums.items[j];

            if (!pc_text_equals(a->name, b->name))
                continue;
            if (a->has_codes != b->has_codes)
                pc_change(comparison, is_stored ? PC_E0501 : PC_W0503, &a->node->name.span,
                          &b->node->name.span,
                          "`%.*s` is stored as %s now: what is stored cannot be read",
                          PC_TEXT_ARGS(a->name), b->has_codes ? "codes" : "texts");
            else
                compare_members(comparison, a, b, is_stored);
        }
    }
    compare_records(comparison);
}

/* ---- streams ---- */

static const struct pc_stream_model *find_stream(const struct pc_model *model, struct pc_text name)
{
    for (size_t i = 0; i < model->streams.count; i++)
        if (pc_text_equals(model->streams.items[i]->name, name))
            return model->streams.items[i];
    return NULL;
}

static void compare_stream(struct pc_comparison *comparison, const struct pc_stream_model *before,
                           const struct pc_stream_model *now)
{
    struct pc_span old_span = before->node->span;
    struct pc_span new_span = now->node->span;

    if (!pc_text_equals(before->table, now->table) || !pc_text_equals(before->schema, now->schema))
        pc_change(
            comparison, PC_E0501, &old_span, &new_span,
            "stream `%.*s` was stored in `%.*s%s%.*s` and is read from `%.*s%s%.*s`: events in "
            "the old table are not found",
            PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(before->schema),
            before->schema.size > 0 ? "." : "", PC_TEXT_ARGS(before->table),
            PC_TEXT_ARGS(now->schema), now->schema.size > 0 ? "." : "", PC_TEXT_ARGS(now->table));
    if (before->payload != now->payload)
        pc_change(comparison, PC_E0501, &old_span, &new_span,
                  "stream `%.*s` has %s payloads now: stored ones cannot be read",
                  PC_TEXT_ARGS(now->name), now->payload == PC_PAYLOAD_JSON ? "json" : "msgpack");
    if (before->has_text_ids != now->has_text_ids)
        pc_change(comparison, PC_W0505, &old_span, &new_span,
                  "the column `aggregate_id` of stream `%.*s` is %s now", PC_TEXT_ARGS(now->name),
                  now->has_text_ids ? "text" : "uuid");
    if (!pc_text_equals(before->channel, now->channel))
        pc_change(comparison, PC_W0506, &old_span, &new_span,
                  "stream `%.*s` notifies `%.*s` instead of `%.*s`", PC_TEXT_ARGS(now->name),
                  PC_TEXT_ARGS(now->channel), PC_TEXT_ARGS(before->channel));
    pc_compare_docs(comparison, before->node->doc, now->node->doc, before->node->name.span,
                    now->node->name.span, now->name);
}

void pc_compare_streams(struct pc_comparison *comparison)
{
    const struct pc_model *before = comparison->before->model;
    const struct pc_model *now = comparison->now->model;

    for (size_t i = 0; i < before->streams.count; i++) {
        const struct pc_stream_model *stream = before->streams.items[i];
        const struct pc_stream_model *other = find_stream(now, stream->name);

        if (other != NULL)
            compare_stream(comparison, stream, other);
        else
            pc_change(comparison, PC_W0502, &stream->node->span, NULL,
                      "stream `%.*s` is gone: its events are not read any more",
                      PC_TEXT_ARGS(stream->name));
    }
    for (size_t i = 0; i < now->streams.count; i++)
        if (find_stream(before, now->streams.items[i]->name) == NULL)
            pc_change(comparison, PC_W0505, NULL, &now->streams.items[i]->node->span,
                      "stream `%.*s` is new, and its table `%.*s`",
                      PC_TEXT_ARGS(now->streams.items[i]->name),
                      PC_TEXT_ARGS(now->streams.items[i]->table));
}

/* ---- events ---- */

const struct pc_event_model *pc_find_event(const struct pc_aggregate_model *aggregate,
                                           struct pc_text name, bool by_outside)
{
    for (size_t i = 0; i < aggregate->events.count; i++) {
        const struct pc_event_model *event = aggregate->events.items[i];

        if (pc_text_equals(by_outside ? event->outside : event->name, name))
            return event;
    }
    return NULL;
}

static void compare_event(struct pc_comparison *comparison, const struct pc_event_model *before,
                          const struct pc_event_model *now)
{
    if (!pc_text_equals(before->name, now->name))
        pc_change(comparison, PC_W0506, &before->node->name.span, &now->node->name.span,
                  "event `%.*s` is called `%.*s` now; it is stored as \"%.*s\" as before",
                  PC_TEXT_ARGS(before->name), PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(now->outside));
    pc_compare_payload_fields(
        comparison,
        &(struct pc_payload_owner){.what = now->name,
                                   .before = before->node->name.span,
                                   .is_msgpack =
                                       before->aggregate->stream->payload == PC_PAYLOAD_MSGPACK},
        &before->fields, &now->fields);
    pc_compare_docs(comparison, before->node->doc, now->node->doc, before->node->name.span,
                    now->node->name.span, now->name);
}

static void report_gone_event(struct pc_comparison *comparison, const struct pc_event_model *gone,
                              const struct pc_aggregate_model *now)
{
    const struct pc_upcast_model *upcast = pc_find_upcast(now, gone->outside);
    const struct pc_event_model *other = pc_find_event(now, gone->name, false);

    if (upcast != NULL) {
        pc_compare_with_upcast(comparison, gone, upcast);
        return;
    }
    if (other == NULL) {
        pc_change(comparison, PC_W0502, &gone->node->name.span, NULL,
                  "event `%.*s` is gone: stored ones are skipped", PC_TEXT_ARGS(gone->name));
        return;
    }
    struct pc_diagnostic *change = pc_change(
        comparison, PC_E0501, &gone->node->name.span, &other->node->name.span,
        "event `%.*s` was stored as \"%.*s\" and is read as \"%.*s\": stored ones are "
        "not found",
        PC_TEXT_ARGS(gone->name), PC_TEXT_ARGS(gone->outside), PC_TEXT_ARGS(other->outside));

    pc_diagnostic_help(change, "write `as \"%.*s\"`, or `upcast \"%.*s\" { … } { … }` inside it",
                       PC_TEXT_ARGS(gone->outside), PC_TEXT_ARGS(gone->outside));
}

static void compare_events(struct pc_comparison *comparison,
                           const struct pc_aggregate_model *before,
                           const struct pc_aggregate_model *now)
{
    for (size_t i = 0; i < before->events.count; i++) {
        const struct pc_event_model *event = before->events.items[i];
        const struct pc_event_model *other = pc_find_event(now, event->outside, true);

        if (other != NULL)
            compare_event(comparison, event, other);
        else
            report_gone_event(comparison, event, now);
        pc_compare_upcasts(comparison, event, now);
    }
    for (size_t i = 0; i < now->events.count; i++) {
        const struct pc_event_model *event = now->events.items[i];

        if (pc_find_event(before, event->outside, true) == NULL &&
            pc_find_event(before, event->name, false) == NULL)
            pc_change(comparison, PC_W0506, &before->node->name.span, &event->node->name.span,
                      "event `%.*s` is new", PC_TEXT_ARGS(event->name));
    }
}

/* ---- aggregates ---- */

static const struct pc_aggregate_model *find_aggregate(const struct pc_model *model,
                                                       const struct pc_aggregate_model *wanted)
{
    for (size_t i = 0; i < model->aggregates.count; i++)
        if (pc_text_equals(model->aggregates.items[i]->name, wanted->name))
            return model->aggregates.items[i];
    for (size_t i = 0; i < model->aggregates.count; i++)
        if (pc_text_equals(model->aggregates.items[i]->outside, wanted->outside))
            return model->aggregates.items[i];
    return NULL;
}

static void compare_aggregate(struct pc_comparison *comparison,
                              const struct pc_aggregate_model *before,
                              const struct pc_aggregate_model *now)
{
    struct pc_span old_span = before->node->name.span;
    struct pc_span new_span = now->node->name.span;

    if (!pc_text_equals(before->outside, now->outside))
        pc_change(comparison, PC_E0501, &old_span, &new_span,
                  "aggregate `%.*s` was stored as \"%.*s\" and is read as \"%.*s\": stored events "
                  "are not found",
                  PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(before->outside),
                  PC_TEXT_ARGS(now->outside));
    else if (!pc_text_equals(before->name, now->name))
        pc_change(comparison, PC_W0506, &old_span, &new_span,
                  "aggregate `%.*s` is called `%.*s` now; it is stored as \"%.*s\" as before",
                  PC_TEXT_ARGS(before->name), PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(now->outside));
    if (!pc_is_same_type(before->id_type, now->id_type))
        pc_change(comparison, PC_E0501, &old_span, &new_span,
                  "the id of `%.*s` was %.*s and is %.*s: stored ids cannot be read",
                  PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(before->id_type->name),
                  PC_TEXT_ARGS(now->id_type->name));
    if (!pc_text_equals(before->stream->name, now->stream->name))
        pc_change(comparison, PC_E0501, &old_span, &new_span,
                  "aggregate `%.*s` was in stream `%.*s` and is in `%.*s`: stored events are not "
                  "found",
                  PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(before->stream->name),
                  PC_TEXT_ARGS(now->stream->name));
    pc_compare_docs(comparison, before->node->doc, now->node->doc, old_span, new_span, now->name);
    compare_events(comparison, before, now);
}

void pc_compare_aggregates(struct pc_comparison *comparison)
{
    const struct pc_model *before = comparison->before->model;
    const struct pc_model *now = comparison->now->model;

    for (size_t i = 0; i < before->aggregates.count; i++) {
        const struct pc_aggregate_model *aggregate = before->aggregates.items[i];
        const struct pc_aggregate_model *other = find_aggregate(now, aggregate);

        if (other != NULL)
            compare_aggregate(comparison, aggregate, other);
        else
            pc_change(comparison, PC_W0502, &aggregate->node->name.span, NULL,
                      "aggregate `%.*s` is gone: its stored events are skipped",
                      PC_TEXT_ARGS(aggregate->name));
    }
    for (size_t i = 0; i < now->aggregates.count; i++)
        if (find_aggregate(before, now->aggregates.items[i]) == NULL)
            pc_change(comparison, PC_W0506, NULL, &now->aggregates.items[i]->node->name.span,
                      "aggregate `%.*s` is new", PC_TEXT_ARGS(now->aggregates.items[i]->name));
}
