/* make_program.c -- a whole random program: declarations, projections, handlers. */
#include "make.h"

/* ---- declarations ---- */

static void put_as(struct maker *maker, const char *stem)
{
    if (oracle_often(maker, 25))
        oracle_put(maker->out, " as \"%s %u\"", stem, ++maker->names);
}

static void make_enum(struct maker *maker)
{
    struct made_enum *made = &maker->enums[maker->enum_count];
    bool has_codes = oracle_often(maker, 40);

    made->name = oracle_name(maker, "Enum");
    made->count = 2 + oracle_pick(maker, 4);
    oracle_put(maker->out, "enum %s {", made->name);
    for (uint32_t i = 0; i < made->count; i++) {
        made->members[i] = oracle_name(maker, "M");
        oracle_put(maker->out, " %s", made->members[i]);
        put_as(maker, "member");
        if (has_codes)
            oracle_put(maker->out, " = %d", (int)(i * 7) - 3);
    }
    oracle_put(maker->out, " }\n");
    maker->enum_count++;
}

static void make_alias(struct maker *maker)
{
    const struct shape *shape = oracle_any_shape(maker, 1);
    const char *spelling = oracle_spell(maker, shape);

    maker->aliases[maker->alias_count] = shape;
    maker->alias_names[maker->alias_count] = oracle_name(maker, "Alias");
    oracle_put(maker->out, "type %s = %s\n", maker->alias_names[maker->alias_count], spelling);
    maker->alias_count++;
}

/* How a payload may write the type. */
static const char *spell_in_payload(struct maker *maker, const struct shape *shape)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};

    if (shape->kind == KIND_DURATION && oracle_often(maker, 50))
        return oracle_format(maker, "duration(%s)", units[oracle_pick(maker, 4)]);
    if (shape->kind == KIND_DECIMAL && oracle_often(maker, 30))
        return oracle_format(maker, "decimal(%u, round)", shape->scale);
    if (!oracle_has(maker, ORACLE_units))
        return oracle_spell(maker, shape);
    if (shape->kind == KIND_LIST && oracle_often(maker, 50))
        return oracle_format(maker, "list<%s>", spell_in_payload(maker, shape->element));
    if (shape->kind == KIND_SET && oracle_often(maker, 50))
        return oracle_format(maker, "set<%s>", spell_in_payload(maker, shape->element));
    if (shape->kind == KIND_MAP && oracle_often(maker, 50))
        return oracle_format(maker, "map<%s, %s>", spell_in_payload(maker, shape->key),
                             spell_in_payload(maker, shape->element));
    return oracle_spell(maker, shape);
}

void oracle_put_field(struct maker *maker, struct made_field *field, bool in_payload,
                      bool needs_zero)
{
    bool has_initial = oracle_is_scalar(field->shape) && oracle_often(maker, 20);

    if (needs_zero && !oracle_has_zero(field->shape))
        has_initial = true;
    field->spelling =
        in_payload ? spell_in_payload(maker, field->shape) : oracle_spell(maker, field->shape);
    oracle_put(maker->out, "%s: %s", field->name, field->spelling);
    if (in_payload)
        put_as(maker, "key");
    if (has_initial && field->shape->kind != KIND_RECORD) {
        field->initial = oracle_literal(maker, field->shape, HINTED);
        oracle_put(maker->out, " = %s", field->initial);
    } else if (oracle_has(maker, ORACLE_collections) && !oracle_is_scalar(field->shape) &&
               oracle_often(maker, 20)) {
        field->initial = oracle_constant(maker, field->shape);
        oracle_put(maker->out, " = %s", field->initial);
    }
}

static void make_record(struct maker *maker)
{
    struct made_record made = {.has_zero = true};

    made.name = oracle_name(maker, "Record");
    made.count = 1 + oracle_pick(maker, 4);
    oracle_put(maker->out, "record %s {", made.name);
    for (uint32_t i = 0; i < made.count; i++) {
        made.fields[i].name = oracle_name(maker, "r");
        made.fields[i].shape = oracle_any_shape(maker, 1);
        oracle_put(maker->out, "  ");
        oracle_put_field(maker, &made.fields[i], true, false);
        made.has_zero &= made.fields[i].initial != NULL || oracle_has_zero(made.fields[i].shape);
    }
    oracle_put(maker->out, " }\n");
    maker->records[maker->record_count++] = made;
}

