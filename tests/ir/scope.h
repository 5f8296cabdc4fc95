/* scope.h -- what the checks of meaning share: what surrounds a node, names looked up, types
 * compared. */
#ifndef TESTS_IR_SCOPE_H
#define TESTS_IR_SCOPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* What surrounds a node: lists to look names up in, NULL where there are none. */
struct ir_scope {
    const json_t *module;
    const json_t *projection;
    const json_t *events;     /* names of events; of a handler */
    const json_t *parameters; /* of a function or query */
    const json_t *columns;    /* of a query */
    const json_t *old_fields; /* of an upcast: `event_field` */
    const json_t *new_fields; /* of an upcast: `state_field` */
    json_t *locals;           /* id as text -> binding */
    const char *document;
    size_t wrong;
};

/* Says what is wrong with a node. */
void ir_complain(struct ir_scope *scope, const json_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A member, or NULL; its text, or "". */
const json_t *ir_part(const json_t *object, const char *key);
const char *ir_text(const json_t *object, const char *key);
const char *ir_type(const json_t *node);
/* The object of a list that has this name, or NULL. */
const json_t *ir_named(const json_t *list, const char *name);

/* decimal(2, round) is decimal(2) but for payloads. */
bool ir_is_same(const char *left, const char *right);
bool ir_is_optional_of(const char *optional, const char *type);
const json_t *ir_type_of(const struct ir_scope *scope, const char *name);
/* The operand under this key, unless it is null, has the type. */
void ir_expect_type(struct ir_scope *scope, const json_t *node, const char *key,
                    const char *wanted);
/* The type of the elements of a collection; of a map's keys or (is_value) its values. */
const char *ir_element_of(const struct ir_scope *scope, const json_t *collection, bool is_value);
/* The fields of a record or a row's table, also of one that may be none. */
const json_t *ir_fields_of(const struct ir_scope *scope, const char *name);
void ir_check_field_type(struct ir_scope *scope, const json_t *node, const json_t *fields,
                         const char *name, const char *wanted);
/* [{name, value}] under "fields". */
void ir_check_named_values(struct ir_scope *scope, const json_t *node, const json_t *fields);
/* Every member has an arm, or there is an `else`. */
void ir_check_arms(struct ir_scope *scope, const json_t *node);

/* left operator right is the result. */
void ir_check_operation(struct ir_scope *scope, const json_t *node, const char *left,
                        const char *right, const char *result);

/* One node, without what is below it. */
void ir_check_expression(struct ir_scope *scope, const json_t *node);
void ir_check_statement(struct ir_scope *scope, const json_t *node);

#endif
