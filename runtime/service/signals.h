/* SIGTERM, SIGINT and SIGHUP for a served runtime: the first asks it to stop, a second ends the
 * process at once. A stop that takes too long ends it too: somebody hangs on a connection that says
 * nothing, or in a handler. That is a stop like any other, because what was not committed is
 * applied by the next run. A service that runs for ever lets SIGHUP ask to read the settings again.
 *
 * DESIGN. A signal handler can only reach what is global, so one runtime a process is served. The
 * handler sets the runtime's flag and writes to two pipes: the runtime's own, and that of the
 * watcher, a thread that sleeps until a signal and then gives the runtime its time. What is not
 * committed when that is over is rolled back by the database. */
#ifndef PROJC_SERVICE_SIGNALS_H
#define PROJC_SERVICE_SIGNALS_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "projc/runtime.h"

typedef struct projc__signals {
    _Atomic int64_t timeout_ms; /* of a stop */
    int exit_status;            /* of one that takes longer */
    pthread_t watcher;
    int pipe[2]; /* to the watcher */
    struct sigaction old_term, old_int, old_hup, old_pipe;
} projc__signals;

/* From here on signals stop *runtime; the process ends with *exit_status* when that takes longer
 * than *timeout_ms*. IO or NO_MEMORY: nothing has changed. */
projc_status projc__signals_begin(projc__signals *signals, projc_runtime *runtime,
                                  int64_t timeout_ms, int exit_status, projc_error *error);
/* From the next stop on. */
void projc__signals_set_timeout(projc__signals *signals, int64_t timeout_ms);
/* From now on, until the end, SIGHUP asks for a reload instead. */
void projc__signals_let_hangup_reload(void);
/* Was there a SIGHUP since the last call? */
bool projc__signals_take_reload(void);
/* As before; call it after a begin that went well, while the runtime is still there. */
void projc__signals_end(projc__signals *signals);

/* pthread_create with all signals blocked, so that handlers run in threads of the program's own. */
int projc__start_thread(pthread_t *thread, void *(*main_function)(void *), void *argument);

#endif
