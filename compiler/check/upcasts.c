/* upcasts.c -- older forms of events: their names, their fields, and the statements that make
 * today's event of one.
 *
 * To the checks of statements an upcast is a handler of the old event whose state is today's. */
#include "check/declarations.h"
#include "check/statements.h"

/* ---- names ---- */

static void report_twice(struct pc_checker *checker, const struct pc_upcast_model *upcast,
                         struct pc_span other)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0120, upcast->node->old_name->span,
                  "`%.*s` is the outside name of two events", PC_TEXT_ARGS(upcast->old->outside));

    pc_diagnostic_point(problem, other, "first used here");
}

/* Old names and today's are told apart by nothing else within an aggregate. */
static void check_name(struct pc_checker *checker, const struct pc_upcast_model *upcast)
{
    const struct pc_event_models *events = &upcast->event->aggregate->events;

    pc_check_outside(checker, upcast->node->old_name);
    for (size_t i = 0; i < events->count; i++) {
        const struct pc_event_model *event = events->items[i];

        if (pc_text_equals(event->outside, upcast->old->outside)) {
            report_twice(checker, upcast,
                         event->node->as != NULL ? event->node->as->span : event->node->name.span);
            return;
        }
    }
    for (size_t i = 0; i < checker->model->upcasts.count; i++) {
        const struct pc_upcast_model *other = checker->model->upcasts.items[i];

        if (other->event->aggregate == upcast->event->aggregate &&
            pc_text_equals(other->old->outside, upcast->old->outside)) {
            report_twice(checker, upcast, other->node->old_name->span);
            return;
        }
    }
}

/* ---- statements ---- */

static bool is_allowed_block(struct pc_checker *checker, const struct pc_block *block);

static bool is_allowed(struct pc_checker *checker, const struct pc_statement *statement)
{
    bool is_good = true;

    switch (statement->kind) {
    case PC_STATEMENT_ASSIGN:
        if (statement->assign.operator== PC_ASSIGN)
            return true;
        break;
    case PC_STATEMENT_LET:
        return statement->let.otherwise == NULL ||
               is_allowed_block(checker, statement->let.otherwise);
    case PC_STATEMENT_IF:
        is_good = is_allowed_block(checker, statement->branch.then);
        return (statement->branch.otherwise == NULL ||
                is_allowed_block(checker, statement->branch.otherwise)) &&
               is_good;
    case PC_STATEMENT_MATCH:
        for (size_t i = 0; i < statement->match.arms.count; i++)
            is_good = is_allowed_block(checker, statement->match.arms.items[i]->body) && is_good;
        return is_good;
    case PC_STATEMENT_FAIL:
    case PC_STATEMENT_REQUIRE:
        return true;
    default:
        break;
    }
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0135, statement->span,
                                              "this cannot stand in an upcast");
    pc_diagnostic_help(problem,
                       "its statements are `=`, `let`, `if`, `match`, `require` and `fail`");
    return false;
}

static bool is_allowed_block(struct pc_checker *checker, const struct pc_block *block)
{
    bool is_good = true;

    for (size_t i = 0; i < block->statements.count; i++)
        is_good = is_allowed(checker, block->statements.items[i]) && is_good;
    return is_good;
}

/* ---- what is assigned ---- */

/* Whether every way through a block assigns the field, or does not come to its end. */
static bool assigns(const struct pc_block *block, const struct pc_field_model *field);

static bool statement_assigns(const struct pc_statement *statement,
                              const struct pc_field_model *field)
{
    const struct pc_statement_info *info = statement->extra;

    if (info->is_leaving)
        return true;
    switch (statement->kind) {
    case PC_STATEMENT_ASSIGN:
        return info->root != NULL && info->root->field_model == field && info->steps.count == 0;
    case PC_STATEMENT_IF:
        return statement->branch.otherwise != NULL && assigns(statement->branch.then, field) &&
               assigns(statement->branch.otherwise, field);
    case PC_STATEMENT_MATCH:
        for (size_t i = 0; i < statement->match.arms.count; i++) {
            if (!assigns(statement->match.arms.items[i]->body, field))
                return false;
        }
        return true;
    default:
        return false;
    }
}

