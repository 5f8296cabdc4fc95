/* Where the runtime's log lines go: standard error by default, or a callback of the program's own.
 */
#ifndef PROJC_LOG_H
#define PROJC_LOG_H

#include "projc/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum projc_log_level {
    PROJC_LOG_ERROR, /* somebody should look */
    PROJC_LOG_WARN,  /* somebody may want to look */
    PROJC_LOG_INFO,  /* what changed: started, caught up, stopped */
    PROJC_LOG_DEBUG  /* every batch */
} projc_log_level;

/* What stands behind a message: lane=3. The value is borrowed for the call; it never holds a
 * secret. */
typedef struct projc_log_field {
    const char *name;
    projc_value value;
} projc_log_field;

/* A program's own logger. */
typedef struct projc_log_callbacks {
    void *user; /* passed back */
    /* Called from any of the runtime's threads, from several at once, and only for levels that are
     * wanted. It must not call back into the runtime. All arguments are borrowed for the call. */
    void (*write)(void *user, projc_log_level level, const char *message,
                  const projc_log_field *fields, size_t field_count);
} projc_log_callbacks;

#ifdef __cplusplus
}
#endif
#endif
