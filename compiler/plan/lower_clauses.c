/* lower_clauses.c -- `for x in list by k1, k2 where cond` of handlers, and the filter of a source:
 * functions of their own, which see the event only. */
#include "plan/lowering.h"

/* ---- the parts of a key ---- */

struct pc_ir_expression *pc_lower_key(struct pc_lowering_handler *handler,
                                      const struct pc_symbol *symbol)
{
    const struct pc_keys *keys = &handler->model->projection->node->projection.keys;
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_KEY, pc_lower_type(handler->lowering, symbol->type));

    while (keys->items[out->key] != symbol->key)
        out->key++;
    return out;
}

void pc_lower_keys(struct pc_lowering *lowering, const struct pc_projection_model *model,
                   struct pc_plan_projection *out)
{
    static const char *const parameters[] = {"store", "arena",      "state",   "error",
                                             "key",   "timeout_ms", "position"};
    const struct pc_keys *keys = &model->node->projection.keys;
    struct pc_scope_names names = {0};

    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        (void)pc_take_name(lowering->arena, &names, pc_text_of(parameters[i]));
    for (size_t i = 0; i < keys->count; i++) {
        struct pc_plan_field *key = PC_NEW(lowering->arena, struct pc_plan_field);

        key->name = key->outside = keys->items[i]->name.text;
        key->c_name =
            pc_take_word(lowering->arena, &names, pc_identifier(lowering->arena, key->name));
        key->type = pc_lower_type(lowering, keys->items[i]->type);
        key->index = (uint32_t)i;
        PC_LIST_ADD(lowering->arena, &out->keys, key);
    }
}

/* ---- clauses ---- */

static struct pc_lowering_handler begin(struct pc_lowering *lowering,
                                        const struct pc_lowering_handler *of)
{
    static const char *const parameters[] = {"handler", "event", "opaque_event",
                                             "count",   "key",   "passes"};
    struct pc_lowering_handler handler = {.lowering = lowering,
                                          .model = of->model,
                                          .projection = of->projection,
                                          .event_position = of->event_position};

    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        (void)pc_take_name(lowering->arena, &handler.names, pc_text_of(parameters[i]));
    handler.locals = pc_arena_alloc_array(lowering->arena, (size_t)of->model->local_count + 1,
                                          sizeof *handler.locals);
    return handler;
}

static struct pc_ir_statement *statement_at(struct pc_lowering *lowering,
                                            enum pc_ir_statement_kind kind, struct pc_span span)
{
    struct pc_ir_statement *out = PC_NEW(lowering->arena, struct pc_ir_statement);

    out->kind = kind;
    pc_lower_position(lowering, span, &out->file, &out->line, &out->column);
    out->source = pc_lower_source(lowering, span);
    return out;
}

struct pc_ir_statement *pc_lower_element(struct pc_lowering_handler *handler)
{
    const struct pc_item *item = handler->model->node;
    struct pc_ir_statement *out;

    if (item->handler.each == NULL)
        return NULL;
    out = statement_at(handler->lowering, PC_IR_LET, item->handler.collection->span);
    out->local = pc_lower_local(handler, item->handler.each->symbol);
    out->value = pc_ir_new(handler, PC_IR_ELEMENT, out->local->type);
    out->value->left = pc_lower_expression(handler, item->handler.collection);
    return out;
}

/* An element for which the condition does not hold is passed over. */
static void add_condition(struct pc_lowering_handler *handler, struct pc_ir_block *block,
                          const struct pc_expression *condition)
{
    struct pc_arena *arena = handler->lowering->arena;
    struct pc_ir_statement *out = statement_at(handler->lowering, PC_IR_IF, condition->span);

    out->condition = pc_ir_new(handler, PC_IR_NOT, NULL);
    out->condition->left = pc_lower_expression(handler, condition);
    out->condition->type = out->condition->left->type;
    out->then = PC_NEW(arena, struct pc_ir_block);
    PC_LIST_ADD(arena, out->then, statement_at(handler->lowering, PC_IR_SKIP, condition->span));
    PC_LIST_ADD(arena, block, out);
}

