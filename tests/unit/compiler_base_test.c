/* The compiler's arena, texts and output files. */
#include "compiler/base/arena.h"
#include "compiler/base/outfile.h"
#include "compiler/base/text.h"
#include "tests/unit/suite.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- arena ---- */

static void memory_is_zeroed_and_aligned(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);

    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *memory = pc_arena_alloc(arena, size);
        CU_ASSERT_EQUAL((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            CU_ASSERT_EQUAL_FATAL(memory[i], 0);
        memset(memory, 0xAA, size);
    }
    pc_arena_free(arena);
}

static void a_large_block_leaves_the_current_chunk_in_use(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    char *before = pc_arena_alloc(arena, 16);
    char *large = pc_arena_alloc(arena, 10 * 1024 * 1024);
    char *after = pc_arena_alloc(arena, 16);

    memset(large, 1, 10 * 1024 * 1024);
    CU_ASSERT_PTR_EQUAL(after, before + 16);
    pc_arena_free(arena);
}

static void lists_keep_their_items_while_growing(void)
{
    struct {
        PC_LIST_OF(int);
    } list = {0};
    struct pc_arena *arena = pc_arena_new(NULL, NULL);

    for (int i = 0; i < 1000; i++) {
        int *number = PC_NEW(arena, int);
        *number = i;
        PC_LIST_ADD(arena, &list, number);
    }
    CU_ASSERT_EQUAL(list.count, 1000);
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_EQUAL_FATAL(*list.items[i], i);
    pc_arena_free(arena);
}

static jmp_buf out_of_memory;

static void jump(void *context)
{
    *(int *)context += 1;
    longjmp(out_of_memory, 1);
}

static void an_impossible_size_calls_the_handler(void)
{
    static int calls;
    struct pc_arena *arena = pc_arena_new(jump, &calls);

    if (setjmp(out_of_memory) == 0) {
        (void)pc_arena_alloc(arena, SIZE_MAX - 8);
        CU_FAIL("the allocation returned");
    }
    if (setjmp(out_of_memory) == 0) {
        (void)pc_arena_alloc_array(arena, SIZE_MAX / 4, 16);
        CU_FAIL("the allocation returned");
    }
    CU_ASSERT_EQUAL(calls, 2);
    CU_ASSERT_PTR_NOT_NULL(pc_arena_alloc(arena, 8));
    pc_arena_free(arena);
}

/* ---- texts ---- */

static void formatting_has_no_limit(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct pc_text text = pc_text_format(arena, "%s %0*d", "long", 5000, 7);

    CU_ASSERT_EQUAL(text.size, 5005);
    CU_ASSERT_EQUAL(text.data[5004], '7');
    CU_ASSERT_EQUAL(text.data[5005], '\0');
    CU_ASSERT(pc_text_is(pc_text_format(arena, "%d-%s", 1, "a"), "1-a"));
    pc_arena_free(arena);
}

