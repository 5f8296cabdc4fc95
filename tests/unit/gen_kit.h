/* gen_kit.h -- the plan that the generators' test is about: one event, one projection, and names
 * that mean harm. gen_kinds.h fills its handler. */
#ifndef TESTS_UNIT_GEN_KIT_H
#define TESTS_UNIT_GEN_KIT_H

#include "tests/unit/gen_plan.h"

/* ---- the plan ---- */

static struct {
    struct pc_plan_type *boolean, *u8, *i32, *u32, *i64, *f64, *decimal2, *decimal4, *text, *bytes,
        *uuid, *time, *date, *duration, *color, *line, *optional_text, *optional_i64,
        *optional_line, *i64_list, *text_list, *line_list;
} t;

static struct pc_plan_event *probe;
static struct pc_plan_projection *results;
static struct pc_ir_block *body;

static void make_types(void)
{
    t.boolean = make_type(PC_PLAN_BOOL, "bool", "bool", "bool");
    t.u8 = make_integer("u8", "uint8_t", 8, false, 0, 255);
    t.i32 = make_integer("i32", "int32_t", 32, true, INT32_MIN, INT32_MAX);
    t.u32 = make_integer("u32", "uint32_t", 32, false, 0, UINT32_MAX);
    t.i64 = make_integer("i64", "int64_t", 64, true, INT64_MIN, INT64_MAX);
    t.f64 = make_type(PC_PLAN_F64, "f64", "double", "f64");
    t.decimal2 = make_decimal("decimal(2)", 2, "decimal(2): hundredths");
    t.decimal4 = make_decimal("decimal(4)", 4, "");
    t.text = make_type(PC_PLAN_TEXT, "text", "projc_text", "text");
    t.bytes = make_type(PC_PLAN_BYTES, "bytes", "projc_bytes", "bytes");
    t.uuid = make_type(PC_PLAN_UUID, "uuid", "projc_uuid", "uuid");
    t.time = make_type(PC_PLAN_TIME, "time", "int64_t", "time");
    t.date = make_type(PC_PLAN_DATE, "date", "int32_t", "date");
    t.duration = make_type(PC_PLAN_DURATION, "duration", "int64_t", "duration");
}

static void make_color(void)
{
    static const char *const names[] = {"Red", "Green"};
    struct pc_plan_enum *color = PC_NEW(maker.arena, struct pc_plan_enum);

    color->name = text("Color");
    color->c_name = text("kit_color");
    color->c_table = text("color_enum");
    for (int32_t i = 0; i < 2; i++) {
        struct pc_plan_member *member = PC_NEW(maker.arena, struct pc_plan_member);

        member->name = text(names[i]);
        member->outside = i == 0 ? text("r\"?\?/ed") : text("Green");
        member->c_name = i == 0 ? text("KIT_COLOR_RED") : text("KIT_COLOR_GREEN");
        member->value = i;
        PC_LIST_ADD(maker.arena, &color->members, member);
    }
    PC_LIST_ADD(maker.arena, &maker.plan->enums, color);
    t.color = make_type(PC_PLAN_ENUM, "Color", "kit_color", "color");
    t.color->enumeration = color;
    t.color->is_declared = true;
}

static void make_line_record(void)
{
    struct pc_plan_record *line = PC_NEW(maker.arena, struct pc_plan_record);

    line->name = text("Line");
    line->c_name = text("kit_line");
    line->c_stem = text("line");
    line->in_events = line->in_states = true;
    add_field(&line->fields, "name", t.text)->is_required = true;
    add_field(&line->fields, "price", t.decimal2)->is_required = true;
    add_field(&line->fields, "quantity", t.u32)->initial = make_constant(t.u32, 1);
    PC_LIST_ADD(maker.arena, &maker.plan->records, line);
    t.line = make_type(PC_PLAN_RECORD, "Line", "kit_line", "line");
    t.line->record = line;
    t.line->is_declared = true;
    PC_LIST_ADD(maker.arena, &maker.plan->types, (const struct pc_plan_type *)t.line);
    t.optional_text =
        make_of(PC_PLAN_OPTIONAL, t.text, "text?", "projc_optional_text", "optional_text");
    t.optional_i64 = make_of(PC_PLAN_OPTIONAL, t.i64, "i64?", "projc_optional_i64", "optional_i64");
    t.optional_line =
        make_of(PC_PLAN_OPTIONAL, t.line, "Line?", "kit_optional_line", "optional_line");
    t.i64_list = make_of(PC_PLAN_LIST, t.i64, "list<i64>", "projc_list_i64", "i64_list");
    t.text_list = make_of(PC_PLAN_LIST, t.text, "list<text>", "projc_list_text", "text_list");
    t.line_list = make_of(PC_PLAN_LIST, t.line, "list<Line>", "kit_line_list", "line_list");
}

