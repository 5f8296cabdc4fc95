/* Rebuild equals incremental: random histories, applied as they come and all at once.
 *
 *     rebuild FIRST_SEED COUNT [FOLDER]
 *
 * Of each seed: random events are appended in small groups; between them every projection makes
 * some steps with pages and batches of random size, is closed and opened again, and failed keys are
 * tried again or passed over. Then every byte of states, rows, failed keys, skips and counters must
 * be the same after a rebuild with other cuts, and (when nobody skipped by hand) in another
 * database that has another number of lanes and applies the whole log at once. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/failed_keys.h"
#include "engine/rebuild.h"
#include "engine/verify.h"
#include "mix_world.h"

typedef struct run {
    uint64_t seed;
    projc__random random;
    projc__buffer log; /* events as lines "NAME ID PAYLOAD\n", for the second database */
    bool skips_by_hand;
    uint32_t events;
    uint32_t failures; /* keys that wait at the end */
    uint32_t skips;    /* recorded at the end */
    projc_error error;
} run;

static int die(const run *self, const char *what)
{
    printf("seed %" PRIu64 ": %s: %s\n", self->seed, what, self->error.message);
    return 1;
}

static uint32_t below(run *self, uint32_t bound)
{
    return (uint32_t)projc__random_below(&self->random, bound);
}

/* ---- events ---- */

static projc_status append_some(run *self, mix_world *at)
{
    uint32_t count = 1 + below(self, 40);
    projc__buffer text;
    projc_status status = PROJC_OK;

    projc__buffer_init(&text);
    for (uint32_t i = 0; i < count && status == PROJC_OK; i++) {
        uint32_t node = below(self, NODES);
        const char *name;

        mix_event_draw(&self->random, &text, &name);
        status = mix_world_append(at, name, node, self->events, projc_text_of(text.data, text.size),
                                  &self->error);
        projc__buffer_format(&self->log, "%s %u ", name, node);
        projc__buffer_put(&self->log, text.data, text.size);
        projc__buffer_put_char(&self->log, '\n');
        self->events++;
    }
    projc__buffer_clear(&text);
    return status;
}

/* The same events in another database. */
static projc_status append_again(run *self, mix_world *at)
{
    projc_status status = PROJC_OK;
    const char *line = self->log.data;

    for (uint32_t i = 0; i < self->events && status == PROJC_OK; i++) {
        char name[16];
        uint32_t node;
        int head = 0;
        size_t size = strcspn(line, "\n");

        if (sscanf(line, "%15s %u %n", name, &node, &head) != 2)
            return projc_error_set(&self->error, PROJC_DATA, "the log cannot be read again");
        status = mix_world_append(at, name, node, i,
                                  projc_text_of(line + head, size - (size_t)head), &self->error);
        line += size + 1;
    }
    return status;
}

/* ---- applying ---- */

static void cut(run *self, mix_world *at)
{
    at->engine.options.page_rows = 1 + below(self, 25);
    at->engine.options.page_bytes = 1 + below(self, 4000);
    at->engine.options.batch_bytes = below(self, 3) == 0 ? 1 + below(self, 60000) : 64 << 20;
}

typedef struct cutting {
    run *self;
    mix_world *at;
} cutting;

static void cut_again(void *context)
{
    const cutting *both = context;

    cut(both->self, both->at);
}

static projc_status step_all(run *self, mix_world *at)
{
    cutting both = {self, at};
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < at->module->projection_count && status == PROJC_OK; i++)
        status = mix_world_drain(at, i, cut_again, &both, &self->error);
    return status;
}

static projc_status step_some(run *self, mix_world *at)
{
    for (uint32_t i = 0; i < at->module->projection_count; i++) {
        uint32_t steps = below(self, 6);

        for (uint32_t step = 0; step < steps; step++) {
            projc__outcome outcome = {0};
            projc_status status;

            cut(self, at);
            status = projc__projector_step(at->projectors[i], at->workspace, 0, 1, &outcome,
                                           &self->error);
            if (status != PROJC_OK && status != PROJC_FENCED && status != PROJC_LOCKED)
                return status;
        }
    }
    return PROJC_OK;
}

/* One failed key of some projection is tried again, or passed over. */
static projc_status repair_one(run *self, mix_world *at)
{
    uint32_t index = below(self, at->module->projection_count);
    projc_arena *arena = projc_arena_new(0);
    projc__key_row *rows = NULL;
    projc__repaired repaired;
    projc_store *store;
    size_t count = 0;
    projc_status status = projc__workspace_store(at->workspace, &store, &self->error);

    if (status == PROJC_OK)
        status = projc__failed_list(store, at->module, index, arena, &rows, &count, &self->error);
    if (status == PROJC_OK && count > 0) {
        projc_bytes key = rows[below(self, (uint32_t)count)].key;
        bool skips = self->skips_by_hand && below(self, 2) == 0;

        status = (skips ? projc__failed_skip : projc__failed_retry)(
            at->projectors[index], at->workspace, key, arena, &repaired, &self->error);
    }
    projc_arena_free(arena);
    return status;
}

static projc_status live(run *self, mix_world *at)
{
    uint32_t groups = 3 + below(self, 10);
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < groups && status == PROJC_OK; i++) {
        status = append_some(self, at);
        if (status == PROJC_OK)
            status = step_some(self, at);
        if (status == PROJC_OK && below(self, 3) == 0)
            status = repair_one(self, at);
        if (status == PROJC_OK && below(self, 4) == 0) {
            mix_world_close_projectors(at);
            status = mix_world_open_projectors(at, &self->error);
        }
    }
    return status == PROJC_OK ? step_all(self, at) : status;
}

