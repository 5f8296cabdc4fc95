/* The process dies before or after the k-th call of libpq that reads or writes, for every k.
 *
 *     calls DATABASE [live-]aggregate|keyed|stream|all [DEATHS]
 *
 * Of each k (of DEATHS, evenly spread, when that is given) a child steps the projections of
 * mix.proj from zero, and ends itself, without a word to anybody, at the call; what it has sent,
 * the server still does. Then this process, another worker, goes on at once. In the end every byte
 * must be as after an undisturbed run. Calls are counted in the functions that the linker puts in
 * front of libpq's (--wrap).
 *
 * live-…: the events come one by one, so that units are small and soon have no BEGIN and no COMMIT
 * of their own (runtime/store/postgres/session.c). */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/rebuild.h"
#include "mix_world.h"

enum { EVENTS = 24, LANES = 2, DIED = 77, DEATHS_MIN = 40 };
/* Live: where numbers begin, as pages of a short log are read otherwise; how many events are there
 * at first; how many pipelines at least must be without a COMMIT. */
enum { LIVE_FIRST = 2001, LIVE_BEFORE = 4, LIVE_UNITS_MIN = 6 };

/* ---- dying ---- */

/* Shared with the child. */
typedef struct tally {
    int64_t calls;     /* made so far */
    int64_t told;      /* pipelines without a COMMIT among them */
    bool has_a_commit; /* the one that is being sent */
} tally;

static tally *made;
static int64_t die_at; /* 0: never */
static bool dies_after;

static void before_call(void)
{
    made->calls++;
    if (made->calls == die_at && !dies_after)
        _exit(DIED);
}

static void after_call(void)
{
    if (made->calls == die_at && dies_after)
        _exit(DIED);
}

static void note_text(const char *command)
{
    made->has_a_commit = made->has_a_commit || strcmp(command, "COMMIT") == 0;
}

static void note_point(void)
{
    made->told += !made->has_a_commit;
    made->has_a_commit = false;
}

#define WRAP(type, name, parameters, arguments) \
    WRAP_NOTING(type, name, parameters, arguments, (void)0)
#define WRAP_NOTING(type, name, parameters, arguments, note) \
    type __real_##name parameters;                           \
    type __wrap_##name parameters;                           \
    type __wrap_##name parameters                            \
    {                                                        \
        type answer;                                         \
                                                             \
        note;                                                \
        before_call();                                       \
        answer = __real_##name arguments;                    \
        after_call();                                        \
        return answer;                                       \
    }

WRAP(PGconn *, PQconnectdbParams, (const char *const *names, const char *const *values, int expand),
     (names, values, expand))
WRAP_NOTING(int, PQsendQueryParams,
            (PGconn * connection, const char *command, int count, const Oid *types,
             const char *const *values, const int *lengths, const int *formats, int format),
            (connection, command, count, types, values, lengths, formats, format),
            note_text(command))
WRAP(int, PQsendQueryPrepared,
     (PGconn * connection, const char *name, int count, const char *const *values,
      const int *lengths, const int *formats, int format),
     (connection, name, count, values, lengths, formats, format))
WRAP(int, PQsendPrepare,
     (PGconn * connection, const char *name, const char *query, int count, const Oid *types),
     (connection, name, query, count, types))
WRAP(int, PQsendQuery, (PGconn * connection, const char *command), (connection, command))
WRAP_NOTING(int, PQpipelineSync, (PGconn * connection), (connection), note_point())
WRAP(int, PQflush, (PGconn * connection), (connection))
WRAP(int, PQconsumeInput, (PGconn * connection), (connection))
WRAP(PGresult *, PQgetResult, (PGconn * connection), (connection))
WRAP(int, PQgetCopyData, (PGconn * connection, char **buffer, int is_async),
     (connection, buffer, is_async))

/* ---- one death ---- */

typedef struct trial {
    mix_world world;
    uint32_t first; /* projections */
    uint32_t end;
    projc__buffer wanted;
    projc_error error;
    PGconn *hand; /* live: what hides events and shows them; its calls are not counted */
} trial;

static projc_status by_hand(PGconn *hand, const char *statement, projc_error *error)
{
    PGresult *result = PQexec(hand, statement);
    projc_status status = PROJC_OK;

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        status = projc_error_set(error, PROJC_DATABASE, "%s: %s", statement, PQerrorMessage(hand));
    PQclear(result);
    return status;
}

