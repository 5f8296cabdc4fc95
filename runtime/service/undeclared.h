/* Counting events that no .proj declares. */
#ifndef PROJC_SERVICE_UNDECLARED_H
#define PROJC_SERVICE_UNDECLARED_H

#include "service/target.h"
#include "store/store.h"

/* The undeclared names among the newest events up to a position, counted, as a JSON object in the
 * arena: {"account_renamed":3}. At most the last 10,000 events are looked at, so that `status`
 * stays quick on a long log. */
projc_status projc__count_undeclared(projc_store *store, const projc__target *target,
                                     int64_t position, projc_arena *arena, projc_text *json,
                                     projc_error *error);

#endif
