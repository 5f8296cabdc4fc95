/* ast.c -- how operators are written. */
#include "syntax/ast.h"

static const char *const operator_spellings[] = {
#define PC_OPERATOR_SPELLING(name, spelling) spelling,
    PC_OPERATORS(PC_OPERATOR_SPELLING)
#undef PC_OPERATOR_SPELLING
};

const char *pc_operator_spelling(enum pc_operator operator)
{
    return operator_spellings[operator];
}
