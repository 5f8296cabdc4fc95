/* ast.c -- the names of node kinds and operators. */
#include "syntax/ast.h"

static const char *const kind_names[] = {
#define PC_KIND_NAME(name) #name,
    PC_NODE_KINDS(PC_KIND_NAME)
#undef PC_KIND_NAME
};

const char *pc_node_kind_name(enum pc_node_kind kind)
{
    return kind_names[kind];
}

static const char *const operator_spellings[] = {
#define PC_OPERATOR_SPELLING(name, spelling) spelling,
    PC_OPERATORS(PC_OPERATOR_SPELLING)
#undef PC_OPERATOR_SPELLING
};

const char *pc_operator_spelling(enum pc_operator operator)
{
    return operator_spellings[operator];
}
