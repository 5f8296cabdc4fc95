/* Generations: their tables' names and statements, and the driver's entries around them. */
#include "store/generation.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/arena.h"
#include "store/store.h"

static bool is_postgres(const projc_store *store)
{
    return store->driver->runtime_schema == projc__postgres_driver.runtime_schema;
}

/* ---- names ---- */

void projc__generation_name(const char *name, int64_t generation, char out[PROJC__SQL_NAME_SIZE])
{
    char suffix[40];
    size_t size = strlen(name);
    int suffix_size = snprintf(suffix, sizeof suffix, "__g%lld", (long long)generation);
    size_t most = PROJC__SQL_NAME_SIZE - 1 - (size_t)suffix_size;

    if (size > most) {
        suffix_size = snprintf(suffix, sizeof suffix, "_%08x__g%lld",
                               (unsigned)XXH3_64bits(name, size), (long long)generation);
        size = PROJC__SQL_NAME_SIZE - 1 - (size_t)suffix_size;
        while (size > 0 && ((unsigned char)name[size] & 0xC0) == 0x80)
            size--; /* never inside a UTF-8 sequence */
    }
    (void)snprintf(out, PROJC__SQL_NAME_SIZE, "%.*s%s", (int)size, name, suffix);
}

static const projc_table *copy_table(projc_arena *arena, const projc_table *table,
                                     int64_t generation)
{
    char name[PROJC__SQL_NAME_SIZE];
    projc_table *copy = projc_arena_alloc(arena, sizeof *copy);

    if (copy == NULL)
        return NULL;
    projc__generation_name(table->name, generation, name);
    *copy = *table;
    copy->name = projc_arena_copy(arena, name, strlen(name));
    return copy->name != NULL ? copy : NULL;
}

const projc_projection_type *projc__generation_type(projc_arena *arena,
                                                    const projc_projection_type *type,
                                                    int64_t generation)
{
    projc_projection_type *copy = projc_arena_alloc(arena, sizeof *copy);
    projc_row_table *tables = projc_arena_alloc(arena, (type->table_count + 1u) * sizeof *tables);

    if (copy == NULL || tables == NULL)
        return NULL;
    *copy = *type;
    copy->table = copy_table(arena, type->table, generation);
    copy->tables = tables;
    copy->view = NULL;
    for (uint32_t i = 0; i < type->table_count; i++) {
        tables[i] = type->tables[i];
        tables[i].table = copy_table(arena, type->tables[i].table, generation);
        if (tables[i].table == NULL)
            return NULL;
    }
    return copy->table != NULL ? copy : NULL;
}

/* ---- statements ---- */

/* One of a projection's tables: number 0 are its states. */
static const projc_table *table_of(const projc_projection_type *type, uint32_t number)
{
    return number == 0 ? type->table : type->tables[number - 1].table;
}

static void put_table_name(projc__buffer *out, const projc_store *store, const projc_table *table,
                           const char *name)
{
    projc__buffer_put_qualified(out, is_postgres(store) ? table->schema : NULL, name);
}

/* What stands behind the beginning in a piece of the schema; NULL: no piece begins so. */
static const char *find_piece(const char *const *pieces, const projc__buffer *beginning)
{
    for (; *pieces != NULL; pieces++)
        if (strncmp(*pieces, beginning->data, beginning->size) == 0)
            return *pieces + beginning->size;
    return NULL;
}

static const char *const *schema_of(const projc_store *store, const projc_module *module)
{
    return is_postgres(store) ? module->schema_postgres : module->schema_sqlite;
}

/* A schema being written: pieces of the module's, of which some names are exchanged. */
typedef struct schema_writer {
    const projc_store *store;
    const projc_module *module;
    int64_t generation; /* 0: with the live names */
    projc__buffer *out;
    projc__buffer beginning;
    projc_error *error;
} schema_writer;

static const char *name_in(const schema_writer *self, const char *name,
                           char room[PROJC__SQL_NAME_SIZE])
{
    if (self->generation == 0)
        return name;
    projc__generation_name(name, self->generation, room);
    return room;
}

