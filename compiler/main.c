/* main.c -- the projection compiler: the table of its commands. */
#include "command/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct pc_command *const pc_commands[] = {&pc_command_build, &pc_command_check,
                                                &pc_command_test, &pc_command_explain, NULL};

static const struct pc_command *find_command(const char *name)
{
    for (size_t i = 0; pc_commands[i] != NULL; i++)
        if (strcmp(pc_commands[i]->name, name) == 0)
            return pc_commands[i];
    return NULL;
}

static void print_help(FILE *stream)
{
    fprintf(stream, "projc " PROJC_VERSION ": compiles event projections to C and SQL\n\n"
                    "usage: projc COMMAND [options] [FILE...]\n\n");
    for (size_t i = 0; pc_commands[i] != NULL; i++)
        fprintf(stream, "  %-10s %s\n", pc_commands[i]->name, pc_commands[i]->summary);
    fprintf(stream, "  %-10s %s\n\n", "help", "tell how to use a command");
    fprintf(stream, "`projc help COMMAND` tells its options; `projc --version` the version.\n"
                    "Exit status: 0 ok, 1 errors found, 2 usage, 3 input/output.\n");
}

int pc_usage_error(const struct pc_command *command)
{
    fprintf(stderr, "%s", command->usage);
    return PC_EXIT_USAGE;
}

static int unknown_command(const char *name)
{
    fprintf(stderr, "projc: there is no command `%s`\n\n", name);
    print_help(stderr);
    return PC_EXIT_USAGE;
}

static int help(int argc, char **argv)
{
    const struct pc_command *command;

    if (argc < 2) {
        print_help(stdout);
        return PC_EXIT_OK;
    }
    command = find_command(argv[1]);
    if (command == NULL)
        return unknown_command(argv[1]);
    printf("%s", command->usage);
    return PC_EXIT_OK;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int main(int argc, char **argv)
{
    const struct pc_command *command;
    int status;

    if (argc < 2) {
        print_help(stderr);
        return PC_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("projc " PROJC_VERSION "\n");
        return fflush(stdout) == 0 ? PC_EXIT_OK : PC_EXIT_IO;
    }
    if (strcmp(argv[1], "help") == 0 || is_help(argv[1])) {
        status = help(argc - 1, argv + 1);
    } else {
        command = find_command(argv[1]);
        if (command == NULL)
            return unknown_command(argv[1]);
        if (argc > 2 && is_help(argv[2])) {
            printf("%s", command->usage);
            status = PC_EXIT_OK;
        } else {
            status = command->run(argc - 1, argv + 1);
        }
    }
    if (fflush(stdout) != 0) {
        fprintf(stderr, "projc: cannot write to standard output\n");
        return PC_EXIT_IO;
    }
    return status;
}
