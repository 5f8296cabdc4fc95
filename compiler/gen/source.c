/* source.c -- X_proj.c, put together: helpers, handlers, serializers, functions, tables.
 *
 * Handlers and serializers are written to texts of their own first, which tells what helper
 * functions they need; those stand before them in the file. Handlers come before the tables of file
 * scope, so that no local of the user's can hide one. */
#include "gen/parts.h"
#include "gen/query.h"

/* Texts that are written before it is known where they stand. */
struct drafts {
    struct pc_function_drafts functions;
    struct pc_upcast_drafts upcasts;
    struct pc_handler_bodies bodies;
    struct pc_text sent; /* serializers that handlers call themselves, for `notify` */
    struct pc_handler_bodies clauses;
    struct pc_text initial_states;
    struct pc_text state_codecs;
    struct pc_text event_codecs;
    struct pc_text rows;
    struct pc_text table_rows;
    struct pc_text prefetch;
    struct pc_text limits;
    struct pc_text queries;
};

typedef void writer(struct pc_code *code, const struct pc_plan *plan, struct pc_helpers *helpers);

static struct pc_text draft(struct pc_arena *arena, const struct pc_plan *plan,
                            struct pc_helpers *helpers, writer *write)
{
    struct pc_code code;

    pc_code_init(&code, arena, false);
    write(&code, plan, helpers);
    return pc_code_text(&code);
}

static struct pc_text draft_limits(struct pc_arena *arena, const struct pc_plan *plan,
                                   struct pc_helpers *helpers,
                                   const struct pc_function_drafts *functions)
{
    struct pc_code code;

    pc_code_init(&code, arena, false);
    pc_write_query_limits(&code, plan, helpers, functions);
    return pc_code_text(&code);
}

static void write_sent(struct pc_code *code, const struct pc_plan *plan, struct pc_helpers *helpers)
{
    (void)plan;
    pc_write_helpers(code, helpers, PC_HELPER_ENUM_TABLE, PC_HELPER_WRITE_ARRAY);
}

static void write_draft(struct pc_code *code, const char *title, struct pc_text text)
{
    if (text.size == 0)
        return;
    pc_code_section(code, pc_text_of(title));
    pc_code_raw(code, text);
}

static void write_head(struct pc_code *code, const struct pc_plan *plan,
                       const struct pc_generate_options *options)
{
    pc_write_banner(code, plan, options, pc_format(code->arena, "%.*s.c", PC_TEXT_ARGS(plan->stem)),
                    false);
    pc_code_rawf(code, "#include \"%.*s.h\"\n\n", PC_TEXT_ARGS(plan->stem));
    pc_code_rawf(
        code, "#ifdef __FAST_MATH__\n"
              "#error \"replaying events must give the same bytes: compile without -ffast-math\"\n"
              "#endif\n\n");
    for (size_t i = 0; i < plan->files.count; i++)
        pc_code_rawf(code, "#define %.*s %s\n", PC_TEXT_ARGS(plan->files.items[i]->c_macro),
                     pc_c_string(code->arena, plan->files.items[i]->name));
    pc_code_blank(code);
}

static void write_helpers(struct pc_code *code, const char *title, struct pc_helpers *helpers,
                          enum pc_helper_kind first, enum pc_helper_kind last)
{
    struct pc_code mark = *code;
    size_t size;

    pc_code_section(code, pc_text_of(title));
    size = code->size;
    pc_write_helpers(code, helpers, first, last);
    if (code->size == size)
        pc_code_rewind(code, &mark);
}

struct pc_text pc_generate_source(struct pc_arena *arena, const struct pc_plan *plan,
                                  const struct pc_generate_options *options)
{
    struct pc_code code;
    struct pc_helpers helpers = {.arena = arena};
    struct drafts drafts = {0};

    pc_prepare_functions(arena, plan, options, &helpers, &drafts.functions);
    pc_prepare_upcasts(arena, plan, options, &helpers, &drafts.functions, &drafts.upcasts);
    pc_prepare_handlers(arena, plan, options, &helpers, &drafts.functions, &drafts.bodies);
    drafts.sent = draft(arena, plan, &helpers, write_sent);
    pc_prepare_clauses(arena, plan, options, &helpers, &drafts.functions, &drafts.clauses);
    drafts.initial_states = draft(arena, plan, &helpers, pc_write_initial_states);
    drafts.state_codecs = draft(arena, plan, &helpers, pc_write_state_codecs);
    drafts.event_codecs = draft(arena, plan, &helpers, pc_write_event_codecs);
    drafts.rows = draft(arena, plan, &helpers, pc_write_rows);
    drafts.table_rows = draft(arena, plan, &helpers, pc_write_row_functions);
    drafts.prefetch = draft(arena, plan, &helpers, pc_write_prefetch);
    drafts.limits = draft_limits(arena, plan, &helpers, &drafts.functions);
    drafts.queries = draft(arena, plan, &helpers, pc_write_query_functions);

    pc_code_init(&code, arena, !options->no_line);
    write_head(&code, plan, options);
    write_helpers(&code, "values", &helpers, PC_HELPER_KEEP, PC_HELPER_ENUM_PARSE);
    write_helpers(&code, "rows by their keys", &helpers, PC_HELPER_ROW_FIND, PC_HELPER_ROW_DELETE);
    write_draft(&code, "initial states", drafts.initial_states);
    write_draft(&code, "values in notifications", drafts.sent);
    pc_write_functions(&code, plan, &drafts.functions);
    pc_write_upcasts(&code, plan, &drafts.upcasts);
    pc_write_handlers(&code, plan, &drafts.bodies);
    pc_write_clauses(&code, plan, &drafts.clauses);
    write_helpers(&code, "serializers of enums, records and lists", &helpers, PC_HELPER_ENUM_TABLE,
                  PC_HELPER_WRITE_ARRAY);
    write_draft(&code, "serializers of events", drafts.event_codecs);
    write_draft(&code, "serializers of states", drafts.state_codecs);
    write_draft(&code, "states as rows", drafts.rows);
    write_draft(&code, "rows of tables", drafts.table_rows);
    write_draft(&code, "keys known beforehand", drafts.prefetch);
    pc_write_typed_functions(&code, plan);
    write_draft(&code, "limits of queries", drafts.limits);
    write_draft(&code, "queries", drafts.queries);
    pc_write_module(&code, plan, options);
    return pc_code_text(&code);
}
