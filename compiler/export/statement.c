/* statement.c -- statements as nodes. `copy a, b` is an assignment for each name. */
#include "export/writer.h"

#include <assert.h>

static void begin(struct pc_export *out, enum pc_export_statement_word kind, struct pc_span span)
{
    pc_json_object(out->json);
    pc_json_put_word(out->json, "kind", pc_export_statement_word(kind));
    pc_export_position(out, span);
}

static void end(struct pc_export *out)
{
    pc_json_object_end(out->json);
}

/* A place: what it is, without a conversion. */
static void put_place(struct pc_export *out, const char *key, const struct pc_expression *place)
{
    pc_json_key(out->json, key);
    pc_export_plain(out, place);
}

/* ---- changes ---- */

static void add_assign(struct pc_export *out, const struct pc_statement *from)
{
    const struct pc_statement_info *info = from->extra;
    const struct pc_expression *target = from->assign.target;

    if (target->type->kind == PC_TYPE_ROW) {
        begin(out, PC_EXPORT_STATEMENT_PUT_ROW, from->span);
        put_place(out, "row", target);
        pc_export_entry_nodes(out, &from->assign.value->record.entries);
        end(out);
        return;
    }
    begin(out, PC_EXPORT_STATEMENT_ASSIGN, from->span);
    put_place(out, "target", target);
    if (from->assign.operator== PC_ASSIGN) {
        pc_json_put_null(out->json, "operator");
        pc_json_put_null(out->json, "operation");
    } else {
        pc_json_put_word(out->json, "operator", pc_export_assign_word(from->assign.operator));
        pc_json_put_text(out->json, "operation", pc_export_type_name(out->arena, info->operation));
    }
    pc_export_put(out, "value", from->assign.value);
    end(out);
}

static void add_copy(struct pc_export *out, const struct pc_statement *from)
{
    const struct pc_statement_info *info = from->extra;

    for (size_t i = 0; i < info->copies.count; i++) {
        const struct pc_symbol *source = info->copies.items[i]->source;
        const struct pc_symbol *target = info->copies.items[i]->target;
        struct pc_span span = from->copy.names.items[i]->span;
        unsigned count;

        begin(out, PC_EXPORT_STATEMENT_ASSIGN, span);
        pc_json_key(out->json, "target");
        pc_export_node(out, PC_EXPORT_EXPRESSION_STATE_FIELD, target->type, span);
        pc_json_put_text(out->json, "field", target->name);
        pc_json_object_end(out->json);
        pc_json_put_null(out->json, "operator");
        pc_json_put_null(out->json, "operation");
        pc_json_key(out->json, "value");
        count = pc_export_convert(out, source->type, target->type, span);
        pc_export_event_field(out, source, span);
        pc_export_converted(out, count);
        end(out);
    }
}

/* list.push(e), list.keep_last(n), set.add(e), x.remove(e), x.clear(). */
static void add_method(struct pc_export *out, const struct pc_statement *from)
{
    const struct pc_expression *method = from->call.call;
    enum pc_builtin builtin = method->symbol->builtin;
    enum pc_export_statement_word kind = builtin == PC_BUILTIN_PUSH ? PC_EXPORT_STATEMENT_PUSH
                                         : builtin == PC_BUILTIN_KEEP_LAST
                                             ? PC_EXPORT_STATEMENT_KEEP_LAST
                                         : builtin == PC_BUILTIN_ADD    ? PC_EXPORT_STATEMENT_ADD
                                         : builtin == PC_BUILTIN_REMOVE ? PC_EXPORT_STATEMENT_REMOVE
                                                                        : PC_EXPORT_STATEMENT_CLEAR;

    begin(out, kind, from->span);
    put_place(out, "target", method->method.object);
    if (kind != PC_EXPORT_STATEMENT_CLEAR)
        pc_export_put(out, kind == PC_EXPORT_STATEMENT_KEEP_LAST ? "count" : "value",
                      method->method.arguments.items[0]);
    end(out);
}

static void add_delete(struct pc_export *out, const struct pc_statement *from)
{
    bool is_row = from->delete.target->kind == PC_EXPRESSION_INDEX;

    begin(out, is_row ? PC_EXPORT_STATEMENT_DELETE_ROW : PC_EXPORT_STATEMENT_DELETE_STATE,
          from->span);
    if (is_row)
        put_place(out, "row", from->delete.target);
    end(out);
}

/* ---- names and branches ---- */

static void add_let(struct pc_export *out, const struct pc_statement *from)
{
    bool has_else = from->let.otherwise != NULL;

    begin(out, has_else ? PC_EXPORT_STATEMENT_LET_ELSE : PC_EXPORT_STATEMENT_LET, from->span);
    pc_export_binding(out, "local", &from->let.name);
    pc_export_put(out, "value", from->let.value);
    if (has_else)
        pc_export_block(out, "else", from->let.otherwise);
    end(out);
}

