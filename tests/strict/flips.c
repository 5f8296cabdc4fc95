/* Every single bit of stored states turned over, in the database, and read as the engine reads
 * them: each is refused, and the refusal names the command that mends it.
 *
 *   flips check DATABASE values EVENTS | bag | shapes      fills an empty database and tries all
 *   flips damage DATABASE PROGRAM PROJECTION BIT           turns one over in the first state and
 *                                                          leaves it so (BIT may be negative: from
 *                                                          the end) */
#include <projc/projc.h>
#include <projc/runtime.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bag_proj.h"
#include "engine/state_row.h"
#include "service/event_json.h"
#include "shapes_proj.h"
#include "store/store.h"
#include "values_proj.h"

enum { FINGERPRINT_BITS = 64, CHUNK = 512, SAMPLES = 2, LINE_BYTES = 1 << 20, BATCH_BITS = 24 };

static unsigned passed;
static unsigned failed;
static unsigned wrong; /* of the projection at hand */
static projc_error error;
static projc_arena *arena; /* for the whole run */
static projc_store *store;
static const projc_module *module;

/* What does not hold is told each time and makes the projection's claim fail. */
static void claim(bool holds, const char *name, const char *what)
{
    if (holds || wrong++ > 5)
        return;
    printf("# %s: %s (%s: %s)\n", name, what, projc_status_name(error.status), error.message);
}

static void must(projc_status status)
{
    if (status == PROJC_OK)
        return;
    printf("flips: %s: %s\n", projc_status_name(status), error.message);
    exit(1);
}

/* ---- filling ---- */

static const char *const bag_lines[] = {
    "{\"type\":\"Bag\",\"id\":\"1\",\"event\":\"Filled\",\"payload\":{\"key\":\"a\",\"n\":1000,"
    "\"kind\":\"Alpha\"}}",
    "{\"type\":\"Bag\",\"id\":\"1\",\"event\":\"Filled\",\"payload\":{\"key\":\"b\",\"n\":-1,"
    "\"kind\":\"beta\"}}",
    "{\"type\":\"Bag\",\"id\":\"2\",\"event\":\"Filled\",\"payload\":{\"key\":\"\",\"n\":0,"
    "\"kind\":\"Zulu\"}}",
    NULL};
static const char *const shapes_lines[] = {
    "{\"type\":\"Thing\",\"id\":\"one\",\"event\":\"Seen\",\"payload\":{\"grade\":\"High\",\"n\":7,"
    "\"at\":{\"x\":1.5,\"y\":-3,\"raw\":\"AAEC\"},\"words\":[\"a\",\"bc\"]}}",
    "{\"type\":\"Thing\",\"id\":\"two\",\"event\":\"Seen\",\"payload\":{\"grade\":\"Low\",\"n\":-70000,"
    "\"words\":[]}}",
    NULL};

static void append(const char *text)
{
    projc__new_event event;
    uint32_t stream = 0;
    projc_text line = {text, strlen(text)};

    must(projc__event_from_json(arena, module, line, false, &event, &stream, &error));
    must(projc__store_append(store, &module->streams[stream], &event, 1, NULL, &error));
}

static void append_file(const char *path)
{
    static char line[LINE_BYTES];
    FILE *events = fopen(path, "r");

    if (events == NULL) {
        perror(path);
        exit(1);
    }
    while (fgets(line, sizeof line, events) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        append(line);
    }
    fclose(events);
}

static projc_status run(const char *database)
{
    projc_runtime_options options;
    projc_runtime *runtime = NULL;
    projc_status status;

    projc_runtime_options_init(&options);
    options.database = database;
    options.workers = 1;
    error = (projc_error){0};
    must(projc_runtime_new(&options, &runtime, &error));
    must(projc_runtime_add(runtime, module, &error));
    status = projc_runtime_run(runtime, &error);
    projc_runtime_free(runtime);
    return status;
}

/* ---- rows ---- */

