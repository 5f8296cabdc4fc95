/* lower_projections.c -- states, tables, handlers and the dispatch of events. */
#include "plan/lowering.h"

static struct pc_plan_column *add_column(struct pc_lowering *lowering, struct pc_plan_table *table,
                                         struct pc_text name, enum pc_plan_column_type type)
{
    struct pc_plan_column *column = PC_NEW(lowering->arena, struct pc_plan_column);

    column->sql_name = name;
    column->type = type;
    PC_LIST_ADD(lowering->arena, &table->columns, column);
    return column;
}

static enum pc_plan_column_type integer_column(const struct pc_plan_type *type)
{
    if (type->high <= INT16_MAX)
        return PC_COLUMN_I16;
    return type->high <= INT32_MAX ? PC_COLUMN_I32 : PC_COLUMN_I64;
}

enum pc_plan_column_type pc_column_type(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_BOOL:
        return PC_COLUMN_BOOL;
    case PC_PLAN_INTEGER:
        return integer_column(type);
    case PC_PLAN_F64:
        return PC_COLUMN_F64;
    case PC_PLAN_DECIMAL:
        return PC_COLUMN_DECIMAL;
    case PC_PLAN_TEXT:
    case PC_PLAN_ENUM:
        return PC_COLUMN_TEXT;
    case PC_PLAN_BYTES:
        return PC_COLUMN_BYTES;
    case PC_PLAN_UUID:
        return PC_COLUMN_UUID;
    case PC_PLAN_TIME:
        return PC_COLUMN_TIME;
    case PC_PLAN_DATE:
        return PC_COLUMN_DATE;
    case PC_PLAN_DURATION:
        return PC_COLUMN_DURATION;
    case PC_PLAN_OPTIONAL:
        return pc_column_type(type->element);
    default:
        return PC_COLUMN_JSON;
    }
}

static void add_key_column(struct pc_lowering *lowering, struct pc_plan_projection *out)
{
    static const enum pc_plan_column_type id_columns[] = {
        [PC_PLAN_ID_UUID] = PC_COLUMN_UUID,
        [PC_PLAN_ID_TEXT] = PC_COLUMN_TEXT,
        [PC_PLAN_ID_I64] = PC_COLUMN_I64,
    };

    out->table.key_count = 1;
    if (out->kind == PC_PLAN_KEYED_PROJECTION) {
        out->table.key_count = (uint32_t)out->keys.count;
        for (size_t i = 0; i < out->keys.count; i++) {
            const struct pc_plan_field *key = out->keys.items[i];

            add_column(lowering, &out->table, key->name, pc_column_type(key->type))->scale =
                key->type->scale;
        }
        return;
    }
    if (out->kind == PC_PLAN_STREAM_PROJECTION)
        add_column(lowering, &out->table, pc_text_of("singleton"), PC_COLUMN_I16);
    else
        add_column(lowering, &out->table, pc_text_of("aggregate_id"),
                   id_columns[out->aggregate->id]);
}

void pc_lower_indexes(struct pc_lowering *lowering, const struct pc_index_models *models,
                      size_t before, struct pc_plan_table *table)
{
    struct pc_arena *arena = lowering->arena;

    for (size_t i = 0; i < models->count; i++) {
        const struct pc_index_model *from = models->items[i];
        struct pc_plan_index *index = PC_NEW(arena, struct pc_plan_index);
        bool *is_descending = pc_arena_alloc_array(arena, from->columns.count, sizeof(bool));
        struct pc_text name = pc_text_format(arena, "%.*s", PC_TEXT_ARGS(table->sql_name));

        for (size_t j = 0; j < from->columns.count; j++) {
            const struct pc_index_column *part = from->columns.items[j];
            const struct pc_plan_column *column =
                table->columns.items[part->field == NULL ? part->key : before + part->field->index];

            PC_LIST_ADD(arena, &index->columns, column);
            is_descending[j] = part->is_descending;
            name =
                pc_text_format(arena, "%.*s_%.*s%s", PC_TEXT_ARGS(name),
                               PC_TEXT_ARGS(column->sql_name), part->is_descending ? "_desc" : "");
        }
        index->is_descending = is_descending;
        index->sql_name =
            pc_fit_sql_name(arena, pc_text_format(arena, "%.*s_g1", PC_TEXT_ARGS(name)));
        PC_LIST_ADD(arena, &table->indexes, index);
    }
}

void pc_lower_columns(struct pc_lowering *lowering, const struct pc_plan_fields *fields,
                      struct pc_plan_table *table)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_plan_field *field = fields->items[i];
        const struct pc_plan_type *type = field->type;
        struct pc_plan_column *column =
            add_column(lowering, table, field->outside, pc_column_type(type));

        column->is_nullable = type->kind == PC_PLAN_OPTIONAL;
        column->scale = column->is_nullable ? type->element->scale : type->scale;
        column->field = field;
        column->doc = field->doc;
    }
}

