/* project.c -- projections over events: keys, existence, policies; and what they hold at the end.
 */
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- leaving a handler ---- */

void oracle_fail(struct oracle_machine *machine, const char *format, ...)
{
    char reason[256];
    va_list arguments;
    struct pc_position at = pc_source_position(
        pc_source_get(machine->sources, machine->statement.source), machine->statement.start);

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    machine->message = pc_text_format(machine->arena, "~:%u:%u: %s", at.line, at.column, reason);
    longjmp(machine->escape, ORACLE_FAILED);
}

void oracle_step(struct oracle_machine *machine)
{
    if (machine->steps_left == 0) {
        machine->message = pc_text_of("~took more than 10000000 steps");
        longjmp(machine->escape, ORACLE_FAILED);
    }
    machine->steps_left--;
}

static enum oracle_exit run_turn(struct oracle_machine *machine, const struct oracle_turn *turn)
{
    int way = setjmp(machine->escape);

    if (way != 0)
        return (enum oracle_exit)way;
    machine->is_deleted = false;
    oracle_enter(machine, turn->handler);
    if (turn->element != NULL)
        oracle_bind(machine, turn->handler->node->handler.each->symbol, *turn->element);
    oracle_run_block(machine, turn->handler->node->handler.body);
    return ORACLE_DONE;
}

void oracle_fail_decoding(struct oracle_machine *machine)
{
    machine->message = pc_text_of("~field `");
    longjmp(machine->escape, ORACLE_FAILED);
}

/* Only fields that a handler uses can fail; but an older form is read whole. */
static void check_decoding(struct oracle_machine *machine, const struct pc_event_use *use)
{
    const struct oracle_event *event = machine->event;

    if (use != NULL && event->upcast != NULL) {
        oracle_upcast(machine);
        return;
    }
    for (size_t i = 0; use != NULL && i < event->model->fields.count; i++)
        if (use->wanted[i] && event->broken[i])
            oracle_fail_decoding(machine);
}

/* The filter of the source, which sees no field, then the payload, then the handlers' clauses.
 * False: one of them failed. */
static bool route(struct oracle_machine *machine, const struct pc_expression *where,
                  const struct pc_event_use *use, const struct pc_handler_models *handlers,
                  struct oracle_units *units)
{
    if (setjmp(machine->escape) != 0)
        return false;
    if (where != NULL) {
        machine->statement = where->span;
        if (!oracle_holds(machine, where))
            return true;
    }
    check_decoding(machine, use);
    oracle_route(machine, handlers, units);
    return true;
}

/* ---- keys ---- */

/* What a projection holds for one key. */
struct entry {
    struct pc_text key;              /* as the dump shows it; empty in a stream projection */
    const struct oracle_value *keys; /* its parts, as queries see them */
    struct oracle_value state;
    int64_t position; /* of the last event that was handled */
    bool exists;
    int64_t failed_at; /* 0: healthy */
    struct pc_text message;
};
struct entries {
    PC_LIST_OF(struct entry);
};

struct projecting {
    struct oracle_machine machine;
    const struct pc_projection_model *projection;
    struct entries entries;
    int64_t skipped;
    bool is_stopped; /* a keyed projection at an event without a key */
};

static struct entry *find_entry(struct projecting *self, struct pc_text key)
{
    struct pc_arena *arena = self->machine.arena;

    for (size_t i = 0; i < self->entries.count; i++)
        if (pc_text_equals(self->entries.items[i]->key, key))
            return self->entries.items[i];
    struct entry *entry = PC_NEW(arena, struct entry);
    entry->key = key;
    entry->state = oracle_initial(arena, &self->projection->state.fields);
    PC_LIST_ADD(arena, &self->entries, entry);
    return entry;
}

/* ---- one event ---- */

static const struct pc_event_use *use_of(const struct pc_projection_model *projection,
                                         const struct oracle_event *event)
{
    for (size_t i = 0; i < projection->uses.count; i++)
        if (event->model != NULL && projection->uses.items[i]->event == event->model)
            return projection->uses.items[i];
    return NULL;
}

