/* Comparing an expected value of a test with what a projection holds. */
#ifndef PROJC_SERVICE_TEST_COMPARE_H
#define PROJC_SERVICE_TEST_COMPARE_H

#include "base/buffer.h"
#include "codec/json_tree.h"

/* Appends an indented line for every difference: "balance: expected 59.50, got 60.00". Maps of
 * `expected` are partial, a map
 * {"=": {…}} is exact, lists have equal lengths; numbers are compared by value. Returns the number
 * of differences. */
uint32_t projc__test_compare(const projc__json *expected, const projc__json *got,
                             projc__buffer *differences);

#endif
