/* typed.c -- typed append, load and wait: thin functions over the runtime's. */
#include "gen/parts.h"

/* The parameter that carries an aggregate's id, or NULL-text: named after the aggregate unless
 * another parameter of these functions bears the name. */
static const char *id_name(struct pc_arena *arena, const struct pc_plan_aggregate *aggregate)
{
    static const char *const taken[] = {
        "store", "expected_version", "event", "position", "error", "arena",
        "state", "timeout_ms",       "id"};

    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (pc_text_is(aggregate->c_name, taken[i]))
            return pc_format(arena, "%s_id", taken[i]);
    return pc_format(arena, "%.*s", PC_TEXT_ARGS(aggregate->c_name));
}

static const char *id_parameter(struct pc_arena *arena, const struct pc_plan_aggregate *aggregate)
{
    static const char *const types[] = {[PC_PLAN_ID_UUID] = "projc_uuid",
                                        [PC_PLAN_ID_TEXT] = "projc_text",
                                        [PC_PLAN_ID_I64] = "int64_t"};

    return pc_format(arena, "%s %s", types[aggregate->id], id_name(arena, aggregate));
}

/* The id as a projc_value. */
static const char *id_value(struct pc_arena *arena, const struct pc_plan_aggregate *aggregate)
{
    static const char *const kinds[] = {
        [PC_PLAN_ID_UUID] = "UUID", [PC_PLAN_ID_TEXT] = "TEXT", [PC_PLAN_ID_I64] = "INTEGER"};
    static const char *const members[] = {
        [PC_PLAN_ID_UUID] = "uuid", [PC_PLAN_ID_TEXT] = "text", [PC_PLAN_ID_I64] = "integer"};

    return pc_format(arena, "{.kind = PROJC_KIND_%s, .as.%s = %s}", kinds[aggregate->id],
                     members[aggregate->id], id_name(arena, aggregate));
}

void pc_write_append_prototype(struct pc_code *code, const struct pc_plan_event *event,
                               const char *end)
{
    pc_code_plain(code,
                  "projc_status %.*s(projc_store *store, %s, int64_t expected_version, "
                  "const %.*s *event, int64_t *position, projc_error *error)%s",
                  PC_TEXT_ARGS(event->c_append), id_parameter(code->arena, event->aggregate),
                  PC_TEXT_ARGS(event->c_name), end);
}

/* ", projc_uuid account", or nothing for a stream projection. */
static const char *key_parameter(struct pc_arena *arena,
                                 const struct pc_plan_projection *projection)
{
    const char *text = "";

    if (projection->kind == PC_PLAN_STREAM_PROJECTION)
        return "";
    if (projection->kind == PC_PLAN_AGGREGATE_PROJECTION)
        return pc_format(arena, ", %s", id_parameter(arena, projection->aggregate));
    for (size_t i = 0; i < projection->keys.count; i++) {
        const struct pc_plan_field *key = projection->keys.items[i];

        text = pc_format(arena, "%s, %.*s %.*s", text, PC_TEXT_ARGS(key->type->c_name),
                         PC_TEXT_ARGS(key->c_name));
    }
    return text;
}

void pc_write_load_prototype(struct pc_code *code, const struct pc_plan_projection *projection,
                             const char *end)
{
    pc_code_plain(code,
                  "projc_status %.*s(projc_store *store%s, projc_arena *arena, %.*s *state, "
                  "projc_error *error)%s",
                  PC_TEXT_ARGS(projection->c_load), key_parameter(code->arena, projection),
                  PC_TEXT_ARGS(projection->c_state), end);
}

void pc_write_wait_prototype(struct pc_code *code, const struct pc_plan_projection *projection,
                             const char *end)
{
    pc_code_plain(code,
                  "projc_status %.*s(projc_store *store%s, int64_t position, int64_t timeout_ms, "
                  "projc_error *error)%s",
                  PC_TEXT_ARGS(projection->c_wait), key_parameter(code->arena, projection), end);
}

