/* writer.h -- what the files that write the document share. */
#ifndef PC_EXPORT_WRITER_H
#define PC_EXPORT_WRITER_H

#include "export/export.h"
#include "export/json.h"
#include "export/words.h"

/* One module under way. */
struct pc_export {
    struct pc_arena *arena;
    struct pc_json *json;
    const struct pc_sources *sources;
    const struct pc_model *model;
    const struct pc_plan *plan;
    uint32_t *files; /* index of a source -> index in "files" */
};

/* ---- common.c: what nearly everything has ---- */

/* "position": {…}: where the span begins. */
void pc_export_position(struct pc_export *out, struct pc_span span);
/* "name", "doc", "position" of a declaration. */
void pc_export_declared(struct pc_export *out, const struct pc_name *name, struct pc_text doc);
/* "type": its name, which "types" has too. */
void pc_export_type(struct pc_export *out, const struct pc_type *type);
/* The name of a type; of a row "a row of sales.orders", which is no type of the language. */
struct pc_text pc_export_type_name(struct pc_arena *arena, const struct pc_type *type);
/* True when values of the types are the same: duration(ms) is duration but for payloads. */
bool pc_export_is_same(const struct pc_type *a, const struct pc_type *b);
/* "fields": […], with the plan's for their names in C. */
void pc_export_fields(struct pc_export *out, const struct pc_field_models *fields,
                      const struct pc_plan_fields *plan);
/* "types": […] */
void pc_export_types(struct pc_export *out);

/* ---- value.c: constants ---- */

/* The value alone: a JSON value whose form its type tells. NULL is none. */
void pc_export_value(struct pc_export *out, const struct pc_constant *constant);
/* "default": a constant expression at the span, or null where there is none. */
void pc_export_default(struct pc_export *out, bool has_default, const struct pc_constant *constant,
                       const struct pc_type *type, struct pc_span span);
/* [{"name": …, "value": …}]: the fields of a record, those that are written. */
void pc_export_entries(struct pc_export *out, const struct pc_constant *record);

/* ---- expression.c, call.c ---- */

/* An expression with the conversion that its surroundings ask of it. */
void pc_export_expression(struct pc_export *out, const struct pc_expression *expression);
/* The same without it. */
void pc_export_plain(struct pc_export *out, const struct pc_expression *expression);
/* A key and an expression; NULL is null. */
void pc_export_put(struct pc_export *out, const char *key, const struct pc_expression *expression);
/* A key and an array of expressions. */
void pc_export_put_all(struct pc_export *out, const char *key,
                       const struct pc_expressions *expressions);
/* Begins a node: "kind", "type", "position". pc_json_object_end ends it. */
void pc_export_node(struct pc_export *out, enum pc_export_expression_word kind,
                    const struct pc_type *type, struct pc_span span);
/* Begins nodes for a conversion, each with the key of its operand written; returns how many objects
 * pc_export_converted has to end behind the operand. */
unsigned pc_export_convert(struct pc_export *out, const struct pc_type *from,
                           const struct pc_type *to, struct pc_span span);
void pc_export_converted(struct pc_export *out, unsigned count);
/* A name that a statement or comprehension binds, with its type and its number. */
void pc_export_binding(struct pc_export *out, const char *key, const struct pc_name *name);
/* A field of an event. */
void pc_export_event_field(struct pc_export *out, const struct pc_symbol *symbol,
                           struct pc_span span);
/* "members": […] of an arm; empty for `else`. */
void pc_export_members(struct pc_export *out, const struct pc_names *names);
/* [{"name": …, "value": …}] of a literal of a record, a row or a notification. */
void pc_export_entry_nodes(struct pc_export *out, const struct pc_entries *entries);
void pc_export_call(struct pc_export *out, const struct pc_expression *expression);
void pc_export_method(struct pc_export *out, const struct pc_expression *expression);

/* ---- statement.c ---- */

/* A key and an array of statements; NULL is null. */
void pc_export_block(struct pc_export *out, const char *key, const struct pc_block *block);

/* ---- declaration.c, projection.c, table.c, handler.c, test.c ---- */

void pc_export_declarations(struct pc_export *out);
void pc_export_projections(struct pc_export *out);
/* "sql": the table as it is made in a database. */
void pc_export_sql_table(struct pc_export *out, const struct pc_plan_table *table, bool has_states);
/* "view": what shows packed states in PostgreSQL, or null. */
void pc_export_sql_view(struct pc_export *out, const struct pc_plan_table *view);
void pc_export_tables(struct pc_export *out, const struct pc_projection_model *projection,
                      const struct pc_plan_projection *plan);
void pc_export_queries(struct pc_export *out, const struct pc_projection_model *projection);
void pc_export_handlers(struct pc_export *out, const struct pc_projection_model *projection,
                        const struct pc_plan_projection *plan);
void pc_export_tests(struct pc_export *out);

#endif
