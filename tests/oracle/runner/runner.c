/* runner.c -- the compiled programs of a batch in the real engine: each gets its events in several
 * ways, and what it holds then must be what the interpreter said.
 *
 *   runner DIR SEED [FIRST]
 *
 * Linked with the programs p0, p1, … of DIR and programs.c, which lists their modules. Prints a
 * line for every program that differs, with the seed that replays it, and at the end how many ran.
 */
#include "service/test_rig.h"
#include "service/test_store.h"

#include "compare.h"

#include "base/buffer.h"
#include "projc/runtime.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const projc_module *const oracle_modules[];
extern const unsigned oracle_module_count;

/* ---- events ---- */

typedef struct given_event {
    const projc_stream_type *stream;
    const projc_aggregate_type *aggregate;
    projc__new_event event;
} given_event;

typedef struct given_events {
    given_event *items;
    size_t count;
} given_events;

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "oracle: %s: %s\n", what, why);
    exit(3);
}

static char *read_file(const char *folder, unsigned number, const char *ending)
{
    char path[4096];
    char *text = NULL;
    size_t size = 0;
    size_t got;

    snprintf(path, sizeof path, "%s/p%u.%s", folder, number, ending);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        stop(path, "cannot be read");
    do {
        text = realloc(text, size + 65537);
        if (text == NULL)
            stop(path, "out of memory");
        got = fread(text + size, 1, 65536, file);
        size += got;
    } while (got != 0);
    text[size] = '\0';
    fclose(file);
    return text;
}

/* "x0aff" behind a blank; the bytes are decoded in place. */
static projc_text take_hex(char **at)
{
    char *begin = *at + 2;
    size_t size = strcspn(begin, " \n");
    projc_text text = {begin, size / 2};

    *at = begin + size;
    for (size_t i = 0; i < size / 2; i++) {
        char digits[3] = {begin[2 * i], begin[2 * i + 1], '\0'};

        begin[i] = (char)strtoul(digits, NULL, 16);
    }
    return text;
}

static void parse_id(given_event *given, projc_text text)
{
    projc_value *id = &given->event.aggregate_id;

    if (!given->stream->has_text_ids && given->aggregate->id_type == PROJC_ID_UUID) {
        id->kind = PROJC_KIND_UUID;
        if (!projc_parse_uuid(text, &id->as.uuid))
            stop("events", "a malformed uuid");
        return;
    }
    *id = (projc_value){.kind = PROJC_KIND_TEXT, .as = {.text = text}};
}

static const projc_aggregate_type *find_aggregate(const projc_module *module, const char *name,
                                                  size_t size)
{
    for (uint32_t i = 0; i < module->aggregate_count; i++)
        if (strlen(module->aggregates[i].name) == size &&
            memcmp(module->aggregates[i].name, name, size) == 0)
            return &module->aggregates[i];
    stop(module->package, "an event of an unknown aggregate");
    return NULL;
}

static given_events parse_events(const projc_module *module, char *text)
{
    given_events events = {NULL, 0};

    while (*text != '\0') {
        size_t size = strcspn(text, " ");

        events.items = realloc(events.items, (events.count + 1) * sizeof *events.items);
        if (events.items == NULL)
            stop("events", "out of memory");
        given_event *given = &events.items[events.count++];
        *given = (given_event){.aggregate = find_aggregate(module, text, size)};
        given->stream = &module->streams[given->aggregate->stream];
        given->event.aggregate_type =
            projc_text_of(given->aggregate->type, strlen(given->aggregate->type));
        given->event.expected_version = PROJC_ANY_VERSION;
        given->event.time = strtoll(text + size, &text, 10);
        memcpy(given->event.id.bytes, take_hex(&text).data, 16);
        given->event.name = take_hex(&text);
        parse_id(given, take_hex(&text));
        projc_text payload = take_hex(&text);
        given->event.payload = (projc_bytes){(const uint8_t *)payload.data, payload.size};
        given->event.metadata = take_hex(&text);
        text += strspn(text, "\n");
    }
    return events;
}

/* ---- notifications ---- */

/* What commits send; one store, one thread. */
static const struct projc__driver *inner_driver;
static struct projc__driver hearing_driver;
static projc__buffer heard;

static projc_status commit_heard(projc_store *store, const projc__unit *unit, projc_error *error)
{
    projc_status status = inner_driver->commit(store, unit, error);

    for (size_t i = 0; i < unit->notification_count && status == PROJC_OK; i++) {
        projc__buffer_format(&heard, "notice ");
        projc__buffer_put_text(&heard, unit->notifications[2 * i]);
        projc__buffer_put_char(&heard, ' ');
        projc__buffer_put_text(&heard, unit->notifications[2 * i + 1]);
        projc__buffer_put_char(&heard, '\n');
    }
    return status;
}

