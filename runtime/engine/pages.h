/* Pages of logs, read ahead and once for all that apply them in one process.
 *
 * DESIGN. A page of settled rows never changes, so whoever wants it may share it. A thread reads
 * ahead: it follows the parts that are behind, and keeps what it has read until the slowest of them
 * has passed it, within a bound of bytes. So the database sends the next page while this one is
 * applied, and five projections on a log, or the parts of one, read it once. A part that stands
 * elsewhere than the reader, or has caught up, reads for itself; so does one that waits too long
 * for a slower one. Nobody depends on the reader: what it cannot do, the parts do as well, and
 * errors are theirs to tell.
 *
 * Far behind, sending rows is what takes the database its time, one process of it for a connection.
 * So a helper reads too. A page in order shows how dense the numbers are; from then on both readers
 * claim ranges as wide as that page, each the next one, where the store can tell that a range is
 * settled. A claim stands in the list from its begin, so that a part knows what to wait for. Where
 * a range turns out to be settled in part, too large or of another density, what is claimed behind
 * it is let go and a page is read in order again.
 *
 * A cursor is a part on its way; it is open while the part is behind. The pages of one connection
 * are trusted like those of another: whoever loses a connection forgets all of them. */
#ifndef PROJC_ENGINE_PAGES_H
#define PROJC_ENGINE_PAGES_H

#include "engine/projector.h"

struct projc__log;
struct projc__shared_page;

/* All zero: closed. Belongs to one thread at a time; the pages' lock guards it. */
typedef struct projc__cursor {
    struct projc__cursor *next; /* of the same log */
    struct projc__log *log;     /* NULL: closed */
    struct projc__shared_page *borrowed;
    int64_t position;
} projc__cursor;

/* bytes_max: of the pages that are kept. NULL when there is no memory. */
projc__pages *projc__pages_new(const projc__engine *engine, size_t bytes_max);
/* No thread may be inside, no cursor open. NULL is allowed. */
void projc__pages_free(projc__pages *pages);

/* The settled events behind `after`, at least one, borrowed until the next call with this cursor;
 * has_more is always set. Waits for a page that is about to be read. False: the caller reads for
 * itself. */
bool projc__pages_take(projc__pages *pages, projc__cursor *cursor, const projc_stream_type *stream,
                       int64_t after, projc__page *page);
/* The caller has read a whole page for itself, up to this event, and goes on: the reader may go
 * ahead of it. */
void projc__pages_follow(projc__pages *pages, projc__cursor *cursor,
                         const projc_stream_type *stream, int64_t reached, projc_uuid reached_id);
/* Gives back what was borrowed; the cursor stays open. */
void projc__pages_release(projc__pages *pages, projc__cursor *cursor);
/* The part is not behind any more, or will not go on soon. Closed already: nothing happens. */
void projc__pages_leave(projc__pages *pages, projc__cursor *cursor);

/* A connection was lost: what it and others gave may come from another server than what comes. */
void projc__pages_forget(projc__pages *pages);

/* A reader's thread: waits until there is something to read ahead, and reads one page with the
 * workspace's connection. is_helper: ranges only, and with nothing to do it has no connection;
 * there may be several helpers, and one that is none. CANCELLED after projc__pages_close; after any
 * other status it may go on at once. */
projc_status projc__pages_read(projc__pages *pages, projc__workspace *workspace, bool is_helper,
                               projc_error *error);
/* Nobody waits any more, and nothing is read ahead. */
void projc__pages_close(projc__pages *pages);

#endif
