/* state.c -- any bytes as a stored state, on the way that the engine loads one.
 *
 * The first byte says what the rest is: bits 0 and 1 the projection, bit 2 whether it is the whole
 * of a stored state, or what stands behind fingerprint and checksum, which the harness then makes
 * right, so that the strict decoder is reached. */
#include <projc/module.h>

#include <stdlib.h>
#include <string.h>

#include "bag_proj.h"
#include "codec/state_envelope.h"
#include "engine/state_row.h"
#include "small_proj.h"
#include "tests/fuzz/fuzz.h"
#include "values_proj.h"

enum { PROJECTION_BITS = 3, RAW_BIT = 4 };

static const projc_projection_type *find(const projc_module *module, const char *name)
{
    for (uint32_t i = 0; i < module->projection_count; i++)
        if (strcmp(module->projections[i].name, name) == 0)
            return &module->projections[i];
    abort();
}

static const projc_projection_type *chosen(uint8_t choice)
{
    switch (choice & PROJECTION_BITS) {
    case 0:
        return find(&values_module, "packed");
    case 1:
        return find(&bag_module, "whole");
    case 2:
        return find(&bag_module, "parts");
    default:
        return find(&small_module, "small");
    }
}

static projc_arena *new_arena(void)
{
    projc_arena *arena = projc_arena_new(0);

    if (arena == NULL)
        abort();
    return arena;
}

/* The position, then the state; a state of columns has two texts, which a zero byte parts. */
static void make_values(const projc_projection_type *type, const uint8_t *data, size_t size,
                        projc_value values[3])
{
    const uint8_t *middle = size == 0 ? NULL : memchr(data, 0, size);
    size_t first = middle == NULL ? size : (size_t)(middle - data);
    size_t rest = middle == NULL ? 0 : size - first - 1;
    const char *text = (const char *)data;

    values[0] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = 1};
    values[1] = (projc_value){.kind = PROJC_KIND_BYTES, .as.bytes = {data, size}};
    if (!type->is_columns)
        return;
    values[1] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = {text, first}};
    values[2] = (projc_value){.kind = PROJC_KIND_TEXT, .as.text = {text + size - rest, rest}};
}

static projc_bytes pack(const projc_projection_type *type, const void *state, projc_arena *arena)
{
    projc_error error = {0};
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);
    projc_bytes packed = {0};
    projc_bytes envelope = {0};

    type->to_msgpack(writer, state);
    if (projc_msgpack_writer_finish(writer, &packed, &error) != PROJC_OK ||
        projc__state_pack(arena, type->shape_fingerprint, packed, &envelope, &error) != PROJC_OK)
        abort();
    return envelope;
}

static void *room_for(const projc_projection_type *type, projc_arena *arena)
{
    void *state = projc_arena_alloc(arena, type->state_size);

    if (state == NULL)
        abort();
    type->init(state);
    return state;
}

/* What decodes can be shown and written, and what is written decodes to the same bytes. */
static void hold_decoded(const projc_projection_type *type, const void *state)
{
    projc_arena *arena = new_arena();
    projc_json_writer *json = projc_json_writer_new(arena);
    projc_bytes first = pack(type, state, arena);
    void *again = room_for(type, arena);
    projc_value values[3] = {{.kind = PROJC_KIND_INTEGER},
                             {.kind = PROJC_KIND_BYTES, .as.bytes = first}};
    projc_error error = {0};
    projc_text shown;

    type->to_json(json, state);
    if (projc_json_writer_finish(json, &shown, &error) != PROJC_OK)
        abort();
    if (!type->is_columns) {
        if (projc__state_from_values(type, values, arena, again, &error) != PROJC_OK)
            abort();
        projc_bytes second = pack(type, again, arena);
        if (second.size != first.size || memcmp(second.data, first.data, first.size) != 0)
            abort();
    }
    projc_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const projc_projection_type *type;
    projc_bytes stored;
    projc_value values[3];
    projc_error error = {0};
    projc_arena *arena;
    projc_arena *given;
    bool is_whole;

    if (size == 0)
        return 0;
    type = chosen(data[0]);
    is_whole = (data[0] & RAW_BIT) != 0 || type->is_columns;
    stored = (projc_bytes){data + 1, size - 1};
    arena = new_arena();
    given = new_arena();
    if (!is_whole &&
        projc__state_pack(given, type->shape_fingerprint, stored, &stored, &error) != PROJC_OK)
        abort();
    make_values(type, stored.data, stored.size, values);
    void *state = room_for(type, given);
    projc_status status = projc__state_from_values(type, values, arena, state, &error);

    if (status != error.status || (status == PROJC_OK) != (error.message[0] == '\0'))
        abort();
    /* Damaged, another shape's or right; nothing else can be wrong with bytes. */
    if (status != PROJC_OK && status != PROJC_CORRUPT && status != PROJC_MISMATCH)
        abort();
    if (projc_arena_used(arena) > 4000 + 400 * size)
        abort();
    if (status == PROJC_OK)
        hold_decoded(type, state);
    projc_arena_free(given);
    projc_arena_free(arena);
    return 0;
}
