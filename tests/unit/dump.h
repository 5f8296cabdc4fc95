/* Prints an expression of the tree as an s-expression, for tests. */
#ifndef TESTS_UNIT_DUMP_H
#define TESTS_UNIT_DUMP_H

#include "compiler/syntax/ast.h"

#include <stdio.h>

static void dump(FILE *out, const struct pc_expression *expression);

static void dump_name(FILE *out, const struct pc_name *name)
{
    fprintf(out, "%.*s", PC_TEXT_ARGS(name->text));
}

static void dump_list(FILE *out, const char *head, const struct pc_expressions *list)
{
    fprintf(out, "%s", head);
    for (size_t i = 0; i < list->count; i++) {
        fputc(' ', out);
        dump(out, list->items[i]);
    }
    fputc(')', out);
}

static void dump_three(FILE *out, const char *head, const struct pc_expression *a,
                       const struct pc_expression *b, const struct pc_expression *c)
{
    const struct pc_expression *parts[] = {a, b, c};

    fprintf(out, "(%s", head);
    for (size_t i = 0; i < 3; i++) {
        if (parts[i] == NULL)
            continue;
        fputc(' ', out);
        dump(out, parts[i]);
    }
    fputc(')', out);
}

static void dump_text(FILE *out, const struct pc_expression *text)
{
    fputs(text->text.is_plain ? "\"" : "(text", out);
    for (size_t i = 0; i < text->text.parts.count; i++) {
        const struct pc_text_part *part = text->text.parts.items[i];
        if (!text->text.is_plain)
            fputc(' ', out);
        if (part->expression != NULL)
            dump(out, part->expression);
        else
            fprintf(out, "%.*s", PC_TEXT_ARGS(part->text));
    }
    fputs(text->text.is_plain ? "\"" : ")", out);
}

static void dump_match(FILE *out, const struct pc_expression *match)
{
    fputs("(match ", out);
    dump(out, match->match.subject);
    for (size_t i = 0; i < match->match.arms.count; i++) {
        const struct pc_arm *arm = match->match.arms.items[i];
        fputs(arm->is_else ? " else" : "", out);
        for (size_t j = 0; j < arm->names.count; j++) {
            fputc(j == 0 ? ' ' : '|', out);
            dump_name(out, arm->names.items[j]);
        }
        fputs("=>", out);
        dump(out, arm->value);
    }
    fputc(')', out);
}

static void dump_record(FILE *out, const struct pc_expression *record)
{
    fputs("{", out);
    for (size_t i = 0; i < record->record.entries.count; i++) {
        const struct pc_entry *entry = record->record.entries.items[i];
        fputs(i > 0 ? " " : "", out);
        dump(out, entry->key);
        fputs(entry->is_shorthand ? "=" : ":", out);
        dump(out, entry->value);
    }
    fputs("}", out);
}

static void dump_leaf(FILE *out, const struct pc_expression *leaf)
{
    static const char *const units[] = {"ns", "us", "ms", "s", "m", "h", "d"};

    switch (leaf->kind) {
    case PC_EXPRESSION_INTEGER:
        fprintf(out, "%.*s", PC_TEXT_ARGS(leaf->integer.digits));
        break;
    case PC_EXPRESSION_FRACTION:
        fprintf(out, "%.*s/%u%s", PC_TEXT_ARGS(leaf->fraction.digits), leaf->fraction.scale,
                leaf->fraction.has_exponent ? "e" : "");
        break;
    case PC_EXPRESSION_DURATION:
        fprintf(out, "%.*s%s", PC_TEXT_ARGS(leaf->duration.digits), units[leaf->duration.unit]);
        break;
    case PC_EXPRESSION_BOOL:
        fputs(leaf->boolean.value ? "true" : "false", out);
        break;
    case PC_EXPRESSION_NONE:
        fputs("none", out);
        break;
    default:
        dump_name(out, &leaf->name.name);
    }
}

static void dump_access(FILE *out, const struct pc_expression *access)
{
    if (access->kind == PC_EXPRESSION_CALL) {
        fputc('(', out);
        dump_name(out, &access->call.name);
        dump_list(out, "", &access->call.arguments);
    } else if (access->kind == PC_EXPRESSION_INDEX) {
        fputs("(at ", out);
        dump(out, access->index.object);
        dump_list(out, "", &access->index.keys);
    } else if (access->kind == PC_EXPRESSION_FIELD) {
        dump(out, access->field.object);
        fputs(access->field.is_optional ? "?." : ".", out);
        dump_name(out, &access->field.name);
    } else {
        fputc('(', out);
        dump(out, access->method.object);
        fputs(access->method.is_optional ? "?." : ".", out);
        dump_name(out, &access->method.name);
        dump_list(out, "", &access->method.arguments);
    }
}

static void dump(FILE *out, const struct pc_expression *expression)
{
    switch (expression->kind) {
    case PC_EXPRESSION_TEXT:
        dump_text(out, expression);
        break;
    case PC_EXPRESSION_CALL:
    case PC_EXPRESSION_INDEX:
    case PC_EXPRESSION_FIELD:
    case PC_EXPRESSION_METHOD:
        dump_access(out, expression);
        break;
    case PC_EXPRESSION_UNARY:
        dump_three(out, pc_operator_spelling(expression->unary.operator), expression->unary.operand,
                   NULL, NULL);
        break;
    case PC_EXPRESSION_BINARY:
        dump_three(out, pc_operator_spelling(expression->binary.operator), expression->binary.left,
                   expression->binary.right, NULL);
        break;
    case PC_EXPRESSION_CONDITIONAL:
        dump_three(out, "if", expression->conditional.condition, expression->conditional.then,
                   expression->conditional.otherwise);
        break;
    case PC_EXPRESSION_MATCH:
        dump_match(out, expression);
        break;
    case PC_EXPRESSION_RECORD:
        dump_record(out, expression);
        break;
    case PC_EXPRESSION_LIST:
        dump_list(out, "([]", &expression->list.items);
        break;
    case PC_EXPRESSION_COMPREHENSION:
        dump_name(out, &expression->comprehension.name);
        dump_three(out, expression->comprehension.is_list ? "[for]" : "for",
                   expression->comprehension.element, expression->comprehension.collection,
                   expression->comprehension.where);
        break;
    default:
        dump_leaf(out, expression);
    }
}

#endif
