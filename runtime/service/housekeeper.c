/* The housekeeper thread: keeps the tables of the projections from growing with rows that are dead.
 */
#include <stdlib.h>

#include "service/runtime_private.h"

/* Between two looks. Where tidying does not help, because some long transaction still sees the dead
 * rows, it is tried less often. */
enum { LOOK_LOW_US = 1000000, LOOK_HIGH_US = 60000000 };

typedef struct housekeeper {
    projc_runtime *runtime;
    projc_store *store;
    const projc_table **tables;
    size_t count;
} housekeeper;

static bool list_tables(housekeeper *self)
{
    projc_runtime *runtime = self->runtime;
    size_t most = 0;

    for (uint32_t i = 0; i < runtime->registered_count; i++)
        most += 1u + projc__projector_type(runtime->registered[i].projector)->table_count;
    self->tables = malloc((most + 1u) * sizeof *self->tables);
    if (self->tables == NULL)
        return false;
    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        const projc_projection_type *type = projc__projector_type(runtime->registered[i].projector);
        self->tables[self->count++] = type->table;
        for (uint32_t j = 0; j < type->table_count; j++)
            self->tables[self->count++] = type->tables[j].table;
    }
    return self->count > 0;
}

/* One look; how long until the next. */
static int64_t look(housekeeper *self, int64_t pause_us)
{
    projc_runtime *runtime = self->runtime;
    projc_store_options options = {.database = runtime->database,
                                   .application_name = "projc housekeeper",
                                   .statement_timeout_ms =
                                       runtime->engine.options.statement_timeout_ms};
    projc_error error = {0};
    projc_status status = PROJC_OK;
    size_t tidied = 0;

    if (self->store == NULL)
        status = projc_store_open(&options, &self->store, &error);
    if (status == PROJC_OK)
        status = projc__store_tidy(self->store, self->tables, self->count, &tidied, &error);
    if (status != PROJC_OK) {
        projc__log(runtime->engine.log, PROJC_LOG_DEBUG, "tables were not tidied",
                   projc__log_error(&error));
        projc_store_close(self->store);
        self->store = NULL;
        tidied = 1;
    }
    if (tidied == 0)
        return LOOK_LOW_US;
    return pause_us > LOOK_HIGH_US / 2 ? LOOK_HIGH_US : pause_us * 2;
}

void *projc__housekeeper_main(void *argument)
{
    housekeeper self = {.runtime = argument};
    int64_t pause_us = LOOK_LOW_US;

    if (list_tables(&self)) {
        while (!projc__runtime_is_stopping(self.runtime)) {
            pause_us = look(&self, pause_us);
            projc__runtime_sleep(self.runtime, pause_us);
        }
        projc_store_close(self.store);
    }
    free(self.tables);
    return NULL;
}
