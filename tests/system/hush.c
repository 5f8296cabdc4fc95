/* A relay in front of a server that silences one kind of connection alone.
 *
 *     hush SOCKET APPLICATION
 *
 * Prints the port it listens on. For each line on standard input it silences for good the
 * connections there are that say they are APPLICATION, and prints how many they were. Ends with
 * its input. */
#include <stdio.h>

#include "tests/faults/faults.h"

int main(int argc, char **argv)
{
    char line[16];
    fault_relay *relay = argc == 3 ? relay_new(argv[1]) : NULL;

    if (relay == NULL)
        return 2;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    printf("port %d\n", relay_port(relay));
    while (fgets(line, sizeof line, stdin) != NULL)
        printf("silent %d\n", relay_hush(relay, argv[2]));
    relay_free(relay);
    return 0;
}
