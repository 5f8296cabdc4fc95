/* upcast.c -- older forms of events: a struct and a reader of their own, and a function that makes
 * today's event of one. The module's table has them under their old names. */
#include "gen/body.h"
#include "gen/codec.h"
#include "gen/parts.h"
#include "gen/values.h"

void pc_prepare_upcasts(struct pc_arena *arena, const struct pc_plan *plan,
                        const struct pc_generate_options *options, struct pc_helpers *helpers,
                        const struct pc_function_drafts *functions, struct pc_upcast_drafts *drafts)
{
    /* Statements know today's event as the state of a projection that is none. */
    const struct pc_plan_projection nothing = {.is_columns = false};

    for (size_t i = 0; i < plan->upcasts.count; i++) {
        struct pc_text *text = PC_NEW(arena, struct pc_text);
        struct pc_code code;
        struct pc_body body = {.arena = arena,
                               .plan = plan,
                               .functions = functions,
                               .projection = &nothing,
                               .code = &code,
                               .helpers = helpers};

        pc_code_init(&code, arena, !options->no_line);
        code.indent = PC_CODE_INDENT;
        pc_write_block(&body, plan->upcasts.items[i]->upcast);
        *text = pc_code_text(&code);
        PC_LIST_ADD(arena, drafts, text);
    }
}

static void write_function(struct pc_code *code, const struct pc_plan *plan,
                           const struct pc_plan_event *old, struct pc_text body)
{
    pc_code_plain(code,
                  "static projc_status %.*s_upcast(projc_handler *handler, const %.*s *event, "
                  "%.*s *state)",
                  PC_TEXT_ARGS(old->c_stem), PC_TEXT_ARGS(old->c_name),
                  PC_TEXT_ARGS(old->upcast_of->c_name));
    pc_code_open(code, "{");
    if (!pc_mentions(body, "handler"))
        pc_code_plain(code, "(void)handler;");
    if (!pc_mentions(body, "event"))
        pc_code_plain(code, "(void)event;");
    pc_code_line(code, "*state = (%.*s)%s;", PC_TEXT_ARGS(old->upcast_of->c_name),
                 pc_initial_value(code, &old->upcast_of->fields));
    pc_write_body(code, plan, body);
}

void pc_write_upcasts(struct pc_code *code, const struct pc_plan *plan,
                      const struct pc_upcast_drafts *drafts)
{
    for (size_t i = 0; i < plan->upcasts.count; i++) {
        const struct pc_plan_event *old = plan->upcasts.items[i];

        pc_code_section(code, pc_text_format(code->arena, "%.*s: upcast \"%.*s\"",
                                             PC_TEXT_ARGS(old->name), PC_TEXT_ARGS(old->outside)));
        pc_code_comment(code, old->doc);
        pc_code_plain(code, "typedef struct %.*s {", PC_TEXT_ARGS(old->c_name));
        pc_write_members(code, &old->fields);
        pc_code_plain(code, "} %.*s;", PC_TEXT_ARGS(old->c_name));
        pc_code_blank(code);
        write_function(code, plan, old, *drafts->items[i]);
    }
}

/* ---- readers ---- */

static void write_reader(struct pc_code *code, struct pc_helpers *helpers,
                         const struct pc_plan_event *old, const struct pc_struct_codec *codec)
{
    const char *name = pc_wire_name(codec->wire);

    pc_code_plain(code, "static void %.*s_read_%s(projc_%s_reader *reader, %.*s *event)",
                  PC_TEXT_ARGS(old->c_stem), name, name, PC_TEXT_ARGS(old->c_name));
    pc_code_open(code, "{");
    pc_read_fields(code, helpers, codec);
    pc_code_close(code, "}");
    pc_code_blank(code);
    pc_code_plain(code,
                  "static void %.*s_from_%s(projc_%s_reader *reader, const uint64_t *wanted, "
                  "void *opaque_event)",
                  PC_TEXT_ARGS(old->c_stem), name, name);
    pc_code_open(code, "{");
    pc_code_line(code, "%.*s old;", PC_TEXT_ARGS(old->c_name));
    pc_code_line(code, "projc_handler handler = {.arena = reader->arena, .error = reader->error, "
                       ".steps_left = PROJC_STEPS_MAX};");
    pc_code_blank(code);
    pc_code_rawf(code, "    (void)wanted; /* of today's fields; an upcast may need all */\n");
    pc_code_line(code, "%.*s_read_%s(reader, &old);", PC_TEXT_ARGS(old->c_stem), name);
    pc_code_line(code, "if (reader->status == PROJC_OK)");
    pc_code_line(code, "    reader->status = %.*s_upcast(&handler, &old, opaque_event);",
                 PC_TEXT_ARGS(old->c_stem));
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_upcast_codecs(struct pc_code *code, const struct pc_plan *plan,
                            struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->upcasts.count; i++) {
        const struct pc_plan_event *old = plan->upcasts.items[i];
        struct pc_struct_codec codec = {
            .c_type = old->c_name,
            .variable = "event",
            .fields = &old->fields,
            .keys = pc_format(code->arena, "%.*s_fields", PC_TEXT_ARGS(old->c_stem)),
        };

        if (pc_has_required(&old->fields))
            pc_write_keys(code, codec.keys, &old->fields);
        for (enum pc_wire wire = PC_WIRE_JSON; wire <= PC_WIRE_MSGPACK; wire++) {
            codec.wire = wire;
            write_reader(code, helpers, old, &codec);
        }
    }
}