static void add_branch(struct pc_export *out, const struct pc_statement *from)
{
    if (from->branch.binding != NULL) {
        begin(out, PC_EXPORT_STATEMENT_IF_LET, from->span);
        pc_export_binding(out, "local", from->branch.binding);
        pc_export_put(out, "value", from->branch.condition);
    } else {
        begin(out, PC_EXPORT_STATEMENT_IF, from->span);
        pc_export_put(out, "condition", from->branch.condition);
    }
    pc_export_block(out, "then", from->branch.then);
    pc_export_block(out, "else", from->branch.otherwise);
    end(out);
}

static void add_match(struct pc_export *out, const struct pc_statement *from)
{
    begin(out, PC_EXPORT_STATEMENT_MATCH, from->span);
    pc_export_put(out, "subject", from->match.subject);
    pc_json_key(out->json, "arms");
    pc_json_array(out->json);
    for (size_t i = 0; i < from->match.arms.count; i++) {
        const struct pc_arm *arm = from->match.arms.items[i];

        pc_json_object(out->json);
        pc_export_position(out, arm->span);
        pc_export_members(out, &arm->names);
        pc_export_block(out, "body", arm->body);
        end(out);
    }
    pc_json_array_end(out->json);
    end(out);
}

/* ---- loops ---- */

/* for o in orders where …: the columns that are held fixed lead an index or the key. */
static void add_walk(struct pc_export *out, const struct pc_statement *from)
{
    const struct pc_statement_info *info = from->extra;

    begin(out, PC_EXPORT_STATEMENT_FOR_ROWS, from->span);
    pc_json_put_text(out->json, "table", info->root->table->name);
    pc_export_binding(out, "local", &from->loop.first);
    pc_export_put(out, "where", from->loop.where);
    pc_json_key(out->json, "path");
    pc_json_array(out->json);
    for (size_t i = 0; i < info->path.count; i++)
        pc_json_text(out->json, info->path.items[i]->name);
    pc_json_array_end(out->json);
    pc_export_block(out, "body", from->loop.body);
    end(out);
}

static void add_loop(struct pc_export *out, const struct pc_statement *from)
{
    const struct pc_expression *collection = from->loop.collection;
    bool is_pair = from->loop.second != NULL;

    if (collection->symbol != NULL && collection->symbol->kind == PC_SYMBOL_TABLE) {
        add_walk(out, from);
        return;
    }
    begin(out, is_pair ? PC_EXPORT_STATEMENT_FOR_ENTRIES : PC_EXPORT_STATEMENT_FOR, from->span);
    pc_export_put(out, "collection", collection);
    pc_export_binding(out, is_pair ? "key" : "local", &from->loop.first);
    if (is_pair)
        pc_export_binding(out, "value", from->loop.second);
    pc_export_put(out, "where", from->loop.where);
    pc_export_block(out, "body", from->loop.body);
    end(out);
}

/* ---- all ---- */

static void add_ending(struct pc_export *out, const struct pc_statement *from)
{
    switch (from->kind) {
    case PC_STATEMENT_FAIL:
        begin(out, PC_EXPORT_STATEMENT_FAIL, from->span);
        pc_export_put(out, "message", from->fail.message);
        break;
    case PC_STATEMENT_REQUIRE:
        begin(out, PC_EXPORT_STATEMENT_REQUIRE, from->span);
        pc_export_put(out, "condition", from->require.condition);
        pc_export_put(out, "message", from->require.message);
        break;
    case PC_STATEMENT_NOTIFY:
        begin(out, PC_EXPORT_STATEMENT_NOTIFY, from->span);
        pc_json_put_text(out->json, "channel", from->notify.name.text);
        pc_export_entry_nodes(out, &from->notify.record->record.entries);
        break;
    default:
        assert(from->kind == PC_STATEMENT_SKIP);
        begin(out, PC_EXPORT_STATEMENT_SKIP, from->span);
        break;
    }
    end(out);
}

static void add_statement(struct pc_export *out, const struct pc_statement *from)
{
    switch (from->kind) {
    case PC_STATEMENT_ASSIGN:
        add_assign(out, from);
        break;
    case PC_STATEMENT_COPY:
        add_copy(out, from);
        break;
    case PC_STATEMENT_CALL:
        add_method(out, from);
        break;
    case PC_STATEMENT_DELETE:
        add_delete(out, from);
        break;
    case PC_STATEMENT_LET:
        add_let(out, from);
        break;
    case PC_STATEMENT_IF:
        add_branch(out, from);
        break;
    case PC_STATEMENT_MATCH:
        add_match(out, from);
        break;
    case PC_STATEMENT_FOR:
        add_loop(out, from);
        break;
    default:
        add_ending(out, from);
        break;
    }
}

void pc_export_block(struct pc_export *out, const char *key, const struct pc_block *block)
{
    pc_json_key(out->json, key);
    if (block == NULL) {
        pc_json_null(out->json);
        return;
    }
    pc_json_array(out->json);
    for (size_t i = 0; i < block->statements.count; i++)
        add_statement(out, block->statements.items[i]);
    pc_json_array_end(out->json);
}
