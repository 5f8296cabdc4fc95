/* A building generation takes the live one's place: one transaction.
 *
 * The lanes are locked first, as every commit does: a unit of work that holds one is waited for,
 * and one that comes later finds its epoch raised. The view is locked before the tables, as its
 * readers do. No lock is waited for longer than LOCK_TIMEOUT, which is shorter than PostgreSQL's
 * deadlock_timeout: a reader whose order is another one waits as long, and is never the victim.
 *
 * Indexes and primary keys are renamed with their tables, so that the live ones have the names of
 * the generated schema. Other constraints keep the names that their generation gave them. What is
 * granted on the old tables is granted on the new ones. */
#include "base/arena.h"
#include "base/buffer.h"
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

#include <stdio.h>
#include <stdlib.h>

#define LOCK_TIMEOUT "300ms"

typedef struct swapping {
    projc__postgres *postgres;
    const projc__swap *swap;
    projc__buffer text;
    projc_error *error;
} swapping;

static const projc_table *table_of(const projc_projection_type *type, uint32_t number)
{
    return number == 0 ? type->table : type->tables[number - 1].table;
}

static void put_name(swapping *self, const projc_table *table, const char *name)
{
    projc__buffer_put_qualified(
        &self->text, table->schema != NULL ? table->schema : self->postgres->schema, name);
}

static projc_status run_text(swapping *self)
{
    projc_status status = projc__buffer_status(&self->text, self->error);

    if (status == PROJC_OK && self->text.size > 0)
        status = projc__postgres_run_text(self->postgres, self->text.data, self->error);
    projc__buffer_reset(&self->text);
    return status;
}

/* ---- locking and judging ---- */

static projc_status judge_lanes(const PGresult *result, const projc__swap *swap, projc_error *error)
{
    int64_t reached = 0;        /* by the live one */
    int64_t lowest = INT64_MAX; /* of the building one */

    for (int i = 0; i < PQntuples(result); i++) {
        int64_t position = projc__result_i64(result, i, 1);

        if (projc__result_i64(result, i, 0) == swap->live)
            reached = position > reached ? position : reached;
        else
            lowest = position < lowest ? position : lowest;
    }
    if (lowest < reached)
        return projc_error_set(error, PROJC_FENCED, "generation %lld is behind generation %lld",
                               (long long)swap->building, (long long)swap->live);
    return PROJC_OK;
}

static projc_status judge_states(const PGresult *result, const projc__swap *swap,
                                 projc_error *error)
{
    int right = 0;

    for (int i = 0; i < PQntuples(result); i++)
        right += strcmp(PQgetvalue(result, i, 1),
                        projc__result_i64(result, i, 0) == swap->live ? "live" : "building") == 0;
    if (right != 2)
        return projc_error_set(error, PROJC_MISMATCH,
                               "generations %lld and %lld are no longer live and building",
                               (long long)swap->live, (long long)swap->building);
    return PROJC_OK;
}

static projc_status lock_rows(swapping *self)
{
    projc__pipeline pipeline;
    projc__statement statement;
    PGresult *lanes = NULL;
    PGresult *states = NULL;

    projc__pipeline_begin(&pipeline, self->postgres, self->error);
    projc__pipeline_send_begin(&pipeline, self->postgres->statement_timeout_ms, true);
    projc__pipeline_send_text(
        &pipeline, "SELECT pg_catalog.set_config('lock_timeout', '" LOCK_TIMEOUT "', true),"
                   " pg_catalog.set_config('client_min_messages', 'warning', true)");
    projc__statement_init(&statement, self->postgres, self->error);
    projc__statement_add(&statement,
                         "SELECT generation, position FROM @projc_lane"
                         " WHERE generation IN ($1, $2) ORDER BY generation, lane FOR UPDATE");
    projc__statement_bind_i64(&statement, self->swap->live);
    projc__statement_bind_i64(&statement, self->swap->building);
    projc__pipeline_send(&pipeline, &statement, &lanes);
    projc__statement_init(&statement, self->postgres, self->error);
    projc__statement_add(&statement,
                         "SELECT generation, state FROM @projc_projection"
                         " WHERE generation IN ($1, $2) ORDER BY generation FOR UPDATE");
    projc__statement_bind_i64(&statement, self->swap->live);
    projc__statement_bind_i64(&statement, self->swap->building);
    projc__pipeline_send(&pipeline, &statement, &states);
    projc_status status = projc__pipeline_end(&pipeline);
    if (status == PROJC_OK)
        status = judge_states(states, self->swap, self->error);
    if (status == PROJC_OK)
        status = judge_lanes(lanes, self->swap, self->error);
    PQclear(lanes);
    PQclear(states);
    return status;
}

/* ---- tables ---- */

