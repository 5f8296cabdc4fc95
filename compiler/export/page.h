/* page.h -- what the files that write a page share. */
#ifndef PC_EXPORT_PAGE_H
#define PC_EXPORT_PAGE_H

#include "check/model.h"
#include "gen/code.h"
#include "plan/plan.h"

struct pc_page {
    struct pc_code code; /* what was written so far */
    struct pc_arena *arena;
    const struct pc_sources *sources;
    const struct pc_model *model;
    const struct pc_plan *plan;
};

/* A span of code, on one line; a name from outside may hold anything, backquotes as well. */
const char *pc_page_code(struct pc_page *page, struct pc_text text);
/* What stands in a cell: a `|` would end it, also in a span of code, and a new line the row. */
const char *pc_page_cell(struct pc_page *page, const char *text);
const char *pc_page_doc_cell(struct pc_page *page, struct pc_text doc);
/* A paragraph of its own; nothing for an empty one. */
void pc_page_doc(struct pc_page *page, struct pc_text doc);
/* "### Table orders"; the kind may be empty. */
void pc_page_heading(struct pc_page *page, const char *marks, const char *kind,
                     struct pc_text name);
/* What the source says, on one line and without comments. */
struct pc_text pc_page_written(struct pc_page *page, struct pc_span span);
/* A table of fields; those of payloads also tell their keys. */
void pc_page_fields(struct pc_page *page, const struct pc_field_models *fields, bool has_keys);

/* Names, separated by commas, in a sentence. */
struct pc_page_names {
    struct pc_page *page;
    const char *before; /* what stands before the first */
    size_t count;
};
void pc_page_name(struct pc_page_names *names, struct pc_text name);
/* What stands behind the last; nothing where there is none. */
void pc_page_names_end(struct pc_page_names *names, const char *after);

/* page_projection.c */
void pc_page_projection(struct pc_page *page, const struct pc_projection_model *projection);

#endif
