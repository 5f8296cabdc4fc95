/* Msgpack of any shape, shown as JSON. Recursion is bounded by the depth limit. */
#include "codec/json_tree.h"

#include "base/arena.h"
#include "base/text.h"
#include "codec/msgpack_head.h"
#include "projc/handler.h"

#include <stdio.h>

enum { KEY_DEPTH_MAX = 3 };

static void convert(projc_msgpack_reader *reader, projc_json_writer *writer, uint32_t depth);

static void write_text(projc_json_writer *writer, const projc__msgpack_head *head)
{
    projc_text text = projc_text_of((const char *)head->data, (size_t)head->count);

    if (projc__utf8_is_valid(text.data, text.size))
        projc_json_write_text(writer, text);
    else
        projc_json_write_bytes(writer, (projc_bytes){head->data, (size_t)head->count});
}

/* A text as it is, anything else as the text of its JSON. */
static void convert_key(projc_msgpack_reader *reader, projc_json_writer *writer, uint32_t depth)
{
    projc_msgpack_reader look = *reader;
    projc_json_writer *key_writer;
    projc__msgpack_head head;
    projc_text key;

    look.error = NULL;
    if (projc__msgpack_read_head(&look, &head) == PROJC__MSGPACK_TEXT &&
        projc__utf8_is_valid((const char *)head.data, (size_t)head.count)) {
        reader->at = look.at;
        projc_json_write_key(writer, projc_text_of((const char *)head.data, (size_t)head.count));
        return;
    }
    key_writer = projc_json_writer_new(reader->arena);
    if (key_writer == NULL) {
        projc__msgpack_exhausted(reader);
        return;
    }
    /* Every level of keys within keys doubles the backslashes: few are allowed. */
    convert(reader, key_writer,
            depth < PROJC_DEPTH_MAX - KEY_DEPTH_MAX ? PROJC_DEPTH_MAX - KEY_DEPTH_MAX : depth);
    if (reader->status == PROJC_OK && projc_json_writer_finish(key_writer, &key, NULL) != PROJC_OK)
        projc__msgpack_exhausted(reader);
    if (reader->status == PROJC_OK)
        projc_json_write_key(writer, key);
}

static void convert_items(projc_msgpack_reader *reader, projc_json_writer *writer,
                          const projc__msgpack_head *head, uint32_t depth)
{
    if (depth == PROJC_DEPTH_MAX) {
        projc_msgpack_fail(reader, PROJC_LIMIT, "nested deeper than %d levels", PROJC_DEPTH_MAX);
        return;
    }
    if (head->kind == PROJC__MSGPACK_LIST)
        projc_json_write_list(writer);
    else
        projc_json_write_map(writer);
    for (uint64_t i = 0; i < head->count && reader->status == PROJC_OK; i++) {
        if (head->kind == PROJC__MSGPACK_MAP)
            convert_key(reader, writer, depth + 1);
        if (reader->status == PROJC_OK)
            convert(reader, writer, depth + 1);
    }
    if (head->kind == PROJC__MSGPACK_LIST)
        projc_json_write_list_end(writer);
    else
        projc_json_write_map_end(writer);
}

static void convert_extension(projc_json_writer *writer, const projc__msgpack_head *head)
{
    projc_json_write_map(writer);
    projc_json_write_name(writer, "extension");
    projc_json_write_integer(writer, head->integer);
    projc_json_write_name(writer, "data");
    projc_json_write_bytes(writer, (projc_bytes){head->data, (size_t)head->count});
    projc_json_write_map_end(writer);
}

static void convert(projc_msgpack_reader *reader, projc_json_writer *writer, uint32_t depth)
{
    projc__msgpack_head head;
    char huge[24];

    switch (projc__msgpack_read_head(reader, &head)) {
    case PROJC__MSGPACK_NIL:
        projc_json_write_null(writer);
        break;
    case PROJC__MSGPACK_BOOL:
        projc_json_write_bool(writer, head.integer != 0);
        break;
    case PROJC__MSGPACK_INTEGER:
        projc_json_write_integer(writer, head.integer);
        break;
    case PROJC__MSGPACK_HUGE:
        snprintf(huge, sizeof huge, "%llu", (unsigned long long)head.count);
        projc_json_write_raw(writer, projc__text(huge));
        break;
    case PROJC__MSGPACK_REAL:
        if (projc_f64_is_finite(head.real))
            projc_json_write_f64(writer, head.real);
        else
            projc_json_write_null(writer);
        break;
    case PROJC__MSGPACK_TEXT:
        write_text(writer, &head);
        break;
    case PROJC__MSGPACK_BYTES:
        projc_json_write_bytes(writer, (projc_bytes){head.data, (size_t)head.count});
        break;
    case PROJC__MSGPACK_LIST:
    case PROJC__MSGPACK_MAP:
        convert_items(reader, writer, &head, depth);
        break;
    case PROJC__MSGPACK_EXTENSION:
        convert_extension(writer, &head);
        break;
    case PROJC__MSGPACK_FAILED:
        break;
    }
}

projc_status projc__msgpack_to_json(projc_arena *arena, projc_bytes bytes,
                                    projc_json_writer *writer, projc_error *error)
{
    projc_msgpack_reader reader;

    projc_msgpack_reader_init(&reader, bytes.data, bytes.size, arena, error);
    convert(&reader, writer, 0);
    return projc_msgpack_read_end(&reader);
}
