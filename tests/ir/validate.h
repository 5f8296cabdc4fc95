/* validate.h -- a small strict JSON Schema validator: the keywords that compiler/export/schema.json
 * uses, and no others: a schema with an unknown keyword is refused. It remembers what of the schema
 * has been of use. */
#ifndef TESTS_IR_VALIDATE_H
#define TESTS_IR_VALIDATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IR_MESSAGE_SIZE = 512, IR_PATH_SIZE = 512 };

/* One schema within the schema. */
struct ir_part {
    const json_t *schema;
    char path[IR_PATH_SIZE]; /* from the root: "$defs/module/properties/doc" */
    bool is_used;            /* something was valid by it */
    bool is_condition;       /* an `if`, or part of one */
    uint64_t seen;           /* the alternatives of `enum` or `type` that were met, one bit each */
};

struct ir_schema {
    json_t *root;
    struct ir_part *parts;
    size_t count;
    bool wants_order;              /* properties come in the order of `required` */
    unsigned muted;                /* conditions do not count as use */
    char message[IR_MESSAGE_SIZE]; /* of the first failure */
};

/* Reads a schema from a file, or (path NULL) takes `text`. False with a message when it is no
 * schema of the subset. ir_schema_clear releases it in either case. */
bool ir_schema_init(struct ir_schema *schema, const char *path, const char *text);
void ir_schema_clear(struct ir_schema *schema);

/* True when the document is valid; else the message tells where and why. */
bool ir_validate(struct ir_schema *schema, const json_t *document);

/* Prints every part that nothing was valid by, and every alternative that was not met; returns how
 * many. */
size_t ir_report_unused(const struct ir_schema *schema);

/* True when `word` is a `const` or one of an `enum` that was met. */
bool ir_is_met(const struct ir_schema *schema, const char *word);

#endif
