/* query: the rows of a query of the .proj. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "codec/value.h"
#include "service/answer.h"
#include "service/cli.h"
#include "service/query_rows.h"

/* Lines as people read them are aligned, so they are collected first. */
typedef struct answer {
    const projc_module *module;
    const projc_query *query;
    bool is_json;
    projc__buffer cells; /* NUL-terminated texts, shown_count a row */
    size_t rows;
} answer;

static void add_cell(answer *self, const projc_column *column, const projc_value *value)
{
    projc__buffer cell;

    projc__buffer_init(&cell);
    projc__value_put(&cell, column, value);
    if (cell.data != NULL)
        projc__buffer_put_string(&self->cells, cell.data);
    projc__buffer_put_char(&self->cells, '\0');
    projc__buffer_clear(&cell);
}

static projc_status visit(void *context, projc_arena *arena, const projc_value *values,
                          projc_error *error)
{
    answer *self = context;
    projc_json_writer *writer;
    projc_status status =
        projc__query_spell_row(self->module, self->query, arena, values, &values, error);

    if (status != PROJC_OK)
        return status;
    self->rows++;
    if (!self->is_json) {
        for (uint32_t i = 0; i < self->query->shown_count; i++)
            add_cell(self, &self->query->table->columns[self->query->shown[i]],
                     &values[self->query->shown[i]]);
        return projc__buffer_status(&self->cells, error);
    }
    writer = projc__answer_new(arena, error);
    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__query_write_row(self->query, values, writer);
    return projc__answer_print(writer, error);
}

/* Every column as wide as its widest cell; the last one ends the line. */
static projc_status print_table(const answer *self, projc_error *error)
{
    const projc_query *query = self->query;
    size_t *widths = calloc(query->shown_count + 1u, sizeof *widths);
    const char *cell = self->cells.data;

    if (widths == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the columns");
    for (uint32_t i = 0; i < query->shown_count; i++)
        widths[i] = strlen(query->table->columns[query->shown[i]].name);
    for (size_t i = 0; i < self->rows * query->shown_count; i++, cell += strlen(cell) + 1)
        if (strlen(cell) > widths[i % query->shown_count])
            widths[i % query->shown_count] = strlen(cell);
    for (uint32_t i = 0; i < query->shown_count; i++)
        printf("%-*s%s", i + 1 == query->shown_count ? 0 : (int)widths[i],
               query->table->columns[query->shown[i]].name,
               i + 1 == query->shown_count ? "\n" : "  ");
    cell = self->cells.data;
    for (size_t i = 0; i < self->rows * query->shown_count; i++, cell += strlen(cell) + 1) {
        bool is_last = (i + 1) % query->shown_count == 0;

        printf("%-*s%s", is_last ? 0 : (int)widths[i % query->shown_count], cell,
               is_last ? "\n" : "  ");
    }
    free(widths);
    return PROJC_OK;
}

static const projc_query *find(const projc__cli *cli, const char *name, const projc_module **module)
{
    const projc_query *found = NULL;

    for (uint32_t i = 0; i < cli->service->module_count && found == NULL; i++) {
        *module = cli->service->modules[i];
        found = projc__query_find(*module, name);
    }
    return found;
}

/* Usage, with the queries that there are. */
static int no_such_query(projc__cli *cli, const char *name)
{
    if (name == NULL)
        fprintf(stderr, "%s: `query` needs the NAME of a query", cli->program);
    else
        fprintf(stderr, "%s: there is no query `%s`", cli->program, name);
    for (uint32_t i = 0, count = 0; i < cli->service->module_count; i++)
        for (uint32_t j = 0; j < cli->service->modules[i]->query_count; j++, count++)
            fprintf(stderr, "%s%s", count == 0 ? "; there are: " : ", ",
                    cli->service->modules[i]->queries[j].name);
    fprintf(stderr, "\n");
    return PROJC__EXIT_USAGE;
}

static int run(projc__cli *cli)
{
    answer self = {.is_json = projc__cli_has(cli, "json")};
    projc_text texts[PROJC__ARGUMENTS_MAX];
    projc_value *values;
    projc_error error = {0};
    projc_store *store;
    uint32_t count = 0;
    projc_status status;

    self.query = cli->argument_count < 1 ? NULL : find(cli, cli->arguments[0], &self.module);
    if (self.query == NULL)
        return no_such_query(cli, cli->argument_count < 1 ? NULL : cli->arguments[0]);
    for (int i = 1; i < cli->argument_count; i++, count++)
        texts[count] = projc_text_of(cli->arguments[i], strlen(cli->arguments[i]));
    values = projc_arena_alloc(cli->arena, (self.query->parameter_count + 1u) * sizeof *values);
    if (values == NULL)
        return PROJC__EXIT_DATABASE;
    if (projc__query_parse(self.query, cli->arena, texts, count, values, &error) != PROJC_OK)
        return projc__cli_usage(cli, "%s", error.message);
    projc__buffer_init(&self.cells);
    status = projc__cli_store(cli, &store, &error);
    if (status == PROJC_OK)
        status = projc_query_run(store, self.query, values, visit, &self, &error);
    if (status == PROJC_OK && !self.is_json)
        status = print_table(&self, &error);
    projc__buffer_clear(&self.cells);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_query = {
    .name = "query",
    .summary = "run a query of the .proj",
    .usage = "query NAME [ARGUMENT...] [--json]\n"
             "\n"
             "The rows of a `query`, in aligned columns or as a JSON object a line. Arguments are\n"
             "the query's parameters in order; those left out take their defaults, and `none`\n"
             "stands for none.\n",
    .flags = {{"json", false}},
    .run = run,
};
