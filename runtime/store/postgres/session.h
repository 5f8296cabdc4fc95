/* What a transaction is told: its isolation, its time-outs, how its statements are planned. */
#ifndef PROJC_STORE_POSTGRES_SESSION_H
#define PROJC_STORE_POSTGRES_SESSION_H

#include "store/postgres/statement.h"

/* Begins a unit of work: as projc__pipeline_begin, and a transaction with its time-outs, which
 * projc__unit_end commits. is_long: of so many rows that tables may be scanned for them. */
void projc__unit_begin(projc__pipeline *pipeline, projc__postgres *postgres, bool is_long,
                       projc_error *error);
/* All of the unit is done, or nothing; or (CONNECTION) nobody knows. After a failure a transaction
 * may stand aborted: projc__postgres_roll_back. */
projc_status projc__unit_end(projc__pipeline *pipeline);

/* The session is as it was opened: what is not a small unit, nor a statement that is kept or
 * brief, may be sent. OK, or CONNECTION. */
projc_status projc__session_reset(projc__postgres *postgres, projc_error *error);

#endif
