/* collection.c -- sets, maps, and elements of lists: sorted arrays, looked up from one end. */
#include "machine.h"

/* ---- keys ---- */

static const struct pc_type *key_type(const struct pc_type *type)
{
    return type->kind == PC_TYPE_MAP ? type->key : type->element;
}

static struct oracle_value *keys_of(const struct pc_type *type, const struct oracle_value *value)
{
    return type->kind == PC_TYPE_MAP ? value->keys : value->items;
}

/* Where the key stands, or would. */
static size_t find(const struct pc_type *type, const struct oracle_value *value,
                   const struct oracle_value *key, bool *is_there)
{
    const struct oracle_value *keys = keys_of(type, value);
    size_t at = 0;

    while (at < value->count && oracle_compare(key_type(type), &keys[at], key) < 0)
        at++;
    *is_there = at < value->count && oracle_compare(key_type(type), &keys[at], key) == 0;
    return at;
}

/* Room for one more at `at`; what others have of the array stays as it is. */
static struct oracle_value *widened(struct pc_arena *arena, const struct oracle_value *values,
                                    size_t count, size_t at)
{
    struct oracle_value *copies = pc_arena_alloc_array(arena, count + 1, sizeof *copies);

    for (size_t i = 0; i < count; i++)
        copies[i < at ? i : i + 1] = values[i];
    return copies;
}

static struct oracle_value *narrowed(struct pc_arena *arena, const struct oracle_value *values,
                                     size_t count, size_t at)
{
    struct oracle_value *copies = pc_arena_alloc_array(arena, count, sizeof *copies);

    for (size_t i = 0; i < count; i++)
        if (i != at)
            copies[i < at ? i : i - 1] = values[i];
    return copies;
}

/* ---- changing ---- */

struct oracle_value *oracle_entry(struct pc_arena *arena, const struct pc_type *map,
                                  struct oracle_value *value, const struct oracle_value *key)
{
    bool is_there;
    size_t at = find(map, value, key, &is_there);

    if (is_there)
        return &value->items[at];
    value->keys = widened(arena, value->keys, value->count, at);
    value->items = widened(arena, value->items, value->count, at);
    value->keys[at] = oracle_copy(arena, key);
    value->items[at] = oracle_zero(arena, map->element);
    value->count++;
    return &value->items[at];
}

void oracle_add(struct pc_arena *arena, const struct pc_type *set, struct oracle_value *value,
                const struct oracle_value *item)
{
    bool is_there;
    size_t at = find(set, value, item, &is_there);

    if (is_there)
        return;
    value->items = widened(arena, value->items, value->count, at);
    value->items[at] = oracle_copy(arena, item);
    value->count++;
}

static void remove_all(struct oracle_machine *machine, const struct pc_type *list,
                       struct oracle_value *value, const struct oracle_value *item)
{
    for (size_t i = value->count; i > 0; i--) {
        if (oracle_compare(list->element, &value->items[i - 1], item) != 0)
            continue;
        value->items = narrowed(machine->arena, value->items, value->count, i - 1);
        value->count--;
    }
}

void oracle_remove(struct oracle_machine *machine, const struct pc_type *type,
                   struct oracle_value *value, const struct oracle_value *key)
{
    bool is_there;

    if (type->kind == PC_TYPE_LIST) {
        remove_all(machine, type, value, key);
        return;
    }
    size_t at = find(type, value, key, &is_there);
    if (!is_there)
        return;
    value->items = narrowed(machine->arena, value->items, value->count, at);
    if (type->kind == PC_TYPE_MAP)
        value->keys = narrowed(machine->arena, value->keys, value->count, at);
    value->count--;
}

struct oracle_value *oracle_element(struct oracle_machine *machine, const struct pc_type *type,
                                    struct oracle_value *value, const struct oracle_value *key)
{
    if (type->kind == PC_TYPE_MAP)
        return oracle_entry(machine->arena, type, value, key);
    if (key->integer < 0 || (uint64_t)key->integer >= value->count)
        oracle_fail(machine, "the list has no element there");
    return &value->items[key->integer];
}

/* ---- values ---- */

struct oracle_value oracle_look_up(struct oracle_machine *machine,
                                   const struct pc_expression *expression)
{
    const struct pc_type *type = pc_expression_target(expression->index.object);
    struct oracle_value value = oracle_evaluate(machine, expression->index.object);
    struct oracle_value key = oracle_evaluate(machine, expression->index.keys.items[0]);
    bool is_there = key.integer >= 0 && (uint64_t)key.integer < value.count;
    size_t at = (size_t)key.integer;

    if (type->kind == PC_TYPE_MAP)
        at = find(type, &value, &key, &is_there);
    if (!is_there)
        return (struct oracle_value){.has = false};
    struct oracle_value item = value.items[at];
    if (type->element->kind != PC_TYPE_OPTIONAL) /* what may be none stays one optional */
        item.has = true;
    return item;
}

bool oracle_has_item(const struct pc_type *type, const struct oracle_value *collection,
                     const struct oracle_value *wanted)
{
    const struct oracle_value *keys = keys_of(type, collection);

    for (size_t i = 0; i < collection->count; i++)
        if (oracle_compare(key_type(type), &keys[i], wanted) == 0)
            return true;
    return false;
}

struct oracle_value oracle_as_set(struct oracle_machine *machine, const struct pc_type *set,
                                  const struct oracle_value *list)
{
    struct oracle_value made = {.count = 0};

    for (size_t i = 0; i < list->count; i++)
        oracle_add(machine->arena, set, &made, &list->items[i]);
    return made;
}

/* Entries in turn, each its key and then its value; of equal keys the last counts. */
struct oracle_value oracle_make_map(struct oracle_machine *machine,
                                    const struct pc_expression *expression)
{
    struct oracle_value made = {.count = 0};

    for (size_t i = 0; i < expression->record.entries.count; i++) {
        const struct pc_entry *entry = expression->record.entries.items[i];
        struct oracle_value key = oracle_evaluate(machine, entry->key);
        struct oracle_value value = oracle_evaluate(machine, entry->value);

        *oracle_entry(machine->arena, expression->type, &made, &key) =
            oracle_copy(machine->arena, &value);
    }
    return made;
}

/* What a walk binds its (first) name to. */
struct oracle_value oracle_item(const struct pc_type *type, const struct oracle_value *collection,
                                size_t at)
{
    return keys_of(type, collection)[at];
}
