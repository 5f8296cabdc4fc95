/* Prints the tree of one file, so that two trees can be compared: everything but the spans, and
 * whether a name stands in backquotes. */
#ifndef TESTS_FORMAT_TREE_H
#define TESTS_FORMAT_TREE_H

#include "compiler/syntax/ast.h"

#include <stdio.h>

void print_tree(FILE *out, const struct pc_file *file);

/* The comments, one a line, without their slashes. */
void print_comments(FILE *out, const struct pc_file *file);

#endif