static void make_events(void)
{
    static const struct {
        const char *name;
        struct pc_plan_type *const *type;
        bool is_required;
    } fields[] = {
        {"a", &t.i64, true},       {"b", &t.i64, true},
        {"f", &t.f64, true},       {"d", &t.decimal2, true},
        {"t", &t.text, true},      {"ot", &t.optional_text, false},
        {"at", &t.time, true},     {"on", &t.date, false},
        {"color", &t.color, true}, {"lines", &t.line_list, false},
        {"u", &t.uuid, false},     {"z", &t.bytes, false},
    };
    struct pc_plan_stream *stream = PC_NEW(maker.arena, struct pc_plan_stream);
    struct pc_plan_aggregate *aggregate = PC_NEW(maker.arena, struct pc_plan_aggregate);

    stream->name = text("kit");
    stream->sql_schema = text("s'\"chema");
    stream->sql_table = text("kit$wake$'\"events");
    stream->channel = text("kit'; $wake$");
    stream->doc = text("It's */ a \"stream\" ?\?/\nof two lines -- 'quoted'");
    PC_LIST_ADD(maker.arena, &maker.plan->streams, stream);
    aggregate->name = text("Kit");
    aggregate->outside = text("kit");
    aggregate->c_name = text("event"); /* as another parameter of the typed append */
    aggregate->stream = stream;
    PC_LIST_ADD(maker.arena, &maker.plan->aggregates, aggregate);
    probe = PC_NEW(maker.arena, struct pc_plan_event);
    probe->name = text("Probe");
    probe->outside = text("pro\"be");
    probe->c_name = text("kit_probe");
    probe->c_stem = text("probe");
    probe->c_append = text("kit_append_probe");
    probe->aggregate = aggregate;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        add_field(&probe->fields, fields[i].name, *fields[i].type)->is_required =
            fields[i].is_required;
    PC_LIST_ADD(maker.arena, &maker.plan->events, probe);
    PC_LIST_ADD(maker.arena, &maker.plan->declared, probe);
}

static void add_column(const char *name, enum pc_plan_column_type type,
                       const struct pc_plan_field *field)
{
    struct pc_plan_column *column = PC_NEW(maker.arena, struct pc_plan_column);

    column->sql_name = text(name);
    column->type = type;
    column->field = field;
    if (field != NULL) {
        column->is_nullable = field->type->kind == PC_PLAN_OPTIONAL;
        column->scale = field->type->scale;
        column->doc = field->doc;
    }
    PC_LIST_ADD(maker.arena, &results->table.columns, column);
}

static void make_projection(void)
{
    static struct pc_plan_handler *handler;
    struct pc_plan_dispatch *dispatch = PC_NEW(maker.arena, struct pc_plan_dispatch);
    static const uint64_t wanted[] = {UINT64_MAX};

    results = PC_NEW(maker.arena, struct pc_plan_projection);
    results->name = text("results");
    results->version = 1;
    results->stream = maker.plan->streams.items[0];
    results->aggregate = maker.plan->aggregates.items[0];
    results->is_columns = true;
    results->c_stem = text("results");
    results->c_state = text("kit_results_state");
    results->c_load = text("kit_results_load");
    results->c_wait = text("kit_results_wait");
    results->table.sql_name = text("kit_results");
    results->table.key_count = 1;
    add_column("aggregate_id", PC_COLUMN_UUID, NULL);
    add_column("position", PC_COLUMN_I64, NULL);
    body = make_block();
    handler = PC_NEW(maker.arena, struct pc_plan_handler);
    handler->c_name = text("results_on_probe");
    handler->title = text("results: on Probe");
    handler->event = probe;
    handler->body = body;
    PC_LIST_ADD(maker.arena, &results->handlers, handler);
    dispatch->event = probe;
    PC_LIST_ADD(maker.arena, &dispatch->functions, handler);
    dispatch->wanted = wanted;
    dispatch->wanted_words = 1;
    PC_LIST_ADD(maker.arena, &results->events, dispatch);
    PC_LIST_ADD(maker.arena, &maker.plan->projections, results);
}

