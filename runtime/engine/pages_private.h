/* The pages' lists, for pages.c (who takes pages) and page_reader.c (who reads them). The pages'
 * lock guards all of it. */
#ifndef PROJC_ENGINE_PAGES_PRIVATE_H
#define PROJC_ENGINE_PAGES_PRIVATE_H

#include <pthread.h>

#include "engine/pages.h"

enum { PROJC__SPARE_ARENAS = 4 };

/* Where the end of a page that is being read in order is not known yet. */
#define PROJC__OPEN_END INT64_MAX

typedef struct projc__shared_page {
    struct projc__shared_page *next; /* the one behind it, with a gap perhaps */
    projc_arena *arena;
    projc__page page; /* reached: its last event */
    int64_t after;
    int64_t up_to; /* there is nothing else behind `after` up to here */
    size_t bytes;
    uint32_t borrowers; /* the reader is one while the page is coming */
    bool is_coming;     /* claimed: nothing but after and up_to is known */
    bool is_dropped;    /* in no list any more: the last borrower frees it */
} projc__shared_page;

typedef struct projc__log {
    struct projc__log *next;
    const projc_stream_type *stream;
    projc__shared_page *first;
    projc__cursor *cursors;
    int64_t ahead;  /* the next page begins behind this number; -1: there is nothing to read */
    int64_t width;  /* of ranges; 0: the next page is read in order */
    size_t rows;    /* of the page that gave the width */
    int64_t met_no; /* an event of the log: a new connection must find it */
    projc_uuid met_id;
} projc__log;

struct projc__pages {
    const projc__engine *engine;
    size_t bytes_max;
    pthread_cond_t changed;
    pthread_mutex_t lock;
    projc__log *logs;
    size_t bytes; /* of the pages in the lists */
    /* Of pages that are gone, each with the block that it keeps: a new page's memory comes from the
     * system page by page, which took a tenth of the client's time. */
    projc_arena *spares[PROJC__SPARE_ARENAS];
    uint32_t spare_count;
    uint64_t losses; /* of connections, so far */
    bool is_closed;
};

/* An arena for a page, empty; NULL: there is no memory. */
projc_arena *projc__pages_arena(projc__pages *pages);
void projc__page_free(projc__pages *pages, projc__shared_page *page);
/* Takes the page out of its list, where it stands, and all behind it; NULL: all. */
void projc__pages_drop_from(projc__pages *pages, projc__log *log, const projc__shared_page *page);

/* Is its end not known yet? */
static inline bool projc__page_is_open(const projc__shared_page *page)
{
    return page->is_coming && page->up_to == PROJC__OPEN_END;
}

#endif
