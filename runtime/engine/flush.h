/* From a batch to one fenced transaction. */
#ifndef PROJC_ENGINE_FLUSH_H
#define PROJC_ENGINE_FLUSH_H

#include "engine/batch.h"

/* Commits the batch: its lanes move to its position, the states of dirty keys are written, what
 * became of keys and events is recorded. A batch that has nothing to say touches nothing. DATA
 * class: refused because of the rows, and nothing was written; INFRA and STOP as the store says. */
projc_status projc__flush(projc__batch *batch, projc_error *error);

#endif
