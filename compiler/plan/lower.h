/* lower.h -- from the checked model to the plan. */
#ifndef PC_PLAN_LOWER_H
#define PC_PLAN_LOWER_H

#include "check/model.h"
#include "plan/plan.h"

/* Lowers a model that passed pc_check; cannot fail. `sources` gives lines, columns and the
 * statements' texts. The plan lives in the arena and borrows texts of the tree. */
struct pc_plan *pc_lower(struct pc_arena *arena, const struct pc_sources *sources,
                         const struct pc_model *model);

/* A constant as JSON; payload: enums with codes and durations as payloads write them. */
struct pc_text pc_constant_json(struct pc_arena *arena, const struct pc_constant *constant,
                                bool is_payload);

#endif
