/* What systemd would hear: binds a datagram socket and prints each datagram as a line, with blanks
 * for its line ends, until it is killed.
 *
 *     listen_notify PATH|@NAME */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = argc == 2 ? strlen(argv[1]) : 0;
    int from = socket(AF_UNIX, SOCK_DGRAM, 0);
    char text[1024];

    if (size < 2 || size >= sizeof address.sun_path || from < 0)
        return 2;
    memcpy(address.sun_path, argv[1], size);
    if (argv[1][0] == '@')
        address.sun_path[0] = '\0';
    if (bind(from, (struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)) != 0)
        return 1;
    puts("listening");
    fflush(stdout);
    for (;;) {
        ssize_t got = recv(from, text, sizeof text - 1, 0);

        if (got < 0)
            return 1;
        text[got] = '\0';
        for (char *at = text; *at != '\0'; at++)
            if (*at == '\n')
                *at = ' ';
        puts(text);
        fflush(stdout);
    }
}
