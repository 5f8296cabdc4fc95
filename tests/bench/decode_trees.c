/* Decoding through libraries that make a tree of a payload first: jansson, and msgpack-c's objects.
 */
#include "decode.h"

#include <jansson.h>
#include <msgpack.h>

#include <string.h>

#include "decode_proj.h"

static bool is(projc_text key, const char *name)
{
    return key.size == strlen(name) && memcmp(key.data, name, key.size) == 0;
}

bool tree_msgpack(const sample *from)
{
    msgpack_unpacked unpacked;
    decode_copied event = {0};
    size_t offset = 0;

    msgpack_unpacked_init(&unpacked);
    if (msgpack_unpack_next(&unpacked, (const char *)from->packed.data, from->packed.size,
                            &offset) != MSGPACK_UNPACK_SUCCESS ||
        unpacked.data.type != MSGPACK_OBJECT_MAP)
        return false;
    for (uint32_t i = 0; i < unpacked.data.via.map.size; i++) {
        const msgpack_object_kv *pair = &unpacked.data.via.map.ptr[i];
        projc_text key = {pair->key.via.str.ptr, pair->key.via.str.size};
        projc_text text = {pair->val.via.str.ptr, pair->val.via.str.size};

        if (is(key, "customer"))
            event.customer = text;
        else if (is(key, "items"))
            event.items = (uint32_t)pair->val.via.u64;
        else if (is(key, "total"))
            event.total = pair->val.via.i64;
        else if (is(key, "at"))
            event.at = pair->val.via.i64;
        else if (is(key, "note"))
            event.note.has = pair->val.type == MSGPACK_OBJECT_STR;
    }
    decode_use(event.customer, event.items, event.total, event.at, event.note.has);
    msgpack_unpacked_destroy(&unpacked);
    return true;
}

bool tree_json(const sample *from)
{
    json_error_t error;
    json_t *tree = json_loadb(from->json.data, from->json.size, 0, &error);
    decode_placed event = {0};
    const char *at;
    double total;

    if (tree == NULL)
        return false;
    event.customer.data = json_string_value(json_object_get(tree, "customer"));
    event.customer.size = strlen(event.customer.data);
    event.items = (uint32_t)json_integer_value(json_object_get(tree, "items"));
    /* jansson reads a decimal as a double. */
    total = json_number_value(json_object_get(tree, "total")) * 100;
    event.total = (int64_t)(total + (total < 0 ? -0.5 : 0.5));
    at = json_string_value(json_object_get(tree, "at"));
    if (!by_hand_time(projc_text_of(at, strlen(at)), &event.at))
        return false;
    event.note.has = json_is_string(json_object_get(tree, "note"));
    decode_use(event.customer, event.items, event.total, event.at, event.note.has);
    json_decref(tree);
    return true;
}
