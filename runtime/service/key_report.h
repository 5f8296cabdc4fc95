/* Keys out of order, for people and as JSON. */
#ifndef PROJC_SERVICE_KEY_REPORT_H
#define PROJC_SERVICE_KEY_REPORT_H

#include "base/buffer.h"
#include "projc/codec.h"
#include "service/target.h"
#include "store/store.h"

/* The key as it is typed on a command line: parts separated by blanks; "-" without parts. */
projc_status projc__put_key(projc_arena *arena, const projc__target *target, projc_bytes key,
                            projc__buffer *buffer, projc_error *error);
/* What waits behind the keys of a projection, as the store counts it. */
typedef struct projc__waits {
    bool is_counted; /* of a keyed projection; an aggregate's waiting events are just in the log */
    const projc__waiting_count *rows;
    size_t count;
} projc__waits;

/* The arena keeps it. ABSENT when the projection is not registered. */
projc_status projc__load_waits(projc_store *store, const projc__target *target, projc_arena *arena,
                               projc__waits *waits, projc_error *error);
/* Of all keys together; 0 when they are not counted. */
int64_t projc__waits_sum(const projc__waits *waits);

/* Looks the events of these keys up in the log, for the trace_id that their metadata name. Those
 * that are gone, or name none, get an empty one. */
projc_status projc__load_traces(projc_store *store, const projc__target *target, projc_arena *arena,
                                projc__key_row *rows, size_t count, projc_error *error);

/* "key" and its value, within an object. */
projc_status projc__write_key(projc_arena *arena, const projc__target *target, projc_bytes key,
                              projc_json_writer *writer, projc_error *error);
/* The row as an object; "waiting" is null when that is not counted. "trace_id" is there when it was
 * looked up, and null where there is none. */
projc_status projc__write_key_row(projc_arena *arena, const projc__target *target,
                                  const projc__key_row *row, const projc__waits *waits,
                                  projc_json_writer *writer, projc_error *error);
/* Several lines of text. */
projc_status projc__print_key_row(projc_arena *arena, const projc__target *target,
                                  const projc__key_row *row, const projc__waits *waits,
                                  projc_error *error);

static inline const char *projc__key_status_name(projc__key_status status)
{
    return status == PROJC__KEY_RETRY ? "retry" : "failed";
}

#endif