static void make_event(struct maker *maker, struct made_aggregate *aggregate,
                       const struct made_field *common, uint32_t common_count)
{
    struct made_event *event = &aggregate->events[aggregate->count++];

    event->name = oracle_name(maker, "Event");
    oracle_put(maker->out, "    event %s", event->name);
    put_as(maker, "event");
    oracle_put(maker->out, " {");
    for (uint32_t i = 0; i < common_count; i++) {
        event->fields[event->count] = common[i];
        oracle_put(maker->out, "  %s: %s", common[i].name, oracle_spell(maker, common[i].shape));
        event->count++;
    }
    for (uint32_t i = oracle_pick(maker, 6); i > 0; i--) {
        struct made_field *field = &event->fields[event->count++];

        *field = (struct made_field){.name = oracle_name(maker, "f"),
                                     .shape = oracle_any_shape(maker, 2)};
        oracle_put(maker->out, "  ");
        oracle_put_field(maker, field, true, false);
    }
    oracle_make_upcasts(maker, event);
    oracle_put(maker->out, " }\n");
}

static void make_aggregate(struct maker *maker, const char *stream)
{
    static const char *const ids[] = {"", "(text)", "(i64)"};
    struct made_aggregate *aggregate = &maker->aggregates[maker->aggregate_count++];
    struct made_field common[2];
    uint32_t common_count = oracle_pick(maker, 3);
    uint32_t events = 1 + oracle_pick(maker, EVENTS_MAX);

    aggregate->name = oracle_name(maker, "Aggregate");
    aggregate->stream = stream;
    for (uint32_t i = 0; i < common_count; i++)
        common[i] = (struct made_field){.name = oracle_name(maker, "c"),
                                        .shape = oracle_any_shape(maker, 1)};
    uint32_t id = oracle_pick(maker, 3);
    aggregate->id = id == 0   ? oracle_shape(maker, KIND_UUID)
                    : id == 1 ? oracle_shape(maker, KIND_TEXT)
                              : oracle_integer(maker, 64, true);
    oracle_put(maker->out, "aggregate %s%s in %s", aggregate->name, ids[id], stream);
    put_as(maker, "aggregate");
    oracle_put(maker->out, " {\n");
    for (uint32_t i = 0; i < events; i++)
        make_event(maker, aggregate, common, common_count);
    oracle_put(maker->out, "}\n");
}

/* ---- projections ---- */

static void put_indexes(struct maker *maker, const struct made_field *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (fields[i].shape->kind < KIND_RECORD && oracle_often(maker, 15))
            oracle_put(maker->out, "        index by %s%s\n", fields[i].name,
                       oracle_often(maker, 50) ? " desc" : "");
}

/* The fields of the state; some bear the name of an event's field, to be copied. */
static uint32_t make_state(struct maker *maker, const struct made_aggregate *aggregate,
                           struct made_field *fields)
{
    bool is_columns = oracle_has(maker, ORACLE_columns) && oracle_often(maker, 50);
    const struct made_event *event = &aggregate->events[oracle_pick(maker, aggregate->count)];
    uint32_t count = 1 + oracle_pick(maker, 8);

    maker->is_columns = is_columns;
    oracle_put(maker->out, "    state %s{\n", is_columns ? "columns " : "");
    for (uint32_t i = 0; i < count; i++) {
        fields[i] = (struct made_field){.name = oracle_name(maker, "s"),
                                        .shape = oracle_any_shape(maker, 2)};
        if (i < event->count && oracle_often(maker, 15)) {
            fields[i].name = event->fields[i].name;
            fields[i].shape = event->fields[i].shape;
            fields[i].is_shared = true;
        }
        if (!oracle_has_zero(fields[i].shape) && fields[i].shape->kind == KIND_RECORD)
            fields[i].shape = oracle_wrapped(maker, KIND_OPTIONAL, fields[i].shape);
        oracle_put(maker->out, "        ");
        oracle_put_field(maker, &fields[i], false, true);
        oracle_put_char(maker->out, '\n');
    }
    if (is_columns)
        put_indexes(maker, fields, count);
    oracle_put(maker->out, "    }\n");
    return count;
}

static bool bears(const struct made_event *event, const char *name)
{
    for (uint32_t i = 0; i < event->count; i++)
        if (event->fields[i].name == name)
            return true;
    return false;
}

