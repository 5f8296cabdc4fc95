/* alter.c -- the SQL that takes a schema from one version to the other. */
#include "compare/alter.h"

#include "gen/parts.h"

#include <string.h>

enum { SQL_NAME_MAX = 63 };

struct alter {
    struct pc_arena *arena;
    enum pc_alter_store store;
    struct pc_sql_script script;
};

static const char *table_name(const struct alter *alter, const struct pc_plan_table *table)
{
    return alter->store == PC_ALTER_POSTGRES
               ? pc_sql_qualified(alter->arena, table->sql_schema, table->sql_name)
               : pc_sql_name(alter->arena, table->sql_name);
}

/* The schema's name before an index; an index lives in its table's schema. */
static const char *index_name(const struct alter *alter, const struct pc_plan_table *table,
                              const struct pc_plan_index *index)
{
    return alter->store == PC_ALTER_POSTGRES
               ? pc_sql_qualified(alter->arena, table->sql_schema, index->sql_name)
               : pc_sql_name(alter->arena, index->sql_name);
}

static const struct pc_plan_index *find_index(struct pc_arena *arena,
                                              const struct pc_plan_table *table,
                                              const struct pc_plan_index *wanted)
{
    struct pc_text body = pc_text_of(pc_sql_index_columns(arena, wanted, true));

    for (size_t i = 0; i < table->indexes.count; i++) {
        const struct pc_plan_index *index = table->indexes.items[i];

        if (pc_text_equals(index->sql_name, wanted->sql_name) &&
            pc_text_is(body, pc_sql_index_columns(arena, index, true)))
            return index;
    }
    return NULL;
}

static void alter_indexes(struct alter *alter, const struct pc_plan_table *before,
                          const struct pc_plan_table *now)
{
    bool is_postgres = alter->store == PC_ALTER_POSTGRES;

    for (size_t i = 0; i < before->indexes.count; i++)
        if (find_index(alter->arena, now, before->indexes.items[i]) == NULL)
            pc_sql_add(alter->arena, &alter->script, "DROP INDEX IF EXISTS %s;\n",
                       index_name(alter, now, before->indexes.items[i]));
    for (size_t i = 0; i < now->indexes.count; i++)
        if (find_index(alter->arena, before, now->indexes.items[i]) == NULL)
            pc_sql_add(alter->arena, &alter->script, "CREATE INDEX IF NOT EXISTS %s ON %s (%s);\n",
                       pc_sql_name(alter->arena, now->indexes.items[i]->sql_name),
                       table_name(alter, now),
                       pc_sql_index_columns(alter->arena, now->indexes.items[i], is_postgres));
}

/* What PostgreSQL calls a table's primary key: after the table, cut so that 63 bytes are left, but
 * not inside a character. */
static const char *key_name(struct pc_arena *arena, const struct pc_plan_table *table)
{
    static const char ending[] = "_pkey";
    struct pc_text name = table->sql_name;
    size_t kept = SQL_NAME_MAX - strlen(ending);

    if (name.size > kept) {
        while (kept > 0 && ((unsigned char)name.data[kept] & 0xC0) == 0x80)
            kept--;
        name.size = kept;
    }
    return pc_sql_name(arena, pc_text_format(arena, "%.*s%s", PC_TEXT_ARGS(name), ending));
}

static void alter_name(struct alter *alter, const struct pc_plan_table *before,
                       const struct pc_plan_table *now)
{
    struct pc_plan_table moved = *before;

    if (alter->store == PC_ALTER_POSTGRES && now->sql_schema.size > 0 &&
        !pc_text_equals(before->sql_schema, now->sql_schema)) {
        pc_sql_add(alter->arena, &alter->script, "ALTER TABLE %s SET SCHEMA %s;\n",
                   table_name(alter, before), pc_sql_name(alter->arena, now->sql_schema));
        moved.sql_schema = now->sql_schema;
    } else if (alter->store == PC_ALTER_POSTGRES && before->sql_schema.size > 0 &&
               now->sql_schema.size == 0) {
        /* Only the connection knows which schema that is. */
        const char *body = pc_format(
            alter->arena,
            "BEGIN EXECUTE format('ALTER TABLE %%s SET SCHEMA %%I', %s, current_schema()); END",
            pc_sql_string(alter->arena, pc_text_of(table_name(alter, before))));
        pc_sql_add(alter->arena, &alter->script, "DO %s;\n",
                   pc_sql_string(alter->arena, pc_text_of(body)));
        moved.sql_schema.size = 0;
    }
    if (pc_text_equals(before->sql_name, now->sql_name))
        return;
    pc_sql_add(alter->arena, &alter->script, "ALTER TABLE %s RENAME TO %s;\n",
               table_name(alter, &moved), pc_sql_name(alter->arena, now->sql_name));
    if (alter->store != PC_ALTER_POSTGRES)
        return;
    pc_sql_add(alter->arena, &alter->script, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s;\n",
               table_name(alter, now), key_name(alter->arena, before), key_name(alter->arena, now));
}

