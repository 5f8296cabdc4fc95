/* print_statement.c -- statements as the language writes them. */
#include "print.h"
#include "scope.h"

#include <stdio.h>
#include <string.h>

static void put(const struct ir_printer *printer, const json_t *node, const char *before,
                const char *key)
{
    printf("%s", before);
    ir_print_expression(printer, ir_part(node, key));
}

static void put_local(const json_t *node, const char *before, const char *key)
{
    printf("%s", before);
    ir_print_name(ir_text(ir_part(node, key), "name"));
}

static void put_block(const struct ir_printer *printer, const json_t *node, const char *before,
                      const char *key)
{
    if (json_is_null(ir_part(node, key)))
        return;
    printf("%s", before);
    ir_print_block(printer, ir_part(node, key));
}

static void put_where(const struct ir_printer *printer, const json_t *node)
{
    if (!json_is_null(ir_part(node, "where")))
        put(printer, node, " where ", "where");
}

static void print_match(const struct ir_printer *printer, const json_t *node)
{
    const json_t *arm;
    size_t index;

    put(printer, node, "match ", "subject");
    printf(" {\n");
    json_array_foreach(ir_part(node, "arms"), index, arm)
    {
        const json_t *member;
        size_t i;

        json_array_foreach(ir_part(arm, "members"), i, member)
        {
            printf(i > 0 ? ", " : "");
            ir_print_name(json_string_value(member));
        }
        put_block(printer, arm, json_array_size(ir_part(arm, "members")) == 0 ? "else => " : " => ",
                  "body");
    }
    printf("}");
}

static bool print_branch(const struct ir_printer *printer, const json_t *node, const char *kind)
{
    if (strcmp(kind, "let") == 0 || strcmp(kind, "let_else") == 0) {
        put_local(node, "let ", "local");
        put(printer, node, " = ", "value");
        if (kind[3] != '\0')
            put_block(printer, node, " else ", "else");
    } else if (strcmp(kind, "if") == 0 || strcmp(kind, "if_let") == 0) {
        if (kind[2] == '\0') {
            put(printer, node, "if ", "condition");
        } else {
            put_local(node, "if let ", "local");
            put(printer, node, " = ", "value");
        }
        put_block(printer, node, " ", "then");
        put_block(printer, node, " else ", "else");
    } else if (strcmp(kind, "match") == 0) {
        print_match(printer, node);
    } else {
        return false;
    }
    return true;
}

static bool print_loop(const struct ir_printer *printer, const json_t *node, const char *kind)
{
    if (strncmp(kind, "for", 3) != 0)
        return false;
    if (strcmp(kind, "for_entries") == 0) {
        put_local(node, "for ", "key");
        put_local(node, ", ", "value");
    } else {
        put_local(node, "for ", "local");
    }
    printf(" in ");
    if (strcmp(kind, "for_rows") == 0)
        ir_print_name(ir_text(node, "table"));
    else
        ir_print_expression(printer, ir_part(node, "collection"));
    put_where(printer, node);
    put_block(printer, node, " ", "body");
    return true;
}

static bool print_method(const struct ir_printer *printer, const json_t *node, const char *kind)
{
    static const char *const methods[] = {"push", "keep_last", "add", "remove", "clear"};

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (strcmp(kind, methods[i]) != 0)
            continue;
        put(printer, node, "", "target");
        printf(".%s(", kind);
        if (ir_part(node, "value") != NULL)
            put(printer, node, "", "value");
        if (ir_part(node, "count") != NULL)
            put(printer, node, "", "count");
        printf(")");
        return true;
    }
    return false;
}

/* state.x = event.x, which `copy` says too, and better where `event.x` is something else. */
static bool is_copy(const struct ir_printer *printer, const json_t *node)
{
    const json_t *target = ir_part(node, "target");
    const json_t *value = ir_part(node, "value");

    while (ir_part(value, "operand") != NULL && (json_is_true(ir_part(value, "implicit")) ||
                                                 strcmp(ir_text(value, "kind"), "some") == 0))
        value = ir_part(value, "operand");
    return !printer->is_upcast && json_is_null(ir_part(node, "operator")) &&
           strcmp(ir_text(target, "kind"), "state_field") == 0 &&
           strcmp(ir_text(value, "kind"), "event_field") == 0 &&
           strcmp(ir_text(target, "field"), ir_text(value, "field")) == 0;
}

static void print_simple(const struct ir_printer *printer, const json_t *node, const char *kind)
{
    if (strcmp(kind, "assign") == 0 && is_copy(printer, node)) {
        printf("copy ");
        ir_print_name(ir_text(ir_part(node, "target"), "field"));
    } else if (strcmp(kind, "assign") == 0) {
        put(printer, node, "", "target");
        printf(" %s", ir_text(node, "operator"));
        put(printer, node, "= ", "value");
    } else if (strcmp(kind, "put_row") == 0) {
        put(printer, node, "", "row");
        printf(" = ");
        ir_print_entries(printer, ir_part(node, "fields"));
    } else if (strcmp(kind, "delete_state") == 0) {
        printf("delete state");
    } else if (strcmp(kind, "delete_row") == 0) {
        put(printer, node, "delete ", "row");
    } else if (strcmp(kind, "fail") == 0) {
        put(printer, node, "fail ", "message");
    } else if (strcmp(kind, "require") == 0) {
        put(printer, node, "require ", "condition");
        put(printer, node, " else ", "message");
    } else if (strcmp(kind, "notify") == 0) {
        printf("notify ");
        ir_print_name(ir_text(node, "channel"));
        printf(" ");
        ir_print_entries(printer, ir_part(node, "fields"));
    } else {
        printf("%s", kind); /* skip */
    }
}

void ir_print_block(const struct ir_printer *printer, const json_t *statements)
{
    const json_t *node;
    size_t index;

    printf("{\n");
    json_array_foreach(statements, index, node)
    {
        const char *kind = ir_text(node, "kind");

        if (!print_branch(printer, node, kind) && !print_loop(printer, node, kind) &&
            !print_method(printer, node, kind))
            print_simple(printer, node, kind);
        printf("\n");
    }
    printf("}\n");
}
