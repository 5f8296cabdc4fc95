/* How far a run has come: a bar with rate and ETA on a terminal, a log line now and then elsewhere.
 */
#include "service/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { LOG_INTERVAL_US = 5000000, BAR_WIDTH = 30 };

void projc__progress_begin(projc__progress_display *display, projc_log *log)
{
    *display = (projc__progress_display){.log = log,
                                         .clock = &projc__real_clock,
                                         .is_terminal = isatty(STDERR_FILENO) == 1,
                                         .first_position = -1};
    display->started_us = projc__clock_monotonic(display->clock);
    display->reported_us = display->started_us;
}

/* 1234567 -> "1,234,567". */
static const char *grouped(int64_t number, char text[32])
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%lld", (long long)number);
    char *at = text;

    for (int i = 0; i < size; i++) {
        *at++ = digits[i];
        if ((size - i) % 3 == 1 && i + 1 < size && digits[i] != '-')
            *at++ = ',';
    }
    *at = '\0';
    return text;
}

static void draw(projc__progress_display *display, const projc__progress *progress, double rate,
                 double left_seconds)
{
    char bar[BAR_WIDTH * 3 + 1];
    char size[PROJC__SIZE_TEXT_MAX];
    char events[32];
    char per_second[32];
    double share =
        progress->target <= 0 ? 1.0 : (double)progress->position / (double)progress->target;
    int filled = (int)(share * BAR_WIDTH);

    for (int i = 0; i < BAR_WIDTH; i++)
        memcpy(bar + i * 3, i < filled ? "█" : "░", 3); /* three bytes of UTF-8 each */
    bar[BAR_WIDTH * 3] = '\0';
    projc__size_format(progress->bytes, size);
    fprintf(stderr, "\r\033[K%3d %% %s %s events  %s  %s/s", (int)(share * 100), bar,
            grouped(progress->events, events), size, grouped((int64_t)rate, per_second));
    if (!progress->is_last && left_seconds >= 1)
        fprintf(stderr, "  %d:%02d left", (int)(left_seconds / 60), (int)left_seconds % 60);
    if (progress->is_last)
        fputc('\n', stderr);
    (void)fflush(stderr);
    display->has_drawn = true;
}

void projc__progress_show(void *user, const projc__progress *progress)
{
    projc__progress_display *display = user;
    int64_t now = projc__clock_monotonic(display->clock);
    double seconds = (double)(now - display->started_us) / 1e6;
    double rate = seconds > 0 ? (double)progress->events / seconds : 0;
    int64_t moved;
    double left_seconds;

    if (display->first_position < 0)
        display->first_position = progress->position;
    moved = progress->position - display->first_position;
    left_seconds =
        moved > 0 ? (double)(progress->target - progress->position) * seconds / (double)moved : 0;
    if (display->is_terminal && progress->target > 0) {
        /* Where there is nothing to do, nothing is drawn. */
        if (display->has_drawn || progress->events > 0 || (!progress->is_last && seconds >= 0.4))
            draw(display, progress, rate, left_seconds);
    } else if (progress->is_last ? progress->events > 0
                                 : now - display->reported_us >= LOG_INTERVAL_US) {
        display->reported_us = now;
        projc__log(display->log, PROJC_LOG_INFO, progress->is_last ? "finished" : "catching up",
                   projc__log_integer("events", progress->events),
                   projc__log_integer("events_per_second", (int64_t)rate),
                   projc__log_integer("bytes", progress->bytes));
    }
}
