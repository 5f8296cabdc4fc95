/* What the last minutes were like: a ring of points a projection. */
#include "service/http/history.h"

#include <stdlib.h>

typedef struct point {
    int64_t lag;     /* events; below 0: nothing is known */
    int64_t applied; /* since the projection's first run */
    double rate;     /* events a second since the point before; below 0: unknown */
} point;

struct projc__history {
    int64_t times_us[PROJC__HISTORY_POINTS]; /* monotonic */
    size_t next;                             /* where the next point goes */
    size_t count;                            /* of points, PROJC__HISTORY_POINTS at most */
    point *points; /* PROJC__HISTORY_POINTS of the first projection, then of the second … */
    size_t projection_count;
};

projc__history *projc__history_new(void)
{
    return calloc(1, sizeof(projc__history));
}

void projc__history_free(projc__history *history)
{
    if (history == NULL)
        return;
    free(history->points);
    free(history);
}

/* The place of the point that is `back` before the newest; back < count. */
static size_t place(const projc__history *history, size_t back)
{
    return (history->next + 2 * PROJC__HISTORY_POINTS - 1 - back) % PROJC__HISTORY_POINTS;
}

static point *points_of(const projc__history *history, size_t projection)
{
    return history->points + projection * PROJC__HISTORY_POINTS;
}

/* Events a second between the newest point and the oldest known one of the window before it. */
static double rate_over(const projc__history *history, size_t projection, size_t window)
{
    const point *points = points_of(history, projection);
    size_t newest = place(history, 0);

    for (size_t back = window; back > 0; back--) {
        size_t oldest = back < history->count ? place(history, back) : newest;
        int64_t passed_us = history->times_us[newest] - history->times_us[oldest];
        int64_t applied = points[newest].applied - points[oldest].applied;

        if (oldest == newest || points[oldest].lag < 0 || passed_us <= 0)
            continue;
        return applied < 0 ? -1 : (double)applied * 1e6 / (double)passed_us; /* a reset: unknown */
    }
    return -1;
}

projc_status projc__history_add(projc__history *history, projc__survey *survey, int64_t now_us,
                                projc_error *error)
{
    size_t at = history->next;

    if (history->points == NULL && survey != NULL && survey->count > 0) {
        history->points = calloc(survey->count * PROJC__HISTORY_POINTS, sizeof *history->points);
        if (history->points == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the history");
        history->projection_count = survey->count;
        for (size_t i = 0; i < survey->count * PROJC__HISTORY_POINTS; i++)
            history->points[i] = (point){.lag = -1, .rate = -1};
    }
    history->times_us[at] = now_us;
    history->next = (at + 1) % PROJC__HISTORY_POINTS;
    history->count += history->count < PROJC__HISTORY_POINTS;
    for (size_t i = 0; i < history->projection_count; i++) {
        point *points = points_of(history, i);

        points[at] = (point){.lag = -1, .rate = -1};
        if (survey == NULL || i >= survey->count)
            continue;
        points[at].lag = projc__standing_lag(&survey->standings[i]);
        points[at].applied = survey->standings[i].applied;
        points[at].rate = rate_over(history, i, 1);
        survey->standings[i].rate = rate_over(history, i, PROJC__RATE_WINDOW);
    }
    return PROJC_OK;
}

void projc__history_write(const projc__history *history, projc_json_writer *writer)
{
    projc_json_write_list(writer);
    for (size_t i = 0; i < history->projection_count; i++) {
        const point *points = points_of(history, i);

        projc_json_write_map(writer);
        for (int is_rate = 0; is_rate < 2; is_rate++) {
            projc_json_write_name(writer, is_rate ? "rate" : "lag");
            projc_json_write_list(writer);
            for (size_t back = history->count; back-- > 0;) {
                const point *one = &points[place(history, back)];
                int64_t value = is_rate ? (int64_t)(one->rate + 0.5) : one->lag;

                if (is_rate ? one->rate < 0 : one->lag < 0)
                    projc_json_write_null(writer);
                else
                    projc_json_write_integer(writer, value);
            }
            projc_json_write_list_end(writer);
        }
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
}
