/* sql_view.h -- PostgreSQL: a view over every table of packed states, and the function it reads
 * them with. */
#ifndef PC_GEN_SQL_VIEW_H
#define PC_GEN_SQL_VIEW_H

#include "gen/parts.h"

/* Nothing for a plan without packed states. */
void pc_sql_views(struct pc_arena *arena, const struct pc_plan *plan, struct pc_sql_script *script);

/* sql_read_state.c */
void pc_sql_read_state(struct pc_arena *arena, const struct pc_plan *plan,
                       struct pc_sql_script *script);

#endif
