/* infile.c -- input to its end: files, pipes, standard input. */
#include "base/infile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { LEAST_BYTES = 4096 };

bool pc_infile_read(struct pc_arena *arena, int file, size_t guess, size_t limit,
                    struct pc_text *bytes)
{
    size_t wanted = guess < limit ? guess : limit;
    size_t capacity = (wanted > LEAST_BYTES ? wanted : LEAST_BYTES) + 2;
    char *data = pc_arena_alloc(arena, capacity);
    size_t size = 0;

    for (;;) {
        ssize_t got = read(file, data + size, capacity - 1 - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        size += (size_t)got;
        if (got == 0 || size > limit)
            break;
        if (size == capacity - 1) {
            char *larger = pc_arena_alloc(arena, capacity * 2);
            memcpy(larger, data, size);
            data = larger;
            capacity *= 2;
        }
    }
    data[size] = '\0';
    *bytes = (struct pc_text){.data = data, .size = size};
    return true;
}
