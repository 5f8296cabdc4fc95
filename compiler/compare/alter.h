/* alter.h -- the SQL that takes a schema from one version of a module to another. */
#ifndef PC_COMPARE_ALTER_H
#define PC_COMPARE_ALTER_H

#include "plan/plan.h"

enum pc_alter_store { PC_ALTER_POSTGRES, PC_ALTER_SQLITE };

/* Returns the script, in the arena; what only a rebuild can do stands as a comment. Tables that are
 * new are left to the new schema file, which creates them. */
struct pc_text pc_alter(struct pc_arena *arena, const struct pc_plan *before,
                        const struct pc_plan *now, enum pc_alter_store store);

#endif
