/* What went wrong in one test: the same finding of several ways is said once. */
#ifndef PROJC_SERVICE_TEST_REPORT_H
#define PROJC_SERVICE_TEST_REPORT_H

#include "base/buffer.h"
#include "projc/codec.h"

enum { PROJC__TEST_WAYS_MAX = 8 };

typedef struct projc__test_finding {
    uint32_t line;
    const char *source; /* the step as written; kept */
    projc__buffer text; /* indented lines: expected and got */
    uint32_t ways;      /* bit i: seen in way i */
} projc__test_finding;

typedef struct projc__test_report {
    const char *file;
    const char *const *way_names;
    uint32_t way_count;
    uint64_t seed; /* shown with the findings of ways that are `random` */
    uint32_t random_ways;
    projc__test_finding *findings;
    uint32_t count;
    uint32_t capacity;
    bool is_failed; /* memory was out */
} projc__test_report;

/* Forgets all findings and keeps the names. */
void projc__test_report_clear(projc__test_report *report);
void projc__test_report_add(projc__test_report *report, uint32_t line, const char *source,
                            uint32_t way, const projc__buffer *text);
/* A list of what was found: {"line":…,"source":…,"ways":[…],"text":…}; a text may have lines. */
void projc__test_report_write(const projc__test_report *report, projc_json_writer *writer);
/* "  bank.proj:91: expect …" and what was found, for each in the order in which they were seen. */
void projc__test_report_put(const projc__test_report *report, projc__buffer *buffer);

#endif
