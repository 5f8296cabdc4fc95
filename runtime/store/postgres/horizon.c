/* The ring of samples. See horizon.h for why it is right. */
#include "store/postgres/horizon.h"

#include <stdlib.h>
#include <string.h>

static int compare_writers(const void *left, const void *right)
{
    const projc__writer *a = left;
    const projc__writer *b = right;

    if (a->backend != b->backend)
        return a->backend < b->backend ? -1 : 1;
    if (a->transaction != b->transaction)
        return a->transaction < b->transaction ? -1 : 1;
    return 0;
}

static bool contains(const projc__writer *writers, size_t count, int32_t backend,
                     uint32_t transaction)
{
    projc__writer key = {backend, transaction, 0};
    return count != 0 && bsearch(&key, writers, count, sizeof key, compare_writers) != NULL;
}

static bool parse_number(const char **at, const char *end, int64_t high, int64_t *value)
{
    const char *start = *at;

    *value = 0;
    while (*at < end && **at >= '0' && **at <= '9' && *value <= high) {
        *value = *value * 10 + (**at - '0');
        (*at)++;
    }
    return *at != start && *value <= high;
}

bool projc__writer_parse(const char *text, size_t size, projc__writer *writer)
{
    const char *at = text;
    const char *end = text + size;
    int64_t backend;
    int64_t transaction;

    bool is_negative = at < end && *at == '-';
    if (is_negative)
        at++;
    if (!parse_number(&at, end, INT32_MAX, &backend) || at == end || *at++ != '/' ||
        !parse_number(&at, end, UINT32_MAX, &transaction) || at != end)
        return false;
    writer->backend = (int32_t)(is_negative ? -backend : backend);
    writer->transaction = (uint32_t)transaction;
    return true;
}

void projc__horizon_init(projc__horizon *horizon)
{
    memset(horizon, 0, sizeof *horizon);
}

void projc__horizon_clear(projc__horizon *horizon)
{
    for (size_t i = 0; i < horizon->count; i++)
        free(horizon->samples[i].writers);
    projc__horizon_init(horizon);
}

static void drop_oldest(projc__horizon *horizon, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(horizon->samples[i].writers);
    memmove(horizon->samples, horizon->samples + count,
            (horizon->count - count) * sizeof horizon->samples[0]);
    horizon->count -= count;
}

/* Prepared transactions of a look that the sample did not wait for: any vanished writer may have
 * become one of them. */
static size_t count_newcomers(const projc__horizon_sample *sample, const projc__writer *writers,
                              size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count && writers[i].backend < 0; i++) { /* sorted: they come first */
        if (!contains(sample->writers, sample->count, writers[i].backend, writers[i].transaction))
            found++;
    }
    return found;
}

/* Takes away the writers that have ended. */
static projc_status intersect(projc__horizon_sample *sample, const projc__writer *writers,
                              size_t count)
{
    size_t newcomers = count_newcomers(sample, writers, count);
    projc__writer *left = malloc((sample->count + newcomers + 1) * sizeof *left);
    size_t kept = 0;

    if (left == NULL)
        return PROJC_NO_MEMORY;
    for (size_t i = 0; i < sample->count; i++) {
        const projc__writer *writer = &sample->writers[i];
        if (contains(writers, count, writer->backend, writer->transaction) ||
            contains(writers, count, writer->backend, 0))
            left[kept++] = *writer;
    }
    if (kept != sample->count && newcomers != 0) {
        for (size_t i = 0; i < count && writers[i].backend < 0; i++) {
            if (!contains(sample->writers, sample->count, writers[i].backend,
                          writers[i].transaction))
                left[kept++] = writers[i];
        }
        qsort(left, kept, sizeof *left, compare_writers);
    }
    free(sample->writers);
    sample->writers = left;
    sample->count = kept;
    return PROJC_OK;
}

static projc_status add_sample(projc__horizon *horizon, int64_t head, const projc__writer *writers,
                               size_t count)
{
    /* An older look with the same head waits for no more writers than this one would. */
    if (horizon->count != 0 && horizon->samples[horizon->count - 1].head >= head)
        return PROJC_OK;
    projc__writer *copy = malloc(count * sizeof *copy);
    if (copy == NULL)
        return PROJC_NO_MEMORY;
    memcpy(copy, writers, count * sizeof *copy);
    if (horizon->count == PROJC__HORIZON_SAMPLES)
        free(horizon->samples[--horizon->count].writers);
    horizon->samples[horizon->count++] =
        (projc__horizon_sample){.head = head, .writers = copy, .count = count};
    return PROJC_OK;
}

projc_status projc__horizon_observe(projc__horizon *horizon, int64_t head, projc__writer *writers,
                                    size_t count)
{
    if (count ==
        0) { /* nobody is in flight: all that was seen is settled, older samples included */
        if (head > horizon->safe)
            horizon->safe = head;
        for (size_t i = 0; i < horizon->count; i++) {
            if (horizon->samples[i].head > horizon->safe)
                horizon->safe = horizon->samples[i].head;
        }
        drop_oldest(horizon, horizon->count);
        return PROJC_OK;
    }

    qsort(writers, count, sizeof *writers, compare_writers);
    size_t settled = 0; /* samples up to and with the newest empty one */
    for (size_t i = 0; i < horizon->count; i++) {
        if (intersect(&horizon->samples[i], writers, count) != PROJC_OK)
            return PROJC_NO_MEMORY;
        if (horizon->samples[i].count == 0)
            settled = i + 1;
    }
    if (settled != 0) {
        int64_t safe = horizon->samples[settled - 1].head;
        if (safe > horizon->safe)
            horizon->safe = safe;
        drop_oldest(horizon, settled);
    }
    return head > horizon->safe ? add_sample(horizon, head, writers, count) : PROJC_OK;
}

const projc__writer *projc__horizon_blocker(const projc__horizon *horizon)
{
    if (horizon->count == 0)
        return NULL;
    const projc__horizon_sample *oldest = &horizon->samples[0];
    for (size_t i = 0; i < oldest->count; i++) {
        if (oldest->writers[i].pid != 0)
            return &oldest->writers[i];
    }
    return oldest->count != 0 ? &oldest->writers[0] : NULL;
}
