/* A hand-written module, as a generator would write it: the bank, for tests of the engine. */
#include "account_module.h"

#include <string.h>

#include "store/store.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define SOURCE "bank.proj"

/* ---- events ---- */

static void opened_from_json(projc_json_reader *reader, const uint64_t *wanted, void *opaque)
{
    static const char *const fields[] = {"owner"};
    static const uint64_t required[] = {1};
    account_opened *event = opaque;
    uint64_t seen[1] = {0};
    uint64_t must[1] = {required[0]};
    projc_scope scope;
    projc_text key;

    memset(event, 0, sizeof *event);
    if (wanted != NULL)
        must[0] &= wanted[0];
    projc_json_read_map(reader, &scope);
    while (projc_json_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "owner", 5) && (wanted == NULL || wanted[0] & 1)) {
            event->owner = projc_json_read_text(reader);
            seen[0] |= 1;
        } else {
            projc_json_skip(reader);
        }
    }
    projc_json_check_seen(reader, seen, must, fields, 1);
}

static void opened_from_msgpack(projc_msgpack_reader *reader, const uint64_t *wanted, void *opaque)
{
    account_opened *event = opaque;
    projc_scope scope;
    projc_text key;

    (void)wanted;
    memset(event, 0, sizeof *event);
    projc_msgpack_read_map(reader, &scope);
    while (projc_msgpack_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "owner", 5))
            event->owner = projc_msgpack_read_text(reader);
        else
            projc_msgpack_skip(reader);
    }
}

static void opened_to_json(projc_json_writer *writer, const void *opaque)
{
    const account_opened *event = opaque;

    projc_json_write_map(writer);
    projc_json_write_name(writer, "owner");
    projc_json_write_text(writer, event->owner);
    projc_json_write_map_end(writer);
}

static void opened_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const account_opened *event = opaque;

    projc_msgpack_write_map(writer, 1);
    projc_msgpack_write_name(writer, "owner");
    projc_msgpack_write_text(writer, event->owner);
}

static void amount_from_json(projc_json_reader *reader, const uint64_t *wanted, void *opaque)
{
    static const char *const fields[] = {"amount"};
    account_amount *event = opaque;
    uint64_t seen[1] = {0};
    uint64_t must[1] = {1};
    projc_scope scope;
    projc_text key;

    memset(event, 0, sizeof *event);
    if (wanted != NULL)
        must[0] &= wanted[0];
    projc_json_read_map(reader, &scope);
    while (projc_json_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "amount", 6) && (wanted == NULL || wanted[0] & 1)) {
            event->amount = projc_json_read_decimal(reader, 2, false);
            seen[0] |= 1;
        } else {
            projc_json_skip(reader);
        }
    }
    projc_json_check_seen(reader, seen, must, fields, 1);
}

static void amount_from_msgpack(projc_msgpack_reader *reader, const uint64_t *wanted, void *opaque)
{
    account_amount *event = opaque;
    projc_scope scope;
    projc_text key;

    (void)wanted;
    memset(event, 0, sizeof *event);
    projc_msgpack_read_map(reader, &scope);
    while (projc_msgpack_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "amount", 6))
            event->amount = projc_msgpack_read_decimal(reader, 2);
        else
            projc_msgpack_skip(reader);
    }
}

static void amount_to_json(projc_json_writer *writer, const void *opaque)
{
    const account_amount *event = opaque;

    projc_json_write_map(writer);
    projc_json_write_name(writer, "amount");
    projc_json_write_decimal(writer, event->amount, 2);
    projc_json_write_map_end(writer);
}

static void amount_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const account_amount *event = opaque;

    projc_msgpack_write_map(writer, 1);
    projc_msgpack_write_name(writer, "amount");
    projc_msgpack_write_integer(writer, event->amount);
}

static void closed_from_json(projc_json_reader *reader, const uint64_t *wanted, void *opaque)
{
    projc_scope scope;
    projc_text key;

    (void)wanted;
    memset(opaque, 0, sizeof(account_closed));
    projc_json_read_map(reader, &scope);
    while (projc_json_read_key(reader, &scope, &key))
        projc_json_skip(reader);
}

