/* expressions.c -- expressions: what they name, and that their operands have the types they work
 * on. */
#include "scope.h"

#include <stdio.h>
#include <string.h>

static void check_event_field(struct ir_scope *scope, const json_t *node)
{
    const json_t *event;
    size_t index;

    if (scope->old_fields != NULL) {
        ir_check_field_type(scope, node, scope->old_fields, ir_text(node, "field"), ir_type(node));
        return;
    }
    if (json_array_size(scope->events) == 0)
        ir_complain(scope, node, "there is no event here");
    json_array_foreach(scope->events, index, event) ir_check_field_type(
        scope, node,
        ir_part(ir_named(ir_part(scope->module, "events"), json_string_value(event)), "fields"),
        ir_text(node, "field"), ir_type(node));
}

static void check_part(struct ir_scope *scope, const json_t *node)
{
    const json_t *field =
        ir_named(ir_fields_of(scope, ir_type(ir_part(node, "object"))), ir_text(node, "field"));
    bool is_optional = json_is_true(ir_part(node, "optional"));
    char wanted[256];

    if (field == NULL) {
        ir_complain(scope, node, "there is no field %s", ir_text(node, "field"));
        return;
    }
    (void)snprintf(wanted, sizeof wanted, "%.250s%s", ir_type(field),
                   is_optional && ir_type(field)[strlen(ir_type(field)) - 1] != '?' ? "?" : "");
    if (!ir_is_same(wanted, ir_type(node)))
        ir_complain(scope, node, "is %s, not %s", ir_type(node), wanted);
}

static void check_row(struct ir_scope *scope, const json_t *node)
{
    const json_t *table = ir_named(ir_part(scope->projection, "tables"), ir_text(node, "table"));
    const json_t *key;
    size_t index;

    if (table == NULL) {
        ir_complain(scope, node, "there is no table %s", ir_text(node, "table"));
        return;
    }
    if ((json_int_t)json_array_size(ir_part(node, "keys")) !=
        json_integer_value(ir_part(table, "key_count")))
        ir_complain(scope, node, "has another number of keys than %s", ir_text(node, "table"));
    json_array_foreach(
        ir_part(node, "keys"), index,
        key) if (!ir_is_same(ir_type(key),
                             ir_type(json_array_get(ir_part(table, "fields"), index))))
        ir_complain(scope, node, "key %zu is %s", index, ir_type(key));
}

/* ---- names ---- */

static void check_local(struct ir_scope *scope, const json_t *node)
{
    char id[32];
    const json_t *binding;

    (void)snprintf(id, sizeof id, "%lld", (long long)json_integer_value(ir_part(node, "id")));
    binding = json_object_get(scope->locals, id);
    if (binding == NULL || strcmp(ir_text(binding, "name"), ir_text(node, "name")) != 0 ||
        strcmp(ir_type(binding), ir_type(node)) != 0)
        ir_complain(scope, node, "%s (%s) is not bound", ir_text(node, "name"), id);
}

static void check_call(struct ir_scope *scope, const json_t *node)
{
    const json_t *function =
        ir_named(ir_part(scope->module, "functions"), ir_text(node, "function"));
    const json_t *parameters = ir_part(function, "parameters");
    const json_t *argument;
    size_t index;

    if (function == NULL || !ir_is_same(ir_type(function), ir_type(node)) ||
        json_array_size(parameters) != json_array_size(ir_part(node, "arguments")))
        ir_complain(scope, node, "%s is not such a function", ir_text(node, "function"));
    json_array_foreach(
        ir_part(node, "arguments"), index,
        argument) if (!ir_is_same(ir_type(argument), ir_type(json_array_get(parameters, index))))
        ir_complain(scope, node, "argument %zu is %s", index, ir_type(argument));
}

/* ---- expressions, by kind ---- */

typedef void check_node(struct ir_scope *scope, const json_t *node);

