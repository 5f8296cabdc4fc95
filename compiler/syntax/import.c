/* import.c -- makes a module of a root file and its imports: finds each file, parses it once, and
 * puts its declarations where its first import stands.
 *
 * An import is looked for beside the importing file, then in the -I folders, and never leaves the
 * folder it is looked for in. Two paths to the same file (by device and inode) are the same file.
 */
#include "syntax/parse.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* A file of the module; its index is that in module->files. */
struct import_entry {
    dev_t device;
    ino_t inode;
    bool has_identity; /* false for sources that are not files */
    uint32_t source;
    bool is_in_progress; /* its imports are being read */
    struct pc_span from; /* the import that brought it in; not for the root */
};

struct import_entries {
    PC_LIST_OF(struct import_entry);
};

struct importer {
    struct pc_arena *arena;
    struct pc_sources *sources;
    struct pc_diagnostics *diagnostics;
    const struct pc_parse_options *options;
    struct pc_module *module;
    struct import_entries entries;
    uint32_t stack[PC_IMPORT_DEPTH_MAX + 1]; /* files in progress, the root first */
    size_t depth;
};

/* ---- problems ---- */

void pc_report_source_failure(const struct pc_sources *sources, struct pc_diagnostics *diagnostics,
                              const struct pc_source_failure *failure, const char *path,
                              uint32_t source, const struct pc_span *from)
{
    struct pc_span bad = {.source = source, .start = failure->offset, .end = failure->offset + 1};
    struct pc_diagnostic *problem;

    switch (failure->status) {
    case PC_SOURCE_OK:
        break;
    case PC_SOURCE_UNREADABLE:
        if (from != NULL)
            pc_report(diagnostics, PC_E0010, *from, "cannot read `%s`: %s", path,
                      strerror(failure->error_number));
        else
            pc_report_file(diagnostics, PC_E0010, path, "cannot read the file: %s",
                           strerror(failure->error_number));
        break;
    case PC_SOURCE_TOO_LARGE:
        if (from != NULL)
            pc_report(diagnostics, PC_E0011, *from, "`%s` is larger than 16 MiB", path);
        else
            pc_report_file(diagnostics, PC_E0011, path, "the file is larger than 16 MiB");
        break;
    case PC_SOURCE_NUL_BYTE:
        problem = pc_report(diagnostics, PC_E0012, bad, "the file holds a NUL byte");
        pc_diagnostic_help(problem, "a .proj file is text in UTF-8; is this another kind of file?");
        break;
    case PC_SOURCE_INVALID_UTF8:
        problem = pc_report(diagnostics, PC_E0013, bad, "the byte 0x%02X is not UTF-8",
                            (unsigned char)pc_source_get(sources, source)->bytes.data[bad.start]);
        pc_diagnostic_help(problem, "save the file as UTF-8, or convert it: "
                                    "iconv -f latin1 -t utf-8");
        break;
    }
}

static void report_cycle(struct importer *importer, uint32_t file, struct pc_span from)
{
    struct pc_files *files = &importer->module->files;
    struct pc_diagnostic *problem;
    size_t start = 0;

    while (importer->stack[start] != file)
        start++;
    if (start + 1 == importer->depth) {
        pc_report(importer->diagnostics, PC_E0103, from, "`%s` imports itself",
                  files->items[file]->path);
        return;
    }
    problem = pc_report(importer->diagnostics, PC_E0103, from, "`%s` imports itself in a circle",
                        files->items[file]->path);
    for (size_t i = start + 1; i < importer->depth; i++)
        pc_diagnostic_point(problem, importer->entries.items[importer->stack[i]]->from,
                            "`%s` is imported here", files->items[importer->stack[i]]->path);
}

static bool leaves_folder(struct pc_text path)
{
    int depth = 0;
    size_t at = 0;

    if (path.size == 0 || path.data[0] == '/')
        return true;
    while (at < path.size) {
        size_t end = at;
        while (end < path.size && path.data[end] != '/')
            end++;
        struct pc_text step = {.data = path.data + at, .size = end - at};
        if (pc_text_is(step, ".."))
            depth--;
        else if (step.size > 0 && !pc_text_is(step, "."))
            depth++;
        if (depth < 0)
            return true;
        at = end + 1;
    }
    return false;
}

/* ---- finding files ---- */

