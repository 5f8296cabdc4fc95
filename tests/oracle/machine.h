/* machine.h -- the interpreter's own: what a handler sees while it runs.
 *
 * DESIGN. A data error, `skip` and running out of steps leave the handler by longjmp; nothing is
 * released on the way, since all memory is the arena's. The caller works on a copy of the state and
 * throws it away when the handler did not end well. */
#ifndef ORACLE_MACHINE_H
#define ORACLE_MACHINE_H

#include "oracle.h"

#include <setjmp.h>

enum oracle_exit {
    ORACLE_DONE,
    ORACLE_SKIPPED,
    ORACLE_FAILED, /* machine->message says why */
};

/* A table's rows, ascending by their keys; table.c. */
struct oracle_table {
    const struct pc_table_model *model;
    struct oracle_value **rows; /* without `has`: deleted */
    size_t count;
};

/* What a query reads: rows of a table, or keys and states. */
struct oracle_rows {
    PC_LIST_OF(struct oracle_value);
};

struct oracle_machine {
    struct pc_arena *arena;
    const struct pc_sources *sources;
    const struct pc_model *model;
    /* Of the (event, key) at hand: */
    const struct oracle_event *event;
    const struct pc_handler_model *handler;
    size_t event_position; /* of the event in handler->events */
    struct oracle_value *state;
    struct oracle_table *tables; /* of the projection, by their index */
    size_t table_count;
    struct {
        PC_LIST_OF(struct pc_text);
    } notices;                       /* sent by the projection so far, a line each */
    uint32_t ordinal;                /* of the next one of this (event, key) */
    const struct oracle_value *keys; /* parts of the key */
    bool exists;
    bool is_deleted;
    struct oracle_value **locals;         /* by local_index; places point into the state */
    const struct oracle_value *arguments; /* of the function that is called */
    const struct pc_declaration *function;
    struct pc_span statement;
    uint64_t steps_left;
    jmp_buf escape;
    /* Failed: the user's own text, or "~LINE:COLUMN: " and words that the message must hold. */
    struct pc_text message;
};

/* One run of a handler: for the event, or for an element of a fan-out. */
struct oracle_turn {
    const struct pc_handler_model *handler;
    const struct oracle_value *element; /* NULL: no fan-out */
};
/* All that one event does to one key: it succeeds or fails as a whole. */
struct oracle_unit {
    struct pc_text key; /* as the dump shows it; empty in a stream projection */
    struct oracle_value *keys;
    struct {
        PC_LIST_OF(struct oracle_turn);
    } turns;
    /* A clause of the handler that comes next fails: the event does so behind these turns. */
    bool is_cut;
    struct pc_text problem;
};
struct oracle_units {
    PC_LIST_OF(struct oracle_unit);
};

/* route.c: what the event concerns; leaves by longjmp when a condition or key cannot be computed.
 */
void oracle_route(struct oracle_machine *machine, const struct pc_handler_models *handlers,
                  struct oracle_units *units);
void oracle_enter(struct oracle_machine *machine, const struct pc_handler_model *handler);

