/* outfile.h -- output files: written only when they differ, complete or not at all. */
#ifndef PC_BASE_OUTFILE_H
#define PC_BASE_OUTFILE_H

#include "base/arena.h"
#include "base/text.h"

enum pc_outfile_result {
    PC_OUTFILE_SAME,    /* the file has this content already; it was not touched */
    PC_OUTFILE_CHANGED, /* written; or, when only comparing, missing or different */
    PC_OUTFILE_FAILED,  /* *problem says what could not be done and why */
};

/* Makes `path` a file with this content, through a temporary file in the same folder that is
 * renamed: a reader sees the old content or the new, and after a failure (a full disk, a read-only
 * folder) the old file is as it was and nothing is left behind. Refuses names that end in
 * ".proj.c", which make would link over the source. `problem` is set on PC_OUTFILE_FAILED only; it
 * lives in the arena. */
enum pc_outfile_result pc_outfile_write(struct pc_arena *arena, const char *path,
                                        struct pc_text content, struct pc_text *problem);

/* As pc_outfile_write for a file of the user's own that exists (`fmt -w`): it keeps its mode, a
 * symbolic link stays one, and a file that may not be written is a failure. */
enum pc_outfile_result pc_outfile_rewrite(struct pc_arena *arena, const char *path,
                                          struct pc_text content, struct pc_text *problem);

/* Only says whether pc_outfile_write would change something (`--check`). */
enum pc_outfile_result pc_outfile_compare(struct pc_arena *arena, const char *path,
                                          struct pc_text content, struct pc_text *problem);

#endif