static void utf8_is_checked_as_rfc_3629_says(void)
{
    static const char *const bad[] = {
        "\x80", "\xC0\xAF",         "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF5", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CU_ASSERT_EQUAL(pc_utf8_valid_prefix(pc_text_of(bad[i])), 0);
    CU_ASSERT_EQUAL(pc_utf8_valid_prefix(pc_text_of("gr\xC3\xBC\xC3\x9F\xE2\x82\xAC\xFF")), 9);
    CU_ASSERT_EQUAL(pc_utf8_count(pc_text_of("gr\xC3\xBC\xC3\x9F\xE2\x82\xAC")), 5);
}

static void every_code_point_is_encoded_validly(void)
{
    char bytes[4];

    for (uint32_t point = 1; point < 0x120000; point++) {
        size_t size = pc_utf8_encode(point, bytes);
        bool is_valid = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
        struct pc_text text = {.data = bytes, .size = size};
        CU_ASSERT_EQUAL_FATAL(size > 0, is_valid);
        CU_ASSERT_EQUAL_FATAL(pc_utf8_valid_prefix(text), size);
    }
}

static size_t distance(const char *a, const char *b)
{
    return pc_text_distance(pc_text_of(a), pc_text_of(b), 9);
}

static void distance_counts_edits(void)
{
    CU_ASSERT_EQUAL(distance("amount", "amount"), 0);
    CU_ASSERT_EQUAL(distance("amout", "amount"), 1);
    CU_ASSERT_EQUAL(distance("amuont", "amount"), 1);
    CU_ASSERT_EQUAL(distance("Amount", "amounts"), 1);
    CU_ASSERT_EQUAL(distance("kitten", "sitting"), 3);
    CU_ASSERT_EQUAL(distance("", "abc"), 3);
    CU_ASSERT_EQUAL(pc_text_distance(pc_text_of("abcdef"), pc_text_of("uvwxyz"), 2), 3);
}

static struct pc_text suggest(const char *wanted, const char *first, const char *second)
{
    struct pc_suggestion suggestion;

    pc_suggestion_init(&suggestion, pc_text_of(wanted));
    pc_suggestion_offer(&suggestion, pc_text_of(first));
    pc_suggestion_offer(&suggestion, pc_text_of(second));
    return suggestion.best;
}

static void the_nearest_word_is_suggested_short_ones_never(void)
{
    CU_ASSERT(pc_text_is(suggest("amuont", "about", "amount"), "amount"));
    CU_ASSERT(pc_text_is(suggest("balanec", "balance", "balances"), "balance"));
    CU_ASSERT_EQUAL(suggest("abc", "abcd", "abd").size, 0);
    CU_ASSERT_EQUAL(suggest("owner", "currency", "balance").size, 0);
}

/* ---- output files ---- */

static char folder[] = "/tmp/projc_base_test.XXXXXX";

static const char *path_of(struct pc_arena *arena, const char *name)
{
    return pc_text_format(arena, "%s/%s", folder, name).data;
}

/* Counts what is in the folder. */
static int count_files(void)
{
    char command[100];
    char line[32] = "";

    snprintf(command, sizeof(command), "ls -A %s | wc -l", folder);
    FILE *pipe = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(pipe);
    CU_ASSERT_PTR_NOT_NULL(fgets(line, sizeof(line), pipe));
    pclose(pipe);
    return atoi(line);
}

static struct timespec changed_at(const char *path)
{
    struct stat facts;

    CU_ASSERT_EQUAL_FATAL(stat(path, &facts), 0);
    return facts.st_mtim;
}

static void only_a_different_file_is_written(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    const char *path = path_of(arena, "a.h");
    struct pc_text problem = {0};

    CU_ASSERT_EQUAL(pc_outfile_compare(arena, path, pc_text_of("one"), &problem),
                    PC_OUTFILE_CHANGED);
    CU_ASSERT_EQUAL(pc_outfile_write(arena, path, pc_text_of("one"), &problem), PC_OUTFILE_CHANGED);
    struct timespec before = changed_at(path);
    CU_ASSERT_EQUAL(pc_outfile_write(arena, path, pc_text_of("one"), &problem), PC_OUTFILE_SAME);
    CU_ASSERT_EQUAL(memcmp(&before, &(struct timespec[1]){changed_at(path)}, sizeof(before)), 0);
    CU_ASSERT_EQUAL(pc_outfile_compare(arena, path, pc_text_of("one"), &problem), PC_OUTFILE_SAME);
    CU_ASSERT_EQUAL(pc_outfile_compare(arena, path, pc_text_of("on"), &problem),
                    PC_OUTFILE_CHANGED);
    CU_ASSERT_EQUAL(pc_outfile_compare(arena, path, pc_text_of("one "), &problem),
                    PC_OUTFILE_CHANGED);
    CU_ASSERT_EQUAL(pc_outfile_write(arena, path, pc_text_of("two"), &problem), PC_OUTFILE_CHANGED);
    CU_ASSERT_EQUAL(count_files(), 1);
    CU_ASSERT_EQUAL(problem.size, 0);
    unlink(path);
    pc_arena_free(arena);
}

static void a_name_that_make_would_link_over_the_source_is_refused(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct pc_text problem = {0};

    CU_ASSERT_EQUAL(
        pc_outfile_write(arena, path_of(arena, "bank.proj.c"), pc_text_of("x"), &problem),
        PC_OUTFILE_FAILED);
    CU_ASSERT(problem.size > 0);
    CU_ASSERT_EQUAL(count_files(), 0);
    pc_arena_free(arena);
}

static void a_missing_folder_is_named_with_the_reason(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct pc_text problem = {0};

    CU_ASSERT_EQUAL(pc_outfile_write(arena, path_of(arena, "none/a.c"), pc_text_of("x"), &problem),
                    PC_OUTFILE_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem.data, "none/a.c"));
    CU_ASSERT_PTR_NOT_NULL(strstr(problem.data, "No such file or directory"));
    pc_arena_free(arena);
}

/* A limit on the size of files fails the write in the middle, as a full disk does. */
static void a_full_disk_leaves_the_old_file_and_nothing_else(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    const char *path = path_of(arena, "a.c");
    char *large = pc_arena_alloc(arena, 100000);
    struct pc_text problem = {0};
    struct rlimit saved;

    memset(large, 'x', 99999);
    CU_ASSERT_EQUAL(pc_outfile_write(arena, path, pc_text_of("old"), &problem), PC_OUTFILE_CHANGED);
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &saved), 0);
    struct rlimit small = {.rlim_cur = 5000, .rlim_max = saved.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum pc_outfile_result result = pc_outfile_write(arena, path, pc_text_of(large), &problem);
    setrlimit(RLIMIT_FSIZE, &saved);
    CU_ASSERT_EQUAL(result, PC_OUTFILE_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(problem.data, "File too large"));
    CU_ASSERT_EQUAL(pc_outfile_compare(arena, path, pc_text_of("old"), &problem), PC_OUTFILE_SAME);
    CU_ASSERT_EQUAL(count_files(), 1);
    unlink(path);
    pc_arena_free(arena);
}

#define TESTS(X)                                              \
    X(memory_is_zeroed_and_aligned)                           \
    X(a_large_block_leaves_the_current_chunk_in_use)          \
    X(lists_keep_their_items_while_growing)                   \
    X(an_impossible_size_calls_the_handler)                   \
    X(formatting_has_no_limit)                                \
    X(utf8_is_checked_as_rfc_3629_says)                       \
    X(every_code_point_is_encoded_validly)                    \
    X(distance_counts_edits)                                  \
    X(the_nearest_word_is_suggested_short_ones_never)         \
    X(only_a_different_file_is_written)                       \
    X(a_name_that_make_would_link_over_the_source_is_refused) \
    X(a_missing_folder_is_named_with_the_reason)              \
    X(a_full_disk_leaves_the_old_file_and_nothing_else)

int main(void)
{
    CU_TestInfo tests[] = {TESTS(SUITE_ROW) CU_TEST_INFO_NULL};

    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return 1;
    }
    int status = suite_run("compiler_base", tests);
    rmdir(folder);
    return status;
}
