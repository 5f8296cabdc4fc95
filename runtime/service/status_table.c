/* A survey as a table for people. */
#include "service/status_table.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { COLUMNS = 12, CELL_MAX = 80, OWNERS_MAX = 8 };

typedef struct column {
    const char *head;
    bool is_text; /* begins at the left; numbers end at the right */
} column;

static const column columns[COLUMNS] = {{"PROJECTION", true}, {"KIND", true},  {"STATE", true},
                                        {"POSITION", false},  {"HEAD", false}, {"LAG", false},
                                        {"SECONDS", false},   {"RATE", false}, {"FAILED", false},
                                        {"SKIPPED", false},   {"SIZE", false}, {"OWNERS", true}};

typedef struct row {
    char cells[COLUMNS][CELL_MAX];
} row;

/* Who is not of this program may work on the projection, or not know it. */
static void put_strangers(char cell[CELL_MAX], const projc__survey *survey)
{
    for (size_t i = 0; i < survey->process_count; i++)
        if (survey->processes[i].is_alive) {
            snprintf(cell, CELL_MAX, "another program: %.*s", (int)survey->processes[i].name.size,
                     survey->processes[i].name.data);
            return;
        }
}

/* "host:1", or "9 host:1, 7 host:2" with the numbers of their lanes; "-": nobody. */
static void put_owners(char cell[CELL_MAX], const projc__survey *survey,
                       const projc__standing *standing)
{
    size_t used = 0;
    size_t named = 0;

    snprintf(cell, CELL_MAX, "-");
    for (size_t i = 0; i < survey->process_count && used + 1 < CELL_MAX; i++) {
        const projc_text *name = &survey->processes[i].name;
        size_t lanes = 0;
        int size;

        for (size_t lane = 0; lane < standing->lane_count; lane++)
            lanes += standing->owners[lane].size > 0 && standing->owners[lane].data == name->data;
        if (lanes == 0)
            continue;
        if (survey->living == 1)
            size = snprintf(cell, CELL_MAX, "%.*s", (int)name->size, name->data);
        else if (named == OWNERS_MAX)
            size = snprintf(cell + used, CELL_MAX - used, ", …");
        else
            size = snprintf(cell + used, CELL_MAX - used, "%s%zu %.*s", named > 0 ? ", " : "",
                            lanes, (int)name->size, name->data);
        used += size > 0 ? (size_t)size : 0;
        if (named++ == OWNERS_MAX)
            break;
    }
    if (named == 0)
        put_strangers(cell, survey);
}

static void fill(row *filled, const projc__survey *survey, const projc__standing *standing)
{
    const int64_t numbers[] = {standing->position, standing->head, projc__standing_lag(standing),
                               standing->lag_us / 1000000};

    snprintf(filled->cells[0], CELL_MAX, "%s", standing->target.type->name);
    snprintf(filled->cells[1], CELL_MAX, "%s", standing->kind);
    snprintf(filled->cells[2], CELL_MAX, "%s", standing->state);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        snprintf(filled->cells[3 + i], CELL_MAX, "%lld", (long long)numbers[i]);
    if (standing->rate < 0)
        snprintf(filled->cells[7], CELL_MAX, "-");
    else
        snprintf(filled->cells[7], CELL_MAX, "%.0f", standing->rate);
    snprintf(filled->cells[8], CELL_MAX, "%lld", (long long)standing->failed);
    snprintf(filled->cells[9], CELL_MAX, "%lld", (long long)standing->skipped);
    projc__size_format(standing->state_bytes, filled->cells[10]);
    put_owners(filled->cells[11], survey, standing);
}

