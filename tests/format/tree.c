/* tree.c -- prints trees for the formatter's tests. */
#include "tests/format/tree.h"

#include "tests/unit/dump.h"

static void print_block(FILE *out, const struct pc_block *block);

/* ---- parts ---- */

static void print_doc(FILE *out, struct pc_text doc)
{
    if (doc.size > 0)
        fprintf(out, "<%.*s>", PC_TEXT_ARGS(doc));
}

static void print_string(FILE *out, const char *what, const struct pc_string *string)
{
    if (string != NULL)
        fprintf(out, " %s \"%.*s\"", what, PC_TEXT_ARGS(string->text));
}

static void print_expression(FILE *out, const char *what, const struct pc_expression *expression)
{
    if (expression == NULL)
        return;
    fprintf(out, " %s ", what);
    fputs(expression->is_parenthesized ? "((" : "", out);
    dump(out, expression);
    fputs(expression->is_parenthesized ? "))" : "", out);
}

static void print_name(FILE *out, const char *what, const struct pc_name *name)
{
    if (name != NULL)
        fprintf(out, " %s %.*s", what, PC_TEXT_ARGS(name->text));
}

static void print_names(FILE *out, const struct pc_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        print_name(out, i > 0 ? "," : "", names->items[i]);
}

static void print_type(FILE *out, const struct pc_type_node *type)
{
    fprintf(out, " %.*s", PC_TEXT_ARGS(type->name.text));
    for (size_t i = 0; i < type->arguments.count; i++)
        fprintf(out, "(%.*s %d)", PC_TEXT_ARGS(type->arguments.items[i]->text),
                type->arguments.items[i]->is_number);
    for (size_t i = 0; i < type->parameters.count; i++) {
        fputs("<", out);
        print_type(out, type->parameters.items[i]);
        fputs(">", out);
    }
    fputs(type->is_optional ? "?" : "", out);
}

static void print_fields(FILE *out, const struct pc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field *field = fields->items[i];
        fputs("\n  field ", out);
        print_doc(out, field->doc);
        print_name(out, "", &field->name);
        print_type(out, field->type_node);
        print_string(out, "as", field->as);
        print_expression(out, "=", field->initial);
    }
}

static void print_orders(FILE *out, const struct pc_orders *orders)
{
    for (size_t i = 0; i < orders->count; i++)
        print_name(out, orders->items[i]->is_descending ? "down" : "up", &orders->items[i]->name);
}

static void print_indexes(FILE *out, const struct pc_indexes *indexes)
{
    for (size_t i = 0; i < indexes->count; i++) {
        fputs("\n  index ", out);
        print_doc(out, indexes->items[i]->doc);
        print_orders(out, &indexes->items[i]->keys);
    }
}

static void print_keys(FILE *out, const struct pc_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        print_name(out, "key", &keys->items[i]->name);
        print_type(out, keys->items[i]->type_node);
    }
}

static void print_parameters(FILE *out, const struct pc_parameters *parameters)
{
    for (size_t i = 0; i < parameters->count; i++) {
        print_name(out, "parameter", &parameters->items[i]->name);
        print_type(out, parameters->items[i]->type_node);
        print_expression(out, "=", parameters->items[i]->initial);
    }
}

/* ---- statements ---- */

static void print_arms(FILE *out, const struct pc_arms *arms)
{
    for (size_t i = 0; i < arms->count; i++) {
        fputs(arms->items[i]->is_else ? "\n  else" : "\n  arm", out);
        print_names(out, &arms->items[i]->names);
        print_block(out, arms->items[i]->body);
    }
}

static void print_branch(FILE *out, const struct pc_statement *branch)
{
    print_name(out, "if-let", branch->branch.binding);
    print_expression(out, "if", branch->branch.condition);
    print_block(out, branch->branch.then);
    fputs(branch->branch.is_else_if ? " else-if" : "", out);
    print_block(out, branch->branch.otherwise);
}

