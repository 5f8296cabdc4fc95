/* value.c -- constants as JSON values. What a double cannot hold is a string: i64, decimals; so are
 * times, dates, durations, uuids and bytes. A member of an enum is its name, a record a list of
 * names and values, a map one of keys and values. */
#include "export/writer.h"

#include "plan/lower.h"

void pc_export_entries(struct pc_export *out, const struct pc_constant *record)
{
    struct pc_json *json = out->json;

    pc_json_array(json);
    for (size_t i = 0; i < record->entries.count; i++) {
        const struct pc_constant_entry *entry = record->entries.items[i];

        pc_json_object(json);
        if (entry->field != NULL) {
            pc_json_put_text(json, "name", entry->field->name);
        } else {
            pc_json_key(json, "key");
            pc_export_value(out, entry->key);
        }
        pc_json_key(json, "value");
        pc_export_value(out, entry->value);
        pc_json_object_end(json);
    }
    pc_json_array_end(json);
}

/* Up to 32 bits a number, beyond that a string. */
static void add_integer(struct pc_export *out, const struct pc_constant *constant)
{
    const struct pc_type *type = constant->type;

    if (type->kind == PC_TYPE_INTEGER && type->bits <= 32) {
        pc_json_number(out->json, constant->integer);
        return;
    }

    struct pc_text text = pc_constant_json(out->arena, constant, false);

    if (text.size > 0 && text.data[0] == '"')
        pc_json_raw(out->json, text);
    else
        pc_json_text(out->json, text);
}

void pc_export_value(struct pc_export *out, const struct pc_constant *constant)
{
    struct pc_json *json = out->json;

    if (constant == NULL) {
        pc_json_null(json);
        return;
    }
    switch (constant->kind) {
    case PC_CONSTANT_NONE:
        pc_json_null(json);
        break;
    case PC_CONSTANT_BOOL:
        pc_json_truth(json, constant->boolean);
        break;
    case PC_CONSTANT_INTEGER:
        add_integer(out, constant);
        break;
    case PC_CONSTANT_TEXT:
        pc_json_text(json, constant->text);
        break;
    case PC_CONSTANT_MEMBER:
        pc_json_text(json, constant->member->name);
        break;
    case PC_CONSTANT_LIST:
        pc_json_array(json);
        for (size_t i = 0; i < constant->items.count; i++)
            pc_export_value(out, constant->items.items[i]);
        pc_json_array_end(json);
        break;
    case PC_CONSTANT_RECORD:
    case PC_CONSTANT_MAP:
        pc_export_entries(out, constant);
        break;
    case PC_CONSTANT_REAL:
    case PC_CONSTANT_BYTES:
    case PC_CONSTANT_UUID:
        pc_json_raw(json, pc_constant_json(out->arena, constant, false));
        break;
    }
}

void pc_export_default(struct pc_export *out, bool has_default, const struct pc_constant *constant,
                       const struct pc_type *type, struct pc_span span)
{
    pc_json_key(out->json, "default");
    if (!has_default) {
        pc_json_null(out->json);
        return;
    }
    pc_export_node(out, PC_EXPORT_EXPRESSION_CONSTANT, type, span);
    pc_json_key(out->json, "value");
    pc_export_value(out, constant);
    pc_json_object_end(out->json);
}
