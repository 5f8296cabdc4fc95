/* print_expression.c -- expressions and constants as the language writes them. */
#include "print.h"
#include "scope.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names and texts ---- */

void ir_print_name(const char *name)
{
    printf("`%s`", name);
}

/* What stands between the quotes. */
static void print_text(const char *string)
{
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;

        if (c == '"' || c == '\\' || c == '{' || c == '}')
            printf("\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            printf("\\u{%x}", c);
        else
            putchar(c);
    }
}

void ir_print_string(const char *string)
{
    putchar('"');
    print_text(string);
    putchar('"');
}

/* ---- constants ---- */

/* -P1DT2H3M4.5S in microseconds. */
static int64_t microseconds(const char *iso)
{
    bool is_negative = *iso == '-';
    int64_t total = 0;

    while (*iso != '\0' && *iso != 'P')
        iso++;
    while (*iso != '\0') {
        if (*iso < '0' || *iso > '9') {
            iso++;
            continue;
        }
        char *end;
        int64_t whole = strtoll(iso, &end, 10);
        int64_t fraction = 0;

        if (*end == '.') {
            int64_t unit = 100000;

            for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
                fraction += (*end - '0') * unit;
        }
        int64_t second = *end == 'D' ? 86400 : *end == 'H' ? 3600 : *end == 'M' ? 60 : 1;

        total += whole * second * 1000000 + fraction;
        iso = end;
    }
    return is_negative ? -total : total;
}

static void print_real(double value)
{
    char text[64];
    char *exponent;

    (void)snprintf(text, sizeof text, "%.17g", value);
    exponent = strchr(text, 'e');
    if (exponent == NULL) {
        printf("%s%s", text, strchr(text, '.') == NULL ? ".0" : "");
        return;
    }
    *exponent++ = '\0';
    printf("%s%se%s", text, strchr(text, '.') == NULL ? ".0" : "", exponent + (*exponent == '+'));
}

static void print_composed(const struct ir_printer *printer, const json_t *type,
                           const json_t *value)
{
    const struct ir_scope scope = {.module = printer->module};
    bool is_list =
        strcmp(ir_text(type, "kind"), "list") == 0 || strcmp(ir_text(type, "kind"), "set") == 0;
    const json_t *fields = ir_fields_of(&scope, ir_text(type, "name"));
    const json_t *one;
    size_t index;

    putchar(is_list ? '[' : '{');
    json_array_foreach(value, index, one)
    {
        printf(index > 0 ? ", " : " ");
        if (is_list) {
            ir_print_value(printer, ir_text(type, "element"), one);
        } else if (ir_part(one, "name") != NULL) {
            ir_print_name(ir_text(one, "name"));
            printf(": ");
            ir_print_value(printer, ir_type(ir_named(fields, ir_text(one, "name"))),
                           ir_part(one, "value"));
        } else {
            ir_print_value(printer, ir_text(type, "key"), ir_part(one, "key"));
            printf(": ");
            ir_print_value(printer, ir_text(type, "value"), ir_part(one, "value"));
        }
    }
    printf(is_list ? "]" : " }");
}

void ir_print_value(const struct ir_printer *printer, const char *type, const json_t *value)
{
    const struct ir_scope scope = {.module = printer->module};
    const json_t *of = ir_type_of(&scope, type);
    const char *kind = ir_text(of, "kind");

    if (json_is_null(value)) {
        printf("none");
    } else if (strcmp(kind, "optional") == 0) {
        ir_print_value(printer, ir_text(of, "element"), value);
    } else if (json_is_boolean(value)) {
        printf(json_is_true(value) ? "true" : "false");
    } else if (strcmp(kind, "f64") == 0) {
        print_real(json_number_value(value));
    } else if (json_is_integer(value)) {
        printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_array(value)) {
        print_composed(printer, of, value);
    } else if (strcmp(kind, "enum") == 0) {
        ir_print_name(ir_text(of, "name"));
        putchar('.');
        ir_print_name(json_string_value(value));
    } else if (strcmp(kind, "duration") == 0) {
        printf("%" PRId64 "us", microseconds(json_string_value(value)));
    } else if (strcmp(kind, "integer") == 0 || strcmp(kind, "decimal") == 0) {
        printf("%s", json_string_value(value));
    } else {
        ir_print_string(json_string_value(value));
    }
}

