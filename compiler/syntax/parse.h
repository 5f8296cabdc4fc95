/* parse.h -- from source files to the tree of a module. Nothing here prints or exits: problems go
 * to the diagnostics, and the tree is returned only if there was no error. */
#ifndef PC_SYNTAX_PARSE_H
#define PC_SYNTAX_PARSE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "syntax/ast.h"

#include <stddef.h>
#include <stdint.h>

enum { PC_IMPORT_DEPTH_MAX = 32 };

struct pc_parse_options {
    const char *const *import_folders; /* the -I folders, in order; borrowed */
    size_t import_folder_count;
    /* Loads the file that an import names from elsewhere (a revision of git); NULL: the file
     * system. Gives the source its index, or says why not. */
    enum pc_source_status (*read)(void *context, struct pc_sources *sources, const char *path,
                                  uint32_t *index, struct pc_source_failure *failure);
    void *read_context;
};

/* Reads the root file and everything it imports, each file once. Returns NULL if an error was
 * reported (also when the file cannot be read). `options` may be NULL: no -I folders. The tree
 * lives in the arena and borrows from the sources; module->files are the files read, for make
 * dependencies. */
struct pc_module *pc_parse(struct pc_arena *arena, struct pc_sources *sources,
                           struct pc_diagnostics *diagnostics, const char *path,
                           const struct pc_parse_options *options);

/* As pc_parse for a root that is already among the sources (the language server, tests). */
struct pc_module *pc_parse_loaded(struct pc_arena *arena, struct pc_sources *sources,
                                  struct pc_diagnostics *diagnostics, uint32_t root,
                                  const struct pc_parse_options *options);

/* Parses one source and leaves its imports alone (the formatter). Never NULL: after errors the tree
 * holds what could be read. */
struct pc_file *pc_parse_source(struct pc_arena *arena, const struct pc_sources *sources,
                                struct pc_diagnostics *diagnostics, uint32_t source);

/* Reports why a source could not be loaded. `source` is its index where there is one; `from` is the
 * import that asked for it, or NULL for a root. */
void pc_report_source_failure(const struct pc_sources *sources, struct pc_diagnostics *diagnostics,
                              const struct pc_source_failure *failure, const char *path,
                              uint32_t source, const struct pc_span *from);

#endif
