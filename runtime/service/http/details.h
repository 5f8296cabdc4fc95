/* What the page shows besides `status --json`: failed keys, and where the lanes stand. */
#ifndef PROJC_SERVICE_HTTP_DETAILS_H
#define PROJC_SERVICE_HTTP_DETAILS_H

#include "projc/codec.h"
#include "service/survey.h"

/* {"total":…,"keys":[…]}: rows as `failed list --json`, PROJC__KEYS_SHOWN at most. The arena is
 * for the call; what fails is in the writer or in *error. */
void projc__details_failed(const projc__survey *survey, projc_arena *arena,
                           projc_json_writer *writer, projc_error *error);
/* For each projection the positions of its lanes, PROJC__LANES_SHOWN at most. */
void projc__details_lanes(const projc__survey *survey, projc_arena *arena,
                          projc_json_writer *writer, projc_error *error);

#endif