static bool assigns(const struct pc_block *block, const struct pc_field_model *field)
{
    for (size_t i = 0; i < block->statements.count; i++) {
        if (statement_assigns(block->statements.items[i], field))
            return true;
    }
    return false;
}

static void check_assigned(struct pc_checker *checker, const struct pc_upcast_model *upcast)
{
    const struct pc_field_models *fields = &upcast->event->fields;

    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];

        if (!field->is_required || assigns(upcast->node->body, field))
            continue;
        struct pc_diagnostic *problem = pc_report(
            checker->diagnostics, PC_E0134, upcast->node->old_name->span,
            "`%.*s` is not assigned on every way through this upcast", PC_TEXT_ARGS(field->name));
        pc_diagnostic_point(problem, field->node->name.span, "declared here, without a default");
    }
}

/* ---- all ---- */

/* The fields of today's event as those of a state: what the left side of an assignment names. */
static struct pc_projection_model *as_projection(struct pc_checker *checker,
                                                 const struct pc_event_model *event)
{
    struct pc_projection_model *projection = PC_NEW(checker->arena, struct pc_projection_model);

    projection->name = event->name;
    for (size_t i = 0; i < event->fields.count; i++) {
        struct pc_field_model *field = event->fields.items[i];

        if (field->node->symbol == NULL) {
            field->node->symbol = pc_symbol_new(checker, PC_SYMBOL_STATE_FIELD, &field->node->name,
                                                pc_type_plain(checker, field->type));
            field->node->symbol->field_model = field;
        }
        PC_LIST_ADD(checker->arena, &projection->state.fields, field);
    }
    return projection;
}

static void check_body(struct pc_checker *checker, struct pc_upcast_model *upcast)
{
    size_t errors = checker->diagnostics->error_count;
    struct pc_frame body = {.projection = upcast->handler->projection,
                            .handler = upcast->handler,
                            .aggregate_id = checker->text,
                            .is_upcast = true};
    struct pc_symbols nothing = {0};

    body.tables = &nothing;
    body.keys = &nothing;
    if (!is_allowed_block(checker, upcast->node->body))
        return;
    pc_check_block(checker, &body, upcast->node->body);
    if (checker->diagnostics->error_count == errors)
        check_assigned(checker, upcast);
}

static void add_upcast(struct pc_checker *checker, struct pc_event_model *event,
                       struct pc_upcast *node)
{
    struct pc_upcast_model *upcast = PC_NEW(checker->arena, struct pc_upcast_model);

    upcast->node = node;
    upcast->event = event;
    upcast->old = PC_NEW(checker->arena, struct pc_event_model);
    upcast->old->node = event->node;
    upcast->old->aggregate = event->aggregate;
    upcast->old->name = node->old_name->text;
    upcast->old->outside = node->old_name->text;
    upcast->old->index = (uint32_t)(checker->model->events.count + checker->model->upcasts.count);
    pc_add_fields(checker, &node->fields, &upcast->old->fields);
    pc_check_defaults(checker, &upcast->old->fields, false);
    upcast->handler = PC_NEW(checker->arena, struct pc_handler_model);
    upcast->handler->projection = as_projection(checker, event);
    PC_LIST_ADD(checker->arena, &upcast->handler->events, upcast->old);
    check_name(checker, upcast);
    check_body(checker, upcast);
    PC_LIST_ADD(checker->arena, &event->upcasts, upcast);
    PC_LIST_ADD(checker->arena, &checker->model->upcasts, upcast);
}

void pc_check_upcasts(struct pc_checker *checker)
{
    const struct pc_event_models *events = &checker->model->events;

    for (size_t i = 0; i < events->count; i++) {
        for (size_t j = 0; j < events->items[i]->node->upcasts.count; j++)
            add_upcast(checker, events->items[i], events->items[i]->node->upcasts.items[j]);
    }
}
