/* Waiting for wake-ups: LISTEN on the connection of the listener. */
#ifndef PROJC_STORE_POSTGRES_LISTENER_H
#define PROJC_STORE_POSTGRES_LISTENER_H

#include "store/postgres/connection.h"

typedef struct projc__listener {
    size_t count;
    int64_t heard_at;     /* when the server was last heard of, monotonic milliseconds */
    char (*channels)[64]; /* by index of stream; longer names are cut like PostgreSQL cuts them */
} projc__listener;

void projc__listener_free(projc__postgres *postgres);

#endif
