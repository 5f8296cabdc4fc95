/* symbols.c -- tables of names: declaring, finding, and suggesting the name that was meant. */
#include "check/check.h"

#include <string.h>

/* FNV-1a: names are short, and the table is never exposed to order by hash. */
static size_t hash_of(struct pc_text name)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < name.size; i++) {
        hash ^= (unsigned char)name.data[i];
        hash *= 1099511628211u;
    }
    return (size_t)(hash ^ (hash >> 32));
}

struct pc_symbol *pc_symbol_new(struct pc_checker *checker, enum pc_symbol_kind kind,
                                struct pc_name *name, const struct pc_type *type)
{
    struct pc_symbol *symbol = PC_NEW(checker->arena, struct pc_symbol);

    symbol->kind = kind;
    symbol->type = type;
    if (name != NULL) {
        symbol->name = name->text;
        symbol->span = name->span;
        name->symbol = symbol;
    }
    return symbol;
}

static struct pc_symbol **slot_of(const struct pc_name_table *table, struct pc_text name)
{
    size_t mask = table->slot_count - 1;
    size_t at = hash_of(name) & mask;

    while (table->slots[at] != NULL && !pc_text_equals(table->slots[at]->name, name))
        at = (at + 1) & mask;
    return &table->slots[at];
}

struct pc_symbol *pc_table_find(const struct pc_name_table *table, struct pc_text name)
{
    return table->slot_count == 0 ? NULL : *slot_of(table, name);
}

static void grow(struct pc_checker *checker, struct pc_name_table *table)
{
    size_t count = table->slot_count == 0 ? 16 : table->slot_count * 2;

    table->slots = pc_arena_alloc_array(checker->arena, count, sizeof(struct pc_symbol *));
    table->slot_count = count;
    for (size_t i = 0; i < table->all.count; i++)
        *slot_of(table, table->all.items[i]->name) = table->all.items[i];
}

bool pc_table_declare(struct pc_checker *checker, struct pc_name_table *table,
                      struct pc_symbol *symbol, const char *what)
{
    struct pc_symbol *first = pc_table_find(table, symbol->name);

    if (first != NULL) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0113, symbol->span,
                      "the %s `%.*s` is declared twice", what, PC_TEXT_ARGS(symbol->name));
        pc_diagnostic_point(problem, first->span, "first declared here");
        return false;
    }
    if ((table->all.count + 1) * 2 > table->slot_count)
        grow(checker, table);
    PC_LIST_ADD(checker->arena, &table->all, symbol);
    *slot_of(table, symbol->name) = symbol;
    return true;
}

struct pc_symbol *pc_symbols_find(const struct pc_symbols *symbols, struct pc_text name)
{
    for (size_t i = 0; symbols != NULL && i < symbols->count; i++) {
        if (pc_text_equals(symbols->items[i]->name, name))
            return symbols->items[i];
    }
    return NULL;
}

struct pc_symbol *pc_scope_find(const struct pc_scope *scope, struct pc_text name)
{
    for (; scope != NULL; scope = scope->parent) {
        struct pc_symbol *found = pc_symbols_find(&scope->symbols, name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

struct pc_field_model *pc_fields_find(const struct pc_field_models *fields, struct pc_text name)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (pc_text_equals(fields->items[i]->name, name))
            return fields->items[i];
    }
    return NULL;
}

void pc_offer_symbols(struct pc_suggestion *suggestion, const struct pc_symbols *symbols)
{
    for (size_t i = 0; symbols != NULL && i < symbols->count; i++)
        pc_suggestion_offer(suggestion, symbols->items[i]->name);
}

void pc_offer_table(struct pc_suggestion *suggestion, const struct pc_name_table *table)
{
    pc_offer_symbols(suggestion, &table->all);
}

void pc_offer_fields(struct pc_suggestion *suggestion, const struct pc_field_models *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        pc_suggestion_offer(suggestion, fields->items[i]->name);
}

void pc_suggest(struct pc_diagnostic *problem, const struct pc_suggestion *suggestion)
{
    if (suggestion->best.size != 0)
        pc_diagnostic_label(problem, "did you mean `%.*s`?", PC_TEXT_ARGS(suggestion->best));
}

struct pc_span pc_word_span(struct pc_span span, const char *word)
{
    span.end = span.start + (uint32_t)strlen(word);
    return span;
}

struct pc_text pc_quoted(struct pc_checker *checker, struct pc_text name)
{
    return pc_text_format(checker->arena, "`%.*s`", PC_TEXT_ARGS(name));
}
