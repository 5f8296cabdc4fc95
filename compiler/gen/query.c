/* query.c -- typed functions of queries, and their table in the module. */
#include "gen/query.h"

#include "gen/parts.h"
#include "gen/types.h"
#include "gen/values.h"

/* ---- values ---- */

/* "{.kind = PROJC_KIND_INTEGER, .as = {.integer = 10}}", for a constant; NULL is none. */
static const char *constant_value(struct pc_arena *arena, const struct pc_plan_constant *constant)
{
    const struct pc_plan_type *type;
    const char *value;

    if (constant != NULL && constant->type->kind == PC_PLAN_OPTIONAL)
        constant = constant->some;
    if (constant == NULL)
        return "{.kind = PROJC_KIND_NULL}";
    type = constant->type;
    if (type->kind == PC_PLAN_ENUM)
        value = pc_format(arena, "{%s, %zu}", pc_c_string(arena, constant->member->outside),
                          constant->member->outside.size);
    else if (type->kind == PC_PLAN_BOOL && !constant->boolean)
        value = "false";
    else if (pc_type_is_number(type))
        value = pc_c_integer(arena, constant->integer);
    else if (type->kind == PC_PLAN_TEXT)
        value =
            pc_format(arena, "{%s, %zu}", pc_c_string(arena, constant->text), constant->text.size);
    else
        value = pc_constant_initializer(arena, constant, NULL);
    return pc_format(arena, "{.kind = PROJC_KIND_%s, .as = {.%s = %s}}", pc_value_kind(type),
                     pc_value_member(type), value);
}

/* A parameter of the typed function as a value. */
static const char *parameter_value(struct pc_code *code, struct pc_helpers *helpers,
                                   const struct pc_plan_query_parameter *parameter)
{
    const struct pc_plan_type *type = pc_type_inside(parameter->type);
    bool is_optional = type != parameter->type;
    const char *place = pc_format(code->arena, "%.*s%s", PC_TEXT_ARGS(parameter->c_name),
                                  is_optional ? ".value" : "");

    const char *value = pc_row_value(code->arena, helpers, type, place);

    if (is_optional)
        return pc_format(code->arena,
                         "%.*s.has ? (projc_value)%s : (projc_value){.kind = PROJC_KIND_NULL}",
                         PC_TEXT_ARGS(parameter->c_name), value);
    return value;
}

/* ---- typed functions ---- */

static bool has_key(const struct pc_plan_query *query)
{
    return query->row_table == NULL && query->projection->kind != PC_PLAN_STREAM_PROJECTION;
}

static void write_prototype(struct pc_code *code, const struct pc_plan_query *query,
                            const char *end)
{
    const char *parameters = "";

    for (size_t i = 0; i < query->parameters.count; i++) {
        const struct pc_plan_query_parameter *parameter = query->parameters.items[i];

        parameters =
            pc_format(code->arena, "%s%.*s %.*s, ", parameters,
                      PC_TEXT_ARGS(parameter->type->c_name), PC_TEXT_ARGS(parameter->c_name));
    }
    pc_code_plain(code,
                  "projc_status %.*s(projc_store *store, %sprojc_status (*visit)(void *context, "
                  "const %.*s *row, projc_error *error), void *context, projc_error *error)%s",
                  PC_TEXT_ARGS(query->c_name), parameters, PC_TEXT_ARGS(query->c_row), end);
}

static void write_row_struct(struct pc_code *code, const struct pc_plan_query *query)
{
    static const char *const types[] = {[PC_PLAN_ID_UUID] = "projc_uuid",
                                        [PC_PLAN_ID_TEXT] = "projc_text",
                                        [PC_PLAN_ID_I64] = "int64_t"};

    pc_code_comment(
        code, pc_text_format(code->arena, "One row of the query %.*s.", PC_TEXT_ARGS(query->name)));
    pc_code_open(code, "typedef struct %.*s {", PC_TEXT_ARGS(query->c_row));
    if (query->projection->kind == PC_PLAN_AGGREGATE_PROJECTION)
        pc_code_plain(code, "%s aggregate_id;", types[query->projection->aggregate->id]);
    for (size_t i = 0; i < query->projection->keys.count; i++) {
        const struct pc_plan_field *key = query->projection->keys.items[i];

        pc_code_plain(code, "%.*s %.*s;", PC_TEXT_ARGS(key->type->c_name),
                      PC_TEXT_ARGS(key->c_name));
    }
    pc_code_plain(code, "%.*s state;", PC_TEXT_ARGS(query->projection->c_state));
    pc_code_close(code, "} %.*s;", PC_TEXT_ARGS(query->c_row));
    pc_code_blank(code);
}

