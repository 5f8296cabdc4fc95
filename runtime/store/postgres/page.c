/* One SELECT over an event table, decoded from the binary COPY stream into events. */
#include "store/postgres/page.h"

#include <assert.h>

#include "base/arena.h"
#include "base/text.h"
#include "projc/handler.h"
#include "store/postgres/copy.h"

enum { ROWS_MIN = 16, ROWS_MAX = 1000000 };
/* A page of so many events at most is taken from a statement that is prepared. */
enum { FEW_EVENTS = 16 };
/* A page that grows beyond the first gets room for all its rows, up to the second: doubled until it
 * has them, the list and what it left behind took more than the rows. */
enum { LEAP_FROM = 256, LEAP_TO = 16384 };

typedef struct field {
    const uint8_t *data;
    int size; /* -1: NULL */
} field;

static projc_text text_of(field value)
{
    return projc_text_of((const char *)value.data, value.size < 0 ? 0 : (size_t)value.size);
}

/* json, text and bytea are their own bytes; jsonb has a version in front. */
static bool decode_document(Oid type, field value, projc_text *text)
{
    *text = text_of(value);
    if (type != PROJC__OID_JSONB || value.size < 0)
        return true;
    if (text->size == 0 || text->data[0] != PROJC__JSONB_VERSION)
        return false;
    *text = projc_text_of(text->data + 1, text->size - 1);
    return true;
}

/* The id in the form that the stream declares, whatever the column's type is. */
static bool decode_id(const projc__event_table *table, field value, projc_arena *arena,
                      projc_value *id)
{
    projc_uuid uuid;

    if (value.size < 0)
        return false;
    bool is_uuid = table->types[PROJC__EVENT_AGGREGATE_ID] == PROJC__OID_UUID;
    if (!is_uuid && table->has_text_ids) {
        id->kind = PROJC_KIND_TEXT;
        id->as.text = text_of(value);
        return true;
    }
    if (is_uuid && value.size == sizeof uuid.bytes)
        memcpy(uuid.bytes, value.data, sizeof uuid.bytes);
    else if (is_uuid || !projc_parse_uuid(text_of(value), &uuid))
        return false;
    if (!table->has_text_ids) {
        id->kind = PROJC_KIND_UUID;
        id->as.uuid = uuid;
        return true;
    }
    char *text = projc_arena_alloc_raw(arena, PROJC__UUID_TEXT_SIZE + 1);
    if (text != NULL)
        projc__uuid_format(uuid, text);
    id->kind = PROJC_KIND_TEXT;
    id->as.text = projc_text_of(text, text != NULL ? PROJC__UUID_TEXT_SIZE : 0);
    return true;
}

static bool decode_integer(field value, int64_t *number)
{
    return value.size >= 0 && projc__integer_decode(value.data, (size_t)value.size, number);
}

/* row is a copy in the arena: the event's slices point into it. Returns the number of the column
 * that cannot be read, or -1. */
static int decode_event(const projc__event_table *table, const field *row, projc_arena *arena,
                        projc_event *event)
{
    int64_t stored;

    memset(event, 0, sizeof *event);
    if (!decode_integer(row[PROJC__EVENT_NO], &event->no))
        return PROJC__EVENT_NO;
    if (row[PROJC__EVENT_ID].size != (int)sizeof event->id.bytes)
        return PROJC__EVENT_ID;
    memcpy(event->id.bytes, row[PROJC__EVENT_ID].data, sizeof event->id.bytes);
    event->name = text_of(row[PROJC__EVENT_NAME]);
    if (!decode_document(table->types[PROJC__EVENT_PAYLOAD], row[PROJC__EVENT_PAYLOAD],
                         &event->payload))
        return PROJC__EVENT_PAYLOAD;
    if (!decode_document(table->types[PROJC__EVENT_METADATA], row[PROJC__EVENT_METADATA],
                         &event->metadata))
        return PROJC__EVENT_METADATA;
    event->aggregate_type = text_of(row[PROJC__EVENT_AGGREGATE_TYPE]);
    if (!decode_id(table, row[PROJC__EVENT_AGGREGATE_ID], arena, &event->aggregate_id))
        return PROJC__EVENT_AGGREGATE_ID;
    if (!decode_integer(row[PROJC__EVENT_VERSION], &event->version))
        return PROJC__EVENT_VERSION;
    /* timestamp without time zone is stored alike, and taken as UTC. */
    if (!decode_integer(row[PROJC__EVENT_TIME], &stored) || row[PROJC__EVENT_TIME].size != 8 ||
        !projc__timestamp_decode(stored, &event->time))
        return PROJC__EVENT_TIME;
    return -1;
}

