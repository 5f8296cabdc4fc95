/* Stored collections that projc never wrote: keys out of order, twice, unknown, more of them than
 * there are bytes. They are refused, and cost no memory. */
#include <projc/codec.h>
#include <projc/module.h>

#include <stdio.h>
#include <string.h>

#include "bag_proj.h"

static unsigned passed;
static unsigned failed;

static void claim(const char *name, bool holds, const char *said)
{
    holds ? passed++ : failed++;
    if (!holds)
        printf("not ok - %s: %s\n", name, said);
}

static const projc_projection_type *projection(const char *name)
{
    for (uint32_t i = 0; i < bag_module.projection_count; i++)
        if (strcmp(bag_module.projections[i].name, name) == 0)
            return &bag_module.projections[i];
    return NULL;
}

/* ---- one value ---- */

typedef struct stored {
    const char *name;
    const char *bytes;
    size_t size;
    projc_status wanted;
    const char *message; /* a part of it */
} stored;

#define BYTES(text) (text), sizeof(text) - 1

/* prices, words, kinds, nested: an array of four. */
static const stored cases[] = {
    {"what projc writes", BYTES("\x94\x82\xa1\x61\x01\xa1\x62\x02\x92\xa1\x61\xa1\x62\x80\x80"),
     PROJC_OK, ""},
    {"enums by their outside names",
     BYTES("\x94\x80\x90\x83\xa5\x41lpha\x01\xa4Zulu\x02\xa4"
           "beta\x03\x80"),
     PROJC_OK, ""},
    {"keys of a map out of order", BYTES("\x94\x82\xa1\x62\x01\xa1\x61\x02\x90\x80\x80"),
     PROJC_CORRUPT, "out of order"},
    {"a key of a map twice", BYTES("\x94\x82\xa1\x61\x01\xa1\x61\x02\x90\x80\x80"), PROJC_CORRUPT,
     "out of order"},
    {"elements of a set out of order", BYTES("\x94\x80\x92\xa1\x62\xa1\x61\x80\x80"), PROJC_CORRUPT,
     "out of order"},
    {"an element of a set twice", BYTES("\x94\x80\x92\xa1\x61\xa1\x61\x80\x80"), PROJC_CORRUPT,
     "out of order"},
    {"enums in the order of their declaration",
     BYTES("\x94\x80\x90\x82\xa4Zulu\x02\xa5\x41lpha\x01\x80"), PROJC_CORRUPT, "out of order"},
    {"an enum that is none", BYTES("\x94\x80\x90\x81\xa4zulu\x02\x80"), PROJC_DATA, "zulu"},
    {"numbers out of order", BYTES("\x94\x80\x90\x80\x82\x02\x90\x01\x90"), PROJC_CORRUPT,
     "out of order"},
    {"a negative number behind a positive one", BYTES("\x94\x80\x90\x80\x82\x00\x90\xff\x90"),
     PROJC_CORRUPT, "out of order"},
    {"more entries than bytes", BYTES("\x94\xdf\xff\xff\xff\xff\xa1\x61\x01\x90\x80\x80"),
     PROJC_DATA, ""},
    {"more elements than bytes", BYTES("\x94\x80\xdd\x7f\xff\xff\xff\xa1\x61\x80\x80"), PROJC_DATA,
     ""},
    {"more entries than bytes, inside", BYTES("\x94\x80\x90\x80\x81\x01\xdd\xff\xff\xff\xff"),
     PROJC_DATA, ""},
    {"a text longer than the bytes", BYTES("\x94\x81\xdb\xff\xff\xff\xff\x61\x01\x90\x80\x80"),
     PROJC_DATA, ""},
    {"a list where a map stood", BYTES("\x94\x92\x01\x02\x90\x80\x80"), PROJC_DATA, ""},
    {"a map where a set stood", BYTES("\x94\x80\x81\xa1\x61\x01\x80\x80"), PROJC_DATA, ""},
    {"a key of another type", BYTES("\x94\x81\x01\x01\x90\x80\x80"), PROJC_DATA, ""},
    {"a field too few", BYTES("\x93\x80\x90\x80"), PROJC_DATA, ""},
    {"a field too many", BYTES("\x95\x80\x90\x80\x80\x01"), PROJC_DATA, ""},
    {"bytes behind the end", BYTES("\x94\x80\x90\x80\x80\x01"), PROJC_DATA, ""},
    {"nothing", BYTES(""), PROJC_DATA, ""},
};

static projc_status decode(const void *data, size_t size, bag_whole_state *state,
                           projc_arena *arena, projc_error *error)
{
    projc_msgpack_reader reader;

    *error = (projc_error){0};
    projc_msgpack_reader_init(&reader, data, size, arena, error);
    projection("whole")->from_msgpack(&reader, state);
    return projc_msgpack_read_end(&reader);
}

