/* update.h -- projc test --update: what the tests got, written into their `expect`s. */
#ifndef PC_RUNNER_UPDATE_H
#define PC_RUNNER_UPDATE_H

#include "check/model.h"

/* `findings` is what the test program wrote behind --got: a line for each `expect` that did not
 * hold, with test, step, what was found (state, none, fails), its JSON or text, and the JSON list
 * of the fields that differ, between tabs. Rewrites the root file. Fields that hold, and the rest
 * of the file, stay as they are; *updated counts the `expect`s that were rewritten, *left those
 * that could not be. False with *problem when the file cannot be written. */
bool pc_update_expectations(struct pc_arena *arena, const struct pc_sources *sources,
                            const struct pc_model *model, struct pc_text findings,
                            uint32_t *updated, uint32_t *left, struct pc_text *problem);

#endif
