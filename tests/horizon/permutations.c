/* Every order in which the steps of three writers and the statements of a reader can follow each
 * other: none lost, none doubled, none out of order.
 *
 * DESIGN. A writer is a list of steps, a letter each; the reader is a number of statements, because
 * what matters happens between the statements of one page: between P and W, and between W and the
 * second P. PQsendQuery, PQsendQueryParams and PQsendQueryPrepared are defined here in front of
 * libpq's: before each statement of the reader's connection they play the writers' steps that the
 * order puts there. All of it is one thread, so that a number replays an order exactly. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "horizon_suite.h"
#include "store/postgres/connection.h"

enum { WRITERS = 3, READER = WRITERS, STEPS_MAX = 20, NUMBERS_MAX = 64, RANGE = 100 };

/* I  insert (d and i in one)          c  commit, also what is prepared
 * d  draw the number                  R  roll back, also what is prepared
 * i  insert the row with it           p  prepare
 * s  savepoint                        k  the writer's process is killed
 * r  roll back to the savepoint */
typedef struct script {
    const char *writers[WRITERS];
    int statements;  /* of the reader */
    bool has_ranges; /* it reads ranges: head, W, P; else pages in order: P, W, P */
} script;

/* Those in front are what `make test` plays. */
static const script scripts[] = {
    {{"Ic", "Ic", ""}, 3, false},      {{"Ic", "Ic", ""}, 4, false},
    {{"Ic", "Ic", "Ic"}, 2, false},    {{"Ipc", "IR", "Ic"}, 1, false},
    {{"sIrc", "Ic", ""}, 2, false},    {{"dk", "Ic", ""}, 2, false},
    {{"dic", "Ic", ""}, 2, false},     {{"Ic", "Ic", ""}, 3, true},
    {{"dic", "Ic", ""}, 3, true},      {{"Ipc", "IR", ""}, 3, true},
    {{"Ic", "Ic", "Ic"}, 3, false},    {{"dk", "Ic", "Ic"}, 3, false},
    {{"sIrIc", "Ic", "Ic"}, 1, false}, {{"IpR", "Ic", "Ic"}, 2, false},
    {{"dic", "dic", "Ic"}, 2, false},  {{"sdirc", "dic", "Ic"}, 1, false},
    {{"dic", "IR", "Ipc"}, 2, false},  {{"Ic", "Ic", "Ic"}, 4, false},
    {{"dic", "dic", "dic"}, 2, false}, {{"Ipc", "Ipc", "IpR"}, 2, false},
    {{"Ic", "Ic", "Ic"}, 3, true},     {{"sIrIc", "dic", ""}, 3, true},
    {{"Ipc", "IpR", "Ic"}, 2, true},
};
enum { SCRIPTS = sizeof scripts / sizeof scripts[0], USUAL_SCRIPTS = 10 };

typedef struct writer {
    PGconn *connection;
    int at; /* the next step */
    bool is_open;
    bool is_prepared;
} writer;

typedef struct play {
    const script *script;
    char order[STEPS_MAX + 1]; /* '0' to '2': a writer's step; '3': a statement of the reader */
    int cursor;
    bool is_gated; /* the reader's statements wait for their turn */
    writer writers[WRITERS];
    PGconn *control;
    projc_store *store;
    PGconn *reader; /* its connection */
    int64_t position;
    int64_t audited; /* the last number in the table when the order before was over */
    int64_t numbers[NUMBERS_MAX];
    size_t count;
    int serial; /* of prepared transactions */
    long played;
    long wanted; /* 0: all */
    long read;   /* events */
    long blocked;
    long named; /* statements of the reader that were prepared */
    bool is_broken;
} play;

static play self;

/* ---- the writers ---- */

static void control(const char *format, int number)
{
    char sql[128];

    snprintf(sql, sizeof sql, format, number);
    writer_do(self.control, sql);
}

/* The statement that inserts, with BEGIN in front when no transaction is open. */
static const char *insertion(writer *one, const char *name)
{
    static char sql[512];

    snprintf(sql, sizeof sql,
             "%sINSERT INTO events_log (event_id, event_name, payload, metadata, aggregate_type,"
             " aggregate_id, aggregate_version, created_at) VALUES (gen_random_uuid(), '%s%d',"
             " '{}', '{}', 'account', gen_random_uuid(), 1, now())",
             one->is_open ? "" : "BEGIN;", name, (int)(one - self.writers));
    one->is_open = true;
    return sql;
}

/* Has the process such a lock, held or waited for? */
static bool has_lock(int pid, const char *condition)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT 1 FROM pg_locks WHERE pid = %d%s", pid, condition);
    PGresult *result = PQexec(self.control, sql);
    bool answer = PQntuples(result) > 0;
    PQclear(result);
    return answer;
}

/* The trigger stops the row after its number was drawn, until step i. */
static void draw_number(writer *one)
{
    control("SELECT pg_advisory_lock(hashtext(current_schema()), %d)", (int)(one - self.writers));
    CU_ASSERT_EQUAL_FATAL(PQsendQuery(one->connection, insertion(one, "held")), 1);
    while (!has_lock(PQbackendPID(one->connection), " AND NOT granted"))
        ;
}

