/* sql_names.c -- names that databases would refuse or confuse: too long, equal, or taken. */
#include "check/declarations.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

enum { SQL_NAME_MAX = 63 };

/* ASCII upper case counts as lower case: SQLite does not tell `Total` from `total`. */
static bool is_same_name(struct pc_text a, struct pc_text b)
{
    assert((a.size == 0 || a.data != NULL) && (b.size == 0 || b.data != NULL));
    for (size_t i = 0; i < a.size && i < b.size; i++) {
        char left = a.data[i] >= 'A' && a.data[i] <= 'Z' ? (char)(a.data[i] + 32) : a.data[i];
        char right = b.data[i] >= 'A' && b.data[i] <= 'Z' ? (char)(b.data[i] + 32) : b.data[i];
        if (left != right)
            return false;
    }
    return a.size == b.size;
}

static void report_long(struct pc_checker *checker, struct pc_span span, const char *what,
                        struct pc_text name)
{
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0129, span,
                                              "the %s `%.*s` has %zu bytes; databases take %d",
                                              what, PC_TEXT_ARGS(name), name.size, SQL_NAME_MAX);

    pc_diagnostic_help(problem, "give it a shorter name");
}

/* ---- columns ---- */

/* What projc itself puts into a state's table (projection NULL: into none), and PostgreSQL into
 * every table. */
static const char *reserved_column(const struct pc_projection_model *projection,
                                   struct pc_text name)
{
    static const char *const own[] = {"position", "state", "singleton"};
    static const char *const system[] = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};

    for (size_t i = 0; projection != NULL && i < sizeof(own) / sizeof(own[0]); i++) {
        if (is_same_name(name, pc_text_of(own[i])))
            return "projc keeps a column of this name itself";
    }
    for (size_t i = 0; i < sizeof(system) / sizeof(system[0]); i++) {
        if (is_same_name(name, pc_text_of(system[i])))
            return "PostgreSQL has a column of this name in every table";
    }
    for (size_t i = 0; projection != NULL && i < projection->node->projection.keys.count; i++) {
        if (is_same_name(name, projection->node->projection.keys.items[i]->name.text))
            return "it is the name of a key part's column";
    }
    if (projection != NULL && projection->kind == PC_PROJECTION_AGGREGATE &&
        is_same_name(name, pc_text_of("aggregate_id")))
        return "it is the name of the key's column";
    return NULL;
}

static struct pc_span outside_span(const struct pc_field_model *field)
{
    return field->node->as != NULL ? field->node->as->span : field->node->name.span;
}

static void check_columns(struct pc_checker *checker, const struct pc_field_models *fields,
                          const struct pc_projection_model *projection)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];
        const char *reason = reserved_column(projection, field->outside);
        if (reason != NULL) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0308, outside_span(field),
                          "a column cannot be called `%.*s`", PC_TEXT_ARGS(field->outside));
            pc_diagnostic_label(problem, "%s", reason);
            pc_diagnostic_help(problem, "give the column another name: `%.*s: … as \"…\"`",
                               PC_TEXT_ARGS(field->name));
        }
        if (field->outside.size > SQL_NAME_MAX)
            report_long(checker, outside_span(field), "column", field->outside);
        for (size_t j = 0; j < i; j++) {
            const struct pc_field_model *other = fields->items[j];
            if (!is_same_name(other->outside, field->outside) ||
                pc_text_equals(other->outside, field->outside))
                continue;
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0128, outside_span(field),
                          "SQLite cannot tell the columns `%.*s` and `%.*s` apart",
                          PC_TEXT_ARGS(field->outside), PC_TEXT_ARGS(other->outside));
            pc_diagnostic_point(problem, outside_span(other), "the other one");
        }
    }
}

void pc_check_columns(struct pc_checker *checker, const struct pc_projection_model *projection)
{
    check_columns(checker, &projection->state.fields, projection);
}

void pc_check_table_columns(struct pc_checker *checker, const struct pc_table_model *table)
{
    check_columns(checker, &table->columns, NULL);
}

/* The parts of the key are columns of the state's table too. */
void pc_check_key_columns(struct pc_checker *checker, const struct pc_projection_model *projection)
{
    const struct pc_keys *keys = &projection->node->projection.keys;

    for (size_t i = 0; i < keys->count; i++) {
        const struct pc_name *name = &keys->items[i]->name;

        if (is_same_name(name->text, pc_text_of("position")) ||
            is_same_name(name->text, pc_text_of("state")))
            pc_report(checker->diagnostics, PC_E0308, name->span,
                      "a key part cannot be called `%.*s`: projc keeps a column of this name",
                      PC_TEXT_ARGS(name->text));
        if (name->text.size > SQL_NAME_MAX)
            report_long(checker, name->span, "column", name->text);
        for (size_t j = 0; j < i; j++) {
            const struct pc_name *other = &keys->items[j]->name;
            if (!is_same_name(other->text, name->text) || pc_text_equals(other->text, name->text))
                continue;
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0128, name->span,
                          "SQLite cannot tell the columns `%.*s` and `%.*s` apart",
                          PC_TEXT_ARGS(name->text), PC_TEXT_ARGS(other->text));
            pc_diagnostic_point(problem, other->span, "the other one");
        }
    }
}

