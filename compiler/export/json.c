/* json.c -- a JSON text under construction: two spaces a level, one item a line, everything
 * escaped. */
#include "export/json.h"

#include <inttypes.h>
#include <string.h>

enum { FIRST_BYTES = 4096, INDENT = 2 };

static void add(struct pc_json *json, const char *data, size_t size)
{
    if (json->capacity - json->size < size) {
        size_t capacity = json->capacity == 0 ? FIRST_BYTES : json->capacity * 2;

        while (capacity - json->size < size)
            capacity *= 2;

        char *grown = pc_arena_alloc(json->arena, capacity);

        if (json->size > 0)
            memcpy(grown, json->data, json->size);
        json->data = grown;
        json->capacity = capacity;
    }
    if (size > 0)
        memcpy(json->data + json->size, data, size);
    json->size += size;
}

static void add_string(struct pc_json *json, const char *string)
{
    add(json, string, strlen(string));
}

static void break_line(struct pc_json *json)
{
    static const char spaces[] = "                                ";
    size_t left = (size_t)json->depth * INDENT;

    add(json, "\n", 1);
    while (left > 0) {
        size_t size = left < sizeof spaces - 1 ? left : sizeof spaces - 1;

        add(json, spaces, size);
        left -= size;
    }
}

/* What stands before an item or a key. */
static void separate(struct pc_json *json)
{
    if (json->is_member) {
        json->is_member = false;
        return;
    }
    if (json->has_items)
        add(json, ",", 1);
    if (json->is_in_line) {
        if (json->has_items)
            add(json, " ", 1);
    } else if (json->depth > 0) {
        break_line(json);
    }
    json->has_items = true;
}

static void open(struct pc_json *json, const char *bracket)
{
    separate(json);
    add_string(json, bracket);
    json->depth++;
    json->has_items = false;
}

/* Whoever is around has an item now: this one. */
static void close(struct pc_json *json, const char *bracket)
{
    json->depth--;
    if (json->has_items && !json->is_in_line)
        break_line(json);
    add_string(json, bracket);
    json->has_items = true;
}

void pc_json_object(struct pc_json *json)
{
    open(json, "{");
}

void pc_json_object_end(struct pc_json *json)
{
    close(json, "}");
}

void pc_json_array(struct pc_json *json)
{
    open(json, "[");
}

void pc_json_array_end(struct pc_json *json)
{
    close(json, "]");
}

void pc_json_line(struct pc_json *json)
{
    open(json, "{");
    json->is_in_line = true;
}

void pc_json_line_end(struct pc_json *json)
{
    close(json, "}");
    json->is_in_line = false;
}

static void add_quoted(struct pc_json *json, struct pc_text text)
{
    static const char hex[] = "0123456789abcdef";
    size_t start = 0;

    add(json, "\"", 1);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        add(json, text.data + start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\') {
            escape[1] = (char)c;
            add(json, escape, 2);
        } else if (c == '\n') {
            add(json, "\\n", 2);
        } else {
            add(json, escape, sizeof escape);
        }
    }
    if (text.size > start)
        add(json, text.data + start, text.size - start);
    add(json, "\"", 1);
}

void pc_json_key(struct pc_json *json, const char *key)
{
    separate(json);
    add_quoted(json, pc_text_of(key));
    add(json, ": ", 2);
    json->is_member = true;
}

void pc_json_text(struct pc_json *json, struct pc_text text)
{
    separate(json);
    add_quoted(json, text);
}

void pc_json_word(struct pc_json *json, const char *word)
{
    pc_json_text(json, pc_text_of(word));
}

void pc_json_number(struct pc_json *json, int64_t number)
{
    pc_json_raw(json, pc_text_format(json->arena, "%" PRId64, number));
}

void pc_json_truth(struct pc_json *json, bool is_true)
{
    pc_json_raw(json, pc_text_of(is_true ? "true" : "false"));
}

void pc_json_null(struct pc_json *json)
{
    pc_json_raw(json, pc_text_of("null"));
}

void pc_json_raw(struct pc_json *json, struct pc_text text)
{
    separate(json);
    add(json, text.data, text.size);
}

void pc_json_put_text(struct pc_json *json, const char *key, struct pc_text text)
{
    pc_json_key(json, key);
    pc_json_text(json, text);
}

void pc_json_put_word(struct pc_json *json, const char *key, const char *word)
{
    pc_json_put_text(json, key, pc_text_of(word));
}

void pc_json_put_number(struct pc_json *json, const char *key, int64_t number)
{
    pc_json_key(json, key);
    pc_json_number(json, number);
}

void pc_json_put_truth(struct pc_json *json, const char *key, bool is_true)
{
    pc_json_key(json, key);
    pc_json_truth(json, is_true);
}

void pc_json_put_null(struct pc_json *json, const char *key)
{
    pc_json_key(json, key);
    pc_json_null(json);
}

void pc_json_put_some(struct pc_json *json, const char *key, struct pc_text text)
{
    if (text.size == 0)
        pc_json_put_null(json, key);
    else
        pc_json_put_text(json, key, text);
}
