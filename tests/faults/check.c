/* The checker: what was applied against what is in the log. Plain SQL that shares no code with the
 * product; the fold is done anew over the events in the order of their numbers. */
#include <stdlib.h>
#include <string.h>

#include "faults.h"

typedef struct check_query {
    const char *claim; /* of what the query counts; 0 is right */
    const char *query;
} check_query;

#define FOLDED "event_name IN ('moved', 'noted')"
#define VALUE "(payload->>'v')::bigint"
#define ELEMENTS                                                                 \
    "events_faults e, json_array_elements_text(payload->'tags') WITH ORDINALITY" \
    " t (tag, place) WHERE event_name = 'moved'"

/* Rows that every applied event left behind, beside those that the log demands. */
#define STEPS_LOST(told, steps, keys)                                          \
    "SELECT count(*) FROM (" told ") t LEFT JOIN " steps " s USING (" keys ")" \
    " WHERE s.times IS NULL OR s.times < t.times"
#define STEPS_DOUBLED(told, steps, keys)                                       \
    "SELECT count(*) FROM " steps " s LEFT JOIN (" told ") t USING (" keys ")" \
    " WHERE t.times IS NULL OR s.times > t.times"

#define THING_STEPS "SELECT aggregate_id AS id, no, 1 AS times FROM events_faults WHERE " FOLDED
#define TAG_STEPS "SELECT tag, no, count(*) AS times FROM " ELEMENTS " GROUP BY 1, 2"
#define WHOLE_STEPS "SELECT no, 1 AS times FROM events_faults WHERE " FOLDED

static const check_query checks[] = {
    {"events lost by things", STEPS_LOST(THING_STEPS, "faults_things_thing_steps", "id, no")},
    {"events doubled by things", STEPS_DOUBLED(THING_STEPS, "faults_things_thing_steps", "id, no")},
    {"events lost by tags", STEPS_LOST(TAG_STEPS, "faults_tags_tag_steps", "tag, no")},
    {"events doubled by tags", STEPS_DOUBLED(TAG_STEPS, "faults_tags_tag_steps", "tag, no")},
    {"events lost by whole", STEPS_LOST(WHOLE_STEPS, "faults_whole_whole_steps", "no")},
    {"events doubled by whole", STEPS_DOUBLED(WHOLE_STEPS, "faults_whole_whole_steps", "no")},
    {"things that differ from the log",
     "WITH told AS (SELECT aggregate_id, max(no) AS position, count(*) AS events,"
     " faults_fold(" VALUE " ORDER BY no) AS hash FROM events_faults WHERE " FOLDED
     " GROUP BY 1) SELECT count(*) FROM told t FULL JOIN faults_things s USING (aggregate_id)"
     " WHERE (t.position, t.events, t.hash) IS DISTINCT FROM (s.position, s.events, s.hash)"},
    {"shaky things that differ from the log",
     "WITH told AS (SELECT aggregate_id, max(no) AS position, count(*) AS events,"
     " faults_fold(" VALUE " ORDER BY no) AS hash FROM events_faults WHERE " FOLDED
     " GROUP BY 1) SELECT count(*) FROM told t FULL JOIN faults_shaky s USING (aggregate_id)"
     " WHERE (t.position, t.events, t.hash) IS DISTINCT FROM (s.position, s.events, s.hash)"},
    {"steps of things out of order",
     "WITH told AS (SELECT aggregate_id AS id, no, faults_fold(" VALUE
     ") OVER (PARTITION BY aggregate_id ORDER BY no) AS hash FROM events_faults WHERE " FOLDED
     ") SELECT count(*) FROM told t JOIN faults_things_thing_steps s USING (id, no)"
     " WHERE t.hash <> s.hash"},
    {"tags that differ from the log",
     "WITH told AS (SELECT tag, max(no) AS position, count(*) AS elements,"
     " faults_fold(" VALUE " ORDER BY no, place) AS hash FROM " ELEMENTS " GROUP BY 1),"
     " stored AS (SELECT tag, position, elements, hash FROM faults_tags"
     " FULL JOIN faults_tags_tag_now USING (tag))"
     " SELECT count(*) FROM told t FULL JOIN stored s USING (tag)"
     " WHERE (t.position, t.elements, t.hash) IS DISTINCT FROM (s.position, s.elements, s.hash)"},
    {"wholes that differ from the log",
     "WITH told AS (SELECT max(no) AS position, count(*) AS events,"
     " faults_fold(" VALUE " ORDER BY no) AS hash FROM events_faults WHERE " FOLDED
     " HAVING count(*) > 0) SELECT count(*) FROM told t FULL JOIN faults_whole s ON true"
     " WHERE (t.position, t.events, t.hash) IS DISTINCT FROM (s.position, s.events, s.hash)"},
    {"events of the whole out of order",
     "WITH told AS (SELECT no, row_number() OVER (ORDER BY no) AS rank FROM events_faults"
     " WHERE " FOLDED ") SELECT count(*) FROM told t JOIN faults_whole_whole_steps s USING (no)"
     " WHERE t.rank <> s.rank"},
    {"lanes whose last event is another one in the log",
     "SELECT count(*) FROM projc_lane l LEFT JOIN events_faults e ON e.no = l.position"
     " WHERE e.event_id IS DISTINCT FROM l.last_event_id"},
    {"projections that counted other events than there are",
     "SELECT count(*) FROM (SELECT sum(applied) AS applied FROM projc_lane l JOIN projc_projection"
     " p USING (generation) WHERE projection <> 'tags' GROUP BY generation) counted"
     " WHERE applied <> (SELECT count(*) FROM events_faults WHERE " FOLDED ")"},
    {"positions or epochs that moved backwards", "SELECT count(*) FROM faults_backwards"},
    {"keys out of order", "SELECT count(*) FROM projc_key"},
    {"events skipped", "SELECT count(*) FROM projc_skipped"},
};

