/* Is the schema in the database the program's?
 *
 * The words are those of `projc diff`, which compares two programs where this compares a program
 * and a database. What `schema --apply` makes is counted as missing. Tables hold what handlers made
 * of the events: one with other columns is replaced by a rebuild, and never altered. */
#include "service/schema_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "service/answer.h"
#include "store/store.h"

enum { TEXT_MAX = 1280 }; /* of one finding: an error's text, or some names */

typedef struct check {
    projc__cli *cli;
    projc_store *store;
    projc__schema_findings *findings;
    projc_error *error;
    bool is_rebuilt; /* of the projection at hand: only a rebuild mends what was found */
} check;

static void tell(check *self, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void tell(check *self, const char *what, const char *format, ...)
{
    projc_json_writer *writer = self->findings->writer;
    char text[TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (writer == NULL) {
        printf("%s%s\n", strcmp(what, "missing") == 0 ? "missing: " : "", text);
        return;
    }
    projc_json_write_map(writer);
    projc__answer_text(writer, "what", what);
    projc__answer_text(writer, "text", text);
    projc_json_write_map_end(writer);
}

/* "schema.table" as people write it. */
static void tell_missing(check *self, const char *what, const char *schema, const char *name)
{
    tell(self, "missing", "%s%s%s%s", what, schema == NULL ? "" : schema, schema == NULL ? "" : ".",
         name);
    self->findings->missing++;
}

/* *is_there false is no error. */
static projc_status describe(check *self, const char *schema, const char *name, bool *is_there,
                             projc__found_table *found)
{
    projc_status status =
        projc__store_describe(self->store, schema, name, self->cli->arena, found, self->error);

    *is_there = status == PROJC_OK;
    return status == PROJC_ABSENT ? PROJC_OK : status;
}

/* ---- columns ---- */

static const projc__found_column *find_column(const projc__found_table *found, const char *name)
{
    for (uint32_t i = 0; i < found->column_count; i++)
        if (strcmp(found->columns[i].name, name) == 0)
            return &found->columns[i];
    return NULL;
}

static bool has_column(const projc_table *table, const char *name)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return true;
    return false;
}

/* A column of a table, or (found is a view) of a view, whose columns have no constraints. */
static projc_status compare_column(check *self, const projc_table *table, uint32_t number,
                                   const projc__found_table *found, uint32_t *differences)
{
    const projc_column *column = &table->columns[number];
    const projc__found_column *there = find_column(found, column->name);
    const char *type = projc__store_column_type(self->store, self->cli->arena, column);
    uint32_t key_part = number < table->key_count ? number + 1 : 0;

    if (type == NULL)
        return projc__arena_error(self->cli->arena, self->error);
    ++*differences;
    if (there == NULL)
        tell(self, "different", "column `%s` of `%s` is missing", column->name, table->name);
    else if (strcmp(there->type, type) != 0)
        tell(self, "different", "column `%s` of `%s` is %s, and %s in the program", column->name,
             table->name, there->type, type);
    else if (!found->is_view && there->key_part != key_part)
        tell(self, "different", "column `%s` of `%s` is %s of the key", column->name, table->name,
             key_part == 0          ? "part"
             : there->key_part == 0 ? "no part"
                                    : "another part");
    else if (!found->is_view && there->is_nullable != column->is_nullable)
        tell(self, "different", "column `%s` of `%s` %s NULL, and %s in the program", column->name,
             table->name, there->is_nullable ? "takes" : "takes no",
             there->is_nullable ? "none" : "it does");
    else
        --*differences;
    return PROJC_OK;
}

static projc_status compare_columns(check *self, const projc_table *table,
                                    const projc__found_table *found, uint32_t *differences)
{
    projc_status status = PROJC_OK;

    *differences = 0;
    for (uint32_t i = 0; i < table->column_count && status == PROJC_OK; i++)
        status = compare_column(self, table, i, found, differences);
    for (uint32_t i = 0; i < found->column_count && status == PROJC_OK; i++) {
        if (has_column(table, found->columns[i].name))
            continue;
        tell(self, "different", "column `%s` of `%s` is not in the program", found->columns[i].name,
             table->name);
        ++*differences;
    }
    self->findings->different += *differences;
    return status;
}

static void compare_indexes(check *self, const projc_table *table, const projc__found_table *found)
{
    for (uint32_t i = 0; i < table->index_count; i++) {
        bool is_there = false;

        for (uint32_t j = 0; j < found->index_count && !is_there; j++)
            is_there = strcmp(found->indexes[j], table->indexes[i]) == 0;
        if (!is_there)
            tell_missing(self, "index ", table->schema, table->indexes[i]);
    }
}

/* ---- projections ---- */

static projc_status check_table(check *self, const projc_table *table)
{
    projc__found_table found;
    uint32_t differences = 0;
    bool is_there;
    projc_status status = describe(self, table->schema, table->name, &is_there, &found);

    if (status != PROJC_OK)
        return status;
    if (!is_there) {
        tell_missing(self, "", table->schema, table->name);
        return PROJC_OK;
    }
    status = compare_columns(self, table, &found, &differences);
    if (differences > 0)
        self->is_rebuilt = true; /* with it come the indexes */
    else if (status == PROJC_OK)
        compare_indexes(self, table, &found);
    return status;
}

/* A view stands on its table: the rebuild that replaces the one brings the other. */
static projc_status check_view(check *self, const projc_projection_type *type)
{
    projc__found_table found;
    uint32_t differences = 0;
    bool is_there;
    projc_status status;

    if (type->view == NULL || self->is_rebuilt || self->store->driver != &projc__postgres_driver)
        return PROJC_OK;
    status = describe(self, type->view->schema, type->view->name, &is_there, &found);
    if (status == PROJC_OK && !is_there)
        tell_missing(self, "view ", type->view->schema, type->view->name);
    else if (status == PROJC_OK)
        status = compare_columns(self, type->view, &found, &differences);
    if (differences > 0)
        tell(self, "fix", "%s: run `%s schema --apply`", type->view->name, self->cli->program);
    return status;
}

/* The shape that the stored states have: *is_registered false when none has been made. */
static projc_status check_shape(check *self, const projc_module *module,
                                const projc_projection_type *type, bool *has_other_shape)
{
    projc__generation generation;
    bool is_there = false;
    projc_status status =
        projc__store_has_table(self->store, NULL, "projc_projection", &is_there, self->error);

    *has_other_shape = false;
    if (status != PROJC_OK || !is_there)
        return status;
    status = projc__store_find_generation(self->store, module->package, type->name,
                                          self->cli->arena, &generation, self->error);
    if (status == PROJC_ABSENT)
        return PROJC_OK;
    if (status != PROJC_OK || generation.shape_fingerprint == type->shape_fingerprint)
        return status;
    tell(self, "different",
         "`%s` was built with another shape: %016llx, and %016llx in the program", type->name,
         (unsigned long long)generation.shape_fingerprint,
         (unsigned long long)type->shape_fingerprint);
    self->findings->different++;
    *has_other_shape = true;
    return PROJC_OK;
}

/* A rebuild makes new tables, and puts them in the place of what is there. */
static void tell_remedy(check *self, const projc_projection_type *type, bool has_other_shape)
{
    if (has_other_shape)
        tell(self, "fix", "%s: only a rebuild fills what is new: run `%s rebuild %s`", type->name,
             self->cli->program, type->name);
    else if (self->is_rebuilt)
        tell(self, "fix", "%s: its tables were altered: run `%s rebuild %s`", type->name,
             self->cli->program, type->name);
}

static projc_status check_projection(check *self, const projc_module *module,
                                     const projc_projection_type *type)
{
    bool has_other_shape = false;
    projc_status status = check_shape(self, module, type, &has_other_shape);

    self->is_rebuilt = has_other_shape;
    if (status == PROJC_OK)
        status = check_table(self, type->table);
    for (uint32_t i = 0; i < type->table_count && status == PROJC_OK; i++)
        status = check_table(self, type->tables[i].table);
    if (status == PROJC_OK)
        status = check_view(self, type);
    if (status == PROJC_OK)
        tell_remedy(self, type, has_other_shape);
    return status;
}

/* ---- events and the runtime's tables ---- */

/* The preflight names what the reader cannot do with; numbers that it refuses are found there too.
 * Types may be others than ours where they hold the same (goengine's do). */
static projc_status check_stream(check *self, const projc_stream_type *stream)
{
    bool is_there = false;
    projc_status status =
        projc__store_has_table(self->store, stream->schema, stream->table, &is_there, self->error);

    if (status != PROJC_OK)
        return status;
    if (!is_there) {
        tell_missing(self, "", stream->schema, stream->table);
        return PROJC_OK;
    }
    status = projc__store_preflight(self->store, stream, self->error);
    if (status != PROJC_DATABASE && status != PROJC_UNSUPPORTED)
        return status;
    tell(self, "different", "%s", self->error->message);
    self->findings->different++;
    return PROJC_OK;
}

static projc_status check_runtime_table(check *self, const char *table)
{
    bool is_there = false;
    projc_status status = projc__store_has_table(self->store, NULL, table, &is_there, self->error);

    if (status == PROJC_OK && !is_there)
        tell_missing(self, "", NULL, table);
    return status;
}

projc_status projc__schema_check(projc__cli *cli, projc_store *store,
                                 projc__schema_findings *findings, projc_error *error)
{
    static const char *const runtime_tables[] = {
        "projc_projection", "projc_lane",    "projc_key",   "projc_waiting",
        "projc_skipped",    "projc_process", "projc_waiter"};
    check self = {.cli = cli, .store = store, .findings = findings, .error = error};
    projc_status status = PROJC_OK;

    findings->missing = findings->different = 0;
    for (size_t i = 0; i < sizeof runtime_tables / sizeof *runtime_tables && status == PROJC_OK;
         i++)
        status = check_runtime_table(&self, runtime_tables[i]);
    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++) {
        const projc_module *module = cli->service->modules[i];

        for (uint32_t j = 0; j < module->stream_count && status == PROJC_OK; j++)
            status = check_stream(&self, &module->streams[j]);
        for (uint32_t j = 0; j < module->projection_count && status == PROJC_OK; j++)
            status = check_projection(&self, module, &module->projections[j]);
    }
    return status;
}
