/* projc_test_main: the tests of a .proj file, each run in every way, and what came of it. */
#include "projc/test.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "service/answer.h"
#include "service/test_compare.h"
#include "service/test_got.h"
#include "service/test_report.h"
#include "service/test_rig.h"
#include "service/test_rows.h"
#include "service/test_store.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_STORE = 3 };

static const projc__test_way ways[] = {
    {.name = "one batch", .lanes = 16},
    {.name = "event by event", .lanes = 16, .is_event_by_event = true},
    {.name = "random cuts, 1 lane", .lanes = 1, .has_random_cuts = true, .is_redelivered = true},
    {.name = "random cuts, 16 lanes", .lanes = 16, .has_random_cuts = true, .is_redelivered = true},
    {.name = "rebuilt from zero", .lanes = 16, .is_rebuilt = true},
};

enum { WAY_COUNT = sizeof ways / sizeof *ways };

typedef struct test_session {
    const projc_module *module;
    const char *database; /* NULL: temporary SQLite files */
    const char *filter;   /* NULL: all */
    bool is_tap;
    bool is_json;
    const char *got_path; /* NULL: nobody wants the findings */
    FILE *got;            /* what was found instead, in the first way; for `projc test --update` */
    projc__test_got at;   /* the test and the step at hand */
    uint64_t seed;
    projc__test_store store;
    projc__test_report report; /* of the test at hand */
    projc__buffer first;       /* all that its projections held in the first way */
} test_session;

/* What a look at a projection found. */
typedef struct test_finding {
    bool is_absent;
    projc_text state;   /* JSON */
    projc_text failure; /* empty: healthy */
} test_finding;

static bool contains(projc_text text, const char *part)
{
    size_t size = strlen(part);

    for (size_t i = 0; i + size <= text.size; i++)
        if (memcmp(text.data + i, part, size) == 0)
            return true;
    return false;
}

static void put_found(projc__buffer *text, const test_finding *found)
{
    projc__buffer_put_string(text, "      got ");
    if (found->failure.size > 0)
        projc__buffer_format(text, "the failure \"%.*s\"\n", (int)found->failure.size,
                             found->failure.data);
    else if (found->is_absent)
        projc__buffer_put_string(text, "none\n");
    else
        projc__buffer_format(text, "%.*s\n", (int)found->state.size, found->state.data);
}

static void judge_state(const projc_test_step *step, const projc__test_rig *rig,
                        const test_finding *found, projc__buffer *text)
{
    projc_error error = {0};
    projc__json *expected;
    projc__json *got;

    if (found->is_absent || found->failure.size > 0) {
        projc__buffer_format(text, "      expected %s\n", step->json);
        put_found(text, found);
    } else if (projc__json_parse(rig->arena, projc_text_of(step->json, strlen(step->json)),
                                 &expected, &error) != PROJC_OK ||
               projc__json_parse(rig->arena, found->state, &got, &error) != PROJC_OK) {
        projc__buffer_format(text, "      %s\n", error.message);
    } else {
        (void)projc__test_compare(expected, got, text);
    }
}

/* Holds one projection against an `expect`: what is wrong goes to *text. */
static void judge(const projc_test_step *step, const projc__test_rig *rig,
                  const test_finding *found, projc__buffer *text)
{
    if (step->kind == PROJC_TEST_EXPECT || step->kind == PROJC_TEST_QUERY) {
        judge_state(step, rig, found, text);
    } else if (step->kind == PROJC_TEST_ABSENT) {
        if (found->is_absent && found->failure.size == 0)
            return;
        projc__buffer_put_string(text, "      expected none\n");
        put_found(text, found);
    } else if (found->failure.size == 0 || !contains(found->failure, step->json)) {
        projc__buffer_format(text, "      expected a failure with \"%s\"\n", step->json);
        put_found(text, found);
    }
}

static projc_status run_step(test_session *session, const projc_test_step *step,
                             const projc__test_way *way, projc__test_rig *rig, bool *is_behind,
                             projc_error *error)
{
    test_finding found = {.is_absent = false};
    projc__buffer text;
    projc_status status = PROJC_OK;

    if (step->kind == PROJC_TEST_GIVEN) {
        *is_behind = true;
        return projc__test_rig_give(rig, step, error);
    }
    if (*is_behind)
        status = projc__test_rig_catch_up(rig, error);
    *is_behind = false;
    if (status != PROJC_OK)
        return status;
    if (step->table != 0)
        status = projc__test_rig_look_row(rig, step->index, step->table - 1, step->key,
                                          &found.state, error);
    else if (step->kind == PROJC_TEST_QUERY)
        status = projc__test_rig_query(rig, step->index, step->key, &found.state, error);
    else
        status =
            projc__test_rig_look(rig, step->index, step->key, &found.state, &found.failure, error);
    found.is_absent = status == PROJC_ABSENT;
    if (status != PROJC_OK && status != PROJC_ABSENT)
        return status;
    projc__buffer_init(&text);
    judge(step, rig, &found, &text);
    if (text.size > 0)
        projc__test_report_add(&session->report, step->line, step->source, (uint32_t)(way - ways),
                               &text);
    status = projc__buffer_status(&text, error);
    if (status == PROJC_OK && text.size > 0 && session->got != NULL && way == ways) {
        projc__test_got got = {session->at.test, session->at.step, found.is_absent, found.state,
                               found.failure};

        status = projc__test_got_write(session->got, step, &got, rig->arena, error);
    }
    projc__buffer_clear(&text);
    return status;
}

