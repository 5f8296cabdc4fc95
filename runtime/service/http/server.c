/* The HTTP server: a thread around libmicrohttpd.
 *
 * DESIGN. One thread serves all connections; it waits in poll() and does nothing that may block, so
 * a slow client takes nothing from the others. What input can grow is bounded: connections by
 * CONNECTIONS_MAX (the next wait in the socket's backlog), a request's head by HEAD_BYTES, and a
 * connection's whole life by LIFE_US, however slowly its bytes drip: it is for one request. */
#include "service/http/server.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "service/http/address.h"
#include "service/http/page.h"
#include "service/signals.h"

enum { CONNECTIONS_MAX = 64, HEAD_BYTES = 16384, WAIT_MS = 1000 };
enum { LIFE_US = 10000000 };

/* A connection, from its acceptance to its end. */
typedef struct connection {
    int socket; /* below 0: the place is free */
    int64_t accepted_at;
} connection;

struct projc__http {
    projc__board *board;
    projc_log *log;
    int listener;
    int stop_pipe[2];
    struct MHD_Daemon *daemon;
    connection connections[CONNECTIONS_MAX + 1]; /* the server thread's */
    pthread_t thread;
    bool has_thread;
};

/* ---- what the paths answer ---- */

typedef struct answer {
    unsigned code;
    const char *type;
    projc__buffer body;
} answer;

static const char plain[] = "text/plain; charset=utf-8";
static const char json[] = "application/json";

static void health(projc__board *board, answer *given)
{
    (void)board;
    given->type = plain;
    projc__buffer_put_string(&given->body, "alive\n");
}

static void ready(projc__board *board, answer *given)
{
    projc__buffer reasons;

    projc__buffer_init(&reasons);
    given->type = plain;
    if (!projc__board_ready(board, &reasons)) {
        given->code = MHD_HTTP_SERVICE_UNAVAILABLE;
        projc__buffer_put_string(&given->body, "not ready\n");
    }
    projc__buffer_put(&given->body, reasons.data, reasons.size);
    projc__buffer_clear(&reasons);
}

static void metrics(projc__board *board, answer *given)
{
    projc_error error = {0};

    given->type = "text/plain; version=0.0.4; charset=utf-8";
    if (projc__board_metrics(board, &given->body, &error) != PROJC_OK)
        given->code = MHD_HTTP_INTERNAL_SERVER_ERROR;
}

static void status_json(projc__board *board, answer *given)
{
    given->type = json;
    projc__board_status(board, &given->body);
}

static void failed_json(projc__board *board, answer *given)
{
    given->type = json;
    projc__board_failed(board, &given->body);
}

static void live_json(projc__board *board, answer *given)
{
    given->type = json;
    projc__board_live(board, &given->body);
}

static void page_html(projc__board *board, answer *given)
{
    (void)board;
    given->type = "text/html; charset=utf-8";
    projc__buffer_put_string(&given->body, projc__page_html);
}

static void page_css(projc__board *board, answer *given)
{
    (void)board;
    given->type = "text/css; charset=utf-8";
    projc__buffer_put_string(&given->body, projc__page_css);
}

static void page_js(projc__board *board, answer *given)
{
    (void)board;
    given->type = "text/javascript; charset=utf-8";
    projc__buffer_put_string(&given->body, projc__page_js);
}

static const struct path {
    const char *path;
    void (*give)(projc__board *board, answer *given);
} paths[] = {
    {"/", page_html},
    {"/page.css", page_css},
    {"/page.js", page_js},
    {"/healthz", health},
    {"/readyz", ready},
    {"/metrics", metrics},
    {"/status.json", status_json},
    {"/failed.json", failed_json},
    {"/live.json", live_json},
};

static const struct path *find_path(const char *wanted)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(paths[i].path, wanted) == 0)
            return &paths[i];
    return NULL;
}

/* ---- answering ---- */

static const struct {
    const char *name, *value;
} headers[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    /* One request a connection: what is slow ends with it. */
    {"Connection", "close"},
};

