/* One key's events with what each changed. */
#include "service/inspect_history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/time.h"
#include "codec/json_tree.h"
#include "engine/history.h"
#include "service/answer.h"
#include "service/event_json.h"

enum { PATH_MAX_BYTES = 400 };

typedef struct telling {
    projc__cli *cli;
    const projc__target *target;
    bool is_json;
    bool has_colors;
    projc__point point;
    projc_arena *arena;   /* of one event */
    projc__buffer before; /* the state in front of the event as JSON; empty: none */
    uint64_t told;
    int64_t position;
    bool is_failed;
} telling;

/* What stands in the line of a field. */
typedef struct change {
    char path[PATH_MAX_BYTES]; /* "by_day.2026-11-24" */
    const projc__json *from;   /* NULL: was not there */
    const projc__json *to;     /* NULL: is gone */
} change;

bool projc__point_parse(const char *text, projc__point *point)
{
    projc_text whole = projc_text_of(text, strlen(text));

    *point = (projc__point){INT64_MAX, INT64_MAX};
    if (projc_parse_integer(whole, 0, INT64_MAX, &point->no))
        return true;
    point->no = INT64_MAX;
    return projc__time_parse(whole, &point->time) == NULL;
}

/* ---- differences ---- */

/* Calls `each` for every leaf that differs; a map that is on both sides is looked into. */
static void compare(const projc__json *from, const projc__json *to, const char *path,
                    void (*each)(void *context, const change *changed), void *context);

static void compare_members(const projc__json *from, const projc__json *to, const char *path,
                            void (*each)(void *context, const change *changed), void *context)
{
    char member[PATH_MAX_BYTES];
    const char *dot = path[0] != '\0' ? "." : "";

    for (uint32_t i = 0; to != NULL && i < to->count; i++) {
        const projc__json *value = &to->items[i];

        snprintf(member, sizeof member, "%s%s%.*s", path, dot, (int)value->key.size,
                 value->key.data);
        compare(projc__json_find(from, value->key), value, member, each, context);
    }
    for (uint32_t i = 0; from != NULL && i < from->count; i++) {
        const projc__json *value = &from->items[i];

        if (projc__json_find(to, value->key) != NULL)
            continue;
        snprintf(member, sizeof member, "%s%s%.*s", path, dot, (int)value->key.size,
                 value->key.data);
        compare(value, NULL, member, each, context);
    }
}

static bool is_map(const projc__json *value)
{
    return value != NULL && value->kind == PROJC__JSON_MAP;
}

static void compare(const projc__json *from, const projc__json *to, const char *path,
                    void (*each)(void *context, const change *changed), void *context)
{
    change changed = {.from = from, .to = to};

    if (from != NULL && to != NULL && from->raw.size == to->raw.size &&
        memcmp(from->raw.data, to->raw.data, to->raw.size) == 0)
        return;
    if (is_map(from) && is_map(to)) {
        compare_members(from, to, path, each, context);
        return;
    }
    snprintf(changed.path, sizeof changed.path, "%s", path);
    each(context, &changed);
}

/* ---- for people ---- */

static const char *color(const telling *self, const char *code)
{
    return self->has_colors ? code : "";
}

static void print_change(void *context, const change *changed)
{
    const telling *self = context;

    printf("            %s: ", changed->path);
    if (changed->from != NULL)
        printf("%s%.*s%s -> ", color(self, "\033[31m"), (int)changed->from->raw.size,
               changed->from->raw.data, color(self, "\033[0m"));
    if (changed->to != NULL)
        printf("%s%.*s%s\n", color(self, "\033[32m"), (int)changed->to->raw.size,
               changed->to->raw.data, color(self, "\033[0m"));
    else
        printf("gone\n");
}

static const char *const fates[] = {"applied", "skipped", "refused"};

static void print_event(const telling *self, const projc__history_step *step,
                        const projc__json *event)
{
    const projc__json *payload = projc__json_get(event, "payload");
    char time[PROJC__TIME_TEXT_MAX];
    size_t size = projc__time_format(step->event->time, time);

    printf("%s%10" PRId64 "%s  %.*s  %.*s", color(self, "\033[1m"), step->event->no,
           color(self, "\033[0m"), (int)size, time, (int)step->event->name.size,
           step->event->name.data);
    if (payload != NULL)
        printf(" %.*s", (int)payload->raw.size, payload->raw.data);
    if (step->fate != PROJC__FATE_APPLIED)
        printf("  %s%s%s%s%s", color(self, "\033[31m"), fates[step->fate], color(self, "\033[0m"),
               step->error != NULL ? ": " : "", step->error != NULL ? step->error->message : "");
    printf("\n");
}

static projc_status print_step(telling *self, const projc__history_step *step,
                               const projc__json *event, const projc__json *from,
                               const projc__json *to)
{
    print_event(self, step, event);
    if (step->fate != PROJC__FATE_APPLIED)
        return PROJC_OK;
    if (to == NULL)
        printf("            the state is deleted\n");
    else
        compare_members(from, to, "", print_change, self);
    return PROJC_OK;
}

/* ---- JSON lines ---- */

static void write_change(void *context, const change *changed)
{
    projc_json_writer *writer = context;

    projc_json_write_key(writer, projc_text_of(changed->path, strlen(changed->path)));
    projc_json_write_map(writer);
    if (changed->from != NULL) {
        projc_json_write_name(writer, "from");
        projc_json_write_raw(writer, changed->from->raw);
    }
    if (changed->to != NULL) {
        projc_json_write_name(writer, "to");
        projc_json_write_raw(writer, changed->to->raw);
    }
    projc_json_write_map_end(writer);
}

