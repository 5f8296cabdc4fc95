/* build_item.c -- makes the nodes of a projection's items. */
#include "syntax/parser.h"

static struct pc_item *new_item(struct pc_parser *parser, enum pc_node_kind kind,
                                struct pc_range range)
{
    struct pc_item *item = PC_NEW(parser->arena, struct pc_item);

    item->kind = kind;
    item->span = pc_parser_span(parser, range);
    item->doc = pc_take_documentation(parser, range.start);
    return item;
}

struct pc_item *pc_build_state(struct pc_parser *parser, struct pc_range range, bool is_columns,
                               struct pc_body *body)
{
    struct pc_item *item = new_item(parser, PC_ITEM_STATE, range);

    item->state.is_columns = is_columns;
    item->state.fields = body->fields;
    item->state.indexes = body->indexes;
    return item;
}

struct pc_item *pc_build_table(struct pc_parser *parser, struct pc_range range,
                               const struct pc_token *name, struct pc_list *keys,
                               struct pc_string *as, struct pc_body *body)
{
    struct pc_item *item = new_item(parser, PC_ITEM_TABLE, range);

    item->table.name = pc_token_name(parser, name);
    PC_TAKE_LIST(parser, &item->table.keys, keys);
    item->table.as = as;
    item->table.fields = body->fields;
    item->table.indexes = body->indexes;
    return item;
}

/* ---- handlers ---- */

/* Parts of a handler or policy travel in an item of their own until the whole is built. */
struct pc_item *pc_build_fan(struct pc_parser *parser, const struct pc_token *name,
                             struct pc_expression *collection)
{
    struct pc_item *item = PC_NEW(parser->arena, struct pc_item);

    item->handler.each = pc_build_name(parser, name);
    item->handler.collection = collection;
    return item;
}

struct pc_item *pc_build_handler(struct pc_parser *parser, struct pc_range range,
                                 struct pc_list *events, struct pc_item *fan, struct pc_list *by,
                                 struct pc_expression *where, struct pc_block *body)
{
    struct pc_item *item = new_item(parser, PC_ITEM_HANDLER, range);

    item->handler.is_any = events == NULL;
    PC_TAKE_LIST(parser, &item->handler.events, events);
    if (fan != NULL) {
        item->handler.each = fan->handler.each;
        item->handler.collection = fan->handler.collection;
    }
    PC_TAKE_LIST(parser, &item->handler.by, by);
    item->handler.where = where;
    item->handler.is_extern = body == NULL;
    item->handler.body = body;
    return item;
}

struct pc_item *pc_build_ignore(struct pc_parser *parser, struct pc_range range,
                                struct pc_list *events)
{
    struct pc_item *item = new_item(parser, PC_ITEM_IGNORE, range);

    item->ignore.is_any = events == NULL;
    PC_TAKE_LIST(parser, &item->ignore.events, events);
    return item;
}

/* ---- policies ---- */

struct pc_item *pc_build_policy(struct pc_parser *parser, bool is_ignore)
{
    struct pc_item *item = PC_NEW(parser->arena, struct pc_item);

    item->policy.policy = is_ignore ? PC_POLICY_IGNORE : PC_POLICY_FAIL;
    return item;
}

struct pc_item *pc_build_backoff(struct pc_parser *parser, struct pc_expression *minimum,
                                 struct pc_expression *maximum)
{
    struct pc_item *item = PC_NEW(parser->arena, struct pc_item);

    item->policy.minimum = minimum;
    item->policy.maximum = maximum;
    return item;
}

struct pc_item *pc_build_retry(struct pc_parser *parser, struct pc_expression *times,
                               struct pc_item *backoff, bool then_ignore)
{
    struct pc_item *item = backoff != NULL ? backoff : PC_NEW(parser->arena, struct pc_item);

    item->policy.policy = PC_POLICY_RETRY;
    item->policy.times = times;
    item->policy.then = then_ignore ? PC_POLICY_IGNORE : PC_POLICY_FAIL;
    return item;
}

struct pc_item *pc_build_on_error(struct pc_parser *parser, struct pc_range range,
                                  struct pc_item *policy)
{
    struct pc_item *item = new_item(parser, PC_ITEM_POLICY, range);

    item->policy = policy->policy;
    return item;
}

/* ---- the rest ---- */

struct pc_item *pc_build_version(struct pc_parser *parser, struct pc_range range,
                                 struct pc_expression *number)
{
    struct pc_item *item = new_item(parser, PC_ITEM_VERSION, range);

    item->version.number = number;
    return item;
}

struct pc_item *pc_build_query(struct pc_parser *parser, struct pc_range range,
                               const struct pc_token *name, struct pc_list *parameters,
                               const struct pc_token *source, struct pc_expression *where,
                               struct pc_list *orders, struct pc_expression *limit)
{
    struct pc_item *item = new_item(parser, PC_ITEM_QUERY, range);

    item->query.name = pc_token_name(parser, name);
    PC_TAKE_LIST(parser, &item->query.parameters, parameters);
    item->query.source = pc_token_name(parser, source);
    item->query.where = where;
    PC_TAKE_LIST(parser, &item->query.order, orders);
    item->query.limit = limit;
    return item;
}
