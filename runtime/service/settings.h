/* Settings of a service: by flag, environment, file or default, in this order. */
#ifndef PROJC_SERVICE_SETTINGS_H
#define PROJC_SERVICE_SETTINGS_H

#include "base/buffer.h"
#include "projc/runtime.h"

typedef enum projc__setting_kind {
    PROJC__SETTING_TEXT,
    PROJC__SETTING_COUNT,
    PROJC__SETTING_BYTES,    /* 64M, 1G, 4096 */
    PROJC__SETTING_DURATION, /* 500ms, 5s, 1m; the value is milliseconds */
    PROJC__SETTING_CHOICE,   /* one of the words in `choices` */
    PROJC__SETTING_ADDRESS   /* HOST:PORT, or off */
} projc__setting_kind;

/* One line a setting: environment's name, kind, default, lowest, highest, choices, help. The flag
 * is the name in lower case with dashes; DATABASE_URL's is --database. */
#define PROJC_SETTING_LIST(X)                                                                      \
    X(DATABASE_URL, TEXT, "", 0, 0, NULL,                                                          \
      "postgresql://… or sqlite:PATH; without: sqlite:PACKAGE.db in this folder")                  \
    X(WORKERS, COUNT, "0", 0, 256, NULL, "worker threads; 0: one a projection, 2 to 8")            \
    X(LANES, COUNT, "16", 1, 4096, NULL, "lanes of a projection that is new to the database")      \
    X(BATCH_BYTES, BYTES, "128M", 1, INT64_MAX, NULL, "changed bytes after which a batch commits") \
    X(PAGE_ROWS, COUNT, "5000", 1, 1000000, NULL, "events a page at most")                         \
    X(PAGE_BYTES, BYTES, "4M", 1, INT32_MAX, NULL, "bytes a page at most; one event always fits")  \
    X(QUEUE_MAX, COUNT, "65536", 1, UINT32_MAX, NULL, "entries of the notification queue")         \
    X(EVENT_MAX, BYTES, "16M", 1, INT32_MAX, NULL, "bytes of one event's payload")                 \
    X(STATE_MAX, BYTES, "16M", 1, INT32_MAX, NULL, "bytes of one stored state")                    \
    X(FAILED_KEYS_MAX, COUNT, "1000", 0, UINT32_MAX, NULL,                                         \
      "failed keys of a projection above which it stops")                                          \
    X(WAITING_MAX, COUNT, "100000", 0, UINT32_MAX, NULL,                                           \
      "events that may wait behind failed keys of a projection by key")                            \
    X(POLL_INTERVAL, DURATION, "1s", 1, 3600000, NULL, "how often to look without a notification") \
    X(STATEMENT_TIMEOUT, DURATION, "60s", 10, 3600000, NULL,                                       \
      "how long the database may take over a statement, then the connection is given up")          \
    X(SHUTDOWN_TIMEOUT, DURATION, "5s", 0, 3600000, NULL, "how long a stop may take")              \
    X(LISTEN_ADDR, ADDRESS, "off", 0, 0, NULL, "where run serves HTTP, as 127.0.0.1:9187")         \
    X(READY_LAG, DURATION, "30s", 1, 86400000, NULL,                                               \
      "how old the first unapplied event may be while /readyz says yes")                           \
    X(LOG, CHOICE, "logfmt", 0, 0, "logfmt json", "form of the log lines on standard error")       \
    X(LOG_LEVEL, CHOICE, "info", 0, 0, "error warn info debug", "least important lines to write")

typedef enum projc__setting {
#define PROJC_SETTING_ENUM(name, kind, initial, low, high, choices, help) PROJC__##name,
    PROJC_SETTING_LIST(PROJC_SETTING_ENUM)
#undef PROJC_SETTING_ENUM
        PROJC__SETTING_COUNT_
} projc__setting;

typedef struct projc__setting_description {
    const char *name; /* "BATCH_BYTES" */
    projc__setting_kind kind;
    const char *initial;
    int64_t low, high;
    const char *choices;
    const char *help;
} projc__setting_description;

extern const projc__setting_description projc__setting_descriptions[PROJC__SETTING_COUNT_];

typedef struct projc__settings {
    const char *texts[PROJC__SETTING_COUNT_]; /* as given; kept by whoever gave them */
    const char
        *origins[PROJC__SETTING_COUNT_];    /* "flag", "environment", the file's name, "default" */
    int64_t numbers[PROJC__SETTING_COUNT_]; /* after check: counts, bytes, milliseconds */
    char *file_text;                        /* what the file's values point into */
    char *reloaded[PROJC__SETTING_COUNT_];  /* texts that a reload has taken over; else NULL */
    char *database_copy;                    /* the flag's, whose original is masked */
    char database_buffer[256];              /* the default database */
} projc__settings;

/* All defaults. */
void projc__settings_init(projc__settings *settings, const char *package);
void projc__settings_clear(projc__settings *settings);

/* The flag of a setting, "batch-bytes", into name. */
enum { PROJC__FLAG_MAX = 32 };
void projc__setting_flag(projc__setting setting, char name[PROJC__FLAG_MAX]);
/* Finds a setting by flag, without dashes in front; false: none. */
bool projc__setting_find(const char *flag, size_t size, projc__setting *setting);

/* A value from the command line; it is kept and wins over everything. */
void projc__settings_flag(projc__settings *settings, projc__setting setting, const char *text);
/* Then the environment and the file (NULL: $PROJC_CONFIG, if set): fills in what no flag gave, and
 * checks all. INVALID names the setting, its value, where it came from, and what is allowed. IO:
 * the file. */
projc_status projc__settings_load(projc__settings *settings, const char *file, projc_error *error);

/* A setting whose text is another one than before. */
typedef struct projc__settings_change {
    projc__setting setting;
    bool is_taken; /* by the settings at hand; else only a restart takes it over */
} projc__settings_change;

/* Reads the file again; flags and environment stay. What a running service can take over (LOG,
 * LOG_LEVEL, POLL_INTERVAL, SHUTDOWN_TIMEOUT) is changed in *settings; changes[] has room for all.
 * After an error everything is as before. */
projc_status projc__settings_reload(projc__settings *settings, const char *file,
                                    projc__settings_change *changes, size_t *count,
                                    projc_error *error);

/* Takes a copy of the database's text where it came from a flag, and overwrites the password in the
 * original: a list of processes shows no secret. NO_MEMORY. */
projc_status projc__settings_hide_database(projc__settings *settings, projc_error *error);

/* "500ms", "5s", "1m", "1h"; false: it is none. */
bool projc__parse_duration_ms(const char *text, int64_t *milliseconds);

/* The settings as the runtime takes them. */
void projc__settings_apply(const projc__settings *settings, projc_runtime_options *options);
/* The value as `config` shows it: a database without its password. */
void projc__settings_show(const projc__settings *settings, projc__setting setting,
                          projc__buffer *buffer);

#endif