static void print_statement(FILE *out, const struct pc_statement *statement)
{
    fprintf(out, "\n  statement %d", (int)statement->kind);
    switch (statement->kind) {
    case PC_STATEMENT_ASSIGN:
        print_expression(out, "set", statement->assign.target);
        fprintf(out, " %d", (int)statement->assign.operator);
        print_expression(out, "", statement->assign.value);
        break;
    case PC_STATEMENT_CALL:
        print_expression(out, "", statement->call.call);
        break;
    case PC_STATEMENT_LET:
        print_name(out, "", &statement->let.name);
        print_expression(out, "=", statement->let.value);
        print_block(out, statement->let.otherwise);
        break;
    case PC_STATEMENT_IF:
        print_branch(out, statement);
        break;
    case PC_STATEMENT_MATCH:
        print_expression(out, "", statement->match.subject);
        print_arms(out, &statement->match.arms);
        break;
    case PC_STATEMENT_FOR:
        print_name(out, "", &statement->loop.first);
        print_name(out, ",", statement->loop.second);
        print_expression(out, "in", statement->loop.collection);
        print_expression(out, "where", statement->loop.where);
        print_block(out, statement->loop.body);
        break;
    case PC_STATEMENT_DELETE:
        print_expression(out, "", statement->delete.target);
        break;
    case PC_STATEMENT_COPY:
        print_names(out, &statement->copy.names);
        break;
    case PC_STATEMENT_FAIL:
        print_expression(out, "", statement->fail.message);
        break;
    case PC_STATEMENT_REQUIRE:
        print_expression(out, "", statement->require.condition);
        print_expression(out, "else", statement->require.message);
        break;
    case PC_STATEMENT_NOTIFY:
        print_name(out, "", &statement->notify.name);
        print_expression(out, "", statement->notify.record);
        break;
    default: /* skip */
        break;
    }
}

static void print_block(FILE *out, const struct pc_block *block)
{
    if (block == NULL)
        return;
    fputs(" {", out);
    for (size_t i = 0; i < block->statements.count; i++)
        print_statement(out, block->statements.items[i]);
    fputs("}", out);
}

/* ---- items ---- */

static void print_handler(FILE *out, const struct pc_item *item)
{
    fputs(item->handler.is_any ? " any" : "", out);
    print_names(out, &item->handler.events);
    print_name(out, "each", item->handler.each);
    print_expression(out, "in", item->handler.collection);
    dump_list(out, " by(", &item->handler.by);
    print_expression(out, "where", item->handler.where);
    fputs(item->handler.is_extern ? " extern" : "", out);
    print_block(out, item->handler.body);
}

static void print_query(FILE *out, const struct pc_item *item)
{
    print_name(out, "", &item->query.name);
    print_parameters(out, &item->query.parameters);
    print_name(out, "of", &item->query.source);
    print_expression(out, "where", item->query.where);
    print_orders(out, &item->query.order);
    print_expression(out, "limit", item->query.limit);
}

static void print_item(FILE *out, const struct pc_item *item)
{
    fprintf(out, "\n item %d ", (int)item->kind);
    print_doc(out, item->doc);
    switch (item->kind) {
    case PC_ITEM_STATE:
        fputs(item->state.is_columns ? " columns" : "", out);
        print_fields(out, &item->state.fields);
        print_indexes(out, &item->state.indexes);
        break;
    case PC_ITEM_TABLE:
        print_name(out, "", &item->table.name);
        print_keys(out, &item->table.keys);
        print_string(out, "as", item->table.as);
        print_fields(out, &item->table.fields);
        print_indexes(out, &item->table.indexes);
        break;
    case PC_ITEM_HANDLER:
        print_handler(out, item);
        break;
    case PC_ITEM_POLICY:
        fprintf(out, " %d then %d", (int)item->policy.policy, (int)item->policy.then);
        print_expression(out, "times", item->policy.times);
        print_expression(out, "from", item->policy.minimum);
        print_expression(out, "to", item->policy.maximum);
        break;
    case PC_ITEM_IGNORE:
        fputs(item->ignore.is_any ? " any" : "", out);
        print_names(out, &item->ignore.events);
        break;
    case PC_ITEM_VERSION:
        print_expression(out, "", item->version.number);
        break;
    default:
        print_query(out, item);
    }
}

/* ---- declarations ---- */

