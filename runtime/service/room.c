/* When room is to be made in a table for rows that are dead. */
#include "service/room.h"

enum {
    DEAD_MIN = 1000,          /* dead rows that no table is tidied for */
    SMALL_BYTES = 16 << 20,   /* up to here a vacuum is cheap: half as many dead as live will do */
    BYTES_MAX = 256 << 20,    /* larger ones grow slowly enough for autovacuum */
    SETTLED_US = 1500000,     /* so late is what sessions report, and then some */
    REST = 10,                /* times as long as a vacuum lasted, until the next */
    PAUSE_LOW_US = 1000000,   /* where the last one did not help, */
    PAUSE_HIGH_US = 60000000, /* and where none does */
    HELP_SHARE = 4            /* it helped when a part of so many is gone */
};

/* Of the rows that were written over, how many only a vacuum takes away. */
static double share_of_dead(const projc__row_census *census)
{
    if (census->replaced <= 0)
        return 1;
    return (double)(census->replaced - census->pruned) / (double)census->replaced;
}

/* Dead rows: what the last vacuum left and what was written since; and what the database says, when
 * it does not tell of the time before. */
static int64_t guess_dead(const projc__room *room, int64_t written, uint32_t processes, int64_t now)
{
    double since = (double)(written - room->written_before) * (processes > 0 ? processes : 1);
    int64_t guess = room->left + (int64_t)(since * share_of_dead(&room->census));

    return now >= room->settled_at && room->census.dead > guess ? room->census.dead : guess;
}

bool projc__room_is_due(const projc__room *room, int64_t written, uint32_t processes, int64_t now)
{
    const projc__row_census *census = &room->census;
    int64_t most = census->bytes <= SMALL_BYTES ? census->live / 2 : census->live;

    if (!room->is_known || now < room->not_before || census->bytes >= BYTES_MAX)
        return false;
    return guess_dead(room, written, processes, now) > most + DEAD_MIN;
}

void projc__room_note(projc__room *room, const projc__row_census *census, int64_t written)
{
    if (!room->is_known || census->vacuums != room->census.vacuums) {
        room->written_before = written;
        room->left = census->dead;
    }
    room->census = *census;
    room->is_known = true;
}

void projc__room_note_vacuum(projc__room *room, const projc__row_census *census, int64_t written,
                             uint32_t processes, int64_t begun, int64_t now)
{
    int64_t dead = guess_dead(room, written, processes, begun);
    int64_t rest_us = REST * (now - begun);
    bool was_done = census->vacuums != room->census.vacuums; /* else it was locked, or not ours */

    if (was_done && census->dead <= dead - dead / HELP_SHARE)
        room->pause_us = 0;
    else if (room->pause_us == 0)
        room->pause_us = PAUSE_LOW_US;
    else
        room->pause_us = room->pause_us < PAUSE_HIGH_US / 2 ? 2 * room->pause_us : PAUSE_HIGH_US;
    room->not_before = now + (rest_us > room->pause_us ? rest_us : room->pause_us);
    room->census = *census;
    if (!was_done)
        return;
    room->settled_at = now + SETTLED_US;
    room->written_before = written;
    room->left = census->dead;
}
