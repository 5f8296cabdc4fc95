/* expressions.h -- expressions: conversions, literals, names, operators, calls; and values. */
#ifndef PC_CHECK_EXPRESSIONS_H
#define PC_CHECK_EXPRESSIONS_H

#include "check/check.h"

/* ---- conversions.c ---- */

struct pc_annotation *pc_annotate(struct pc_checker *checker, struct pc_expression *expression);
/* True if a value of type `from` becomes one of type `to` silently, without loss. */
bool pc_type_widens(const struct pc_type *from, const struct pc_type *to);
/* The type both widen to, or NULL. */
const struct pc_type *pc_type_common(struct pc_checker *checker, const struct pc_type *a,
                                     const struct pc_type *b);
/* Records the conversion of a checked expression, or reports why there is none. */
bool pc_convert(struct pc_checker *checker, struct pc_expression *expression,
                const struct pc_type *target);
/* Checks an expression that must give `target`, and converts it. */
bool pc_check_value(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression, const struct pc_type *target);

/* ---- literals.c ---- */

/* True if an expression consists of literals only, and so takes the type of its surroundings. */
bool pc_is_adaptable(struct pc_checker *checker, struct pc_frame *body,
                     const struct pc_expression *expression);
bool pc_is_number_literal(const struct pc_expression *expression);
/* Whether a number literal, perhaps negated, has a fraction, and how many digits. */
bool pc_literal_scale(const struct pc_expression *expression, uint32_t *scale);
/* INTEGER, FRACTION, and NEGATE of those; expected may be NULL. */
void pc_check_number(struct pc_checker *checker, struct pc_expression *expression,
                     const struct pc_type *expected);
void pc_check_duration(struct pc_checker *checker, struct pc_expression *expression);
void pc_check_text(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);
/* Microseconds of a duration literal; false (reported) when it does not fit. */
bool pc_duration_value(struct pc_checker *checker, struct pc_expression *expression,
                       int64_t *value_us);
/* The value of an integer literal; false when it is above `limit`. */
bool pc_small_integer(const struct pc_expression *expression, int64_t limit, int64_t *value);

/* ---- composites.c ---- */

/* Checks the entries of a record literal against the fields they name. `owner` and `declared` are
 * for messages. False when something was reported. */
bool pc_check_entries(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct pc_field_models *fields,
                      struct pc_text owner, struct pc_span declared);
void pc_check_record(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression, const struct pc_type *expected);
void pc_check_list(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);

/* ---- scan_values.c ---- */

bool pc_scan_integer(struct pc_text digits, bool is_negative, int64_t *value);
/* Digits with at most one point, times 10^scale; false when digits are lost or it does not fit. */
bool pc_scan_decimal(struct pc_text digits, bool is_negative, uint32_t scale, int64_t *value);
bool pc_scan_f64(struct pc_arena *arena, struct pc_text digits, double *value);
bool pc_scan_uuid(struct pc_text text, uint8_t value[16]);
bool pc_scan_date(struct pc_text text, int32_t *days);
bool pc_scan_time(struct pc_text text, int64_t *value_us);
bool pc_scan_base64(struct pc_arena *arena, struct pc_text text, struct pc_text *bytes);

/* ---- constants.c ---- */

struct pc_constant *pc_constant_new(struct pc_checker *checker, enum pc_constant_kind kind,
                                    const struct pc_type *type);
/* The constant a checked and converted expression stands for, or NULL (reported as E0125). */
const struct pc_constant *pc_evaluate(struct pc_checker *checker, struct pc_expression *expression);
/* The same for the entries of a payload or of an expected state: a record whose type is NULL. */
const struct pc_constant *pc_evaluate_entries(struct pc_checker *checker,
                                              struct pc_expression *expression);
/* The constant with the type its field is declared with: duration(ms) instead of duration, which
 * says how a payload writes it. */
const struct pc_constant *pc_constant_of_field(struct pc_checker *checker,
                                               const struct pc_constant *constant,
                                               const struct pc_type *declared);
/* The order of two constants of one scalar type, as sets and maps keep their keys: <0, 0, >0. */
int pc_constant_compare(const struct pc_constant *left, const struct pc_constant *right);
/* Makes a text into a constant of time, date, uuid or bytes (base64); NULL if it is none. */
struct pc_constant *pc_constant_from_text(struct pc_checker *checker, struct pc_text text,
                                          const struct pc_type *type);

/* ---- resolve.c ---- */

