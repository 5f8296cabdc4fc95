/* Readers against damaged and malicious input: every truncation, every flipped bit, random bytes,
 * every bound of memory. Input stands in memory of exactly its size, so that AddressSanitizer sees
 * a byte too many. */
#include <projc/codec.h>

#include <stdlib.h>
#include <string.h>

#include "codec/json_tree.h"
#include "tests/unit/codec_sample.h"
#include "tests/unit/suite.h"

typedef projc_status decoder(const void *data, size_t size, projc_arena *arena, sample *event,
                             projc_error *error);

/* Memory of exactly so many bytes. */
static uint8_t *exact_copy(const void *data, size_t size)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size);

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, data, size);
    return copy;
}

/* Decodes a copy; whatever comes, the status and the error agree and memory is bounded by the
 * input. */
static projc_status decode(decoder *decode_sample, const void *data, size_t size)
{
    uint8_t *copy = exact_copy(data, size);
    projc_arena *arena = projc_arena_new(0);
    projc_error error = {.status = PROJC_OK};
    sample event;
    projc_status status = decode_sample(copy, size, arena, &event, &error);

    CU_ASSERT_EQUAL(status, error.status);
    CU_ASSERT(status == PROJC_OK || status == PROJC_DATA || status == PROJC_LIMIT);
    CU_ASSERT_EQUAL(status == PROJC_OK, error.message[0] == '\0');
    CU_ASSERT(projc_arena_used(arena) <= 1000 + 200 * size);
    projc_arena_free(arena);
    free(copy);
    return status;
}

/* One random event in both formats. */
typedef struct encoded {
    projc_arena *arena;
    sample event;
    projc_text json;
    projc_bytes msgpack;
} encoded;

