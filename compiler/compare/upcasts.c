/* upcasts.c -- older forms of events: whether what an upcast declares is what was stored, and what
 * became of the upcasts that there were. */
#include "compare/comparison.h"

const struct pc_upcast_model *pc_find_upcast(const struct pc_aggregate_model *aggregate,
                                             struct pc_text outside)
{
    for (size_t i = 0; i < aggregate->events.count; i++) {
        const struct pc_upcast_models *upcasts = &aggregate->events.items[i]->upcasts;

        for (size_t j = 0; j < upcasts->count; j++)
            if (pc_text_equals(upcasts->items[j]->old->outside, outside))
                return upcasts->items[j];
    }
    return NULL;
}

/* `stored` is read with the fields of `now`. */
static void compare_fields(struct pc_comparison *comparison, const struct pc_event_model *stored,
                           struct pc_span before, const struct pc_event_model *now, bool is_upcast)
{
    struct pc_payload_owner owner = {
        .before = before,
        .is_msgpack = now->aggregate->stream->payload == PC_PAYLOAD_MSGPACK,
        .is_upcast = is_upcast,
    };

    owner.what = is_upcast ? pc_text_format(comparison->arena, "upcast \"%.*s\"",
                                            PC_TEXT_ARGS(stored->outside))
                           : now->name;
    pc_compare_payload_fields(comparison, &owner, &stored->fields, &now->fields);
}

void pc_compare_with_upcast(struct pc_comparison *comparison, const struct pc_event_model *before,
                            const struct pc_upcast_model *now)
{
    pc_change(comparison, PC_W0506, &before->node->name.span, &now->event->node->name.span,
              "events stored as \"%.*s\" are read as `%.*s` through its upcast",
              PC_TEXT_ARGS(before->outside), PC_TEXT_ARGS(now->event->name));
    compare_fields(comparison, before, before->node->name.span, now->old, true);
}

static void compare_upcast(struct pc_comparison *comparison, const struct pc_upcast_model *before,
                           const struct pc_upcast_model *now)
{
    struct pc_span old_span = before->node->old_name->span;
    struct pc_span new_span = now->node->old_name->span;

    if (!pc_text_equals(before->event->outside, now->event->outside))
        pc_change(comparison, PC_W0502, &old_span, &new_span,
                  "events stored as \"%.*s\" were read as `%.*s` and are read as `%.*s`",
                  PC_TEXT_ARGS(now->old->outside), PC_TEXT_ARGS(before->event->name),
                  PC_TEXT_ARGS(now->event->name));
    else if (!pc_reads_the_same(pc_source_slice(comparison->sources, before->node->body->span),
                                pc_source_slice(comparison->sources, now->node->body->span)))
        pc_change(comparison, PC_W0502, &old_span, &new_span,
                  "the upcast from \"%.*s\" makes `%.*s` in another way",
                  PC_TEXT_ARGS(now->old->outside), PC_TEXT_ARGS(now->event->name));
    compare_fields(comparison, before->old, old_span, now->old, true);
}

static void report_gone(struct pc_comparison *comparison, const struct pc_upcast_model *gone,
                        const struct pc_aggregate_model *now)
{
    const struct pc_event_model *event = pc_find_event(now, gone->event->outside, true);
    struct pc_span old_span = gone->node->old_name->span;

    if (event == NULL) {
        pc_change(comparison, PC_W0502, &old_span, NULL,
                  "the upcast from \"%.*s\" is gone: stored ones are skipped",
                  PC_TEXT_ARGS(gone->old->outside));
        return;
    }
    struct pc_diagnostic *change =
        pc_change(comparison, PC_E0501, &old_span, &event->node->name.span,
                  "`%.*s` has no upcast from \"%.*s\" any more: stored ones are not found",
                  PC_TEXT_ARGS(event->name), PC_TEXT_ARGS(gone->old->outside));

    pc_diagnostic_help(change, "keep the upcast as long as such events are stored");
}

void pc_compare_upcasts(struct pc_comparison *comparison, const struct pc_event_model *before,
                        const struct pc_aggregate_model *now)
{
    for (size_t i = 0; i < before->upcasts.count; i++) {
        const struct pc_upcast_model *upcast = before->upcasts.items[i];
        const struct pc_upcast_model *other = pc_find_upcast(now, upcast->old->outside);
        const struct pc_event_model *event = pc_find_event(now, upcast->old->outside, true);

        if (other != NULL)
            compare_upcast(comparison, upcast, other);
        else if (event != NULL)
            compare_fields(comparison, upcast->old, upcast->node->old_name->span, event, false);
        else
            report_gone(comparison, upcast, now);
    }
}
