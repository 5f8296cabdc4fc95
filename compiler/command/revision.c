/* revision.c -- sources from a revision of git: `REV:FILE`, read by `git show` without a shell.
 *
 * Imports of such a file come from the same revision. FILE is a path from the root of the
 * repository, or begins with ./ or ../ for one from the current folder, as git has it. */
#include "base/infile.h"
#include "command/front.h"
#include "plan/lower.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct revision {
    struct pc_arena *arena;
    struct pc_text prefix; /* "HEAD:" */
    bool is_quiet;         /* git's own messages are not shown: an import is only looked for */
};

/* Takes steps like `a/..` and `.` out of the middle of a path; the first one stays, as ./ and ../
 * mean something to git. */
static const char *plain_path(struct pc_arena *arena, const char *path)
{
    char *out = pc_arena_alloc(arena, strlen(path) + 1);
    size_t size = 0;

    path += strspn(path, "/");
    while (*path != '\0') {
        size_t step = strcspn(path, "/");
        bool is_dot = step == 1 && path[0] == '.';
        bool is_up = step == 2 && path[0] == '.' && path[1] == '.';
        size_t cut = size;

        while (cut > 0 && out[cut - 1] != '/')
            cut--;
        if (is_up && size > 0 && out[cut] != '.') {
            size = cut > 0 ? cut - 1 : 0;
        } else if (!(is_dot && size > 0) && step > 0) {
            if (size > 0)
                out[size++] = '/';
            memcpy(out + size, path, step);
            size += step;
        }
        path += step;
        path += strspn(path, "/");
    }
    return out;
}

/* Starts `git show NAME` with its output going to *pipe_end. Returns an errno. */
static int start_git(const struct revision *revision, const char *name, pid_t *process,
                     int *pipe_end)
{
    char *arguments[] = {"git", "--no-pager", "show", "--no-textconv", "--no-color", NULL, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    int problem;

    arguments[5] = pc_arena_copy(revision->arena, name, strlen(name));
    if (pipe(ends) != 0)
        return errno;
    problem = posix_spawn_file_actions_init(&actions);
    if (problem != 0) {
        close(ends[0]);
        close(ends[1]);
        return problem;
    }
    if (problem == 0)
        problem = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (problem == 0)
        problem = posix_spawn_file_actions_addclose(&actions, ends[0]);
    if (problem == 0)
        problem = posix_spawn_file_actions_addclose(&actions, ends[1]);
    if (problem == 0 && revision->is_quiet)
        problem =
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (problem == 0)
        problem = posix_spawnp(process, "git", &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (problem != 0)
        close(ends[0]);
    *pipe_end = ends[0];
    return problem;
}

/* Returns 0, or an errno: ENOENT when git has no such thing. */
static int show(const struct revision *revision, const char *name, struct pc_text *bytes)
{
    pid_t process = 0;
    int status = 0;
    int file = -1;
    int problem = start_git(revision, name, &process, &file);

    if (problem != 0)
        return problem;
    if (!pc_infile_read(revision->arena, file, 0, PC_SOURCE_MAX_BYTES, bytes))
        problem = errno;
    close(file);
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return errno;
    if (problem == 0 && bytes->size > PC_SOURCE_MAX_BYTES)
        return 0; /* git may have ended at the closed pipe */
    return problem != 0 ? problem : WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ENOENT;
}

static enum pc_source_status read_revision(void *context, struct pc_sources *sources,
                                           const char *path, uint32_t *index,
                                           struct pc_source_failure *failure)
{
    const struct revision *revision = context;
    struct pc_text prefix = revision->prefix;
    struct pc_text bytes = {0};
    const char *name;
    int problem;

    if (strncmp(path, prefix.data, prefix.size) == 0)
        path += prefix.size;
    name = pc_text_format(revision->arena, "%.*s%s", PC_TEXT_ARGS(prefix),
                          plain_path(revision->arena, path))
               .data;
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->items[i]->name, name) == 0) {
            *index = (uint32_t)i;
            *failure = sources->items[i]->failure;
            return failure->status;
        }
    }
    problem = show(revision, name, &bytes);
    if (problem == 0)
        return pc_source_add(sources, name, bytes, index, failure);
    *failure = (struct pc_source_failure){.status = PC_SOURCE_UNREADABLE, .error_number = problem};
    return PC_SOURCE_UNREADABLE;
}

static struct pc_module *parse_revision(struct pc_front *front, const char *path, const char *colon)
{
    struct revision revision = {.arena = front->arena,
                                .prefix = {.data = path, .size = (size_t)(colon + 1 - path)}};
    struct pc_parse_options options = front->parse_options;
    struct pc_source_failure failure = {.status = PC_SOURCE_OK};
    uint32_t root = 0;

    if (read_revision(&revision, front->sources, path, &root, &failure) != PC_SOURCE_OK) {
        pc_report_source_failure(front->sources, front->diagnostics, &failure, path, root, NULL);
        return NULL;
    }
    revision.is_quiet = true;
    options.read = read_revision;
    options.read_context = &revision;
    return pc_parse_loaded(front->arena, front->sources, front->diagnostics, root, &options);
}

struct pc_plan *pc_front_compile_revision(struct pc_front *front, const char *path,
                                          struct pc_model **model)
{
    const char *colon = strchr(path, ':');
    struct pc_module *tree;
    struct stat facts;

    /* What begins with a dash would be an option of git. */
    if (colon != NULL && colon > path && path[0] != '-' && stat(path, &facts) != 0)
        tree = parse_revision(front, path, colon);
    else
        tree =
            pc_parse(front->arena, front->sources, front->diagnostics, path, &front->parse_options);
    if (tree == NULL)
        return NULL;
    *model = pc_check(front->arena, tree, front->diagnostics);
    return *model == NULL ? NULL : pc_lower(front->arena, front->sources, *model);
}
