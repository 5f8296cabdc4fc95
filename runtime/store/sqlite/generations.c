/* Registered projections: one row a generation, and its lanes. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

static const char *const state_names[] = {
    [PROJC__LIVE] = "live",
    [PROJC__BUILDING] = "building",
    [PROJC__RETIRED] = "retired",
    [PROJC__PAUSED] = "paused",
};

static const char *kind_name(projc_projection_kind kind)
{
    switch (kind) {
    case PROJC_AGGREGATE_PROJECTION:
        return "aggregate";
    case PROJC_STREAM_PROJECTION:
        return "stream";
    case PROJC_KEYED_PROJECTION:
        return "keyed";
    }
    return "unknown";
}

static projc_status read_state(sqlite3_stmt *statement, int index, projc__generation_state *state,
                               projc_error *error)
{
    const unsigned char *name = sqlite3_column_text(statement, index);

    for (size_t i = 0; name != NULL && i < sizeof state_names / sizeof state_names[0]; i++)
        if (strcmp((const char *)name, state_names[i]) == 0) {
            *state = (projc__generation_state)i;
            return PROJC_OK;
        }
    return projc_error_set(error, PROJC_CORRUPT,
                           "projc_projection.state holds an unknown state: %s",
                           name == NULL ? "NULL" : (const char *)name);
}

#define SELECT_GENERATIONS                                                         \
    "SELECT generation, lanes, version, shape, logic, state FROM projc_projection" \
    " WHERE package = ?1 AND name = ?2"

static const char find_sql[] = SELECT_GENERATIONS " AND state IN ('live', 'paused')";
static const char list_sql[] = SELECT_GENERATIONS " ORDER BY generation";

static projc_status read_generation(sqlite3_stmt *statement, const char *package,
                                    const char *projection, projc_arena *arena,
                                    projc__generation *generation, projc_error *error)
{
    generation->number = sqlite3_column_int64(statement, 0);
    generation->lanes = (uint32_t)sqlite3_column_int64(statement, 1);
    generation->version = (uint32_t)sqlite3_column_int64(statement, 2);
    generation->shape_fingerprint = (uint64_t)sqlite3_column_int64(statement, 3);
    generation->logic_fingerprint = (uint64_t)sqlite3_column_int64(statement, 4);
    generation->package = projc_arena_copy(arena, package, strlen(package));
    generation->projection = projc_arena_copy(arena, projection, strlen(projection));
    if (generation->package == NULL || generation->projection == NULL)
        return projc__arena_error(arena, error);
    return read_state(statement, 5, &generation->state, error);
}

static projc_status prepare_select(projc__sqlite *store, const char *sql, const char *package,
                                   const char *projection, sqlite3_stmt **statement,
                                   projc_error *error)
{
    projc_status status = projc__sqlite_prepare(store, sql, statement, error);
    int bound;

    if (status != PROJC_OK)
        return status;
    bound = projc__sqlite_bind_text(*statement, 1, projc__text(package));
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(*statement, 2, projc__text(projection));
    return bound != SQLITE_OK ? projc__sqlite_fail(store, bound, error) : PROJC_OK;
}

projc_status projc__sqlite_find_generation(projc_store *base, const char *package,
                                           const char *projection, projc_arena *arena,
                                           projc__generation *generation, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_stmt *statement;
    bool is_there = false;
    projc_status status = prepare_select(store, find_sql, package, projection, &statement, error);

    if (status == PROJC_OK)
        status = projc__sqlite_step(store, statement, &is_there, error);
    if (status == PROJC_OK && !is_there)
        status = projc_error_set(error, PROJC_ABSENT, "%s: the projection %s.%s has never run here",
                                 store->label, package, projection);
    if (status == PROJC_OK)
        status = read_generation(statement, package, projection, arena, generation, error);
    projc__sqlite_end(statement);
    return status;
}

projc_status projc__sqlite_list_generations(projc_store *base, const char *package,
                                            const char *projection, projc_arena *arena,
                                            projc__generation **rows, size_t *count,
                                            projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **rows};
    projc__generation *row;
    sqlite3_stmt *statement;
    projc_status status = prepare_select(store, list_sql, package, projection, &statement, error);

    while ((row = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL)
        status = read_generation(statement, package, projection, arena, row, error);
    *rows = list.items;
    *count = list.count;
    return status;
}

static projc_status insert_generation(projc__sqlite *store, const projc__registration *registration,
                                      projc__generation_state state, projc_error *error)
{
    const projc_projection_type *projection = registration->projection;
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store,
        "INSERT INTO projc_projection (package, name, version, kind, shape, logic, lanes, state)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &statement, error);
    int bound;

    if (status != PROJC_OK)
        return status;
    bound = projc__sqlite_bind_text(statement, 1, projc__text(registration->package));
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 2, projc__text(projection->name));
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 4, projc__text(kind_name(projection->kind)));
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 8, projc__text(state_names[state]));
    if (bound == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 3, projection->version);
        (void)sqlite3_bind_int64(statement, 5, (sqlite3_int64)projection->shape_fingerprint);
        (void)sqlite3_bind_int64(statement, 6, (sqlite3_int64)projection->logic_fingerprint);
        (void)sqlite3_bind_int64(statement, 7, registration->lanes);
    }
    status = projc__sqlite_run(store, statement, bound, error);
    projc__sqlite_end(statement);
    return status;
}

static projc_status insert_lanes(projc__sqlite *store, int64_t generation, uint32_t lanes,
                                 projc_error *error)
{
    int64_t now = projc__sqlite_now();
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store,
        "INSERT INTO projc_lane"
        " (generation, lane, position, epoch, last_event_id, applied, updated_at)"
        " VALUES (?1, ?2, 0, 1, zeroblob(16), 0, ?3)",
        &statement, error);

    for (uint32_t lane = 0; status == PROJC_OK && lane < lanes; lane++) {
        (void)sqlite3_bind_int64(statement, 1, generation);
        (void)sqlite3_bind_int64(statement, 2, lane);
        (void)sqlite3_bind_int64(statement, 3, now);
        status = projc__sqlite_run(store, statement, SQLITE_OK, error);
    }
    projc__sqlite_end(statement);
    return status;
}

/* In the write transaction: nobody else can register the same projection in between. */
static projc_status find_or_insert(projc__sqlite *store, const projc__registration *registration,
                                   projc_arena *arena, projc__generation *generation,
                                   projc_error *error)
{
    const char *name = registration->projection->name;
    projc_status status = projc__sqlite_find_generation(&store->base, registration->package, name,
                                                        arena, generation, error);

    if (status != PROJC_ABSENT)
        return status;
    status = insert_generation(store, registration, PROJC__LIVE, error);
    if (status == PROJC_OK)
        status = insert_lanes(store, sqlite3_last_insert_rowid(store->database),
                              registration->lanes, error);
    if (status == PROJC_OK)
        status = projc__sqlite_find_generation(&store->base, registration->package, name, arena,
                                               generation, error);
    return status;
}

