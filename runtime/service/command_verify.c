/* verify: what is stored, held against what the log gives. */
#include <inttypes.h>
#include <string.h>

#include "service/answer.h"
#include "service/finding_report.h"

static void print_summary(const projc__checking *self, const projc__verify_result *result)
{
    const char *name = self->target.type->name;

    printf("%s: %" PRId64 " state%s", name, result->states, result->states == 1 ? "" : "s");
    if (self->target.type->table_count > 0)
        printf(" and %" PRId64 " row%s", result->rows, result->rows == 1 ? "" : "s");
    printf(" compared up to event %" PRId64 ": ", result->position);
    if (result->differences == 0)
        printf("%s\n", result->undecided == 0 ? "as the log says" : "no difference found");
    else
        printf("%" PRId64 " difference%s\n", result->differences,
               result->differences == 1 ? "" : "s");
    if (self->shown > PROJC__FINDINGS_SHOWN_MAX)
        printf("%s: the first %d differences are shown\n", name, PROJC__FINDINGS_SHOWN_MAX);
    if (result->waiting > 0)
        printf("%s: %" PRId64 " key%s for repair and %s not compared: see `%s failed list`\n", name,
               result->waiting, result->waiting == 1 ? " waits" : "s wait",
               result->waiting == 1 ? "was" : "were", self->cli->program);
    if (result->undecided > 0)
        printf("%s: %" PRId64 " row%s changed at every look: try again when less is written\n",
               name, result->undecided, result->undecided == 1 ? "" : "s");
}

static projc_status write_summary(projc__checking *self, const projc__verify_result *result)
{
    projc_json_writer *writer;

    projc_arena_reset(self->arena);
    writer = projc__answer_begin(self->arena, self->target.type->name, NULL);
    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_number(writer, "position", result->position);
    projc__answer_number(writer, "states", result->states);
    projc__answer_number(writer, "rows", result->rows);
    projc__answer_number(writer, "differences", result->differences);
    projc__answer_number(writer, "waiting", result->waiting);
    projc__answer_number(writer, "undecided", result->undecided);
    return projc__answer_end(writer, NULL);
}

static int verify_one(projc__checking *self, const projc_value *key, int64_t sample)
{
    projc__verify_request request = {.module = self->target.module,
                                     .projection = self->target.projection,
                                     .key = key,
                                     .sample = sample,
                                     .tell = projc__finding_difference,
                                     .tell_failure = projc__finding_failure,
                                     .context = self};
    projc__verify_result result;
    projc__engine engine;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(self->cli, &store, &error);

    projc__cli_engine(self->cli, &engine);
    request.seed = (uint64_t)projc__clock_now(engine.clock);
    self->shown = 0;
    if (status == PROJC_OK)
        status = projc__verify(&engine, store, &request, &result, &error);
    if (status == PROJC_OK && self->is_json)
        self->trouble = write_summary(self, &result);
    else if (status == PROJC_OK)
        print_summary(self, &result);
    if (status == PROJC_OK && self->trouble != PROJC_OK)
        status = projc_error_set(&error, self->trouble, "a difference could not be shown");
    error.status = status;
    if (status != PROJC_OK)
        return projc__cli_fail(self->cli, &error);
    return result.differences + result.undecided > 0 ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

static int verify_all(projc__checking *self)
{
    return verify_one(self, NULL, 0);
}

static int run_verify(projc__cli *cli)
{
    projc__checking self = {.cli = cli, .is_json = projc__cli_has(cli, "json")};
    const char *sample_text = projc__cli_flag(cli, "sample");
    projc_value parts[PROJC__ARGUMENTS_MAX];
    uint32_t count = 0;
    int64_t sample = 0;
    int exit_status;

    if (sample_text != NULL &&
        !projc_parse_integer(projc_text_of(sample_text, strlen(sample_text)), 1, 1000000, &sample))
        return projc__cli_usage(cli, "--sample is `%s`, not a number from 1 to 1000000",
                                sample_text);
    if (sample > 0 && cli->argument_count != 1)
        return projc__cli_usage(cli, "--sample draws keys of one projection: give its NAME alone");
    if (cli->argument_count > 0 && !projc__cli_projection(cli, cli->arguments[0], &self.target))
        return PROJC__EXIT_USAGE;
    if (cli->argument_count > 1 && !projc__cli_key(cli, &self.target, 1, parts, &count))
        return PROJC__EXIT_USAGE;
    self.arena = projc_arena_new(0);
    if (self.arena == NULL) {
        projc_error error = {.status = PROJC_NO_MEMORY};

        return projc__cli_fail(cli, &error);
    }
    if (cli->argument_count == 0)
        exit_status = projc__check_each(&self, verify_all);
    else
        exit_status = verify_one(&self, count > 0 ? parts : NULL, sample);
    projc_arena_free(self.arena);
    return exit_status;
}

const projc__command projc__command_verify = {
    .name = "verify",
    .summary = "replay the log and compare with what is stored",
    .usage =
        "verify [NAME [KEY...]] [--sample N] [--json]\n"
        "\n"
        "Applies the log again, into a private temporary database, and compares every state and\n"
        "row with what is stored; of one key, or of N keys drawn at random, if asked so. Writes\n"
        "nothing, and may run beside services. Functions in C (extern) are called again.\n"
        "Exit 1: something differs. With --json each difference is a line, and the last line of\n"
        "each projection is\n"
        "  {\"projection\":…,\"position\":…,\"states\":…,\"rows\":…,\"differences\":…,\n"
        "   \"waiting\":…,\"undecided\":…}\n",
    .flags = {{"sample", true}, {"json", false}},
    .run = run_verify,
};
