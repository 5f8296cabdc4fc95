/* A page in headless Chromium, over its debugging pipe: no port, no other program.
 *
 * Chromium reads commands from descriptor 3 and writes answers and events to 4, JSON texts with a
 * NUL behind each. What the page asked for, what it said on its console, and what went wrong are
 * events; the rest is asked for by evaluating expressions in it. */
#include "http/http_suite.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_S = 90, LOOK_MS = 200 };

typedef struct browser {
    pid_t process;
    int to, from;
    char *input; /* what was read and is no whole text yet */
    size_t input_size, input_capacity;
    int last_id;
    char session[100];
    json_t *requests; /* URLs */
    json_t *console;  /* texts, with what went wrong */
} browser;

typedef struct wish {
    const char *url, *until, *shot, *profile;
    int width, height;
    bool is_dark;
} wish;

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- the process ---- */

static void become_chromium(int commands, int answers, const char *profile)
{
    char folder[200];
    /* Above 4, so that none is lost when another takes its place. */
    int silence = fcntl(open("/dev/null", O_RDWR), F_DUPFD, 10);
    int in = fcntl(commands, F_DUPFD, 10);
    int out = fcntl(answers, F_DUPFD, 10);

    snprintf(folder, sizeof folder, "--user-data-dir=%s", profile);
    (void)dup2(in, 3);
    (void)dup2(out, 4);
    (void)dup2(silence, STDOUT_FILENO);
    (void)dup2(silence, STDERR_FILENO);
    (void)execlp("chromium", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                 "--disable-dev-shm-usage", "--disable-background-networking",
                 "--disable-component-update", "--no-first-run", "--hide-scrollbars",
                 "--remote-debugging-pipe", folder, "about:blank", (char *)NULL);
    _exit(127);
}

static bool start(browser *self, const char *profile)
{
    int commands[2], answers[2];

    if (pipe(commands) != 0 || pipe(answers) != 0)
        return false;
    (void)signal(SIGPIPE, SIG_IGN);
    self->process = fork();
    if (self->process == 0) {
        (void)close(commands[1]);
        (void)close(answers[0]);
        become_chromium(commands[0], answers[1], profile);
    }
    (void)close(commands[0]);
    (void)close(answers[1]);
    self->to = commands[1];
    self->from = answers[0];
    self->requests = json_array();
    self->console = json_array();
    return self->process > 0;
}

/* ---- commands and events ---- */

static void note_event(browser *self, json_t *event)
{
    const char *method = json_string_value(json_object_get(event, "method"));
    json_t *about = json_object_get(event, "params");
    const char *url = NULL;

    if (method == NULL)
        return;
    if (strcmp(method, "Network.requestWillBeSent") == 0 &&
        json_unpack(about, "{s:{s:s}}", "request", "url", &url) == 0)
        (void)json_array_append_new(self->requests, json_string(url));
    else if (strcmp(method, "Runtime.consoleAPICalled") == 0 ||
             strcmp(method, "Runtime.exceptionThrown") == 0 ||
             strcmp(method, "Log.entryAdded") == 0)
        (void)json_array_append(self->console, about);
}

/* The next text from Chromium; NULL: it is gone, or the time is over. */
static json_t *receive(browser *self, double until)
{
    for (;;) {
        char *end = self->input_size > 0 ? memchr(self->input, '\0', self->input_size) : NULL;
        struct pollfd wait = {.fd = self->from, .events = POLLIN};
        ssize_t got;

        if (end != NULL) {
            json_t *text = json_loads(self->input, JSON_ALLOW_NUL, NULL);

            self->input_size -= (size_t)(end + 1 - self->input);
            memmove(self->input, end + 1, self->input_size);
            return text != NULL ? text : json_object();
        }
        if (self->input_capacity - self->input_size < 65536) {
            char *larger = realloc(self->input, self->input_capacity * 2 + 131072);

            if (larger == NULL)
                return NULL;
            self->input = larger;
            self->input_capacity = self->input_capacity * 2 + 131072;
        }
        if (now() > until || poll(&wait, 1, 500) < 0)
            return NULL;
        if (wait.revents == 0)
            continue;
        got = read(self->from, self->input + self->input_size,
                   self->input_capacity - self->input_size);
        if (got <= 0)
            return NULL;
        self->input_size += (size_t)got;
    }
}

