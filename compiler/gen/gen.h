/* gen.h -- from the plan to the texts of all outputs. No checking, no look-ups, nothing is written
 * here. */
#ifndef PC_GEN_GEN_H
#define PC_GEN_GEN_H

#include "base/arena.h"
#include "base/text.h"
#include "plan/plan.h"

#include <stdbool.h>

struct pc_generate_options {
    struct pc_text version; /* of the compiler, for the banner: "0.1.0" */
    bool no_line;           /* leave the #line directives out */
};

/* Each returns one output, in the arena; the same plan gives the same bytes. The text ends in a
 * newline and is NUL-terminated. */

/* X_proj.h: types of events and states, prototypes of typed functions, the module. */
struct pc_text pc_generate_header(struct pc_arena *arena, const struct pc_plan *plan,
                                  const struct pc_generate_options *options);
/* X_proj.c: handlers, serializers, tables. Its name, for #line, is plan->stem and ".c". */
struct pc_text pc_generate_source(struct pc_arena *arena, const struct pc_plan *plan,
                                  const struct pc_generate_options *options);
/* X_proj.postgres.sql and X_proj.sqlite.sql: idempotent; the first ends with the wake-up triggers.
 */
struct pc_text pc_generate_sql_postgres(struct pc_arena *arena, const struct pc_plan *plan,
                                        const struct pc_generate_options *options);
struct pc_text pc_generate_sql_sqlite(struct pc_arena *arena, const struct pc_plan *plan,
                                      const struct pc_generate_options *options);
/* X_main.c: the whole service. */
struct pc_text pc_generate_main(struct pc_arena *arena, const struct pc_plan *plan,
                                const struct pc_generate_options *options);
/* X_test.c: the tests in the .proj, with a main of their own. */
struct pc_text pc_generate_test(struct pc_arena *arena, const struct pc_plan *plan,
                                const struct pc_generate_options *options);

/* X_proj.d: the rule that the targets depend on the sources, and an empty rule a source, so that
 * make goes on when an import has been deleted. Paths are written as given, escaped for make. */
struct pc_text pc_generate_depfile(struct pc_arena *arena, const struct pc_text *targets,
                                   size_t target_count, const struct pc_text *sources,
                                   size_t source_count);

#endif
