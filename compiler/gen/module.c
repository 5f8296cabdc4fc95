/* module.c -- the tables at the end of the source: the only thing that is interpreted. */
#include "gen/parts.h"
#include "gen/values.h"
#include "gen/query.h"

#include <inttypes.h>

static const char *yes(bool value)
{
    return value ? "true" : "false";
}

/* A string literal, or NULL for an empty text. */
static const char *string_or_null(struct pc_arena *arena, struct pc_text text)
{
    return text.size == 0 ? "NULL" : pc_c_string(arena, text);
}

/* ---- streams, aggregates, events ---- */

static void write_streams(struct pc_code *code, const struct pc_plan *plan)
{
    if (plan->streams.count == 0)
        return;
    pc_code_open(code, "static const projc_stream_type streams[] = {");
    for (size_t i = 0; i < plan->streams.count; i++) {
        const struct pc_plan_stream *stream = plan->streams.items[i];

        pc_code_open(code, "{");
        pc_code_line(code, ".name = %s,", pc_c_string(code->arena, stream->name));
        pc_code_line(code, ".schema = %s,", string_or_null(code->arena, stream->sql_schema));
        pc_code_line(code, ".table = %s,", pc_c_string(code->arena, stream->sql_table));
        pc_code_line(code, ".channel = %s,", pc_c_string(code->arena, stream->channel));
        pc_code_line(code, ".payload = PROJC_PAYLOAD_%s,", stream->is_msgpack ? "MSGPACK" : "JSON");
        pc_code_line(code, ".has_text_ids = %s,", yes(stream->has_text_ids));
        pc_code_close(code, "},");
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

static void write_aggregates(struct pc_code *code, const struct pc_plan *plan)
{
    static const char *const ids[] = {
        [PC_PLAN_ID_UUID] = "UUID", [PC_PLAN_ID_TEXT] = "TEXT", [PC_PLAN_ID_I64] = "I64"};

    if (plan->aggregates.count == 0)
        return;
    pc_code_open(code, "static const projc_aggregate_type aggregates[] = {");
    for (size_t i = 0; i < plan->aggregates.count; i++) {
        const struct pc_plan_aggregate *aggregate = plan->aggregates.items[i];

        pc_code_line(code, "{.name = %s, .type = %s, .stream = %u, .id_type = PROJC_ID_%s},",
                     pc_c_string(code->arena, aggregate->name),
                     pc_c_string(code->arena, aggregate->outside),
                     (unsigned)aggregate->stream->index, ids[aggregate->id]);
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

static void write_events(struct pc_code *code, const struct pc_plan *plan)
{
    if (plan->events.count == 0)
        return;
    pc_code_comment(code, pc_text_of("Sorted by aggregate type and event name."));
    pc_code_open(code, "static const projc_event_type events[] = {");
    for (size_t i = 0; i < plan->events.count; i++) {
        const struct pc_plan_event *event = plan->events.items[i];
        const struct pc_plan_event *today = event->upcast_of != NULL ? event->upcast_of : event;
        int stem = (int)event->c_stem.size;
        const char *name = event->c_stem.data;

        pc_code_open(code, "{");
        pc_code_line(code, ".identifier = %s,", pc_c_string(code->arena, event->name));
        pc_code_line(code, ".name = %s,", pc_c_string(code->arena, event->outside));
        pc_code_line(code, ".symbol = %s,", pc_c_string(code->arena, today->c_stem));
        pc_code_line(code, ".aggregate = %u,", (unsigned)event->aggregate->index);
        if (event->upcast_of != NULL)
            pc_code_line(code, ".upcast_of = %u,", (unsigned)today->index + 1);
        pc_code_line(code, ".field_count = %zu,", today->fields.count);
        if (today->fields.count != 0)
            pc_code_line(code, ".fields = %.*s_fields,", PC_TEXT_ARGS(today->c_stem));
        pc_code_line(code, ".size = sizeof(%.*s),", PC_TEXT_ARGS(today->c_name));
        pc_code_line(code, ".from_json = %.*s_from_json,", stem, name);
        pc_code_line(code, ".from_msgpack = %.*s_from_msgpack,", stem, name);
        if (event->upcast_of == NULL) {
            pc_code_line(code, ".to_json = %.*s_to_json,", stem, name);
            pc_code_line(code, ".to_msgpack = %.*s_to_msgpack,", stem, name);
        }
        pc_code_close(code, "},");
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

/* ---- projections ---- */

static void write_table(struct pc_code *code, struct pc_text c_stem,
                        const struct pc_plan_table *table)
{
    static const char *const types[] = {
        [PC_COLUMN_BOOL] = "BOOL", [PC_COLUMN_I16] = "I16",     [PC_COLUMN_I32] = "I32",
        [PC_COLUMN_I64] = "I64",   [PC_COLUMN_F64] = "F64",     [PC_COLUMN_DECIMAL] = "DECIMAL",
        [PC_COLUMN_TEXT] = "TEXT", [PC_COLUMN_BYTES] = "BYTES", [PC_COLUMN_UUID] = "UUID",
        [PC_COLUMN_TIME] = "TIME", [PC_COLUMN_DATE] = "DATE",   [PC_COLUMN_DURATION] = "DURATION",
        [PC_COLUMN_JSON] = "JSON",
    };
    int stem = (int)c_stem.size;
    const char *name = c_stem.data;

    pc_code_open(code, "static const projc_column %.*s_columns[] = {", stem, name);
    for (size_t i = 0; i < table->columns.count; i++) {
        const struct pc_plan_column *column = table->columns.items[i];
        const char *scale = column->scale == 0
                                ? ""
                                : pc_format(code->arena, ", .scale = %u", (unsigned)column->scale);

        pc_code_line(code, "{.name = %s, .type = PROJC_COLUMN_%s%s%s},",
                     pc_c_string(code->arena, column->sql_name), types[column->type], scale,
                     column->is_nullable ? ", .is_nullable = true" : "");
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
    if (table->indexes.count != 0) {
        pc_code_open(code, "static const char *const %.*s_indexes[] = {", stem, name);
        for (size_t i = 0; i < table->indexes.count; i++)
            pc_code_line(code, "%s,", pc_c_string(code->arena, table->indexes.items[i]->sql_name));
        pc_code_close(code, "};");
        pc_code_blank(code);
    }
    pc_code_open(code, "static const projc_table %.*s_table = {", stem, name);
    pc_code_line(code, ".schema = %s,", string_or_null(code->arena, table->sql_schema));
    pc_code_line(code, ".name = %s,", pc_c_string(code->arena, table->sql_name));
    pc_code_line(code, ".key_count = %u,", (unsigned)table->key_count);
    pc_code_line(code, ".column_count = %zu,", table->columns.count);
    pc_code_line(code, ".columns = %.*s_columns,", stem, name);
    if (table->indexes.count != 0) {
        pc_code_line(code, ".indexes = %.*s_indexes,", stem, name);
        pc_code_line(code, ".index_count = %zu,", table->indexes.count);
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

/* ---- tables ---- */

/* The column lists by which handlers walk a table. */
static void write_paths(struct pc_code *code, const struct pc_plan_row_table *table)
{
    if (table->paths.count == 0)
        return;
    pc_code_open(code, "static const projc_row_path %.*s_paths[] = {", PC_TEXT_ARGS(table->c_stem));
    for (size_t i = 0; i < table->paths.count; i++) {
        const struct pc_plan_row_path *path = table->paths.items[i];
        const char *columns = "";

        for (uint32_t j = 0; j < path->count; j++)
            columns = pc_format(code->arena, "%s%s%u", columns, j == 0 ? "" : ", ",
                                (unsigned)path->columns[j]);
        if (path->count == 0)
            pc_code_line(code, "{.column_count = 0},");
        else
            pc_code_line(code, "{.column_count = %u, .columns = (const uint32_t[]){%s}},",
                         (unsigned)path->count, columns);
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

static void write_row_table(struct pc_code *code, const struct pc_plan_row_table *table)
{
    static const char *const functions[] = {"init", "set_key", "to_row", "from_row", "to_json"};
    int stem = (int)table->c_stem.size;
    const char *name = table->c_stem.data;

    pc_code_open(code, "{");
    pc_code_line(code, ".name = %s,", pc_c_string(code->arena, table->name));
    pc_code_line(code, ".table = &%.*s_table,", stem, name);
    pc_code_line(code, ".row_size = sizeof(%.*s),", PC_TEXT_ARGS(table->c_row));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        pc_code_line(code, ".%s = %.*s_%s,", functions[i], stem, name, functions[i]);
    if (pc_fields_have_items(&table->fields))
        pc_code_line(code, ".own = %.*s_own,", stem, name);
    if (table->paths.count != 0) {
        pc_code_line(code, ".paths = %.*s_paths,", stem, name);
        pc_code_line(code, ".path_count = %zu,", table->paths.count);
    }
    pc_code_close(code, "},");
}

static void write_row_tables(struct pc_code *code, const struct pc_plan_projection *projection)
{
    if (projection->tables.count == 0)
        return;
    for (size_t i = 0; i < projection->tables.count; i++) {
        write_table(code, projection->tables.items[i]->c_stem, &projection->tables.items[i]->table);
        write_paths(code, projection->tables.items[i]);
    }
    pc_code_open(code, "static const projc_row_table %.*s_tables[] = {",
                 PC_TEXT_ARGS(projection->c_stem));
    for (size_t i = 0; i < projection->tables.count; i++)
        write_row_table(code, projection->tables.items[i]);
    pc_code_close(code, "};");
    pc_code_blank(code);
}

/* "{a, b}": the functions as a compound literal's braces. */
static const char *function_list(struct pc_arena *arena, const struct pc_plan_handlers *functions)
{
    const char *text = "";

    for (size_t i = 0; i < functions->count; i++)
        text = pc_format(arena, "%s%s%.*s", text, i == 0 ? "" : ", ",
                         PC_TEXT_ARGS(functions->items[i]->c_name));
    return text;
}

static void write_sources(struct pc_code *code, const char *member,
                          const struct pc_plan_handlers *functions)
{
    const char *sources = pc_source_list(code->arena, functions);

    if (sources != NULL)
        pc_code_line(code, ".%s = (const projc_handler_source[]){%s},", member, sources);
}

static void write_dispatch(struct pc_code *code, const struct pc_plan *plan,
                           const struct pc_plan_projection *projection)
{
    if (projection->events.count == 0)
        return;
    pc_code_open(code, "static const projc_event_handlers %.*s_events[] = {",
                 PC_TEXT_ARGS(projection->c_stem));
    for (size_t i = 0; i < projection->events.count; i++) {
        const struct pc_plan_dispatch *dispatch = projection->events.items[i];

        pc_code_open(code, "{");
        pc_code_rawf(code, "%*s.event = %u, /* %s */\n", (int)code->indent, "",
                     (unsigned)dispatch->event->index,
                     pc_c_comment(code->arena, dispatch->event->name));
        pc_code_line(code, ".function_count = %zu,", dispatch->functions.count);
        if (dispatch->functions.count != 0)
            pc_code_line(code, ".functions = (const projc_handler_function[]){%s},",
                         function_list(code->arena, &dispatch->functions));
        write_sources(code, "sources", &dispatch->functions);
        if (dispatch->wanted != NULL && dispatch->wanted_words != 0) {
            const char *words = "";

            for (uint32_t w = 0; w < dispatch->wanted_words; w++)
                words = pc_format(code->arena, "%s%s0x%" PRIx64, words, w == 0 ? "" : ", ",
                                  dispatch->wanted[w]);
            pc_code_line(code, ".wanted = (const uint64_t[]){%s},", words);
        }
        const char *prefetch = pc_prefetch_name(code->arena, plan, projection, dispatch);

        if (prefetch != NULL)
            pc_code_line(code, ".prefetch = %s,", prefetch);
        pc_code_close(code, "},");
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

static void write_policy(struct pc_code *code, const struct pc_plan_policy *policy)
{
    static const char *const actions[] = {
        [PC_PLAN_FAIL] = "FAIL", [PC_PLAN_IGNORE] = "IGNORE", [PC_PLAN_RETRY] = "RETRY"};

    if (policy->action != PC_PLAN_RETRY) {
        pc_code_line(code,
                     ".policy = {.action = PROJC_ACTION_%s, .after_retries = PROJC_ACTION_%s},",
                     actions[policy->action], actions[policy->action]);
        return;
    }
    pc_code_line(code,
                 ".policy = {.action = PROJC_ACTION_RETRY, .retry_times = %u, .retry_low_us = %s, "
                 ".retry_high_us = %s, .after_retries = PROJC_ACTION_%s},",
                 (unsigned)policy->retry_times, pc_c_integer(code->arena, policy->retry_low_us),
                 pc_c_integer(code->arena, policy->retry_high_us), actions[policy->after_retries]);
}

static void write_projection_functions(struct pc_code *code,
                                       const struct pc_plan_projection *projection)
{
    int stem = (int)projection->c_stem.size;
    const char *name = projection->c_stem.data;

    pc_code_line(code, ".state_size = sizeof(%.*s),", PC_TEXT_ARGS(projection->c_state));
    pc_code_line(code, ".init = %.*s_init,", stem, name);
    pc_code_line(code, ".from_msgpack = %.*s_from_msgpack,", stem, name);
    pc_code_line(code, ".to_msgpack = %.*s_to_msgpack,", stem, name);
    pc_code_line(code, ".to_json = %.*s_to_json,", stem, name);
    if (projection->is_columns) {
        pc_code_line(code, ".to_row = %.*s_to_row,", stem, name);
        pc_code_line(code, ".from_row = %.*s_from_row,", stem, name);
    }
    if (projection->events.count != 0) {
        pc_code_line(code, ".events = %.*s_events,", stem, name);
        pc_code_line(code, ".event_count = %zu,", projection->events.count);
    }
    if (projection->filter.c_name.size != 0)
        pc_code_line(code, ".filter = %.*s,", PC_TEXT_ARGS(projection->filter.c_name));
    if (projection->any.count != 0) {
        pc_code_line(code, ".any_functions = (const projc_handler_function[]){%s},",
                     function_list(code->arena, &projection->any));
        pc_code_line(code, ".any_count = %zu,", projection->any.count);
        write_sources(code, "any_sources", &projection->any);
    }
    if (projection->tables.count != 0) {
        pc_code_line(code, ".tables = %.*s_tables,", stem, name);
        pc_code_line(code, ".table_count = %zu,", projection->tables.count);
    }
}

static void write_projection(struct pc_code *code, const struct pc_plan_projection *projection)
{
    static const char *const kinds[] = {[PC_PLAN_AGGREGATE_PROJECTION] = "AGGREGATE",
                                        [PC_PLAN_STREAM_PROJECTION] = "STREAM",
                                        [PC_PLAN_KEYED_PROJECTION] = "KEYED"};

    pc_code_open(code, "{");
    pc_code_line(code, ".name = %s,", pc_c_string(code->arena, projection->name));
    pc_code_line(code, ".kind = PROJC_%s_PROJECTION,", kinds[projection->kind]);
    pc_code_line(code, ".version = %u,", (unsigned)projection->version);
    pc_code_line(code, ".stream = %u,", (unsigned)projection->stream->index);
    if (projection->aggregate != NULL)
        pc_code_line(code, ".aggregate = %u,", (unsigned)projection->aggregate->index);
    pc_code_line(code, ".table = &%.*s_table,", PC_TEXT_ARGS(projection->c_stem));
    if (projection->c_view.size != 0)
        pc_code_line(code, ".view = &%.*s_table,", PC_TEXT_ARGS(projection->c_view));
    pc_code_line(code, ".is_columns = %s,", yes(projection->is_columns));
    pc_code_line(code, ".shape_fingerprint = 0x%016" PRIx64 ",", projection->shape_fingerprint);
    pc_code_line(code, ".logic_fingerprint = 0x%016" PRIx64 ",", projection->logic_fingerprint);
    write_policy(code, &projection->policy);
    write_projection_functions(code, projection);
    pc_code_close(code, "},");
}

static void write_projections(struct pc_code *code, const struct pc_plan *plan)
{
    if (plan->projections.count == 0)
        return;
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_projection *projection = plan->projections.items[i];

        write_table(code, projection->c_stem, &projection->table);
        if (projection->c_view.size != 0)
            write_table(code, projection->c_view, &projection->view);
        write_row_tables(code, projection);
        write_dispatch(code, plan, projection);
    }
    pc_code_open(code, "static const projc_projection_type projections[] = {");
    for (size_t i = 0; i < plan->projections.count; i++)
        write_projection(code, plan->projections.items[i]);
    pc_code_close(code, "};");
    pc_code_blank(code);
}

/* ---- the module ---- */

static void write_count(struct pc_code *code, const char *list, const char *count, size_t value)
{
    if (value == 0)
        return;
    pc_code_line(code, ".%s = %s,", list, list);
    pc_code_line(code, ".%s = %zu,", count, value);
}

void pc_write_module(struct pc_code *code, const struct pc_plan *plan,
                     const struct pc_generate_options *options)
{
    struct pc_text compiler =
        pc_text_format(code->arena, "projc %.*s", PC_TEXT_ARGS(options->version));

    pc_code_section(code, pc_text_of("module"));
    write_streams(code, plan);
    write_aggregates(code, plan);
    write_events(code, plan);
    write_projections(code, plan);
    pc_write_query_table(code, plan);
    pc_write_schemas(code, plan);
    pc_code_open(code, "const projc_module %.*s = {", PC_TEXT_ARGS(plan->c_module));
    pc_code_line(code, ".abi_version = PROJC_ABI_VERSION,");
    pc_code_line(code, ".package = %s,", pc_c_string(code->arena, plan->package));
    pc_code_line(code, ".source = %s,", pc_c_string(code->arena, plan->source));
    pc_code_line(code, ".compiler = %s,", pc_c_string(code->arena, compiler));
    write_count(code, "streams", "stream_count", plan->streams.count);
    write_count(code, "aggregates", "aggregate_count", plan->aggregates.count);
    write_count(code, "events", "event_count", plan->events.count);
    write_count(code, "projections", "projection_count", plan->projections.count);
    pc_code_line(code, ".schema_postgres = schema_postgres,");
    pc_code_line(code, ".schema_sqlite = schema_sqlite,");
    pc_code_line(code, ".schema_postgres_notify = schema_postgres_notify,");
    write_count(code, "queries", "query_count", plan->queries.count);
    for (size_t i = 0; i < plan->projections.count; i++) {
        if (plan->projections.items[i]->c_view.size == 0)
            continue;
        pc_code_line(code, ".state_reader = %s,", pc_c_string(code->arena, plan->sql_reader));
        break;
    }
    pc_code_close(code, "};");
}