static void check_constant(struct ir_scope *scope, const json_t *node)
{
    const json_t *value = ir_part(node, "value");
    const json_t *of = ir_type_of(scope, ir_type(node));
    const char *kind = ir_text(of, "kind");

    if (strcmp(kind, "optional") == 0) {
        if (json_is_null(value))
            return;
        of = ir_type_of(scope, ir_text(of, "element"));
        kind = ir_text(of, "kind");
    }
    bool is_number =
        (strcmp(kind, "integer") == 0 && json_integer_value(ir_part(of, "bits")) < 64) ||
        strcmp(kind, "f64") == 0;
    bool is_array = strcmp(kind, "list") == 0 || strcmp(kind, "set") == 0 ||
                    strcmp(kind, "map") == 0 || strcmp(kind, "record") == 0;
    bool is_bool = strcmp(kind, "bool") == 0;

    if (is_number  ? !json_is_number(value)
        : is_array ? !json_is_array(value)
        : is_bool  ? !json_is_boolean(value)
                   : !json_is_string(value))
        ir_complain(scope, node, "is no value of %s", ir_type(node));
    if (strcmp(kind, "enum") == 0 &&
        ir_named(ir_part(ir_named(ir_part(scope->module, "enums"), ir_text(of, "name")), "members"),
                 ir_text(node, "value")) == NULL)
        ir_complain(scope, node, "%s is no member of %s", ir_text(node, "value"),
                    ir_text(of, "name"));
}

static void check_parameter(struct ir_scope *scope, const json_t *node)
{
    ir_check_field_type(scope, node, scope->parameters, ir_text(node, "name"), ir_type(node));
}

static void check_key(struct ir_scope *scope, const json_t *node)
{
    ir_check_field_type(scope, node, ir_part(scope->projection, "keys"), ir_text(node, "name"),
                        ir_type(node));
}

static void check_state_field(struct ir_scope *scope, const json_t *node)
{
    const json_t *fields = scope->new_fields != NULL
                               ? scope->new_fields
                               : ir_part(ir_part(scope->projection, "state"), "fields");

    ir_check_field_type(scope, node, fields, ir_text(node, "field"), ir_type(node));
}

static void check_column(struct ir_scope *scope, const json_t *node)
{
    ir_check_field_type(scope, node, scope->columns, ir_text(node, "column"), ir_type(node));
}

static void check_logic(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "left", "bool");
    ir_expect_type(scope, node, "right", "bool");
}

static void check_not(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "operand", "bool");
}

static void check_negate(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "operand", ir_type(node));
}

/* left operator right, where the sides may differ. */
static bool is_mixed(char operator, const json_t * left, const json_t *right, const json_t *result)
{
    static const char *const mixtures[] = {
        "decimal*integer=decimal",   "integer*decimal=decimal",   "decimal*decimal=decimal",
        "duration*integer=duration", "integer*duration=duration", "duration/integer=duration",
        "time+duration=time",        "duration+time=time",        "time-duration=time",
        "time-time=duration",        "date+integer=date",         "date-integer=date",
    };
    char mixture[64];

    (void)snprintf(mixture, sizeof mixture, "%.16s%c%.16s=%.16s", ir_text(left, "kind"), operator,
                   ir_text(right, "kind"), ir_text(result, "kind"));
    for (size_t i = 0; i < sizeof mixtures / sizeof *mixtures; i++)
        if (strcmp(mixtures[i], mixture) == 0)
            return true;
    return false;
}

void ir_check_operation(struct ir_scope *scope, const json_t *node, const char *left,
                        const char *right, const char *result)
{
    char operator= ir_text(node, "operator")[0];

    if (is_mixed(operator, ir_type_of(scope, left), ir_type_of(scope, right),
                 ir_type_of(scope, result)))
        return;
    if (!ir_is_same(left, result) || !ir_is_same(right, result))
        ir_complain(scope, node, "%s %c %s is %s", left, operator, right, result);
}

static void check_arithmetic(struct ir_scope *scope, const json_t *node)
{
    ir_check_operation(scope, node, ir_type(ir_part(node, "left")), ir_type(ir_part(node, "right")),
                       ir_type(node));
}

static void check_compare(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "right", ir_type(ir_part(node, "left")));
}

static void check_coalesce(struct ir_scope *scope, const json_t *node)
{
    const char *left = ir_type(ir_part(node, "left"));

    ir_expect_type(scope, node, "right", ir_type(node));
    if (!ir_is_same(left, ir_type(node)) && !ir_is_optional_of(left, ir_type(node)))
        ir_complain(scope, node, "left is %s, the result %s", left, ir_type(node));
}

static void check_in(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "value", ir_element_of(scope, ir_part(node, "collection"), false));
}

static void check_conditional(struct ir_scope *scope, const json_t *node)
{
    ir_expect_type(scope, node, "condition", "bool");
    ir_expect_type(scope, node, "then", ir_type(node));
    ir_expect_type(scope, node, "else", ir_type(node));
}

