/* What generated handlers call for `notify name { … }`: one JSON object, sent with the commit. */
#ifndef PROJC_NOTIFY_H
#define PROJC_NOTIFY_H

#include "projc/codec.h"
#include "projc/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* PostgreSQL's bound. */
enum { PROJC_NOTICE_BYTES_MAX = 7999 };

/* Begins {"projection":…,"key":…,"no":…,"ordinal":…,"data":{ in the unit's arena. The caller writes
 * the names and values of "data" to *writer. OK, or LIMIT through projc_fail_memory. */
projc_status projc_notify_begin(projc_handler *handler, projc_json_writer **writer);
/* Ends the object and keeps it: it is sent to `channel` (kept) with the commit of this event, at
 * most once, or forgotten with the event. DATA when it has more than PROJC_NOTICE_BYTES_MAX bytes;
 * LIMIT when the arena is exhausted. */
projc_status projc_notify_end(projc_handler *handler, projc_json_writer *writer,
                              const char *channel, const char *file, uint32_t line, uint32_t column,
                              const char *statement);

#ifdef __cplusplus
}
#endif
#endif
