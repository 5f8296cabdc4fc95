/* mutants.c -- documents with one change each. */
#include "mutants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void judge(struct ir_mutants *mutants, const char *what, const char *key)
{
    if (!ir_validate(mutants->schema, mutants->document)) {
        mutants->noticed++;
        return;
    }
    mutants->missed++;
    if (mutants->missed < 20)
        printf("not ok - %s: %s `%s` is not noticed\n", mutants->name, what, key);
}

/* Puts another value there, judges, and puts the old one back: the order stays. */
static void replace(struct ir_mutants *mutants, json_t *object, const char *key, json_t *value,
                    const char *what)
{
    json_t *old = json_incref(json_object_get(object, key));

    (void)json_object_set_new(object, key, value);
    judge(mutants, what, key);
    (void)json_object_set_new(object, key, old);
}

static void take_away(struct ir_mutants *mutants, json_t *object, const char *key)
{
    json_t *old = json_incref(json_object_get(object, key));

    (void)json_object_del(object, key);
    judge(mutants, "without", key);
    (void)json_object_set_new(object, key, old);
}

/* A value of a form that the property has nowhere. What a constant is depends on its type, so any
 * form but an object may be right. */
static void change_form(struct ir_mutants *mutants, json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    json_t *strange = json_pack("{s:i}", "strange", 1);

    replace(mutants, object, key, strange, "an object for");
    if (json_is_string(value) && strcmp(key, "value") != 0 && strcmp(key, "id") != 0 &&
        strcmp(key, "key") != 0)
        replace(mutants, object, key, json_integer(7), "a number for");
    if (json_is_boolean(value) && strcmp(key, "value") != 0)
        replace(mutants, object, key, json_string("true"), "a text for");
    if (json_is_array(value) && strcmp(key, "value") != 0)
        replace(mutants, object, key, json_string("list"), "a text for");
    if (json_is_object(value))
        replace(mutants, object, key, json_array(), "an array for");
}

static void change_word(struct ir_mutants *mutants, json_t *object, const char *key)
{
    static const char *const words[] = {"kind",   "operator", "role", "mode", "payload",
                                        "action", "id_type",  "unit", "data", "id_column"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], key) == 0 && json_is_string(json_object_get(object, key)))
            replace(mutants, object, key, json_string("nonsense"), "nonsense for");
}

static void change_number(struct ir_mutants *mutants, json_t *object, const char *key)
{
    if (strcmp(key, "line") == 0 || strcmp(key, "column") == 0)
        replace(mutants, object, key, json_integer(0), "zero for");
    if (strcmp(key, "file") == 0 || strcmp(key, "scale") == 0 || strcmp(key, "bits") == 0)
        replace(mutants, object, key, json_integer(-1), "less than nothing for");
    if (strcmp(key, "ir") == 0)
        replace(mutants, object, key, json_integer(2), "another version for");
}

static void change(struct ir_mutants *mutants, json_t *node);

static void change_object(struct ir_mutants *mutants, json_t *object)
{
    size_t size = json_object_size(object);
    char **keys = calloc(size, sizeof *keys);
    size_t count = 0;
    const char *key;
    json_t *value;

    if (keys == NULL)
        abort();
    json_object_foreach(object, key, value) keys[count++] = strdup(key);
    (void)json_object_set_new(object, "strange", json_true());
    judge(mutants, "with", "strange");
    (void)json_object_del(object, "strange");
    for (size_t i = 0; i < count; i++) {
        take_away(mutants, object, keys[i]);
        change_form(mutants, object, keys[i]);
        change_word(mutants, object, keys[i]);
        change_number(mutants, object, keys[i]);
        change(mutants, json_object_get(object, keys[i]));
        free(keys[i]);
    }
    free(keys);
}

static void change(struct ir_mutants *mutants, json_t *node)
{
    json_t *item;
    size_t index;

    if (json_is_object(node))
        change_object(mutants, node);
    json_array_foreach(node, index, item) change(mutants, item);
}

void ir_run_mutants(struct ir_mutants *mutants, const char *path)
{
    json_error_t error;

    mutants->name = path;
    mutants->document = json_load_file(path, 0, &error);
    if (mutants->document == NULL || !ir_validate(mutants->schema, mutants->document)) {
        printf("not ok - %s: %s\n", path,
               mutants->document == NULL ? error.text : mutants->schema->message);
        mutants->missed++;
    } else {
        change(mutants, mutants->document);
    }
    json_decref(mutants->document);
}
