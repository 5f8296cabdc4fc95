/* expression.c -- expressions as nodes: leaves, parts, operators, branches, literals. Conversions
 * that the language makes silently are nodes of their own. */
#include "export/writer.h"

#include <assert.h>

/* ---- nodes ---- */

void pc_export_node(struct pc_export *out, enum pc_export_expression_word kind,
                    const struct pc_type *type, struct pc_span span)
{
    pc_json_object(out->json);
    pc_json_put_word(out->json, "kind", pc_export_expression_word(kind));
    pc_export_type(out, type);
    pc_export_position(out, span);
}

static void begin(struct pc_export *out, enum pc_export_expression_word kind,
                  const struct pc_expression *expression)
{
    pc_export_node(out, kind, expression->type, expression->span);
}

static void end(struct pc_export *out)
{
    pc_json_object_end(out->json);
}

void pc_export_put(struct pc_export *out, const char *key, const struct pc_expression *expression)
{
    pc_json_key(out->json, key);
    if (expression == NULL)
        pc_json_null(out->json);
    else
        pc_export_expression(out, expression);
}

void pc_export_put_all(struct pc_export *out, const char *key,
                       const struct pc_expressions *expressions)
{
    pc_json_key(out->json, key);
    pc_json_array(out->json);
    for (size_t i = 0; i < expressions->count; i++)
        pc_export_expression(out, expressions->items[i]);
    pc_json_array_end(out->json);
}

unsigned pc_export_convert(struct pc_export *out, const struct pc_type *from,
                           const struct pc_type *to, struct pc_span span)
{
    unsigned count = 0;

    if (to->kind == PC_TYPE_OPTIONAL && from->kind != PC_TYPE_OPTIONAL) {
        pc_export_node(out, PC_EXPORT_EXPRESSION_SOME, to, span);
        pc_json_key(out->json, "operand");
        to = to->element;
        count++;
    }
    if (!pc_export_is_same(from, to)) {
        pc_export_node(out, PC_EXPORT_EXPRESSION_CONVERT, to, span);
        pc_json_put_truth(out->json, "implicit", true);
        pc_json_key(out->json, "operand");
        count++;
    }
    return count;
}

void pc_export_converted(struct pc_export *out, unsigned count)
{
    while (count-- > 0)
        end(out);
}

/* ---- names ---- */

void pc_export_binding(struct pc_export *out, const char *key, const struct pc_name *name)
{
    const struct pc_symbol *symbol = name->symbol;

    pc_json_key(out->json, key);
    pc_json_object(out->json);
    pc_json_put_number(out->json, "id", symbol->local_index);
    pc_json_put_text(out->json, "name", name->text);
    pc_export_type(out, symbol->type);
    pc_export_position(out, name->span);
    pc_json_put_truth(out->json, "in_place", symbol->is_place);
    end(out);
}

/* The names of the parts are what stands for them; a leaf has one name. */
static void add_leaf(struct pc_export *out, enum pc_export_expression_word kind,
                     const struct pc_expression *expression, const char *key, struct pc_text name)
{
    begin(out, kind, expression);
    if (key != NULL)
        pc_json_put_text(out->json, key, name);
    end(out);
}

void pc_export_event_field(struct pc_export *out, const struct pc_symbol *symbol,
                           struct pc_span span)
{
    pc_export_node(out, PC_EXPORT_EXPRESSION_EVENT_FIELD, symbol->type, span);
    pc_json_put_text(out->json, "field", symbol->name);
    end(out);
}

static void add_local(struct pc_export *out, const struct pc_expression *expression)
{
    begin(out, PC_EXPORT_EXPRESSION_LOCAL, expression);
    pc_json_put_number(out->json, "id", expression->symbol->local_index);
    pc_json_put_text(out->json, "name", expression->symbol->name);
    end(out);
}

static void add_member(struct pc_export *out, const struct pc_expression *expression)
{
    begin(out, PC_EXPORT_EXPRESSION_CONSTANT, expression);
    pc_json_put_text(out->json, "value", expression->symbol->member_model->name);
    end(out);
}

