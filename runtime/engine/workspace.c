/* One worker thread's connection and memory. */
#include "engine/workspace.h"

#include <stdlib.h>

#include "engine/projector_private.h"

/* A log may be emptied or restored under a connection that goes on. */
enum { CHECK_AGAIN_US = 10000000 };

static size_t event_arena_limit(const projc__engine *engine)
{
    size_t limit = (size_t)engine->options.event_max_bytes;

    return limit > SIZE_MAX / 8 ? SIZE_MAX : 4 * limit + PROJC__EVENT_ROOM_BYTES;
}

static size_t batch_arena_limit(const projc__engine *engine)
{
    return (size_t)engine->options.batch_bytes + 4 * (size_t)engine->options.state_max_bytes +
           PROJC__EVENT_ROOM_BYTES;
}

projc_status projc__workspace_new(const projc__engine *engine, projc__workspace **workspace,
                                  projc_error *error)
{
    projc__workspace *made = calloc(1, sizeof *made);

    *workspace = NULL;
    if (made == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    made->engine = engine;
    made->lane_arena = projc_arena_new(0);
    made->batch_arena = projc_arena_new(batch_arena_limit(engine));
    made->page_arena = projc_arena_new(0);
    made->replay_arena = projc_arena_new(0);
    made->event_arena = projc_arena_new(event_arena_limit(engine));
    made->walk_arena = projc_arena_new(batch_arena_limit(engine));
    made->row_arena = projc_arena_new(batch_arena_limit(engine));
    if (made->lane_arena == NULL || made->batch_arena == NULL || made->page_arena == NULL ||
        made->replay_arena == NULL || made->event_arena == NULL || made->walk_arena == NULL ||
        made->row_arena == NULL) {
        projc__workspace_free(made);
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    }
    *workspace = made;
    return PROJC_OK;
}

void projc__workspace_look_again(projc__workspace *workspace, bool looks_again)
{
    workspace->looks_again = looks_again;
}

void projc__workspace_free(projc__workspace *workspace)
{
    if (workspace == NULL)
        return;
    if (workspace->store != NULL)
        projc_store_close(workspace->store);
    projc_arena_free(workspace->lane_arena);
    projc_arena_free(workspace->batch_arena);
    projc_arena_free(workspace->page_arena);
    projc_arena_free(workspace->replay_arena);
    projc_arena_free(workspace->event_arena);
    projc_arena_free(workspace->walk_arena);
    projc_arena_free(workspace->row_arena);
    free(workspace->slots);
    free(workspace->event);
    free(workspace->checked);
    free(workspace);
}

void projc__workspace_adopt(projc__workspace *workspace, projc_store *store)
{
    projc_store_close(workspace->store);
    workspace->store = store;
    workspace->is_adopted = true;
    workspace->checked_count = 0;
}

projc_store *projc__workspace_adopted(const projc__workspace *workspace)
{
    return workspace->is_adopted ? workspace->store : NULL;
}

void projc__workspace_be_brief(projc__workspace *workspace)
{
    workspace->is_brief = true;
}

projc_status projc__workspace_store(projc__workspace *workspace, projc_store **store,
                                    projc_error *error)
{
    projc_status status = PROJC_OK;

    *store = NULL;
    if (workspace->store == NULL) {
        const projc_runtime_options *options = &workspace->engine->options;
        projc_store_options store_options = {
            .database = options->database,
            .event_max_bytes = options->event_max_bytes,
            .state_max_bytes = options->state_max_bytes,
            .statement_timeout_ms = options->statement_timeout_ms,
        };

        workspace->checked_count = 0;
        status = projc_store_open(&store_options, &workspace->store, error);
    }
    if (projc__clock_monotonic(workspace->engine->clock) - workspace->checked_at >= CHECK_AGAIN_US)
        workspace->checked_count = 0;
    if (status == PROJC_OK)
        *store = workspace->store;
    return status;
}

void projc__workspace_disconnect(projc__workspace *workspace)
{
    projc_store_close(workspace->store);
    workspace->store = NULL;
    workspace->is_adopted = false;
}

void projc__workspace_failed(projc__workspace *workspace, projc_status status)
{
    if (status != PROJC_CONNECTION || workspace->store == NULL)
        return;
    projc__workspace_disconnect(workspace);
    projc__count(workspace->engine->metrics, PROJC_METRIC_DB_RECONNECTS, NULL, NULL, 1);
    if (workspace->engine->pages != NULL)
        projc__pages_forget(workspace->engine->pages);
}

projc_status projc__workspace_reserve_event(projc__workspace *workspace, size_t size,
                                            projc_error *error)
{
    void *event;

    if (size <= workspace->event_capacity)
        return PROJC_OK;
    event = realloc(workspace->event, size);
    if (event == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    workspace->event = event;
    workspace->event_capacity = size;
    return PROJC_OK;
}

projc__checked *projc__workspace_checked(const projc__workspace *workspace, int64_t generation)
{
    for (size_t i = 0; i < workspace->checked_count; i++)
        if (workspace->checked[i].generation == generation)
            return &workspace->checked[i];
    return NULL;
}

projc_status projc__workspace_set_checked(projc__workspace *workspace, int64_t generation,
                                          projc_error *error)
{
    int64_t now = projc__clock_monotonic(workspace->engine->clock);

    if (workspace->checked_count == workspace->checked_capacity) {
        size_t capacity = workspace->checked_capacity * 2 + 8;
        projc__checked *grown = realloc(workspace->checked, capacity * sizeof *grown);

        if (grown == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
        workspace->checked = grown;
        workspace->checked_capacity = capacity;
    }
    if (workspace->checked_count == 0)
        workspace->checked_at = now;
    workspace->checked[workspace->checked_count++] = (projc__checked){generation, now};
    return PROJC_OK;
}
