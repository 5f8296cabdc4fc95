/* query.h -- queries: their SQL, and the typed function of each. */
#ifndef PC_GEN_QUERY_H
#define PC_GEN_QUERY_H

#include "gen/code.h"
#include "gen/helpers.h"
#include "gen/parts.h"
#include "plan/plan.h"

struct pc_query_constants {
    PC_LIST_OF(const struct pc_plan_constant);
};

/* What stands behind the table's name. The text's constants become parameters behind the user's,
 * and are added to *constants (the same ones, in the same order, for both stores). */
const char *pc_query_sql(struct pc_arena *arena, const struct pc_plan_query *query,
                         bool is_postgres, struct pc_query_constants *constants);

/* Functions that compute limits, for the table of the module. */
void pc_write_query_limits(struct pc_code *code, const struct pc_plan *plan,
                           struct pc_helpers *helpers, const struct pc_function_drafts *functions);
/* Row structs and prototypes; bodies; the table of the module. */
void pc_write_query_declarations(struct pc_code *code, const struct pc_plan *plan);
void pc_write_query_functions(struct pc_code *code, const struct pc_plan *plan,
                              struct pc_helpers *helpers);
void pc_write_query_table(struct pc_code *code, const struct pc_plan *plan);

#endif
