/* Waiting for wake-ups: LISTEN on the connection of the listener. */
#ifndef PROJC_STORE_POSTGRES_LISTENER_H
#define PROJC_STORE_POSTGRES_LISTENER_H

#include "store/postgres/connection.h"

/* A stream that is listened to. */
typedef struct projc__listened {
    char channel[64]; /* longer names are cut like PostgreSQL cuts them */
    bool is_rung;     /* a notification has come and wait() has not told it yet */
} projc__listened;

typedef struct projc__listener {
    int64_t heard_at;      /* when the server was last heard of, monotonic milliseconds */
    bool has_echo;         /* our notification to ourselves has come back */
    int64_t awaited_until; /* no waiter that was heard of waits for longer; as heard_at */
    size_t count;
    projc__listened streams[];
} projc__listener;

/* Somebody may wait for a commit. False is only told by a connection that hears of waiters. */
bool projc__listener_is_awaited(const projc__postgres *postgres);

void projc__listener_free(projc__postgres *postgres);

#endif
