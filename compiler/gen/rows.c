/* rows.c -- structs as rows of SQL: one value a column, for `state columns` and for tables. */
#include "gen/codec.h"
#include "gen/parts.h"
#include "gen/values.h"

static bool is_json(const struct pc_plan_type *type)
{
    return pc_type_is_collection(type) || type->kind == PC_PLAN_RECORD;
}

/* A struct that is a row of SQL. */
struct row_codec {
    struct pc_text c_stem;
    struct pc_text c_type;
    const char *variable; /* the struct's name in the functions */
    const struct pc_plan_fields *fields;
    const struct pc_plan_table *table;
    size_t bounded_count; /* so many fields are parts of the key */
};

static bool is_bounded(const struct row_codec *codec, const struct pc_plan_field *field)
{
    return field->index < codec->bounded_count || pc_is_indexed_in(codec->table, field);
}

const char *pc_row_value(struct pc_arena *arena, struct pc_helpers *helpers,
                         const struct pc_plan_type *type, const char *place)
{
    if (type->kind == PC_PLAN_ENUM)
        place =
            pc_format(arena, "%s(%s)", pc_need_helper(helpers, PC_HELPER_ENUM_TEXT, type), place);
    return pc_format(arena, "{.kind = PROJC_KIND_%s, .as.%s = %s}", pc_value_kind(type),
                     pc_value_member(type), place);
}

static bool has_json(const struct row_codec *codec)
{
    for (size_t i = 0; i < codec->fields->count; i++)
        if (is_json(pc_type_inside(codec->fields->items[i]->type)))
            return true;
    return false;
}

/* ---- to rows ---- */

static void write_json_value(struct pc_code *code, struct pc_helpers *helpers,
                             const struct pc_plan_type *type, const char *place, size_t index)
{
    pc_code_line(code, "projc_json_writer_reset(writer);");
    pc_write_value(code, helpers, PC_WIRE_JSON_STATE, type, place);
    pc_code_line(code, "status = projc_json_writer_finish(writer, &json, error);");
    pc_code_line(code, "if (status != PROJC_OK)");
    pc_code_line(code, "    return status;");
    pc_code_line(code, "values[%zu] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = json};",
                 index);
}

/* The statement that fills values[index] from a place of a type that is not optional. */
static void write_one_value(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_plan_type *type, const char *place, size_t index)
{
    if (is_json(type)) {
        write_json_value(code, helpers, type, place, index);
        return;
    }
    pc_code_line(code, "values[%zu] = (projc_value)%s;", index,
                 pc_row_value(code->arena, helpers, type, place));
}

static void check_size(struct pc_code *code, const struct pc_plan_field *field, const char *place)
{
    const struct pc_plan_type *type = pc_type_inside(field->type);

    if (type->kind != PC_PLAN_TEXT && type->kind != PC_PLAN_BYTES)
        return;
    pc_code_line(code, "if (%s.size > %d)", place, PC_INDEXED_BYTES_MAX);
    code->indent += PC_CODE_INDENT;
    pc_code_line(code,
                 "return projc_error_set(error, PROJC_LIMIT, "
                 "\"column %%s: an indexed column holds at most 1,000 bytes\", %s);",
                 pc_c_string(code->arena, field->outside));
    code->indent -= PC_CODE_INDENT;
}

static void field_to_row(struct pc_code *code, struct pc_helpers *helpers,
                         const struct row_codec *codec, size_t index)
{
    const struct pc_plan_field *field = codec->fields->items[index];
    const char *place =
        pc_format(code->arena, "%s->%.*s", codec->variable, PC_TEXT_ARGS(field->c_name));
    bool is_optional = field->type->kind == PC_PLAN_OPTIONAL;

    if (is_optional) {
        pc_code_line(code, "values[%zu] = (projc_value){.kind = PROJC_KIND_NULL};", index);
        pc_code_open(code, "if (%s.has) {", place);
        place = pc_format(code->arena, "%s.value", place);
    }
    if (is_bounded(codec, field))
        check_size(code, field, place);
    write_one_value(code, helpers, pc_type_inside(field->type), place, index);
    if (is_optional)
        pc_code_close(code, "}");
}

