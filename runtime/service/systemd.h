/* systemd's notification protocol (sd_notify(3)): datagrams to $NOTIFY_SOCKET. */
#ifndef PROJC_SERVICE_SYSTEMD_H
#define PROJC_SERVICE_SYSTEMD_H

#include <sys/socket.h>
#include <sys/un.h>

#include "projc/types.h"

typedef struct projc__systemd {
    int socket; /* -1: nobody wants to be told */
    struct sockaddr_un address;
    socklen_t address_size;
    int64_t watchdog_us; /* we must be heard of within this; 0: there is no watchdog */
} projc__systemd;

/* Reads NOTIFY_SOCKET (a path, or @NAME in the abstract namespace), WATCHDOG_USEC and WATCHDOG_PID.
 * What is malformed is as good as not there: a service does not fail for want of a listener. */
void projc__systemd_open(projc__systemd *systemd);
void projc__systemd_close(projc__systemd *systemd);

/* One datagram, lines NAME=value. What cannot be sent is lost. */
void projc__systemd_send(const projc__systemd *systemd, const char *lines);
/* RELOADING=1 with the monotonic time that the protocol asks for; READY=1 ends it. */
void projc__systemd_send_reloading(const projc__systemd *systemd);

#endif