static void closed_from_msgpack(projc_msgpack_reader *reader, const uint64_t *wanted, void *opaque)
{
    (void)wanted;
    memset(opaque, 0, sizeof(account_closed));
    projc_msgpack_skip(reader);
}

static void closed_to_json(projc_json_writer *writer, const void *opaque)
{
    (void)opaque;
    projc_json_write_map(writer);
    projc_json_write_map_end(writer);
}

static void closed_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    (void)opaque;
    projc_msgpack_write_map(writer, 0);
}

static const char *const owner_fields[] = {"owner"};
static const char *const amount_fields[] = {"amount"};

#define OPENED_CODEC                                                                               \
    .field_count = 1, .fields = owner_fields, .size = sizeof(account_opened),                      \
    .from_json = opened_from_json, .from_msgpack = opened_from_msgpack, .to_json = opened_to_json, \
    .to_msgpack = opened_to_msgpack
#define AMOUNT_CODEC                                                                               \
    .field_count = 1, .fields = amount_fields, .size = sizeof(account_amount),                     \
    .from_json = amount_from_json, .from_msgpack = amount_from_msgpack, .to_json = amount_to_json, \
    .to_msgpack = amount_to_msgpack

static const projc_event_type event_types[] = {
    {.identifier = "AccountClosed",
     .name = "account_closed",
     .symbol = "account_closed",
     .aggregate = 0,
     .size = sizeof(account_closed),
     .from_json = closed_from_json,
     .from_msgpack = closed_from_msgpack,
     .to_json = closed_to_json,
     .to_msgpack = closed_to_msgpack},
    {.identifier = "AccountCredited",
     .name = "account_credited",
     .symbol = "account_credited",
     .aggregate = 0,
     AMOUNT_CODEC},
    {.identifier = "AccountDebited",
     .name = "account_debited",
     .symbol = "account_debited",
     .aggregate = 0,
     AMOUNT_CODEC},
    {.identifier = "AccountOpened",
     .name = "account_opened",
     .symbol = "account_opened",
     .aggregate = 0,
     OPENED_CODEC},
    {.identifier = "DeviceMeasured",
     .name = "device_measured",
     .symbol = "device_measured",
     .aggregate = 1,
     AMOUNT_CODEC},
    {.identifier = "NoteWritten",
     .name = "note_written",
     .symbol = "note_written",
     .aggregate = 2,
     OPENED_CODEC},
};

/* ---- balance ---- */

static void balance_init(void *state)
{
    memset(state, 0, sizeof(balance_state));
}

static void balance_from_msgpack(projc_msgpack_reader *reader, void *opaque)
{
    balance_state *state = opaque;
    projc_scope scope;

    projc_msgpack_read_array(reader, 4);
    state->owner = projc_msgpack_read_text(reader);
    state->balance = projc_msgpack_read_decimal(reader, 2);
    state->movements = (uint32_t)projc_msgpack_read_integer(reader, 0, UINT32_MAX, "u32");
    projc_msgpack_read_list(reader, &scope);
    while (projc_msgpack_read_item(reader, &scope)) {
        int64_t *items =
            projc_list_reserve(reader->arena, state->amounts.items, state->amounts.count,
                               &state->amounts.capacity, sizeof *items);

        if (items == NULL) {
            projc_msgpack_fail(reader, PROJC_LIMIT, "too large");
            return;
        }
        state->amounts.items = items;
        items[state->amounts.count++] = projc_msgpack_read_decimal(reader, 2);
    }
    projc_msgpack_read_array_end(reader);
}

static void balance_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const balance_state *state = opaque;

    projc_msgpack_write_array(writer, 4);
    projc_msgpack_write_text(writer, state->owner);
    projc_msgpack_write_integer(writer, state->balance);
    projc_msgpack_write_integer(writer, state->movements);
    projc_msgpack_write_array(writer, state->amounts.count);
    for (uint32_t i = 0; i < state->amounts.count; i++)
        projc_msgpack_write_integer(writer, state->amounts.items[i]);
}

static projc_status balance_on_opened(projc_handler *handler, void *opaque_state,
                                      const void *opaque)
{
    balance_state *state = opaque_state;
    const account_opened *event = opaque;

    if (handler->state_exists)
        return PROJC_SKIPPED;
    state->owner = event->owner;
    return projc_keep_text(handler, &state->owner) ? PROJC_OK : projc_fail_memory(handler);
}

