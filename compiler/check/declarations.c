/* declarations.c -- the package, aliases, enums and records. */
#include "check/declarations.h"
#include "check/expressions.h"

/* ---- package ---- */

static bool is_reserved_package(struct pc_text name)
{
    static const char *const words[] = {
        "projc",     "pq",       "sqlite3",  "auto",    "break",  "case",     "char",
        "const",     "continue", "do",       "default", "double", "else",     "enum",
        "extern",    "float",    "for",      "goto",    "if",     "inline",   "int",
        "long",      "register", "restrict", "return",  "short",  "signed",   "sizeof",
        "static",    "struct",   "switch",   "typedef", "union",  "unsigned", "void",
        "volatile",  "while",    "main",     "bool",    "true",   "false",    "class",
        "namespace", "template", "typename", "new",     "delete"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (pc_text_is(name, words[i]))
            return true;
    }
    return false;
}

void pc_check_package(struct pc_checker *checker)
{
    struct pc_module *tree = checker->tree;
    const struct pc_declaration *first = NULL;

    if (tree->package == NULL) {
        struct pc_span start = {.source = tree->files.items[0]->source};
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0111, start, "this file does not name its package");
        pc_diagnostic_help(problem, "begin it with `package NAME`; C and SQL names begin with it");
        return;
    }
    checker->model->package = tree->package->name.text;
    if (is_reserved_package(tree->package->name.text)) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0112, tree->package->name.span,
                      "a package cannot be called `%.*s`", PC_TEXT_ARGS(tree->package->name.text));
        pc_diagnostic_help(problem, "C symbols begin with the package's name, and this one is "
                                    "taken there");
    }
    for (size_t i = 0; i < tree->declarations.count; i++) {
        const struct pc_declaration *node = tree->declarations.items[i];
        if (node->kind != PC_DECLARATION_PACKAGE || node->span.source != tree->package->span.source)
            continue;
        if (first != NULL) {
            struct pc_diagnostic *problem = pc_report(
                checker->diagnostics, PC_E0113, node->name.span, "the package is named twice");
            pc_diagnostic_point(problem, first->name.span, "first named here");
        }
        first = first == NULL ? node : first;
    }
}

/* ---- names of types ---- */

bool pc_is_builtin_type(struct pc_checker *checker, struct pc_text name)
{
    return pc_type_by_name(checker, name) != NULL || pc_text_is(name, "list") ||
           pc_text_is(name, "set") || pc_text_is(name, "map") || pc_text_is(name, "decimal") ||
           pc_text_is(name, "duration");
}

static void declare_type(struct pc_checker *checker, struct pc_declaration *node)
{
    static const char *const words[] = {"type", "enum", "record"};
    int which = node->kind == PC_DECLARATION_TYPE ? 0 : node->kind == PC_DECLARATION_ENUM ? 1 : 2;
    static const enum pc_symbol_kind kinds[] = {PC_SYMBOL_ALIAS, PC_SYMBOL_ENUM, PC_SYMBOL_RECORD};
    struct pc_symbol *symbol = pc_symbol_new(checker, kinds[which], &node->name, NULL);

    symbol->declaration = node;
    node->symbol = symbol;
    if (pc_is_builtin_type(checker, node->name.text))
        pc_report(checker->diagnostics, PC_E0112, node->name.span,
                  "`%.*s` is a type of the language", PC_TEXT_ARGS(node->name.text));
    pc_table_declare(checker, &checker->type_names, symbol, words[which]);
    if (which == 0)
        return;
    struct pc_type *type =
        pc_type_declared(checker, which == 1 ? PC_TYPE_ENUM : PC_TYPE_RECORD, node->name.text);
    symbol->type = type;
    if (which == 1) {
        type->enumeration = PC_NEW(checker->arena, struct pc_enum_model);
        type->enumeration->node = node;
        type->enumeration->name = node->name.text;
        type->enumeration->type = type;
        type->enumeration->index = (uint32_t)checker->model->enums.count;
        symbol->enumeration = type->enumeration;
        PC_LIST_ADD(checker->arena, &checker->model->enums, type->enumeration);
    } else {
        type->record = PC_NEW(checker->arena, struct pc_record_model);
        type->record->node = node;
        type->record->name = node->name.text;
        type->record->type = type;
        symbol->record = type->record;
        PC_LIST_ADD(checker->arena, &checker->records, type->record);
    }
}