/* Sends a command and takes events until its answer comes: its result, or NULL. parameters is
 * given. */
static json_t *call(browser *self, const char *method, json_t *parameters)
{
    json_t *command =
        json_pack("{s:i,s:s,s:o}", "id", ++self->last_id, "method", method, "params", parameters);
    double until = now() + WAIT_S;
    char *text;

    if (self->session[0] != '\0')
        (void)json_object_set_new(command, "sessionId", json_string(self->session));
    text = json_dumps(command, JSON_COMPACT);
    json_decref(command);
    if (text == NULL || write(self->to, text, strlen(text) + 1) != (ssize_t)strlen(text) + 1) {
        free(text);
        return NULL;
    }
    free(text);
    for (;;) {
        json_t *answer = receive(self, until);
        json_t *result;

        if (answer == NULL) {
            fprintf(stderr, "browse: no answer to %s\n", method);
            return NULL;
        }
        if (json_integer_value(json_object_get(answer, "id")) == self->last_id) {
            result = json_incref(json_object_get(answer, "result"));
            if (result == NULL)
                fprintf(stderr, "browse: %s: %s\n", method,
                        json_dumps(json_object_get(answer, "error"), JSON_ENCODE_ANY));
            json_decref(answer);
            return result;
        }
        note_event(self, answer);
        json_decref(answer);
    }
}

static bool tell(browser *self, const char *method, json_t *parameters)
{
    json_t *result = call(self, method, parameters);

    json_decref(result);
    return result != NULL;
}

/* The value of an expression in the page; NULL: it has none, or throws. */
static json_t *evaluate(browser *self, const char *expression)
{
    json_t *result = call(self, "Runtime.evaluate",
                          json_pack("{s:s,s:b}", "expression", expression, "returnByValue", 1));
    json_t *value = NULL;

    if (result != NULL && json_object_get(result, "exceptionDetails") == NULL)
        value = json_incref(json_object_get(json_object_get(result, "result"), "value"));
    json_decref(result);
    return value;
}

/* ---- the page ---- */

static bool attach(browser *self)
{
    json_t *made = call(self, "Target.createTarget", json_pack("{s:s}", "url", "about:blank"));
    json_t *joined;

    if (made == NULL)
        return false;
    joined =
        call(self, "Target.attachToTarget",
             json_pack("{s:O,s:b}", "targetId", json_object_get(made, "targetId"), "flatten", 1));
    json_decref(made);
    if (joined == NULL)
        return false;
    snprintf(self->session, sizeof self->session, "%s",
             json_string_value(json_object_get(joined, "sessionId")));
    json_decref(joined);
    return true;
}

static bool open_page(browser *self, const wish *wanted)
{
    json_t *scheme = json_pack("{s:s,s:s}", "name", "prefers-color-scheme", "value",
                               wanted->is_dark ? "dark" : "light");

    return attach(self) && tell(self, "Page.enable", json_object()) &&
           tell(self, "Runtime.enable", json_object()) && tell(self, "Log.enable", json_object()) &&
           tell(self, "Network.enable", json_object()) &&
           tell(self, "Emulation.setDeviceMetricsOverride",
                json_pack("{s:i,s:i,s:i,s:b}", "width", wanted->width, "height", wanted->height,
                          "deviceScaleFactor", 1, "mobile", wanted->width < 600)) &&
           tell(self, "Emulation.setEmulatedMedia", json_pack("{s:[o]}", "features", scheme)) &&
           tell(self, "Page.navigate", json_pack("{s:s}", "url", wanted->url));
}

