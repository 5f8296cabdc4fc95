/* Lines of the log: built on the stack, written at once. */
#include "base/log.h"

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, BYTES_SHOWN = 48 };

static const char *const level_names[] = {"error", "warn", "info", "debug"};

/* ---- settings ---- */

void projc__log_init(projc_log *log, projc_log_level level, projc__log_format format, int file,
                     const projc__clock *clock)
{
    *log = (projc_log){.level = level, .format = format, .clock = clock, .file = file};
    pthread_mutex_init(&log->lock, NULL);
}

void projc__log_init_callbacks(projc_log *log, projc_log_level level,
                               const projc_log_callbacks *callbacks)
{
    projc__log_init(log, level, PROJC__LOGFMT, -1, NULL);
    log->callbacks = *callbacks;
}

void projc__log_clear(projc_log *log)
{
    pthread_mutex_destroy(&log->lock);
}

bool projc__log_parse_level(const char *name, projc_log_level *level)
{
    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++)
        if (strcmp(name, level_names[i]) == 0) {
            *level = (projc_log_level)i;
            return true;
        }
    return false;
}

bool projc__log_parse_format(const char *name, projc__log_format *format)
{
    if (strcmp(name, "logfmt") == 0)
        *format = PROJC__LOGFMT;
    else if (strcmp(name, "json") == 0)
        *format = PROJC__LOG_JSON;
    else
        return false;
    return true;
}

void projc__log_set_level(projc_log *log, projc_log_level level)
{
    __atomic_store_n(&log->level, level, __ATOMIC_RELAXED);
}

void projc__log_set_format(projc_log *log, projc__log_format format)
{
    __atomic_store_n(&log->format, format, __ATOMIC_RELAXED);
}

const char *projc__log_level_name(projc_log_level level)
{
    return level_names[level];
}

/* ---- building a line ---- */

typedef struct line {
    char data[LINE_MAX_BYTES];
    size_t size;
    size_t room; /* for content; what is behind it is kept for closing the line */
} line;

static void put_char(line *to, char c)
{
    if (to->size < to->room)
        to->data[to->size++] = c;
}

static void put(line *to, const char *data, size_t size)
{
    if (size > to->room - to->size)
        size = to->room - to->size;
    if (size != 0)
        memcpy(to->data + to->size, data, size);
    to->size += size;
}

static void put_string(line *to, const char *text)
{
    put(to, text, strlen(text));
}

/* A quoted text, the same in logfmt and JSON. One that might fill the line is cut, at a character.
 */
static void put_quoted(line *to, projc_text text)
{
    static const char digits[] = "0123456789abcdef";
    size_t room = to->room - to->size;
    size_t longest = room < 8 ? 0 : (room - 8) / 6; /* every byte as \u001f, quotes and dots */
    size_t size = text.size;
    bool is_cut = size > longest;

    if (is_cut)
        for (size = longest; size != 0 && (text.data[size] & 0xC0) == 0x80; size--)
            continue;
    put_char(to, '"');
    for (size_t i = 0; i < size;) {
        size_t valid = projc__utf8_valid_size(text.data + i, size - i);

        for (size_t end = i + valid; i < end; i++) {
            char c = text.data[i];

            if (c == '"' || c == '\\') {
                put_char(to, '\\');
                put_char(to, c);
            } else if ((unsigned char)c < 0x20) {
                put(to, "\\u00", 4);
                put_char(to, digits[c >> 4 & 15]);
                put_char(to, digits[c & 15]);
            } else {
                put_char(to, c);
            }
        }
        if (i < size) {
            put_char(to, '?'); /* no UTF-8 */
            i++;
        }
    }
    put_string(to, is_cut ? "...\"" : "\"");
}

/* True when a text stands in logfmt without quotes. */
static bool is_plain(projc_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7F)
            return false;
    }
    return text.size != 0 && text.size < LINE_MAX_BYTES / 4;
}

