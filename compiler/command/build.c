/* build.c -- projc build: writes C, SQL and on demand a main, a depfile, a whole program. */
#include "base/outfile.h"
#include "command/front.h"
#include "gen/gen.h"
#include "runner/toolchain.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

struct build_options {
    const char *folder;  /* -o; NULL: the folder of the .proj */
    const char *program; /* --exe */
    bool has_depfile;
    bool has_main;
    bool is_check;
    bool no_line;
};

/* One output: its path and text. */
struct output {
    struct pc_text path;
    struct pc_text text;
};

enum { OUTPUTS_MAX = 6 };

struct outputs {
    struct output items[OUTPUTS_MAX];
    size_t count;
};

static void add_output(struct pc_arena *arena, struct outputs *outputs, struct pc_text folder,
                       struct pc_text stem, const char *suffix, struct pc_text text)
{
    struct output *output = &outputs->items[outputs->count++];

    output->path =
        pc_text_format(arena, "%.*s%.*s%s", PC_TEXT_ARGS(folder), PC_TEXT_ARGS(stem), suffix);
    output->text = text;
}

/* "dir/" of "dir/bank.proj", or "-o dir/"; empty for the current folder. */
static struct pc_text output_folder(struct pc_arena *arena, const char *path, const char *folder)
{
    if (folder != NULL)
        return pc_text_format(arena, "%s%s", folder,
                              folder[0] != '\0' && folder[strlen(folder) - 1] == '/' ? "" : "/");

    const char *slash = strrchr(path, '/');

    return slash == NULL ? (struct pc_text){0}
                         : pc_text_format(arena, "%.*s", (int)(slash + 1 - path), path);
}

static void generate(struct pc_front *front, const struct pc_plan *plan, const char *path,
                     const struct build_options *options, struct outputs *outputs)
{
    struct pc_arena *arena = front->arena;
    struct pc_generate_options generate_options = {.version = pc_text_of(PROJC_VERSION),
                                                   .no_line = options->no_line};
    struct pc_text folder = output_folder(arena, path, options->folder);

    add_output(arena, outputs, folder, plan->stem, ".h",
               pc_generate_header(arena, plan, &generate_options));
    add_output(arena, outputs, folder, plan->stem, ".c",
               pc_generate_source(arena, plan, &generate_options));
    add_output(arena, outputs, folder, plan->stem, ".postgres.sql",
               pc_generate_sql_postgres(arena, plan, &generate_options));
    add_output(arena, outputs, folder, plan->stem, ".sqlite.sql",
               pc_generate_sql_sqlite(arena, plan, &generate_options));
    if (options->has_main) {
        /* bank_proj -> bank_main.c */
        struct pc_text stem = {plan->stem.data, plan->stem.size - strlen("_proj")};

        add_output(arena, outputs, folder, stem, "_main.c",
                   pc_generate_main(arena, plan, &generate_options));
    }
}

static void add_depfile(struct pc_front *front, const struct pc_plan *plan, const char *path,
                        const struct build_options *options, struct outputs *outputs,
                        const struct pc_text *files, size_t file_count)
{
    struct pc_text targets[OUTPUTS_MAX];

    for (size_t i = 0; i < outputs->count; i++)
        targets[i] = outputs->items[i].path;
    add_output(front->arena, outputs, output_folder(front->arena, path, options->folder),
               plan->stem, ".d",
               pc_generate_depfile(front->arena, targets, outputs->count, files, file_count));
}

/* Writes what differs, or with --check only says so. Returns an exit status. */
static int write_outputs(struct pc_front *front, const struct outputs *outputs, bool is_check)
{
    int status = PC_EXIT_OK;

    for (size_t i = 0; i < outputs->count; i++) {
        const struct output *output = &outputs->items[i];
        struct pc_text problem = {0};
        enum pc_outfile_result result =
            is_check ? pc_outfile_compare(front->arena, output->path.data, output->text, &problem)
                     : pc_outfile_write(front->arena, output->path.data, output->text, &problem);

        if (result == PC_OUTFILE_FAILED) {
            fprintf(stderr, "projc: %.*s\n", PC_TEXT_ARGS(problem));
            return PC_EXIT_IO;
        }
        if (is_check && result == PC_OUTFILE_CHANGED) {
            fprintf(stderr, "projc: %.*s is stale: run `projc build` again\n",
                    PC_TEXT_ARGS(output->path));
            status = PC_EXIT_FOUND;
        }
    }
    return status;
}

