/* Runs a command and prints what it cost: milliseconds of processor time, the most memory that it
 * had in KiB, microseconds by the clock, and the status it ended with (255: by a signal).
 *
 *     cost [-o FILE] COMMAND [ARGUMENT…]        FILE: where its output goes, else nowhere */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
    const char *output = "/dev/null";
    struct rusage usage;
    int status = 0;
    pid_t child;

    if (argc > 3 && strcmp(argv[1], "-o") == 0) {
        output = argv[2];
        argv += 2;
        argc -= 2;
    }
    if (argc < 2) {
        fprintf(stderr, "usage: cost [-o FILE] COMMAND [ARGUMENT…]\n");
        return 2;
    }
    long long started = microseconds();
    child = fork();
    if (child == 0) {
        int to = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);

        if (to >= 0 && dup2(to, 1) == 1 && dup2(to, 2) == 2)
            execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        perror("cost");
        return 2;
    }
    printf("%ld %ld %lld %d\n",
           (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
               (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000,
           usage.ru_maxrss, microseconds() - started,
           WIFEXITED(status) ? WEXITSTATUS(status) : 255);
    return WIFEXITED(status) && WEXITSTATUS(status) < 127 ? 0 : 1;
}
