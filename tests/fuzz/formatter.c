/* formatter.c -- any bytes: what parses has a canonical form, which parses to the same tree and is
 * its own canonical form. */
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"
#include "tests/format/tree.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The tree of a program as text on the heap. */
static char *tree_of(struct program *program)
{
    const struct pc_file *file =
        pc_parse_source(program->arena, program->sources, program->diagnostics, program->source);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        abort();
    print_tree(out, file);
    fclose(out);
    return text;
}

static bool format(struct program *program, const void *data, size_t size, struct pc_text *form)
{
    return program_load(program, data, size) &&
           pc_format_source(program->arena, program->sources, program->diagnostics, program->source,
                            form);
}

static void hold(bool is_right, const char *claim, struct pc_text once, struct pc_text twice)
{
    if (is_right)
        return;
    fprintf(stderr, "%s\nonce:\n%.*s\ntwice:\n%.*s\n", claim, PC_TEXT_ARGS(once),
            PC_TEXT_ARGS(twice));
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program first;
    struct program second;
    struct pc_text once = {0};
    struct pc_text twice = {0};

    if (format(&first, data, size, &once)) {
        hold(format(&second, once.data, once.size, &twice), "the form does not parse", once, twice);
        hold(pc_text_equals(once, twice), "the form has another form", once, twice);
        char *before = tree_of(&first);
        char *after = tree_of(&second);
        hold(strcmp(before, after) == 0, "the form has another tree", once, twice);
        free(before);
        free(after);
        program_release(&second);
    }
    program_release(&first);
    return 0;
}
