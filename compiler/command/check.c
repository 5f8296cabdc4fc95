/* check.c -- projc check: diagnostics only. */
#include "command/front.h"

#include <getopt.h>

static int run(int argc, char **argv)
{
    static const struct option options[] = {PC_FRONT_LONG_OPTIONS, {NULL, 0, NULL, 0}};
    struct pc_front front;
    int option;
    int status;

    pc_front_init(&front);
    while ((option = getopt_long(argc, argv, "I:W:", options, NULL)) != -1) {
        if (!pc_front_option(&front, option, optarg)) {
            pc_front_clear(&front);
            return pc_usage_error(&pc_command_check);
        }
    }
    if (optind == argc) {
        pc_front_clear(&front);
        return pc_usage_error(&pc_command_check);
    }
    for (int i = optind; i < argc; i++)
        (void)pc_front_compile(&front, argv[i], NULL, NULL);
    status = pc_front_report(&front);
    pc_front_clear(&front);
    return status;
}

const struct pc_command pc_command_check = {
    .name = "check",
    .summary = "report errors and warnings, write nothing",
    .usage = "usage: projc check [options] FILE...\n"
             "\n"
             "  -I DIR      look for imports in DIR too\n"
             "  -Werror     warnings are errors\n"
             "  --json      one JSON object a line for each diagnostic\n"
             "  --short     FILE:LINE:COLUMN: error: TEXT\n"
             "\n"
             "Exit status: 0 ok, 1 errors, 2 usage, 3 a file could not be read.\n",
    .run = run,
};