static enum MHD_Result send_answer(struct MHD_Connection *to, const answer *given)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(given->body.size, given->body.data, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_YES;

    if (response == NULL)
        return MHD_NO;
    for (size_t i = 0; i < sizeof headers / sizeof *headers && result == MHD_YES; i++)
        result = MHD_add_response_header(response, headers[i].name, headers[i].value);
    if (result == MHD_YES)
        result = MHD_add_response_header(response, "Content-Type", given->type);
    if (result == MHD_YES && given->code == MHD_HTTP_METHOD_NOT_ALLOWED)
        result = MHD_add_response_header(response, "Allow", "GET, HEAD");
    if (result == MHD_YES)
        result = MHD_queue_response(to, given->code, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *from, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    projc__http *http = user;
    const struct path *path = find_path(url);
    bool is_read = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    answer given = {.code = MHD_HTTP_OK, .type = plain};
    enum MHD_Result result;

    (void)version;
    (void)upload;
    (void)upload_size;
    (void)context;
    projc__buffer_init(&given.body);
    if (!is_read) {
        given.code = MHD_HTTP_METHOD_NOT_ALLOWED;
        projc__buffer_put_string(&given.body, "only GET and HEAD\n");
    } else if (path == NULL) {
        given.code = MHD_HTTP_NOT_FOUND;
        projc__buffer_put_string(&given.body, "there is nothing here\n");
    } else {
        path->give(http->board, &given);
    }
    if (given.body.is_failed)
        given.code = MHD_HTTP_INTERNAL_SERVER_ERROR;
    result = send_answer(from, &given);
    projc__buffer_clear(&given.body);
    return result;
}

/* ---- connections and their time ---- */

static void on_connection(void *user, struct MHD_Connection *about, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    projc__http *http = user;
    const union MHD_ConnectionInfo *info;
    connection *place = *context;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (place != NULL)
            place->socket = -1;
        return;
    }
    info = MHD_get_connection_info(about, MHD_CONNECTION_INFO_CONNECTION_FD);
    for (size_t i = 0; info != NULL && i < sizeof http->connections / sizeof *http->connections;
         i++) {
        place = &http->connections[i];
        if (place->socket < 0) {
            *place = (connection){info->connect_fd, projc__clock_monotonic(&projc__real_clock)};
            *context = place;
            return;
        }
    }
}

static void end_overdue(projc__http *http)
{
    int64_t now = projc__clock_monotonic(&projc__real_clock);

    for (size_t i = 0; i < sizeof http->connections / sizeof *http->connections; i++) {
        connection *one = &http->connections[i];

        if (one->socket >= 0 && now - one->accepted_at > LIFE_US)
            (void)shutdown(one->socket, SHUT_RDWR); /* libmicrohttpd sees its end, and closes it */
    }
}

static void *serve(void *argument)
{
    projc__http *http = argument;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd waits[] = {{.fd = http->stop_pipe[0], .events = POLLIN},
                             {.fd = info == NULL ? -1 : info->epoll_fd, .events = POLLIN}};

    while (waits[0].revents == 0) {
        MHD_UNSIGNED_LONG_LONG due_ms = 0;
        bool is_due = MHD_get_timeout(http->daemon, &due_ms) == MHD_YES && due_ms < WAIT_MS;

        (void)poll(waits, 2, is_due ? (int)due_ms : WAIT_MS);
        (void)MHD_run(http->daemon);
        end_overdue(http);
    }
    return NULL;
}

/* ---- starting and stopping ---- */

static projc_status start(projc__http *http, projc_error *error)
{
    int result;

    if (pipe(http->stop_pipe) != 0) {
        http->stop_pipe[0] = http->stop_pipe[1] = -1;
        return projc_error_set(error, PROJC_IO, "cannot make a pipe for HTTP");
    }
    for (int i = 0; i < 2; i++)
        (void)fcntl(http->stop_pipe[i], F_SETFD, FD_CLOEXEC);
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, on_request, http, MHD_OPTION_LISTEN_SOCKET, http->listener,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HEAD_BYTES, MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_END);
    if (http->daemon == NULL)
        return projc_error_set(error, PROJC_IO, "cannot start the HTTP server");
    http->listener = -1; /* the daemon closes it */
    result = projc__start_thread(&http->thread, serve, http);
    http->has_thread = result == 0;
    if (result != 0)
        return projc_error_set(error, PROJC_NO_MEMORY, "cannot start a thread: %s",
                               strerror(result));
    return PROJC_OK;
}

projc_status projc__http_start(const char *address, projc__board *board, projc_log *log,
                               projc__http **out, projc_error *error)
{
    projc__http *http = calloc(1, sizeof *http);
    projc__address parsed;
    char url[PROJC__URL_MAX];
    projc_status status;

    *out = NULL;
    if (http == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the HTTP server");
    http->board = board;
    http->log = log;
    http->listener = http->stop_pipe[0] = http->stop_pipe[1] = -1;
    for (size_t i = 0; i < sizeof http->connections / sizeof *http->connections; i++)
        http->connections[i].socket = -1;
    status = projc__address_parse(address, &parsed, error);
    if (status == PROJC_OK)
        status = projc__address_listen(&parsed, &http->listener, url, error);
    if (status == PROJC_OK)
        status = start(http, error);
    if (status != PROJC_OK) {
        projc__http_stop(http);
        return status;
    }
    projc__log(log, PROJC_LOG_INFO, "serving HTTP", projc__log_name("url", url));
    *out = http;
    return PROJC_OK;
}

void projc__http_stop(projc__http *http)
{
    if (http == NULL)
        return;
    if (http->has_thread) {
        while (write(http->stop_pipe[1], "", 1) < 0)
            continue; /* interrupted */
        (void)pthread_join(http->thread, NULL);
    }
    if (http->daemon != NULL)
        MHD_stop_daemon(http->daemon);
    if (http->listener >= 0)
        (void)close(http->listener);
    for (int i = 0; i < 2; i++)
        if (http->stop_pipe[i] >= 0)
            (void)close(http->stop_pipe[i]);
    free(http);
}
