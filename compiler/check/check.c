/* check.c -- the order of the passes: a tree goes in, an annotated tree and a model come out.
 *
 * Every pass reports what it finds and goes on. What is wrong or unknown has the error type, with
 * which everything agrees: so one mistake is reported once. */
#include "check/declarations.h"
#include "check/statements.h"

struct pc_model *pc_check(struct pc_arena *arena, struct pc_module *tree,
                          struct pc_diagnostics *diagnostics)
{
    struct pc_checker *checker = PC_NEW(arena, struct pc_checker);
    size_t errors = diagnostics->error_count;

    checker->arena = arena;
    checker->diagnostics = diagnostics;
    checker->tree = tree;
    checker->model = PC_NEW(arena, struct pc_model);
    checker->model->tree = tree;
    pc_types_init(checker);
    pc_check_package(checker);
    pc_declare_types(checker);
    pc_check_enums(checker);
    pc_check_records(checker);
    pc_check_streams(checker);
    pc_check_functions(checker);
    pc_check_aggregates(checker);
    pc_check_upcasts(checker);
    pc_check_projections(checker);
    pc_check_tests(checker);
    pc_check_sql_names(checker);
    if (diagnostics->error_count == errors)
        pc_check_unused(checker);
    for (size_t i = 0; i < checker->types.count; i++)
        PC_LIST_ADD(arena, &checker->model->types, checker->types.items[i]);
    return diagnostics->error_count == errors ? checker->model : NULL;
}