static void alter_comment(struct alter *alter, const char *what, const char *name,
                          struct pc_text before, struct pc_text now)
{
    if (alter->store == PC_ALTER_POSTGRES && !pc_text_equals(before, now))
        pc_sql_add(alter->arena, &alter->script, "COMMENT ON %s %s IS %s;\n", what, name,
                   now.size > 0 ? pc_sql_string(alter->arena, now) : "NULL");
}

/* Of tables whose columns are the same. */
static void alter_comments(struct alter *alter, const struct pc_plan_table *before,
                           const struct pc_plan_table *now)
{
    const char *name = table_name(alter, now);

    alter_comment(alter, "TABLE", name, before->doc, now->doc);
    for (size_t i = 0; i < now->columns.count; i++)
        alter_comment(alter, "COLUMN",
                      pc_format(alter->arena, "%s.%s", name,
                                pc_sql_name(alter->arena, now->columns.items[i]->sql_name)),
                      before->columns.items[i]->doc, now->columns.items[i]->doc);
}

/* What nobody needs any more is left to the reader: it may be read by others. */
static void drop_table(struct alter *alter, const struct pc_plan_table *table)
{
    pc_sql_add(alter->arena, &alter->script, "-- DROP TABLE %s;\n",
               pc_sql_comment(alter->arena, pc_text_of(table_name(alter, table))));
}

static bool is_same_column(const struct pc_plan_column *a, const struct pc_plan_column *b)
{
    return pc_text_equals(a->sql_name, b->sql_name) && a->type == b->type && a->scale == b->scale &&
           a->is_nullable == b->is_nullable;
}

static bool has_same_columns(const struct pc_plan_table *before, const struct pc_plan_table *now)
{
    if (before->columns.count != now->columns.count || before->key_count != now->key_count)
        return false;
    for (size_t i = 0; i < now->columns.count; i++)
        if (!is_same_column(before->columns.items[i], now->columns.items[i]))
            return false;
    return true;
}

/* A view keeps its name when its table gets another one, and goes on showing the old shape: it is
 * dropped, and the new schema makes it. */
static void alter_view(struct alter *alter, const struct pc_plan_projection *before,
                       const struct pc_plan_projection *now)
{
    bool is_same = before->c_view.size > 0 && now->c_view.size > 0 &&
                   pc_text_equals(before->view.sql_name, now->view.sql_name) &&
                   pc_text_equals(before->view.sql_schema, now->view.sql_schema) &&
                   has_same_columns(&before->view, &now->view) &&
                   before->shape_fingerprint == now->shape_fingerprint;

    if (alter->store == PC_ALTER_POSTGRES && before->c_view.size > 0 && !is_same)
        pc_sql_add(alter->arena, &alter->script, "DROP VIEW IF EXISTS %s;\n",
                   table_name(alter, &before->view));
}

static const struct pc_plan_row_table *find_table(const struct pc_plan_projection *projection,
                                                  struct pc_text name)
{
    for (size_t i = 0; i < projection->tables.count; i++)
        if (pc_text_equals(projection->tables.items[i]->name, name))
            return projection->tables.items[i];
    return NULL;
}

/* Returns whether only a rebuild makes the tables that there are now of those that were. */
static bool alter_tables(struct alter *alter, const struct pc_plan_projection *before,
                         const struct pc_plan_projection *now)
{
    bool is_rebuilt = false;

    for (size_t i = 0; i < now->tables.count; i++) {
        const struct pc_plan_row_table *table = now->tables.items[i];
        const struct pc_plan_row_table *old = find_table(before, table->name);

        if (old != NULL)
            alter_name(alter, &old->table, &table->table);
        if (old == NULL || !has_same_columns(&old->table, &table->table)) {
            is_rebuilt = true;
            continue;
        }
        alter_indexes(alter, &old->table, &table->table);
        alter_comments(alter, &old->table, &table->table);
    }
    for (size_t i = 0; i < before->tables.count; i++)
        if (find_table(now, before->tables.items[i]->name) == NULL)
            drop_table(alter, &before->tables.items[i]->table);
    return is_rebuilt;
}

/* What a table holds is made by handlers: a column that is added or changed has to be filled by
 * them, which only a rebuild does. */
static void alter_projection(struct alter *alter, const struct pc_plan_projection *before,
                             const struct pc_plan_projection *now)
{
    bool is_rebuilt = before->shape_fingerprint != now->shape_fingerprint ||
                      before->version != now->version ||
                      !has_same_columns(&before->table, &now->table);

    alter_view(alter, before, now);
    alter_name(alter, &before->table, &now->table);
    is_rebuilt = alter_tables(alter, before, now) || is_rebuilt;
    if (has_same_columns(&before->table, &now->table)) {
        alter_indexes(alter, &before->table, &now->table);
        alter_comments(alter, &before->table, &now->table);
    }
    if (is_rebuilt)
        pc_sql_add(alter->arena, &alter->script,
                   "-- %s: only a rebuild fills what is new: run `rebuild %s`\n",
                   pc_sql_comment(alter->arena, now->name),
                   pc_sql_comment(alter->arena, now->name));
}

