/* A page that is shown on a terminal and refreshed in place. */
#include "service/screen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum { CTRL_C = 3, CTRL_D = 4 };

/* A handler reaches nothing else. Signals are blocked but for the wait, so this is read and written
 * by one thread. */
static volatile sig_atomic_t caught;

static void catch_signal(int signal_number)
{
    if (caught == 0 || caught == SIGWINCH)
        caught = signal_number;
}

static void block_signals(projc__screen *screen)
{
    struct sigaction action;
    sigset_t ours;

    memset(&action, 0, sizeof action);
    action.sa_handler = catch_signal;
    (void)sigemptyset(&action.sa_mask);
    (void)sigemptyset(&ours);
    (void)sigaddset(&ours, SIGWINCH);
    (void)sigaddset(&ours, SIGTERM);
    (void)sigaddset(&ours, SIGINT);
    (void)sigaddset(&ours, SIGHUP);
    caught = 0;
    (void)sigprocmask(SIG_BLOCK, &ours, &screen->mask);
    (void)sigaction(SIGWINCH, &action, &screen->old_resize);
    (void)sigaction(SIGTERM, &action, &screen->old_term);
    (void)sigaction(SIGINT, &action, &screen->old_int);
    (void)sigaction(SIGHUP, &action, &screen->old_hup);
}

void projc__screen_begin(projc__screen *screen)
{
    struct termios keys;

    *screen = (projc__screen){.signal = 0};
    block_signals(screen);
    screen->has_keys = tcgetattr(STDIN_FILENO, &screen->terminal) == 0;
    if (screen->has_keys) {
        keys = screen->terminal;
        keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
        keys.c_cc[VMIN] = 1;
        keys.c_cc[VTIME] = 0;
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &keys);
    }
    fputs("\033[?1049h\033[?25l", stdout); /* the alternate screen, no cursor */
    (void)fflush(stdout);
}

/* The first characters of a line that fit. */
static size_t cut(const char *line, size_t size, unsigned width)
{
    unsigned used = 0;

    for (size_t i = 0; i < size; i++) {
        if (((unsigned char)line[i] & 0xC0) == 0x80)
            continue;
        if (used++ == width)
            return i;
    }
    return size;
}

void projc__screen_draw(const projc__screen *screen, projc_text text)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    const char *at = text.data;
    const char *end = text.data + text.size;

    (void)screen;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        size = (struct winsize){.ws_row = 24, .ws_col = 80};
    fputs("\033[H", stdout);
    for (unsigned rows = 0; at < end && rows < size.ws_row; rows++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop != NULL ? stop : end) - at);

        if (rows > 0)
            fputs("\r\n", stdout);
        (void)fwrite(at, 1, cut(at, length, size.ws_col), stdout);
        fputs("\033[K", stdout);
        at = stop != NULL ? stop + 1 : end;
    }
    fputs("\033[J", stdout);
    (void)fflush(stdout);
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* True when a key was pressed that ends the page. */
static bool is_quit_pressed(void)
{
    char key = '\0';
    ssize_t got = read(STDIN_FILENO, &key, 1);

    if (got < 0)
        return errno != EINTR && errno != EAGAIN;
    return got == 0 || key == 'q' || key == 'Q' || key == CTRL_C || key == CTRL_D;
}

projc__screen_event projc__screen_wait(projc__screen *screen, int64_t timeout_ms)
{
    int64_t until = now_ms() + timeout_ms;

    for (;;) {
        int64_t left = until - now_ms();
        struct timespec time = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
        fd_set keys;
        int count;

        if (left < 0)
            return PROJC__SCREEN_TIME;
        FD_ZERO(&keys);
        if (screen->has_keys)
            FD_SET(STDIN_FILENO, &keys);
        count = pselect(STDIN_FILENO + 1, &keys, NULL, NULL, &time, &screen->mask);
        if (caught == SIGWINCH) {
            caught = 0;
            return PROJC__SCREEN_RESIZED;
        }
        if (caught != 0) {
            screen->signal = (int)caught;
            return PROJC__SCREEN_QUIT;
        }
        if (count > 0 && is_quit_pressed())
            return PROJC__SCREEN_QUIT;
    }
}

void projc__screen_end(projc__screen *screen)
{
    fputs("\033[?25h\033[?1049l", stdout);
    (void)fflush(stdout);
    if (screen->has_keys)
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &screen->terminal);
    (void)sigaction(SIGWINCH, &screen->old_resize, NULL);
    (void)sigaction(SIGTERM, &screen->old_term, NULL);
    (void)sigaction(SIGINT, &screen->old_int, NULL);
    (void)sigaction(SIGHUP, &screen->old_hup, NULL);
    (void)sigprocmask(SIG_SETMASK, &screen->mask, NULL);
    if (screen->signal != 0)
        (void)raise(screen->signal);
}
