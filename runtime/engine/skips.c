/* Recorded skips ahead of a position: events that a replay must pass over again for their keys. */
#include "engine/skips.h"

#include "projc/handler.h"

enum { WINDOW_ROWS = 4096, WINDOW_ROWS_MAX = 1 << 20 };

void projc__skips_begin(projc__skips *skips, projc_store *store, projc_arena *arena,
                        int64_t generation, int64_t above)
{
    *skips =
        (projc__skips){.store = store, .arena = arena, .generation = generation, .known_to = above};
}

/* Reads on from known_to. The last number of a full window may go on in the next one, so it is read
 * again there; a window that holds one number only is read again larger. */
static projc_status read_window(projc__skips *skips, projc_error *error)
{
    projc__skipped_row *rows = NULL;
    size_t count = 0;
    size_t limit = WINDOW_ROWS;
    projc__skip_window *window;
    projc_status status;

    for (;;) {
        status = projc__store_load_skipped(skips->store, skips->generation, skips->known_to, limit,
                                           skips->arena, &rows, &count, error);
        /* What is full is the batch's memory: no event is to blame. */
        if (status == PROJC_LIMIT)
            return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for skips");
        if (status != PROJC_OK)
            return status;
        if (count < limit) {
            skips->known_to = INT64_MAX;
            break;
        }
        if (rows[0].no != rows[count - 1].no) {
            skips->known_to = rows[count - 1].no - 1;
            while (rows[count - 1].no > skips->known_to)
                count--;
            break;
        }
        if (limit >= WINDOW_ROWS_MAX)
            return projc_error_set(error, PROJC_CORRUPT,
                                   "projc_skipped has %zu rows for event %lld", count,
                                   (long long)rows[0].no);
        limit *= 16;
    }
    if (count == 0)
        return PROJC_OK;
    window = projc_arena_alloc(skips->arena, sizeof *window);
    if (window == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for recorded skips");
    window->rows = rows;
    window->count = count;
    if (skips->first == NULL)
        skips->first = window;
    else
        skips->last->next = window;
    skips->last = window;
    return PROJC_OK;
}

/* The place of the first row of this number or a higher one. */
static size_t find_row(const projc__skip_window *window, int64_t no)
{
    size_t low = 0;
    size_t high = window->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (window->rows[middle].no < no)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool window_has(const projc__skip_window *window, projc_bytes key, int64_t no)
{
    for (size_t i = find_row(window, no); i < window->count && window->rows[i].no == no; i++)
        if (projc_bytes_compare(window->rows[i].key, key) == 0)
            return true;
    return false;
}

/* The window that the number belongs to, read when it is not known yet; NULL: it lies behind all
 * recorded ones. */
static projc_status find_window(projc__skips *skips, int64_t no, const projc__skip_window **window,
                                projc_error *error)
{
    while (no > skips->known_to) {
        projc_status status = read_window(skips, error);

        if (status != PROJC_OK)
            return status;
    }
    *window = skips->first;
    while (*window != NULL && (*window)->rows[(*window)->count - 1].no < no)
        *window = (*window)->next;
    return PROJC_OK;
}

projc_status projc__skips_has_event(projc__skips *skips, int64_t no, bool *answer,
                                    projc_error *error)
{
    const projc__skip_window *window = NULL;
    projc_status status = find_window(skips, no, &window, error);

    *answer = false;
    if (status == PROJC_OK && window != NULL)
        *answer = window->rows[find_row(window, no)].no == no;
    return status;
}

projc_status projc__skips_has(projc__skips *skips, projc_bytes key, int64_t no, bool *answer,
                              projc_error *error)
{
    const projc__skip_window *window = NULL;
    projc_status status = find_window(skips, no, &window, error);

    *answer = false;
    if (status == PROJC_OK && window != NULL)
        *answer = window_has(window, key, no);
    return status;
}