typedef struct sample {
    projc_value *row; /* all columns of the projection's table */
    projc_bytes state;
} sample;

typedef struct samples {
    const projc_projection_type *type;
    sample items[SAMPLES]; /* the smallest first */
    size_t count;
} samples;

static projc_value copy_value(projc_value value)
{
    if (value.kind == PROJC_KIND_TEXT)
        value.as.text.data = projc_arena_copy(arena, value.as.text.data, value.as.text.size);
    if (value.kind == PROJC_KIND_BYTES)
        value.as.bytes.data =
            (const uint8_t *)projc_arena_copy(arena, value.as.bytes.data, value.as.bytes.size);
    return value;
}

static projc_status take(void *context, const projc_value *values, projc_error *ignored)
{
    samples *all = context;
    uint32_t columns = all->type->table->column_count;
    projc_bytes state = values[columns - 1].as.bytes;
    size_t at = all->count;

    (void)ignored;
    while (at > 0 && all->items[at - 1].state.size > state.size)
        at--;
    if (at == SAMPLES)
        return PROJC_OK;
    all->count += all->count < SAMPLES;
    for (size_t i = all->count - 1; i > at; i--)
        all->items[i] = all->items[i - 1];
    all->items[at].row = projc_arena_alloc(arena, columns * sizeof(projc_value));
    for (uint32_t i = 0; i < columns; i++)
        all->items[at].row[i] = copy_value(values[i]);
    all->items[at].state = all->items[at].row[columns - 1].as.bytes;
    return PROJC_OK;
}

static samples samples_of(const projc_projection_type *type)
{
    samples all = {.type = type};

    must(projc__store_scan_rows(store, type->table, take, &all, &error));
    return all;
}

/* Writes rows and deletes others, without moving the lane. */
static void write_rows(const projc_projection_type *type, const projc__row_write *write)
{
    projc__generation generation;
    projc__lane *lanes;
    size_t count;

    must(projc__store_find_generation(store, module->package, type->name, arena, &generation,
                                      &error));
    must(projc__store_load_lanes(store, generation.number, arena, &lanes, &count, &error));
    projc__claim as_it_is = {.lane = lanes[0].lane,
                             .position = lanes[0].position,
                             .epoch = lanes[0].epoch,
                             .new_position = lanes[0].position,
                             .last_event_id = lanes[0].last_event_id,
                             .raises_epoch = true};
    projc__unit unit = {.generation = generation.number,
                        .claims = &as_it_is,
                        .claim_count = 1,
                        .writes = write,
                        .write_count = 1};
    must(projc__store_commit(store, &unit, &error));
}

static projc_bytes turned(projc_bytes state, size_t bit)
{
    uint8_t *copy = (uint8_t *)projc_arena_copy(arena, state.data, state.size);

    copy[bit / 8] = (uint8_t)(copy[bit / 8] ^ (1u << bit % 8));
    return (projc_bytes){copy, state.size};
}

/* ---- every bit, read as a batch and as `load` read states ---- */

static void hold_refusal(const projc_projection_type *type, projc_status status, size_t bit)
{
    char remedy[128];

    snprintf(remedy, sizeof remedy, "run `rebuild %s --in-place`", type->name);
    claim(status == (bit < FINGERPRINT_BITS ? PROJC_MISMATCH : PROJC_CORRUPT), type->name,
          "a bit that was turned over is not refused as it should be");
    claim(strstr(error.message, remedy) != NULL && strstr(error.message, type->name) != NULL,
          type->name, "the refusal does not name what mends it");
}

/* A key that is told apart by a number; of keys without room for one, the row's own. */
static void number_key(const projc_projection_type *type, projc_value *row, size_t number)
{
    char text[24];

    (void)type;
    switch (row[0].kind) {
    case PROJC_KIND_UUID:
        memcpy(row[0].as.uuid.bytes, &number, sizeof number);
        break;
    case PROJC_KIND_TEXT:
        snprintf(text, sizeof text, "n%zu", number);
        row[0].as.text = (projc_text){projc_arena_copy(arena, text, strlen(text)), strlen(text)};
        break;
    default:
        row[0].as.integer = (int64_t)number + 1000;
    }
}

