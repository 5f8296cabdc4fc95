/* words.h -- the words of the document that stand for members of enums. The tests hold them against
 * the schema and against what is written: no word without use, no use without word. */
#ifndef PC_EXPORT_WORDS_H
#define PC_EXPORT_WORDS_H

#include "check/model.h"
#include "plan/plan.h"

/* Kinds of expressions. */
#define PC_EXPORT_EXPRESSION_WORDS(X) \
    X(CONSTANT, "constant")           \
    X(LOCAL, "local")                 \
    X(PARAMETER, "parameter")         \
    X(KEY, "key")                     \
    X(EVENT_FIELD, "event_field")     \
    X(EVENT_DATA, "event_data")       \
    X(EVENT_META, "event_meta")       \
    X(STATE_FIELD, "state_field")     \
    X(STATE_EXISTS, "state_exists")   \
    X(COLUMN, "column")               \
    X(FIELD, "field")                 \
    X(ELEMENT, "element")             \
    X(ENTRY, "entry")                 \
    X(ROW, "row")                     \
    X(NOT, "not")                     \
    X(NEGATE, "negate")               \
    X(ARITHMETIC, "arithmetic")       \
    X(COMPARE, "compare")             \
    X(IS_NONE, "is_none")             \
    X(IS_SOME, "is_some")             \
    X(AND, "and")                     \
    X(OR, "or")                       \
    X(COALESCE, "coalesce")           \
    X(IN, "in")                       \
    X(CONDITIONAL, "conditional")     \
    X(MATCH, "match")                 \
    X(CONVERT, "convert")             \
    X(SOME, "some")                   \
    X(BUILTIN, "builtin")             \
    X(CALL, "call")                   \
    X(ROUND, "round")                 \
    X(FOLD, "fold")                   \
    X(INTERPOLATION, "interpolation") \
    X(RECORD, "record")               \
    X(LIST, "list")                   \
    X(MAP, "map")                     \
    X(COMPREHENSION, "comprehension")

enum pc_export_expression_word {
#define PC_EXPORT_MEMBER(name, word) PC_EXPORT_EXPRESSION_##name,
    PC_EXPORT_EXPRESSION_WORDS(PC_EXPORT_MEMBER)
#undef PC_EXPORT_MEMBER
};

/* Kinds of statements. */
#define PC_EXPORT_STATEMENT_WORDS(X) \
    X(ASSIGN, "assign")              \
    X(PUT_ROW, "put_row")            \
    X(PUSH, "push")                  \
    X(KEEP_LAST, "keep_last")        \
    X(ADD, "add")                    \
    X(REMOVE, "remove")              \
    X(CLEAR, "clear")                \
    X(LET, "let")                    \
    X(LET_ELSE, "let_else")          \
    X(IF, "if")                      \
    X(IF_LET, "if_let")              \
    X(MATCH, "match")                \
    X(FOR, "for")                    \
    X(FOR_ENTRIES, "for_entries")    \
    X(FOR_ROWS, "for_rows")          \
    X(DELETE_STATE, "delete_state")  \
    X(DELETE_ROW, "delete_row")      \
    X(SKIP, "skip")                  \
    X(FAIL, "fail")                  \
    X(REQUIRE, "require")            \
    X(NOTIFY, "notify")

enum pc_export_statement_word {
#define PC_EXPORT_MEMBER(name, word) PC_EXPORT_STATEMENT_##name,
    PC_EXPORT_STATEMENT_WORDS(PC_EXPORT_MEMBER)
#undef PC_EXPORT_MEMBER
};

const char *pc_export_expression_word(enum pc_export_expression_word word);
const char *pc_export_statement_word(enum pc_export_statement_word word);
const char *pc_export_type_word(enum pc_type_kind kind);
const char *pc_export_duration_word(enum pc_duration_format format);
const char *pc_export_data_word(enum pc_event_data data);
const char *pc_export_builtin_word(enum pc_builtin builtin); /* of BUILTIN and FOLD expressions */
const char *pc_export_assign_word(enum pc_assign_operator operator);
const char *pc_export_policy_word(enum pc_policy policy);
const char *pc_export_payload_word(enum pc_payload payload);
const char *pc_export_projection_word(enum pc_projection_kind kind);
const char *pc_export_column_word(enum pc_plan_column_type type);
const char *pc_export_step_word(enum pc_test_step_kind kind);

/* All of them: items may be NULL where a member of the enum never comes into the document. */
struct pc_export_word_list {
    const char *name;
    const char *const *items;
    size_t count;
};
extern const struct pc_export_word_list pc_export_word_lists[]; /* name NULL ends them */

#endif