static const char *stream_name(const struct alter *alter, const struct pc_plan_stream *stream)
{
    return alter->store == PC_ALTER_POSTGRES
               ? pc_sql_qualified(alter->arena, stream->sql_schema, stream->sql_table)
               : pc_sql_name(alter->arena, stream->sql_table);
}

static void alter_stream(struct alter *alter, const struct pc_plan_stream *before,
                         const struct pc_plan_stream *now)
{
    const char *table = stream_name(alter, now);

    if (!pc_text_equals(before->sql_table, now->sql_table) ||
        !pc_text_equals(before->sql_schema, now->sql_schema)) {
        pc_sql_add(alter->arena, &alter->script,
                   "-- %s is read now: what is stored stays in %s, unless you move it\n",
                   pc_sql_comment(alter->arena, pc_text_of(table)),
                   pc_sql_comment(alter->arena, pc_text_of(stream_name(alter, before))));
        return; /* the new table is made as it is now */
    }
    alter_comment(alter, "TABLE", table, before->doc, now->doc);
    if (before->is_msgpack != now->is_msgpack)
        pc_sql_add(alter->arena, &alter->script,
                   "-- %s: payloads have to be written anew in the other format\n",
                   pc_sql_comment(alter->arena, pc_text_of(table)));
    if (before->has_text_ids == now->has_text_ids)
        return;
    if (alter->store == PC_ALTER_POSTGRES)
        pc_sql_add(alter->arena, &alter->script,
                   "ALTER TABLE %s ALTER COLUMN aggregate_id TYPE %s USING aggregate_id::%s;\n",
                   table, now->has_text_ids ? "text" : "uuid", now->has_text_ids ? "text" : "uuid");
    else
        pc_sql_add(alter->arena, &alter->script,
                   "-- %s: SQLite cannot change the type of aggregate_id: copy the events into a "
                   "new table\n",
                   pc_sql_comment(alter->arena, pc_text_of(table)));
}

static void alter_projections(struct alter *alter, const struct pc_plan *before,
                              const struct pc_plan *now)
{
    for (size_t i = 0; i < before->projections.count; i++) {
        const struct pc_plan_projection *projection = before->projections.items[i];
        const struct pc_plan_projection *other = NULL;

        for (size_t j = 0; j < now->projections.count; j++)
            if (pc_text_equals(now->projections.items[j]->name, projection->name))
                other = now->projections.items[j];
        if (other != NULL) {
            alter_projection(alter, projection, other);
            continue;
        }
        if (alter->store == PC_ALTER_POSTGRES && projection->c_view.size > 0)
            pc_sql_add(
                alter->arena, &alter->script, "-- DROP VIEW %s;\n",
                pc_sql_comment(alter->arena, pc_text_of(table_name(alter, &projection->view))));
        drop_table(alter, &projection->table);
        for (size_t j = 0; j < projection->tables.count; j++)
            drop_table(alter, &projection->tables.items[j]->table);
    }
}

static bool has_views(const struct pc_plan *plan)
{
    for (size_t i = 0; i < plan->projections.count; i++)
        if (plan->projections.items[i]->c_view.size > 0)
            return true;
    return false;
}

/* The function that views read states with, when it has another name now. When the last view went,
 * that of a projection that is gone may still be there: the reader decides. */
static void alter_reader(struct alter *alter, const struct pc_plan *before,
                         const struct pc_plan *now)
{
    const char *name = pc_sql_name(alter->arena, before->sql_reader);

    if (alter->store != PC_ALTER_POSTGRES || !has_views(before))
        return;
    if (!has_views(now))
        pc_sql_add(alter->arena, &alter->script,
                   "-- DROP FUNCTION %s(bytea, bytea, text[]) CASCADE;\n",
                   pc_sql_comment(alter->arena, pc_text_of(name)));
    else if (!pc_text_equals(before->sql_reader, now->sql_reader))
        pc_sql_add(alter->arena, &alter->script,
                   "DROP FUNCTION IF EXISTS %s(bytea, bytea, text[]) CASCADE;\n", name);
}

struct pc_text pc_alter(struct pc_arena *arena, const struct pc_plan *before,
                        const struct pc_plan *now, enum pc_alter_store store)
{
    struct alter alter = {.arena = arena, .store = store};
    struct pc_text text =
        pc_text_format(arena, "-- %s\n", store == PC_ALTER_POSTGRES ? "PostgreSQL" : "SQLite");

    for (size_t i = 0; i < before->streams.count; i++)
        for (size_t j = 0; j < now->streams.count; j++)
            if (pc_text_equals(before->streams.items[i]->name, now->streams.items[j]->name))
                alter_stream(&alter, before->streams.items[i], now->streams.items[j]);
    alter_projections(&alter, before, now);
    alter_reader(&alter, before, now);
    if (alter.script.count == 0)
        return pc_text_format(arena, "%.*s-- nothing to alter\n", PC_TEXT_ARGS(text));
    for (size_t i = 0; i < alter.script.count; i++)
        text = pc_text_format(arena, "%.*s%.*s", PC_TEXT_ARGS(text),
                              PC_TEXT_ARGS(*alter.script.items[i]));
    return text;
}