void pc_declare_types(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->tree->declarations.count; i++) {
        struct pc_declaration *node = checker->tree->declarations.items[i];
        if (node->kind == PC_DECLARATION_TYPE || node->kind == PC_DECLARATION_ENUM ||
            node->kind == PC_DECLARATION_RECORD)
            declare_type(checker, node);
    }
    for (size_t i = 0; i < checker->type_names.all.count; i++) {
        struct pc_symbol *symbol = checker->type_names.all.items[i];
        if (symbol->kind == PC_SYMBOL_ALIAS && symbol->type == NULL)
            pc_resolve_alias(checker, symbol, symbol->span);
    }
}

/* ---- enums ---- */

static void check_member_unique(struct pc_checker *checker, const struct pc_enum_model *enumeration,
                                const struct pc_member_model *member)
{
    for (size_t i = 0; i < enumeration->members.count; i++) {
        const struct pc_member_model *other = enumeration->members.items[i];
        struct pc_diagnostic *problem = NULL;
        if (pc_text_equals(other->name, member->name))
            problem = pc_report(checker->diagnostics, PC_E0113, member->node->name.span,
                                "the member `%.*s` is declared twice", PC_TEXT_ARGS(member->name));
        else if (pc_text_equals(other->outside, member->outside))
            problem = pc_report(checker->diagnostics, PC_E0120, member->node->span,
                                "`%.*s` is the outside name of two members",
                                PC_TEXT_ARGS(member->outside));
        else if (other->has_code && member->has_code && other->code == member->code)
            problem = pc_report(checker->diagnostics, PC_E0127, member->node->code_span,
                                "two members have the code %d", (int)member->code);
        if (problem != NULL) {
            pc_diagnostic_point(problem, other->node->name.span, "first declared here");
            return;
        }
    }
}

static void add_member(struct pc_checker *checker, struct pc_enum_model *enumeration,
                       struct pc_member *node)
{
    struct pc_member_model *member = PC_NEW(checker->arena, struct pc_member_model);
    struct pc_symbol *symbol =
        pc_symbol_new(checker, PC_SYMBOL_MEMBER, &node->name, enumeration->type);
    int64_t code = 0;

    pc_check_outside(checker, node->as);
    symbol->member_model = member;
    node->symbol = symbol;
    member->node = node;
    member->enumeration = enumeration;
    member->name = node->name.text;
    member->outside = node->as != NULL ? node->as->text : node->name.text;
    member->has_code = node->has_code;
    member->index = (uint32_t)enumeration->members.count;
    if (node->has_code &&
        (!pc_scan_integer(node->code, false, &code) || code > INT32_MAX || code < INT32_MIN))
        pc_report(checker->diagnostics, PC_E0127, node->code_span, "a code is an `i32`");
    member->code = (int32_t)code;
    check_member_unique(checker, enumeration, member);
    PC_LIST_ADD(checker->arena, &enumeration->members, member);
}

void pc_check_enums(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->model->enums.count; i++) {
        struct pc_enum_model *enumeration = checker->model->enums.items[i];
        struct pc_members *nodes = &enumeration->node->enumeration.members;

        for (size_t j = 0; j < nodes->count; j++)
            add_member(checker, enumeration, nodes->items[j]);
        if (nodes->count == 0) {
            pc_report(checker->diagnostics, PC_E0127, enumeration->node->name.span,
                      "the enum `%.*s` has no members", PC_TEXT_ARGS(enumeration->name));
            continue;
        }
        enumeration->has_codes = nodes->items[0]->has_code;
        for (size_t j = 1; j < nodes->count; j++) {
            if (nodes->items[j]->has_code == enumeration->has_codes)
                continue;
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0127, nodes->items[j]->span,
                          "either every member has a code or none has");
            pc_diagnostic_point(problem, nodes->items[0]->span, "%s",
                                enumeration->has_codes ? "this one has" : "this one has none");
            break;
        }
    }
}

