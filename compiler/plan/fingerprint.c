/* fingerprint.c -- what a state looks like and what its handlers do, each as 64 bits of XXH3.
 *
 * Both are hashes of a canonical text made from the plan, not from the source: comments, layout and
 * C names do not count. The shape is all that stored bytes depend on. Members of enums are no part
 * of it, because states hold their names: adding a member must need no rebuild. */
#include "plan/lowering.h"

#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

/* A canonical text that grows; hashed once at the end. */
struct canonical {
    struct pc_arena *arena;
    char *data;
    size_t size;
    size_t capacity;
};

static void put(struct canonical *out, struct pc_text text)
{
    if (out->data == NULL || out->capacity - out->size < text.size + 1) {
        size_t capacity = (out->capacity + text.size + 64) * 2;
        char *data = pc_arena_alloc(out->arena, capacity);

        if (out->data != NULL)
            memcpy(data, out->data, out->size);
        out->data = data;
        out->capacity = capacity;
    }
    if (text.size > 0)
        memcpy(out->data + out->size, text.data, text.size);
    out->size += text.size;
    out->data[out->size++] = '\0'; /* texts cannot run into each other: none holds a NUL */
}

static void put_number(struct canonical *out, int64_t number)
{
    put(out, pc_text_format(out->arena, "%" PRId64, number));
}

static uint64_t hash(const struct canonical *out)
{
    return XXH3_64bits(out->data, out->size);
}

/* ---- shape ---- */

static void put_type(struct canonical *out, const struct pc_plan_type *type)
{
    put_number(out, type->kind);
    switch (type->kind) {
    case PC_PLAN_INTEGER:
        put_number(out, type->is_signed ? -(int64_t)type->bits : (int64_t)type->bits);
        break;
    case PC_PLAN_DECIMAL:
        put_number(out, type->scale);
        break;
    case PC_PLAN_ENUM:
        put_number(out, type->enumeration->has_codes);
        break;
    case PC_PLAN_RECORD:
        put_number(out, (int64_t)type->record->fields.count);
        for (size_t i = 0; i < type->record->fields.count; i++) {
            put(out, type->record->fields.items[i]->outside);
            put_type(out, type->record->fields.items[i]->type);
        }
        break;
    case PC_PLAN_OPTIONAL:
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
        put_type(out, type->element);
        break;
    case PC_PLAN_MAP:
        put_type(out, type->key);
        put_type(out, type->element);
        break;
    default:
        break;
    }
}

/* Nothing for a projection without tables. */
static void put_tables(struct canonical *out, const struct pc_plan_projection *projection)
{
    for (size_t i = 0; i < projection->tables.count; i++) {
        const struct pc_plan_row_table *table = projection->tables.items[i];

        put(out, pc_text_of("table"));
        put(out, table->table.sql_schema);
        put(out, table->table.sql_name);
        put_number(out, table->key_count);
        for (size_t j = 0; j < table->fields.count; j++) {
            put(out, table->fields.items[j]->outside);
            put_type(out, table->fields.items[j]->type);
        }
    }
}

uint64_t pc_shape_fingerprint(struct pc_arena *arena, const struct pc_plan_projection *projection)
{
    struct canonical out = {.arena = arena};

    put(&out, pc_text_of("shape 1"));
    put_number(&out, projection->kind);
    put_number(&out, projection->is_columns);
    put_number(&out, projection->aggregate == NULL ? -1 : (int64_t)projection->aggregate->id);
    for (size_t i = 0; i < projection->keys.count; i++) {
        put(&out, projection->keys.items[i]->outside);
        put_type(&out, projection->keys.items[i]->type);
    }
    for (size_t i = 0; i < projection->fields.count; i++) {
        put(&out, projection->fields.items[i]->outside);
        put_type(&out, projection->fields.items[i]->type);
    }
    put_tables(&out, projection);
    return hash(&out);
}

/* ---- logic ---- */

static void put_constant(struct canonical *out, const struct pc_plan_constant *constant)
{
    if (constant == NULL) {
        put(out, pc_text_of("-"));
        return;
    }
    put_type(out, constant->type);
    put_number(out, constant->boolean);
    put_number(out, constant->integer);
    put(out, constant->text);
    for (size_t i = 0; i < sizeof constant->uuid; i++)
        put_number(out, constant->uuid[i]);
    if (constant->member != NULL)
        put(out, constant->member->outside);
    put_number(out, constant->some != NULL);
    if (constant->some != NULL)
        put_constant(out, constant->some);
    put_number(out, (int64_t)constant->items.count);
    for (size_t i = 0; i < constant->items.count; i++)
        put_constant(out, constant->items.items[i]);
}