projc_status projc__sqlite_register_projection(projc_store *base,
                                               const projc__registration *registration,
                                               projc_arena *arena, projc__generation *generation,
                                               projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status = projc__sqlite_find_generation(
        base, registration->package, registration->projection->name, arena, generation, error);

    /* The usual case, every start but the first, writes nothing. */
    if (status != PROJC_ABSENT)
        return status;
    status = projc__sqlite_begin_write(store, error);
    if (status != PROJC_OK)
        return status;
    status = find_or_insert(store, registration, arena, generation, error);
    return projc__sqlite_finish(store, status, error);
}

static projc_status copy_skips(projc__sqlite *store, int64_t from, int64_t to, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store,
        "INSERT INTO projc_skipped SELECT ?2, no, key, event_name, code, message, source, at"
        " FROM projc_skipped WHERE generation = ?1",
        &statement, error);

    if (status != PROJC_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, from);
    status = projc__sqlite_run(store, statement, sqlite3_bind_int64(statement, 2, to), error);
    projc__sqlite_end(statement);
    return status;
}

static projc_status add_unless_there(projc__sqlite *store, const projc__registration *registration,
                                     int64_t skips_of, projc_error *error)
{
    static const char building_sql[] = SELECT_GENERATIONS " AND state = 'building'";
    bool is_there = false;
    sqlite3_stmt *statement;
    int64_t number;
    projc_status status = prepare_select(store, building_sql, registration->package,
                                         registration->projection->name, &statement, error);

    if (status == PROJC_OK)
        status = projc__sqlite_step(store, statement, &is_there, error);
    projc__sqlite_end(statement);
    if (status != PROJC_OK || is_there)
        return status;
    status = insert_generation(store, registration, PROJC__BUILDING, error);
    number = sqlite3_last_insert_rowid(store->database);
    if (status == PROJC_OK)
        status = insert_lanes(store, number, registration->lanes, error);
    if (status == PROJC_OK && skips_of != 0)
        status = copy_skips(store, skips_of, number, error);
    return status;
}

