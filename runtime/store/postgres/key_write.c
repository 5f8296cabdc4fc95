/* Writing the statuses of keys and recorded skips within a unit of work: they are rows of tables
 * like others, with columns that are described here. */
#include "store/postgres/key_write.h"

static const projc_column key_columns[] = {
    {"generation", PROJC_COLUMN_I64, 0, false},  {"key", PROJC_COLUMN_BYTES, 0, false},
    {"lane", PROJC_COLUMN_I32, 0, false},        {"status", PROJC_COLUMN_TEXT, 0, false},
    {"no", PROJC_COLUMN_I64, 0, false},          {"event_id", PROJC_COLUMN_UUID, 0, false},
    {"event_name", PROJC_COLUMN_TEXT, 0, false}, {"attempts", PROJC_COLUMN_I64, 0, false},
    {"retry_at", PROJC_COLUMN_TIME, 0, true},    {"code", PROJC_COLUMN_TEXT, 0, false},
    {"message", PROJC_COLUMN_TEXT, 0, false},    {"source", PROJC_COLUMN_TEXT, 0, false},
    {"first_at", PROJC_COLUMN_TIME, 0, true},    {"last_at", PROJC_COLUMN_TIME, 0, true},
};

static const projc_column skipped_columns[] = {
    {"generation", PROJC_COLUMN_I64, 0, false}, {"no", PROJC_COLUMN_I64, 0, false},
    {"key", PROJC_COLUMN_BYTES, 0, false},      {"event_name", PROJC_COLUMN_TEXT, 0, false},
    {"code", PROJC_COLUMN_TEXT, 0, false},      {"message", PROJC_COLUMN_TEXT, 0, false},
    {"source", PROJC_COLUMN_TEXT, 0, false},    {"at", PROJC_COLUMN_TIME, 0, true},
};

enum {
    KEY_COLUMNS = sizeof key_columns / sizeof key_columns[0],
    SKIPPED_COLUMNS = sizeof skipped_columns / sizeof skipped_columns[0]
};

static const projc_table key_table = {
    .name = "projc_key", .key_count = 2, .column_count = KEY_COLUMNS, .columns = key_columns};
static const projc_table skipped_table = {.name = "projc_skipped",
                                          .key_count = 3,
                                          .column_count = SKIPPED_COLUMNS,
                                          .columns = skipped_columns};

static projc_value of_integer(int64_t integer)
{
    return (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = integer};
}

static projc_value of_text(projc_text text)
{
    return (projc_value){.kind = PROJC_KIND_TEXT, .as.text = text};
}

static projc_value of_bytes(projc_bytes bytes)
{
    return (projc_value){.kind = PROJC_KIND_BYTES, .as.bytes = bytes};
}

/* 0 stands for "never". */
static projc_value of_time(int64_t time)
{
    projc_value value = of_integer(time);

    if (time == 0)
        value.kind = PROJC_KIND_NULL;
    return value;
}

static void fill_key(projc_value *values, int64_t generation, const projc__key_row *row)
{
    bool is_failed = row->status == PROJC__KEY_FAILED;
    size_t i = 0;

    values[i++] = of_integer(generation);
    values[i++] = of_bytes(row->key);
    values[i++] = of_integer(row->lane);
    values[i++] = of_text(is_failed ? projc_text_of("failed", 6) : projc_text_of("retry", 5));
    values[i++] = of_integer(row->no);
    values[i++] = (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = row->event_id};
    values[i++] = of_text(row->event_name);
    values[i++] = of_integer(row->attempts);
    values[i++] = of_time(row->retry_at);
    values[i++] = of_text(row->code);
    values[i++] = of_text(row->message);
    values[i++] = of_text(row->source);
    values[i++] = of_time(row->first_at);
    values[i] = of_time(row->last_at);
}

static void fill_skipped(projc_value *values, int64_t generation, const projc__skipped_row *row)
{
    size_t i = 0;

    values[i++] = of_integer(generation);
    values[i++] = of_integer(row->no);
    values[i++] = of_bytes(row->key);
    values[i++] = of_text(row->event_name);
    values[i++] = of_text(row->code);
    values[i++] = of_text(row->message);
    values[i++] = of_text(row->source);
    values[i] = of_time(row->at);
}

projc_value *projc__make_values(projc__statement *statement, size_t count)
{
    projc_value *values =
        projc_arena_alloc_raw(statement->postgres->scratch, count * sizeof *values);
    if (values == NULL && statement->status == PROJC_OK)
        statement->status = projc_error_set(statement->error, PROJC_NO_MEMORY, "out of memory");
    return values;
}

static void send_healed(projc__pipeline *pipeline, const projc__unit *unit)
{
    projc__statement statement;

    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc_value *values = projc__make_values(&statement, 2 * unit->healed_count);
    for (size_t i = 0; values != NULL && i < unit->healed_count; i++) {
        values[2 * i] = of_integer(unit->generation);
        values[2 * i + 1] = of_bytes(unit->healed_keys[i]);
    }
    if (values != NULL)
        projc__rows_build_delete(&statement, &key_table, values, unit->healed_count);
    projc__pipeline_send(pipeline, &statement, NULL);
}

/* The numbers of keys and skips of a unit are bounded by FAILED_KEYS_MAX and the batch: one
 * statement. */
static void send_keys(projc__pipeline *pipeline, const projc__unit *unit)
{
    projc__statement statement;

    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc_value *values = projc__make_values(&statement, KEY_COLUMNS * unit->key_count);
    for (size_t i = 0; values != NULL && i < unit->key_count; i++)
        fill_key(values + KEY_COLUMNS * i, unit->generation, &unit->keys[i]);
    if (values != NULL)
        projc__rows_build_upsert(&statement, &key_table, values, unit->key_count);
    projc__pipeline_send(pipeline, &statement, NULL);
}

static void send_skipped(projc__pipeline *pipeline, const projc__unit *unit)
{
    projc__statement statement;

    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc_value *values = projc__make_values(&statement, SKIPPED_COLUMNS * unit->skipped_count);
    for (size_t i = 0; values != NULL && i < unit->skipped_count; i++)
        fill_skipped(values + SKIPPED_COLUMNS * i, unit->generation, &unit->skipped[i]);
    if (values != NULL)
        projc__rows_build_upsert(&statement, &skipped_table, values, unit->skipped_count);
    projc__pipeline_send(pipeline, &statement, NULL);
}

void projc__pipeline_send_keys(projc__pipeline *pipeline, const projc__unit *unit)
{
    if (unit->healed_count != 0)
        send_healed(pipeline, unit);
    if (unit->key_count != 0)
        send_keys(pipeline, unit);
    if (unit->skipped_count != 0)
        send_skipped(pipeline, unit);
}
