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

#include "base/buffer.h"
#include "base/random.h"
#include "codec/value.h"
#include "engine/failed_keys.h"
#include "engine/rebuild.h"
#include "engine/verify.h"
#include "mix_proj.h"

enum { PROJECTIONS_MAX = 8, NODES = 12, STEPS_MAX = 100000 };

typedef struct world {
    const projc_module *module;
    projc__engine engine;
    projc__manual_clock clock;
    projc__workspace *workspace;
    projc__projector *projectors[PROJECTIONS_MAX];
    char database[512];
} world;

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

/* ---- a world ---- */

static projc_status open_projectors(world *at, projc_error *error)
{
    projc_status status = projc__workspace_new(&at->engine, &at->workspace, error);

    for (uint32_t i = 0; i < at->module->projection_count && status == PROJC_OK; i++)
        status = projc__projector_open(&at->engine, at->workspace, at->module, i,
                                       &at->projectors[i], error);
    return status;
}

static void close_projectors(world *at)
{
    for (uint32_t i = 0; i < at->module->projection_count; i++) {
        projc__projector_close(at->projectors[i]);
        at->projectors[i] = NULL;
    }
    projc__workspace_free(at->workspace);
    at->workspace = NULL;
}

static projc_status open_world(world *at, const char *database, uint32_t lanes, projc_error *error)
{
    projc_store_options options = {.database = database};
    projc_store *store;
    projc_status status;

    *at = (world){.module = &mix_module};
    snprintf(at->database, sizeof at->database, "%s", database);
    projc__manual_clock_init(&at->clock, INT64_C(1800000000000000));
    projc_runtime_options_init(&at->engine.options);
    at->engine.options.database = at->database;
    at->engine.options.lanes = lanes;
    at->engine.clock = &at->clock.clock;
    at->engine.metrics = &projc__no_metrics;
    status = projc_store_open(&options, &store, error);
    if (status != PROJC_OK)
        return status;
    status = projc_store_apply_schema(store, at->module, true, error);
    projc_store_close(store);
    return status == PROJC_OK ? open_projectors(at, error) : status;
}

static void close_world(world *at)
{
    close_projectors(at);
    projc__manual_clock_clear(&at->clock);
}

/* ---- events ---- */

static void put_payload(run *self, projc__buffer *text, const char **name)
{
    static const char *const labels[] = {"red", "green", "blue", "amber"};

    projc__buffer_reset(text);
    switch (below(self, 8)) {
    case 0:
    case 1:
    case 2:
        *name = "grown";
        projc__buffer_format(text,
                             "{\"amount\":%u,\"label\":\"%s\",\"tags\":[\"t%u\",\"t%u\"],"
                             "\"day\":\"2026-01-%02u\"}",
                             below(self, 30), labels[below(self, 4)], below(self, 9),
                             below(self, 9), 1 + below(self, 20));
        break;
    case 3:
    case 4:
        *name = "cut";
        projc__buffer_format(text, "{\"amount\":%u}", below(self, 45));
        break;
    case 5:
    case 6: {
        uint32_t count = below(self, 6);

        *name = "shared";
        projc__buffer_put_string(text, "{\"parts\":[");
        for (uint32_t i = 0; i < count; i++)
            projc__buffer_format(text, "%s{\"key\":\"k%u\",\"n\":%d}", i > 0 ? "," : "",
                                 below(self, 9), (int)below(self, 50) - 3);
        projc__buffer_put_string(text, "]}");
        break;
    }
    default:
        *name = "closed";
        if (below(self, 2) == 0)
            projc__buffer_format(text, "{\"reason\":\"%s\"}", labels[below(self, 4)]);
        else
            projc__buffer_put_string(text, "{}");
        break;
    }
}

static projc_status append_one(projc_store *store, const char *name, uint32_t node, uint32_t number,
                               projc_text payload, projc_error *error)
{
    projc__new_event event = {
        .name = projc_text_of(name, strlen(name)),
        .aggregate_type = {"node", 4},
        .aggregate_id = {.kind = PROJC_KIND_UUID},
        .expected_version = PROJC_ANY_VERSION,
        .payload = {(const uint8_t *)payload.data, payload.size},
        .metadata = {"", 0},
        .time = INT64_C(1700000000000000) + (int64_t)number * 1000000,
    };

    event.aggregate_id.as.uuid.bytes[15] = (uint8_t)(node + 1);
    event.id.bytes[0] = 1;
    memcpy(event.id.bytes + 8, &number, sizeof number);
    return projc__store_append(store, &mix_module.streams[0], &event, 1, NULL, error);
}