static projc_status balance_on_credited(projc_handler *handler, void *opaque_state,
                                        const void *opaque)
{
    balance_state *state = opaque_state;
    const account_amount *event = opaque;

    (void)handler;
    state->balance += event->amount;
    return PROJC_OK;
}

static projc_status balance_on_debited(projc_handler *handler, void *opaque_state,
                                       const void *opaque)
{
    balance_state *state = opaque_state;
    const account_amount *event = opaque;

    state->balance -= event->amount;
    if (state->balance < 0)
        return projc_fail_because(handler, SOURCE, 31, 9, "balance -= amount", "overdrawn");
    return PROJC_OK;
}

/* on AccountCredited, AccountDebited { movements += 1  amounts.push(amount)  amounts.keep_last(8) }
 */
static projc_status balance_on_movement(projc_handler *handler, void *opaque_state,
                                        const void *opaque)
{
    balance_state *state = opaque_state;
    const account_amount *event = opaque;
    int64_t *items;

    state->movements++;
    if (state->amounts.count == 8) {
        memmove(state->amounts.items, state->amounts.items + 1, 7 * sizeof *items);
        state->amounts.count--;
    }
    items = projc_list_reserve(handler->arena, state->amounts.items, state->amounts.count,
                               &state->amounts.capacity, sizeof *items);
    if (items == NULL)
        return projc_fail_memory(handler);
    state->amounts.items = items;
    items[state->amounts.count++] = event->amount;
    return PROJC_OK;
}

static projc_status balance_on_closed(projc_handler *handler, void *opaque_state,
                                      const void *opaque)
{
    (void)opaque_state;
    (void)opaque;
    handler->state_deleted = true;
    return PROJC_OK;
}

static const uint64_t all_fields[] = {1};
static const projc_handler_function balance_opened[] = {balance_on_opened};
static const projc_handler_function balance_credited[] = {balance_on_credited, balance_on_movement};
static const projc_handler_function balance_debited[] = {balance_on_debited, balance_on_movement};
static const projc_handler_function balance_closed[] = {balance_on_closed};
static const projc_event_handlers balance_events[] = {
    {.event = ACCOUNT_CLOSED, .function_count = 1, .functions = balance_closed, .wanted = NULL},
    {.event = ACCOUNT_CREDITED,
     .function_count = 2,
     .functions = balance_credited,
     .wanted = all_fields},
    {.event = ACCOUNT_DEBITED,
     .function_count = 2,
     .functions = balance_debited,
     .wanted = all_fields},
    {.event = ACCOUNT_OPENED,
     .function_count = 1,
     .functions = balance_opened,
     .wanted = all_fields},
};

/* ---- accounts, as columns ---- */

static void accounts_init(void *state)
{
    memset(state, 0, sizeof(accounts_state));
}

static projc_status accounts_to_row(projc_arena *arena, const void *opaque, projc_value *values,
                                    projc_error *error)
{
    const accounts_state *state = opaque;

    (void)arena;
    (void)error;
    values[0] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = state->owner};
    values[1] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = state->balance};
    return PROJC_OK;
}

static projc_status accounts_from_row(projc_arena *arena, const projc_value *values, void *opaque,
                                      projc_error *error)
{
    accounts_state *state = opaque;

    (void)arena;
    (void)error;
    state->owner = values[0].as.text;
    state->balance = values[1].as.integer;
    return PROJC_OK;
}

static projc_status accounts_on_opened(projc_handler *handler, void *opaque_state,
                                       const void *opaque)
{
    accounts_state *state = opaque_state;
    const account_opened *event = opaque;

    state->owner = event->owner;
    if (!projc_keep_text(handler, &state->owner))
        return projc_fail_memory(handler);
    if (event->owner.size == 0)
        return projc_fail(handler, SOURCE, 40, 5, projc_text_of("no owner", 8));
    return PROJC_OK;
}

static projc_status accounts_on_credited(projc_handler *handler, void *opaque_state,
                                         const void *opaque)
{
    accounts_state *state = opaque_state;
    const account_amount *event = opaque;

    (void)handler;
    state->balance += event->amount;
    return PROJC_OK;
}

