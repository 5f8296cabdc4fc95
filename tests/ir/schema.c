/* schema.c -- a schema taken apart: what the validator understands, and what of it was of use. */
#include "schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the schema ---- */

/* What stands below a keyword. */
enum form { FORM_VALUE, FORM_SCHEMA, FORM_SCHEMAS, FORM_NAMED_SCHEMAS, FORM_CONDITION };

static const struct keyword {
    const char *name;
    enum form form;
} keywords[] = {
    {"$schema", FORM_VALUE},       {"$id", FORM_VALUE},
    {"title", FORM_VALUE},         {"description", FORM_VALUE},
    {"$defs", FORM_NAMED_SCHEMAS}, {"$ref", FORM_VALUE},
    {"type", FORM_VALUE},          {"properties", FORM_NAMED_SCHEMAS},
    {"required", FORM_VALUE},      {"additionalProperties", FORM_VALUE},
    {"items", FORM_SCHEMA},        {"enum", FORM_VALUE},
    {"const", FORM_VALUE},         {"oneOf", FORM_SCHEMAS},
    {"allOf", FORM_SCHEMAS},       {"if", FORM_CONDITION},
    {"then", FORM_SCHEMA},         {"else", FORM_SCHEMA},
    {"minLength", FORM_VALUE},     {"minItems", FORM_VALUE},
    {"minimum", FORM_VALUE},       {"maximum", FORM_VALUE},
    {"pattern", FORM_VALUE},
};

static const struct keyword *find_keyword(const char *name)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(keywords[i].name, name) == 0)
            return &keywords[i];
    return NULL;
}

bool ir_refuse(struct ir_schema *schema, const char *path, const char *format, ...)
{
    va_list arguments;
    size_t size;

    if (schema->message[0] != '\0')
        return false;
    (void)snprintf(schema->message, sizeof schema->message, "%s: ", path[0] == '\0' ? "/" : path);
    size = strlen(schema->message);
    va_start(arguments, format);
    (void)vsnprintf(schema->message + size, sizeof schema->message - size, format, arguments);
    va_end(arguments);
    return false;
}

static bool collect(struct ir_schema *schema, const json_t *part, const char *path,
                    bool is_condition);

static bool collect_below(struct ir_schema *schema, const struct keyword *keyword,
                          const json_t *value, const char *path, bool is_condition)
{
    char below[IR_PATH_SIZE];
    const char *name;
    json_t *item;
    size_t index;

    switch (keyword->form) {
    case FORM_CONDITION:
        return collect(schema, value, path, true);
    case FORM_SCHEMA:
        return collect(schema, value, path, is_condition);
    case FORM_SCHEMAS:
        json_array_foreach(value, index, item)
        {
            (void)snprintf(below, sizeof below, "%.480s/%zu", path, index);
            if (!collect(schema, item, below, is_condition))
                return false;
        }
        return json_is_array(value) || ir_refuse(schema, path, "not a list of schemas");
    case FORM_NAMED_SCHEMAS:
        json_object_foreach((json_t *)(uintptr_t)value, name, item)
        {
            (void)snprintf(below, sizeof below, "%.400s/%.100s", path, name);
            if (!collect(schema, item, below, is_condition))
                return false;
        }
        return json_is_object(value) || ir_refuse(schema, path, "not an object of schemas");
    default:
        return true;
    }
}

/* Lists a schema and all below it, and refuses what the validator would not understand. */
static bool collect(struct ir_schema *schema, const json_t *part, const char *path,
                    bool is_condition)
{
    struct ir_part *parts = realloc(schema->parts, (schema->count + 1) * sizeof *parts);
    char below[IR_PATH_SIZE];
    const char *name;
    json_t *value;

    if (parts == NULL)
        abort();
    schema->parts = parts;
    if (!json_is_object(part))
        return ir_refuse(schema, path, "not a schema");
    parts[schema->count] = (struct ir_part){.schema = part, .is_condition = is_condition};
    (void)snprintf(parts[schema->count].path, IR_PATH_SIZE, "%s", path);
    schema->count++;
    json_object_foreach((json_t *)(uintptr_t)part, name, value)
    {
        const struct keyword *keyword = find_keyword(name);

        if (keyword == NULL)
            return ir_refuse(schema, path, "unknown keyword `%s`", name);
        if (strcmp(name, "additionalProperties") == 0 && !json_is_false(value))
            return ir_refuse(schema, path, "additionalProperties is not false");
        (void)snprintf(below, sizeof below, "%.400s%s%.100s", path, path[0] == '\0' ? "" : "/",
                       name);
        if (!collect_below(schema, keyword, value, below, is_condition))
            return false;
    }
    return true;
}

static int compare_parts(const void *left, const void *right)
{
    uintptr_t a = (uintptr_t)((const struct ir_part *)left)->schema;
    uintptr_t b = (uintptr_t)((const struct ir_part *)right)->schema;

    return (a > b) - (a < b);
}

bool ir_schema_init(struct ir_schema *schema, const char *path, const char *text)
{
    json_error_t error;

    *schema = (struct ir_schema){0};
    schema->root = path != NULL ? json_load_file(path, JSON_REJECT_DUPLICATES, &error)
                                : json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (schema->root == NULL)
        return ir_refuse(schema, path != NULL ? path : "", "%s", error.text);
    if (!collect(schema, schema->root, "", false))
        return false;
    qsort(schema->parts, schema->count, sizeof *schema->parts, compare_parts);
    return true;
}

void ir_schema_clear(struct ir_schema *schema)
{
    json_decref(schema->root);
    free(schema->parts);
}

struct ir_part *ir_part_of(const struct ir_schema *schema, const json_t *of)
{
    const struct ir_part wanted = {.schema = of};

    return bsearch(&wanted, schema->parts, schema->count, sizeof wanted, compare_parts);
}

/* ---- what was of use ---- */

static size_t report_alternatives(const struct ir_part *part, const json_t *alternatives)
{
    size_t count = 0;
    const json_t *one;
    size_t index;

    json_array_foreach(alternatives, index, one)
    {
        if ((part->seen >> index & 1) != 0)
            continue;
        char *text = json_dumps(one, JSON_ENCODE_ANY);
        printf("never met: %s of %s\n", text, part->path);
        free(text);
        count++;
    }
    return count;
}

size_t ir_report_unused(const struct ir_schema *schema)
{
    size_t count = 0;

    for (size_t i = 0; i < schema->count; i++) {
        const struct ir_part *part = &schema->parts[i];
        const json_t *type = json_object_get(part->schema, "type");

        if (part->is_condition)
            continue;
        if (!part->is_used) {
            printf("never used: %s\n", part->path);
            count++;
            continue;
        }
        count += report_alternatives(part, json_object_get(part->schema, "enum"));
        if (json_is_array(type))
            count += report_alternatives(part, type);
    }
    return count;
}

bool ir_is_met(const struct ir_schema *schema, const char *word)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct ir_part *part = &schema->parts[i];
        const char *constant = json_string_value(json_object_get(part->schema, "const"));
        const json_t *one;
        size_t index;

        if (part->is_condition || !part->is_used)
            continue;
        if (constant != NULL && strcmp(constant, word) == 0)
            return true;
        json_array_foreach(json_object_get(part->schema, "enum"), index, one)
        {
            if (json_is_string(one) && (part->seen >> index & 1) != 0 &&
                strcmp(json_string_value(one), word) == 0)
                return true;
        }
    }
    return false;
}
