/* front.c -- what build, check and test have in common: options, reading, checking, reporting. */
#include "command/front.h"

#include "plan/lower.h"

#include <stdio.h>
#include <string.h>

void pc_front_init(struct pc_front *front)
{
    *front = (struct pc_front){.arena = pc_arena_new(NULL, NULL)};
    front->sources = pc_sources_new(front->arena);
    front->diagnostics = pc_diagnostics_new(front->arena);
    front->style.has_colours = pc_stream_has_colours(stderr);
}

void pc_front_clear(struct pc_front *front)
{
    pc_arena_free(front->arena);
    front->arena = NULL;
}

void pc_front_include(struct pc_front *front, const char *folder)
{
    size_t count = front->parse_options.import_folder_count;
    const char **folders = pc_arena_alloc_array(front->arena, count + 1, sizeof *folders);

    for (size_t i = 0; i < count; i++)
        folders[i] = front->parse_options.import_folders[i];
    folders[count] = folder;
    front->parse_options.import_folders = folders;
    front->parse_options.import_folder_count = count + 1;
}

bool pc_front_option(struct pc_front *front, int option, const char *argument)
{
    if (option == 'I')
        pc_front_include(front, argument);
    else if (option == 'W' && pc_text_is(pc_text_of(argument), "error"))
        front->is_strict = true;
    else if (option == PC_FRONT_JSON)
        front->style.format = PC_FORMAT_JSON;
    else if (option == PC_FRONT_SHORT)
        front->style.format = PC_FORMAT_SHORT;
    else
        return false;
    return true;
}

static void list_files(struct pc_front *front, const struct pc_module *tree, struct pc_text **files,
                       size_t *file_count)
{
    *files = pc_arena_alloc_array(front->arena, tree->files.count, sizeof **files);
    *file_count = tree->files.count;
    for (size_t i = 0; i < tree->files.count; i++)
        (*files)[i] = pc_text_of(tree->files.items[i]->path);
}

struct pc_plan *pc_front_compile(struct pc_front *front, const char *path, struct pc_text **files,
                                 size_t *file_count)
{
    struct pc_module *tree;

    front->model = NULL;
    tree = pc_parse(front->arena, front->sources, front->diagnostics, path, &front->parse_options);
    if (tree == NULL)
        return NULL;
    if (files != NULL)
        list_files(front, tree, files, file_count);
    front->model = pc_check(front->arena, tree, front->diagnostics);
    if (front->model == NULL)
        return NULL;
    return pc_lower(front->arena, front->sources, front->model);
}

bool pc_front_names_outputs(const char *path)
{
    const char *name = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;

    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c >= ' ' && *c != 0x7f && *c != '"' && *c != '\\')
            continue;
        fprintf(stderr,
                "projc: %s: outputs cannot be called after it: quotes, backslashes and control "
                "characters do not stand in an #include\n",
                path);
        return false;
    }
    return true;
}

/* True when a file could not be read. */
static bool has_io_problem(const struct pc_diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->count; i++)
        if (diagnostics->items[i]->code == PC_E0010)
            return true;
    return false;
}

int pc_front_report(struct pc_front *front)
{
    if (front->is_strict)
        pc_diagnostics_promote(front->diagnostics);
    pc_diagnostics_print(front->diagnostics, front->sources, &front->style, stderr);
    if (has_io_problem(front->diagnostics))
        return PC_EXIT_IO;
    return front->diagnostics->error_count > 0 ? PC_EXIT_FOUND : PC_EXIT_OK;
}
