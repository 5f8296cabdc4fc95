/* What a fallible function of projc returns, and the one error record that its caller owns. */
#ifndef PROJC_STATUS_H
#define PROJC_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One line a status: name, class, text. The class says who is to blame and so what happens next:
 *   GOOD   nothing is wrong; the caller looks at which kind of good it is
 *   DATA   an event's fault: (event, key) is undone and the projection's error policy decides
 *   INFRA  nobody's fault: retried with back-off, never counted against an event
 *   STOP   a human is needed: the projection or the command stops and says the text */
#define PROJC_STATUS_LIST(X)                                                               \
    X(OK, GOOD, "ok")                                                                      \
    X(SKIPPED, GOOD, "the handler skipped the event")                                      \
    X(ABSENT, GOOD, "there is no such row")                                                \
    X(NOTHING_TO_DO, GOOD, "no projection required: it is caught up")                      \
    X(CONFLICT, GOOD, "another writer was first: the aggregate has another version")       \
    X(TIMED_OUT, GOOD, "the time-out passed")                                              \
    X(CANCELLED, GOOD, "stopped by request")                                               \
    X(NO_SUCH_EVENT, GOOD, "no such event: no writer is in flight and the log ends below") \
    X(KEY_FAILED, GOOD, "the key waits for repair")                                        \
    X(DATA, DATA, "the event cannot be applied")                                           \
    X(LIMIT, DATA, "a bound was exceeded")                                                 \
    X(CONNECTION, INFRA, "the database could not be reached")                              \
    X(TRANSIENT, INFRA, "the database asked to try again")                                 \
    X(LOCKED, INFRA, "projection failed to lock: another worker holds the lane")           \
    X(FENCED, INFRA, "projection previously locked: the lane has moved")                   \
    X(NO_MEMORY, INFRA, "out of memory")                                                   \
    X(DATABASE, STOP, "the database refused the statement")                                \
    X(DIVERGED, STOP, "the event log is not the one this position came from")              \
    X(MISMATCH, STOP, "the stored shape differs from the program's")                       \
    X(CORRUPT, STOP, "stored bytes are damaged")                                           \
    X(NO_SCHEMA, STOP, "a table is missing")                                               \
    X(INVALID, STOP, "invalid argument or setting")                                        \
    X(UNSUPPORTED, STOP, "not supported")                                                  \
    X(IO, STOP, "input/output error")                                                      \
    X(TOO_MANY, STOP, "too many keys are out of order, or events wait behind them")

typedef enum projc_status {
#define PROJC_STATUS_ENUM(name, class_, text) PROJC_##name,
    PROJC_STATUS_LIST(PROJC_STATUS_ENUM)
#undef PROJC_STATUS_ENUM
        PROJC_STATUS_COUNT
} projc_status;

typedef enum projc_status_class {
    PROJC_CLASS_GOOD,
    PROJC_CLASS_DATA,
    PROJC_CLASS_INFRA,
    PROJC_CLASS_STOP
} projc_status_class;

enum { PROJC_MESSAGE_MAX = 1024 };

/* Filled once, where the failure is known; upper layers may put context before the text. */
typedef struct projc_error {
    projc_status status;
    char sqlstate[6];                /* empty when no database said it */
    char message[PROJC_MESSAGE_MAX]; /* one line, ends with a NUL, never holds a secret */
    /* The statement of the .proj that failed; file is a constant text, NULL: none is to blame. */
    const char *file;
    uint32_t line;
    uint32_t column;
} projc_error;

/* The status's own text; never NULL. Any thread. */
const char *projc_status_text(projc_status status);
/* Its name without prefix, as logs print it: "FENCED". Any thread. */
const char *projc_status_name(projc_status status);
projc_status_class projc_status_class_of(projc_status status);

/* Fills *error (which may be NULL) printf-like, cutting at PROJC_MESSAGE_MAX on a UTF-8 boundary
 * and turning control characters into blanks. Returns status, so that `return projc_error_set(…)`
 * reads well. */
projc_status projc_error_set(projc_error *error, projc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "context: " before the message. Returns error->status. */
projc_status projc_error_context(projc_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void projc_error_clear(projc_error *error);

#ifdef __cplusplus
}
#endif
#endif
