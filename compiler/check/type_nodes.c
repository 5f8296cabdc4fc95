/* type_nodes.c -- from a type as written to the type it means. */
#include "check/expressions.h"

#include <string.h>

struct named_type {
    const char *name;
    uint8_t bits; /* integers */
    bool is_signed;
};

static const struct named_type integers[] = {
    {"i8", 8, true},  {"i16", 16, true},  {"i32", 32, true},  {"i64", 64, true},
    {"u8", 8, false}, {"u16", 16, false}, {"u32", 32, false},
};

/* What people coming from elsewhere write. */
static const char *const foreign_names[][2] = {
    {"string", "text"},   {"str", "text"},         {"varchar", "text"},     {"int", "i64"},
    {"integer", "i64"},   {"bigint", "i64"},       {"long", "i64"},         {"uint", "u32"},
    {"short", "i16"},     {"byte", "u8"},          {"float", "f64"},        {"double", "f64"},
    {"f32", "f64"},       {"real", "f64"},         {"boolean", "bool"},     {"timestamp", "time"},
    {"datetime", "time"}, {"timestamptz", "time"}, {"guid", "uuid"},        {"array", "list"},
    {"vector", "list"},   {"numeric", "decimal"},  {"money", "decimal(2)"},
};

const struct pc_type *pc_type_by_name(struct pc_checker *checker, struct pc_text name)
{
    const struct pc_type *simple[] = {checker->boolean, checker->f64,     checker->text,
                                      checker->bytes,   checker->uuid,    checker->time,
                                      checker->date,    checker->duration};

    for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
        if (pc_text_equals(simple[i]->name, name))
            return simple[i];
    }
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        if (pc_text_is(name, integers[i].name))
            return pc_type_integer(checker, integers[i].bits, integers[i].is_signed);
    }
    return NULL;
}

static const struct pc_type *report_arguments(struct pc_checker *checker,
                                              const struct pc_type_node *node, const char *wanted)
{
    pc_report(checker->diagnostics, PC_E0115, node->span, "%s", wanted);
    return checker->error;
}

static const struct pc_type *resolve_decimal(struct pc_checker *checker,
                                             const struct pc_type_node *node)
{
    const struct pc_type_arguments *arguments = &node->arguments;
    int64_t scale = 0;

    if (arguments->count == 0 || arguments->count > 2 || !arguments->items[0]->is_number ||
        node->parameters.count != 0)
        return report_arguments(checker, node,
                                "`decimal` needs its digits after the point, as in `decimal(2)`");
    if (!pc_scan_integer(arguments->items[0]->text, false, &scale) || scale > 9) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0115, arguments->items[0]->span,
                      "a decimal has at most 9 digits after the point");
        pc_diagnostic_help(problem, "it is a 64-bit integer, scaled by a power of ten");
        return checker->error;
    }
    if (arguments->count == 1)
        return pc_type_decimal(checker, (uint8_t)scale);
    if (pc_text_is(arguments->items[1]->text, "round"))
        return pc_type_decimal_rounding(checker, (uint8_t)scale);
    pc_report(checker->diagnostics, PC_E0115, arguments->items[1]->span,
              "the second argument of `decimal` can only be `round`");
    return checker->error;
}

static const struct pc_type *resolve_duration(struct pc_checker *checker,
                                              const struct pc_type_node *node)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    const struct pc_type_arguments *arguments = &node->arguments;

    if (arguments->count == 0 && node->parameters.count == 0)
        return checker->duration;
    for (int i = 0; arguments->count == 1 && node->parameters.count == 0 && i < 4; i++) {
        if (pc_text_is(arguments->items[0]->text, units[i]))
            return pc_type_duration_in(checker,
                                       (enum pc_duration_format)(PC_DURATION_NANOSECONDS + i));
    }
    return report_arguments(checker, node,
                            "the unit of a duration is `ns`, `us`, `ms` or `s`, as in "
                            "`duration(ms)`; without one it is ISO 8601 in payloads");
}

static int depth_of(const struct pc_type *type)
{
    int depth = 0;

    for (; type->kind == PC_TYPE_OPTIONAL || pc_is_collection(type); type = type->element)
        depth++;
    return depth;
}

static const struct pc_type *report_depth(struct pc_checker *checker,
                                          const struct pc_type_node *node)
{
    pc_report(checker->diagnostics, PC_E0123, node->span, "types nest %d deep at most",
              PC_TYPE_DEPTH_MAX);
    return checker->error;
}

static const struct pc_type *resolve_list(struct pc_checker *checker, struct pc_type_node *node)
{
    if (node->parameters.count != 1 || node->arguments.count != 0)
        return report_arguments(checker, node,
                                "`list` needs the type of its elements, as in `list<text>`");
    const struct pc_type *element = pc_resolve_type(checker, node->parameters.items[0]);
    if (depth_of(element) >= PC_TYPE_DEPTH_MAX)
        return report_depth(checker, node);
    return pc_type_list(checker, element);
}

