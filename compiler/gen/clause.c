/* clause.c -- the functions beside a handler: how many elements an event has, which key each
 * belongs to, and what a source lets pass. The element at hand is handler->element. A list that is
 * computed is computed once, by the counting function, and found in handler->elements by the
 * others: the engine carries it from one to the next. */
#include "gen/body.h"
#include "gen/parts.h"

/* ---- parts of a key as values ---- */

struct pc_value pc_key_part(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *type = expression->type;
    const char *part = pc_format(body->arena, "handler->key[%u]", (unsigned)expression->key);

    if (type->kind == PC_PLAN_ENUM) {
        const char *name = pc_temporary(body, "key");

        pc_code_line(body->code, "%.*s %s = {0};", PC_TEXT_ARGS(type->c_name), name);
        pc_code_line(body->code, "(void)%s(%s.as.text, &%s);",
                     pc_need_helper(body->helpers, PC_HELPER_ENUM_PARSE, type), part, name);
        return pc_simple(name);
    }
    part = pc_value_scalar(body->arena, type, part);
    return part[0] == '(' ? (struct pc_value){.text = part, .level = PC_LEVEL_UNARY}
                          : pc_simple(part);
}

/* Does the list stand in the event as it is? */
static bool is_of_event(const struct pc_ir_expression *list)
{
    while (list->kind == PC_IR_FIELD)
        list = list->left;
    return list->kind == PC_IR_EVENT;
}

struct pc_value pc_element(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_ir_expression *list = expression->left;
    const char *key = list->type->kind == PC_PLAN_MAP ? ".key" : "";

    if (is_of_event(list))
        return pc_simple(pc_format(body->arena, "%s.items[handler->element]%s",
                                   pc_place_expression(body, list, "list"), key));
    return pc_simple(pc_format(body->arena, "((const %.*s *)handler->elements)[handler->element]%s",
                               PC_TEXT_ARGS(pc_type_item(list->type)->c_name), key));
}

static void write_count(struct pc_body *body, const struct pc_ir_expression *list)
{
    const char *place = pc_place_expression(body, list, "list");

    pc_code_line(body->code, "*count = %s.count;", place);
    if (!is_of_event(list))
        pc_code_line(body->code, "handler->elements = %s.items;", place);
}

/* ---- statements ---- */

static void write_key_part(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const struct pc_plan_type *type = statement->value->type;
    const char *value = pc_simple_expression(body, statement->value, "part");

    if (type->kind == PC_PLAN_TEXT || type->kind == PC_PLAN_BYTES)
        pc_fail_if(body, pc_format(body->arena, "%s.size > %d", value, PC_INDEXED_BYTES_MAX),
                   "projc_fail_because", ", \"a part of a key holds at most 1,000 bytes\"");
    if (type->kind == PC_PLAN_ENUM)
        value = pc_format(body->arena, "%s(%s)",
                          pc_need_helper(body->helpers, PC_HELPER_ENUM_TEXT, type), value);
    pc_code_line(body->code, "key[%u] = (projc_value){.kind = PROJC_KIND_%s, .as.%s = %s};",
                 (unsigned)statement->path, pc_value_kind(type), pc_value_member(type), value);
}

void pc_write_clause(struct pc_body *body, const struct pc_ir_statement *statement)
{
    switch (statement->kind) {
    case PC_IR_COUNT_ELEMENTS:
        write_count(body, statement->value);
        return;
    case PC_IR_SET_KEY:
        write_key_part(body, statement);
        return;
    default:
        pc_code_line(body->code, "*passes = %s;", pc_expression(body, statement->condition).text);
        return;
    }
}

/* ---- functions ---- */

static void prepare(struct pc_arena *arena, const struct pc_plan *plan,
                    const struct pc_generate_options *options, struct pc_helpers *helpers,
                    const struct pc_function_drafts *functions,
                    const struct pc_plan_projection *projection,
                    const struct pc_plan_clause *clause, struct pc_handler_bodies *bodies)
{
    struct pc_text *text = PC_NEW(arena, struct pc_text);

    if (clause->c_name.size == 0)
        return;
    *text = pc_prepare_body(arena, plan, options, helpers, functions, projection, clause->body);
    PC_LIST_ADD(arena, bodies, text);
}