/* Bits first to first + count of the sample, each in a row of its own. */
static void hold_chunk(const projc_projection_type *type, const sample *it, size_t first,
                       size_t count)
{
    uint32_t columns = type->table->column_count;
    uint32_t parts = type->table->key_count;
    projc_value *rows = projc_arena_alloc(arena, count * columns * sizeof *rows);
    projc_value *keys = projc_arena_alloc(arena, count * parts * sizeof *keys);
    projc_value **found = projc_arena_alloc(arena, count * sizeof *found);
    void *state = projc_arena_alloc(arena, type->state_size);
    projc__row_write write = {.table = type->table, .rows = rows, .row_count = count};
    projc__row_write removal = {.table = type->table, .deleted_keys = keys, .deleted_count = count};

    for (size_t i = 0; i < count; i++) {
        projc_value *row = rows + i * columns;

        memcpy(row, it->row, columns * sizeof *row);
        number_key(type, row, first + i);
        row[columns - 1].as.bytes = turned(it->state, first + i);
        memcpy(keys + i * parts, row, parts * sizeof *row);
    }
    write_rows(type, &write);
    must(projc__store_load_rows(store, type->table, keys, count, arena, found, &error));
    for (size_t i = 0; i < count; i++) {
        error = (projc_error){0};
        claim(found[i] != NULL, type->name, "the row is there");
        if (found[i] != NULL)
            hold_refusal(type, projc__state_from_row(type, found[i], arena, state, &error),
                         first + i);
    }
    write_rows(type, &removal);
}

/* The one row of a stream projection, a bit at a time. */
static void hold_single(const projc_projection_type *type, uint32_t index, const sample *it)
{
    uint32_t columns = type->table->column_count;
    void *state = projc_arena_alloc(arena, type->state_size);
    projc_value row[8];
    projc__row_write write = {.table = type->table, .rows = row, .row_count = 1};

    memcpy(row, it->row, columns * sizeof *row);
    for (size_t bit = 0; bit < it->state.size * 8; bit++) {
        row[columns - 1].as.bytes = turned(it->state, bit);
        write_rows(type, &write);
        error = (projc_error){0};
        hold_refusal(type, projc_load(store, module, index, NULL, 0, arena, state, &error), bit);
    }
    row[columns - 1].as.bytes = it->state;
    write_rows(type, &write);
    claim(projc_load(store, module, index, NULL, 0, arena, state, &error) == PROJC_OK, type->name,
          "the state as it was is read");
}

static size_t hold_bits(const projc_projection_type *type, uint32_t index, const sample *it)
{
    size_t bits = it->state.size * 8;

    if (type->kind == PROJC_STREAM_PROJECTION) {
        hold_single(type, index, it);
        return bits;
    }
    for (size_t first = 0; first < bits; first += CHUNK)
        hold_chunk(type, it, first, bits - first < CHUNK ? bits - first : CHUNK);
    return bits;
}

/* ---- some bits, met by a worker ---- */

static int64_t lowest_position(const projc_projection_type *type)
{
    projc__generation generation;
    projc__lane *lanes;
    size_t count;
    int64_t lowest = INT64_MAX;

    must(projc__store_find_generation(store, module->package, type->name, arena, &generation,
                                      &error));
    must(projc__store_load_lanes(store, generation.number, arena, &lanes, &count, &error));
    for (size_t i = 0; i < count; i++)
        if (lanes[i].position < lowest)
            lowest = lanes[i].position;
    return lowest;
}

