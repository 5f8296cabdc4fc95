/* A hand-written module with tables, for tests of their rows: every event carries a script, which
 * the handlers run on the rows of a table and a test's model runs on an array.
 *
 * A script is a list of commands, each a letter and its arguments, two digits a row (00 to
 * SCRIPT_ROWS - 1) and a letter a group (a to e, - is none):
 *
 *   f12   find, and fold what is read into the state
 *   o12   obtain, total += 7
 *   r12b  replace by group b, total 1
 *   d12   delete
 *   g12b  if found, move to group b
 *   l12   if found, push its total to its list and double what the list holds
 *   wb    walk group b: fold, and total += 1
 *   mbc   walk group b: fold, and move each to group c
 *   xb12  walk group b: fold, delete row 12 at the first turn, and each row visited with an odd
 *         total
 *   s     walk all rows: fold
 *   z12   obtain a row of another key (stream projection: nothing)
 *   u12   if found: delete it, then change what was found
 *   b12   obtain, with a value that no column takes
 *   B12   obtain, with a list of 10,000 numbers
 *   h12b  obtain, walk all rows, then move what was obtained to group b
 *   !     fail */
#ifndef PROJC_TESTS_SCRIPT_MODULE_H
#define PROJC_TESTS_SCRIPT_MODULE_H

#include "projc/module.h"

enum { SCRIPT_ROWS = 40, SCRIPT_GROUPS = 5, SCRIPT_BIG = 10000 };

typedef struct script_event {
    projc_text script;
} script_event;

typedef struct script_state {
    uint64_t fold;
    int64_t count; /* events applied */
} script_state;

/* A row of `items`. */
typedef struct script_row {
    projc_uuid box; /* of the aggregate projection only */
    projc_text id;  /* "r12" */
    projc_optional_text category;
    int64_t total;
    projc_list_i64 list;
    bool is_bad;
} script_row;

enum script_projection_index {
    SCRIPT_STREAM, /* table items by id; on error ignore */
    SCRIPT_BOXES,  /* for each Box, table items by box, id; on error ignore */
    SCRIPT_PROJECTIONS
};

extern const projc_module script_module;
extern const char *const script_schema_sqlite[];
extern const char *const script_schema_postgres[];

#define SCRIPT_TABLE(projection) (script_module.projections[projection].tables[0].table)

/* How a value enters the state's fold. */
static inline void script_fold(uint64_t *fold, int64_t value)
{
    *fold = *fold * UINT64_C(6364136223846793005) + (uint64_t)value + 1;
}

#endif
