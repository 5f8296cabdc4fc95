/* A projector brought to where it has to be, at full speed: by several threads at once. */
#ifndef PROJC_ENGINE_CATCH_UP_H
#define PROJC_ENGINE_CATCH_UP_H

#include "engine/rebuild.h"

/* Until the log is applied up to progress->head, or (a generation that is being built) the live one
 * is reached, or nothing more can be done. The caller's thread works with the workspace, others
 * open connections of their own; all have ended when it returns. *failed: keys that wait for
 * repair. CANCELLED when the report said so; else why it gave up: it can be called again. */
projc_status projc__catch_up(projc__projector *projector, projc__workspace *workspace,
                             projc__rebuild_progress *progress,
                             const projc__rebuild_options *options, uint32_t *failed,
                             projc_error *error);

#endif