static void release(writer *one)
{
    control("SELECT pg_advisory_unlock(hashtext(current_schema()), %d)", (int)(one - self.writers));
}

static void insert_row(writer *one)
{
    PGresult *result;

    release(one);
    while ((result = PQgetResult(one->connection)) != NULL) {
        CU_ASSERT_EQUAL(PQresultStatus(result), PGRES_COMMAND_OK);
        PQclear(result);
    }
}

static void end_transaction(writer *one, const char *verb)
{
    char sql[128];

    snprintf(sql, sizeof sql, "%s PREPARED '%s-%d-%d'", verb, fixture->schema, self.serial,
             (int)(one - self.writers));
    writer_do(one->connection, one->is_prepared ? sql : verb);
    one->is_open = false;
    one->is_prepared = false;
}

static void prepare(writer *one)
{
    char sql[128];

    snprintf(sql, sizeof sql, "PREPARE TRANSACTION '%s-%d-%d'", fixture->schema, self.serial,
             (int)(one - self.writers));
    writer_do(one->connection, sql);
    one->is_prepared = true;
}

static void be_killed(writer *one)
{
    int pid = PQbackendPID(one->connection);

    /* With a time-out the function would look only every 100 ms. */
    control("SELECT pg_terminate_backend(%d)", pid);
    while (has_lock(pid, ""))
        ;
    PQfinish(one->connection);
    release(one);
    one->connection = writer_open();
    one->is_open = false;
}

static void step_writer(writer *one)
{
    int number = (int)(one - self.writers);

    switch (self.script->writers[number][one->at++]) {
    case 'I':
        writer_do(one->connection, insertion(one, "free"));
        break;
    case 'd':
        draw_number(one);
        break;
    case 'i':
        insert_row(one);
        break;
    case 's':
        writer_do(one->connection, one->is_open ? "SAVEPOINT s" : "BEGIN; SAVEPOINT s");
        one->is_open = true;
        break;
    case 'r':
        writer_do(one->connection, "ROLLBACK TO s");
        break;
    case 'p':
        prepare(one);
        break;
    case 'c':
        end_transaction(one, "COMMIT");
        break;
    case 'R':
        end_transaction(one, "ROLLBACK");
        break;
    case 'k':
        be_killed(one);
        break;
    default:
        CU_FAIL_FATAL("a script is wrong");
    }
}

/* ---- the reader ---- */

/* The writers' steps up to the reader's next turn, or all that are left; then it has had its turn.
 */
static void play_writers(void)
{
    while (self.order[self.cursor] != '\0' && self.order[self.cursor] != '0' + READER)
        step_writer(&self.writers[self.order[self.cursor++] - '0']);
    if (self.order[self.cursor] != '\0')
        self.cursor++;
}

static void before_statement(const PGconn *connection)
{
    if (!self.is_gated || connection != self.reader)
        return;
    self.is_gated = false; /* the writers' own statements come through here */
    play_writers();
    self.is_gated = true;
}

int PQsendQuery(PGconn *connection, const char *query)
{
    static int (*original)(PGconn *, const char *);

    if (original == NULL)
        *(void **)&original = dlsym(RTLD_NEXT, "PQsendQuery");
    before_statement(connection);
    return original(connection, query);
}

int PQsendQueryParams(PGconn *connection, const char *command, int count, const Oid *types,
                      const char *const *values, const int *lengths, const int *formats,
                      int result_format)
{
    static int (*original)(PGconn *, const char *, int, const Oid *, const char *const *,
                           const int *, const int *, int);

    if (original == NULL)
        *(void **)&original = dlsym(RTLD_NEXT, "PQsendQueryParams");
    before_statement(connection);
    return original(connection, command, count, types, values, lengths, formats, result_format);
}

int PQsendQueryPrepared(PGconn *connection, const char *name, int count, const char *const *values,
                        const int *lengths, const int *formats, int result_format)
{
    static int (*original)(PGconn *, const char *, int, const char *const *, const int *,
                           const int *, int);

    if (original == NULL)
        *(void **)&original = dlsym(RTLD_NEXT, "PQsendQueryPrepared");
    before_statement(connection);
    self.named += connection == self.reader;
    return original(connection, name, count, values, lengths, formats, result_format);
}

static bool read_one_page(bool is_range)
{
    const projc__page_limits limits = {.rows = RANGE, .bytes = 1 << 20};
    projc_status status;

    projc_arena_reset(fixture->arena);
    status = is_range
                 ? projc__store_read_settled(self.store, STORE_FIXTURE_LOG, self.position,
                                             self.position + RANGE, &limits, fixture->arena,
                                             &last_page, &fixture->error)
                 : projc__store_read_page(self.store, STORE_FIXTURE_LOG, self.position, &limits,
                                          fixture->arena, &last_page, &fixture->error);
    CU_ASSERT_EQUAL_FATAL(status, PROJC_OK);
    for (size_t i = 0; i < last_page.count && self.count < NUMBERS_MAX; i++) {
        int64_t no = last_page.events[i].no;
        self.is_broken = self.is_broken || no <= self.position;
        self.position = no;
        self.numbers[self.count++] = no;
    }
    /* What a range covers is never looked at again. */
    if (is_range)
        self.position = last_page.reached;
    self.blocked += last_page.is_blocked;
    return last_page.count != 0;
}

