/* The parser's limits, and that no input breaks it. */
#include "tests/unit/parsing.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* ---- limits ---- */

/* Repeats `unit` between `head` and `tail`, and after it `closer` as often. */
static struct pc_module *parse_repeated(const char *head, const char *unit, const char *middle,
                                        const char *closer, size_t count)
{
    char *program = NULL;
    size_t size;
    FILE *out = open_memstream(&program, &size);

    fputs(head, out);
    for (size_t i = 0; i < count; i++)
        fputs(unit, out);
    fputs(middle, out);
    for (size_t i = 0; i < count; i++)
        fputs(closer, out);
    fclose(out);
    struct pc_module *module = parse_bytes((struct pc_text){.data = program, .size = size});
    free(program);
    return module;
}

static void deep_nesting_is_an_error_never_a_crash(void)
{
    static const char *const shapes[][4] = {
        {"fn f(): u32 = ", "(", "1", ")"},
        {"fn f(): u32 = ", "[", "1", "]"},
        {"fn f(): u32 = ", "{a: ", "1", "}"},
        {"fn f(): u32 = ", "f(", "1", ")"},
        {"fn f(): u32 = ", "- ", "1", ""},
        {"fn f(): u32 = ", "not ", "a", ""},
        {"fn f(): u32 = ", "a ?? ", "1", ""},
        {"fn f(): u32 = ", "1 + ", "1", ""},
        {"fn f(): u32 = ", "a.", "b", ""},
        {"fn f(): u32 = a", "[0]", "", ""},
        {"fn f(): u32 = ", "if a then b else ", "c", ""},
        {"fn f(): u32 = ", "if ", "a", " then b else c"},
        {"fn f(): u32 = ", "match a { A => ", "1", " }"},
        {"fn f(): text = ", "\"{", "1", "}\""},
        {"record R { a: ", "list<", "text", ">"},
        {"projection p over s { on A { ", "if a { } else ", "{ }", " "},
        {"projection p over s { on A ", "{ if a ", "{ }", "}"},
        {"", "{", "", "}"},
    };

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        const char *const *shape = shapes[i];
        begin();
        CU_ASSERT_PTR_NULL(parse_repeated(shape[0], shape[1], shape[2], shape[3], 30000));
        size_t too_deep = 0;
        for (size_t j = 0; j < diagnostics->count; j++)
            too_deep += diagnostics->items[j]->code == PC_E0008;
        CU_ASSERT_EQUAL(too_deep, 1);
        if (too_deep != 1)
            printf("\nshape %zu\n", i);
        end();
    }
}

static void two_hundred_deep_is_allowed(void)
{
    begin();
    CU_ASSERT_PTR_NOT_NULL(parse_repeated("fn f(): u32 = ", "(", "1", ")", PC_NESTING_MAX));
    CU_ASSERT_PTR_NOT_NULL(parse_repeated("fn f(): u32 = ", "1 + ", "1", "", PC_NESTING_MAX - 1));
    CU_ASSERT_PTR_NOT_NULL(parse_repeated("type T = ", "list<", "u8", ">", PC_NESTING_MAX));
    end();
}

static void wide_programs_have_no_limit(void)
{
    begin();
    CU_ASSERT_PTR_NOT_NULL(parse_repeated("fn f(): u32 = [1", ", 1", "]", "", 50000));
    CU_ASSERT_PTR_NOT_NULL(parse_repeated("", "record R { a: u32 }\n", "", "", 20000));
    CU_ASSERT_PTR_NOT_NULL(
        parse_repeated("projection p over s { on A { ", "x += 1 ", "} }", "", 50000));
    end();
}

static void a_file_is_given_up_after_a_thousand_errors(void)
{
    static const char *const errors[] = {"record R { a u32 }\n",
                                         "@ @ ",
                                         "12ab ",
                                         "} ",
                                         "stream s as \"\\q\"\n",
                                         "stream s as \"\n",
                                         "fn f(): text = \"{a\n",
                                         "'a' ",
                                         "\n# a",
                                         "!",
                                         "é "};

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        begin();
        CU_ASSERT_PTR_NULL(parse_repeated("", errors[i], "", "", 20000));
        CU_ASSERT_EQUAL(diagnostics->error_count, 1000);
        end();
    }
    begin();
    CU_ASSERT_PTR_NULL(parse_repeated("", "record R { a u32 }\n", "", "", 999));
    CU_ASSERT_EQUAL(diagnostics->error_count, 999);
    end();
}

static void errors_of_the_tree_are_limited_too(void)
{
    begin();
    CU_ASSERT_PTR_NULL(
        parse_repeated("projection p over s { on A {", " if a = b {}\n", "} }", "", 20000));
    CU_ASSERT_EQUAL(diagnostics->error_count, 1000);
    end();
}

static void ten_thousand_full_lines_fit_into_forty_mebibytes(void)
{
    begin();
    CU_ASSERT_PTR_NOT_NULL(parse_repeated("projection p over s { on A {\n",
                                          "    products[l.sku].sold += l.quantity * 3 ?? f(x)\n",
                                          "} }", "", 10000));
    CU_ASSERT(pc_arena_used(arena) < 40u * 1024 * 1024);
    end();
}