static void lower_table(struct pc_lowering *lowering, const struct pc_projection_model *model,
                        struct pc_plan_projection *out)
{
    struct pc_plan_table *table = &out->table;

    table->sql_name =
        pc_text_format(lowering->arena, "%.*s_%.*s", PC_TEXT_ARGS(lowering->plan->package),
                       PC_TEXT_ARGS(model->name));
    table->doc = model->node->doc;
    add_key_column(lowering, out);
    add_column(lowering, table, pc_text_of("position"), PC_COLUMN_I64);
    if (!out->is_columns) {
        add_column(lowering, table, pc_text_of("state"), PC_COLUMN_BYTES);
        return;
    }
    pc_lower_columns(lowering, &out->fields, table);
    /* The fields' columns stand behind the key and `position`. */
    pc_lower_indexes(lowering, &model->state.indexes, (size_t)table->key_count + 1, table);
}

static void lower_policy(const struct pc_policy_model *model, struct pc_plan_policy *out)
{
    out->action = model->policy == PC_POLICY_FAIL     ? PC_PLAN_FAIL
                  : model->policy == PC_POLICY_IGNORE ? PC_PLAN_IGNORE
                                                      : PC_PLAN_RETRY;
    out->after_retries = model->policy == PC_POLICY_RETRY && model->then == PC_POLICY_IGNORE
                             ? PC_PLAN_IGNORE
                             : PC_PLAN_FAIL;
    if (model->policy == PC_POLICY_RETRY) {
        out->retry_times = model->times;
        out->retry_low_us = model->minimum_us;
        out->retry_high_us = model->maximum_us;
    }
}

static void put_first(struct pc_arena *arena, struct pc_ir_block *block,
                      struct pc_ir_statement *statement)
{
    PC_LIST_ADD(arena, block, statement);
    for (size_t i = block->count - 1; i > 0; i--)
        block->items[i] = block->items[i - 1];
    block->items[0] = statement;
}

/* One C function of one `on`, for the event at `position` in its list (0 for `on any`). */
static struct pc_plan_handler *lower_handler(struct pc_lowering *lowering,
                                             const struct pc_handler_model *model, size_t position,
                                             struct pc_plan_projection *projection)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_handler *out = PC_NEW(arena, struct pc_plan_handler);
    struct pc_lowering_handler handler = {
        .lowering = lowering, .model = model, .projection = projection, .event_position = position};
    static const char *const parameters[] = {"handler",      "state",        "event",
                                             "opaque_state", "opaque_event", "writer"};
    struct pc_text event_name = pc_text_of("any");

    if (!model->is_any) {
        out->event = lowering->events[model->events.items[position]->index];
        event_name = out->event->name;
    }
    out->c_name =
        pc_take_name(arena, &lowering->stems,
                     pc_text_format(arena, "%.*s_on_%.*s", PC_TEXT_ARGS(projection->c_stem),
                                    PC_TEXT_ARGS(pc_snake_case(arena, event_name))));
    out->title = pc_text_format(arena, "%.*s: on %.*s", PC_TEXT_ARGS(projection->name),
                                PC_TEXT_ARGS(event_name));
    out->doc = model->node->doc;
    out->is_extern = model->is_extern;
    pc_lower_position(lowering, model->node->span, &out->file, &out->line, &out->column);
    pc_lower_handler_clauses(lowering, &handler, out);
    if (model->is_extern) {
        out->c_extern = pc_lower_global(lowering, out->c_name, "");
        out->uses_state = out->uses_event = true;
        return out;
    }
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        (void)pc_take_name(arena, &handler.names, pc_text_of(parameters[i]));
    handler.locals =
        pc_arena_alloc_array(arena, (size_t)model->local_count + 1, sizeof *handler.locals);
    struct pc_ir_statement *element = pc_lower_element(&handler);
    out->body = pc_lower_block(&handler, model->node->handler.body);
    if (element != NULL)
        put_first(arena, out->body, element);
    out->uses_state = handler.uses_state;
    out->uses_event = handler.uses_event;
    return out;
}

static void lower_wanted(struct pc_lowering *lowering, const struct pc_event_use *use,
                         struct pc_plan_dispatch *out)
{
    size_t fields = use->event->fields.count;
    uint32_t words = (uint32_t)((fields + 63) / 64);
    uint64_t *wanted = pc_arena_alloc_array(lowering->arena, words, sizeof *wanted);
    bool is_any_wanted = false;