/* is_there: which of the live tables are; a new program may have more. */
static projc_status lock_tables(swapping *self, bool *is_there)
{
    const projc_projection_type *type = self->swap->type;
    char name[PROJC__SQL_NAME_SIZE];
    bool has_view = false;
    projc_status status = PROJC_OK;

    if (type->view != NULL)
        status = projc__postgres_has_table(&self->postgres->store, type->view->schema,
                                           type->view->name, &has_view, self->error);
    projc__buffer_put_string(&self->text, "LOCK TABLE ");
    if (has_view) {
        put_name(self, type->view, type->view->name);
        projc__buffer_put_string(&self->text, ", ");
    }
    for (uint32_t i = 0; i <= type->table_count && status == PROJC_OK; i++) {
        const projc_table *table = table_of(type, i);

        status = projc__postgres_has_table(&self->postgres->store, table->schema, table->name,
                                           &is_there[i], self->error);
        if (is_there[i]) {
            put_name(self, table, table->name);
            projc__buffer_put_string(&self->text, ", ");
        }
        projc__generation_name(table->name, self->swap->building, name);
        put_name(self, table, name);
        projc__buffer_put_string(&self->text, i < type->table_count ? ", " : "");
    }
    projc__buffer_put_string(&self->text, " IN ACCESS EXCLUSIVE MODE");
    return status == PROJC_OK ? run_text(self) : status;
}

static void rename_to(swapping *self, const char *what, const projc_table *table, const char *from,
                      const char *to)
{
    projc__buffer_format(&self->text, "ALTER %s ", what);
    put_name(self, table, from);
    projc__buffer_put_string(&self->text, " RENAME TO ");
    projc__buffer_put_identifier(&self->text, to);
    projc__buffer_put_string(&self->text, ";");
}

/* The primary key's name; empty: it has none. */
static projc_status find_key_name(swapping *self, const projc_table *table, const char *name,
                                  char key[PROJC__SQL_NAME_SIZE])
{
    projc__statement statement;
    PGresult *result = NULL;

    key[0] = '\0';
    put_name(self, table, name);
    projc__statement_init(&statement, self->postgres, self->error);
    projc__statement_add(&statement, "SELECT conname::text FROM pg_catalog.pg_constraint"
                                     " WHERE contype = 'p' AND conrelid = $1::pg_catalog.regclass");
    projc__statement_bind_text(&statement, self->text.data);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && PQntuples(result) > 0)
        snprintf(key, PROJC__SQL_NAME_SIZE, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    projc__buffer_reset(&self->text);
    return status;
}

static void put_key_rename(swapping *self, const projc_table *table, const char *name,
                           const char *from, const char *to)
{
    projc__buffer_put_string(&self->text, "ALTER TABLE ");
    put_name(self, table, name);
    projc__buffer_put_string(&self->text, " RENAME CONSTRAINT ");
    projc__buffer_put_identifier(&self->text, from);
    projc__buffer_put_string(&self->text, " TO ");
    projc__buffer_put_identifier(&self->text, to);
    projc__buffer_put_string(&self->text, ";");
}

/* The new table's key gets the name that the old one's has. */
static projc_status rename_key(swapping *self, const projc_table *table)
{
    char name[PROJC__SQL_NAME_SIZE];
    char live_key[PROJC__SQL_NAME_SIZE];
    char new_key[PROJC__SQL_NAME_SIZE] = "";
    char old_key[PROJC__SQL_NAME_SIZE];
    projc_status status;

    projc__generation_name(table->name, self->swap->building, name);
    status = find_key_name(self, table, table->name, live_key);
    if (status == PROJC_OK)
        status = find_key_name(self, table, name, new_key);
    if (status != PROJC_OK || live_key[0] == '\0' || new_key[0] == '\0')
        return status;
    projc__generation_name(live_key, self->swap->live, old_key);
    put_key_rename(self, table, table->name, live_key, old_key);
    put_key_rename(self, table, name, new_key, live_key);
    return run_text(self);
}

static projc_status rename_tables(swapping *self, const bool *is_there)
{
    const projc__swap *swap = self->swap;
    char name[PROJC__SQL_NAME_SIZE];

    for (uint32_t i = 0; i <= swap->type->table_count; i++) {
        const projc_table *table = table_of(swap->type, i);

        if (is_there[i]) {
            projc__generation_name(table->name, swap->live, name);
            rename_to(self, "TABLE", table, table->name, name);
        }
        projc__generation_name(table->name, swap->building, name);
        rename_to(self, "TABLE", table, name, table->name);
        for (uint32_t j = 0; j < table->index_count; j++) {
            projc__generation_name(table->indexes[j], swap->live, name);
            rename_to(self, "INDEX IF EXISTS", table, table->indexes[j], name);
            projc__generation_name(table->indexes[j], swap->building, name);
            rename_to(self, "INDEX IF EXISTS", table, name, table->indexes[j]);
        }
    }
    projc__buffer_put_string(&self->text, swap->schema);
    return run_text(self);
}