static projc_status accounts_on_debited(projc_handler *handler, void *opaque_state,
                                        const void *opaque)
{
    accounts_state *state = opaque_state;
    const account_amount *event = opaque;

    (void)handler;
    state->balance -= event->amount;
    return PROJC_OK;
}

static const projc_handler_function accounts_opened[] = {accounts_on_opened};
static const projc_handler_function accounts_credited[] = {accounts_on_credited};
static const projc_handler_function accounts_debited[] = {accounts_on_debited};
static const projc_event_handlers accounts_events[] = {
    {.event = ACCOUNT_CREDITED,
     .function_count = 1,
     .functions = accounts_credited,
     .wanted = all_fields},
    {.event = ACCOUNT_DEBITED,
     .function_count = 1,
     .functions = accounts_debited,
     .wanted = all_fields},
    {.event = ACCOUNT_OPENED,
     .function_count = 1,
     .functions = accounts_opened,
     .wanted = all_fields},
};

/* ---- totals ---- */

static void totals_init(void *state)
{
    memset(state, 0, sizeof(totals_state));
}

static void totals_from_msgpack(projc_msgpack_reader *reader, void *opaque)
{
    totals_state *state = opaque;

    projc_msgpack_read_array(reader, 3);
    state->opened = projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    state->credited = projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    state->debited = projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    projc_msgpack_read_array_end(reader);
}

static void totals_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const totals_state *state = opaque;

    projc_msgpack_write_array(writer, 3);
    projc_msgpack_write_integer(writer, state->opened);
    projc_msgpack_write_integer(writer, state->credited);
    projc_msgpack_write_integer(writer, state->debited);
}

static projc_status totals_on_opened(projc_handler *handler, void *opaque_state, const void *opaque)
{
    (void)handler;
    (void)opaque;
    ((totals_state *)opaque_state)->opened++;
    return PROJC_OK;
}

static projc_status totals_on_credited(projc_handler *handler, void *opaque_state,
                                       const void *opaque)
{
    (void)handler;
    ((totals_state *)opaque_state)->credited += ((const account_amount *)opaque)->amount;
    return PROJC_OK;
}

static projc_status totals_on_debited(projc_handler *handler, void *opaque_state,
                                      const void *opaque)
{
    totals_state *state = opaque_state;

    state->debited += ((const account_amount *)opaque)->amount;
    if (state->debited > state->credited)
        return projc_fail_because(handler, SOURCE, 52, 9, "debited += amount",
                                  "more than credited");
    return PROJC_OK;
}

static const projc_handler_function totals_opened[] = {totals_on_opened};
static const projc_handler_function totals_credited[] = {totals_on_credited};
static const projc_handler_function totals_debited[] = {totals_on_debited};
static const projc_event_handlers totals_events[] = {
    {.event = ACCOUNT_CREDITED,
     .function_count = 1,
     .functions = totals_credited,
     .wanted = all_fields},
    {.event = ACCOUNT_DEBITED,
     .function_count = 1,
     .functions = totals_debited,
     .wanted = all_fields},
    {.event = ACCOUNT_OPENED, .function_count = 1, .functions = totals_opened, .wanted = NULL},
};

/* ---- audit ---- */

static void audit_init(void *state)
{
    memset(state, 0, sizeof(audit_state));
}

static void audit_from_msgpack(projc_msgpack_reader *reader, void *opaque)
{
    audit_state *state = opaque;

    projc_msgpack_read_array(reader, 2);
    state->count = projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    state->last = projc_msgpack_read_text(reader);
    projc_msgpack_read_array_end(reader);
}

static void audit_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const audit_state *state = opaque;

    projc_msgpack_write_array(writer, 2);
    projc_msgpack_write_integer(writer, state->count);
    projc_msgpack_write_text(writer, state->last);
}

static projc_status audit_on_any(projc_handler *handler, void *opaque_state, const void *opaque)
{
    audit_state *state = opaque_state;

    (void)opaque;
    state->count++;
    state->last = handler->event->name;
    return projc_keep_text(handler, &state->last) ? PROJC_OK : projc_fail_memory(handler);
}

static const projc_handler_function audit_any[] = {audit_on_any};

/* ---- probe ---- */

static void probe_init(void *state)
{
    memset(state, 0, sizeof(probe_state));
}

