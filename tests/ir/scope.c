/* scope.c -- names looked up, types compared. */
#include "scope.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

const json_t *ir_part(const json_t *object, const char *key)
{
    return json_object_get(object, key);
}

const char *ir_text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value == NULL ? "" : value;
}

const json_t *ir_named(const json_t *list, const char *name)
{
    const json_t *one;
    size_t index;

    json_array_foreach(list, index, one) if (strcmp(ir_text(one, "name"), name) == 0) return one;
    return NULL;
}

void ir_complain(struct ir_scope *scope, const json_t *node, const char *format, ...)
{
    const json_t *position = ir_part(node, "position");
    va_list arguments;

    printf("%s: line %d: %s: ", scope->document, (int)json_integer_value(ir_part(position, "line")),
           ir_text(node, "kind"));
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    scope->wrong++;
}

/* ---- types ---- */

/* decimal(2, round) and duration(ms) are decimal(2) and duration but for payloads. */
static void plain(const char *type, char *out, size_t size)
{
    size_t used = 0;

    while (*type != '\0' && used + 1 < size) {
        if (strncmp(type, ", round)", 8) == 0)
            type += 7;
        if (strncmp(type, "duration(", 9) == 0) {
            used += (size_t)snprintf(out + used, size - used, "duration");
            type = strchr(type, ')') + 1;
            continue;
        }
        out[used++] = *type++;
    }
    out[used] = '\0';
}

bool ir_is_same(const char *left, const char *right)
{
    char a[256];
    char b[256];

    plain(left, a, sizeof a);
    plain(right, b, sizeof b);
    return strcmp(a, b) == 0;
}

bool ir_is_optional_of(const char *optional, const char *type)
{
    char a[256];

    (void)snprintf(a, sizeof a, "%.250s?", type);
    return ir_is_same(optional, a);
}

const json_t *ir_type_of(const struct ir_scope *scope, const char *name)
{
    return ir_named(ir_part(scope->module, "types"), name);
}

const char *ir_type(const json_t *node)
{
    return ir_text(node, "type");
}

void ir_expect_type(struct ir_scope *scope, const json_t *node, const char *key, const char *wanted)
{
    const json_t *operand = ir_part(node, key);

    if (!json_is_null(operand) && !ir_is_same(ir_type(operand), wanted))
        ir_complain(scope, node, "%s is %s, not %s", key, ir_type(operand), wanted);
}

/* The type of the elements of a collection; of a map's keys or (is_value) its values. */
const char *ir_element_of(const struct ir_scope *scope, const json_t *collection, bool is_value)
{
    const json_t *of = ir_type_of(scope, ir_type(collection));

    if (strcmp(ir_text(of, "kind"), "map") == 0)
        return ir_text(of, is_value ? "value" : "key");
    return ir_text(of, "element");
}

/* ---- fields ---- */

/* The fields of a record or a row's table, also of one that may be none. */
const json_t *ir_fields_of(const struct ir_scope *scope, const char *name)
{
    const json_t *of = ir_type_of(scope, name);
    const json_t *projection;

    if (strcmp(ir_text(of, "kind"), "optional") == 0)
        of = ir_type_of(scope, ir_text(of, "element"));
    if (strcmp(ir_text(of, "kind"), "record") == 0)
        return ir_part(ir_named(ir_part(scope->module, "records"), ir_text(of, "name")), "fields");
    projection = ir_named(ir_part(scope->module, "projections"), ir_text(of, "projection"));
    return ir_part(ir_named(ir_part(projection, "tables"), ir_text(of, "table")), "fields");
}

void ir_check_field_type(struct ir_scope *scope, const json_t *node, const json_t *fields,
                         const char *name, const char *wanted)
{
    const json_t *field = ir_named(fields, name);

    if (field == NULL)
        ir_complain(scope, node, "there is no field %s", name);
    else if (!ir_is_same(ir_type(field), wanted))
        ir_complain(scope, node, "%s is %s, not %s", name, ir_type(field), wanted);
}

void ir_check_named_values(struct ir_scope *scope, const json_t *node, const json_t *fields)
{
    const json_t *one;
    size_t index;

    json_array_foreach(ir_part(node, "fields"), index, one) ir_check_field_type(
        scope, node, fields, ir_text(one, "name"), ir_type(ir_part(one, "value")));
}
