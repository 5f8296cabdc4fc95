/* gen_kit.h -- the plan that the generators' test is about: one event, one projection whose handler
 * holds every kind of expression and statement, and names that mean harm. */
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

/* ---- every kind of expression ---- */

static void add_leaves(void)
{
    static const struct {
        const char *name;
        enum pc_ir_data data;
        struct pc_plan_type *const *type;
    } data[] = {
        {"data_id", PC_IR_DATA_ID, &t.uuid},
        {"data_no", PC_IR_DATA_NO, &t.i64},
        {"data_name", PC_IR_DATA_NAME, &t.text},
        {"data_time", PC_IR_DATA_TIME, &t.time},
        {"data_version", PC_IR_DATA_VERSION, &t.i64},
        {"data_aggregate", PC_IR_DATA_AGGREGATE_ID, &t.uuid},
        {"data_type", PC_IR_DATA_AGGREGATE_TYPE, &t.text},
    };

    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        struct pc_ir_expression *expression = make(PC_IR_EVENT_DATA, *data[i].type);

        expression->data = data[i].data;
        result(data[i].name, expression);
    }
    struct pc_ir_expression *meta = make(PC_IR_META, t.optional_text);

    meta->text = text("tenant");
    result("meta", meta);
    result("exists", make(PC_IR_STATE_EXISTS, t.boolean));
    result("at", event("at"));
    result("z", event("z"));
}

static void add_members(void)
{
    struct pc_ir_expression *line =
        with_arguments(make(PC_IR_RECORD, t.line), 3, event("t"), event("d"), number(t.u32, 4));
    struct pc_ir_expression *first =
        binary(PC_IR_INDEX, t.optional_line, event("lines"), number(t.i64, 0));
    struct pc_ir_expression *expression;

    result("line", line);
    expression = field_of(PC_IR_FIELD, &t.line->record->fields, "price");
    expression->left = state("line");
    result("price", expression);
    result("first", first);
    expression = field_of(PC_IR_SAFE_FIELD, &t.line->record->fields, "name");
    expression->left = state("first");
    expression->type = t.optional_text;
    result("first_name", expression);
    result("has", unary(PC_IR_HAS, t.boolean, event("ot")));
    result("has_not", unary(PC_IR_NOT, t.boolean, unary(PC_IR_HAS, t.boolean, event("ot"))));
    result("list",
           with_arguments(make(PC_IR_LIST, t.text_list), 2, event("t"), literal(t.text, "x")));
    result("interpolated",
           with_arguments(make(PC_IR_INTERPOLATE, t.text), 5, literal(t.text, "<"), event("a"),
                          event("ot"), event("color"), literal(t.text, "?\?>")));
}

static void add_arithmetic(void)
{
    static const struct {
        const char *name;
        enum pc_ir_operator operator_;
    } operators[] = {{"sum", PC_IR_ADD},
                     {"difference", PC_IR_SUBTRACT},
                     {"product", PC_IR_MULTIPLY},
                     {"quotient", PC_IR_DIVIDE},
                     {"rest", PC_IR_MODULO}};

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        result(operators[i].name,
               operation(PC_IR_ARITHMETIC, t.i64, event("a"), operators[i].operator_, event("b")));
    result("negative", unary(PC_IR_NEGATE, t.i64, event("a")));
    result("real_sum", add(t.f64, event("f"), real(t.f64, 0.5)));
    result("times",
           operation(PC_IR_ARITHMETIC, t.decimal2, event("d"), PC_IR_MULTIPLY, event("b")));
    result("later", add(t.time, event("at"), number(t.duration, 1500000)));
    result("span",
           operation(PC_IR_ARITHMETIC, t.duration, state("later"), PC_IR_SUBTRACT, event("at")));
    result("next_day", add(t.date, event("on"), number(t.u32, 1)));
    struct pc_ir_expression *round = make(PC_IR_ROUND, t.decimal2);
    struct pc_ir_term *term = PC_NEW(maker.arena, struct pc_ir_term);

    PC_LIST_ADD(maker.arena, &term->factors, event("d"));
    term->divisor = number(t.decimal2, 300);
    PC_LIST_ADD(maker.arena, &round->terms, term);
    result("third", round);
    round = make(PC_IR_ROUND, t.decimal2);
    for (int i = 0; i < 2; i++) {
        term = PC_NEW(maker.arena, struct pc_ir_term);
        term->is_negative = i == 1;
        PC_LIST_ADD(maker.arena, &term->factors, event("d"));
        PC_LIST_ADD(maker.arena, &term->factors, i == 0 ? number(t.decimal4, 11905) : event("b"));
        PC_LIST_ADD(maker.arena, &round->terms, term);
    }
    result("rounded", round);
}

