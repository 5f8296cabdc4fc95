/* program.c -- sources and diagnostics for the harnesses of the compiler. */
#include "tests/fuzz/program.h"

#include <stdio.h>
#include <stdlib.h>

bool program_load(struct program *program, const uint8_t *data, size_t size)
{
    struct pc_text text = {.data = (const char *)data, .size = size};
    struct pc_source_failure failure;

    program->arena = pc_arena_new(NULL, NULL);
    program->sources = pc_sources_new(program->arena);
    program->diagnostics = pc_diagnostics_new(program->arena);
    return pc_source_add(program->sources, "fuzz.proj", text, &program->source, &failure) ==
           PC_SOURCE_OK;
}

void program_release(struct program *program)
{
    pc_arena_free(program->arena);
}

void program_print(struct program *program)
{
    static const enum pc_diagnostic_format formats[] = {PC_FORMAT_FULL, PC_FORMAT_SHORT,
                                                        PC_FORMAT_JSON};
    static FILE *nowhere;

    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    if (nowhere == NULL)
        abort();
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct pc_diagnostic_style style = {.format = formats[i], .has_colours = i == 0};
        pc_diagnostics_print(program->diagnostics, program->sources, &style, nowhere);
    }
}