static void probe_from_msgpack(projc_msgpack_reader *reader, void *opaque)
{
    probe_state *state = opaque;

    projc_msgpack_read_array(reader, 2);
    state->fold = (uint64_t)projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    state->count = (uint32_t)projc_msgpack_read_integer(reader, 0, UINT32_MAX, "u32");
    projc_msgpack_read_array_end(reader);
}

static void probe_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    const probe_state *state = opaque;

    projc_msgpack_write_array(writer, 2);
    projc_msgpack_write_integer(writer, (int64_t)state->fold);
    projc_msgpack_write_integer(writer, state->count);
}

static projc_status probe_on_credited(projc_handler *handler, void *opaque_state,
                                      const void *opaque)
{
    account_probe *probe = handler->user;
    probe_state *state = opaque_state;
    int answer = 0;

    (void)opaque;
    if (probe != NULL && probe->answer != NULL) {
        __atomic_fetch_add(&probe->calls, 1, __ATOMIC_RELAXED);
        answer = probe->answer(probe, handler);
    }
    if (answer == ACCOUNT_PROBE_SKIP)
        return PROJC_SKIPPED;
    state->fold = state->fold * 31 + (uint64_t)handler->event->no;
    state->count++;
    return projc_from_extern(handler, SOURCE, 60, 5, "probe", answer);
}

int account_probe_fail_at(account_probe *probe, const projc_handler *handler)
{
    if (handler->event->no != probe->fail_no || probe->fail_times == 0)
        return 0;
    if (probe->fail_times > 0)
        probe->fail_times--;
    return 1;
}

static const projc_handler_function probe_credited[] = {probe_on_credited};
static const projc_event_handlers probe_events[] = {
    {.event = ACCOUNT_CREDITED, .function_count = 1, .functions = probe_credited, .wanted = NULL}};

/* ---- measured, notes ---- */

static void measured_init(void *state)
{
    memset(state, 0, sizeof(measured_state));
}

static void measured_from_msgpack(projc_msgpack_reader *reader, void *opaque)
{
    projc_msgpack_read_array(reader, 1);
    ((measured_state *)opaque)->sum =
        projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
    projc_msgpack_read_array_end(reader);
}

static void measured_to_msgpack(projc_msgpack_writer *writer, const void *opaque)
{
    projc_msgpack_write_array(writer, 1);
    projc_msgpack_write_integer(writer, ((const measured_state *)opaque)->sum);
}

static projc_status measured_on_measured(projc_handler *handler, void *opaque_state,
                                         const void *opaque)
{
    const account_amount *event = opaque;

    if (event->amount < 0)
        return projc_fail_because(handler, SOURCE, 70, 5, "sum += value", "below zero");
    ((measured_state *)opaque_state)->sum += event->amount;
    return PROJC_OK;
}

static projc_status notes_on_written(projc_handler *handler, void *opaque_state, const void *opaque)
{
    (void)handler;
    ((measured_state *)opaque_state)->sum += (int64_t)((const account_opened *)opaque)->owner.size;
    return PROJC_OK;
}

static const projc_handler_function measured_measured[] = {measured_on_measured};
static const projc_event_handlers measured_events[] = {{.event = DEVICE_MEASURED,
                                                        .function_count = 1,
                                                        .functions = measured_measured,
                                                        .wanted = all_fields}};
static const projc_handler_function notes_written[] = {notes_on_written};
static const projc_event_handlers notes_events[] = {
    {.event = NOTE_WRITTEN, .function_count = 1, .functions = notes_written, .wanted = all_fields}};

/* ---- tables and projections ---- */

#define PACKED_TABLE(symbol, sql_name, key_type)     \
    static const projc_column symbol##_columns[] = { \
        {"id", key_type, 0, false},                  \
        {"position", PROJC_COLUMN_I64, 0, false},    \
        {"state", PROJC_COLUMN_BYTES, 0, false},     \
    };                                               \
    static const projc_table symbol##_table = {      \
        .name = sql_name, .key_count = 1, .column_count = 3, .columns = symbol##_columns}