static projc_status append_some(run *self, world *at)
{
    uint32_t count = 1 + below(self, 40);
    projc_store *store;
    projc__buffer text;
    projc_status status = projc__workspace_store(at->workspace, &store, &self->error);

    projc__buffer_init(&text);
    for (uint32_t i = 0; i < count && status == PROJC_OK; i++) {
        uint32_t node = below(self, NODES);
        const char *name;

        put_payload(self, &text, &name);
        status = append_one(store, name, node, self->events, projc_text_of(text.data, text.size),
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
static projc_status append_again(run *self, world *at)
{
    projc_store *store;
    projc_status status = projc__workspace_store(at->workspace, &store, &self->error);
    const char *line = self->log.data;

    for (uint32_t i = 0; i < self->events && status == PROJC_OK; i++) {
        char name[16];
        uint32_t node;
        int head = 0;
        size_t size = strcspn(line, "\n");

        if (sscanf(line, "%15s %u %n", name, &node, &head) != 2)
            return projc_error_set(&self->error, PROJC_DATA, "the log cannot be read again");
        status = append_one(store, name, node, i, projc_text_of(line + head, size - (size_t)head),
                            &self->error);
        line += size + 1;
    }
    return status;
}

/* ---- applying ---- */

static void cut(run *self, world *at)
{
    at->engine.options.page_rows = 1 + below(self, 25);
    at->engine.options.page_bytes = 1 + below(self, 4000);
    at->engine.options.batch_bytes = below(self, 3) == 0 ? 1 + below(self, 60000) : 64 << 20;
}

/* rest: until nothing is left to do, retries included; else a few steps. */
static projc_status step_some(run *self, world *at, bool rest)
{
    for (uint32_t i = 0; i < at->module->projection_count; i++) {
        uint32_t steps = rest ? STEPS_MAX : below(self, 6);

        for (uint32_t step = 0; step < steps; step++) {
            projc__outcome outcome = {0};
            projc_status status;

            cut(self, at);
            status = projc__projector_step(at->projectors[i], at->workspace, 0, 1, &outcome,
                                           &self->error);
            if (status == PROJC_FENCED || status == PROJC_LOCKED)
                continue;
            if (status != PROJC_OK)
                return status;
            if (rest && outcome.retry_at > projc__clock_now(&at->clock.clock))
                projc__manual_clock_advance(&at->clock,
                                            outcome.retry_at - projc__clock_now(&at->clock.clock));
            else if (rest && outcome.retry_at == 0 && (outcome.is_caught_up || outcome.is_stopped))
                break;
        }
    }
    return PROJC_OK;
}

/* One failed key of some projection is tried again, or passed over. */
static projc_status repair_one(run *self, world *at)
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

static projc_status live(run *self, world *at)
{
    uint32_t groups = 3 + below(self, 10);
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < groups && status == PROJC_OK; i++) {
        status = append_some(self, at);
        if (status == PROJC_OK)
            status = step_some(self, at, false);
        if (status == PROJC_OK && below(self, 3) == 0)
            status = repair_one(self, at);
        if (status == PROJC_OK && below(self, 4) == 0) {
            close_projectors(at);
            status = open_projectors(at, &self->error);
        }
    }
    return status == PROJC_OK ? step_some(self, at, true) : status;
}

static projc_status rebuild_all(run *self, world *at)
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
    close_projectors(at);
    if (status == PROJC_OK)
        status = open_projectors(at, &self->error);
    return status == PROJC_OK ? step_some(self, at, true) : status;
}

/* ---- what is there ---- */

typedef struct dumping {
    const projc_table *table;
    projc__buffer *text;
} dumping;

static projc_status dump_row(void *context, const projc_value *values, projc_error *error)
{
    const dumping *self = context;

    projc__buffer_put_string(self->text, self->table->name);
    for (uint32_t i = 0; i < self->table->column_count; i++) {
        projc__buffer_put_char(self->text, ' ');
        projc__value_put(self->text, &self->table->columns[i], &values[i]);
    }
    projc__buffer_put_char(self->text, '\n');
    return projc__buffer_status(self->text, error);
}

static projc_status dump_records(world *at, projc_store *store, uint32_t index, projc__buffer *text,
                                 projc_error *error)
{
    projc_arena *arena = projc_arena_new(0);
    int64_t generation = projc__projector_generation(at->projectors[index]);
    projc__key_row *keys = NULL;
    projc__skipped_row *skips = NULL;
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t applied = 0;
    projc_status status = projc__store_load_lanes(store, generation, arena, &lanes, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        applied += lanes[i].applied;
    projc__buffer_format(text, "%u applied %" PRId64 "\n", index, applied);
    count = 0;
    if (status == PROJC_OK)
        status = projc__store_load_keys(store, generation, arena, &keys, &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        projc__buffer_format(text, "%u failed %" PRId64 " %.*s %.*s\n", index, keys[i].no,
                             (int)keys[i].message.size, keys[i].message.data,
                             (int)keys[i].source.size, keys[i].source.data);
    count = 0;
    if (status == PROJC_OK)
        status =
            projc__store_load_skipped(store, generation, 0, 100000, arena, &skips, &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        projc__buffer_format(text, "%u skipped %" PRId64 " %.*s\n", index, skips[i].no,
                             (int)skips[i].message.size, skips[i].message.data);
    projc_arena_free(arena);
    return status;
}

static int compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The lines in order: failed keys and skips come in that of their lanes. */
static projc_status sort_lines(projc__buffer *text, projc_error *error)
{
    size_t count = 0;
    char **lines;
    projc__buffer sorted;

    for (size_t i = 0; i < text->size; i++)
        count += text->data[i] == '\n';
    lines = malloc((count + 1) * sizeof *lines);
    if (lines == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc__buffer_init(&sorted);
    count = 0;
    for (char *line = strtok(text->data, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        projc__buffer_format(&sorted, "%s\n", lines[i]);
    free(lines);
    projc__buffer_clear(text);
    *text = sorted;
    return projc__buffer_status(text, error);
}

static projc_status dump(run *self, world *at, projc__buffer *text)
{
    projc_store *store;
    projc_status status = projc__workspace_store(at->workspace, &store, &self->error);

    projc__buffer_init(text);
    for (uint32_t i = 0; i < at->module->projection_count && status == PROJC_OK; i++) {
        const projc_projection_type *type = &at->module->projections[i];
        dumping what = {type->table, text};

        status = projc__store_scan_rows(store, what.table, dump_row, &what, &self->error);
        for (uint32_t j = 0; j < type->table_count && status == PROJC_OK; j++) {
            what.table = type->tables[j].table;
            status = projc__store_scan_rows(store, what.table, dump_row, &what, &self->error);
        }
        if (status == PROJC_OK)
            status = dump_records(at, store, i, text, &self->error);
    }
    return status == PROJC_OK ? sort_lines(text, &self->error) : status;
}

/* Tells the first line that differs. */
static int hold_against(const run *self, const char *what, const projc__buffer *first,
                        const projc__buffer *second)
{
    size_t at = 0;
    size_t line = 0;

    if (first->size == second->size && memcmp(first->data, second->data, first->size) == 0)
        return 0;
    while (at < first->size && at < second->size && first->data[at] == second->data[at]) {
        if (first->data[at] == '\n')
            line = at + 1;
        at++;
    }
    printf("differs seed %" PRIu64 ": %s\n  as it came: %.*s\n  then:       %.*s\n", self->seed,
           what, (int)strcspn(first->data + line, "\n"), first->data + line,
           (int)strcspn(second->data + line, "\n"), second->data + line);
    return 1;
}

/* ---- one seed ---- */

static int verify_all(run *self, world *at)
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
    world other;
    int failed = 0;

    if (open_world(&other, database, 1 + below(self, 32), &self->error) != PROJC_OK ||
        append_again(self, &other) != PROJC_OK || step_some(self, &other, true) != PROJC_OK ||
        dump(self, &other, &second) != PROJC_OK)
        failed = die(self, "another database");
    else
        failed = hold_against(self, "with other lanes, all at once", first, &second);
    projc__buffer_clear(&second);
    close_world(&other);
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
    world at;
    int failed = 0;

    projc__random_init(&self->random, self->seed);
    projc__buffer_init(&self->log);
    self->skips_by_hand = below(self, 2) == 0;
    if (open_world(&at, database, 1 + below(self, 32), &self->error) != PROJC_OK ||
        live(self, &at) != PROJC_OK || dump(self, &at, &first) != PROJC_OK)
        failed = die(self, "as it comes");
    count_records(self, &first);
    if (failed == 0)
        failed = verify_all(self, &at);
    if (failed == 0 && (rebuild_all(self, &at) != PROJC_OK || dump(self, &at, &second) != PROJC_OK))
        failed = die(self, "rebuild");
    if (failed == 0)
        failed = hold_against(self, "after a rebuild", &first, &second);
    if (failed == 0 && !self->skips_by_hand)
        failed = compare_elsewhere(self, other_database, &first);
    close_world(&at);
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
