/* A survey as a table for people: columns as wide as what stands in them. */
#ifndef PROJC_SERVICE_STATUS_TABLE_H
#define PROJC_SERVICE_STATUS_TABLE_H

#include "base/buffer.h"
#include "service/survey.h"

/* Appends lines: a head, one a projection, remarks under those that have any, the services. What
 * cannot be had for want of memory is the buffer's failure. */
void projc__status_table_put(const projc__survey *survey, projc__buffer *buffer);

#endif
