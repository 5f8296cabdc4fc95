/* What a test got where it expected something else, for `projc test --update`. */
#include "service/test_got.h"

#include <errno.h>
#include <string.h>

#include "base/buffer.h"
#include "service/test_compare.h"

/* Names of the expected fields that differ. */
static projc_status put_differing(const projc__json *expected, const projc__json *got,
                                  projc__buffer *line, projc_error *error)
{
    const char *separator = "";
    projc__buffer text;
    projc_status status;

    projc__buffer_init(&text);
    for (uint32_t i = 0; i < expected->count; i++) {
        const projc__json *field = &expected->items[i];
        const projc__json *value = projc__json_find(got, field->key);

        if (value == NULL || projc__test_compare(field, value, &text) == 0)
            continue;
        projc__buffer_format(line, "%s\"%.*s\"", separator, (int)field->key.size, field->key.data);
        separator = ",";
    }
    status = projc__buffer_status(&text, error);
    projc__buffer_clear(&text);
    return status;
}

static projc_status put_failure(projc_text failure, projc__buffer *line, projc_arena *arena,
                                projc_error *error)
{
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc_text json;
    projc_status status;

    if (writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc_json_write_text(writer, failure);
    status = projc_json_writer_finish(writer, &json, error);
    if (status == PROJC_OK)
        projc__buffer_format(line, "fails\t%.*s\t[]\n", (int)json.size, json.data);
    return status;
}

static projc_status put_state(const projc_test_step *step, projc_text state, projc__buffer *line,
                              projc_arena *arena, projc_error *error)
{
    projc__json *expected;
    projc__json *got;
    projc_status status = PROJC_OK;

    projc__buffer_format(line, "state\t%.*s\t[", (int)state.size, state.data);
    if (step->kind == PROJC_TEST_EXPECT) {
        status = projc__json_parse(arena, projc_text_of(step->json, strlen(step->json)), &expected,
                                   error);
        if (status == PROJC_OK)
            status = projc__json_parse(arena, state, &got, error);
        if (status == PROJC_OK && expected->kind == PROJC__JSON_MAP && got->kind == PROJC__JSON_MAP)
            status = put_differing(expected, got, line, error);
    }
    projc__buffer_put_string(line, "]\n");
    return status;
}

projc_status projc__test_got_write(FILE *file, const projc_test_step *step,
                                   const projc__test_got *got, projc_arena *arena,
                                   projc_error *error)
{
    projc__buffer line;
    projc_status status = PROJC_OK;

    projc__buffer_init(&line);
    projc__buffer_format(&line, "%u\t%u\t", got->test, got->step);
    if (got->failure.size > 0)
        status = put_failure(got->failure, &line, arena, error);
    else if (got->is_absent)
        projc__buffer_put_string(&line, "none\t\t[]\n");
    else
        status = put_state(step, got->state, &line, arena, error);
    if (status == PROJC_OK)
        status = projc__buffer_status(&line, error);
    if (status == PROJC_OK && fwrite(line.data, 1, line.size, file) != line.size)
        status =
            projc_error_set(error, PROJC_IO, "the findings cannot be written: %s", strerror(errno));
    projc__buffer_clear(&line);
    return status;
}
