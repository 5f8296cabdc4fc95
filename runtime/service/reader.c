/* The reader threads: pages of the logs, ahead of the workers that are behind. */
#include "service/runtime_private.h"

static void *read_ahead(projc_runtime *runtime, bool is_helper)
{
    projc__workspace *workspace = NULL;
    projc_error error = {0};
    projc_status status = projc__workspace_new(&runtime->engine, &workspace, &error);

    while (status != PROJC_CANCELLED && workspace != NULL) {
        status = projc__pages_read(runtime->engine.pages, workspace, is_helper, &error);
        /* The workers read for themselves then, and tell what is wrong if they meet it too. */
        if (status != PROJC_OK && status != PROJC_CANCELLED)
            projc__log(runtime->engine.log, PROJC_LOG_DEBUG, "cannot read ahead",
                       projc__log_name("status", projc_status_name(status)),
                       projc__log_error(&error));
    }
    projc__workspace_free(workspace);
    return NULL;
}

void *projc__reader_main(void *runtime)
{
    return read_ahead(runtime, false);
}

void *projc__reader_helper_main(void *runtime)
{
    return read_ahead(runtime, true);
}
