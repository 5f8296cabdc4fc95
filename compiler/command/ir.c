/* ir.c -- projc ir: the checked model as JSON, for generators of others. */
#include "command/front.h"
#include "export/export.h"

#include <getopt.h>
#include <stdio.h>

/* An option alone: it prints the schema. */
static int print_schema(void)
{
    for (size_t i = 0; pc_export_schema[i] != NULL; i++)
        printf("%s", pc_export_schema[i]);
    return PC_EXIT_OK;
}

/* Nothing is printed unless every file is right. */
static int print_modules(struct pc_front *front, char **paths, size_t count)
{
    struct pc_export_module *modules = pc_arena_alloc_array(front->arena, count, sizeof *modules);
    int status;

    for (size_t i = 0; i < count; i++) {
        modules[i].plan = pc_front_compile(front, paths[i], NULL, NULL);
        modules[i].model = front->model;
    }
    status = pc_front_report(front);
    if (status == PC_EXIT_OK) {
        struct pc_text document = pc_export_document(front->arena, front->sources,
                                                     pc_text_of(PROJC_VERSION), modules, count);

        (void)fwrite(document.data, 1, document.size, stdout); /* main looks at the stream */
    }
    return status;
}

static int run(int argc, char **argv)
{
    enum { OPTION_SCHEMA = 256 };
    static const struct option options[] = {
        {"schema", no_argument, NULL, OPTION_SCHEMA}, PC_FRONT_LONG_OPTIONS, {NULL, 0, NULL, 0}};
    struct pc_front front;
    bool wants_schema = false;
    bool is_right = true;
    int option;
    int status;

    pc_front_init(&front);
    while ((option = getopt_long(argc, argv, "I:W:", options, NULL)) != -1) {
        if (option == OPTION_SCHEMA)
            wants_schema = true;
        else if (!pc_front_option(&front, option, optarg))
            is_right = false;
    }
    if (!is_right || wants_schema != (optind == argc))
        status = pc_usage_error(&pc_command_ir);
    else if (wants_schema)
        status = print_schema();
    else
        status = print_modules(&front, argv + optind, (size_t)(argc - optind));
    pc_front_clear(&front);
    return status;
}

const struct pc_command pc_command_ir = {
    .name = "ir",
    .summary = "print the checked model as JSON, for other generators",
    .usage = "usage: projc ir [options] FILE...\n"
             "       projc ir --schema\n"
             "\n"
             "Prints one JSON document with a module for each FILE: its types, functions, events\n"
             "and projections, with every expression and statement typed. projc-ir(5) tells what\n"
             "is in it and what stays as it is from one release to the next. Where a FILE has\n"
             "errors, nothing is printed.\n"
             "\n"
             "  --schema    print the JSON Schema (2020-12) of the document\n"
             "  -I DIR      look for imports in DIR too\n"
             "  -Werror     warnings are errors\n"
             "  --json      diagnostics as one JSON object a line\n"
             "  --short     diagnostics as FILE:LINE:COLUMN: error: TEXT\n"
             "\n"
             "Exit status: 0 ok, 1 errors, 2 usage, 3 a file could not be read or the document\n"
             "not be written.\n",
    .run = run,
};
