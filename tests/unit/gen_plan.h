/* gen_plan.h -- plans built by hand, for the tests of the generators: short makers for the plan's
 * structs. */
#ifndef TESTS_UNIT_GEN_PLAN_H
#define TESTS_UNIT_GEN_PLAN_H

#include "compiler/plan/plan.h"

#include <stdarg.h>
#include <string.h>

/* All that is made lives here. Which kinds were made is counted, so that a test can tell that none
 * is missing. */
struct plan_maker {
    struct pc_arena *arena;
    struct pc_plan *plan;
    bool kinds[PC_IR_COMPREHENSION + 1];
    bool conversions[PC_IR_SCALED + 1];
    bool builtins[PC_IR_IN + 1];
    bool folds[PC_IR_FOLD_LIST + 1];
    bool statements[PC_IR_REQUIRE + 1];
    uint32_t line;
};

static struct plan_maker maker;

static inline struct pc_text text(const char *string)
{
    return pc_text_copy(maker.arena, pc_text_of(string));
}

/* ---- types ---- */

static inline struct pc_plan_type *make_type(enum pc_plan_kind kind, const char *name,
                                             const char *c_name, const char *stem)
{
    struct pc_plan_type *type = PC_NEW(maker.arena, struct pc_plan_type);

    type->kind = kind;
    type->name = text(name);
    type->c_name = text(c_name);
    type->c_stem = text(stem);
    return type;
}

static inline struct pc_plan_type *make_integer(const char *name, const char *c_name, unsigned bits,
                                                bool is_signed, int64_t low, int64_t high)
{
    struct pc_plan_type *type = make_type(PC_PLAN_INTEGER, name, c_name, name);

    type->bits = (uint8_t)bits;
    type->is_signed = is_signed;
    type->low = low;
    type->high = high;
    return type;
}

static inline struct pc_plan_type *make_decimal(const char *name, unsigned scale, const char *note)
{
    struct pc_plan_type *type = make_type(PC_PLAN_DECIMAL, name, "int64_t", name);

    type->scale = (uint8_t)scale;
    type->c_note = text(note);
    type->c_stem = pc_text_format(maker.arena, "decimal%u", scale);
    return type;
}

/* An optional or a list; declared when its C type is the module's own. */
static inline struct pc_plan_type *make_of(enum pc_plan_kind kind,
                                           const struct pc_plan_type *element, const char *name,
                                           const char *c_name, const char *stem)
{
    struct pc_plan_type *type = make_type(kind, name, c_name, stem);

    type->element = element;
    if (strncmp(c_name, "projc_", 6) != 0) {
        type->is_declared = true;
        PC_LIST_ADD(maker.arena, &maker.plan->types, (const struct pc_plan_type *)type);
    }
    return type;
}

/* ---- fields and constants ---- */

static inline struct pc_plan_constant *make_constant(const struct pc_plan_type *type,
                                                     int64_t integer)
{
    struct pc_plan_constant *constant = PC_NEW(maker.arena, struct pc_plan_constant);

    constant->type = type;
    constant->integer = integer;
    constant->boolean = integer != 0;
    return constant;
}

static inline struct pc_plan_field *add_field(struct pc_plan_fields *fields, const char *name,
                                              const struct pc_plan_type *type)
{
    struct pc_plan_field *field = PC_NEW(maker.arena, struct pc_plan_field);

    field->name = field->c_name = field->outside = text(name);
    field->type = type;
    field->index = (uint32_t)fields->count;
    PC_LIST_ADD(maker.arena, fields, field);
    return field;
}

/* ---- expressions ---- */

static inline struct pc_ir_expression *make(enum pc_ir_kind kind, const struct pc_plan_type *type)
{
    struct pc_ir_expression *expression = PC_NEW(maker.arena, struct pc_ir_expression);

    maker.kinds[kind] = true;
    expression->kind = kind;
    expression->type = type;
    return expression;
}

static inline struct pc_ir_expression *number(const struct pc_plan_type *type, int64_t value)
{
    struct pc_ir_expression *expression = make(PC_IR_CONSTANT, type);

    expression->constant = make_constant(type, value);
    return expression;
}

static inline struct pc_ir_expression *real(const struct pc_plan_type *type, double value)
{
    struct pc_ir_expression *expression = make(PC_IR_CONSTANT, type);
    struct pc_plan_constant *constant = make_constant(type, 0);

    constant->real = value;
    expression->constant = constant;
    return expression;
}

