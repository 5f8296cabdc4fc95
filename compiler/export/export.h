/* export.h -- the checked model as JSON, for generators of others: `projc ir`. What the document
 * looks like is told by schema.json, which is part of the compiler. */
#ifndef PC_EXPORT_EXPORT_H
#define PC_EXPORT_EXPORT_H

#include "check/model.h"
#include "plan/plan.h"

enum { PC_EXPORT_VERSION = 1 }; /* of the format: the value of "ir" */

/* One module of the document: a checked model, and what was lowered from it. */
struct pc_export_module {
    const struct pc_model *model;
    const struct pc_plan *plan;
};

/* Returns the whole document, in the arena, with a newline at its end. The same modules give the
 * same bytes, wherever their files are. `version` is the compiler's. */
struct pc_text pc_export_document(struct pc_arena *arena, const struct pc_sources *sources,
                                  struct pc_text version, const struct pc_export_module *modules,
                                  size_t count);

/* The lines of schema.json, each with its newline; NULL ends them. */
extern const char *const pc_export_schema[];

#endif
