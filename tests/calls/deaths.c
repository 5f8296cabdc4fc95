/* The process dies before or after the k-th call of libpq that reads or writes, for every k.
 *
 *     calls DATABASE aggregate|keyed|stream|all [DEATHS]
 *
 * Of each k (of DEATHS, evenly spread, when that is given) a child steps the projections of
 * mix.proj from zero, and ends itself, without a word to anybody, at the call; what it has sent,
 * the server still does. Then this process, another worker, goes on at once. In the end every byte
 * must be as after an undisturbed run. Calls are counted in the functions that the linker puts in
 * front of libpq's (--wrap). */
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

/* ---- dying ---- */

static int64_t *calls; /* made so far; shared with the child */
static int64_t die_at; /* 0: never */
static bool dies_after;

static void before_call(void)
{
    ++*calls;
    if (*calls == die_at && !dies_after)
        _exit(DIED);
}

static void after_call(void)
{
    if (*calls == die_at && dies_after)
        _exit(DIED);
}

#define WRAP(type, name, parameters, arguments) \
    type __real_##name parameters;              \
    type __wrap_##name parameters;              \
    type __wrap_##name parameters               \
    {                                           \
        type answer;                            \
                                                \
        before_call();                          \
        answer = __real_##name arguments;       \
        after_call();                           \
        return answer;                          \
    }

WRAP(PGconn *, PQconnectdbParams, (const char *const *names, const char *const *values, int expand),
     (names, values, expand))
WRAP(int, PQsendQueryParams,
     (PGconn * connection, const char *command, int count, const Oid *types,
      const char *const *values, const int *lengths, const int *formats, int format),
     (connection, command, count, types, values, lengths, formats, format))
WRAP(int, PQsendQueryPrepared,
     (PGconn * connection, const char *name, int count, const char *const *values,
      const int *lengths, const int *formats, int format),
     (connection, name, count, values, lengths, formats, format))
WRAP(int, PQsendPrepare,
     (PGconn * connection, const char *name, const char *query, int count, const Oid *types),
     (connection, name, query, count, types))
WRAP(int, PQsendQuery, (PGconn * connection, const char *command), (connection, command))
WRAP(int, PQpipelineSync, (PGconn * connection), (connection))
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
} trial;

static projc_status drain_all(mix_world *world, uint32_t first, uint32_t end, projc_error *error)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = first; i < end && status == PROJC_OK; i++)
        status = mix_world_drain(world, i, NULL, NULL, error);
    return status;
}

static void set_cuts(mix_world *world)
{
    world->engine.options.page_rows = 7;
}

/* The child: a worker of its own, from connecting on. */
static void work_until_death(trial *self)
{
    projc_error error = {0};

    *calls = 0;
    self->world.workspace = NULL; /* the parent's connection is left alone */
    if (mix_world_open_projectors(&self->world, &error) == PROJC_OK)
        (void)drain_all(&self->world, self->first, self->end, &error);
    if (error.status != PROJC_OK) {
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

static bool survive(trial *self, int64_t k, bool after)
{
    char text[120];
    projc__buffer got = {0};
    bool is_same;

    if (let_die(self, k, after) != PROJC_OK ||
        drain_all(&self->world, self->first, self->end, &self->error) != PROJC_OK ||
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

static projc_status prepare(trial *self, const char *database)
{
    projc__random random;
    projc__buffer text;
    projc_status status = mix_world_open(&self->world, database, LANES, &self->error);

    set_cuts(&self->world);
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
        mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    projc_status status;

    if (shared == MAP_FAILED)
        return projc_error_set(&self->error, PROJC_NO_MEMORY, "no shared memory");
    calls = shared;
    status = let_die(self, 0, false);
    *count = *calls;
    return status;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 2 ? argv[2] : "";
    int64_t wanted = argc > 3 ? strtoll(argv[3], NULL, 10) : INT64_MAX;
    trial self = {0};
    int64_t most = 0;
    int64_t deaths = 0;

    calls = &most;
    if (argc < 2 || !choose(&self, kind) || wanted < DEATHS_MIN) {
        fprintf(stderr,
                "usage: calls DATABASE aggregate|keyed|stream|all [DEATHS], of %d or more\n",
                DEATHS_MIN);
        return 2;
    }
    if (prepare(&self, argv[1]) != PROJC_OK || count_calls(&self, &most) != PROJC_OK) {
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
    mix_world_close(&self.world);
    return deaths >= DEATHS_MIN ? 0 : 1;
}