static void add_name(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_symbol *symbol = expression->symbol;

    switch (symbol->kind) {
    case PC_SYMBOL_LOCAL:
        add_local(out, expression);
        break;
    case PC_SYMBOL_PARAMETER:
        add_leaf(out, PC_EXPORT_EXPRESSION_PARAMETER, expression, "name", symbol->name);
        break;
    case PC_SYMBOL_KEY:
        add_leaf(out, PC_EXPORT_EXPRESSION_KEY, expression, "name", symbol->name);
        break;
    case PC_SYMBOL_EVENT_FIELD:
        pc_export_event_field(out, symbol, expression->span);
        break;
    case PC_SYMBOL_EVENT_DATA:
        add_leaf(out, PC_EXPORT_EXPRESSION_EVENT_DATA, expression, "data",
                 pc_text_of(pc_export_data_word(symbol->event_data)));
        break;
    case PC_SYMBOL_STATE_FIELD:
        add_leaf(out, PC_EXPORT_EXPRESSION_STATE_FIELD, expression, "field", symbol->name);
        break;
    case PC_SYMBOL_STATE_EXISTS:
        add_leaf(out, PC_EXPORT_EXPRESSION_STATE_EXISTS, expression, NULL, symbol->name);
        break;
    case PC_SYMBOL_RECORD_FIELD: /* a name alone is one in a query only */
        add_leaf(out, PC_EXPORT_EXPRESSION_COLUMN, expression, "column", symbol->field_model->name);
        break;
    default:
        assert(symbol->kind == PC_SYMBOL_MEMBER);
        add_member(out, expression);
        break;
    }
}

/* ---- parts ---- */

static void add_field(struct pc_export *out, const struct pc_expression *expression)
{
    if (expression->symbol->kind != PC_SYMBOL_RECORD_FIELD) {
        add_name(out, expression);
        return;
    }
    begin(out, PC_EXPORT_EXPRESSION_FIELD, expression);
    pc_export_put(out, "object", expression->field.object);
    pc_json_put_text(out->json, "field", expression->symbol->field_model->name);
    pc_json_put_truth(out->json, "optional", expression->field.is_optional);
    end(out);
}

static void add_index(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_expressions *keys = &expression->index.keys;

    if (expression->symbol != NULL && expression->symbol->kind == PC_SYMBOL_TABLE) {
        begin(out, PC_EXPORT_EXPRESSION_ROW, expression);
        pc_json_put_text(out->json, "table", expression->symbol->table->name);
        pc_export_put_all(out, "keys", keys);
    } else {
        bool is_map = pc_expression_target(expression->index.object)->kind == PC_TYPE_MAP;

        begin(out, is_map ? PC_EXPORT_EXPRESSION_ENTRY : PC_EXPORT_EXPRESSION_ELEMENT, expression);
        pc_export_put(out, "object", expression->index.object);
        pc_export_put(out, is_map ? "key" : "index", keys->items[0]);
    }
    end(out);
}

/* ---- operators ---- */

static void add_unary(struct pc_export *out, const struct pc_expression *expression)
{
    begin(out,
          expression->unary.operator== PC_OPERATOR_NOT ? PC_EXPORT_EXPRESSION_NOT
                                                       : PC_EXPORT_EXPRESSION_NEGATE,
          expression);
    pc_export_put(out, "operand", expression->unary.operand);
    end(out);
}

static bool is_none(const struct pc_expression *expression)
{
    return expression->kind == PC_EXPRESSION_NONE &&
           pc_expression_target(expression)->kind == PC_TYPE_NONE;
}

/* x == none and x != none. */
static void add_none_test(struct pc_export *out, const struct pc_expression *expression)
{
    begin(out,
          expression->binary.operator== PC_OPERATOR_EQUAL ? PC_EXPORT_EXPRESSION_IS_NONE
                                                          : PC_EXPORT_EXPRESSION_IS_SOME,
          expression);
    pc_export_put(out, "operand",
                  is_none(expression->binary.left) ? expression->binary.right
                                                   : expression->binary.left);
    end(out);
}

