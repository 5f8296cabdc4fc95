/* validate.c -- a document against a schema. */
#include "schema.h"

#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where one is in the document. */
struct place {
    const struct place *around;
    const char *name; /* NULL: index */
    size_t index;
};

static void write_path(const struct place *place, char *path, size_t size)
{
    if (place == NULL) {
        path[0] = '\0';
        return;
    }
    write_path(place->around, path, size);

    size_t used = strlen(path);

    if (place->name != NULL)
        (void)snprintf(path + used, size - used, "/%s", place->name);
    else
        (void)snprintf(path + used, size - used, "/%zu", place->index);
}

static bool fail(struct ir_schema *schema, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct ir_schema *schema, const struct place *place, const char *format, ...)
{
    char path[IR_PATH_SIZE];
    char why[IR_MESSAGE_SIZE];
    va_list arguments;

    if (schema->muted > 0)
        return false;
    write_path(place, path, sizeof path);
    va_start(arguments, format);
    (void)vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    return ir_refuse(schema, path, "%s", why);
}

static bool validate(struct ir_schema *schema, const json_t *part, const json_t *value,
                     const struct place *place);

static void note(struct ir_schema *schema, const json_t *part, size_t alternative)
{
    if (schema->muted == 0 && alternative < 64)
        ir_part_of(schema, part)->seen |= UINT64_C(1) << alternative;
}

static bool has_type(const json_t *value, const char *type)
{
    if (strcmp(type, "null") == 0)
        return json_is_null(value);
    if (strcmp(type, "boolean") == 0)
        return json_is_boolean(value);
    if (strcmp(type, "integer") == 0)
        return json_is_integer(value);
    if (strcmp(type, "number") == 0)
        return json_is_number(value);
    if (strcmp(type, "string") == 0)
        return json_is_string(value);
    if (strcmp(type, "array") == 0)
        return json_is_array(value);
    return strcmp(type, "object") == 0 && json_is_object(value);
}

static bool check_type(struct ir_schema *schema, const json_t *part, const json_t *value,
                       const struct place *place)
{
    const json_t *type = json_object_get(part, "type");
    const json_t *one;
    size_t index;

    if (type == NULL)
        return true;
    if (json_is_string(type))
        return has_type(value, json_string_value(type)) ||
               fail(schema, place, "is not %s", json_string_value(type));
    json_array_foreach(type, index, one)
    {
        if (has_type(value, json_string_value(one))) {
            note(schema, part, index);
            return true;
        }
    }
    return fail(schema, place, "is of none of the types");
}

static bool check_values(struct ir_schema *schema, const json_t *part, const json_t *value,
                         const struct place *place)
{
    const json_t *constant = json_object_get(part, "const");
    const json_t *alternatives = json_object_get(part, "enum");
    const json_t *one;
    size_t index;

    if (constant != NULL && !json_equal(constant, value))
        return fail(schema, place, "is not the constant");
    if (alternatives == NULL)
        return true;
    json_array_foreach(alternatives, index, one)
    {
        if (json_equal(one, value)) {
            note(schema, part, index);
            return true;
        }
    }
    return fail(schema, place, "is none of the values");
}

static size_t code_points(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;
    bool is_match;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    is_match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

static bool check_bounds(struct ir_schema *schema, const json_t *part, const json_t *value,
                         const struct place *place)
{
    const json_t *length = json_object_get(part, "minLength");
    const json_t *items = json_object_get(part, "minItems");
    const json_t *low = json_object_get(part, "minimum");
    const json_t *high = json_object_get(part, "maximum");
    const json_t *pattern = json_object_get(part, "pattern");

    if (length != NULL && json_is_string(value) &&
        code_points(json_string_value(value)) < (size_t)json_integer_value(length))
        return fail(schema, place, "is too short");
    if (pattern != NULL && json_is_string(value) &&
        !matches(json_string_value(pattern), json_string_value(value)))
        return fail(schema, place, "does not match %s", json_string_value(pattern));
    if (items != NULL && json_is_array(value) &&
        json_array_size(value) < (size_t)json_integer_value(items))
        return fail(schema, place, "has too few items");
    if (low != NULL && json_is_number(value) && json_number_value(value) < json_number_value(low))
        return fail(schema, place, "is too small");
    if (high != NULL && json_is_number(value) && json_number_value(value) > json_number_value(high))
        return fail(schema, place, "is too large");
    return true;
}

static bool check_order(struct ir_schema *schema, const json_t *part, const json_t *value,
                        const struct place *place)
{
    const json_t *required = json_object_get(part, "required");
    const char *name;
    json_t *member;
    size_t index = 0;

    if (!schema->wants_order || json_object_get(part, "additionalProperties") == NULL)
        return true;
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        const char *wanted = json_string_value(json_array_get(required, index++));

        if (wanted == NULL || strcmp(name, wanted) != 0)
            return fail(schema, place, "`%s` stands where `%s` is to", name,
                        wanted != NULL ? wanted : "nothing");
    }
    return true;
}

