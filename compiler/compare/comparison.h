/* comparison.h -- what the files of compare/ share: a comparison under way. */
#ifndef PC_COMPARE_COMPARISON_H
#define PC_COMPARE_COMPARISON_H

#include "compare/compare.h"

struct pc_comparison {
    struct pc_arena *arena;
    const struct pc_sources *sources;
    const struct pc_version *before;
    const struct pc_version *now;
    struct pc_diagnostics *changes;
};

/* Reports a change; either place may be NULL, not both. */
struct pc_diagnostic *pc_change(struct pc_comparison *comparison, enum pc_diagnostic_code code,
                                const struct pc_span *before, const struct pc_span *now,
                                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Reports that the documentation of something differs. */
void pc_compare_docs(struct pc_comparison *comparison, struct pc_text before, struct pc_text now,
                     struct pc_span before_span, struct pc_span now_span, struct pc_text name);

void pc_compare_enums(struct pc_comparison *comparison);
void pc_compare_streams(struct pc_comparison *comparison);
void pc_compare_aggregates(struct pc_comparison *comparison);
void pc_compare_projections(struct pc_comparison *comparison);
void pc_compare_api(struct pc_comparison *comparison);

/* tables.c: tables and indexes of one projection, which both versions have. */
void pc_compare_tables(struct pc_comparison *comparison, const struct pc_projection_model *before,
                       const struct pc_projection_model *now);

/* Whose payload fields are compared. */
struct pc_payload_owner {
    struct pc_text what; /* `AccountOpened`, or `upcast "opened"` */
    struct pc_span before;
    bool is_msgpack;
    bool is_upcast; /* `now` are the old fields that an upcast declares */
};
void pc_compare_payload_fields(struct pc_comparison *comparison,
                               const struct pc_payload_owner *owner,
                               const struct pc_field_models *before,
                               const struct pc_field_models *now);

/* upcasts.c: what the older forms of an event have become, those that the old version read. */
void pc_compare_upcasts(struct pc_comparison *comparison, const struct pc_event_model *before,
                        const struct pc_aggregate_model *now);
/* An event that the new version reads through an upcast. */
void pc_compare_with_upcast(struct pc_comparison *comparison, const struct pc_event_model *before,
                            const struct pc_upcast_model *now);
/* The upcast of an aggregate's events that reads this outside name; NULL: none. */
const struct pc_upcast_model *pc_find_upcast(const struct pc_aggregate_model *aggregate,
                                             struct pc_text outside);
/* The event of this name, inside or outside; NULL: none. */
const struct pc_event_model *pc_find_event(const struct pc_aggregate_model *aggregate,
                                           struct pc_text name, bool by_outside);

/* By the outside name, which is what is stored; NULL: none. */
const struct pc_field_model *pc_find_outside(const struct pc_field_models *fields,
                                             struct pc_text outside);

/* The field of `fields` that one of another name probably became: same type, not in `others`, and
 * alike in name or the only such one. NULL: none. */
const struct pc_field_model *pc_find_renamed(const struct pc_field_model *gone,
                                             const struct pc_field_models *fields,
                                             const struct pc_field_models *others);

/* ---- values.c ---- */

/* True when two constants are one value: 1.0 and 1.00, and members by what is stored of them. */
bool pc_is_same_value(const struct pc_constant *before, const struct pc_constant *now);

/* True when fields that are not given begin with the same value. */
bool pc_is_same_initial(const struct pc_field_model *before, const struct pc_field_model *now);

/* True when two stretches of source consist of the same words and signs, whatever blanks and
 * comments stand between them. */
bool pc_reads_the_same(struct pc_text before, struct pc_text now);

/* ---- reading.c ---- */

/* How values stored with one type read with another. */
enum pc_reading {
    PC_READS_ALL,
    PC_READS_OTHERWISE, /* all decode, but mean something else */
    PC_READS_SOME,      /* some fail */
    PC_READS_NONE
};
enum pc_reading pc_reading_of(const struct pc_type *before, const struct pc_type *now,
                              bool is_msgpack);

/* True when the types are written the same in both versions, records and enums by name. */
bool pc_is_same_type(const struct pc_type *before, const struct pc_type *now);

/* True when some event's payload holds the record or enum. */
bool pc_is_in_events(const struct pc_model *model, const struct pc_type *type);

#endif