static void add_event_data(struct maker *maker)
{
    oracle_add_readable(maker, "event.no", oracle_integer(maker, 64, true), false, 0);
    oracle_add_readable(maker, "event.version", oracle_integer(maker, 64, true), false, 0);
    oracle_add_readable(maker, "event.name", oracle_shape(maker, KIND_TEXT), false, 0);
    oracle_add_readable(maker, "event.aggregate_type", oracle_shape(maker, KIND_TEXT), false, 0);
    oracle_add_readable(maker, "event.id", oracle_shape(maker, KIND_UUID), false, 0);
    if (maker->aggregate_id != NULL)
        oracle_add_readable(maker, "event.aggregate_id", maker->aggregate_id, false, 0);
    if (oracle_has(maker, ORACLE_calendar))
        oracle_add_readable(maker, "event.time", oracle_shape(maker, KIND_TIME), false, 0);
    if (oracle_has(maker, ORACLE_optionals))
        oracle_add_readable(maker, "event.meta(\"origin\")",
                            oracle_wrapped(maker, KIND_OPTIONAL, oracle_shape(maker, KIND_TEXT)),
                            false, 0);
}

/* What the handler of these events sees. */
static void enter_handler(struct maker *maker, const struct made_event *event,
                          const struct made_event *second, uint32_t fields,
                          const struct made_field *state, uint32_t state_count)
{
    maker->readable_count = 0;
    maker->walked_count = 0;
    maker->depth = 0;
    maker->walks = 0;
    add_event_data(maker);
    for (uint32_t i = 0; event != NULL && i < fields; i++)
        oracle_add_readable(maker, oracle_format(maker, "event.%s", event->fields[i].name),
                            event->fields[i].shape, false, 0);
    if (event != NULL)
        oracle_make_clauses(maker, maker->key_count != 0);
    oracle_put(maker->out, " {\n");
    if (maker->has_state)
        oracle_add_readable(maker, "state.exists", oracle_shape(maker, KIND_BOOL), false, 0);
    oracle_read_rows(maker);
    for (uint32_t i = 0; i < maker->key_count; i++)
        oracle_add_readable(maker, maker->key_names[i], maker->keys[i], false, 0);
    for (uint32_t i = 0; i < state_count; i++) {
        bool is_ambiguous =
            event != NULL && (bears(event, state[i].name) || bears(second, state[i].name));
        bool is_bare = !is_ambiguous && oracle_often(maker, 50);

        oracle_add_readable(
            maker, is_bare ? state[i].name : oracle_format(maker, "state.%s", state[i].name),
            state[i].shape, true, ++maker->names);
    }
    for (uint32_t i = 0; event != NULL && i < fields; i++)
        oracle_add_readable(maker, oracle_format(maker, "event.%s", event->fields[i].name),
                            event->fields[i].shape, false, 0);
}

static uint32_t find_copied(struct maker *maker, const struct made_event *event, uint32_t fields,
                            const struct made_field *state, uint32_t state_count,
                            struct made_field *copied)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < state_count; i++)
        for (uint32_t j = 0; j < fields; j++)
            if (state[i].name == event->fields[j].name && oracle_often(maker, 60))
                copied[count++] = state[i];
    return count;
}

static void make_handler(struct maker *maker, const struct made_aggregate *aggregate,
                         uint32_t which, const struct made_field *state, uint32_t state_count)
{
    const struct made_event *event = &aggregate->events[which];
    const struct made_event *second = &aggregate->events[(which + 1) % aggregate->count];
    bool is_shared = second != event && oracle_often(maker, 15);
    struct made_field copied[FIELDS_MAX];
    uint32_t fields = event->count;

    /* What events share stands first in them. */
    for (uint32_t i = 0; is_shared && i < fields; i++)
        if (i >= second->count || event->fields[i].name != second->fields[i].name)
            fields = i;
    oracle_put(maker->out, "    on %s%s%s", event->name, is_shared ? ", " : "",
               is_shared ? second->name : "");
    enter_handler(maker, event, is_shared ? second : event, fields, state, state_count);
    oracle_make_body(maker, copied, find_copied(maker, event, fields, state, state_count, copied),
                     maker->has_state);
    oracle_put(maker->out, "    }\n");
}

static void put_policy(struct maker *maker, bool is_stream)
{
    uint32_t way = oracle_pick(maker, 100);

    if (way < (is_stream ? 70 : 40))
        oracle_put(maker->out, "    on error ignore\n");
    else if (way < 80)
        oracle_put(maker->out, "    on error retry 2 times 1ms..5ms then %s\n",
                   oracle_often(maker, 60) ? "ignore" : "fail");
}

