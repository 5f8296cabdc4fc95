/* One look at all projections of a service: where they stand, and who works on them. */
#ifndef PROJC_SERVICE_SURVEY_H
#define PROJC_SERVICE_SURVEY_H

#include "projc/codec.h"
#include "service/standing.h"

typedef struct projc__survey {
    projc__standing *standings; /* a projection each, in the modules' order */
    size_t count;
    projc__process *processes;
    size_t process_count;
    size_t living; /* of those, the ones whose heartbeat is fresh */
} projc__survey;

/* Asks the database; everything lives in the arena. Undeclared events are not counted. */
projc_status projc__survey_take(projc_store *store, const projc_module *const *modules,
                                uint32_t module_count, projc_arena *arena, projc__survey *survey,
                                projc_error *error);
/* The array that `status --json` prints. */
void projc__survey_write(const projc__survey *survey, projc_json_writer *writer);

#endif