PACKED_TABLE(balance, "bank_balance", PROJC_COLUMN_UUID);
PACKED_TABLE(totals, "bank_totals", PROJC_COLUMN_I16);
PACKED_TABLE(audit, "bank_audit", PROJC_COLUMN_I16);
PACKED_TABLE(probe, "bank_probe", PROJC_COLUMN_UUID);
PACKED_TABLE(probe_stream, "bank_probe_stream", PROJC_COLUMN_I16);
PACKED_TABLE(measured, "bank_measured", PROJC_COLUMN_I64);
PACKED_TABLE(notes, "bank_notes", PROJC_COLUMN_TEXT);

static const projc_column accounts_columns[] = {
    {"account", PROJC_COLUMN_UUID, 0, false},
    {"position", PROJC_COLUMN_I64, 0, false},
    {"owner", PROJC_COLUMN_TEXT, 0, false},
    {"balance", PROJC_COLUMN_DECIMAL, 2, false},
};
static const projc_table accounts_table = {
    .name = "bank_accounts", .key_count = 1, .column_count = 4, .columns = accounts_columns};

#define PACKED(symbol, struct_name) .table = &symbol##_table, .state_size = sizeof(struct_name)
#define RETRY_POLICY                                         \
    {                                                        \
        PROJC_ACTION_RETRY, 3, 1000, 4000, PROJC_ACTION_FAIL \
    }
#define FAIL_POLICY                                   \
    {                                                 \
        PROJC_ACTION_FAIL, 0, 0, 0, PROJC_ACTION_FAIL \
    }

static const projc_projection_type projections[] = {
    {.name = "balance",
     .kind = PROJC_AGGREGATE_PROJECTION,
     .version = 1,
     PACKED(balance, balance_state),
     .shape_fingerprint = 0xb1,
     .logic_fingerprint = 1,
     .policy = FAIL_POLICY,
     .init = balance_init,
     .from_msgpack = balance_from_msgpack,
     .to_msgpack = balance_to_msgpack,
     .events = balance_events,
     .event_count = COUNT_OF(balance_events)},
    {.name = "accounts",
     .kind = PROJC_AGGREGATE_PROJECTION,
     .version = 1,
     PACKED(accounts, accounts_state),
     .is_columns = true,
     .shape_fingerprint = 0xb2,
     .logic_fingerprint = 2,
     .policy = {PROJC_ACTION_IGNORE, 0, 0, 0, PROJC_ACTION_FAIL},
     .init = accounts_init,
     .to_row = accounts_to_row,
     .from_row = accounts_from_row,
     .events = accounts_events,
     .event_count = COUNT_OF(accounts_events)},
    {.name = "totals",
     .kind = PROJC_STREAM_PROJECTION,
     .version = 1,
     PACKED(totals, totals_state),
     .shape_fingerprint = 0xb3,
     .logic_fingerprint = 3,
     .policy = FAIL_POLICY,
     .init = totals_init,
     .from_msgpack = totals_from_msgpack,
     .to_msgpack = totals_to_msgpack,
     .events = totals_events,
     .event_count = COUNT_OF(totals_events)},
    {.name = "audit",
     .kind = PROJC_STREAM_PROJECTION,
     .version = 1,
     PACKED(audit, audit_state),
     .shape_fingerprint = 0xb4,
     .logic_fingerprint = 4,
     .policy = FAIL_POLICY,
     .init = audit_init,
     .from_msgpack = audit_from_msgpack,
     .to_msgpack = audit_to_msgpack,
     .any_functions = audit_any,
     .any_count = COUNT_OF(audit_any)},
    {.name = "probe",
     .kind = PROJC_AGGREGATE_PROJECTION,
     .version = 1,
     PACKED(probe, probe_state),
     .shape_fingerprint = 0xb5,
     .logic_fingerprint = 5,
     .policy = RETRY_POLICY,
     .init = probe_init,
     .from_msgpack = probe_from_msgpack,
     .to_msgpack = probe_to_msgpack,
     .events = probe_events,
     .event_count = COUNT_OF(probe_events)},
    {.name = "probe_stream",
     .kind = PROJC_STREAM_PROJECTION,
     .version = 1,
     PACKED(probe_stream, probe_state),
     .shape_fingerprint = 0xb6,
     .logic_fingerprint = 6,
     .policy = RETRY_POLICY,
     .init = probe_init,
     .from_msgpack = probe_from_msgpack,
     .to_msgpack = probe_to_msgpack,
     .events = probe_events,
     .event_count = COUNT_OF(probe_events)},
    {.name = "measured",
     .kind = PROJC_AGGREGATE_PROJECTION,
     .version = 1,
     .stream = 1,
     .aggregate = 1,
     PACKED(measured, measured_state),
     .shape_fingerprint = 0xb7,
     .logic_fingerprint = 7,
     .policy = FAIL_POLICY,
     .init = measured_init,
     .from_msgpack = measured_from_msgpack,
     .to_msgpack = measured_to_msgpack,
     .events = measured_events,
     .event_count = COUNT_OF(measured_events)},
    {.name = "notes",
     .kind = PROJC_AGGREGATE_PROJECTION,
     .version = 1,
     .stream = 1,
     .aggregate = 2,
     PACKED(notes, measured_state),
     .shape_fingerprint = 0xb8,
     .logic_fingerprint = 8,
     .policy = FAIL_POLICY,
     .init = measured_init,
     .from_msgpack = measured_from_msgpack,
     .to_msgpack = measured_to_msgpack,
     .events = notes_events,
     .event_count = COUNT_OF(notes_events)},
};