static enum pc_export_expression_word binary_kind(enum pc_operator operator)
{
    switch (operator) {
    case PC_OPERATOR_OR:
        return PC_EXPORT_EXPRESSION_OR;
    case PC_OPERATOR_AND:
        return PC_EXPORT_EXPRESSION_AND;
    case PC_OPERATOR_COALESCE:
        return PC_EXPORT_EXPRESSION_COALESCE;
    case PC_OPERATOR_IN:
        return PC_EXPORT_EXPRESSION_IN;
    case PC_OPERATOR_EQUAL:
    case PC_OPERATOR_NOT_EQUAL:
    case PC_OPERATOR_LESS:
    case PC_OPERATOR_LESS_EQUAL:
    case PC_OPERATOR_GREATER:
    case PC_OPERATOR_GREATER_EQUAL:
        return PC_EXPORT_EXPRESSION_COMPARE;
    default:
        return PC_EXPORT_EXPRESSION_ARITHMETIC;
    }
}

static void add_binary(struct pc_export *out, const struct pc_expression *expression)
{
    enum pc_operator operator= expression->binary.operator;
    enum pc_export_expression_word kind = binary_kind(operator);
    bool is_in = kind == PC_EXPORT_EXPRESSION_IN;

    if (is_none(expression->binary.left) || is_none(expression->binary.right)) {
        add_none_test(out, expression);
        return;
    }
    begin(out, kind, expression);
    if (kind == PC_EXPORT_EXPRESSION_COMPARE || kind == PC_EXPORT_EXPRESSION_ARITHMETIC)
        pc_json_put_word(out->json, "operator", pc_operator_spelling(operator));
    pc_export_put(out, is_in ? "value" : "left", expression->binary.left);
    pc_export_put(out, is_in ? "collection" : "right", expression->binary.right);
    end(out);
}

/* ---- branches ---- */

static void add_conditional(struct pc_export *out, const struct pc_expression *expression)
{
    begin(out, PC_EXPORT_EXPRESSION_CONDITIONAL, expression);
    pc_export_put(out, "condition", expression->conditional.condition);
    pc_export_put(out, "then", expression->conditional.then);
    pc_export_put(out, "else", expression->conditional.otherwise);
    end(out);
}

void pc_export_members(struct pc_export *out, const struct pc_names *names)
{
    pc_json_key(out->json, "members");
    pc_json_array(out->json);
    for (size_t i = 0; i < names->count; i++)
        pc_json_text(out->json, names->items[i]->symbol->member_model->name);
    pc_json_array_end(out->json);
}

static void add_match(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_arms *arms = &expression->match.arms;

    begin(out, PC_EXPORT_EXPRESSION_MATCH, expression);
    pc_export_put(out, "subject", expression->match.subject);
    pc_json_key(out->json, "arms");
    pc_json_array(out->json);
    for (size_t i = 0; i < arms->count; i++) {
        pc_json_object(out->json);
        pc_export_position(out, arms->items[i]->span);
        pc_export_members(out, &arms->items[i]->names);
        pc_export_put(out, "value", arms->items[i]->value);
        end(out);
    }
    pc_json_array_end(out->json);
    end(out);
}

/* ---- literals with parts ---- */

static void add_interpolation(struct pc_export *out, const struct pc_expression *expression)
{
    begin(out, PC_EXPORT_EXPRESSION_INTERPOLATION, expression);
    pc_json_key(out->json, "parts");
    pc_json_array(out->json);
    for (size_t i = 0; i < expression->text.parts.count; i++) {
        const struct pc_text_part *part = expression->text.parts.items[i];

        if (part->expression != NULL) {
            pc_export_expression(out, part->expression);
        } else if (part->text.size > 0) {
            pc_export_node(out, PC_EXPORT_EXPRESSION_CONSTANT, expression->type, part->span);
            pc_json_put_text(out->json, "value", part->text);
            end(out);
        }
    }
    pc_json_array_end(out->json);
    end(out);
}

