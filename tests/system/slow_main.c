/* The service of slow.proj: a handler that sleeps, and one that fails while the file in BROKEN_FILE
 * exists. */
#include <projc/projc.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "slow_proj.h"

static int is_broken(projc_handler *handler)
{
    const char *file = getenv("BROKEN_FILE");

    if (file == NULL || access(file, F_OK) != 0)
        return 0;
    projc_handler_set_error(handler, "the file is still there");
    return 1;
}

int slow_sums_on_broken(projc_handler *handler, slow_sums_state *state, const slow_broken *event)
{
    (void)event;
    if (is_broken(handler))
        return 1;
    state->events += 1;
    return 0;
}

int slow_whole_on_broken(projc_handler *handler, slow_whole_state *state, const slow_broken *event)
{
    (void)event;
    if (is_broken(handler))
        return 1;
    state->events += 1;
    return 0;
}

int slow_sums_on_slow(projc_handler *handler, slow_sums_state *state, const slow_slow *event)
{
    struct timespec nap = {.tv_sec = event->ms / 1000,
                           .tv_nsec = (long)(event->ms % 1000) * 1000000};

    (void)handler;
    (void)nanosleep(&nap, NULL);
    state->events += 1;
    return 0;
}

int main(int argc, char **argv)
{
    return projc_main(argc, argv, &slow_module);
}
