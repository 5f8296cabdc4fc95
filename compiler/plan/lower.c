/* lower.c -- the module as a whole: files, streams, aggregates, events; then everything else in
 * order. */
#include "plan/lower.h"

#include "plan/lowering.h"

#include <string.h>

enum { SOURCE_TEXT_MAX = 80 }; /* bytes of a statement in messages */

void pc_lower_position(const struct pc_lowering *lowering, struct pc_span span, uint32_t *file,
                       uint32_t *line, uint32_t *column)
{
    struct pc_position position =
        pc_source_position(pc_source_get(lowering->sources, span.source), span.start);

    *file = lowering->files[span.source];
    *line = position.line;
    *column = position.column;
}

struct pc_text pc_lower_source(const struct pc_lowering *lowering, struct pc_span span)
{
    static const char ellipsis[] = {'\xE2', '\x80', '\xA6'}; /* … */
    struct pc_text text = pc_source_slice(lowering->sources, span);
    char *out = pc_arena_alloc(lowering->arena, SOURCE_TEXT_MAX + 4);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
            if (size == 0 || out[size - 1] == ' ')
                continue;
            c = ' ';
        }
        if (size == SOURCE_TEXT_MAX) {
            while (size > 0 && ((unsigned char)out[size - 1] & 0xC0) == 0x80)
                size--; /* whole code points only */
            if (size > 0 && (unsigned char)out[size - 1] >= 0xC0)
                size--;
            memcpy(out + size, ellipsis, sizeof ellipsis);
            size += sizeof ellipsis;
            break;
        }
        out[size++] = c;
    }
    return (struct pc_text){out, size};
}

/* "dir/bank.proj" -> "bank.proj". */
static struct pc_text base_name(struct pc_text path)
{
    for (size_t i = path.size; i > 0; i--)
        if (path.data[i - 1] == '/')
            return (struct pc_text){path.data + i, path.size - i};
    return path;
}

static void lower_files(struct pc_lowering *lowering)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan *plan = lowering->plan;
    const struct pc_module *tree = lowering->model->tree;

    lowering->files =
        pc_arena_alloc_array(arena, lowering->sources->count, sizeof *lowering->files);
    for (size_t i = 0; i < tree->files.count; i++) {
        const struct pc_file *from = tree->files.items[i];
        struct pc_plan_file *file = PC_NEW(arena, struct pc_plan_file);

        file->name = base_name(pc_text_of(pc_source_get(lowering->sources, from->source)->name));
        file->c_macro = pc_take_name(arena, &lowering->globals,
                                     pc_upper_case(arena, pc_identifier(arena, file->name)));
        lowering->files[from->source] = (uint32_t)i;
        PC_LIST_ADD(arena, &plan->files, file);
    }
    plan->source = plan->files.items[0]->name;

    struct pc_text stem = plan->source;

    if (stem.size > 5 && memcmp(stem.data + stem.size - 5, ".proj", 5) == 0)
        stem.size -= 5;
    plan->stem = pc_text_format(arena, "%.*s_proj", PC_TEXT_ARGS(stem));
    plan->c_guard = pc_text_format(
        arena, "%.*s_H", PC_TEXT_ARGS(pc_upper_case(arena, pc_identifier(arena, plan->stem))));
}

static void lower_streams(struct pc_lowering *lowering)
{
    for (size_t i = 0; i < lowering->model->streams.count; i++) {
        const struct pc_stream_model *from = lowering->model->streams.items[i];
        struct pc_plan_stream *out = PC_NEW(lowering->arena, struct pc_plan_stream);

        out->name = from->name;
        out->sql_schema = from->schema;
        out->sql_table = from->table;
        out->channel = from->channel;
        out->doc = from->node->doc;
        out->is_msgpack = from->payload == PC_PAYLOAD_MSGPACK;
        out->has_text_ids = from->has_text_ids;
        out->index = from->index;
        lowering->streams[from->index] = out;
        PC_LIST_ADD(lowering->arena, &lowering->plan->streams, out);
    }
}

static void lower_aggregates(struct pc_lowering *lowering)
{
    for (size_t i = 0; i < lowering->model->aggregates.count; i++) {
        const struct pc_aggregate_model *from = lowering->model->aggregates.items[i];
        struct pc_plan_aggregate *out = PC_NEW(lowering->arena, struct pc_plan_aggregate);
        struct pc_scope_names parameters = {0};
        static const char *const taken[] = {
            "store", "expected_version", "event", "position", "error", "arena",
            "state", "timeout_ms"};

        for (size_t j = 0; j < sizeof taken / sizeof *taken; j++)
            (void)pc_take_name(lowering->arena, &parameters, pc_text_of(taken[j]));
        out->name = from->name;
        out->outside = from->outside;
        out->c_name =
            pc_take_word(lowering->arena, &parameters, pc_snake_case(lowering->arena, from->name));
        out->doc = from->node->doc;
        out->stream = lowering->streams[from->stream->index];
        out->id = from->id_type->kind == PC_TYPE_UUID   ? PC_PLAN_ID_UUID
                  : from->id_type->kind == PC_TYPE_TEXT ? PC_PLAN_ID_TEXT
                                                        : PC_PLAN_ID_I64;
        out->index = from->index;
        lowering->aggregates[from->index] = out;
        PC_LIST_ADD(lowering->arena, &lowering->plan->aggregates, out);
    }
}

