/* print_test.c -- the tests inside a file as the language writes them. Values of steps have no
 * types of their own: those are looked up where the step says. */
#include "print.h"
#include "scope.h"

#include <stdio.h>
#include <string.h>

/* { name: value, … }, with the types of the fields. */
static void put_fields(const struct ir_printer *printer, const json_t *values, const json_t *fields)
{
    const json_t *one;
    size_t index;

    printf("{ ");
    json_array_foreach(values, index, one)
    {
        printf(index > 0 ? ", " : "");
        ir_print_name(ir_text(one, "name"));
        printf(": ");
        ir_print_value(printer, ir_type(ir_named(fields, ir_text(one, "name"))),
                       ir_part(one, "value"));
    }
    printf(" }");
}

static void put_arguments(const struct ir_printer *printer, const json_t *values,
                          const json_t *parameters)
{
    const json_t *one;
    size_t index;

    printf("(");
    json_array_foreach(values, index, one)
    {
        printf(index > 0 ? ", " : "");
        ir_print_value(printer, ir_type(json_array_get(parameters, index)), one);
    }
    printf(")");
}

static void print_given(const struct ir_printer *printer, const json_t *step)
{
    const json_t *event = ir_named(ir_part(printer->module, "events"), ir_text(step, "event"));
    const json_t *aggregate =
        ir_named(ir_part(printer->module, "aggregates"), ir_text(event, "aggregate"));

    printf("given ");
    ir_print_name(ir_text(aggregate, "name"));
    printf("(");
    ir_print_value(printer, ir_text(aggregate, "id_type"), ir_part(step, "id"));
    printf(") { ");
    ir_print_name(ir_text(event, "name"));
    printf(" ");
    put_fields(printer, ir_part(step, "fields"), ir_part(event, "fields"));
    printf(" at ");
    ir_print_string(ir_text(step, "time"));
    printf(" }\n");
}

static const json_t *query_of(const struct ir_printer *printer, const char *name)
{
    const json_t *projection;
    size_t index;

    json_array_foreach(ir_part(printer->module, "projections"), index, projection)
    {
        const json_t *query = ir_named(ir_part(projection, "queries"), name);

        if (query != NULL)
            return query;
    }
    return NULL;
}

static void print_rows(const struct ir_printer *printer, const json_t *step)
{
    const json_t *query = query_of(printer, ir_text(step, "query"));
    const json_t *row;
    size_t index;

    printf("expect ");
    ir_print_name(ir_text(step, "query"));
    if (json_array_size(ir_part(step, "arguments")) > 0)
        put_arguments(printer, ir_part(step, "arguments"), ir_part(query, "parameters"));
    printf(" [");
    json_array_foreach(ir_part(step, "rows"), index, row)
    {
        printf(index > 0 ? ", " : " ");
        put_fields(printer, row, ir_part(query, "columns"));
    }
    printf(" ]\n");
}

static void print_expect(const struct ir_printer *printer, const json_t *step, const char *kind)
{
    const json_t *projection =
        ir_named(ir_part(printer->module, "projections"), ir_text(step, "projection"));
    const json_t *table = ir_named(ir_part(projection, "tables"), ir_text(step, "table"));
    const json_t *fields = ir_part(table != NULL ? table : ir_part(projection, "state"), "fields");

    printf("expect ");
    ir_print_name(ir_text(table != NULL ? table : projection, "name"));
    if (json_array_size(ir_part(step, "keys")) > 0)
        put_arguments(printer, ir_part(step, "keys"),
                      table != NULL ? fields : ir_part(projection, "keys"));
    printf(" ");
    if (strcmp(kind, "expect") == 0) {
        put_fields(printer, ir_part(step, "fields"), fields);
    } else if (strcmp(kind, "fails") == 0) {
        printf("fails ");
        ir_print_string(ir_text(step, "message"));
    } else {
        printf("none");
    }
    printf("\n");
}

void ir_print_tests(const struct ir_printer *printer)
{
    const json_t *test;
    size_t index;

    json_array_foreach(ir_part(printer->module, "tests"), index, test)
    {
        const json_t *step;
        size_t i;

        printf("test ");
        ir_print_string(ir_text(test, "title"));
        printf(" {\n");
        json_array_foreach(ir_part(test, "steps"), i, step)
        {
            const char *kind = ir_text(step, "kind");

            if (strcmp(kind, "given") == 0)
                print_given(printer, step);
            else if (strcmp(kind, "query") == 0)
                print_rows(printer, step);
            else
                print_expect(printer, step, kind);
        }
        printf("}\n");
    }
}
