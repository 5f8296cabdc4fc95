/* Plays a schedule: services, writers, faults at their times, then the way back and the check. */
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

/* The watcher looks seldom while there is a storm, often when the time of its end is measured. */
enum { STORM_MS = 20, CALM_MS = 4, RECOVERY_MAX_MS = 30000, AFTERWARDS_MS = 30 };

void result_wrong(fault_result *self, const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(self->wrong);

    if (used + 8 >= sizeof self->wrong)
        return;
    if (used != 0)
        used += (size_t)snprintf(self->wrong + used, sizeof self->wrong - used, "; ");
    va_start(arguments, format);
    (void)vsnprintf(self->wrong + used, sizeof self->wrong - used, format, arguments);
    va_end(arguments);
    for (char *c = self->wrong; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
}

/* ---- faults ---- */

/* Backends by whose they are: services call themselves projc…, writers do not. */
static void terminate(fault_slot *slot, const char *whose, int target, bool is_all)
{
    char command[400];

    snprintf(command, sizeof command,
             "SELECT pg_terminate_backend(pid) FROM (SELECT pid, row_number() OVER (ORDER BY pid)"
             " AS n, count(*) OVER () AS total FROM pg_stat_activity WHERE datname ="
             " current_database() AND application_name LIKE '%s' AND pid <> pg_backend_pid()) b"
             " WHERE %s OR n = %d %% total + 1",
             whose, is_all ? "true" : "false", target);
    (void)watch_do(slot, command);
}

static bool break_program(fault_slot *slot)
{
    FILE *file = fopen(slot->broken, "w");

    return file != NULL && fclose(file) == 0;
}

/* The command may fail, where faults strike it too: what still waits is repaired in the end. */
static void repair(fault_slot *slot)
{
    static const char *const retry[3] = {"failed", "retry", "shaky"};

    (void)run_program(slot, slot->program, retry);
}

static void mend_program(fault_slot *slot)
{
    (void)remove(slot->broken);
    repair(slot);
}

static void begin_fault(fault_slot *slot, const fault_plan *plan, fault_event *fault,
                        fault_result *result)
{
    int index = fault->target % plan->services;
    bool is_done = true;

    switch (fault->kind) {
    case FAULT_kill:
        service_kill(slot, index);
        break;
    case FAULT_stop:
        service_signal(slot, index, SIGSTOP);
        break;
    case FAULT_terminate:
        terminate(slot, "projc%", fault->target, false);
        break;
    case FAULT_terminate_writer:
        terminate(slot, "writer", fault->target, false);
        break;
    case FAULT_terminate_all:
        terminate(slot, "projc%", 0, true);
        break;
    case FAULT_cut:
    case FAULT_half_open:
    case FAULT_vanish:
    case FAULT_delay:
    case FAULT_refuse:
        relay_begin(slot->relay, fault);
        break;
    case FAULT_broken:
        is_done = break_program(slot);
        break;
    case FAULT_pooler_stop:
        pooler_signal(slot, SIGSTOP);
        break;
    case FAULT_pooler_kill:
        pooler_kill(slot);
        break;
    case FAULT_server_restart:
        is_done = slot->is_down || server_do(slot, "halt");
        slot->is_down = true;
        break;
    case FAULT_promote:
        is_done = pair_do(slot, fault->target % 2 == 0 ? "promote" : "overlap");
        break;
    default:
        break;
    }
    if (!is_done)
        result_wrong(result, "%s could not be done", fault_names[fault->kind]);
    fault->is_begun = true;
}

static void end_fault(fault_slot *slot, const fault_plan *plan, fault_event *fault,
                      fault_result *result)
{
    int index = fault->target % plan->services;
    bool is_done = true;

    switch (fault->kind) {
    case FAULT_kill:
        if (slot->services[index].pid == 0) /* killed twice, it is started once */
            service_start(slot, index, plan);
        break;
    case FAULT_stop:
        service_signal(slot, index, SIGCONT);
        break;
    case FAULT_cut:
    case FAULT_half_open:
    case FAULT_vanish:
    case FAULT_delay:
    case FAULT_refuse:
        relay_end(slot->relay, fault);
        break;
    case FAULT_broken:
        mend_program(slot);
        break;
    case FAULT_pooler_stop:
        pooler_signal(slot, SIGCONT);
        break;
    case FAULT_pooler_kill:
        is_done = slot->pooler != 0 || pooler_start(slot); /* killed twice, it is started once */
        break;
    case FAULT_server_restart:
        is_done = !slot->is_down || server_do(slot, "launch");
        slot->is_down = false;
        break;
    default:
        break;
    }
    if (!is_done)
        result_wrong(result, "%s could not be ended", fault_names[fault->kind]);
    fault->is_over = true;
}

/* Begins and ends what is due; false when all are over. */
static bool strike(fault_slot *slot, fault_plan *plan, int64_t begun, fault_result *result)
{
    bool is_more = false;

    for (int i = 0; i < plan->fault_count; i++) {
        fault_event *fault = &plan->faults[i];
        int64_t past = now_ms() - begun;

        if (!fault->is_begun && past >= fault->at_ms) {
            fault->at_ms = (int)past;
            begin_fault(slot, plan, fault, result);
        }
        if (fault->is_begun && !fault->is_over && past >= fault->at_ms + fault->duration_ms)
            end_fault(slot, plan, fault, result);
        is_more = is_more || !fault->is_over;
    }
    return is_more;
}

/* ---- the course ---- */

static void start_services(fault_slot *slot, const fault_plan *plan)
{
    for (int i = 0; i < plan->services; i++)
        service_start(slot, i, plan);
}

/* Until the writers are done and every fault is over. */
static void storm(fault_slot *slot, fault_plan *plan, lane_sight *sight, fault_result *result)
{
    writer_group writers;
    int64_t begun = now_ms();

    if (!plan->is_late)
        start_services(slot, plan);
    writers_begin(&writers, slot, plan);
    if (plan->is_late)
        start_services(slot, plan);
    while (strike(slot, plan, begun, result) || atomic_load(&writers.at_work) > 0) {
        services_look_after(slot, plan, result);
        (void)watch_look(slot, sight, result);
        sleep_ms(STORM_MS);
    }
    writers_join(&writers);
}

static void recover(fault_slot *slot, const fault_plan *plan, lane_sight *sight,
                    fault_result *result)
{
    const char *limit = getenv("FAULTS_RECOVERY_MS");
    long limit_ms = limit != NULL ? strtol(limit, NULL, 10) : RECOVERY_MAX_MS;
    int64_t begun = now_ms();

    for (;;) {
        bool is_seen = watch_look(slot, sight, result);

        result->recovery_ms = now_ms() - begun;
        if (is_seen && sight->is_complete && sight->lowest >= sight->head && sight->waiting == 0)
            return;
        if (result->recovery_ms > limit_ms) {
            result_wrong(result, "not caught up after %ld ms: at %lld of %lld", limit_ms,
                         (long long)sight->lowest, (long long)sight->head);
            return;
        }
        services_look_after(slot, plan, result);
        if (is_seen && sight->waiting != 0)
            repair(slot);
        sleep_ms(result->recovery_ms < 500 ? CALM_MS : STORM_MS);
    }
}

void schedule_play(fault_slot *self, fault_plan *plan, fault_result *result)
{
    lane_sight sight = {.lowest = -1};

    *result = (struct fault_result){.recovery_ms = -1};
    self->exits = 0;
    if (self->pair[0] != '\0' && !self->has_standby && !pair_do(self, "build"))
        result_wrong(result, "there is no standby");
    else if (watch_reset(self, result)) {
        storm(self, plan, &sight, result);
        recover(self, plan, &sight, result);
        sleep_ms(AFTERWARDS_MS); /* for who has woken up late */
        (void)watch_look(self, &sight, result);
        services_end(self, result);
        check_all(self, result);
    }
    services_kill_all(self);
    (void)remove(self->broken);
    if (self->relay != NULL)
        relay_reset(self->relay);
    for (int i = 0; i < plan->fault_count; i++)
        result->struck += plan->faults[i].is_begun;
    result->exits = self->exits;
}
