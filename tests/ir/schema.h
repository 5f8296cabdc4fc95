/* schema.h -- what the validator's two files share. */
#ifndef TESTS_IR_SCHEMA_H
#define TESTS_IR_SCHEMA_H

#include "validate.h"

/* Remembers the first failure; always false. */
bool ir_refuse(struct ir_schema *schema, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The part that is this schema. */
struct ir_part *ir_part_of(const struct ir_schema *schema, const json_t *of);

#endif
