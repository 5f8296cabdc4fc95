/* Claiming and moving the lanes of a unit of work.
 *
 * DESIGN. One statement in front of the rows: a live commit is mostly the planning of its
 * statements. What makes it safe is the compare-and-set on position and epoch; the SKIP LOCKED
 * only saves work, and keeps two that want the same lanes from waiting for each other.
 *
 * While any transaction anywhere in the database has an old snapshot, however little it has to do
 * with us, every version of a lane's row stays, and what looks for the row by its key walks through
 * all of them: behind 1,000 commits of 16 lanes 2,976 pages for the claim alone, where 32 do. So a
 * lane is looked for at its place, the ctid that the last commit's RETURNING or a look at the lanes
 * gave. A place is never believed: all conditions stand beside it. A row that has moved on is not
 * there, which looks like a lane that is held, and then it is looked for by its key.
 *
 * Whoever waits for a position is told with the commit; when nobody waits that costs one look at an
 * empty table, which a connection that hears of waiters is spared. In a long transaction he may
 * come in its middle, so there a statement behind the rows tells. */
#include "store/postgres/claim.h"

#include "store/postgres/driver.h"
#include "store/postgres/listener.h"
#include "store/postgres/rows.h"
#include "store/postgres/waiter.h"

enum { ARRAY_HEADER_BYTES = 20, PLACE_STRIDE = 4 + PROJC__PLACE_BYTES };

/* Wakes up who waits for the generation $1. */
#define NOTIFY_WAITERS                                                                   \
    "SELECT pg_catalog.pg_notify('" PROJC__COMMITTED_CHANNEL "', $1::text) WHERE EXISTS" \
    " (SELECT 1 FROM @projc_waiter w WHERE w.generation = $1"                            \
    " AND w.ends_at > pg_catalog.clock_timestamp())"

bool projc__claims_have_places(const projc__unit *unit)
{
    for (size_t i = 0; i < unit->claim_count; i++)
        if (unit->claims[i].place == 0)
            return false;
    return true;
}

static void add_claim_columns(projc__statement *statement, const projc__unit *unit)
{
    projc__array lanes;
    projc__array positions;
    projc__array epochs;

    projc__statement_bind_i64(statement, unit->generation);
    projc__array_begin(&lanes, statement, PROJC__OID_INT4, unit->claim_count,
                       4 * unit->claim_count);
    projc__array_begin(&positions, statement, PROJC__OID_INT8, unit->claim_count,
                       8 * unit->claim_count);
    projc__array_begin(&epochs, statement, PROJC__OID_INT8, unit->claim_count,
                       8 * unit->claim_count);
    for (size_t i = 0; i < unit->claim_count; i++) {
        projc__array_put_i32(&lanes, (int32_t)unit->claims[i].lane);
        projc__array_put_i64(&positions, unit->claims[i].position);
        projc__array_put_i64(&epochs, unit->claims[i].epoch);
    }
    projc__array_bind(&lanes);
    projc__array_bind(&positions);
    projc__array_bind(&epochs);
    projc__statement_bind_i64(statement, (int64_t)unit->claim_count);
}

static void add_moves(projc__statement *statement, const projc__unit *unit)
{
    size_t count = unit->claim_count;
    projc__array positions;
    projc__array raises;
    projc__array ids;
    projc__array applied;

    projc__array_begin(&positions, statement, PROJC__OID_INT8, count, 8 * count);
    projc__array_begin(&raises, statement, PROJC__OID_INT4, count, 4 * count);
    projc__array_begin(&ids, statement, PROJC__OID_UUID, count, 16 * count);
    projc__array_begin(&applied, statement, PROJC__OID_INT8, count, 8 * count);
    for (size_t i = 0; i < count; i++) {
        const projc__claim *claim = &unit->claims[i];
        projc__array_put_i64(&positions, claim->new_position);
        projc__array_put_i32(&raises, claim->raises_epoch);
        projc__array_put(&ids, claim->last_event_id.bytes, sizeof claim->last_event_id.bytes);
        projc__array_put_i64(&applied, claim->applied);
    }
    projc__array_bind(&positions);
    projc__array_bind(&raises);
    projc__array_bind(&ids);
    projc__array_bind(&applied);
}

static void add_places(projc__statement *statement, const projc__unit *unit)
{
    uint8_t bytes[PROJC__PLACE_BYTES];
    projc__array places;

    projc__array_begin(&places, statement, PROJC__OID_TID, unit->claim_count,
                       sizeof bytes * unit->claim_count);
    for (size_t i = 0; i < unit->claim_count; i++) {
        projc__place_encode(unit->claims[i].place, bytes);
        projc__array_put(&places, bytes, sizeof bytes);
    }
    projc__array_bind(&places);
}

