/* statements.c -- statements: values have the types of the places they go to. */
#include "scope.h"

#include <string.h>

typedef void check_node(struct ir_scope *scope, const json_t *node);

static void check_assign(struct ir_scope *scope, const json_t *node)
{
    const char *target = ir_type(ir_part(node, "target"));

    if (json_is_null(ir_part(node, "operator")))
        ir_expect_type(scope, node, "value", target);
    else
        ir_check_operation(scope, node, target, ir_type(ir_part(node, "value")),
                           ir_text(node, "operation"));
}

static void check_put_row(struct ir_scope *scope, const json_t *node)
{
    ir_check_named_values(scope, node, ir_fields_of(scope, ir_type(ir_part(node, "row"))));
}

static void check_add(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "value", ir_element_of(scope, ir_part(node, "target"), false));
}

static void check_keep_last(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "count", "u32");
}

static void check_let(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "value", ir_type(ir_part(node, "local")));
}

static void check_bound(struct ir_scope *scope, const json_t *node)
{
    if (!ir_is_optional_of(ir_type(ir_part(node, "value")), ir_type(ir_part(node, "local"))))
        ir_complain(scope, node, "binds %s of %s", ir_type(ir_part(node, "local")),
                    ir_type(ir_part(node, "value")));
}

static void check_condition(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "condition", "bool");
    if (ir_part(node, "message") != NULL)
        ir_expect_type(scope, node, "message", "text");
}

static void check_for(struct ir_scope *scope, const json_t *node)
{
    const json_t *collection = ir_part(node, "collection");

    if (ir_part(node, "key") != NULL) {
        ir_expect_type(scope, node, "key", ir_element_of(scope, collection, false));
        ir_expect_type(scope, node, "value", ir_element_of(scope, collection, true));
    } else {
        ir_expect_type(scope, node, "local", ir_element_of(scope, collection, false));
    }
    ir_expect_type(scope, node, "where", "bool");
}

static void check_for_rows(struct ir_scope *scope, const json_t *node)
{
    const json_t *table = ir_named(ir_part(scope->projection, "tables"), ir_text(node, "table"));
    const json_t *column;
    size_t index;

    ir_expect_type(scope, node, "where", "bool");
    if (table == NULL)
        ir_complain(scope, node, "there is no table %s", ir_text(node, "table"));
    json_array_foreach(ir_part(node, "path"), index,
                       column) if (ir_named(ir_part(table, "fields"), json_string_value(column)) ==
                                   NULL)
        ir_complain(scope, node, "there is no column %s", json_string_value(column));
}

static void check_fail(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "message", "text");
}

static const struct {
    const char *kind;
    check_node *check;
} statements[] = {
    {"assign", check_assign}, {"put_row", check_put_row},   {"push", check_add},
    {"add", check_add},       {"remove", check_add},        {"keep_last", check_keep_last},
    {"let", check_let},       {"let_else", check_bound},    {"if_let", check_bound},
    {"if", check_condition},  {"require", check_condition}, {"match", ir_check_arms},
    {"for", check_for},       {"for_entries", check_for},   {"for_rows", check_for_rows},
    {"fail", check_fail},
};

void ir_check_statement(struct ir_scope *scope, const json_t *node)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (strcmp(statements[i].kind, ir_text(node, "kind")) == 0)
            statements[i].check(scope, node);
}