static void put_text(line *to, projc__log_format format, projc_text text)
{
    if (format == PROJC__LOGFMT && is_plain(text))
        put(to, text.data, text.size);
    else
        put_quoted(to, text);
}

static void put_bytes(line *to, projc__log_format format, projc_bytes bytes)
{
    char text[BYTES_SHOWN / 3 * 4];
    size_t size = bytes.size < BYTES_SHOWN ? bytes.size : BYTES_SHOWN;

    projc__base64_encode(bytes.data, size, text);
    put_text(to, format, projc_text_of(text, projc__base64_encoded_size(size)));
}

static void put_value(line *to, projc__log_format format, const projc_value *value)
{
    char text[64];

    switch (value->kind) {
    case PROJC_KIND_NULL:
        put_string(to, "null");
        break;
    case PROJC_KIND_BOOL:
        put_string(to, value->as.boolean ? "true" : "false");
        break;
    case PROJC_KIND_INTEGER:
        put(to, text, projc__decimal_format(value->as.integer, 0, text));
        break;
    case PROJC_KIND_REAL: {
        size_t size = projc__f64_format(value->as.real, text);

        if (isfinite(value->as.real))
            put(to, text, size);
        else
            put_text(to, format, projc_text_of(text, size));
        break;
    }
    case PROJC_KIND_TEXT:
        put_text(to, format, value->as.text);
        break;
    case PROJC_KIND_BYTES:
        put_bytes(to, format, value->as.bytes);
        break;
    case PROJC_KIND_UUID:
        projc__uuid_format(value->as.uuid, text);
        put_text(to, format, projc__text(text));
        break;
    }
}

static void put_field(line *to, projc__log_format format, const projc_log_field *field)
{
    size_t begin = to->size;

    if (format == PROJC__LOG_JSON) {
        put_string(to, begin == 1 ? "\"" : ",\"");
        put_string(to, field->name);
        put_string(to, "\":");
    } else {
        put_string(to, begin == 0 ? "" : " ");
        put_string(to, field->name);
        put_char(to, '=');
    }
    put_value(to, format, &field->value);
    if (to->size == to->room)
        to->size = begin; /* half a field is no JSON: it is left out */
}

static void build(line *to, const projc_log *log, projc_log_level level, const char *message,
                  const projc_log_field *fields, size_t field_count)
{
    projc__log_format format = __atomic_load_n(&log->format, __ATOMIC_RELAXED);
    projc_log_field head;
    char time[PROJC__TIME_TEXT_MAX];

    to->size = 0;
    to->room = sizeof to->data - 2;
    if (format == PROJC__LOG_JSON)
        put_char(to, '{');
    if (log->clock != NULL) {
        projc__time_format(log->clock->now_us(log->clock->user), time);
        head = projc__log_name("time", time);
        put_field(to, format, &head);
    }
    head = projc__log_name("level", level_names[level]);
    put_field(to, format, &head);
    head = projc__log_name("msg", message);
    put_field(to, format, &head);
    for (size_t i = 0; i < field_count; i++)
        put_field(to, format, &fields[i]);
    if (format == PROJC__LOG_JSON)
        to->data[to->size++] = '}';
    to->data[to->size++] = '\n';
}

void projc__log_write(projc_log *log, projc_log_level level, const char *message,
                      const projc_log_field *fields, size_t field_count)
{
    line built;
    size_t written = 0;
    int saved_errno = errno;

    if (!projc__log_wants(log, level))
        return;
    if (log->callbacks.write != NULL) {
        log->callbacks.write(log->callbacks.user, level, message, fields, field_count);
        return;
    }
    build(&built, log, level, message, fields, field_count);
    pthread_mutex_lock(&log->lock);
    while (written < built.size) {
        ssize_t result = write(log->file, built.data + written, built.size - written);

        if (result > 0)
            written += (size_t)result;
        else if (errno != EINTR)
            break;
    }
    pthread_mutex_unlock(&log->lock);
    errno = saved_errno;
}
