/* mutants.h -- documents with one change each, which must not be valid. */
#ifndef TESTS_IR_MUTANTS_H
#define TESTS_IR_MUTANTS_H

#include "validate.h"

struct ir_mutants {
    struct ir_schema *schema;
    json_t *document;
    const char *name;
    size_t noticed;
    size_t missed;
};

/* Changes every property of every object of the document in turn: takes it away, gives it another
 * name beside the right one, gives it a value of another form, a word that there is not. Prints
 * what was not noticed. */
void ir_run_mutants(struct ir_mutants *mutants, const char *path);

#endif