/* ---- tables ---- */

/* A table that a stream or a projection has in SQL. */
struct sql_table {
    struct pc_text schema;
    struct pc_text name;
    struct pc_span span;
    bool is_view;
};

struct sql_tables {
    PC_LIST_OF(struct sql_table);
};

static bool starts_with(struct pc_text text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && is_same_name((struct pc_text){text.data, size}, pc_text_of(prefix));
}

static void add_table(struct pc_checker *checker, struct sql_tables *tables, struct sql_table table)
{
    if (table.name.size > SQL_NAME_MAX)
        report_long(checker, table.span, "table", table.name);
    if (starts_with(table.name, "projc_") || starts_with(table.name, "sqlite_")) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0112, table.span,
                      "the table's name `%.*s` is taken", PC_TEXT_ARGS(table.name));
        pc_diagnostic_help(problem, "names that begin with `projc_` or `sqlite_` are not free");
    }
    for (size_t i = 0; i < tables->count; i++) {
        const struct sql_table *other = tables->items[i];
        if (!is_same_name(other->name, table.name) || !is_same_name(other->schema, table.schema))
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0128, table.span,
                      "two tables in SQL would be called `%.*s`", PC_TEXT_ARGS(table.name));
        pc_diagnostic_point(problem, other->span, "the other one");
        if (table.is_view || other->is_view)
            pc_diagnostic_help(problem, "on PostgreSQL, packed states get a view with the name of "
                                        "their table and `_view`");
        return;
    }
    struct sql_table *copy = PC_NEW(checker->arena, struct sql_table);
    *copy = table;
    PC_LIST_ADD(checker->arena, tables, copy);
}

static void add_tables_of(struct pc_checker *checker, struct sql_tables *tables,
                          const struct pc_projection_model *projection)
{
    for (size_t i = 0; i < projection->tables.count; i++) {
        const struct pc_table_model *table = projection->tables.items[i];
        const struct pc_item *item = table->node;
        bool is_named = table->outside.size != 0;

        add_table(
            checker, tables,
            (struct sql_table){.schema = table->schema,
                               .name = pc_table_sql_name(checker->arena, checker->model, table),
                               .span = is_named ? item->table.as->span : item->table.name.span});
    }
}

struct pc_text pc_table_sql_name(struct pc_arena *arena, const struct pc_model *model,
                                 const struct pc_table_model *table)
{
    if (table->outside.size != 0)
        return table->outside;
    return pc_text_format(arena, "%.*s_%.*s_%.*s", PC_TEXT_ARGS(model->package),
                          PC_TEXT_ARGS(table->projection->name), PC_TEXT_ARGS(table->name));
}

struct pc_text pc_view_sql_name(struct pc_arena *arena, struct pc_text table)
{
    struct pc_text whole = pc_text_format(arena, "%.*s_view", PC_TEXT_ARGS(table));
    size_t kept = SQL_NAME_MAX - (whole.size - table.size) - 9;

    if (whole.size <= SQL_NAME_MAX)
        return whole;
    while (kept > 0 && ((unsigned char)table.data[kept] & 0xC0) == 0x80)
        kept--; /* never inside a UTF-8 sequence */
    return pc_text_format(arena, "%.*s_%08x_view", (int)kept, table.data,
                          (unsigned)(XXH3_64bits(table.data, table.size) & 0xFFFFFFFFu));
}

static void add_states_of(struct pc_checker *checker, struct sql_tables *tables,
                          const struct pc_projection_model *projection)
{
    struct sql_table table = {.name = pc_text_format(checker->arena, "%.*s_%.*s",
                                                     PC_TEXT_ARGS(checker->model->package),
                                                     PC_TEXT_ARGS(projection->name)),
                              .span = projection->node->name.span};

    add_table(checker, tables, table);
    if (projection->state.is_columns)
        return;
    table.name = pc_view_sql_name(checker->arena, table.name);
    table.is_view = true;
    add_table(checker, tables, table);
}

void pc_check_sql_names(struct pc_checker *checker)
{
    const struct pc_model *model = checker->model;
    struct sql_tables tables = {0};

    for (size_t i = 0; i < model->streams.count; i++) {
        const struct pc_stream_model *stream = model->streams.items[i];
        const struct pc_declaration *node = stream->node;
        add_table(checker, &tables,
                  (struct sql_table){.schema = stream->schema,
                                     .name = stream->table,
                                     .span = node->as != NULL ? node->as->span : node->name.span});
    }
    for (size_t i = 0; i < model->projections.count; i++) {
        const struct pc_projection_model *projection = model->projections.items[i];
        if (pc_table_find(&checker->projection_names, projection->name)->projection != projection)
            continue; /* declared twice, and reported */
        add_states_of(checker, &tables, projection);
        add_tables_of(checker, &tables, projection);
    }
}