static projc_status write_piece(schema_writer *self, const projc_table *table, const char *index)
{
    char room[PROJC__SQL_NAME_SIZE];
    const char *rest;

    projc__buffer_reset(&self->beginning);
    if (index != NULL) {
        projc__buffer_put_string(&self->beginning, "CREATE INDEX IF NOT EXISTS ");
        projc__buffer_put_identifier(&self->beginning, index);
        projc__buffer_put_string(&self->beginning, " ON ");
    } else {
        projc__buffer_put_string(&self->beginning, "CREATE TABLE IF NOT EXISTS ");
    }
    put_table_name(&self->beginning, self->store, table, table->name);
    projc__buffer_put_string(&self->beginning, " (");
    if (self->beginning.is_failed)
        return projc__buffer_status(&self->beginning, self->error);
    rest = find_piece(schema_of(self->store, self->module), &self->beginning);
    if (rest == NULL)
        return projc_error_set(self->error, PROJC_INVALID,
                               "the schema of %s does not say how to make %s: run projc again",
                               self->module->source, index != NULL ? index : table->name);
    if (index != NULL) {
        projc__buffer_put_string(self->out, "CREATE INDEX IF NOT EXISTS ");
        projc__buffer_put_identifier(self->out, name_in(self, index, room));
        projc__buffer_put_string(self->out, " ON ");
    } else {
        projc__buffer_put_string(self->out, "CREATE TABLE IF NOT EXISTS ");
    }
    put_table_name(self->out, self->store, table, name_in(self, table->name, room));
    projc__buffer_format(self->out, " (%s", rest);
    return PROJC_OK;
}

static projc_status write_tables(schema_writer *self, const projc_projection_type *type)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i <= type->table_count && status == PROJC_OK; i++) {
        const projc_table *table = table_of(type, i);

        status = write_piece(self, table, NULL);
        for (uint32_t j = 0; j < table->index_count && status == PROJC_OK; j++)
            status = write_piece(self, table, table->indexes[j]);
    }
    return status;
}

/* Without memory for what a piece begins with any would do: the whole is failed then, for the next
 * beginning is written into the same buffer. */
static bool is_begun(schema_writer *self)
{
    if (!self->beginning.is_failed)
        return true;
    projc__buffer_clear(self->out);
    self->out->is_failed = true;
    return false;
}

/* Every piece that begins so, as it is. */
static void write_pieces(schema_writer *self, const char *what, const char *schema,
                         const char *name, const char *end)
{
    const char *const *pieces = schema_of(self->store, self->module);

    projc__buffer_reset(&self->beginning);
    projc__buffer_put_string(&self->beginning, what);
    projc__buffer_put_qualified(&self->beginning, schema, name);
    projc__buffer_put_string(&self->beginning, end);
    for (; is_begun(self) && *pieces != NULL; pieces++)
        if (strncmp(*pieces, self->beginning.data, self->beginning.size) == 0)
            projc__buffer_put_string(self->out, *pieces);
}

/* Views are made inside of DO blocks. */
static void write_view(schema_writer *self, const projc_table *view)
{
    const char *const *pieces = schema_of(self->store, self->module);

    projc__buffer_reset(&self->beginning);
    projc__buffer_put_string(&self->beginning, "            CREATE OR REPLACE VIEW ");
    projc__buffer_put_qualified(&self->beginning, view->schema, view->name);
    projc__buffer_put_string(&self->beginning, " AS\n");
    for (; is_begun(self) && *pieces != NULL; pieces++)
        if (strncmp(*pieces, "DO $", 4) == 0 && strstr(*pieces, self->beginning.data) != NULL)
            projc__buffer_put_string(self->out, *pieces);
}

static projc_status end_schema(schema_writer *self, projc_status status)
{
    if (status == PROJC_OK)
        status = projc__buffer_status(&self->beginning, self->error);
    if (status == PROJC_OK)
        status = projc__buffer_status(self->out, self->error);
    projc__buffer_clear(&self->beginning);
    return status;
}

projc_status projc__generation_schema(projc_store *store, const projc_module *module,
                                      const projc_projection_type *type, int64_t generation,
                                      projc__buffer *script, projc_error *error)
{
    schema_writer self = {store, module, generation, script, .error = error};

    projc__buffer_init(&self.beginning);
    if (is_postgres(store) && type->view != NULL && module->state_reader != NULL)
        write_pieces(&self, "CREATE OR REPLACE FUNCTION ", NULL, module->state_reader, "(");
    return end_schema(&self, write_tables(&self, type));
}

/* The projection's part of the schema with the live names, for behind the renaming. */
static projc_status write_live_schema(projc_store *store, const projc_module *module,
                                      const projc_projection_type *type, projc__buffer *script,
                                      projc_error *error)
{
    schema_writer self = {store, module, 0, script, .error = error};
    projc_status status;

    projc__buffer_init(&self.beginning);
    status = write_tables(&self, type);
    for (uint32_t i = 0; i <= type->table_count && is_postgres(store); i++) {
        const projc_table *table = table_of(type, i);

        write_pieces(&self, "COMMENT ON TABLE ", table->schema, table->name, " IS ");
        write_pieces(&self, "COMMENT ON COLUMN ", table->schema, table->name, ".");
    }
    if (is_postgres(store) && type->view != NULL)
        write_view(&self, type->view);
    return end_schema(&self, status);
}

