/* What the tests of the lowering share: a program from memory becomes a plan. */
#ifndef TESTS_UNIT_PLAN_KIT_H
#define TESTS_UNIT_PLAN_KIT_H

#include "compiler/check/check.h"
#include "compiler/plan/lower.h"
#include "compiler/syntax/parse.h"
#include "tests/unit/suite.h"

#include <stdio.h>

/* NULL, and the diagnostics on standard output, when the program has errors. */
static inline struct pc_plan *plan_of(struct pc_arena *arena, const char *text)
{
    struct pc_sources *sources = pc_sources_new(arena);
    struct pc_diagnostics *diagnostics = pc_diagnostics_new(arena);
    struct pc_diagnostic_style style = {.format = PC_FORMAT_FULL};
    struct pc_source_failure failure;
    uint32_t index;

    if (pc_source_add(sources, "t.proj", pc_text_of(text), &index, &failure) != PC_SOURCE_OK)
        return NULL;

    struct pc_module *tree = pc_parse_loaded(arena, sources, diagnostics, index, NULL);
    struct pc_model *model = tree != NULL ? pc_check(arena, tree, diagnostics) : NULL;

    if (model == NULL || diagnostics->error_count > 0) {
        pc_diagnostics_print(diagnostics, sources, &style, stdout);
        return NULL;
    }
    return pc_lower(arena, sources, model);
}

#endif
