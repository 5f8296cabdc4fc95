/* What stands beside a projection's live generation: told, and dropped. */
#include "service/beside.h"

#include "engine/building.h"
#include "service/answer.h"
#include "service/confirm.h"

projc_status projc__beside_load(projc__cli *cli, const projc__target *target,
                                projc__generation **rows, size_t *count, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__cli_store(cli, &store, error);

    if (status == PROJC_OK)
        status = projc__store_list_generations(store, target->module->package, target->type->name,
                                               cli->arena, rows, count, error);
    return status;
}

const projc__generation *projc__beside_find(const projc__generation *rows, size_t count,
                                            projc__generation_state state)
{
    for (size_t i = count; i > 0; i--)
        if (rows[i - 1].state == state)
            return &rows[i - 1];
    return NULL;
}

/* ---- dropping ---- */

/* Generations that a command drops, or would. */
typedef struct dropping {
    projc__cli *cli;
    const projc__target *target;
    bool is_dry;
    projc_json_writer *writer; /* NULL: for people */
    uint32_t count;
} dropping;

/* With --json an object is begun, whose list of generations is open. */
static projc_status begin_drop(dropping *self, projc_error *error)
{
    self->is_dry = projc__cli_has(self->cli, "dry-run");
    if (!projc__cli_has(self->cli, "json"))
        return PROJC_OK;
    self->writer = projc__answer_begin(self->cli->arena, self->target->type->name, error);
    if (self->writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_bool(self->writer, "dry_run", self->is_dry);
    projc_json_write_name(self->writer, "dropped");
    projc_json_write_list(self->writer);
    return PROJC_OK;
}

static projc_status end_drop(dropping *self, projc_error *error)
{
    if (self->writer == NULL)
        return PROJC_OK;
    projc_json_write_list_end(self->writer);
    return projc__answer_end(self->writer, error);
}

static projc_status drop(dropping *self, const projc__generation *generation, projc_error *error)
{
    projc_status status = PROJC_OK;

    if (!self->is_dry)
        status =
            projc__drop_generation(self->cli->store, self->target->type, generation->number, error);
    if (status != PROJC_OK)
        return status;
    self->count++;
    if (self->writer == NULL)
        return PROJC_OK;
    projc_json_write_map(self->writer);
    projc__answer_number(self->writer, "generation", generation->number);
    projc__answer_number(self->writer, "version", generation->version);
    projc_json_write_map_end(self->writer);
    return PROJC_OK;
}

int projc__beside_abort(projc__cli *cli, const projc__target *target)
{
    dropping self = {.cli = cli, .target = target};
    projc__generation building;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(cli, &store, &error);

    if (status == PROJC_OK)
        status = begin_drop(&self, &error);
    if (status == PROJC_OK)
        status = projc__building_find(store, target->module, target->projection, cli->arena,
                                      &building, &error);
    if (status == PROJC_OK)
        status = drop(&self, &building, &error);
    if (status == PROJC_OK || status == PROJC_ABSENT)
        status = end_drop(&self, &error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (self.writer != NULL)
        return PROJC__EXIT_OK;
    if (self.count == 0)
        printf("%s is not being rebuilt\n", target->type->name);
    else
        printf(self.is_dry ? "would drop generation %lld of %s, which is being built\n"
                           : "generation %lld of %s, which was being built, is dropped; the live "
                             "one is as it was\n",
               (long long)building.number, target->type->name);
    return PROJC__EXIT_OK;
}

int projc__beside_drop_old(projc__cli *cli, const projc__target *target)
{
    dropping self = {.cli = cli, .target = target};
    projc__generation *rows = NULL;
    size_t count = 0;
    int exit_status = PROJC__EXIT_OK;
    projc_error error = {0};
    projc_status status = projc__beside_load(cli, target, &rows, &count, &error);

    if (status == PROJC_OK && !projc__cli_has(cli, "dry-run") &&
        !projc__cli_confirm(cli, &exit_status, "--drop-old deletes the retired tables of `%s`",
                            target->type->name))
        return exit_status;
    if (status == PROJC_OK)
        status = begin_drop(&self, &error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (rows[i].state != PROJC__RETIRED)
            continue;
        status = drop(&self, &rows[i], &error);
        if (status == PROJC_OK && self.writer == NULL)
            printf(self.is_dry ? "would drop generation %lld (version %u) of %s\n"
                               : "generation %lld (version %u) of %s is dropped\n",
                   (long long)rows[i].number, rows[i].version, target->type->name);
    }
    if (status == PROJC_OK)
        status = end_drop(&self, &error);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    if (self.count == 0 && self.writer == NULL)
        printf("%s has no retired generation\n", target->type->name);
    return PROJC__EXIT_OK;
}

/* ---- what a rebuild would do ---- */

typedef struct prospect {
    const projc__target *target;
    const projc__generation *live; /* NULL: it has never run, or is paused */
    const projc__generation *building;
    int64_t head;
    int64_t skipped;
    bool is_in_place;
} prospect;

static void print_prospect(const projc__cli *cli, const prospect *found)
{
    const char *name = found->target->type->name;

    if (found->live == NULL)
        printf("%s has never run, or is paused\n", name);
    else if (found->is_in_place)
        printf("would empty %s, and apply the events up to %lld again\n", name,
               (long long)found->head);
    else if (found->building != NULL)
        printf("would go on with generation %lld of %s (version %u), and put it in place of %lld\n",
               (long long)found->building->number, name, found->building->version,
               (long long)found->live->number);
    else
        printf(
            "would build version %u of %s beside generation %lld (version %u) from the events up "
            "to %lld, and put it in its place\n",
            found->target->type->version, name, (long long)found->live->number,
            found->live->version, (long long)found->head);
    if (found->skipped > 0)
        printf(projc__cli_has(cli, "retry-skipped") ? "%lld recorded skips would be tried again\n"
                                                    : "%lld recorded skips would be honoured\n",
               (long long)found->skipped);
}

static void write_generation(projc_json_writer *writer, const char *name,
                             const projc__generation *generation)
{
    if (generation != NULL)
        projc__answer_number(writer, name, generation->number);
    else
        projc__answer_text(writer, name, NULL);
}

static projc_status write_prospect(projc__cli *cli, const prospect *found, projc_error *error)
{
    projc_json_writer *writer = projc__answer_begin(cli->arena, found->target->type->name, error);
    const char *action = found->live == NULL       ? "none"
                         : found->is_in_place      ? "empty"
                         : found->building != NULL ? "go_on"
                                                   : "build";

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_bool(writer, "dry_run", true);
    projc__answer_text(writer, "action", action);
    write_generation(writer, "live", found->live);
    write_generation(writer, "building", found->building);
    projc__answer_number(writer, "version", found->target->type->version);
    projc__answer_number(writer, "head", found->head);
    projc__answer_number(writer, "skipped", found->skipped);
    return projc__answer_end(writer, error);
}

int projc__beside_tell(projc__cli *cli, const projc__target *target)
{
    prospect found = {.target = target, .is_in_place = projc__cli_has(cli, "in-place")};
    projc__generation *rows = NULL;
    size_t count = 0;
    int64_t time;
    bool has_writers;
    projc_error error = {0};
    projc_status status = projc__beside_load(cli, target, &rows, &count, &error);

    found.live = projc__beside_find(rows, count, PROJC__LIVE);
    found.building = projc__beside_find(rows, count, PROJC__BUILDING);
    if (status == PROJC_OK)
        status = projc__store_read_head(cli->store, target->stream, &found.head, &time,
                                        &has_writers, &error);
    if (status == PROJC_OK && found.live != NULL)
        status = projc__store_count_skipped(cli->store, found.live->number, &found.skipped, &error);
    if (status == PROJC_OK && projc__cli_has(cli, "json"))
        status = write_prospect(cli, &found, &error);
    else if (status == PROJC_OK)
        print_prospect(cli, &found);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}