/* Of the events that are hidden, those up to a number. */
static projc_status show(PGconn *hand, int last, projc_error *error)
{
    char text[200];

    snprintf(text, sizeof text,
             "INSERT INTO mix_log OVERRIDING SYSTEM VALUE SELECT * FROM hidden WHERE no <= %d"
             " AND no NOT IN (SELECT no FROM mix_log) ORDER BY no",
             last);
    return by_hand(hand, text, error);
}

static projc_status drain_all(mix_world *world, uint32_t first, uint32_t end, projc_error *error)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = first; i < end && status == PROJC_OK; i++)
        status = mix_world_drain(world, i, NULL, NULL, error);
    return status;
}

static void set_cuts(mix_world *world, bool is_live)
{
    world->engine.options.page_rows = is_live ? 100 : 7;
}

/* Live: one more event, and its way, until all have come. */
static projc_status follow(trial *self, projc_error *error)
{
    PGconn *hand = PQconnectdb(self->world.database);
    projc_status status = PROJC_OK;

    for (int last = LIVE_FIRST + LIVE_BEFORE; last < LIVE_FIRST + EVENTS && status == PROJC_OK;
         last++) {
        status = show(hand, last, error);
        if (status == PROJC_OK)
            status = drain_all(&self->world, self->first, self->end, error);
    }
    PQfinish(hand);
    return status;
}

/* The child: a worker of its own, from connecting on. The parent's connections are left alone. */
static void work_until_death(trial *self)
{
    projc_error error = {0};
    projc_status status;

    *made = (tally){.calls = 0};
    self->world.workspace = NULL;
    status = mix_world_open_projectors(&self->world, &error);
    if (status == PROJC_OK)
        status = drain_all(&self->world, self->first, self->end, &error);
    if (status == PROJC_OK && self->hand != NULL)
        status = follow(self, &error);
    if (status != PROJC_OK) {
        fprintf(stderr, "child: %s\n", error.message);
        _exit(1);
    }
    _exit(0);
}

static projc_status reset_all(trial *self)
{
    projc_store *store;
    projc_status status = projc__workspace_store(self->world.workspace, &store, &self->error);

    for (uint32_t i = self->first; i < self->end && status == PROJC_OK; i++)
        status = projc__reset(store, self->world.module, i, false, &self->error);
    if (status == PROJC_OK && self->hand != NULL) {
        char text[80];

        snprintf(text, sizeof text, "DELETE FROM mix_log WHERE no >= %d", LIVE_FIRST + LIVE_BEFORE);
        status = by_hand(self->hand, text, &self->error);
    }
    return status;
}

/* A child works until the k-th call, or to its end when k is 0. */
static projc_status let_die(trial *self, int64_t k, bool after)
{
    int status = 0;
    pid_t child;
    projc_status reset = reset_all(self);

    if (reset != PROJC_OK)
        return reset;
    die_at = k;
    dies_after = after;
    child = fork();
    if (child == 0)
        work_until_death(self);
    die_at = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != (k == 0 ? 0 : DIED))
        return projc_error_set(&self->error, PROJC_DATABASE, "the child ended with %d", status);
    return PROJC_OK;
}

/* This process goes on: all events are there. */
static projc_status go_on(trial *self)
{
    projc_status status =
        self->hand == NULL ? PROJC_OK : show(self->hand, LIVE_FIRST + EVENTS, &self->error);

    return status == PROJC_OK ? drain_all(&self->world, self->first, self->end, &self->error)
                              : status;
}

static bool survive(trial *self, int64_t k, bool after)
{
    char text[120];
    projc__buffer got = {0};
    bool is_same;

    if (let_die(self, k, after) != PROJC_OK || go_on(self) != PROJC_OK ||
        mix_world_dump(&self->world, &got, &self->error) != PROJC_OK)
        return false;
    snprintf(text, sizeof text, "%s call %" PRId64, after ? "after" : "before", k);
    is_same = mix_dumps_equal(text, &self->wanted, &got);
    projc__buffer_clear(&got);
    if (!is_same)
        projc_error_set(&self->error, PROJC_DATA, "another result");
    return is_same;
}

/* ---- the whole ---- */