static void encode(projc__random *random, encoded *result)
{
    projc_json_writer *json_writer;
    projc_msgpack_writer *msgpack_writer;

    result->arena = projc_arena_new(0);
    json_writer = projc_json_writer_new(result->arena);
    msgpack_writer = projc_msgpack_writer_new(result->arena);
    sample_random(random, result->arena, &result->event);
    sample_to_json(json_writer, &result->event);
    sample_to_msgpack(msgpack_writer, &result->event);
    CU_ASSERT_EQUAL_FATAL(projc_json_writer_finish(json_writer, &result->json, NULL), PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(projc_msgpack_writer_finish(msgpack_writer, &result->msgpack, NULL),
                          PROJC_OK);
}

static void every_truncation_is_an_error(void)
{
    projc__random random;

    projc__random_init(&random, 21);
    for (int round = 0; round < 10; round++) {
        encoded one;

        encode(&random, &one);
        CU_ASSERT_EQUAL(decode(sample_from_json, one.json.data, one.json.size), PROJC_OK);
        CU_ASSERT_EQUAL(decode(sample_from_msgpack, one.msgpack.data, one.msgpack.size), PROJC_OK);
        for (size_t size = 0; size < one.json.size; size++)
            CU_ASSERT_EQUAL(decode(sample_from_json, one.json.data, size), PROJC_DATA);
        for (size_t size = 0; size < one.msgpack.size; size++)
            CU_ASSERT_EQUAL(decode(sample_from_msgpack, one.msgpack.data, size), PROJC_DATA);
        projc_arena_free(one.arena);
    }
}

static void every_flipped_bit_is_survived(void)
{
    projc__random random;
    size_t refused = 0;
    size_t bits = 0;

    projc__random_init(&random, 22);
    for (int round = 0; round < 6; round++) {
        encoded one;
        uint8_t *bytes;

        encode(&random, &one);
        bytes = exact_copy(one.json.data, one.json.size);
        for (size_t bit = 0; bit < 8 * one.json.size; bit++, bits++) {
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            refused += decode(sample_from_json, bytes, one.json.size) != PROJC_OK;
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        free(bytes);
        bytes = exact_copy(one.msgpack.data, one.msgpack.size);
        for (size_t bit = 0; bit < 8 * one.msgpack.size; bit++, bits++) {
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            refused += decode(sample_from_msgpack, bytes, one.msgpack.size) != PROJC_OK;
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        free(bytes);
        projc_arena_free(one.arena);
    }
    /* Most flips hit contents and give another valid value; many must not. */
    CU_ASSERT(refused > bits / 10 && refused < bits);
}

static void inserted_and_removed_bytes_are_survived(void)
{
    projc__random random;

    projc__random_init(&random, 23);
    for (int round = 0; round < 3000; round++) {
        uint8_t bytes[4096];
        size_t size;
        encoded one;

        encode(&random, &one);
        size = round % 2 == 0 ? one.json.size : one.msgpack.size;
        CU_ASSERT_FATAL(size + 10 < sizeof bytes);
        memcpy(bytes, round % 2 == 0 ? (const void *)one.json.data : one.msgpack.data, size);
        for (int change = 0; change < 4; change++) {
            size_t at = (size_t)projc__random_below(&random, size);

            if (projc__random_below(&random, 2) == 0) {
                memmove(bytes + at + 1, bytes + at, size - at);
                bytes[at] = (uint8_t)projc__random_next(&random);
                size++;
            } else {
                memmove(bytes + at, bytes + at + 1, size - at - 1);
                size--;
            }
        }
        decode(round % 2 == 0 ? sample_from_json : sample_from_msgpack, bytes, size);
        projc_arena_free(one.arena);
    }
}

/* Everything else that reads: passing over, trees, msgpack as JSON. */
static void read_without_shape(const uint8_t *data, size_t size)
{
    projc_arena *arena = projc_arena_new(1 << 22);
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc_json_reader json;
    projc_msgpack_reader msgpack;
    projc__json *tree;
    projc_status status;
    projc_text text;

    projc_json_reader_init(&json, data, size, arena, NULL);
    projc_json_skip(&json);
    status = projc_json_read_end(&json);
    /* What is no JSON gives no tree; a tree also needs texts that can be held. */
    if (projc__json_parse(arena, projc_text_of((const char *)data, size), &tree, NULL) == PROJC_OK)
        CU_ASSERT_EQUAL(status, PROJC_OK);
    projc_msgpack_reader_init(&msgpack, data, size, arena, NULL);
    projc_msgpack_skip(&msgpack);
    status = projc_msgpack_read_end(&msgpack);
    if (projc__msgpack_to_json(arena, (projc_bytes){data, size}, writer, NULL) == PROJC_OK) {
        CU_ASSERT_EQUAL(status, PROJC_OK);
        CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &text, NULL), PROJC_OK);
        projc_json_reader_init(&json, text.data, text.size, arena, NULL);
        projc_json_skip(&json);
        CU_ASSERT_EQUAL(projc_json_read_end(&json), PROJC_OK);
    }
    projc_arena_free(arena);
}

static void random_bytes_are_survived(void)
{
    static const char alphabet[] = "{}[]\",:\\u0aE+-.1 tfn\x81\x91\xA1\xC4\xDE";
    projc__random random;

    projc__random_init(&random, 24);
    for (int round = 0; round < 60000; round++) {
        size_t size = (size_t)projc__random_below(&random, 40);
        uint8_t *bytes = malloc(size == 0 ? 1 : size);

        for (size_t i = 0; i < size; i++)
            bytes[i] = round % 3 == 0
                           ? (uint8_t)projc__random_next(&random)
                           : (uint8_t)alphabet[projc__random_below(&random, sizeof alphabet - 1)];
        read_without_shape(bytes, size);
        decode(sample_from_json, bytes, size);
        decode(sample_from_msgpack, bytes, size);
        free(bytes);
    }
}

/* A map or list of 2^32-1, in every place where a value can stand, costs no memory. */
static void hostile_counts_allocate_nothing(void)
{
    static const uint8_t counts[][5] = {{0xDF, 0xFF, 0xFF, 0xFF, 0xFF},
                                        {0xDD, 0xFF, 0xFF, 0xFF, 0xFF},
                                        {0xDB, 0xFF, 0xFF, 0xFF, 0xFF},
                                        {0xC6, 0xFF, 0xFF, 0xFF, 0xFF},
                                        {0xC9, 0xFF, 0xFF, 0xFF, 0xFF}};

    for (size_t form = 0; form < 5; form++)
        for (int field = -1; field < SAMPLE_FIELDS; field++) {
            uint8_t bytes[64];
            size_t size = 0;

            if (field >= 0) {
                bytes[size++] = 0x81;
                bytes[size++] = (uint8_t)(0xA0 | strlen(sample_fields[field]));
                memcpy(bytes + size, sample_fields[field], strlen(sample_fields[field]));
                size += strlen(sample_fields[field]);
            }
            memcpy(bytes + size, counts[form], 5);
            CU_ASSERT_EQUAL(decode(sample_from_msgpack, bytes, size + 5), PROJC_DATA);
        }
}

/* With every bound that is too small for the event: LIMIT, and nothing else. */
static void every_failing_allocation_is_reported(void)
{
    projc__random random;

    projc__random_init(&random, 25);
    for (int round = 0; round < 20; round++) {
        encoded one;

        encode(&random, &one);
        for (int is_json = 0; is_json < 2; is_json++)
            for (size_t limit = 1;; limit += 16) {
                projc_arena *arena = projc_arena_new(limit);
                projc_error error;
                sample event;
                projc_status status =
                    is_json ? sample_from_json(one.json.data, one.json.size, arena, &event, &error)
                            : sample_from_msgpack(one.msgpack.data, one.msgpack.size, arena, &event,
                                                  &error);

                CU_ASSERT(status == PROJC_OK ? sample_equals(&event, &one.event)
                                             : status == PROJC_LIMIT);
                projc_arena_free(arena);
                if (status == PROJC_OK)
                    break;
            }
        projc_arena_free(one.arena);
    }
}

#define TESTS(X)                               \
    X(every_truncation_is_an_error)            \
    X(every_flipped_bit_is_survived)           \
    X(inserted_and_removed_bytes_are_survived) \
    X(random_bytes_are_survived)               \
    X(hostile_counts_allocate_nothing)         \
    X(every_failing_allocation_is_reported)
SUITE("hostile_codec", TESTS)