static void add_key_part(struct pc_lowering_handler *handler, struct pc_ir_block *block,
                         const struct pc_key_source *source, uint32_t part)
{
    const struct pc_plan_type *type = pc_lower_type(handler->lowering, source->type);
    struct pc_ir_statement *out;

    if (source->value != NULL) {
        out = statement_at(handler->lowering, PC_IR_SET_KEY, source->value->span);
        out->value = pc_lower_expression(handler, source->value);
    } else {
        struct pc_span span = handler->model->node->span;

        out = statement_at(handler->lowering, PC_IR_SET_KEY, span);
        out->source = source->field->name;
        out->value = pc_lower_event_field(handler, source->field);
    }
    out->value = pc_lower_convert(handler, out->value, type);
    out->path = part;
    PC_LIST_ADD(handler->lowering->arena, block, out);
}

static struct pc_text clause_name(struct pc_lowering *lowering, struct pc_text stem,
                                  const char *suffix)
{
    return pc_take_name(lowering->arena, &lowering->stems,
                        pc_text_format(lowering->arena, "%.*s_%s", PC_TEXT_ARGS(stem), suffix));
}

static void lower_count(struct pc_lowering *lowering, const struct pc_lowering_handler *of,
                        struct pc_plan_handler *out)
{
    const struct pc_item *item = of->model->node;
    struct pc_lowering_handler handler = begin(lowering, of);
    struct pc_ir_statement *count =
        statement_at(lowering, PC_IR_COUNT_ELEMENTS, item->handler.collection->span);

    count->value = pc_lower_expression(&handler, item->handler.collection);
    out->count.c_name = clause_name(lowering, out->c_name, "count");
    out->count.body = PC_NEW(lowering->arena, struct pc_ir_block);
    PC_LIST_ADD(lowering->arena, out->count.body, count);
}

static void lower_select(struct pc_lowering *lowering, const struct pc_lowering_handler *of,
                         struct pc_plan_handler *out)
{
    const struct pc_item *item = of->model->node;
    struct pc_lowering_handler handler = begin(lowering, of);
    struct pc_ir_statement *element = pc_lower_element(&handler);

    out->select.c_name = clause_name(lowering, out->c_name, "select");
    out->select.body = PC_NEW(lowering->arena, struct pc_ir_block);
    if (element != NULL)
        PC_LIST_ADD(lowering->arena, out->select.body, element);
    if (item->handler.where != NULL)
        add_condition(&handler, out->select.body, item->handler.where);
    for (size_t i = 0; i < of->model->keys.count; i++)
        add_key_part(&handler, out->select.body, of->model->keys.items[i], (uint32_t)i);
}

void pc_lower_handler_clauses(struct pc_lowering *lowering, const struct pc_lowering_handler *of,
                              struct pc_plan_handler *out)
{
    const struct pc_item *item = of->model->node;

    if (item->handler.each != NULL)
        lower_count(lowering, of, out);
    if (item->handler.where != NULL || of->model->keys.count != 0)
        lower_select(lowering, of, out);
}

void pc_lower_filter(struct pc_lowering *lowering, const struct pc_projection_model *model,
                     struct pc_plan_projection *out)
{
    const struct pc_lowering_handler of = {.model = model->filter, .projection = out};
    const struct pc_expression *condition = model->node->projection.where;
    struct pc_lowering_handler handler;
    struct pc_ir_statement *passes;

    if (model->filter == NULL)
        return;
    handler = begin(lowering, &of);
    passes = statement_at(lowering, PC_IR_PASSES, condition->span);
    passes->condition = pc_lower_expression(&handler, condition);
    out->filter.c_name = clause_name(lowering, out->c_stem, "passes");
    out->filter.body = PC_NEW(lowering->arena, struct pc_ir_block);
    PC_LIST_ADD(lowering->arena, out->filter.body, passes);
}