/* Under the driver that sends everything twice, if there is one. */
static projc_status hear(projc__test_rig *rig, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__workspace_store(rig->workspace, &store, error);

    if (status != PROJC_OK)
        return status;
    inner_driver = rig->way->is_redelivered ? rig->twice.inner : store->driver;
    hearing_driver = *inner_driver;
    hearing_driver.commit = commit_heard;
    if (rig->way->is_redelivered)
        rig->twice.inner = &hearing_driver;
    else
        store->driver = &hearing_driver;
    return PROJC_OK;
}

/* ---- queries ---- */

/* The end of the JSON object that begins at text. */
static const char *object_end(const char *text)
{
    int depth = 0;

    for (bool is_string = false;; text++) {
        if (is_string) {
            is_string = *text != '"';
            text += *text == '\\';
            continue;
        }
        is_string = *text == '"';
        depth += (*text == '{') - (*text == '}');
        if (depth == 0)
            return text + 1;
    }
}

/* Without an order the rows are lines of their own. */
static void put_answer(projc__buffer *dump, const char *title, char *rows, bool is_ordered)
{
    size_t count = 0;

    if (is_ordered) {
        projc__buffer_format(dump, "%s: %s\n", title, rows);
        return;
    }
    for (const char *at = rows + 1; *at == '{' || *at == ',';) {
        const char *begin = at + (*at == ',');

        at = object_end(begin);
        projc__buffer_format(dump, "%s has %.*s\n", title, (int)(at - begin), begin);
        count++;
    }
    projc__buffer_format(dump, "%s: %zu rows\n", title, count);
}

/* Asks what the file says, "number o|u arguments" a line, and adds the answers to the dump. */
static projc_status ask_all(projc__test_rig *rig, const char *queries, projc__buffer *dump,
                            projc_error *error)
{
    projc_status status = PROJC_OK;

    while (*queries != '\0' && status == PROJC_OK) {
        size_t size = strcspn(queries, "\n");
        char *line = strndup(queries, size);
        projc_text rows = {NULL, 0};
        char *arguments;

        if (line == NULL)
            stop("queries", "out of memory");
        uint32_t number = (uint32_t)strtoul(line, &arguments, 10);
        bool is_ordered = arguments[1] == 'o';
        arguments += 3;
        status = projc__test_rig_query(rig, number, arguments, &rows, error);
        if (status == PROJC_OK) {
            char *title = malloc(size + 32);
            char *copy = strndup(rows.data, rows.size);

            if (title == NULL || copy == NULL)
                stop("queries", "out of memory");
            snprintf(title, size + 32, "query %u %s", (unsigned)number, arguments);
            put_answer(dump, title, copy, is_ordered);
            free(title);
            free(copy);
        }
        free(line);
        queries += size + (queries[size] != '\0');
    }
    return status;
}

/* ---- running ---- */

/* What a program is given, and what is to come out. */
typedef struct given_program {
    const projc_module *module;
    uint64_t seed;
    given_events events;
    const char *queries;
    const char *expected;
} given_program;

static const projc__test_way ways[] = {
    {.name = "one batch", .lanes = 16},
    {.name = "event by event", .lanes = 4, .is_event_by_event = true},
    {.name = "random cuts, twice", .lanes = 16, .has_random_cuts = true, .is_redelivered = true},
    {.name = "rebuilt", .lanes = 1, .has_random_cuts = true, .is_rebuilt = true},
};

static const projc__test_way threads = {.name = "threads", .lanes = 8};

static projc_status give_all(projc__test_rig *rig, const given_events *events, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__workspace_store(rig->workspace, &store, error);

    for (size_t i = 0; i < events->count && status == PROJC_OK; i++) {
        const given_event *given = &events->items[i];
        bool is_cut = rig->way->has_random_cuts && projc__random_below(&rig->random, 12) == 0;

        status = projc__store_append(store, given->stream, &given->event, 1, NULL, error);
        if (status == PROJC_OK && (is_cut || rig->way->is_event_by_event))
            status = projc__test_rig_catch_up(rig, error);
        if (rig->way->has_random_cuts)
            rig->engine.options.batch_bytes = 1 + (int64_t)projc__random_below(&rig->random, 2000);
    }
    return status;
}

