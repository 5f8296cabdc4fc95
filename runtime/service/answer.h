/* What commands answer with --json: lines of JSON on standard output, written in one way. */
#ifndef PROJC_SERVICE_ANSWER_H
#define PROJC_SERVICE_ANSWER_H

#include "projc/codec.h"
#include "projc/status.h"

/* A writer for one line. NULL: memory is out, which error tells (it may be NULL). The arena keeps
 * what is written. */
projc_json_writer *projc__answer_new(projc_arena *arena, projc_error *error);
/* Ends what was written, and prints it as a line. */
projc_status projc__answer_print(projc_json_writer *writer, projc_error *error);

/* The same for an object: begun, with the projection that it is about (NULL: about none) as its
 * first member, and ended. */
projc_json_writer *projc__answer_begin(projc_arena *arena, const char *projection,
                                       projc_error *error);
projc_status projc__answer_end(projc_json_writer *writer, projc_error *error);

/* Members of an object. text NULL is null. */
void projc__answer_text(projc_json_writer *writer, const char *name, const char *text);
void projc__answer_number(projc_json_writer *writer, const char *name, int64_t value);
void projc__answer_bool(projc_json_writer *writer, const char *name, bool value);
/* "result" (OK, KEY_FAILED, …: the status's name) and "error", its text or null. */
void projc__answer_result(projc_json_writer *writer, projc_status status, const projc_error *told);

#endif