/* A bare name on the right-hand side. */
void pc_check_name(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);
/* True if a bare name stands for a value here (not an enum's member). */
bool pc_name_is_value(struct pc_checker *checker, struct pc_frame *body, struct pc_text name);
/* The symbol of an event's field common to the handled events; NULL if no event has one. When only
 * some have it, *missing is one that has not. */
struct pc_symbol *pc_event_field(struct pc_checker *checker, struct pc_frame *body,
                                 struct pc_text name, struct pc_event_model **missing);
struct pc_symbol *pc_state_field(const struct pc_frame *body, struct pc_text name);
/* Marks an event field as wanted in its projection. */
void pc_want(struct pc_frame *body, struct pc_symbol *event_field);
/* The member of an enum that is expected, or NULL. */
struct pc_member_model *pc_find_member(const struct pc_type *expected, struct pc_text name);
void pc_use_member(struct pc_checker *checker, struct pc_expression *expression,
                   struct pc_member_model *member);
void pc_offer_members(struct pc_suggestion *suggestion, const struct pc_type *expected);
/* Makes the expression an event's field, unless it is not common to the handled events. */
void pc_use_event_field(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_expression *expression, struct pc_symbol *field,
                        const struct pc_event_model *missing);

/* ---- parts.c ---- */

/* event.x, state.x, Currency.EUR, record.x, optional?.x */
void pc_check_field(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression);
/* True for id, no, name, … of `event.`. */
bool pc_is_event_data(struct pc_text name);
/* Reports an unknown field of something that has `fields`; `owner` is as it is printed. */
void pc_report_unknown_field(struct pc_checker *checker, const struct pc_name *name,
                             struct pc_text owner, struct pc_span declared,
                             const struct pc_field_models *fields);

/* ---- expressions.c, operators.c, rounding.c ---- */

/* Checks an expression; `expected` is a hint for literals and members, or NULL. The type is in
 * expression->type; the error type when something was reported. */
const struct pc_type *pc_check_expression(struct pc_checker *checker, struct pc_frame *body,
                                          struct pc_expression *expression,
                                          const struct pc_type *expected);
void pc_check_comprehension(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *expression, const struct pc_type *expected);
/* Checks the key of object[key], whose object is checked: the element's or value's type, or NULL.
 */
const struct pc_type *pc_check_key(struct pc_checker *checker, struct pc_frame *body,
                                   struct pc_expression *expression);
/* The type of the elements of a checked collection, or NULL (reported). */
const struct pc_type *pc_element_type(struct pc_checker *checker,
                                      const struct pc_expression *collection);
void pc_check_unary(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression, const struct pc_type *expected);
void pc_check_binary(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression, const struct pc_type *expected);
/* The result of `left op right` for + - * / %, both checked; converts them. Reports at `span`. */
const struct pc_type *pc_arithmetic(struct pc_checker *checker, enum pc_operator operator,
                                    struct pc_span span, struct pc_expression *left,
                                    struct pc_expression *right);
/* True for a literal 0 of an exact type. */
bool pc_is_zero(const struct pc_expression *expression);
/* Checks two expressions that have to do with each other, literals after the other side. */
void pc_check_pair(struct pc_checker *checker, struct pc_frame *body, enum pc_operator operator,
                   struct pc_expression * left, struct pc_expression *right,
                   const struct pc_type *expected);
/* The same when one side is checked already. */
void pc_check_other(struct pc_checker *checker, struct pc_frame *body, enum pc_operator operator,
                    const struct pc_expression * checked, struct pc_expression *other);
/* Resolves the arms' names of a match over an enum, and reports what they leave out; false when a
 * name is wrong. */
bool pc_check_arms(struct pc_checker *checker, const struct pc_expression *subject,
                   struct pc_arms *arms, struct pc_span span);
void pc_check_rounding(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_expression *call);

/* ---- calls.c, builtins.c ---- */

void pc_check_call(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);
void pc_check_method(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression);
void pc_check_builtin(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct pc_type *expected);
void pc_check_conversion(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_expression *expression, const struct pc_type *expected);
/* True if values of the type have the method: push, keep_last, clear, has, add, remove. */
bool pc_has_method(const struct pc_type *type, struct pc_text name);
bool pc_check_count(struct pc_checker *checker, const struct pc_expression *expression,
                    const struct pc_expressions *arguments, size_t least, size_t most);
/* A built-in function by name, or -1. */
int pc_builtin_find(struct pc_text name);
void pc_offer_builtins(struct pc_suggestion *suggestion);
struct pc_symbol *pc_builtin_symbol(struct pc_checker *checker, enum pc_builtin builtin,
                                    struct pc_text name);

#endif
