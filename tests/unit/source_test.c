/* Sources: loading, lines, columns. */
#include "compiler/base/source.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct pc_arena *arena;
static struct pc_sources *sources;

static void begin(void)
{
    arena = pc_arena_new(NULL, NULL);
    sources = pc_sources_new(arena);
}

static void end(void)
{
    pc_arena_free(arena);
}

static const struct pc_source *add(const char *text)
{
    struct pc_source_failure failure;
    uint32_t index;

    CU_ASSERT_EQUAL_FATAL(pc_source_add(sources, "a.proj", pc_text_of(text), &index, &failure),
                          PC_SOURCE_OK);
    return pc_source_get(sources, index);
}

static void assert_position(const struct pc_source *source, uint32_t offset, uint32_t line,
                            uint32_t column)
{
    struct pc_position position = pc_source_position(source, offset);

    CU_ASSERT_EQUAL(position.line, line);
    CU_ASSERT_EQUAL(position.column, column);
}

static void lines_and_columns_count_from_one_in_code_points(void)
{
    begin();
    const struct pc_source *source = add("ab\n\tgr\xC3\xBC\xC3\x9F x\n\nlast");
    assert_position(source, 0, 1, 1);
    assert_position(source, 2, 1, 3);
    assert_position(source, 3, 2, 1);
    assert_position(source, 4, 2, 2);
    assert_position(source, 11, 2, 7);
    assert_position(source, 13, 3, 1);
    assert_position(source, 14, 4, 1);
    assert_position(source, 18, 4, 5);
    assert_position(source, 9999, 4, 5);
    end();
}

static void columns_are_right_however_long_the_line(void)
{
    enum { COUNT = 30000 };
    char *text = calloc(3 * COUNT + 3, 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    strcpy(text, "a\n");
    for (size_t i = 0; i < COUNT; i++)
        memcpy(text + 2 + 3 * i, "x\xC3\xBC", 3);
    begin();
    const struct pc_source *source = add(text);
    for (uint32_t i = 0; i < COUNT; i += 7) {
        assert_position(source, 2 + 3 * i, 2, 2 * i + 1);
        assert_position(source, 2 + 3 * i + 1, 2, 2 * i + 2);
    }
    end();
    free(text);
}

static void line_ends_are_not_part_of_lines(void)
{
    begin();
    const struct pc_source *source = add("one\r\ntwo\n");
    CU_ASSERT_EQUAL(source->line_count, 3);
    CU_ASSERT(pc_text_is(pc_source_line(source, 1), "one"));
    CU_ASSERT(pc_text_is(pc_source_line(source, 2), "two"));
    CU_ASSERT(pc_text_is(pc_source_line(source, 3), ""));
    const struct pc_source *empty = add("");
    CU_ASSERT_EQUAL(empty->line_count, 1);
    assert_position(empty, 0, 1, 1);
    end();
}

static void bad_bytes_are_found_where_they_are(void)
{
    struct pc_source_failure failure;
    uint32_t index;

    begin();
    struct pc_text with_nul = {.data = "ab\0c", .size = 4};
    CU_ASSERT_EQUAL(pc_source_add(sources, "nul", with_nul, &index, &failure), PC_SOURCE_NUL_BYTE);
    CU_ASSERT_EQUAL(failure.offset, 2);
    CU_ASSERT_EQUAL(pc_source_add(sources, "latin", pc_text_of("a\xFC"), &index, &failure),
                    PC_SOURCE_INVALID_UTF8);
    CU_ASSERT_EQUAL(failure.offset, 1);
    CU_ASSERT_EQUAL(pc_source_get(sources, index)->failure.status, PC_SOURCE_INVALID_UTF8);
    end();
}

static void unreadable_files_say_why(void)
{
    struct pc_source_failure failure;
    uint32_t index;

    begin();
    CU_ASSERT_EQUAL(pc_source_load(sources, "/nowhere/a", "a", &index, &failure),
                    PC_SOURCE_UNREADABLE);
    CU_ASSERT_EQUAL(failure.error_number, ENOENT);
    CU_ASSERT_EQUAL(pc_source_load(sources, "/", "/", &index, &failure), PC_SOURCE_UNREADABLE);
    CU_ASSERT_EQUAL(failure.error_number, EISDIR);
    CU_ASSERT_EQUAL(sources->count, 0);
    end();
}

/* Writes `size` blanks to a temporary file and loads it twice. */
static enum pc_source_status load_blanks(size_t size)
{
    struct pc_source_failure failure;
    char path[] = "/tmp/projc_source_test.XXXXXX";
    uint32_t index;
    int file = mkstemp(path);
    char *blanks = malloc(size);

    CU_ASSERT_FATAL(file >= 0 && blanks != NULL);
    memset(blanks, ' ', size);
    CU_ASSERT_EQUAL_FATAL(write(file, blanks, size), (ssize_t)size);
    close(file);
    free(blanks);
    begin();
    enum pc_source_status status = pc_source_load(sources, path, path, &index, &failure);
    if (status == PC_SOURCE_OK) {
        CU_ASSERT_EQUAL(pc_source_get(sources, index)->bytes.size, size);
        CU_ASSERT_EQUAL(pc_source_load(sources, path, path, &index, &failure), PC_SOURCE_OK);
        CU_ASSERT_EQUAL(sources->count, 1);
    }
    end();
    unlink(path);
    return status;
}

static void sixteen_mebibytes_are_read_and_not_one_more(void)
{
    CU_ASSERT_EQUAL(load_blanks(100), PC_SOURCE_OK);
    CU_ASSERT_EQUAL(load_blanks(PC_SOURCE_MAX_BYTES), PC_SOURCE_OK);
    CU_ASSERT_EQUAL(load_blanks((size_t)PC_SOURCE_MAX_BYTES + 1), PC_SOURCE_TOO_LARGE);
}

#define TESTS(X)                                       \
    X(lines_and_columns_count_from_one_in_code_points) \
    X(columns_are_right_however_long_the_line)         \
    X(line_ends_are_not_part_of_lines)                 \
    X(bad_bytes_are_found_where_they_are)              \
    X(unreadable_files_say_why)                        \
    X(sixteen_mebibytes_are_read_and_not_one_more)
SUITE("source", TESTS)
