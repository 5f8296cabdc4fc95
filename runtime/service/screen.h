/* A page that is shown on a terminal and refreshed in place.
 *
 * DESIGN. The alternate screen, so that what stood there comes back; every line is cut at the
 * terminal's edge and the page at its bottom, so that nothing scrolls. The terminal reads keys one
 * by one and unseen, Ctrl-C among them. Whatever ends the page (a key, a signal, an error) must
 * come to projc__screen_end: signals are let through only while the page waits, and are kept for
 * the caller, who raises them again behind the end. */
#ifndef PROJC_SERVICE_SCREEN_H
#define PROJC_SERVICE_SCREEN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

#include "base/buffer.h"

typedef enum projc__screen_event {
    PROJC__SCREEN_TIME,    /* the time is over */
    PROJC__SCREEN_RESIZED, /* draw again */
    PROJC__SCREEN_QUIT     /* q, Ctrl-C, the end of input, or a signal */
} projc__screen_event;

typedef struct projc__screen {
    bool has_keys; /* standard input is a terminal too */
    int signal;    /* that ended the page; 0: none */
    struct termios terminal;
    sigset_t mask;
    struct sigaction old_resize, old_term, old_int, old_hup;
} projc__screen;

/* Standard output is a terminal. */
void projc__screen_begin(projc__screen *screen);
/* Shows the text instead of what was shown. */
void projc__screen_draw(const projc__screen *screen, projc_text text);
projc__screen_event projc__screen_wait(projc__screen *screen, int64_t timeout_ms);
/* The terminal is as it was. A signal that ended the page is raised again. */
void projc__screen_end(projc__screen *screen);

#endif