/* ---- expressions ---- */

void ir_print_list(const struct ir_printer *printer, const json_t *nodes)
{
    const json_t *one;
    size_t index;

    json_array_foreach(nodes, index, one)
    {
        printf(index > 0 ? ", " : "");
        ir_print_expression(printer, one);
    }
}

void ir_print_entries(const struct ir_printer *printer, const json_t *fields)
{
    const json_t *one;
    size_t index;

    printf("{ ");
    json_array_foreach(fields, index, one)
    {
        printf(index > 0 ? ", " : "");
        ir_print_name(ir_text(one, "name"));
        printf(": ");
        ir_print_expression(printer, ir_part(one, "value"));
    }
    printf(" }");
}

/* A text with expressions for its %: the keys of the node, in order. `name` is a name, `$` a word.
 */
static void print_form(const struct ir_printer *printer, const json_t *node, const char *form,
                       const char *const *keys)
{
    for (; *form != '\0'; form++) {
        if (*form == '%')
            ir_print_expression(printer, ir_part(node, *keys++));
        else if (*form == '#')
            ir_print_list(printer, ir_part(node, *keys++));
        else if (*form == '@')
            ir_print_name(ir_text(node, *keys++));
        else if (*form == '$')
            printf("%s", ir_text(node, *keys++));
        else
            putchar(*form);
    }
}

static const struct {
    const char *kind;
    const char *form;
    const char *keys[3];
} forms[] = {
    {"local", "@", {"name"}},
    {"parameter", "@", {"name"}},
    {"key", "@", {"name"}},
    {"column", "@", {"column"}},
    {"event_data", "event.$", {"data"}},
    {"state_exists", "state.exists", {NULL}},
    {"element", "%[%]", {"object", "index"}},
    {"entry", "%[%]", {"object", "key"}},
    {"row", "@[#]", {"table", "keys"}},
    {"not", "(not %)", {"operand"}},
    {"negate", "(-%)", {"operand"}},
    {"is_none", "(% == none)", {"operand"}},
    {"is_some", "(% != none)", {"operand"}},
    {"and", "(% and %)", {"left", "right"}},
    {"or", "(% or %)", {"left", "right"}},
    {"coalesce", "(% ?? %)", {"left", "right"}},
    {"in", "(% in %)", {"value", "collection"}},
    {"conditional", "(if % then % else %)", {"condition", "then", "else"}},
    {"some", "%", {"operand"}},
    {"call", "@(#)", {"function", "arguments"}},
    {"list", "[#]", {"items"}},
};

/* Between two literals, or before one alone, nothing says that they are no i64. */
static bool needs_type(const json_t *left, const json_t *right)
{
    static const char *const narrow[] = {"i8", "i16", "i32", "u8", "u16", "u32", "u64"};

    if (strcmp(ir_text(right, "kind"), "convert") == 0 && json_is_true(ir_part(right, "implicit")))
        right = ir_part(right, "operand");
    if (strcmp(ir_text(left, "kind"), "constant") != 0 ||
        strcmp(ir_text(right, "kind"), "constant") != 0)
        return false;
    for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++)
        if (strcmp(ir_type(left), narrow[i]) == 0)
            return true;
    return false;
}

static void print_operation(const struct ir_printer *printer, const json_t *node)
{
    const json_t *left = ir_part(node, "left");
    const json_t *right = ir_part(node, "right");
    bool is_typed = needs_type(left, right);

    printf("(%s%s", is_typed ? ir_type(left) : "", is_typed ? "(" : "");
    ir_print_expression(printer, left);
    printf("%s %s ", is_typed ? ")" : "", ir_text(node, "operator"));
    ir_print_expression(printer, right);
    putchar(')');
}

