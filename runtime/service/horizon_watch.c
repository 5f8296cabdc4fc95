/* What is told of a reader that waits for a writer in flight: a line when it begins and one when it
 * ends, a metric all the while.
 *
 * DESIGN. Every part of every projection that reads a log meets the same gap and says so every few
 * milliseconds; a busy log has gaps all the time, which last as long as a commit. So what is known
 * is kept once a log, and a line is written only when a gap stays for a second, and when it then
 * goes. It is over when some part has read beyond the number where the first one stood. */
#include "service/runtime_private.h"

enum { TELL_AFTER_US = 1000000 };
enum { WAIT_LOW_US = 1000, WAIT_HIGH_US = 50000, WAIT_SHARE = 8 };

static double seconds(int64_t duration_us)
{
    return duration_us > 0 ? (double)duration_us / 1e6 : 0;
}

/* How long the writer's transaction runs already, by its server's clock and ours. */
static double age_of(const projc_runtime *runtime, const projc__outcome *outcome)
{
    return outcome->blocked_since > 0
               ? seconds(projc__clock_now(runtime->engine.clock) - outcome->blocked_since)
               : 0;
}

static void tell_begin(projc_runtime *runtime, const projc__stream *stream,
                       const projc__outcome *outcome)
{
    projc__log(runtime->engine.log, PROJC_LOG_WARN,
               outcome->blocking_pid != 0 ? "the reader waits for a writer in flight"
                                          : "the reader waits for a prepared transaction",
               projc__log_name("stream", stream->type->name),
               projc__log_integer("behind", outcome->blocked_after),
               projc__log_integer("pid", outcome->blocking_pid),
               projc__log_integer("age_seconds", (int64_t)age_of(runtime, outcome)));
}

/* The caller holds the lock. */
static void end_gap(projc_runtime *runtime, projc__stream *stream, int64_t now)
{
    projc__gap *gap = &stream->gap;

    if (gap->is_told)
        projc__log(runtime->engine.log, PROJC_LOG_INFO, "the reader goes on",
                   projc__log_name("stream", stream->type->name),
                   projc__log_integer("behind", gap->after),
                   projc__log_integer("waited_ms", (now - gap->seen_at) / 1000));
    *gap = (projc__gap){.is_there = false};
    projc__gauge(runtime->engine.metrics, PROJC_METRIC_HORIZON_LAG, stream->type->name, NULL, 0);
}

int64_t projc__horizon_note(projc_runtime *runtime, projc__stream *stream,
                            const projc__outcome *outcome)
{
    int64_t now = projc__clock_monotonic(runtime->engine.clock);
    projc__gap *gap = &stream->gap;
    int64_t delay = 0;

    pthread_mutex_lock(&runtime->lock);
    if (gap->is_there && outcome->events > 0 && outcome->position > gap->after)
        end_gap(runtime, stream, now);
    if (outcome->is_blocked) {
        if (!gap->is_there)
            *gap = (projc__gap){.is_there = true, .after = outcome->blocked_after, .seen_at = now};
        delay = (now - gap->seen_at) / WAIT_SHARE;
        delay = delay < WAIT_LOW_US ? WAIT_LOW_US : delay > WAIT_HIGH_US ? WAIT_HIGH_US : delay;
        projc__gauge(runtime->engine.metrics, PROJC_METRIC_HORIZON_LAG, stream->type->name, NULL,
                     age_of(runtime, outcome));
        /* Another writer in the same gap is told as well: somebody may have ended the first. */
        if (now - gap->seen_at >= TELL_AFTER_US &&
            (!gap->is_told || gap->pid != outcome->blocking_pid)) {
            gap->is_told = true;
            gap->pid = outcome->blocking_pid;
            tell_begin(runtime, stream, outcome);
        }
    }
    pthread_mutex_unlock(&runtime->lock);
    return delay;
}

void projc__horizon_forget(projc_runtime *runtime)
{
    int64_t now = projc__clock_monotonic(runtime->engine.clock);

    pthread_mutex_lock(&runtime->lock);
    for (uint32_t i = 0; i < runtime->stream_count; i++)
        if (runtime->streams[i].gap.is_there)
            end_gap(runtime, &runtime->streams[i], now);
    pthread_mutex_unlock(&runtime->lock);
}