/* Properties are looked at in the order of the schema, so that what fails first is shallow. */
static bool check_object(struct ir_schema *schema, const json_t *part, const json_t *value,
                         const struct place *place)
{
    json_t *properties = json_object_get(part, "properties");
    const json_t *required = json_object_get(part, "required");
    const json_t *one;
    const char *name;
    json_t *property;
    size_t index;

    if (!json_is_object(value))
        return true;
    json_array_foreach(required, index, one)
    {
        if (json_object_get(value, json_string_value(one)) == NULL)
            return fail(schema, place, "has no `%s`", json_string_value(one));
    }
    json_object_foreach(properties, name, property)
    {
        const json_t *member = json_object_get(value, name);
        const struct place below = {.around = place, .name = name};

        if (member != NULL && !validate(schema, property, member, &below))
            return false;
    }
    if (json_object_get(part, "additionalProperties") == NULL)
        return true;
    json_object_foreach((json_t *)(uintptr_t)value, name, property)
    {
        if (json_object_get(properties, name) == NULL)
            return fail(schema, place, "has the unknown `%s`", name);
    }
    return check_order(schema, part, value, place);
}

static bool check_items(struct ir_schema *schema, const json_t *part, const json_t *value,
                        const struct place *place)
{
    const json_t *items = json_object_get(part, "items");
    const json_t *item;
    size_t index;

    if (items == NULL || !json_is_array(value))
        return true;
    json_array_foreach(value, index, item)
    {
        const struct place below = {.around = place, .index = index};

        if (!validate(schema, items, item, &below))
            return false;
    }
    return true;
}

/* Exactly one of them; whatever the others say is no failure. */
static bool check_one_of(struct ir_schema *schema, const json_t *part, const json_t *value,
                         const struct place *place)
{
    const json_t *alternatives = json_object_get(part, "oneOf");
    char message[IR_MESSAGE_SIZE];
    const json_t *one;
    size_t valid = 0;
    size_t index;

    if (alternatives == NULL)
        return true;
    memcpy(message, schema->message, sizeof message);
    json_array_foreach(alternatives, index, one)
    {
        if (index + 1 == json_array_size(alternatives) && valid == 0)
            memcpy(schema->message, message, sizeof message);
        valid += validate(schema, one, value, place);
    }
    if (valid != 1)
        return fail(schema, place, "is valid by %zu alternatives", valid);
    memcpy(schema->message, message, sizeof message);
    return true;
}

static bool check_conditions(struct ir_schema *schema, const json_t *part, const json_t *value,
                             const struct place *place)
{
    const json_t *condition = json_object_get(part, "if");
    const json_t *branch;
    bool holds;

    if (condition == NULL)
        return true;
    schema->muted++;
    holds = validate(schema, condition, value, place);
    schema->muted--;
    branch = json_object_get(part, holds ? "then" : "else");
    return branch == NULL || validate(schema, branch, value, place);
}

static bool check_all_of(struct ir_schema *schema, const json_t *part, const json_t *value,
                         const struct place *place)
{
    const json_t *all = json_object_get(part, "allOf");
    const json_t *one;
    size_t index;

    json_array_foreach(all, index, one)
    {
        if (!validate(schema, one, value, place))
            return false;
    }
    return true;
}

static bool check_reference(struct ir_schema *schema, const json_t *part, const json_t *value,
                            const struct place *place)
{
    static const char prefix[] = "#/$defs/";
    const char *reference = json_string_value(json_object_get(part, "$ref"));
    const json_t *target;

    if (reference == NULL)
        return true;
    if (strncmp(reference, prefix, sizeof prefix - 1) != 0)
        return fail(schema, place, "the schema refers to %s", reference);
    target = json_object_get(json_object_get(schema->root, "$defs"), reference + sizeof prefix - 1);
    if (target == NULL)
        return fail(schema, place, "the schema refers to %s, which is not there", reference);
    return validate(schema, target, value, place);
}

static bool validate(struct ir_schema *schema, const json_t *part, const json_t *value,
                     const struct place *place)
{
    bool is_valid =
        check_type(schema, part, value, place) && check_values(schema, part, value, place) &&
        check_bounds(schema, part, value, place) && check_object(schema, part, value, place) &&
        check_items(schema, part, value, place) && check_one_of(schema, part, value, place) &&
        check_all_of(schema, part, value, place) && check_conditions(schema, part, value, place) &&
        check_reference(schema, part, value, place);

    if (is_valid && schema->muted == 0)
        ir_part_of(schema, part)->is_used = true;
    return is_valid;
}

bool ir_validate(struct ir_schema *schema, const json_t *document)
{
    schema->message[0] = '\0';
    return validate(schema, schema->root, document, NULL);
}
