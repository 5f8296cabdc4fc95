/* sql_view.c -- PostgreSQL: packed states as views with a typed column a field, for psql.
 *
 * A view is bound to its table and function by their oids. So it survives a change of search_path,
 * and it follows its table when that is renamed: who swaps generations by renaming must rename the
 * views beside them too. A table that is dropped takes its view along (CASCADE); the schema makes
 * both again. */
#include "gen/sql_view.h"

#include <string.h>

enum { FINGERPRINT_BYTES = 8 };

/* ---- the shape ---- */

struct shape {
    struct pc_arena *arena;
    struct {
        PC_LIST_OF(struct pc_text);
    } words;
};

static struct pc_text *add_word(struct shape *shape, struct pc_text text)
{
    struct pc_text *word = PC_NEW(shape->arena, struct pc_text);

    *word = text;
    PC_LIST_ADD(shape->arena, &shape->words, word);
    return word;
}

static void add_count(struct shape *shape, size_t count)
{
    add_word(shape, pc_text_format(shape->arena, "%zu", count));
}

static void add_codes(struct shape *shape, const struct pc_plan_enum *type)
{
    add_word(shape, pc_text_of("codes"));
    add_count(shape, type->members.count);
    for (size_t i = 0; i < type->members.count; i++)
        add_word(shape, pc_text_format(shape->arena, "%d", type->members.items[i]->value));
    for (size_t i = 0; i < type->members.count; i++)
        add_word(shape, type->members.items[i]->outside);
}

static void add_type(struct shape *shape, const struct pc_plan_type *type);

static void add_record(struct shape *shape, const struct pc_plan_record *record)
{
    add_word(shape, pc_text_of("record"));
    add_count(shape, record->fields.count);
    for (size_t i = 0; i < record->fields.count; i++) {
        add_word(shape, record->fields.items[i]->outside);
        add_type(shape, record->fields.items[i]->type);
    }
}

/* What has an end to go on at when it holds nothing. */
static void add_holder(struct shape *shape, const char *word, const struct pc_plan_type *key,
                       const struct pc_plan_type *element)
{
    struct pc_text *end;

    add_word(shape, pc_text_of(word));
    end = add_word(shape, (struct pc_text){0});
    if (key != NULL)
        add_type(shape, key);
    add_type(shape, element);
    *end = pc_text_format(shape->arena, "%zu", shape->words.count + 1);
}

/* 0.01 of a decimal(2). */
static struct pc_text unit_of(struct pc_arena *arena, unsigned scale)
{
    return scale == 0 ? pc_text_of("1")
                      : pc_text_format(arena, "0.%.*s1", (int)scale - 1, "0000000000");
}

static void add_type(struct shape *shape, const struct pc_plan_type *type)
{
    static const char *const words[] = {
        [PC_PLAN_BOOL] = "bool", [PC_PLAN_F64] = "f64",     [PC_PLAN_TEXT] = "text",
        [PC_PLAN_ENUM] = "text", [PC_PLAN_BYTES] = "bytes", [PC_PLAN_UUID] = "uuid",
        [PC_PLAN_TIME] = "time", [PC_PLAN_DATE] = "date",   [PC_PLAN_DURATION] = "duration",
    };

    switch (type->kind) {
    case PC_PLAN_INTEGER:
        add_word(shape, pc_text_format(shape->arena, "%c%u", type->is_signed ? 'i' : 'u',
                                       (unsigned)type->bits));
        return;
    case PC_PLAN_DECIMAL:
        add_word(shape, pc_text_of("decimal"));
        add_word(shape, unit_of(shape->arena, type->scale));
        return;
    case PC_PLAN_OPTIONAL:
        add_holder(shape, "optional", NULL, type->element);
        return;
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
        add_holder(shape, "list", NULL, type->element);
        return;
    case PC_PLAN_MAP:
        add_holder(shape, "map", type->key, type->element);
        return;
    case PC_PLAN_RECORD:
        add_record(shape, type->record);
        return;
    default:
        if (type->kind == PC_PLAN_ENUM && type->enumeration->has_codes)
            add_codes(shape, type->enumeration);
        else
            add_word(shape, pc_text_of(words[type->kind]));
        return;
    }
}

