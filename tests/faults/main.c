/* Runs fault schedules: some at a time, each in a slot with a database of its own.
 *
 *     suite PART:FIRST+COUNT[/SLOTS]…      e.g. suite process:1+14/7 server:1+5/2
 *
 * FAULTS_PROGRAM is the service, FAULTS_SERVER the folder of the shared server's socket,
 * FAULTS_WORK a folder for scratch. FAULTS_SHOW=1 prints what each schedule holds. One line for
 * each schedule that fails; figures and "N passed, N failed" at the end. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "faults.h"

enum { SLOTS_MAX = 64, REPORT_EVERY = 500 };

/* What is to be run of one part, and what came of it. Guarded by `lock` while slots run. */
typedef struct part_share {
    uint64_t next, end;
    int slots;
    int passed, failed, struck, exits;
    int64_t events;
    int64_t *recoveries; /* of those that passed */
} part_share;

static part_share shares[PART_COUNT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool shows;
static bool stops_at_failure;

static bool read_share(const char *text)
{
    unsigned long long first, count;
    int slots = 4;
    char name[24];

    if (sscanf(text, "%23[a-z]:%llu+%llu/%d", name, &first, &count, &slots) < 3 || slots < 1)
        return false;
    for (int i = 0; i < PART_COUNT; i++) {
        if (strcmp(name, part_names[i]) != 0)
            continue;
        shares[i] = (part_share){.next = first, .end = first + count, .slots = slots};
        if ((unsigned long long)slots > count)
            shares[i].slots = (int)count;
        shares[i].recoveries = calloc((size_t)count + 1, sizeof(int64_t));
        return shares[i].recoveries != NULL;
    }
    return false;
}

/* ---- slots ---- */

static bool make_database(const char *server, const char *name)
{
    char url[URL_SIZE];
    char command[160];

    snprintf(url, sizeof url, "postgresql:///postgres?host=%s&user=postgres", server);
    snprintf(command, sizeof command, "CREATE DATABASE %s TEMPLATE template0", name);
    PGconn *connection = PQconnectdb(url);
    PGresult *made = PQexec(connection, command);
    const char *state = PQresultErrorField(made, PG_DIAG_SQLSTATE);
    bool is_there =
        PQresultStatus(made) == PGRES_COMMAND_OK || (state != NULL && strcmp(state, "42P04") == 0);

    if (!is_there)
        fprintf(stderr, "suite: %s", PQerrorMessage(connection));
    PQclear(made);
    PQfinish(connection);
    return is_there;
}

/* The services' way to the server leads through a relay. */
static bool add_relay(fault_slot *self, const char *server, const char *name)
{
    char target[PATH_SIZE];

    snprintf(target, sizeof target, "%s/.s.PGSQL.5432", server);
    self->relay = relay_new(target);
    if (self->relay == NULL)
        return false;
    snprintf(self->url, sizeof self->url,
             "postgresql://postgres@127.0.0.1:%d/%s?sslmode=disable&gssencmode=disable",
             relay_port(self->relay), name);
    return true;
}

/* The services' way to the server leads through a pooler. */
static bool add_pooler(fault_slot *self, const char *name)
{
    snprintf(self->url, sizeof self->url, "postgresql:///%s?host=%s&port=6432&user=postgres", name,
             self->folder);
    if (pooler_start(self))
        return true;
    fprintf(stderr, "suite: the pooler did not start: see %s\n", self->log);
    return false;
}

/* Who restarts a server has it for itself: run.sh has started one for each of these slots. */
static bool find_server(fault_slot *self)
{
    if (self->part == PART_server)
        snprintf(self->server, sizeof self->server, "%s/own%d", getenv("FAULTS_WORK"),
                 self->number);
    else
        snprintf(self->server, sizeof self->server, "%s", getenv("FAULTS_SERVER"));
    if (self->part != PART_standby)
        return true;
    snprintf(self->pair, sizeof self->pair, "%s/pair%d", getenv("FAULTS_WORK"), self->number);
    snprintf(self->server, sizeof self->server, "%s/a", self->pair);
    return pair_do(self, "build");
}

static bool slot_open(fault_slot *self, fault_part part, int number)
{
    char name[48];

    *self = (fault_slot){.part = part, .number = number, .program = getenv("FAULTS_PROGRAM")};
    snprintf(name, sizeof name, "faults_%s_%d", part_names[part], number);
    snprintf(self->folder, sizeof self->folder, "%s/%s", getenv("FAULTS_WORK"), name);
    if (mkdir(self->folder, 0755) != 0 && errno != EEXIST)
        return false;
    snprintf(self->log, sizeof self->log, "%s/log", self->folder);
    if (!find_server(self) || !make_database(self->server, name)) {
        fprintf(stderr, "suite: no server for %s: see %s\n", name, self->log);
        return false;
    }
    snprintf(self->broken, sizeof self->broken, "%s/broken", self->folder);
    snprintf(self->direct, sizeof self->direct,
             "postgresql:///%s?host=%s&user=postgres&application_name=writer", name, self->server);
    snprintf(self->url, sizeof self->url, "postgresql:///%s?host=%s&user=postgres", name,
             self->server);
    if (part == PART_standby)
        snprintf(self->url, sizeof self->url,
                 "postgresql:///%s?host=%s/a,%s/b&user=postgres&target_session_attrs=read-write",
                 name, self->pair, self->pair);
    if (part == PART_standby)
        snprintf(self->direct, sizeof self->direct, "%s&application_name=writer", self->url);
    return part == PART_relay || part == PART_silence ? add_relay(self, self->server, name)
           : part == PART_pooler                      ? add_pooler(self, name)
                                                      : true;
}

static void slot_close(fault_slot *self)
{
    services_kill_all(self);
    pooler_kill(self);
    if (self->pair[0] != '\0')
        (void)pair_do(self, "stop");
    PQfinish(self->eye);
    if (self->relay != NULL)
        relay_free(self->relay);
}

/* The log of what failed is kept under the schedule's name. */
static void keep_log(const fault_slot *self, const fault_plan *plan)
{
    char kept[PATH_SIZE * 2];

    snprintf(kept, sizeof kept, "%s/%s-%llu.log", getenv("FAULTS_WORK"), part_names[plan->part],
             (unsigned long long)plan->seed);
    (void)rename(self->log, kept);
}

static void note(part_share *share, const fault_slot *slot, const fault_plan *plan,
                 const fault_result *result)
{
    pthread_mutex_lock(&lock);
    share->struck += result->struck;
    share->exits += result->exits;
    share->events += result->events;
    if (result->wrong[0] == '\0') {
        share->recoveries[share->passed++] = result->recovery_ms;
    } else {
        share->failed++;
        if (stops_at_failure)
            for (int i = 0; i < PART_COUNT; i++)
                shares[i].next = shares[i].end;
        keep_log(slot, plan);
        printf("FAILED %s:%llu: %s\n", part_names[plan->part], (unsigned long long)plan->seed,
               result->wrong);
    }
    if (shows)
        printf("# %s:%llu: %lld events, recovered in %lld ms\n", part_names[plan->part],
               (unsigned long long)plan->seed, (long long)result->events,
               (long long)result->recovery_ms);
    if ((share->passed + share->failed) % REPORT_EVERY == 0)
        printf("# %s: %d passed, %d failed so far\n", part_names[plan->part], share->passed,
               share->failed);
    (void)fflush(stdout);
    pthread_mutex_unlock(&lock);
}

static void *run_slot(void *argument)
{
    fault_slot *self = argument;
    part_share *share = &shares[self->part];
    fault_plan plan;
    fault_result result;

    for (;;) {
        pthread_mutex_lock(&lock);
        uint64_t seed = share->next;
        bool is_more = seed < share->end;
        share->next += is_more;
        if (is_more) {
            plan_draw(&plan, self->part, seed);
            if (shows)
                plan_show(&plan, stdout);
        }
        pthread_mutex_unlock(&lock);
        if (!is_more)
            break;
        (void)remove(self->log);
        schedule_play(self, &plan, &result);
        note(share, self, &plan, &result);
    }
    slot_close(self);
    return NULL;
}

/* ---- the end ---- */

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static long long quantile(const int64_t *times, int count, int thousandths)
{
    return count == 0 ? -1 : (long long)times[(int64_t)(count - 1) * thousandths / 1000];
}

static void tell(const char *name, const int64_t *times, const part_share *share)
{
    printf("# %s: %d schedules, %d failed, %lld events, %d faults, %d services that could not reach"
           " the database; recovery p50 %lld ms, p99 %lld ms, most %lld ms\n",
           name, share->passed + share->failed, share->failed, (long long)share->events,
           share->struck, share->exits, quantile(times, share->passed, 500),
           quantile(times, share->passed, 990), quantile(times, share->passed, 1000));
}

static part_share tell_all(void)
{
    part_share sum = {0};
    int64_t *times;

    for (int i = 0; i < PART_COUNT; i++)
        sum.passed += shares[i].passed;
    times = calloc((size_t)sum.passed + 1, sizeof *times);
    sum.passed = 0;
    for (int i = 0; i < PART_COUNT; i++) {
        part_share *share = &shares[i];

        if (share->recoveries == NULL)
            continue;
        if (times != NULL)
            memcpy(times + sum.passed, share->recoveries, (size_t)share->passed * sizeof *times);
        qsort(share->recoveries, (size_t)share->passed, sizeof(int64_t), compare_times);
        tell(part_names[i], share->recoveries, share);
        sum.passed += share->passed;
        sum.failed += share->failed;
        sum.struck += share->struck;
        sum.exits += share->exits;
        sum.events += share->events;
        free(share->recoveries);
    }
    if (times != NULL) {
        qsort(times, (size_t)sum.passed, sizeof *times, compare_times);
        tell("all", times, &sum);
    }
    free(times);
    return sum;
}

int main(int argc, char **argv)
{
    static fault_slot slots[SLOTS_MAX];
    pthread_t threads[SLOTS_MAX];
    int count = 0;
    int started = 0;

    shows = getenv("FAULTS_SHOW") != NULL;
    stops_at_failure = getenv("FAULTS_STOP") != NULL;
    (void)signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) {
        if (!read_share(argv[i])) {
            fprintf(stderr, "suite: expected PART:FIRST+COUNT[/SLOTS], found %s\n", argv[i]);
            return 2;
        }
    }
    for (int i = 0; i < PART_COUNT; i++)
        for (int j = 0; j < shares[i].slots && count < SLOTS_MAX; j++)
            if (!slot_open(&slots[count++], (fault_part)i, j))
                return 2;
    for (; started < count; started++)
        if (pthread_create(&threads[started], NULL, run_slot, &slots[started]) != 0)
            break;
    for (int i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
    part_share sum = tell_all();
    printf("%d passed, %d failed\n", sum.passed, sum.failed);
    return sum.failed != 0 || sum.passed == 0 ? 1 : 0;
}
