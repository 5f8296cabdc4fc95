/* The runner of fault schedules: what its parts share. It knows the product only as a program that
 * it starts, signals and reads the tables of. */
#ifndef PROJC_TESTS_FAULTS_FAULTS_H
#define PROJC_TESTS_FAULTS_FAULTS_H

#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum { SERVICES_MAX = 3, WRITERS_MAX = 4, FAULTS_MAX = 6, URL_SIZE = 640, PATH_SIZE = 256 };
enum { PROJECTIONS = 4, GENERATIONS_MAX = 8, LANES_MAX = 64 };

/* ---- chance ---- */

/* Sebastiano Vigna's splitmix64: one number seeds a schedule, and all of it is drawn from there. */
typedef struct chance_state {
    uint64_t state;
} chance_state;

uint64_t chance_draw(chance_state *self);
/* 0 … bound - 1 */
int chance_below(chance_state *self, int bound);
/* low … high */
int chance_between(chance_state *self, int low, int high);
bool chance_percent(chance_state *self, int percent);

/* ---- time ---- */

int64_t now_ms(void);
void sleep_ms(int64_t duration_ms);

/* ---- the plan of a schedule: nothing but its part and its seed go into it ---- */

/* Where faults strike, which is also what has to be there for it. */
#define PART_LIST(X) \
    X(process)       \
    X(relay)         \
    X(silence)       \
    X(pooler)        \
    X(server)        \
    X(standby)

typedef enum fault_part {
#define PART_ENUM(name) PART_##name,
    PART_LIST(PART_ENUM)
#undef PART_ENUM
        PART_COUNT
} fault_part;

extern const char *const part_names[PART_COUNT];

#define FAULT_LIST(X)   \
    X(kill)             \
    X(stop)             \
    X(terminate)        \
    X(terminate_writer) \
    X(terminate_all)    \
    X(broken)           \
    X(cut)              \
    X(half_open)        \
    X(vanish)           \
    X(delay)            \
    X(refuse)           \
    X(pooler_stop)      \
    X(pooler_kill)      \
    X(server_restart)   \
    X(promote)

typedef enum fault_kind {
#define FAULT_ENUM(name) FAULT_##name,
    FAULT_LIST(FAULT_ENUM)
#undef FAULT_ENUM
        FAULT_COUNT
} fault_kind;

extern const char *const fault_names[FAULT_COUNT];

typedef struct fault_event {
    fault_kind kind;
    int at_ms;       /* after the writers began */
    int duration_ms; /* 0: it is over at once */
    int target;      /* which service; which of the connections there are */
    int bytes;       /* cut, half_open: after so many more */
    int direction;   /* 0: what the service sends, 1: what it is sent, 2: both */
    bool is_begun;
    bool is_over;
} fault_event;

typedef struct fault_plan {
    fault_part part;
    uint64_t seed;
    int services;
    int workers; /* threads a service */
    int writers;
    int write_ms;
    int slow_us;  /* what one handler takes */
    bool is_late; /* services start when the writers are at work */
    int fault_count;
    fault_event faults[FAULTS_MAX];
} fault_plan;

void plan_draw(fault_plan *self, fault_part part, uint64_t seed);
void plan_show(const fault_plan *self, FILE *file);

/* ---- services ---- */

typedef struct service_process {
    pid_t pid; /* 0: it does not run */
    bool is_stopped;
    int64_t started_at; /* or went on after a stop */
    int64_t restart_at; /* when it does not run: when to start it; 0: it is not ours to start */
} service_process;

/* ---- a slot: one schedule at a time, in a database of its own ---- */

typedef struct fault_relay fault_relay;

typedef struct fault_slot {
    int number;
    fault_part part;
    char folder[PATH_SIZE];      /* scratch of this slot */
    char direct[URL_SIZE];       /* for writers, watcher and checker */
    char url[URL_SIZE];          /* for services */
    char broken[PATH_SIZE + 16]; /* a file: while it exists, a handler fails */
    const char *program;         /* the service */
    char server[PATH_SIZE];      /* folder of its server, which it may have for itself */
    bool is_down;                /* the server is halted */
    char pair[PATH_SIZE];        /* folder of its primary and standby, or empty */
    bool has_standby;
    pid_t pooler;       /* pgbouncer, or 0 */
    fault_relay *relay; /* or NULL */
    service_process services[SERVICES_MAX];
    int exits;                /* services that ended by themselves and were started again */
    char log[PATH_SIZE + 16]; /* of the services */
    PGconn *eye;              /* the watcher's connection */
} fault_slot;