static void put_expression(struct canonical *out, const struct pc_ir_expression *expression)
{
    if (expression == NULL) {
        put(out, pc_text_of("-"));
        return;
    }
    put_number(out, expression->kind);
    put_type(out, expression->type);
    put_number(out, expression->operator);
    put_number(out, expression->data);
    put_number(out, expression->conversion);
    put_number(out, expression->builtin);
    put_number(out, expression->fold);
    put(out, expression->text);
    if (expression->constant != NULL)
        put_constant(out, expression->constant);
    if (expression->local != NULL)
        put(out, expression->local->name);
    if (expression->field != NULL)
        put(out, expression->field->outside);
    if (expression->function != NULL)
        put_number(out, (int64_t)expression->function->fingerprint);
    if (expression->row_table != NULL)
        put(out, expression->row_table->name);
    put_expression(out, expression->left);
    put_expression(out, expression->right);
    put_expression(out, expression->condition);
    put_number(out, (int64_t)expression->arguments.count);
    for (size_t i = 0; i < expression->arguments.count; i++)
        put_expression(out, expression->arguments.items[i]);
    put_number(out, (int64_t)expression->arms.count);
    for (size_t i = 0; i < expression->arms.count; i++) {
        const struct pc_ir_value_arm *arm = expression->arms.items[i];

        for (size_t j = 0; j < arm->members.count; j++)
            put(out, arm->members.items[j]->outside);
        put_expression(out, arm->value);
    }
    put_number(out, (int64_t)expression->terms.count);
    for (size_t i = 0; i < expression->terms.count; i++) {
        const struct pc_ir_term *term = expression->terms.items[i];

        put_number(out, term->is_negative);
        for (size_t j = 0; j < term->factors.count; j++)
            put_expression(out, term->factors.items[j]);
        put_expression(out, term->divisor);
    }
}

static void put_block(struct canonical *out, const struct pc_ir_block *block);

static void put_statement(struct canonical *out, const struct pc_ir_statement *statement)
{
    put_number(out, statement->kind);
    put_number(out, statement->is_compound);
    put_number(out, statement->operator);
    if (statement->local != NULL)
        put(out, statement->local->name);
    if (statement->kind == PC_IR_NOTIFY)
        put(out, statement->text);
    put_expression(out, statement->target);
    put_expression(out, statement->value);
    put_expression(out, statement->condition);
    put_expression(out, statement->message);
    if (statement->row_table != NULL) {
        put(out, statement->row_table->name);
        put_number(out, statement->path);
        for (size_t i = 0; i < statement->path_values.count; i++)
            put_expression(out, statement->path_values.items[i]);
    }
    put_block(out, statement->then);
    put_block(out, statement->otherwise);
    put_number(out, (int64_t)statement->arms.count);
    for (size_t i = 0; i < statement->arms.count; i++) {
        const struct pc_ir_block_arm *arm = statement->arms.items[i];

        for (size_t j = 0; j < arm->members.count; j++)
            put(out, arm->members.items[j]->outside);
        put_block(out, arm->body);
    }
}

static void put_block(struct canonical *out, const struct pc_ir_block *block)
{
    if (block == NULL) {
        put(out, pc_text_of("-"));
        return;
    }
    put_number(out, (int64_t)block->count);
    for (size_t i = 0; i < block->count; i++)
        put_statement(out, block->items[i]);
}

uint64_t pc_function_fingerprint(struct pc_arena *arena, const struct pc_plan_function *function)
{
    struct canonical out = {.arena = arena};

    put(&out, pc_text_of("function 1"));
    put_number(&out, function->is_extern);
    if (function->is_extern)
        put(&out, function->name);
    for (size_t i = 0; i < function->parameters.count; i++) {
        put(&out, function->parameters.items[i]->name);
        put_type(&out, function->parameters.items[i]->type);
    }
    put_type(&out, function->type);
    put_expression(&out, function->body);
    return hash(&out);
}

/* What is not there leaves no trace. */
static void put_clause(struct canonical *out, const struct pc_plan_clause *clause)
{
    if (clause->c_name.size != 0)
        put_block(out, clause->body);
}

uint64_t pc_logic_fingerprint(struct pc_arena *arena, const struct pc_plan_projection *projection)
{
    struct canonical out = {.arena = arena};

    put(&out, pc_text_of("logic 1"));
    put(&out, projection->stream->name);
    for (size_t i = 0; i < projection->fields.count; i++)
        put_constant(&out, projection->fields.items[i]->initial);
    for (size_t i = 0; i < projection->tables.count; i++)
        for (size_t j = 0; j < projection->tables.items[i]->fields.count; j++)
            put_constant(&out, projection->tables.items[i]->fields.items[j]->initial);
    for (size_t i = 0; i < projection->handlers.count; i++) {
        const struct pc_plan_handler *handler = projection->handlers.items[i];

        if (handler->event != NULL) {
            put(&out, handler->event->aggregate->outside);
            put(&out, handler->event->outside);
            for (size_t j = 0; j < handler->event->upcasts.count; j++) {
                put(&out, handler->event->upcasts.items[j]->outside);
                put_block(&out, handler->event->upcasts.items[j]->upcast);
            }
        }
        put_number(&out, handler->is_extern);
        put_clause(&out, &handler->count);
        put_clause(&out, &handler->select);
        put_block(&out, handler->body);
    }
    put_clause(&out, &projection->filter);
    put_number(&out, projection->policy.action);
    put_number(&out, projection->policy.after_retries);
    return hash(&out);
}
