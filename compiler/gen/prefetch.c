/* prefetch.c -- the keys that handlers will ask for and the walks that they will begin, as far as
 * the event alone tells: fetched for a whole page of events at once.
 *
 * One function for each event whose handlers name such a key or walk. It may not fail, so one
 * counts only when its values are fields of the event, of items of its lists, constants, or the
 * event's data; what is left out is found later, one by one. A walk may visit many rows, so it
 * counts only where it stands under no condition. */
#include "gen/body.h"
#include "gen/parts.h"
#include "gen/values.h"

/* One function while it is written. */
struct prefetch {
    struct pc_body body;
    struct pc_code code;
    struct pc_pointers items; /* loop variables over lists of the event */
    struct {
        PC_LIST_OF(const char); /* what was said already in the block at hand */
    } said;
    size_t count;
    bool is_conditional; /* what is at hand may not run */
};

static bool is_bound(const struct prefetch *prefetch, const struct pc_ir_local *local)
{
    for (size_t i = 0; i < prefetch->items.count; i++)
        if (prefetch->items.items[i] == local)
            return true;
    return false;
}

/* True for what is known from the event, without a failure. */
static bool is_known(const struct prefetch *prefetch, const struct pc_ir_expression *value)
{
    value = pc_unwidened(value);
    switch (value->kind) {
    case PC_IR_CONSTANT:
    case PC_IR_EVENT:
        return true;
    case PC_IR_EVENT_DATA:
        return true;
    case PC_IR_FIELD:
        return value->left->type->kind == PC_PLAN_RECORD && is_known(prefetch, value->left);
    case PC_IR_LOCAL:
        return is_bound(prefetch, value->local);
    default:
        return false;
    }
}

static bool is_id(const struct pc_ir_expression *value)
{
    return value->kind == PC_IR_EVENT_DATA && value->data == PC_IR_DATA_AGGREGATE_ID;
}

/* Says it, unless the block has said it already. */
static void say(struct prefetch *prefetch, bool is_guarded, const char *line)
{
    for (size_t i = 0; i < prefetch->said.count; i++)
        if (pc_text_is(pc_text_of(prefetch->said.items[i]), line))
            return;
    PC_LIST_ADD(prefetch->body.arena, &prefetch->said, line);
    if (is_guarded) /* the aggregate's id is a uuid */
        pc_code_open(prefetch->body.code,
                     "if (handler->event->aggregate_id.kind == PROJC_KIND_UUID) {");
    pc_code_line(prefetch->body.code, "%s", line);
    if (is_guarded)
        pc_code_close(prefetch->body.code, "}");
    prefetch->count++;
}

/* The values as the items of an array; NULL when one of them is not known. *is_guarded: they are so
 * only when the aggregate's id is a uuid. */
static const char *known_values(struct prefetch *prefetch, const struct pc_ir_expressions *parts,
                                bool *is_guarded)
{
    struct pc_arena *arena = prefetch->body.arena;
    const char *values = "";

    *is_guarded = false;
    for (size_t i = 0; i < parts->count; i++) {
        const struct pc_ir_expression *part = pc_unwidened(parts->items[i]);
        const char *text;

        if (!is_known(prefetch, part))
            return NULL;
        if (is_id(part) && part->type->kind != PC_PLAN_UUID)
            return NULL; /* made of another form, which can fail */
        if (is_id(part)) {
            *is_guarded = true;
            text = "handler->event->aggregate_id.as.uuid";
        } else {
            text = pc_expression(&prefetch->body, part).text;
        }
        values = pc_format(arena, "%s%s%s", values, i == 0 ? "" : ", ",
                           pc_row_value(arena, prefetch->body.helpers, part->type, text));
    }
    return values;
}

static void add_row(struct prefetch *prefetch, const struct pc_ir_expression *row)
{
    bool is_guarded;
    const char *values = known_values(prefetch, &row->arguments, &is_guarded);

    if (values != NULL)
        say(prefetch, is_guarded,
            pc_format(prefetch->body.arena,
                      "projc_prefetch_row(prefetch, %u, (const projc_value[]){%s});",
                      (unsigned)row->row_table->index, values));
}

static void add_walk(struct prefetch *prefetch, const struct pc_ir_statement *walk)
{
    bool is_guarded;
    const char *values = known_values(prefetch, &walk->path_values, &is_guarded);

    if (values != NULL && walk->path_values.count > 0 && !prefetch->is_conditional)
        say(prefetch, is_guarded,
            pc_format(prefetch->body.arena,
                      "projc_prefetch_walk(prefetch, %u, %u, (const projc_value[]){%s});",
                      (unsigned)walk->row_table->index, (unsigned)walk->path, values));
}

/* ---- where keys stand ---- */

static void add_expression(struct prefetch *prefetch, const struct pc_ir_expression *expression);

static void add_expressions(struct prefetch *prefetch, const struct pc_ir_expressions *list)
{
    for (size_t i = 0; i < list->count; i++)
        add_expression(prefetch, list->items[i]);
}

static void add_expression(struct prefetch *prefetch, const struct pc_ir_expression *expression)
{
    if (expression == NULL)
        return;
    if (expression->kind == PC_IR_ROW)
        add_row(prefetch, expression);
    add_expression(prefetch, expression->left);
    add_expression(prefetch, expression->right);
    add_expression(prefetch, expression->condition);
    add_expressions(prefetch, &expression->arguments);
    for (size_t i = 0; i < expression->arms.count; i++)
        add_expression(prefetch, expression->arms.items[i]->value);
    for (size_t i = 0; i < expression->terms.count; i++) {
        add_expressions(prefetch, &expression->terms.items[i]->factors);
        add_expression(prefetch, expression->terms.items[i]->divisor);
    }
}