/* ---- schema ---- */

#define SQLITE_EVENTS(name, id)                                                            \
    "CREATE TABLE IF NOT EXISTS " name " (no INTEGER PRIMARY KEY AUTOINCREMENT,"           \
    " event_id BLOB NOT NULL UNIQUE, event_name TEXT NOT NULL, payload TEXT NOT NULL,"     \
    " metadata TEXT NOT NULL, aggregate_type TEXT NOT NULL, aggregate_id " id " NOT NULL," \
    " aggregate_version INTEGER NOT NULL, created_at INTEGER NOT NULL,"                    \
    " UNIQUE (aggregate_type, aggregate_id, aggregate_version)) STRICT;\n"                 \
    "CREATE INDEX IF NOT EXISTS " name "_aggregate_no ON " name                            \
    " (aggregate_type, aggregate_id, no);\n"
#define SQLITE_STATES(name, id)                                                                 \
    "CREATE TABLE IF NOT EXISTS " name " (id " id " NOT NULL PRIMARY KEY, position INTEGER NOT" \
    " NULL, state BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
#define POSTGRES_EVENTS(name, id)                                                              \
    "CREATE TABLE IF NOT EXISTS " name " (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY," \
    " event_id uuid NOT NULL UNIQUE, event_name text NOT NULL, payload json NOT NULL,"         \
    " metadata jsonb NOT NULL, aggregate_type text NOT NULL, aggregate_id " id " NOT NULL,"    \
    " aggregate_version bigint NOT NULL, created_at timestamptz NOT NULL,"                     \
    " UNIQUE (aggregate_type, aggregate_id, aggregate_version));\n"                            \
    "CREATE INDEX IF NOT EXISTS " name "_aggregate_no ON " name                                \
    " (aggregate_type, aggregate_id, no);\n"
#define POSTGRES_STATES(name, id)                                                              \
    "CREATE TABLE IF NOT EXISTS " name " (id " id " NOT NULL PRIMARY KEY, position bigint NOT" \
    " NULL, state bytea NOT NULL) WITH (fillfactor = 70);\n"

static const char *const schema_sqlite[] = {
    SQLITE_EVENTS("events_bank", "BLOB"),
    SQLITE_EVENTS("events_mixed", "TEXT"),
    SQLITE_STATES("bank_balance", "BLOB") SQLITE_STATES("bank_totals", "INTEGER")
        SQLITE_STATES("bank_audit", "INTEGER") SQLITE_STATES("bank_probe", "BLOB"),
    SQLITE_STATES("bank_probe_stream", "INTEGER") SQLITE_STATES("bank_measured", "INTEGER")
        SQLITE_STATES("bank_notes", "TEXT"),
    "CREATE TABLE IF NOT EXISTS bank_accounts (account BLOB NOT NULL PRIMARY KEY,"
    " position INTEGER NOT NULL, owner TEXT NOT NULL, balance INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;\n",
    NULL};

