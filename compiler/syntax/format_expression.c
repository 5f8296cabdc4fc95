/* format_expression.c -- how expressions look. */
#include "syntax/format_printer.h"

#include "proj.tab.h"

/* ---- lists between brackets ---- */

void pc_format_expressions(struct pc_printer *printer, const struct pc_expressions *expressions)
{
    for (size_t i = 0; i < expressions->count; i++) {
        pc_format_expression(printer, expressions->items[i]);
        if (i + 1 < expressions->count) {
            pc_take_comma(printer);
            pc_break_element(printer, PC_FLAT_BLANK, false);
        }
    }
}

/* One argument that has brackets of its own keeps them beside those of the call. */
static bool is_hugged(const struct pc_expressions *arguments)
{
    const struct pc_expression *only = arguments->count == 1 ? arguments->items[0] : NULL;

    if (only == NULL || only->is_parenthesized)
        return false;
    return only->kind == PC_EXPRESSION_RECORD || only->kind == PC_EXPRESSION_LIST ||
           (only->kind == PC_EXPRESSION_COMPREHENSION && only->comprehension.is_list);
}

/* Expressions in ( ) or [ ], the brackets included. */
static void format_bracketed(struct pc_printer *printer, const struct pc_expressions *expressions)
{
    if (pc_take_empty_bracket(printer))
        return;
    if (is_hugged(expressions)) {
        pc_take(printer);
        pc_format_expression(printer, expressions->items[0]);
        pc_take(printer);
        return;
    }
    pc_bracket_open(printer, PC_FLAT_NOTHING, false);
    pc_format_expressions(printer, expressions);
    pc_bracket_close(printer, PC_FLAT_NOTHING);
}

void pc_format_arguments(struct pc_printer *printer, const struct pc_expressions *arguments)
{
    format_bracketed(printer, arguments);
}

/* Ends a list that may end in a comma: there is one if the list is broken. */
static void close_list(struct pc_printer *printer, bool is_empty, enum pc_flat inner)
{
    if (!is_empty)
        pc_layout_text_if_broken(printer->layout, pc_text_of(","));
    pc_pass(printer, PC_TOKEN_COMMA);
    pc_bracket_close(printer, inner);
}

static void format_list(struct pc_printer *printer, const struct pc_expressions *items)
{
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_NOTHING, pc_bracket_ends_line(printer));
    pc_format_expressions(printer, items);
    close_list(printer, items->count == 0, PC_FLAT_NOTHING);
}

/* The element, `for`, and what follows it, up to the bracket. */
static void format_comprehension(struct pc_printer *printer, const struct pc_expression *loop)
{
    pc_format_expression(printer, loop->comprehension.element);
    pc_break(printer, PC_FLAT_BLANK);
    pc_take_kind(printer, PC_TOKEN_FOR);
    pc_blank(printer);
    pc_take(printer);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_IN);
    pc_blank(printer);
    pc_format_expression(printer, loop->comprehension.collection);
    pc_format_filter(printer, loop->comprehension.where);
}

static void format_entry(struct pc_printer *printer, const struct pc_entry *entry)
{
    if (entry->is_shorthand) {
        pc_take(printer);
        return;
    }
    pc_format_expression(printer, entry->key);
    pc_take_kind(printer, PC_TOKEN_COLON);
    pc_align(printer, PC_ALIGN_ENTRY);
    pc_format_expression(printer, entry->value);
}

static void format_record(struct pc_printer *printer, const struct pc_entries *entries)
{
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_ends_line(printer));
    for (size_t i = 0; i < entries->count; i++) {
        format_entry(printer, entries->items[i]);
        if (i + 1 < entries->count) {
            pc_take_comma(printer);
            pc_break_element(printer, PC_FLAT_BLANK, false);
        }
    }
    close_list(printer, entries->count == 0, PC_FLAT_BLANK);
}

/* ---- match, if ---- */

