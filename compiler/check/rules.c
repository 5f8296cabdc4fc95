/* rules.c -- rules over a whole handler or projection, once its statements are checked. */
#include "check/statements.h"

static const struct pc_statement_info *info_of(const struct pc_statement *statement)
{
    return statement->extra;
}

/* ---- skip stands before the first effect ---- */

/* Where the state was changed first on the way to a statement; end 0: nowhere yet. */
struct effect {
    struct pc_span span;
};

static void walk_block(struct pc_checker *checker, const struct pc_block *block,
                       struct effect *effect);

static void check_skip(struct pc_checker *checker, const struct pc_statement *statement,
                       const struct effect *effect)
{
    if (effect->span.end == 0)
        return;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0306, statement->span,
                  "`skip` comes too late: the handler may have changed something already");
    pc_diagnostic_point(problem, effect->span, "changed here");
    pc_diagnostic_help(problem, "decide before the first change, or use `fail`");
}

static bool is_leaving(const struct pc_block *block)
{
    for (size_t i = 0; i < block->statements.count; i++) {
        if (info_of(block->statements.items[i])->is_leaving)
            return true;
    }
    return false;
}

/* Ways that join: an effect on one of them counts behind, unless it leaves the handler. */
static void walk_way(struct pc_checker *checker, const struct pc_block *block,
                     const struct effect *before, struct effect *joined)
{
    struct effect way = *before;

    if (block == NULL)
        return;
    walk_block(checker, block, &way);
    if (joined->span.end == 0 && !is_leaving(block))
        *joined = way;
}

static struct pc_span first_effect(const struct pc_block *block)
{
    for (size_t i = 0; i < block->statements.count; i++) {
        if (info_of(block->statements.items[i])->is_effect)
            return block->statements.items[i]->span;
    }
    return (struct pc_span){0};
}

static void walk_statement(struct pc_checker *checker, const struct pc_statement *statement,
                           struct effect *effect)
{
    struct effect before = *effect;

    switch (statement->kind) {
    case PC_STATEMENT_SKIP:
        check_skip(checker, statement, effect);
        break;
    case PC_STATEMENT_LET:
        walk_way(checker, statement->let.otherwise, &before, &(struct effect){{0, 0, 1}});
        break;
    case PC_STATEMENT_IF:
        walk_way(checker, statement->branch.then, &before, effect);
        walk_way(checker, statement->branch.otherwise, &before, effect);
        break;
    case PC_STATEMENT_MATCH:
        for (size_t i = 0; i < statement->match.arms.count; i++)
            walk_way(checker, statement->match.arms.items[i]->body, &before, effect);
        break;
    case PC_STATEMENT_FOR:
        /* A turn comes after the turns before it. */
        if (before.span.end == 0)
            before.span = first_effect(statement->loop.body);
        walk_way(checker, statement->loop.body, &before, effect);
        break;
    default:
        if (info_of(statement)->is_effect && effect->span.end == 0)
            effect->span = statement->span;
        break;
    }
}

static void walk_block(struct pc_checker *checker, const struct pc_block *block,
                       struct effect *effect)
{
    for (size_t i = 0; i < block->statements.count; i++)
        walk_statement(checker, block->statements.items[i], effect);
}

void pc_check_skips(struct pc_checker *checker, struct pc_handler_model *handler)
{
    struct effect effect = {{0}};

    if (handler->node->handler.body != NULL && handler->can_skip)
        walk_block(checker, handler->node->handler.body, &effect);
}

/* ---- events that nobody handles ---- */

static bool is_covered(const struct pc_projection_model *projection,
                       const struct pc_event_model *event)
{
    for (size_t i = 0; i < projection->uses.count; i++) {
        if (projection->uses.items[i]->event == event)
            return true;
    }
    for (size_t i = 0; i < projection->ignored.count; i++) {
        if (projection->ignored.items[i] == event)
            return true;
    }
    return false;
}

void pc_check_coverage(struct pc_checker *checker, struct pc_projection_model *projection)
{
    struct pc_text list = {0};
    size_t count = 0;

    if (projection->aggregate == NULL || projection->ignores_any)
        return;
    for (size_t i = 0; i < projection->handlers.count; i++) {
        if (projection->handlers.items[i]->is_any)
            return;
    }
    for (size_t i = 0; i < projection->aggregate->events.count; i++) {
        const struct pc_event_model *event = projection->aggregate->events.items[i];
        if (is_covered(projection, event))
            continue;
        list = pc_text_format(checker->arena, "%.*s%s%.*s", PC_TEXT_ARGS(list),
                              count == 0 ? "" : ", ", PC_TEXT_ARGS(event->name));
        count++;
    }
    if (count == 0)
        return;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_W0301, projection->node->name.span,
                  "`%.*s` does not say what to do on %.*s", PC_TEXT_ARGS(projection->name),
                  PC_TEXT_ARGS(list));
    pc_diagnostic_point(problem, projection->aggregate->node->name.span,
                        "it reads all events of `%.*s`", PC_TEXT_ARGS(projection->aggregate->name));
    pc_diagnostic_help(problem, "add `ignore %.*s`", PC_TEXT_ARGS(list));
}

/* ---- retrying what cannot change ---- */

void pc_check_retry(struct pc_checker *checker, struct pc_projection_model *projection)
{
    if (projection->policy.policy != PC_POLICY_RETRY)
        return;
    for (size_t i = 0; i < projection->handlers.count; i++) {
        const struct pc_handler_model *handler = projection->handlers.items[i];
        if (handler->is_extern || handler->calls_extern)
            return;
    }
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_W0304, projection->policy.node->span,
                  "trying again changes nothing: no handler of `%.*s` is or calls `extern`",
                  PC_TEXT_ARGS(projection->name));
    pc_diagnostic_help(problem, "an event that failed once fails again; write `on error fail` or "
                                "`on error ignore`");
}

/* ---- declarations that nobody uses ---- */

static void report_unused_local(struct pc_checker *checker, const struct pc_symbol *symbol)
{
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_W0305, symbol->span,
                                              "`%.*s` is never used", PC_TEXT_ARGS(symbol->name));

    if (symbol->local == PC_LOCAL_IF_LET)
        pc_diagnostic_help(problem, "`if x != none` asks without binding");
}

void pc_check_unused(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->unused.count; i++)
        report_unused_local(checker, checker->unused.items[i]);
    for (size_t i = 0; i < checker->type_names.all.count; i++) {
        const struct pc_symbol *symbol = checker->type_names.all.items[i];
        const char *what = symbol->kind == PC_SYMBOL_ENUM     ? "enum"
                           : symbol->kind == PC_SYMBOL_RECORD ? "record"
                                                              : "type";
        /* What is imported may be used by another root. */
        if (symbol->is_used || symbol->span.source != checker->tree->files.items[0]->source)
            continue;
        pc_report(checker->diagnostics, PC_W0305, symbol->span, "the %s `%.*s` is never used", what,
                  PC_TEXT_ARGS(symbol->name));
    }
    for (size_t i = 0; i < checker->functions.count; i++) {
        const struct pc_symbol *symbol = checker->functions.items[i]->node->symbol;
        if (!symbol->is_used && symbol->span.source == checker->tree->files.items[0]->source)
            pc_report(checker->diagnostics, PC_W0305, symbol->span,
                      "the function `%.*s` is never used", PC_TEXT_ARGS(symbol->name));
    }
}