static void print_match(const struct ir_printer *printer, const json_t *node)
{
    const json_t *arm;
    size_t index;

    printf("(match ");
    ir_print_expression(printer, ir_part(node, "subject"));
    printf(" { ");
    json_array_foreach(ir_part(node, "arms"), index, arm)
    {
        const json_t *member;
        size_t i;

        printf(index > 0 ? ", " : "");
        json_array_foreach(ir_part(arm, "members"), i, member)
        {
            printf(i > 0 ? ", " : "");
            ir_print_name(json_string_value(member));
        }
        printf(json_array_size(ir_part(arm, "members")) == 0 ? "else => " : " => ");
        ir_print_expression(printer, ir_part(arm, "value"));
    }
    printf(" })");
}

/* value for local in collection where condition */
static void print_walk(const struct ir_printer *printer, const json_t *node)
{
    if (!json_is_null(ir_part(node, "local"))) {
        ir_print_expression(printer, ir_part(node, "value"));
        printf(" for ");
        ir_print_name(ir_text(ir_part(node, "local"), "name"));
        printf(" in ");
    }
    ir_print_expression(printer, ir_part(node, "collection"));
    if (!json_is_null(ir_part(node, "where"))) {
        printf(" where ");
        ir_print_expression(printer, ir_part(node, "where"));
    }
}

static void print_round(const struct ir_printer *printer, const json_t *node)
{
    const json_t *term;
    size_t index;

    printf("round(");
    json_array_foreach(ir_part(node, "terms"), index, term)
    {
        const json_t *factor;
        size_t i;

        printf(json_is_true(ir_part(term, "negative")) ? " - " : index > 0 ? " + " : "");
        json_array_foreach(ir_part(term, "factors"), i, factor)
        {
            printf(i > 0 ? " * " : "");
            ir_print_expression(printer, factor);
        }
        if (!json_is_null(ir_part(term, "divisor"))) {
            printf(" / ");
            ir_print_expression(printer, ir_part(term, "divisor"));
        }
    }
    printf(", %" JSON_INTEGER_FORMAT ")", json_integer_value(ir_part(node, "scale")));
}

static json_int_t scale_of(const struct ir_printer *printer, const json_t *node)
{
    const struct ir_scope scope = {.module = printer->module};

    return json_integer_value(ir_part(ir_type_of(&scope, ir_type(node)), "scale"));
}

static void print_convert(const struct ir_printer *printer, const json_t *node)
{
    bool is_decimal = strncmp(ir_type(node), "decimal", 7) == 0;
    bool is_implicit = json_is_true(ir_part(node, "implicit"));
    const json_t *operand = ir_part(node, "operand");
    bool is_typed = is_implicit && needs_type(operand, operand);

    if (!is_implicit)
        printf("%s(", is_decimal ? "decimal" : ir_type(node));
    printf("%s%s", is_typed ? ir_type(operand) : "", is_typed ? "(" : "");
    ir_print_expression(printer, operand);
    printf(is_typed ? ")" : "");
    if (is_implicit)
        return;
    if (is_decimal)
        printf(", %" JSON_INTEGER_FORMAT, scale_of(printer, node));
    putchar(')');
}

static void print_builtin(const struct ir_printer *printer, const json_t *node)
{
    const json_t *arguments = ir_part(node, "arguments");
    const json_t *first = json_array_get(arguments, 0);
    bool is_typed = json_array_size(arguments) == 1 && needs_type(first, first);

    printf("%s(%s%s", ir_text(node, "function"), is_typed ? ir_type(first) : "",
           is_typed ? "(" : "");
    ir_print_list(printer, arguments);
    printf(is_typed ? ")" : "");
    if (strcmp(ir_text(node, "function"), "scaled") == 0)
        printf(", %" JSON_INTEGER_FORMAT, scale_of(printer, node));
    putchar(')');
}

