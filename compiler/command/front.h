/* front.h -- what build, check and test have in common: options, reading, checking, reporting. */
#ifndef PC_COMMAND_FRONT_H
#define PC_COMMAND_FRONT_H

#include "base/diag.h"
#include "check/model.h"
#include "command/command.h"
#include "plan/plan.h"
#include "syntax/parse.h"

#include <stdbool.h>

struct pc_front {
    struct pc_arena *arena;
    struct pc_sources *sources;
    struct pc_diagnostics *diagnostics;
    struct pc_diagnostic_style style;
    struct pc_parse_options parse_options;
    bool is_strict;         /* -Werror */
    struct pc_model *model; /* of the file compiled last; NULL when it has errors */
};

void pc_front_init(struct pc_front *front);
void pc_front_clear(struct pc_front *front);

/* The options that most commands have: "I:W:" among the short ones, these among the long ones. */
enum { PC_FRONT_JSON = 1000, PC_FRONT_SHORT };
#define PC_FRONT_LONG_OPTIONS                      \
    {"json", no_argument, NULL, PC_FRONT_JSON},    \
    {                                              \
        "short", no_argument, NULL, PC_FRONT_SHORT \
    }

/* Takes one of them, with what getopt left in optarg. False: it is another. */
bool pc_front_option(struct pc_front *front, int option, const char *argument);

/* Adds one -I folder. */
void pc_front_include(struct pc_front *front, const char *folder);

/* Reads, checks and lowers one root file. NULL when it has errors; they wait in front->diagnostics.
 * The list of files it was made of goes to *files when that is not NULL. */
struct pc_plan *pc_front_compile(struct pc_front *front, const char *path, struct pc_text **files,
                                 size_t *file_count);

/* As pc_front_compile for `path` or, when there is no such file, REV:FILE of git; the model comes
 * with the plan. NULL when it has errors. */
struct pc_plan *pc_front_compile_revision(struct pc_front *front, const char *path,
                                          struct pc_model **model);

/* Says on stderr, and returns false, when outputs cannot be called after this file. */
bool pc_front_names_outputs(const char *path);

/* Prints what was found to stderr. Returns PC_EXIT_OK, PC_EXIT_FOUND when there were errors (or
 * warnings with -Werror), or PC_EXIT_IO. */
int pc_front_report(struct pc_front *front);

#endif
