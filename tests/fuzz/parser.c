/* parser.c -- any bytes: scanner, parser, diagnostics. */
#include "compiler/syntax/parse.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;

    if (program_load(&program, data, size)) {
        (void)pc_parse_source(program.arena, program.sources, program.diagnostics, program.source);
        program_print(&program);
    }
    program_release(&program);
    return 0;
}