/* ---- records ---- */

/* The record a type holds by value, in lists or as an optional. */
static struct pc_record_model *record_in(const struct pc_type *type)
{
    while (type->kind == PC_TYPE_OPTIONAL || pc_is_collection(type))
        type = type->element;
    return type->kind == PC_TYPE_RECORD ? type->record : NULL;
}

static void report_recursion(struct pc_checker *checker, struct pc_field_model *field,
                             const struct pc_record_model *inner)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0123, field->node->type_node->span,
                  "the record `%.*s` would contain itself", PC_TEXT_ARGS(inner->name));

    pc_diagnostic_point(problem, inner->node->name.span, "declared here");
    pc_diagnostic_help(problem, "keep the other's id instead");
    field->type = checker->error;
}

static void report_bounds(struct pc_checker *checker, const struct pc_record_model *record)
{
    if (record->depth > PC_TYPE_DEPTH_MAX)
        pc_report(checker->diagnostics, PC_E0123, record->node->name.span,
                  "records nest %d deep at most", PC_TYPE_DEPTH_MAX);
    else if (record->flat_count > PC_RECORD_FIELDS_MAX)
        pc_report(checker->diagnostics, PC_E0123, record->node->name.span,
                  "`%.*s` has more than %d fields, with those of the records in it",
                  PC_TEXT_ARGS(record->name), PC_RECORD_FIELDS_MAX);
}

static void sort_record(struct pc_checker *checker, struct pc_record_model *record, uint32_t depth);

/* What a field adds to its record; the record it holds comes first. */
static void sort_field(struct pc_checker *checker, struct pc_record_model *record,
                       struct pc_field_model *field, uint32_t depth)
{
    struct pc_record_model *inner = record_in(field->type);

    record->flat_count++;
    if (inner != NULL && inner->node->symbol->is_open) {
        report_recursion(checker, field, inner);
    } else if (inner != NULL) {
        if (!inner->is_sorted)
            sort_record(checker, inner, depth + 1);
        if (record->depth <= inner->depth)
            record->depth = inner->depth + 1;
        if (inner->depth > PC_TYPE_DEPTH_MAX || inner->flat_count > PC_RECORD_FIELDS_MAX)
            field->type = checker->error;
        else if (pc_type_value(field->type)->kind == PC_TYPE_RECORD)
            record->flat_count += inner->flat_count;
    }
    if (!pc_field_can_be_left_out(field))
        record->has_zero = false;
}

/* Puts a record behind those it contains. Records that contain themselves are reported, and cut
 * there. */
static void sort_record(struct pc_checker *checker, struct pc_record_model *record, uint32_t depth)
{
    struct pc_symbol *symbol = record->node->symbol;

    symbol->is_open = true;
    record->is_sorted = true;
    record->has_zero = true;
    record->depth = 1;
    if (depth > PC_TYPE_DEPTH_MAX)
        record->depth = depth;
    for (size_t i = 0; depth <= PC_TYPE_DEPTH_MAX && i < record->fields.count; i++)
        sort_field(checker, record, record->fields.items[i], depth);
    report_bounds(checker, record);
    pc_check_defaults(checker, &record->fields, false);
    record->index = (uint32_t)checker->model->records.count;
    PC_LIST_ADD(checker->arena, &checker->model->records, record);
    symbol->is_open = false;
}

void pc_check_records(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->records.count; i++)
        pc_add_fields(checker, &checker->records.items[i]->node->record.fields,
                      &checker->records.items[i]->fields);
    for (size_t i = 0; i < checker->records.count; i++) {
        if (!checker->records.items[i]->is_sorted)
            sort_record(checker, checker->records.items[i], 1);
    }
}