static void format_match(struct pc_printer *printer, const struct pc_expression *match)
{
    const struct pc_arms *arms = &match->match.arms;

    pc_take_kind(printer, PC_TOKEN_MATCH);
    pc_blank(printer);
    pc_format_expression(printer, match->match.subject);
    pc_blank(printer);
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_ends_line(printer));
    for (size_t i = 0; i < arms->count; i++) {
        pc_format_arm_names(printer, arms->items[i]);
        pc_format_expression(printer, arms->items[i]->value);
        if (i + 1 < arms->count) {
            pc_take_comma(printer);
            pc_break_element(printer, PC_FLAT_BLANK, false);
        }
    }
    close_list(printer, false, PC_FLAT_BLANK);
}

/* if … then … else if … then … else …: one line, or one for each branch. */
static void format_conditional(struct pc_printer *printer, const struct pc_expression *expression)
{
    const struct pc_expression *otherwise = expression;

    pc_open(printer);
    do {
        expression = otherwise;
        otherwise = expression->conditional.otherwise;
        pc_take_kind(printer, PC_TOKEN_IF);
        pc_blank(printer);
        pc_format_expression(printer, expression->conditional.condition);
        pc_indent(printer);
        pc_break(printer, PC_FLAT_BLANK);
        pc_take_kind(printer, PC_TOKEN_THEN);
        pc_blank(printer);
        pc_format_expression(printer, expression->conditional.then);
        pc_break(printer, PC_FLAT_BLANK);
        pc_take_kind(printer, PC_TOKEN_ELSE);
        pc_blank(printer);
        if (otherwise->kind != PC_EXPRESSION_CONDITIONAL || otherwise->is_parenthesized)
            break;
        pc_dedent(printer);
    } while (true);
    pc_format_expression(printer, otherwise);
    pc_dedent(printer);
    pc_close(printer);
}

/* ---- operators ---- */

/* Operators of one level are broken together. */
static int level_of(enum pc_operator operator)
{
    switch (operator) {
    case PC_OPERATOR_OR:
        return 1;
    case PC_OPERATOR_AND:
        return 2;
    case PC_OPERATOR_COALESCE:
        return 4;
    case PC_OPERATOR_ADD:
    case PC_OPERATOR_SUBTRACT:
        return 5;
    case PC_OPERATOR_MULTIPLY:
    case PC_OPERATOR_DIVIDE:
    case PC_OPERATOR_REMAINDER:
        return 6;
    default:
        return 3; /* comparisons, which do not chain */
    }
}

static bool continues(const struct pc_expression *part, int level)
{
    return part->kind == PC_EXPRESSION_BINARY && !part->is_parenthesized &&
           level_of(part->binary.operator) == level;
}

/* The operator and the operand behind it. */
static void format_operation(struct pc_printer *printer, const struct pc_expression *right)
{
    pc_break(printer, PC_FLAT_BLANK);
    pc_take(printer);
    pc_blank(printer);
    pc_format_expression(printer, right);
}

/* a + b - c: the operands behind the first stand one level deeper. */
static void format_left_chain(struct pc_printer *printer, const struct pc_expression *expression,
                              int level)
{
    if (continues(expression->binary.left, level)) {
        format_left_chain(printer, expression->binary.left, level);
    } else {
        pc_format_expression(printer, expression->binary.left);
        pc_indent(printer);
    }
    format_operation(printer, expression->binary.right);
}

/* a ?? b ?? c is a ?? (b ?? c). */
static void format_right_chain(struct pc_printer *printer, const struct pc_expression *expression,
                               int level)
{
    pc_format_expression(printer, expression->binary.left);
    pc_indent(printer);
    while (continues(expression->binary.right, level)) {
        expression = expression->binary.right;
        format_operation(printer, expression->binary.left);
    }
    format_operation(printer, expression->binary.right);
}

static void format_binary(struct pc_printer *printer, const struct pc_expression *expression)
{
    int level = level_of(expression->binary.operator);

    pc_open(printer);
    if (expression->binary.operator== PC_OPERATOR_COALESCE)
        format_right_chain(printer, expression, level);
    else
        format_left_chain(printer, expression, level);
    pc_dedent(printer);
    pc_close(printer);
}