void pc_export_entry_nodes(struct pc_export *out, const struct pc_entries *entries)
{
    pc_json_key(out->json, "fields");
    pc_json_array(out->json);
    for (size_t i = 0; i < entries->count; i++) {
        const struct pc_entry *entry = entries->items[i];

        pc_json_object(out->json);
        pc_json_put_text(out->json, "name", entry->key->name.name.text);
        pc_export_put(out, "value", entry->value);
        end(out);
    }
    pc_json_array_end(out->json);
}

static void add_record(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_entries *entries = &expression->record.entries;

    if (expression->type->kind != PC_TYPE_MAP) {
        begin(out, PC_EXPORT_EXPRESSION_RECORD, expression);
        pc_export_entry_nodes(out, entries);
        end(out);
        return;
    }
    begin(out, PC_EXPORT_EXPRESSION_MAP, expression);
    pc_json_key(out->json, "entries");
    pc_json_array(out->json);
    for (size_t i = 0; i < entries->count; i++) {
        pc_json_object(out->json);
        pc_export_put(out, "key", entries->items[i]->key);
        pc_export_put(out, "value", entries->items[i]->value);
        end(out);
    }
    pc_json_array_end(out->json);
    end(out);
}

static void add_comprehension(struct pc_export *out, const struct pc_expression *expression)
{
    begin(out, PC_EXPORT_EXPRESSION_COMPREHENSION, expression);
    pc_export_put(out, "collection", expression->comprehension.collection);
    pc_export_binding(out, "local", &expression->comprehension.name);
    pc_export_put(out, "where", expression->comprehension.where);
    pc_export_put(out, "value", expression->comprehension.element);
    end(out);
}

/* ---- all ---- */

void pc_export_plain(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_constant *constant = pc_expression_constant(expression);

    if (constant != NULL) {
        begin(out, PC_EXPORT_EXPRESSION_CONSTANT, expression);
        pc_json_key(out->json, "value");
        pc_export_value(out, constant);
        end(out);
        return;
    }
    switch (expression->kind) {
    case PC_EXPRESSION_NAME:
        add_name(out, expression);
        break;
    case PC_EXPRESSION_FIELD:
        add_field(out, expression);
        break;
    case PC_EXPRESSION_TEXT:
        add_interpolation(out, expression);
        break;
    case PC_EXPRESSION_INDEX:
        add_index(out, expression);
        break;
    case PC_EXPRESSION_CALL:
        pc_export_call(out, expression);
        break;
    case PC_EXPRESSION_METHOD:
        pc_export_method(out, expression);
        break;
    case PC_EXPRESSION_UNARY:
        add_unary(out, expression);
        break;
    case PC_EXPRESSION_BINARY:
        add_binary(out, expression);
        break;
    case PC_EXPRESSION_CONDITIONAL:
        add_conditional(out, expression);
        break;
    case PC_EXPRESSION_MATCH:
        add_match(out, expression);
        break;
    case PC_EXPRESSION_RECORD:
        add_record(out, expression);
        break;
    case PC_EXPRESSION_LIST:
        begin(out, PC_EXPORT_EXPRESSION_LIST, expression);
        pc_export_put_all(out, "items", &expression->list.items);
        end(out);
        break;
    default:
        assert(expression->kind == PC_EXPRESSION_COMPREHENSION);
        add_comprehension(out, expression);
        break;
    }
}

void pc_export_expression(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_type *target = pc_expression_target(expression);
    unsigned count;

    /* `none` has no type of its own: it is the optional it is converted to. */
    if (expression->type->kind == PC_TYPE_NONE) {
        pc_export_node(out, PC_EXPORT_EXPRESSION_CONSTANT, target, expression->span);
        pc_json_put_null(out->json, "value");
        end(out);
        return;
    }
    count = pc_export_convert(out, expression->type, target, expression->span);
    pc_export_plain(out, expression);
    pc_export_converted(out, count);
}
