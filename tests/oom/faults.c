/* The counters, and what the linker puts before the C library's functions. */
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct counters {
    unsigned kinds;
    long left; /* until a call fails; negative: none does */
    bool lasts;
    long calls;
    long failures;
} counters;

static counters *shared;
static long living;

bool faults_begin(void)
{
    int file = open("/dev/zero", O_RDWR | O_CLOEXEC);

    shared = file < 0 ? MAP_FAILED
                      : mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0)
        close(file);
    return shared != MAP_FAILED;
}

void faults_arm(unsigned kinds, long nth, bool lasts)
{
    *shared = (counters){.kinds = kinds, .left = nth, .lasts = lasts};
}

void faults_count(unsigned kinds)
{
    faults_arm(kinds, -1, false);
}

void faults_disarm(void)
{
    shared->kinds = 0;
}

long faults_calls(void)
{
    return shared->calls;
}

long faults_failures(void)
{
    return shared->failures;
}

long faults_living(void)
{
    return living;
}

bool fault_now(fault_kind kind)
{
    if (shared == NULL || (shared->kinds & (unsigned)kind) == 0)
        return false;
    shared->calls++;
    if (shared->left < 0)
        return false;
    if (shared->left > 0) {
        shared->left--;
        return false;
    }
    if (!shared->lasts)
        shared->left = -1;
    shared->failures++;
    return true;
}

/* ---- memory ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
void __real_free(void *old);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);
void __wrap_free(void *old);

static bool has_no_memory(void)
{
    if (!fault_now(FAULT_MEMORY))
        return false;
    errno = ENOMEM;
    return true;
}

static void *counted(void *made)
{
    living += made != NULL;
    return made;
}

void *__wrap_malloc(size_t size)
{
    return has_no_memory() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return has_no_memory() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (has_no_memory())
        return NULL;
    return old == NULL ? counted(__real_malloc(size)) : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return has_no_memory() ? NULL : counted(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t size)
{
    return has_no_memory() ? NULL : counted(__real_strndup(text, size));
}

void __wrap_free(void *old)
{
    living -= old != NULL;
    __real_free(old);
}

/* ---- files ---- */

int __real_open(const char *path, int flags, ...);
ssize_t __real_read(int file, void *data, size_t size);
ssize_t __real_write(int file, const void *data, size_t size);
int __real_close(int file);
int __real_rename(const char *from, const char *to);
ssize_t __real_readlink(const char *path, char *target, size_t size);
int __real_fchmod(int file, mode_t mode);
int __real_fsync(int file);
int __real_access(const char *path, int mode);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_read(int file, void *data, size_t size);
ssize_t __wrap_write(int file, const void *data, size_t size);
int __wrap_close(int file);
int __wrap_rename(const char *from, const char *to);
ssize_t __wrap_readlink(const char *path, char *target, size_t size);
int __wrap_fchmod(int file, mode_t mode);
int __wrap_fsync(int file);
int __wrap_access(const char *path, int mode);

static bool has_failed(int number)
{
    if (!fault_now(FAULT_FILES))
        return false;
    errno = number;
    return true;
}

int __wrap_open(const char *path, int flags, ...)
{
    va_list rest;
    mode_t mode = 0;

    if (has_failed(EIO))
        return -1;
    va_start(rest, flags);
    if ((flags & O_CREAT) != 0)
        mode = va_arg(rest, mode_t);
    va_end(rest);
    return __real_open(path, flags, mode);
}

ssize_t __wrap_read(int file, void *data, size_t size)
{
    return has_failed(EIO) ? -1 : __real_read(file, data, size);
}

/* A disk that fills up takes a part first. */
ssize_t __wrap_write(int file, const void *data, size_t size)
{
    if (!has_failed(ENOSPC))
        return __real_write(file, data, size);
    (void)__real_write(file, data, size / 2);
    errno = ENOSPC;
    return -1;
}

/* The file is closed all the same, as Linux does it. */
int __wrap_close(int file)
{
    int result = __real_close(file);

    return has_failed(EIO) ? -1 : result;
}

int __wrap_rename(const char *from, const char *to)
{
    return has_failed(EIO) ? -1 : __real_rename(from, to);
}

ssize_t __wrap_readlink(const char *path, char *target, size_t size)
{
    return has_failed(EIO) ? -1 : __real_readlink(path, target, size);
}

int __wrap_fchmod(int file, mode_t mode)
{
    return has_failed(EPERM) ? -1 : __real_fchmod(file, mode);
}

int __wrap_fsync(int file)
{
    return has_failed(EIO) ? -1 : __real_fsync(file);
}

int __wrap_access(const char *path, int mode)
{
    return has_failed(EACCES) ? -1 : __real_access(path, mode);
}

/* ---- which calls fail ---- */

static long number_in(const char *name, long otherwise)
{
    const char *text = getenv(name);

    return text == NULL || text[0] == '\0' ? otherwise : strtol(text, NULL, 10);
}

fault_sweep fault_sweep_of(long total)
{
    long points = number_in("FAULT_POINTS", 0);
    fault_sweep sweep = {.total = total, .step = 1};

    if (points > 0 && total > points)
        sweep.step = total / points;
    return sweep;
}

long fault_sweep_first(const fault_sweep *sweep)
{
    return number_in("FAULT_SEED", 1) % sweep->step;
}
