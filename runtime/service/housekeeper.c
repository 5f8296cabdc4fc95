/* The housekeeper thread: keeps the tables of the projections from growing with rows that are dead.
 */
#include <stdlib.h>

#include "service/room.h"
#include "service/runtime_private.h"

/* How often it is looked at what this process has written; and, for what others do, at what the
 * database says. */
enum { BEAT_US = 100000, LOOK_US = 1000000 };

typedef struct housekeeper {
    projc_runtime *runtime;
    projc_store *store;
    const projc_table *const *tables;
    projc__room *rooms; /* by table */
    projc__row_census *census;
    size_t count;
} housekeeper;

static int64_t written_to(const housekeeper *self, size_t index)
{
    return projc__turnover_rows(self->runtime->engine.turnover, index);
}

static bool is_due(const housekeeper *self, size_t index)
{
    const projc_runtime *runtime = self->runtime;

    return projc__room_is_due(&self->rooms[index], written_to(self, index),
                              __atomic_load_n(&runtime->process_count, __ATOMIC_RELAXED),
                              projc__clock_monotonic(runtime->engine.clock));
}

static bool is_any_due(const housekeeper *self)
{
    bool is_any = false;

    for (size_t i = 0; i < self->count && !is_any; i++)
        is_any = is_due(self, i);
    return is_any;
}

static void tell(const housekeeper *self, const projc_error *error)
{
    projc__log(self->runtime->engine.log, PROJC_LOG_DEBUG, "no room was made in tables",
               projc__log_error(error));
}

/* What the database refuses is like a vacuum that was not done: the others have their turns. */
static projc_status make_room(housekeeper *self, size_t index, projc_error *error)
{
    const projc_runtime *runtime = self->runtime;
    const struct projc__clock *clock = runtime->engine.clock;
    uint32_t processes = __atomic_load_n(&runtime->process_count, __ATOMIC_RELAXED);
    int64_t written = written_to(self, index);
    int64_t begun = projc__clock_monotonic(clock);
    projc__row_census census = self->rooms[index].census;
    projc_status status = projc__store_make_room(self->store, self->tables[index], error);

    if (status == PROJC_OK) {
        status = projc__store_survey_rows(self->store, &self->tables[index], 1, &census, error);
    } else if (status != PROJC_CONNECTION) {
        tell(self, error);
        projc_error_clear(error);
        status = PROJC_OK;
    }
    if (status == PROJC_OK)
        projc__room_note_vacuum(&self->rooms[index], &census, written, processes, begun,
                                projc__clock_monotonic(clock));
    return status;
}

static projc_status look(housekeeper *self, projc_error *error)
{
    projc_runtime *runtime = self->runtime;
    projc_store_options options = {.database = runtime->database,
                                   .application_name = "projc housekeeper",
                                   .statement_timeout_ms =
                                       runtime->engine.options.statement_timeout_ms};
    projc_status status = PROJC_OK;

    if (self->store == NULL)
        status = projc_store_open(&options, &self->store, error);
    if (status == PROJC_OK)
        status =
            projc__store_survey_rows(self->store, self->tables, self->count, self->census, error);
    for (size_t i = 0; i < self->count && status == PROJC_OK; i++)
        projc__room_note(&self->rooms[i], &self->census[i], written_to(self, i));
    for (size_t i = 0; i < self->count && status == PROJC_OK; i++)
        if (!projc__runtime_is_stopping(runtime) && is_due(self, i))
            status = make_room(self, i, error);
    return status;
}

static void keep_house(housekeeper *self)
{
    projc_runtime *runtime = self->runtime;
    int64_t look_at = 0;
    uint32_t attempts = 0;

    while (!projc__runtime_is_stopping(runtime)) {
        projc_error error = {0};

        if (projc__clock_monotonic(runtime->engine.clock) < look_at && !is_any_due(self)) {
            projc__runtime_sleep(runtime, BEAT_US);
            continue;
        }
        if (look(self, &error) == PROJC_OK) {
            attempts = 0;
            look_at = projc__clock_monotonic(runtime->engine.clock) + LOOK_US;
        } else {
            tell(self, &error);
            projc_store_close(self->store);
            self->store = NULL;
            projc__runtime_sleep(runtime,
                                 LOOK_US + projc__runtime_back_off_us(runtime, ++attempts));
        }
    }
}

projc__turnover *projc__housekeeper_count(const projc_runtime *runtime)
{
    const projc_projection_type **types = calloc(runtime->registered_count + 1u, sizeof *types);
    projc__turnover *turnover = NULL;

    for (uint32_t i = 0; types != NULL && i < runtime->registered_count; i++)
        types[i] = &runtime->registered[i].module->projections[runtime->registered[i].projection];
    if (types != NULL)
        turnover = projc__turnover_new(types, runtime->registered_count);
    free(types);
    return turnover;
}

void *projc__housekeeper_main(void *argument)
{
    housekeeper self = {.runtime = argument};

    self.tables = projc__turnover_tables(self.runtime->engine.turnover, &self.count);
    self.rooms = calloc(self.count + 1, sizeof *self.rooms);
    self.census = calloc(self.count + 1, sizeof *self.census);
    if (self.rooms != NULL && self.census != NULL && self.count > 0)
        keep_house(&self);
    projc_store_close(self.store);
    free(self.rooms);
    free(self.census);
    return NULL;
}
