/* The predicates of the driver table's contract. */
#include "store/contract.h"

bool projc__is_table_sound(const projc_table *table)
{
    return table != NULL && table->name != NULL && table->key_count > 0 &&
           table->column_count >= table->key_count;
}

projc_kind projc__column_kind(projc_column_type type)
{
    switch (type) {
    case PROJC_COLUMN_BOOL:
        return PROJC_KIND_BOOL;
    case PROJC_COLUMN_F64:
        return PROJC_KIND_REAL;
    case PROJC_COLUMN_TEXT:
    case PROJC_COLUMN_JSON:
        return PROJC_KIND_TEXT;
    case PROJC_COLUMN_BYTES:
        return PROJC_KIND_BYTES;
    case PROJC_COLUMN_UUID:
        return PROJC_KIND_UUID;
    case PROJC_COLUMN_I16:
    case PROJC_COLUMN_I32:
    case PROJC_COLUMN_I64:
    case PROJC_COLUMN_DECIMAL:
    case PROJC_COLUMN_TIME:
    case PROJC_COLUMN_DATE:
    case PROJC_COLUMN_DURATION:
        break;
    }
    return PROJC_KIND_INTEGER;
}

bool projc__has_kind_of(const projc_value *value, const projc_column *column)
{
    return value->kind == PROJC_KIND_NULL || value->kind == projc__column_kind(column->type);
}

bool projc__have_kinds_of(const projc_value *values, const projc_table *table, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!projc__has_kind_of(&values[i], &table->columns[i]))
            return false;
    return true;
}

bool projc__is_page_sound(const projc__page *page, int64_t after)
{
    int64_t last = after;

    for (size_t i = 0; i < page->count; i++) {
        if (page->events[i].no <= last)
            return false;
        last = page->events[i].no;
    }
    return page->reached >= last;
}

static bool is_write_sound(const projc__row_write *write)
{
    const projc_table *table = write->table;

    if (!projc__is_table_sound(table) || write->new_count > write->row_count ||
        write->known_count > write->row_count - write->new_count)
        return false;
    if (write->rows == NULL && write->row_count > 0 && write->make == NULL)
        return false;
    for (size_t i = 0; write->rows != NULL && i < write->row_count; i++)
        if (!projc__have_kinds_of(&write->rows[i * table->column_count], table,
                                  table->column_count))
            return false;
    for (size_t i = 0; i < write->deleted_count; i++)
        if (!projc__have_kinds_of(&write->deleted_keys[i * table->key_count], table,
                                  table->key_count))
            return false;
    return true;
}

static bool has_claim(const projc__unit *unit, uint32_t lane)
{
    for (size_t i = 0; i < unit->claim_count; i++)
        if (unit->claims[i].lane == lane)
            return true;
    return false;
}

/* Both what is inserted and what is deleted belongs to lanes that this unit claims: that is what
 * makes it safe. */
static bool are_waiting_sound(const projc__unit *unit, const projc__waiting_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].key.size == 0 || rows[i].no <= 0 || !has_claim(unit, rows[i].lane))
            return false;
    return true;
}

bool projc__is_unit_sound(const projc__unit *unit)
{
    if (unit->generation <= 0 || unit->claim_count == 0)
        return false;
    for (size_t i = 0; i < unit->claim_count; i++) {
        const projc__claim *claim = &unit->claims[i];
        if (i > 0 && unit->claims[i - 1].lane >= claim->lane)
            return false;
        if (claim->position < 0 || claim->new_position < claim->position)
            return false;
    }
    for (size_t i = 0; i < unit->write_count; i++)
        if (!is_write_sound(&unit->writes[i]))
            return false;
    return are_waiting_sound(unit, unit->waiting, unit->waiting_count) &&
           are_waiting_sound(unit, unit->passed, unit->passed_count);
}

bool projc__is_new_event_sound(const projc_stream_type *stream, const projc__new_event *event)
{
    projc_kind id = stream->has_text_ids ? PROJC_KIND_TEXT : PROJC_KIND_UUID;

    return event->aggregate_id.kind == id && event->expected_version >= PROJC_ANY_VERSION;
}