/* Words that an array's literal need not quote. */
static bool is_plain(struct pc_text word)
{
    for (size_t i = 0; i < word.size; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_.-", word.data[i]) == NULL)
            return false;
    return word.size != 0 && !pc_text_is(word, "null");
}

static void write_word(struct pc_code *out, struct pc_text word)
{
    if (is_plain(word)) {
        pc_code_raw(out, word);
        return;
    }
    pc_code_rawf(out, "\"");
    for (size_t i = 0; i < word.size; i++)
        pc_code_rawf(out, word.data[i] == '"' || word.data[i] == '\\' ? "\\%c" : "%c",
                     word.data[i]);
    pc_code_rawf(out, "\"");
}

/* '{state,2,text,u32}' */
static const char *shape_of(struct pc_arena *arena, const struct pc_plan_fields *fields)
{
    struct shape shape = {.arena = arena};
    struct pc_code out;

    add_word(&shape, pc_text_of("state"));
    add_count(&shape, fields->count);
    for (size_t i = 0; i < fields->count; i++)
        add_type(&shape, fields->items[i]->type);
    pc_code_init(&out, arena, false);
    pc_code_rawf(&out, "{");
    for (size_t i = 0; i < shape.words.count; i++) {
        pc_code_rawf(&out, "%s", i == 0 ? "" : ",");
        write_word(&out, *shape.words.items[i]);
    }
    pc_code_rawf(&out, "}");
    return pc_sql_string(arena, pc_code_text(&out));
}

/* As it stands in front of a state: the lowest byte first. */
static const char *fingerprint_of(struct pc_arena *arena, uint64_t fingerprint)
{
    const char *text = "";

    for (int i = 0; i < FINGERPRINT_BYTES; i++)
        text = pc_format(arena, "%s%02x", text, (unsigned)(fingerprint >> 8 * i & 0xFF));
    return pc_format(arena, "'\\x%s'", text);
}

/* ---- the view ---- */

/* What a column shows: of the table, of the state's fields, or why there are none. */
static const char *column_value(struct pc_arena *arena, const struct pc_plan_table *view,
                                size_t index)
{
    const struct pc_plan_column *column = view->columns.items[index];
    const char *type = pc_sql_postgres_type(arena, column);

    if (index + 1 == view->columns.count)
        return "s.problem";
    if (column->field == NULL)
        return pc_format(arena, "t.%s", pc_sql_name(arena, column->sql_name));
    if (column->type == PC_COLUMN_TEXT)
        return pc_format(arena, "s.fields[%u]%s", column->field->index + 1, type + strlen("text"));
    return pc_format(arena, "s.fields[%u]::%s", column->field->index + 1, type);
}

static void write_select(struct pc_code *out, const struct pc_plan_projection *projection,
                         const char *reader)
{
    struct pc_arena *arena = out->arena;
    const struct pc_plan_table *view = &projection->view;

    pc_code_rawf(out, "            SELECT\n");
    for (size_t i = 0; i < view->columns.count; i++)
        pc_code_rawf(out, "                %s AS %s%s\n", column_value(arena, view, i),
                     pc_sql_name(arena, view->columns.items[i]->sql_name),
                     i + 1 == view->columns.count ? "" : ",");
    pc_code_rawf(out, "            FROM %s AS t\n",
                 pc_sql_qualified(arena, projection->table.sql_schema, projection->table.sql_name));
    pc_code_rawf(out, "            CROSS JOIN LATERAL %s(t.\"state\",\n", reader);
    pc_code_rawf(out, "                %s,\n",
                 fingerprint_of(arena, projection->shape_fingerprint));
    pc_code_rawf(out, "                %s) AS s;\n", shape_of(arena, &projection->fields));
}

static void write_comments(struct pc_code *out, const struct pc_plan_table *view, const char *name)
{
    if (view->doc.size != 0)
        pc_code_rawf(out, "            COMMENT ON VIEW %s IS %s;\n", name,
                     pc_sql_string(out->arena, view->doc));
    for (size_t i = 0; i < view->columns.count; i++)
        if (view->columns.items[i]->doc.size != 0)
            pc_code_rawf(out, "            COMMENT ON COLUMN %s.%s IS %s;\n", name,
                         pc_sql_name(out->arena, view->columns.items[i]->sql_name),
                         pc_sql_string(out->arena, view->columns.items[i]->doc));
}

/* CREATE OR REPLACE keeps what was granted on a view and what is built on it, but refuses other
 * columns. A table of an older program may lack columns: like the table itself, the view then waits
 * for the rebuild, and `schema --check` tells. */
static void add_view(struct pc_arena *arena, const struct pc_plan_projection *projection,
                     const char *reader, struct pc_sql_script *script)
{
    const char *name =
        pc_sql_qualified(arena, projection->view.sql_schema, projection->view.sql_name);
    struct pc_code out;
    const char *quote;

    pc_code_init(&out, arena, false);
    pc_code_rawf(&out, "BEGIN\n"
                       "    FOR attempt IN 1..2 LOOP\n"
                       "        BEGIN\n");
    pc_code_rawf(&out, "            CREATE OR REPLACE VIEW %s AS\n", name);
    write_select(&out, projection, reader);
    write_comments(&out, &projection->view, name);
    pc_code_rawf(&out,
                 "            EXIT;\n"
                 "        EXCEPTION\n"
                 "            WHEN invalid_table_definition THEN -- it had other columns\n"
                 "                DROP VIEW %s;\n"
                 "            WHEN undefined_column THEN -- the table has: wait for the rebuild\n"
                 "                EXIT;\n"
                 "        END;\n"
                 "    END LOOP;\n"
                 "END\n",
                 name);
    quote = pc_sql_dollar_quote(arena, pc_code_text(&out).data, "view");
    pc_sql_add(arena, script, "DO %s\n%s%s;\n", quote, pc_code_text(&out).data, quote);
}

void pc_sql_views(struct pc_arena *arena, const struct pc_plan *plan, struct pc_sql_script *script)
{
    bool has_reader = false;

    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        if (projection->is_columns)
            continue;
        if (!has_reader)
            pc_sql_read_state(arena, plan, script);
        has_reader = true;
        add_view(arena, projection, pc_sql_name(arena, plan->sql_reader), script);
    }
}