/* Every member has an arm, or there is an `else`, which is the last. */
void ir_check_arms(struct ir_scope *scope, const json_t *node)
{
    const json_t *members = ir_part(
        ir_named(ir_part(scope->module, "enums"), ir_type(ir_part(node, "subject"))), "members");
    size_t covered = 0;
    const json_t *arm;
    size_t index;

    json_array_foreach(ir_part(node, "arms"), index, arm)
    {
        const json_t *names = ir_part(arm, "members");
        const json_t *one;
        size_t i;

        covered += json_array_size(names);
        json_array_foreach(names, i, one) if (ir_named(members, json_string_value(one)) == NULL)
            ir_complain(scope, node, "there is no member %s", json_string_value(one));
        if (json_array_size(names) == 0)
            covered = json_array_size(members);
        if (ir_part(arm, "value") != NULL)
            ir_expect_type(scope, arm, "value", ir_type(node));
    }
    if (covered != json_array_size(members))
        ir_complain(scope, node, "the arms do not cover the enum");
}

static void check_some(struct ir_scope *scope, const json_t *node)
{
    if (!ir_is_optional_of(ir_type(node), ir_type(ir_part(node, "operand"))))
        ir_complain(scope, node, "of %s is %s", ir_type(ir_part(node, "operand")), ir_type(node));
}

/* As a value V?, as a place V. */
static void check_entry(struct ir_scope *scope, const json_t *node)
{
    const char *value = ir_element_of(scope, ir_part(node, "object"), true);

    if (ir_part(node, "key") != NULL)
        ir_expect_type(scope, node, "key", ir_element_of(scope, ir_part(node, "object"), false));
    if (!ir_is_same(ir_type(node), value) && !ir_is_optional_of(ir_type(node), value) &&
        value[strlen(value) - 1] != '?')
        ir_complain(scope, node, "is %s in a collection of %s", ir_type(node), value);
}

static void check_fold(struct ir_scope *scope, const json_t *node)
{
    const json_t *local = ir_part(node, "local");

    if (!json_is_null(local))
        ir_expect_type(scope, node, "local",
                       ir_element_of(scope, ir_part(node, "collection"), false));
    ir_expect_type(scope, node, "where", "bool");
}

static void check_comprehension(struct ir_scope *scope, const json_t *node)
{
    check_fold(scope, node);
    ir_expect_type(scope, node, "value", ir_text(ir_type_of(scope, ir_type(node)), "element"));
}

static void check_record(struct ir_scope *scope, const json_t *node)
{
    ir_check_named_values(scope, node, ir_fields_of(scope, ir_type(node)));
}

static void check_list(struct ir_scope *scope, const json_t *node)
{
    const char *wanted = ir_element_of(scope, node, false);
    const json_t *item;
    size_t index;

    json_array_foreach(ir_part(node, "items"), index, item) if (!ir_is_same(ir_type(item), wanted))
        ir_complain(scope, node, "item %zu is %s, not %s", index, ir_type(item), wanted);
}

static void check_map(struct ir_scope *scope, const json_t *node)
{
    const json_t *entry;
    size_t index;

    json_array_foreach(ir_part(node, "entries"), index, entry)
    {
        ir_expect_type(scope, entry, "key", ir_element_of(scope, node, false));
        ir_expect_type(scope, entry, "value", ir_element_of(scope, node, true));
    }
}

static const struct {
    const char *kind;
    check_node *check;
} expressions[] = {
    {"constant", check_constant},
    {"local", check_local},
    {"parameter", check_parameter},
    {"key", check_key},
    {"event_field", check_event_field},
    {"state_field", check_state_field},
    {"column", check_column},
    {"field", check_part},
    {"element", check_entry},
    {"entry", check_entry},
    {"row", check_row},
    {"not", check_not},
    {"negate", check_negate},
    {"arithmetic", check_arithmetic},
    {"compare", check_compare},
    {"and", check_logic},
    {"or", check_logic},
    {"coalesce", check_coalesce},
    {"in", check_in},
    {"conditional", check_conditional},
    {"match", ir_check_arms},
    {"some", check_some},
    {"call", check_call},
    {"fold", check_fold},
    {"record", check_record},
    {"list", check_list},
    {"map", check_map},
    {"comprehension", check_comprehension},
};

void ir_check_expression(struct ir_scope *scope, const json_t *node)
{
    if (ir_type_of(scope, ir_type(node)) == NULL)
        ir_complain(scope, node, "there is no type %s", ir_type(node));
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        if (strcmp(expressions[i].kind, ir_text(node, "kind")) == 0)
            expressions[i].check(scope, node);
}
