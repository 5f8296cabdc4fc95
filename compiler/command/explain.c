/* explain.c -- projc explain CODE: what a diagnostic means, at length. */
#include "base/diag.h"
#include "command/command.h"
#include "export/json.h"

#include <getopt.h>
#include <stdio.h>

/* One object on a line. */
static void print_json(struct pc_arena *arena, const struct pc_code_description *description)
{
    struct pc_json json = {.arena = arena};

    pc_json_line(&json);
    pc_json_put_word(&json, "code", description->name);
    pc_json_put_word(&json, "title", description->title);
    pc_json_put_word(&json, "explanation", description->explanation);
    pc_json_line_end(&json);
    printf("%.*s\n", (int)json.size, json.data);
}

static int list_codes(struct pc_arena *arena)
{
    for (int code = 0; code < PC_CODE_COUNT; code++) {
        const struct pc_code_description *description =
            pc_code_describe((enum pc_diagnostic_code)code);

        if (arena != NULL)
            print_json(arena, description);
        else
            printf("%-6s %s\n", description->name, description->title);
    }
    return PC_EXIT_OK;
}

/* arena NULL: for people. */
static int explain(char **names, int count, struct pc_arena *arena)
{
    int status = PC_EXIT_OK;

    for (int i = 0; i < count; i++) {
        const struct pc_code_description *description = pc_code_find(names[i]);

        if (description == NULL) {
            fprintf(stderr,
                    "projc: there is no diagnostic `%s`: `projc explain --list` shows all\n",
                    names[i]);
            status = PC_EXIT_USAGE;
        } else if (arena != NULL) {
            print_json(arena, description);
        } else {
            printf("%s%s: %s\n\n%s\n", i > 0 ? "\n" : "", description->name, description->title,
                   description->explanation);
        }
    }
    return status;
}

static int run(int argc, char **argv)
{
    enum { OPTION_LIST = 256, OPTION_JSON };
    static const struct option long_options[] = {{"list", no_argument, NULL, OPTION_LIST},
                                                 {"json", no_argument, NULL, OPTION_JSON},
                                                 {NULL, 0, NULL, 0}};
    struct pc_arena *arena = NULL;
    bool is_list = false;
    bool is_json = false;
    int option;
    int status;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == OPTION_LIST)
            is_list = true;
        else if (option == OPTION_JSON)
            is_json = true;
        else
            return pc_usage_error(&pc_command_explain);
    }
    if (is_list == (optind < argc))
        return pc_usage_error(&pc_command_explain);
    if (is_json)
        arena = pc_arena_new(NULL, NULL);
    status = is_list ? list_codes(arena) : explain(argv + optind, argc - optind, arena);
    if (arena != NULL)
        pc_arena_free(arena);
    return status;
}

const struct pc_command pc_command_explain = {
    .name = "explain",
    .summary = "tell more about a diagnostic",
    .usage = "usage: projc explain [--json] CODE...\n"
             "       projc explain [--json] --list\n"
             "\n"
             "Tells what a diagnostic means, why it is one, and how to mend it:\n"
             "  projc explain E0201\n"
             "\n"
             "  --list    list the codes\n"
             "  --json    one JSON object a line: code, title, explanation\n",
    .run = run,
};
