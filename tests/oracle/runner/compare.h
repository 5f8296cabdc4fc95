/* compare.h -- what a store holds, line by line, with what the interpreter said. */
#ifndef ORACLE_COMPARE_H
#define ORACLE_COMPARE_H

#include <stdbool.h>

/* Prints the lines that have no partner, rows that do not ascend by their keys and notifications of
 * one key that are not in the order of events; true when there is nothing to print. Both texts are
 * cut into their lines. */
bool oracle_compare_dumps(char *expected, char *got, const char *title);
/* Takes the notifications out of what is expected: what is set back and applied again is told
 * again, and nothing hears the commits of threads. */
void oracle_drop_notices(char *text);

#endif
