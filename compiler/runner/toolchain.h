/* toolchain.h -- finding the runtime, calling $CC, and running what it made. */
#ifndef PC_RUNNER_TOOLCHAIN_H
#define PC_RUNNER_TOOLCHAIN_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>

/* Where headers and library are. */
struct pc_toolchain {
    const char *include_folder;  /* holds projc/module.h */
    const char *library;         /* libprojc.a */
    const char *const *compiler; /* words of $CC, NULL at the end; "cc" without */
};

/* Looks in $PROJC_HOME (a source tree or an installation), else in the folder that projc itself was
 * built or installed to. On failure returns false, and *problem says what is missing and how to
 * mend it. */
bool pc_toolchain_find(struct pc_arena *arena, struct pc_toolchain *toolchain,
                       struct pc_text *problem);

struct pc_plan;

/* How to link what the module calls in C, to be put behind the problem of a failed link; empty when
 * it calls nothing. `command` is the command line that failed. */
struct pc_text pc_toolchain_extern_hint(struct pc_arena *arena, const struct pc_plan *plan,
                                        const char *command);

/* Compiles and links `sources` (NULL at the end) into `program`, with `folder` in the include path.
 * The compiler's output goes to stderr. False: it failed, or could not be started; *problem says
 * why. */
bool pc_toolchain_link(struct pc_arena *arena, const struct pc_toolchain *toolchain,
                       const char *folder, const char *const *sources, const char *program,
                       struct pc_text *problem);

/* Runs a program and waits for it. Returns its exit status, 128 + the signal that ended it, or -1
 * when it could not be started (*problem says why). */
int pc_run_program(struct pc_arena *arena, const char *const *arguments, struct pc_text *problem);

#endif