void pc_write_query_declarations(struct pc_code *code, const struct pc_plan *plan)
{
    if (plan->queries.count != 0)
        pc_code_section(code, pc_text_of("queries"));
    for (size_t i = 0; i < plan->queries.count; i++) {
        const struct pc_plan_query *query = plan->queries.items[i];

        if (query->row_table == NULL)
            write_row_struct(code, query);
        pc_code_comment(code, query->doc);
        pc_code_comment(code, pc_text_of("Calls visit for every row, which lives until it returns; "
                                         "anything but PROJC_OK ends the query and is its result. "
                                         "visit may not use the store."));
        write_prototype(code, query, ";");
        pc_code_blank(code);
    }
}

/* Fills a part of the key from its column. */
static void write_key_part(struct pc_code *code, struct pc_helpers *helpers,
                           const struct pc_plan_field *key, size_t index)
{
    const char *name = key->c_name.data;

    if (key->type->kind != PC_PLAN_ENUM) {
        pc_code_line(
            code, "row.%s = %s;", name,
            pc_value_scalar(code->arena, key->type, pc_format(code->arena, "values[%zu]", index)));
        return;
    }
    pc_code_line(code, "if (status == PROJC_OK && !%s(values[%zu].as.text, &row.%s))",
                 pc_need_helper(helpers, PC_HELPER_ENUM_PARSE, key->type), index, name);
    code->indent += PC_CODE_INDENT;
    pc_code_line(code,
                 "status = projc_error_set(error, PROJC_CORRUPT, \"column %%s: no member\", %s);",
                 pc_c_string(code->arena, key->outside));
    code->indent -= PC_CODE_INDENT;
}

/* What the visitor of values needs to call the user's. */
static void write_visitor(struct pc_code *code, const struct pc_plan_query *query,
                          struct pc_helpers *helpers)
{
    int stem = (int)query->c_stem.size;
    const char *name = query->c_stem.data;
    static const char *const members[] = {
        [PC_PLAN_ID_UUID] = "uuid", [PC_PLAN_ID_TEXT] = "text", [PC_PLAN_ID_I64] = "integer"};