static projc_status write_step(telling *self, const projc__history_step *step,
                               const projc__json *event, const projc__json *from,
                               const projc__json *to, projc_error *error)
{
    projc_json_writer *writer = projc__answer_begin(self->arena, NULL, error);

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc_json_write_name(writer, "event");
    projc_json_write_raw(writer, event->raw);
    projc__answer_text(writer, "result", fates[step->fate]);
    if (step->error != NULL)
        projc__answer_text(writer, "error", step->error->message);
    projc_json_write_name(writer, "changed");
    projc_json_write_map(writer);
    if (step->fate == PROJC__FATE_APPLIED)
        compare_members(from, to, "", write_change, writer);
    projc_json_write_map_end(writer);
    projc__answer_bool(writer, "exists", to != NULL);
    return projc__answer_end(writer, error);
}

/* ---- following the key ---- */

/* *json is empty when there is no state. */
static projc_status state_json(const telling *self, const void *state, projc_text *json,
                               projc_error *error)
{
    projc_json_writer *writer;

    *json = projc_text_of("", 0);
    if (state == NULL)
        return PROJC_OK;
    writer = projc_json_writer_new(self->arena);
    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    self->target->type->to_json(writer, state);
    return projc_json_writer_finish(writer, json, error);
}

static projc_status keep(telling *self, const projc__history_step *step, projc_text json,
                         projc_error *error)
{
    self->told++;
    self->is_failed = step->fate == PROJC__FATE_REFUSED;
    if (step->fate == PROJC__FATE_APPLIED)
        self->position = step->event->no;
    projc__buffer_reset(&self->before);
    projc__buffer_put(&self->before, json.data, json.size);
    return projc__buffer_status(&self->before, error);
}

static projc_status tree_of(telling *self, projc_text json, projc__json **tree, projc_error *error)
{
    *tree = NULL;
    return json.size == 0 ? PROJC_OK : projc__json_parse(self->arena, json, tree, error);
}

static projc_status tell(void *context, const projc__history_step *step, projc_error *error)
{
    telling *self = context;
    projc_text line;
    projc_text json;
    projc__json *event = NULL;
    projc__json *from = NULL;
    projc__json *to = NULL;
    projc_status status;

    projc_arena_reset(self->arena);
    status = state_json(self, step->state, &json, error);
    if (status == PROJC_OK)
        status = projc__event_to_json(self->arena, self->target->module, self->target->stream,
                                      step->event, &line, error);
    if (status == PROJC_OK)
        status = projc__json_parse(self->arena, line, &event, error);
    if (status == PROJC_OK)
        status = tree_of(self, projc_text_of(self->before.data, self->before.size), &from, error);
    if (status == PROJC_OK)
        status = tree_of(self, json, &to, error);
    if (status == PROJC_OK)
        status = self->is_json ? write_step(self, step, event, from, to, error)
                               : print_step(self, step, event, from, to);
    if (status == PROJC_OK)
        status = keep(self, step, json, error);
    /* What cannot be shown is not the event's fault. */
    return projc_status_class_of(status) == PROJC_CLASS_DATA ? (error->status = PROJC_IO) : status;
}

static projc_status remember(void *context, const projc__history_step *step, projc_error *error)
{
    telling *self = context;
    projc_text json;
    projc_status status;

    if (step->event->no > self->point.no || step->event->time > self->point.time)
        return PROJC_OK;
    projc_arena_reset(self->arena);
    status = state_json(self, step->state, &json, error);
    return status == PROJC_OK ? keep(self, step, json, error) : status;
}

static projc_status replay(telling *self, const projc_value *key,
                           projc_status (*each)(void *, const projc__history_step *, projc_error *),
                           projc_error *error)
{
    projc__history_request request = {.key = key, .tell = each, .context = self};
    projc__engine engine;
    projc_store *store;
    projc__generation generation;
    projc_status status = projc__cli_store(self->cli, &store, error);

    if (status == PROJC_OK)
        status = projc__cli_generation(self->cli, self->target, &generation, error);
    if (status != PROJC_OK)
        return status;
    self->arena = projc_arena_new(0);
    if (self->arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    projc__cli_engine(self->cli, &engine);
    status = projc__history(&engine, store, self->target->module, self->target->projection,
                            &request, error);
    projc_arena_free(self->arena);
    return status == PROJC_OK && self->told == 0 ? PROJC_ABSENT : status;
}

projc_status projc__history_print(projc__cli *cli, const projc__target *target,
                                  const projc_value *key, bool is_json, projc_error *error)
{
    const char *no_color = getenv("NO_COLOR");
    telling self = {.cli = cli,
                    .target = target,
                    .is_json = is_json,
                    .has_colors =
                        (no_color == NULL || no_color[0] == '\0') && isatty(STDOUT_FILENO) == 1};
    projc_status status;

    projc__buffer_init(&self.before);
    status = replay(&self, key, tell, error);
    projc__buffer_clear(&self.before);
    return status;
}

projc_status projc__history_at(projc__cli *cli, const projc__target *target, const projc_value *key,
                               projc__point point, projc__past_state *state, projc_error *error)
{
    telling self = {.cli = cli, .target = target, .point = point};
    projc_status status;

    projc__buffer_init(&self.before);
    status = replay(&self, key, remember, error);
    *state = (projc__past_state){.position = self.position, .is_failed = self.is_failed};
    if (status == PROJC_OK && self.before.size > 0) {
        state->json.size = self.before.size;
        state->json.data = projc_arena_copy(cli->arena, self.before.data, self.before.size);
        if (state->json.data == NULL)
            status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a state");
    }
    projc__buffer_clear(&self.before);
    return status;
}
