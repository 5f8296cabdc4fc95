/* The runtime's log: leveled lines of a message and named values, as logfmt or JSON.
 *
 *     projc__log(log, PROJC_LOG_INFO, "caught up", projc__log_name("projection", name),
 *                projc__log_integer("position", position));
 *
 * A line is one write to the file, so that lines of several threads and processes do not mix.
 * Logging allocates nothing and never fails: what does not fit a line is cut, what cannot be
 * written is lost. */
#ifndef PROJC_BASE_LOG_H
#define PROJC_BASE_LOG_H

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "projc/log.h"
#include "projc/status.h"

typedef enum projc__log_format { PROJC__LOGFMT, PROJC__LOG_JSON } projc__log_format;

/* Constant after init, but for level and format, which are read and set atomically, and the file's
 * lock. */
typedef struct projc_log {
    projc_log_level level;
    projc__log_format format;
    const projc__clock *clock;     /* of the lines' time; NULL leaves it out */
    projc_log_callbacks callbacks; /* write is NULL: lines go to the file */
    int file;                      /* descriptor; not owned */
    pthread_mutex_t lock;          /* of a line that takes several writes */
} projc_log;

/* Lines of level and above go to the descriptor. The clock is kept. */
void projc__log_init(projc_log *log, projc_log_level level, projc__log_format format, int file,
                     const projc__clock *clock);
/* They go to the callback instead; *callbacks is copied. */
void projc__log_init_callbacks(projc_log *log, projc_log_level level,
                               const projc_log_callbacks *callbacks);
void projc__log_clear(projc_log *log);

/* Settings LOG and LOG_LEVEL; false when the name is none. */
bool projc__log_parse_level(const char *name, projc_log_level *level);
bool projc__log_parse_format(const char *name, projc__log_format *format);
/* From now on, in all threads. */
void projc__log_set_level(projc_log *log, projc_log_level level);
void projc__log_set_format(projc_log *log, projc__log_format format);
const char *projc__log_level_name(projc_log_level level);

/* Writes one line. log may be NULL: nothing is written. Any thread. */
void projc__log_write(projc_log *log, projc_log_level level, const char *message,
                      const projc_log_field *fields, size_t field_count);

/* The same with the fields one after the other; there may be none. */
#define projc__log(log, level, message, ...)                                            \
    projc__log_write((log), (level), (message), (const projc_log_field[]){__VA_ARGS__}, \
                     sizeof((const projc_log_field[]){__VA_ARGS__}) / sizeof(projc_log_field))

static inline bool projc__log_wants(const projc_log *log, projc_log_level level)
{
    return log != NULL && level <= __atomic_load_n(&log->level, __ATOMIC_RELAXED);
}

/* ---- fields ---- */

static inline projc_log_field projc__log_text(const char *name, projc_text text)
{
    projc_log_field field = {name, {.kind = PROJC_KIND_TEXT, .as = {.text = text}}};

    return field;
}

/* A NUL-terminated text; NULL is null. */
static inline projc_log_field projc__log_name(const char *name, const char *text)
{
    projc_log_field field = {name, {.kind = PROJC_KIND_NULL}};

    return text == NULL ? field : projc__log_text(name, projc_text_of(text, strlen(text)));
}

static inline projc_log_field projc__log_integer(const char *name, int64_t value)
{
    projc_log_field field = {name, {.kind = PROJC_KIND_INTEGER, .as = {.integer = value}}};

    return field;
}

static inline projc_log_field projc__log_real(const char *name, double value)
{
    projc_log_field field = {name, {.kind = PROJC_KIND_REAL, .as = {.real = value}}};

    return field;
}

static inline projc_log_field projc__log_bool(const char *name, bool value)
{
    projc_log_field field = {name, {.kind = PROJC_KIND_BOOL, .as = {.boolean = value}}};

    return field;
}

static inline projc_log_field projc__log_uuid(const char *name, projc_uuid value)
{
    projc_log_field field = {name, {.kind = PROJC_KIND_UUID, .as = {.uuid = value}}};

    return field;
}

static inline projc_log_field projc__log_value(const char *name, projc_value value)
{
    projc_log_field field = {name, value};

    return field;
}

/* error="…" of an error record. */
static inline projc_log_field projc__log_error(const projc_error *error)
{
    return projc__log_name("error", error->message);
}

#endif
