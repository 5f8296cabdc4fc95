/* One look at all projections of a service: where they stand, and who works on them. */
#include "service/survey.h"

#include "engine/rendezvous.h"
#include "service/answer.h"
#include "service/program.h"

/* ---- looking ---- */

static bool works(uint64_t program, const projc__process *process)
{
    return process->is_alive && projc__program_is(program, process->id);
}

/* Which of the living works on each lane, as each of them reckons it out for itself. */
static projc_status find_owners(const projc__survey *survey, uint64_t program,
                                projc__standing *standing, projc_arena *arena, projc_error *error)
{
    size_t lanes = standing->lane_count;
    projc_text *living = projc_arena_alloc(arena, (survey->living + 1) * sizeof *living);
    projc_text *owners = projc_arena_alloc(arena, (lanes + 1) * sizeof *owners);
    bool *owned = projc_arena_alloc(arena, (lanes + 1) * sizeof *owned);
    size_t count = 0;

    if (living == NULL || owners == NULL || owned == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the lanes' owners");
    for (size_t i = 0; i < survey->process_count; i++)
        if (works(program, &survey->processes[i]))
            living[count++] = survey->processes[i].id;
    for (size_t i = 0; i < survey->process_count; i++) {
        if (!works(program, &survey->processes[i]))
            continue;
        projc__rendezvous(living, count, survey->processes[i].id, standing->generation.number,
                          (uint32_t)lanes, owned);
        for (size_t lane = 0; lane < lanes; lane++)
            if (owned[lane])
                owners[lane] = survey->processes[i].name;
    }
    standing->owners = owners;
    return PROJC_OK;
}

projc_status projc__survey_take(projc_store *store, const projc_module *const *modules,
                                uint32_t module_count, projc_arena *arena, projc__survey *survey,
                                projc_error *error)
{
    uint64_t program = PROJC__PROGRAM_BEGIN;
    size_t most = 1;
    projc_status status;

    *survey = (projc__survey){.count = 0};
    for (uint32_t i = 0; i < module_count; i++)
        most += modules[i]->projection_count;
    survey->standings = projc_arena_alloc(arena, most * sizeof *survey->standings);
    if (survey->standings == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    status = projc__store_heartbeat(store, (projc_text){NULL, 0}, (projc_text){NULL, 0}, arena,
                                    &survey->processes, &survey->process_count, error);
    for (uint32_t i = 0; i < module_count; i++)
        for (uint32_t j = 0; j < modules[i]->projection_count && status == PROJC_OK; j++) {
            projc__target target = projc__target_of(modules[i], j);

            program = projc__program_mix(program, modules[i], j);

            status = projc__standing_measure(store, &target, arena,
                                             &survey->standings[survey->count++], error);
        }
    for (size_t i = 0; i < survey->process_count && status == PROJC_OK; i++)
        survey->living += survey->processes[i].is_alive;
    for (size_t i = 0; i < survey->count && status == PROJC_OK; i++)
        status = find_owners(survey, program, &survey->standings[i], arena, error);
    return status;
}

/* ---- as JSON ---- */

static void put_owners(projc_json_writer *writer, const projc__process *processes, size_t count)
{
    projc_json_write_name(writer, "owners");
    projc_json_write_list(writer);
    for (size_t i = 0; i < count; i++)
        if (processes[i].is_alive)
            projc_json_write_text(writer, processes[i].name);
    projc_json_write_list_end(writer);
}

static void put_lane_owners(projc_json_writer *writer, const projc__standing *standing)
{
    projc_json_write_name(writer, "lane_owners");
    projc_json_write_list(writer);
    for (size_t i = 0; i < standing->lane_count; i++) {
        if (standing->owners == NULL || standing->owners[i].size == 0)
            projc_json_write_null(writer);
        else
            projc_json_write_text(writer, standing->owners[i]);
    }
    projc_json_write_list_end(writer);
}

/* What stands beside the current generation. */
static void put_others(projc_json_writer *writer, const projc__standing *standing)
{
    projc_json_write_name(writer, "beside");
    projc_json_write_list(writer);
    for (size_t i = 0; i < standing->other_count; i++) {
        const projc__generation *other = &standing->others[i];
        bool is_building = other->state == PROJC__BUILDING;

        projc_json_write_map(writer);
        projc__answer_number(writer, "generation", other->number);
        projc__answer_number(writer, "version", other->version);
        projc__answer_text(writer, "state", is_building ? "building" : "retired");
        if (is_building)
            projc__answer_number(writer, "position", standing->built_to);
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
}

/* The members of one projection's object. */
static void put_standing(projc_json_writer *writer, const projc__survey *survey,
                         const projc__standing *standing)
{
    projc_json_write_map(writer);
    projc__answer_text(writer, "projection", standing->target.type->name);
    projc__answer_number(writer, "version", standing->generation.version);
    projc__answer_text(writer, "kind", standing->kind);
    projc__answer_number(writer, "position", standing->position);
    projc__answer_number(writer, "head", standing->head);
    projc__answer_number(writer, "lag_events", projc__standing_lag(standing));
    projc__answer_number(writer, "lag_seconds", standing->lag_us / 1000000);
    projc__answer_number(writer, "failed", standing->failed);
    projc__answer_number(writer, "skipped", standing->skipped);
    projc_json_write_name(writer, "waiting");
    if (standing->target.type->kind == PROJC_KEYED_PROJECTION)
        projc_json_write_integer(writer, standing->waiting);
    else
        projc_json_write_null(writer);
    projc__answer_number(writer, "lanes", standing->generation.lanes);
    projc__answer_number(writer, "generation", standing->generation.number);
    projc__answer_text(writer, "state", standing->state);
    put_others(writer, standing);
    projc__answer_number(writer, "applied", standing->applied);
    projc_json_write_name(writer, "rate");
    if (standing->rate < 0)
        projc_json_write_null(writer);
    else
        projc_json_write_integer(writer, (int64_t)(standing->rate + 0.5));
    put_owners(writer, survey->processes, survey->process_count);
    put_lane_owners(writer, standing);
    projc_json_write_name(writer, "state_bytes");
    if (standing->state_bytes < 0)
        projc_json_write_null(writer);
    else
        projc_json_write_integer(writer, standing->state_bytes);
    projc_json_write_name(writer, "undeclared");
    projc_json_write_raw(writer, standing->undeclared);
    projc_json_write_name(writer, "horizon");
    if (standing->page.is_blocked) {
        projc_json_write_map(writer);
        projc__answer_number(writer, "pid", standing->page.blocking_pid);
        projc__answer_number(writer, "age_seconds", projc__standing_blocker_age(standing));
        projc_json_write_map_end(writer);
    } else {
        projc_json_write_null(writer);
    }
    projc_json_write_map_end(writer);
}

void projc__survey_write(const projc__survey *survey, projc_json_writer *writer)
{
    projc_json_write_list(writer);
    for (size_t i = 0; i < survey->count; i++)
        put_standing(writer, survey, &survey->standings[i]);
    projc_json_write_list_end(writer);
}
