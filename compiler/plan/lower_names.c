/* lower_names.c -- names of globals and locals, kept apart from those of the source's static
 * functions and tables, which are a stem and one of a few suffixes: balance_init, line_list_push.
 */
#include "plan/lowering.h"

#include <string.h>

static const char *const static_suffixes[] = {
    "_add",          "_at",           "_columns",    "_compare",    "_delete",    "_enum",
    "_enum_members", "_enum_parse",   "_enum_text",  "_events",     "_fields",    "_find",
    "_from_json",    "_from_msgpack", "_from_row",   "_has",        "_indexes",   "_init",
    "_keep",         "_keep_last",    "_notify",     "_obtain",     "_order",     "_paths",
    "_prefetch",     "_push",         "_rank",       "_read_array", "_read_json", "_read_msgpack",
    "_remove",       "_replace",      "_schema",     "_set_key",    "_show_json", "_table",
    "_tables",       "_to_json",      "_to_msgpack", "_to_row",     "_upcast",    "_write_array",
};

static const char *const scalar_stems[] = {"bool", "f64",      "text", "bytes",  "uuid",    "time",
                                           "date", "duration", "i8",   "i16",    "i32",     "i64",
                                           "u8",   "u16",      "u32",  "sqlite", "postgres"};

enum { DURATION_FORMATS = 4, DECIMAL_SCALES = 10 };

static void take_stem(struct pc_lowering *lowering, struct pc_text stem)
{
    struct pc_arena *arena = lowering->arena;

    (void)pc_take_name(arena, &lowering->stems, stem);
    (void)pc_take_name(arena, &lowering->stems,
                       pc_text_format(arena, "%.*s_list", PC_TEXT_ARGS(stem)));
    (void)pc_take_name(arena, &lowering->stems,
                       pc_text_format(arena, "optional_%.*s", PC_TEXT_ARGS(stem)));
}

/* What a declaration of the user's will give its static functions, before numbers are added. */
static void add_own(struct pc_lowering *lowering, struct pc_text name)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_text stem = pc_snake_case(arena, name);

    (void)pc_take_name(arena, &lowering->own_stems, stem);
    (void)pc_take_name(arena, &lowering->own_stems,
                       pc_text_format(arena, "%.*s_list", PC_TEXT_ARGS(stem)));
    (void)pc_take_name(arena, &lowering->own_stems,
                       pc_text_format(arena, "optional_%.*s", PC_TEXT_ARGS(stem)));
}

void pc_lower_stems(struct pc_lowering *lowering)
{
    const struct pc_model *model = lowering->model;
    struct pc_arena *arena = lowering->arena;

    for (size_t i = 0; i < sizeof scalar_stems / sizeof *scalar_stems; i++)
        take_stem(lowering, pc_text_of(scalar_stems[i]));
    for (unsigned scale = 0; scale < DECIMAL_SCALES; scale++) {
        take_stem(lowering, pc_text_format(arena, "decimal%u", scale));
        take_stem(lowering, pc_text_format(arena, "decimal%u_rounded", scale));
    }
    for (unsigned format = 1; format <= DURATION_FORMATS; format++) {
        (void)pc_take_name(arena, &lowering->stems,
                           pc_text_format(arena, "duration_list_%u", format));
        (void)pc_take_name(arena, &lowering->stems,
                           pc_text_format(arena, "optional_duration_%u", format));
    }
    for (size_t i = 0; i < model->enums.count; i++)
        add_own(lowering, model->enums.items[i]->name);
    for (size_t i = 0; i < model->records.count; i++)
        add_own(lowering, model->records.items[i]->name);
    for (size_t i = 0; i < model->events.count; i++)
        add_own(lowering, model->events.items[i]->name);
    for (size_t i = 0; i < model->upcasts.count; i++)
        add_own(lowering, pc_identifier(arena, model->upcasts.items[i]->old->outside));
    for (size_t i = 0; i < model->projections.count; i++) {
        add_own(lowering, model->projections.items[i]->name);
        if (!model->projections.items[i]->state.is_columns)
            add_own(lowering, pc_text_format(arena, "%.*s_view",
                                             PC_TEXT_ARGS(model->projections.items[i]->name)));
    }
    for (size_t i = 0; i < model->projections.count; i++) {
        const struct pc_projection_model *projection = model->projections.items[i];

        for (size_t j = 0; j < projection->tables.count; j++)
            add_own(lowering, pc_text_format(arena, "%.*s_%.*s", PC_TEXT_ARGS(projection->name),
                                             PC_TEXT_ARGS(projection->tables.items[j]->name)));
    }
}

/* True for what a static function, table or handler may be called. */
static bool may_be_static(const struct pc_lowering *lowering, struct pc_text name)
{
    for (size_t i = 1; i < name.size; i++) {
        struct pc_text stem = {name.data, i};
        struct pc_text rest = {name.data + i, name.size - i};
        bool is_suffix = rest.size > 4 && memcmp(rest.data, "_on_", 4) == 0;

        if (rest.data[0] != '_' ||
            (!pc_is_taken(&lowering->own_stems, stem) && !pc_is_taken(&lowering->stems, stem)))
            continue;
        for (size_t j = 0; !is_suffix && j < sizeof static_suffixes / sizeof *static_suffixes; j++)
            is_suffix = pc_text_is(rest, static_suffixes[j]);
        if (is_suffix)
            return true;
    }
    return false;
}

struct pc_text pc_lower_global(struct pc_lowering *lowering, struct pc_text name,
                               const char *suffix)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_text wanted =
        pc_text_format(arena, "%.*s_%.*s%s", PC_TEXT_ARGS(lowering->plan->package),
                       PC_TEXT_ARGS(pc_snake_case(arena, name)), suffix);

    if (may_be_static(lowering, wanted))
        wanted = pc_text_format(arena, "%.*s_", PC_TEXT_ARGS(wanted));
    return pc_take_name(arena, &lowering->globals, wanted);
}

/* Temporaries of the generator end in a digit and an underscore. */
static bool is_like_temporary(struct pc_text name)
{
    return name.size > 2 && name.data[name.size - 1] == '_' && name.data[name.size - 2] >= '0' &&
           name.data[name.size - 2] <= '9';
}

struct pc_text pc_lower_word(struct pc_lowering_handler *handler, struct pc_text name)
{
    struct pc_lowering *lowering = handler->lowering;
    struct pc_text wanted = pc_identifier(lowering->arena, name);

    if (is_like_temporary(wanted) || may_be_static(lowering, wanted) ||
        pc_is_taken(&lowering->globals, wanted))
        wanted = pc_text_format(lowering->arena, "%.*s_", PC_TEXT_ARGS(wanted));
    return pc_take_word(lowering->arena, &handler->names, wanted);
}
