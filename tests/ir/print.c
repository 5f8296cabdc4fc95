/* print.c -- a document as a program again: declarations. */
#include "print.h"

#include "scope.h"

#include <stdio.h>
#include <string.h>

/* ---- what most declarations have ---- */

static void put_doc(const json_t *node)
{
    const char *line = ir_text(node, "doc");

    while (*line != '\0') {
        size_t size = strcspn(line, "\n");

        printf("/// %.*s\n", (int)size, line);
        line += size + (line[size] == '\n');
    }
}

static void put_name(const json_t *node, const char *before, const char *after)
{
    printf("%s", before);
    ir_print_name(ir_text(node, "name"));
    printf("%s", after);
}

static void put_as(const char *before, const char *outside, const char *after)
{
    printf("%s", before);
    ir_print_string(outside);
    printf("%s", after);
}

/* `as` stands where there is an outside name, and that differs. */
static void put_outside(const json_t *node)
{
    if (strcmp(ir_text(node, "outside"), ir_text(node, "name")) != 0)
        put_as(" as ", ir_text(node, "outside"), "");
}

static void put_fields(const struct ir_printer *printer, const json_t *fields, size_t first)
{
    const json_t *field;
    size_t index;

    json_array_foreach(fields, index, field)
    {
        if (index < first)
            continue;
        put_doc(field);
        put_name(field, "", ": ");
        printf("%s", ir_type(field));
        put_outside(field);
        if (!json_is_null(ir_part(field, "default"))) {
            printf(" = ");
            ir_print_expression(printer, ir_part(field, "default"));
        }
        printf("\n");
    }
}

static void put_parameters(const struct ir_printer *printer, const json_t *parameters)
{
    const json_t *one;
    size_t index;

    printf("(");
    json_array_foreach(parameters, index, one)
    {
        put_name(one, index > 0 ? ", " : "", ": ");
        printf("%s", ir_type(one));
        if (json_is_object(ir_part(one, "default"))) {
            printf(" = ");
            ir_print_expression(printer, ir_part(one, "default"));
        }
    }
    printf(")");
}

/* ---- types, functions ---- */

static void print_enum(const json_t *node)
{
    const json_t *member;
    size_t index;

    put_doc(node);
    put_name(node, "enum ", " {\n");
    json_array_foreach(ir_part(node, "members"), index, member)
    {
        put_doc(member);
        put_name(member, "", "");
        put_outside(member);
        if (json_is_true(ir_part(node, "coded")))
            printf(" = %" JSON_INTEGER_FORMAT, json_integer_value(ir_part(member, "number")));
        printf("\n");
    }
    printf("}\n");
}

static void print_types(const struct ir_printer *printer)
{
    const json_t *node;
    size_t index;

    json_array_foreach(ir_part(printer->module, "aliases"), index, node)
    {
        put_doc(node);
        put_name(node, "type ", " = ");
        printf("%s\n", ir_type(node));
    }
    json_array_foreach(ir_part(printer->module, "enums"), index, node) print_enum(node);
    json_array_foreach(ir_part(printer->module, "records"), index, node)
    {
        put_doc(node);
        put_name(node, "record ", " {\n");
        put_fields(printer, ir_part(node, "fields"), 0);
        printf("}\n");
    }
    json_array_foreach(ir_part(printer->module, "functions"), index, node)
    {
        put_doc(node);
        put_name(node, json_is_true(ir_part(node, "extern")) ? "extern fn " : "fn ", "");
        put_parameters(printer, ir_part(node, "parameters"));
        printf(": %s", ir_type(node));
        if (!json_is_null(ir_part(node, "body"))) {
            printf(" = ");
            ir_print_expression(printer, ir_part(node, "body"));
        }
        printf("\n");
    }
}

/* ---- streams, aggregates, events ---- */

static void print_streams(const struct ir_printer *printer)
{
    const json_t *node;
    size_t index;

    json_array_foreach(ir_part(printer->module, "streams"), index, node)
    {
        char table[512];

        (void)snprintf(table, sizeof table, "%.200s%s%.300s", ir_text(node, "schema"),
                       json_is_null(ir_part(node, "schema")) ? "" : ".", ir_text(node, "table"));
        put_doc(node);
        put_name(node, "stream ", "");
        put_as(" as ", table, " {\n");
        printf("payload %s\n", ir_text(node, "payload"));
        put_as("notify ", ir_text(node, "channel"), "\n}\n");
    }
}

