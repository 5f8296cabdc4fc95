/* SIGTERM and SIGINT for a served runtime: see the header. */
#include "service/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static _Atomic(projc_runtime *) served;
static atomic_int watcher_pipe = -1;
static atomic_int signal_count;
static atomic_bool is_reload_asked;
static atomic_bool hangup_reloads; /* else it is one more way to ask for a stop */

/* To the watcher: a signal came, or the run is over. */
static const char stop_word = 's';
static const char end_word = 'e';

static void on_signal(int signal_number)
{
    int saved = errno;
    projc_runtime *runtime = atomic_load(&served);

    if (atomic_fetch_add(&signal_count, 1) > 0 || runtime == NULL)
        _exit(128 + signal_number);
    projc_runtime_stop(runtime);
    /* A pipe that is full has told the watcher already. */
    (void)!write(atomic_load(&watcher_pipe), &stop_word, 1);
    errno = saved;
}

static void on_hangup(int signal_number)
{
    if (atomic_load(&hangup_reloads))
        atomic_store(&is_reload_asked, true);
    else
        on_signal(signal_number);
}

void projc__signals_let_hangup_reload(void)
{
    atomic_store(&hangup_reloads, true);
}

bool projc__signals_take_reload(void)
{
    return atomic_exchange(&is_reload_asked, false);
}

void projc__signals_set_timeout(projc__signals *signals, int64_t timeout_ms)
{
    atomic_store(&signals->timeout_ms, timeout_ms);
}

int projc__start_thread(pthread_t *thread, void *(*main_function)(void *), void *argument)
{
    sigset_t all;
    sigset_t old;
    int result;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    result = pthread_create(thread, NULL, main_function, argument);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    return result;
}

/* What was written, or a NUL when the time is over. Signals are blocked here, but a debugger may
 * interrupt; the time then begins anew. */
static char wait_for_word(int pipe_end, int64_t timeout_ms)
{
    struct pollfd readable = {.fd = pipe_end, .events = POLLIN};
    char word = '\0';
    int result;

    do
        result = poll(&readable, 1, (int)timeout_ms);
    while (result < 0 && errno == EINTR);
    if (result > 0 && read(pipe_end, &word, 1) == 1)
        return word;
    return '\0';
}

static void *watch(void *argument)
{
    static const char text[] = "stopping took too long: exiting, open batches are rolled back\n";
    projc__signals *signals = argument;

    if (wait_for_word(signals->pipe[0], -1) == end_word ||
        wait_for_word(signals->pipe[0], atomic_load(&signals->timeout_ms)) == end_word)
        return NULL;
    /* The process ends whether or not anybody reads the text. */
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    _exit(signals->exit_status);
}

static void catch_signals(projc__signals *signals)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, &signals->old_term);
    (void)sigaction(SIGINT, &action, &signals->old_int);
    action.sa_handler = on_hangup;
    (void)sigaction(SIGHUP, &action, &signals->old_hup);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, &signals->old_pipe); /* a closed log pipe is no death */
}

projc_status projc__signals_begin(projc__signals *signals, projc_runtime *runtime,
                                  int64_t timeout_ms, int exit_status, projc_error *error)
{
    int result;

    memset(signals, 0, sizeof *signals);
    atomic_store(&signals->timeout_ms, timeout_ms);
    signals->exit_status = exit_status;
    if (pipe(signals->pipe) != 0)
        return projc_error_set(error, PROJC_IO, "cannot make a pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++)
        (void)fcntl(signals->pipe[i], F_SETFD, FD_CLOEXEC);
    result = projc__start_thread(&signals->watcher, watch, signals);
    if (result != 0) {
        (void)close(signals->pipe[0]);
        (void)close(signals->pipe[1]);
        return projc_error_set(error, PROJC_NO_MEMORY, "cannot start a thread: %s",
                               strerror(result));
    }
    atomic_store(&signal_count, 0);
    atomic_store(&is_reload_asked, false);
    atomic_store(&hangup_reloads, false);
    atomic_store(&watcher_pipe, signals->pipe[1]);
    atomic_store(&served, runtime);
    catch_signals(signals);
    return PROJC_OK;
}

void projc__signals_end(projc__signals *signals)
{
    (void)sigaction(SIGTERM, &signals->old_term, NULL);
    (void)sigaction(SIGINT, &signals->old_int, NULL);
    (void)sigaction(SIGHUP, &signals->old_hup, NULL);
    (void)sigaction(SIGPIPE, &signals->old_pipe, NULL);
    atomic_store(&served, NULL);
    /* An empty pipe takes a byte at once, and signals are no longer caught. */
    (void)!write(signals->pipe[1], &end_word, 1);
    (void)pthread_join(signals->watcher, NULL);
    (void)close(signals->pipe[0]);
    (void)close(signals->pipe[1]);
}
