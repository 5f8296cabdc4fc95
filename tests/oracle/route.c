/* route.c -- from an event to the keys it concerns: filters, fan-out, keys of keyed projections. */
#include "machine.h"

#include <string.h>

/* ---- keys ---- */

/* Without `by` a key part is the event's field of that name. */
static struct oracle_value named_part(struct oracle_machine *machine, const struct pc_key *key)
{
    const struct pc_field_models *fields = &machine->event->model->fields;

    for (size_t i = 0; i < fields->count; i++)
        if (pc_text_equals(fields->items[i]->name, key->name.text))
            return oracle_convert(machine, fields->items[i]->type, key->type,
                                  machine->event->fields.items[i]);
    oracle_fail(machine, "the event has no field of the key's name");
}

static struct oracle_unit *find_unit(struct oracle_machine *machine, struct oracle_units *units,
                                     struct pc_text key)
{
    for (size_t i = 0; i < units->count; i++)
        if (pc_text_equals(units->items[i]->key, key))
            return units->items[i];
    struct oracle_unit *unit = PC_NEW(machine->arena, struct oracle_unit);
    unit->key = key;
    PC_LIST_ADD(machine->arena, units, unit);
    return unit;
}

static struct oracle_unit *keyed_unit(struct oracle_machine *machine, struct oracle_units *units,
                                      const struct pc_keys *keys)
{
    const struct pc_expressions *by = &machine->handler->node->handler.by;
    struct oracle_value *parts =
        pc_arena_alloc_array(machine->arena, keys->count + 1, sizeof *parts);
    struct oracle_text text = {NULL, 0, 0};

    for (size_t i = 0; i < keys->count; i++) {
        if (by->count != 0)
            machine->statement = by->items[i]->span;
        parts[i] = by->count == 0 ? named_part(machine, keys->items[i])
                                  : oracle_convert(machine, pc_expression_target(by->items[i]),
                                                   keys->items[i]->type,
                                                   oracle_evaluate(machine, by->items[i]));
    }
    for (size_t i = 0; i < keys->count; i++) {
        if (i != 0)
            oracle_put_char(&text, ' ');
        oracle_put_plain(&text, keys->items[i]->type, &parts[i]);
    }
    struct oracle_unit *unit = find_unit(machine, units, oracle_take(machine->arena, &text));
    oracle_text_clear(&text);
    unit->keys = parts;
    return unit;
}

static struct oracle_unit *unit_of(struct oracle_machine *machine, struct oracle_units *units)
{
    const struct pc_projection_model *projection = machine->handler->projection;

    if (projection->node->projection.keys.count != 0)
        return keyed_unit(machine, units, &projection->node->projection.keys);
    return find_unit(machine, units,
                     projection->kind == PC_PROJECTION_AGGREGATE ? machine->event->id_text
                                                                 : pc_text_of(""));
}

/* ---- handlers ---- */

void oracle_enter(struct oracle_machine *machine, const struct pc_handler_model *handler)
{
    machine->handler = handler;
    machine->event_position = 0;
    for (size_t i = 0; i < handler->events.count; i++)
        if (handler->events.items[i] == machine->event->model)
            machine->event_position = i;
    machine->locals =
        pc_arena_alloc_array(machine->arena, handler->local_count + 1u, sizeof *machine->locals);
    machine->statement = handler->node->span;
}

/* One turn of a handler, if its condition holds. */
static void add_turn(struct oracle_machine *machine, struct oracle_units *units,
                     const struct oracle_value *element)
{
    const struct pc_expression *where = machine->handler->node->handler.where;

    if (element != NULL)
        oracle_bind(machine, machine->handler->node->handler.each->symbol, *element);
    if (where != NULL) {
        machine->statement = where->span;
        if (!oracle_holds(machine, where))
            return;
    }
    struct oracle_turn *turn = PC_NEW(machine->arena, struct oracle_turn);
    turn->handler = machine->handler;
    turn->element = element;
    struct oracle_unit *unit = unit_of(machine, units);
    PC_LIST_ADD(machine->arena, &unit->turns, turn);
}

void oracle_route(struct oracle_machine *machine, const struct pc_handler_models *handlers,
                  struct oracle_units *units)
{
    for (size_t i = 0; i < handlers->count; i++) {
        const struct pc_item *item = handlers->items[i]->node;

        oracle_enter(machine, handlers->items[i]);
        if (item->handler.each == NULL) {
            add_turn(machine, units, NULL);
            continue;
        }
        machine->statement = item->handler.collection->span;
        struct oracle_value list = oracle_evaluate(machine, item->handler.collection);
        for (size_t j = 0; j < list.count; j++) {
            struct oracle_value *element = PC_NEW(machine->arena, struct oracle_value);

            *element = oracle_item(pc_expression_target(item->handler.collection), &list, j);
            oracle_step(machine);
            add_turn(machine, units, element);
        }
    }
}
