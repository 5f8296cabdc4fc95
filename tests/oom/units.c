/* Every allocation and every call on the database's files fails while a worker applies a log: for
 * each kind of projection the first, the second … until the work needs no more, alone and with all
 * that follow.
 *
 * The worker gets an infrastructure error, or does without; nothing is half applied: when another
 * worker then goes on undisturbed, the database holds byte for byte what an undisturbed run leaves
 * there. Nothing leaks (counted; and leak sanitizer). */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "database.h"
#include "engine/failed_keys.h"
#include "engine/projector.h"
#include "faults.h"
#include "support/account_module.h"
#include "support/keyed_module.h"
#include "support/script_module.h"

enum { STEPS_MAX = 1000 };

typedef struct subject {
    const char *name;
    const projc_module *module;
    uint32_t projection;
    bool is_repair; /* the key that failed is tried again, after the fix */
    bool (*append)(projc_store *store, projc_error *error);
} subject;

static database_file file; /* as it is before any work */
static projc__engine engine;
static projc__manual_clock stopped_clock;
static account_probe probe;
static int64_t culprit;
static char at[200]; /* what is tried now, for a crash */

/* ---- logs ---- */

static bool append_accounts(projc_store *store, projc_error *error)
{
    for (uint64_t i = 0; i < 30; i++) {
        int64_t no = 0;

        if (account_credit(store, i % 4, 1, &no, error) != PROJC_OK)
            return false;
        if (i == 10)
            culprit = no;
    }
    return true;
}

static bool append_keyed(projc_store *store, projc_error *error)
{
    static const char *const texts[] = {"a",        "a b c", "b -d c c", "c",
                                        "e a e -b", "#",     "d a",      "b e"};

    for (int i = 0; i < 24; i++) {
        int64_t no = 0;

        if (keyed_send(store, texts[i % 8][0] == '#' ? "d" : texts[i % 8], &no, error) != PROJC_OK)
            return false;
        if (i == 5)
            culprit = no;
    }
    return true;
}

static bool append_scripts(projc_store *store, projc_error *error)
{
    static const char *const scripts[] = {
        "r01ar02br03a", "wa",    "o04g04cl04", "f01f02mab", "d03s", "r05ar06ar07axa07", "l01l02s",
        "o08!",         "u02wb", "h09c",       "b10",       "wbs",  "r11dB12",          "mbawa"};

    for (uint32_t i = 0; i < 2 * sizeof scripts / sizeof scripts[0]; i++) {
        const char *text = scripts[i % (sizeof scripts / sizeof scripts[0])];
        script_event event = {{text, strlen(text)}};
        projc_uuid box = account_id(i % 3);
        projc_value id = {.kind = PROJC_KIND_UUID, .as.uuid = box};

        if (projc_append(store, &script_module, 0, id, PROJC_ANY_VERSION, &event, NULL, error) !=
            PROJC_OK)
            return false;
    }
    return true;
}

static const subject subjects[] = {
    {"aggregate projection", &account_module, PROJECTION_BALANCE, false, append_accounts},
    {"aggregate projection, a retried key", &account_module, PROJECTION_PROBE, false,
     append_accounts},
    {"stream projection that stops", &account_module, PROJECTION_PROBE_STREAM, false,
     append_accounts},
    {"keyed projection, a failed key", &keyed_module, KEYED_FAIL, false, append_keyed},
    {"stream projection with a table", &script_module, SCRIPT_STREAM, false, append_scripts},
    {"aggregate projection with a table", &script_module, SCRIPT_BOXES, false, append_scripts},
    {"repair of an aggregate", &account_module, PROJECTION_PROBE, true, append_accounts},
    {"repair of a key", &keyed_module, KEYED_FAIL, true, append_keyed},
};

static bool say(const projc_error *error)
{
    printf("%s: %s: %s\n", at, projc_status_name(error->status), error->message);
    return false;
}

/* ---- a worker's life ---- */

/* From the connection to the end of the log. */
static projc_status work(const subject *self, projc_error *error)
{
    projc__workspace *workspace = NULL;
    projc__projector *projector = NULL;
    projc__outcome outcome = {0};
    projc_status status = projc__workspace_new(&engine, &workspace, error);

    if (status == PROJC_OK)
        status = projc__projector_open(&engine, workspace, self->module, self->projection,
                                       &projector, error);
    for (int i = 0; i < STEPS_MAX && status == PROJC_OK; i++) {
        status = projc__projector_step(projector, workspace, 0, 1, &outcome, error);
        if (outcome.is_caught_up || outcome.is_stopped)
            break;
    }
    projc__projector_close(projector);
    projc__workspace_free(workspace);
    return status;
}

