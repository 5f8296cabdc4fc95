/* W3C Trace Context: the trace that an event was written in, from its metadata. */
#ifndef PROJC_CODEC_TRACE_CONTEXT_H
#define PROJC_CODEC_TRACE_CONTEXT_H

#include "projc/arena.h"
#include "projc/types.h"

/* The trace-id (32 hexadecimal digits, within *traceparent) of a valid traceparent header; false
 * when it is none: then *trace_id is empty. Higher versions than 00 may have more behind the flags.
 */
bool projc__traceparent_id(projc_text traceparent, projc_text *trace_id);

/* The same of an event's metadata, a JSON object with a member "traceparent". Borrows the metadata;
 * the arena is for names with escapes. */
bool projc__metadata_trace_id(projc_arena *arena, projc_text metadata, projc_text *trace_id);

#endif