/* "… FROM moved": one row, whether all were moved (else there is none, but an error), the new
 * places in the order of the lanes, and perhaps a notification. */
static void add_answer(projc__statement *statement, bool is_one, bool tells_waiters)
{
    projc__statement_add(statement, " SELECT 1 / (count(*) = ");
    projc__statement_add(statement, is_one ? "1" : "$5");
    projc__statement_add(statement, ")::int, pg_catalog.array_agg(ctid");
    projc__statement_add(statement, is_one ? ")" : " ORDER BY lane)");
    projc__statement_add(statement, tells_waiters ? ", (" NOTIFY_WAITERS ")" : "");
    projc__statement_add(statement, " FROM moved");
}

/* Which rows are meant, and that they are as they were seen. By its place a row is found without
 * the index, which the sums keep the planner from. */
#define BY_KEY                                                              \
    " ON l.lane = c.lane AND l.position = c.position AND l.epoch = c.epoch" \
    " WHERE l.generation = $1"
#define BY_PLACE                                                              \
    " ON l.ctid = c.seen AND l.lane + 0 = c.lane AND l.position = c.position" \
    " AND l.epoch = c.epoch WHERE l.generation + 0 = $1"

static void build_many(projc__statement *statement, const projc__unit *unit, bool has_places,
                       bool tells_waiters)
{
    projc__statement_add(
        statement, "WITH claimed AS MATERIALIZED (SELECT l.ctid AS place, c.* FROM @projc_lane l"
                   " JOIN unnest($2, $3, $4, $6, $7, $8, $9");
    projc__statement_add(statement, has_places ? ", $10" : "");
    projc__statement_add(statement,
                         ") c (lane, position, epoch, new_position, raise, event_id, applied");
    projc__statement_add(statement, has_places ? ", seen)" BY_PLACE : ")" BY_KEY);
    projc__statement_add(
        statement,
        " FOR NO KEY UPDATE OF l SKIP LOCKED),"
        " moved AS (UPDATE @projc_lane l SET position = c.new_position, epoch = l.epoch + c.raise,"
        " last_event_id = c.event_id, applied = l.applied + c.applied,"
        " updated_at = pg_catalog.clock_timestamp() FROM claimed c WHERE l.ctid = c.place"
        " AND l.position = c.position AND l.epoch = c.epoch RETURNING l.lane, l.ctid)");
    add_answer(statement, false, tells_waiters);
    add_claim_columns(statement, unit);
    add_moves(statement, unit);
    if (has_places)
        add_places(statement, unit);
}

/* What the text of a claim depends on, besides the table of its row. */
enum { HAS_PLACES = 1, IS_MANY = 2, WAITS = 4, TELLS_WAITERS = 8, RAISES_EPOCH = 16 };

static uint32_t variant_of(const projc__pipeline *pipeline, const projc__unit *unit,
                           bool has_places, bool tells_waiters)
{
    bool is_many = unit->claim_count > 1;

    return (has_places ? HAS_PLACES : 0) | (is_many ? IS_MANY : 0) |
           (!is_many && pipeline->is_implicit ? WAITS : 0) | (tells_waiters ? TELLS_WAITERS : 0) |
           (!is_many && unit->claims[0].raises_epoch ? RAISES_EPOCH : 0);
}

#define IS_SEEN "generation = $1 AND lane = $2 AND position = $3 AND epoch = $4"

/* "WITH moved AS (UPDATE …)" of one lane, as far as its condition: planned in a third of the time
 * that a list of one takes. WAITS: for who holds the lane, as briefly as the session was told. */
static void add_move(projc__statement *statement, const projc__unit *unit, uint32_t variant)
{
    const projc__claim *claim = unit->claims;
    const char *at_place = (variant & HAS_PLACES) != 0 ? " AND ctid = $8" : "";

    projc__statement_add(
        statement, (variant & RAISES_EPOCH) != 0
                       ? "WITH moved AS (UPDATE @projc_lane SET epoch = epoch + 1, position = "
                       : "WITH moved AS (UPDATE @projc_lane SET position = ");
    projc__statement_add(statement, "$5, last_event_id = $6, applied = applied + $7,"
                                    " updated_at = pg_catalog.clock_timestamp() WHERE " IS_SEEN);
    projc__statement_add(statement, at_place);
    if ((variant & WAITS) == 0) {
        projc__statement_add(statement, " AND EXISTS (SELECT FROM @projc_lane WHERE " IS_SEEN);
        projc__statement_add(statement, at_place);
        projc__statement_add(statement, " FOR NO KEY UPDATE SKIP LOCKED)");
    }
    projc__statement_bind_i64(statement, unit->generation);
    projc__statement_bind_i32(statement, (int32_t)claim->lane);
    projc__statement_bind_i64(statement, claim->position);
    projc__statement_bind_i64(statement, claim->epoch);
    projc__statement_bind_i64(statement, claim->new_position);
    projc__statement_bind_uuid(statement, claim->last_event_id);
    projc__statement_bind_i64(statement, claim->applied);
    if ((variant & HAS_PLACES) != 0)
        projc__statement_bind_place(statement, claim->place);
}

