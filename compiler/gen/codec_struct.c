/* codec_struct.c -- the bodies of functions that read or write the fields of an event, record or
 * state. */
#include "gen/codec.h"

#include "gen/types.h"

#include <inttypes.h>

/* ---- keys and masks ---- */

void pc_write_keys(struct pc_code *code, const char *name, const struct pc_plan_fields *fields)
{
    const char *list = "";

    for (size_t i = 0; i < fields->count; i++)
        list = pc_format(code->arena, "%s%s%s", list, i == 0 ? "" : ", ",
                         pc_c_string(code->arena, fields->items[i]->outside));
    pc_code_plain(code, "static const char *const %s[] = {%s};", name, list);
    pc_code_blank(code);
}

static size_t words_of(const struct pc_plan_fields *fields)
{
    return (fields->count + 63) / 64;
}

static uint64_t required_mask(const struct pc_plan_fields *fields, size_t word)
{
    uint64_t mask = 0;

    for (size_t i = word * 64; i < fields->count && i < (word + 1) * 64; i++)
        if (fields->items[i]->is_required)
            mask |= UINT64_C(1) << (i % 64);
    return mask;
}

/* One word of a mask variable: "seen", or "seen[1]" where there are several. */
static const char *word(const struct pc_code *code, const struct pc_plan_fields *fields,
                        const char *name, size_t index)
{
    return words_of(fields) <= 1 ? name : pc_format(code->arena, "%s[%zu]", name, index);
}

/* ---- reading maps ---- */

/* "want": the fields to decode, all of them when the caller gave no mask. */
static void declare_wanted(struct pc_code *code, const struct pc_plan_fields *fields)
{
    size_t words = words_of(fields);

    if (words == 0)
        return;
    if (words == 1) {
        pc_code_line(code, "const uint64_t want = wanted != NULL ? wanted[0] : UINT64_MAX;");
        return;
    }
    const char *list = "";

    for (size_t i = 0; i < words; i++)
        list = pc_format(code->arena, "%s%swanted != NULL ? wanted[%zu] : UINT64_MAX", list,
                         i == 0 ? "" : ", ", i);
    pc_code_line(code, "const uint64_t want[%zu] = {%s};", words, list);
}

static void declare_masks(struct pc_code *code, const struct pc_struct_codec *codec)
{
    size_t words = words_of(codec->fields);
    const char *list = "";

    if (codec->has_wanted)
        declare_wanted(code, codec->fields);
    if (!pc_has_required(codec->fields))
        return;
    for (size_t i = 0; i < words; i++) {
        const char *mask = pc_format(code->arena, "0x%" PRIx64, required_mask(codec->fields, i));

        if (codec->has_wanted)
            mask = pc_format(code->arena, "%s & %s", mask, word(code, codec->fields, "want", i));
        list = pc_format(code->arena, "%s%s%s", list, i == 0 ? "" : ", ", mask);
    }
    if (words == 1) {
        pc_code_line(code, "const uint64_t required = %s;", list);
        pc_code_line(code, "uint64_t seen = 0;");
    } else {
        pc_code_line(code, "const uint64_t required[%zu] = {%s};", words, list);
        pc_code_line(code, "uint64_t seen[%zu] = {0};", words);
    }
}

/* A name that JSON writes with escapes is compared with the key as it was read in full. */
static bool needs_escapes(struct pc_text name)
{
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.data[i] < 0x20 || name.data[i] == '"' || name.data[i] == '\\')
            return true;
    return false;
}

static const char *key_test(struct pc_code *code, const struct pc_struct_codec *codec,
                            struct pc_text name)
{
    const char *literal = pc_c_string(code->arena, name);
    const char *wire = pc_wire_name(codec->wire);

    if (codec->wire != PC_WIRE_MSGPACK && needs_escapes(name))
        return pc_format(code->arena, "projc_text_is(reader->field, %s, %zu)", literal, name.size);
    return pc_format(code->arena, "projc_%s_field_is(reader, %s, %zu)", wire, literal, name.size);
}

static void read_field(struct pc_code *code, struct pc_helpers *helpers,
                       const struct pc_struct_codec *codec, size_t index)
{
    const struct pc_plan_field *field = codec->fields->items[index];
    const char *bit = pc_format(code->arena, "0x%" PRIx64, UINT64_C(1) << (index % 64));
    const char *test = key_test(code, codec, field->outside);

    if (codec->has_wanted)
        test = pc_format(code->arena, "(%s & %s) != 0 && %s",
                         word(code, codec->fields, "want", index / 64), bit, test);
    if (index == 0)
        pc_code_open(code, "if (%s) {", test);
    else
        pc_code_between(code, "} else if (%s) {", test);
    pc_read_value(code, helpers, codec->wire, field->type,
                  pc_format(code->arena, "%s->%.*s", codec->variable, PC_TEXT_ARGS(field->c_name)));
    if (field->is_required)
        pc_code_line(code, "%s |= %s;", word(code, codec->fields, "seen", index / 64), bit);
}

