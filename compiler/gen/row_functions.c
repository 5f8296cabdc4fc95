/* row_functions.c -- the static functions of tables: rows by their keys for handlers, and what the
 * runtime needs to know of a row's struct. */
#include "gen/codec.h"
#include "gen/parts.h"
#include "gen/values.h"

/* ---- rows by their keys ---- */

/* The name of a key part as parameter: not one of the function's own names. */
static const char *parameter(struct pc_arena *arena, const struct pc_plan_field *field)
{
    static const char *const own[] = {"handler", "row", "key", "found", "status"};

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (pc_text_is(field->c_name, own[i]))
            return pc_format(arena, "%.*s_part", PC_TEXT_ARGS(field->c_name));
    return pc_format(arena, "%.*s", PC_TEXT_ARGS(field->c_name));
}

void pc_write_row_helper(struct pc_code *code, struct pc_helpers *helpers,
                         const struct pc_helper *helper)
{
    static const char *const functions[] = {
        [PC_HELPER_ROW_FIND] = "projc_row_find",
        [PC_HELPER_ROW_OBTAIN] = "projc_row_obtain",
        [PC_HELPER_ROW_REPLACE] = "projc_row_replace",
        [PC_HELPER_ROW_DELETE] = "projc_row_delete",
    };
    const struct pc_plan_row_table *table = helper->type->row_table;
    struct pc_arena *arena = code->arena;
    const char *parameters = "";
    const char *values = "";
    bool is_delete = helper->kind == PC_HELPER_ROW_DELETE;

    for (uint32_t i = 0; i < table->key_count; i++) {
        const struct pc_plan_field *field = table->fields.items[i];
        const char *name = parameter(arena, field);

        parameters =
            pc_format(arena, "%s, %.*s %s", parameters, PC_TEXT_ARGS(field->type->c_name), name);
        values = pc_format(arena, "%s%s%s", values, i == 0 ? "" : ", ",
                           pc_row_value(arena, helpers, field->type, name));
    }
    pc_code_plain(code, "static projc_status %.*s(projc_handler *handler%s%s)",
                  PC_TEXT_ARGS(helper->name), parameters,
                  is_delete ? "" : pc_format(arena, ", %.*s **row", PC_TEXT_ARGS(table->c_row)));
    pc_code_open(code, "{");
    pc_code_line(code, "const projc_value key[] = {%s};", values);
    if (!is_delete) {
        pc_code_line(code, "void *found = NULL;");
        pc_code_line(code, "projc_status status = %s(handler, %u, key, &found);",
                     functions[helper->kind], (unsigned)table->index);
        pc_code_blank(code);
        pc_code_line(code, "*row = found;");
        pc_code_line(code, "return status;");
    } else {
        pc_code_blank(code);
        pc_code_line(code, "return %s(handler, %u, key);", functions[helper->kind],
                     (unsigned)table->index);
    }
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* ---- what the runtime needs ---- */

static void open_function(struct pc_code *code, const struct pc_plan_row_table *table,
                          const char *head)
{
    pc_code_plain(code, "%s", head);
    pc_code_open(code, "{");
    pc_code_line(code, "%.*s *row = opaque_row;", PC_TEXT_ARGS(table->c_row));
}

static void write_init(struct pc_code *code, const struct pc_plan_row_table *table)
{
    const char *initial;

    open_function(code, table,
                  pc_format(code->arena, "static void %.*s_init(void *opaque_row)",
                            PC_TEXT_ARGS(table->c_stem)));
    initial = pc_initial_value(code, &table->fields);
    pc_code_line(code, "%.*s initial = %s;", PC_TEXT_ARGS(table->c_row), initial);
    pc_code_blank(code);
    for (uint32_t i = 0; i < table->key_count; i++) {
        const struct pc_text name = table->fields.items[i]->c_name;

        pc_code_line(code, "initial.%.*s = row->%.*s;", PC_TEXT_ARGS(name), PC_TEXT_ARGS(name));
    }
    pc_code_line(code, "*row = initial;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_own(struct pc_code *code, struct pc_helpers *helpers,
                      const struct pc_plan_row_table *table)
{
    if (!pc_fields_have_items(&table->fields))
        return;
    open_function(code, table,
                  pc_format(code->arena,
                            "static bool %.*s_own(projc_handler *handler, void *opaque_row)",
                            PC_TEXT_ARGS(table->c_stem)));
    pc_code_blank(code);
    pc_write_own(code, helpers, &table->fields, "row");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_set_key(struct pc_code *code, struct pc_helpers *helpers,
                          const struct pc_plan_row_table *table)
{
    open_function(code, table,
                  pc_format(code->arena,
                            "static void %.*s_set_key(void *opaque_row, const projc_value *key)",
                            PC_TEXT_ARGS(table->c_stem)));
    pc_code_blank(code);
    for (uint32_t i = 0; i < table->key_count; i++) {
        const struct pc_plan_field *field = table->fields.items[i];
        const char *key = pc_format(code->arena, "key[%u]", (unsigned)i);

        if (field->type->kind == PC_PLAN_ENUM)
            pc_code_line(code, "(void)%s(%s.as.text, &row->%.*s);",
                         pc_need_helper(helpers, PC_HELPER_ENUM_PARSE, field->type), key,
                         PC_TEXT_ARGS(field->c_name));
        else
            pc_code_line(code, "row->%.*s = %s;", PC_TEXT_ARGS(field->c_name),
                         pc_value_scalar(code->arena, field->type, key));
    }
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_row_functions(struct pc_code *code, const struct pc_plan *plan,
                            struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_row_tables *tables = &plan->projections.items[i]->tables;

        for (size_t j = 0; j < tables->count; j++) {
            const struct pc_plan_row_table *table = tables->items[j];
            const struct pc_struct_codec codec = {.wire = PC_WIRE_JSON_STATE,
                                                  .c_type = table->c_row,
                                                  .variable = "row",
                                                  .fields = &table->fields};

            write_init(code, table);
            write_own(code, helpers, table);
            write_set_key(code, helpers, table);
            pc_write_row_codec(code, helpers, table);
            pc_write_struct_writer(code, helpers, table->c_stem, &codec);
        }
    }
}