/* Runs all turns on a copy of the state; false when one failed. */
static bool run_all(struct projecting *self, struct entry *entry, const struct oracle_unit *unit)
{
    struct oracle_machine *machine = &self->machine;
    bool is_handled = false;

    for (size_t i = 0; i < unit->turns.count; i++) {
        struct oracle_value before = oracle_copy(machine->arena, machine->state);
        bool existed = machine->exists;

        switch (run_turn(machine, unit->turns.items[i])) {
        case ORACLE_FAILED:
            return false;
        case ORACLE_SKIPPED:
            *machine->state = before;
            machine->exists = existed;
            break;
        default:
            machine->exists = !machine->is_deleted;
            is_handled = true;
            break;
        }
    }
    if (unit->is_cut) {
        machine->message = unit->problem;
        return false;
    }
    if (is_handled)
        entry->position = machine->event->no;
    return true;
}

static void fail_entry(struct projecting *self, struct entry *entry)
{
    if (getenv("ORACLE_TRACE") != NULL)
        fprintf(stderr, "%.*s %.*s event %lld: %.*s\n", PC_TEXT_ARGS(self->projection->name),
                PC_TEXT_ARGS(entry->key), (long long)self->machine.event->no,
                PC_TEXT_ARGS(self->machine.message));

    const struct pc_policy_model *policy = &self->projection->policy;
    enum pc_policy made = policy->policy == PC_POLICY_RETRY ? policy->then : policy->policy;

    if (made == PC_POLICY_IGNORE) {
        self->skipped++;
        return;
    }
    entry->failed_at = self->machine.event->no;
    entry->message = self->machine.message;
}

static void apply(struct projecting *self, struct entry *entry, const struct oracle_unit *unit)
{
    struct oracle_machine *machine = &self->machine;
    struct oracle_value state = oracle_copy(machine->arena, &entry->state);
    struct oracle_table *tables = oracle_copy_tables(machine);

    if (entry->failed_at != 0)
        return; /* waits behind its failure */
    machine->state = &state;
    machine->keys = unit->keys;
    entry->keys = self->projection->kind == PC_PROJECTION_AGGREGATE ? &machine->event->aggregate_id
                                                                    : unit->keys;
    machine->exists = entry->exists;
    machine->ordinal = 0;
    size_t notices = machine->notices.count;
    if (!run_all(self, entry, unit)) {
        machine->tables = tables;
        machine->notices.count = notices;
        fail_entry(self, entry);
        return;
    }
    entry->state = state;
    entry->exists = machine->exists;
}

/* What cannot be decoded, or routed: the key is to blame, and in a keyed projection, where there is
 * none, the projection as a whole. */
static void blame(struct projecting *self)
{
    struct pc_text key = self->projection->kind == PC_PROJECTION_AGGREGATE
                             ? self->machine.event->id_text
                             : pc_text_of("");
    struct entry *entry = find_entry(self, key);

    if (entry->failed_at == 0)
        fail_entry(self, entry);
    self->is_stopped |= self->projection->kind == PC_PROJECTION_KEYED && entry->failed_at != 0;
}

static void take_event(struct projecting *self, const struct oracle_event *event)
{
    const struct pc_projection_model *projection = self->projection;
    const struct pc_event_use *use = use_of(projection, event);
    struct pc_handler_models any = {NULL, 0, 0};
    const struct pc_handler_models *handlers = use != NULL ? &use->handlers : &any;
    struct oracle_units units = {NULL, 0, 0};

    if (self->is_stopped || event->stream != projection->stream ||
        (projection->aggregate != NULL && event->aggregate != projection->aggregate))
        return;
    for (size_t i = 0; use == NULL && i < projection->handlers.count; i++)
        if (projection->handlers.items[i]->is_any)
            PC_LIST_ADD(self->machine.arena, &any, projection->handlers.items[i]);
    self->machine.event = event;
    self->machine.steps_left = 10000000;
    if (handlers->count == 0)
        return;
    if (!route(&self->machine, projection->node->projection.where, use, handlers, &units)) {
        /* Where the key is known before, a handler's clauses come behind the handlers before it. */
        if (projection->kind == PC_PROJECTION_KEYED || units.count == 0) {
            blame(self);
            return;
        }
        units.items[0]->is_cut = true;
        units.items[0]->problem = self->machine.message;
    }
    for (size_t i = 0; i < units.count; i++)
        apply(self, find_entry(self, units.items[i]->key), units.items[i]);
}