static void begin_plan(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct pc_plan_file *file = PC_NEW(arena, struct pc_plan_file);

    maker = (struct plan_maker){.arena = arena, .plan = PC_NEW(arena, struct pc_plan)};
    maker.plan->package = text("kit");
    maker.plan->source = text("kit.proj");
    maker.plan->stem = text("kit_proj");
    maker.plan->c_guard = text("KIT_PROJ_H");
    maker.plan->c_module = text("kit_module");
    file->name = text("kit.proj");
    file->c_macro = text("KIT_PROJ");
    PC_LIST_ADD(arena, &maker.plan->files, file);
    make_types();
    make_color();
    make_line_record();
    make_events();
    make_projection();
}

static void end_plan(void)
{
    pc_arena_free(maker.arena);
}

/* ---- short names for the parts of expressions ---- */

static struct pc_ir_expression *event(const char *name)
{
    return field_of(PC_IR_EVENT, &probe->fields, name);
}

static struct pc_ir_expression *state(const char *name)
{
    return field_of(PC_IR_STATE, &results->fields, name);
}

static struct pc_ir_expression *add(const struct pc_plan_type *type, struct pc_ir_expression *left,
                                    struct pc_ir_expression *right)
{
    return operation(PC_IR_ARITHMETIC, type, left, PC_IR_ADD, right);
}

static struct pc_ir_expression *compare(struct pc_ir_expression *left,
                                        enum pc_ir_operator operator_,
                                        struct pc_ir_expression *right)
{
    return operation(PC_IR_COMPARE, t.boolean, left, operator_, right);
}

static struct pc_ir_expression *choose(struct pc_ir_expression *condition,
                                       struct pc_ir_expression *left,
                                       struct pc_ir_expression *right)
{
    struct pc_ir_expression *expression = binary(PC_IR_CONDITIONAL, left->type, left, right);

    expression->condition = condition;
    return expression;
}

static enum pc_plan_column_type column_type(const struct pc_plan_type *type)
{
    static const enum pc_plan_column_type types[] = {
        [PC_PLAN_BOOL] = PC_COLUMN_BOOL, [PC_PLAN_INTEGER] = PC_COLUMN_I64,
        [PC_PLAN_F64] = PC_COLUMN_F64,   [PC_PLAN_DECIMAL] = PC_COLUMN_DECIMAL,
        [PC_PLAN_TEXT] = PC_COLUMN_TEXT, [PC_PLAN_BYTES] = PC_COLUMN_BYTES,
        [PC_PLAN_UUID] = PC_COLUMN_UUID, [PC_PLAN_TIME] = PC_COLUMN_TIME,
        [PC_PLAN_DATE] = PC_COLUMN_DATE, [PC_PLAN_DURATION] = PC_COLUMN_DURATION,
        [PC_PLAN_ENUM] = PC_COLUMN_TEXT, [PC_PLAN_RECORD] = PC_COLUMN_JSON,
        [PC_PLAN_LIST] = PC_COLUMN_JSON,
    };

    return types[type->kind == PC_PLAN_OPTIONAL ? type->element->kind : type->kind];
}

/* A field of the state called `name`, its column, and the statement that gives it the value. */
static void result(const char *name, struct pc_ir_expression *value)
{
    struct pc_plan_field *field = add_field(&results->fields, name, value->type);

    add_column(name, column_type(value->type), field);
    assign(body, name, state(name), value);
}

#endif