static bool wait_until(browser *self, const char *expression)
{
    double until = now() + WAIT_S;
    struct timespec nap = {.tv_nsec = LOOK_MS * 1000000L};

    while (now() < until) {
        json_t *value = evaluate(self, expression);
        bool is_so = json_is_true(value);

        json_decref(value);
        if (is_so)
            return true;
        (void)nanosleep(&nap, NULL);
    }
    fprintf(stderr, "browse: never true: %s\n", expression);
    return false;
}

static bool save_shot(browser *self, const char *path)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    json_t *result = call(self, "Page.captureScreenshot", json_pack("{s:s}", "format", "png"));
    const char *data = json_string_value(json_object_get(result, "data"));
    FILE *file = data == NULL ? NULL : fopen(path, "wb");
    unsigned bits = 0;
    int have = 0;
    bool is_whole;

    for (; file != NULL && *data != '\0' && *data != '='; data++) {
        bits = (bits << 6 | (unsigned)(strchr(letters, *data) - letters)) & 0xffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            (void)putc((int)(bits >> have & 0xff), file);
        }
    }
    json_decref(result);
    is_whole = file != NULL && ferror(file) == 0;
    return file != NULL && fclose(file) == 0 && is_whole;
}

static bool report(browser *self)
{
    json_t *page = evaluate(
        self, "({text: document.body.innerText, scroll: document.documentElement.scrollWidth,"
              " width: document.documentElement.clientWidth,"
              " height: document.documentElement.scrollHeight,"
              " scripts: document.scripts.length, ground: "
              "getComputedStyle(document.body).backgroundColor,"
              " plots: [...document.querySelectorAll('.curve')].filter(c => "
              "c.getAttribute('d')).length,"
              " title: document.title, attacked: typeof window.attacked})");

    if (page == NULL)
        return false;
    (void)json_object_set(page, "requests", self->requests);
    (void)json_object_set(page, "console", self->console);
    (void)json_dumpf(page, stdout, JSON_COMPACT);
    printf("\n");
    json_decref(page);
    return true;
}

/* ---- the command ---- */

static bool read_wish(int argc, char **argv, wish *wanted)
{
    *wanted = (wish){.until = "document.readyState === 'complete'", .width = 1280, .height = 900};
    for (int i = 0; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;

        if (strcmp(argv[i], "--dark") == 0) {
            wanted->is_dark = true;
        } else if (argv[i][0] != '-') {
            wanted->url = argv[i];
        } else if (value == NULL) {
            return false;
        } else {
            if (strcmp(argv[i], "--width") == 0)
                wanted->width = (int)strtol(value, NULL, 10);
            else if (strcmp(argv[i], "--height") == 0)
                wanted->height = (int)strtol(value, NULL, 10);
            else if (strcmp(argv[i], "--until") == 0)
                wanted->until = value;
            else if (strcmp(argv[i], "--shot") == 0)
                wanted->shot = value;
            else if (strcmp(argv[i], "--profile") == 0)
                wanted->profile = value;
            else
                return false;
            i++;
        }
    }
    return wanted->url != NULL && wanted->profile != NULL;
}

int suite_browse(int argc, char **argv)
{
    browser self = {.process = -1};
    wish wanted;
    bool is_good;

    if (!read_wish(argc, argv, &wanted)) {
        fprintf(
            stderr,
            "usage: suite browse URL --profile FOLDER [--width W] [--height H] [--dark] [--until "
            "EXPRESSION] [--shot FILE]\n");
        return 2;
    }
    is_good = start(&self, wanted.profile) && open_page(&self, &wanted) &&
              wait_until(&self, wanted.until) &&
              (wanted.shot == NULL || save_shot(&self, wanted.shot)) && report(&self);
    self.session[0] = '\0';
    if (self.process > 0) {
        (void)tell(&self, "Browser.close", json_object());
        (void)close(self.to);
        (void)kill(self.process, SIGTERM);
        (void)waitpid(self.process, NULL, 0);
    }
    json_decref(self.requests);
    json_decref(self.console);
    free(self.input);
    return is_good ? 0 : 1;
}
