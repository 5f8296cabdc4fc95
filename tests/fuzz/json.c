/* json.c -- any bytes as JSON: a payload of every kind of field, a line of `append`, a tree. */
#include <projc/codec.h>

#include <stdlib.h>

#include "codec/json_tree.h"
#include "service/event_json.h"
#include "support/account_module.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/codec_field_sample.h"
#include "tests/unit/codec_sample.h"

/* A failure fills the error, and nothing is taken that the input does not explain. */
static void hold(projc_arena *arena, const projc_error *error, projc_status status, size_t size)
{
    if (status != error->status || (status == PROJC_OK) != (error->message[0] == '\0') ||
        projc_arena_used(arena) > 4000 + 400 * size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    projc_text text = projc_text_of((const char *)data, size);
    projc_error error = {.status = PROJC_OK};
    projc_arena *arena = projc_arena_new(0);
    projc__new_event event;
    projc__json *tree;
    uint32_t stream;
    sample payload;
    field_outcome got;

    if (!field_reads_agree(text.data, size, true, &got))
        abort();
    hold(arena, &error, sample_from_json(data, size, arena, &payload, &error), size);
    projc_arena_free(arena);

    arena = projc_arena_new(0);
    error = (projc_error){.status = PROJC_OK};
    hold(arena, &error,
         projc__event_from_json(arena, &account_module, text, false, &event, &stream, &error),
         size);
    projc_arena_free(arena);

    arena = projc_arena_new(0);
    error = (projc_error){.status = PROJC_OK};
    hold(arena, &error, projc__json_parse(arena, text, &tree, &error), size);
    projc_arena_free(arena);
    return 0;
}
