/* new.c -- projc new: a folder with a small project that builds, tests and runs. */
#include "base/outfile.h"
#include "command/front.h"
#include "command/templates.h"
#include "plan/names.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot(const char *what, const char *path, int number)
{
    fprintf(stderr, "projc new: cannot %s %s: %s\n", what, path, strerror(number));
    return PC_EXIT_IO;
}

/* The folder exists afterwards and is empty. */
static int make_folder(const char *path)
{
    const struct dirent *entry;
    bool is_empty = true;
    DIR *folder;

    if (mkdir(path, 0777) == 0)
        return PC_EXIT_OK;
    if (errno != EEXIST)
        return cannot("make", path, errno);
    folder = opendir(path);
    if (folder == NULL)
        return cannot("use", path, errno);
    while ((entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            is_empty = false;
    (void)closedir(folder);
    if (is_empty)
        return PC_EXIT_OK;
    fprintf(stderr, "projc new: %s is not empty\n", path);
    return PC_EXIT_IO;
}

/* "my-shop" for "../my-shop/", and for "." in that folder. */
static struct pc_text last_name(struct pc_arena *arena, const char *path)
{
    struct pc_text name = pc_text_copy(arena, pc_text_of(path));
    char current[PATH_MAX];

    if (strcmp(path, ".") == 0 && getcwd(current, sizeof current) != NULL)
        name = pc_text_copy(arena, pc_text_of(current));
    while (name.size > 0 && name.data[name.size - 1] == '/')
        name.size--;
    for (size_t i = name.size; i > 0; i--)
        if (name.data[i - 1] == '/')
            return (struct pc_text){name.data + i, name.size - i};
    return name;
}

/* A template with the package's name where it says ~. */
static struct pc_text filled(struct pc_arena *arena, const char *template, struct pc_text name)
{
    size_t capacity = strlen(template) + 1;
    size_t size = 0;
    char *out;

    for (const char *at = template; *at != '\0'; at++)
        capacity += *at == '~' ? name.size : 0;
    out = pc_arena_alloc(arena, capacity);
    for (const char *at = template; *at != '\0'; at++) {
        if (*at != '~') {
            out[size++] = *at;
            continue;
        }
        memcpy(out + size, name.data, name.size);
        size += name.size;
    }
    out[size] = '\0';
    return (struct pc_text){out, size};
}

/* The checker decides whether a package may be called so. */
static int check_name(struct pc_front *front, struct pc_text name)
{
    struct pc_text file = pc_text_format(front->arena, "%.*s.proj", PC_TEXT_ARGS(name));
    struct pc_text program = filled(front->arena, pc_template_program, name);
    struct pc_source_failure failure;
    struct pc_module *tree = NULL;
    uint32_t root;

    if (pc_source_add(front->sources, file.data, program, &root, &failure) == PC_SOURCE_OK)
        tree = pc_parse_loaded(front->arena, front->sources, front->diagnostics, root,
                               &front->parse_options);
    if (tree != NULL && pc_check(front->arena, tree, front->diagnostics) != NULL)
        return PC_EXIT_OK;
    (void)pc_front_report(front);
    fprintf(stderr, "projc new: the package is called after the folder: give it another name\n");
    return PC_EXIT_FOUND;
}

static int write_files(struct pc_front *front, const char *folder, struct pc_text name)
{
    for (size_t i = 0; pc_templates[i].name != NULL; i++) {
        struct pc_text path = pc_text_format(front->arena, "%s/%s", folder,
                                             filled(front->arena, pc_templates[i].name, name).data);
        struct pc_text problem = {0};

        if (pc_outfile_write(front->arena, path.data,
                             filled(front->arena, pc_templates[i].text, name),
                             &problem) != PC_OUTFILE_FAILED)
            continue;
        fprintf(stderr, "projc new: %.*s\n", PC_TEXT_ARGS(problem));
        return PC_EXIT_IO;
    }
    return PC_EXIT_OK;
}

static int make_project(struct pc_front *front, const char *folder)
{
    struct pc_text name;
    int status;

    name = pc_identifier(front->arena, last_name(front->arena, folder));
    status = check_name(front, name);
    if (status == PC_EXIT_OK)
        status = make_folder(folder);
    if (status == PC_EXIT_OK)
        status = write_files(front, folder, name);
    if (status == PC_EXIT_OK)
        printf("%s: a package called %.*s; README.md there tells how to go on\n", folder,
               PC_TEXT_ARGS(name));
    return status;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{NULL, 0, NULL, 0}};
    struct pc_front front;
    int status;

    if (getopt_long(argc, argv, "", options, NULL) != -1 || argc - optind != 1)
        return pc_usage_error(&pc_command_new);
    pc_front_init(&front);
    status = make_project(&front, argv[optind]);
    pc_front_clear(&front);
    return status;
}

const struct pc_command pc_command_new = {
    .name = "new",
    .summary = "make a folder with a small project",
    .usage = "usage: projc new DIR\n"
             "\n"
             "Makes DIR (or takes it, if it is empty) and writes a small project there: a .proj\n"
             "with a test in it, main.c, a Makefile, some events, and a README that tells how to\n"
             "build, test and run it. The package is called after the folder.\n"
             "\n"
             "Exit status: 0 ok, 1 no package can be called so, 2 usage, 3 DIR is not empty or\n"
             "cannot be written.\n",
    .run = run,
};