projc_status projc__sqlite_add_generation(projc_store *base,
                                          const projc__registration *registration, int64_t skips_of,
                                          projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status = projc__sqlite_begin_write(store, error);

    if (status != PROJC_OK)
        return status;
    status = add_unless_there(store, registration, skips_of, error);
    return projc__sqlite_finish(store, status, error);
}

/* Runs an UPDATE of one generation's row, which ends the statement's use. */
static projc_status update_one(projc__sqlite *store, sqlite3_stmt *statement, int bound,
                               int64_t generation, projc_error *error)
{
    projc_status status = projc__sqlite_run(store, statement, bound, error);

    if (status == PROJC_OK && sqlite3_changes(store->database) != 1)
        status = projc_error_set(error, PROJC_ABSENT, "%s: there is no generation %lld",
                                 store->label, (long long)generation);
    projc__sqlite_end(statement);
    return status;
}

projc_status projc__sqlite_restamp_generation(projc_store *base, int64_t generation,
                                              const projc_projection_type *projection,
                                              projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_stmt *statement;
    projc_status status =
        projc__sqlite_prepare(store,
                              "UPDATE projc_projection SET version = ?2, kind = ?3,"
                              " shape = ?4, logic = ?5 WHERE generation = ?1",
                              &statement, error);
    int bound;

    if (status != PROJC_OK)
        return status;
    bound = projc__sqlite_bind_text(statement, 3, projc__text(kind_name(projection->kind)));
    (void)sqlite3_bind_int64(statement, 1, generation);
    (void)sqlite3_bind_int64(statement, 2, projection->version);
    (void)sqlite3_bind_int64(statement, 4, (sqlite3_int64)projection->shape_fingerprint);
    (void)sqlite3_bind_int64(statement, 5, (sqlite3_int64)projection->logic_fingerprint);
    return update_one(store, statement, bound, generation, error);
}

static projc_status raise_epochs(projc__sqlite *store, int64_t generation, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store, "UPDATE projc_lane SET epoch = epoch + 1 WHERE generation = ?1", &statement, error);

    if (status != PROJC_OK)
        return status;
    status =
        projc__sqlite_run(store, statement, sqlite3_bind_int64(statement, 1, generation), error);
    projc__sqlite_end(statement);
    return status;
}

projc_status projc__sqlite_change_state(projc__sqlite *store, int64_t generation,
                                        projc__generation_state from, projc__generation_state to,
                                        projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store, "UPDATE projc_projection SET state = ?2 WHERE generation = ?1 AND state = ?3",
        &statement, error);
    int bound;

    if (status != PROJC_OK)
        return status;
    bound = projc__sqlite_bind_text(statement, 2, projc__text(state_names[to]));
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 3, projc__text(state_names[from]));
    (void)sqlite3_bind_int64(statement, 1, generation);
    status = projc__sqlite_run(store, statement, bound, error);
    if (status == PROJC_OK && sqlite3_changes(store->database) != 1)
        status = projc_error_set(error, PROJC_ABSENT, "%s: generation %lld is not %s", store->label,
                                 (long long)generation, state_names[from]);
    projc__sqlite_end(statement);
    return status == PROJC_OK ? raise_epochs(store, generation, error) : status;
}

projc_status projc__sqlite_set_generation_state(projc_store *base, int64_t generation,
                                                projc__generation_state from,
                                                projc__generation_state to, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status = projc__sqlite_begin_write(store, error);

    if (status != PROJC_OK)
        return status;
    status = projc__sqlite_change_state(store, generation, from, to, error);
    return projc__sqlite_finish(store, status, error);
}
