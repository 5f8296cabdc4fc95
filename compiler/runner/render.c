/* render.c -- a value that a test program printed as JSON, as a .proj file writes it. */
#include "runner/render.h"

#include "check/model.h"

#include <stdlib.h>
#include <string.h>

/* ---- JSON: what our own writer prints, on one line, without blanks ---- */

/* The offset behind the value that begins at `at`; 0: there is none. */
static size_t skip_value(struct pc_text json, size_t at)
{
    uint32_t depth = 0;

    for (size_t i = at; i < json.size; i++) {
        char c = json.data[i];

        if (c == '"') {
            for (i++; i < json.size && json.data[i] != '"'; i++)
                i += json.data[i] == '\\';
            if (i >= json.size)
                return 0;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']' || c == ',') {
            if (depth == 0)
                return i;
            depth -= c != ',';
        }
    }
    return depth == 0 ? json.size : 0;
}

static uint32_t hex_of(const char *digits)
{
    char copy[5] = {digits[0], digits[1], digits[2], digits[3], '\0'};

    return (uint32_t)strtoul(copy, NULL, 16);
}

/* A \u escape, with its second half where it has one; returns the bytes it takes. */
static size_t decode_code_point(struct pc_text json, size_t at, uint32_t *code_point)
{
    if (at + 6 > json.size)
        return 0;
    *code_point = hex_of(json.data + at + 2);
    if (*code_point < 0xd800 || *code_point > 0xdbff || at + 12 > json.size)
        return 6;
    *code_point = 0x10000 + ((*code_point - 0xd800) << 10) + (hex_of(json.data + at + 8) - 0xdc00);
    return 12;
}

/* The text of a JSON string. */
static struct pc_text decode_string(struct pc_arena *arena, struct pc_text json)
{
    static const char names[] = "\"\\/bfnrt";
    static const char bytes[] = "\"\\/\b\f\n\r\t";
    char *out = pc_arena_alloc(arena, json.size + 1);
    size_t size = 0;

    for (size_t i = 1; i + 1 < json.size; i++) {
        const char *name;
        uint32_t code_point = 0;

        if (json.data[i] != '\\') {
            out[size++] = json.data[i];
            continue;
        }
        name = strchr(names, json.data[i + 1]);
        if (name != NULL) {
            out[size++] = bytes[name - names];
            i++;
        } else {
            size_t taken = decode_code_point(json, i, &code_point);

            if (taken == 0)
                break;
            size += pc_utf8_encode(code_point, out + size);
            i += taken - 1;
        }
    }
    out[size] = '\0';
    return (struct pc_text){.data = out, .size = size};
}

static struct pc_text slice(struct pc_text text, size_t start, size_t end)
{
    return (struct pc_text){.data = text.data + start, .size = end - start};
}

bool pc_json_split(struct pc_arena *arena, struct pc_text json, struct pc_json_parts *parts)
{
    bool is_object = json.size >= 2 && json.data[0] == '{';
    size_t at = 1;

    *parts = (struct pc_json_parts){0};
    if (json.size < 2 || (!is_object && json.data[0] != '['))
        return false;
    while (at + 1 < json.size) {
        struct pc_json_part *part = PC_NEW(arena, struct pc_json_part);
        size_t end;

        if (is_object) {
            end = at + 1;
            while (end < json.size && json.data[end] != '"')
                end += json.data[end] == '\\' ? 2 : 1;
            if (end + 1 >= json.size || json.data[end + 1] != ':')
                return false;
            part->name = decode_string(arena, slice(json, at, end + 1));
            at = end + 2;
        }
        end = skip_value(json, at);
        if (end == 0 || end >= json.size)
            return false;
        part->value = slice(json, at, end);
        PC_LIST_ADD(arena, parts, part);
        at = end + 1;
    }
    return true;
}

/* ---- scalars ---- */

static struct pc_text quote(struct pc_arena *arena, struct pc_text text)
{
    char *out = pc_arena_alloc(arena, text.size * 8 + 3);
    size_t size = 0;

    out[size++] = '"';
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        const char *escape = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : NULL;

        if (escape == NULL && (c < ' ' || c == 0x7f)) {
            escape = pc_text_format(arena, "\\u{%x}", c).data;
        } else if (c == '"' || c == '\\' || c == '{' || c == '}') {
            out[size++] = '\\';
        }
        if (escape == NULL) {
            out[size++] = (char)c;
            continue;
        }
        memcpy(out + size, escape, strlen(escape));
        size += strlen(escape);
    }
    out[size++] = '"';
    out[size] = '\0';
    return (struct pc_text){.data = out, .size = size};
}

