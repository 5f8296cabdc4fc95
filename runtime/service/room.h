/* When room is to be made in a table for rows that are dead. Pure: numbers in, an answer out.
 *
 * DESIGN. The database counts the dead rows of a table, but tells late: a session reports once a
 * second, and a small table whose rows all change with each batch is several times as large by
 * then. So what this process has written itself counts at once, as dead as the database says that
 * what was written so far turned out to be (old versions that no index points to go by
 * themselves), and for every other process of the program the same again. A vacuum of a small
 * table takes milliseconds. However often it would be due, it has a tenth of the time at most; and
 * where it does not help, because somebody still sees the dead rows, it is tried less and less
 * often. */
#ifndef PROJC_SERVICE_ROOM_H
#define PROJC_SERVICE_ROOM_H

#include "store/records.h"

/* One table; all zero at first. Belongs to one thread. */
typedef struct projc__room {
    projc__row_census census; /* the last one */
    bool is_known;            /* there was one */
    int64_t written_before;   /* by this process, when the last vacuum that was seen began */
    int64_t left;             /* dead rows that it had to leave */
    int64_t settled_at;       /* monotonic; what sessions report is of the time behind it then */
    int64_t not_before;       /* monotonic */
    int64_t pause_us;         /* grows while vacuums do not help */
} projc__room;

/* What is due, by the last census and what was written since. written: rows that this process has
 * written over or deleted, ever; processes: of this program, 0 when not known. */
bool projc__room_is_due(const projc__room *room, int64_t written, uint32_t processes, int64_t now);

/* Somebody's vacuum is noticed here. */
void projc__room_note(projc__room *room, const projc__row_census *census, int64_t written);

/* A vacuum of our own, and what the database says behind it. written: when it began. */
void projc__room_note_vacuum(projc__room *room, const projc__row_census *census, int64_t written,
                             uint32_t processes, int64_t begun, int64_t now);

#endif
