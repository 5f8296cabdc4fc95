/* What every harness offers to libFuzzer. A harness returns 0; what must not happen ends it by
 * abort(), a sanitizer, or the time limit. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
