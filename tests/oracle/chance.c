/* chance.c -- numbers that follow from a seed, and texts that grow. */
#include "oracle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t oracle_next(struct oracle_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t oracle_below(struct oracle_random *random, uint32_t bound)
{
    return bound == 0 ? 0 : (uint32_t)((oracle_next(random) >> 32) * bound >> 32);
}

bool oracle_percent(struct oracle_random *random, uint32_t percent)
{
    return oracle_below(random, 100) < percent;
}

static void make_room(struct oracle_text *text, size_t size)
{
    if (text->size + size + 1 <= text->capacity)
        return;
    text->capacity = 2 * (text->size + size + 1) + 64;
    text->data = realloc(text->data, text->capacity);
    if (text->data == NULL) {
        fprintf(stderr, "oracle: out of memory\n");
        exit(3);
    }
}

void oracle_put_bytes(struct oracle_text *text, const void *data, size_t size)
{
    make_room(text, size);
    if (size != 0)
        memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = '\0';
}

void oracle_put_char(struct oracle_text *text, char byte)
{
    oracle_put_bytes(text, &byte, 1);
}

void oracle_put(struct oracle_text *text, const char *format, ...)
{
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    make_room(text, (size_t)size);
    vsnprintf(text->data + text->size, (size_t)size + 1, format, again);
    va_end(again);
    text->size += (size_t)size;
}

void oracle_text_clear(struct oracle_text *text)
{
    free(text->data);
    *text = (struct oracle_text){NULL, 0, 0};
}

struct pc_text oracle_take(struct pc_arena *arena, struct oracle_text *text)
{
    struct pc_text taken = {pc_arena_copy(arena, text->data == NULL ? "" : text->data, text->size),
                            text->size};

    text->size = 0;
    return taken;
}