/* Leaves the handler with a data error of the statement at hand. */
_Noreturn void oracle_fail(struct oracle_machine *machine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void oracle_step(struct oracle_machine *machine);

/* evaluate.c: the value after its implicit conversion, and before it. */
struct oracle_value oracle_evaluate(struct oracle_machine *machine,
                                    const struct pc_expression *expression);
struct oracle_value oracle_evaluate_plain(struct oracle_machine *machine,
                                          const struct pc_expression *expression);
bool oracle_holds(struct oracle_machine *machine, const struct pc_expression *condition);
struct oracle_value *oracle_bind(struct oracle_machine *machine, const struct pc_symbol *symbol,
                                 struct oracle_value value);

/* text.c: functions of texts and of the calendar. */
struct oracle_value oracle_call_text(struct oracle_machine *machine,
                                     const struct pc_expression *call);

/* builtin.c */
struct oracle_value oracle_call(struct oracle_machine *machine, const struct pc_expression *call);
struct oracle_value oracle_method(struct oracle_machine *machine,
                                  const struct pc_expression *method);
struct oracle_value oracle_comprehend(struct oracle_machine *machine,
                                      const struct pc_expression *expression);

/* collection.c */
/* m[k] and l[i] as values, and as places: an entry is made, a list must have the element. */
struct oracle_value oracle_look_up(struct oracle_machine *machine,
                                   const struct pc_expression *expression);
struct oracle_value *oracle_element(struct oracle_machine *machine, const struct pc_type *type,
                                    struct oracle_value *value, const struct oracle_value *key);
/* x in c; of a map: its keys. */
bool oracle_has_item(const struct pc_type *type, const struct oracle_value *collection,
                     const struct oracle_value *wanted);
void oracle_remove(struct oracle_machine *machine, const struct pc_type *type,
                   struct oracle_value *value, const struct oracle_value *key);
struct oracle_value oracle_as_set(struct oracle_machine *machine, const struct pc_type *set,
                                  const struct oracle_value *list);
struct oracle_value oracle_make_map(struct oracle_machine *machine,
                                    const struct pc_expression *expression);
/* What a walk binds its first name to. */
struct oracle_value oracle_item(const struct pc_type *type, const struct oracle_value *collection,
                                size_t at);

/* number.c */
struct oracle_value oracle_checked(struct oracle_machine *machine, const struct pc_type *type,
                                   oracle_int128 value);
struct oracle_value oracle_real(struct oracle_machine *machine, double value);
/* left op right; the types are those after conversion. */
struct oracle_value oracle_arithmetic(struct oracle_machine *machine, enum pc_operator operator_,
                                      const struct pc_type *type, const struct pc_type *left_type,
                                      const struct oracle_value *left,
                                      const struct pc_type *right_type,
                                      const struct oracle_value *right);
/* numerator / denominator, once, half to even; 0 for a denominator of 0. */
oracle_int128 oracle_round_quotient(oracle_int128 numerator, oracle_int128 denominator);
oracle_int128 oracle_power_of_ten(unsigned exponent);

/* convert.c: silent widening and conversions by a type's name. */
struct oracle_value oracle_convert(struct oracle_machine *machine, const struct pc_type *from,
                                   const struct pc_type *to, struct oracle_value value);

/* calendar.c: false when the text is none. */
bool oracle_parse_calendar(enum pc_type_kind kind, struct pc_text text, int64_t *value);

/* execute.c */
void oracle_run_block(struct oracle_machine *machine, const struct pc_block *block);
/* The value that a path names. */
struct oracle_value *oracle_place(struct oracle_machine *machine, const struct pc_expression *path);

/* table.c */
void oracle_begin_tables(struct oracle_machine *machine,
                         const struct pc_projection_model *projection);
/* To go back to when an event fails. */
struct oracle_table *oracle_copy_tables(const struct oracle_machine *machine);
/* A row, or one that may be none. */
bool oracle_is_row(const struct pc_type *type);
/* The row that table[key] or a local names, to be bound by reference; without `has`: none. */
struct oracle_value *oracle_find_row(struct oracle_machine *machine,
                                     const struct pc_expression *expression);
/* A row that a local is bound to must not have been deleted. */
void oracle_check_row(struct oracle_machine *machine, const struct pc_symbol *local);
void oracle_check_target(struct oracle_machine *machine, const struct pc_expression *target);
/* The row of table[key], made when there is none. */
struct oracle_value *oracle_obtain_row(struct oracle_machine *machine,
                                       const struct pc_expression *path);
void oracle_replace_row(struct oracle_machine *machine, const struct pc_statement *statement);
void oracle_delete_row(struct oracle_machine *machine, const struct pc_expression *path);
/* What was assigned to a column fits its index. */
void oracle_check_column(struct oracle_machine *machine, const struct pc_expression *target,
                         const struct oracle_value *value);
void oracle_walk(struct oracle_machine *machine, const struct pc_statement *statement);
void oracle_put_rows(struct oracle_text *out, const struct oracle_machine *machine,
                     const struct pc_projection_model *projection);

/* upcast.c: makes today's event of the one at hand. */
void oracle_upcast(struct oracle_machine *machine);
/* project.c: the payload cannot be decoded. */
_Noreturn void oracle_fail_decoding(struct oracle_machine *machine);

/* notice.c */
void oracle_notify(struct oracle_machine *machine, const struct pc_statement *statement);

/* query.c: asks a few times; what the runner is to ask goes to *queries, the answers to *out. */
void oracle_ask(struct oracle_machine *machine, const struct pc_query_model *query,
                const struct oracle_rows *rows, struct oracle_random *random,
                struct oracle_text *queries, struct oracle_text *out);

#endif
