/* program.c -- the files around a module: X_main.c, X_test.c and X_proj.d. */
#include "gen/parts.h"

#include <inttypes.h>

/* "bank" for the output stem "bank_proj". */
static const char *base_name(struct pc_arena *arena, const struct pc_plan *plan)
{
    static const char suffix[] = "_proj";
    size_t size = sizeof suffix - 1;
    struct pc_text stem = plan->stem;

    if (stem.size > size &&
        pc_text_is((struct pc_text){stem.data + stem.size - size, size}, suffix))
        stem.size -= size;
    return pc_format(arena, "%.*s", PC_TEXT_ARGS(stem));
}

struct pc_text pc_generate_main(struct pc_arena *arena, const struct pc_plan *plan,
                                const struct pc_generate_options *options)
{
    struct pc_code code;

    pc_code_init(&code, arena, false);
    pc_write_banner(&code, plan, options, pc_format(arena, "%s_main.c", base_name(arena, plan)),
                    false);
    pc_code_rawf(&code, "#include \"%.*s.h\"\n\n#include <projc/projc.h>\n\n",
                 PC_TEXT_ARGS(plan->stem));
    pc_code_plain(&code, "int main(int argc, char **argv)");
    pc_code_open(&code, "{");
    pc_code_line(&code, "return projc_main(argc, argv, &%.*s);", PC_TEXT_ARGS(plan->c_module));
    pc_code_close(&code, "}");
    return pc_code_text(&code);
}

/* ---- tests ---- */

static void write_step(struct pc_code *code, const struct pc_plan_step *step)
{
    static const char *const kinds[] = {
        [PC_STEP_GIVEN] = "PROJC_TEST_GIVEN",   [PC_STEP_EXPECT] = "PROJC_TEST_EXPECT",
        [PC_STEP_ABSENT] = "PROJC_TEST_ABSENT", [PC_STEP_FAILS] = "PROJC_TEST_FAILS",
        [PC_STEP_QUERY] = "PROJC_TEST_QUERY",
    };
    struct pc_arena *arena = code->arena;
    bool is_given = step->kind == PC_STEP_GIVEN;

    pc_code_open(code, "{");
    pc_code_line(code, ".kind = %s,", kinds[step->kind]);
    pc_code_line(code, ".line = %u,", (unsigned)step->line);
    pc_code_line(code, ".index = %u,", (unsigned)step->index);
    if (step->table != 0)
        pc_code_line(code, ".table = %u,", (unsigned)step->table);
    pc_code_line(code, ".key = %s,", pc_c_string(arena, step->key));
    if (step->kind != PC_STEP_ABSENT)
        pc_code_line(code, ".json = %s,", pc_c_string(arena, step->json));
    if (is_given)
        pc_code_line(code, ".time = %s,", pc_c_integer(arena, step->time));
    pc_code_line(code, ".source = %s,", pc_c_string(arena, step->source));
    pc_code_close(code, "},");
}

static void write_cases(struct pc_code *code, const struct pc_plan *plan)
{
    for (size_t i = 0; i < plan->tests.count; i++) {
        const struct pc_plan_test *test = plan->tests.items[i];

        if (test->steps.count == 0)
            continue;
        pc_code_comment(code, test->name);
        pc_code_open(code, "static const projc_test_step steps_%zu[] = {", i + 1);
        for (size_t j = 0; j < test->steps.count; j++)
            write_step(code, test->steps.items[j]);
        pc_code_close(code, "};");
        pc_code_blank(code);
    }
    if (plan->tests.count == 0)
        return;
    pc_code_open(code, "static const projc_test_case cases[] = {");
    for (size_t i = 0; i < plan->tests.count; i++) {
        const struct pc_plan_test *test = plan->tests.items[i];
        const char *steps = test->steps.count == 0
                                ? ""
                                : pc_format(code->arena, ", .steps = steps_%zu, .step_count = %zu",
                                            i + 1, test->steps.count);

        pc_code_line(code, "{.name = %s, .line = %u%s},", pc_c_string(code->arena, test->name),
                     (unsigned)test->line, steps);
    }
    pc_code_close(code, "};");
    pc_code_blank(code);
}

struct pc_text pc_generate_test(struct pc_arena *arena, const struct pc_plan *plan,
                                const struct pc_generate_options *options)
{
    struct pc_code code;

    pc_code_init(&code, arena, false);
    pc_write_banner(&code, plan, options, pc_format(arena, "%s_test.c", base_name(arena, plan)),
                    false);
    pc_code_rawf(&code, "#include \"%.*s.h\"\n\n#include <projc/test.h>\n\n",
                 PC_TEXT_ARGS(plan->stem));
    write_cases(&code, plan);
    pc_code_plain(&code, "int main(int argc, char **argv)");
    pc_code_open(&code, "{");
    pc_code_line(&code, "return projc_test_main(argc, argv, &%.*s, %s, %zu);",
                 PC_TEXT_ARGS(plan->c_module), plan->tests.count == 0 ? "NULL" : "cases",
                 plan->tests.count);
    pc_code_close(&code, "}");
    return pc_code_text(&code);
}

/* ---- make dependencies ---- */

/* A path as make reads it in a rule. */
static const char *make_path(struct pc_arena *arena, struct pc_text path)
{
    char *out = pc_arena_alloc(arena, path.size * 2 + 1);
    size_t size = 0;

    for (size_t i = 0; i < path.size; i++) {
        char c = path.data[i];

        if (c == '$')
            out[size++] = '$';
        else if (c == ' ' || c == '#' || c == ':' || c == '%' || c == '\\')
            out[size++] = '\\';
        out[size++] = c;
    }
    return out;
}

struct pc_text pc_generate_depfile(struct pc_arena *arena, const struct pc_text *targets,
                                   size_t target_count, const struct pc_text *sources,
                                   size_t source_count)
{
    struct pc_code code;

    pc_code_init(&code, arena, false);
    for (size_t i = 0; i < target_count; i++)
        pc_code_rawf(&code, "%s%s", i == 0 ? "" : " ", make_path(arena, targets[i]));
    pc_code_rawf(&code, ":");
    for (size_t i = 0; i < source_count; i++)
        pc_code_rawf(&code, " %s", make_path(arena, sources[i]));
    pc_code_blank(&code);
    for (size_t i = 0; i < source_count; i++)
        pc_code_rawf(&code, "\n%s:\n", make_path(arena, sources[i]));
    return pc_code_text(&code);
}