/* What stands behind the source: keys and a filter. */
static void make_source(struct maker *maker, bool is_stream)
{
    maker->key_count = 0;
    if (is_stream && oracle_has(maker, ORACLE_keyed) && oracle_often(maker, 50)) {
        maker->key_count = 1 + oracle_pick(maker, 2);
        for (uint32_t i = 0; i < maker->key_count; i++) {
            do {
                maker->keys[i] = oracle_any_scalar(maker);
            } while (maker->keys[i]->kind == KIND_F64 || maker->keys[i]->kind == KIND_BYTES);
            maker->key_names[i] = oracle_name(maker, "k");
            oracle_put(maker->out, "%s%s: %s", i == 0 ? " by " : ", ", maker->key_names[i],
                       oracle_spell(maker, maker->keys[i]));
        }
    }
    if (oracle_has(maker, ORACLE_filters) && oracle_often(maker, 25)) {
        maker->readable_count = 0;
        maker->aggregate_id = NULL;
        add_event_data(maker);
        oracle_put(maker->out, " where %s", oracle_truth(maker, 2));
    }
    oracle_put(maker->out, " {\n");
}

static void make_projection(struct maker *maker)
{
    const struct made_aggregate *aggregate =
        &maker->aggregates[oracle_pick(maker, maker->aggregate_count)];
    bool is_stream = oracle_often(maker, 35);
    struct made_field state[FIELDS_MAX];

    const char *name = oracle_name(maker, "projection");
    oracle_put(maker->out, "projection %s %s %s", name, is_stream ? "over" : "for each",
               is_stream ? aggregate->stream : aggregate->name);
    make_source(maker, is_stream);
    maker->aggregate_id = !is_stream || maker->aggregate_count == 1 ? aggregate->id : NULL;
    maker->is_columns = false;
    oracle_make_tables(maker, is_stream ? NULL : aggregate->id);
    maker->has_state = maker->table_count == 0 || oracle_often(maker, 75);
    uint32_t state_count = maker->has_state ? make_state(maker, aggregate, state) : 0;
    for (uint32_t i = 0; i < aggregate->count; i++)
        for (uint32_t j = oracle_pick(maker, 10) < 8; j > 0; j = oracle_often(maker, 20))
            make_handler(maker, aggregate, i, state, state_count);
    if (maker->key_count == 0 && oracle_often(maker, 20)) {
        oracle_put(maker->out, "    on any");
        enter_handler(maker, NULL, NULL, 0, state, state_count);
        oracle_make_body(maker, NULL, 0, maker->has_state);
        oracle_put(maker->out, "    }\n");
    }
    if (!is_stream)
        oracle_put(maker->out, "    ignore any\n");
    put_policy(maker, is_stream);
    oracle_make_queries(maker, name, is_stream ? NULL : aggregate->id, state, state_count);
    oracle_put(maker->out, "}\n");
}

void oracle_make_program(struct oracle_random *random, uint64_t features, const char *package,
                         struct oracle_text *out)
{
    struct maker maker = {
        .arena = pc_arena_new(NULL, NULL), .random = random, .features = features, .out = out};

    oracle_put(out, "package %s\n", package);
    bool has_two = oracle_often(&maker, 20);
    oracle_put(out, "stream events%s\n", oracle_often(&maker, 50) ? " { payload msgpack }" : "");
    if (has_two)
        oracle_put(out, "stream others%s\n",
                   oracle_often(&maker, 50) ? " { payload msgpack }" : "");
    for (uint32_t i = oracle_pick(&maker, 3); oracle_has(&maker, ORACLE_enums) && i > 0; i--)
        make_enum(&maker);
    for (uint32_t i = oracle_pick(&maker, 4); oracle_has(&maker, ORACLE_records) && i > 0; i--)
        make_record(&maker);
    for (uint32_t i = oracle_pick(&maker, 3); oracle_has(&maker, ORACLE_aliases) && i > 0; i--)
        make_alias(&maker);
    for (uint32_t i = 1 + oracle_pick(&maker, oracle_has(&maker, ORACLE_several) ? 2 : 1); i > 0;
         i--)
        make_aggregate(&maker, has_two && i == 1 ? "others" : "events");
    for (uint32_t i = oracle_pick(&maker, 4); oracle_has(&maker, ORACLE_functions) && i > 0; i--)
        oracle_make_function(&maker);
    for (uint32_t i = 1 + oracle_pick(&maker, 3); i > 0; i--)
        make_projection(&maker);
    pc_arena_free(maker.arena);
}
