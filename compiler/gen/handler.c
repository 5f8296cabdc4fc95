/* handler.c -- handlers: one C function for each `on` and event, and the wrappers of `on … extern`.
 */
#include "gen/body.h"
#include "gen/parts.h"
#include "gen/values.h"

#include <string.h>

/* ---- what a body mentions ---- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The index behind a string literal that begins at text[index]. */
static size_t pass_literal(struct pc_text text, size_t index)
{
    for (index++; index < text.size && text.data[index] != '"'; index++)
        if (text.data[index] == '\\')
            index++;
    return index + 1;
}

bool pc_mentions(struct pc_text text, const char *identifier)
{
    size_t length = strlen(identifier);

    for (size_t i = 0; i < text.size;) {
        size_t start = i;

        if (text.data[i] == '"') {
            i = pass_literal(text, i);
            continue;
        }
        if (!is_word(text.data[i])) {
            i++;
            continue;
        }
        while (i < text.size && is_word(text.data[i]))
            i++;
        bool is_member = start > 0 && (text.data[start - 1] == '.' || text.data[start - 1] == '>');
        if (!is_member && i - start == length && memcmp(text.data + start, identifier, length) == 0)
            return true;
    }
    return false;
}

void pc_write_body(struct pc_code *code, const struct pc_plan *plan, struct pc_text body)
{
    pc_code_raw(code, body);
    if (body.size != 0)
        pc_code_own_lines(code, pc_text_format(code->arena, "%.*s.c", PC_TEXT_ARGS(plan->stem)));
    pc_code_line(code, "return PROJC_OK;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* ---- bodies ---- */

struct pc_text pc_prepare_body(struct pc_arena *arena, const struct pc_plan *plan,
                               const struct pc_generate_options *options,
                               struct pc_helpers *helpers,
                               const struct pc_function_drafts *functions,
                               const struct pc_plan_projection *projection,
                               const struct pc_ir_block *block)
{
    struct pc_code code;
    struct pc_body body = {.arena = arena,
                           .plan = plan,
                           .functions = functions,
                           .projection = projection,
                           .code = &code,
                           .helpers = helpers};

    pc_code_init(&code, arena, !options->no_line);
    code.indent = PC_CODE_INDENT;
    if (block != NULL) {
        body.deletes = pc_deleted_tables(arena, projection, block);
        pc_write_block(&body, block);
    }
    return pc_code_text(&code);
}

void pc_prepare_handlers(struct pc_arena *arena, const struct pc_plan *plan,
                         const struct pc_generate_options *options, struct pc_helpers *helpers,
                         const struct pc_function_drafts *functions,
                         struct pc_handler_bodies *bodies)
{
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        for (size_t j = 0; j < projection->handlers.count; j++) {
            struct pc_text *text = PC_NEW(arena, struct pc_text);

            *text = pc_prepare_body(arena, plan, options, helpers, functions, projection,
                                    projection->handlers.items[j]->body);
            PC_LIST_ADD(arena, bodies, text);
        }
    }
}

/* ---- functions ---- */

static void write_signature(struct pc_code *code, const struct pc_plan_handler *handler)
{
    pc_code_section(code, handler->title);
    pc_code_comment(code, handler->doc);
    pc_code_plain(code,
                  "static projc_status %.*s(projc_handler *handler, void *opaque_state, "
                  "const void *opaque_event)",
                  PC_TEXT_ARGS(handler->c_name));
    pc_code_open(code, "{");
}

/* The typed names of the parameters; what the body does not mention is cast to void. */
static void write_parameters(struct pc_code *code, const struct pc_plan_projection *projection,
                             const struct pc_plan_handler *handler, bool has_state, bool has_event)
{
    if (has_state)
        pc_code_plain(code, "%.*s *state = opaque_state;", PC_TEXT_ARGS(projection->c_state));
    else
        pc_code_plain(code, "(void)opaque_state;");
    if (has_event)
        pc_code_plain(code, "const %.*s *event = opaque_event;",
                      PC_TEXT_ARGS(handler->event->c_name));
    else
        pc_code_plain(code, "(void)opaque_event;");
}

/* A state that has not been stored yet is the default, whose items are constants. */
static void write_birth(struct pc_code *code, const struct pc_plan_projection *projection)
{
    if (!pc_fields_have_items(&projection->fields))
        return;
    pc_code_line(code, "if (!handler->state_exists && !%.*s_own(handler, state))",
                 PC_TEXT_ARGS(projection->c_stem));
    pc_code_line(code, "    return projc_fail_memory(handler);");
}

static void write_extern_handler(struct pc_code *code, const struct pc_plan *plan,
                                 const struct pc_plan_projection *projection,
                                 const struct pc_plan_handler *handler)
{
    write_signature(code, handler);
    write_parameters(code, projection, handler, true, handler->event != NULL);
    write_birth(code, projection);
    pc_code_line(code, "int result = %.*s(handler, state%s);", PC_TEXT_ARGS(handler->c_extern),
                 handler->event != NULL ? ", event" : "");
    pc_code_blank(code);
    pc_code_line(code, "return projc_from_extern(handler, %.*s, %u, %u, %s, result);",
                 PC_TEXT_ARGS(plan->files.items[handler->file]->c_macro), (unsigned)handler->line,
                 (unsigned)handler->column, pc_c_string(code->arena, handler->c_extern));
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_handler(struct pc_code *code, const struct pc_plan *plan,
                          const struct pc_plan_projection *projection,
                          const struct pc_plan_handler *handler, struct pc_text body)
{
    if (handler->is_extern) {
        write_extern_handler(code, plan, projection, handler);
        return;
    }
    write_signature(code, handler);
    bool has_birth = pc_fields_have_items(&projection->fields);

    write_parameters(code, projection, handler, has_birth || pc_mentions(body, "state"),
                     handler->event != NULL && pc_mentions(body, "event"));
    if (!has_birth && !pc_mentions(body, "handler"))
        pc_code_plain(code, "(void)handler;");
    pc_code_blank(code);
    write_birth(code, projection);
    pc_write_body(code, plan, body);
}

void pc_write_handlers(struct pc_code *code, const struct pc_plan *plan,
                       const struct pc_handler_bodies *bodies)
{
    size_t next = 0;

    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        for (size_t j = 0; j < projection->handlers.count; j++)
            write_handler(code, plan, projection, projection->handlers.items[j],
                          *bodies->items[next++]);
    }
}
