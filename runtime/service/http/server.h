/* HTTP for monitoring and people: /healthz, /readyz, /metrics, /status.json, and the page. */
#ifndef PROJC_SERVICE_HTTP_SERVER_H
#define PROJC_SERVICE_HTTP_SERVER_H

#include "base/log.h"
#include "service/http/board.h"

typedef struct projc__http projc__http;

/* Serves the board at the address (as projc__address_parse takes it) with a thread of its own, and
 * logs where. The board and the log are kept. INVALID: the address; IO: the port cannot be had;
 * NO_MEMORY. */
projc_status projc__http_start(const char *address, projc__board *board, projc_log *log,
                               projc__http **http, projc_error *error);
/* Ends all connections and the thread; NULL is allowed. */
void projc__http_stop(projc__http *http);

#endif
