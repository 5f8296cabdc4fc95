/* common.c -- what nearly everything in the document has: positions, types, fields. */
#include "export/writer.h"

/* ---- positions ---- */

void pc_export_position(struct pc_export *out, struct pc_span span)
{
    struct pc_position position =
        pc_source_position(pc_source_get(out->sources, span.source), span.start);

    pc_json_key(out->json, "position");
    pc_json_line(out->json);
    pc_json_put_number(out->json, "file", out->files[span.source]);
    pc_json_put_number(out->json, "line", position.line);
    pc_json_put_number(out->json, "column", position.column);
    pc_json_line_end(out->json);
}

void pc_export_declared(struct pc_export *out, const struct pc_name *name, struct pc_text doc)
{
    pc_json_put_text(out->json, "name", name->text);
    pc_json_put_text(out->json, "doc", doc);
    pc_export_position(out, name->span);
}

/* ---- types ---- */

struct pc_text pc_export_type_name(struct pc_arena *arena, const struct pc_type *type)
{
    const struct pc_type *value = type->kind == PC_TYPE_OPTIONAL ? type->element : type;
    const struct pc_table_model *table = value->table;

    if (value->kind != PC_TYPE_ROW)
        return type->name;
    return pc_text_format(arena, "row of %.*s.%.*s%s", PC_TEXT_ARGS(table->projection->name),
                          PC_TEXT_ARGS(table->name), value != type ? "?" : "");
}

void pc_export_type(struct pc_export *out, const struct pc_type *type)
{
    pc_json_put_text(out->json, "type", pc_export_type_name(out->arena, type));
}

bool pc_export_is_same(const struct pc_type *a, const struct pc_type *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case PC_TYPE_DECIMAL:
        return a->scale == b->scale;
    case PC_TYPE_DURATION:
        return true;
    case PC_TYPE_OPTIONAL:
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
        return pc_export_is_same(a->element, b->element);
    case PC_TYPE_MAP:
        return pc_export_is_same(a->key, b->key) && pc_export_is_same(a->element, b->element);
    default:
        return false;
    }
}

static void put_type(struct pc_export *out, const char *key, const struct pc_type *type)
{
    pc_json_put_text(out->json, key, pc_export_type_name(out->arena, type));
}

/* What else a type is made of. */
static void add_parts(struct pc_export *out, const struct pc_type *type)
{
    struct pc_json *json = out->json;

    switch (type->kind) {
    case PC_TYPE_INTEGER:
        pc_json_put_number(json, "bits", type->bits);
        pc_json_put_truth(json, "signed", type->is_signed);
        break;
    case PC_TYPE_DECIMAL:
        pc_json_put_number(json, "scale", type->scale);
        pc_json_put_truth(json, "rounds", type->is_rounding);
        break;
    case PC_TYPE_DURATION:
        pc_json_put_word(json, "unit", pc_export_duration_word(type->format));
        break;
    case PC_TYPE_OPTIONAL:
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
        put_type(out, "element", type->element);
        break;
    case PC_TYPE_MAP:
        put_type(out, "key", type->key);
        put_type(out, "value", type->element);
        break;
    case PC_TYPE_ROW:
        pc_json_put_text(json, "projection", type->table->projection->name);
        pc_json_put_text(json, "table", type->table->name);
        break;
    default:
        break;
    }
}

void pc_export_types(struct pc_export *out)
{
    const struct pc_types_list *types = &out->model->types;

    pc_json_key(out->json, "types");
    pc_json_array(out->json);
    for (size_t i = 0; i < types->count; i++) {
        const struct pc_type *type = types->items[i];

        if (type->kind == PC_TYPE_NONE || type->kind == PC_TYPE_ERROR)
            continue;
        pc_json_object(out->json);
        put_type(out, "name", type);
        pc_json_put_word(out->json, "kind", pc_export_type_word(type->kind));
        add_parts(out, type);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}

/* ---- fields ---- */

void pc_export_fields(struct pc_export *out, const struct pc_field_models *fields,
                      const struct pc_plan_fields *plan)
{
    struct pc_json *json = out->json;

    pc_json_key(json, "fields");
    pc_json_array(json);
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];
        const struct pc_expression *initial = field->node->initial;

        pc_json_object(json);
        pc_export_declared(out, &field->node->name, field->node->doc);
        pc_json_put_text(json, "outside", field->outside);
        pc_export_type(out, field->type);
        pc_json_put_truth(json, "required", field->is_required);
        pc_export_default(out, initial != NULL, field->initial, field->type,
                          initial != NULL ? initial->span : field->node->span);
        pc_json_put_text(json, "c", plan->items[i]->c_name);
        pc_json_object_end(json);
    }
    pc_json_array_end(json);
}