static const char *join(struct pc_arena *arena, struct pc_text folder, struct pc_text path)
{
    if (folder.size == 0)
        return pc_text_copy(arena, path).data;
    bool has_slash = folder.data[folder.size - 1] == '/';
    return pc_text_format(arena, "%.*s%s%.*s", PC_TEXT_ARGS(folder), has_slash ? "" : "/",
                          PC_TEXT_ARGS(path))
        .data;
}

/* The folder a file is in, with its last slash; empty for the current one. */
static struct pc_text folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return (struct pc_text){.data = path, .size = slash != NULL ? (size_t)(slash + 1 - path) : 0};
}

/* True when there is such a file; a reader of options has loaded it then. */
static bool exists(struct importer *importer, const char *path, struct stat *facts)
{
    const struct pc_parse_options *options = importer->options;
    struct pc_source_failure failure;
    uint32_t source;

    if (options == NULL || options->read == NULL)
        return stat(path, facts) == 0 || (errno != ENOENT && errno != ENOTDIR);
    return options->read(options->read_context, importer->sources, path, &source, &failure) !=
           PC_SOURCE_UNREADABLE;
}

static enum pc_source_status load(struct importer *importer, const char *path, uint32_t *source,
                                  struct pc_source_failure *failure)
{
    const struct pc_parse_options *options = importer->options;

    if (options == NULL || options->read == NULL)
        return pc_source_load(importer->sources, path, path, source, failure);
    return options->read(options->read_context, importer->sources, path, source, failure);
}

/* Returns the path under which the import exists, or NULL after reporting that it does not. */
static const char *find_import(struct importer *importer, const struct pc_file *file,
                               const struct pc_string *import, struct stat *facts)
{
    const struct pc_parse_options *options = importer->options;
    size_t folder_count = options != NULL ? options->import_folder_count : 0;
    struct pc_text folder = folder_of(file->path);

    for (size_t i = 0; i <= folder_count; i++) {
        if (i > 0)
            folder = pc_text_of(options->import_folders[i - 1]);
        const char *path = join(importer->arena, folder, import->text);
        if (exists(importer, path, facts))
            return path;
    }
    struct pc_diagnostic *problem = pc_report(importer->diagnostics, PC_E0101, import->span,
                                              "cannot find `%.*s`", PC_TEXT_ARGS(import->text));
    folder = folder_of(file->path);
    for (size_t i = 0; i <= folder_count; i++) {
        if (i > 0)
            folder = pc_text_of(options->import_folders[i - 1]);
        pc_diagnostic_help(problem, "looked for `%s`", join(importer->arena, folder, import->text));
    }
    if (folder_count == 0)
        pc_diagnostic_help(problem, "give further folders with -I");
    return NULL;
}

static bool find_entry(const struct importer *importer, const struct stat *facts, uint32_t *index)
{
    for (size_t i = 0; i < importer->entries.count; i++) {
        const struct import_entry *entry = importer->entries.items[i];
        if (entry->has_identity && entry->device == facts->st_dev &&
            entry->inode == facts->st_ino) {
            *index = (uint32_t)i;
            return true;
        }
    }
    return false;
}

/* What a reader gave before is the same file when it is the same source. */
static bool find_source(struct importer *importer, const char *path, uint32_t *index)
{
    struct pc_source_failure failure;
    uint32_t source;

    if (load(importer, path, &source, &failure) != PC_SOURCE_OK)
        return false;
    for (size_t i = 0; i < importer->entries.count; i++) {
        if (importer->entries.items[i]->source == source) {
            *index = (uint32_t)i;
            return true;
        }
    }
    return false;
}

/* ---- reading files ---- */

static void read_imports(struct importer *importer, uint32_t index);

/* Parses a loaded source as the next file of the module. */
static uint32_t add_file(struct importer *importer, uint32_t source, const struct stat *facts,
                         struct pc_span from)
{
    struct import_entry *entry = PC_NEW(importer->arena, struct import_entry);
    struct pc_file *file =
        pc_parse_source(importer->arena, importer->sources, importer->diagnostics, source);
    uint32_t index = (uint32_t)importer->module->files.count;

    entry->from = from;
    entry->source = source;
    if (facts != NULL) {
        entry->has_identity = true;
        entry->device = facts->st_dev;
        entry->inode = facts->st_ino;
    }
    PC_LIST_ADD(importer->arena, &importer->entries, entry);
    PC_LIST_ADD(importer->arena, &importer->module->files, file);
    return index;
}

