/* format_statement.c -- how blocks and statements look. */
#include "syntax/format_printer.h"

#include "proj.tab.h"

static void format_statement(struct pc_printer *printer, const struct pc_statement *statement);

void pc_format_names(struct pc_printer *printer, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pc_take(printer);
        if (i + 1 < count) {
            pc_take_comma(printer);
            pc_break_element(printer, PC_FLAT_BLANK, false);
        }
    }
}

/* ---- blocks ---- */

void pc_format_block_of_group(struct pc_printer *printer, const struct pc_block *block)
{
    if (pc_take_empty_bracket(printer))
        return;
    if (block->statements.count > 1 || pc_bracket_spans_lines(printer))
        pc_force(printer);
    pc_take_kind(printer, PC_TOKEN_LEFT_BRACE);
    pc_indent(printer);
    for (size_t i = 0; i < block->statements.count; i++) {
        pc_break_element(printer, PC_FLAT_BLANK, i == 0);
        format_statement(printer, block->statements.items[i]);
    }
    pc_take_comments(printer);
    pc_dedent(printer);
    pc_break(printer, PC_FLAT_BLANK);
    pc_take_kind(printer, PC_TOKEN_RIGHT_BRACE);
}

void pc_format_block(struct pc_printer *printer, const struct pc_block *block)
{
    pc_open(printer);
    pc_format_block_of_group(printer, block);
    pc_close(printer);
}

/* ---- if ---- */

/* `if condition` or `if let name = value`, up to the block. */
static void format_condition(struct pc_printer *printer, const struct pc_statement *branch)
{
    pc_take_kind(printer, PC_TOKEN_IF);
    pc_blank(printer);
    if (branch->branch.binding != NULL) {
        pc_take_kind(printer, PC_TOKEN_LET);
        pc_blank(printer);
        pc_take(printer);
        pc_blank(printer);
        pc_take_kind(printer, PC_TOKEN_ASSIGN);
        pc_blank(printer);
    }
    pc_indent(printer);
    pc_format_expression(printer, branch->branch.condition);
    pc_dedent(printer);
    pc_blank(printer);
}

/* All blocks of an `if` stand beside their braces, or none does: they share one group. */
static void format_branches(struct pc_printer *printer, const struct pc_statement *branch)
{
    for (;;) {
        format_condition(printer, branch);
        pc_format_block_of_group(printer, branch->branch.then);
        if (branch->branch.otherwise == NULL)
            return;
        pc_blank(printer);
        printer->gap.hang = 0;
        pc_take_kind(printer, PC_TOKEN_ELSE);
        pc_blank(printer);
        if (!branch->branch.is_else_if)
            break;
        branch = branch->branch.otherwise->statements.items[0];
    }
    pc_format_block_of_group(printer, branch->branch.otherwise);
}

/* ---- match ---- */

void pc_format_arm_names(struct pc_printer *printer, const struct pc_arm *arm)
{
    if (arm->is_else) {
        pc_take_kind(printer, PC_TOKEN_ELSE);
    } else {
        pc_open(printer);
        pc_format_names(printer, arm->names.count);
        pc_close(printer);
    }
    pc_align(printer, PC_ALIGN_ARM);
    pc_take_kind(printer, PC_TOKEN_ARROW);
    pc_blank(printer);
}

