/* sql.c -- what the schemas of both stores share, and the two .sql files. */
#include "gen/parts.h"

#include <stdarg.h>

enum { SQL_NAME_MAX = 63 };

void pc_sql_add(struct pc_arena *arena, struct pc_sql_script *script, const char *format, ...)
{
    struct pc_text *statement = PC_NEW(arena, struct pc_text);
    va_list arguments;

    va_start(arguments, format);
    *statement = pc_text_vformat(arena, format, arguments);
    va_end(arguments);
    PC_LIST_ADD(arena, script, statement);
}

/* FNV-1a, 32 bits: tells apart what the cut made equal. */
static uint32_t hash_of(struct pc_text text)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
    return hash;
}

struct pc_text pc_sql_companion(struct pc_arena *arena, struct pc_text table, const char *suffix)
{
    struct pc_text whole = pc_text_format(arena, "%.*s%s", PC_TEXT_ARGS(table), suffix);
    size_t kept;

    if (whole.size <= SQL_NAME_MAX)
        return whole;
    kept = SQL_NAME_MAX - 9 - (whole.size - table.size);
    while (kept > 0 && ((unsigned char)table.data[kept] & 0xC0) == 0x80)
        kept--; /* never inside a UTF-8 sequence */
    return pc_text_format(arena, "%.*s_%08x%s", (int)kept, table.data, (unsigned)hash_of(table),
                          suffix);
}

const char *pc_sql_qualified(struct pc_arena *arena, struct pc_text schema, struct pc_text name)
{
    if (schema.size == 0)
        return pc_sql_name(arena, name);
    return pc_format(arena, "%s.%s", pc_sql_name(arena, schema), pc_sql_name(arena, name));
}

const char *pc_sql_columns(struct pc_arena *arena, const struct pc_plan_table *table,
                           pc_sql_column_type *type_of)
{
    const char *text = "";
    const char *keys = "";

    for (size_t i = 0; i < table->columns.count; i++) {
        const struct pc_plan_column *column = table->columns.items[i];
        const char *name = pc_sql_name(arena, column->sql_name);

        text = pc_format(arena, "%s    %s %s%s,\n", text, name, type_of(arena, column),
                         column->is_nullable ? "" : " NOT NULL");
        if (i < table->key_count)
            keys = pc_format(arena, "%s%s%s", keys, i == 0 ? "" : ", ", name);
    }
    return pc_format(arena, "%s    PRIMARY KEY (%s)\n", text, keys);
}

const char *pc_sql_index_columns(struct pc_arena *arena, const struct pc_plan_index *index,
                                 bool names_nulls)
{
    const char *text = "";

    for (size_t i = 0; i < index->columns.count; i++) {
        bool is_descending = index->is_descending[i];
        const char *nulls = !names_nulls || !index->columns.items[i]->is_nullable ? ""
                            : is_descending                                       ? " NULLS LAST"
                                                                                  : " NULLS FIRST";

        text = pc_format(arena, "%s%s%s%s%s", text, i == 0 ? "" : ", ",
                         pc_sql_name(arena, index->columns.items[i]->sql_name),
                         is_descending ? " DESC" : "", nulls);
    }
    return text;
}

/* ---- the files ---- */

static void write_script(struct pc_code *code, const struct pc_sql_script *script)
{
    for (size_t i = 0; i < script->count; i++) {
        pc_code_blank(code);
        pc_code_raw(code, *script->items[i]);
    }
}

struct pc_text pc_generate_sql_postgres(struct pc_arena *arena, const struct pc_plan *plan,
                                        const struct pc_generate_options *options)
{
    struct pc_code code;
    struct pc_sql_script script = {0};

    pc_code_init(&code, arena, false);
    pc_write_banner(&code, plan, options,
                    pc_format(arena, "%.*s.postgres.sql", PC_TEXT_ARGS(plan->stem)), true);
    pc_sql_postgres(arena, plan, &script);
    write_script(&code, &script);
    if (plan->streams.count != 0)
        pc_code_raw(&code, pc_text_of("\n-- The wake-up: projectors LISTEN instead of polling.\n"));
    script = (struct pc_sql_script){0};
    pc_sql_postgres_notify(arena, plan, &script);
    write_script(&code, &script);
    return pc_code_text(&code);
}

struct pc_text pc_generate_sql_sqlite(struct pc_arena *arena, const struct pc_plan *plan,
                                      const struct pc_generate_options *options)
{
    struct pc_code code;
    struct pc_sql_script script = {0};

    pc_code_init(&code, arena, false);
    pc_write_banner(&code, plan, options,
                    pc_format(arena, "%.*s.sqlite.sql", PC_TEXT_ARGS(plan->stem)), true);
    pc_sql_sqlite(arena, plan, &script);
    write_script(&code, &script);
    return pc_code_text(&code);
}
