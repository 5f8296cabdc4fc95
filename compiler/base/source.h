/* source.h -- source files in memory, and the way from a byte span to a line and a column. */
#ifndef PC_BASE_SOURCE_H
#define PC_BASE_SOURCE_H

#include "arena.h"
#include "text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PC_SOURCE_MAX_BYTES = 16 * 1024 * 1024,
    PC_SOURCE_STRIDE = 4096,
};

/* A stretch of one source: bytes start .. end - 1. start == end is a place between two bytes. */
struct pc_span {
    uint32_t source; /* index into pc_sources */
    uint32_t start;  /* byte offset */
    uint32_t end;    /* byte offset after the last byte */
};

/* Why a source could not be loaded; what each needs in its message is in pc_source_failure. */
enum pc_source_status {
    PC_SOURCE_OK,
    PC_SOURCE_UNREADABLE,   /* error_number says why (errno) */
    PC_SOURCE_TOO_LARGE,    /* over PC_SOURCE_MAX_BYTES */
    PC_SOURCE_NUL_BYTE,     /* a NUL at `offset` */
    PC_SOURCE_INVALID_UTF8, /* the first bad byte is at `offset` */
};

struct pc_source_failure {
    enum pc_source_status status;
    int error_number; /* errno, for PC_SOURCE_UNREADABLE */
    uint32_t offset;  /* byte offset, for NUL_BYTE and INVALID_UTF8 */
};

struct pc_source {
    const char *name; /* as given on the command line or found by import; what diagnostics show */
    struct pc_text bytes;             /* the whole file, followed by a NUL that is not counted */
    uint32_t *line_starts;            /* byte offset of the first byte of each line */
    uint32_t line_count;              /* at least 1 */
    struct pc_source_failure failure; /* of loading; status PC_SOURCE_OK for a sound one */
    uint32_t *code_points; /* before every PC_SOURCE_STRIDE-th byte, for columns in long lines */
};

/* All sources of one run in the order in which they were read. */
struct pc_sources {
    struct pc_arena *arena;
    PC_LIST_OF(struct pc_source);
};

/* Makes an empty set; it lives in the arena and needs no release. */
struct pc_sources *pc_sources_new(struct pc_arena *arena);

/* Reads a file and adds it under `name` (copied). On PC_SOURCE_OK *index is its number. With
 * NUL_BYTE and INVALID_UTF8 the source is added too, so that a diagnostic can point into it, but it
 * must not be parsed. With the others nothing is added. A name that was loaded before is not read
 * again: two modules of one run share the sources they both import. */
enum pc_source_status pc_source_load(struct pc_sources *sources, const char *path, const char *name,
                                     uint32_t *index, struct pc_source_failure *failure);

/* Adds text that is already in memory (copied), with the same checks; for tests and the language
 * server. */
enum pc_source_status pc_source_add(struct pc_sources *sources, const char *name,
                                    struct pc_text bytes, uint32_t *index,
                                    struct pc_source_failure *failure);

const struct pc_source *pc_source_get(const struct pc_sources *sources, uint32_t index);

/* Line and column of a byte offset, both from 1; the column counts code points, a tab is one. An
 * offset beyond the end is taken as the end. */
struct pc_position {
    uint32_t line;
    uint32_t column;
};
struct pc_position pc_source_position(const struct pc_source *source, uint32_t offset);

/* The text of a line (from 1) without its line end. */
struct pc_text pc_source_line(const struct pc_source *source, uint32_t line);

/* The source text a span covers; borrowed from the source. */
struct pc_text pc_source_slice(const struct pc_sources *sources, struct pc_span span);

/* The smallest span that covers both, which are in the same source. */
struct pc_span pc_span_join(struct pc_span a, struct pc_span b);

/* The empty span after one. */
struct pc_span pc_span_after(struct pc_span span);

#endif
