/* alter.c -- the SQL that takes a schema from one version to the other. */
#include "compare/alter.h"

#include "gen/parts.h"

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

static void alter_name(struct alter *alter, const struct pc_plan_table *before,
                       const struct pc_plan_table *now)
{
    struct pc_plan_table moved = *before;

    if (alter->store == PC_ALTER_POSTGRES && now->sql_schema.size > 0 &&
        !pc_text_equals(before->sql_schema, now->sql_schema)) {
        pc_sql_add(alter->arena, &alter->script, "ALTER TABLE %s SET SCHEMA %s;\n",
                   table_name(alter, before), pc_sql_name(alter->arena, now->sql_schema));
        moved.sql_schema = now->sql_schema;
    }
    if (!pc_text_equals(before->sql_name, now->sql_name))
        pc_sql_add(alter->arena, &alter->script, "ALTER TABLE %s RENAME TO %s;\n",
                   table_name(alter, &moved), pc_sql_name(alter->arena, now->sql_name));
}

static void alter_comment(struct alter *alter, const struct pc_plan_table *before,
                          const struct pc_plan_table *now)
{
    if (alter->store != PC_ALTER_POSTGRES || pc_text_equals(before->doc, now->doc))
        return;
    pc_sql_add(alter->arena, &alter->script, "COMMENT ON TABLE %s IS %s;\n", table_name(alter, now),
               now->doc.size > 0 ? pc_sql_string(alter->arena, now->doc) : "NULL");
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

/* What a table holds is made by handlers: a column that is added or changed has to be filled by
 * them, which only a rebuild does. */
static void alter_projection(struct alter *alter, const struct pc_plan_projection *before,
                             const struct pc_plan_projection *now)
{
    bool is_rebuilt = before->shape_fingerprint != now->shape_fingerprint ||
                      before->version != now->version ||
                      !has_same_columns(&before->table, &now->table);

    alter_name(alter, &before->table, &now->table);
    for (size_t i = 0; i < now->tables.count; i++) {
        const struct pc_plan_row_table *table = now->tables.items[i];
        const struct pc_plan_row_table *old = NULL;

        for (size_t j = 0; j < before->tables.count; j++)
            if (pc_text_equals(before->tables.items[j]->name, table->name))
                old = before->tables.items[j];
        is_rebuilt = is_rebuilt || old == NULL || !has_same_columns(&old->table, &table->table);
        if (old != NULL)
            alter_name(alter, &old->table, &table->table);
        if (old != NULL && has_same_columns(&old->table, &table->table)) {
            alter_indexes(alter, &old->table, &table->table);
            alter_comment(alter, &old->table, &table->table);
        }
    }
    if (is_rebuilt) {
        pc_sql_add(alter->arena, &alter->script,
                   "-- %s: only a rebuild fills what is new: run `rebuild %s`\n",
                   pc_sql_comment(alter->arena, now->name),
                   pc_sql_comment(alter->arena, now->name));
        return;
    }
    alter_indexes(alter, &before->table, &now->table);
    alter_comment(alter, &before->table, &now->table);
}

static void alter_stream(struct alter *alter, const struct pc_plan_stream *before,
                         const struct pc_plan_stream *now)
{
    const char *table = alter->store == PC_ALTER_POSTGRES
                            ? pc_sql_qualified(alter->arena, now->sql_schema, now->sql_table)
                            : pc_sql_name(alter->arena, now->sql_table);

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
        if (other != NULL)
            alter_projection(alter, projection, other);
        else
            pc_sql_add(
                alter->arena, &alter->script, "-- DROP TABLE %s;\n",
                pc_sql_comment(alter->arena, pc_text_of(table_name(alter, &projection->table))));
    }
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
    if (alter.script.count == 0)
        return pc_text_format(arena, "%.*s-- nothing to alter\n", PC_TEXT_ARGS(text));
    for (size_t i = 0; i < alter.script.count; i++)
        text = pc_text_format(arena, "%.*s%.*s", PC_TEXT_ARGS(text),
                              PC_TEXT_ARGS(*alter.script.items[i]));
    return text;
}
