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

#define COLUMNS "generation, lanes, version, shape_fingerprint, logic_fingerprint, state"

static void build_select(projc__statement *statement, projc__postgres *postgres, const char *which,
                         const char *package, const char *projection, projc_error *error)
{
    projc__statement_init(statement, postgres, error);
    projc__statement_add(statement, "SELECT " COLUMNS " FROM @projc_projection"
                                    " WHERE package = $1 AND projection = $2");
    projc__statement_add(statement, which);
    projc__statement_add(statement, " ORDER BY generation");
    projc__statement_bind_text(statement, package);
    projc__statement_bind_text(statement, projection);
}

static projc_status read_generation(const PGresult *result, int row, const char *package,
                                    const char *projection, projc_arena *arena,
                                    projc__generation *generation, projc_error *error)
{
    const char *state = PQgetvalue(result, row, 5);

    memset(generation, 0, sizeof *generation);
    generation->number = projc__result_i64(result, row, 0);
    generation->lanes = (uint32_t)projc__result_i64(result, row, 1);
    generation->version = (uint32_t)projc__result_i64(result, row, 2);
    generation->shape_fingerprint = (uint64_t)projc__result_i64(result, row, 3);
    generation->logic_fingerprint = (uint64_t)projc__result_i64(result, row, 4);
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

    build_select(&statement, projc__postgres_of(store), " AND state IN ('live', 'paused')", package,
                 projection, error);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && PQntuples(result) == 0)
        status =
            projc_error_set(error, PROJC_ABSENT, "projection %s of package %s is not registered",
                            projection, package);
    else if (status == PROJC_OK)
        status = read_generation(result, 0, package, projection, arena, generation, error);
    PQclear(result);
    return status;
}

projc_status projc__postgres_list_generations(projc_store *store, const char *package,
                                              const char *projection, projc_arena *arena,
                                              projc__generation **rows, size_t *count,
                                              projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    build_select(&statement, projc__postgres_of(store), "", package, projection, error);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *rows = projc_arena_alloc(arena, (*count + 1) * sizeof **rows);
    if (*rows == NULL)
        status = projc__arena_error(arena, error);
    for (int i = 0; status == PROJC_OK && i < (int)*count; i++)
        status = read_generation(result, i, package, projection, arena, &(*rows)[i], error);
    PQclear(result);
    return status;
}

/* One transaction makes the generation with all of its lanes. When two processes come at once, the
 * second waits at the unique index for the first and then inserts nothing. */
static void bind_registration(projc__statement *statement, const projc__registration *registration)
{
    const projc_projection_type *projection = registration->projection;

    projc__statement_bind_text(statement, registration->package);
    projc__statement_bind_text(statement, projection->name);
    projc__statement_bind_i64(statement, projection->version);
    projc__statement_bind_i32(statement, (int32_t)registration->lanes);
    projc__statement_bind_i64(statement, (int64_t)projection->shape_fingerprint);
    projc__statement_bind_i64(statement, (int64_t)projection->logic_fingerprint);
}

/* "… made AS (…), laid AS (…)": the generation and its lanes, for a statement WITH them. */
#define MAKE(state, unique)                                                               \
    "WITH made AS (INSERT INTO @projc_projection"                                         \
    " (package, projection, state, version, lanes, shape_fingerprint, logic_fingerprint)" \
    " VALUES ($1, $2, '" state "', $3, $4, $5, $6)"                                       \
    " ON CONFLICT (package, projection) WHERE " unique " DO NOTHING"                      \
    " RETURNING generation, lanes), laid AS (INSERT INTO @projc_lane (generation, lane)"  \
    " SELECT generation, n FROM made, pg_catalog.generate_series(0, made.lanes - 1) n"    \
    " ON CONFLICT DO NOTHING)"

static projc_status make_generation(projc__postgres *postgres,
                                    const projc__registration *registration, projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, MAKE("live", "state IN ('live', 'paused')"));
    projc__statement_add(&statement, " SELECT 1");
    bind_registration(&statement, registration);
    return projc__statement_do(&statement);
}

projc_status projc__postgres_add_generation(projc_store *store,
                                            const projc__registration *registration,
                                            int64_t skips_of, projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, MAKE("building", "state = 'building'"));
    projc__statement_add(&statement,
                         " INSERT INTO @projc_skipped"
                         " SELECT made.generation, no, key, event_name, code, message, source, at"
                         " FROM @projc_skipped s, made WHERE s.generation = $7");
    bind_registration(&statement, registration);
    projc__statement_bind_i64(&statement, skips_of);
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

/* The lanes first, as a swap does: two that wait for each other would be one too many. */
projc_status projc__postgres_set_generation_state(projc_store *store, int64_t generation,
                                                  projc__generation_state from,
                                                  projc__generation_state to, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement,
                         "WITH raised AS (UPDATE @projc_lane SET epoch = epoch + 1"
                         " WHERE generation = $1 RETURNING 1)"
                         " UPDATE @projc_projection SET state = $2,"
                         " changed_at = pg_catalog.clock_timestamp() WHERE generation = $1"
                         " AND state = $3 AND (SELECT count(*) FROM raised) >= 0");
    projc__statement_bind_i64(&statement, generation);
    projc__statement_bind_text(&statement, state_names[to]);
    projc__statement_bind_text(&statement, state_names[from]);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && strcmp(PQcmdTuples(result), "1") != 0)
        status = projc_error_set(error, PROJC_ABSENT, "generation %lld is not %s",
                                 (long long)generation, state_names[from]);
    PQclear(result);
    return status;
}

projc_status projc__postgres_load_lanes(projc_store *store, int64_t generation, projc_arena *arena,
                                        projc__lane **lanes, size_t *count, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement,
                         "SELECT lane, position, epoch, last_event_id, applied, updated_at, ctid"
                         " FROM @projc_lane WHERE generation = $1 ORDER BY lane");
    projc__statement_bind_i64(&statement, generation);
    projc__statement_keep(&statement);
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
        lane->place = projc__place_decode((const uint8_t *)PQgetvalue(result, i, 6),
                                          (size_t)PQgetlength(result, i, 6));
    }
    PQclear(result);
    return status;
}