void pc_write_extern_prototype(struct pc_code *code, const struct pc_plan_projection *projection,
                               const struct pc_plan_handler *handler)
{
    if (handler->event == NULL)
        pc_code_plain(code, "int %.*s(projc_handler *handler, %.*s *state);",
                      PC_TEXT_ARGS(handler->c_extern), PC_TEXT_ARGS(projection->c_state));
    else
        pc_code_plain(code, "int %.*s(projc_handler *handler, %.*s *state, const %.*s *event);",
                      PC_TEXT_ARGS(handler->c_extern), PC_TEXT_ARGS(projection->c_state),
                      PC_TEXT_ARGS(handler->event->c_name));
}

static void write_append(struct pc_code *code, const struct pc_plan *plan,
                         const struct pc_plan_event *event)
{
    pc_write_append_prototype(code, event, "");
    pc_code_open(code, "{");
    pc_code_line(code, "projc_value id = %s;", id_value(code->arena, event->aggregate));
    pc_code_blank(code);
    pc_code_line(
        code,
        "return projc_append(store, &%.*s, %u, id, expected_version, event, position, error);",
        PC_TEXT_ARGS(plan->c_module), (unsigned)event->index);
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* The helper that every handler with such a key part has asked for. */
static const char *enum_text(struct pc_arena *arena, const struct pc_plan_type *type)
{
    return pc_format(arena, "%.*s_text", PC_TEXT_ARGS(type->enumeration->c_table));
}

/* The key as values. */
static void write_key(struct pc_code *code, const struct pc_plan_projection *projection)
{
    if (projection->kind == PC_PLAN_STREAM_PROJECTION)
        return;
    if (projection->kind == PC_PLAN_AGGREGATE_PROJECTION) {
        pc_code_line(code, "projc_value id = %s;", id_value(code->arena, projection->aggregate));
        pc_code_blank(code);
        return;
    }
    pc_code_open(code, "projc_value key[] = {");
    for (size_t i = 0; i < projection->keys.count; i++) {
        const struct pc_plan_field *key = projection->keys.items[i];
        const char *value = key->c_name.data;

        if (key->type->kind == PC_PLAN_ENUM)
            value = pc_format(code->arena, "%s(%s)", enum_text(code->arena, key->type), value);
        pc_code_line(code, "{.kind = PROJC_KIND_%s, .as.%s = %s},", pc_value_kind(key->type),
                     pc_value_member(key->type), value);
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

static void write_load_and_wait(struct pc_code *code, const struct pc_plan *plan,
                                const struct pc_plan_projection *projection)
{
    const char *key = projection->kind == PC_PLAN_STREAM_PROJECTION      ? "NULL, 0"
                      : projection->kind == PC_PLAN_AGGREGATE_PROJECTION ? "&id, 1"
                                                                         : "NULL, 0";

    if (projection->kind == PC_PLAN_KEYED_PROJECTION)
        key = pc_format(code->arena, "key, %zu", projection->keys.count);
    pc_write_load_prototype(code, projection, "");
    pc_code_open(code, "{");
    write_key(code, projection);
    pc_code_line(code, "return projc_load(store, &%.*s, %u, %s, arena, state, error);",
                 PC_TEXT_ARGS(plan->c_module), (unsigned)projection->index, key);
    pc_code_close(code, "}");
    pc_code_blank(code);
    pc_write_wait_prototype(code, projection, "");
    pc_code_open(code, "{");
    write_key(code, projection);
    pc_code_line(code, "return projc_wait_for(store, &%.*s, %u, %s, position, timeout_ms, error);",
                 PC_TEXT_ARGS(plan->c_module), (unsigned)projection->index, key);
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_typed_functions(struct pc_code *code, const struct pc_plan *plan)
{
    if (plan->events.count + plan->projections.count == 0)
        return;
    pc_code_section(code, pc_text_of("typed functions"));
    for (size_t i = 0; i < plan->declared.count; i++)
        write_append(code, plan, plan->declared.items[i]);
    for (size_t i = 0; i < plan->projections.count; i++)
        write_load_and_wait(code, plan, plan->projections.items[i]);
}