static bool is_ordered(const bag_whole_state *state)
{
    for (uint32_t i = 1; i < state->prices.count; i++) {
        projc_text a = state->prices.items[i - 1].key;
        projc_text b = state->prices.items[i].key;
        int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

        if (order > 0 || (order == 0 && a.size >= b.size))
            return false;
    }
    for (uint32_t i = 1; i < state->nested.count; i++)
        if (state->nested.items[i - 1].key >= state->nested.items[i].key)
            return false;
    return true;
}

static void hold_cases(projc_arena *arena)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bag_whole_state state;
        projc_error error;

        projc_arena_reset(arena);
        projc_status status = decode(cases[i].bytes, cases[i].size, &state, arena, &error);
        claim(cases[i].name, status == cases[i].wanted, error.message);
        claim(cases[i].name, strstr(error.message, cases[i].message) != NULL, error.message);
        claim("it costs little memory", projc_arena_used(arena) < 4096, cases[i].name);
    }
}

/* Every prefix is refused; with any one bit flipped, what still decodes is in order. */
static void hold_damages(projc_arena *arena)
{
    static const char whole[] =
        "\x94\x83\xa1\x61\x01\xa1\x62\x02\xa2\x62\x62\x03\x92\xa1\x61\xa1\x62\x81\xa5\x41lpha\x01\x82\x01\x91"
        "\xa1\x61\x02\x90";
    size_t size = sizeof whole - 1;
    bag_whole_state state;
    projc_error error;
    char copy[sizeof whole];

    claim("the sample is whole", decode(whole, size, &state, arena, &error) == PROJC_OK,
          error.message);
    for (size_t i = 0; i < size; i++) {
        projc_arena_reset(arena);
        claim("a state that was cut is refused",
              decode(whole, i, &state, arena, &error) != PROJC_OK, "decoded");
    }
    for (size_t bit = 0; bit < size * 8; bit++) {
        projc_arena_reset(arena);
        memcpy(copy, whole, size);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << (bit % 8)));
        projc_status status = decode(copy, size, &state, arena, &error);
        claim("what decodes is in order", status != PROJC_OK || is_ordered(&state), "out of order");
    }
}

/* ---- columns ---- */

typedef struct column_case {
    const char *name;
    const char *prices;
    const char *words;
    projc_status wanted;
} column_case;

/* A column's JSON may come in another order (jsonb has its own), so it is sorted. */
static const column_case column_cases[] = {
    {"what projc writes", "{\"a\":1,\"b\":2}", "[\"a\",\"b\"]", PROJC_OK},
    {"another order", "{\"b\":2,\"a\":1}", "[\"b\",\"a\"]", PROJC_OK},
    {"twice", "{\"a\":7,\"b\":2,\"a\":1}", "[\"a\",\"b\",\"a\"]", PROJC_OK},
    {"a list", "[1,2]", "[]", PROJC_CORRUPT},
    {"a map where a set stood", "{}", "{\"a\":1}", PROJC_CORRUPT},
    {"cut", "{\"a\":1", "[]", PROJC_CORRUPT},
    {"another type", "{\"a\":\"x\"}", "[]", PROJC_CORRUPT},
    {"something behind it", "{} 1", "[]", PROJC_CORRUPT},
    {"nothing", "", "[]", PROJC_CORRUPT},
};

static projc_value text_value(const char *text)
{
    return (projc_value){.kind = PROJC_KIND_TEXT, .as = {.text = {text, strlen(text)}}};
}

static void hold_columns(projc_arena *arena)
{
    for (size_t i = 0; i < sizeof column_cases / sizeof *column_cases; i++) {
        const column_case *it = &column_cases[i];
        const projc_value values[] = {text_value(it->prices), text_value(it->words)};
        bag_parts_state state;
        projc_error error = {0};

        projc_arena_reset(arena);
        projc_status status = projection("parts")->from_row(arena, values, &state, &error);
        claim(it->name, status == it->wanted, error.message);
        if (status != PROJC_OK)
            continue;
        claim(it->name,
              state.prices.count == 2 && state.prices.items[0].key.data[0] == 'a' &&
                  state.prices.items[0].value == 1 && state.prices.items[1].key.data[0] == 'b' &&
                  state.prices.items[1].value == 2,
              "prices");
        claim(it->name,
              state.words.count == 2 && state.words.items[0].data[0] == 'a' &&
                  state.words.items[1].data[0] == 'b',
              "words");
    }
}

int main(void)
{
    projc_arena *arena = projc_arena_new(1 << 20);

    if (arena == NULL)
        return 1;
    hold_cases(arena);
    hold_damages(arena);
    hold_columns(arena);
    projc_arena_free(arena);
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