static void read_map(struct pc_code *code, struct pc_helpers *helpers,
                     const struct pc_struct_codec *codec)
{
    const char *name = pc_wire_name(codec->wire);

    declare_masks(code, codec);
    pc_code_line(code, "projc_scope scope;");
    pc_code_blank(code);
    pc_code_line(code, "*%s = (%.*s)%s;", codec->variable, PC_TEXT_ARGS(codec->c_type),
                 pc_initial_value(code, codec->fields));
    pc_code_line(code, "projc_%s_read_map(reader, &scope);", name);
    if (codec->fields->count == 0) {
        pc_code_line(code, "while (projc_%s_read_field(reader, &scope))", name);
        pc_code_line(code, "    projc_%s_skip_field(reader, &scope);", name);
        return;
    }
    pc_code_open(code, "while (projc_%s_read_field(reader, &scope)) {", name);
    for (size_t i = 0; i < codec->fields->count; i++)
        read_field(code, helpers, codec, i);
    pc_code_between(code, "} else {");
    pc_code_line(code, "projc_%s_skip_field(reader, &scope);", name);
    pc_code_close(code, "}");
    pc_code_close(code, "}");
    if (pc_has_required(codec->fields)) {
        const char *address = words_of(codec->fields) == 1 ? "&" : "";

        pc_code_line(code, "projc_%s_check_seen(reader, %sseen, %srequired, %s, %zu);", name,
                     address, address, codec->keys, codec->fields->count);
    }
}

/* ---- reading arrays ---- */

static void read_array(struct pc_code *code, struct pc_helpers *helpers,
                       const struct pc_struct_codec *codec)
{
    pc_code_line(code, "*%s = (%.*s){0};", codec->variable, PC_TEXT_ARGS(codec->c_type));
    pc_code_line(code, "projc_msgpack_read_array(reader, %zu);", codec->fields->count);
    for (size_t i = 0; i < codec->fields->count; i++) {
        const struct pc_plan_field *field = codec->fields->items[i];

        pc_read_value(
            code, helpers, codec->wire, field->type,
            pc_format(code->arena, "%s->%.*s", codec->variable, PC_TEXT_ARGS(field->c_name)));
    }
    pc_code_line(code, "projc_msgpack_read_array_end(reader);");
}

void pc_read_fields(struct pc_code *code, struct pc_helpers *helpers,
                    const struct pc_struct_codec *codec)
{
    if (codec->wire == PC_WIRE_ARRAY)
        read_array(code, helpers, codec);
    else
        read_map(code, helpers, codec);
}

/* ---- writing ---- */

void pc_write_fields(struct pc_code *code, struct pc_helpers *helpers,
                     const struct pc_struct_codec *codec)
{
    const char *name = pc_wire_name(codec->wire);
    bool is_array = codec->wire == PC_WIRE_ARRAY;
    bool is_msgpack = is_array || codec->wire == PC_WIRE_MSGPACK;

    if (codec->fields->count == 0)
        pc_code_line(code, "(void)%s;", codec->variable);
    if (is_msgpack)
        pc_code_line(code, "projc_msgpack_write_%s(writer, %zu);", is_array ? "array" : "map",
                     codec->fields->count);
    else
        pc_code_line(code, "projc_json_write_map(writer);");
    for (size_t i = 0; i < codec->fields->count; i++) {
        const struct pc_plan_field *field = codec->fields->items[i];

        if (!is_array)
            pc_code_line(code, "projc_%s_write_name(writer, %s);", name,
                         pc_c_string(code->arena, field->outside));
        pc_write_value(
            code, helpers, codec->wire, field->type,
            pc_format(code->arena, "%s->%.*s", codec->variable, PC_TEXT_ARGS(field->c_name)));
    }
    if (!is_msgpack)
        pc_code_line(code, "projc_json_write_map_end(writer);");
}

void pc_write_struct_writer(struct pc_code *code, struct pc_helpers *helpers, struct pc_text stem,
                            const struct pc_struct_codec *codec)
{
    const char *name = pc_wire_name(codec->wire);

    pc_code_plain(code, "static void %.*s_to_%s(projc_%s_writer *writer, const void *opaque_%s)",
                  PC_TEXT_ARGS(stem), name, name, codec->variable);
    pc_code_open(code, "{");
    pc_code_line(code, "const %.*s *%s = opaque_%s;", PC_TEXT_ARGS(codec->c_type), codec->variable,
                 codec->variable);
    pc_code_blank(code);
    pc_write_fields(code, helpers, codec);
    pc_code_close(code, "}");
    pc_code_blank(code);
}
