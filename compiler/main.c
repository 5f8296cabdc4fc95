/* main.c -- the projection compiler: the table of its commands. */
#include "command/command.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct pc_command *const pc_commands[] = {
    &pc_command_build, &pc_command_check,      &pc_command_fmt,     &pc_command_test,
    &pc_command_diff,  &pc_command_graph,      &pc_command_doc,     &pc_command_ir,
    &pc_command_new,   &pc_command_completion, &pc_command_explain, NULL};

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
    const char *rest = strstr(command->usage, "\n\n");
    int size = rest == NULL ? 0 : (int)(rest - command->usage);

    fprintf(stderr, "%.*s\n`projc help %s` tells more.\n", size, command->usage, command->name);
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

/* True when help is asked for among a command's options. */
static bool wants_help(int argc, char **argv)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_help(argv[i]))
            return true;
    return false;
}

/* A standard stream that is closed would give its number to the next file that is opened, and
 * messages would go there. It is opened the wrong way round instead, so that using it fails. */
static void occupy_standard_streams(void)
{
    for (int stream = 0; stream <= 2; stream++)
        if (fcntl(stream, F_GETFD) < 0)
            (void)open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
}

/* A file that grows beyond the process's limit is an error of write() with a message, not a silent
 * end. */
static void ignore_file_size_signal(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGXFSZ, &ignore, NULL);
}

static int run_command(const struct pc_command *command, int argc, char **argv)
{
    char name[64];

    if (wants_help(argc, argv)) {
        printf("%s", command->usage);
        return PC_EXIT_OK;
    }
    /* getopt begins its messages by this. */
    (void)snprintf(name, sizeof name, "projc %s", command->name);
    argv[1] = name;
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    const struct pc_command *command;
    int status;

    occupy_standard_streams();
    ignore_file_size_signal();

    if (argc < 2) {
        print_help(stderr);
        return PC_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("projc " PROJC_VERSION "\n");
        status = PC_EXIT_OK;
    } else if (strcmp(argv[1], "help") == 0 || is_help(argv[1])) {
        status = help(argc - 1, argv + 1);
    } else {
        command = find_command(argv[1]);
        if (command == NULL)
            return unknown_command(argv[1]);
        status = run_command(command, argc, argv);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "projc: cannot write to standard output\n");
        return PC_EXIT_IO;
    }
    return status;
}
