/* What generated handlers call for the rows of a projection's tables: find, create, change, delete,
 * walk.
 *
 * A row is a C struct with the key parts first and then the columns; it lives in the memory of the
 * unit of work, where one struct stands for one row from its first use to the commit. Pointers stay
 * good until the handler ends. Whatever a handler does to rows is undone with its state when it
 * fails. One thread. */
#ifndef PROJC_ROWS_H
#define PROJC_ROWS_H

#include "projc/codec.h"
#include "projc/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The columns by which a handler walks a table (`for o in orders where o.customer == c`): leading
 * columns of an index, or of the key. No columns: every row. */
typedef struct projc_row_path {
    uint32_t column_count;
    const uint32_t *columns; /* numbers of columns of the SQL table */
} projc_row_path;

/* A table of a projection. */
typedef struct projc_row_table {
    const char *name;         /* as in the .proj */
    const projc_table *table; /* the key parts, then one column a field */
    size_t row_size;          /* of the C struct */
    /* Sets the columns behind the key to their defaults or zero values. */
    void (*init)(void *row);
    /* Sets the key parts; texts are borrowed. */
    void (*set_key)(void *row, const projc_value *key);
    /* All columns, keys first, in order. OK, or LIMIT or CORRUPT with *error filled. Slices borrow
     * the row or live in the arena. */
    projc_status (*to_row)(projc_arena *arena, const void *row, projc_value *values,
                           projc_error *error);
    projc_status (*from_row)(projc_arena *arena, const projc_value *values, void *row,
                             projc_error *error);
    void (*to_json)(projc_json_writer *writer, const void *row); /* an object, keys first */
    const projc_row_path *paths;                                 /* those that handlers walk by */
    uint32_t path_count;
    /* Gives the items of defaults, which are constants, a place of their own in a row that `init`
     * has just filled: handlers change them. False: the handler's arena is exhausted. NULL: no
     * default has items. */
    bool (*own)(projc_handler *handler, void *row);
} projc_row_table;

/* Keys that an event will ask for, collected before its page is applied. */
typedef struct projc_prefetch projc_prefetch;

/* The row of a key (key_count values; texts are borrowed for the call), or *row NULL when there is
 * none. All functions with a status return OK, DATA or LIMIT with handler->error filled, or an
 * error of the store. `table` is the number in the projection's list. */
projc_status projc_row_find(projc_handler *handler, uint32_t table, const projc_value *key,
                            void **row);
/* The row of a key, made from defaults when there is none; it counts as changed. */
projc_status projc_row_obtain(projc_handler *handler, uint32_t table, const projc_value *key,
                              void **row);
/* The same, with all columns set to their defaults also when there was one. */
projc_status projc_row_replace(projc_handler *handler, uint32_t table, const projc_value *key,
                               void **row);
/* To be called before a found or walked row is changed in place. */
projc_status projc_row_change(projc_handler *handler, void *row);
/* No row is no error. */
projc_status projc_row_delete(projc_handler *handler, uint32_t table, const projc_value *key);
/* Was the row deleted since it was found? Its use is then a data error. */
bool projc_row_is_deleted(const void *row);

/* A walk. Its rows are fixed when it begins: those whose columns of the path equal the values (none
 * of a NULL value equals NULL), in key order. Rows deleted meanwhile are passed over. */
typedef struct projc_row_walk {
    void **rows;
    size_t count;
    size_t next;
} projc_row_walk;
projc_status projc_row_walk_begin(projc_handler *handler, uint32_t table, uint32_t path,
                                  const projc_value *values, projc_row_walk *walk);
/* The next row, or NULL. */
void *projc_row_walk_next(projc_row_walk *walk);

/* Asks for a key's row beforehand; slices are borrowed as long as the page lives. Never fails: what
 * was not fetched is found later, one by one. */
void projc_prefetch_row(projc_prefetch *prefetch, uint32_t table, const projc_value *key);
/* The same for the rows of a walk; at least one value, slices are borrowed for the call. */
void projc_prefetch_walk(projc_prefetch *prefetch, uint32_t table, uint32_t path,
                         const projc_value *values);

#ifdef __cplusplus
}
#endif
#endif
