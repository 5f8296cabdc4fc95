/* What the tests of the conformance suite share. */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void check_status(projc_status got, projc_status expected, const char *call, const char *file,
                  int line)
{
    char message[PROJC_MESSAGE_MAX + 256];

    if (got == expected) {
        CU_PASS("status");
        return;
    }
    snprintf(message, sizeof message, "%s is %s, expected %s: %s", call, projc_status_name(got),
             projc_status_name(expected), got == PROJC_OK ? "" : fixture->error.message);
    fprintf(stderr, "%s:%d: %s\n", file, line, message);
    CU_assertImplementation(CU_FALSE, (unsigned)line, call, file, "", CU_TRUE);
}

/* ---- values ---- */

projc_text text_of(const char *string)
{
    return projc_text_of(string, strlen(string));
}

projc_bytes bytes_of(const char *string)
{
    return (projc_bytes){.data = (const uint8_t *)string, .size = strlen(string)};
}

bool text_is(projc_text text, const char *string)
{
    return text.size == strlen(string) &&
           (text.size == 0 || memcmp(text.data, string, text.size) == 0);
}

bool bytes_are(projc_bytes bytes, const char *string)
{
    return text_is(projc_text_of((const char *)bytes.data, bytes.size), string);
}

projc_value null_value(void)
{
    return (projc_value){.kind = PROJC_KIND_NULL};
}

projc_value bool_value(bool boolean)
{
    return (projc_value){.kind = PROJC_KIND_BOOL, .as.boolean = boolean};
}

projc_value integer_value(int64_t integer)
{
    return (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = integer};
}

projc_value real_value(double real)
{
    return (projc_value){.kind = PROJC_KIND_REAL, .as.real = real};
}

projc_value text_value(const char *string)
{
    return (projc_value){.kind = PROJC_KIND_TEXT, .as.text = text_of(string)};
}

projc_value bytes_value(const char *string)
{
    return (projc_value){.kind = PROJC_KIND_BYTES, .as.bytes = bytes_of(string)};
}

projc_value uuid_value(uint32_t number)
{
    return (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = uuid_of(number)};
}

projc_uuid uuid_of(uint32_t number)
{
    projc_uuid uuid = {{0}};

    /* Ascending with the number, in byte order. */
    for (int i = 0; i < 4; i++)
        uuid.bytes[12 + i] = (uint8_t)(number >> (24 - 8 * i));
    return uuid;
}

bool uuid_is(projc_uuid left, projc_uuid right)
{
    return memcmp(left.bytes, right.bytes, sizeof left.bytes) == 0;
}

bool is_same_value(const projc_value *left, const projc_value *right)
{
    if (left->kind != right->kind)
        return false;
    switch (left->kind) {
    case PROJC_KIND_NULL:
        return true;
    case PROJC_KIND_BOOL:
        return left->as.boolean == right->as.boolean;
    case PROJC_KIND_INTEGER:
        return left->as.integer == right->as.integer;
    case PROJC_KIND_REAL:
        return memcmp(&left->as.real, &right->as.real, sizeof left->as.real) == 0;
    case PROJC_KIND_TEXT:
        return left->as.text.size == right->as.text.size &&
               memcmp(left->as.text.data, right->as.text.data, left->as.text.size) == 0;
    case PROJC_KIND_BYTES:
        return left->as.bytes.size == right->as.bytes.size &&
               memcmp(left->as.bytes.data, right->as.bytes.data, left->as.bytes.size) == 0;
    case PROJC_KIND_UUID:
        return uuid_is(left->as.uuid, right->as.uuid);
    }
    return false;
}

/* ---- events ---- */

projc__new_event log_event(uint32_t account, int64_t expected_version, uint32_t number)
{
    char *payload = projc_arena_alloc(fixture->arena, 32);

    snprintf(payload, 32, "{\"n\":%u}", number);
    return (projc__new_event){.name = text_of("account_credited"),
                              .aggregate_type = text_of("bank_account"),
                              .aggregate_id = uuid_value(account),
                              .expected_version = expected_version,
                              .payload = bytes_of(payload),
                              .time = INT64_MIN};
}

projc__new_event packed_event(const char *id, int64_t expected_version, const char *payload)
{
    return (projc__new_event){.name = text_of("packed_up"),
                              .aggregate_type = text_of("parcel"),
                              .aggregate_id = text_value(id),
                              .expected_version = expected_version,
                              .payload = bytes_of(payload),
                              .time = INT64_MIN};
}

void append_log(size_t count, int64_t *last)
{
    projc__new_event *events = calloc(count, sizeof *events);
    int64_t *positions = calloc(count, sizeof *positions);

    CU_ASSERT_FATAL(events != NULL && positions != NULL);
    for (size_t i = 0; i < count; i++)
        events[i] = log_event(1, PROJC_ANY_VERSION, (uint32_t)i);
    OK(projc__store_append(fixture->store, STORE_FIXTURE_LOG, events, count, positions, ERROR));
    if (last != NULL)
        *last = positions[count - 1];
    free(events);
    free(positions);
}

void read_log(projc_store *store, const projc_stream_type *stream, int64_t after, projc__page *page)
{
    const projc__page_limits limits = {.rows = 100000, .bytes = INT64_C(1) << 40};

    OK(projc__store_read_page(store, stream, after, &limits, fixture->arena, page, ERROR));
    CU_ASSERT_FALSE(page->has_more);
}

/* ---- generations and units ---- */

projc__generation registered(const projc_projection_type *projection, uint32_t lanes)
{
    projc__registration registration = {.package = "fixture",
                                        .projection = projection,
                                        .stream = STORE_FIXTURE_LOG,
                                        .lanes = lanes};
    projc__generation generation = {0};

    OK(projc__store_register_projection(fixture->store, &registration, fixture->arena, &generation,
                                        ERROR));
    return generation;
}

projc__lane stored_lane(int64_t generation, uint32_t lane)
{
    projc__lane *lanes = NULL;
    size_t count = 0;

    OK(projc__store_load_lanes(fixture->store, generation, fixture->arena, &lanes, &count, ERROR));
    CU_ASSERT_FATAL(lane < count);
    CU_ASSERT_EQUAL(lanes[lane].lane, lane);
    return lanes[lane];
}

projc__claim claim_of(projc__lane lane, int64_t new_position)
{
    return (projc__claim){.lane = lane.lane,
                          .position = lane.position,
                          .epoch = lane.epoch,
                          .new_position = new_position,
                          .last_event_id = lane.last_event_id,
                          .place = lane.place};
}

projc_status commit_write(projc_store *store, int64_t generation, projc__claim claim,
                          const projc__row_write *write)
{
    const projc__unit unit = {.generation = generation,
                              .claims = &claim,
                              .claim_count = 1,
                              .writes = write,
                              .write_count = write == NULL ? 0 : 1};

    return projc__store_commit(store, &unit, ERROR);
}

void balance_row(projc_value row[3], uint32_t id, int64_t position, const char *state)
{
    row[0] = uuid_value(id);
    row[1] = integer_value(position);
    row[2] = bytes_value(state);
}

bool balance_is(uint32_t id, const char *state)
{
    projc_value key = uuid_value(id);
    projc_value *row = NULL;

    OK(projc__store_load_rows(fixture->store, &store_fixture_balance, &key, 1, fixture->arena, &row,
                              ERROR));
    if (row == NULL || state == NULL)
        return row == NULL && state == NULL;
    return bytes_are(row[2].as.bytes, state);
}
