/* help, version, config: what the service tells of itself. */
#include <string.h>

#include "service/answer.h"
#include "service/cli.h"

const projc__command *const projc__commands[] = {&projc__command_run,
                                                 &projc__command_append,
                                                 &projc__command_events,
                                                 &projc__command_status,
                                                 &projc__command_inspect,
                                                 &projc__command_query,
                                                 &projc__command_failed,
                                                 &projc__command_wait,
                                                 &projc__command_pause,
                                                 &projc__command_resume,
                                                 &projc__command_reset,
                                                 &projc__command_rebuild,
                                                 &projc__command_verify,
                                                 &projc__command_audit,
                                                 &projc__command_schema,
                                                 &projc__command_config,
                                                 &projc__command_version,
                                                 &projc__command_help,
                                                 NULL};

static int print_commands(projc__cli *cli)
{
    printf(
        "%s: a service of event projections, built by projc %s\n\nusage: %s COMMAND [options]\n\n",
        cli->program, PROJC_VERSION, cli->program);
    for (size_t i = 0; projc__commands[i] != NULL; i++)
        printf("  %-10s %s\n", projc__commands[i]->name, projc__commands[i]->summary);
    printf("\nEvery command takes --database and the other settings that `%s config` lists.\n"
           "Exit status: 0 ok, 1 found something wrong, 2 usage, 3 the database.\n",
           cli->program);
    return PROJC__EXIT_OK;
}

static void put_command(projc_json_writer *writer, const projc__command *command)
{
    projc_json_write_map(writer);
    projc__answer_text(writer, "name", command->name);
    projc__answer_text(writer, "summary", command->summary);
    projc__answer_text(writer, "usage", command->usage);
    projc_json_write_name(writer, "options");
    projc_json_write_list(writer);
    for (int i = 0; i < PROJC__COMMAND_FLAGS_MAX && command->flags[i].name != NULL; i++) {
        projc_json_write_map(writer);
        projc__answer_text(writer, "name", command->flags[i].name);
        projc__answer_bool(writer, "takes_value", command->flags[i].has_value);
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
    projc_json_write_map_end(writer);
}

/* The list of commands with their options, for completions and tests. */
static int print_json(projc__cli *cli)
{
    projc_error error = {0};
    projc_json_writer *writer = projc__answer_new(cli->arena, &error);

    if (writer == NULL)
        return projc__cli_fail(cli, &error);
    projc_json_write_list(writer);
    for (size_t i = 0; projc__commands[i] != NULL; i++)
        put_command(writer, projc__commands[i]);
    projc_json_write_list_end(writer);
    return projc__answer_print(writer, &error) == PROJC_OK ? PROJC__EXIT_OK
                                                           : projc__cli_fail(cli, &error);
}

static int run_help(projc__cli *cli)
{
    if (cli->argument_count > 1)
        return projc__cli_usage(cli, "`help` takes one COMMAND at most");
    if (projc__cli_has(cli, "json"))
        return print_json(cli);
    if (cli->argument_count == 0)
        return print_commands(cli);
    for (size_t i = 0; projc__commands[i] != NULL; i++) {
        if (strcmp(projc__commands[i]->name, cli->arguments[0]) == 0) {
            printf("usage: %s %s", cli->program, projc__commands[i]->usage);
            return PROJC__EXIT_OK;
        }
    }
    return projc__cli_unknown_command(cli, cli->arguments[0]);
}

const projc__command projc__command_help = {
    .name = "help",
    .summary = "tell how to use a command",
    .usage = "help [COMMAND] [--json]\n"
             "\n"
             "--json lists all commands with usage and options, for programs.\n",
    .flags = {{"json", false}},
    .run = run_help,
};

static int write_version(projc__cli *cli)
{
    const projc_service_options *service = cli->service;
    projc_error error = {0};
    projc_json_writer *writer = projc__answer_begin(cli->arena, NULL, &error);

    if (writer == NULL)
        return projc__cli_fail(cli, &error);
    projc__answer_text(writer, "runtime", PROJC_VERSION);
    projc__answer_number(writer, "abi", PROJC_ABI_VERSION);
    projc_json_write_name(writer, "modules");
    projc_json_write_list(writer);
    for (uint32_t i = 0; i < service->module_count; i++) {
        projc_json_write_map(writer);
        projc__answer_text(writer, "package", service->modules[i]->package);
        projc__answer_text(writer, "source", service->modules[i]->source);
        projc__answer_text(writer, "compiler", service->modules[i]->compiler);
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
    return projc__answer_end(writer, &error) == PROJC_OK ? PROJC__EXIT_OK
                                                         : projc__cli_fail(cli, &error);
}

static int run_version(projc__cli *cli)
{
    const projc_service_options *service = cli->service;

    if (projc__cli_has(cli, "json"))
        return write_version(cli);
    printf("%s: runtime %s, ABI %d\n", cli->program, PROJC_VERSION, PROJC_ABI_VERSION);
    for (uint32_t i = 0; i < service->module_count; i++)
        printf("  package %s from %s by %s\n", service->modules[i]->package,
               service->modules[i]->source, service->modules[i]->compiler);
    return PROJC__EXIT_OK;
}

const projc__command projc__command_version = {
    .name = "version",
    .summary = "tell the versions of runtime and compiler",
    .usage = "version [--json]\n",
    .flags = {{"json", false}},
    .run = run_version,
};

static void put_setting(const projc__cli *cli, projc_json_writer *writer, int index,
                        const projc__buffer *value)
{
    projc_json_write_map(writer);
    projc__answer_text(writer, "name", projc__setting_descriptions[index].name);
    projc__answer_text(writer, "value", value->data);
    projc__answer_text(writer, "origin", cli->settings.origins[index]);
    projc_json_write_map_end(writer);
}

/* Into the list, or on a line when there is none. */
static projc_status show_setting(const projc__cli *cli, projc_json_writer *writer, int index,
                                 projc_error *error)
{
    projc__buffer value;
    projc_status status;

    projc__buffer_init(&value);
    projc__settings_show(&cli->settings, (projc__setting)index, &value);
    status = projc__buffer_status(&value, error);
    if (status == PROJC_OK && writer != NULL)
        put_setting(cli, writer, index, &value);
    else if (status == PROJC_OK)
        printf("%-18s %-24s %-12s %s\n", projc__setting_descriptions[index].name, value.data,
               cli->settings.origins[index], projc__setting_descriptions[index].help);
    projc__buffer_clear(&value);
    return status;
}

static int run_config(projc__cli *cli)
{
    projc_json_writer *writer = NULL;
    projc_error error = {0};
    projc_status status = PROJC_OK;

    if (projc__cli_has(cli, "json")) {
        writer = projc__answer_new(cli->arena, &error);
        if (writer == NULL)
            status = PROJC_NO_MEMORY;
        else
            projc_json_write_list(writer);
    }
    for (int i = 0; i < PROJC__SETTING_COUNT_ && status == PROJC_OK; i++)
        status = show_setting(cli, writer, i, &error);
    if (status == PROJC_OK && writer != NULL) {
        projc_json_write_list_end(writer);
        status = projc__answer_print(writer, &error);
    }
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_config = {
    .name = "config",
    .summary = "list the settings, their values and where they came from",
    .usage =
        "config [--json]\n"
        "\n"
        "A setting comes from its flag (--batch-bytes 64M), else the environment\n"
        "(BATCH_BYTES=64M), else the file of --config or PROJC_CONFIG (lines NAME=value), else\n"
        "its default.\n",
    .flags = {{"json", false}},
    .run = run_config,
};
