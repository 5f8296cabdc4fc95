/* test.c -- projc test: runs the tests in .proj files, through generated C, four ways. */
#include "command/front.h"
#include "runner/run_tests.h"
#include "runner/update.h"

#include <getopt.h>
#include <stdio.h>

/* Writes what the tests got into the file. Exit status 0 when every expectation could be mended. */
static int update_file(struct pc_front *front, const char *path, struct pc_text findings,
                       struct pc_text *problem)
{
    uint32_t updated;
    uint32_t left;

    if (!pc_update_expectations(front->arena, front->sources, front->model, findings, &updated,
                                &left, problem))
        return PC_EXIT_IO;
    printf("%s: %u updated, %u to be mended by hand\n", path, updated, left);
    return updated > 0 && left == 0 ? PC_EXIT_OK : PC_EXIT_FOUND;
}

/* Compiles and runs the tests of one file. */
static int test_file(struct pc_front *front, const char *path,
                     const struct pc_test_options *options)
{
    struct pc_test_options own = *options;
    struct pc_text problem = {0};
    struct pc_text findings = {0};
    struct pc_plan *plan;
    int status;

    if (!pc_front_names_outputs(path))
        return PC_EXIT_IO;
    plan = pc_front_compile(front, path, NULL, NULL);
    if (plan == NULL)
        return PC_EXIT_FOUND; /* reported at the end */
    if (own.findings != NULL)
        own.findings = &findings;
    status = pc_run_tests(front->arena, plan, &own, &problem);
    if (status == PC_EXIT_FOUND && own.findings != NULL)
        status = update_file(front, path, findings, &problem);
    if (problem.size > 0)
        fprintf(stderr, "projc: %s: %.*s\n", path, PC_TEXT_ARGS(problem));
    return status;
}

static int run(int argc, char **argv)
{
    enum { OPTION_STORE = 256, OPTION_FILTER, OPTION_TAP, OPTION_JSON, OPTION_UPDATE };
    static const struct option long_options[] = {{"store", required_argument, NULL, OPTION_STORE},
                                                 {"filter", required_argument, NULL, OPTION_FILTER},
                                                 {"tap", no_argument, NULL, OPTION_TAP},
                                                 {"json", no_argument, NULL, OPTION_JSON},
                                                 {"update", no_argument, NULL, OPTION_UPDATE},
                                                 {NULL, 0, NULL, 0}};
    struct pc_test_options options = {.version = pc_text_of(PROJC_VERSION)};
    struct pc_text wanted = {0};
    struct pc_front front;
    int status = PC_EXIT_OK;
    int option;
    int reported;

    pc_front_init(&front);
    while ((option = getopt_long(argc, argv, "I:", long_options, NULL)) != -1) {
        if (option == 'I')
            pc_front_include(&front, optarg);
        else if (option == OPTION_STORE)
            options.store = optarg;
        else if (option == OPTION_FILTER)
            options.filter = optarg;
        else if (option == OPTION_TAP)
            options.is_tap = true;
        else if (option == OPTION_JSON)
            options.is_json = true;
        else if (option == OPTION_UPDATE)
            options.findings = &wanted;
        else
            goto usage;
    }
    /* One form at a time; what --update says is for people. */
    if (optind == argc || options.is_tap + options.is_json > 1 ||
        (options.is_json && options.findings != NULL))
        goto usage;
    for (int i = optind; i < argc; i++) {
        int result = test_file(&front, argv[i], &options);

        status = result > status ? result : status;
    }
    reported = pc_front_report(&front);
    pc_front_clear(&front);
    return reported > status ? reported : status;
usage:
    pc_front_clear(&front);
    return pc_usage_error(&pc_command_test);
}

const struct pc_command pc_command_test = {
    .name = "test",
    .summary = "run the tests in .proj files",
    .usage = "usage: projc test [options] FILE...\n"
             "\n"
             "Generates C, calls $CC (cc without) and runs the result: what is tested is what\n"
             "ships. Every test runs in ways that must agree: one batch; event by event with the\n"
             "state stored and read back in between; random batch cuts on 1 and 16 lanes with\n"
             "every page delivered twice; and rebuilt from zero.\n"
             "\n"
             "  -I DIR           look for imports in DIR too\n"
             "  --store STORE    sqlite (in a temporary file; the default), or postgres: the\n"
             "                   database that DATABASE_URL names, in a schema of its own\n"
             "  --filter TEXT    only tests whose name holds TEXT\n"
             "  --tap            print TAP, the Test Anything Protocol\n"
             "  --json           one JSON object a line for each test, of file, test, ok and\n"
             "                   findings; not with --tap or --update\n"
             "  --update         write what the tests got into their expectations; fields that\n"
             "                   hold, and the rest of the file, stay as they are\n"
             "\n"
             "Exit status: 0 ok, 1 errors or failed tests, 2 usage, 3 a file, $CC or the\n"
             "database failed.\n",
    .run = run,
};