static void add_block(struct prefetch *prefetch, const struct pc_ir_block *block);

/* A loop over a list of the event is walked here too. */
static void add_loop(struct prefetch *prefetch, const struct pc_ir_statement *statement)
{
    struct prefetch outer = *prefetch;
    struct pc_code mark = *prefetch->body.code;
    const char *list = pc_expression(&prefetch->body, statement->value).text;
    const char *index = pc_temporary(&prefetch->body, "index");
    const struct pc_ir_local *local = statement->local;
    bool is_record = local->type->kind == PC_PLAN_RECORD;

    pc_code_open(prefetch->body.code, "for (uint32_t %s = 0; %s < %s.count; %s++) {", index, index,
                 list, index);
    if (is_record)
        PC_LIST_ADD(prefetch->body.arena, &prefetch->body.pointers, local);
    pc_code_line(prefetch->body.code, "const %.*s %s%.*s = %s%s.items[%s];",
                 PC_TEXT_ARGS(local->type->c_name), is_record ? "*" : "",
                 PC_TEXT_ARGS(local->c_name), is_record ? "&" : "", list, index);
    PC_LIST_ADD(prefetch->body.arena, &prefetch->items, local);
    prefetch->said.count = 0;
    prefetch->said.items = NULL;
    prefetch->said.capacity = 0;
    add_block(prefetch, statement->then);
    prefetch->said = outer.said;
    if (prefetch->count == outer.count) {
        pc_code_rewind(prefetch->body.code, &mark);
        return;
    }
    pc_code_line(prefetch->body.code, "(void)%.*s;", PC_TEXT_ARGS(local->c_name));
    pc_code_close(prefetch->body.code, "}");
}

static void add_statement(struct prefetch *prefetch, const struct pc_ir_statement *statement)
{
    bool is_conditional = prefetch->is_conditional;

    add_expression(prefetch, statement->target);
    add_expression(prefetch, statement->value);
    add_expression(prefetch, statement->condition);
    add_expression(prefetch, statement->message);
    add_expressions(prefetch, &statement->path_values);
    if (statement->kind == PC_IR_WALK)
        add_walk(prefetch, statement);
    if (statement->kind == PC_IR_FOR && is_known(prefetch, statement->value) &&
        statement->value->type->kind == PC_PLAN_LIST && !statement->is_in_place) {
        add_loop(prefetch, statement);
    } else {
        prefetch->is_conditional = true;
        add_block(prefetch, statement->then);
    }
    prefetch->is_conditional = true;
    add_block(prefetch, statement->otherwise);
    for (size_t i = 0; i < statement->arms.count; i++)
        add_block(prefetch, statement->arms.items[i]->body);
    prefetch->is_conditional = is_conditional;
}

static void add_block(struct prefetch *prefetch, const struct pc_ir_block *block)
{
    for (size_t i = 0; block != NULL && i < block->count; i++)
        add_statement(prefetch, block->items[i]);
}

/* ---- the functions ---- */

/* What the function of an event says; empty: there is none. */
static struct pc_text text_of(struct pc_arena *arena, const struct pc_plan *plan,
                              struct pc_helpers *helpers,
                              const struct pc_plan_projection *projection,
                              const struct pc_plan_dispatch *dispatch)
{
    struct prefetch prefetch = {0};

    prefetch.body = (struct pc_body){.arena = arena,
                                     .plan = plan,
                                     .projection = projection,
                                     .code = &prefetch.code,
                                     .helpers = helpers};
    pc_code_init(&prefetch.code, arena, false);
    prefetch.code.indent = PC_CODE_INDENT;
    for (size_t i = 0; projection->tables.count != 0 && i < dispatch->functions.count; i++)
        add_block(&prefetch, dispatch->functions.items[i]->body);
    return prefetch.count == 0 ? (struct pc_text){0} : pc_code_text(&prefetch.code);
}

static const char *name_of(struct pc_arena *arena, const struct pc_plan_projection *projection,
                           const struct pc_plan_dispatch *dispatch)
{
    return pc_format(arena, "%.*s_prefetch_%.*s", PC_TEXT_ARGS(projection->c_stem),
                     PC_TEXT_ARGS(dispatch->event->c_stem));
}

const char *pc_prefetch_name(struct pc_arena *arena, const struct pc_plan *plan,
                             const struct pc_plan_projection *projection,
                             const struct pc_plan_dispatch *dispatch)
{
    struct pc_helpers helpers = {.arena = arena};

    if (text_of(arena, plan, &helpers, projection, dispatch).size == 0)
        return NULL;
    return name_of(arena, projection, dispatch);
}

void pc_write_prefetch(struct pc_code *code, const struct pc_plan *plan, struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        for (size_t j = 0; j < projection->events.count; j++) {
            const struct pc_plan_dispatch *dispatch = projection->events.items[j];
            struct pc_text text = text_of(code->arena, plan, helpers, projection, dispatch);

            if (text.size == 0)
                continue;
            pc_code_plain(code,
                          "static void %s(projc_handler *handler, const void *opaque_event, "
                          "projc_prefetch *prefetch)",
                          name_of(code->arena, projection, dispatch));
            pc_code_open(code, "{");
            pc_code_line(code, "const %.*s *event = opaque_event;",
                         PC_TEXT_ARGS(dispatch->event->c_name));
            pc_code_blank(code);
            pc_code_line(code, "(void)handler;");
            pc_code_line(code, "(void)event;");
            pc_code_raw(code, text);
            pc_code_close(code, "}");
            pc_code_blank(code);
        }
    }
}
