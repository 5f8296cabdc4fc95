/* A relay in front of the server that cuts the connection at a chosen message, to see what is made
 * of a reply that never came. */
#ifndef PROJC_TESTS_POSTGRES_PROXY_H
#define PROJC_TESTS_POSTGRES_PROXY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum proxy_cut {
    PROXY_NEVER,
    PROXY_BEFORE_SERVER, /* what the client sends next never arrives, and the line is cut */
    PROXY_AFTER_SERVER,  /* it arrives, and the server's answer is thrown away with the line */
    PROXY_SILENT         /* it arrives, the answer is thrown away, and the line stays open */
} proxy_cut;

typedef struct proxy {
    char folder[32]; /* of the unix socket: host=folder port=5432 */
    char target[88];
    int listener;
    pthread_t thread;
    atomic_int cut;
} proxy;

/* Relays one connection to the server whose socket lies in target_folder. False after saying why.
 */
bool proxy_start(proxy *self, const char *target_folder);
void proxy_stop(proxy *self);

#endif
