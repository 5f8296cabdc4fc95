/* Runs a command without output and prints what it cost: milliseconds of processor time, and the
 * most memory that it had, in KiB. A command that a signal ends is a failure. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage usage;
    int status = 0;
    pid_t child;

    if (argc < 2) {
        fprintf(stderr, "usage: cost COMMAND [ARGUMENT…]\n");
        return 2;
    }
    child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);

        if (nowhere >= 0 && dup2(nowhere, 1) == 1 && dup2(nowhere, 2) == 2)
            execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        perror("cost");
        return 2;
    }
    printf("%ld %ld\n",
           (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
               (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000,
           usage.ru_maxrss);
    return WIFEXITED(status) && WEXITSTATUS(status) < 127 ? 0 : 1;
}
