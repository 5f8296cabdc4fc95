/* command.h -- the commands of projc: one file each, one table in main.c. */
#ifndef PC_COMMAND_COMMAND_H
#define PC_COMMAND_COMMAND_H

enum pc_exit {
    PC_EXIT_OK = 0,
    PC_EXIT_FOUND = 1, /* diagnostics, a difference, a failed test */
    PC_EXIT_USAGE = 2,
    PC_EXIT_IO = 3
};

struct pc_command {
    const char *name;
    const char *summary; /* one line for `projc help` */
    const char *usage;   /* the whole text of `projc help NAME` */
    /* argv[0] is the command's name. Returns an exit status. */
    int (*run)(int argc, char **argv);
};

extern const struct pc_command pc_command_build;
extern const struct pc_command pc_command_check;
extern const struct pc_command pc_command_fmt;
extern const struct pc_command pc_command_test;
extern const struct pc_command pc_command_diff;
extern const struct pc_command pc_command_ir;
extern const struct pc_command pc_command_graph;
extern const struct pc_command pc_command_doc;
extern const struct pc_command pc_command_new;
extern const struct pc_command pc_command_completion;
extern const struct pc_command pc_command_explain;

/* The table, NULL at the end; `help` is not in it, main.c is. */
extern const struct pc_command *const pc_commands[];

/* Says how to use a command, on stderr, and returns PC_EXIT_USAGE. */
int pc_usage_error(const struct pc_command *command);

#endif
