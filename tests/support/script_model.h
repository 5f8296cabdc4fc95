/* What scripts of the script module do, on arrays: the model that tests compare the engine with. */
#ifndef PROJC_TESTS_SCRIPT_MODEL_H
#define PROJC_TESTS_SCRIPT_MODEL_H

#include "script_module.h"

enum { SCRIPT_BOXES_MAX = 6, SCRIPT_LIST_MAX = 3000 };

typedef struct script_model_row {
    bool exists;
    char group; /* '-': none */
    int64_t total;
    uint32_t count;
    int64_t list[SCRIPT_LIST_MAX];
} script_model_row;

typedef struct script_model_box {
    script_state state;
    script_model_row rows[SCRIPT_ROWS];
} script_model_box;

typedef struct script_model {
    enum script_projection_index projection;
    script_model_box boxes[SCRIPT_BOXES_MAX]; /* a stream projection has the first only */
    script_model_box before;                  /* what a failing script is set back to */
} script_model;

/* The aggregate id of a box. */
projc_value script_box(uint32_t box);

void script_model_clear(script_model *model, enum script_projection_index projection);
/* One event of the box. A script that fails, or that the store refuses, does nothing. */
void script_model_run(script_model *model, uint32_t box, const char *script);
size_t script_model_row_count(const script_model *model);

/* A visitor's comparison of the rows that the store holds. */
typedef struct script_check {
    const script_model *model;
    size_t seen;
    size_t differing;
} script_check;
void script_model_check_row(script_check *check, const projc_value *values);

#endif
