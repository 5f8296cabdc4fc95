/* A server that falls silent: a relay in front of a server's socket that passes on so many bytes of
 * what it answers, over all connections, and from then on takes everything and says nothing.
 *
 *     silent SOCKET BYTES [DROPPED]
 *
 * Closes the first DROPPED connections at once. Prints the port it listens on, "silent" when it has
 * fallen silent, and for each line on standard input how many bytes have been passed on. Killed, it
 * leaves connections that are reset. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un server = {.sun_family = AF_UNIX};
static atomic_llong left;
static atomic_flag is_told = ATOMIC_FLAG_INIT;

static bool send_all(int to, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(to, data, size, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* How much of it may be passed on. */
static size_t allowed(size_t size)
{
    long long before = atomic_fetch_sub(&left, (long long)size);

    if (before > (long long)size)
        return size;
    if (!atomic_flag_test_and_set(&is_told))
        puts("silent");
    return before > 0 ? (size_t)before : 0;
}

static void *serve(void *argument)
{
    int *ends = argument;
    char data[16384];
    struct pollfd items[2] = {{.fd = ends[0], .events = POLLIN}, {.fd = ends[1], .events = POLLIN}};
    bool goes_on = true;

    while (goes_on && poll(items, 2, -1) > 0) {
        for (int i = 0; i < 2 && goes_on; i++) {
            ssize_t got = items[i].revents != 0 ? recv(ends[i], data, sizeof data, 0) : 0;

            if (items[i].revents == 0)
                continue;
            goes_on = got > 0;
            if (goes_on && i == 1)
                goes_on = send_all(ends[0], data, allowed((size_t)got));
            else if (goes_on && atomic_load(&left) > 0)
                goes_on = send_all(ends[1], data, (size_t)got);
        }
        if (atomic_load(&left) <= 0)
            (void)allowed(0);
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
    free(ends);
    return NULL;
}

static void *answer(void *argument)
{
    char line[16];

    while (fgets(line, sizeof line, stdin) != NULL)
        printf("passed %lld\n", atoll(argument) - atomic_load(&left));
    return NULL;
}

static bool take_in(int listener)
{
    int *ends = calloc(2, sizeof *ends);
    pthread_t thread;

    if (ends == NULL)
        return false;
    ends[0] = accept(listener, NULL, NULL);
    ends[1] = socket(AF_UNIX, SOCK_STREAM, 0);
    return ends[0] >= 0 && ends[1] >= 0 &&
           connect(ends[1], (struct sockaddr *)&server, sizeof server) == 0 &&
           pthread_create(&thread, NULL, serve, ends) == 0 && pthread_detach(thread) == 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    pthread_t thread;

    if (argc < 3 || strlen(argv[1]) >= sizeof server.sun_path)
        return 2;
    memcpy(server.sun_path, argv[1], strlen(argv[1]));
    atomic_store(&left, atoll(argv[2]));
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&thread, NULL, answer, argv[2]) != 0)
        return 1;
    printf("port %d\n", ntohs(address.sin_port));
    for (int dropped = argc > 3 ? atoi(argv[3]) : 0; dropped > 0; dropped--)
        (void)close(accept(listener, NULL, NULL));
    while (take_in(listener))
        continue;
    return 1;
}