static void print_event(struct ir_printer printer, const json_t *event)
{
    const json_t *upcast;
    size_t index;

    put_doc(event);
    put_name(event, "event ", "");
    put_outside(event);
    printf(" {\n");
    put_fields(&printer, ir_part(event, "fields"), 0);
    printer.is_upcast = true;
    json_array_foreach(ir_part(event, "upcasts"), index, upcast)
    {
        put_doc(upcast);
        put_as("upcast ", ir_text(upcast, "outside"), " {\n");
        put_fields(&printer, ir_part(upcast, "fields"), 0);
        printf("} ");
        ir_print_block(&printer, ir_part(upcast, "body"));
    }
    printf("}\n");
}

static void print_aggregates(const struct ir_printer *printer)
{
    const json_t *node;
    size_t index;

    json_array_foreach(ir_part(printer->module, "aggregates"), index, node)
    {
        const json_t *event;
        size_t i;

        put_doc(node);
        put_name(node, "aggregate ", "");
        printf("(%s) in ", ir_text(node, "id_type"));
        ir_print_name(ir_text(node, "stream"));
        put_outside(node);
        printf(" {\n");
        json_array_foreach(ir_part(printer->module, "events"), i,
                           event) if (strcmp(ir_text(event, "aggregate"), ir_text(node, "name")) ==
                                      0) print_event(*printer, event);
        printf("}\n");
    }
}

/* ---- states, tables, queries ---- */

static void print_indexes(const json_t *table)
{
    const json_t *columns = ir_part(table, "columns");
    const json_t *one;
    size_t index;

    json_array_foreach(ir_part(table, "indexes"), index, one)
    {
        const json_t *part;
        size_t i;

        json_array_foreach(ir_part(one, "columns"), i, part)
        {
            const json_t *column = ir_named(columns, ir_text(part, "column"));

            printf(i > 0 ? ", " : "index by ");
            ir_print_name(json_is_null(ir_part(column, "field")) ? ir_text(column, "name")
                                                                 : ir_text(column, "field"));
            printf(json_is_true(ir_part(part, "descending")) ? " desc" : "");
        }
        printf("\n");
    }
}

static void put_keys(const json_t *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_name(json_array_get(keys, i), i > 0 ? ", " : " by ", ": ");
        printf("%s", ir_type(json_array_get(keys, i)));
    }
}

static void print_table(const struct ir_printer *printer, const json_t *node)
{
    const json_t *sql = ir_part(node, "sql");
    size_t key_count = (size_t)json_integer_value(ir_part(node, "key_count"));
    char table[512];

    (void)snprintf(table, sizeof table, "%.200s%s%.300s", ir_text(sql, "schema"),
                   json_is_null(ir_part(sql, "schema")) ? "" : ".", ir_text(sql, "table"));
    put_doc(node);
    put_name(node, "table ", "");
    put_keys(ir_part(node, "fields"), key_count);
    put_as(" as ", table, " {\n");
    put_fields(printer, ir_part(node, "fields"), key_count);
    print_indexes(sql);
    printf("}\n");
}

static void print_query(const struct ir_printer *printer, const json_t *node,
                        const json_t *projection)
{
    const json_t *one;
    size_t index;

    put_doc(node);
    put_name(node, "query ", "");
    put_parameters(printer, ir_part(node, "parameters"));
    printf(" = ");
    ir_print_name(json_is_null(ir_part(node, "table")) ? ir_text(projection, "name")
                                                       : ir_text(node, "table"));
    if (!json_is_null(ir_part(node, "where"))) {
        printf(" where ");
        ir_print_expression(printer, ir_part(node, "where"));
    }
    json_array_foreach(ir_part(node, "order"), index, one)
    {
        printf(index > 0 ? ", " : " order by ");
        ir_print_name(ir_text(one, "column"));
        printf(json_is_true(ir_part(one, "descending")) ? " desc" : "");
    }
    if (!json_is_null(ir_part(node, "limit"))) {
        printf(" limit ");
        ir_print_expression(printer, ir_part(node, "limit"));
    }
    printf("\n");
}

