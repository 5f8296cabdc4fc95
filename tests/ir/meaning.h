/* meaning.h -- what a generator relies on beyond the schema: every name is declared, and
 * the types of expressions fit together without a silent conversion. */
#ifndef TESTS_IR_MEANING_H
#define TESTS_IR_MEANING_H

#include <jansson.h>
#include <stdbool.h>

/* Looks through a valid document. Prints what is wrong, and returns how many things are. */
size_t ir_check_meaning(const json_t *document, const char *name);

#endif