static int compare_events(const struct pc_plan_event *a, const struct pc_plan_event *b)
{
    int order = pc_text_compare(a->aggregate->outside, b->aggregate->outside);

    return order != 0 ? order : pc_text_compare(a->outside, b->outside);
}

/* Insertion keeps it stable and simple: modules have tens of events, not thousands, in one
 * aggregate. */
static void sort_events(struct pc_plan_events *events)
{
    for (size_t i = 1; i < events->count; i++) {
        struct pc_plan_event *moved = events->items[i];
        size_t at = i;

        while (at > 0 && compare_events(events->items[at - 1], moved) > 0) {
            events->items[at] = events->items[at - 1];
            at--;
        }
        events->items[at] = moved;
    }
    for (size_t i = 0; i < events->count; i++)
        events->items[i]->index = (uint32_t)i;
}

static void lower_events(struct pc_lowering *lowering)
{
    struct pc_arena *arena = lowering->arena;

    for (size_t i = 0; i < lowering->model->events.count; i++) {
        const struct pc_event_model *from = lowering->model->events.items[i];
        struct pc_plan_event *out = PC_NEW(arena, struct pc_plan_event);
        struct pc_text stem = pc_snake_case(arena, from->name);

        out->name = from->name;
        out->outside = from->outside;
        out->c_stem = pc_take_name(arena, &lowering->stems, stem);
        out->c_name = pc_lower_global(lowering, out->c_stem, "");
        out->c_append = pc_lower_global(
            lowering, pc_text_format(arena, "append_%.*s", PC_TEXT_ARGS(out->c_stem)), "");
        out->doc = from->node->doc;
        out->aggregate = lowering->aggregates[from->aggregate->index];
        pc_lower_fields(lowering, &from->fields, &out->fields);
        lowering->events[from->index] = out;
        PC_LIST_ADD(arena, &lowering->plan->declared, out);
        PC_LIST_ADD(arena, &lowering->plan->events, out);
    }
    pc_lower_old_events(lowering);
    sort_events(&lowering->plan->events);
}

static void mark_type(const struct pc_plan_type *type, bool in_states)
{
    while (type->kind == PC_PLAN_OPTIONAL || type->kind == PC_PLAN_LIST ||
           type->kind == PC_PLAN_SET || type->kind == PC_PLAN_MAP)
        type = type->element;
    if (type->kind != PC_PLAN_RECORD)
        return;

    /* The plan is being built: the record is not constant yet. */
    struct pc_plan_record *record = (struct pc_plan_record *)(uintptr_t)type->record;

    if (in_states)
        record->in_states = true;
    else
        record->in_events = true;
    for (size_t i = 0; i < record->fields.count; i++)
        mark_type(record->fields.items[i]->type, in_states);
}

static void mark_records(struct pc_plan *plan)
{
    for (size_t i = 0; i < plan->events.count; i++)
        for (size_t j = 0; j < plan->events.items[i]->fields.count; j++)
            mark_type(plan->events.items[i]->fields.items[j]->type, false);
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        for (size_t j = 0; j < projection->fields.count; j++)
            mark_type(projection->fields.items[j]->type, true);
        for (size_t j = 0; j < projection->tables.count; j++)
            for (size_t k = 0; k < projection->tables.items[j]->fields.count; k++)
                mark_type(projection->tables.items[j]->fields.items[k]->type, true);
    }
}

struct pc_plan *pc_lower(struct pc_arena *arena, const struct pc_sources *sources,
                         const struct pc_model *model)
{
    struct pc_plan *plan = PC_NEW(arena, struct pc_plan);
    struct pc_lowering lowering = {
        .arena = arena,
        .sources = sources,
        .model = model,
        .plan = plan,
        .types = pc_arena_alloc_array(arena, model->types.count + 1, sizeof(void *)),
        .enums = pc_arena_alloc_array(arena, model->enums.count + 1, sizeof(void *)),
        .records = pc_arena_alloc_array(arena, model->records.count + 1, sizeof(void *)),
        .streams = pc_arena_alloc_array(arena, model->streams.count + 1, sizeof(void *)),
        .aggregates = pc_arena_alloc_array(arena, model->aggregates.count + 1, sizeof(void *)),
        .events = pc_arena_alloc_array(arena, model->events.count + model->upcasts.count + 1,
                                       sizeof(void *)),
        .projections = pc_arena_alloc_array(arena, model->projections.count + 1, sizeof(void *)),
        .functions = pc_arena_alloc_array(arena, model->functions.count + 1, sizeof(void *)),
    };

    plan->package = model->package;
    plan->sql_reader =
        pc_fit_sql_name(lowering.arena, pc_text_format(lowering.arena, "%.*s_read_state",
                                                       PC_TEXT_ARGS(model->package)));
    if (model->tree->package != NULL)
        plan->doc = model->tree->package->doc;
    pc_lower_stems(&lowering);
    plan->c_module = pc_lower_global(&lowering, pc_text_of("module"), "");
    lower_files(&lowering);
    pc_lower_types(&lowering);
    lower_streams(&lowering);
    lower_aggregates(&lowering);
    lower_events(&lowering);
    pc_lower_functions(&lowering);
    pc_lower_upcasts(&lowering);
    pc_lower_projections(&lowering);
    mark_records(plan);
    pc_lower_queries(&lowering);
    pc_lower_tests(&lowering);
    pc_mark_functions(plan);
    return plan;
}
