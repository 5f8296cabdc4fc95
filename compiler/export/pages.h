/* pages.h -- a checked module for people: a picture of it (`projc graph`), and a page about it
 * (`projc doc`). */
#ifndef PC_EXPORT_PAGES_H
#define PC_EXPORT_PAGES_H

#include "check/model.h"
#include "plan/plan.h"

enum pc_graph_format { PC_GRAPH_MERMAID, PC_GRAPH_DOT };

/* One picture of all modules, in the arena, with a newline at its end. The same plans give the same
 * bytes. */
struct pc_text pc_export_graph(struct pc_arena *arena, const struct pc_plan *const *plans,
                               size_t count, enum pc_graph_format format);

/* A page in Markdown, in the arena, with a newline at its end: streams, aggregates, events, types,
 * functions, projections with their tables and queries, with what is documented by `///`, and the
 * picture. The same module gives the same bytes. */
struct pc_text pc_export_page(struct pc_arena *arena, const struct pc_sources *sources,
                              const struct pc_model *model, const struct pc_plan *plan);

#endif
