/* parse.c -- parses one source: scans it, runs the grammar, looks for documentation without an
 * owner. */
#include "syntax/parse.h"

#include "syntax/parser.h"

#include "proj.tab.h"

#include <string.h>

static void warn_of_unused_documentation(struct pc_scanner *scanner)
{
    for (size_t i = 0; i < scanner->documentations.count; i++) {
        const struct pc_documentation *documentation = scanner->documentations.items[i];
        if (documentation->is_used)
            continue;
        struct pc_diagnostic *problem =
            pc_report(scanner->diagnostics, PC_W0001, documentation->span,
                      "this documentation comment documents nothing");
        pc_diagnostic_help(problem,
                           "place it right before what it describes, or start it with `//`");
    }
}

struct pc_file *pc_parse_source(struct pc_arena *arena, const struct pc_sources *sources,
                                struct pc_diagnostics *diagnostics, uint32_t source)
{
    struct pc_file *file = PC_NEW(arena, struct pc_file);
    struct pc_scanner scanner;
    struct pc_parser parser = {.arena = arena, .diagnostics = diagnostics, .scanner = &scanner};
    size_t errors_before = diagnostics->error_count;

    file->source = source;
    file->path = pc_source_get(sources, source)->name;
    parser.errors_before = errors_before;
    pc_scan(&scanner, arena, diagnostics, sources, source);
    file->comments = scanner.comments;
    if (scanner.is_stopped)
        return file;
    int result = pc_grammar_parse(&parser);
    file->declarations = parser.declarations;
    if (diagnostics->error_count == errors_before && result != 0)
        pc_report_file(diagnostics, PC_E0001, file->path, "the file cannot be parsed");
    if (diagnostics->error_count == errors_before)
        warn_of_unused_documentation(&scanner);
    return file;
}