    for (size_t i = 0; i < use->handlers.count; i++)
        if (use->handlers.items[i]->is_extern && !use->handlers.items[i]->is_any)
            for (size_t j = 0; j < fields; j++)
                use->wanted[j] = true; /* the user's function may read every field */
    for (size_t i = 0; i < fields; i++) {
        if (use->wanted[i]) {
            wanted[i / 64] |= UINT64_C(1) << (i % 64);
            is_any_wanted = true;
        }
    }
    out->wanted = is_any_wanted ? wanted : NULL;
    out->wanted_words = is_any_wanted ? words : 0;
}

static struct pc_plan_handler *handler_for(struct pc_plan_handler *const *const *lowered,
                                           const struct pc_handler_model *model,
                                           const struct pc_event_model *event)
{
    if (model->is_any)
        return lowered[model->index][0];
    for (size_t i = 0; i < model->events.count; i++)
        if (model->events.items[i] == event)
            return lowered[model->index][i];
    return NULL;
}

static void add_dispatch(struct pc_lowering *lowering, const struct pc_event_use *use,
                         struct pc_plan_handler *const *const *lowered,
                         struct pc_plan_projection *out)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_dispatch *dispatch = PC_NEW(arena, struct pc_plan_dispatch);

    dispatch->event = lowering->events[use->event->index];
    for (size_t i = 0; i < use->handlers.count; i++)
        PC_LIST_ADD(arena, &dispatch->functions,
                    handler_for(lowered, use->handlers.items[i], use->event));
    lower_wanted(lowering, use, dispatch);
    PC_LIST_ADD(arena, &out->events, dispatch);
    /* The plan's events are sorted; so is the dispatch. */
    for (size_t i = out->events.count - 1;
         i > 0 && out->events.items[i - 1]->event->index > dispatch->event->index; i--) {
        out->events.items[i] = out->events.items[i - 1];
        out->events.items[i - 1] = dispatch;
    }
}

static void lower_handlers(struct pc_lowering *lowering, const struct pc_projection_model *model,
                           struct pc_plan_projection *out)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_handler ***lowered =
        pc_arena_alloc_array(arena, model->handlers.count, sizeof *lowered);

    for (size_t i = 0; i < model->handlers.count; i++) {
        const struct pc_handler_model *from = model->handlers.items[i];
        size_t count = from->is_any ? 1 : from->events.count;

        lowered[i] = pc_arena_alloc_array(arena, count, sizeof **lowered);
        for (size_t j = 0; j < count; j++) {
            lowered[i][j] = lower_handler(lowering, from, j, out);
            PC_LIST_ADD(arena, &out->handlers, lowered[i][j]);
        }
        if (from->is_any)
            PC_LIST_ADD(arena, &out->any, lowered[i][0]);
    }
    for (size_t i = 0; i < model->uses.count; i++)
        add_dispatch(lowering, model->uses.items[i],
                     (struct pc_plan_handler *const *const *)lowered, out);
}

static void lower_projection(struct pc_lowering *lowering, const struct pc_projection_model *model)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_projection *out = PC_NEW(arena, struct pc_plan_projection);
    uint32_t column;

    out->name = model->name;
    out->doc = model->node->doc;
    out->kind = model->kind == PC_PROJECTION_AGGREGATE ? PC_PLAN_AGGREGATE_PROJECTION
                : model->kind == PC_PROJECTION_KEYED   ? PC_PLAN_KEYED_PROJECTION
                                                       : PC_PLAN_STREAM_PROJECTION;
    out->version = model->version;
    out->stream = lowering->streams[model->stream->index];
    if (model->aggregate != NULL)
        out->aggregate = lowering->aggregates[model->aggregate->index];
    out->is_columns = model->state.is_columns;
    out->c_stem = pc_take_name(arena, &lowering->stems, pc_snake_case(arena, model->name));
    out->c_state = pc_lower_global(lowering, out->c_stem, "_state");
    out->c_load = pc_lower_global(lowering, out->c_stem, "_load");
    out->c_wait = pc_lower_global(lowering, out->c_stem, "_wait");
    out->index = model->index;
    pc_lower_position(lowering, model->node->span, &out->file, &out->line, &column);
    pc_lower_fields(lowering, &model->state.fields, &out->fields);
    pc_lower_keys(lowering, model, out);
    pc_lower_filter(lowering, model, out);
    lower_table(lowering, model, out);
    pc_lower_view(lowering, out);
    pc_lower_tables(lowering, model, out);
    lower_policy(&model->policy, &out->policy);
    lower_handlers(lowering, model, out);
    out->shape_fingerprint = pc_shape_fingerprint(arena, out);
    out->logic_fingerprint = pc_logic_fingerprint(arena, out);
    lowering->projections[model->index] = out;
    PC_LIST_ADD(arena, &lowering->plan->projections, out);
}

void pc_lower_projections(struct pc_lowering *lowering)
{
    for (size_t i = 0; i < lowering->model->projections.count; i++)
        lower_projection(lowering, lowering->model->projections.items[i]);
}
