/* Mangling: identifiers of C that nothing else bears, SQL names that fit. */
#include "compiler/plan/names.h"
#include "tests/unit/suite.h"

#include <string.h>

static bool is(struct pc_text text, const char *wanted)
{
    bool is_same = pc_text_is(text, wanted);

    if (!is_same)
        printf("\n    got %.*s, wanted %s\n", PC_TEXT_ARGS(text), wanted);
    return is_same;
}

static struct pc_text snake(struct pc_arena *arena, const char *name)
{
    return pc_snake_case(arena, pc_text_of(name));
}

static void words_begin_at_capitals(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);

    CU_ASSERT(is(snake(arena, "AccountCredited"), "account_credited"));
    CU_ASSERT(is(snake(arena, "accountCredited"), "account_credited"));
    CU_ASSERT(is(snake(arena, "HTTPServer"), "http_server"));
    CU_ASSERT(is(snake(arena, "ServerHTTP"), "server_http"));
    CU_ASSERT(is(snake(arena, "Sha256Sum"), "sha256_sum"));
    CU_ASSERT(is(snake(arena, "already_lower"), "already_lower"));
    CU_ASSERT(is(snake(arena, "ALL"), "all"));
    CU_ASSERT(is(snake(arena, "A"), "a"));
    CU_ASSERT(is(snake(arena, ""), ""));
    pc_arena_free(arena);
}

static void any_text_becomes_an_identifier(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);

    CU_ASSERT(is(pc_identifier(arena, pc_text_of("bank.proj")), "bank_proj"));
    CU_ASSERT(is(pc_identifier(arena, pc_text_of("1st")), "_1st"));
    CU_ASSERT(is(pc_identifier(arena, pc_text_of("")), "_"));
    CU_ASSERT(is(pc_identifier(arena, pc_text_of("\xC3\xA9*/")), "____"));
    pc_arena_free(arena);
}

static void keywords_are_reserved(void)
{
    static const char *const words[] = {"int",   "class",  "_Bool",   "NULL", "xor_eq", "linux",
                                        "errno", "typeof", "nullptr", "main", "DOMAIN"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        CU_ASSERT(pc_is_reserved_in_c(pc_text_of(words[i])));
    CU_ASSERT_FALSE(pc_is_reserved_in_c(pc_text_of("integer")));
    CU_ASSERT_FALSE(pc_is_reserved_in_c(pc_text_of("in")));
    CU_ASSERT_FALSE(pc_is_reserved_in_c(pc_text_of("")));
}

static void every_name_is_taken_once(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct pc_scope_names scope = {0};

    CU_ASSERT_FALSE(pc_is_taken(&scope, pc_text_of("a")));
    CU_ASSERT(is(pc_take_name(arena, &scope, pc_text_of("a")), "a"));
    CU_ASSERT(pc_is_taken(&scope, pc_text_of("a")));
    CU_ASSERT(is(pc_take_name(arena, &scope, pc_text_of("a")), "a_2"));
    CU_ASSERT(is(pc_take_name(arena, &scope, pc_text_of("a")), "a_3"));
    CU_ASSERT(is(pc_take_name(arena, &scope, pc_text_of("a_2")), "a_2_2"));
    CU_ASSERT(is(pc_take_name(arena, &scope, pc_text_of("int")), "int_"));
    CU_ASSERT(is(pc_take_name(arena, &scope, pc_text_of("int")), "int_2"));
    pc_arena_free(arena);
}

/* The table grows and is found again: 5,000 names, none given twice. */
static void many_names_stay_apart(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct pc_scope_names scope = {0};

    for (unsigned i = 0; i < 5000; i++) {
        struct pc_text wanted = pc_text_format(arena, "name%u", i);

        CU_ASSERT(pc_text_equals(pc_take_name(arena, &scope, wanted), wanted));
    }
    for (unsigned i = 0; i < 5000; i++)
        CU_ASSERT(pc_is_taken(&scope, pc_text_format(arena, "name%u", i)));
    CU_ASSERT_FALSE(pc_is_taken(&scope, pc_text_of("name5000")));
    pc_arena_free(arena);
}

static void words_avoid_headers_and_compilers(void)
{
    static const char *const pairs[][2] = {
        {"amount", "amount"},
        {"Amount", "Amount"},
        {"EOF", "EOF_"},
        {"INT64_MAX", "INT64_MAX_"},
        {"size_t", "size_t_"},
        {"projc_text", "projc_text_"},
        {"__LINE__", "x__LINE__"},
        {"_Float128", "x_Float128"},
        {"_private", "_private"},
        {"class", "class_"},
        {"uint32_t", "uint32_t_"},
        {"t", "t"},
        {"_t", "_t"},
        {"x1", "x1"},
        {"_1", "_1"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct pc_arena *arena = pc_arena_new(NULL, NULL);
        struct pc_scope_names scope = {0};

        CU_ASSERT(is(pc_take_word(arena, &scope, pc_text_of(pairs[i][0])), pairs[i][1]));
        pc_arena_free(arena);
    }
}

static void long_sql_names_are_cut_and_stay_apart(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    char name[101];
    struct pc_text cut[2];

    memset(name, 'x', sizeof name - 1);
    name[100] = '\0';
    CU_ASSERT_EQUAL(pc_fit_sql_name(arena, (struct pc_text){name, 63}).size, 63);
    CU_ASSERT_PTR_EQUAL(pc_fit_sql_name(arena, (struct pc_text){name, 63}).data, name);
    cut[0] = pc_fit_sql_name(arena, pc_text_of(name));
    name[99] = 'y';
    cut[1] = pc_fit_sql_name(arena, pc_text_of(name));
    CU_ASSERT_EQUAL(cut[0].size, 63);
    CU_ASSERT_EQUAL(cut[1].size, 63);
    CU_ASSERT_FALSE(pc_text_equals(cut[0], cut[1]));
    pc_arena_free(arena);
}

/* A name of two-byte characters is not cut inside one, wherever the cut falls. */
static void a_cut_keeps_characters_whole(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);

    for (size_t shift = 0; shift < 2; shift++) {
        char name[102] = "aa";
        struct pc_text cut;

        for (size_t i = shift; i + 1 < 100; i += 2)
            memcpy(name + i, "\xC3\xA9", 3);
        cut = pc_fit_sql_name(arena, pc_text_of(name));
        CU_ASSERT(cut.size <= 63);
        for (size_t i = shift; cut.data[i] != '_'; i += 2)
            CU_ASSERT(memcmp(cut.data + i, "\xC3\xA9", 2) == 0);
    }
    pc_arena_free(arena);
}

#define TESTS(X)                             \
    X(words_begin_at_capitals)               \
    X(any_text_becomes_an_identifier)        \
    X(keywords_are_reserved)                 \
    X(every_name_is_taken_once)              \
    X(many_names_stay_apart)                 \
    X(words_avoid_headers_and_compilers)     \
    X(long_sql_names_are_cut_and_stay_apart) \
    X(a_cut_keeps_characters_whole)
SUITE("names", TESTS)
