/* explain.c -- projc explain CODE: what a diagnostic means, at length. */
#include "base/diag.h"
#include "command/command.h"

#include <stdio.h>
#include <string.h>

static int list_codes(void)
{
    for (int code = 0; code < PC_CODE_COUNT; code++) {
        const struct pc_code_description *description =
            pc_code_describe((enum pc_diagnostic_code)code);

        printf("%-6s %s\n", description->name, description->title);
    }
    return PC_EXIT_OK;
}

static int run(int argc, char **argv)
{
    int status = PC_EXIT_OK;

    if (argc < 2)
        return pc_usage_error(&pc_command_explain);
    if (strcmp(argv[1], "--list") == 0)
        return list_codes();
    for (int i = 1; i < argc; i++) {
        const struct pc_code_description *description = pc_code_find(argv[i]);

        if (description == NULL) {
            fprintf(stderr,
                    "projc: there is no diagnostic `%s`: `projc explain --list` shows all\n",
                    argv[i]);
            status = PC_EXIT_USAGE;
            continue;
        }
        printf("%s%s: %s\n\n%s\n", i > 1 ? "\n" : "", description->name, description->title,
               description->explanation);
    }
    return status;
}

const struct pc_command pc_command_explain = {
    .name = "explain",
    .summary = "tell more about a diagnostic",
    .usage = "usage: projc explain CODE...\n"
             "       projc explain --list\n"
             "\n"
             "Tells what a diagnostic means, why it is one, and how to mend it:\n"
             "  projc explain E0201\n"
             "\n"
             "  --list    list the codes\n",
    .run = run,
};