static projc_status read_event(const projc__event_table *table, const uint8_t *data, size_t size,
                               projc_arena *arena, projc_event *event, projc_error *error)
{
    projc__fields fields;
    field row[PROJC__EVENT_COLUMN_COUNT];

    const uint8_t *copy = (const uint8_t *)projc_arena_copy(arena, data, size);
    if (copy == NULL)
        return projc__arena_error(arena, error);
    bool is_good = projc__fields_begin(&fields, copy, size, PROJC__EVENT_COLUMN_COUNT);
    for (int i = 0; is_good && i < PROJC__EVENT_COLUMN_COUNT; i++)
        is_good = projc__fields_next(&fields, &row[i].data, &row[i].size);
    if (!is_good)
        return projc_error_set(error, PROJC_CORRUPT, "%s.%s: a row cannot be read", table->schema,
                               table->name);
    int column = decode_event(table, row, arena, event);
    if (event->aggregate_id.kind == PROJC_KIND_TEXT && event->aggregate_id.as.text.data == NULL)
        return projc__arena_error(arena, error);
    if (column >= 0)
        return projc_error_set(
            error, PROJC_CORRUPT, "%s.%s: event %lld: column %s holds nothing usable",
            table->schema, table->name, (long long)event->no, projc__event_column_names[column]);
    return PROJC_OK;
}

/* How many rows to ask for, so that about the limit's bytes come. */
static int64_t row_limit(const projc__event_table *table, const projc__page_limits *limits)
{
    int64_t rows = limits->rows > 0 ? limits->rows : 1;
    double fitting = (double)limits->bytes / (table->event_bytes + 1);

    if (fitting < (double)rows)
        rows = (int64_t)fitting > ROWS_MIN || rows < ROWS_MIN ? (int64_t)fitting : ROWS_MIN;
    if (rows < 1)
        rows = 1;
    return rows < ROWS_MAX ? rows : ROWS_MAX;
}

static void add_range(projc__statement *statement, const projc__page_query *query)
{
    projc__statement_add(statement, " WHERE no > ");
    projc__statement_add_number(statement, query->after);
    if (query->up_to != INT64_MAX) {
        projc__statement_add(statement, " AND no <= ");
        projc__statement_add_number(statement, query->up_to);
    }
}

static void add_numbers(projc__statement *statement, const projc__page_query *query)
{
    for (size_t i = 0; i < query->number_count; i++) {
        projc__statement_add(statement, i == 0 ? " WHERE no = ANY ('{" : ",");
        projc__statement_add_number(statement, query->numbers[i]);
    }
    projc__statement_add(statement, "}')");
}

/* Live, a page has an event or two: planning the COPY would take longer than all the rest of it.
 * When there are more, the page is read anew as any other: how long it is tells the reader of pages
 * how much to ask for at a time. */
static bool is_for_few(const projc__postgres *postgres, const projc__event_table *table,
                       const projc__page_query *query, int64_t rows)
{
    return postgres->is_direct && table->is_quiet && query->after >= PROJC__SHORT_LOG &&
           rows >= FEW_EVENTS && query->up_to == INT64_MAX && query->numbers == NULL &&
           query->aggregate_type == NULL && query->aggregate_id == NULL;
}

static projc_status begin_few(projc__copy *copy, projc__postgres *postgres,
                              const projc__event_table *table, int64_t after, projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, postgres, error);
    projc__statement_recall(&statement, (projc__origin){PROJC__OF_PAGE, 0, table, table->name});
    projc__statement_add(&statement, "SELECT ");
    projc__event_table_add_columns(&statement);
    projc__statement_add(&statement, " FROM ");
    projc__statement_add_table(&statement, table->schema, table->name);
    projc__statement_add(&statement, " WHERE no > $1 ORDER BY no LIMIT ");
    projc__statement_add_number(&statement, FEW_EVENTS);
    projc__statement_bind_i64(&statement, after);
    return projc__copy_begin_select(copy, &statement);
}

static void build(projc__statement *statement, projc__postgres *postgres,
                  const projc__event_table *table, const projc__page_query *query, int64_t rows,
                  projc_error *error)
{
    projc__copy_statement(statement, postgres, error);
    projc__statement_add(statement, "SELECT ");
    projc__event_table_add_columns(statement);
    projc__statement_add(statement, " FROM ");
    projc__statement_add_table(statement, table->schema, table->name);
    if (query->numbers != NULL)
        add_numbers(statement, query);
    else
        add_range(statement, query);
    if (query->aggregate_type != NULL) {
        projc__statement_add(statement, " AND aggregate_type =");
        projc__statement_add_literal(statement, projc__text(query->aggregate_type));
    }
    if (query->aggregate_id != NULL) {
        char text[PROJC__UUID_TEXT_SIZE + 1];
        projc_text id = query->aggregate_id->as.text;
        if (query->aggregate_id->kind == PROJC_KIND_UUID) {
            projc__uuid_format(query->aggregate_id->as.uuid, text);
            id = projc_text_of(text, PROJC__UUID_TEXT_SIZE);
        }
        /* An unknown literal takes the column's type. */
        projc__statement_add(statement, " AND aggregate_id =");
        projc__statement_add_literal(statement, id);
    }
    projc__statement_add(statement, " ORDER BY no LIMIT ");
    projc__statement_add_number(statement, rows);
}

