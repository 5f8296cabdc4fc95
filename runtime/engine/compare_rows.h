/* Rows of one table on two sides: as stored, and as a replica has them. */
#ifndef PROJC_ENGINE_COMPARE_ROWS_H
#define PROJC_ENGINE_COMPARE_ROWS_H

#include "store/store.h"

/* Rows looked up at once. */
enum { PROJC__COMPARED_AT_ONCE = 512 };

/* The states of a projection, or one of its tables. */
typedef struct projc__compared_table {
    const projc_projection_type *type;
    const projc_row_table *rows; /* NULL: the states */
    const projc_table *table;    /* as SQL knows it */
    const projc_table *other;    /* the same on the expected side */
    void *room;                  /* for one decoded row */
} projc__compared_table;

/* What one side holds of a row. */
typedef struct projc__held_row {
    projc_text json;    /* empty: nothing, or a row that cannot be read */
    projc_text problem; /* why it cannot be read; empty: it can */
    int64_t position;   /* of a state; else 0 */
} projc__held_row;

/* A row on both sides. */
typedef struct projc__row_pair {
    projc__compared_table *table;
    const projc_value *key; /* table->table->key_count values */
    projc__held_row stored;
    projc__held_row expected;
} projc__row_pair;

/* Slices of the pair live until it returns. */
typedef projc_status (*projc__pair_visit)(void *context, const projc__row_pair *pair,
                                          projc_error *error);

typedef struct projc__sides {
    projc_store *stored;
    projc_store *expected;
    projc_arena *chunk; /* rows that are looked up together; emptied at will */
} projc__sides;

/* Number 0 are the states, then the projection's tables. NO_MEMORY. */
projc_status projc__compared_table_init(projc__compared_table *self,
                                        const projc_projection_type *type, uint32_t number,
                                        projc_arena *arena, projc_error *error);

/* Every row that the replica has with what is stored, then every stored row that the replica has
 * not. part: the first key column's value, which alone is looked at; NULL: all. */
projc_status projc__compare_table(const projc__sides *sides, projc__compared_table *table,
                                  const projc_value *part, projc__pair_visit visit, void *context,
                                  projc_error *error);

/* These keys (key_count values each, one after the other) on both sides. */
projc_status projc__compare_keys(const projc__sides *sides, projc__compared_table *table,
                                 const projc_value *keys, size_t count, projc__pair_visit visit,
                                 void *context, projc_error *error);

/* One stored row (column_count values, which may live in the chunk's arena) and the replica's. */
projc_status projc__compare_pair(const projc__sides *sides, projc__compared_table *table,
                                 const projc_value *stored, projc__pair_visit visit, void *context,
                                 projc_error *error);

bool projc__held_rows_equal(const projc__held_row *left, const projc__held_row *right);

/* Values with their texts and bytes. NULL when the arena gives nothing. */
projc_value *projc__values_copy(projc_arena *arena, const projc_value *values, size_t count);

#endif