static projc_status prepare_live(trial *self)
{
    char text[100];

    snprintf(text, sizeof text, "ALTER TABLE mix_log ALTER no RESTART WITH %d", LIVE_FIRST);
    return by_hand(self->hand, text, &self->error);
}

static projc_status prepare(trial *self, const char *database, bool is_live)
{
    projc__random random;
    projc__buffer text;
    projc_status status = mix_world_open(&self->world, database, LANES, &self->error);

    if (status == PROJC_OK && is_live) {
        self->hand = PQconnectdb(database);
        status = prepare_live(self);
    }
    set_cuts(&self->world, self->hand != NULL);
    projc__random_init(&random, 4);
    projc__buffer_init(&text);
    for (uint32_t i = 0; i < EVENTS && status == PROJC_OK; i++) {
        uint32_t node = (uint32_t)projc__random_below(&random, NODES);
        const char *name;

        mix_event_draw(&random, &text, &name);
        status = mix_world_append(&self->world, name, node, i, projc_text_of(text.data, text.size),
                                  &self->error);
    }
    projc__buffer_clear(&text);
    if (status == PROJC_OK)
        status = drain_all(&self->world, self->first, self->end, &self->error);
    if (status == PROJC_OK && is_live)
        status = by_hand(self->hand, "CREATE TABLE hidden AS SELECT * FROM mix_log", &self->error);
    return status == PROJC_OK ? mix_world_dump(&self->world, &self->wanted, &self->error) : status;
}

static bool choose(trial *self, const char *kind)
{
    static const struct {
        const char *kind;
        uint32_t first, end;
    } choices[] = {{"aggregate", 0, 2}, {"keyed", 2, 3}, {"stream", 3, 4}, {"all", 0, 4}};

    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (strcmp(choices[i].kind, kind) == 0) {
            self->first = choices[i].first;
            self->end = choices[i].end;
            return true;
        }
    }
    return false;
}

/* How many calls a child makes that nothing happens to. */
static projc_status count_calls(trial *self, int64_t *count)
{
    void *shared =
        mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    projc_status status;

    if (shared == MAP_FAILED)
        return projc_error_set(&self->error, PROJC_NO_MEMORY, "no shared memory");
    made = shared;
    status = let_die(self, 0, false);
    *count = made->calls;
    if (status == PROJC_OK && self->hand != NULL && made->told < LIVE_UNITS_MIN)
        status = projc_error_set(&self->error, PROJC_DATA,
                                 "only %" PRId64 " pipelines are without a COMMIT, expected %d",
                                 made->told, LIVE_UNITS_MIN);
    return status;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 2 ? argv[2] : "";
    bool is_live = strncmp(kind, "live-", 5) == 0;
    int64_t wanted = argc > 3 ? strtoll(argv[3], NULL, 10) : INT64_MAX;
    trial self = {0};
    tally parents = {.calls = 0};
    int64_t most = 0;
    int64_t deaths = 0;

    made = &parents;
    if (argc < 2 || !choose(&self, is_live ? kind + 5 : kind) || wanted < DEATHS_MIN) {
        fprintf(stderr,
                "usage: calls DATABASE [live-]aggregate|keyed|stream|all [DEATHS], of %d or more\n",
                DEATHS_MIN);
        return 2;
    }
    if (prepare(&self, argv[1], is_live) != PROJC_OK || count_calls(&self, &most) != PROJC_OK) {
        printf("%s: not prepared: %s\n", kind, self.error.message);
        return 1;
    }
    wanted = wanted < 2 * most ? wanted : 2 * most;
    for (; deaths < wanted; deaths++) {
        int64_t place = deaths * 2 * most / wanted;

        if (!survive(&self, place / 2 + 1, place % 2 == 1)) {
            printf("%s, %s call %" PRId64 ": %s\n", kind, place % 2 == 1 ? "after" : "before",
                   place / 2 + 1, self.error.message);
            return 1;
        }
    }
    printf("%s: %" PRId64 " deaths before and after %s of %" PRId64
           " calls: every byte as undisturbed\n",
           kind, deaths, deaths == 2 * most ? "each" : "some", most);
    projc__buffer_clear(&self.wanted);
    PQfinish(self.hand);
    mix_world_close(&self.world);
    return deaths >= DEATHS_MIN ? 0 : 1;
}
