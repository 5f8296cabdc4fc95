/* A mutant: who gets no reply to a COMMIT believes that it was done, and remembers where its lanes
 * stand instead of asking. Linked with --wrap for the two functions. */
#include <pthread.h>
#include <string.h>

#include "store/postgres/driver.h"

enum { BELIEVED_MAX = 256 };

typedef struct belief {
    int64_t generation;
    projc__claim claim;
} belief;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static belief believed[BELIEVED_MAX];
static size_t count;

projc_status __real_projc__postgres_commit(projc_store *store, const projc__unit *unit,
                                           projc_error *error);
projc_status __wrap_projc__postgres_commit(projc_store *store, const projc__unit *unit,
                                           projc_error *error);
projc_status __real_projc__postgres_load_lanes(projc_store *store, int64_t generation,
                                               projc_arena *arena, projc__lane **lanes,
                                               size_t *lane_count, projc_error *error);
projc_status __wrap_projc__postgres_load_lanes(projc_store *store, int64_t generation,
                                               projc_arena *arena, projc__lane **lanes,
                                               size_t *lane_count, projc_error *error);

projc_status __wrap_projc__postgres_commit(projc_store *store, const projc__unit *unit,
                                           projc_error *error)
{
    projc_status status = __real_projc__postgres_commit(store, unit, error);

    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < unit->claim_count && status == PROJC_CONNECTION; i++)
        if (count < BELIEVED_MAX)
            believed[count++] = (belief){unit->generation, unit->claims[i]};
    pthread_mutex_unlock(&lock);
    return status;
}

projc_status __wrap_projc__postgres_load_lanes(projc_store *store, int64_t generation,
                                               projc_arena *arena, projc__lane **lanes,
                                               size_t *lane_count, projc_error *error)
{
    projc_status status =
        __real_projc__postgres_load_lanes(store, generation, arena, lanes, lane_count, error);

    pthread_mutex_lock(&lock);
    for (size_t i = 0; status == PROJC_OK && i < count; i++) {
        const projc__claim *claim = &believed[i].claim;

        for (size_t j = 0; j < *lane_count && believed[i].generation == generation; j++) {
            projc__lane *lane = &(*lanes)[j];

            if (lane->lane == claim->lane && lane->position < claim->new_position) {
                lane->position = claim->new_position;
                lane->last_event_id = claim->last_event_id;
            }
        }
    }
    pthread_mutex_unlock(&lock);
    return status;
}
