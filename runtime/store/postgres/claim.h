/* Claiming and moving the lanes of a unit of work. */
#ifndef PROJC_STORE_POSTGRES_CLAIM_H
#define PROJC_STORE_POSTGRES_CLAIM_H

#include "store/postgres/statement.h"
#include "store/store.h"

/* Sends the one statement that claims the unit's lanes and moves them; it fails with DATA when one
 * of them cannot be had. uses_places: lanes whose places are known are looked for there and nowhere
 * else. tells_waiters: who waits for the generation is told with the commit. *result is filled at
 * the pipeline's end, for keep_places. */
void projc__pipeline_send_claims(projc__pipeline *pipeline, const projc__unit *unit,
                                 bool uses_places, bool tells_waiters, PGresult **result);
/* For a unit of one lane and one row that is there, write->rows: both in one statement, and who
 * waits is told. It fails with DATA where the row is refused or not there. */
void projc__pipeline_send_claim_with_row(projc__pipeline *pipeline, const projc__unit *unit,
                                         const projc__row_write *write, PGresult **result);
/* What that answered, into unit->places. False: nothing was done. */
bool projc__claim_keep_place(const projc__unit *unit, const PGresult *result);
/* Tells who waits for the generation, by a statement of its own. */
void projc__pipeline_send_waiters(projc__pipeline *pipeline, int64_t generation);

bool projc__claims_have_places(const projc__unit *unit);
/* What the statement answered, into unit->places. */
void projc__claims_keep_places(const projc__unit *unit, const PGresult *result);
/* Why the claim fell short: FENCED, a lane stands elsewhere; LOCKED, another holds one, or one is
 * not at its place any more. Or what went wrong with asking. */
projc_status projc__claims_tell_shortfall(projc__postgres *postgres, const projc__unit *unit,
                                          projc_error *error);

#endif