static void read_import(struct importer *importer, const struct pc_file *file,
                        struct pc_declaration *declaration)
{
    const struct pc_string *import = declaration->import.path;
    struct pc_source_failure failure;
    struct stat facts = {0};
    uint32_t source = 0;

    if (leaves_folder(import->text)) {
        struct pc_diagnostic *problem =
            pc_report(importer->diagnostics, PC_E0102, import->span,
                      "an import is a path inside the importing file's folder or an -I folder");
        pc_diagnostic_help(problem, "give the folder that holds the file with -I");
        return;
    }
    const char *path = find_import(importer, file, import, &facts);
    if (path == NULL)
        return;
    if (importer->options != NULL && importer->options->read != NULL
            ? find_source(importer, path, &declaration->import.file)
            : find_entry(importer, &facts, &declaration->import.file)) {
        if (importer->entries.items[declaration->import.file]->is_in_progress)
            report_cycle(importer, declaration->import.file, import->span);
        return;
    }
    if (importer->depth > PC_IMPORT_DEPTH_MAX) {
        pc_report(importer->diagnostics, PC_E0104, import->span,
                  "imports are nested more than %d deep", PC_IMPORT_DEPTH_MAX);
        return;
    }
    if (load(importer, path, &source, &failure) != PC_SOURCE_OK) {
        pc_report_source_failure(importer->sources, importer->diagnostics, &failure, path, source,
                                 &import->span);
        return;
    }
    declaration->import.file = add_file(
        importer, source,
        importer->options != NULL && importer->options->read != NULL ? NULL : &facts, import->span);
    read_imports(importer, declaration->import.file);
}

/* Adds the declarations of a file to the module, those of its imports before them. */
static void read_imports(struct importer *importer, uint32_t index)
{
    const struct pc_file *file = importer->module->files.items[index];
    struct import_entry *entry = importer->entries.items[index];

    entry->is_in_progress = true;
    importer->stack[importer->depth++] = index;
    for (size_t i = 0; i < file->declarations.count; i++) {
        struct pc_declaration *declaration = file->declarations.items[i];
        if (declaration->kind == PC_DECLARATION_IMPORT)
            read_import(importer, file, declaration);
        if (declaration->kind == PC_DECLARATION_TEST && index > 0)
            continue;
        if (declaration->kind == PC_DECLARATION_PACKAGE && index == 0 &&
            importer->module->package == NULL)
            importer->module->package = declaration;
        PC_LIST_ADD(importer->arena, &importer->module->declarations, declaration);
    }
    importer->depth--;
    entry->is_in_progress = false;
}

static struct pc_module *parse_module(struct importer *importer, uint32_t root,
                                      const struct stat *facts)
{
    size_t errors_before = importer->diagnostics->error_count;

    importer->module = PC_NEW(importer->arena, struct pc_module);
    read_imports(importer, add_file(importer, root, facts, (struct pc_span){0}));
    return importer->diagnostics->error_count == errors_before ? importer->module : NULL;
}

struct pc_module *pc_parse_loaded(struct pc_arena *arena, struct pc_sources *sources,
                                  struct pc_diagnostics *diagnostics, uint32_t root,
                                  const struct pc_parse_options *options)
{
    struct importer importer = {
        .arena = arena, .sources = sources, .diagnostics = diagnostics, .options = options};
    struct stat facts;
    const struct pc_source *source = pc_source_get(sources, root);

    if (source->failure.status != PC_SOURCE_OK) {
        pc_report_source_failure(sources, diagnostics, &source->failure, source->name, root, NULL);
        return NULL;
    }
    return parse_module(&importer, root, stat(source->name, &facts) == 0 ? &facts : NULL);
}

struct pc_module *pc_parse(struct pc_arena *arena, struct pc_sources *sources,
                           struct pc_diagnostics *diagnostics, const char *path,
                           const struct pc_parse_options *options)
{
    struct importer importer = {
        .arena = arena, .sources = sources, .diagnostics = diagnostics, .options = options};
    struct pc_source_failure failure;
    struct stat facts;
    uint32_t root = 0;

    if (pc_source_load(sources, path, path, &root, &failure) != PC_SOURCE_OK) {
        pc_report_source_failure(sources, diagnostics, &failure, path, root, NULL);
        return NULL;
    }
    return parse_module(&importer, root, stat(path, &facts) == 0 ? &facts : NULL);
}
