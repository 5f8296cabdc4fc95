/* What a part remembers from step to step: where its lanes stand, and rows of its keys.
 *
 * DESIGN. A live step would spend its time on reading what it has written itself: the lanes, the
 * keys out of order, the state. The memory is what the part's own steps read and wrote. It is true
 * only while each of its lanes stands where the part left it: at the same position, in the same
 * epoch, behind the same event; so whoever writes for a lane without moving it must raise its
 * epoch. A step that looks at the lanes compares; one that does not, because it looked a moment ago
 * and no key was out of order, is refused by the commit's compare-and-set if it was wrong, and
 * looks then. Every error forgets everything. Only small batches are remembered: behind, a batch
 * has more keys than would be worth it. */
#ifndef PROJC_ENGINE_MEMORY_H
#define PROJC_ENGINE_MEMORY_H

#include "engine/batch.h"

/* The number that stands for the table of states; the others are the projection's tables. */
#define PROJC__STATE_TABLE UINT32_MAX

/* bytes_max: of the rows. NULL when there is no memory. */
projc__memory *projc__memory_new(uint32_t lane_count, size_t bytes_max);
void projc__memory_free(projc__memory *memory); /* NULL is allowed */

/* memory may be NULL in all of the following: then nothing is remembered. */
void projc__memory_forget(projc__memory *memory);
/* Can a step begin without looking? Then *lanes is what a look would see, apart from mine and
 * lowest. now: microseconds of the monotonic clock. */
bool projc__memory_recall(const projc__memory *memory, projc_arena *arena, int64_t now,
                          projc__lane_set *lanes);
/* Was everything looked at just now? Then looking again tells nothing that a step a moment later
 * would not tell. */
bool projc__memory_is_fresh(const projc__memory *memory, int64_t now);
/* These lanes were looked at (at `now`), or recalled; what is not true any more is forgotten. */
void projc__memory_compare(projc__memory *memory, const projc__lane_set *lanes, int64_t now);
/* No skip is recorded ahead of the lanes: whoever records one there raises their epoch. */
bool projc__memory_has_no_skips(const projc__memory *memory);
/* The batch's unit was committed. */
void projc__memory_keep(projc__memory *memory, const projc__batch *batch, const projc__unit *unit);

/* As projc__store_load_rows, from memory where it can be; the rows live as long as the arena, or
 * the batch. */
projc_status projc__memory_load_rows_into(projc__batch *batch, uint32_t number,
                                          const projc_table *table, const projc_value *keys,
                                          size_t count, projc_arena *arena, projc_value **rows,
                                          projc_error *error);
/* The same into the batch's arena. */
static inline projc_status projc__memory_load_rows(projc__batch *batch, uint32_t number,
                                                   const projc_table *table,
                                                   const projc_value *keys, size_t count,
                                                   projc_value **rows, projc_error *error)
{
    return projc__memory_load_rows_into(batch, number, table, keys, count, batch->arena, rows,
                                        error);
}

#endif
