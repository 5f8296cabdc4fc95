/* schema: prints the SQL, applies it, checks that it is there, or drops it. */
#include <string.h>

#include "service/answer.h"
#include "service/confirm.h"
#include "service/schema_check.h"
#include "store/store.h"

static void print_pieces(const char *const *pieces)
{
    for (size_t i = 0; pieces[i] != NULL; i++)
        fputs(pieces[i], stdout);
}

static void put_pieces(projc__buffer *script, const char *const *pieces)
{
    for (size_t i = 0; pieces[i] != NULL; i++)
        projc__buffer_put_string(script, pieces[i]);
}

/* The SQL as one text. */
static int write_schema(projc__cli *cli, const char *runtime_schema, bool is_postgres)
{
    projc_json_writer *writer;
    projc__buffer script;
    projc_error error = {0};
    projc_status status;

    projc__buffer_init(&script);
    projc__buffer_put_string(&script, runtime_schema);
    for (uint32_t i = 0; i < cli->service->module_count; i++) {
        const projc_module *module = cli->service->modules[i];

        put_pieces(&script, is_postgres ? module->schema_postgres : module->schema_sqlite);
        if (is_postgres && !projc__cli_has(cli, "no-notify"))
            put_pieces(&script, module->schema_postgres_notify);
    }
    status = projc__buffer_status(&script, &error);
    writer = status == PROJC_OK ? projc__answer_begin(cli->arena, NULL, &error) : NULL;
    if (writer != NULL) {
        projc__answer_text(writer, "store", is_postgres ? "postgres" : "sqlite");
        projc__answer_text(writer, "sql", script.data);
        status = projc__answer_end(writer, &error);
    }
    projc__buffer_clear(&script);
    return writer != NULL && status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

static int print_schema(projc__cli *cli)
{
    const char *database = cli->options.database;
    const struct projc__driver *driver = projc__cli_has(cli, "postgres") ? &projc__postgres_driver
                                         : projc__cli_has(cli, "sqlite")
                                             ? &projc__sqlite_driver
                                             : projc__driver_for(database);
    bool is_postgres;

    if (driver == NULL)
        return projc__cli_usage(cli,
                                "no store for this kind of database; give --postgres or --sqlite");
    is_postgres = driver == &projc__postgres_driver;
    if (projc__cli_has(cli, "json"))
        return write_schema(cli, driver->runtime_schema(), is_postgres);
    fputs("-- The runtime's own tables.\n", stdout);
    fputs(driver->runtime_schema(), stdout);
    for (uint32_t i = 0; i < cli->service->module_count; i++) {
        const projc_module *module = cli->service->modules[i];

        print_pieces(is_postgres ? module->schema_postgres : module->schema_sqlite);
        if (is_postgres && !projc__cli_has(cli, "no-notify"))
            print_pieces(module->schema_postgres_notify);
    }
    return PROJC__EXIT_OK;
}

/* The text, or an object with one member that is true. */
static int tell_done(projc__cli *cli, const char *member, const char *text)
{
    projc_json_writer *writer;
    projc_error error = {0};

    if (!projc__cli_has(cli, "json")) {
        printf("%s\n", text);
        return PROJC__EXIT_OK;
    }
    writer = projc__answer_begin(cli->arena, NULL, &error);
    if (writer == NULL)
        return projc__cli_fail(cli, &error);
    projc__answer_bool(writer, member, true);
    return projc__answer_end(writer, &error) == PROJC_OK ? PROJC__EXIT_OK
                                                         : projc__cli_fail(cli, &error);
}

static int apply_schema(projc__cli *cli)
{
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(cli, &store, &error);

    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++)
        status = projc_store_apply_schema(store, cli->service->modules[i],
                                          !projc__cli_has(cli, "no-notify"), &error);
    return status == PROJC_OK ? tell_done(cli, "in_place", "the schema is in place")
                              : projc__cli_fail(cli, &error);
}

static int print_findings(const projc__cli *cli, const projc__schema_findings *findings)
{
    if (findings->missing > 0)
        printf("%u missing: run `%s schema --apply`\n", findings->missing, cli->program);
    if (findings->different > 0)
        printf("%u different from the program\n", findings->different);
    if (findings->missing > 0 || findings->different > 0)
        return PROJC__EXIT_FOUND;
    printf("the schema is in place\n");
    return PROJC__EXIT_OK;
}

static projc_status end_findings(const projc__schema_findings *findings, projc_error *error)
{
    projc_json_write_list_end(findings->writer);
    projc__answer_number(findings->writer, "missing", findings->missing);
    projc__answer_number(findings->writer, "different", findings->different);
    projc__answer_bool(findings->writer, "in_place", findings->missing + findings->different == 0);
    return projc__answer_end(findings->writer, error);
}

