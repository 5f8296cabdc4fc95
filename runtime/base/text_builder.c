/* Interpolated texts: "overdrawn by {-balance}" becomes a chain of these calls in generated code.
 */
#include "projc/handler.h"

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"

#include <string.h>

enum { FIRST_CAPACITY = 64 };

void projc_build_begin(projc_handler *handler, projc_text_builder *builder)
{
    *builder = (projc_text_builder){.arena = handler->arena};
}

/* Room for size more bytes, or NULL and the builder has failed. */
static char *make_room(projc_text_builder *builder, size_t size)
{
    size_t wanted;
    char *moved;

    if (builder->is_failed)
        return NULL;
    if (size <= builder->capacity - builder->size) {
        char *room = builder->data + builder->size;

        builder->size += size;
        return room;
    }
    wanted = 2 * builder->capacity + FIRST_CAPACITY;
    if (size > SIZE_MAX - wanted)
        wanted = SIZE_MAX; /* the arena refuses it */
    else if (wanted < builder->size + size)
        wanted = builder->size + size;
    moved = projc_arena_alloc_raw(builder->arena, wanted);
    if (moved == NULL) {
        builder->is_failed = true;
        return NULL;
    }
    if (builder->size != 0)
        memcpy(moved, builder->data, builder->size);
    builder->data = moved;
    builder->capacity = wanted;
    builder->size += size;
    return moved + builder->size - size;
}

void projc_build_literal(projc_text_builder *builder, const char *text, size_t size)
{
    char *room = size == 0 ? NULL : make_room(builder, size);

    if (room != NULL)
        memcpy(room, text, size);
}

void projc_build_text(projc_text_builder *builder, projc_text text)
{
    projc_build_literal(builder, text.data, text.size);
}

void projc_build_bool(projc_text_builder *builder, bool value)
{
    projc_build_text(builder, projc__text(value ? "true" : "false"));
}

void projc_build_integer(projc_text_builder *builder, int64_t value)
{
    projc_build_decimal(builder, value, 0);
}

void projc_build_decimal(projc_text_builder *builder, int64_t value, uint8_t scale)
{
    char text[PROJC__DECIMAL_TEXT_MAX];

    projc_build_literal(builder, text, projc__decimal_format(value, scale, text));
}

void projc_build_f64(projc_text_builder *builder, double value)
{
    char text[PROJC__F64_TEXT_MAX];

    projc_build_literal(builder, text, projc__f64_format(value, text));
}

void projc_build_uuid(projc_text_builder *builder, projc_uuid value)
{
    char text[PROJC__UUID_TEXT_SIZE + 1];

    projc__uuid_format(value, text);
    projc_build_literal(builder, text, PROJC__UUID_TEXT_SIZE);
}

void projc_build_time(projc_text_builder *builder, int64_t value)
{
    char text[PROJC__TIME_TEXT_MAX];

    projc_build_literal(builder, text, projc__time_format(value, text));
}

void projc_build_date(projc_text_builder *builder, int32_t value)
{
    char text[PROJC__DATE_TEXT_MAX];

    projc_build_literal(builder, text, projc__date_format(value, text));
}

void projc_build_duration(projc_text_builder *builder, int64_t value)
{
    char text[PROJC__DURATION_TEXT_MAX];

    projc_build_literal(builder, text, projc__duration_format(value, text));
}

void projc_build_bytes(projc_text_builder *builder, projc_bytes value)
{
    char *room =
        value.size == 0 ? NULL : make_room(builder, projc__base64_encoded_size(value.size));

    if (room != NULL)
        projc__base64_encode(value.data, value.size, room);
}

projc_status projc_build_end(projc_handler *handler, projc_text_builder *builder, projc_text *text)
{
    if (builder->is_failed)
        return projc_fail_memory(handler);
    *text = projc_text_of(builder->data, builder->size);
    return PROJC_OK;
}

/* ---- keeping ---- */

bool projc_keep_text(projc_handler *handler, projc_text *text)
{
    const char *copy = projc_arena_copy(handler->arena, text->data, text->size);

    if (copy == NULL)
        return false;
    text->data = copy;
    return true;
}

bool projc_keep_bytes(projc_handler *handler, projc_bytes *bytes)
{
    const char *copy = projc_arena_copy(handler->arena, bytes->data, bytes->size);

    if (copy == NULL)
        return false;
    bytes->data = (const uint8_t *)copy;
    return true;
}
