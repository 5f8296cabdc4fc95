/* Runs a command on a terminal of its own, types what a script says, and shows what it wrote.
 *
 *     terminal SCRIPT COMMAND [ARGUMENT…]
 *
 * SCRIPT is words: `see:TEXT` waits until TEXT was written since the last step (20 s at most),
 * `key:TEXT` types (^C is Ctrl-C), `size:COLUMNSxROWS` changes the size, `kill:NUMBER` sends a
 * signal. The output goes to standard output; then one line tells whether the terminal's modes are
 * those from before, and how the command ended. Exit 1 when a step failed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { SEEN_MAX = 1 << 20, WAIT_MS = 20000 };

static char seen[SEEN_MAX + 1];
static size_t seen_size;
static size_t seen_from; /* of this step */

/* Reads what comes within some milliseconds; false at the end. */
static int take(int master, int wait_ms)
{
    struct pollfd item = {.fd = master, .events = POLLIN};
    ssize_t got;

    if (poll(&item, 1, wait_ms) <= 0)
        return 1;
    if (seen_size == SEEN_MAX)
        return 0;
    got = read(master, seen + seen_size, SEEN_MAX - seen_size);
    if (got <= 0)
        return 0;
    seen_size += (size_t)got;
    return 1;
}

static int see(int master, const char *text)
{
    for (int left = WAIT_MS / 20; left > 0; left--) {
        const char *found;

        seen[seen_size] = '\0';
        found = strstr(seen + seen_from, text);
        if (found != NULL) {
            seen_from = (size_t)(found - seen) + strlen(text);
            return 1;
        }
        if (!take(master, 20))
            break;
    }
    fprintf(stderr, "terminal: never saw %s\n", text);
    return 0;
}

static int do_step(int master, pid_t child, const char *step)
{
    unsigned columns, rows;
    struct winsize size = {0};

    if (strncmp(step, "see:", 4) == 0)
        return see(master, step + 4);
    if (strcmp(step, "key:^C") == 0)
        return write(master, "\003", 1) == 1;
    if (strncmp(step, "key:", 4) == 0)
        return write(master, step + 4, strlen(step + 4)) > 0;
    if (strncmp(step, "kill:", 5) == 0)
        return kill(child, atoi(step + 5)) == 0;
    if (sscanf(step, "size:%ux%u", &columns, &rows) == 2) {
        size.ws_col = (unsigned short)columns;
        size.ws_row = (unsigned short)rows;
        seen_from = seen_size;
        return ioctl(master, TIOCSWINSZ, &size) == 0;
    }
    fprintf(stderr, "terminal: no step: %s\n", step);
    return 0;
}

static void run_child(const char *name, char **command)
{
    int terminal;

    (void)setsid();
    terminal = open(name, O_RDWR); /* the first one opened becomes the controlling one */
    (void)ioctl(terminal, TIOCSCTTY, 0);
    for (int i = 0; i < 3; i++)
        (void)dup2(terminal, i);
    (void)setenv("TERM", "xterm", 1);
    execvp(command[0], command);
    _exit(127);
}

int main(int argc, char **argv)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct winsize size = {.ws_row = 24, .ws_col = 120};
    struct termios before, after;
    char *script, *step;
    int slave, status = 0, is_good = 1;
    pid_t child;

    if (argc < 3 || master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        return 2;
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size) != 0 || tcgetattr(slave, &before) != 0)
        return 2;
    child = fork();
    if (child == 0)
        run_child(ptsname(master), argv + 2);
    script = strdup(argv[1]);
    for (step = strtok(script, " "); step != NULL && is_good; step = strtok(NULL, " "))
        is_good = do_step(master, child, step);
    if (!is_good)
        (void)kill(child, SIGKILL);
    for (int left = WAIT_MS / 20; waitpid(child, &status, WNOHANG) == 0; left--) {
        (void)take(master, 20);
        if (left == 0) {
            fprintf(stderr, "terminal: the command does not end\n");
            is_good = 0;
            (void)kill(child, SIGKILL);
        }
    }
    while (seen_size < SEEN_MAX && take(master, 50))
        if (poll(&(struct pollfd){.fd = master, .events = POLLIN}, 1, 0) <= 0)
            break;
    (void)fwrite(seen, 1, seen_size, stdout);
    is_good = is_good && tcgetattr(slave, &after) == 0;
    printf("\nmodes %s, %s %d\n",
           before.c_lflag == after.c_lflag && before.c_iflag == after.c_iflag &&
                   before.c_oflag == after.c_oflag
               ? "restored"
               : "changed",
           WIFSIGNALED(status) ? "signal" : "exit",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    free(script);
    return is_good ? 0 : 1;
}