void projc__pipeline_send_claims(projc__pipeline *pipeline, const projc__unit *unit,
                                 bool uses_places, bool tells_waiters, PGresult **result)
{
    bool has_places = uses_places && projc__claims_have_places(unit);
    uint32_t variant;
    projc__statement statement;

    tells_waiters = tells_waiters && projc__listener_is_awaited(pipeline->postgres);
    variant = variant_of(pipeline, unit, has_places, tells_waiters);
    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc__statement_recall(&statement,
                            (projc__origin){.builder = PROJC__OF_CLAIM, .variant = variant});
    if (unit->claim_count == 1) {
        add_move(&statement, unit, variant);
        projc__statement_add(&statement, " RETURNING ctid)");
        add_answer(&statement, true, tells_waiters);
    } else {
        build_many(&statement, unit, has_places, tells_waiters);
    }
    projc__pipeline_send(pipeline, &statement, result);
}

/* The row is written if the lane was moved. Else there is no answer, and nothing was done; and a
 * row that is not there divides by zero. */
void projc__pipeline_send_claim_with_row(projc__pipeline *pipeline, const projc__unit *unit,
                                         const projc__row_write *write, PGresult **result)
{
    const projc_table *table = write->table;
    bool tells_waiters = projc__listener_is_awaited(pipeline->postgres);
    uint32_t variant = variant_of(pipeline, unit, projc__claims_have_places(unit), tells_waiters);
    projc__statement statement;
    int first_key;

    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc__statement_recall(&statement,
                            (projc__origin){PROJC__OF_CLAIM_WITH_ROW, variant, table, table->name});
    add_move(&statement, unit, variant);
    first_key = statement.count + 1;
    for (uint32_t i = 0; i < table->column_count; i++)
        projc__statement_bind_value(&statement, &table->columns[i], &write->rows[i]);
    projc__statement_add(&statement, " RETURNING ctid), written AS (");
    projc__rows_add_update(&statement, table, first_key, "moved");
    projc__statement_add(&statement, " RETURNING 1) SELECT ctid,"
                                     " 1 / COALESCE((SELECT 1 FROM written), 0)");
    projc__statement_add(&statement, tells_waiters ? ", (" NOTIFY_WAITERS ")" : "");
    projc__statement_add(&statement, " FROM moved");
    projc__pipeline_send(pipeline, &statement, result);
}

bool projc__claim_keep_place(const projc__unit *unit, const PGresult *result)
{
    if (PQntuples(result) != 1)
        return false;
    if (unit->places != NULL)
        unit->places[0] = projc__place_decode((const uint8_t *)PQgetvalue(result, 0, 0),
                                              (size_t)PQgetlength(result, 0, 0));
    return true;
}

void projc__pipeline_send_waiters(projc__pipeline *pipeline, int64_t generation)
{
    projc__statement statement;

    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc__statement_add(&statement, NOTIFY_WAITERS);
    projc__statement_bind_i64(&statement, generation);
    projc__pipeline_send(pipeline, &statement, NULL);
}

void projc__claims_keep_places(const projc__unit *unit, const PGresult *result)
{
    const uint8_t *array = (const uint8_t *)PQgetvalue(result, 0, 1);

    if (unit->places == NULL ||
        (size_t)PQgetlength(result, 0, 1) != ARRAY_HEADER_BYTES + PLACE_STRIDE * unit->claim_count)
        return;
    for (size_t i = 0; i < unit->claim_count; i++)
        unit->places[i] = projc__place_decode(array + ARRAY_HEADER_BYTES + PLACE_STRIDE * i + 4,
                                              PROJC__PLACE_BYTES);
}

projc_status projc__claims_tell_shortfall(projc__postgres *postgres, const projc__unit *unit,
                                          projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT count(*) = $5 FROM @projc_lane l"
                                     " JOIN unnest($2, $3, $4) c (lane, position, epoch)" BY_KEY);
    add_claim_columns(&statement, unit);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK) {
        status = projc__result_bool(result, 0, 0) ? PROJC_LOCKED : PROJC_FENCED;
        projc_error_set(error, status, "%s", projc_status_text(status));
    }
    PQclear(result);
    return status;
}
