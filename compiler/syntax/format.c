/* format.c -- formats one source: reads it, walks its tree, renders the layout. */
#include "syntax/format.h"

#include "syntax/format_printer.h"
#include "syntax/parse.h"

/* The tree comes from pc_parse_source; the tokens are read once more, because a parse keeps none.
 */
bool pc_format_source(struct pc_arena *arena, const struct pc_sources *sources,
                      struct pc_diagnostics *diagnostics, uint32_t source,
                      struct pc_text *formatted)
{
    size_t errors_before = diagnostics->error_count;
    const struct pc_file *file = pc_parse_source(arena, sources, diagnostics, source);
    struct pc_scanner scanner;
    struct pc_printer printer;

    if (diagnostics->error_count != errors_before)
        return false;
    pc_scan(&scanner, arena, pc_diagnostics_new(arena), sources, source);
    pc_printer_init(&printer, arena, &scanner);
    for (size_t i = 0; i < file->declarations.count; i++) {
        pc_break_element(&printer, PC_FLAT_NOTHING, i == 0);
        pc_format_declaration(&printer, file->declarations.items[i]);
    }
    pc_take_rest(&printer);
    *formatted = pc_layout_render(printer.layout);
    return true;
}
