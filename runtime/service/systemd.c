/* systemd's notification protocol, by the letter of sd_notify(3); its authors advise against
 * linking a library for it. */
#include "service/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A number of the environment; 0 when it is none. */
static int64_t read_number(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    long long number;

    if (text == NULL || text[0] < '0' || text[0] > '9')
        return 0;
    errno = 0;
    number = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : 0;
}

void projc__systemd_open(projc__systemd *systemd)
{
    const char *path = getenv("NOTIFY_SOCKET");
    size_t size = path != NULL ? strlen(path) : 0;
    int64_t pid = read_number("WATCHDOG_PID");

    *systemd = (projc__systemd){.socket = -1, .address = {.sun_family = AF_UNIX}};
    if (size < 2 || size >= sizeof systemd->address.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(systemd->address.sun_path, path, size);
    if (path[0] == '@')
        systemd->address.sun_path[0] = '\0';
    systemd->address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    systemd->socket = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (systemd->socket < 0)
        return;
    (void)fcntl(systemd->socket, F_SETFD, FD_CLOEXEC);
    /* A listener that does not read must not stop the service. */
    (void)fcntl(systemd->socket, F_SETFL, O_NONBLOCK);
    if (getenv("WATCHDOG_PID") == NULL || pid == (int64_t)getpid())
        systemd->watchdog_us = read_number("WATCHDOG_USEC");
}

void projc__systemd_close(projc__systemd *systemd)
{
    if (systemd->socket >= 0)
        (void)close(systemd->socket);
    systemd->socket = -1;
}

void projc__systemd_send(const projc__systemd *systemd, const char *lines)
{
    const struct sockaddr *address = (const struct sockaddr *)&systemd->address;

    if (systemd->socket >= 0)
        (void)sendto(systemd->socket, lines, strlen(lines), MSG_NOSIGNAL, address,
                     systemd->address_size);
}

void projc__systemd_send_reloading(const projc__systemd *systemd)
{
    struct timespec now;
    char lines[80];

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(lines, sizeof lines, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    projc__systemd_send(systemd, lines);
}
