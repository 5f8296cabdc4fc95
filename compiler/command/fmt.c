/* fmt.c -- projc fmt: the canonical form, printed, written or compared. */
#include "base/infile.h"
#include "base/outfile.h"
#include "command/front.h"
#include "syntax/format.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char standard_input[] = "-";
static const char standard_input_name[] = "<stdin>";

enum fmt_mode {
    FMT_PRINT,
    FMT_WRITE, /* -w */
    FMT_CHECK, /* --check */
};

/* Reads a file, or standard input for `-`. False: the diagnostics say why. */
static bool load(struct pc_front *front, const char *path, uint32_t *source)
{
    bool is_standard_input = strcmp(path, standard_input) == 0;
    const char *name = is_standard_input ? standard_input_name : path;
    struct pc_source_failure failure = {.status = PC_SOURCE_UNREADABLE};
    struct pc_text text;

    *source = 0;
    if (!is_standard_input)
        (void)pc_source_load(front->sources, path, name, source, &failure);
    else if (pc_infile_read(front->arena, STDIN_FILENO, 0, PC_SOURCE_MAX_BYTES, &text))
        (void)pc_source_add(front->sources, name, text, source, &failure);
    else
        failure.error_number = errno;
    if (failure.status == PC_SOURCE_OK)
        return true;
    pc_report_source_failure(front->sources, front->diagnostics, &failure, name, *source, NULL);
    return false;
}

/* Does what is asked for with the canonical form of one file. Returns an exit status. */
static int deliver(struct pc_front *front, const char *path, struct pc_text source,
                   struct pc_text formatted, enum fmt_mode mode)
{
    struct pc_text problem = {0};

    switch (mode) {
    case FMT_PRINT:
        (void)fwrite(formatted.data, 1, formatted.size, stdout); /* main looks at ferror */
        return PC_EXIT_OK;
    case FMT_CHECK:
        if (pc_text_equals(source, formatted))
            return PC_EXIT_OK;
        printf("%s\n", path);
        return PC_EXIT_FOUND;
    case FMT_WRITE:
        break;
    }
    if (pc_outfile_rewrite(front->arena, path, formatted, &problem) != PC_OUTFILE_FAILED)
        return PC_EXIT_OK;
    fprintf(stderr, "projc: %.*s\n", PC_TEXT_ARGS(problem));
    return PC_EXIT_IO;
}

/* Each file has an arena of its own: a whole repository may be given at once. */
static int format_file(const char *path, enum fmt_mode mode)
{
    struct pc_front front;
    struct pc_text formatted;
    uint32_t source;
    int status;

    pc_front_init(&front);
    if (load(&front, path, &source) &&
        pc_format_source(front.arena, front.sources, front.diagnostics, source, &formatted))
        status =
            deliver(&front, path, pc_source_get(front.sources, source)->bytes, formatted, mode);
    else
        status = pc_front_report(&front);
    pc_front_clear(&front);
    return status;
}

static int run(int argc, char **argv)
{
    enum { OPTION_CHECK = 256 };
    static const struct option options[] = {{"check", no_argument, NULL, OPTION_CHECK},
                                            {NULL, 0, NULL, 0}};
    enum fmt_mode mode = FMT_PRINT;
    int status = PC_EXIT_OK;
    int option;

    while ((option = getopt_long(argc, argv, "w", options, NULL)) != -1) {
        enum fmt_mode asked = option == 'w' ? FMT_WRITE : FMT_CHECK;

        if (option == '?')
            return pc_usage_error(&pc_command_fmt);
        if (mode != FMT_PRINT && mode != asked) {
            fprintf(stderr, "projc: -w and --check exclude each other\n");
            return pc_usage_error(&pc_command_fmt);
        }
        mode = asked;
    }
    if (optind == argc)
        return pc_usage_error(&pc_command_fmt);
    for (int i = optind; i < argc; i++) {
        if (mode == FMT_WRITE && strcmp(argv[i], standard_input) == 0) {
            fprintf(stderr, "projc: standard input cannot be rewritten: leave -w out\n");
            return pc_usage_error(&pc_command_fmt);
        }
    }
    for (int i = optind; i < argc; i++) {
        int result = format_file(argv[i], mode);

        status = result > status ? result : status;
    }
    return status;
}

const struct pc_command pc_command_fmt = {
    .name = "fmt",
    .summary = "print or rewrite files in the canonical form",
    .usage =
        "usage: projc fmt [-w | --check] FILE...\n"
        "\n"
        "Prints FILE in the canonical form; `-` is standard input. Comments stay, imports are\n"
        "not read, and there are no options of style.\n"
        "\n"
        "  -w         rewrite the files that differ instead\n"
        "  --check    list the files that differ instead, and exit 1 if there are any\n"
        "\n"
        "A file with syntax errors is left alone.\n"
        "\n"
        "Exit status: 0 ok, 1 errors or differences, 2 usage, 3 input/output.\n",
    .run = run,
};