/* On tables and columns; the owner has his rights by himself. $1 old, $2 new. */
static const char grants[] =
    "SELECT pg_catalog.format('GRANT %s%s ON TABLE %s TO %s%s', g.privilege_type,"
    " CASE WHEN g.attname IS NULL THEN '' ELSE pg_catalog.format(' (%I)', g.attname) END, $2,"
    " CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END,"
    " CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"
    " FROM (SELECT x.*, NULL::name AS attname, c.relowner FROM pg_catalog.pg_class c"
    " CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) x"
    " WHERE c.oid = $1::pg_catalog.regclass UNION ALL"
    " SELECT x.*, o.attname, c.relowner FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_attribute o ON o.attrelid = c.oid"
    " JOIN pg_catalog.pg_attribute n ON n.attrelid = $2::pg_catalog.regclass"
    " AND n.attname = o.attname AND NOT n.attisdropped"
    " CROSS JOIN LATERAL pg_catalog.aclexplode(o.attacl) x"
    " WHERE c.oid = $1::pg_catalog.regclass) g"
    " LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee WHERE g.grantee <> g.relowner";

static projc_status copy_grants(swapping *self, const projc_table *table)
{
    projc__statement statement;
    PGresult *result = NULL;
    char name[PROJC__SQL_NAME_SIZE];
    projc__buffer new_name;

    projc__buffer_init(&new_name);
    projc__generation_name(table->name, self->swap->building, name);
    put_name(self, table, name);
    projc__buffer_put_string(&new_name, self->text.data);
    projc__buffer_reset(&self->text);
    put_name(self, table, table->name);
    projc__statement_init(&statement, self->postgres, self->error);
    projc__statement_add_plain(&statement, grants);
    projc__statement_bind_text(&statement, self->text.data);
    projc__statement_bind_text(&statement, new_name.data);
    projc_status status = projc__statement_run(&statement, &result);
    projc__buffer_reset(&self->text);
    for (int i = 0; status == PROJC_OK && i < PQntuples(result); i++)
        projc__buffer_format(&self->text, "%s;", PQgetvalue(result, i, 0));
    PQclear(result);
    projc__buffer_clear(&new_name);
    return status == PROJC_OK ? run_text(self) : status;
}

/* ---- the whole ---- */

/* The old one first: two live ones there must never be. */
static projc_status change_states(swapping *self)
{
    projc__buffer_format(&self->text, "UPDATE ");
    projc__buffer_put_qualified(&self->text, self->postgres->schema, "projc_projection");
    projc__buffer_format(&self->text,
                         " SET state = 'retired', changed_at = pg_catalog.clock_timestamp()"
                         " WHERE generation = %lld;UPDATE ",
                         (long long)self->swap->live);
    projc__buffer_put_qualified(&self->text, self->postgres->schema, "projc_projection");
    projc__buffer_format(&self->text,
                         " SET state = 'live', changed_at = pg_catalog.clock_timestamp()"
                         " WHERE generation = %lld;UPDATE ",
                         (long long)self->swap->building);
    projc__buffer_put_qualified(&self->text, self->postgres->schema, "projc_lane");
    projc__buffer_format(&self->text, " SET epoch = epoch + 1 WHERE generation IN (%lld, %lld)",
                         (long long)self->swap->live, (long long)self->swap->building);
    return run_text(self);
}

projc_status projc__postgres_swap_generations(projc_store *store, const projc__swap *swap,
                                              projc_error *error)
{
    swapping self = {.postgres = projc__postgres_of(store), .swap = swap, .error = error};
    bool *is_there = calloc(swap->type->table_count + 1u, sizeof *is_there);
    projc_status status;

    if (is_there == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc__buffer_init(&self.text);
    status = lock_rows(&self);
    if (status == PROJC_OK)
        status = change_states(&self);
    if (status == PROJC_OK)
        status = lock_tables(&self, is_there);
    for (uint32_t i = 0; i <= swap->type->table_count && status == PROJC_OK; i++)
        if (is_there[i])
            status = copy_grants(&self, table_of(swap->type, i));
    for (uint32_t i = 0; i <= swap->type->table_count && status == PROJC_OK; i++)
        if (is_there[i])
            status = rename_key(&self, table_of(swap->type, i));
    if (status == PROJC_OK)
        status = rename_tables(&self, is_there);
    if (status == PROJC_OK)
        status = projc__postgres_run_text(self.postgres, "COMMIT", error);
    if (status != PROJC_OK)
        projc__postgres_roll_back(self.postgres);
    projc__buffer_clear(&self.text);
    free(is_there);
    return status;
}
