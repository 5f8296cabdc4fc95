/* upcast.c -- an event that was stored in an older form, as today's. */
#include "machine.h"

void oracle_upcast(struct oracle_machine *machine)
{
    const struct oracle_event *old = machine->event;
    const struct pc_upcast_model *upcast = old->upcast;
    struct pc_arena *arena = machine->arena;
    struct oracle_value *state = machine->state;
    struct oracle_event *today = PC_NEW(arena, struct oracle_event);
    struct oracle_value fields = oracle_initial(arena, &upcast->event->fields);

    for (size_t i = 0; i < upcast->old->fields.count; i++)
        if (old->broken[i])
            oracle_fail_decoding(machine);
    machine->handler = upcast->handler;
    machine->event_position = 0;
    machine->locals =
        pc_arena_alloc_array(arena, upcast->handler->local_count + 1u, sizeof *machine->locals);
    machine->state = &fields;
    oracle_run_block(machine, upcast->node->body);
    machine->state = state;
    *today = *old;
    today->upcast = NULL;
    today->fields = fields;
    machine->event = today;
}
