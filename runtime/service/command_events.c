/* events: the log as JSON lines, the way `append` reads them.
 *
 * DESIGN. One cursor for every list that is printed: a stream, or the events of one aggregate in
 * it. Without
 * --follow each is read to its end, settled or not. --follow goes round the cursors and prints
 * settled events only: a number that becomes visible late would otherwise be passed over. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "codec/value.h"
#include "service/cli.h"
#include "service/event_json.h"

enum { PAGE_ROWS = 1000, PAGE_BYTES = 4 << 20, FOLLOW_MS = 200 };

typedef struct cursor {
    const projc_module *module;
    const projc_stream_type *stream;
    const char *aggregate_type; /* NULL: all */
    projc_value id;             /* of the aggregate; as the log's column holds it */
    int64_t after;
    bool has_more;
} cursor;

/* What one run lists. */
typedef struct listing {
    projc__cli *cli;
    bool is_following;
    cursor *cursors;
    size_t count;
    projc_arena *arena; /* of one page */
    int64_t left;       /* events still to print */
} listing;

/* ---- printing ---- */

static bool is_wanted(const cursor *at, const projc_event *event)
{
    return at->aggregate_type == NULL ||
           (projc_text_is(event->aggregate_type, at->aggregate_type, strlen(at->aggregate_type)) &&
            projc__value_compare(&event->aggregate_id, &at->id) == 0);
}

static projc_status read_page(listing *self, projc_store *store, const cursor *at,
                              projc__page *page, projc_error *error)
{
    projc__page_limits limits = {.rows = PAGE_ROWS, .bytes = PAGE_BYTES};

    if (self->is_following)
        return projc__store_read_page(store, at->stream, at->after, &limits, self->arena, page,
                                      error);
    return projc__store_read_raw(store, at->stream, at->after, INT64_MAX, at->aggregate_type,
                                 at->aggregate_type == NULL ? NULL : &at->id, &limits, self->arena,
                                 page, error);
}

static projc_status print_page(listing *self, projc_store *store, cursor *at, projc_error *error)
{
    projc__page page = {.events = NULL};
    projc_status status;

    projc_arena_reset(self->arena);
    status = read_page(self, store, at, &page, error);
    for (size_t i = 0; i < page.count && status == PROJC_OK && self->left > 0; i++) {
        projc_text line;

        at->after = page.events[i].no;
        if (!is_wanted(at, &page.events[i]))
            continue;
        status = projc__event_to_json(self->arena, at->module, at->stream, &page.events[i], &line,
                                      error);
        if (status == PROJC_OK) {
            (void)fwrite(line.data, 1, line.size, stdout);
            fputc('\n', stdout);
            self->left--;
        }
    }
    at->has_more = page.has_more && self->left > 0;
    if (status == PROJC_OK && ferror(stdout) != 0)
        status = projc_error_set(error, PROJC_IO, "cannot write to standard output");
    return status;
}

static projc_status print_all(listing *self, projc_error *error)
{
    struct timespec nap = {.tv_nsec = FOLLOW_MS * 1000000L};
    projc_store *store;
    projc_status status = projc__cli_store(self->cli, &store, error);

    while (status == PROJC_OK && self->left > 0) {
        for (size_t i = 0; i < self->count && status == PROJC_OK && self->left > 0; i++) {
            do
                status = print_page(self, store, &self->cursors[i], error);
            while (status == PROJC_OK && self->cursors[i].has_more);
        }
        if (!self->is_following || status != PROJC_OK || self->left == 0)
            break;
        if (fflush(stdout) != 0)
            return projc_error_set(error, PROJC_IO, "cannot write to standard output");
        (void)nanosleep(&nap, NULL);
    }
    return status;
}

/* ---- cursors ---- */

static void add_cursor(listing *self, const projc_module *module, const projc_stream_type *stream,
                       int64_t from)
{
    self->cursors[self->count++] = (cursor){.module = module, .stream = stream, .after = from - 1};
}

/* The id may be one of any aggregate type whose ids look like that. */
static void add_aggregates(listing *self, const projc_module *module, const char *id, int64_t from)
{
    projc_text text = projc_text_of(id, strlen(id));

    for (uint32_t i = 0; i < module->aggregate_count; i++) {
        const projc_aggregate_type *aggregate = &module->aggregates[i];
        const projc_stream_type *stream = &module->streams[aggregate->stream];
        projc_error ignored = {0};
        projc_value value;

        if (projc__event_id_parse(self->cli->arena, aggregate, stream->has_text_ids, text, &value,
                                  &ignored) != PROJC_OK)
            continue;
        add_cursor(self, module, stream, from);
        self->cursors[self->count - 1].aggregate_type = aggregate->type;
        self->cursors[self->count - 1].id = value;
    }
}

static projc_status make_cursors(listing *self, const char *id, int64_t from, projc_error *error)
{
    const projc_service_options *service = self->cli->service;
    size_t most = 1;

    for (uint32_t i = 0; i < service->module_count; i++)
        most += service->modules[i]->stream_count + service->modules[i]->aggregate_count;
    self->cursors = projc_arena_alloc(self->cli->arena, most * sizeof *self->cursors);
    if (self->cursors == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    for (uint32_t i = 0; i < service->module_count; i++) {
        const projc_module *module = service->modules[i];

        if (id != NULL) {
            add_aggregates(self, module, id, from);
            continue;
        }
        for (uint32_t j = 0; j < module->stream_count; j++)
            add_cursor(self, module, &module->streams[j], from);
    }
    return PROJC_OK;
}

/* ---- the command ---- */

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
    listing self = {.cli = cli, .left = INT64_MAX, .is_following = projc__cli_has(cli, "follow")};
    projc_error error = {0};
    projc_status status;

    if (cli->argument_count > 0)
        return projc__cli_usage(cli, "`events` takes no arguments");
    if (!read_number(cli, "from", &from) || !read_number(cli, "limit", &self.left))
        return PROJC__EXIT_USAGE;
    status = make_cursors(&self, id, from, &error);
    if (status == PROJC_OK && id != NULL && self.count == 0)
        return projc__cli_usage(cli, "`%s` is no id of any aggregate here", id);
    self.arena = projc_arena_new(0);
    if (status == PROJC_OK && self.arena == NULL)
        status = projc_error_set(&error, PROJC_NO_MEMORY, "out of memory");
    if (status == PROJC_OK)
        status = print_all(&self, &error);
    projc_arena_free(self.arena);
    return status == PROJC_OK ? PROJC__EXIT_OK : projc__cli_fail(cli, &error);
}

const projc__command projc__command_events = {
    .name = "events",
    .summary = "print events as JSON lines",
    .usage =
        "events [--from NO] [--limit N] [--aggregate ID] [--follow] [--json]\n"
        "\n"
        "One JSON object a line (--json: as ever), which `append` reads back. --follow goes on\n"
        "with what comes.\n",
    .flags =
        {{"from", true}, {"limit", true}, {"aggregate", true}, {"follow", false}, {"json", false}},
    .run = run,
};