static projc_status rebuild_all(run *self, mix_world *at)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < at->module->projection_count && status == PROJC_OK; i++) {
        const projc__rebuild_options options = {0};

        cut(self, at);
        status = projc__rebuild_in_place(&at->engine, at->workspace, at->module, i, &options,
                                         &self->error);
        if (status == PROJC_KEY_FAILED)
            status = PROJC_OK;
    }
    mix_world_close_projectors(at);
    if (status == PROJC_OK)
        status = mix_world_open_projectors(at, &self->error);
    return status == PROJC_OK ? step_all(self, at) : status;
}

/* ---- one seed ---- */

static int hold_against(const run *self, const char *what, const projc__buffer *first,
                        const projc__buffer *second)
{
    char text[120];

    snprintf(text, sizeof text, "seed %" PRIu64 ": %s", self->seed, what);
    return mix_dumps_equal(text, first, second) ? 0 : 1;
}

static int verify_all(run *self, mix_world *at)
{
    for (uint32_t i = 0; i < at->module->projection_count; i++) {
        const projc__verify_request request = {.module = at->module, .projection = i};
        projc__verify_result result;
        projc_store *store;
        projc_status status = projc__workspace_store(at->workspace, &store, &self->error);

        if (status == PROJC_OK)
            status = projc__verify(&at->engine, store, &request, &result, &self->error);
        if (status != PROJC_OK)
            return die(self, "verify");
        if (result.differences + result.undecided + result.waiting > 0) {
            printf("differs seed %" PRIu64 ": verify finds %" PRId64 " in projection %u\n",
                   self->seed, result.differences + result.undecided + result.waiting, i);
            return 1;
        }
    }
    return 0;
}

static int compare_elsewhere(run *self, const char *database, const projc__buffer *first)
{
    projc__buffer second = {0};
    mix_world other;
    int failed = 0;

    if (mix_world_open(&other, database, 1 + below(self, 32), &self->error) != PROJC_OK ||
        append_again(self, &other) != PROJC_OK || step_all(self, &other) != PROJC_OK ||
        mix_world_dump(&other, &second, &self->error) != PROJC_OK)
        failed = die(self, "another database");
    else
        failed = hold_against(self, "with other lanes, all at once", first, &second);
    projc__buffer_clear(&second);
    mix_world_close(&other);
    return failed;
}

static void count_records(run *self, const projc__buffer *text)
{
    for (const char *at = text->data; at != NULL && (at = strstr(at, " failed ")) != NULL; at++)
        self->failures++;
    for (const char *at = text->data; at != NULL && (at = strstr(at, " skipped ")) != NULL; at++)
        self->skips++;
}

static int run_seed(run *self, const char *database, const char *other_database)
{
    projc__buffer first = {0};
    projc__buffer second = {0};
    mix_world at;
    int failed = 0;

    projc__random_init(&self->random, self->seed);
    projc__buffer_init(&self->log);
    self->skips_by_hand = below(self, 2) == 0;
    if (mix_world_open(&at, database, 1 + below(self, 32), &self->error) != PROJC_OK ||
        live(self, &at) != PROJC_OK || mix_world_dump(&at, &first, &self->error) != PROJC_OK)
        failed = die(self, "as it comes");
    count_records(self, &first);
    if (failed == 0)
        failed = verify_all(self, &at);
    if (failed == 0 && (rebuild_all(self, &at) != PROJC_OK ||
                        mix_world_dump(&at, &second, &self->error) != PROJC_OK))
        failed = die(self, "rebuild");
    if (failed == 0)
        failed = hold_against(self, "after a rebuild", &first, &second);
    if (failed == 0 && !self->skips_by_hand)
        failed = compare_elsewhere(self, other_database, &first);
    mix_world_close(&at);
    projc__buffer_clear(&first);
    projc__buffer_clear(&second);
    projc__buffer_clear(&self->log);
    return failed;
}

static void remove_database(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    char name[520];

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        (void)unlink(name);
    }
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 10;
    const char *folder = argc > 3 ? argv[3] : ".";
    uint64_t failed = 0;
    uint64_t events = 0;
    uint64_t failures = 0;
    uint64_t skips = 0;

    for (uint64_t seed = first; seed < first + count; seed++) {
        run self = {.seed = seed};
        char paths[2][512];
        char databases[2][520];

        for (int i = 0; i < 2; i++) {
            snprintf(paths[i], sizeof paths[i], "%s/rebuild-%ld-%d.db", folder, (long)getpid(), i);
            snprintf(databases[i], sizeof databases[i], "sqlite:%s", paths[i]);
        }
        failed += run_seed(&self, databases[0], databases[1]) != 0;
        events += self.events;
        failures += self.failures;
        skips += self.skips;
        remove_database(paths[0]);
        remove_database(paths[1]);
    }
    printf("%" PRIu64 " seeds: %" PRIu64 " events, %" PRIu64 " keys waiting, %" PRIu64
           " events skipped; %" PRIu64 " differ\n",
           count, events, failures, skips, failed);
    return failed == 0 && failures > 0 && skips > 0 ? 0 : 1;
}
