/* What stands behind the services: the server that is restarted, the pooler in between. */
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"

enum { POOLER_START_MS = 5000 };

bool server_do(fault_slot *slot, const char *what)
{
    const char *const words[3] = {what, slot->server};

    return run_program(slot, getenv("PGTEST"), words);
}

bool pair_do(fault_slot *slot, const char *what)
{
    const char *const words[3] = {what, slot->pair};

    slot->has_standby = strcmp(what, "build") == 0;
    return run_program(slot, getenv("FAULTS_PAIR"), words);
}

/* pgbouncer refuses to run as root. -1: who runs this may run it. */
static int user_of_server(void)
{
    const struct passwd *user;

    if (geteuid() != 0)
        return -1;
    user = getpwnam("postgres");
    if (user == NULL)
        user = getpwnam("nobody");
    return user != NULL ? (int)user->pw_uid : -1;
}

static bool write_settings(const fault_slot *slot, const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        return false;
    fprintf(file,
            "[databases]\n"
            "* = host=%s user=postgres\n"
            "[pgbouncer]\n"
            "unix_socket_dir = %s\n"
            "listen_port = 6432\n"
            "auth_type = any\n"
            "pool_mode = transaction\n"
            "default_pool_size = 3\n"
            "log_connections = 0\n"
            "log_disconnections = 0\n",
            slot->server, slot->folder);
    return fclose(file) == 0;
}

bool pooler_start(fault_slot *slot)
{
    char settings[PATH_SIZE + 32];
    char url[URL_SIZE];
    char quiet[] = "-q";
    char *environment[] = {NULL};
    char *arguments[] = {getenv("FAULTS_POOLER"), quiet, settings, NULL};
    int user = user_of_server();
    int64_t until = now_ms() + POOLER_START_MS;
    bool is_there = false;

    snprintf(settings, sizeof settings, "%s/pgbouncer.ini", slot->folder);
    snprintf(url, sizeof url, "%s", slot->url);
    if (user >= 0 && chown(slot->folder, (uid_t)user, (gid_t)user) != 0)
        return false;
    if (arguments[0] == NULL || !write_settings(slot, settings))
        return false;
    slot->pooler = start_process(slot->log, arguments, environment, user);
    while (!is_there && slot->pooler != 0 && now_ms() < until) {
        PGconn *connection = PQconnectdb(url);

        is_there = PQstatus(connection) == CONNECTION_OK;
        PQfinish(connection);
        if (!is_there)
            sleep_ms(5);
    }
    return is_there;
}

void pooler_signal(fault_slot *slot, int signal)
{
    if (slot->pooler != 0)
        (void)kill(slot->pooler, signal);
}

void pooler_kill(fault_slot *slot)
{
    end_process(slot->pooler);
    slot->pooler = 0;
}
