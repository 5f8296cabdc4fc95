/* What a committed batch tells the log and the metrics. */
#ifndef PROJC_ENGINE_REPORT_H
#define PROJC_ENGINE_REPORT_H

#include "engine/batch.h"

/* After the commit, and only then: a batch that was fenced off did not happen. failed_count: keys
 * of the projection that wait for a person. */
void projc__report_commit(const projc__batch *batch, uint32_t failed_count, int64_t duration_us);
/* A step or repair that failed. */
void projc__report_error(const projc__projector *projector, projc_status status);

#endif
