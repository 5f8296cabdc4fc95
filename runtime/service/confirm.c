/* What a command that takes something away does before it: says what, and asks. */
#include "service/confirm.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static projc_status count_row(void *context, const projc_value *values, projc_error *error)
{
    (void)values, (void)error;
    ++*(int64_t *)context;
    return PROJC_OK;
}

projc_status projc__count_holdings(projc__cli *cli, projc_store *store, const projc__target *target,
                                   int64_t generation, projc__holdings *holdings,
                                   projc_error *error)
{
    projc__key_row *keys = NULL;
    size_t key_count = 0;
    projc_status status;

    *holdings = (projc__holdings){0};
    status =
        projc__store_scan_rows(store, target->type->table, count_row, &holdings->states, error);
    for (uint32_t i = 0; i < target->type->table_count && status == PROJC_OK; i++)
        status = projc__store_scan_rows(store, target->type->tables[i].table, count_row,
                                        &holdings->rows, error);
    if (status == PROJC_OK)
        status = projc__store_load_keys(store, generation, cli->arena, &keys, &key_count, error);
    if (status == PROJC_OK)
        status = projc__store_count_skipped(store, generation, &holdings->skipped, error);
    holdings->failed = (int64_t)key_count;
    return status;
}

static bool has_dry_run(const projc__command *command)
{
    for (int i = 0; i < PROJC__COMMAND_FLAGS_MAX && command->flags[i].name != NULL; i++)
        if (strcmp(command->flags[i].name, "dry-run") == 0)
            return true;
    return false;
}

bool projc__cli_confirm(projc__cli *cli, int *exit_status, const char *format, ...)
{
    char text[512];
    char answer[16] = "";
    va_list arguments;

    if (projc__cli_has(cli, "yes"))
        return true;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
        *exit_status =
            projc__cli_usage(cli, "%s: add --yes%s", text,
                             has_dry_run(cli->command) ? " (or --dry-run to see what)" : "");
        return false;
    }
    fprintf(stderr, "%s. Go on? [y/N] ", text);
    (void)fflush(stderr);
    if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
        return true;
    fprintf(stderr, "nothing was changed\n");
    *exit_status = PROJC__EXIT_FOUND;
    return false;
}
