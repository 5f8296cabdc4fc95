/* Events as JSON lines: reading them for `append`, writing them for `events`. */
#ifndef PROJC_SERVICE_EVENT_JSON_H
#define PROJC_SERVICE_EVENT_JSON_H

#include "codec/json_tree.h"
#include "projc/module.h"
#include "store/store.h"

/* Finds a declared event; NULL when the module declares none of that name. */
const projc_event_type *projc__find_event(const projc_module *module, projc_text aggregate_type,
                                          projc_text name);
/* Finds an aggregate by its outside type; NULL: there is none. */
const projc_aggregate_type *projc__find_aggregate(const projc_module *module,
                                                  projc_text aggregate_type);

/* An aggregate's id as the log's column holds it: where ids of several types meet, as its canonical
 * text, so that one aggregate is one however its id is spelled. DATA when it is none. Borrows the
 * text or lives in the arena. */
projc_status projc__event_id_parse(projc_arena *arena, const projc_aggregate_type *aggregate,
                                   bool is_text_column, projc_text text, projc_value *id,
                                   projc_error *error);

/* One line to an event to append. stream is chosen by the aggregate type. Unless is_raw, an event
 * that is not declared and a payload that its decoder refuses are DATA, a type of no aggregate is
 * ABSENT; raw payloads go in as they are (into a msgpack stream never: UNSUPPORTED). Slices borrow
 * the line or live in the arena. */
projc_status projc__event_from_json(projc_arena *arena, const projc_module *module, projc_text line,
                                    bool is_raw, projc__new_event *event, uint32_t *stream,
                                    projc_error *error);

/* A stored event as one line that `append` reads back, without the line end. Payloads of undeclared
 * events in msgpack streams are shown by their msgpack types. A payload that is neither JSON nor
 * msgpack is shown as a text, or as base64, and not taken back. */
projc_status projc__event_to_json(projc_arena *arena, const projc_module *module,
                                  const projc_stream_type *stream, const projc_event *event,
                                  projc_text *line, projc_error *error);

#endif