static void print_event(FILE *out, const struct pc_event *event)
{
    fputs("\n event ", out);
    print_doc(out, event->doc);
    print_name(out, "", &event->name);
    print_string(out, "as", event->as);
    print_fields(out, &event->fields);
    for (size_t i = 0; i < event->upcasts.count; i++) {
        const struct pc_upcast *upcast = event->upcasts.items[i];
        fputs("\n upcast ", out);
        print_doc(out, upcast->doc);
        print_string(out, "from", upcast->old_name);
        print_fields(out, &upcast->fields);
        print_block(out, upcast->body);
    }
}

static void print_members(FILE *out, const struct pc_members *members)
{
    for (size_t i = 0; i < members->count; i++) {
        print_doc(out, members->items[i]->doc);
        print_name(out, "member", &members->items[i]->name);
        print_string(out, "as", members->items[i]->as);
        fprintf(out, " = %d %.*s", members->items[i]->has_code,
                PC_TEXT_ARGS(members->items[i]->code));
    }
}

static void print_step(FILE *out, const struct pc_step *step)
{
    fprintf(out, "\n step %d %d %d", (int)step->kind, (int)step->form, step->has_arguments);
    print_name(out, "", &step->name);
    dump_list(out, " (", &step->arguments);
    for (size_t i = 0; i < step->events.count; i++) {
        print_name(out, "\n  given", &step->events.items[i]->name);
        print_expression(out, "", step->events.items[i]->payload);
        print_expression(out, "at", step->events.items[i]->at);
    }
    print_expression(out, "is", step->value);
    print_string(out, "fails", step->message);
}

static void print_source(FILE *out, const struct pc_declaration *projection)
{
    print_name(out, projection->projection.is_for_each ? "each" : "over",
               &projection->projection.source);
    print_keys(out, &projection->projection.keys);
    print_expression(out, "where", projection->projection.where);
    for (size_t i = 0; i < projection->projection.items.count; i++)
        print_item(out, projection->projection.items.items[i]);
}

static void print_declaration(FILE *out, const struct pc_declaration *declaration)
{
    fprintf(out, "\ndeclaration %d ", (int)declaration->kind);
    print_doc(out, declaration->doc);
    print_name(out, "", &declaration->name);
    print_string(out, "as", declaration->as);
    switch (declaration->kind) {
    case PC_DECLARATION_IMPORT:
        print_string(out, "path", declaration->import.path);
        break;
    case PC_DECLARATION_TYPE:
        print_type(out, declaration->alias.type_node);
        break;
    case PC_DECLARATION_ENUM:
        print_members(out, &declaration->enumeration.members);
        break;
    case PC_DECLARATION_RECORD:
        print_fields(out, &declaration->record.fields);
        break;
    case PC_DECLARATION_FUNCTION:
        fputs(declaration->function.is_extern ? " extern" : "", out);
        print_parameters(out, &declaration->function.parameters);
        print_type(out, declaration->function.result);
        print_expression(out, "=", declaration->function.body);
        break;
    case PC_DECLARATION_STREAM:
        print_name(out, "payload", declaration->stream.payload);
        print_string(out, "notify", declaration->stream.notify);
        break;
    case PC_DECLARATION_AGGREGATE:
        print_name(out, "id", declaration->aggregate.id_type);
        print_name(out, "in", &declaration->aggregate.stream_name);
        for (size_t i = 0; i < declaration->aggregate.events.count; i++)
            print_event(out, declaration->aggregate.events.items[i]);
        break;
    case PC_DECLARATION_PROJECTION:
        print_source(out, declaration);
        break;
    case PC_DECLARATION_TEST:
        print_string(out, "title", declaration->test.title);
        for (size_t i = 0; i < declaration->test.steps.count; i++)
            print_step(out, declaration->test.steps.items[i]);
        break;
    default: /* package */
        break;
    }
}

void print_tree(FILE *out, const struct pc_file *file)
{
    for (size_t i = 0; i < file->declarations.count; i++)
        print_declaration(out, file->declarations.items[i]);
    fputc('\n', out);
}

void print_comments(FILE *out, const struct pc_file *file)
{
    for (size_t i = 0; i < file->comments.count; i++) {
        struct pc_text text = file->comments.items[i]->text;
        fprintf(out, "%.*s\n", PC_TEXT_ARGS(text));
    }
}
