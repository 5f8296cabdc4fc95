/* notice.c -- what handlers notify: kept until the event has succeeded, dropped when it fails. */
#include "machine.h"

enum { NOTICE_BYTES_MAX = 7999 };

static void put_key(struct oracle_text *out, const struct oracle_machine *machine)
{
    const struct pc_projection_model *projection = machine->handler->projection;
    const struct pc_keys *keys = &projection->node->projection.keys;

    if (projection->kind == PC_PROJECTION_AGGREGATE) {
        oracle_put_json(out, projection->aggregate->id_type, &machine->event->aggregate_id);
        return;
    }
    if (keys->count == 0) {
        oracle_put(out, "null");
        return;
    }
    for (size_t i = 0; i < keys->count; i++) {
        oracle_put(out, "%s", i != 0 ? "," : keys->count > 1 ? "[" : "");
        oracle_put_json(out, keys->items[i]->type, &machine->keys[i]);
    }
    oracle_put(out, "%s", keys->count > 1 ? "]" : "");
}

void oracle_notify(struct oracle_machine *machine, const struct pc_statement *statement)
{
    const struct pc_entries *entries = &statement->notify.record->record.entries;
    struct oracle_text payload = {NULL, 0, 0};
    struct oracle_value *values =
        pc_arena_alloc_array(machine->arena, entries->count + 1, sizeof *values);

    for (size_t i = 0; i < entries->count; i++)
        values[i] = oracle_evaluate(machine, entries->items[i]->value);
    oracle_put(&payload, "{\"projection\":");
    oracle_put_string(&payload, machine->handler->projection->name);
    oracle_put(&payload, ",\"key\":");
    put_key(&payload, machine);
    oracle_put(&payload, ",\"no\":%lld,\"ordinal\":%u,\"data\":{", (long long)machine->event->no,
               machine->ordinal++);
    for (size_t i = 0; i < entries->count; i++) {
        oracle_put(&payload, "%s", i == 0 ? "" : ",");
        oracle_put_string(&payload, entries->items[i]->key->name.name.text);
        oracle_put_char(&payload, ':');
        oracle_put_json(&payload, pc_expression_target(entries->items[i]->value), &values[i]);
    }
    oracle_put(&payload, "}}");
    bool is_long = payload.size > NOTICE_BYTES_MAX;
    struct pc_text *notice = PC_NEW(machine->arena, struct pc_text);
    *notice =
        pc_text_format(machine->arena, "notice %.*s %.*s\n",
                       PC_TEXT_ARGS(statement->notify.name.text), (int)payload.size, payload.data);
    oracle_text_clear(&payload);
    if (is_long)
        oracle_fail(machine, "a notification has at most 7,999 bytes");
    PC_LIST_ADD(machine->arena, &machine->notices, notice);
}
