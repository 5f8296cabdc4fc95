/* The relay: one thread, one connection, unix sockets. */
#include "proxy.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address_of(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", folder);
    return address;
}

static bool send_all(int target, const char *data, size_t size)
{
    while (size != 0) {
        ssize_t sent = send(target, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* Reads the server's answer to its end, so that what was sent has been carried out. An answer ends
 * with ReadyForQuery: Z, its length 5, a letter. */
static void drain_answer(int server)
{
    char tail[6] = {0};
    char data[4096];
    ssize_t size;

    while ((size = recv(server, data, sizeof data, 0)) > 0) {
        for (ssize_t i = 0; i < size; i++) {
            memmove(tail, tail + 1, sizeof tail - 1);
            tail[5] = data[i];
        }
        if (memcmp(tail, "Z\0\0\0\5", 5) == 0)
            return;
    }
}

static void relay(proxy *self, int client, int server)
{
    struct pollfd items[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    char data[65536];

    while (poll(items, 2, -1) > 0) {
        for (int i = 0; i < 2; i++) {
            if (items[i].revents == 0)
                continue;
            int cut = atomic_load(&self->cut);
            if (i == 0 && cut == PROXY_BEFORE_SERVER)
                return;
            ssize_t size = recv(items[i].fd, data, sizeof data, 0);
            if (size <= 0 || !send_all(items[1 - i].fd, data, (size_t)size))
                return;
            if (i == 0 && (cut == PROXY_AFTER_SERVER || cut == PROXY_SILENT)) {
                drain_answer(server);
                if (cut == PROXY_SILENT)
                    while (recv(client, data, sizeof data, 0) > 0)
                        continue;
                return;
            }
        }
    }
}

static void *run(void *argument)
{
    proxy *self = argument;
    struct sockaddr_un target = address_of(self->target);
    int client;

    while ((client = accept(self->listener, NULL, NULL)) >= 0) {
        int server = socket(AF_UNIX, SOCK_STREAM, 0);
        if (server >= 0 && connect(server, (struct sockaddr *)&target, sizeof target) == 0)
            relay(self, client, server);
        close(client);
        close(server);
    }
    return NULL;
}

bool proxy_start(proxy *self, const char *target_folder)
{
    memset(self, 0, sizeof *self);
    snprintf(self->folder, sizeof self->folder, "/tmp/projc-proxy.XXXXXX");
    snprintf(self->target, sizeof self->target, "%s", target_folder);
    if (mkdtemp(self->folder) == NULL)
        return false;
    struct sockaddr_un address = address_of(self->folder);
    self->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    return self->listener >= 0 &&
           bind(self->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
           listen(self->listener, 4) == 0 && pthread_create(&self->thread, NULL, run, self) == 0;
}

/* The client has closed its connection before. */
void proxy_stop(proxy *self)
{
    shutdown(self->listener, SHUT_RDWR);
    pthread_join(self->thread, NULL);
    close(self->listener);
    unlink(address_of(self->folder).sun_path);
    rmdir(self->folder);
}
