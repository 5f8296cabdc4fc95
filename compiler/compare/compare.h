/* compare.h -- what changed between two versions of a module, for those who have events stored and
 * projections running. */
#ifndef PC_COMPARE_COMPARE_H
#define PC_COMPARE_COMPARE_H

#include "base/diag.h"
#include "check/model.h"
#include "plan/plan.h"

/* What a change touches, the weightiest first. */
enum pc_change_level {
    PC_CHANGE_EVENTS, /* what is stored of events is read differently, or not at all */
    PC_CHANGE_STATE,  /* a projection has to be built again, or should be */
    PC_CHANGE_TABLES, /* tables, columns, keys, indexes */
    PC_CHANGE_API     /* names in C, queries, functions, documentation */
};

/* One version, checked and lowered. */
struct pc_version {
    const struct pc_model *model;
    const struct pc_plan *plan; /* of the model: its projections have the same indexes */
};

/* Reports every change as a diagnostic (E0501 to W0506, whose codes tell the level) at its place in
 * the new version with the old one beside it; what is gone is shown where it was. Both versions
 * share the sources and the arena. The diagnostics come sorted by level, then by place. */
void pc_compare_versions(struct pc_arena *arena, const struct pc_version *before,
                         const struct pc_version *now, const struct pc_sources *sources,
                         struct pc_diagnostics *changes);

/* The level of a diagnostic that pc_compare_versions reported. */
enum pc_change_level pc_change_level_of(const struct pc_diagnostic *change);

#endif
