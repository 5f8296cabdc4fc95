/* Clients that a server must bear: too much, too slowly, too many, too often. */
#include "http/http_suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A connection to a port of this machine; below 0: none. */
static int connect_to(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((in_port_t)strtol(port, NULL, 10)),
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int made = socket(AF_INET, SOCK_STREAM, 0);

    if (made >= 0 && connect(made, (struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(made);
        return -1;
    }
    return made;
}

/* The first line of what comes within some seconds, "" when nothing does. */
static void read_line(int from, double seconds, char *line, size_t size)
{
    double until = now() + seconds;
    size_t used = 0;

    line[0] = '\0';
    while (used + 1 < size && now() < until) {
        struct pollfd wait = {.fd = from, .events = POLLIN};

        if (poll(&wait, 1, 100) > 0 && recv(from, line + used, 1, 0) != 1)
            break;
        if (wait.revents == 0)
            continue;
        if (line[used] == '\r' || line[used] == '\n')
            break;
        used++;
    }
    line[used] = '\0';
}

int suite_long(int argc, char **argv)
{
    size_t size = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    int to = argc > 1 ? connect_to(argv[0]) : -1;
    char *request = malloc(size + 100);
    char line[200];
    size_t sent = 0;

    if (to < 0 || request == NULL)
        return 2;
    memset(request, 'a', size);
    memcpy(request, "GET /", 5);
    memcpy(request + size, " HTTP/1.1\r\nHost: x\r\n\r\n", 23);
    while (sent < size + 22) {
        ssize_t done = send(to, request + sent, size + 22 - sent, MSG_NOSIGNAL);

        if (done <= 0)
            break; /* it hung up on us, which is its right */
        sent += (size_t)done;
    }
    read_line(to, 30, line, sizeof line);
    printf("%s\n", line[0] == '\0' ? "closed" : line);
    (void)close(to);
    free(request);
    return 0;
}

int suite_drip(int argc, char **argv)
{
    static const char request[] = "GET /healthz HTTP/1.1\r\nHost: example\r\nX-Slow: ";
    int to = argc > 0 ? connect_to(argv[0]) : -1;
    double begun = now();

    if (to < 0)
        return 2;
    for (size_t i = 0; now() - begun < 60; i++) {
        struct pollfd wait = {.fd = to, .events = POLLIN};
        char byte = i < sizeof request - 1 ? request[i] : 'a';

        if (send(to, &byte, 1, MSG_NOSIGNAL) != 1)
            break;
        if (poll(&wait, 1, 200) > 0) /* an answer, or the end */
            break;
    }
    printf("%.0f\n", now() - begun);
    (void)close(to);
    return 0;
}

int suite_crowd(int argc, char **argv)
{
    int count = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
    int *crowd = calloc((size_t)count + 1, sizeof *crowd);
    double begun = now();
    char line[200] = "";

    if (crowd == NULL || count == 0)
        return 2;
    for (int i = 0; i < count; i++)
        crowd[i] = connect_to(argv[0]);
    while (line[0] == '\0' && now() - begun < 60) {
        int asking = connect_to(argv[0]);
        static const char request[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

        if (asking >= 0 && send(asking, request, sizeof request - 1, MSG_NOSIGNAL) > 0)
            read_line(asking, 30, line, sizeof line);
        if (asking >= 0)
            (void)close(asking);
    }
    printf("%s\n", line);
    for (int i = 0; i < count; i++)
        if (crowd[i] >= 0)
            (void)close(crowd[i]);
    free(crowd);
    return 0;
}

int suite_scrape(int argc, char **argv)
{
    char request[300];
    struct timespec pause = {.tv_nsec = 100000000};

    if (argc < 2)
        return 2;
    snprintf(request, sizeof request, "GET %.200s HTTP/1.1\r\nHost: x\r\n\r\n", argv[1]);
    for (;;) {
        char answer[65536];
        int to = connect_to(argv[0]);

        if (to < 0 || send(to, request, strlen(request), MSG_NOSIGNAL) < 0)
            return 1;
        while (recv(to, answer, sizeof answer, 0) > 0)
            continue;
        (void)close(to);
        (void)nanosleep(&pause, NULL);
    }
}
