/* tests.c -- the tests in the file: everything in them is a constant. */
#include "check/declarations.h"
#include "check/expressions.h"

/* 2000-01-01T00:00:00Z, when the first event of a test comes unless it says another time. */
static const int64_t first_time_us = 946684800000000;
static const int64_t second_us = 1000000;

/* One test while it is checked. */
struct test {
    struct pc_test_model *model;
    int64_t next_time_us;
};

static struct pc_test_step_model *add_step(struct pc_checker *checker, struct test *test,
                                           enum pc_test_step_kind kind, struct pc_span span)
{
    struct pc_test_step_model *step = PC_NEW(checker->arena, struct pc_test_step_model);

    step->kind = kind;
    step->span = span;
    PC_LIST_ADD(checker->arena, &test->model->steps, step);
    return step;
}

const struct pc_constant *pc_check_test_id(struct pc_checker *checker, struct pc_frame *body,
                                           struct pc_expression *expression,
                                           const struct pc_type *type)
{
    int64_t number = 0;

    if (type == checker->uuid && pc_small_integer(expression, INT64_MAX, &number)) {
        struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_UUID, type);
        for (int i = 15; number != 0; i--, number >>= 8)
            constant->uuid[i] = (uint8_t)(number & 0xff);
        expression->type = type;
        pc_annotate(checker, expression)->constant = constant;
        return constant;
    }
    if (!pc_check_value(checker, body, expression, type))
        return NULL;
    return pc_evaluate(checker, expression);
}

/* ---- given ---- */

static struct pc_aggregate_model *find_aggregate(struct pc_checker *checker, struct pc_name *name)
{
    struct pc_symbol *symbol = pc_table_find(&checker->aggregate_names, name->text);
    struct pc_suggestion suggestion;

    if (symbol != NULL) {
        name->symbol = symbol;
        return symbol->aggregate;
    }
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0117, name->span, "there is no aggregate `%.*s`",
                  PC_TEXT_ARGS(name->text));
    pc_suggestion_init(&suggestion, name->text);
    pc_offer_table(&suggestion, &checker->aggregate_names);
    pc_suggest(problem, &suggestion);
    return NULL;
}

static struct pc_event_model *find_event(struct pc_checker *checker,
                                         const struct pc_aggregate_model *aggregate,
                                         struct pc_name *name)
{
    struct pc_symbol *symbol = pc_table_find(&checker->event_names, name->text);
    struct pc_suggestion suggestion;

    name->symbol = symbol;
    if (symbol != NULL && (aggregate == NULL || symbol->event_model->aggregate == aggregate))
        return symbol->event_model;
    if (symbol != NULL) {
        struct pc_diagnostic *problem = pc_report(
            checker->diagnostics, PC_E0401, name->span, "`%.*s` is not an event of `%.*s`",
            PC_TEXT_ARGS(name->text), PC_TEXT_ARGS(aggregate->name));
        pc_diagnostic_point(problem, symbol->event_model->aggregate->node->name.span,
                            "it belongs to `%.*s`",
                            PC_TEXT_ARGS(symbol->event_model->aggregate->name));
        return NULL;
    }
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0118, name->span,
                                              "there is no event `%.*s`", PC_TEXT_ARGS(name->text));
    pc_suggestion_init(&suggestion, name->text);
    pc_offer_table(&suggestion, &checker->event_names);
    pc_suggest(problem, &suggestion);
    return NULL;
}

static void check_time(struct pc_checker *checker, struct pc_frame *body, struct test *test,
                       struct pc_expression *at)
{
    if (at == NULL || !pc_check_value(checker, body, at, checker->time))
        return;
    const struct pc_constant *constant = pc_evaluate(checker, at);
    if (constant != NULL)
        test->next_time_us = constant->integer;
}

static void check_given(struct pc_checker *checker, struct test *test, struct pc_step *node)
{
    struct pc_scope scope = {0};
    struct pc_frame body = {.scope = &scope, .is_test = true, .record_rule = PC_RECORD_PAYLOAD};
    const struct pc_aggregate_model *aggregate = find_aggregate(checker, &node->name);
    const struct pc_constant *id = NULL;

    if (aggregate != NULL && node->arguments.count == 1)
        id = pc_check_test_id(checker, &body, node->arguments.items[0], aggregate->id_type);
    else if (aggregate != NULL)
        pc_report(checker->diagnostics, PC_E0402, node->name.span,
                  "`given` needs the id of one `%.*s`", PC_TEXT_ARGS(aggregate->name));
    for (size_t i = 0; i < node->events.count; i++) {
        struct pc_given_event *given = node->events.items[i];
        struct pc_event_model *event = find_event(checker, aggregate, &given->name);
        struct pc_test_step_model *step = add_step(checker, test, PC_TEST_GIVEN, given->span);
        check_time(checker, &body, test, given->at);
        step->event = event;
        step->time_us = test->next_time_us;
        test->next_time_us += second_us;
        if (id != NULL)
            PC_LIST_ADD(checker->arena, &step->keys, id);
        if (event != NULL &&
            pc_check_entries(checker, &body, given->payload, &event->fields,
                             pc_quoted(checker, event->name), event->node->name.span))
            step->value = pc_evaluate_entries(checker, given->payload);
    }
}

/* ---- expect ---- */

static struct pc_symbol *find_projection(struct pc_checker *checker, struct pc_name *name)
{
    struct pc_symbol *symbol = pc_table_find(&checker->projection_names, name->text);
    struct pc_suggestion suggestion;

