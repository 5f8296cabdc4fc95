/* Diagnostics: order, counts, the three formats. */
#include "compiler/base/diag.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static const char bank[] = "    event AccountCredited as \"account_credited\" {\n"
                           "\ton AccountCredited { balance += amout }\n";

static struct pc_arena *arena;
static struct pc_sources *sources;
static struct pc_diagnostics *diagnostics;

static void begin(void)
{
    struct pc_source_failure failure;
    uint32_t index;

    arena = pc_arena_new(NULL, NULL);
    sources = pc_sources_new(arena);
    diagnostics = pc_diagnostics_new(arena);
    CU_ASSERT_EQUAL_FATAL(pc_source_add(sources, "bank.proj", pc_text_of(bank), &index, &failure),
                          PC_SOURCE_OK);
}

static void end(void)
{
    pc_arena_free(arena);
}

static struct pc_span span_of(const char *word)
{
    uint32_t start = (uint32_t)(strstr(bank, word) - bank);

    return (struct pc_span){.start = start, .end = start + (uint32_t)strlen(word)};
}

static void assert_prints(enum pc_diagnostic_format format, const char *expected)
{
    struct pc_diagnostic_style style = {.format = format};
    char *printed = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&printed, &size);

    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    pc_diagnostics_print(diagnostics, sources, &style, stream);
    fclose(stream);
    CU_ASSERT_STRING_EQUAL(printed, expected);
    if (strcmp(printed, expected) != 0)
        printf("\n--- printed:\n%s--- expected:\n%s", printed, expected);
    free(printed);
}

static void report_amout(void)
{
    struct pc_diagnostic *problem =
        pc_report(diagnostics, PC_E0001, span_of("amout"), "no field `%s`", "amout");

    pc_diagnostic_label(problem, "did you mean `amount`?");
    pc_diagnostic_point(problem, span_of("AccountCredited"), "declared here");
    pc_diagnostic_help(problem, "write \"%s\"", "amount");
}

static void the_full_format_has_carets_places_and_help(void)
{
    begin();
    report_amout();
    assert_prints(PC_FORMAT_FULL,
                  "error[E0001]: no field `amout`\n"
                  " --> bank.proj:2:34\n"
                  "  |\n"
                  "2 | \ton AccountCredited { balance += amout }\n"
                  "  | \t                                ^^^^^ did you mean `amount`?\n"
                  "  |\n"
                  "1 |     event AccountCredited as \"account_credited\" {\n"
                  "  |           --------------- declared here\n"
                  "  = help: write \"amount\"\n"
                  "\n"
                  "1 error\n");
    end();
}

static void the_short_format_is_one_line(void)
{
    begin();
    report_amout();
    pc_report_file(diagnostics, PC_E0010, "x.proj", "cannot read the file");
    assert_prints(PC_FORMAT_SHORT, "x.proj: error: cannot read the file [E0010]\n"
                                   "bank.proj:2:34: error: no field `amout` [E0001]\n");
    end();
}

static void json_is_one_object_a_line(void)
{
    begin();
    report_amout();
    pc_report(diagnostics, PC_W0001, span_of("event"), "tab \t quote \" backslash \\");
    assert_prints(
        PC_FORMAT_JSON,
        "{\"severity\":\"warning\",\"code\":\"W0001\",\"message\":\"tab \\u0009 quote \\\" "
        "backslash "
        "\\\\\",\"file\":\"bank.proj\",\"line\":1,\"column\":5,\"end_line\":1,\"end_column\":10,"
        "\"label\":\"\",\"places\":[],\"help\":[]}\n"
        "{\"severity\":\"error\",\"code\":\"E0001\",\"message\":\"no field `amout`\","
        "\"file\":\"bank.proj\",\"line\":2,\"column\":34,\"end_line\":2,\"end_column\":39,"
        "\"label\":\"did you mean `amount`?\",\"places\":[{\"file\":\"bank.proj\",\"line\":1,"
        "\"column\":11,\"end_line\":1,\"end_column\":26,\"label\":\"declared here\"}],"
        "\"help\":[\"write \\\"amount\\\"\"]}\n");
    end();
}

static void problems_come_in_the_order_of_the_file_and_once(void)
{
    begin();
    report_amout();
    report_amout();
    pc_report(diagnostics, PC_W0001, span_of("event"), "first");
    pc_report_file(diagnostics, PC_E0010, NULL, "before all");
    CU_ASSERT_EQUAL(diagnostics->error_count, 3);
    assert_prints(PC_FORMAT_SHORT, "error: before all [E0010]\n"
                                   "bank.proj:1:5: warning: first [W0001]\n"
                                   "bank.proj:2:34: error: no field `amout` [E0001]\n");
    CU_ASSERT_EQUAL(diagnostics->error_count, 2);
    CU_ASSERT_EQUAL(diagnostics->warning_count, 1);
    end();
}

