/* Every allocation and every call on a file of the compiler fails: for each command the first, the
 * second … until the command needs no more, alone and with all that follow.
 *
 * The command ends with a status that it documents and a text, not by a signal; no file is partial,
 * none is left over, an old output stays as it was or is the new one; nothing leaks (leak
 * sanitizer). Linked with the compiler's main() as __real_main; each attempt is a child process. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "folder.h"

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

enum { ARGUMENTS_MAX = 8, PATH_BYTES = 512, LEAKED = 23, STATUS_IO = 3 };

typedef struct command {
    const char *name;
    const char *arguments[ARGUMENTS_MAX];
} command;

/* In a folder with shop.proj, which imports shared.proj, outputs of an older shop.proj, messy.proj
 * and bad.proj. */
static const command commands[] = {
    {"build", {"projc", "build", "-M", "--main", "shop.proj"}},
    {"build --check", {"projc", "build", "--check", "shop.proj"}},
    {"check", {"projc", "check", "shop.proj"}},
    {"check of errors", {"projc", "check", "bad.proj"}},
    {"check --json", {"projc", "check", "--json", "bad.proj"}},
    {"fmt", {"projc", "fmt", "messy.proj"}},
    {"fmt -w", {"projc", "fmt", "-w", "messy.proj"}},
    {"fmt --check", {"projc", "fmt", "--check", "messy.proj"}},
    {"ir", {"projc", "ir", "shop.proj"}},
    {"diff --sql", {"projc", "diff", "--sql", "older.proj", "shop.proj"}},
    {"explain", {"projc", "explain", "E0201"}},
};

/* What one run of a command came to. */
typedef struct run {
    int status; /* of the exit; -1: a signal */
    folder files;
    folder output; /* "out" and "err" */
} run;

static char work[PATH_BYTES];   /* where commands run */
static char output[PATH_BYTES]; /* what they print */
static folder before;           /* what is in `work` at first */

static void redirect(int stream, const char *name)
{
    char path[PATH_BYTES + 8];
    int file;

    snprintf(path, sizeof path, "%s/%s", output, name);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || dup2(file, stream) < 0)
        _exit(99);
    close(file);
}

static _Noreturn void be_the_compiler(const command *self, unsigned kinds, long nth, bool lasts)
{
    static char words[ARGUMENTS_MAX][16]; /* main() may change them */
    char *arguments[ARGUMENTS_MAX + 1] = {0};
    int count = 0;

    for (; count < ARGUMENTS_MAX && self->arguments[count] != NULL; count++) {
        snprintf(words[count], sizeof words[count], "%s", self->arguments[count]);
        arguments[count] = words[count];
    }
    if (chdir(work) != 0)
        _exit(99);
    redirect(STDOUT_FILENO, "out");
    redirect(STDERR_FILENO, "err");
    faults_arm(kinds, nth, lasts);
    int status = __real_main(count, arguments);
    faults_disarm();
    exit(status);
}

/* nth below zero: nothing fails. False when not even the attempt could be made. */
static bool try(const command *self, unsigned kinds, long nth, bool lasts, run *result)
{
    int how = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0)
        be_the_compiler(self, kinds, nth, lasts);
    if (child < 0 || waitpid(child, &how, 0) != child)
        return false;
    faults_disarm();
    result->status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return result->status != 99 && folder_read(&result->files, work) &&
           folder_read(&result->output, output);
}

static void forget(run *self)
{
    folder_free(&self->files);
    folder_free(&self->output);
}

static bool said_something(const run *self)
{
    const folder_file *text = folder_find(&self->output, "err");

    return text != NULL && text->size > 0;
}

/* What is wrong with a run in which a call failed; NULL: nothing. */
static const char *judge(const run *got, const run *good)
{
    static char told[FOLDER_NAME_MAX + 64];
    const char *odd = folder_odd_one(&got->files, &before, &good->files);

    if (odd != NULL) {
        snprintf(told, sizeof told, "%s is not as it was, nor as it should be", odd);
        return told;
    }
    if (got->status == LEAKED)
        return "a sanitizer found something";
    /* A file that could not be looked at is written again: then all is as it should be. */
    if (got->status == good->status && folder_is_same(&got->files, &good->files) &&
        folder_is_same(&got->output, &good->output))
        return NULL;
    if (got->status != STATUS_IO && got->status != 1)
        return "its exit status is none for this";
    return said_something(got) ? NULL : "it failed without a word";
}

static void print_text(const run *self)
{
    const folder_file *text = folder_find(&self->output, "err");

    if (text != NULL)
        printf("%.*s\n", (int)(text->size > 2000 ? 2000 : text->size), text->data);
}

/* Returns how many runs had a failing call, or -1 when one of them did harm. */
static long sweep_through(const command *self, unsigned kinds, bool lasts, const run *good)
{
    run counted = {0};
    fault_sweep sweep;

    if (!folder_restore(&before, work) || !try(self, kinds, -1, false, &counted))
        return -1;
    forget(&counted);
    sweep = fault_sweep_of(faults_calls());
    for (long nth = fault_sweep_first(&sweep); nth < sweep.total; nth += sweep.step) {
        run got = {0};
        const char *problem = "it could not be tried";

        if (folder_restore(&before, work) && try(self, kinds, nth, lasts, &got))
            problem = judge(&got, good);
        if (problem != NULL) {
            printf("%s: call %ld of %ld (kinds %u%s): %s, status %d\n", self->name, nth,
                   sweep.total, kinds, lasts ? ", and all that follow" : "", problem, got.status);
            print_text(&got);
            forget(&got);
            return -1;
        }
        sweep.failed += faults_failures() > 0;
        forget(&got);
    }
    return sweep.failed;
}

/* The undisturbed run, and whether every way of failing is borne. */
static bool hold(const command *self, long *failed)
{
    static const unsigned kinds[] = {FAULT_MEMORY, FAULT_FILES};
    run good = {0};
    bool holds = folder_restore(&before, work) && try(self, 0, -1, false, &good);

    if (holds && good.status > 1) {
        printf("%s: status %d\n", self->name, good.status);
        print_text(&good);
        holds = false;
    }
    for (int i = 0; i < 4 && holds; i++) {
        long count = sweep_through(self, kinds[i / 2], i % 2 == 1, &good);

        holds = count >= 0;
        *failed += holds ? count : 0;
    }
    forget(&good);
    return holds;
}

/* Arguments: a folder with `work`, which is as it shall be, and `output`, which is empty. */
int __wrap_main(int argc, char **argv)
{
    unsigned passed = 0;
    unsigned failures = 0;

    if (argc != 2 || !faults_begin())
        return 2;
    snprintf(work, sizeof work, "%s/work", argv[1]);
    snprintf(output, sizeof output, "%s/output", argv[1]);
    if (!folder_read(&before, work))
        return 2;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        long failed = 0;
        bool holds = hold(&commands[i], &failed) &&
                     (failed > 0 || i + 1 == sizeof commands / sizeof commands[0]);

        printf("%sok - projc %s bears failing memory and files (%ld calls failed)\n",
               holds ? "" : "not ", commands[i].name, failed);
        passed += holds;
        failures += !holds;
    }
    folder_free(&before);
    printf("%u passed, %u failed\n", passed, failures);
    return failures != 0;
}
