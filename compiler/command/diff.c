/* diff.c -- projc diff: what changed between two versions, and what it touches. */
#include "command/front.h"
#include "compare/alter.h"
#include "compare/compare.h"

#include <getopt.h>
#include <stdio.h>

struct diff_options {
    enum pc_change_level level;
    bool has_sql;
};

static bool read_level(const char *word, enum pc_change_level *level)
{
    static const char *const names[] = {[PC_CHANGE_EVENTS] = "events",
                                        [PC_CHANGE_STATE] = "state",
                                        [PC_CHANGE_TABLES] = "tables",
                                        [PC_CHANGE_API] = "api"};

    for (int i = PC_CHANGE_EVENTS; i <= PC_CHANGE_API; i++) {
        if (pc_text_is(pc_text_of(word), names[i])) {
            *level = (enum pc_change_level)i;
            return true;
        }
    }
    fprintf(stderr, "projc diff: --level is events, state, tables or api, not `%s`\n", word);
    return false;
}

static bool read_options(struct pc_front *front, int argc, char **argv,
                         struct diff_options *options)
{
    enum { OPTION_LEVEL = 256, OPTION_SQL };
    static const struct option long_options[] = {{"level", required_argument, NULL, OPTION_LEVEL},
                                                 {"sql", no_argument, NULL, OPTION_SQL},
                                                 PC_FRONT_LONG_OPTIONS,
                                                 {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "I:", long_options, NULL)) != -1) {
        if (option == OPTION_SQL)
            options->has_sql = true;
        else if (option == OPTION_LEVEL ? !read_level(optarg, &options->level)
                                        : !pc_front_option(front, option, optarg))
            return false;
    }
    return argc - optind == 2;
}

/* Prints the changes, or with --sql the script, the changes going to stderr. */
static int compare(struct pc_front *front, const struct pc_version *before,
                   const struct pc_version *now, const struct diff_options *options)
{
    struct pc_diagnostics *changes = pc_diagnostics_new(front->arena);
    FILE *stream = options->has_sql ? stderr : stdout;
    int status = PC_EXIT_OK;

    pc_compare_versions(front->arena, before, now, front->sources, changes);
    for (size_t i = 0; i < changes->count; i++)
        if (pc_change_level_of(changes->items[i]) <= options->level)
            status = PC_EXIT_FOUND;
    front->style.has_colours = pc_stream_has_colours(stream);
    pc_diagnostics_print(changes, front->sources, &front->style, stream);
    if (options->has_sql) {
        struct pc_text postgres =
            pc_alter(front->arena, before->plan, now->plan, PC_ALTER_POSTGRES);
        struct pc_text sqlite = pc_alter(front->arena, before->plan, now->plan, PC_ALTER_SQLITE);

        printf("%.*s\n%.*s", PC_TEXT_ARGS(postgres), PC_TEXT_ARGS(sqlite));
    }
    return status;
}

static int run(int argc, char **argv)
{
    struct diff_options options = {.level = PC_CHANGE_STATE};
    struct pc_model *models[2] = {NULL, NULL};
    struct pc_version before;
    struct pc_version now;
    struct pc_front front;
    int status;

    pc_front_init(&front);
    if (!read_options(&front, argc, argv, &options)) {
        pc_front_clear(&front);
        return pc_usage_error(&pc_command_diff);
    }
    before.plan = pc_front_compile_revision(&front, argv[optind], &models[0]);
    now.plan = pc_front_compile_revision(&front, argv[optind + 1], &models[1]);
    before.model = models[0];
    now.model = models[1];
    if (before.plan == NULL || now.plan == NULL)
        status = pc_front_report(&front);
    else
        status = compare(&front, &before, &now, &options);
    pc_front_clear(&front);
    return status;
}

const struct pc_command pc_command_diff = {
    .name = "diff",
    .summary = "tell what changed between two versions, and what it touches",
    .usage = "usage: projc diff [options] OLD NEW\n"
             "\n"
             "OLD and NEW are files, or REV:FILE of git: FILE from the root of the repository,\n"
             "or from the current folder when it begins with ./\n"
             "Changes are events (what is stored is read differently), state (a projection has\n"
             "to be built again), tables, or api (names in C, queries, documentation).\n"
             "\n"
             "  --level L   exit 1 when there is a change of level L or above: events, state\n"
             "              (the default), tables, api\n"
             "  --sql       print the SQL that alters a schema, for both stores; the changes go\n"
             "              to standard error\n"
             "  -I DIR      look for imports in DIR too; for REV:FILE, in DIR of that revision\n"
             "  --json      one JSON object a line for each change\n"
             "  --short     FILE:LINE:COLUMN: warning: TEXT\n"
             "\n"
             "Exit status: 0 no such change, 1 a change or errors, 2 usage, 3 a file could not\n"
             "be read.\n",
    .run = run,
};
