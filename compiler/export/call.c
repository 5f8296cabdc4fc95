/* call.c -- calls as nodes: functions, built-ins, folds over collections, `round`, conversions by a
 * type's name, methods. */
#include "export/writer.h"

static void begin(struct pc_export *out, enum pc_export_expression_word kind,
                  const struct pc_expression *expression)
{
    pc_export_node(out, kind, expression->type, expression->span);
}

static void end(struct pc_export *out)
{
    pc_json_object_end(out->json);
}

/* ---- sum(x for x in l where p) and sum(l) ---- */

static bool is_collection(const struct pc_expression *expression)
{
    enum pc_type_kind kind = pc_expression_target(expression)->kind;

    return expression->kind == PC_EXPRESSION_COMPREHENSION || kind == PC_TYPE_LIST ||
           kind == PC_TYPE_SET || kind == PC_TYPE_MAP;
}

static bool is_fold(const struct pc_expression *expression)
{
    switch (expression->symbol->builtin) {
    case PC_BUILTIN_SUM:
    case PC_BUILTIN_COUNT:
    case PC_BUILTIN_ANY:
    case PC_BUILTIN_ALL:
        return true;
    case PC_BUILTIN_MIN:
    case PC_BUILTIN_MAX:
        return expression->call.arguments.count == 1 &&
               is_collection(expression->call.arguments.items[0]);
    default:
        return false;
    }
}

static void add_fold(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_expression *only = expression->call.arguments.items[0];

    begin(out, PC_EXPORT_EXPRESSION_FOLD, expression);
    pc_json_put_word(out->json, "function", pc_export_builtin_word(expression->symbol->builtin));
    if (only->kind == PC_EXPRESSION_COMPREHENSION && !only->comprehension.is_list) {
        pc_export_put(out, "collection", only->comprehension.collection);
        pc_export_binding(out, "local", &only->comprehension.name);
        pc_export_put(out, "where", only->comprehension.where);
        pc_export_put(out, "value", only->comprehension.element);
    } else {
        pc_export_put(out, "collection", only);
        pc_json_put_null(out->json, "local");
        pc_json_put_null(out->json, "where");
        pc_json_put_null(out->json, "value");
    }
    end(out);
}

/* ---- round(e, n) ---- */

/* Factors and divisors are what they are: the product is exact, and rounded once. */
static void add_round(struct pc_export *out, const struct pc_expression *expression,
                      const struct pc_rounding *rounding)
{
    begin(out, PC_EXPORT_EXPRESSION_ROUND, expression);
    pc_json_put_number(out->json, "scale", rounding->scale);
    pc_json_key(out->json, "terms");
    pc_json_array(out->json);
    for (size_t i = 0; i < rounding->terms.count; i++) {
        const struct pc_round_term *term = rounding->terms.items[i];

        pc_json_object(out->json);
        pc_json_put_truth(out->json, "negative", term->is_negative);
        pc_json_key(out->json, "factors");
        pc_json_array(out->json);
        for (size_t j = 0; j < term->factors.count; j++)
            pc_export_plain(out, term->factors.items[j]);
        pc_json_array_end(out->json);
        pc_json_key(out->json, "divisor");
        if (term->divisor == NULL)
            pc_json_null(out->json);
        else
            pc_export_plain(out, term->divisor);
        end(out);
    }
    pc_json_array_end(out->json);
    end(out);
}

/* ---- all ---- */

static void add_builtin(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_annotation *annotation = expression->extra;
    struct pc_expressions arguments = expression->call.arguments;

    if (annotation != NULL && annotation->rounding != NULL) {
        add_round(out, expression, annotation->rounding);
        return;
    }
    if (is_fold(expression)) {
        add_fold(out, expression);
        return;
    }
    begin(out, PC_EXPORT_EXPRESSION_BUILTIN, expression);
    pc_json_put_word(out->json, "function", pc_export_builtin_word(expression->symbol->builtin));
    if (expression->symbol->builtin == PC_BUILTIN_SCALED) /* the digits are in the type */
        arguments.count = 1;
    pc_export_put_all(out, "arguments", &arguments);
    end(out);
}

void pc_export_call(struct pc_export *out, const struct pc_expression *expression)
{
    switch (expression->symbol->kind) {
    case PC_SYMBOL_CONVERSION:
        begin(out, PC_EXPORT_EXPRESSION_CONVERT, expression);
        pc_json_put_truth(out->json, "implicit", false);
        pc_export_put(out, "operand", expression->call.arguments.items[0]);
        end(out);
        break;
    case PC_SYMBOL_FUNCTION:
        begin(out, PC_EXPORT_EXPRESSION_CALL, expression);
        pc_json_put_text(out->json, "function", expression->symbol->name);
        pc_export_put_all(out, "arguments", &expression->call.arguments);
        end(out);
        break;
    default:
        add_builtin(out, expression);
        break;
    }
}

/* collection.has(e) and event.meta("key"); the others are statements. */
void pc_export_method(struct pc_export *out, const struct pc_expression *expression)
{
    const struct pc_expression *argument = expression->method.arguments.items[0];

    if (expression->symbol->kind == PC_SYMBOL_EVENT_DATA) {
        begin(out, PC_EXPORT_EXPRESSION_EVENT_META, expression);
        pc_json_put_text(out->json, "key", pc_expression_constant(argument)->text);
    } else {
        begin(out, PC_EXPORT_EXPRESSION_IN, expression);
        pc_export_put(out, "value", argument);
        pc_export_put(out, "collection", expression->method.object);
    }
    end(out);
}