static void print_parts(const struct ir_printer *printer, const json_t *node)
{
    const json_t *one;
    size_t index;

    putchar('"');
    json_array_foreach(ir_part(node, "parts"), index, one)
    {
        if (strcmp(ir_text(one, "kind"), "constant") == 0 && strcmp(ir_type(one), "text") == 0) {
            print_text(ir_text(one, "value"));
            continue;
        }
        putchar('{');
        ir_print_expression(printer, one);
        putchar('}');
    }
    putchar('"');
}

static void print_map(const struct ir_printer *printer, const json_t *node)
{
    const json_t *one;
    size_t index;

    printf("{ ");
    json_array_foreach(ir_part(node, "entries"), index, one)
    {
        printf(index > 0 ? ", " : "");
        ir_print_expression(printer, ir_part(one, "key"));
        printf(": ");
        ir_print_expression(printer, ir_part(one, "value"));
    }
    printf(" }");
}

/* `event.name` is not the field `name`. */
static void print_event_field(const json_t *node)
{
    static const char *const data[] = {"id",   "no",      "name",         "time",
                                       "meta", "version", "aggregate_id", "aggregate_type"};
    bool is_data = false;

    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        is_data = is_data || strcmp(data[i], ir_text(node, "field")) == 0;
    printf(is_data ? "" : "event.");
    ir_print_name(ir_text(node, "field"));
}

static void print_other(const struct ir_printer *printer, const json_t *node, const char *kind)
{
    if (strcmp(kind, "constant") == 0) {
        ir_print_value(printer, ir_type(node), ir_part(node, "value"));
    } else if (strcmp(kind, "event_field") == 0) {
        print_event_field(node);
    } else if (strcmp(kind, "state_field") == 0) {
        /* A bare name may be one of the event's too; in an upcast there is no word `state`. */
        printf(printer->is_upcast ? "" : "state.");
        ir_print_name(ir_text(node, "field"));
    } else if (strcmp(kind, "event_meta") == 0) {
        printf("event.meta(");
        ir_print_string(ir_text(node, "key"));
        putchar(')');
    } else if (strcmp(kind, "field") == 0) {
        ir_print_expression(printer, ir_part(node, "object"));
        printf(json_is_true(ir_part(node, "optional")) ? "?." : ".");
        ir_print_name(ir_text(node, "field"));
    } else if (strcmp(kind, "compare") == 0 || strcmp(kind, "arithmetic") == 0) {
        print_operation(printer, node);
    } else if (strcmp(kind, "match") == 0) {
        print_match(printer, node);
    } else if (strcmp(kind, "convert") == 0) {
        print_convert(printer, node);
    } else if (strcmp(kind, "builtin") == 0) {
        print_builtin(printer, node);
    } else if (strcmp(kind, "round") == 0) {
        print_round(printer, node);
    } else if (strcmp(kind, "interpolation") == 0) {
        print_parts(printer, node);
    } else if (strcmp(kind, "record") == 0) {
        ir_print_entries(printer, ir_part(node, "fields"));
    } else if (strcmp(kind, "map") == 0) {
        print_map(printer, node);
    } else if (strcmp(kind, "fold") == 0 || strcmp(kind, "comprehension") == 0) {
        printf("%s%c", ir_text(node, "function"), kind[0] == 'f' ? '(' : '[');
        print_walk(printer, node);
        putchar(kind[0] == 'f' ? ')' : ']');
    } else {
        printf("<no form for %s>", kind);
    }
}

void ir_print_expression(const struct ir_printer *printer, const json_t *node)
{
    const char *kind = ir_text(node, "kind");

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].kind, kind) == 0) {
            print_form(printer, node, forms[i].form, forms[i].keys);
            return;
        }
    }
    print_other(printer, node, kind);
}
