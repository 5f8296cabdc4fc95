/* The rows of a projection's tables in memory, between the claim of lanes and the commit.
 *
 * DESIGN. One projc__row stands for one (table, key) from its first use to the end of the batch:
 * this header, and behind it the C struct that generated code knows. Like an entry it has a base to
 * be set back to; the entry lists which of its rows were touched since, so that setting back costs
 * what was touched. A base is values, never a struct: lists of the struct are changed in place, and
 * nothing that can change may be shared. Rows that the store was asked for and does not have are
 * remembered as absent.
 *
 * Walks. Rows that were changed here, or came from the store by a walk, stand in sets by (table,
 * path, values). A row is put where it belongs just before the next walk: it is pending until then,
 * and for as long as the event that changed it is being applied, because handlers may go on
 * changing it. Once the store was asked for a set, its members are exactly what matches. */
#ifndef PROJC_ENGINE_ROWS_H
#define PROJC_ENGINE_ROWS_H

#include "engine/batch.h"

typedef struct projc__row_place projc__row_place;
typedef struct projc__row_set projc__row_set;

typedef struct projc__row {
    const projc_row_table *type;
    uint32_t table; /* number in the projection's list */
    uint64_t hash;  /* of table and key */
    const projc_value *key;
    projc__entry *entry; /* whose row it is */
    bool is_loaded;      /* the store was asked, or has nothing */
    bool exists;
    bool is_dirty;              /* differs from what the store holds, or may */
    const projc_value *stored;  /* what the store holds, all columns; NULL: nothing */
    const projc_value *base;    /* all columns; NULL: absent */
    const projc_value *rebased; /* the next base, while that is being made */
    bool is_base_dirty;         /* is_dirty at the base */
    bool is_touched;            /* in its entry's list */
    struct projc__row *next_touched;
    struct projc__row *next;        /* of the table, in order of first use */
    struct projc__row *next_wanted; /* to be loaded beforehand */
    bool is_pending;                /* its places may be others now */
    uint64_t changed_in;            /* the event that touched it last */
    struct projc__row *next_pending;
    projc__row_place *places; /* one a path; NULL: stands in no set */
} projc__row;

/* A row's membership of one path. */
struct projc__row_place {
    projc__row *row;
    projc__row_set *set; /* NULL: none */
    projc__row_place *previous;
    projc__row_place *next;
};

/* The rows that a walk of a path by these values visits. */
struct projc__row_set {
    uint64_t hash;
    uint32_t table;
    uint32_t path;
    const projc_value *values; /* of the columns of the projc__row_path below */
    bool is_complete;          /* the store was asked, or has nothing */
    projc__row_place *first;
    size_t count;
    projc__entry *entry; /* the prefetch's: for whom it is loaded; NULL: for nobody */
    struct projc__row_set *next_wanted;
};

/* A path with the parts of the projection's key among its columns: other keys' rows are not seen.
 */
typedef struct projc__walk_path {
    uint32_t column_count;
    uint32_t *columns;
    uint32_t given_count;   /* of the columns, those that the walk has values for */
    projc__row_set *wanted; /* the prefetch's */
    size_t wanted_count;
} projc__walk_path;

typedef struct projc__row_list {
    const projc_row_table *type;
    uint32_t own_count; /* leading key columns that are the parts of the projection's key */
    projc__walk_path *paths;
    projc__row *first;
    projc__row **last;
    projc__row *wanted; /* the prefetch's */
    size_t wanted_count;
} projc__row_list;

typedef struct projc__row_cache {
    projc__batch *batch;
    projc__row_list *tables;
    uint32_t table_count;
    projc__entry *entry; /* whose event is being applied */
    uint64_t event;      /* counts events applied */

    projc__row **slots; /* by hash; at most half full */
    size_t slot_mask;
    size_t row_count;
    projc__row_set **sets; /* the same */
    size_t set_mask;
    size_t set_count;
    projc__row *pending;
} projc__row_cache;

/* What handlers hold: an opaque name for the same. */
static inline projc__row_cache *projc__row_cache_of(const projc_handler *handler)
{
    return (projc__row_cache *)(void *)handler->rows;
}

/* The C struct behind the header, and the way back. */
enum { PROJC__ROW_HEAD_BYTES = (sizeof(projc__row) + 15) / 16 * 16 };
static inline void *projc__row_struct(projc__row *row)
{
    return (char *)row + PROJC__ROW_HEAD_BYTES;
}
static inline projc__row *projc__row_of(const void *opaque)
{
    return (projc__row *)(void *)((char *)(uintptr_t)opaque - PROJC__ROW_HEAD_BYTES);
}

/* Makes the batch's cache, which stays NULL when the projection has no tables. */
projc_status projc__rows_begin(projc__batch *batch, projc_error *error);
/* An event of the entry is about to be applied. */
void projc__rows_begin_event(projc__batch *batch, projc__entry *entry);

/* Can the store hold rows of the entry? Its lane at 0 has none: a rebuild asks for nothing. */
bool projc__rows_may_be_stored(const projc__row_cache *cache, const projc__entry *entry);

/* The row of a key, or NULL when the cache has none. */
projc__row *projc__rows_look_up(const projc__row_cache *cache, uint32_t table,
                                const projc_value *key);
/* A new row, absent, which must not be in the cache; the key is copied. NULL: out of room. */
projc__row *projc__rows_add(projc__row_cache *cache, uint32_t table, const projc_value *key,
                            projc__entry *entry);
/* Gives a new row what the store holds: values (kept), or NULL. CORRUPT, LIMIT. */
projc_status projc__row_fill(projc__row_cache *cache, projc__row *row, const projc_value *values,
                             projc_error *error);
/* Its sets may have changed. */
void projc__row_set_pending(projc__row_cache *cache, projc__row *row);
/* The set of rows with these values in the path's columns, made when there is none; the values are
 * copied. NULL: out of room. */
projc__row_set *projc__walk_set(projc__row_cache *cache, uint32_t table, uint32_t path,
                                const projc_value *values);
/* A row that the store gave for a set, of this entry: what the cache knows of it already stays. */
projc_status projc__walk_meet(projc__row_cache *cache, uint32_t table, const projc_value *values,
                              projc__entry *entry, projc_error *error);
/* A copy of the values and their texts; NULL: out of room. */
projc_value *projc__rows_keep(projc_arena *arena, const projc_value *values, uint32_t count);
uint64_t projc__rows_hash(uint32_t table, const projc_value *values, uint32_t count, uint64_t seed);

/* Sets the rows of the entry that were touched since its base back to theirs. */
projc_status projc__rows_restore(projc__batch *batch, projc__entry *entry, projc_error *error);
/* Encodes what the touched rows of the entry are now; projc__rows_rebase makes that their base. */
projc_status projc__rows_prepare_rebase(projc__batch *batch, projc__entry *entry,
                                        projc_error *error);
void projc__rows_rebase(const projc__batch *batch, projc__entry *entry);

/* Marks the lanes that rows shall be written for. */
void projc__rows_mark(const projc__batch *batch, bool *is_written);
/* Appends what is to be written, a table at most one write, to writes, which has room for the
 * projection's tables. */
projc_status projc__rows_add_writes(projc__batch *batch, projc__row_write *writes, size_t *count,
                                    projc_error *error);

/* Loads the rows that the page's events name beforehand, and those of the walks that they begin. */
projc_status projc__rows_prefetch(projc__batch *batch, projc_error *error);

#endif