/* Room for one event more, of so many rows that may come. */
static projc_event *reserve(projc_arena *arena, const projc__page *page, int64_t rows,
                            uint32_t *capacity)
{
    projc_event *moved;

    if (page->count < *capacity || *capacity < LEAP_FROM || rows <= *capacity || rows > LEAP_TO)
        return projc_list_reserve(arena, (void *)page->events, (uint32_t)page->count, capacity,
                                  sizeof *moved);
    moved = projc_arena_alloc_raw(arena, (size_t)rows * sizeof *moved);
    if (moved == NULL)
        return NULL;
    memcpy(moved, page->events, page->count * sizeof *moved);
    *capacity = (uint32_t)rows;
    return moved;
}

/* Reads rows until the limit of bytes, or until the arena is full; one always fits the limit. */
static projc_status collect(projc__copy *copy, const projc__event_table *table, int64_t rows,
                            int64_t byte_limit, projc_arena *arena, projc__page *page,
                            projc_error *error, int64_t *bytes)
{
    uint32_t capacity = 0;
    projc_event *events;
    const uint8_t *data;
    size_t size;
    projc_status status;
    projc_error ignored;

    while ((status = projc__copy_row(copy, &data, &size)) == PROJC_OK) {
        page->has_more = page->count != 0 && *bytes + (int64_t)size > byte_limit;
        if (page->has_more)
            break;
        events = reserve(arena, page, rows, &capacity);
        page->events = events != NULL ? events : page->events;
        status = events == NULL ? projc__arena_error(arena, error)
                                : read_event(table, data, size, arena, &events[page->count], error);
        /* What did not fit the arena begins the next page. */
        page->has_more = (status == PROJC_LIMIT || status == PROJC_NO_MEMORY) && page->count != 0;
        if (page->has_more) {
            projc_error_clear(error);
            status = PROJC_OK;
            break;
        }
        if (status != PROJC_OK)
            break;
        page->count++;
        *bytes += (int64_t)size;
    }
    if (status == PROJC_ABSENT)
        return PROJC_OK;
    copy->error = status == PROJC_OK ? error : &ignored; /* the first failure is the one to tell */
    projc_status stopped = projc__copy_stop(copy);
    return status == PROJC_OK ? stopped : status;
}

projc_status projc__page_select(projc__postgres *postgres, projc__event_table *table,
                                const projc__page_query *query, projc_arena *arena,
                                projc__page *page, projc_error *error)
{
    projc__statement statement;
    projc__copy copy;
    int64_t bytes = 0;
    int64_t rows = row_limit(table, query->limits);

    memset(page, 0, sizeof *page);
    projc_status status;
    bool is_few = is_for_few(postgres, table, query, rows);
    if (is_few) {
        rows = FEW_EVENTS;
        status = begin_few(&copy, postgres, table, query->after, error);
    } else {
        build(&statement, postgres, table, query, rows, error);
        status = projc__copy_begin(&copy, &statement);
    }
    if (status != PROJC_OK)
        return status;
    status = collect(&copy, table, rows, query->limits->bytes, arena, page, error, &bytes);
    if (status != PROJC_OK)
        return status;
    if (page->count != 0) {
        double average = (double)bytes / (double)page->count;
        /* Upwards at once: it is memory that is at stake. */
        table->event_bytes =
            average > table->event_bytes ? average : (3 * table->event_bytes + average) / 4;
    }
    page->has_more = page->has_more || (int64_t)page->count == rows;
    table->is_quiet = page->count < FEW_EVENTS;
    if (is_few && (int64_t)page->count == rows)
        return projc__page_select(postgres, table, query, arena, page, error);
    projc__page_cut(page, query->after, page->count);
    return PROJC_OK;
}

void projc__page_cut(projc__page *page, int64_t after, size_t count)
{
    assert(count <= page->count);
    if (count != page->count)
        page->has_more = false;
    page->count = count;
    page->reached = after;
    memset(&page->reached_id, 0, sizeof page->reached_id);
    if (count != 0) {
        page->reached = page->events[count - 1].no;
        page->reached_id = page->events[count - 1].id;
    }
}