/* ---- mutations ---- */

enum {
    MUTATIONS = 4000,
    MUTATION_BYTES_MAX = 8000,
};

struct seeds {
    char *texts[200];
    size_t count;
};

static void add_seeds(struct seeds *seeds, const char *pattern)
{
    const char *home = getenv("PROJC_HOME");
    char path[4096];
    glob_t found;

    snprintf(path, sizeof(path), "%s/%s", home != NULL ? home : ".", pattern);
    CU_ASSERT_EQUAL_FATAL(glob(path, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc && seeds->count < 200; i++) {
        FILE *file = fopen(found.gl_pathv[i], "r");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        char *text = calloc(1, MUTATION_BYTES_MAX + 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        (void)fread(text, 1, MUTATION_BYTES_MAX, file);
        fclose(file);
        seeds->texts[seeds->count++] = text;
    }
    globfree(&found);
}

/* xorshift: the same mutations in every run. */
static uint32_t random_state;
static uint32_t next_random(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

static size_t replace(char *text, size_t size, size_t at, size_t removed, const char *inserted)
{
    size_t length = strlen(inserted);

    if (removed > size - at)
        removed = size - at;
    if (size - removed + length > MUTATION_BYTES_MAX)
        return size;
    memmove(text + at + length, text + at + removed, size - at - removed + 1);
    memcpy(text + at, inserted, length);
    return size - removed + length;
}

static size_t mutate(char *text, size_t size)
{
    static const char *const pieces[] = {
        "{",    "}",     "(",     ")",     "[",        "]",     "\"",    "<",        ">",
        ">=",   "=>",    "=",     "..",    "?.",       "??",    ",",     ":",        "//",
        "///",  "\n",    "`",     "\\",    "\\u{",     "{}",    "1.5",   "1s",       "on",
        "else", "if",    "let",   "match", "for",      "state", "table", "index by", "upcast",
        "not",  "null",  ";",     "&&",    "\xC3\xBC", "\"{",   "}\"",   "list<",    "a: ",
        "in",   "error", "query", "'",     "/*",       "*/",    "#",     "-",
    };
    size_t at = next_random((uint32_t)size + 1);

    switch (next_random(4)) {
    case 0:
        return replace(text, size, at, next_random(4), "");
    case 1:
        return replace(text, size, at, 0, pieces[next_random(sizeof(pieces) / sizeof(pieces[0]))]);
    case 2:
        return replace(text, size, at, next_random(200), "");
    default:
        return replace(text, size, at, next_random(8),
                       pieces[next_random(sizeof(pieces) / sizeof(pieces[0]))]);
    }
}

static void no_mutation_breaks_the_parser(void)
{
    struct seeds seeds = {.count = 0};
    struct pc_diagnostic_style style = {.format = PC_FORMAT_FULL};
    FILE *nowhere = fopen("/dev/null", "w");
    size_t well = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(nowhere);
    random_state = 20260501;
    add_seeds(&seeds, "tests/unit/data/*.proj");
    add_seeds(&seeds, "tests/golden/error/syntax_*/input.proj");
    for (size_t i = 0; i < MUTATIONS; i++) {
        char text[MUTATION_BYTES_MAX + 1];
        strcpy(text, seeds.texts[next_random((uint32_t)seeds.count)]);
        size_t size = strlen(text);
        for (uint32_t j = next_random(6) + 1; j > 0; j--)
            size = mutate(text, size);
        begin();
        bool is_well = parse_bytes((struct pc_text){.data = text, .size = size}) != NULL;
        CU_ASSERT_EQUAL_FATAL(is_well, diagnostics->error_count == 0);
        pc_diagnostics_print(diagnostics, sources, &style, nowhere);
        well += is_well;
        end();
    }
    /* Some must still parse, or the mutations would not reach far into the grammar. */
    CU_ASSERT(well > MUTATIONS / 100 && well < MUTATIONS);
    fclose(nowhere);
    for (size_t i = 0; i < seeds.count; i++)
        free(seeds.texts[i]);
}

static void the_example_programs_parse(void)
{
    static const char *const names[] = {"bank", "sensors", "shop", "totals"};
    const char *home = getenv("PROJC_HOME");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        begin();
        const char *path =
            pc_text_format(arena, "%s/tests/unit/data/%s.proj", home != NULL ? home : ".", names[i])
                .data;
        CU_ASSERT_PTR_NOT_NULL(pc_parse(arena, sources, diagnostics, path, NULL));
        CU_ASSERT_EQUAL(diagnostics->count, 0);
        print_diagnostics();
        end();
    }
}

#define TESTS(X)                                        \
    X(deep_nesting_is_an_error_never_a_crash)           \
    X(two_hundred_deep_is_allowed)                      \
    X(wide_programs_have_no_limit)                      \
    X(a_file_is_given_up_after_a_thousand_errors)       \
    X(errors_of_the_tree_are_limited_too)               \
    X(ten_thousand_full_lines_fit_into_forty_mebibytes) \
    X(no_mutation_breaks_the_parser)                    \
    X(the_example_programs_parse)
SUITE("parse_limits", TESTS)
