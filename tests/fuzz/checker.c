/* checker.c -- any bytes: parser, checker, and for what is right the lowering. Imports are looked
 * for in the current folder, which is an empty one. */
#include "compiler/check/model.h"
#include "compiler/plan/lower.h"
#include "compiler/syntax/parse.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;

    if (program_load(&program, data, size)) {
        struct pc_module *tree = pc_parse_loaded(program.arena, program.sources,
                                                 program.diagnostics, program.source, NULL);
        struct pc_model *model =
            tree != NULL ? pc_check(program.arena, tree, program.diagnostics) : NULL;
        if (model != NULL)
            (void)pc_lower(program.arena, program.sources, model);
        program_print(&program);
    }
    program_release(&program);
    return 0;
}