static void add_choices(void)
{
    struct pc_ir_expression *checked =
        operation(PC_IR_ARITHMETIC, t.i64, event("a"), PC_IR_DIVIDE, event("b"));
    struct pc_ir_expression *is_zero = compare(event("b"), PC_IR_EQUAL, number(t.i64, 0));
    struct pc_ir_expression *match = unary(PC_IR_MATCH, t.i64, event("color"));

    result("less", compare(event("a"), PC_IR_LESS, event("b")));
    result("same_text", compare(event("t"), PC_IR_EQUAL, literal(t.text, "Ann")));
    result("never", compare(convert(PC_IR_WIDEN, t.i64, number(t.u8, 3)), PC_IR_GREATER_EQUAL,
                            number(t.i64, 0)));
    result("or_",
           binary(PC_IR_OR, t.boolean, is_zero, compare(checked, PC_IR_GREATER, number(t.i64, 1))));
    result("and_", binary(PC_IR_AND, t.boolean, unary(PC_IR_NOT, t.boolean, is_zero),
                          compare(checked, PC_IR_GREATER, number(t.i64, 1))));
    result("coalesce", binary(PC_IR_COALESCE, t.text, event("ot"), event("t")));
    result("conditional", choose(is_zero, number(t.i64, -1), checked));
    for (size_t i = 0; i < 2; i++) {
        struct pc_ir_value_arm *arm = PC_NEW(maker.arena, struct pc_ir_value_arm);

        PC_LIST_ADD(maker.arena, &arm->members,
                    (const struct pc_plan_member *)t.color->enumeration->members.items[i]);
        arm->value = i == 0 ? add(t.i64, event("a"), number(t.i64, 1)) : number(t.i64, 0);
        PC_LIST_ADD(maker.arena, &match->arms, arm);
    }
    result("matched", match);
}

static void add_conversions(void)
{
    result("wrap", convert(PC_IR_WRAP, t.optional_i64, event("a")));
    result("narrow", convert(PC_IR_NARROW, t.u8, event("b")));
    result("up", convert(PC_IR_RESCALE_UP, t.decimal4, event("d")));
    result("down", convert(PC_IR_RESCALE_DOWN, t.decimal2, state("up")));
    result("whole", convert(PC_IR_DECIMAL_TO_INTEGER, t.i32, number(t.decimal2, 700)));
    result("to_real", convert(PC_IR_TO_F64, t.f64, event("d")));
    result("from_real", convert(PC_IR_F64_TO_INTEGER, t.u8, event("f")));
    result("decimal_real", convert(PC_IR_F64_TO_DECIMAL, t.decimal2, event("f")));
    result("shown", convert(PC_IR_TO_TEXT, t.text, event("d")));
    result("parsed", convert(PC_IR_PARSE, t.u8, literal(t.text, "200")));
    result("day", convert(PC_IR_TIME_TO_DATE, t.date, event("at")));
    result("midnight", convert(PC_IR_DATE_TO_TIME, t.time, state("day")));
    result("scaled", convert(PC_IR_SCALED, t.decimal2, event("a")));
}