/* ISO 8601, as the runtime writes a duration, in microseconds: -PT1H0.5S. */
static struct pc_text render_duration(struct pc_arena *arena, struct pc_text text)
{
    static const struct {
        char letter;
        int64_t us;
    } units[] = {{'D', 86400000000}, {'H', 3600000000}, {'M', 60000000}, {'S', 1000000}};
    bool is_negative = text.size > 0 && text.data[0] == '-';
    uint64_t total = 0;
    uint64_t number = 0;
    uint64_t fraction = 0;
    uint32_t digits = 0;
    bool is_fraction = false;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (c >= '0' && c <= '9' && is_fraction && digits < 6) {
            fraction = fraction * 10 + (uint64_t)(c - '0');
            digits++;
        } else if (c >= '0' && c <= '9' && !is_fraction) {
            number = number * 10 + (uint64_t)(c - '0');
        } else if (c == '.') {
            is_fraction = true;
        }
        for (size_t j = 0; j < sizeof units / sizeof *units; j++) {
            if (units[j].letter != c)
                continue;
            for (; is_fraction && digits < 6; digits++)
                fraction *= 10;
            total += number * (uint64_t)units[j].us + fraction;
            number = fraction = 0;
        }
    }
    if (total % 1000000 == 0)
        return pc_text_format(arena, "%s%llus", is_negative ? "-" : "",
                              (unsigned long long)(total / 1000000));
    return pc_text_format(arena, "%s%lluus", is_negative ? "-" : "", (unsigned long long)total);
}

static struct pc_text render_member(struct pc_arena *arena, struct pc_text json,
                                    const struct pc_enum_model *enumeration)
{
    struct pc_text outside = json.data[0] == '"' ? decode_string(arena, json) : json;

    for (size_t i = 0; i < enumeration->members.count; i++)
        if (pc_text_equals(enumeration->members.items[i]->outside, outside))
            return enumeration->members.items[i]->name;
    return (struct pc_text){0};
}

/* ---- values with parts ---- */

static struct pc_text render_items(struct pc_arena *arena, struct pc_text json,
                                   const struct pc_type *element)
{
    struct pc_json_parts parts;
    struct pc_text out = pc_text_of("[");

    if (!pc_json_split(arena, json, &parts))
        return (struct pc_text){0};
    for (size_t i = 0; i < parts.count; i++) {
        struct pc_text item = pc_render_json(arena, parts.items[i]->value, element);

        if (item.size == 0)
            return item;
        out = pc_text_format(arena, "%.*s%s%.*s", PC_TEXT_ARGS(out), i > 0 ? ", " : "",
                             PC_TEXT_ARGS(item));
    }
    return pc_text_format(arena, "%.*s]", PC_TEXT_ARGS(out));
}

/* The key of a map: JSON has its text form. */
static struct pc_text render_key(struct pc_arena *arena, struct pc_text name,
                                 const struct pc_type *type)
{
    switch (type->kind) {
    case PC_TYPE_BOOL:
    case PC_TYPE_INTEGER:
    case PC_TYPE_DECIMAL:
        return name;
    case PC_TYPE_ENUM:
        return render_member(arena, name, type->enumeration);
    case PC_TYPE_DURATION:
        return render_duration(arena, name);
    default:
        return quote(arena, name);
    }
}

static const struct pc_field_model *find_field(const struct pc_record_model *record,
                                               struct pc_text outside)
{
    for (size_t i = 0; i < record->fields.count; i++)
        if (pc_text_equals(record->fields.items[i]->outside, outside))
            return record->fields.items[i];
    return NULL;
}

static struct pc_text render_members(struct pc_arena *arena, struct pc_text json,
                                     const struct pc_type *type)
{
    struct pc_json_parts parts;
    struct pc_text out = pc_text_of("{");

    if (!pc_json_split(arena, json, &parts))
        return (struct pc_text){0};
    for (size_t i = 0; i < parts.count; i++) {
        struct pc_text name = parts.items[i]->name;
        const struct pc_type *value_type = type->element;
        struct pc_text value;

        if (type->kind == PC_TYPE_MAP) {
            name = render_key(arena, name, type->key);
        } else {
            const struct pc_field_model *field = find_field(type->record, name);

            if (field == NULL)
                return (struct pc_text){0};
            name = field->node->name.is_quoted
                       ? pc_text_format(arena, "`%.*s`", PC_TEXT_ARGS(field->name))
                       : field->name;
            value_type = field->type;
        }
        value = pc_render_json(arena, parts.items[i]->value, value_type);
        if (name.size == 0 || value.size == 0)
            return (struct pc_text){0};
        out = pc_text_format(arena, "%.*s%s%.*s: %.*s", PC_TEXT_ARGS(out), i > 0 ? ", " : " ",
                             PC_TEXT_ARGS(name), PC_TEXT_ARGS(value));
    }
    return pc_text_format(arena, "%.*s%s}", PC_TEXT_ARGS(out), parts.count > 0 ? " " : "");
}

struct pc_text pc_render_json(struct pc_arena *arena, struct pc_text json,
                              const struct pc_type *type)
{
    if (json.size == 0)
        return json;
    if (type->kind == PC_TYPE_OPTIONAL) {
        if (pc_text_is(json, "null"))
            return pc_text_of("none");
        type = type->element;
    }
    switch (type->kind) {
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
        return render_items(arena, json, type->element);
    case PC_TYPE_RECORD:
    case PC_TYPE_MAP:
        return render_members(arena, json, type);
    case PC_TYPE_ENUM:
        return render_member(arena, json, type->enumeration);
    case PC_TYPE_DURATION:
        return render_duration(arena, decode_string(arena, json));
    default:
        return json.data[0] == '"' ? quote(arena, decode_string(arena, json)) : json;
    }
}