    pc_code_open(code, "struct %.*s_call {", stem, name);
    pc_code_plain(code,
                  "projc_status (*visit)(void *context, const %.*s *row, projc_error *error);",
                  PC_TEXT_ARGS(query->c_row));
    pc_code_plain(code, "void *context;");
    pc_code_close(code, "};");
    pc_code_blank(code);
    pc_code_plain(code,
                  "static projc_status %.*s_visit(void *context, projc_arena *arena, "
                  "const projc_value *values, projc_error *error)",
                  stem, name);
    pc_code_open(code, "{");
    pc_code_line(code, "const struct %.*s_call *call = context;", stem, name);
    pc_code_line(code, "%.*s row = {0};", PC_TEXT_ARGS(query->c_row));
    if (query->row_table != NULL)
        pc_code_line(code, "projc_status status = %.*s_from_row(arena, values, &row, error);",
                     PC_TEXT_ARGS(query->row_table->c_stem));
    else
        pc_code_line(
            code, "projc_status status = %.*s_from_row(arena, values + %u, &row.state, error);",
            PC_TEXT_ARGS(query->projection->c_stem), (unsigned)query->table->key_count + 1);
    pc_code_blank(code);
    if (query->row_table == NULL && query->projection->kind == PC_PLAN_AGGREGATE_PROJECTION)
        pc_code_line(code, "row.aggregate_id = values[0].as.%s;",
                     members[query->projection->aggregate->id]);
    for (size_t i = 0; query->row_table == NULL && i < query->projection->keys.count; i++)
        write_key_part(code, helpers, query->projection->keys.items[i], i);
    pc_code_line(code, "return status == PROJC_OK ? call->visit(call->context, &row, error) : "
                       "status;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_query_functions(struct pc_code *code, const struct pc_plan *plan,
                              struct pc_helpers *helpers)
{
    for (size_t i = 0; i < plan->queries.count; i++) {
        const struct pc_plan_query *query = plan->queries.items[i];
        bool has_parameters = query->parameters.count != 0;

        write_visitor(code, query, helpers);
        write_prototype(code, query, "");
        pc_code_open(code, "{");
        if (has_parameters)
            pc_code_open(code, "const projc_value parameters[] = {");
        for (size_t j = 0; j < query->parameters.count; j++)
            pc_code_line(code, "%s,", parameter_value(code, helpers, query->parameters.items[j]));
        if (has_parameters)
            pc_code_close(code, "};");
        pc_code_line(code, "struct %.*s_call call = {visit, context};",
                     PC_TEXT_ARGS(query->c_stem));
        pc_code_blank(code);
        pc_code_line(code,
                     "return projc_query_run(store, &%.*s.queries[%u], %s, %.*s_visit, &call, "
                     "error);",
                     PC_TEXT_ARGS(plan->c_module), (unsigned)query->index,
                     has_parameters ? "parameters" : "NULL", PC_TEXT_ARGS(query->c_stem));
        pc_code_close(code, "}");
        pc_code_blank(code);
    }
}

/* ---- the table ---- */

/* ", .members = (const char *const[]){"EUR", "USD", NULL}" */
static const char *members(struct pc_arena *arena, const struct pc_plan_type *type)
{
    const char *list = "";

    for (size_t i = 0; i < type->enumeration->members.count; i++)
        list = pc_format(arena, "%s%s, ", list,
                         pc_c_string(arena, type->enumeration->members.items[i]->outside));
    return pc_format(arena, ", .members = (const char *const[]){%sNULL}", list);
}

static void write_parameter(struct pc_code *code, const struct pc_plan_query *query,
                            struct pc_text name, const struct pc_plan_type *type, size_t value,
                            bool has_initial)
{
    const struct pc_plan_type *one = pc_type_inside(type);
    static const char *const names[] = {
        [PC_PLAN_BOOL] = "BOOL", [PC_PLAN_F64] = "F64",     [PC_PLAN_DECIMAL] = "DECIMAL",
        [PC_PLAN_TEXT] = "TEXT", [PC_PLAN_BYTES] = "BYTES", [PC_PLAN_UUID] = "UUID",
        [PC_PLAN_TIME] = "TIME", [PC_PLAN_DATE] = "DATE",   [PC_PLAN_DURATION] = "DURATION",
        [PC_PLAN_ENUM] = "TEXT",
    };
    const char *column = names[one->kind];

    if (one->kind == PC_PLAN_INTEGER)
        column = one->high <= INT16_MAX ? "I16" : one->high <= INT32_MAX ? "I32" : "I64";
    pc_code_line(code, "{.column = {.name = %s, .type = PROJC_COLUMN_%s%s%s}%s%s},",
                 pc_c_string(code->arena, name), column,
                 one->scale == 0 ? ""
                                 : pc_format(code->arena, ", .scale = %u", (unsigned)one->scale),
                 one != type ? ", .is_nullable = true" : "",
                 !has_initial ? ""
                              : pc_format(code->arena, ", .initial = &%.*s_values[%zu]",
                                          PC_TEXT_ARGS(query->c_stem), value),
                 one->kind == PC_PLAN_ENUM && name.size != 0 ? members(code->arena, one) : "");
}

/* The initial values of parameters, and behind them the constants; and the parameters. */
static void write_parameters(struct pc_code *code, const struct pc_plan_query *query,
                             const struct pc_query_constants *constants)
{
    size_t value = 0;
    bool has_values = constants->count != 0;

    for (size_t i = 0; i < query->parameters.count; i++)
        has_values = has_values || query->parameters.items[i]->has_initial;
    if (query->parameters.count + constants->count == 0 && query->limit_function == NULL)
        return;
    if (has_values) {
        pc_code_open(code, "static const projc_value %.*s_values[] = {",
                     PC_TEXT_ARGS(query->c_stem));
        for (size_t i = 0; i < query->parameters.count; i++)
            pc_code_line(code, "%s,",
                         constant_value(code->arena, query->parameters.items[i]->initial));
        for (size_t i = 0; i < constants->count; i++)
            pc_code_line(code, "%s,", constant_value(code->arena, constants->items[i]));
        pc_code_close(code, "};");
        pc_code_blank(code);
    }
    pc_code_open(code, "static const projc_query_parameter %.*s_parameters[] = {",
                 PC_TEXT_ARGS(query->c_stem));
    for (size_t i = 0; i < query->parameters.count; i++, value++)
        write_parameter(code, query, query->parameters.items[i]->name,
                        query->parameters.items[i]->type, value,
                        query->parameters.items[i]->has_initial);
    for (size_t i = 0; i < constants->count; i++, value++)
        write_parameter(code, query, pc_text_of(""), constants->items[i]->type, value, true);
    if (query->limit_function != NULL)
        pc_code_line(code, "{.column = {.name = \"\", .type = PROJC_COLUMN_I64}}, /* the limit */");
    pc_code_close(code, "};");
    pc_code_blank(code);
}

/* All columns but `position` and the key of a projection that has none. */
static size_t write_shown(struct pc_code *code, const struct pc_plan_query *query)
{
    const char *list = "";
    size_t count = 0;

    for (size_t i = 0; i < query->table->columns.count; i++) {
        bool is_hidden = query->row_table == NULL &&
                         (i == query->table->key_count || (i == 0 && !has_key(query)));

        if (is_hidden)
            continue;
        list = pc_format(code->arena, "%s%s%zu", list, count == 0 ? "" : ", ", i);
        count++;
    }
    if (count != 0)
        pc_code_line(code, "static const uint32_t %.*s_shown[] = {%s};",
                     PC_TEXT_ARGS(query->c_stem), list);
    return count;
}

static void write_query(struct pc_code *code, const struct pc_plan_query *query,
                        const struct pc_query_constants *constants, size_t shown)
{
    struct pc_query_constants again = {0};
    struct pc_query_constants same = {0};
    int stem = (int)query->c_stem.size;
    const char *name = query->c_stem.data;
    struct pc_text source =
        query->row_table != NULL ? query->row_table->c_stem : query->projection->c_stem;

    size_t bound =
        query->parameters.count + constants->count + (query->limit_function != NULL ? 1 : 0);

    pc_code_open(code, "{");
    pc_code_line(code, ".name = %s,", pc_c_string(code->arena, query->name));
    pc_code_line(code, ".doc = %s,", pc_c_string(code->arena, query->doc));
    if (bound != 0)
        pc_code_line(code, ".parameters = %.*s_parameters,", stem, name);
    pc_code_line(code, ".parameter_count = %zu,", query->parameters.count);
    pc_code_line(code, ".bound_count = %zu,", bound);
    pc_code_line(code, ".table = &%.*s_table,", PC_TEXT_ARGS(source));
    if (shown != 0)
        pc_code_line(code, ".shown = %.*s_shown,", stem, name);
    pc_code_line(code, ".shown_count = %zu,", shown);
    pc_code_line(
        code, ".postgres = %s,",
        pc_c_string(code->arena, pc_text_of(pc_query_sql(code->arena, query, true, &again))));
    pc_code_line(
        code, ".sqlite = %s,",
        pc_c_string(code->arena, pc_text_of(pc_query_sql(code->arena, query, false, &same))));
    if (query->limit_function != NULL)
        pc_code_line(code, ".limit = %.*s_limit,", stem, name);
    pc_code_close(code, "},");
}

void pc_write_query_table(struct pc_code *code, const struct pc_plan *plan)
{
    size_t count = plan->queries.count;
    size_t *shown = pc_arena_alloc(code->arena, (count + 1) * sizeof *shown);
    struct pc_query_constants *constants =
        pc_arena_alloc(code->arena, (count + 1) * sizeof *constants);

    for (size_t i = 0; i < count; i++) {
        const struct pc_plan_query *query = plan->queries.items[i];

        constants[i] = (struct pc_query_constants){0};
        (void)pc_query_sql(code->arena, query, true, &constants[i]);
        write_parameters(code, query, &constants[i]);
        shown[i] = write_shown(code, query);
    }
    if (count == 0)
        return;
    pc_code_blank(code);
    pc_code_open(code, "static const projc_query queries[] = {");
    for (size_t i = 0; i < count; i++)
        write_query(code, plan->queries.items[i], &constants[i], shown[i]);
    pc_code_close(code, "};");
    pc_code_blank(code);
}
