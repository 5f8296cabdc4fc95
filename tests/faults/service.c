/* Services as processes: started, signalled, looked after as an init system would. */
#define _GNU_SOURCE /* prctl */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"

enum {
    END_MS = 8000,
    RESTART_MS = 100,
    STARTING_MS = 10000,
    FORK_MS = 5000,
    EXIT_DATABASE = 3,
    DESCRIPTORS_MAX = 1024
};

extern char **environ;

/* In the child, between fork and exec: nothing that is not safe there. */
static void become(const char *log, char *const *arguments, char *const *environment, int user)
{
    /* Not by chance left behind when the runner is killed. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int output = open(log, O_WRONLY | O_APPEND | O_CREAT, 0644);
    int input = open("/dev/null", O_RDONLY);

    if (output < 0 || input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(126);
    /* A copy of another slot's socket would keep a connection alive that was cut. */
    for (int i = 3; i < DESCRIPTORS_MAX; i++)
        (void)close(i);
    if (user >= 0 &&
        (setgroups(0, NULL) != 0 || setgid((gid_t)user) != 0 || setuid((uid_t)user) != 0))
        _exit(125);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* another user's process has forgotten it */
    (void)execve(arguments[0], arguments, environment);
    _exit(127);
}

pid_t start_process(const char *log, char *const *arguments, char *const *environment, int user)
{
    int64_t until = now_ms() + FORK_MS;
    pid_t pid;

    /* A full machine has no process to spare now and then. */
    while ((pid = fork()) < 0 && errno == EAGAIN && now_ms() < until)
        sleep_ms(10);
    if (pid == 0)
        become(log, arguments, environment, user);
    return pid > 0 ? pid : 0;
}

void end_process(pid_t pid)
{
    int status;

    if (pid == 0)
        return;
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
}

bool run_program(const fault_slot *slot, const char *program, const char *const words[3])
{
    char database[URL_SIZE + 16];
    char texts[4][PATH_SIZE];
    char *path = getenv("PATH");
    char path_text[4096];
    char broken[PATH_SIZE + 32];
    char *environment[] = {database, path_text, broken, NULL};
    char *arguments[5] = {texts[0]};
    int status = 0;

    snprintf(database, sizeof database, "DATABASE_URL=%s", slot->direct);
    snprintf(broken, sizeof broken, "BROKEN_FILE=%s", slot->broken);
    snprintf(path_text, sizeof path_text, "PATH=%s", path != NULL ? path : "/usr/bin:/bin");
    snprintf(texts[0], PATH_SIZE, "%s", program);
    for (int i = 0; i < 3 && words[i] != NULL; i++) {
        snprintf(texts[i + 1], PATH_SIZE, "%s", words[i]);
        arguments[i + 1] = texts[i + 1];
    }
    pid_t pid = start_process(slot->log, arguments, environment, -1);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void service_start(fault_slot *slot, int index, const fault_plan *plan)
{
    char workers[12];
    char database[URL_SIZE + 16];
    char level[] = "LOG_LEVEL=info";
    char zone[] = "TZ=UTC";
    char broken[PATH_SIZE + 32];
    char slow[24];
    char timeout[] = "STATEMENT_TIMEOUT=500ms"; /* in the end, where it matters */
    char *environment[] = {
        database, level, zone, broken, slow, plan->part == PART_silence ? timeout : NULL, NULL};
    char run[] = "run";
    char flag[] = "--workers";
    char program[PATH_SIZE];
    char *arguments[] = {program, run, flag, workers, NULL};
    service_process *service = &slot->services[index];

    snprintf(workers, sizeof workers, "%d", plan->workers);
    snprintf(database, sizeof database, "DATABASE_URL=%s", slot->url);
    snprintf(broken, sizeof broken, "BROKEN_FILE=%s", slot->broken);
    snprintf(slow, sizeof slow, "SLOW_US=%d", plan->slow_us);
    snprintf(program, sizeof program, "%s", slot->program);
    *service = (struct service_process){.pid = start_process(slot->log, arguments, environment, -1),
                                        .started_at = now_ms()};
}

void service_signal(fault_slot *slot, int index, int signal)
{
    service_process *service = &slot->services[index];

    if (service->pid == 0)
        return;
    (void)kill(service->pid, signal);
    if (signal == SIGSTOP || signal == SIGCONT)
        service->is_stopped = signal == SIGSTOP;
    if (signal == SIGCONT)
        service->started_at = now_ms();
}

void service_kill(fault_slot *slot, int index)
{
    service_process *service = &slot->services[index];

    end_process(service->pid);
    *service = (struct service_process){0};
}

void services_kill_all(fault_slot *slot)
{
    for (int i = 0; i < SERVICES_MAX; i++)
        service_kill(slot, i);
}

/* Where the server itself goes away, a service may give up while it starts, and init starts it
 * again. */
static bool may_be_unreachable(fault_part part)
{
    return part != PART_process;
}

/* What its end means when nobody asked for it. */
static void judge_end(fault_slot *slot, int index, int status, fault_result *result)
{
    slot->services[index] = (service_process){.restart_at = now_ms() + RESTART_MS};
    slot->exits++;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DATABASE && may_be_unreachable(slot->part))
        return;
    if (WIFEXITED(status))
        result_wrong(result, "service %d ended by itself with status %d", index,
                     WEXITSTATUS(status));
    else
        result_wrong(result, "service %d was ended by signal %d", index, WTERMSIG(status));
}

void services_look_after(fault_slot *slot, const fault_plan *plan, fault_result *result)
{
    for (int i = 0; i < plan->services; i++) {
        service_process *service = &slot->services[i];
        int status;

        if (service->pid != 0 && waitpid(service->pid, &status, WNOHANG) == service->pid)
            judge_end(slot, i, status, result);
        if (service->pid == 0 && service->restart_at != 0 && service->restart_at <= now_ms())
            service_start(slot, i, plan);
    }
}

void services_end(fault_slot *slot, fault_result *result)
{
    int64_t until = now_ms() + END_MS;

    for (int i = 0; i < SERVICES_MAX; i++) {
        if (slot->services[i].is_stopped)
            service_signal(slot, i, SIGCONT);
        service_signal(slot, i, SIGTERM);
    }
    for (int i = 0; i < SERVICES_MAX; i++) {
        service_process *service = &slot->services[i];
        int status;
        pid_t ended = 0;

        if (service->pid == 0)
            continue;
        while ((ended = waitpid(service->pid, &status, WNOHANG)) == 0 && now_ms() < until)
            sleep_ms(2);
        if (ended == 0) {
            result_wrong(result, "service %d does not end within %d ms of SIGTERM", i, END_MS);
            service_kill(slot, i);
        } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM &&
                   now_ms() - service->started_at < STARTING_MS) {
            /* It had not come as far as main(), which SIGSTOP may have put off. */
        } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            result_wrong(result, "service %d ends with %s %d after SIGTERM", i,
                         WIFEXITED(status) ? "status" : "signal",
                         WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        }
        *service = (struct service_process){0};
    }
}