/* --exe: compiles the generated source and main (a temporary one without --main). */
static int link_program(struct pc_front *front, const struct pc_plan *plan, const char *path,
                        const struct build_options *options)
{
    struct pc_arena *arena = front->arena;
    struct pc_text folder = output_folder(arena, path, options->folder);
    struct pc_text stem = {plan->stem.data, plan->stem.size - strlen("_proj")};
    struct pc_text source =
        pc_text_format(arena, "%.*s%.*s.c", PC_TEXT_ARGS(folder), PC_TEXT_ARGS(plan->stem));
    struct pc_text main_file =
        pc_text_format(arena, "%.*s%.*s_main.c", PC_TEXT_ARGS(folder), PC_TEXT_ARGS(stem));
    const char *sources[] = {source.data, main_file.data, NULL};
    struct pc_toolchain toolchain;
    struct pc_text problem = {0};

    if (pc_toolchain_find(arena, &toolchain, &problem) &&
        pc_toolchain_link(arena, &toolchain, folder.size == 0 ? "." : folder.data, sources,
                          options->program, &problem))
        return PC_EXIT_OK;
    fprintf(stderr, "projc: cannot make %s: %.*s%.*s\n", options->program, PC_TEXT_ARGS(problem),
            PC_TEXT_ARGS(pc_toolchain_extern_hint(arena, plan, "projc build --exe …")));
    return PC_EXIT_IO;
}

static int build_file(struct pc_front *front, const char *path, const struct build_options *options)
{
    struct pc_text *files = NULL;
    size_t file_count = 0;
    struct outputs outputs = {.count = 0};
    struct pc_plan *plan;
    int status;

    if (!pc_front_names_outputs(path))
        return PC_EXIT_IO;
    plan = pc_front_compile(front, path, &files, &file_count);
    if (plan == NULL)
        return PC_EXIT_FOUND; /* reported at the end */
    generate(front, plan, path, options, &outputs);
    if (options->has_depfile)
        add_depfile(front, plan, path, options, &outputs, files, file_count);
    status = write_outputs(front, &outputs, options->is_check);
    if (status == PC_EXIT_OK && options->program != NULL && !options->is_check)
        status = link_program(front, plan, path, options);
    return status;
}

static bool ends_in(const char *text, const char *end)
{
    size_t size = strlen(text);

    return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

/* Reads the options. False: wrong usage. */
static bool read_options(struct pc_front *front, int argc, char **argv,
                         struct build_options *options)
{
    enum { OPTION_MAIN = 256, OPTION_EXE, OPTION_CHECK, OPTION_NO_LINE };
    static const struct option long_options[] = {{"main", no_argument, NULL, OPTION_MAIN},
                                                 {"exe", required_argument, NULL, OPTION_EXE},
                                                 {"check", no_argument, NULL, OPTION_CHECK},
                                                 {"no-line", no_argument, NULL, OPTION_NO_LINE},
                                                 {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "o:I:M", long_options, NULL)) != -1) {
        if (option == 'o')
            options->folder = optarg;
        else if (option == 'I')
            pc_front_include(front, optarg);
        else if (option == 'M')
            options->has_depfile = true;
        else if (option == OPTION_MAIN)
            options->has_main = true;
        else if (option == OPTION_EXE)
            options->program = optarg;
        else if (option == OPTION_CHECK)
            options->is_check = true;
        else if (option == OPTION_NO_LINE)
            options->no_line = true;
        else
            return false;
    }
    if (options->program != NULL) {
        options->has_main = true;
        if (ends_in(options->program, ".proj")) {
            fprintf(stderr, "projc: --exe %s would be written over a .proj file\n",
                    options->program);
            return false;
        }
        if (argc - optind != 1) {
            fprintf(stderr, "projc: --exe makes one program: give one FILE\n");
            return false;
        }
    }
    return optind < argc;
}

static int run(int argc, char **argv)
{
    struct build_options options = {.folder = NULL};
    struct pc_front front;
    int status = PC_EXIT_OK;
    int reported;

    pc_front_init(&front);
    if (!read_options(&front, argc, argv, &options)) {
        pc_front_clear(&front);
        return pc_usage_error(&pc_command_build);
    }
    for (int i = optind; i < argc; i++) {
        int result = build_file(&front, argv[i], &options);

        status = result > status ? result : status;
    }
    reported = pc_front_report(&front);
    pc_front_clear(&front);
    return reported > status ? reported : status;
}

const struct pc_command pc_command_build = {
    .name = "build",
    .summary = "write C and SQL",
    .usage = "usage: projc build [options] FILE.proj...\n"
             "\n"
             "Writes bank_proj.h, bank_proj.c, bank_proj.postgres.sql and bank_proj.sqlite.sql\n"
             "for bank.proj, each only when it differs.\n"
             "\n"
             "  -o DIR       write to DIR instead of the folder of FILE\n"
             "  -I DIR       look for imports in DIR too\n"
             "  -M           write bank_proj.d too: dependencies for make\n"
             "  --main       write bank_main.c too: the whole service\n"
             "  --exe PATH   call $CC (cc without) and link the service to PATH; implies --main\n"
             "  --check      write nothing, exit 1 if an output is stale\n"
             "  --no-line    leave out the #line directives, to step through the C itself\n"
             "\n"
             "Exit status: 0 ok, 1 errors or stale outputs, 2 usage, 3 input/output.\n",
    .run = run,
};