/* The engine as users embed it: threads of its own, until all is applied. */
static projc_status run_threads(projc__test_rig *rig, const char *database, projc_error *error)
{
    projc_runtime_options options;
    projc_runtime *runtime;

    projc_runtime_options_init(&options);
    options.database = database;
    options.workers = 1 + (uint32_t)projc__random_below(&rig->random, 3);
    options.page_rows = 1 + (int64_t)projc__random_below(&rig->random, 30);
    options.batch_bytes = 1 + (int64_t)projc__random_below(&rig->random, 5000);
    projc_status status = projc_runtime_new(&options, &runtime, error);
    if (status != PROJC_OK)
        return status;
    status = projc_runtime_add(runtime, rig->module, error);
    if (status == PROJC_OK)
        status = projc_runtime_run(runtime, error);
    projc_runtime_free(runtime);
    return status == PROJC_KEY_FAILED ? PROJC_OK : status;
}

static bool run_way(projc__test_store *store, const given_program *program,
                    const projc__test_way *way)
{
    const projc_module *module = program->module;
    uint64_t seed = program->seed;
    projc_error error = {0};
    projc__buffer address;
    projc__buffer dump;
    projc__test_rig rig;
    char title[160];
    bool is_good = false;

    projc__buffer_init(&address);
    projc__buffer_init(&dump);
    snprintf(title, sizeof title, "differs seed %llu: %s, %s", (unsigned long long)seed,
             module->package, way->name);
    projc_status status = projc__test_store_make(store, &address, &error);
    if (status == PROJC_OK)
        status = projc__test_rig_open(&rig, module, way, address.data, seed, &error);
    if (status == PROJC_OK) {
        projc__buffer_reset(&heard);
        status = way == &threads ? PROJC_OK : hear(&rig, &error);
        if (status == PROJC_OK)
            status = give_all(&rig, &program->events, &error);
        if (status == PROJC_OK && way == &threads)
            status = run_threads(&rig, address.data, &error);
        else if (status == PROJC_OK)
            status = projc__test_rig_catch_up(&rig, &error);
        if (status == PROJC_OK)
            status = projc__test_rig_dump(&rig, &dump, &error);
        if (status == PROJC_OK)
            status = ask_all(&rig, program->queries, &dump, &error);
        if (status == PROJC_OK && heard.data != NULL && !way->is_rebuilt)
            projc__buffer_put_string(&dump, heard.data);
        projc__test_rig_close(&rig);
    }
    if (status != PROJC_OK) {
        printf("%s\n  the engine says: %s\n", title, error.message);
    } else {
        char *copy = strdup(program->expected);

        if (copy != NULL && (way->is_rebuilt || way == &threads))
            oracle_drop_notices(copy);
        is_good = copy != NULL &&
                  oracle_compare_dumps(copy, dump.data == NULL ? (char[]){""} : dump.data, title);
        free(copy);
    }
    if (projc__test_store_drop(store, &error) != PROJC_OK)
        stop("the store", error.message);
    projc__buffer_clear(&address);
    projc__buffer_clear(&dump);
    return is_good;
}

static bool has_retries(const projc_module *module)
{
    for (uint32_t i = 0; i < module->projection_count; i++)
        if (module->projections[i].policy.action == PROJC_ACTION_RETRY)
            return true;
    return false;
}

/* The package is pN, N the program's number in its batch. */
static bool run_program(projc__test_store *store, const char *folder, const projc_module *module,
                        uint64_t batch_seed)
{
    unsigned number = (unsigned)strtoul(module->package + 1, NULL, 10);
    char *events_text = read_file(folder, number, "events");
    char *queries = read_file(folder, number, "queries");
    char *expected = read_file(folder, number, "expected");
    const given_program program = {.module = module,
                                   .seed = batch_seed + number,
                                   .events = parse_events(module, events_text),
                                   .queries = queries,
                                   .expected = expected};
    bool is_good = true;

    for (size_t i = 0; i < sizeof ways / sizeof *ways && is_good; i++)
        is_good = run_way(store, &program, &ways[i]);
    /* A run ends when all is applied, and does not wait for retries that are not due yet. */
    if (is_good && !has_retries(module))
        is_good = run_way(store, &program, &threads);
    free(program.events.items);
    free(events_text);
    free(queries);
    free(expected);
    return is_good;
}

int main(int argc, char **argv)
{
    projc__test_store store;
    projc_error error = {0};
    unsigned failed = 0;

    if (argc != 3)
        stop("usage", "runner DIR SEED");
    uint64_t seed = strtoull(argv[2], NULL, 10);
    if (projc__test_store_open(&store, getenv("ORACLE_DATABASE"), &error) != PROJC_OK)
        stop("the store", error.message);
    for (unsigned i = 0; i < oracle_module_count; i++)
        failed += !run_program(&store, argv[1], oracle_modules[i], seed);
    projc__test_store_close(&store);
    printf("ran %u, %u differ\n", oracle_module_count, failed);
    return fflush(stdout) != 0 || failed != 0;
}
