/* gen_kinds.h -- every kind of expression and statement, added to the plan of gen_kit.h. */
#ifndef TESTS_UNIT_GEN_KINDS_H
#define TESTS_UNIT_GEN_KINDS_H

#include "tests/unit/gen_kit.h"

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
