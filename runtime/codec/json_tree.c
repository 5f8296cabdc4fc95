/* JSON as a tree. Recursion is bounded by the reader's depth limit. */
#include "codec/json_tree.h"

#include "codec/json_scan.h"
#include "projc/handler.h"

#include <string.h>

static void read_value(projc_json_reader *reader, projc__json *value);

static projc__json *add_item(projc_json_reader *reader, projc__json *parent)
{
    projc__json *items = projc_list_reserve(reader->arena, parent->items, parent->count,
                                            &parent->capacity, sizeof *items);

    if (items == NULL) {
        projc__json_exhausted(reader);
        return NULL;
    }
    parent->items = items;
    items += parent->count++;
    *items = (projc__json){0};
    return items;
}

static void read_list(projc_json_reader *reader, projc__json *list)
{
    projc_scope scope;
    projc__json *item;

    list->kind = PROJC__JSON_LIST;
    projc_json_read_list(reader, &scope);
    while (projc_json_read_item(reader, &scope) && (item = add_item(reader, list)) != NULL)
        read_value(reader, item);
}

static void read_map(projc_json_reader *reader, projc__json *map)
{
    projc_scope scope;
    projc_text key;
    projc__json *item;

    map->kind = PROJC__JSON_MAP;
    projc_json_read_map(reader, &scope);
    while (projc_json_read_key(reader, &scope, &key) && (item = add_item(reader, map)) != NULL) {
        item->key = key;
        read_value(reader, item);
    }
}

static void read_value(projc_json_reader *reader, projc__json *value)
{
    char next = projc__json_peek(reader);
    const char *begin = reader->at;

    switch (next) {
    case '{':
        read_map(reader, value);
        break;
    case '[':
        read_list(reader, value);
        break;
    case '"':
        value->kind = PROJC__JSON_TEXT;
        value->text = projc_json_read_text(reader);
        break;
    case 't':
    case 'f':
        value->kind = PROJC__JSON_BOOL;
        value->boolean = projc_json_read_bool(reader);
        break;
    case 'n':
        value->kind = PROJC__JSON_NULL;
        projc_json_read_null(reader);
        break;
    default:
        value->kind = PROJC__JSON_NUMBER;
        value->text = projc_json_read_raw(reader);
        break;
    }
    if (reader->status == PROJC_OK)
        value->raw = projc_text_of(begin, (size_t)(reader->at - begin));
}

projc_status projc__json_parse(projc_arena *arena, projc_text text, projc__json **tree,
                               projc_error *error)
{
    projc_json_reader reader;
    projc__json *root = projc_arena_alloc(arena, sizeof *root);

    projc_json_reader_init(&reader, text.data, text.size, arena, error);
    if (root == NULL)
        projc__json_exhausted(&reader);
    else
        read_value(&reader, root);
    *tree = root;
    return projc_json_read_end(&reader);
}

const projc__json *projc__json_find(const projc__json *tree, projc_text key)
{
    if (tree == NULL || tree->kind != PROJC__JSON_MAP)
        return NULL;
    for (uint32_t i = tree->count; i > 0; i--)
        if (projc_text_compare(tree->items[i - 1].key, key) == 0)
            return &tree->items[i - 1];
    return NULL;
}

const projc__json *projc__json_get(const projc__json *tree, const char *key)
{
    return projc__json_find(tree, projc_text_of(key, strlen(key)));
}
