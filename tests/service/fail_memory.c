/* Preloaded into a service: its FAIL_AT-th allocation fails (and, with FAIL_ON=1, all that follow).
 * At the end the number of allocations is written to the file FAIL_COUNT. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static atomic_long count;
static long fail_at = -1;
static int fail_on;

static int must_fail(void)
{
    long now;

    if (fail_at < 0) {
        const char *text = getenv("FAIL_AT");

        fail_at = text == NULL ? 0 : atol(text);
        fail_on = getenv("FAIL_ON") != NULL;
    }
    now = atomic_fetch_add(&count, 1) + 1;
    if (fail_at == 0 || (fail_on ? now < fail_at : now != fail_at))
        return 0;
    errno = ENOMEM;
    return 1;
}

__attribute__((destructor)) static void tell_count(void)
{
    const char *path = getenv("FAIL_COUNT");
    char text[24];
    int size = snprintf(text, sizeof text, "%ld\n", atomic_load(&count));
    int file = path == NULL ? -1 : open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);

    if (file < 0)
        return;
    if (write(file, text, (size_t)size) != size)
        _exit(99);
    close(file);
}

void *malloc(size_t size)
{
    return must_fail() ? NULL : __libc_malloc(size);
}

void *calloc(size_t items, size_t size)
{
    return must_fail() ? NULL : __libc_calloc(items, size);
}

void *realloc(void *memory, size_t size)
{
    return must_fail() ? NULL : __libc_realloc(memory, size);
}
