/* What a served runtime does beside its work.
 *
 * DESIGN. All of it happens on the caller's thread, which looks after the others five times a
 * second. The watchdog is fed at half its interval, and only while the workers make progress: no
 * unit of work may have lasted longer than the interval. An idle worker makes progress; one that
 * waits for the database is bounded by STATEMENT_TIMEOUT, so the interval belongs above that. */
#include "service/serving.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { STATUS_INTERVAL_US = 1000000 };

void projc__serving_begin(projc__serving *serving, projc__cli *cli, projc_runtime *runtime,
                          projc__signals *signals)
{
    *serving = (projc__serving){.cli = cli, .runtime = runtime, .signals = signals};
    projc__systemd_open(&serving->systemd);
    /* A terminal that hangs up is gone, and with it whoever started this. */
    if (isatty(STDERR_FILENO) != 1)
        projc__signals_let_hangup_reload();
}

void projc__serving_end(projc__serving *serving)
{
    projc__systemd_close(&serving->systemd);
}

/* ---- settings ---- */

static void apply(projc__serving *self, projc__setting setting)
{
    const projc__settings *settings = &self->cli->settings;
    projc_log_level level = PROJC_LOG_INFO;
    projc__log_format format = PROJC__LOGFMT;

    if (setting == PROJC__LOG_LEVEL &&
        projc__log_parse_level(settings->texts[PROJC__LOG_LEVEL], &level))
        projc__log_set_level(&self->cli->log, level);
    else if (setting == PROJC__LOG && projc__log_parse_format(settings->texts[setting], &format))
        projc__log_set_format(&self->cli->log, format);
    else if (setting == PROJC__SHUTDOWN_TIMEOUT)
        projc__signals_set_timeout(self->signals, settings->numbers[setting]);
    else if (setting == PROJC__POLL_INTERVAL)
        projc__runtime_set_poll_interval(self->runtime, settings->numbers[setting]);
}

static void reload(projc__serving *self)
{
    projc__settings_change changes[PROJC__SETTING_COUNT_];
    projc__buffer taken;
    projc__buffer left;
    size_t count = 0;
    projc_error error = {0};
    projc_status status = projc__settings_reload(&self->cli->settings, self->cli->config_file,
                                                 changes, &count, &error);

    if (status != PROJC_OK) {
        projc__log(&self->cli->log, PROJC_LOG_ERROR, "the settings stay as they were",
                   projc__log_error(&error));
        return;
    }
    projc__buffer_init(&taken);
    projc__buffer_init(&left);
    for (size_t i = 0; i < count; i++) {
        projc__setting setting = changes[i].setting;
        projc__buffer *list = changes[i].is_taken ? &taken : &left;

        if (list->size > 0)
            projc__buffer_put_char(list, ' ');
        projc__buffer_put_string(list, projc__setting_descriptions[setting].name);
        if (!changes[i].is_taken)
            continue;
        projc__buffer_put_char(list, '=');
        projc__settings_show(&self->cli->settings, setting, list);
        apply(self, setting);
    }
    projc__log(&self->cli->log, PROJC_LOG_INFO, "settings read again",
               projc__log_name("took_over", taken.size > 0 ? taken.data : "nothing"),
               projc__log_name("needs_restart", left.size > 0 ? left.data : "nothing"));
    projc__buffer_clear(&taken);
    projc__buffer_clear(&left);
}

/* ---- systemd ---- */

static void tell_status(projc__serving *self, const projc__progress *progress, int64_t now)
{
    char status[sizeof self->status];
    char line[sizeof self->status + 8];

    if (self->systemd.socket < 0 ||
        (self->told_us != 0 && now - self->told_us < STATUS_INTERVAL_US))
        return;
    snprintf(status, sizeof status, "%u projections, %lld events read, %u failed%s",
             self->runtime->registered_count, (long long)progress->events, progress->failed,
             progress->is_stopped ? ", one has stopped" : "");
    self->told_us = now;
    if (strcmp(status, self->status) == 0)
        return;
    memcpy(self->status, status, sizeof status);
    snprintf(line, sizeof line, "STATUS=%s", status);
    projc__systemd_send(&self->systemd, line);
}

static void feed_watchdog(projc__serving *self, int64_t now)
{
    int64_t interval = self->systemd.watchdog_us;

    if (interval <= 0 || (self->watched_us != 0 && now - self->watched_us < interval / 2))
        return;
    if (projc__runtime_longest_step_us(self->runtime) > interval)
        return;
    self->watched_us = now;
    projc__systemd_send(&self->systemd, "WATCHDOG=1");
}

void projc__serving_tick(void *user, const projc__progress *progress)
{
    projc__serving *self = user;
    int64_t now = projc__clock_monotonic(&projc__real_clock);

    if (progress->is_last || projc__runtime_is_stopping(self->runtime)) {
        if (!self->is_stopping)
            projc__systemd_send(&self->systemd, "STOPPING=1\nSTATUS=stopping");
        self->is_stopping = true;
        return;
    }
    if (!self->is_ready)
        projc__systemd_send(&self->systemd, "READY=1");
    self->is_ready = true;
    if (projc__signals_take_reload()) {
        projc__systemd_send_reloading(&self->systemd);
        reload(self);
        projc__systemd_send(&self->systemd, "READY=1");
    }
    tell_status(self, progress, now);
    feed_watchdog(self, now);
}
