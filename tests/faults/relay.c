/* The relay: TCP on the loopback interface in front of a server's unix socket.
 *
 * DESIGN. One thread polls all connections; a fault is begun and ended by the slot's thread, under
 * the lock, which the relay's thread holds except while it polls. Each direction has a buffer;
 * while there is something in it, nothing more is read. A half-open direction is read and thrown
 * away, and no end of a connection is passed on: so it looks when the machine at the other end is
 * gone. */
#define _GNU_SOURCE /* accept4, memmem */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "faults.h"

enum { CONNECTIONS_MAX = 128, BUFFER_SIZE = 16384, TARGET_ALL_OF = 5, STARTUP_BYTES_MAX = 1024 };
enum { NOT_COUNTING = -1 };

/* From one end to the other: ends[0] is the service's, ends[1] the server's. */
typedef struct relay_flow {
    char data[BUFFER_SIZE];
    size_t size, sent;
    int64_t left;      /* bytes until the fault strikes; NOT_COUNTING */
    fault_kind strike; /* cut or half_open */
    bool is_swallowed;
} relay_flow;

typedef struct relay_link {
    int ends[2];
    relay_flow flows[2]; /* flows[i] is what ends[i] sends */
    bool is_meant;       /* by the fault that lasts */
    /* The first that the service sent: who it says it is stands there. */
    char startup[STARTUP_BYTES_MAX];
    size_t startup_size;
} relay_link;

struct fault_relay {
    int listener;
    int port;
    int wake[2]; /* a pipe: something has changed */
    struct sockaddr_un target;
    pthread_t thread;
    pthread_mutex_t lock;
    relay_link *links[CONNECTIONS_MAX];
    int count;
    bool is_refusing;
    bool is_delaying;
    bool is_ending;
    unsigned changes; /* by the slot's thread */
};

/* With a reset, not an orderly end. */
static void close_hard(int end)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};

    (void)setsockopt(end, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    (void)close(end);
}

static void drop(fault_relay *self, int index)
{
    relay_link *link = self->links[index];

    close_hard(link->ends[0]);
    (void)close(link->ends[1]); /* a unix socket knows no reset */
    free(link);
    self->links[index] = self->links[--self->count];
}

/* ---- new connections ---- */

static int reach_target(const fault_relay *self)
{
    const struct sockaddr *address = (const struct sockaddr *)&self->target;
    int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (end >= 0 && connect(end, address, sizeof self->target) != 0) {
        (void)close(end);
        return -1;
    }
    return end;
}

static void take_in(fault_relay *self)
{
    int one = 1;
    int client = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (client < 0)
        return;
    int server = self->is_refusing || self->count == CONNECTIONS_MAX ? -1 : reach_target(self);
    relay_link *link = server < 0 ? NULL : calloc(1, sizeof *link);
    if (link == NULL) {
        close_hard(client);
        if (server >= 0)
            (void)close(server);
        return;
    }
    (void)setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)fcntl(server, F_SETFL, O_NONBLOCK);
    link->ends[0] = client;
    link->ends[1] = server;
    link->flows[0].left = link->flows[1].left = NOT_COUNTING;
    self->links[self->count++] = link;
}

/* ---- bytes ---- */

/* The count of a fault runs down with the bytes that are passed on. False: cut here. */
static bool count_down(relay_flow *flow, size_t *size)
{
    if (flow->left == NOT_COUNTING)
        return true;
    if ((int64_t)*size < flow->left) {
        flow->left -= (int64_t)*size;
        return true;
    }
    *size = (size_t)flow->left;
    if (flow->strike == FAULT_cut)
        return false;
    flow->left = NOT_COUNTING;
    flow->is_swallowed = true;
    return true;
}

