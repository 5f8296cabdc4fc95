/* Every allocation and every call on the database's files fails while the SQLite driver does what
 * the conformance suite asks of it: for each call of the driver the first, the second … until it
 * needs no more, alone and with all that follow, the opening of the connection included.
 *
 * An infrastructure error with a text comes back, or the right answer. The database is what it was,
 * or all of what it should become; the connection serves the next call; nothing leaks. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "faults.h"
#include "operations.h"

static database_file file;
static char at[200]; /* what is tried now */

/* What an undisturbed call leaves and answers. */
typedef struct outcome {
    projc_status status;
    uint64_t answer;
    uint64_t digest;
} outcome;

static bool say(const char *what, const projc_error *error)
{
    printf("%s: %s: %s: %s\n", at, what, projc_status_name(error->status), error->message);
    return false;
}

/* On a connection that may be NULL, and is opened then. */
static projc_status run(const operation *self, projc_store **store, uint64_t *answer,
                        projc_error *error)
{
    projc_store_options options = {.database = file.url, .lock_timeout_ms = 100};
    projc_arena *arena = projc_arena_new(0);
    projc_status status = PROJC_OK;

    *answer = 0;
    *error = (projc_error){0};
    if (arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "no arena");
    if (*store == NULL)
        status = projc_store_open(&options, store, error);
    if (status == PROJC_OK)
        status = self->run(*store, arena, answer, error);
    projc_arena_free(arena);
    return status;
}

static bool prepare(void)
{
    projc_store_options options = {.database = file.url};
    projc_arena *arena = projc_arena_new(0);
    projc_store *store = NULL;
    projc_error error = {0};
    bool is_ready = projc_store_open(&options, &store, &error) == PROJC_OK &&
                    operations_prepare(store, arena, &error) == PROJC_OK;

    if (store != NULL)
        projc_store_close(store);
    projc_arena_free(arena);
    return (is_ready || say("preparing", &error)) && database_keep(&file);
}

/* The connection that met the failure still serves. */
static bool serves(const operation *self, projc_store *store, const outcome *good, bool is_done)
{
    projc_error error;
    uint64_t answer;
    projc_status status;

    if (store == NULL)
        return true;
    if (projc_store_begin(store, &error) != PROJC_OK ||
        projc_store_rollback(store, &error) != PROJC_OK)
        return say("the next call", &error);
    status = run(self, &store, &answer, &error);
    /* What was done in spite of the failure may not be possible twice. */
    if (is_done)
        return true;
    return (status == PROJC_OK && answer == good->answer) || say("the same call again", &error);
}

/* One attempt in which a call fails. */
static bool survive(const operation *self, unsigned kinds, long nth, bool lasts, uint64_t before,
                    const outcome *good)
{
    long living = faults_living();
    sqlite3_int64 used = sqlite3_memory_used();
    projc_store *store = NULL;
    projc_error error;
    outcome got;
    bool holds;

    if (!database_restore(&file))
        return false;
    faults_arm(kinds, nth, lasts);
    got.status = run(self, &store, &got.answer, &error);
    faults_disarm();
    got.digest = database_digest(&file);
    holds = got.status == PROJC_OK || projc_status_class_of(got.status) == PROJC_CLASS_INFRA ||
            say("no error for this", &error);
    if (holds && got.status != PROJC_OK && (error.status != got.status || error.message[0] == '\0'))
        holds = say("no text", &error);
    if (holds && got.status == PROJC_OK &&
        (got.digest != good->digest || got.answer != good->answer))
        holds = say("OK, but not what it should be", &error);
    if (holds && got.digest != before && got.digest != good->digest)
        holds = say("half done", &error);
    holds = holds && serves(self, store, good, self->is_writing && got.digest == good->digest);
    if (store != NULL)
        projc_store_close(store);
    if (holds && (faults_living() != living || sqlite3_memory_used() != used))
        holds = say("a leak", &error);
    return holds;
}

static bool sweep_through(const operation *self, unsigned kinds, bool lasts, long *failed)
{
    projc_store *store = NULL;
    projc_error error;
    outcome good;
    fault_sweep sweep;
    uint64_t before;

    snprintf(at, sizeof at, "%s, undisturbed", self->name);
    if (!database_restore(&file) || (before = database_digest(&file)) == 0)
        return false;
    faults_count(kinds);
    good.status = run(self, &store, &good.answer, &error);
    faults_disarm();
    sweep = fault_sweep_of(faults_calls());
    good.digest = database_digest(&file);
    if (store != NULL)
        projc_store_close(store);
    if (good.status != PROJC_OK)
        return say("it fails", &error);
    if ((good.digest != before) != self->is_writing)
        return say("writes or not, other than expected", &error);
    for (long nth = fault_sweep_first(&sweep); nth < sweep.total; nth += sweep.step) {
        snprintf(at, sizeof at, "%s, %s: call %ld of %ld%s", self->name,
                 kinds == FAULT_MEMORY ? "memory" : "files", nth, sweep.total,
                 lasts ? " and all that follow" : "");
        if (!survive(self, kinds, nth, lasts, before, &good))
            return false;
        *failed += faults_failures() > 0;
    }
    return true;
}

/* Argument: a folder for the database. FAULT_ONLY: a part of the names. */
int main(int argc, char **argv)
{
    static const unsigned kinds[] = {FAULT_MEMORY, FAULT_DATABASE};
    const char *only = getenv("FAULT_ONLY");
    unsigned passed = 0;
    unsigned failures = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc != 2 || !faults_begin() || !faults_begin_sqlite())
        return 2;
    database_name(&file, argv[1]);
    database_remove(&file);
    if (!prepare())
        return 2;
    for (size_t i = 0; i < operation_count; i++) {
        long failed = 0;
        bool holds = true;

        if (only != NULL && strstr(operations[i].name, only) == NULL)
            continue;
        for (int j = 0; j < 4 && holds; j++)
            holds = sweep_through(&operations[i], kinds[j / 2], j % 2 == 1, &failed);
        printf("%sok - %s bears failing memory and files (%ld runs had a failing call)\n",
               holds ? "" : "not ", operations[i].name, failed);
        passed += holds && failed > 0;
        failures += !holds || failed == 0;
    }
    database_forget(&file);
    printf("%u passed, %u failed\n", passed, failures);
    return failures != 0 || passed == 0;
}
