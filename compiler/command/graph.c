/* graph.c -- projc graph: which events lead to which projections, as a picture. */
#include "command/front.h"
#include "export/pages.h"

#include <getopt.h>
#include <stdio.h>

static bool read_format(const char *word, enum pc_graph_format *format)
{
    if (pc_text_is(pc_text_of(word), "mermaid"))
        *format = PC_GRAPH_MERMAID;
    else if (pc_text_is(pc_text_of(word), "dot"))
        *format = PC_GRAPH_DOT;
    else
        return fprintf(stderr, "projc graph: --format is mermaid or dot, not `%s`\n", word), false;
    return true;
}

/* Nothing is printed unless every file is right. */
static int print_graph(struct pc_front *front, char **paths, size_t count,
                       enum pc_graph_format format)
{
    const struct pc_plan **plans = pc_arena_alloc_array(front->arena, count, sizeof *plans);
    int status;

    for (size_t i = 0; i < count; i++)
        plans[i] = pc_front_compile(front, paths[i], NULL, NULL);
    status = pc_front_report(front);
    if (status == PC_EXIT_OK) {
        struct pc_text graph = pc_export_graph(front->arena, plans, count, format);

        (void)fwrite(graph.data, 1, graph.size, stdout); /* main looks at the stream */
    }
    return status;
}

static int run(int argc, char **argv)
{
    enum { OPTION_FORMAT = 256 };
    static const struct option options[] = {{"format", required_argument, NULL, OPTION_FORMAT},
                                            PC_FRONT_LONG_OPTIONS,
                                            {NULL, 0, NULL, 0}};
    enum pc_graph_format format = PC_GRAPH_MERMAID;
    struct pc_front front;
    bool is_right = true;
    int option;
    int status;

    pc_front_init(&front);
    while ((option = getopt_long(argc, argv, "I:W:", options, NULL)) != -1)
        if (option == OPTION_FORMAT ? !read_format(optarg, &format)
                                    : !pc_front_option(&front, option, optarg))
            is_right = false;
    if (!is_right || optind == argc)
        status = pc_usage_error(&pc_command_graph);
    else
        status = print_graph(&front, argv + optind, (size_t)(argc - optind), format);
    pc_front_clear(&front);
    return status;
}

const struct pc_command pc_command_graph = {
    .name = "graph",
    .summary = "draw which events lead to which projections",
    .usage = "usage: projc graph [options] FILE...\n"
             "\n"
             "Prints one picture of all FILEs: the events of each aggregate, the projections that\n"
             "handle them (a dashed line: only `on any` does), the tables they keep, and the\n"
             "queries. Where a FILE has errors, nothing is printed.\n"
             "\n"
             "  --format F    mermaid (for Markdown, the default), or dot (for Graphviz)\n"
             "  -I DIR        look for imports in DIR too\n"
             "  -Werror       warnings are errors\n"
             "  --json        diagnostics as one JSON object a line\n"
             "  --short       diagnostics as FILE:LINE:COLUMN: error: TEXT\n"
             "\n"
             "Exit status: 0 ok, 1 errors, 2 usage, 3 a file could not be read or the picture\n"
             "not be written.\n",
    .run = run,
};
