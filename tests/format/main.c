/* main.c -- holds the formatter to its promises, on files and on random programs:
 *
 *     suite files FILE…           one TAP line for each; a file that does not parse must be refused
 *     suite random COUNT SEED     one TAP line for all; a failure prints its seed and the program
 *     suite program SEED          prints the random program of a seed
 *
 * The promises: the result parses, to the same tree, with the same comments; formatting it again
 * changes nothing; no line ends in a blank, and no two lines in a row are empty. */
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"
#include "tests/format/generate.h"
#include "tests/format/tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One source in an arena of its own. */
struct program {
    struct pc_arena *arena;
    struct pc_sources *sources;
    struct pc_diagnostics *diagnostics;
    uint32_t source;
    enum pc_source_status status;
};

static void load(struct program *program, struct pc_text text)
{
    struct pc_source_failure failure;

    program->arena = pc_arena_new(NULL, NULL);
    program->sources = pc_sources_new(program->arena);
    program->diagnostics = pc_diagnostics_new(program->arena);
    program->status = pc_source_add(program->sources, "program", text, &program->source, &failure);
}

static void release(struct program *program)
{
    pc_arena_free(program->arena);
}

/* What a program says: its tree and its comments, on the heap; NULL if it does not parse. */
struct meaning {
    char *tree;
    char *comments;
};

static char *print(const struct pc_file *file, void print_part(FILE *, const struct pc_file *))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    print_part(out, file);
    fclose(out);
    return text;
}

static struct meaning mean(struct pc_text text)
{
    struct program program;
    struct meaning meaning = {0};

    load(&program, text);
    if (program.status == PC_SOURCE_OK) {
        const struct pc_file *file =
            pc_parse_source(program.arena, program.sources, program.diagnostics, program.source);
        if (program.diagnostics->error_count == 0) {
            meaning.tree = print(file, print_tree);
            meaning.comments = print(file, print_comments);
        }
    }
    release(&program);
    return meaning;
}

static void forget(struct meaning *meaning)
{
    free(meaning->tree);
    free(meaning->comments);
}

/* Returns the canonical form on the heap, NULL if there is none. */
static char *format(struct pc_text text)
{
    struct program program;
    struct pc_text formatted;
    char *copy = NULL;

    load(&program, text);
    if (program.status == PC_SOURCE_OK &&
        pc_format_source(program.arena, program.sources, program.diagnostics, program.source,
                         &formatted)) {
        copy = calloc(formatted.size + 1, 1);
        memcpy(copy, formatted.data, formatted.size);
    }
    release(&program);
    return copy;
}

/* ---- the promises ---- */

/* Returns what is wrong with the lines, or NULL. */
static const char *look_at_lines(const char *text)
{
    size_t size = strlen(text);

    if (size > 0 && (text[0] == '\n' || text[size - 1] != '\n'))
        return "begins with an empty line, or does not end its last line";
    if (strstr(text, "\n\n\n") != NULL || (size > 1 && strcmp(text + size - 2, "\n\n") == 0))
        return "has empty lines that do not matter";
    if (strstr(text, " \n") != NULL || strstr(text, "\t\n") != NULL)
        return "has blanks at the end of a line";
    return NULL;
}

static const char *compare(struct pc_text source, const char *formatted)
{
    struct meaning before = mean(source);
    struct meaning after = mean(pc_text_of(formatted));
    char *again = format(pc_text_of(formatted));
    const char *problem = look_at_lines(formatted);

    if (after.tree == NULL || again == NULL)
        problem = "does not parse";
    else if (strcmp(before.tree, after.tree) != 0)
        problem = "has another tree";
    else if (strcmp(before.comments, after.comments) != 0)
        problem = "has other comments";
    else if (strcmp(formatted, again) != 0)
        problem = "is formatted differently the second time";
    if (problem != NULL && again != NULL && getenv("PROJC_FORMAT_AGAIN") != NULL)
        printf("--- the second time:\n%s", again);
    forget(&before);
    forget(&after);
    free(again);
    return problem;
}

/* Returns what is wrong with the canonical form of a program that parses, or NULL. *formatted is on
 * the heap. */
static const char *check(struct pc_text source, char **formatted)
{
    *formatted = format(source);
    if (*formatted == NULL)
        return "has no canonical form";
    return compare(source, *formatted);
}

/* ---- files ---- */

/* Returns the whole file on the heap, or NULL. */
static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    FILE *copy = open_memstream(&bytes, size);
    int byte;

    while (file != NULL && (byte = getc(file)) != EOF)
        putc(byte, copy);
    fclose(copy);
    if (file != NULL)
        fclose(file);
    else
        free(bytes);
    return file != NULL ? bytes : NULL;
}

static bool check_file(const char *path, int number)
{
    size_t size = 0;
    char *bytes = read_file(path, &size);
    char *formatted = NULL;
    const char *problem = "cannot be read";

    if (bytes != NULL) {
        struct pc_text text = {.data = bytes, .size = size};
        struct meaning meaning = mean(text);
        bool parses = meaning.tree != NULL;
        forget(&meaning);
        if (parses) {
            problem = check(text, &formatted);
        } else {
            formatted = format(text);
            problem = formatted != NULL ? "does not parse, but was formatted" : NULL;
        }
    }
    printf("%s %d - %s %s\n", problem == NULL ? "ok" : "not ok", number, path,
           problem == NULL ? "" : problem);
    free(formatted);
    free(bytes);
    return problem == NULL;
}

/* ---- random programs ---- */

static char *make_program(uint64_t seed)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    generate_program(out, seed);
    fclose(out);
    return text;
}

static bool check_seed(uint64_t seed)
{
    char *text = make_program(seed);
    char *formatted = NULL;
    const char *problem = check(pc_text_of(text), &formatted);

    if (problem != NULL)
        printf("# the canonical form of seed %" PRIu64 " %s; `suite program %" PRIu64
               "` prints it\n# ---\n%s\n# ---\n%s\n",
               seed, problem, seed, text, formatted != NULL ? formatted : "");
    free(formatted);
    free(text);
    return problem == NULL;
}

static int check_random(uint64_t count, uint64_t seed)
{
    uint64_t bad = 0;

    for (uint64_t i = 0; i < count && bad < 3; i++)
        bad += !check_seed(seed + i);
    printf("%s 1 - %" PRIu64 " random programs from seed %" PRIu64 "\n",
           bad == 0 && count > 0 ? "ok" : "not ok", count, seed);
    return bad != 0 || count == 0;
}

int main(int argc, char **argv)
{
    int failed = 0;

    if (argc == 4 && strcmp(argv[1], "random") == 0)
        return check_random(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "program") == 0) {
        char *text = make_program(strtoull(argv[2], NULL, 10));
        fputs(text, stdout);
        free(text);
        return 0;
    }
    if (argc < 3 || strcmp(argv[1], "files") != 0) {
        fprintf(stderr, "usage: suite files FILE... | random COUNT SEED | program SEED\n");
        return 2;
    }
    for (int i = 2; i < argc; i++)
        failed += !check_file(argv[i], i - 1);
    return failed != 0;
}