static int check_schema(projc__cli *cli)
{
    projc_store *store;
    projc__schema_findings findings = {.missing = 0};
    projc_error error = {0};
    projc_status status = projc__cli_store(cli, &store, &error);

    if (status == PROJC_OK && projc__cli_has(cli, "json")) {
        findings.writer = projc__answer_begin(cli->arena, NULL, &error);
        if (findings.writer == NULL)
            return projc__cli_fail(cli, &error);
        projc_json_write_name(findings.writer, "findings");
        projc_json_write_list(findings.writer);
    }
    if (status == PROJC_OK)
        status = projc__schema_check(cli, store, &findings, &error);
    if (status == PROJC_OK && findings.writer == NULL)
        return print_findings(cli, &findings);
    if (status == PROJC_OK)
        status = end_findings(&findings, &error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    return findings.missing + findings.different > 0 ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

/* ---- dropping ---- */

/* Who has generations in this database. */
typedef struct tenancy {
    const projc_service_options *service;
    projc__buffer own; /* "1, 2, 3": generations of this service's packages */
    bool has_others;
} tenancy;

static projc_status count_tenant(void *context, const projc_value *values, projc_error *error)
{
    tenancy *self = context;
    projc_text package = values[1].as.text;

    for (uint32_t i = 0; i < self->service->module_count; i++) {
        const char *name = self->service->modules[i]->package;

        if (!projc_text_is(package, name, strlen(name)))
            continue;
        projc__buffer_format(&self->own, "%s%lld", self->own.size > 0 ? ", " : "",
                             (long long)values[0].as.integer);
        return projc__buffer_status(&self->own, error);
    }
    self->has_others = true;
    return PROJC_OK;
}

/* NO_SCHEMA of a missing table is no error: then nobody is there. */
static projc_status find_tenants(projc_store *store, tenancy *self, projc_error *error)
{
    static const projc_column columns[] = {{.name = "generation", .type = PROJC_COLUMN_I64},
                                           {.name = "package", .type = PROJC_COLUMN_TEXT}};
    static const projc_table table = {
        .name = "projc_projection", .key_count = 1, .column_count = 2, .columns = columns};
    bool is_there = false;
    projc_status status = projc__store_has_table(store, NULL, table.name, &is_there, error);

    if (status == PROJC_OK && is_there)
        status = projc__store_scan_rows(store, &table, count_tenant, self, error);
    return status;
}

static void put_drop(projc__buffer *script, const char *what, const char *schema, const char *name)
{
    projc__buffer_format(script, "DROP %s IF EXISTS ", what);
    projc__buffer_put_qualified(script, schema, name);
    projc__buffer_put_string(script, ";\n");
}

/* What is beside the live tables: of generations that are being built or retired. */
static projc_status put_beside(projc__cli *cli, projc_store *store, const projc_module *module,
                               projc__buffer *script, projc_error *error)
{
    char name[PROJC__SQL_NAME_SIZE];
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < module->projection_count && status == PROJC_OK; i++) {
        const projc_projection_type *type = &module->projections[i];
        projc__generation *rows = NULL;
        size_t count = 0;

        status = projc__store_list_generations(store, module->package, type->name, cli->arena,
                                               &rows, &count, error);
        for (size_t j = 0; j < count && status == PROJC_OK; j++) {
            if (rows[j].state != PROJC__BUILDING && rows[j].state != PROJC__RETIRED)
                continue;
            for (uint32_t k = 0; k <= type->table_count; k++) {
                const projc_table *table = k == 0 ? type->table : type->tables[k - 1].table;

                projc__generation_name(table->name, rows[j].number, name);
                put_drop(script, "TABLE", table->schema, name);
            }
        }
    }
    /* Where nothing was ever applied, nothing stands beside. */
    return status == PROJC_NO_SCHEMA ? PROJC_OK : status;
}

/* The tables of a module's projections, and before them what hangs on them. What a user has built
 * on them stops the drop, and is named. */
static void put_module(projc__buffer *script, const projc_module *module, bool is_postgres)
{
    for (uint32_t i = 0; i < module->projection_count; i++) {
        const projc_projection_type *type = &module->projections[i];

        if (is_postgres && type->view != NULL)
            put_drop(script, "VIEW", type->view->schema, type->view->name);
        put_drop(script, "TABLE", type->table->schema, type->table->name);
        for (uint32_t j = 0; j < type->table_count; j++)
            put_drop(script, "TABLE", type->tables[j].table->schema, type->tables[j].table->name);
    }
    if (is_postgres && module->state_reader != NULL)
        put_drop(script, "FUNCTION", NULL, module->state_reader);
}

/* The projections' tables, and the runtime's: whole, or of the rows of these packages when other
 * packages have theirs beside them. */
static void put_script(projc__buffer *script, const tenancy *tenants, bool is_postgres)
{
    static const char *const runtime_tables[] = {"projc_waiter",  "projc_skipped",
                                                 "projc_waiting", "projc_key",
                                                 "projc_lane",    "projc_projection"};

    for (uint32_t i = 0; i < tenants->service->module_count; i++)
        put_module(script, tenants->service->modules[i], is_postgres);
    for (size_t i = 0; i < sizeof runtime_tables / sizeof *runtime_tables; i++) {
        if (!tenants->has_others)
            put_drop(script, "TABLE", NULL, runtime_tables[i]);
        else if (tenants->own.size > 0)
            projc__buffer_format(script, "DELETE FROM %s WHERE generation IN (%s);\n",
                                 runtime_tables[i], tenants->own.data);
    }
    if (!tenants->has_others)
        put_drop(script, "TABLE", NULL, "projc_process");
}

/* Never the events. */
static int drop_schema(projc__cli *cli)
{
    tenancy tenants = {.service = cli->service};
    int exit_status = PROJC__EXIT_OK;
    projc__buffer script;
    projc_store *store;
    projc_error error = {0};
    projc_status status;

    if (!projc__cli_confirm(cli, &exit_status,
                            "schema --drop deletes all projections of `%s` (events stay)",
                            cli->service->modules[0]->package))
        return exit_status;
    projc__buffer_init(&script);
    projc__buffer_init(&tenants.own);
    status = projc__cli_store(cli, &store, &error);
    if (status == PROJC_OK)
        status = find_tenants(store, &tenants, &error);
    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++)
        status = put_beside(cli, store, cli->service->modules[i], &script, &error);
    if (status == PROJC_OK)
        put_script(&script, &tenants, store->driver == &projc__postgres_driver);
    if (status == PROJC_OK)
        status = projc__buffer_status(&script, &error);
    if (status == PROJC_OK) {
        const char *const pieces[] = {script.data};

        status = projc__store_run_script(store, pieces, 1, &error);
    }
    projc__buffer_clear(&tenants.own);
    projc__buffer_clear(&script);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    return tell_done(
        cli, "dropped",
        tenants.has_others
            ? "dropped; the event tables and what other packages have here are as they were"
            : "dropped; the event tables are as they were");
}

