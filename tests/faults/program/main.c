/* The service of faults.proj: a handler that fails while the file in BROKEN_FILE exists, and takes
 * SLOW_US microseconds. */
#include <projc/projc.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "faults_proj.h"

/* Between what a step has read and its commit there is time for others. */
static void take_time(void)
{
    const char *text = getenv("SLOW_US");
    struct timespec nap = {.tv_nsec = text != NULL ? strtol(text, NULL, 10) * 1000 : 0};

    if (nap.tv_nsec > 0)
        (void)nanosleep(&nap, NULL);
}

int faults_shaky_on_noted(projc_handler *handler, faults_shaky_state *state,
                          const faults_noted *event)
{
    const char *file = getenv("BROKEN_FILE");

    if (file != NULL && access(file, F_OK) == 0) {
        projc_handler_set_error(handler, "the program is broken");
        return 1;
    }
    take_time();
    state->hash = (state->hash * 31 + event->v) % 2147483647;
    state->events += 1;
    return 0;
}

int main(int argc, char **argv)
{
    return projc_main(argc, argv, &faults_module);
}
