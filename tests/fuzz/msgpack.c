/* msgpack.c -- any bytes as msgpack: a payload of every kind of field, and the way to JSON. */
#include <projc/codec.h>

#include <stdlib.h>

#include "codec/json_tree.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/codec_field_sample.h"
#include "tests/unit/codec_sample.h"

static void hold(const projc_error *error, projc_status status)
{
    if (status != error->status || (status == PROJC_OK) != (error->message[0] == '\0'))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    projc_bytes bytes = {.data = data, .size = size};
    projc_error error = {.status = PROJC_OK};
    projc_arena *arena = projc_arena_new(0);
    sample payload;
    field_outcome got;

    if (!field_reads_agree((const char *)data, size, false, &got))
        abort();
    hold(&error, sample_from_msgpack(data, size, arena, &payload, &error));
    if (projc_arena_used(arena) > 4000 + 400 * size)
        abort();
    projc_arena_free(arena);

    arena = projc_arena_new(0);
    error = (projc_error){.status = PROJC_OK};
    hold(&error, projc__msgpack_to_json(arena, bytes, projc_json_writer_new(arena), &error));
    projc_arena_free(arena);
    return 0;
}