static int run(projc__cli *cli)
{
    int actions =
        projc__cli_has(cli, "apply") + projc__cli_has(cli, "check") + projc__cli_has(cli, "drop");

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`schema` takes no arguments");
    if (actions > 1)
        return projc__cli_usage(cli, "give one of --apply, --check, --drop");
    if (projc__cli_has(cli, "postgres") && projc__cli_has(cli, "sqlite"))
        return projc__cli_usage(cli, "give one of --postgres, --sqlite");
    if (actions > 0 && (projc__cli_has(cli, "postgres") || projc__cli_has(cli, "sqlite")))
        return projc__cli_usage(cli,
                                "--postgres and --sqlite choose what is printed; the store to work "
                                "on is --database");
    if (projc__cli_has(cli, "apply"))
        return apply_schema(cli);
    if (projc__cli_has(cli, "check"))
        return check_schema(cli);
    if (projc__cli_has(cli, "drop"))
        return drop_schema(cli);
    return print_schema(cli);
}

const projc__command projc__command_schema = {
    .name = "schema",
    .summary = "print, apply, check or drop the tables",
    .usage =
        "schema [--postgres|--sqlite] [--no-notify] [--json]\n"
        "       ... schema --apply [--no-notify] [--json]\n"
        "       ... schema --check [--json]\n"
        "       ... schema --drop [--yes] [--json]\n"
        "\n"
        "Prints the SQL of all tables, for the kind of --database, or as told. --apply creates\n"
        "what is missing in one transaction and may be repeated. --check tells what is missing,\n"
        "which columns and shapes are others than the program's, and what mends it (exit 1).\n"
        "--drop deletes the projections' tables and the runtime's, never the events,\n"
        "nor what projections of other packages have in the same database; it asks at a\n"
        "terminal, and wants --yes elsewhere. --no-notify leaves out the trigger that wakes\n"
        "projectors up; then they poll.\n"
        "--json: {\"store\":…,\"sql\":…}, {\"in_place\":true} of --apply, {\"dropped\":true} of\n"
        "--drop, and of --check, where \"what\" is missing, different or fix,\n"
        "  {\"findings\":[{\"what\":…,\"text\":…}],\"missing\":…,\"different\":…,\"in_place\":…}\n",
    .flags = {{"apply", false},
              {"check", false},
              {"drop", false},
              {"yes", false},
              {"postgres", false},
              {"sqlite", false},
              {"no-notify", false},
              {"json", false}},
    .run = run,
};
