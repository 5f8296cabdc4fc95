/* Registered projections and their lanes. */
#include "base/arena.h"
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

static const char *const state_names[] = {
    [PROJC__LIVE] = "live",
    [PROJC__BUILDING] = "building",
    [PROJC__RETIRED] = "retired",
    [PROJC__PAUSED] = "paused",
};

enum { STATE_COUNT = sizeof state_names / sizeof state_names[0] };

/* The current one stands first: what is live or paused, else what is being built. */
static void build_find(projc__statement *statement, projc__postgres *postgres, const char *package,
                       const char *projection, projc_error *error)
{
    projc__statement_init(statement, postgres, error);
    projc__statement_add(
        statement, "SELECT generation, lanes, version, shape_fingerprint, logic_fingerprint, state"
                   " FROM @projc_projection WHERE package = $1 AND projection = $2"
                   " AND state <> 'retired'"
                   " ORDER BY state IN ('live', 'paused') DESC, generation DESC LIMIT 1");
    projc__statement_bind_text(statement, package);
    projc__statement_bind_text(statement, projection);
}

static projc_status read_generation(const PGresult *result, const char *package,
                                    const char *projection, projc_arena *arena,
                                    projc__generation *generation, projc_error *error)
{
    const char *state = PQgetvalue(result, 0, 5);

    memset(generation, 0, sizeof *generation);
    generation->number = projc__result_i64(result, 0, 0);
    generation->lanes = (uint32_t)projc__result_i64(result, 0, 1);
    generation->version = (uint32_t)projc__result_i64(result, 0, 2);
    generation->shape_fingerprint = (uint64_t)projc__result_i64(result, 0, 3);
    generation->logic_fingerprint = (uint64_t)projc__result_i64(result, 0, 4);
    for (int i = 0; i < STATE_COUNT; i++) {
        if (strcmp(state, state_names[i]) == 0)
            generation->state = (projc__generation_state)i;
    }
    generation->package = projc_arena_copy(arena, package, strlen(package));
    generation->projection = projc_arena_copy(arena, projection, strlen(projection));
    if (generation->package == NULL || generation->projection == NULL)
        return projc__arena_error(arena, error);
    return PROJC_OK;
}

projc_status projc__postgres_find_generation(projc_store *store, const char *package,
                                             const char *projection, projc_arena *arena,
                                             projc__generation *generation, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    build_find(&statement, projc__postgres_of(store), package, projection, error);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && PQntuples(result) == 0)
        status =
            projc_error_set(error, PROJC_ABSENT, "projection %s of package %s is not registered",
                            projection, package);
    else if (status == PROJC_OK)
        status = read_generation(result, package, projection, arena, generation, error);
    PQclear(result);
    return status;
}

/* One transaction makes the generation with all of its lanes. When two processes come at once, the
 * second waits at the unique index for the first and then inserts nothing. */
static projc_status make_generation(projc__postgres *postgres,
                                    const projc__registration *registration, projc_error *error)
{
    const projc_projection_type *projection = registration->projection;
    projc__statement statement;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(
        &statement,
        "WITH made AS (INSERT INTO @projc_projection"
        " (package, projection, state, version, lanes, shape_fingerprint, logic_fingerprint)"
        " VALUES ($1, $2, 'live', $3, $4, $5, $6)"
        " ON CONFLICT (package, projection) WHERE state IN ('live', 'paused') DO NOTHING"
        " RETURNING generation, lanes)"
        " INSERT INTO @projc_lane (generation, lane)"
        " SELECT generation, n FROM made, pg_catalog.generate_series(0, made.lanes - 1) n"
        " ON CONFLICT DO NOTHING");
    projc__statement_bind_text(&statement, registration->package);
    projc__statement_bind_text(&statement, projection->name);
    projc__statement_bind_i64(&statement, projection->version);
    projc__statement_bind_i32(&statement, (int32_t)registration->lanes);
    projc__statement_bind_i64(&statement, (int64_t)projection->shape_fingerprint);
    projc__statement_bind_i64(&statement, (int64_t)projection->logic_fingerprint);
    return projc__statement_do(&statement);
}

projc_status projc__postgres_register_projection(projc_store *store,
                                                 const projc__registration *registration,
                                                 projc_arena *arena, projc__generation *generation,
                                                 projc_error *error)
{
    const char *name = registration->projection->name;

    projc_status status = projc__postgres_find_generation(store, registration->package, name, arena,
                                                          generation, error);
    if (status != PROJC_ABSENT)
        return status;
    projc_error_clear(error);
    status = make_generation(projc__postgres_of(store), registration, error);
    if (status != PROJC_OK)
        return status;
    return projc__postgres_find_generation(store, registration->package, name, arena, generation,
                                           error);
}

static projc_status update_one(projc__statement *statement, int64_t generation)
{
    PGresult *result = NULL;

    projc_status status = projc__statement_run(statement, &result);
    if (status == PROJC_OK && strcmp(PQcmdTuples(result), "1") != 0)
        status = projc_error_set(statement->error, PROJC_ABSENT, "there is no generation %lld",
                                 (long long)generation);
    PQclear(result);
    return status;
}

projc_status projc__postgres_restamp_generation(projc_store *store, int64_t generation,
                                                const projc_projection_type *projection,
                                                projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement,
                         "UPDATE @projc_projection SET version = $2, shape_fingerprint = $3,"
                         " logic_fingerprint = $4, changed_at = pg_catalog.clock_timestamp()"
                         " WHERE generation = $1");
    projc__statement_bind_i64(&statement, generation);
    projc__statement_bind_i64(&statement, projection->version);
    projc__statement_bind_i64(&statement, (int64_t)projection->shape_fingerprint);
    projc__statement_bind_i64(&statement, (int64_t)projection->logic_fingerprint);
    return update_one(&statement, generation);
}

projc_status projc__postgres_set_generation_state(projc_store *store, int64_t generation,
                                                  projc__generation_state state, projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement,
                         "UPDATE @projc_projection SET state = $2,"
                         " changed_at = pg_catalog.clock_timestamp() WHERE generation = $1");
    projc__statement_bind_i64(&statement, generation);
    projc__statement_bind_text(&statement, state_names[state]);
    return update_one(&statement, generation);
}

projc_status projc__postgres_load_lanes(projc_store *store, int64_t generation, projc_arena *arena,
                                        projc__lane **lanes, size_t *count, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement,
                         "SELECT lane, position, epoch, last_event_id, applied, updated_at"
                         " FROM @projc_lane WHERE generation = $1 ORDER BY lane");
    projc__statement_bind_i64(&statement, generation);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *lanes = projc_arena_alloc(arena, *count * sizeof **lanes);
    if (*lanes == NULL)
        status = projc__arena_error(arena, error);
    for (int i = 0; *lanes != NULL && i < (int)*count; i++) {
        projc__lane *lane = &(*lanes)[i];
        lane->lane = (uint32_t)projc__result_i64(result, i, 0);
        lane->position = projc__result_i64(result, i, 1);
        lane->epoch = projc__result_i64(result, i, 2);
        lane->last_event_id = projc__result_uuid(result, i, 3);
        lane->applied = projc__result_i64(result, i, 4);
        lane->updated_at = projc__result_time(result, i, 5);
    }
    PQclear(result);
    return status;
}
