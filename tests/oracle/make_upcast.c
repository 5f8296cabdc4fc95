/* make_upcast.c -- older forms of events: their fields, and how today's event is made of one. */
#include "make.h"

static const char *value(struct maker *maker, const struct made_field *field)
{
    return oracle_expression(maker, field->shape, oracle_pick(maker, 3), HINTED);
}

static void assign(struct maker *maker, const struct made_field *field)
{
    oracle_line(maker, oracle_format(maker, "%s = %s", field->name, value(maker, field)));
}

/* On every way. */
static void assign_in_branches(struct maker *maker, const struct made_field *field)
{
    oracle_line(maker, oracle_format(maker, "if %s {", oracle_truth(maker, 1)));
    maker->depth++;
    assign(maker, field);
    if (oracle_often(maker, 20))
        assign(maker, field);
    maker->depth--;
    oracle_line(maker, "} else {");
    maker->depth++;
    if (oracle_often(maker, 10))
        oracle_line(maker, "fail \"too old\"");
    else
        assign(maker, field);
    maker->depth--;
    oracle_line(maker, "}");
}

static void assign_by_match(struct maker *maker, const struct made_field *field)
{
    struct shape subject = {.kind = KIND_ENUM};

    subject.enumeration = &maker->enums[oracle_pick(maker, maker->enum_count)];
    oracle_line(maker,
                oracle_format(maker, "match %s {", oracle_expression(maker, &subject, 1, EXACT)));
    for (uint32_t i = 0; i < 2; i++) {
        oracle_line(maker, i == 0 ? oracle_format(maker, "%s => {", subject.enumeration->members[0])
                                  : "else => {");
        maker->depth++;
        assign(maker, field);
        maker->depth--;
        oracle_line(maker, "}");
    }
    oracle_line(maker, "}");
}

static void name_value(struct maker *maker)
{
    const struct readable *optional = oracle_any_readable(maker, KIND_OPTIONAL);
    const struct shape *shape = oracle_any_shape(maker, 1);
    const char *name = oracle_name(maker, "x");

    if (optional != NULL && oracle_often(maker, 50)) {
        shape = optional->shape->element;
        oracle_line(maker, oracle_format(maker, "let %s = %s else { fail \"no %s\" }", name,
                                         optional->text, name));
    } else if (oracle_can(maker, shape)) {
        oracle_line(maker, oracle_format(maker, "let %s = %s", name,
                                         oracle_expression(maker, shape, 2, EXACT)));
    } else {
        return;
    }
    oracle_add_readable(maker, name, shape, false, 0);
}

static void make_body(struct maker *maker, const struct made_event *event)
{
    if (oracle_often(maker, 30))
        name_value(maker);
    if (oracle_often(maker, 15))
        oracle_line(maker, oracle_format(maker, "require %s else \"an old event\"",
                                         oracle_truth(maker, 2)));
    for (uint32_t i = 0; i < event->count; i++) {
        const struct made_field *field = &event->fields[i];
        bool is_required = field->initial == NULL && field->shape->kind != KIND_OPTIONAL;
        uint32_t way = oracle_pick(maker, 10);

        if (!is_required && way < 4)
            continue;
        if (way == 4)
            assign_in_branches(maker, field);
        else if (way == 5 && maker->enum_count != 0)
            assign_by_match(maker, field);
        else
            assign(maker, field);
    }
}

static void make_upcast(struct maker *maker, const struct made_event *event)
{
    struct made_event old = {.count = oracle_pick(maker, 5)};

    oracle_put(maker->out, "\n        upcast \"old %u\" {", ++maker->names);
    for (uint32_t i = 0; i < old.count; i++) {
        struct made_field *field = &old.fields[i];

        *field = (struct made_field){.name = oracle_name(maker, "f"),
                                     .shape = oracle_any_shape(maker, 1)};
        if (i < event->count && oracle_often(maker, 50)) {
            field->name = event->fields[i].name;
            if (oracle_often(maker, 70))
                field->shape = event->fields[i].shape;
        }
        oracle_put(maker->out, "  ");
        oracle_put_field(maker, field, true, false);
    }
    oracle_put(maker->out, " } {\n");
    maker->readable_count = 0;
    maker->depth = 1;
    maker->is_pure = true; /* it sees the old fields and nothing else */
    for (uint32_t i = 0; i < old.count; i++)
        oracle_add_readable(maker, oracle_format(maker, "event.%s", old.fields[i].name),
                            old.fields[i].shape, false, 0);
    make_body(maker, event);
    maker->is_pure = false;
    maker->depth = 0;
    maker->readable_count = 0;
    oracle_put(maker->out, "        }\n   ");
}

void oracle_make_upcasts(struct maker *maker, const struct made_event *event)
{
    if (!oracle_has(maker, ORACLE_upcasts) || oracle_often(maker, 60))
        return;
    for (uint32_t i = 1 + oracle_pick(maker, 2); i > 0; i--)
        make_upcast(maker, event);
}