/* The first line in which two dumps differ, of each. */
static void put_difference(projc__buffer *text, const char *first, const char *other)
{
    const char *line[2] = {first, other};

    while (*first != '\0' && *first == *other) {
        if (*first == '\n') {
            line[0] = first + 1;
            line[1] = other + 1;
        }
        first++;
        other++;
    }
    projc__buffer_format(text, "      the states differ from those of \"%s\"\n", ways[0].name);
    for (int i = 0; i < 2; i++) {
        size_t size = strcspn(line[i], "\n");

        projc__buffer_format(text, "      %s %.*s\n", i == 0 ? "there" : "here ",
                             size == 0 ? 7 : (int)size, size == 0 ? "nothing" : line[i]);
    }
}

/* What the expectations do not name must be the same in all ways too. */
static projc_status compare_ways(test_session *session, const projc_test_case *test,
                                 const projc__test_way *way, projc__test_rig *rig,
                                 projc_error *error)
{
    projc__buffer held;
    projc__buffer text;
    projc_status status;

    if (way == &ways[0])
        return projc__test_rig_dump(rig, &session->first, error);
    projc__buffer_init(&held);
    projc__buffer_init(&text);
    status = projc__test_rig_dump(rig, &held, error);
    if (status == PROJC_OK && strcmp(held.data, session->first.data) != 0) {
        put_difference(&text, session->first.data, held.data);
        projc__test_report_add(&session->report, test->line, "at the end", (uint32_t)(way - ways),
                               &text);
    }
    projc__buffer_clear(&held);
    projc__buffer_clear(&text);
    return status;
}

/* One test in one way, in an empty database. */
static projc_status run_way(test_session *session, const projc_test_case *test,
                            const projc__test_way *way, projc_error *error)
{
    projc__buffer address;
    projc__test_rig rig;
    bool is_behind = false;
    projc_error drop_error = {0};
    projc_status status;

    projc__buffer_init(&address);
    status = projc__test_store_make(&session->store, &address, error);
    if (status == PROJC_OK) {
        status =
            projc__test_rig_open(&rig, session->module, way, address.data, session->seed, error);
        if (status == PROJC_OK) {
            for (uint32_t i = 0; i < test->step_count && status == PROJC_OK; i++) {
                session->at.step = i;
                status = run_step(session, &test->steps[i], way, &rig, &is_behind, error);
            }
            if (status == PROJC_OK && is_behind)
                status = projc__test_rig_catch_up(&rig, error);
            if (status == PROJC_OK)
                status = compare_ways(session, test, way, &rig, error);
            projc__test_rig_close(&rig);
        }
        if (projc__test_store_drop(&session->store, &drop_error) != PROJC_OK &&
            status == PROJC_OK) {
            *error = drop_error;
            status = drop_error.status;
        }
    }
    projc__buffer_clear(&address);
    return status;
}

/* False: memory is out. */
static bool write_result(test_session *session, const projc_test_case *test, bool is_good)
{
    projc_arena *arena = projc_arena_new(0);
    projc_json_writer *writer = arena == NULL ? NULL : projc__answer_begin(arena, NULL, NULL);
    bool is_written = false;

    if (writer != NULL) {
        projc__answer_text(writer, "file", session->report.file);
        projc__answer_text(writer, "test", test->name);
        projc__answer_bool(writer, "ok", is_good);
        projc_json_write_name(writer, "findings");
        projc__test_report_write(&session->report, writer);
        is_written = projc__answer_end(writer, NULL) == PROJC_OK;
    }
    projc_arena_free(arena);
    return is_written;
}

static void print_result(test_session *session, const projc_test_case *test, uint32_t number)
{
    bool is_good = session->report.count == 0 && !session->report.is_failed;
    projc__buffer text;

    if (session->is_json) {
        session->report.is_failed |= !write_result(session, test, is_good);
        return;
    }

    projc__buffer_init(&text);
    projc__test_report_put(&session->report, &text);
    if (session->is_tap)
        printf("%s %u - %s\n", is_good ? "ok" : "not ok", number, test->name);
    else
        printf("%s %s\n%.*s", is_good ? "ok    " : "FAILED", test->name, (int)text.size, text.data);
    for (const char *line = text.data; session->is_tap && *line != '\0';) {
        size_t size = strcspn(line, "\n");

        printf("# %.*s\n", (int)size, line);
        line += size + (line[size] == '\n');
    }
    projc__buffer_clear(&text);
}

