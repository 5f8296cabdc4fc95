/* codec_state.c -- states: initial value, msgpack array, and the JSON that `inspect` shows. */
#include "gen/codec.h"
#include "gen/parts.h"
#include "gen/values.h"

static void write_own(struct pc_code *code, struct pc_helpers *helpers,
                      const struct pc_plan_projection *projection)
{
    if (!pc_fields_have_items(&projection->fields))
        return;
    pc_code_comment(code, pc_text_of("The items of defaults are constants: a new state gets its "
                                     "own, which handlers may change."));
    pc_code_plain(code, "static bool %.*s_own(projc_handler *handler, %.*s *state)",
                  PC_TEXT_ARGS(projection->c_stem), PC_TEXT_ARGS(projection->c_state));
    pc_code_open(code, "{");
    pc_write_own(code, helpers, &projection->fields, "state");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_initial_states(struct pc_code *code, const struct pc_plan *plan,
                             struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        pc_code_plain(code, "static void %.*s_init(void *opaque_state)",
                      PC_TEXT_ARGS(projection->c_stem));
        pc_code_open(code, "{");
        pc_code_line(code, "%.*s *state = opaque_state;", PC_TEXT_ARGS(projection->c_state));
        pc_code_blank(code);
        pc_code_line(code, "*state = (%.*s)%s;", PC_TEXT_ARGS(projection->c_state),
                     pc_initial_value(code, &projection->fields));
        pc_code_close(code, "}");
        pc_code_blank(code);
        if (projection->handlers.count != 0)
            write_own(code, helpers, projection);
    }
}

static void write_reader(struct pc_code *code, struct pc_helpers *helpers,
                         const struct pc_plan_projection *projection,
                         const struct pc_struct_codec *codec)
{
    pc_code_plain(code,
                  "static void %.*s_from_msgpack(projc_msgpack_reader *reader, void *opaque_state)",
                  PC_TEXT_ARGS(projection->c_stem));
    pc_code_open(code, "{");
    pc_code_line(code, "%.*s *state = opaque_state;", PC_TEXT_ARGS(projection->c_state));
    pc_code_blank(code);
    pc_read_fields(code, helpers, codec);
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_state_codecs(struct pc_code *code, const struct pc_plan *plan,
                           struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];
        struct pc_struct_codec codec = {
            .wire = PC_WIRE_ARRAY,
            .c_type = projection->c_state,
            .variable = "state",
            .fields = &projection->fields,
        };

        write_reader(code, helpers, projection, &codec);
        pc_write_struct_writer(code, helpers, projection->c_stem, &codec);
        codec.wire = PC_WIRE_JSON_STATE;
        pc_write_struct_writer(code, helpers, projection->c_stem, &codec);
    }
}
