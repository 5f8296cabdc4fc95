/* The address that HTTP is served at: parsed, and opened. */
#include "service/http/address.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

static projc_status refuse(const char *text, projc_error *error)
{
    return projc_error_set(error, PROJC_INVALID,
                           "`%s`: expected HOST:PORT such as 127.0.0.1:9187, [::1]:9187 or, for "
                           "every address of the machine, :9187",
                           text);
}

static bool is_port(const char *text)
{
    size_t size = strspn(text, "0123456789");

    return size > 0 && size < PROJC__PORT_MAX && text[size] == '\0' &&
           strtol(text, NULL, 10) <= 65535;
}

projc_status projc__address_parse(const char *text, projc__address *address, projc_error *error)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    const char *host = text;
    const char *colon = strrchr(text, ':');
    size_t size;
    bool is_sound;

    *address = (projc__address){.host = ""};
    if (colon == NULL || !is_port(colon + 1))
        return refuse(text, error);
    size = (size_t)(colon - text);
    if (size >= 2 && text[0] == '[' && colon[-1] == ']') {
        host++;
        size -= 2;
        is_sound = size > 0 && strspn(host, "0123456789abcdefABCDEF:.") == size;
    } else {
        is_sound = strspn(host, letters) == size;
    }
    if (!is_sound || size >= sizeof address->host)
        return refuse(text, error);
    memcpy(address->host, host, size);
    snprintf(address->port, sizeof address->port, "%s", colon + 1);
    return PROJC_OK;
}

static projc_status open_one(const struct addrinfo *found, int *listener)
{
    int yes = 1;
    int made = socket(found->ai_family, SOCK_STREAM, 0);

    *listener = -1;
    if (made < 0)
        return PROJC_IO;
    if (setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        fcntl(made, F_SETFD, FD_CLOEXEC) != 0 || fcntl(made, F_SETFL, O_NONBLOCK) != 0 ||
        bind(made, found->ai_addr, found->ai_addrlen) != 0 || listen(made, BACKLOG) != 0) {
        int why = errno;

        (void)close(made);
        errno = why;
        return PROJC_IO;
    }
    *listener = made;
    return PROJC_OK;
}

static void describe(int listener, const projc__address *address, char url[PROJC__URL_MAX])
{
    struct sockaddr_storage bound = {0};
    socklen_t size = sizeof bound;
    char port[PROJC__PORT_MAX];
    bool is_literal = strchr(address->host, ':') != NULL;

    snprintf(port, sizeof port, "%s", address->port);
    if (getsockname(listener, (struct sockaddr *)&bound, &size) == 0)
        (void)getnameinfo((struct sockaddr *)&bound, size, NULL, 0, port, sizeof port,
                          NI_NUMERICSERV);
    snprintf(url, PROJC__URL_MAX, "http://%s%s%s:%s/", is_literal ? "[" : "",
             address->host[0] == '\0' ? "*" : address->host, is_literal ? "]" : "", port);
}

projc_status projc__address_listen(const projc__address *address, int *listener,
                                   char url[PROJC__URL_MAX], projc_error *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    const char *host = address->host[0] == '\0' ? NULL : address->host;
    projc_status status = PROJC_IO;
    int result = getaddrinfo(host, address->port, &hints, &found);

    *listener = -1;
    if (result != 0)
        return projc_error_set(error, PROJC_IO, "LISTEN_ADDR: cannot serve HTTP at %s: %s",
                               address->host, gai_strerror(result));
    errno = 0;
    for (const struct addrinfo *one = found; one != NULL && status != PROJC_OK; one = one->ai_next)
        status = open_one(one, listener);
    freeaddrinfo(found);
    if (status != PROJC_OK)
        return projc_error_set(error, status, "LISTEN_ADDR: cannot serve HTTP at %s:%s: %s%s",
                               address->host, address->port, strerror(errno),
                               errno == EADDRINUSE ? "; give another port, or stop what has it"
                                                   : "");
    describe(*listener, address, url);
    return PROJC_OK;
}