static const char *const schema_postgres[] = {
    POSTGRES_EVENTS("events_bank", "uuid"),
    POSTGRES_EVENTS("events_mixed", "text"),
    POSTGRES_STATES("bank_balance", "uuid") POSTGRES_STATES("bank_totals", "smallint")
        POSTGRES_STATES("bank_audit", "smallint") POSTGRES_STATES("bank_probe", "uuid"),
    POSTGRES_STATES("bank_probe_stream", "smallint") POSTGRES_STATES("bank_measured", "bigint")
        POSTGRES_STATES("bank_notes", "text COLLATE \"C\""),
    "CREATE TABLE IF NOT EXISTS bank_accounts (account uuid NOT NULL PRIMARY KEY,"
    " position bigint NOT NULL, owner text COLLATE \"C\" NOT NULL, balance numeric(19,2) NOT NULL)"
    " WITH (fillfactor = 70);\n",
    NULL};

static const char *const no_schema[] = {NULL};

static const projc_stream_type streams[] = {
    {"bank", NULL, "events_bank", "bank", PROJC_PAYLOAD_JSON, false},
    {"mixed", NULL, "events_mixed", "mixed", PROJC_PAYLOAD_JSON, true},
};

static const projc_aggregate_type aggregates[] = {
    {"Account", "bank_account", 0, PROJC_ID_UUID},
    {"Device", "device", 1, PROJC_ID_I64},
    {"Note", "note", 1, PROJC_ID_TEXT},
};

const projc_module account_module = {.abi_version = PROJC_ABI_VERSION,
                                     .package = "bank",
                                     .source = SOURCE,
                                     .compiler = "by hand",
                                     .streams = streams,
                                     .stream_count = COUNT_OF(streams),
                                     .aggregates = aggregates,
                                     .aggregate_count = COUNT_OF(aggregates),
                                     .events = event_types,
                                     .event_count = COUNT_OF(event_types),
                                     .projections = projections,
                                     .projection_count = COUNT_OF(projections),
                                     .schema_postgres = schema_postgres,
                                     .schema_sqlite = schema_sqlite,
                                     .schema_postgres_notify = no_schema};

/* ---- appending ---- */

projc_uuid account_id(uint64_t n)
{
    projc_uuid id = {{0}};

    for (int i = 0; i < 8; i++)
        id.bytes[15 - i] = (uint8_t)(n >> (8 * i));
    return id;
}

projc_value account_key(uint64_t n)
{
    return (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = account_id(n)};
}

static projc_status append(projc_store *store, uint32_t event, uint64_t account, const void *value,
                           int64_t *no, projc_error *error)
{
    return projc_append(store, &account_module, event, account_key(account), PROJC_ANY_VERSION,
                        value, no, error);
}

projc_status account_open(projc_store *store, uint64_t account, const char *owner, int64_t *no,
                          projc_error *error)
{
    const account_opened event = {projc_text_of(owner, strlen(owner))};

    return append(store, ACCOUNT_OPENED, account, &event, no, error);
}

projc_status account_credit(projc_store *store, uint64_t account, int64_t amount, int64_t *no,
                            projc_error *error)
{
    const account_amount event = {amount};

    return append(store, ACCOUNT_CREDITED, account, &event, no, error);
}

projc_status account_debit(projc_store *store, uint64_t account, int64_t amount, int64_t *no,
                           projc_error *error)
{
    const account_amount event = {amount};

    return append(store, ACCOUNT_DEBITED, account, &event, no, error);
}

projc_status account_close(projc_store *store, uint64_t account, int64_t *no, projc_error *error)
{
    const account_closed event = {0};

    return append(store, ACCOUNT_CLOSED, account, &event, no, error);
}

projc_status account_append_raw(projc_store *store, uint64_t account, const char *name,
                                const char *payload, int64_t *no, projc_error *error)
{
    const projc__new_event event = {
        .name = projc_text_of(name, strlen(name)),
        .aggregate_type = projc_text_of("bank_account", 12),
        .aggregate_id = account_key(account),
        .expected_version = PROJC_ANY_VERSION,
        .payload = {(const uint8_t *)payload, strlen(payload)},
        .time = INT64_MIN,
    };
    int64_t position = 0;
    projc_status status =
        projc__store_append(store, &account_module.streams[0], &event, 1, &position, error);

    if (no != NULL)
        *no = position;
    return status;
}
