/* Writing the statuses of keys, what waits behind them and recorded skips within a unit of work. */
#ifndef PROJC_STORE_POSTGRES_KEY_WRITE_H
#define PROJC_STORE_POSTGRES_KEY_WRITE_H

#include "store/postgres/rows.h"

/* Healed keys are deleted, keys out of order and skipped events inserted or replaced. */
void projc__pipeline_send_keys(projc__pipeline *pipeline, const projc__unit *unit);
/* waiting.c: what has been passed is deleted, then what waits is inserted. */
void projc__pipeline_send_waiting(projc__pipeline *pipeline, const projc__unit *unit);

/* Memory for count values of the statement at hand; NULL and the statement failed when there is
 * none. */
projc_value *projc__make_values(projc__statement *statement, size_t count);

#endif
