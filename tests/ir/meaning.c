/* meaning.c -- modules walked: each unit that binds names, its names first, then its nodes. */
#include "meaning.h"

#include "scope.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool holds(const json_t *list, const char *name)
{
    const json_t *one;
    size_t index;

    json_array_foreach(list, index, one) if (json_is_string(one) &&
                                             strcmp(json_string_value(one), name) == 0) return true;
    return false;
}

static void bind(struct ir_scope *scope, const json_t *binding)
{
    char id[32];

    (void)snprintf(id, sizeof id, "%lld", (long long)json_integer_value(ir_part(binding, "id")));
    if (json_object_get(scope->locals, id) != NULL)
        ir_complain(scope, binding, "%s (%s) is bound twice", ir_text(binding, "name"), id);
    json_object_set(scope->locals, id, (json_t *)(uintptr_t)binding);
}

/* ---- walking ---- */

/* First the names that are bound anywhere, then the nodes: a name's block is not looked at. */
static void walk(struct ir_scope *scope, const json_t *node, bool is_binding)
{
    const char *name;
    json_t *member;
    size_t index;

    if (json_is_array(node)) {
        json_array_foreach(node, index, member) walk(scope, member, is_binding);
        return;
    }
    if (!json_is_object(node))
        return;
    if (is_binding && ir_part(node, "in_place") != NULL)
        bind(scope, node);
    else if (!is_binding && ir_part(node, "kind") != NULL && ir_part(node, "position") != NULL)
        ir_part(node, "type") != NULL ? ir_check_expression(scope, node)
                                      : ir_check_statement(scope, node);
    json_object_foreach((json_t *)(uintptr_t)node, name, member) walk(scope, member, is_binding);
}

/* Whatever binds names of its own: a handler, function, upcast or query. */
static void check_unit(struct ir_scope scope, const json_t *unit, size_t *wrong)
{
    scope.locals = json_object();
    scope.wrong = 0;
    walk(&scope, unit, true);
    walk(&scope, unit, false);
    json_decref(scope.locals);
    *wrong += scope.wrong;
}

static void check_handler(struct ir_scope scope, const json_t *handler, size_t *wrong)
{
    const json_t *key;
    size_t index;

    scope.events = ir_part(handler, "events");
    check_unit(scope, handler, wrong);
    json_array_foreach(ir_part(handler, "keys"), index, key)
        ir_check_field_type(&scope, handler, ir_part(scope.projection, "keys"),
                            ir_text(key, "name"), ir_type(ir_part(key, "value")));
    json_array_foreach(scope.events, index, key) if (ir_named(ir_part(scope.module, "events"),
                                                              json_string_value(key)) == NULL)
        ir_complain(&scope, handler, "there is no event %s", json_string_value(key));
    *wrong += scope.wrong;
}

/* A query's column is one of the table that it reads, under the name that it has there. */
static void check_query_columns(struct ir_scope *scope, const json_t *query)
{
    const json_t *table = ir_named(ir_part(scope->projection, "tables"), ir_text(query, "table"));
    const json_t *columns = ir_part(
        ir_part(table != NULL ? table : ir_part(scope->projection, "state"), "sql"), "columns");
    const json_t *one;
    size_t index;

    json_array_foreach(ir_part(query, "columns"), index, one)
    {
        const json_t *column = ir_named(columns, ir_text(one, "sql"));
        const char *held = json_is_null(ir_part(column, "field")) ? ir_text(column, "name")
                                                                  : ir_text(column, "field");

        if (column == NULL || strcmp(held, ir_text(one, "name")) != 0)
            ir_complain(scope, query, "%s is not column %s", ir_text(one, "name"),
                        ir_text(one, "sql"));
    }
}

static void check_projection(struct ir_scope scope, const json_t *projection, size_t *wrong)
{
    const json_t *one;
    size_t index;

    scope.projection = projection;
    check_unit(scope, ir_part(projection, "where"), wrong);
    check_unit(scope, ir_part(projection, "state"), wrong);
    check_unit(scope, ir_part(projection, "tables"), wrong);
    json_array_foreach(ir_part(projection, "handlers"), index, one)
        check_handler(scope, one, wrong);
    json_array_foreach(ir_part(projection, "queries"), index, one)
    {
        scope.parameters = ir_part(one, "parameters");
        scope.columns = ir_part(one, "columns");
        check_unit(scope, one, wrong);
        check_query_columns(&scope, one);
    }
    json_array_foreach(ir_part(projection, "uses"), index, one)
    {
        const json_t *event = ir_named(ir_part(scope.module, "events"), ir_text(one, "event"));
        const json_t *handler;
        size_t i;

        if (event == NULL)
            ir_complain(&scope, one, "there is no event %s", ir_text(one, "event"));
        json_array_foreach(ir_part(one, "handlers"), i, handler)
        {
            const json_t *user = json_array_get(ir_part(projection, "handlers"),
                                                (size_t)json_integer_value(handler));

            if (!json_is_true(ir_part(user, "any")) &&
                !holds(ir_part(user, "events"), ir_text(one, "event")))
                ir_complain(&scope, one, "handler %zu does not handle %s", i,
                            ir_text(one, "event"));
        }
    }
    *wrong += scope.wrong;
}

static void check_module(struct ir_scope scope, size_t *wrong)
{
    const json_t *module = scope.module;
    const json_t *one;
    size_t index;

    check_unit(scope, ir_part(module, "records"), wrong);
    json_array_foreach(ir_part(module, "functions"), index, one)
    {
        scope.parameters = ir_part(one, "parameters");
        check_unit(scope, one, wrong);
        if (!json_is_null(ir_part(one, "body")))
            ir_expect_type(&scope, one, "body", ir_type(one));
    }
    scope.parameters = NULL;
    json_array_foreach(ir_part(module, "events"), index, one)
    {
        const json_t *upcast;
        size_t i;

        if (ir_named(ir_part(module, "aggregates"), ir_text(one, "aggregate")) == NULL)
            ir_complain(&scope, one, "there is no aggregate %s", ir_text(one, "aggregate"));
        check_unit(scope, ir_part(one, "fields"), wrong);
        json_array_foreach(ir_part(one, "upcasts"), i, upcast)
        {
            scope.old_fields = ir_part(upcast, "fields");
            scope.new_fields = ir_part(one, "fields");
            check_unit(scope, upcast, wrong);
        }
        scope.old_fields = scope.new_fields = NULL;
    }
    json_array_foreach(ir_part(module, "aggregates"), index,
                       one) if (ir_named(ir_part(module, "streams"), ir_text(one, "stream")) ==
                                NULL)
        ir_complain(&scope, one, "there is no stream %s", ir_text(one, "stream"));
    json_array_foreach(ir_part(module, "projections"), index, one)
        check_projection(scope, one, wrong);
    *wrong += scope.wrong;
}

size_t ir_check_meaning(const json_t *document, const char *name)
{
    const json_t *module;
    size_t wrong = 0;
    size_t index;

    json_array_foreach(ir_part(document, "modules"), index, module)
        check_module((struct ir_scope){.module = module, .document = name}, &wrong);
    return wrong;
}
