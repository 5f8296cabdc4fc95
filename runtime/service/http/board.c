/* What HTTP tells: the last look at the projections, as the texts that go out.
 *
 * DESIGN. The sampler's thread writes, once a second; the server's thread reads, as often as it is
 * asked. What is written are finished texts, exchanged under the lock, so that an answer costs a
 * copy and no question to the database. Whether the service is ready depends on how old the look
 * is, so that is decided when somebody asks: a sampler that hangs makes it not ready by itself.
 * Texts of the database's errors stay in the log; here stands only which kind it was. */
#include "service/http/board.h"

#include <stdlib.h>
#include <string.h>

#include "service/http/details.h"
#include "service/http/history.h"

/* The texts of one look; NULL or all of the heap. */
typedef struct look {
    char *status;  /* the array of `status --json` */
    char *failed;  /* {"total":…,"keys":[…]} */
    char *lanes;   /* a list, a projection each */
    char *reasons; /* why it is not ready, a line each; empty: it is */
} look;

struct projc__board {
    projc__board_options options;
    projc_arena *arena;      /* the sampler's */
    projc__history *history; /* the sampler's */
    int64_t started_at;      /* monotonic */
    pthread_mutex_t lock;
    look last;
    char *past;           /* the history as JSON */
    int64_t looked_at;    /* monotonic, of the last look that went well; 0: none */
    projc_status trouble; /* of the look after it, or OK */
};

static const projc__clock *const wall = &projc__real_clock;

static void look_clear(look *old)
{
    free(old->status);
    free(old->failed);
    free(old->lanes);
    free(old->reasons);
    *old = (look){.status = NULL};
}

projc__board *projc__board_new(const projc__board_options *options)
{
    projc__board *board = calloc(1, sizeof *board);

    if (board == NULL)
        return NULL;
    (void)pthread_mutex_init(&board->lock, NULL);
    board->options = *options;
    board->arena = projc_arena_new(0);
    board->history = projc__history_new();
    board->started_at = projc__clock_monotonic(wall);
    if (board->arena == NULL || board->history == NULL) {
        projc__board_free(board);
        return NULL;
    }
    return board;
}

void projc__board_free(projc__board *board)
{
    if (board == NULL)
        return;
    look_clear(&board->last);
    free(board->past);
    projc__history_free(board->history);
    projc_arena_free(board->arena);
    (void)pthread_mutex_destroy(&board->lock);
    free(board);
}

/* ---- the sampler's side ---- */

/* Why a projection is not where it should be. */
static void put_reason(const projc__board *board, uint32_t index, const projc__standing *standing,
                       projc__buffer *text)
{
    const char *name = standing->target.type->name;
    projc_error why = {0};

    if (projc__runtime_stopped(board->options.runtime, index, &why))
        projc__buffer_format(text, "%s has stopped: %s\n", name,
                             why.status == PROJC_DATABASE ? projc_status_text(why.status)
                                                          : why.message);
    else if (standing->is_stopped)
        projc__buffer_format(text, "%s waits for repair: `failed list` tells why\n", name);
    else if (standing->lag_us / 1000 > board->options.ready_lag_ms)
        projc__buffer_format(text, "%s is %lld events and %.1f s behind (READY_LAG is %g s)\n",
                             name, (long long)projc__standing_lag(standing),
                             (double)standing->lag_us / 1e6,
                             (double)board->options.ready_lag_ms / 1e3);
}

static char *reasons_of(const projc__board *board, const projc__survey *survey)
{
    projc__buffer text;
    char *reasons;

    projc__buffer_init(&text);
    for (size_t i = 0; i < survey->count; i++)
        put_reason(board, (uint32_t)i, &survey->standings[i], &text);
    reasons = text.is_failed ? NULL : strdup(text.data);
    projc__buffer_clear(&text);
    return reasons;
}

typedef void (*write_function)(const projc__survey *survey, projc_arena *arena,
                               projc_json_writer *writer, projc_error *error);

static void write_status(const projc__survey *survey, projc_arena *arena, projc_json_writer *writer,
                         projc_error *error)
{
    (void)arena;
    (void)error;
    projc__survey_write(survey, writer);
}

/* One text of a look; NULL when memory is out. */
static char *written(projc__board *board, const projc__survey *survey, write_function write)
{
    projc_json_writer *writer = projc_json_writer_new(board->arena);
    projc_text text = {NULL, 0};
    projc_error error = {0};

    if (writer == NULL)
        return NULL;
    write(survey, board->arena, writer, &error);
    if (projc_json_writer_finish(writer, &text, &error) != PROJC_OK)
        return NULL;
    return strndup(text.data, text.size);
}

static char *past_of(projc__board *board)
{
    projc_json_writer *writer = projc_json_writer_new(board->arena);
    projc_text text = {NULL, 0};
    projc_error error = {0};

    if (writer == NULL)
        return NULL;
    projc__history_write(board->history, writer);
    return projc_json_writer_finish(writer, &text, &error) == PROJC_OK
               ? strndup(text.data, text.size)
               : NULL;
}

static bool take(projc__board *board, projc__survey *survey, look *taken)
{
    *taken = (look){.status = written(board, survey, write_status),
                    .failed = written(board, survey, projc__details_failed),
                    .lanes = written(board, survey, projc__details_lanes),
                    .reasons = reasons_of(board, survey)};
    if (taken->status != NULL && taken->failed != NULL && taken->lanes != NULL &&
        taken->reasons != NULL)
        return true;
    look_clear(taken);
    return false;
}

