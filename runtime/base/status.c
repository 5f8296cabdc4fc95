/* Statuses: names, texts, classes, and the filling of error records. */
#include "projc/status.h"

#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *text;
    projc_status_class status_class;
} statuses[] = {
#define ROW(name, class_, text) {#name, text, PROJC_CLASS_##class_},
    PROJC_STATUS_LIST(ROW)
#undef ROW
};

static bool is_known(projc_status status)
{
    return (unsigned)status < PROJC_STATUS_COUNT;
}

const char *projc_status_text(projc_status status)
{
    return is_known(status) ? statuses[status].text : "unknown status";
}

const char *projc_status_name(projc_status status)
{
    return is_known(status) ? statuses[status].name : "UNKNOWN";
}

projc_status_class projc_status_class_of(projc_status status)
{
    return is_known(status) ? statuses[status].status_class : PROJC_CLASS_STOP;
}

projc_status projc_error_set(projc_error *error, projc_status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    status = projc__error_set_list(error, status, format, arguments);
    va_end(arguments);
    return status;
}

projc_status projc__error_set_list(projc_error *error, projc_status status, const char *format,
                                   va_list arguments)
{
    char message[PROJC_MESSAGE_MAX];

    if (error == NULL)
        return status;
    /* An argument may be the old message: it is built aside. */
    if (vsnprintf(message, sizeof message, format, arguments) < 0)
        message[0] = '\0';
    projc__text_clean_line(message);
    error->status = status;
    error->sqlstate[0] = '\0';
    error->file = NULL;
    memcpy(error->message, message, strlen(message) + 1);
    return status;
}

/* Appends what fits. */
static void append(char *message, size_t capacity, const char *more)
{
    size_t size = strlen(message);
    size_t more_size = strlen(more);

    if (more_size > capacity - size - 1)
        more_size = capacity - size - 1;
    memcpy(message + size, more, more_size);
    message[size + more_size] = '\0';
}

projc_status projc_error_context(projc_error *error, const char *format, ...)
{
    char message[PROJC_MESSAGE_MAX];
    va_list arguments;
    int length;

    assert(error != NULL);
    va_start(arguments, format);
    length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length < 0)
        return error->status;
    append(message, sizeof message, ": ");
    append(message, sizeof message, error->message);
    projc__text_clean_line(message);
    memcpy(error->message, message, strlen(message) + 1);
    return error->status;
}

void projc_error_clear(projc_error *error)
{
    if (error == NULL)
        return;
    error->status = PROJC_OK;
    error->sqlstate[0] = '\0';
    error->message[0] = '\0';
}
