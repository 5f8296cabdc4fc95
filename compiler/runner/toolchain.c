/* toolchain.c -- finding the runtime, calling $CC, and running what it made. */
#include "runner/toolchain.h"

#include "plan/plan.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What libprojc.a needs besides itself. */
static const char *const libraries[] = {"-lpq",   "-lsqlite3",    "-lmsgpackc", "-lxxhash",
                                        "-luuid", "-lmicrohttpd", "-lm",        "-pthread"};

static bool is_readable(struct pc_text path)
{
    return access(path.data, R_OK) == 0;
}

/* Takes `home` if headers and library are below it, as an installation has them or a build folder.
 */
static bool try_home(struct pc_arena *arena, const char *home, const char *below,
                     struct pc_toolchain *toolchain)
{
    struct pc_text include_folder = pc_text_format(arena, "%s%s/include", home, below);
    struct pc_text header = pc_text_format(arena, "%s/projc/module.h", include_folder.data);
    struct pc_text library = pc_text_format(arena, "%s%s/lib/libprojc.a", home, below);

    if (!is_readable(header) || !is_readable(library))
        return false;
    toolchain->include_folder = include_folder.data;
    toolchain->library = library.data;
    return true;
}

/* The folder above the one that holds this program; NULL when the system does not tell. */
static const char *own_home(struct pc_arena *arena)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    if (size <= 0)
        return NULL;
    path[size] = '\0';
    for (int level = 0; level < 2; level++) {
        char *slash = strrchr(path, '/');

        if (slash == NULL)
            return NULL;
        *slash = '\0';
    }
    return pc_arena_copy(arena, path, strlen(path));
}

/* $CC may hold options: "ccache gcc -m64". Quotes have no meaning in it, as in make's own rules. */
static const char *const *compiler_words(struct pc_arena *arena)
{
    static const char spaces[] = " \t\n";
    const char *text = getenv("CC");

    if (text == NULL || text[strspn(text, spaces)] == '\0')
        text = "cc";

    /* A word and the space behind it take two bytes at least. */
    const char **words = pc_arena_alloc_array(arena, strlen(text) / 2 + 2, sizeof *words);
    size_t count = 0;

    for (;;) {
        text += strspn(text, spaces);
        if (*text == '\0')
            return words;

        size_t size = strcspn(text, spaces);

        words[count++] = pc_arena_copy(arena, text, size);
        text += size;
    }
}

bool pc_toolchain_find(struct pc_arena *arena, struct pc_toolchain *toolchain,
                       struct pc_text *problem)
{
    const char *home = getenv("PROJC_HOME");

    toolchain->compiler = compiler_words(arena);
    if (home != NULL && *home != '\0') {
        if (try_home(arena, home, "/build", toolchain) || try_home(arena, home, "", toolchain))
            return true;
        *problem =
            pc_text_format(arena,
                           "no runtime in PROJC_HOME=%s: expected include/projc/module.h and "
                           "lib/libprojc.a in it or in its build/ (run `make` there)",
                           home);
        return false;
    }
    home = own_home(arena);
    if (home != NULL && try_home(arena, home, "", toolchain))
        return true;
    *problem = pc_text_format(arena,
                              "no runtime beside projc in %s: expected include/projc/module.h and "
                              "lib/libprojc.a; run `make`, or set PROJC_HOME",
                              home == NULL ? "its folder" : home);
    return false;
}

/* While a program runs, an interrupt from the terminal is for it; projc cleans up behind it. As
 * system() does. */
static void ignore_interrupts(struct sigaction *interrupt, struct sigaction *quit)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGINT, &ignore, interrupt);
    (void)sigaction(SIGQUIT, &ignore, quit);
}

static void restore_interrupts(const struct sigaction *interrupt, const struct sigaction *quit)
{
    (void)sigaction(SIGINT, interrupt, NULL);
    (void)sigaction(SIGQUIT, quit, NULL);
}

int pc_run_program(struct pc_arena *arena, const char *const *arguments, struct pc_text *problem)
{
    struct sigaction interrupt;
    struct sigaction quit;

    ignore_interrupts(&interrupt, &quit);

    pid_t child = fork();
    int status;

    if (child < 0) {
        restore_interrupts(&interrupt, &quit);
        *problem = pc_text_format(arena, "cannot start %s: %s", arguments[0], strerror(errno));
        return -1;
    }
    if (child == 0) {
        restore_interrupts(&interrupt, &quit);
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);

        int reason = errno;
        static const char text[] = "projc: cannot start ";
        /* Only async-signal-safe calls between fork and exit. */
        ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);

        written += write(STDERR_FILENO, arguments[0], strlen(arguments[0]));
        written += write(STDERR_FILENO, "\n", 1);
        _exit(written > 0 && reason == ENOENT ? 127 : 126);
    }

    pid_t ended;

    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    restore_interrupts(&interrupt, &quit);
    if (ended < 0) {
        *problem = pc_text_format(arena, "lost %s: %s", arguments[0], strerror(errno));
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The parts of a command line, NULL at the end. */
struct arguments {
    PC_LIST_OF(const char);
};

bool pc_toolchain_link(struct pc_arena *arena, const struct pc_toolchain *toolchain,
                       const char *folder, const char *const *sources, const char *program,
                       struct pc_text *problem)
{
    const char *const options[] = {
        "-std=c11", "-O1", "-g",   "-ffp-contract=off", "-I", toolchain->include_folder, "-I",
        folder,     "-o",  program};
    struct arguments arguments = {0};

    for (size_t i = 0; toolchain->compiler[i] != NULL; i++)
        PC_LIST_ADD(arena, &arguments, toolchain->compiler[i]);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        PC_LIST_ADD(arena, &arguments, options[i]);
    for (size_t i = 0; sources[i] != NULL; i++)
        PC_LIST_ADD(arena, &arguments, sources[i]);
    PC_LIST_ADD(arena, &arguments, toolchain->library);
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        PC_LIST_ADD(arena, &arguments, libraries[i]);
    PC_LIST_ADD(arena, &arguments, NULL);

    int status = pc_run_program(arena, arguments.items, problem);

    if (status > 0)
        *problem = pc_text_format(arena, "%s ended with status %d", arguments.items[0], status);
    return status == 0;
}

/* The first of the user's functions that the generated code calls; empty: none. */
static struct pc_text first_extern(const struct pc_plan *plan)
{
    for (size_t i = 0; i < plan->functions.count; i++)
        if (plan->functions.items[i]->is_extern && plan->functions.items[i]->is_called)
            return plan->functions.items[i]->c_name;
    for (size_t i = 0; i < plan->projections.count; i++) {
        const struct pc_plan_handlers *handlers = &plan->projections.items[i]->handlers;

        for (size_t j = 0; j < handlers->count; j++)
            if (handlers->items[j]->is_extern)
                return handlers->items[j]->c_extern;
    }
    return (struct pc_text){0};
}

struct pc_text pc_toolchain_extern_hint(struct pc_arena *arena, const struct pc_plan *plan,
                                        const char *command)
{
    struct pc_text name = first_extern(plan);

    if (name.size == 0)
        return name;
    return pc_text_format(arena,
                          "\n  help: it calls `%.*s` and perhaps others in C: name their file with "
                          "CC, as in `CC=\"cc %.*s.c\" %s`; it includes %.*s.h",
                          PC_TEXT_ARGS(name), PC_TEXT_ARGS(plan->package), command,
                          PC_TEXT_ARGS(plan->stem));
}
