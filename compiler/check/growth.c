/* growth.c -- warning W0303: lists, sets and maps of a state that only ever grow.
 *
 * All handlers of a projection are looked at together. A place grows by `push`, `add`, and by a key
 * that is set in a map on the way to what a statement changes; it is bounded by anything that may
 * make it smaller, or that replaces it or what contains it. What cannot be silenced must not be a
 * false alarm, so where it is not sure nothing is said. */
#include "check/expressions.h"
#include "check/statements.h"

/* A place of the state, from its field on. */
struct place {
    const struct pc_symbol *root;
    struct pc_place_steps steps;
    const struct pc_statement *statement; /* that makes it grow */
    const struct pc_type *type;           /* of a list or set that grows; NULL: a map */
    const struct pc_type *key;            /* of a map that grows */
};
struct places {
    PC_LIST_OF(struct place);
};

struct growth {
    struct pc_checker *checker;
    struct places growing;
    struct places bounded;
};

static const struct pc_statement_info *info_of(const struct pc_statement *statement)
{
    return statement->extra;
}

/* True if `outer` is `inner`, or contains it. Elements of one collection are not told apart. */
static bool contains(const struct place *outer, const struct place *inner)
{
    if (outer->root != inner->root || outer->steps.count > inner->steps.count)
        return false;
    for (size_t i = 0; i < outer->steps.count; i++) {
        if (outer->steps.items[i]->field != inner->steps.items[i]->field)
            return false;
    }
    return true;
}

/* Few values, so that a collection of them stays small. */
static bool is_small(const struct pc_type *type)
{
    return type->kind == PC_TYPE_ENUM || type->kind == PC_TYPE_BOOL ||
           (type->kind == PC_TYPE_INTEGER && type->bits == 8);
}

/* The same value with every event adds one entry, once. */
static bool is_one_of_few(const struct pc_expression *key)
{
    return is_small(pc_expression_target(key)) || pc_expression_constant(key) != NULL;
}

static struct place *add_place(struct growth *growth, struct places *places,
                               const struct pc_statement *statement, size_t count)
{
    const struct pc_statement_info *info = info_of(statement);
    struct place *place = PC_NEW(growth->checker->arena, struct place);
    struct pc_place_steps own = info->steps;

    own.count = count;
    place->root = pc_whole_path(growth->checker, info->root, &own, &place->steps);
    place->statement = statement;
    PC_LIST_ADD(growth->checker->arena, places, place);
    return place;
}

/* Maps that get an entry because a key of theirs stands in the changed place. */
static void note_keys(struct growth *growth, const struct pc_statement *statement)
{
    const struct pc_statement_info *info = info_of(statement);

    for (size_t i = 0; i < info->steps.count; i++) {
        const struct pc_place_step *step = info->steps.items[i];
        if (step->is_map && !is_one_of_few(step->key))
            add_place(growth, &growth->growing, statement, i)->key =
                pc_expression_target(step->key);
    }
}

static void note_assignment(struct growth *growth, const struct pc_statement *statement)
{
    const struct pc_type *type = statement->assign.target->type;

    note_keys(growth, statement);
    if (pc_is_collection(type) || type->kind == PC_TYPE_RECORD || type->kind == PC_TYPE_OPTIONAL)
        add_place(growth, &growth->bounded, statement, info_of(statement)->steps.count);
}

static void note_call(struct growth *growth, const struct pc_statement *statement)
{
    const struct pc_expression *call = statement->call.call;

    if (call->symbol == NULL || call->symbol->kind != PC_SYMBOL_BUILTIN)
        return;
    enum pc_builtin builtin = call->symbol->builtin;
    size_t count = info_of(statement)->steps.count;
    if (builtin != PC_BUILTIN_PUSH && builtin != PC_BUILTIN_ADD) {
        add_place(growth, &growth->bounded, statement, count);
        return;
    }
    note_keys(growth, statement);
    if (builtin == PC_BUILTIN_PUSH || !is_one_of_few(call->method.arguments.items[0]))
        add_place(growth, &growth->growing, statement, count)->type = call->method.object->type;
}

/* What is replaced as a whole begins anew. */
static void note_copies(struct growth *growth, const struct pc_statement *statement)
{
    const struct pc_copies *copies = &info_of(statement)->copies;

    for (size_t i = 0; i < copies->count; i++) {
        struct place *place = PC_NEW(growth->checker->arena, struct place);
        place->root = copies->items[i]->target;
        PC_LIST_ADD(growth->checker->arena, &growth->bounded, place);
    }
}

static void walk_block(struct growth *growth, const struct pc_block *block);

