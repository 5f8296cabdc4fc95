/* Keys out of order, for people and as JSON. */
#ifndef PROJC_SERVICE_KEY_REPORT_H
#define PROJC_SERVICE_KEY_REPORT_H

#include "service/cli.h"

/* The key as it is typed on a command line: parts separated by blanks; "-" without parts. */
projc_status projc__put_key(projc_arena *arena, const projc__target *target, projc_bytes key,
                            projc__buffer *buffer, projc_error *error);
/* The row as an object. */
projc_status projc__write_key_row(projc_arena *arena, const projc__target *target,
                                  const projc__key_row *row, projc_json_writer *writer,
                                  projc_error *error);
/* Several lines of text. */
projc_status projc__print_key_row(projc_arena *arena, const projc__target *target,
                                  const projc__key_row *row, projc_error *error);

static inline const char *projc__key_status_name(projc__key_status status)
{
    return status == PROJC__KEY_RETRY ? "retry" : "failed";
}

#endif