static const struct pc_type *resolve_keyed(struct pc_checker *checker, struct pc_type_node *node,
                                           bool is_map)
{
    if (node->parameters.count != (is_map ? 2 : 1) || node->arguments.count != 0)
        return report_arguments(
            checker, node,
            is_map ? "`map` needs the types of its keys and values, as in `map<text, i64>`"
                   : "`set` needs the type of its elements, as in `set<text>`");
    const struct pc_type *key = pc_resolve_type(checker, node->parameters.items[0]);
    const struct pc_type *value =
        is_map ? pc_resolve_type(checker, node->parameters.items[1]) : NULL;
    if (key->kind != PC_TYPE_ERROR && (!pc_type_is_scalar(key) || key->kind == PC_TYPE_F64)) {
        pc_report(checker->diagnostics, PC_E0126, node->parameters.items[0]->span,
                  "`%.*s` cannot be a key", PC_TYPE_ARGS(key));
        return checker->error;
    }
    if (!is_map)
        return pc_type_set(checker, key);
    if (depth_of(value) >= PC_TYPE_DEPTH_MAX)
        return report_depth(checker, node);
    return pc_type_map(checker, key, value);
}

static const struct pc_type *report_unknown(struct pc_checker *checker,
                                            const struct pc_type_node *node)
{
    static const char *const known[] = {"bool", "bytes", "text", "uuid",     "time",   "date",
                                        "list", "set",   "map",  "duration", "decimal"};
    struct pc_text name = node->name.text;
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0114, node->name.span,
                                              "there is no type `%.*s`", PC_TEXT_ARGS(name));

    if (pc_text_is(name, "u64")) {
        pc_diagnostic_help(problem, "PostgreSQL has no unsigned 64-bit integer: use `i64`");
        return checker->error;
    }
    for (size_t i = 0; i < sizeof(foreign_names) / sizeof(foreign_names[0]); i++) {
        if (pc_text_is(name, foreign_names[i][0])) {
            pc_diagnostic_label(problem, "here it is called `%s`", foreign_names[i][1]);
            return checker->error;
        }
    }
    struct pc_suggestion suggestion;
    pc_suggestion_init(&suggestion, name);
    pc_offer_table(&suggestion, &checker->type_names);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        pc_suggestion_offer(&suggestion, pc_text_of(known[i]));
    pc_suggest(problem, &suggestion);
    if (suggestion.best.size == 0 && pc_table_find(&checker->aggregate_names, name) != NULL)
        pc_diagnostic_help(problem, "`%.*s` is an aggregate; its id is no type of its own",
                           PC_TEXT_ARGS(name));
    return checker->error;
}

/* An alias is resolved when it is first used; while it is being resolved it has no type. */
const struct pc_type *pc_resolve_alias(struct pc_checker *checker, struct pc_symbol *symbol,
                                       struct pc_span use)
{
    if (symbol->type != NULL)
        return symbol->type;
    if (symbol->is_open) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0123, symbol->span,
                      "the type `%.*s` stands for itself", PC_TEXT_ARGS(symbol->name));
        pc_diagnostic_point(problem, use, "used here");
        return checker->error;
    }
    symbol->is_open = true;
    const struct pc_type *type = pc_resolve_type(checker, symbol->declaration->alias.type_node);
    symbol->type = type;
    symbol->is_open = false;
    return type;
}

static const struct pc_type *resolve_named(struct pc_checker *checker, struct pc_type_node *node)
{
    struct pc_text name = node->name.text;
    const struct pc_type *type = pc_type_by_name(checker, name);

    if (pc_text_is(name, "decimal"))
        return resolve_decimal(checker, node);
    if (pc_text_is(name, "duration"))
        return resolve_duration(checker, node);
    if (pc_text_is(name, "list"))
        return resolve_list(checker, node);
    if (pc_text_is(name, "set") || pc_text_is(name, "map"))
        return resolve_keyed(checker, node, pc_text_is(name, "map"));
    if (type == NULL) {
        struct pc_symbol *symbol = pc_table_find(&checker->type_names, name);
        if (symbol == NULL)
            return report_unknown(checker, node);
        node->name.symbol = symbol;
        symbol->is_used = true;
        type = symbol->kind == PC_SYMBOL_ALIAS ? pc_resolve_alias(checker, symbol, node->name.span)
                                               : symbol->type;
    }
    if (type->kind != PC_TYPE_ERROR &&
        (node->arguments.count != 0 || node->parameters.count != 0)) {
        pc_report(checker->diagnostics, PC_E0115, node->span, "the type `%.*s` takes no arguments",
                  PC_TEXT_ARGS(name));
        return checker->error;
    }
    return type;
}

const struct pc_type *pc_resolve_type(struct pc_checker *checker, struct pc_type_node *node)
{
    const struct pc_type *type = resolve_named(checker, node);

    if (node->is_optional && type->kind == PC_TYPE_OPTIONAL) {
        pc_report(checker->diagnostics, PC_E0115, node->span, "`%.*s` is optional already",
                  PC_TEXT_ARGS(node->name.text));
        type = checker->error;
    }
    if (node->is_optional)
        type = pc_type_optional(checker, type);
    node->type = type;
    return type;
}