static void walk_statement(struct growth *growth, const struct pc_statement *statement)
{
    switch (statement->kind) {
    case PC_STATEMENT_ASSIGN:
        if (info_of(statement)->root != NULL)
            note_assignment(growth, statement);
        break;
    case PC_STATEMENT_CALL:
        if (info_of(statement)->root != NULL)
            note_call(growth, statement);
        break;
    case PC_STATEMENT_COPY:
        note_copies(growth, statement);
        break;
    case PC_STATEMENT_LET:
        walk_block(growth, statement->let.otherwise);
        break;
    case PC_STATEMENT_IF:
        walk_block(growth, statement->branch.then);
        walk_block(growth, statement->branch.otherwise);
        break;
    case PC_STATEMENT_MATCH:
        for (size_t i = 0; i < statement->match.arms.count; i++)
            walk_block(growth, statement->match.arms.items[i]->body);
        break;
    case PC_STATEMENT_FOR:
        walk_block(growth, statement->loop.body);
        break;
    default:
        break;
    }
}

static void walk_block(struct growth *growth, const struct pc_block *block)
{
    for (size_t i = 0; block != NULL && i < block->statements.count; i++)
        walk_statement(growth, block->statements.items[i]);
}

/* ---- what is said ---- */

static struct pc_text shown(struct pc_arena *arena, const struct place *place)
{
    struct pc_text text = place->root->name;

    for (size_t i = 0; i < place->steps.count; i++) {
        const struct pc_field_model *field = place->steps.items[i]->field;
        text = field == NULL ? pc_text_format(arena, "%.*s[…]", PC_TEXT_ARGS(text))
                             : pc_text_format(arena, "%.*s.%.*s", PC_TEXT_ARGS(text),
                                              PC_TEXT_ARGS(field->name));
    }
    return text;
}

/* Which table could stand for a map: its key begins with the projection's. */
static struct pc_text table_for(struct pc_arena *arena,
                                const struct pc_projection_model *projection,
                                const struct place *place)
{
    if (projection->kind == PC_PROJECTION_KEYED)
        return pc_text_of("a table has room for all");
    return pc_text_format(
        arena, "`table %.*s by %s%.*s%skey: %.*s { … }` has room for all",
        PC_TEXT_ARGS(place->root->name), projection->aggregate != NULL ? "id: " : "",
        PC_TEXT_ARGS(projection->aggregate != NULL ? projection->aggregate->id_type->name
                                                   : (struct pc_text){0}),
        projection->aggregate != NULL ? ", " : "", PC_TYPE_ARGS(place->key));
}

static void report(struct growth *growth, const struct pc_projection_model *projection,
                   const struct place *place)
{
    struct pc_text name = shown(growth->checker->arena, place);
    struct pc_diagnostic *problem =
        pc_report(growth->checker->diagnostics, PC_W0303, place->statement->span,
                  "`%.*s` only ever grows, and the whole state is written with every event",
                  PC_TEXT_ARGS(name));

    pc_diagnostic_point(problem, place->root->span, "declared here");
    if (place->type == NULL)
        pc_diagnostic_help(problem, "`remove(key)` drops what is done with; %.*s",
                           PC_TEXT_ARGS(table_for(growth->checker->arena, projection, place)));
    else if (place->type->kind != PC_TYPE_LIST)
        pc_diagnostic_help(problem,
                           "`remove(value)` drops what is done with; a table has room for all");
    else if (place->steps.count == 0)
        pc_diagnostic_help(problem, "bound it with `%.*s.keep_last(100)`", PC_TEXT_ARGS(name));
    else
        pc_diagnostic_help(problem, "bound it with `keep_last(100)`");
}

static bool is_contained(const struct places *places, size_t count, const struct place *inner)
{
    for (size_t i = 0; i < count; i++) {
        if (contains(places->items[i], inner))
            return true;
    }
    return false;
}

void pc_check_growth(struct pc_checker *checker, struct pc_projection_model *projection)
{
    struct growth growth = {.checker = checker};
    bool is_deleted = false;

    for (size_t i = 0; i < projection->handlers.count; i++) {
        const struct pc_handler_model *handler = projection->handlers.items[i];
        if (handler->is_extern)
            return;
        is_deleted = is_deleted || handler->deletes_state;
        walk_block(&growth, handler->node->handler.body);
    }
    for (size_t i = 0; i < growth.growing.count; i++) {
        const struct place *place = growth.growing.items[i];
        /* A list can always be cut; what has no `keep_last` may last as long as its state. */
        if (is_deleted && (place->type == NULL || place->type->kind != PC_TYPE_LIST))
            continue;
        /* One warning for a place and what is inside it. */
        if (place->root->kind == PC_SYMBOL_STATE_FIELD &&
            !is_contained(&growth.growing, i, place) &&
            !is_contained(&growth.bounded, growth.bounded.count, place))
            report(&growth, projection, place);
    }
}