/* ---- texts ---- */

/* As written, except for blanks inside of the interpolations, which never end a line. */
static void format_text(struct pc_printer *printer, const struct pc_expression *text)
{
    if (pc_at(printer, PC_TOKEN_TEXT)) {
        pc_take(printer);
        return;
    }
    pc_open_flat(printer);
    pc_take_kind(printer, PC_TOKEN_TEXT_BEGIN);
    for (size_t i = 0; i < text->text.parts.count; i++) {
        const struct pc_text_part *part = text->text.parts.items[i];
        pc_take(printer);
        if (part->expression != NULL) {
            pc_format_expression(printer, part->expression);
            pc_take_kind(printer, PC_TOKEN_INTERPOLATION_CLOSE);
        }
    }
    pc_take_kind(printer, PC_TOKEN_TEXT_END);
    pc_close(printer);
}

/* ---- all of them ---- */

static void format_access(struct pc_printer *printer, const struct pc_expression *access)
{
    switch (access->kind) {
    case PC_EXPRESSION_FIELD:
        pc_format_expression(printer, access->field.object);
        pc_take(printer);
        pc_take(printer);
        break;
    case PC_EXPRESSION_METHOD:
        pc_format_expression(printer, access->method.object);
        pc_take(printer);
        pc_take(printer);
        format_bracketed(printer, &access->method.arguments);
        break;
    case PC_EXPRESSION_INDEX:
        pc_format_expression(printer, access->index.object);
        format_bracketed(printer, &access->index.keys);
        break;
    default:
        pc_take(printer);
        format_bracketed(printer, &access->call.arguments);
    }
}

static void format_bare(struct pc_printer *printer, const struct pc_expression *expression)
{
    switch (expression->kind) {
    case PC_EXPRESSION_TEXT:
        format_text(printer, expression);
        break;
    case PC_EXPRESSION_FIELD:
    case PC_EXPRESSION_METHOD:
    case PC_EXPRESSION_INDEX:
    case PC_EXPRESSION_CALL:
        format_access(printer, expression);
        break;
    case PC_EXPRESSION_UNARY:
        pc_take(printer);
        if (expression->unary.operator== PC_OPERATOR_NOT)
            pc_blank(printer);
        pc_format_expression(printer, expression->unary.operand);
        break;
    case PC_EXPRESSION_BINARY:
        format_binary(printer, expression);
        break;
    case PC_EXPRESSION_CONDITIONAL:
        format_conditional(printer, expression);
        break;
    case PC_EXPRESSION_MATCH:
        format_match(printer, expression);
        break;
    case PC_EXPRESSION_RECORD:
        format_record(printer, &expression->record.entries);
        break;
    case PC_EXPRESSION_LIST:
        format_list(printer, &expression->list.items);
        break;
    case PC_EXPRESSION_COMPREHENSION:
        if (expression->comprehension.is_list)
            pc_bracket_open(printer, PC_FLAT_NOTHING, false);
        format_comprehension(printer, expression);
        if (expression->comprehension.is_list)
            pc_bracket_close(printer, PC_FLAT_NOTHING);
        break;
    default: /* numbers, `true`, `false`, `none`, names */
        pc_take(printer);
    }
}

void pc_format_expression(struct pc_printer *printer, const struct pc_expression *expression)
{
    size_t doubled = 0;

    if (!expression->is_parenthesized) {
        format_bare(printer, expression);
        return;
    }
    /* The span leaves the brackets out: all before it are this expression's own. One pair is kept,
     * because somebody thought that it helps the reader. */
    pc_bracket_open(printer, PC_FLAT_NOTHING, false);
    for (; pc_next_start(printer) < expression->span.start; doubled++)
        pc_pass(printer, PC_TOKEN_LEFT_PAREN);
    format_bare(printer, expression);
    for (; doubled > 0; doubled--)
        pc_pass(printer, PC_TOKEN_RIGHT_PAREN);
    pc_bracket_close(printer, PC_FLAT_NOTHING);
}