static void add_calls(void)
{
    static const struct {
        const char *name;
        enum pc_ir_builtin builtin;
    } tests[] = {
        {"starts", PC_IR_STARTS_WITH}, {"ends", PC_IR_ENDS_WITH}, {"contains", PC_IR_CONTAINS}};

    result("least", with_arguments(call(PC_IR_MIN, t.i64), 2, event("a"), event("b")));
    result("greatest",
           with_arguments(call(PC_IR_MAX, t.text), 2, event("t"), literal(t.text, "Z")));
    result("absolute", with_arguments(call(PC_IR_ABS, t.i64), 1, state("negative")));
    result("clamped", with_arguments(call(PC_IR_CLAMP, t.i64), 3, event("a"), number(t.i64, 0),
                                     number(t.i64, 5)));
    result("floored", with_arguments(call(PC_IR_FLOOR, t.decimal2), 1, event("d")));
    result("hour", with_arguments(call(PC_IR_FLOOR, t.time), 2, event("at"),
                                  number(t.duration, INT64_C(3600000000))));
    result("ceiled", with_arguments(call(PC_IR_CEIL, t.decimal2), 1, event("d")));
    result("round_real",
           with_arguments(call(PC_IR_ROUND_F64, t.decimal2), 2, event("f"), number(t.u32, 2)));
    result("length", with_arguments(call(PC_IR_LENGTH, t.u32), 1, literal(t.text, "Zoë")));
    result("count", with_arguments(call(PC_IR_LENGTH, t.u32), 1, event("lines")));
    result("lower", with_arguments(call(PC_IR_LOWER, t.text), 1, event("t")));
    result("upper", with_arguments(call(PC_IR_UPPER, t.text), 1, event("t")));
    result("trimmed", with_arguments(call(PC_IR_TRIM, t.text), 1, literal(t.text, " x ")));
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        result(tests[i].name, with_arguments(call(tests[i].builtin, t.boolean), 2, event("t"),
                                             literal(t.text, "nn")));
    result("slice", with_arguments(call(PC_IR_SLICE, t.text), 3, literal(t.text, "Zoë!"),
                                   number(t.i64, 1), number(t.i64, 2)));
    result("is_in",
           with_arguments(call(PC_IR_IN, t.boolean), 2, literal(t.text, "x"), state("list")));
    result("is_in_few", with_arguments(call(PC_IR_IN, t.boolean), 2, event("a"),
                                       with_arguments(make(PC_IR_LIST, t.i64_list), 2,
                                                      number(t.i64, 7), number(t.i64, 9))));
}

static struct pc_ir_expression *line_field(const struct pc_ir_local *local, const char *name)
{
    struct pc_ir_expression *expression = field_of(PC_IR_FIELD, &t.line->record->fields, name);

    expression->left = use(local);
    return expression;
}

static void add_folds(void)
{
    const struct pc_ir_local *l = make_local("l", t.line);
    struct pc_plan_type *optional_decimal = make_of(PC_PLAN_OPTIONAL, t.decimal2, "decimal(2)?",
                                                    "projc_optional_i64", "optional_decimal2");
    struct pc_ir_expression *many =
        compare(line_field(l, "quantity"), PC_IR_GREATER, number(t.u32, 1));

    result("total", fold(PC_IR_FOLD_SUM, t.decimal2, event("lines"), l, NULL,
                         operation(PC_IR_ARITHMETIC, t.decimal2, line_field(l, "price"),
                                   PC_IR_MULTIPLY, line_field(l, "quantity"))));
    result("many", fold(PC_IR_FOLD_COUNT, t.u32, event("lines"), l, many, NULL));
    result("any_", fold(PC_IR_FOLD_ANY, t.boolean, event("lines"), l, NULL, many));
    result("all_", fold(PC_IR_FOLD_ALL, t.boolean, event("lines"), l, NULL, many));
    result("cheapest",
           fold(PC_IR_FOLD_MIN, optional_decimal, event("lines"), l, NULL, line_field(l, "price")));
    result("dearest",
           fold(PC_IR_FOLD_MAX, optional_decimal, event("lines"), l, many, line_field(l, "price")));
    result("names",
           fold(PC_IR_FOLD_LIST, t.text_list, event("lines"), l, NULL, line_field(l, "name")));
}

/* ---- every kind of statement ---- */