projc_status projc__drop_generation(projc_store *store, const projc_projection_type *type,
                                    int64_t generation, projc_error *error)
{
    static const char *const runtime_tables[] = {"projc_lane", "projc_key", "projc_waiting",
                                                 "projc_skipped", "projc_projection"};
    char name[PROJC__SQL_NAME_SIZE];
    projc__buffer script;
    projc_status status;

    projc__buffer_init(&script);
    /* The lanes first: who is in the middle of a commit has locked them, and then needs the tables.
     */
    for (size_t i = 0; i < sizeof runtime_tables / sizeof *runtime_tables; i++)
        projc__buffer_format(&script, "DELETE FROM %s WHERE generation = %lld;\n",
                             runtime_tables[i], (long long)generation);
    for (uint32_t i = 0; i <= type->table_count; i++) {
        const projc_table *table = table_of(type, i);

        projc__generation_name(table->name, generation, name);
        projc__buffer_put_string(&script, "DROP TABLE IF EXISTS ");
        put_table_name(&script, store, table, name);
        projc__buffer_put_string(&script, ";\n");
    }
    status = projc__buffer_status(&script, error);
    if (status == PROJC_OK) {
        const char *const pieces[] = {script.data};

        status = projc__store_run_script(store, pieces, 1, error);
    }
    projc__buffer_clear(&script);
    return status;
}

/* ---- the driver's entries ---- */

/* Every entry that answers a status passes through here: a failure is never without its text. */
static projc_status checked(projc_status status, const projc_error *error)
{
    assert((unsigned)status < PROJC_STATUS_COUNT);
    assert(status == PROJC_OK || error == NULL || error->status == status);
    (void)error;
    return status;
}

projc_status projc__swap_generations(projc_store *store, const projc_module *module,
                                     const projc_projection_type *type, int64_t live,
                                     int64_t building, projc_error *error)
{
    projc__swap swap = {module, type, live, building, NULL};
    projc__buffer schema;
    projc_status status;

    assert(store != NULL && !store->is_in_transaction && live > 0 && building > 0);
    projc__buffer_init(&schema);
    status = write_live_schema(store, module, type, &schema, error);
    swap.schema = schema.data;
    if (status == PROJC_OK)
        status = checked(store->driver->swap_generations(store, &swap, error), error);
    projc__buffer_clear(&schema);
    return status;
}

projc_status projc__store_register_projection(projc_store *store,
                                              const projc__registration *registration,
                                              projc_arena *arena, projc__generation *generation,
                                              projc_error *error)
{
    projc_status status;

    assert(store != NULL && !store->is_in_transaction && arena != NULL && generation != NULL);
    assert(registration->package != NULL && registration->projection != NULL);
    assert(registration->lanes > 0);
    status = checked(
        store->driver->register_projection(store, registration, arena, generation, error), error);
    assert(status != PROJC_OK || (generation->number > 0 && generation->lanes > 0));
    return status;
}

projc_status projc__store_find_generation(projc_store *store, const char *package,
                                          const char *projection, projc_arena *arena,
                                          projc__generation *generation, projc_error *error)
{
    assert(store != NULL && package != NULL && projection != NULL && arena != NULL);
    assert(generation != NULL);
    return checked(
        store->driver->find_generation(store, package, projection, arena, generation, error),
        error);
}

projc_status projc__store_restamp_generation(projc_store *store, int64_t generation,
                                             const projc_projection_type *projection,
                                             projc_error *error)
{
    assert(store != NULL && generation > 0 && projection != NULL);
    return checked(store->driver->restamp_generation(store, generation, projection, error), error);
}

projc_status projc__store_set_generation_state(projc_store *store, int64_t generation,
                                               projc__generation_state from,
                                               projc__generation_state to, projc_error *error)
{
    assert(store != NULL && generation > 0);
    assert((unsigned)from <= PROJC__PAUSED && (unsigned)to <= PROJC__PAUSED);
    return checked(store->driver->set_generation_state(store, generation, from, to, error), error);
}

projc_status projc__store_list_generations(projc_store *store, const char *package,
                                           const char *projection, projc_arena *arena,
                                           projc__generation **rows, size_t *count,
                                           projc_error *error)
{
    projc_status status;

    assert(store != NULL && package != NULL && projection != NULL && arena != NULL);
    assert(rows != NULL && count != NULL);
    status = checked(
        store->driver->list_generations(store, package, projection, arena, rows, count, error),
        error);
    for (size_t i = 1; status == PROJC_OK && i < *count; i++)
        assert((*rows)[i - 1].number < (*rows)[i].number);
    return status;
}

projc_status projc__store_add_generation(projc_store *store,
                                         const projc__registration *registration, int64_t skips_of,
                                         projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && registration->lanes > 0 && skips_of >= 0);
    return checked(store->driver->add_generation(store, registration, skips_of, error), error);
}
