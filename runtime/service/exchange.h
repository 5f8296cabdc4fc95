/* A projector that has lost its generation while it runs is exchanged for another one. */
#ifndef PROJC_SERVICE_EXCHANGE_H
#define PROJC_SERVICE_EXCHANGE_H

#include "service/runtime_private.h"

typedef enum projc__loan {
    PROJC__LENT,    /* registered->projector is the borrower's until it is returned */
    PROJC__NOT_NOW, /* it is about to be exchanged: ask again in some milliseconds */
    PROJC__STALE,   /* nobody has it: exchange it, then ask again */
    PROJC__OVER     /* it has stopped for good: registered->why */
} projc__loan;

/* Any worker. */
projc__loan projc__projector_borrow(projc_runtime *runtime, projc__registered *registered);
/* is_stale: its generation may be another one now; *error says what came of it, or OK when it is
 * known to be. */
void projc__projector_return(projc_runtime *runtime, projc__registered *registered,
                             const projc_error *error, bool is_stale);
/* For who was told STALE. OK: there is another projector. INFRA: still stale, try again. Else the
 * projection has stopped for good. */
projc_status projc__projector_exchange(projc_runtime *runtime, projc__registered *registered,
                                       projc__workspace *workspace, projc_error *error);

#endif
