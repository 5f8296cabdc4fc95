/* diag.h -- collecting diagnostics: passes report here and go on; they never print and never exit.
 *
 *     struct pc_diagnostic *problem = pc_report(diagnostics, PC_E0201, name->span,
 *                                               "`%.*s` has no field `%.*s`", ...);
 *     pc_diagnostic_label(problem, "did you mean `%.*s`?", ...);        // beside the carets
 *     pc_diagnostic_point(problem, event->name.span, "declared here");  // a second span
 *     pc_diagnostic_help(problem, "write `event.%.*s`", ...);           // a line of its own
 *
 * Messages start in lower case, name things in backquotes and have no full stop. Whether a code is
 * an error or a warning follows from its letter. All text is copied into the arena. */
#ifndef PC_BASE_DIAG_H
#define PC_BASE_DIAG_H

#include "arena.h"
#include "diag_codes.h"
#include "source.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* PC_E0001, PC_W0301, ... in the order of the table. */
enum pc_diagnostic_code {
#define PC_CODE_MEMBER(code, title, explanation) PC_##code,
    PC_DIAGNOSTIC_CODES(PC_CODE_MEMBER)
#undef PC_CODE_MEMBER
        PC_CODE_COUNT
};

enum pc_severity {
    PC_SEVERITY_WARNING,
    PC_SEVERITY_ERROR,
};

/* One row of the table of codes. */
struct pc_code_description {
    const char *name; /* "E0201" */
    enum pc_severity severity;
    const char *title;       /* a few words */
    const char *explanation; /* several lines, for `projc explain` */
};
const struct pc_code_description *pc_code_describe(enum pc_diagnostic_code code);

/* Finds a code by name, "E0201" or "e0201"; returns NULL if there is none. */
const struct pc_code_description *pc_code_find(const char *name);

/* A second place that explains the first. */
struct pc_diagnostic_place {
    struct pc_span span;
    struct pc_text label;
};

struct pc_diagnostic_places {
    PC_LIST_OF(struct pc_diagnostic_place);
};

struct pc_diagnostic_helps {
    PC_LIST_OF(struct pc_text);
};

struct pc_diagnostic {
    struct pc_diagnostics *owner;
    enum pc_diagnostic_code code;
    enum pc_severity severity; /* the code's, until -Werror promotes it */
    bool has_span;             /* false: a problem with no place in a source (an unreadable file) */
    struct pc_span span;
    struct pc_text file;    /* without span: the file it is about, may be empty */
    struct pc_text message; /* one line */
    struct pc_text label;   /* beside the carets; may be empty */
    struct pc_diagnostic_places places;
    struct pc_diagnostic_helps helps; /* printed as "= help: …" */
    size_t ordinal;                   /* order of reporting: ties are broken by it */
};

struct pc_diagnostics {
    struct pc_arena *arena;
    PC_LIST_OF(struct pc_diagnostic);
    size_t error_count;
    size_t warning_count;
    bool is_ordered; /* the order is somebody else's, as in `projc diff`: it is kept */
};

struct pc_diagnostics *pc_diagnostics_new(struct pc_arena *arena);

/* Reports a problem at a span; never returns NULL. */
struct pc_diagnostic *pc_report(struct pc_diagnostics *diagnostics, enum pc_diagnostic_code code,
                                struct pc_span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reports a problem that has no place in a source; `file` may be NULL. */
struct pc_diagnostic *pc_report_file(struct pc_diagnostics *diagnostics,
                                     enum pc_diagnostic_code code, const char *file,
                                     const char *format, ...) __attribute__((format(printf, 4, 5)));

void pc_diagnostic_label(struct pc_diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pc_diagnostic_point(struct pc_diagnostic *diagnostic, struct pc_span span, const char *format,
                         ...) __attribute__((format(printf, 3, 4)));
void pc_diagnostic_help(struct pc_diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes every warning an error (-Werror). */
void pc_diagnostics_promote(struct pc_diagnostics *diagnostics);

/* Sorts by file (those without a place first), position, then order of reporting. Printing does it
 * too. */
void pc_diagnostics_sort(struct pc_diagnostics *diagnostics);

enum pc_diagnostic_format {
    PC_FORMAT_FULL,  /* with the source lines and carets */
    PC_FORMAT_SHORT, /* file:line:col: error: message */
    PC_FORMAT_JSON,  /* one object per line */
};

enum { PC_DIAGNOSTICS_PRINTED_MAX = 100 };

struct pc_diagnostic_style {
    enum pc_diagnostic_format format;
    bool has_colours;
};

/* True if `stream` is a terminal, NO_COLOR is unset or empty, and TERM is not "dumb". */
bool pc_stream_has_colours(FILE *stream);

/* Sorts, then prints at most PC_DIAGNOSTICS_PRINTED_MAX and, in the full format, a line with the
 * counts. Nothing is printed when there is nothing to say. */
void pc_diagnostics_print(struct pc_diagnostics *diagnostics, const struct pc_sources *sources,
                          const struct pc_diagnostic_style *style, FILE *stream);

#endif
