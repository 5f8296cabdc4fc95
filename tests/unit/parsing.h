/* What the parser's tests share: one arena, its sources and diagnostics, and programs from memory.
 */
#ifndef TESTS_UNIT_PARSING_H
#define TESTS_UNIT_PARSING_H

#include "compiler/syntax/parse.h"
#include "tests/unit/suite.h"

#include <stdio.h>

static struct pc_arena *arena;
static struct pc_sources *sources;
static struct pc_diagnostics *diagnostics;

static inline void begin(void)
{
    arena = pc_arena_new(NULL, NULL);
    sources = pc_sources_new(arena);
    diagnostics = pc_diagnostics_new(arena);
}

static inline void end(void)
{
    pc_arena_free(arena);
}

static inline void print_diagnostics(void)
{
    struct pc_diagnostic_style style = {.format = PC_FORMAT_FULL};

    pc_diagnostics_print(diagnostics, sources, &style, stdout);
}

static inline struct pc_module *parse_bytes(struct pc_text text)
{
    struct pc_source_failure failure;
    char name[32];
    uint32_t index;

    snprintf(name, sizeof(name), "<%zu>", sources->count);
    if (pc_source_add(sources, name, text, &index, &failure) == PC_SOURCE_TOO_LARGE)
        return NULL;
    return pc_parse_loaded(arena, sources, diagnostics, index, NULL);
}

static inline struct pc_module *parse(const char *text)
{
    return parse_bytes(pc_text_of(text));
}

#endif