static void format_match(struct pc_printer *printer, const struct pc_statement *match)
{
    const struct pc_arms *arms = &match->match.arms;

    pc_take_kind(printer, PC_TOKEN_MATCH);
    pc_blank(printer);
    pc_format_expression(printer, match->match.subject);
    pc_blank(printer);
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_spans_lines(printer) || arms->count > 1);
    for (size_t i = 0; i < arms->count; i++) {
        pc_break_element(printer, PC_FLAT_BLANK, i == 0);
        pc_format_arm_names(printer, arms->items[i]);
        pc_format_block(printer, arms->items[i]->body);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

/* ---- the others ---- */

static void format_let(struct pc_printer *printer, const struct pc_statement *let)
{
    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_LET);
    pc_blank(printer);
    pc_take(printer);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_ASSIGN);
    pc_blank(printer);
    pc_format_expression(printer, let->let.value);
    if (let->let.otherwise != NULL) {
        pc_blank(printer);
        printer->gap.hang = 0;
        pc_take_kind(printer, PC_TOKEN_ELSE);
        pc_blank(printer);
        pc_format_block_of_group(printer, let->let.otherwise);
    }
    pc_close(printer);
}

/* Clauses that go on behind the first line of a header stand deeper than the block below. */
static void format_loop(struct pc_printer *printer, const struct pc_statement *loop)
{
    pc_open(printer);
    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_FOR);
    pc_blank(printer);
    pc_format_names(printer, loop->loop.second != NULL ? 2 : 1);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_IN);
    pc_blank(printer);
    pc_indent(printer);
    pc_indent(printer);
    pc_format_expression(printer, loop->loop.collection);
    pc_format_filter(printer, loop->loop.where);
    pc_dedent(printer);
    pc_dedent(printer);
    pc_close(printer);
    pc_blank(printer);
    pc_format_block_of_group(printer, loop->loop.body);
    pc_close(printer);
}

static void format_require(struct pc_printer *printer, const struct pc_statement *require)
{
    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_REQUIRE);
    pc_blank(printer);
    pc_indent(printer);
    pc_format_expression(printer, require->require.condition);
    pc_break(printer, PC_FLAT_BLANK);
    pc_take_kind(printer, PC_TOKEN_ELSE);
    pc_blank(printer);
    pc_format_expression(printer, require->require.message);
    pc_dedent(printer);
    pc_close(printer);
}

static void format_copy(struct pc_printer *printer, const struct pc_names *names)
{
    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_COPY);
    pc_blank(printer);
    pc_indent(printer);
    pc_format_names(printer, names->count);
    pc_dedent(printer);
    pc_close(printer);
}

static void format_statement(struct pc_printer *printer, const struct pc_statement *statement)
{
    switch (statement->kind) {
    case PC_STATEMENT_ASSIGN:
        pc_format_expression(printer, statement->assign.target);
        pc_blank(printer);
        pc_take(printer);
        pc_blank(printer);
        pc_format_expression(printer, statement->assign.value);
        break;
    case PC_STATEMENT_CALL:
        pc_format_expression(printer, statement->call.call);
        break;
    case PC_STATEMENT_LET:
        format_let(printer, statement);
        break;
    case PC_STATEMENT_IF:
        pc_open(printer);
        format_branches(printer, statement);
        pc_close(printer);
        break;
    case PC_STATEMENT_MATCH:
        format_match(printer, statement);
        break;
    case PC_STATEMENT_FOR:
        format_loop(printer, statement);
        break;
    case PC_STATEMENT_COPY:
        format_copy(printer, &statement->copy.names);
        break;
    case PC_STATEMENT_REQUIRE:
        format_require(printer, statement);
        break;
    case PC_STATEMENT_DELETE:
        pc_take_kind(printer, PC_TOKEN_DELETE);
        pc_blank(printer);
        pc_format_expression(printer, statement->delete.target);
        break;
    case PC_STATEMENT_FAIL:
        pc_take_kind(printer, PC_TOKEN_FAIL);
        pc_blank(printer);
        pc_format_expression(printer, statement->fail.message);
        break;
    case PC_STATEMENT_NOTIFY:
        pc_take_kind(printer, PC_TOKEN_NOTIFY);
        pc_blank(printer);
        pc_take(printer);
        pc_blank(printer);
        pc_format_expression(printer, statement->notify.record);
        break;
    default: /* skip */
        pc_take_kind(printer, PC_TOKEN_SKIP);
    }
}
