/* The generation that is being built, held against the live one, row by row. */
#ifndef PROJC_ENGINE_COMPARE_GENERATIONS_H
#define PROJC_ENGINE_COMPARE_GENERATIONS_H

#include "engine/verify.h"

typedef struct projc__generation_difference {
    int64_t rows; /* compared: states and rows of tables */
    int64_t differences;
    int64_t undecided; /* rows that changed whenever they were looked at */
} projc__generation_difference;

/* The building generation follows the live one meanwhile. In each difference `stored` is the live
 * row and `expected` the new one. OK: look at *found; MISMATCH: the live one has another shape, and
 * its rows cannot be read. */
projc_status projc__compare_generations(projc__projector *building, projc__workspace *workspace,
                                        void (*tell)(void *context,
                                                     const projc__difference *difference),
                                        void *context, projc__generation_difference *found,
                                        projc_error *error);

#endif