/* ---- what is there at the end ---- */

static void put_entry(struct oracle_text *out, const struct projecting *self,
                      const struct entry *entry)
{
    struct pc_text name = self->projection->name;

    if (entry->exists) {
        oracle_put(out, "%.*s%s%.*s after event %lld: ", PC_TEXT_ARGS(name),
                   self->projection->kind == PC_PROJECTION_STREAM ? "" : " ",
                   PC_TEXT_ARGS(entry->key), (long long)entry->position);
        oracle_put_fields_json(out, &self->projection->state.fields, &entry->state);
        oracle_put_char(out, '\n');
    }
    if (entry->failed_at != 0)
        oracle_put(out, "%.*s: a key is failed at event %lld: %.*s\n", PC_TEXT_ARGS(name),
                   (long long)entry->failed_at, PC_TEXT_ARGS(entry->message));
}

/* ---- queries ---- */

/* Key parts and fields of the states that exist. */
static void add_states(struct projecting *self, size_t key_count, struct oracle_rows *rows)
{
    struct pc_arena *arena = self->machine.arena;

    for (size_t i = 0; i < self->entries.count; i++) {
        const struct entry *entry = self->entries.items[i];
        size_t count = key_count + entry->state.count;
        struct oracle_value *row = PC_NEW(arena, struct oracle_value);

        if (!entry->exists)
            continue;
        row->items = pc_arena_alloc_array(arena, count + 1, sizeof *row->items);
        row->count = count;
        for (size_t j = 0; j < count; j++)
            row->items[j] = j < key_count ? entry->keys[j] : entry->state.items[j - key_count];
        PC_LIST_ADD(arena, rows, row);
    }
}

static void ask(struct projecting *self, const struct pc_query_model *query,
                struct oracle_random *random, struct oracle_text *queries, struct oracle_text *out)
{
    struct oracle_rows rows = {NULL, 0, 0};
    const struct oracle_table *table;

    if (query->table == NULL) {
        add_states(self, query->fields.count - self->projection->state.fields.count, &rows);
    } else {
        table = &self->machine.tables[query->table->index];
        for (size_t i = 0; i < table->count; i++)
            if (table->rows[i]->has)
                PC_LIST_ADD(self->machine.arena, &rows, table->rows[i]);
    }
    oracle_ask(&self->machine, query, &rows, random, queries, out);
}

void oracle_interpret(struct pc_arena *arena, const struct pc_sources *sources,
                      const struct pc_model *model, const struct oracle_events *events,
                      struct oracle_random *random, struct oracle_text *queries,
                      struct oracle_text *out)
{
    for (size_t i = 0; i < model->projections.count; i++) {
        struct projecting self = {.machine = {.arena = arena, .sources = sources, .model = model},
                                  .projection = model->projections.items[i]};

        oracle_begin_tables(&self.machine, self.projection);
        for (size_t j = 0; j < events->count; j++)
            take_event(&self, events->items[j]);
        for (size_t j = 0; j < self.entries.count; j++)
            put_entry(out, &self, self.entries.items[j]);
        oracle_put_rows(out, &self.machine, self.projection);
        for (size_t j = 0; j < self.machine.notices.count; j++)
            oracle_put_bytes(out, self.machine.notices.items[j]->data,
                             self.machine.notices.items[j]->size);
        if (self.skipped != 0)
            oracle_put(out, "%.*s: %lld skipped\n", PC_TEXT_ARGS(self.projection->name),
                       (long long)self.skipped);
        for (size_t j = 0; j < model->queries.count; j++)
            if (model->queries.items[j]->projection == self.projection)
                ask(&self, model->queries.items[j], random, queries, out);
    }
}
