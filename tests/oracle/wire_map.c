/* wire_map.c -- maps in payloads: keys in any order, some of them twice. */
#include "wire.h"

static bool chance(struct oracle_writer *writer, uint32_t percent)
{
    return oracle_percent(writer->random, percent);
}

/* JSON has texts only for keys: numbers and truths stand in quotes. */
static void put_json_key(struct oracle_writer *writer, struct oracle_text *out,
                         const struct pc_type *type, struct oracle_value *key)
{
    struct oracle_text text = {NULL, 0, 0};

    if (type->kind == PC_TYPE_INTEGER)
        oracle_put(&text, "%lld", (long long)key->integer);
    else
        oracle_write_json_scalar(writer, &text, type, key);
    const char *quote = text.data[0] == '"' ? "" : "\"";
    oracle_put(out, "%s%s%s%s", quote, text.data, quote, chance(writer, 10) ? " : " : ":");
    oracle_text_clear(&text);
}

/* A key cannot be left out of a map: it is never broken. */
static void put_key(struct oracle_writer *writer, struct oracle_text *out,
                    const struct pc_type *type, struct oracle_value *key)
{
    bool may_break = writer->may_break;

    writer->may_break = false;
    if (writer->is_msgpack)
        oracle_write_msgpack_scalar(writer, out, type, key);
    else
        put_json_key(writer, out, type, key);
    writer->may_break = may_break;
}

bool oracle_write_map(struct oracle_writer *writer, struct oracle_text *out,
                      const struct pc_type *type, struct oracle_value *map)
{
    uint32_t count = oracle_below(writer->random, chance(writer, 10) ? 20 : 5);
    bool is_optional = writer->is_optional;
    bool is_good = true;

    writer->is_optional = false;
    *map = (struct oracle_value){.has = true};
    if (count == 0 && !is_optional && chance(writer, 30)) {
        oracle_write_null(writer, out);
        return true;
    }
    if (writer->is_msgpack)
        oracle_pack_head(writer, out, 0x80, 0xde, count);
    else
        oracle_put_char(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        bool is_again = map->count != 0 && chance(writer, 10);
        struct oracle_value key =
            is_again ? map->keys[oracle_below(writer->random, (uint32_t)map->count)]
                     : oracle_draw(writer->arena, writer->random, type->key);
        struct oracle_value value;

        if (i != 0 && !writer->is_msgpack)
            oracle_put(out, "%s", chance(writer, 10) ? " , " : ",");
        put_key(writer, out, type->key, &key);
        is_good = oracle_write_value(writer, out, type->element, &value) && is_good;
        *oracle_entry(writer->arena, type, map, &key) = value;
    }
    if (!writer->is_msgpack)
        oracle_put_char(out, '}');
    return is_good;
}