void pc_prepare_clauses(struct pc_arena *arena, const struct pc_plan *plan,
                        const struct pc_generate_options *options, struct pc_helpers *helpers,
                        const struct pc_function_drafts *functions,
                        struct pc_handler_bodies *bodies)
{
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        /* The typed functions need it too, also when no handler does. */
        for (size_t j = 0; j < projection->keys.count; j++)
            if (projection->keys.items[j]->type->kind == PC_PLAN_ENUM)
                (void)pc_need_helper(helpers, PC_HELPER_ENUM_TEXT, projection->keys.items[j]->type);
        prepare(arena, plan, options, helpers, functions, projection, &projection->filter, bodies);
        for (size_t j = 0; j < projection->handlers.count; j++) {
            const struct pc_plan_handler *handler = projection->handlers.items[j];

            prepare(arena, plan, options, helpers, functions, projection, &handler->count, bodies);
            prepare(arena, plan, options, helpers, functions, projection, &handler->select, bodies);
        }
    }
}

/* What the body does not mention is cast to void. */
static void write_body(struct pc_code *code, const struct pc_plan *plan,
                       const struct pc_plan_event *event, bool has_event, const char *answer,
                       struct pc_text body)
{
    if (has_event && event != NULL && pc_mentions(body, "event"))
        pc_code_plain(code, "const %.*s *event = opaque_event;", PC_TEXT_ARGS(event->c_name));
    else if (has_event)
        pc_code_plain(code, "(void)opaque_event;");
    if (!pc_mentions(body, "handler"))
        pc_code_plain(code, "(void)handler;");
    if (!pc_mentions(body, answer))
        pc_code_plain(code, "(void)%s;", answer);
    pc_code_blank(code);
    pc_write_body(code, plan, body);
}

static void write_filter(struct pc_code *code, const struct pc_plan *plan,
                         const struct pc_plan_projection *projection, struct pc_text body)
{
    pc_code_section(code,
                    pc_text_format(code->arena, "%.*s: where", PC_TEXT_ARGS(projection->name)));
    pc_code_plain(code, "static projc_status %.*s(projc_handler *handler, bool *passes)",
                  PC_TEXT_ARGS(projection->filter.c_name));
    pc_code_open(code, "{");
    write_body(code, plan, NULL, false, "passes", body);
}

static void write_function(struct pc_code *code, const struct pc_plan *plan,
                           const struct pc_plan_handler *handler,
                           const struct pc_plan_clause *clause, const char *parameter,
                           const char *answer, struct pc_text body)
{
    pc_code_section(code, pc_text_format(code->arena, "%.*s%s", PC_TEXT_ARGS(handler->title),
                                         clause == &handler->count ? ": for" : ": by and where"));
    pc_code_plain(code,
                  "static projc_status %.*s(projc_handler *handler, const void *opaque_event, "
                  "%s%s)",
                  PC_TEXT_ARGS(clause->c_name), parameter, answer);
    pc_code_open(code, "{");
    write_body(code, plan, handler->event, true, answer, body);
}

void pc_write_clauses(struct pc_code *code, const struct pc_plan *plan,
                      const struct pc_handler_bodies *bodies)
{
    size_t next = 0;

    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        if (projection->filter.c_name.size != 0)
            write_filter(code, plan, projection, *bodies->items[next++]);
        for (size_t j = 0; j < projection->handlers.count; j++) {
            const struct pc_plan_handler *handler = projection->handlers.items[j];

            if (handler->count.c_name.size != 0)
                write_function(code, plan, handler, &handler->count, "uint32_t *", "count",
                               *bodies->items[next++]);
            if (handler->select.c_name.size != 0)
                write_function(code, plan, handler, &handler->select, "projc_value *", "key",
                               *bodies->items[next++]);
        }
    }
}

/* ---- the table of a projection's sources ---- */

const char *pc_source_list(struct pc_arena *arena, const struct pc_plan_handlers *functions)
{
    const char *text = "";
    bool has_any = false;

    for (size_t i = 0; i < functions->count; i++) {
        const struct pc_plan_handler *handler = functions->items[i];
        const char *count =
            handler->count.c_name.size == 0
                ? ""
                : pc_format(arena, ".count = %.*s", PC_TEXT_ARGS(handler->count.c_name));
        const char *select =
            handler->select.c_name.size == 0
                ? ""
                : pc_format(arena, ".select = %.*s", PC_TEXT_ARGS(handler->select.c_name));

        has_any = has_any || *count != '\0' || *select != '\0';
        text = pc_format(arena, "%s%s{%s%s%s}", text, i == 0 ? "" : ", ",
                         *count == '\0' && *select == '\0' ? "0" : count,
                         *count != '\0' && *select != '\0' ? ", " : "", select);
    }
    return has_any ? text : NULL;
}
