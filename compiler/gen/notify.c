/* notify.c -- `notify name { … }`: the values first, then one JSON object in the unit's arena. */
#include "gen/body.h"
#include "gen/codec.h"

void pc_write_notify(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const struct pc_ir_expression *record = statement->value;
    const struct pc_plan_file *file = body->plan->files.items[statement->file];
    struct pc_arena *arena = body->arena;
    struct pc_code *code = body->code;
    const char **places = pc_arena_alloc(arena, (record->arguments.count + 1) * sizeof *places);

    /* Braces, because `writer` is what the pieces of serializers call theirs. */
    pc_code_open(code, "{");
    for (size_t i = 0; i < record->arguments.count; i++)
        places[i] = pc_place_expression(body, record->arguments.items[i], "value");
    pc_code_plain(code, "projc_json_writer *writer;");
    pc_pass_status(body, "projc_notify_begin(handler, &writer)");
    for (size_t i = 0; i < record->arguments.count; i++) {
        const struct pc_plan_field *field = record->type->record->fields.items[i];

        pc_code_line(code, "projc_json_write_name(writer, %s);",
                     pc_c_string(arena, field->outside));
        pc_write_value(code, body->helpers, PC_WIRE_JSON_STATE, field->type, places[i]);
    }
    pc_pass_status(body, pc_format(arena, "projc_notify_end(handler, writer, %s, %.*s, %u, %u, %s)",
                                   pc_c_string(arena, statement->text), PC_TEXT_ARGS(file->c_macro),
                                   (unsigned)statement->line, (unsigned)statement->column,
                                   pc_c_string(arena, statement->source)));
    pc_code_close(code, "}");
}