static bool push(relay_flow *flow, int end)
{
    while (flow->sent < flow->size) {
        ssize_t sent = send(end, flow->data + flow->sent, flow->size - flow->sent, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        flow->sent += (size_t)sent;
    }
    flow->size = flow->sent = 0;
    return true;
}

static void note_startup(relay_link *link, const char *data, size_t size)
{
    size_t room = sizeof link->startup - link->startup_size;

    memcpy(link->startup + link->startup_size, data, size < room ? size : room);
    link->startup_size += size < room ? size : room;
}

/* Reads what one end has sent and passes it on. False: the connection is over. */
static bool move(relay_link *link, int from)
{
    relay_flow *flow = &link->flows[from];
    if (flow->size != 0)
        return true; /* a hang-up; what it has sent before comes first */
    ssize_t got = recv(link->ends[from], flow->data, sizeof flow->data, 0);

    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (got == 0)
        return false;
    if (from == 0)
        note_startup(link, flow->data, (size_t)got);
    if (flow->is_swallowed)
        return true;
    size_t size = (size_t)got;
    bool goes_on = count_down(flow, &size);
    flow->size = size;
    return push(flow, link->ends[1 - from]) && goes_on;
}

static bool is_half_open(const relay_link *link)
{
    return link->flows[0].is_swallowed || link->flows[1].is_swallowed;
}

static short wanted(const fault_relay *self, const relay_link *link, int end)
{
    short events = 0;

    if (self->is_delaying)
        return 0;
    if (link->flows[end].size == 0 && link->ends[end] >= 0)
        events |= POLLIN;
    if (link->flows[1 - end].size != 0)
        events |= POLLOUT;
    return events;
}

/* False: the connection is over. Of a half-open one the other end learns nothing. */
static bool serve(relay_link *link, const struct pollfd *items)
{
    for (int i = 0; i < 2; i++) {
        bool is_well = true;

        if ((items[i].revents & POLLOUT) != 0)
            is_well = push(&link->flows[1 - i], link->ends[i]);
        if ((items[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            is_well = is_well && move(link, i);
        if (!is_well && !is_half_open(link))
            return false;
        if (!is_well) {
            (void)close(link->ends[i]);
            link->ends[i] = -1;
        }
    }
    return link->ends[0] >= 0 || link->ends[1] >= 0;
}

static void turn(fault_relay *self)
{
    struct pollfd items[2 + 2 * CONNECTIONS_MAX];
    relay_link *links[CONNECTIONS_MAX];
    int count = self->count;
    unsigned changes = self->changes;
    char byte;

    items[0] = (struct pollfd){.fd = self->listener, .events = self->is_delaying ? 0 : POLLIN};
    items[1] = (struct pollfd){.fd = self->wake[0], .events = POLLIN};
    for (int i = 0; i < count; i++) {
        links[i] = self->links[i];
        for (int end = 0; end < 2; end++) {
            short events = wanted(self, links[i], end);
            /* A negative descriptor is passed over: hang-ups too must wait. */
            items[2 + 2 * i + end] =
                (struct pollfd){.fd = events != 0 ? links[i]->ends[end] : -1, .events = events};
        }
    }
    pthread_mutex_unlock(&self->lock);
    (void)poll(items, 2 + 2 * (nfds_t)count, -1);
    pthread_mutex_lock(&self->lock);
    if ((items[1].revents & POLLIN) != 0) {
        while (read(self->wake[0], &byte, 1) == 1)
            continue;
    }
    if (self->changes != changes)
        return; /* the links may be others by now */
    for (int i = count - 1; i >= 0; i--)
        if (!serve(links[i], &items[2 + 2 * i]))
            drop(self, i);
    if ((items[0].revents & POLLIN) != 0)
        take_in(self);
}

static void *run(void *argument)
{
    fault_relay *self = argument;

    pthread_mutex_lock(&self->lock);
    while (!self->is_ending)
        turn(self);
    pthread_mutex_unlock(&self->lock);
    return NULL;
}

/* ---- faults ---- */

static void wake(fault_relay *self)
{
    self->changes++;
    (void)!write(self->wake[1], "", 1);
}

static void arm(relay_link *link, const fault_event *fault)
{
    link->is_meant = fault->kind != FAULT_vanish; /* that has no end */
    for (int i = 0; i < 2; i++) {
        if (fault->direction != 2 && fault->direction != i)
            continue;
        link->flows[i].left = fault->bytes;
        link->flows[i].strike = fault->kind;
    }
}

static void drop_all(fault_relay *self, bool only_meant)
{
    for (int i = self->count - 1; i >= 0; i--)
        if (!only_meant || self->links[i]->is_meant)
            drop(self, i);
}

void relay_begin(fault_relay *self, const fault_event *fault)
{
    pthread_mutex_lock(&self->lock);
    switch (fault->kind) {
    case FAULT_cut:
    case FAULT_half_open:
    case FAULT_vanish:
        for (int i = 0; i < self->count; i++)
            if (fault->target % TARGET_ALL_OF == 0 || i == fault->target % self->count)
                arm(self->links[i], fault);
        break;
    case FAULT_delay:
        self->is_delaying = true;
        break;
    case FAULT_refuse:
        self->is_refusing = true;
        drop_all(self, false);
        break;
    default:
        break;
    }
    wake(self);
    pthread_mutex_unlock(&self->lock);
}

/* What was half-open, or was not struck because nothing came, is cut now. */
void relay_end(fault_relay *self, const fault_event *fault)
{
    pthread_mutex_lock(&self->lock);
    switch (fault->kind) {
    case FAULT_cut:
    case FAULT_half_open:
        drop_all(self, true);
        break;
    case FAULT_delay:
        self->is_delaying = false;
        break;
    case FAULT_refuse:
        self->is_refusing = false;
        break;
    default:
        break;
    }
    wake(self);
    pthread_mutex_unlock(&self->lock);
}

int relay_hush(fault_relay *self, const char *application)
{
    int count = 0;

    pthread_mutex_lock(&self->lock);
    for (int i = 0; i < self->count; i++) {
        relay_link *link = self->links[i];
        if (memmem(link->startup, link->startup_size, application, strlen(application)) == NULL)
            continue;
        link->flows[0].is_swallowed = link->flows[1].is_swallowed = true;
        count++;
    }
    wake(self);
    pthread_mutex_unlock(&self->lock);
    return count;
}

void relay_reset(fault_relay *self)
{
    pthread_mutex_lock(&self->lock);
    drop_all(self, false);
    self->is_delaying = self->is_refusing = false;
    wake(self);
    pthread_mutex_unlock(&self->lock);
}

/* ---- life ---- */

static bool listen_on_loopback(fault_relay *self)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (self->listener < 0 || bind(self->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(self->listener, 64) != 0 ||
        getsockname(self->listener, (struct sockaddr *)&address, &size) != 0)
        return false;
    self->port = ntohs(address.sin_port);
    return true;
}

fault_relay *relay_new(const char *target_socket)
{
    fault_relay *self = calloc(1, sizeof *self);

    if (self == NULL || strlen(target_socket) >= sizeof self->target.sun_path) {
        free(self);
        return NULL;
    }
    self->target.sun_family = AF_UNIX;
    memcpy(self->target.sun_path, target_socket, strlen(target_socket) + 1);
    if (pthread_mutex_init(&self->lock, NULL) != 0 || !listen_on_loopback(self) ||
        pipe(self->wake) != 0 || fcntl(self->wake[0], F_SETFL, O_NONBLOCK) != 0 ||
        pthread_create(&self->thread, NULL, run, self) != 0) {
        fprintf(stderr, "suite: the relay cannot start: %s\n", strerror(errno));
        free(self);
        return NULL;
    }
    return self;
}

void relay_free(fault_relay *self)
{
    pthread_mutex_lock(&self->lock);
    self->is_ending = true;
    wake(self);
    pthread_mutex_unlock(&self->lock);
    (void)pthread_join(self->thread, NULL);
    drop_all(self, false);
    (void)close(self->listener);
    (void)close(self->wake[0]);
    (void)close(self->wake[1]);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

int relay_port(const fault_relay *self)
{
    return self->port;
}