static void print_state(const struct ir_printer *printer, const json_t *state)
{
    if (strcmp(ir_text(state, "mode"), "none") == 0)
        return;
    put_doc(state);
    printf("state%s {\n", strcmp(ir_text(state, "mode"), "columns") == 0 ? " columns" : "");
    put_fields(printer, ir_part(state, "fields"), 0);
    print_indexes(ir_part(state, "sql"));
    printf("}\n");
}

/* ---- projections ---- */

static void put_names(const char *before, const json_t *names, const char *after)
{
    const json_t *one;
    size_t index;

    json_array_foreach(names, index, one)
    {
        printf("%s", index > 0 ? ", " : before);
        ir_print_name(json_string_value(one));
    }
    if (json_array_size(names) > 0)
        printf("%s", after);
}

static void print_policy(const json_t *policy)
{
    const json_t *retry = ir_part(policy, "retry");

    printf("on error %s", ir_text(policy, "action"));
    if (!json_is_null(retry))
        printf(" %" JSON_INTEGER_FORMAT " times %sus..%sus then %s",
               json_integer_value(ir_part(retry, "times")), ir_text(retry, "minimum_us"),
               ir_text(retry, "maximum_us"), ir_text(retry, "then"));
    printf("\n");
}

static void print_handler(const struct ir_printer *printer, const json_t *node)
{
    const json_t *each = ir_part(node, "each");
    const json_t *key;
    size_t index;

    put_doc(node);
    printf(json_is_true(ir_part(node, "any")) ? "on any" : "on ");
    put_names("", ir_part(node, "events"), "");
    if (!json_is_null(each)) {
        put_name(ir_part(each, "local"), " for ", " in ");
        ir_print_expression(printer, ir_part(each, "collection"));
    }
    json_array_foreach(ir_part(node, "keys"), index, key)
    {
        printf(index > 0 ? ", " : " by ");
        ir_print_expression(printer, ir_part(key, "value"));
    }
    if (!json_is_null(ir_part(node, "where"))) {
        printf(" where ");
        ir_print_expression(printer, ir_part(node, "where"));
    }
    printf(" ");
    if (json_is_true(ir_part(node, "extern")))
        printf("extern\n");
    else
        ir_print_block(printer, ir_part(node, "body"));
}

static void print_projection(const struct ir_printer *printer, const json_t *node)
{
    const json_t *one;
    size_t index;

    put_doc(node);
    put_name(node, "projection ", "");
    if (json_is_null(ir_part(node, "aggregate"))) {
        printf(" over ");
        ir_print_name(ir_text(node, "stream"));
        put_keys(ir_part(node, "keys"), json_array_size(ir_part(node, "keys")));
    } else {
        printf(" for each ");
        ir_print_name(ir_text(node, "aggregate"));
    }
    if (!json_is_null(ir_part(node, "where"))) {
        printf(" where ");
        ir_print_expression(printer, ir_part(node, "where"));
    }
    printf(" {\nversion %" JSON_INTEGER_FORMAT "\n", json_integer_value(ir_part(node, "version")));
    print_policy(ir_part(node, "policy"));
    print_state(printer, ir_part(node, "state"));
    json_array_foreach(ir_part(node, "tables"), index, one) print_table(printer, one);
    json_array_foreach(ir_part(node, "queries"), index, one) print_query(printer, one, node);
    put_names("ignore ", ir_part(node, "ignored"), "\n");
    printf(json_is_true(ir_part(node, "ignores_any")) ? "ignore any\n" : "");
    json_array_foreach(ir_part(node, "handlers"), index, one) print_handler(printer, one);
    printf("}\n");
}

void ir_print_program(const json_t *document)
{
    const struct ir_printer printer = {.module = json_array_get(ir_part(document, "modules"), 0)};
    const json_t *node;
    size_t index;

    put_doc(printer.module);
    printf("package ");
    ir_print_name(ir_text(printer.module, "package"));
    printf("\n");
    print_types(&printer);
    print_streams(&printer);
    print_aggregates(&printer);
    json_array_foreach(ir_part(printer.module, "projections"), index, node)
        print_projection(&printer, node);
    ir_print_tests(&printer);
}