/* An event for a damaged state: the worker stops before it, and goes on when the state is right. */
static void hold_worker(const projc_projection_type *type, const char *database, const sample *it,
                        size_t bit, const char *again)
{
    uint32_t columns = type->table->column_count;
    projc_value row[8];
    projc__row_write write = {.table = type->table, .rows = row, .row_count = 1};
    projc_status status;

    memcpy(row, it->row, columns * sizeof *row);
    row[columns - 1].as.bytes = turned(it->state, bit);
    write_rows(type, &write);
    append(again);
    int64_t before = lowest_position(type);
    status = run(database);
    hold_refusal(type, status, bit);
    claim(lowest_position(type) == before, type->name, "the worker does not pass the event");
    row[columns - 1].as.bytes = it->state;
    write_rows(type, &write);
    status = run(database);
    claim(status == PROJC_OK, type->name, "with the state as it was it goes on");
}

static void hold_workers(const projc_projection_type *type, const char *database, const char *again)
{
    for (size_t i = 0; i < BATCH_BITS; i++) {
        samples all = samples_of(type);
        const sample *it = &all.items[0];
        size_t bits = it->state.size * 8;

        hold_worker(type, database, it, i == 0 ? 0 : (i * bits / (BATCH_BITS - 1)) - 1, again);
    }
}

/* ---- programs ---- */

static const projc_module *module_named(const char *name)
{
    static const projc_module *const modules[] = {&values_module, &bag_module, &shapes_module};

    for (int i = 0; i < 3; i++)
        if (strcmp(modules[i]->package, name) == 0)
            return modules[i];
    printf("flips: no program %s\n", name);
    exit(2);
}

static void fill(const char *events)
{
    const char *const *lines = module == &bag_module ? bag_lines : shapes_lines;

    must(projc_store_apply_schema(store, module, true, &error));
    if (events != NULL)
        append_file(events);
    else
        for (size_t i = 0; lines[i] != NULL; i++)
            append(lines[i]);
}

static void check(const char *database, const char *events)
{
    fill(events);
    must(run(database));
    for (uint32_t i = 0; i < module->projection_count; i++) {
        const projc_projection_type *type = &module->projections[i];
        samples all;
        size_t bits = 0;

        if (type->is_columns)
            continue;
        all = samples_of(type);
        claim(all.count > 0, type->name, "there are states");
        for (size_t j = 0; j < all.count; j++)
            bits += hold_bits(type, i, &all.items[j]);
        /* Every event of this program belongs to the key that is damaged. */
        if (module == &shapes_module && type->kind == PROJC_STREAM_PROJECTION)
            hold_workers(type, database, shapes_lines[1]);
        printf("%sok - %s.%s: each of %zu bits of %zu states, turned over, is refused\n",
               wrong == 0 ? "" : "not ", module->package, type->name, bits, all.count);
        wrong == 0 ? passed++ : failed++;
        wrong = 0;
    }
}

static void damage(const char *name, long bit)
{
    for (uint32_t i = 0; i < module->projection_count; i++) {
        const projc_projection_type *type = &module->projections[i];
        projc_value row[8];
        projc__row_write write = {.table = type->table, .rows = row, .row_count = 1};
        samples all;

        if (strcmp(type->name, name) != 0)
            continue;
        all = samples_of(type);
        memcpy(row, all.items[0].row, type->table->column_count * sizeof *row);
        row[type->table->column_count - 1].as.bytes = turned(
            all.items[0].state, bit < 0 ? all.items[0].state.size * 8 - (size_t)-bit : (size_t)bit);
        write_rows(type, &write);
        return;
    }
    printf("flips: no projection %s\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    projc_store_options options = {.database = argc > 2 ? argv[2] : ""};

    if (argc < 4)
        return 2;
    arena = projc_arena_new(0);
    module = module_named(argv[3]);
    must(projc_store_open(&options, &store, &error));
    if (strcmp(argv[1], "damage") == 0 && argc == 6)
        damage(argv[4], strtol(argv[5], NULL, 10));
    else
        check(argv[2], argc > 4 ? argv[4] : NULL);
    projc_store_close(store);
    projc_arena_free(arena);
    if (strcmp(argv[1], "check") == 0)
        printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
