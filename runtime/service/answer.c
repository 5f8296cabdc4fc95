/* What commands answer with --json. */
#include "service/answer.h"

#include <stdio.h>
#include <string.h>

projc_json_writer *projc__answer_new(projc_arena *arena, projc_error *error)
{
    projc_json_writer *writer = projc_json_writer_new(arena);

    if (writer == NULL)
        (void)projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an answer");
    return writer;
}

projc_status projc__answer_print(projc_json_writer *writer, projc_error *error)
{
    projc_text line;
    projc_status status = projc_json_writer_finish(writer, &line, error);

    if (status == PROJC_OK)
        printf("%.*s\n", (int)line.size, line.data);
    return status;
}

projc_json_writer *projc__answer_begin(projc_arena *arena, const char *projection,
                                       projc_error *error)
{
    projc_json_writer *writer = projc__answer_new(arena, error);

    if (writer == NULL)
        return NULL;
    projc_json_write_map(writer);
    if (projection != NULL)
        projc__answer_text(writer, "projection", projection);
    return writer;
}

projc_status projc__answer_end(projc_json_writer *writer, projc_error *error)
{
    projc_json_write_map_end(writer);
    return projc__answer_print(writer, error);
}

void projc__answer_text(projc_json_writer *writer, const char *name, const char *text)
{
    projc_json_write_name(writer, name);
    if (text == NULL)
        projc_json_write_null(writer);
    else
        projc_json_write_text(writer, projc_text_of(text, strlen(text)));
}

void projc__answer_number(projc_json_writer *writer, const char *name, int64_t value)
{
    projc_json_write_name(writer, name);
    projc_json_write_integer(writer, value);
}

void projc__answer_bool(projc_json_writer *writer, const char *name, bool value)
{
    projc_json_write_name(writer, name);
    projc_json_write_bool(writer, value);
}

void projc__answer_result(projc_json_writer *writer, projc_status status, const projc_error *told)
{
    projc__answer_text(writer, "result", projc_status_name(status));
    projc__answer_text(writer, "error", status == PROJC_OK ? NULL : told->message);
}
