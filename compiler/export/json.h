/* json.h -- a JSON text under construction: two spaces a level, one item a line, everything
 * escaped. The caller opens and closes; separators and line breaks are made here. */
#ifndef PC_EXPORT_JSON_H
#define PC_EXPORT_JSON_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct pc_json {
    struct pc_arena *arena;
    char *data;
    size_t size;
    size_t capacity;
    unsigned depth;
    bool has_items;  /* in the object or array that is open */
    bool is_member;  /* a key was written, its value comes next */
    bool is_in_line; /* no line breaks: a position */
};

/* Objects and arrays. In an array a value is an item; in an object pc_json_key comes before each.
 */
void pc_json_object(struct pc_json *json);
void pc_json_object_end(struct pc_json *json);
void pc_json_array(struct pc_json *json);
void pc_json_array_end(struct pc_json *json);
void pc_json_key(struct pc_json *json, const char *key);

/* An object on one line, which holds no others. */
void pc_json_line(struct pc_json *json);
void pc_json_line_end(struct pc_json *json);

void pc_json_text(struct pc_json *json, struct pc_text text); /* UTF-8; quoted and escaped */
void pc_json_word(struct pc_json *json, const char *word);
void pc_json_number(struct pc_json *json, int64_t number);
void pc_json_truth(struct pc_json *json, bool is_true);
void pc_json_null(struct pc_json *json);
void pc_json_raw(struct pc_json *json, struct pc_text text); /* is JSON already */

/* A key and its value. */
void pc_json_put_text(struct pc_json *json, const char *key, struct pc_text text);
void pc_json_put_word(struct pc_json *json, const char *key, const char *word);
void pc_json_put_number(struct pc_json *json, const char *key, int64_t number);
void pc_json_put_truth(struct pc_json *json, const char *key, bool is_true);
void pc_json_put_null(struct pc_json *json, const char *key);
/* The text, or null when it is empty. */
void pc_json_put_some(struct pc_json *json, const char *key, struct pc_text text);

#endif
