/* print.h -- a document as a program again: a generator that knows nothing but the document. What
 * it prints means the same, so nothing that counts is missing in the document. */
#ifndef TESTS_IR_PRINT_H
#define TESTS_IR_PRINT_H

#include <jansson.h>
#include <stdbool.h>

/* What is being printed, and where names are looked up. */
struct ir_printer {
    const json_t *module;
    bool is_upcast;
};

/* Prints the first module of a document to standard output, as one file. */
void ir_print_program(const json_t *document);

/* print_expression.c */
void ir_print_name(const char *name);
void ir_print_string(const char *string); /* with its quotes */
/* A constant, by its type. */
void ir_print_value(const struct ir_printer *printer, const char *type, const json_t *value);
void ir_print_expression(const struct ir_printer *printer, const json_t *node);
/* { name: value, … }: expressions. */
void ir_print_entries(const struct ir_printer *printer, const json_t *fields);
/* a, b, c */
void ir_print_list(const struct ir_printer *printer, const json_t *nodes);

/* print_statement.c: { … } */
void ir_print_block(const struct ir_printer *printer, const json_t *statements);

/* print_test.c */
void ir_print_tests(const struct ir_printer *printer);

#endif