/* -1: the query failed. */
static int64_t ask(fault_slot *slot, const char *query)
{
    PGresult *rows = PQexec(slot->eye, query);
    int64_t answer =
        PQresultStatus(rows) == PGRES_TUPLES_OK ? strtoll(PQgetvalue(rows, 0, 0), NULL, 10) : -1;

    PQclear(rows);
    return answer;
}

/* What each projection counted, for whoever looks into it. */
static void explain_counts(fault_slot *slot, fault_result *result)
{
    PGresult *rows = PQexec(
        slot->eye,
        "SELECT (SELECT count(*) FROM events_faults WHERE " FOLDED ") || ' are there, '"
        " || string_agg(projection || ' ' || applied || ' in ' || lanes, ', ')"
        " FROM (SELECT projection, sum(applied) AS applied,"
        " string_agg(lane || ':' || applied || '@' || position || '/' || epoch, ' '"
        " ORDER BY lane) AS lanes FROM projc_lane"
        " JOIN projc_projection USING (generation) WHERE applied > 0 AND projection <> 'tags'"
        " GROUP BY 1) counted WHERE applied <>"
        " (SELECT count(*) FROM events_faults WHERE " FOLDED ")");

    if (PQresultStatus(rows) == PGRES_TUPLES_OK)
        result_wrong(result, "counted: %s", PQgetvalue(rows, 0, 0));
    PQclear(rows);
}

void check_all(fault_slot *slot, fault_result *result)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        int64_t answer = ask(slot, checks[i].query);

        if (answer < 0)
            result_wrong(result, "the checker failed: %s", PQerrorMessage(slot->eye));
        else if (answer != 0)
            result_wrong(result, "%lld %s", (long long)answer, checks[i].claim);
        if (answer > 0 && strncmp(checks[i].claim, "projections that counted", 24) == 0)
            explain_counts(slot, result);
    }
    result->events = ask(slot, "SELECT count(*) FROM events_faults");
    if (result->events <= 0)
        result_wrong(result, "no events were written");
}