void projc__board_sample(void *user, projc__survey *survey, projc_status status)
{
    projc__board *board = user;
    int64_t now = projc__clock_monotonic(wall);
    look taken = {.status = NULL};
    projc_error error = {0};
    char *past;

    projc_arena_reset(board->arena);
    (void)projc__history_add(board->history, survey, now, &error); /* a point less */
    if (status == PROJC_OK && !take(board, survey, &taken))
        status = PROJC_NO_MEMORY;
    past = past_of(board);
    pthread_mutex_lock(&board->lock);
    board->trouble = status;
    if (past != NULL) {
        free(board->past);
        board->past = past;
    }
    if (status == PROJC_OK) {
        look_clear(&board->last);
        board->last = taken;
        board->looked_at = now;
    }
    pthread_mutex_unlock(&board->lock);
}

/* ---- the server's side ---- */

/* Appends why the service is not ready, or nothing. The caller holds the lock. */
static void put_reasons(const projc__board *board, projc__buffer *text)
{
    int64_t age_ms = (projc__clock_monotonic(wall) - board->looked_at) / 1000;

    if (projc__runtime_is_stopping(board->options.runtime))
        projc__buffer_put_string(text, "the service stops\n");
    else if (board->trouble != PROJC_OK)
        projc__buffer_format(text, "%s (%s); the log tells more\n",
                             projc_status_text(board->trouble), projc_status_name(board->trouble));
    else if (board->looked_at == 0)
        projc__buffer_put_string(text, "the service starts\n");
    else if (age_ms > PROJC__STALE_MS)
        projc__buffer_format(text, "no word from the database for %lld s\n",
                             (long long)(age_ms / 1000));
    else
        projc__buffer_put_string(text, board->last.reasons);
}

bool projc__board_ready(projc__board *board, projc__buffer *text)
{
    size_t before = text->size;
    bool is_ready;

    pthread_mutex_lock(&board->lock);
    put_reasons(board, text);
    pthread_mutex_unlock(&board->lock);
    is_ready = !text->is_failed && text->size == before;
    if (is_ready)
        projc__buffer_put_string(text, "ready\n");
    return is_ready;
}

projc_status projc__board_metrics(projc__board *board, projc__buffer *text, projc_error *error)
{
    projc__buffer reasons;
    bool is_ready;

    projc__buffer_init(&reasons);
    is_ready = projc__board_ready(board, &reasons);
    projc__buffer_clear(&reasons);
    projc__gauge(board->options.runtime->engine.metrics, PROJC_METRIC_READY, NULL, NULL, is_ready);
    return projc__registry_render(board->options.registry, text, error);
}

static const char *or_empty(const char *json, const char *empty)
{
    return json == NULL ? empty : json;
}

void projc__board_status(projc__board *board, projc__buffer *text)
{
    pthread_mutex_lock(&board->lock);
    projc__buffer_put_string(text, or_empty(board->last.status, "[]"));
    pthread_mutex_unlock(&board->lock);
    projc__buffer_put_char(text, '\n');
}

void projc__board_failed(projc__board *board, projc__buffer *text)
{
    pthread_mutex_lock(&board->lock);
    projc__buffer_put_string(text, or_empty(board->last.failed, "{\"total\":0,\"keys\":[]}"));
    pthread_mutex_unlock(&board->lock);
    projc__buffer_put_char(text, '\n');
}

static void put_member(projc_json_writer *writer, const char *name, const char *value)
{
    projc_json_write_name(writer, name);
    projc_json_write_text(writer, projc_text_of(value, strlen(value)));
}

/* What changes between two looks: whether it is ready, and how old the look is. */
static projc_text head_of(projc__board *board, const char *reasons, projc_arena *arena)
{
    int64_t now = projc__clock_monotonic(wall);
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc_text text = {NULL, 0};
    projc_error error = {0};

    if (writer == NULL)
        return text;
    projc_json_write_map(writer);
    put_member(writer, "name", board->options.service);
    put_member(writer, "version", PROJC_VERSION);
    put_member(writer, "process", board->options.runtime->process_name);
    put_member(writer, "reasons", reasons);
    projc_json_write_name(writer, "uptime_seconds");
    projc_json_write_integer(writer, (now - board->started_at) / 1000000);
    projc_json_write_name(writer, "age_ms");
    if (board->looked_at == 0)
        projc_json_write_null(writer);
    else
        projc_json_write_integer(writer, (now - board->looked_at) / 1000);
    projc_json_write_map_end(writer);
    (void)projc_json_writer_finish(writer, &text, &error);
    return text;
}

void projc__board_live(projc__board *board, projc__buffer *text)
{
    projc_arena *arena = projc_arena_new(0);
    projc__buffer reasons;
    projc_text head = {NULL, 0};

    projc__buffer_init(&reasons);
    pthread_mutex_lock(&board->lock);
    put_reasons(board, &reasons);
    if (arena != NULL)
        head = head_of(board, reasons.data, arena);
    projc__buffer_put_string(text, "{\"service\":");
    projc__buffer_put_text(text, head.size > 0 ? head : projc_text_of("{}", 2));
    projc__buffer_format(text,
                         ",\"ready\":%s,\"projections\":", reasons.size == 0 ? "true" : "false");
    projc__buffer_put_string(text, or_empty(board->last.status, "[]"));
    projc__buffer_put_string(text, ",\"lanes\":");
    projc__buffer_put_string(text, or_empty(board->last.lanes, "[]"));
    projc__buffer_put_string(text, ",\"history\":");
    projc__buffer_put_string(text, or_empty(board->past, "[]"));
    projc__buffer_put_string(text, ",\"failed\":");
    projc__buffer_put_string(text, or_empty(board->last.failed, "{\"total\":0,\"keys\":[]}"));
    projc__buffer_put_string(text, "}\n");
    pthread_mutex_unlock(&board->lock);
    projc__buffer_clear(&reasons);
    projc_arena_free(arena);
}
