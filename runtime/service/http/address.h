/* The address that HTTP is served at: HOST:PORT. */
#ifndef PROJC_SERVICE_HTTP_ADDRESS_H
#define PROJC_SERVICE_HTTP_ADDRESS_H

#include "projc/status.h"

enum { PROJC__HOST_MAX = 254, PROJC__PORT_MAX = 6, PROJC__URL_MAX = 300 };

typedef struct projc__address {
    char host[PROJC__HOST_MAX]; /* without brackets; empty: every address of the machine */
    char port[PROJC__PORT_MAX]; /* decimal; 0: any that is free */
} projc__address;

/* "127.0.0.1:9187", "[::1]:9187", "localhost:0", ":9187"; INVALID with what is expected. */
projc_status projc__address_parse(const char *text, projc__address *address, projc_error *error);

/* A listening socket there (close it), and where it is as http://HOST:PORT/. IO when the name means
 * nothing here, or the port is in use or not allowed. */
projc_status projc__address_listen(const projc__address *address, int *listener,
                                   char url[PROJC__URL_MAX], projc_error *error);

#endif
