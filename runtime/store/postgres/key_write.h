/* Writing the statuses of keys and recorded skips within a unit of work. */
#ifndef PROJC_STORE_POSTGRES_KEY_WRITE_H
#define PROJC_STORE_POSTGRES_KEY_WRITE_H

#include "store/postgres/rows.h"

/* Healed keys are deleted, keys out of order and skipped events inserted or replaced. */
void projc__pipeline_send_keys(projc__pipeline *pipeline, const projc__unit *unit);

#endif
