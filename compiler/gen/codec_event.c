/* codec_event.c -- the payload codecs of events: one function an event, format and direction. */
#include "gen/codec.h"
#include "gen/parts.h"

static void write_reader(struct pc_code *code, struct pc_helpers *helpers,
                         const struct pc_plan_event *event, const struct pc_struct_codec *codec)
{
    const char *name = pc_wire_name(codec->wire);

    pc_code_plain(code,
                  "static void %.*s_from_%s(projc_%s_reader *reader, const uint64_t *wanted, "
                  "void *opaque_event)",
                  PC_TEXT_ARGS(event->c_stem), name, name);
    pc_code_open(code, "{");
    pc_code_line(code, "%.*s *event = opaque_event;", PC_TEXT_ARGS(event->c_name));
    if (event->fields.count == 0)
        pc_code_line(code, "(void)wanted;");
    pc_read_fields(code, helpers, codec);
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_event_codecs(struct pc_code *code, const struct pc_plan *plan,
                           struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->declared.count; i++) {
        const struct pc_plan_event *event = plan->declared.items[i];
        struct pc_struct_codec codec = {
            .c_type = event->c_name,
            .variable = "event",
            .fields = &event->fields,
            .keys = pc_format(code->arena, "%.*s_fields", PC_TEXT_ARGS(event->c_stem)),
            .has_wanted = true,
        };

        if (event->fields.count != 0)
            pc_write_keys(code, codec.keys, &event->fields);
        for (enum pc_wire wire = PC_WIRE_JSON; wire <= PC_WIRE_MSGPACK; wire++) {
            codec.wire = wire;
            write_reader(code, helpers, event, &codec);
            pc_write_struct_writer(code, helpers, event->c_stem, &codec);
        }
    }
    pc_write_upcast_codecs(code, plan, helpers);
}
