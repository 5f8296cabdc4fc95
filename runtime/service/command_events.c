/* events: the log as JSON lines, the way `append` reads them. */
#include <string.h>
#include <time.h>

#include "service/cli.h"
#include "codec/value.h"
#include "service/event_json.h"

enum { PAGE_ROWS = 1000, PAGE_BYTES = 4 << 20, FOLLOW_MS = 200 };

/* What one run lists. */
typedef struct listing {
    projc__cli *cli;
    const projc_module *module;
    const projc_stream_type *stream;
    const char *aggregate_type; /* of `id` */
    const projc_value *id;      /* NULL: all */
    projc_arena *arena;         /* of one page */
    int64_t after;
    int64_t left; /* events still to print */
} listing;

static projc_status print_page(listing *self, projc_store *store, bool *has_more, projc_error *error)
{
    projc__page_limits limits = {.rows = PAGE_ROWS, .bytes = PAGE_BYTES};
    projc__page page = {.events = NULL};
    projc_status status;

    projc_arena_reset(self->arena);
    status = projc__store_read_raw(store, self->stream, self->after, INT64_MAX, self->aggregate_type,
                                   self->id, &limits, self->arena, &page, error);
    for (size_t i = 0; i < page.count && status == PROJC_OK && self->left > 0; i++) {
        projc_text line;

        status = projc__event_to_json(self->arena, self->module, self->stream, &page.events[i], &line,
                                      error);
        if (status == PROJC_OK) {
            (void)fwrite(line.data, 1, line.size, stdout);
            fputc('\n', stdout);
            self->after = page.events[i].no;
            self->left--;
        }
    }
    *has_more = page.has_more && self->left > 0;
    return status;
}

/* --aggregate ID: in a stream of several types the id may be any of theirs; it is looked for by type. */
static projc_status list_stream(listing *self, projc_error *error)
{
    struct timespec nap = {.tv_nsec = FOLLOW_MS * 1000000L};
    bool is_following = projc__cli_has(self->cli, "follow");
    bool has_more = true;
    projc_store *store;
    projc_status status = projc__cli_store(self->cli, &store, error);

    while (status == PROJC_OK && self->left > 0) {
        status = print_page(self, store, &has_more, error);
        if (status != PROJC_OK || has_more)
            continue;
        if (!is_following)
            break;
        if (fflush(stdout) != 0)
            return projc_error_set(error, PROJC_IO, "cannot write to standard output");
        (void)nanosleep(&nap, NULL);
    }
    return status;
}

static projc_status list_aggregate(listing *self, const char *id, bool *is_id, projc_error *error)
{
    static const projc_column_type types[] = {[PROJC_ID_UUID] = PROJC_COLUMN_UUID,
                                              [PROJC_ID_TEXT] = PROJC_COLUMN_TEXT,
                                              [PROJC_ID_I64] = PROJC_COLUMN_I64};
    int64_t after = self->after;
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < self->module->aggregate_count && status == PROJC_OK; i++) {
        const projc_aggregate_type *aggregate = &self->module->aggregates[i];
        projc_column column = {.name = "id", .type = types[aggregate->id_type]};
        projc_text text = projc_text_of(id, strlen(id));
        projc_value value;

        if (&self->module->streams[aggregate->stream] != self->stream)
            continue;
        if (projc__value_parse(self->cli->arena, &column, text, &value, error) != PROJC_OK)
            continue; /* not an id of this type */
        *is_id = true;
        if (self->stream->has_text_ids)
            value = (projc_value){.kind = PROJC_KIND_TEXT, .as = {.text = text}};
        self->aggregate_type = aggregate->type;
        self->id = &value;
        self->after = after;
        status = list_stream(self, error);
    }
    return status;
}

static bool read_number(projc__cli *cli, const char *flag, int64_t *number)
{
    const char *text = projc__cli_flag(cli, flag);

    if (text == NULL)
        return true;
    if (projc_parse_integer(projc_text_of(text, strlen(text)), 1, INT64_MAX, number))
        return true;
    (void)projc__cli_usage(cli, "--%s is `%s`, not a number of 1 or more", flag, text);
    return false;
}

static int run(projc__cli *cli)
{
    const char *id = projc__cli_flag(cli, "aggregate");
    int64_t from = 1;
    listing self = {.cli = cli, .left = INT64_MAX};
    bool is_id = false;
    projc_error error = {0};
    projc_status status = PROJC_OK;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`events` takes no arguments");
    if (!read_number(cli, "from", &from) || !read_number(cli, "limit", &self.left))
        return PROJC__EXIT_USAGE;
    self.arena = projc_arena_new(0);
    if (self.arena == NULL)
        status = projc_error_set(&error, PROJC_NO_MEMORY, "out of memory");
    for (uint32_t i = 0; i < cli->service->module_count && status == PROJC_OK; i++) {
        self.module = cli->service->modules[i];
        for (uint32_t j = 0; j < self.module->stream_count && status == PROJC_OK; j++) {
            self.stream = &self.module->streams[j];
            self.after = from - 1;
            status = id == NULL ? list_stream(&self, &error)
                                : list_aggregate(&self, id, &is_id, &error);
        }
    }
    projc_arena_free(self.arena);
    if (status == PROJC_OK && id != NULL && !is_id)
        return projc__cli_usage(cli, "`%s` is no id of any aggregate here", id);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_events = {
    .name = "events",
    .summary = "print events as JSON lines",
    .usage = "events [--from NO] [--limit N] [--aggregate ID] [--follow]\n"
             "\n"
             "One JSON object a line, which `append` reads back. --follow goes on with what comes.\n",
    .flags = {{"from", true}, {"limit", true}, {"aggregate", true}, {"follow", false}, {"json", false}},
    .run = run,
};