/* error is mentioned where a column can be refused or is JSON. */
static bool can_fail(const struct row_codec *codec)
{
    for (size_t i = 0; i < codec->fields->count; i++) {
        const struct pc_plan_field *field = codec->fields->items[i];
        enum pc_plan_kind kind = pc_type_inside(field->type)->kind;

        if (is_json(pc_type_inside(field->type)) ||
            (is_bounded(codec, field) && (kind == PC_PLAN_TEXT || kind == PC_PLAN_BYTES)))
            return true;
    }
    return false;
}

static void write_to_row(struct pc_code *code, struct pc_helpers *helpers,
                         const struct row_codec *codec)
{
    pc_code_plain(code,
                  "static projc_status %.*s_to_row(projc_arena *arena, const void *opaque_%s, "
                  "projc_value *values, projc_error *error)",
                  PC_TEXT_ARGS(codec->c_stem), codec->variable);
    pc_code_open(code, "{");
    if (codec->fields->count != 0)
        pc_code_line(code, "const %.*s *%s = opaque_%s;", PC_TEXT_ARGS(codec->c_type),
                     codec->variable, codec->variable);
    else
        pc_code_line(code, "(void)opaque_%s;\n    (void)values;", codec->variable);
    if (has_json(codec)) {
        pc_code_line(code, "projc_json_writer *writer = projc_json_writer_new(arena);");
        pc_code_line(code, "projc_status status;");
        pc_code_line(code, "projc_text json;");
        pc_code_blank(code);
        pc_code_line(code, "if (writer == NULL)");
        pc_code_line(code, "    return projc_arena_error(arena, error);");
    } else {
        pc_code_blank(code);
        pc_code_line(code, "(void)arena;");
    }
    if (!can_fail(codec))
        pc_code_line(code, "(void)error;");
    for (size_t i = 0; i < codec->fields->count; i++)
        field_to_row(code, helpers, codec, i);
    pc_code_line(code, "return PROJC_OK;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* ---- from rows ---- */

static void refuse(struct pc_code *code, const struct pc_plan_field *field)
{
    code->indent += PC_CODE_INDENT;
    pc_code_line(
        code, "return projc_error_set(error, PROJC_CORRUPT, \"column %%s holds no %.*s\", %s);",
        PC_TEXT_ARGS(pc_type_inside(field->type)->name), pc_c_string(code->arena, field->outside));
    code->indent -= PC_CODE_INDENT;
}

static void read_json_value(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_plan_field *field, const char *place, const char *value)
{
    pc_code_line(code, "if (%s.kind != PROJC_KIND_TEXT)", value);
    refuse(code, field);
    pc_code_line(code,
                 "projc_json_reader_init(&json, %s.as.text.data, %s.as.text.size, arena, &cause);",
                 value, value);
    pc_code_line(code, "reader = &json;");
    pc_read_value(code, helpers, PC_WIRE_JSON_STATE, pc_type_inside(field->type), place);
    pc_code_line(code, "if (projc_json_read_end(reader) != PROJC_OK)");
    code->indent += PC_CODE_INDENT;
    pc_code_line(
        code,
        "return projc_error_set(error, PROJC_CORRUPT, \"column %%s: %%s\", %s, cause.message);",
        pc_c_string(code->arena, field->outside));
    code->indent -= PC_CODE_INDENT;
}

/* The condition under which a value is not what its column promises. */
static const char *mismatch(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_plan_type *type, const char *place, const char *value)
{
    struct pc_arena *arena = code->arena;
    const char *kind = pc_format(arena, "%s.kind != PROJC_KIND_%s", value, pc_value_kind(type));

    if (type->kind == PC_PLAN_ENUM)
        return pc_format(arena, "%s || !%s(%s.as.text, &%s)", kind,
                         pc_need_helper(helpers, PC_HELPER_ENUM_PARSE, type), value, place);
    if (pc_value_is_wider(type))
        return pc_format(arena, "%s || __builtin_add_overflow(%s.as.integer, 0, &%s)", kind, value,
                         place);
    return kind;
}

static void read_one_value(struct pc_code *code, struct pc_helpers *helpers,
                           const struct pc_plan_field *field, const char *place, size_t index)
{
    const struct pc_plan_type *type = pc_type_inside(field->type);
    const char *value = pc_format(code->arena, "values[%zu]", index);
    bool is_read_by_check = type->kind == PC_PLAN_ENUM || pc_value_is_wider(type);

    if (is_json(type)) {
        read_json_value(code, helpers, field, place, value);
        return;
    }
    pc_code_line(code, "if (%s)", mismatch(code, helpers, type, place, value));
    refuse(code, field);
    if (!is_read_by_check)
        pc_code_line(code, "%s = %s.as.%s;", place, value, pc_value_member(type));
}

static void field_from_row(struct pc_code *code, struct pc_helpers *helpers,
                           const struct row_codec *codec, size_t index)
{
    const struct pc_plan_field *field = codec->fields->items[index];
    const char *place =
        pc_format(code->arena, "%s->%.*s", codec->variable, PC_TEXT_ARGS(field->c_name));

    if (field->type->kind != PC_PLAN_OPTIONAL) {
        read_one_value(code, helpers, field, place, index);
        return;
    }
    pc_code_line(code, "%s.has = values[%zu].kind != PROJC_KIND_NULL;", place, index);
    pc_code_open(code, "if (%s.has) {", place);
    read_one_value(code, helpers, field, pc_format(code->arena, "%s.value", place), index);
    pc_code_close(code, "}");
}

static void write_from_row(struct pc_code *code, struct pc_helpers *helpers,
                           const struct row_codec *codec)
{
    pc_code_plain(
        code,
        "static projc_status %.*s_from_row(projc_arena *arena, const projc_value *values, "
        "void *opaque_%s, projc_error *error)",
        PC_TEXT_ARGS(codec->c_stem), codec->variable);
    pc_code_open(code, "{");
    pc_code_line(code, "%.*s *%s = opaque_%s;", PC_TEXT_ARGS(codec->c_type), codec->variable,
                 codec->variable);
    if (has_json(codec)) {
        pc_code_line(code, "projc_json_reader json;");
        pc_code_line(code, "projc_json_reader *reader;");
        pc_code_line(code, "projc_error cause;");
    }
    pc_code_blank(code);
    if (!has_json(codec))
        pc_code_line(code, "(void)arena;");
    if (codec->fields->count == 0) {
        pc_code_line(code, "(void)values;");
        pc_code_line(code, "(void)error;");
    }
    pc_code_line(code, "*%s = (%.*s){0};", codec->variable, PC_TEXT_ARGS(codec->c_type));
    for (size_t i = 0; i < codec->fields->count; i++)
        field_from_row(code, helpers, codec, i);
    pc_code_line(code, "return PROJC_OK;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_rows(struct pc_code *code, const struct pc_plan *plan, struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];
        const struct row_codec codec = {.c_stem = projection->c_stem,
                                        .c_type = projection->c_state,
                                        .variable = "state",
                                        .fields = &projection->fields,
                                        .table = &projection->table};

        if (!projection->is_columns)
            continue;
        write_to_row(code, helpers, &codec);
        write_from_row(code, helpers, &codec);
    }
}

void pc_write_row_codec(struct pc_code *code, struct pc_helpers *helpers,
                        const struct pc_plan_row_table *table)
{
    const struct row_codec codec = {.c_stem = table->c_stem,
                                    .c_type = table->c_row,
                                    .variable = "row",
                                    .fields = &table->fields,
                                    .table = &table->table,
                                    .bounded_count = table->key_count};

    write_to_row(code, helpers, &codec);
    write_from_row(code, helpers, &codec);
}
