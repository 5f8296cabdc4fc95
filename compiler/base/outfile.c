/* outfile.c -- output files: written only when they differ, complete or not at all. */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COMPARED_BYTES = 16 * 1024,
    NAMES_TRIED_MAX = 100,
    LINKS_MAX = 40,
    LINK_BYTES_MAX = 4096,
};

static enum pc_outfile_result fail(struct pc_arena *arena, struct pc_text *problem,
                                   const char *what, const char *path, int error_number)
{
    *problem = pc_text_format(arena, "cannot %s %s: %s", what, path, strerror(error_number));
    return PC_OUTFILE_FAILED;
}

/* ---- comparing ---- */

/* Returns the bytes read, less than wanted only at the end of the file, or -1. */
static ssize_t read_fully(int file, char *buffer, size_t wanted)
{
    size_t size = 0;

    while (size < wanted) {
        ssize_t got = read(file, buffer + size, wanted - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        size += (size_t)got;
    }
    return (ssize_t)size;
}

/* Returns 1 if the rest of the file is `content`, 0 if not, -1 with errno on failure. */
static int compare_content(int file, struct pc_text content)
{
    char buffer[COMPARED_BYTES];
    size_t at = 0;

    for (;;) {
        ssize_t got = read_fully(file, buffer, sizeof(buffer));
        if (got < 0)
            return -1;
        if (got == 0)
            return at == content.size;
        if ((size_t)got > content.size - at || memcmp(buffer, content.data + at, (size_t)got) != 0)
            return 0;
        at += (size_t)got;
    }
}

enum pc_outfile_result pc_outfile_compare(struct pc_arena *arena, const char *path,
                                          struct pc_text content, struct pc_text *problem)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0) {
        if (errno == ENOENT)
            return PC_OUTFILE_CHANGED;
        return fail(arena, problem, "read", path, errno);
    }
    int is_same = compare_content(file, content);
    int error_number = errno;
    close(file);
    if (is_same < 0)
        return fail(arena, problem, "read", path, error_number);
    return is_same ? PC_OUTFILE_SAME : PC_OUTFILE_CHANGED;
}

/* ---- writing ---- */

static bool write_fully(int file, struct pc_text content)
{
    size_t at = 0;

    while (at < content.size) {
        ssize_t put = write(file, content.data + at, content.size - at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        at += (size_t)put;
    }
    return true;
}

/* Creates a file beside `path` under a name nobody uses; returns -1 with errno on failure. The mode
 * is that of any new file, which mkstemp would not give. */
static int create_beside(struct pc_arena *arena, const char *path, const char **temporary)
{
    for (unsigned i = 0; i < NAMES_TRIED_MAX; i++) {
        *temporary = pc_text_format(arena, "%s.%ld-%u.tmp", path, (long)getpid(), i).data;
        int file = open(*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
    errno = EEXIST;
    return -1;
}

static bool is_forbidden_name(const char *path)
{
    static const char suffix[] = ".proj.c";
    size_t size = strlen(path);

    return size >= strlen(suffix) && strcmp(path + size - strlen(suffix), suffix) == 0;
}

/* Puts a file with this content in place of `path`; `mode` is NULL for that of any new file, which
 * can be made again. One of the user's is on the disk before it takes the old one's place. */
static enum pc_outfile_result replace(struct pc_arena *arena, const char *path,
                                      struct pc_text content, const mode_t *mode,
                                      struct pc_text *problem)
{
    const char *temporary;
    int file = create_beside(arena, path, &temporary);

    if (file < 0)
        return fail(arena, problem, "create", path, errno);
    bool is_written = (mode == NULL || fchmod(file, *mode) == 0) && write_fully(file, content) &&
                      (mode == NULL || fsync(file) == 0);
    int error_number = errno;
    if (close(file) != 0 && is_written) {
        is_written = false;
        error_number = errno;
    }
    if (is_written && rename(temporary, path) == 0)
        return PC_OUTFILE_CHANGED;
    if (is_written)
        error_number = errno;
    (void)unlink(temporary); /* The first failure is the one to tell. */
    return fail(arena, problem, "write", path, error_number);
}

enum pc_outfile_result pc_outfile_write(struct pc_arena *arena, const char *path,
                                        struct pc_text content, struct pc_text *problem)
{
    struct pc_text ignored;

    if (is_forbidden_name(path)) {
        *problem =
            pc_text_format(arena,
                           "cannot write %s: make's built-in rules would link a file of that "
                           "name over the .proj file",
                           path);
        return PC_OUTFILE_FAILED;
    }
    /* A file that cannot be read may still be replaced: only a difference matters here. */
    if (pc_outfile_compare(arena, path, content, &ignored) == PC_OUTFILE_SAME)
        return PC_OUTFILE_SAME;
    return replace(arena, path, content, NULL, problem);
}

/* ---- rewriting ---- */

/* Returns the file that a path leads to, however many symbolic links are on the way; NULL with
 * errno if that cannot be found out. */
static const char *follow_links(struct pc_arena *arena, const char *path)
{
    char target[LINK_BYTES_MAX];

    for (unsigned i = 0; i < LINKS_MAX; i++) {
        ssize_t size = readlink(path, target, sizeof(target));
        if (size < 0)
            return errno == EINVAL ? path : NULL; /* EINVAL: it is no link */
        if ((size_t)size == sizeof(target)) {
            errno = ENAMETOOLONG;
            return NULL;
        }
        const char *slash = strrchr(path, '/');
        int folder = target[0] != '/' && slash != NULL ? (int)(slash + 1 - path) : 0;
        path = pc_text_format(arena, "%.*s%.*s", folder, path, (int)size, target).data;
    }
    errno = ELOOP;
    return NULL;
}

enum pc_outfile_result pc_outfile_rewrite(struct pc_arena *arena, const char *path,
                                          struct pc_text content, struct pc_text *problem)
{
    const char *file = follow_links(arena, path);
    enum pc_outfile_result result;
    struct stat facts;

    if (file == NULL || stat(file, &facts) != 0)
        return fail(arena, problem, "write", path, errno);
    result = pc_outfile_compare(arena, file, content, problem);
    if (result != PC_OUTFILE_CHANGED)
        return result;
    /* Renaming would replace a file that its owner has locked against writing. */
    if (access(file, W_OK) != 0)
        return fail(arena, problem, "write", path, errno);
    mode_t mode = facts.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
    return replace(arena, file, content, &mode, problem);
}
