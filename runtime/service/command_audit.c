/* audit: what was applied, held against what is in the log. */
#include <assert.h>
#include <inttypes.h>

#include "service/answer.h"
#include "service/finding_report.h"

static void print_audit(const projc__checking *self, const projc__audit_result *result)
{
    const char *name = self->target.type->name;
    int64_t applied = 0;

    for (size_t i = 0; i < result->lane_count; i++) {
        const projc__audit_lane *lane = &result->lanes[i];

        applied += lane->applied;
        if (lane->applied != lane->expected)
            printf("%s: lane %u at event %" PRId64 ": %" PRId64 " applied, by the log %" PRId64
                   "\n",
                   name, lane->lane, lane->position, lane->applied, lane->expected);
    }
    printf("%s: %zu lane%s, %" PRId64 " events applied: %s\n", name, result->lane_count,
           result->lane_count == 1 ? "" : "s", applied,
           result->differences == 0 ? "as the log says" : "not what the log says");
    if (result->strangers > 0)
        printf("%s: %" PRId64 " recorded failures or skips name events that the log has not\n",
               name, result->strangers);
    if (result->waiting > 0)
        printf("%s: %" PRId64 " key%s for repair; what waits behind is not applied yet\n", name,
               result->waiting, result->waiting == 1 ? " waits" : "s wait");
}

static projc_status write_audit(projc__checking *self, const projc__audit_result *result)
{
    projc_json_writer *writer;

    projc_arena_reset(self->arena);
    writer = projc__answer_begin(self->arena, self->target.type->name, NULL);
    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc_json_write_name(writer, "lanes");
    projc_json_write_list(writer);
    for (size_t i = 0; i < result->lane_count; i++) {
        projc_json_write_map(writer);
        projc__answer_number(writer, "lane", result->lanes[i].lane);
        projc__answer_number(writer, "position", result->lanes[i].position);
        projc__answer_number(writer, "applied", result->lanes[i].applied);
        projc__answer_number(writer, "expected", result->lanes[i].expected);
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
    projc__answer_number(writer, "differences", result->differences);
    projc__answer_number(writer, "strangers", result->strangers);
    projc__answer_number(writer, "waiting", result->waiting);
    return projc__answer_end(writer, NULL);
}

static int audit_one(projc__checking *self)
{
    projc__audit_result result;
    projc__engine engine;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(self->cli, &store, &error);

    assert(self->target.type != NULL);
    projc__cli_engine(self->cli, &engine);
    if (status == PROJC_OK)
        status = projc__audit(&engine, store, self->target.module, self->target.projection,
                              self->cli->arena, &result, &error);
    if (status == PROJC_OK && self->is_json)
        status = write_audit(self, &result);
    else if (status == PROJC_OK)
        print_audit(self, &result);
    error.status = status;
    if (status != PROJC_OK)
        return projc__cli_fail(self->cli, &error);
    return result.differences + result.strangers > 0 ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

static int run_audit(projc__cli *cli)
{
    projc__checking self = {.cli = cli, .is_json = projc__cli_has(cli, "json")};
    int exit_status;

    if (cli->argument_count > 1)
        return projc__cli_usage(cli, "`audit` takes the NAME of one projection, or none");
    if (cli->argument_count > 0 && !projc__cli_projection(cli, cli->arguments[0], &self.target))
        return PROJC__EXIT_USAGE;
    self.arena = projc_arena_new(0);
    if (self.arena == NULL) {
        projc_error error = {.status = PROJC_NO_MEMORY};

        return projc__cli_fail(cli, &error);
    }
    exit_status = cli->argument_count == 0 ? projc__check_each(&self, audit_one) : audit_one(&self);
    projc_arena_free(self.arena);
    return exit_status;
}

const projc__command projc__command_audit = {
    .name = "audit",
    .summary = "compare what was applied with what is in the log",
    .usage = "audit [NAME] [--json]\n"
             "\n"
             "Was every event applied, and once? Counts what a replay of the log applies up to\n"
             "where each lane stands, and looks recorded failures and skips up in the log. Writes\n"
             "nothing, and may run beside services. Exit 1: something differs.\n",
    .flags = {{"json", false}},
    .run = run_audit,
};