/* What became of a schedule. `wrong` is empty when all was well: else one line. */
typedef struct fault_result {
    char wrong[400];
    int64_t events;
    int64_t recovery_ms; /* from the end of the last fault, or the last commit, to caught up */
    int struck;          /* faults that did happen */
    int exits;
} fault_result;

/* Plays one schedule. Whatever happens, no service is left behind. */
void schedule_play(fault_slot *self, fault_plan *plan, fault_result *result);

/* Notes the first thing that is wrong. */
void result_wrong(fault_result *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void service_start(fault_slot *slot, int index, const fault_plan *plan);
/* Sends a signal; none when it does not run. */
void service_signal(fault_slot *slot, int index, int signal);
/* A process of another user's when that is not -1, which ends with the runner; 0: it could not. */
pid_t start_process(const char *log, char *const *arguments, char *const *environment, int user);
void end_process(pid_t pid);
/* SIGKILL, and waits for it. */
void service_kill(fault_slot *slot, int index);
/* Ends all in good order; what does not obey is killed, and wrong. */
void services_end(fault_slot *slot, fault_result *result);
/* Has one ended by itself? A crash is wrong; who could not reach the database is started again. */
void services_look_after(fault_slot *slot, const fault_plan *plan, fault_result *result);
void services_kill_all(fault_slot *slot);

/* ---- writers ---- */

typedef struct writer_group {
    pthread_t threads[WRITERS_MAX];
    int count;
    atomic_int at_work;
} writer_group;

void writers_begin(writer_group *self, const fault_slot *slot, const fault_plan *plan);
void writers_join(writer_group *self);

/* ---- the watcher and the checker ---- */

/* Positions and epochs as they were last seen, by generation and lane. */
typedef struct lane_sight {
    int64_t generations[GENERATIONS_MAX]; /* their numbers: a crash of the server skips some */
    int generation_count;
    int64_t positions[GENERATIONS_MAX][LANES_MAX];
    int64_t epochs[GENERATIONS_MAX][LANES_MAX];
    int64_t lowest;
    int64_t head;
    int64_t waiting;  /* keys out of order */
    bool is_complete; /* every projection is registered */
} lane_sight;

/* Empties the slot's database; makes its tables when they are not there. */
bool watch_reset(fault_slot *slot, fault_result *result);
/* One look; false: the database cannot be reached now. What moved backwards is wrong. */
bool watch_look(fault_slot *slot, lane_sight *sight, fault_result *result);
/* Runs a command on the watcher's connection; false: it failed, and nothing is said about it. */
bool watch_do(fault_slot *slot, const char *command);
/* Compares what was applied with what is in the log. */
void check_all(fault_slot *slot, fault_result *result);

/* ---- servers and poolers ---- */

/* pgbouncer in transaction mode in front of the slot's server; false: it did not start. */
bool pooler_start(fault_slot *slot);
void pooler_signal(fault_slot *slot, int signal);
void pooler_kill(fault_slot *slot);
/* tests/support/pg.sh with the slot's server: "halt" or "launch". False: it failed. */
bool server_do(fault_slot *slot, const char *what);

/* pair.sh with the slot's pair of servers: "build", "promote" … False: it failed. */
bool pair_do(fault_slot *slot, const char *what);

/* Runs a program with up to three words to its end, its output in the slot's log; false: it failed.
 */
bool run_program(const fault_slot *slot, const char *program, const char *const words[3]);

/* ---- the relay between services and server ---- */

/* Listens on a port of the loopback interface and connects to a unix socket. NULL: it could not. */
fault_relay *relay_new(const char *target_socket);
void relay_free(fault_relay *self);
int relay_port(const fault_relay *self);
/* Begins a fault on one of the connections; ends it. */
void relay_begin(fault_relay *self, const fault_event *fault);
void relay_end(fault_relay *self, const fault_event *fault);
/* Silences for good, in both directions, the connections there are whose start-up message names
 * this application, and no other. How many they were. */
int relay_hush(fault_relay *self, const char *application);
/* Cuts what there is. */
void relay_reset(fault_relay *self);

#endif