/* Tries the keys again that are out of order, first to last. */
static projc_status repair(const subject *self, projc_error *error)
{
    projc__workspace *workspace = NULL;
    projc__projector *projector = NULL;
    projc_arena *arena = projc_arena_new(0);
    projc_store *store = NULL;
    projc__key_row *rows = NULL;
    projc__repaired repaired;
    size_t count = 0;
    projc_status status = arena == NULL ? projc_error_set(error, PROJC_NO_MEMORY, "no arena")
                                        : projc__workspace_new(&engine, &workspace, error);

    if (status == PROJC_OK)
        status = projc__projector_open(&engine, workspace, self->module, self->projection,
                                       &projector, error);
    if (status == PROJC_OK)
        status = projc__workspace_store(workspace, &store, error);
    if (status == PROJC_OK)
        status =
            projc__failed_list(store, self->module, self->projection, arena, &rows, &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        status = projc__failed_retry(projector, workspace, rows[i].key, arena, &repaired, error);
    projc__projector_close(projector);
    projc__workspace_free(workspace);
    projc_arena_free(arena);
    return status;
}

static projc_status live(const subject *self, projc_error *error)
{
    probe.calls = 0;
    probe.answer = self->is_repair ? NULL : account_probe_fail_at;
    *error = (projc_error){0};
    return self->is_repair ? repair(self, error) : work(self, error);
}

static bool begin(const subject *self)
{
    projc_store_options options = {.database = file.url};
    projc_store *store = NULL;
    projc_error error = {0};
    bool is_ready;

    database_remove(&file);
    is_ready = projc_store_open(&options, &store, &error) == PROJC_OK &&
               projc_store_apply_schema(store, self->module, true, &error) == PROJC_OK &&
               self->append(store, &error);
    projc_store_close(store);
    probe = (account_probe){.answer = account_probe_fail_at, .fail_no = culprit, .fail_times = -1};
    /* What a repair begins with is a log that was applied, up to the culprit. */
    if (is_ready && self->is_repair)
        is_ready = work(self, &error) == PROJC_OK;
    return (is_ready || say(&error)) && database_keep(&file);
}

/* ---- the loop ---- */

/* One run in which a call fails; `good`: what the database holds after an undisturbed one. */
static bool survive(const subject *self, unsigned kinds, long nth, bool lasts, uint64_t good)
{
    projc_error error;
    sqlite3_int64 used;
    projc_status status;
    long living;

    if (!database_restore(&file))
        return false;
    living = faults_living();
    used = sqlite3_memory_used();
    faults_arm(kinds, nth, lasts);
    status = live(self, &error);
    faults_disarm();
    if (faults_living() != living || sqlite3_memory_used() != used) {
        printf("%s: %ld allocations and %lld bytes of SQLite's are left\n", at,
               faults_living() - living, (long long)(sqlite3_memory_used() - used));
        return false;
    }
    if (status != PROJC_OK && projc_status_class_of(status) != PROJC_CLASS_INFRA)
        return say(&error);
    if (status != PROJC_OK && (error.status != status || error.message[0] == '\0')) {
        printf("%s: %s without a text\n", at, projc_status_name(status));
        return false;
    }
    /* What was OK is done; what was not goes on from where it stands. */
    if (status != PROJC_OK && (status = live(self, &error)) != PROJC_OK)
        return say(&error);
    if (database_digest(&file) == good)
        return true;
    printf("%s: the database is not what an undisturbed run leaves\n", at);
    return false;
}

static bool sweep_through(const subject *self, unsigned kinds, bool lasts, long *failed)
{
    const char *what = kinds == FAULT_MEMORY ? "memory" : "files";
    projc_error error;
    uint64_t good;
    fault_sweep sweep;

    snprintf(at, sizeof at, "%s, undisturbed", self->name);
    if (!database_restore(&file))
        return false;
    faults_count(kinds);
    if (live(self, &error) != PROJC_OK)
        return say(&error);
    faults_disarm();
    sweep = fault_sweep_of(faults_calls());
    good = database_digest(&file);
    if (good == 0 || sweep.total == 0)
        return false;
    for (long nth = fault_sweep_first(&sweep); nth < sweep.total; nth += sweep.step) {
        snprintf(at, sizeof at, "%s, %s: call %ld of %ld%s", self->name, what, nth, sweep.total,
                 lasts ? " and all that follow" : "");
        if (!survive(self, kinds, nth, lasts, good))
            return false;
        *failed += faults_failures() > 0;
    }
    return true;
}

static void tell_where(int number)
{
    ssize_t written = write(STDOUT_FILENO, at, strlen(at));

    written += write(STDOUT_FILENO, ": crashed\n", 10);
    signal(number, SIG_DFL);
    raise(written < 0 ? SIGKILL : number);
}

static void prepare_engine(void)
{
    projc__manual_clock_init(&stopped_clock, INT64_C(1700000000000000));
    engine.clock = &stopped_clock.clock;
    engine.metrics = &projc__no_metrics;
    engine.options = (projc_runtime_options){.database = file.url,
                                             .workers = 1,
                                             .lanes = 4,
                                             .batch_bytes = 64 << 20,
                                             .page_rows = 7,
                                             .page_bytes = 4 << 20,
                                             .queue_max = 100,
                                             .event_max_bytes = 1 << 20,
                                             .state_max_bytes = 1 << 20,
                                             .failed_keys_max = 1000,
                                             .waiting_max = 1000,
                                             .seed = 42,
                                             .user = &probe};
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
    signal(SIGSEGV, tell_where);
    signal(SIGABRT, tell_where);
    prepare_engine();
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        const subject *self = &subjects[i];

        if (only != NULL && strstr(self->name, only) == NULL)
            continue;
        for (int j = 0; j < 4; j++) {
            long failed = 0;
            bool holds = begin(self) && sweep_through(self, kinds[j / 2], j % 2 == 1, &failed);

            printf("%sok - %s: %s%s (%ld runs had a failing call)\n", holds ? "" : "not ",
                   self->name, j / 2 == 0 ? "an allocation fails" : "a call on the files fails",
                   j % 2 == 1 ? ", and all that follow" : "", failed);
            passed += holds && failed > 0;
            failures += !holds || failed == 0;
        }
    }
    database_forget(&file);
    projc__manual_clock_clear(&stopped_clock);
    printf("%u passed, %u failed\n", passed, failures);
    return failures != 0 || passed == 0;
}