/* Characters, which is what takes room on a line: bytes that do not continue one. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text != '\0'; text++)
        width += (*text & 0xC0) != 0x80;
    return width;
}

static void put_row(projc__buffer *buffer, const row *filled, const int widths[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        int blanks = widths[i] - width_of(filled->cells[i]);

        if (i > 0)
            projc__buffer_put_string(buffer, "  ");
        if (!columns[i].is_text)
            projc__buffer_format(buffer, "%*s", blanks, "");
        projc__buffer_put_string(buffer, filled->cells[i]);
        if (columns[i].is_text && i + 1 < COLUMNS)
            projc__buffer_format(buffer, "%*s", blanks, "");
    }
    projc__buffer_put_char(buffer, '\n');
}

static void put_blocker(projc__buffer *buffer, const projc__standing *standing)
{
    long long age = (long long)projc__standing_blocker_age(standing);

    if (standing->page.blocking_pid != 0)
        projc__buffer_format(buffer,
                             "  waits for a writer in flight, backend pid %d, open for %lld s\n",
                             (int)standing->page.blocking_pid, age);
    else
        projc__buffer_format(
            buffer, "  waits for a prepared transaction (pg_prepared_xacts), %lld s old\n", age);
}

static void put_other(projc__buffer *buffer, const projc__standing *standing,
                      const projc__generation *other)
{
    char table[PROJC__SQL_NAME_SIZE];

    projc__generation_name(standing->target.type->table->name, other->number, table);
    if (other->state == PROJC__BUILDING)
        projc__buffer_format(
            buffer, "  generation %lld (version %u) is being built beside, up to %lld of %lld\n",
            (long long)other->number, other->version, (long long)standing->built_to,
            (long long)standing->position);
    else
        projc__buffer_format(buffer, "  generation %lld (version %u) is retired: %s\n",
                             (long long)other->number, other->version, table);
}

/* A generation of another program is not worked on by this one. */
static void put_stranger(projc__buffer *buffer, const projc__standing *standing)
{
    const projc_projection_type *type = standing->target.type;
    const projc__generation *generation = &standing->generation;

    if (!standing->is_registered)
        return;
    if (generation->version > type->version)
        projc__buffer_format(buffer,
                             "  version %u in the database, %u in this program: a newer one works "
                             "on it\n",
                             generation->version, type->version);
    else if (generation->version < type->version)
        projc__buffer_format(buffer,
                             "  version %u in the database, %u in this program: its `run` builds "
                             "that beside\n",
                             generation->version, type->version);
    else if (generation->shape_fingerprint != type->shape_fingerprint)
        projc__buffer_format(
            buffer, "  another shape than this program's: `rebuild %s` mends that\n", type->name);
}

static void put_remarks(projc__buffer *buffer, const projc__standing *standing)
{
    put_stranger(buffer, standing);
    if (standing->page.is_blocked)
        put_blocker(buffer, standing);
    if (standing->waiting > 0)
        projc__buffer_format(buffer, "  %lld event%s wait%s behind keys out of order\n",
                             (long long)standing->waiting, standing->waiting == 1 ? "" : "s",
                             standing->waiting == 1 ? "s" : "");
    for (size_t i = 0; i < standing->other_count; i++)
        put_other(buffer, standing, &standing->others[i]);
    if (standing->undeclared.size > 2) {
        projc__buffer_put_string(buffer, "  undeclared events: ");
        projc__buffer_put_text(buffer, standing->undeclared);
        projc__buffer_put_char(buffer, '\n');
    }
}

static void put_services(projc__buffer *buffer, const projc__survey *survey)
{
    projc__buffer_format(buffer, "%zu service%s running", survey->living,
                         survey->living == 1 ? "" : "s");
    for (size_t i = 0; i < survey->process_count; i++) {
        if (!survey->processes[i].is_alive)
            continue;
        projc__buffer_put_char(buffer, ' ');
        projc__buffer_put_text(buffer, survey->processes[i].name);
    }
    projc__buffer_put_char(buffer, '\n');
}

void projc__status_table_put(const projc__survey *survey, projc__buffer *buffer)
{
    row filled;
    int widths[COLUMNS];

    for (int i = 0; i < COLUMNS; i++)
        widths[i] = width_of(columns[i].head);
    for (size_t i = 0; i < survey->count; i++) {
        fill(&filled, survey, &survey->standings[i]);
        for (int j = 0; j < COLUMNS; j++)
            if (width_of(filled.cells[j]) > widths[j])
                widths[j] = width_of(filled.cells[j]);
    }
    for (int i = 0; i < COLUMNS; i++)
        snprintf(filled.cells[i], CELL_MAX, "%s", columns[i].head);
    put_row(buffer, &filled, widths);
    for (size_t i = 0; i < survey->count; i++) {
        fill(&filled, survey, &survey->standings[i]);
        put_row(buffer, &filled, widths);
        put_remarks(buffer, &survey->standings[i]);
    }
    put_services(buffer, survey);
}