static void add_loops(void)
{
    struct pc_ir_local *x = make_local("x", t.line);
    struct pc_ir_local *e = make_local("e", t.line);
    struct pc_ir_statement *statement;

    result("lines", event("lines"));
    x->is_reference = true;
    statement = add_statement(body, PC_IR_FOR, "for x in state.lines { x.quantity += 1 }");
    statement->value = state("lines");
    statement->local = x;
    statement->is_in_place = true;
    statement->then = make_block();
    statement =
        assign(statement->then, "x.quantity += 1", line_field(x, "quantity"), number(t.u32, 1));
    statement->is_compound = true;
    statement->operator= PC_IR_ADD;
    statement = add_statement(body, PC_IR_FOR, "for e in lines where e.quantity > 1 { … }");
    statement->value = event("lines");
    statement->local = e;
    statement->condition = compare(line_field(e, "quantity"), PC_IR_GREATER, number(t.u32, 1));
    statement->then = make_block();
    struct pc_ir_statement *push = add_statement(statement->then, PC_IR_PUSH, "lines.push(e)");

    push->target = state("lines");
    push->value = use(e);
    statement = add_statement(body, PC_IR_KEEP_LAST, "lines.keep_last(2)");
    statement->target = state("lines");
    statement->value = number(t.u32, 2);
    statement = add_statement(body, PC_IR_CLEAR, "list.clear()");
    statement->target = state("list");
}

static void add_branches(void)
{
    struct pc_ir_local *some = make_local("some", t.text);
    struct pc_ir_local *other = make_local("other", t.text);
    struct pc_ir_local *plain = make_local("plain", t.i64);
    struct pc_ir_statement *statement;

    statement = add_statement(body, PC_IR_LET, "let plain = a");
    statement->local = plain;
    statement->value = event("a");
    statement = add_statement(body, PC_IR_LET_ELSE, "let other = meta else { skip }");
    statement->local = other;
    statement->value = state("meta");
    statement->otherwise = make_block();
    add_statement(statement->otherwise, PC_IR_SKIP, "skip");
    result("tenant", use(other));
    result("branch", number(t.i64, 0));
    statement = add_statement(body, PC_IR_IF_LET, "if let some = ot { … }");
    statement->local = some;
    statement->value = event("ot");
    statement->then = make_block();
    assign(statement->then, "tenant = some", state("tenant"), use(some));
    statement = add_statement(body, PC_IR_IF, "if a < 0 { … }");
    statement->condition = compare(event("a"), PC_IR_LESS, number(t.i64, 0));
    statement->then = make_block();
    struct pc_ir_statement *leave = add_statement(statement->then, PC_IR_FAIL, "fail \"…\"");

    leave->message = with_arguments(make(PC_IR_INTERPOLATE, t.text), 2,
                                    literal(t.text, "negative: "), event("a"));
    statement->otherwise = make_block();
    assign(statement->otherwise, "branch = 2", state("branch"), number(t.i64, 2));
    statement = add_statement(body, PC_IR_MATCH_STATEMENT, "match color { … }");
    statement->value = event("color");
    for (size_t i = 0; i < 2; i++) {
        struct pc_ir_block_arm *arm = PC_NEW(maker.arena, struct pc_ir_block_arm);

        PC_LIST_ADD(maker.arena, &arm->members,
                    (const struct pc_plan_member *)t.color->enumeration->members.items[i]);
        arm->body = make_block();
        assign(arm->body, "branch = 3", state("branch"), number(t.i64, 3 + (int64_t)i));
        PC_LIST_ADD(maker.arena, &statement->arms, arm);
    }
    statement = add_statement(body, PC_IR_REQUIRE, "require a != 13 else \"unlucky\"");
    statement->condition = compare(event("a"), PC_IR_NOT_EQUAL, number(t.i64, 13));
    statement->message = literal(t.text, "unlucky");
    statement = add_statement(body, PC_IR_IF, "if a == 14 { delete state }");
    statement->condition = compare(event("a"), PC_IR_EQUAL, number(t.i64, 14));
    statement->then = make_block();
    add_statement(statement->then, PC_IR_DELETE_STATE, "delete state");
}

static void add_everything(void)
{
    add_leaves();
    add_members();
    add_arithmetic();
    add_choices();
    add_conversions();
    add_calls();
    add_folds();
    add_loops();
    add_branches();
}

#endif