static inline struct pc_ir_expression *literal(const struct pc_plan_type *type, const char *value)
{
    struct pc_ir_expression *expression = make(PC_IR_CONSTANT, type);
    struct pc_plan_constant *constant = make_constant(type, 0);

    constant->text = text(value);
    expression->constant = constant;
    return expression;
}

static inline struct pc_ir_expression *field_of(enum pc_ir_kind kind,
                                                const struct pc_plan_fields *fields,
                                                const char *name)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (pc_text_is(fields->items[i]->name, name)) {
            struct pc_ir_expression *expression = make(kind, fields->items[i]->type);

            expression->field = fields->items[i];
            return expression;
        }
    }
    return NULL;
}

static inline struct pc_ir_expression *unary(enum pc_ir_kind kind, const struct pc_plan_type *type,
                                             struct pc_ir_expression *left)
{
    struct pc_ir_expression *expression = make(kind, type);

    expression->left = left;
    return expression;
}

static inline struct pc_ir_expression *binary(enum pc_ir_kind kind, const struct pc_plan_type *type,
                                              struct pc_ir_expression *left,
                                              struct pc_ir_expression *right)
{
    struct pc_ir_expression *expression = unary(kind, type, left);

    expression->right = right;
    return expression;
}

static inline struct pc_ir_expression *operation(enum pc_ir_kind kind,
                                                 const struct pc_plan_type *type,
                                                 struct pc_ir_expression *left,
                                                 enum pc_ir_operator operator_,
                                                 struct pc_ir_expression *right)
{
    struct pc_ir_expression *expression = binary(kind, type, left, right);

    expression->operator= operator_;
    return expression;
}

static inline struct pc_ir_expression *convert(enum pc_ir_conversion conversion,
                                               const struct pc_plan_type *type,
                                               struct pc_ir_expression *left)
{
    struct pc_ir_expression *expression = unary(PC_IR_CONVERT, type, left);

    maker.conversions[conversion] = true;
    expression->conversion = conversion;
    return expression;
}

static inline struct pc_ir_expression *with_arguments(struct pc_ir_expression *expression,
                                                      unsigned count, ...)
{
    va_list arguments;

    va_start(arguments, count);
    for (unsigned i = 0; i < count; i++)
        PC_LIST_ADD(maker.arena, &expression->arguments,
                    va_arg(arguments, struct pc_ir_expression *));
    va_end(arguments);
    return expression;
}

static inline struct pc_ir_expression *call(enum pc_ir_builtin builtin,
                                            const struct pc_plan_type *type)
{
    struct pc_ir_expression *expression = make(PC_IR_CALL, type);

    maker.builtins[builtin] = true;
    expression->builtin = builtin;
    return expression;
}

static inline struct pc_ir_local *make_local(const char *name, const struct pc_plan_type *type)
{
    struct pc_ir_local *local = PC_NEW(maker.arena, struct pc_ir_local);

    local->name = local->c_name = text(name);
    local->type = type;
    return local;
}

static inline struct pc_ir_expression *use(const struct pc_ir_local *local)
{
    struct pc_ir_expression *expression = make(PC_IR_LOCAL, local->type);

    expression->local = local;
    return expression;
}

static inline struct pc_ir_expression *fold(enum pc_ir_fold kind, const struct pc_plan_type *type,
                                            struct pc_ir_expression *list,
                                            const struct pc_ir_local *local,
                                            struct pc_ir_expression *condition,
                                            struct pc_ir_expression *value)
{
    struct pc_ir_expression *expression = binary(PC_IR_COMPREHENSION, type, list, value);

    maker.folds[kind] = true;
    expression->fold = kind;
    expression->local = local;
    expression->condition = condition;
    return expression;
}

/* ---- statements ---- */

static inline struct pc_ir_statement *add_statement(struct pc_ir_block *block,
                                                    enum pc_ir_statement_kind kind,
                                                    const char *source)
{
    struct pc_ir_statement *statement = PC_NEW(maker.arena, struct pc_ir_statement);

    maker.statements[kind] = true;
    statement->kind = kind;
    statement->line = ++maker.line;
    statement->column = 9;
    statement->source = text(source);
    PC_LIST_ADD(maker.arena, block, statement);
    return statement;
}

static inline struct pc_ir_statement *assign(struct pc_ir_block *block, const char *source,
                                             struct pc_ir_expression *target,
                                             struct pc_ir_expression *value)
{
    struct pc_ir_statement *statement = add_statement(block, PC_IR_ASSIGN, source);

    statement->target = target;
    statement->value = value;
    return statement;
}

static inline struct pc_ir_block *make_block(void)
{
    return PC_NEW(maker.arena, struct pc_ir_block);
}

#endif
