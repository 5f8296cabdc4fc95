/* doc.c -- projc doc: a page in Markdown about what is in a file. */
#include "command/front.h"
#include "export/pages.h"

#include <getopt.h>
#include <stdio.h>

/* Nothing is printed unless every file is right. */
static int print_pages(struct pc_front *front, char **paths, size_t count)
{
    struct pc_text *pages = pc_arena_alloc_array(front->arena, count, sizeof *pages);
    int status;

    for (size_t i = 0; i < count; i++) {
        const struct pc_plan *plan = pc_front_compile(front, paths[i], NULL, NULL);

        if (plan != NULL)
            pages[i] = pc_export_page(front->arena, front->sources, front->model, plan);
    }
    status = pc_front_report(front);
    for (size_t i = 0; status == PC_EXIT_OK && i < count; i++)
        printf("%s%.*s", i == 0 ? "" : "\n", PC_TEXT_ARGS(pages[i])); /* main looks at the stream */
    return status;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {PC_FRONT_LONG_OPTIONS, {NULL, 0, NULL, 0}};
    struct pc_front front;
    bool is_right = true;
    int option;
    int status;

    pc_front_init(&front);
    while ((option = getopt_long(argc, argv, "I:W:", options, NULL)) != -1)
        if (!pc_front_option(&front, option, optarg))
            is_right = false;
    if (!is_right || optind == argc)
        status = pc_usage_error(&pc_command_doc);
    else
        status = print_pages(&front, argv + optind, (size_t)(argc - optind));
    pc_front_clear(&front);
    return status;
}

const struct pc_command pc_command_doc = {
    .name = "doc",
    .summary = "write a page in Markdown about what is in a file",
    .usage = "usage: projc doc [options] FILE...\n"
             "\n"
             "Prints a page in Markdown for each FILE: streams, aggregates, events, types,\n"
             "functions, and projections with their tables and queries, with what is documented\n"
             "by `///` and the picture that `projc graph` draws. Where a FILE has errors, nothing\n"
             "is printed.\n"
             "\n"
             "  -I DIR      look for imports in DIR too\n"
             "  -Werror     warnings are errors\n"
             "  --json      diagnostics as one JSON object a line\n"
             "  --short     diagnostics as FILE:LINE:COLUMN: error: TEXT\n"
             "\n"
             "Exit status: 0 ok, 1 errors, 2 usage, 3 a file could not be read or the page not\n"
             "be written.\n",
    .run = run,
};
