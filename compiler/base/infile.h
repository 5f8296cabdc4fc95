/* infile.h -- input to its end: files, pipes, standard input. */
#ifndef PC_BASE_INFILE_H
#define PC_BASE_INFILE_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>

/* Reads an open file until its end, or until there is more than `limit` bytes: bytes->size tells.
 * `guess` is how many there may be; 0: not known. The text lives in the arena and is followed by a
 * NUL that is not counted. False with errno set. */
bool pc_infile_read(struct pc_arena *arena, int file, size_t guess, size_t limit,
                    struct pc_text *bytes);

#endif
