/* Our readers and writers held against msgpack-c and jansson, and against each other. */
#include <projc/codec.h>

#include <jansson.h>
#include <msgpack.h>
#include <string.h>

#include "codec/json_tree.h"
#include "tests/unit/codec_sample.h"
#include "tests/unit/suite.h"

/* ---- typed values: both formats give back the same ---- */

static void random_events_round_trip_in_both_formats(void)
{
    projc__random random;
    int wrong = 0;

    projc__random_init(&random, 31);
    for (int round = 0; round < 3000; round++) {
        projc_arena *arena = projc_arena_new(0);
        projc_json_writer *json_writer = projc_json_writer_new(arena);
        projc_msgpack_writer *msgpack_writer = projc_msgpack_writer_new(arena);
        projc_error error = {.message = ""};
        projc_bytes bytes;
        projc_text text;
        sample event;
        sample again;

        sample_random(&random, arena, &event);
        sample_to_json(json_writer, &event);
        sample_to_msgpack(msgpack_writer, &event);
        CU_ASSERT_EQUAL(projc_json_writer_finish(json_writer, &text, &error), PROJC_OK);
        CU_ASSERT_EQUAL(projc_msgpack_writer_finish(msgpack_writer, &bytes, &error), PROJC_OK);
        wrong += sample_from_json(text.data, text.size, arena, &again, &error) != PROJC_OK ||
                 !sample_equals(&event, &again);
        wrong += sample_from_msgpack(bytes.data, bytes.size, arena, &again, &error) != PROJC_OK ||
                 !sample_equals(&event, &again);
        CU_ASSERT_STRING_EQUAL(error.message, "");
        projc_arena_free(arena);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* ---- random trees: ours and the libraries' ---- */

/* One random value, written by our two writers and built with jansson. */
typedef struct builder {
    projc__random random;
    projc_arena *arena;
    projc_json_writer *json;
    projc_msgpack_writer *msgpack;
} builder;

static json_t *build(builder *to, int depth);

static json_t *build_list(builder *to, int depth)
{
    uint32_t count = (uint32_t)projc__random_below(&to->random, 20);
    json_t *list = json_array();

    projc_json_write_list(to->json);
    projc_msgpack_write_array(to->msgpack, count);
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(list, build(to, depth + 1));
    projc_json_write_list_end(to->json);
    return list;
}

static json_t *build_map(builder *to, int depth)
{
    uint32_t count = (uint32_t)projc__random_below(&to->random, 20);
    json_t *map = json_object();

    projc_json_write_map(to->json);
    projc_msgpack_write_map(to->msgpack, count);
    for (uint32_t i = 0; i < count; i++) {
        char key[100];
        projc_text text = sample_random_text(&to->random, to->arena);
        int size = snprintf(key, sizeof key, "%u%.*s", i, (int)text.size, text.data);

        text = projc_text_of(key, (size_t)size);
        projc_json_write_key(to->json, text);
        projc_msgpack_write_text(to->msgpack, text);
        json_object_setn_new(map, key, (size_t)size, build(to, depth + 1));
    }
    projc_json_write_map_end(to->json);
    return map;
}

static json_t *build_scalar(builder *to, uint64_t kind)
{
    projc_text text;
    int64_t integer;
    double real;

    switch (kind) {
    case 0:
        projc_json_write_null(to->json);
        projc_msgpack_write_null(to->msgpack);
        return json_null();
    case 1:
        projc_json_write_bool(to->json, true);
        projc_msgpack_write_bool(to->msgpack, true);
        return json_true();
    case 2:
        projc_json_write_bool(to->json, false);
        projc_msgpack_write_bool(to->msgpack, false);
        return json_false();
    case 3:
    case 4:
        integer = sample_random_integer(&to->random);
        projc_json_write_integer(to->json, integer);
        projc_msgpack_write_integer(to->msgpack, integer);
        return json_integer(integer);
    case 5:
        /* Never a whole number, which jansson would read as an integer. */
        real = ((double)projc__random_below(&to->random, 1000000) + 0.5) / 3e7;
        projc_json_write_f64(to->json, real);
        projc_msgpack_write_f64(to->msgpack, real);
        return json_real(real);
    default:
        text = sample_random_text(&to->random, to->arena);
        projc_json_write_text(to->json, text);
        projc_msgpack_write_text(to->msgpack, text);
        return json_stringn(text.data, text.size);
    }
}

static json_t *build(builder *to, int depth)
{
    uint64_t kind = projc__random_below(&to->random, depth == 0 ? 2 : depth < 4 ? 10 : 8);

    if (depth == 0)
        return kind == 0 ? build_list(to, depth) : build_map(to, depth);
    if (kind == 8)
        return build_list(to, depth);
    return kind == 9 ? build_map(to, depth) : build_scalar(to, kind);
}

/* ---- comparing trees ---- */

static bool tree_equals(const projc__json *ours, json_t *theirs)
{
    char spelled[64];

    switch (ours->kind) {
    case PROJC__JSON_NULL:
        return json_is_null(theirs);
    case PROJC__JSON_BOOL:
        return json_is_boolean(theirs) && ours->boolean == json_is_true(theirs);
    case PROJC__JSON_NUMBER:
        snprintf(spelled, sizeof spelled, "%.*s", (int)ours->text.size, ours->text.data);
        return json_is_integer(theirs) ? strtoll(spelled, NULL, 10) == json_integer_value(theirs)
                                       : strtod(spelled, NULL) == json_real_value(theirs);
    case PROJC__JSON_TEXT:
        return json_is_string(theirs) &&
               projc_text_is(ours->text, json_string_value(theirs), json_string_length(theirs));
    case PROJC__JSON_LIST:
        if (json_array_size(theirs) != ours->count)
            return false;
        for (uint32_t i = 0; i < ours->count; i++)
            if (!tree_equals(&ours->items[i], json_array_get(theirs, i)))
                return false;
        return true;
    case PROJC__JSON_MAP:
        if (json_object_size(theirs) != ours->count)
            return false;
        for (uint32_t i = 0; i < ours->count; i++) {
            json_t *value =
                json_object_getn(theirs, ours->items[i].key.data, ours->items[i].key.size);

            if (value == NULL || !tree_equals(&ours->items[i], value))
                return false;
        }
        return true;
    }
    return false;
}

static bool object_equals(const msgpack_object *object, json_t *theirs)
{
    switch (object->type) {
    case MSGPACK_OBJECT_NIL:
        return json_is_null(theirs);
    case MSGPACK_OBJECT_BOOLEAN:
        return json_is_boolean(theirs) && object->via.boolean == json_is_true(theirs);
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        return json_is_integer(theirs) && (json_int_t)object->via.u64 == json_integer_value(theirs);
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        return json_is_integer(theirs) && object->via.i64 == json_integer_value(theirs);
    case MSGPACK_OBJECT_FLOAT64:
        return json_is_real(theirs) && object->via.f64 == json_real_value(theirs);
    case MSGPACK_OBJECT_STR:
        return json_is_string(theirs) && json_string_length(theirs) == object->via.str.size &&
               memcmp(json_string_value(theirs), object->via.str.ptr, object->via.str.size) == 0;
    case MSGPACK_OBJECT_ARRAY:
        if (json_array_size(theirs) != object->via.array.size)
            return false;
        for (uint32_t i = 0; i < object->via.array.size; i++)
            if (!object_equals(&object->via.array.ptr[i], json_array_get(theirs, i)))
                return false;
        return true;
    case MSGPACK_OBJECT_MAP:
        if (json_object_size(theirs) != object->via.map.size)
            return false;
        for (uint32_t i = 0; i < object->via.map.size; i++) {
            const msgpack_object_kv *pair = &object->via.map.ptr[i];
            json_t *value = json_object_getn(theirs, pair->key.via.str.ptr, pair->key.via.str.size);

            if (value == NULL || !object_equals(&pair->val, value))
                return false;
        }
        return true;
    default:
        return false;
    }
}

static bool msgpack_c_reads(projc_bytes bytes, json_t *theirs)
{
    msgpack_unpacked unpacked;
    size_t offset = 0;
    bool is_equal;

    msgpack_unpacked_init(&unpacked);
    is_equal = msgpack_unpack_next(&unpacked, (const char *)bytes.data, bytes.size, &offset) ==
                   MSGPACK_UNPACK_SUCCESS &&
               offset == bytes.size && object_equals(&unpacked.data, theirs);
    msgpack_unpacked_destroy(&unpacked);
    return is_equal;
}

static bool jansson_reads(projc_text text, json_t *theirs)
{
    json_t *tree = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    bool is_equal = tree != NULL && json_equal(tree, theirs);

    json_decref(tree);
    return is_equal;
}

static bool we_read(projc_arena *arena, const char *text, json_t *theirs)
{
    projc__json *tree;

    return projc__json_parse(arena, projc_text_of(text, strlen(text)), &tree, NULL) == PROJC_OK &&
           tree_equals(tree, theirs);
}

static void random_trees_read_the_same_everywhere(void)
{
    int wrong = 0;

    for (uint64_t seed = 0; seed < 300; seed++) {
        builder to = {.arena = projc_arena_new(0)};
        char *dumped;
        json_t *theirs;
        projc_text text;
        projc_bytes bytes;

        projc__random_init(&to.random, seed);
        to.json = projc_json_writer_new(to.arena);
        to.msgpack = projc_msgpack_writer_new(to.arena);
        theirs = build(&to, 0);
        CU_ASSERT_EQUAL_FATAL(projc_json_writer_finish(to.json, &text, NULL), PROJC_OK);
        CU_ASSERT_EQUAL_FATAL(projc_msgpack_writer_finish(to.msgpack, &bytes, NULL), PROJC_OK);
        wrong += !jansson_reads(text, theirs);
        wrong += !msgpack_c_reads(bytes, theirs);
        for (int style = 0; style < 3; style++) {
            dumped = json_dumps(theirs, style == 0   ? JSON_ENSURE_ASCII | JSON_INDENT(3)
                                        : style == 1 ? JSON_COMPACT | JSON_ESCAPE_SLASH
                                                     : 0);
            wrong += !we_read(to.arena, dumped, theirs);
            free(dumped);
        }
        projc_json_writer_reset(to.json);
        CU_ASSERT_EQUAL(projc__msgpack_to_json(to.arena, bytes, to.json, NULL), PROJC_OK);
        CU_ASSERT_EQUAL(projc_json_writer_finish(to.json, &text, NULL), PROJC_OK);
        wrong += !jansson_reads(text, theirs);
        json_decref(theirs);
        projc_arena_free(to.arena);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* ---- what is accepted ---- */

static projc_status skip_json(projc_arena *arena, const char *text, size_t size)
{
    projc_json_reader reader;

    projc_json_reader_init(&reader, text, size, arena, NULL);
    projc_json_skip(&reader);
    return projc_json_read_end(&reader);
}

/* True when jansson refuses for a reason that is ours to judge otherwise: numbers that its types
 * cannot hold, escapes of NUL and halves of surrogate pairs, which are well-formed JSON. */
static bool is_a_matter_of_taste(const char *text, size_t size, const json_error_t *why)
{
    return json_error_code(why) == json_error_numeric_overflow ||
           strstr(why->text, "too big") != NULL || memchr(text, '\\', size) != NULL;
}

static void mutated_json_is_accepted_like_by_jansson(void)
{
    static const char seed_text[] =
        "{\"a\": [1, -2.5e-3, true, false, null, \"x\xC3\xA9y\", {}], \"b\\n\": {\"c\": []}}";
    projc_arena *arena = projc_arena_new(0);
    projc__random random;
    int accepted = 0;
    int wrong = 0;

    projc__random_init(&random, 33);
    for (int round = 0; round < 200000; round++) {
        char text[sizeof seed_text + 4];
        size_t size = sizeof seed_text - 1;
        json_error_t why;
        json_t *theirs;
        bool is_ours;

        memcpy(text, seed_text, size);
        for (uint64_t i = projc__random_below(&random, 3) + 1; i > 0; i--) {
            size_t at = (size_t)projc__random_below(&random, size);

            text[at] = projc__random_below(&random, 4) == 0
                           ? (char)projc__random_next(&random)
                           : seed_text[projc__random_below(&random, sizeof seed_text - 1)];
        }
        if (round % 10 == 0)
            size = (size_t)projc__random_below(&random, size);
        theirs = json_loadb(text, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
        is_ours = skip_json(arena, text, size) == PROJC_OK;
        accepted += is_ours;
        if (is_ours != (theirs != NULL) && !(is_ours && is_a_matter_of_taste(text, size, &why))) {
            printf("\n    ours %d, jansson's %d (%s): %.*s", is_ours, theirs != NULL, why.text,
                   (int)size, text);
            wrong++;
        }
        json_decref(theirs);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT(accepted > 1000);
    projc_arena_free(arena);
}

static void mutated_msgpack_is_accepted_like_by_msgpack_c(void)
{
    static const uint8_t seed_bytes[] = {
        0x83, 0xA1, 'a', 0x94, 1, 0xD0, 0x80, 0xC3, 0xC0, 0xA2, 'b', 'c', 0x81, 0xCC, 0xFF, 0xC4,
        2,    0,    1,   0xD9, 2, 'd',  'e',  0xCB, 1,    2,    3,   4,   5,    6,    7,    8};
    projc_arena *arena = projc_arena_new(0);
    projc__random random;
    int accepted = 0;
    int wrong = 0;

    projc__random_init(&random, 34);
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[sizeof seed_bytes];
        projc_msgpack_reader reader;
        msgpack_unpacked unpacked;
        size_t offset = 0;
        bool is_ours;
        bool is_theirs;

        memcpy(bytes, seed_bytes, sizeof bytes);
        for (uint64_t i = projc__random_below(&random, 3) + 1; i > 0; i--)
            bytes[projc__random_below(&random, sizeof bytes)] =
                (uint8_t)projc__random_next(&random);
        /* It would reserve gigabytes for these. */
        if (memchr(bytes, 0xDD, sizeof bytes) != NULL || memchr(bytes, 0xDF, sizeof bytes) != NULL)
            continue;
        projc_msgpack_reader_init(&reader, bytes, sizeof bytes, arena, NULL);
        projc_msgpack_skip(&reader);
        is_ours = reader.status == PROJC_OK;
        msgpack_unpacked_init(&unpacked);
        is_theirs = msgpack_unpack_next(&unpacked, (const char *)bytes, sizeof bytes, &offset) ==
                    MSGPACK_UNPACK_SUCCESS;
        accepted += is_ours;
        wrong += is_ours != is_theirs || (is_ours && offset != (size_t)(reader.at - reader.start));
        msgpack_unpacked_destroy(&unpacked);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT(accepted > 1000);
    projc_arena_free(arena);
}

#define TESTS(X)                                \
    X(random_events_round_trip_in_both_formats) \
    X(random_trees_read_the_same_everywhere)    \
    X(mutated_json_is_accepted_like_by_jansson) \
    X(mutated_msgpack_is_accepted_like_by_msgpack_c)
SUITE("codec_agree", TESTS)
