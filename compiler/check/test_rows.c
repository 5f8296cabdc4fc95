/* test_rows.c -- `expect orders(1) { … }` and `expect orders(1) none`: rows of tables in tests. */
#include "check/declarations.h"
#include "check/expressions.h"

/* The key parts; a number stands for the uuid of that number. */
static void check_key(struct pc_checker *checker, struct pc_frame *body, struct pc_step *node,
                      const struct pc_table_model *table, struct pc_test_step_model *step)
{
    if (node->arguments.count != table->key_count) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0402, node->name.span,
                      "a row of `%.*s` is found by %u key part%s", PC_TEXT_ARGS(table->name),
                      (unsigned)table->key_count, table->key_count == 1 ? "" : "s");
        pc_diagnostic_point(problem, table->node->table.name.span, "declared here");
        return;
    }
    for (uint32_t i = 0; i < table->key_count; i++) {
        const struct pc_constant *key =
            pc_check_test_id(checker, body, node->arguments.items[i],
                             pc_type_plain(checker, table->columns.items[i]->type));
        if (key != NULL)
            PC_LIST_ADD(checker->arena, &step->keys, key);
    }
}

void pc_check_expect_row(struct pc_checker *checker, struct pc_frame *body, struct pc_step *node,
                         struct pc_table_model *table, struct pc_test_step_model *step)
{
    step->projection = table->projection;
    step->table = table;
    check_key(checker, body, node, table, step);
    if (node->form == PC_EXPECT_LIST) {
        pc_report(checker->diagnostics, PC_E0402, node->value->span,
                  "a row is a record: `{ column: value }`");
    } else if (node->form == PC_EXPECT_FAILS) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0402, node->message->span, "a row does not fail");
        pc_diagnostic_help(problem, "its projection does: `expect %.*s%s fails \"…\"`",
                           PC_TEXT_ARGS(table->projection->name),
                           table->projection->kind == PC_PROJECTION_STREAM ? "" : "(…)");
    } else if (node->form == PC_EXPECT_RECORD &&
               pc_check_entries(
                   checker, body, node->value, &table->columns,
                   pc_text_format(checker->arena, "a row of `%.*s`", PC_TEXT_ARGS(table->name)),
                   table->node->table.name.span)) {
        step->value = pc_evaluate_entries(checker, node->value);
    }
}
