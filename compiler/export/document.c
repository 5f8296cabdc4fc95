/* document.c -- the document as a whole, and the files that a module is made of. */
#include "export/writer.h"

#include <string.h>

/* ---- files ---- */

static struct pc_text folder_of(struct pc_text path)
{
    while (path.size > 0 && path.data[path.size - 1] != '/')
        path.size--;
    return path;
}

static struct pc_text base_of(struct pc_text path)
{
    size_t folder = folder_of(path).size;

    return (struct pc_text){path.data + folder, path.size - folder};
}

/* The import that brought a file in: the first one, in the order of reading. */
static const struct pc_declaration *import_of(const struct pc_module *tree, size_t file,
                                              size_t *importer)
{
    for (size_t i = 0; i < tree->files.count; i++) {
        const struct pc_declarations *declarations = &tree->files.items[i]->declarations;

        for (size_t j = 0; j < declarations->count; j++) {
            const struct pc_declaration *node = declarations->items[j];

            if (node->kind == PC_DECLARATION_IMPORT && node->import.file == file && i != file) {
                *importer = i;
                return node;
            }
        }
    }
    return NULL;
}

/* A path that does not tell where the module lies: that of the root is its name, an imported file's
 * is told from the root's folder or, found by -I, from that folder. */
static struct pc_text path_of(struct pc_export *out, const struct pc_text *paths, size_t file)
{
    const struct pc_module *tree = out->model->tree;
    struct pc_text opened = pc_text_of(tree->files.items[file]->path);
    const struct pc_declaration *import;
    size_t importer = 0;

    if (file == 0)
        return base_of(opened);
    import = import_of(tree, file, &importer);
    if (import == NULL)
        return base_of(opened);

    struct pc_text written = import->import.path->text;
    struct pc_text folder = folder_of(pc_text_of(tree->files.items[importer]->path));
    struct pc_text beside =
        pc_text_format(out->arena, "%.*s%.*s", PC_TEXT_ARGS(folder), PC_TEXT_ARGS(written));

    if (importer >= file || !pc_text_equals(beside, opened))
        return written;
    return pc_text_format(out->arena, "%.*s%.*s", PC_TEXT_ARGS(folder_of(paths[importer])),
                          PC_TEXT_ARGS(written));
}

static void add_file(struct pc_export *out, const struct pc_file *file, struct pc_text path)
{
    pc_json_object(out->json);
    pc_json_put_text(out->json, "path", path);
    pc_json_key(out->json, "imports");
    pc_json_array(out->json);
    for (size_t i = 0; i < file->declarations.count; i++) {
        const struct pc_declaration *node = file->declarations.items[i];

        if (node->kind != PC_DECLARATION_IMPORT)
            continue;
        pc_json_object(out->json);
        pc_json_put_text(out->json, "path", node->import.path->text);
        pc_json_put_number(out->json, "file", node->import.file);
        pc_export_position(out, node->span);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
    pc_json_object_end(out->json);
}

static void add_files(struct pc_export *out)
{
    const struct pc_files *files = &out->model->tree->files;
    struct pc_text *paths = pc_arena_alloc_array(out->arena, files->count, sizeof *paths);

    out->files = pc_arena_alloc_array(out->arena, out->sources->count, sizeof *out->files);
    for (size_t i = 0; i < files->count; i++) {
        out->files[files->items[i]->source] = (uint32_t)i;
        paths[i] = path_of(out, paths, i);
    }
    pc_json_key(out->json, "files");
    pc_json_array(out->json);
    for (size_t i = 0; i < files->count; i++)
        add_file(out, files->items[i], paths[i]);
    pc_json_array_end(out->json);
}

/* ---- all ---- */

static void add_module(struct pc_export *out)
{
    struct pc_json *json = out->json;
    const struct pc_plan *plan = out->plan;

    pc_json_object(json);
    pc_json_put_text(json, "package", out->model->package);
    pc_json_put_text(json, "doc", plan->doc);
    pc_json_key(json, "c");
    pc_json_object(json);
    pc_json_put_text(json, "header",
                     pc_text_format(out->arena, "%.*s.h", PC_TEXT_ARGS(plan->stem)));
    pc_json_put_text(json, "module", plan->c_module);
    pc_json_object_end(json);
    add_files(out);
    pc_export_declarations(out);
    pc_export_projections(out);
    pc_export_tests(out);
    pc_json_object_end(json);
}

struct pc_text pc_export_document(struct pc_arena *arena, const struct pc_sources *sources,
                                  struct pc_text version, const struct pc_export_module *modules,
                                  size_t count)
{
    struct pc_json json = {.arena = arena};

    pc_json_object(&json);
    pc_json_put_number(&json, "ir", PC_EXPORT_VERSION);
    pc_json_put_text(&json, "projc", version);
    pc_json_key(&json, "modules");
    pc_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        struct pc_export out = {.arena = arena,
                                .json = &json,
                                .sources = sources,
                                .model = modules[i].model,
                                .plan = modules[i].plan};

        add_module(&out);
    }
    pc_json_array_end(&json);
    pc_json_object_end(&json);
    return pc_text_format(arena, "%.*s\n", (int)json.size, json.data);
}
