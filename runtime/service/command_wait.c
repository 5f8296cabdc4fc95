/* wait: until a projection has applied an event. */
#include <string.h>

#include "service/answer.h"
#include "service/cli.h"

/* "new", "live" or "paused". */
static const char *find_state(projc__cli *cli, const projc__target *target)
{
    projc__generation generation;
    projc_error error;
    projc_status status = projc__store_find_generation(
        cli->store, target->module->package, target->type->name, cli->arena, &generation, &error);

    if (status == PROJC_ABSENT)
        return "new";
    if (status != PROJC_OK)
        return NULL; /* what the wait came to is told all the same */
    return generation.state == PROJC__PAUSED ? "paused" : "live";
}

/* What the wait came to, as an object. */
static int print_wait(projc__cli *cli, const projc__target *target, int64_t position,
                      projc_status result, const projc_error *told)
{
    projc_error error = {0};
    projc_json_writer *writer = projc__answer_begin(cli->arena, target->type->name, &error);

    if (writer == NULL)
        return projc__cli_fail(cli, &error);
    projc__answer_number(writer, "position", position);
    projc__answer_result(writer, result, told);
    projc__answer_text(writer, "state", find_state(cli, target));
    if (projc__answer_end(writer, &error) != PROJC_OK)
        return projc__cli_fail(cli, &error);
    return result == PROJC_OK ? PROJC__EXIT_OK : PROJC__EXIT_FOUND;
}

static bool is_answer(projc_status status)
{
    return status == PROJC_OK || status == PROJC_KEY_FAILED || status == PROJC_NO_SUCH_EVENT ||
           status == PROJC_TIMED_OUT;
}

static int run_wait(projc__cli *cli)
{
    const char *timeout = projc__cli_flag(cli, "timeout");
    projc_value parts[PROJC__ARGUMENTS_MAX];
    uint32_t count = 0;
    int64_t position;
    int64_t timeout_ms = 10000;
    projc__target target;
    projc_store *store;
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count < 2)
        return projc__cli_usage(cli, "`wait` needs NAME and POSITION");
    if (!projc__cli_projection(cli, cli->arguments[0], &target))
        return PROJC__EXIT_USAGE;
    if (!projc_parse_integer(projc_text_of(cli->arguments[1], strlen(cli->arguments[1])), 1,
                             INT64_MAX, &position))
        return projc__cli_usage(cli, "POSITION is `%s`, not a number of 1 or more",
                                cli->arguments[1]);
    if (timeout != NULL && !projc__parse_duration_ms(timeout, &timeout_ms))
        return projc__cli_usage(cli, "--timeout is `%s`, not a time such as 500ms, 5s, 1m",
                                timeout);
    if (cli->argument_count > 2 && !projc__cli_key(cli, &target, 2, parts, &count))
        return PROJC__EXIT_USAGE;
    status = projc__cli_store(cli, &store, &error);
    if (status == PROJC_OK)
        status = projc_wait_for(store, target.module, target.projection, count > 0 ? parts : NULL,
                                count, position, timeout_ms, &error);
    if (projc__cli_has(cli, "json") && is_answer(status))
        return print_wait(cli, &target, position, status, &error);
    if (status == PROJC_OK) {
        printf("%s has applied everything up to %lld\n", target.type->name, (long long)position);
        return PROJC__EXIT_OK;
    }
    error.status = status;
    return projc__cli_fail(cli, &error);
}

const projc__command projc__command_wait = {
    .name = "wait",
    .summary = "wait until a projection has applied an event",
    .usage =
        "wait NAME POSITION [KEY...] [--timeout 10s] [--json]\n"
        "\n"
        "Exit 0 when it is applied; 1 when the time is over, the key is failed, or there will be\n"
        "no event of that number. A projection that is paused, or that no service has run yet, is\n"
        "waited for, and told when the time is over. --json: {\"projection\":…,\"position\":…,\n"
        "\"result\":…,\"error\":…,\"state\":…}, with the result OK, TIMED_OUT, KEY_FAILED or\n"
        "NO_SUCH_EVENT and the state live, paused or new.\n",
    .flags = {{"timeout", true}, {"json", false}},
    .run = run_wait,
};
