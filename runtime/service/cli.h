/* The command line of a service: what its commands share. */
#ifndef PROJC_SERVICE_CLI_H
#define PROJC_SERVICE_CLI_H

#include <stdio.h>

#include "base/log.h"
#include "service/settings.h"
#include "service/target.h"
#include "engine/projector.h"

enum {
    PROJC__EXIT_OK = 0,
    PROJC__EXIT_FOUND = 1, /* something is wrong, and it was found */
    PROJC__EXIT_USAGE = 2,
    PROJC__EXIT_DATABASE = 3
};

enum { PROJC__ARGUMENTS_MAX = 64, PROJC__COMMAND_FLAGS_MAX = 12 };

typedef struct projc__cli projc__cli;

/* A flag of one command; settings are flags of every command. */
typedef struct projc__command_flag {
    const char *name; /* without dashes */
    bool has_value;
} projc__command_flag;

typedef struct projc__command {
    const char *name;
    const char *summary; /* one line for `help` */
    const char *usage;   /* what stands behind "usage: bank ", and more lines */
    projc__command_flag flags[PROJC__COMMAND_FLAGS_MAX]; /* name NULL ends them */
    int (*run)(projc__cli *cli);
} projc__command;

/* One run of the service's program. */
struct projc__cli {
    const projc_service_options *service;
    const char *program; /* its name, for messages */
    const projc__command *command;
    projc__settings settings;
    const char *arguments[PROJC__ARGUMENTS_MAX]; /* positional, behind the command */
    int argument_count;
    const char *config_file; /* of --config; NULL: not given */
    const char
        *flag_values[PROJC__COMMAND_FLAGS_MAX]; /* NULL: not given; "" when it has no value */
    projc_runtime_options options;              /* from the settings */
    projc_log log;
    projc_store *store; /* opened by projc__cli_store */
    projc_arena *arena; /* for the command's whole run */
};

/* The command's flag: its value, "" when it takes none, NULL when it was not given. */
const char *projc__cli_flag(const projc__cli *cli, const char *name);
static inline bool projc__cli_has(const projc__cli *cli, const char *name)
{
    return projc__cli_flag(cli, name) != NULL;
}

/* Opens the database, once. */
projc_status projc__cli_store(projc__cli *cli, projc_store **store, projc_error *error);

/* An engine for commands that apply events themselves: retry, skip, rebuild. */
void projc__cli_engine(projc__cli *cli, projc__engine *engine);

/* "bank: TEXT" on standard error, and the exit status that the error's status stands for. */
int projc__cli_fail(projc__cli *cli, const projc_error *error);
/* The same for wrong usage, with a hint at `help`; always EXIT_USAGE. */
int projc__cli_usage(projc__cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "there is no command", with one that is near; always EXIT_USAGE. */
int projc__cli_unknown_command(projc__cli *cli, const char *name);

/* A projection by name, in any module; false, with a message that offers near names, when there is
 * none. */
bool projc__cli_projection(projc__cli *cli, const char *name, projc__target *target);
/* Its stored generation. ABSENT becomes NO_SCHEMA with what to do: it was never run. */
projc_status projc__cli_generation(projc__cli *cli, const projc__target *target,
                                   projc__generation *generation, projc_error *error);
/* The key's parts from the arguments behind `first`; false after a message when they do not fit. */
bool projc__cli_key(projc__cli *cli, const projc__target *target, int first, projc_value *parts,
                    uint32_t *count);

/* Commands, in the order of `help`; NULL at the end. */
extern const projc__command *const projc__commands[];
extern const projc__command projc__command_run;
extern const projc__command projc__command_append;
extern const projc__command projc__command_events;
extern const projc__command projc__command_status;
extern const projc__command projc__command_inspect;
extern const projc__command projc__command_query;
extern const projc__command projc__command_failed;
extern const projc__command projc__command_pause;
extern const projc__command projc__command_resume;
extern const projc__command projc__command_reset;
extern const projc__command projc__command_rebuild;
extern const projc__command projc__command_verify;
extern const projc__command projc__command_audit;
extern const projc__command projc__command_wait;
extern const projc__command projc__command_schema;
extern const projc__command projc__command_config;
extern const projc__command projc__command_version;
extern const projc__command projc__command_help;

#endif
