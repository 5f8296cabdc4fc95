/* The generators on plans built by hand: what they write compiles without a warning in gcc and
 * clang, as C++ where it is a header, and computes what the plan says. */
#include "compiler/gen/code.h"
#include "compiler/gen/gen.h"
#include "tests/unit/gen_driver.h"
#include "tests/unit/gen_kinds.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- compiling and running ---- */

static const char folder_template[] = "/tmp/projc-gen.XXXXXX";
static char folder[sizeof folder_template]; /* empty: none */

/* The build folder, absolute: the compilers run elsewhere. */
static const char *build_folder(void)
{
    static char here[2048];
    const char *named = getenv("B") != NULL ? getenv("B") : "build";

    if (named[0] == '/' || getcwd(here, sizeof here) == NULL)
        return named;
    return pc_format(maker.arena, "%s/%s", here, named);
}

/* Runs a program, its output into `out` (may be NULL); the exit status, or -1. */
static int run(const char *const *arguments, char *out, size_t size)
{
    posix_spawn_file_actions_t actions;
    int ends[2];
    int status = -1;
    pid_t child;
    size_t used = 0;

    if (pipe(ends) != 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    if (out != NULL)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    int failure = posix_spawnp(&child, arguments[0], &actions, NULL,
                               (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failure == 0) {
        for (ssize_t got; out != NULL && used + 1 < size;) {
            got = read(ends[0], out + used, size - used - 1);
            if (got <= 0)
                break;
            used += (size_t)got;
        }
        if (waitpid(child, &status, 0) != child)
            status = -1;
    }
    if (out != NULL)
        out[used] = '\0';
    close(ends[0]);
    return status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int shell(const char *command, char *out, size_t size)
{
    const char *const arguments[] = {"/bin/sh", "-c", command, NULL};

    return run(arguments, out, size);
}

static void write_file(const char *name, struct pc_text content)
{
    FILE *file = fopen(pc_format(maker.arena, "%s/%s", folder, name), "w");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(content.data, 1, content.size, file), content.size);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static const struct pc_generate_options options = {.version = {"0.0.0", 5}};

static void write_outputs(void)
{
    if (folder[0] == '\0') {
        memcpy(folder, folder_template, sizeof folder);
        CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    }
    write_file("kit_proj.h", pc_generate_header(maker.arena, maker.plan, &options));
    write_file("kit_proj.c", pc_generate_source(maker.arena, maker.plan, &options));
    write_file("kit_main.c", pc_generate_main(maker.arena, maker.plan, &options));
    write_file("kit_test.c", pc_generate_test(maker.arena, maker.plan, &options));
}

static void remove_outputs(void)
{
    CU_ASSERT_EQUAL(shell(pc_format(maker.arena, "rm -rf '%s'", folder), NULL, 0), 0);
    folder[0] = '\0';
}

#define C_WARNINGS \
    "-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror"

static int compile(const char *compiler, const char *file)
{
    return shell(pc_format(maker.arena,
                           "cd '%s' && %s -std=c11 " C_WARNINGS
                           " -I'%s/include' -c %s -o /dev/null",
                           folder, compiler, build_folder(), file),
                 NULL, 0);
}

static bool has_program(const char *name)
{
    return shell(pc_format(maker.arena, "command -v %s >/dev/null", name), NULL, 0) == 0;
}

/* ---- tests ---- */

static void the_plan_holds_every_kind(void)
{
    begin_plan();
    add_everything();
    for (size_t i = 0; i < sizeof maker.kinds; i++)
        CU_ASSERT_TRUE(maker.kinds[i]);
    for (size_t i = 0; i < sizeof maker.conversions; i++)
        CU_ASSERT_TRUE(maker.conversions[i]);
    for (size_t i = 0; i < sizeof maker.builtins; i++)
        CU_ASSERT_TRUE(maker.builtins[i]);
    for (size_t i = 0; i < sizeof maker.folds; i++)
        CU_ASSERT_TRUE(maker.folds[i]);
    for (size_t i = 0; i < sizeof maker.statements; i++)
        CU_ASSERT_TRUE(maker.statements[i]);
    end_plan();
}

static void output_compiles_without_a_warning(void)
{
    static const char *const files[] = {"kit_proj.c", "kit_main.c", "kit_test.c"};
    static const char *const compilers[] = {"gcc", "gcc -O2", "clang"};

    begin_plan();
    add_everything();
    write_outputs();
    for (size_t i = 0; i < sizeof compilers / sizeof *compilers; i++) {
        if (!has_program(i == 2 ? "clang" : "gcc")) {
            printf("SKIP: no %s here\n", compilers[i]);
            continue;
        }
        for (size_t j = 0; j < sizeof files / sizeof *files; j++)
            CU_ASSERT_EQUAL(compile(compilers[i], files[j]), 0);
    }
    if (has_program("g++"))
        CU_ASSERT_EQUAL(
            shell(pc_format(maker.arena,
                            "cd '%s' && g++ -x c++ -Wall -Wextra -Werror -I'%s/include' "
                            "-fsyntax-only -include kit_proj.h /dev/null",
                            folder, build_folder()),
                  NULL, 0),
            0);
    remove_outputs();
    end_plan();
}

/* Builds the program; false when that failed. */
static bool build_kit(void)
{
    const char *flags = getenv("PROJC_TEST_CFLAGS");
    const char *build = build_folder();

    write_outputs();
    write_file("driver.c", pc_text_of(driver));
    return shell(pc_format(
                     maker.arena,
                     "cd '%s' && PKG_CONFIG_PATH='%s/lib/pkgconfig' && export PKG_CONFIG_PATH && "
                     "gcc -std=c11 -g %s -I'%s/include' driver.c kit_proj.c "
                     "$(pkg-config --cflags --libs projc) -o kit",
                     folder, build, flags != NULL ? flags : "", build),
                 NULL, 0) == 0;
}

/* Gives the program a payload; it shall print `expected`. */
static void check_output(const char *payload, const char *expected)
{
    static char out[65536];

    write_file("payload.json", pc_text_of(payload));
    CU_ASSERT_EQUAL(
        shell(pc_format(maker.arena, "cd '%s' && ./kit payload.json", folder), out, sizeof out), 0);
    CU_ASSERT_STRING_EQUAL(out, expected);
    if (strcmp(out, expected) != 0)
        printf("%s", out);
}

static void results_are_what_the_plan_says(void)
{
    begin_plan();
    add_everything();
    CU_ASSERT_TRUE_FATAL(build_kit());
    check_output(good_payload, good_state);
    remove_outputs();
    end_plan();
}

static void failures_name_the_statement(void)
{
    begin_plan();
    add_everything();
    CU_ASSERT_TRUE_FATAL(build_kit());
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        check_output(failures[i].payload, failures[i].out);
    remove_outputs();
    end_plan();
}

static void same_plan_gives_same_bytes(void)
{
    begin_plan();
    add_everything();
    struct pc_text first = pc_generate_source(maker.arena, maker.plan, &options);

    CU_ASSERT_TRUE(pc_text_equals(first, pc_generate_source(maker.arena, maker.plan, &options)));
    CU_ASSERT_PTR_NOT_NULL(strstr(first.data, "#line 1 \"kit.proj\"\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(first.data, " \"kit_proj.c\"\n    return PROJC_OK;\n"));
    struct pc_generate_options no_line = options;

    no_line.no_line = true;
    CU_ASSERT_PTR_NULL(strstr(pc_generate_source(maker.arena, maker.plan, &no_line).data, "#line"));
    end_plan();
}

/* Each `#line N "kit_proj.c"` is followed by line N of the file. */
static void own_lines_are_numbered_as_they_stand(void)
{
    unsigned long number = 1;
    unsigned found = 0;

    begin_plan();
    add_everything();
    for (const char *at = pc_generate_source(maker.arena, maker.plan, &options).data; *at != '\0';
         number++) {
        unsigned named;
        char file[16];

        if (sscanf(at, "#line %u \"%15[^\"]\"", &named, file) == 2 &&
            strcmp(file, "kit_proj.c") == 0) {
            CU_ASSERT_EQUAL(named, number + 1);
            found++;
        }
        at += strcspn(at, "\n") + 1;
    }
    CU_ASSERT_EQUAL(found, 1);
    end_plan();
}

static void plain_conditions_stay_readable(void)
{
    begin_plan();
    add_everything();
    const char *source = pc_generate_source(maker.arena, maker.plan, &options).data;

    CU_ASSERT_PTR_NOT_NULL(strstr(source, "    if (event->a < 0) {\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(source, "state->coalesce = event->ot.has ? event->ot.value : event->t;\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(source, "    if (event->a == 13) {\n"));
    end_plan();
}

static void hostile_names_keep_their_shape_in_sql(void)
{
    begin_plan();
    add_everything();
    const char *sql = pc_generate_sql_postgres(maker.arena, maker.plan, &options).data;

    CU_ASSERT_PTR_NOT_NULL(
        strstr(sql, "CREATE TABLE IF NOT EXISTS \"s'\"\"chema\".\"kit$wake$'\"\"events\" (\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(sql, "pg_notify('kit''; $wake$', '')"));
    CU_ASSERT_PTR_NOT_NULL(strstr(sql, " AS $wake_2$\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(sql, " IS 'It''s */ a \"stream\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(sql, "    \"price\" numeric(19,2) NOT NULL,\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(sql, "    \"meta\" text COLLATE \"C\",\n"));
    sql = pc_generate_sql_sqlite(maker.arena, maker.plan, &options).data;
    CU_ASSERT_PTR_NOT_NULL(strstr(sql, "CREATE TABLE IF NOT EXISTS \"kit$wake$'\"\"events\" (\n"));
    end_plan();
}

static void no_line_is_longer_than_100_columns(void)
{
    begin_plan();
    add_everything();
    for (const char *at = pc_generate_source(maker.arena, maker.plan, &options).data;
         *at != '\0';) {
        size_t length = strcspn(at, "\n");

        CU_ASSERT_TRUE(pc_utf8_count((struct pc_text){at, length}) <= PC_CODE_COLUMNS);
        at += length + 1;
    }
    end_plan();
}

static void literals_survive_the_compiler(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);

    CU_ASSERT_STRING_EQUAL(pc_c_string(arena, pc_text_of("a\"b\\c\n\t?\?=é")),
                           "\"a\\\"b\\\\c\\n\\t?\\?=é\"");
    CU_ASSERT_STRING_EQUAL(pc_c_string(arena, (struct pc_text){"\0"
                                                               "1\377",
                                                               3}),
                           "\"\\0001\\377\"");
    CU_ASSERT_STRING_EQUAL(pc_c_string(arena, pc_text_of("\xE2\x80\xAE")), "\"\\342\\200\\256\"");
    CU_ASSERT_STRING_EQUAL(pc_c_comment(arena, pc_text_of("a */ b /* c ?\?/ \x01")),
                           "a * / b / * c ? ?/");
    CU_ASSERT_STRING_EQUAL(pc_sql_name(arena, pc_text_of("a\"b")), "\"a\"\"b\"");
    CU_ASSERT_STRING_EQUAL(pc_sql_string(arena, pc_text_of("it's")), "'it''s'");
    pc_arena_free(arena);
}

static void depfile_escapes_for_make(void)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    const struct pc_text targets[] = {{"a b_proj.c", 10}, {"x$y.h", 5}};
    const struct pc_text sources[] = {{"a b.proj", 8}};

    CU_ASSERT_STRING_EQUAL(pc_generate_depfile(arena, targets, 2, sources, 1).data,
                           "a\\ b_proj.c x$$y.h: a\\ b.proj\n\na\\ b.proj:\n");
    pc_arena_free(arena);
}

#define TESTS(X)                             \
    X(the_plan_holds_every_kind)             \
    X(output_compiles_without_a_warning)     \
    X(results_are_what_the_plan_says)        \
    X(failures_name_the_statement)           \
    X(same_plan_gives_same_bytes)            \
    X(own_lines_are_numbered_as_they_stand)  \
    X(plain_conditions_stay_readable)        \
    X(hostile_names_keep_their_shape_in_sql) \
    X(no_line_is_longer_than_100_columns)    \
    X(literals_survive_the_compiler)         \
    X(depfile_escapes_for_make)
SUITE("gen", TESTS)
