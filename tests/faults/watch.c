/* The watcher: reads the lanes' positions all the while, over a connection of its own. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

/* Nothing of the product is called: what is asked of the tables is plain SQL. */
static const char preparation[] =
    "CREATE FUNCTION faults_step(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE"
    " AS 'SELECT ($1 * 31 + $2) % 2147483647';"
    "CREATE AGGREGATE faults_fold(bigint) (sfunc = faults_step, stype = bigint, initcond = '0');"
    "CREATE TABLE faults_backwards (generation bigint, lane integer, position bigint);"
    "CREATE FUNCTION faults_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO faults_backwards VALUES (OLD.generation, OLD.lane, OLD.position);"
    " RETURN NULL; END $$;"
    "CREATE TRIGGER faults_note AFTER UPDATE ON projc_lane FOR EACH ROW"
    " WHEN (NEW.position < OLD.position OR NEW.epoch < OLD.epoch)"
    " EXECUTE FUNCTION faults_note()";

/* Whoever is left of the schedule before, a killed service's unfinished transaction too, is gone
 * before its tables are emptied. */
static const char emptying[] =
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid();"
    "DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ')"
    " || ' RESTART IDENTITY' FROM pg_tables WHERE schemaname = 'public'); END $$";

static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static bool connect_eye(fault_slot *slot)
{
    if (slot->eye != NULL && PQstatus(slot->eye) == CONNECTION_OK)
        return true;
    PQfinish(slot->eye);
    slot->eye = PQconnectdb(slot->direct);
    (void)PQsetNoticeProcessor(slot->eye, ignore_notice, NULL);
    return PQstatus(slot->eye) == CONNECTION_OK;
}

bool watch_do(fault_slot *slot, const char *command)
{
    if (!connect_eye(slot))
        return false;
    PGresult *result = PQexec(slot->eye, command);
    ExecStatusType status = PQresultStatus(result);

    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static bool has_tables(fault_slot *slot)
{
    return watch_do(slot, "SELECT 'faults_backwards'::regclass");
}

bool watch_reset(fault_slot *slot, fault_result *result)
{
    static const char *const apply[3] = {"schema", "--apply"};

    if (!connect_eye(slot)) {
        result_wrong(result, "cannot connect: %s", PQerrorMessage(slot->eye));
        return false;
    }
    if (!has_tables(slot) &&
        !(run_program(slot, slot->program, apply) && watch_do(slot, preparation))) {
        result_wrong(result, "the tables cannot be made: %s", PQerrorMessage(slot->eye));
        return false;
    }
    if (!watch_do(slot, emptying)) {
        result_wrong(result, "the tables cannot be emptied: %s", PQerrorMessage(slot->eye));
        return false;
    }
    return true;
}

static int64_t number_at(const PGresult *rows, int row, int column)
{
    return strtoll(PQgetvalue(rows, row, column), NULL, 10);
}

/* GENERATIONS_MAX: there are more than there can be. */
static int find_generation(lane_sight *sight, int64_t generation)
{
    int index = 0;

    while (index < sight->generation_count && sight->generations[index] != generation)
        index++;
    if (index == sight->generation_count && index < GENERATIONS_MAX)
        sight->generations[sight->generation_count++] = generation;
    return index;
}

/* One lane against what was seen of it before. */
static void see_lane(lane_sight *sight, const PGresult *rows, int row, fault_result *result)
{
    int64_t generation = number_at(rows, row, 0);
    int64_t lane = number_at(rows, row, 1);
    int64_t position = number_at(rows, row, 2);
    int64_t epoch = number_at(rows, row, 3);

    int index = find_generation(sight, generation);

    if (index == GENERATIONS_MAX || lane < 0 || lane >= LANES_MAX) {
        result_wrong(result, "lane %" PRId64 " of generation %" PRId64 " is unexpected", lane,
                     generation);
        return;
    }
    int64_t *seen = &sight->positions[index][lane];
    int64_t *epoch_seen = &sight->epochs[index][lane];
    if (position < *seen || epoch < *epoch_seen)
        result_wrong(result,
                     "backwards: lane %" PRId64 " of generation %" PRId64 " from %" PRId64
                     " (epoch %" PRId64 ") to %" PRId64 " (epoch %" PRId64 ")",
                     lane, generation, *seen, *epoch_seen, position, epoch);
    *seen = position;
    *epoch_seen = epoch;
    if (row == 0 || position < sight->lowest)
        sight->lowest = position;
}

bool watch_look(fault_slot *slot, lane_sight *sight, fault_result *result)
{
    int64_t generation = -1;
    int generations = 0;

    if (!connect_eye(slot))
        return false;
    PGresult *rows = PQexec(slot->eye, "SELECT generation, lane, position, epoch,"
                                       " (SELECT COALESCE(max(no), 0) FROM events_faults),"
                                       " (SELECT count(*) FROM projc_key)"
                                       " FROM projc_lane ORDER BY 1, 2");
    bool is_well = PQresultStatus(rows) == PGRES_TUPLES_OK;
    for (int i = 0; is_well && i < PQntuples(rows); i++) {
        generations += number_at(rows, i, 0) != generation;
        generation = number_at(rows, i, 0);
        sight->head = number_at(rows, i, 4);
        sight->waiting = number_at(rows, i, 5);
        see_lane(sight, rows, i, result);
    }
    sight->is_complete = generations == PROJECTIONS;
    PQclear(rows);
    return is_well;
}
