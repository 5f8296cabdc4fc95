/* self.h -- does the validator refuse what it is to refuse? */
#ifndef TESTS_IR_SELF_H
#define TESTS_IR_SELF_H

#include <stddef.h>

/* Counts what held and what did not; 0 when all did. */
int ir_self_test(size_t *passed, size_t *failed);

#endif