/* ---- one order ---- */

/* What was read since the last audit is what the table holds since. */
static void audit(void)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT no FROM events_log WHERE no > %lld ORDER BY no",
             (long long)self.audited);
    PGresult *result = PQexec(self.control, sql);
    size_t total = (size_t)PQntuples(result);
    self.is_broken = self.is_broken || total != self.count;
    for (size_t i = 0; i < total; i++) {
        self.audited = strtoll(PQgetvalue(result, (int)i, 0), NULL, 10);
        self.is_broken = self.is_broken || self.numbers[i] != self.audited;
    }
    PQclear(result);
    self.read += (long)self.count;
    self.count = 0;
}

static void play_order(void)
{
    self.serial++;
    for (int i = 0; i < WRITERS; i++)
        self.writers[i].at = 0;
    self.cursor = 0;
    while (self.order[self.cursor] != '\0') {
        if (self.order[self.cursor] == '0' + READER) {
            self.is_gated = true;
            (void)read_one_page(self.script->has_ranges);
            self.is_gated = false;
        } else {
            step_writer(&self.writers[self.order[self.cursor++] - '0']);
        }
    }
    while (read_one_page(false) || last_page.is_blocked)
        ;
    audit();
    self.played++;
    if (self.is_broken)
        printf("\npermutations: %s %s %s%s: order %s is broken\n", self.script->writers[0],
               self.script->writers[1], self.script->writers[2],
               self.script->has_ranges ? " and ranges" : "", self.order);
}

/* Every order of what is left; false when enough were played or one is broken. */
static bool play_all(int *left, int length)
{
    bool has_any = false;

    for (int i = 0; i <= READER; i++) {
        if (left[i] == 0)
            continue;
        has_any = true;
        left[i]--;
        self.order[length] = (char)('0' + i);
        if (!play_all(left, length + 1))
            return false;
        left[i]++;
    }
    if (has_any)
        return true;
    self.order[length] = '\0';
    play_order();
    return !self.is_broken && (self.wanted == 0 || self.played < self.wanted);
}

static void set_up_trigger(void)
{
    writer_do(self.control, "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                            " PERFORM pg_advisory_lock_shared(hashtext(current_schema()),"
                            " right(NEW.event_name, 1)::int);"
                            " PERFORM pg_advisory_unlock_shared(hashtext(current_schema()),"
                            " right(NEW.event_name, 1)::int); RETURN NEW; END $$;"
                            "CREATE TRIGGER hold BEFORE INSERT ON events_log FOR EACH ROW"
                            " WHEN (NEW.event_name LIKE 'held_') EXECUTE FUNCTION hold()");
}

void permutations_lose_and_double_nothing(void)
{
    const char *wanted = getenv("HORIZON_PERMUTATIONS"); /* a number, or all; else the usual */
    int count = wanted != NULL ? SCRIPTS : USUAL_SCRIPTS;
    bool goes_on = true;
    time_t begun = time(NULL);

    memset(&self, 0, sizeof self);
    self.wanted = wanted != NULL ? strtol(wanted, NULL, 10) : 0;
    for (int i = 0; i < WRITERS; i++)
        self.writers[i].connection = writer_open();
    self.control = writer_open();
    set_up_trigger();
    self.store = store_fixture_connect(fixture);
    self.reader = projc__postgres_of(self.store)->connection;
    (void)read_one_page(false); /* what a connection asks once is asked */
    for (int i = 0; i < count && goes_on; i++) {
        const script *one = &scripts[i];
        int left[WRITERS + 1] = {(int)strlen(one->writers[0]), (int)strlen(one->writers[1]),
                                 (int)strlen(one->writers[2]), one->statements};
        long before = self.played;
        self.script = one;
        goes_on = play_all(left, 0);
        printf("\npermutations: %s %s %s and %d statements%s: %ld orders", one->writers[0],
               one->writers[1], one->writers[2], one->statements,
               one->has_ranges ? " of ranges" : "", self.played - before);
    }
    printf("\npermutations: %ld orders, %ld events, %ld pages blocked, %lld s\n", self.played,
           self.read, self.blocked, (long long)(time(NULL) - begun));
    CU_ASSERT_FALSE(self.is_broken);
    CU_ASSERT(self.wanted != 0 || self.played >= 2000);
    CU_ASSERT(self.blocked > 0);
    CU_ASSERT(self.named > self.played);
    for (int i = 0; i < WRITERS; i++)
        PQfinish(self.writers[i].connection);
    PQfinish(self.control);
}
