/* projc_test_main: a projection whose handlers are not deterministic is caught, though no
 * expectation names it. */
#include <projc/test.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/account_module.h"
#include "tests/unit/suite.h"

/* Remembers what no handler may: how often it has been called in this process. */
static int64_t calls;

static projc_status count_calls(projc_handler *handler, void *state, const void *event)
{
    (void)handler;
    (void)event;
    ((audit_state *)state)->count = ++calls;
    return PROJC_OK;
}

static projc_status count_events(projc_handler *handler, void *state, const void *event)
{
    (void)handler;
    (void)event;
    ((audit_state *)state)->count++;
    return PROJC_OK;
}

static void write_audit(projc_json_writer *writer, const void *state)
{
    projc_json_write_map(writer);
    projc_json_write_name(writer, "count");
    projc_json_write_integer(writer, ((const audit_state *)state)->count);
    projc_json_write_map_end(writer);
}

static const projc_test_step steps[] = {
    {.kind = PROJC_TEST_GIVEN,
     .line = 11,
     .index = ACCOUNT_OPENED,
     .key = "\"00000000-0000-0000-0000-000000000001\"",
     .json = "{\"owner\":\"Ann\"}",
     .time = 1,
     .source = "AccountOpened { owner: \"Ann\" }"},
    {.kind = PROJC_TEST_GIVEN,
     .line = 12,
     .index = ACCOUNT_CLOSED,
     .key = "\"00000000-0000-0000-0000-000000000001\"",
     .json = "{}",
     .time = 2,
     .source = "AccountClosed {}"},
};

static const projc_test_case cases[] = {{"it is audited", 10, steps, 2}};

static char output[8192];

/* Runs the test with this handler; what it printed is in *output. */
static int run_with(projc_handler_function handler)
{
    const projc_handler_function functions[] = {handler};
    projc_projection_type audit = account_module.projections[PROJECTION_AUDIT];
    projc_module module = account_module;
    char program[] = "test";
    char *arguments[] = {program, NULL};
    FILE *file = tmpfile();
    int saved = dup(STDOUT_FILENO);
    size_t size;
    int status;

    CU_ASSERT_TRUE_FATAL(file != NULL && saved >= 0);
    audit.any_functions = functions;
    audit.to_json = write_audit;
    module.projections = &audit;
    module.projection_count = 1;
    (void)fflush(stdout);
    (void)dup2(fileno(file), STDOUT_FILENO);
    status = projc_test_main(1, arguments, &module, cases, 1);
    (void)fflush(stdout);
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
    rewind(file);
    size = fread(output, 1, sizeof output - 1, file);
    output[size] = '\0';
    (void)fclose(file);
    return status;
}

static void the_same_in_every_way_passes(void)
{
    CU_ASSERT_EQUAL(run_with(count_events), 0);
    CU_ASSERT_STRING_EQUAL(output, "ok     it is audited\n1 passed, 0 failed\n");
}

static void states_that_differ_between_the_ways_fail(void)
{
    calls = 0;
    CU_ASSERT_EQUAL(run_with(count_calls), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "FAILED it is audited\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, ":10: at the end\n    only \"event by event\"\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "the states differ from those of \"one batch\"\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "      there audit after event 2: {\"count\":2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "      here  audit after event 2: {\"count\":4"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "(PROJC_TEST_SEED="));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "\n0 passed, 1 failed\n"));
}

#define TESTS(X)                    \
    X(the_same_in_every_way_passes) \
    X(states_that_differ_between_the_ways_fail)

SUITE("test_main", TESTS)