    name->symbol = symbol;
    if (symbol != NULL)
        return symbol;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0119, name->span, "there is no projection `%.*s`",
                  PC_TEXT_ARGS(name->text));
    pc_suggestion_init(&suggestion, name->text);
    pc_offer_table(&suggestion, &checker->projection_names);
    pc_suggest(problem, &suggestion);
    return NULL;
}

/* The types of the key's parts. */
static const struct pc_type *key_type(const struct pc_projection_model *projection, size_t part)
{
    return projection->kind == PC_PROJECTION_AGGREGATE
               ? projection->aggregate->id_type
               : projection->node->projection.keys.items[part]->type;
}

static void report_key_count(struct pc_checker *checker, const struct pc_step *node,
                             const struct pc_projection_model *projection, size_t count)
{
    struct pc_diagnostic *problem;

    if (projection->kind == PC_PROJECTION_KEYED) {
        problem = pc_report(checker->diagnostics, PC_E0402, node->name.span,
                            "the key of `%.*s` has %u part%s", PC_TEXT_ARGS(projection->name),
                            (unsigned)count, count == 1 ? "" : "s");
        pc_diagnostic_help(problem, "say which state: `expect %.*s(KEY, …) …`",
                           PC_TEXT_ARGS(projection->name));
        return;
    }
    problem = pc_report(checker->diagnostics, PC_E0402, node->name.span,
                        count == 1 ? "`%.*s` has a state for each id"
                                   : "`%.*s` has one state, without a key",
                        PC_TEXT_ARGS(projection->name));
    pc_diagnostic_help(problem,
                       count == 1 ? "say which one: `expect %.*s(1) …`" : "write `expect %.*s …`",
                       PC_TEXT_ARGS(projection->name));
}

/* The key of the state that is looked at. */
static bool check_key(struct pc_checker *checker, struct pc_frame *body, struct pc_step *node,
                      const struct pc_projection_model *projection, struct pc_test_step_model *step)
{
    size_t count =
        projection->kind == PC_PROJECTION_AGGREGATE ? 1 : projection->node->projection.keys.count;

    if (node->arguments.count != count) {
        report_key_count(checker, node, projection, count);
        return false;
    }
    if (projection->kind == PC_PROJECTION_AGGREGATE && projection->aggregate == NULL)
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct pc_constant *key =
            pc_check_test_id(checker, body, node->arguments.items[i], key_type(projection, i));
        if (key == NULL)
            return false;
        PC_LIST_ADD(checker->arena, &step->keys, key);
    }
    return true;
}

static void check_expect(struct pc_checker *checker, struct test *test, struct pc_step *node)
{
    static const enum pc_test_step_kind kinds[] = {
        [PC_EXPECT_RECORD] = PC_TEST_EXPECT,
        [PC_EXPECT_LIST] = PC_TEST_EXPECT,
        [PC_EXPECT_NONE] = PC_TEST_ABSENT,
        [PC_EXPECT_FAILS] = PC_TEST_FAILS,
    };
    struct pc_scope scope = {0};
    struct pc_frame body = {.scope = &scope, .is_test = true, .record_rule = PC_RECORD_PARTIAL};
    struct pc_symbol *symbol = find_projection(checker, &node->name);

    if (symbol != NULL && symbol->kind == PC_SYMBOL_TABLE) {
        pc_check_expect_row(checker, &body, node, symbol->table,
                            add_step(checker, test, kinds[node->form], node->span));
        return;
    }
    if (symbol != NULL && symbol->query != NULL) {
        struct pc_test_step_model *rows = add_step(checker, test, PC_TEST_QUERY, node->span);
        rows->query = symbol->query;
        pc_check_expected_rows(checker, &body, symbol->query, node, rows);
        return;
    }
    if (symbol == NULL || symbol->projection == NULL)
        return; /* queries have said already what they lack */
    struct pc_test_step_model *step = add_step(checker, test, kinds[node->form], node->span);
    step->projection = symbol->projection;
    check_key(checker, &body, node, symbol->projection, step);
    if (node->form == PC_EXPECT_LIST) {
        pc_report(checker->diagnostics, PC_E0402, node->value->span,
                  "a state is a record: `{ field: value }`");
    } else if (node->form == PC_EXPECT_RECORD) {
        struct pc_text owner =
            pc_text_format(checker->arena, "the state of `%.*s`", PC_TEXT_ARGS(symbol->name));
        const struct pc_state_model *state = &symbol->projection->state;
        if (pc_check_entries(checker, &body, node->value, &state->fields, owner,
                             state->node != NULL ? pc_word_span(state->node->span, "state")
                                                 : symbol->span))
            step->value = pc_evaluate_entries(checker, node->value);
    } else if (node->form == PC_EXPECT_FAILS) {
        step->message = node->message->text;
    }
}

/* ---- all ---- */

void pc_check_tests(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->tree->declarations.count; i++) {
        struct pc_declaration *node = checker->tree->declarations.items[i];
        struct test test = {.next_time_us = first_time_us};
        if (node->kind != PC_DECLARATION_TEST)
            continue;
        test.model = PC_NEW(checker->arena, struct pc_test_model);
        test.model->node = node;
        test.model->title = node->test.title->text;
        node->extra = test.model;
        for (size_t j = 0; j < node->test.steps.count; j++) {
            if (node->test.steps.items[j]->kind == PC_PART_GIVEN)
                check_given(checker, &test, node->test.steps.items[j]);
            else
                check_expect(checker, &test, node->test.steps.items[j]);
        }
        PC_LIST_ADD(checker->arena, &checker->model->tests, test.model);
    }
}