static void promoted_warnings_are_errors(void)
{
    begin();
    pc_report(diagnostics, PC_W0001, span_of("event"), "careful");
    CU_ASSERT_EQUAL(diagnostics->error_count, 0);
    pc_diagnostics_promote(diagnostics);
    CU_ASSERT_EQUAL(diagnostics->error_count, 1);
    assert_prints(PC_FORMAT_SHORT, "bank.proj:1:5: error: careful [W0001]\n");
    end();
}

static void only_a_hundred_are_shown_but_all_are_counted(void)
{
    begin();
    for (uint32_t i = 0; i < 150; i++) {
        struct pc_span span = {.start = i % 50, .end = i % 50 + 1};
        pc_report(diagnostics, PC_E0001, span, "number %u", i);
    }
    struct pc_diagnostic_style style = {.format = PC_FORMAT_FULL};
    char *printed = NULL;
    size_t size = 0;
    size_t shown = 0;
    FILE *stream = open_memstream(&printed, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    pc_diagnostics_print(diagnostics, sources, &style, stream);
    fclose(stream);
    for (const char *at = printed; (at = strstr(at, "error[")) != NULL; at++)
        shown++;
    CU_ASSERT_EQUAL(shown, PC_DIAGNOSTICS_PRINTED_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(printed, "150 errors; the first 100 are shown\n"));
    free(printed);
    end();
}

static void nothing_found_prints_nothing(void)
{
    begin();
    assert_prints(PC_FORMAT_FULL, "");
    end();
}

static void terminals_never_see_control_characters(void)
{
    struct pc_source_failure failure;
    uint32_t index;

    begin();
    CU_ASSERT_EQUAL(
        pc_source_add(sources, "evil", pc_text_of("a \033[31m \xC2\x9B \xFF b"), &index, &failure),
        PC_SOURCE_INVALID_UTF8);
    struct pc_span span = {.source = index, .start = 13, .end = 14};
    pc_report(diagnostics, PC_E0001, span, "here \033[0m");
    assert_prints(PC_FORMAT_FULL, "error[E0001]: here \xEF\xBF\xBD[0m\n"
                                  " --> evil:1:13\n"
                                  "  |\n"
                                  "1 | a \xEF\xBF\xBD[31m \xEF\xBF\xBD \xEF\xBF\xBD b\n"
                                  "  |             ^\n"
                                  "\n"
                                  "1 error\n");
    end();
}

static void long_lines_are_cut_around_the_carets(void)
{
    struct pc_source_failure failure;
    struct pc_diagnostic_style style = {.format = PC_FORMAT_FULL};
    char *printed = NULL;
    size_t size = 0;
    uint32_t index;

    begin();
    char *line = pc_arena_alloc(arena, 100001);
    memset(line, 'x', 100000);
    pc_source_add(sources, "long", pc_text_of(line), &index, &failure);
    struct pc_span span = {.source = index, .start = 50000, .end = 90000};
    pc_report(diagnostics, PC_E0001, span, "wide");
    FILE *stream = open_memstream(&printed, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    pc_diagnostics_print(diagnostics, sources, &style, stream);
    fclose(stream);
    CU_ASSERT(size < 600);
    CU_ASSERT_PTR_NOT_NULL(strstr(printed, "1 | ...xxx"));
    CU_ASSERT_PTR_NOT_NULL(strstr(printed, "xxx...\n"));
    free(printed);
    end();
}

static void every_code_is_found_and_explained(void)
{
    for (int code = 0; code < PC_CODE_COUNT; code++) {
        const struct pc_code_description *description =
            pc_code_describe((enum pc_diagnostic_code)code);
        size_t length = strlen(description->explanation);
        CU_ASSERT_PTR_EQUAL(pc_code_find(description->name), description);
        CU_ASSERT_EQUAL(strlen(description->name), 5);
        CU_ASSERT_EQUAL(description->severity == PC_SEVERITY_WARNING, description->name[0] == 'W');
        CU_ASSERT(length > 20 && description->explanation[length - 1] == '\n');
        if (code > 0) /* The hundreds are the areas. */
            CU_ASSERT(strncmp(pc_code_describe((enum pc_diagnostic_code)(code - 1))->name + 1,
                              description->name + 1, 2) <= 0);
    }
    CU_ASSERT_PTR_NULL(pc_code_find("E9999"));
    CU_ASSERT_PTR_NOT_NULL(pc_code_find("e0001"));
}

#define TESTS(X)                                       \
    X(the_full_format_has_carets_places_and_help)      \
    X(the_short_format_is_one_line)                    \
    X(json_is_one_object_a_line)                       \
    X(problems_come_in_the_order_of_the_file_and_once) \
    X(promoted_warnings_are_errors)                    \
    X(only_a_hundred_are_shown_but_all_are_counted)    \
    X(nothing_found_prints_nothing)                    \
    X(terminals_never_see_control_characters)          \
    X(long_lines_are_cut_around_the_carets)            \
    X(every_code_is_found_and_explained)
SUITE("diag", TESTS)