/* All ways of one test. False: the store failed, which is not the test's fault. */
static bool run_test(test_session *session, const projc_test_case *test, uint32_t number)
{
    projc_error error = {0};

    projc__test_report_clear(&session->report);
    for (size_t i = 0; i < WAY_COUNT; i++) {
        projc_status status = run_way(session, test, &ways[i], &error);

        if (status != PROJC_OK) {
            fprintf(stderr, "projc: test \"%s\", way \"%s\": %s\n", test->name, ways[i].name,
                    error.message[0] != '\0' ? error.message : projc_status_text(status));
            return false;
        }
    }
    print_result(session, test, number);
    return true;
}

static int run_all(test_session *session, const projc_test_case *cases, uint32_t case_count)
{
    uint32_t run = 0;
    uint32_t failed = 0;

    for (uint32_t i = 0; i < case_count; i++) {
        if (session->filter != NULL && strstr(cases[i].name, session->filter) == NULL)
            continue;
        session->at.test = i;
        if (!run_test(session, &cases[i], ++run))
            return EXIT_STORE;
        failed += session->report.count > 0 || session->report.is_failed;
    }
    if (session->is_tap)
        printf("1..%u\n", run);
    else if (!session->is_json)
        printf("%u passed, %u failed\n", run - failed, failed);
    if (run == 0) {
        fprintf(stderr, "projc: no test's name holds \"%s\"\n",
                session->filter == NULL ? "" : session->filter);
        return EXIT_FAILED;
    }
    return failed > 0 ? EXIT_FAILED : EXIT_OK;
}

static bool read_options(test_session *session, int argc, char **argv)
{
    enum { OPTION_STORE = 256, OPTION_FILTER, OPTION_TAP, OPTION_JSON, OPTION_GOT };
    static const struct option options[] = {{"store", required_argument, NULL, OPTION_STORE},
                                            {"filter", required_argument, NULL, OPTION_FILTER},
                                            {"tap", no_argument, NULL, OPTION_TAP},
                                            {"json", no_argument, NULL, OPTION_JSON},
                                            {"got", required_argument, NULL, OPTION_GOT},
                                            {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == OPTION_STORE)
            session->database = optarg;
        else if (option == OPTION_FILTER)
            session->filter = optarg;
        else if (option == OPTION_TAP)
            session->is_tap = true;
        else if (option == OPTION_JSON)
            session->is_json = true;
        else if (option == OPTION_GOT)
            session->got_path = optarg;
        else
            return false;
    }
    return optind == argc;
}

/* PROJC_TEST_SEED repeats a run. */
static uint64_t choose_seed(void)
{
    const char *text = getenv("PROJC_TEST_SEED");
    projc_uuid uuid = projc__uuid_random();
    uint64_t seed;

    if (text != NULL && *text != '\0')
        return strtoull(text, NULL, 10);
    memcpy(&seed, uuid.bytes + 8, sizeof seed);
    return seed;
}

int projc_test_main(int argc, char **argv, const projc_module *module, const projc_test_case *cases,
                    uint32_t case_count)
{
    const char *names[WAY_COUNT];
    uint64_t seed = choose_seed();
    test_session session = {
        .module = module,
        .seed = seed,
        .report = {
            .file = module->source, .way_names = names, .way_count = WAY_COUNT, .seed = seed}};
    projc_error error = {0};
    int status;

    if (!read_options(&session, argc, argv)) {
        fprintf(stderr, "usage: %s [--store URL] [--filter TEXT] [--tap|--json] [--got FILE]\n",
                argv[0]);
        return EXIT_USAGE;
    }
    if (projc__test_store_open(&session.store, session.database, &error) != PROJC_OK) {
        fprintf(stderr, "projc: %s\n", error.message);
        return EXIT_STORE;
    }
    for (uint32_t i = 0; i < WAY_COUNT; i++) {
        names[i] = ways[i].name;
        session.report.random_ways |= (uint32_t)ways[i].has_random_cuts << i;
    }
    if (session.got_path != NULL) {
        session.got = fopen(session.got_path, "w");
        if (session.got == NULL) {
            fprintf(stderr, "projc: %s: %s\n", session.got_path, strerror(errno));
            projc__test_store_close(&session.store);
            return EXIT_STORE;
        }
    }
    projc__buffer_init(&session.first);
    status = run_all(&session, cases, case_count);
    if (session.got != NULL && fclose(session.got) != 0) {
        fprintf(stderr, "projc: %s: %s\n", session.got_path, strerror(errno));
        status = EXIT_STORE;
    }
    projc__test_report_clear(&session.report);
    projc__buffer_clear(&session.first);
    projc__test_store_close(&session.store);
    return fflush(stdout) == 0 ? status : EXIT_STORE;
}
