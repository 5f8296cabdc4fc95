/* The service of seed.proj, with the C function behind `on Flaky extern`. */
#include <projc/projc.h>
#include <stdlib.h>
#include <unistd.h>

#include "seed_proj.h"

int seed_retries_on_flaky(projc_handler *handler, seed_retries_state *state,
                          const seed_flaky *event)
{
    const char *file = getenv("FLAKY_FILE");

    (void)event;
    if (file != NULL && access(file, F_OK) == 0) {
        projc_handler_set_error(handler, "the file is still there");
        return 1;
    }
    state->total += 100;
    return 0;
}

int main(int argc, char **argv)
{
    return projc_main(argc, argv, &seed_module);
}
