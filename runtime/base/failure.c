/* The errors of generated handlers: "FILE:LINE:COLUMN: STATEMENT: reason". */
#include "projc/handler.h"

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

/* printf's precision is an int, and no message is longer than this anyway. */
static int shown(size_t size)
{
    return size > PROJC_MESSAGE_MAX ? PROJC_MESSAGE_MAX : (int)size;
}

/* Where in the .proj: the message need not say it. */
static projc_status failed_at(projc_handler *handler, const char *file, uint32_t line,
                              uint32_t column)
{
    projc_error *error = handler->error;

    if (error != NULL) {
        error->file = file;
        error->line = line;
        error->column = column;
    }
    return PROJC_DATA;
}

projc_status projc_fail(projc_handler *handler, const char *file, uint32_t line, uint32_t column,
                        projc_text text)
{
    /* The text is the user's own, and is compared by `expect … fails`: nothing is put around it. */
    (void)projc_error_set(handler->error, PROJC_DATA, "%.*s", shown(text.size),
                          text.size == 0 ? "" : text.data);
    return failed_at(handler, file, line, column);
}

projc_status projc_fail_because(projc_handler *handler, const char *file, uint32_t line,
                                uint32_t column, const char *statement, const char *reason)
{
    (void)projc_error_set(handler->error, PROJC_DATA, "%s:%u:%u: %s: %s", file, line, column,
                          statement, reason);
    return failed_at(handler, file, line, column);
}

projc_status projc_fail_arithmetic(projc_handler *handler, const char *file, uint32_t line,
                                   uint32_t column, const char *statement, projc_operand left,
                                   char op, projc_operand right, const char *type)
{
    char left_text[PROJC__DECIMAL_TEXT_MAX];
    char right_text[PROJC__DECIMAL_TEXT_MAX];

    projc__decimal_format(left.value, left.scale, left_text);
    projc__decimal_format(right.value, right.scale, right_text);
    (void)projc_error_set(handler->error, PROJC_DATA,
                          right.value < 0 ? "%s:%u:%u: %s: %s %c (%s) does not fit %s"
                                          : "%s:%u:%u: %s: %s %c %s does not fit %s",
                          file, line, column, statement, left_text, op, right_text, type);
    return failed_at(handler, file, line, column);
}

projc_status projc_fail_range(projc_handler *handler, const char *file, uint32_t line,
                              uint32_t column, const char *statement, projc_operand value,
                              const char *type)
{
    char text[PROJC__DECIMAL_TEXT_MAX];

    projc__decimal_format(value.value, value.scale, text);
    (void)projc_error_set(handler->error, PROJC_DATA, "%s:%u:%u: %s: %s does not fit %s", file,
                          line, column, statement, text, type);
    return failed_at(handler, file, line, column);
}

projc_status projc_fail_division(projc_handler *handler, const char *file, uint32_t line,
                                 uint32_t column, const char *statement)
{
    return projc_fail_because(handler, file, line, column, statement, "division by zero");
}

projc_status projc_fail_not_finite(projc_handler *handler, const char *file, uint32_t line,
                                   uint32_t column, const char *statement)
{
    return projc_fail_because(handler, file, line, column, statement, "the result is not finite");
}

projc_status projc_fail_memory(projc_handler *handler)
{
    return projc__arena_error(handler->arena, handler->error);
}

projc_status projc_fail_steps(projc_handler *handler)
{
    return projc_error_set(handler->error, PROJC_LIMIT, "the event took more than %d steps",
                           PROJC_STEPS_MAX);
}

void projc_handler_set_error(projc_handler *handler, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    projc__error_set_list(handler->error, PROJC_DATA, format, arguments);
    va_end(arguments);
}

projc_status projc_from_extern(projc_handler *handler, const char *file, uint32_t line,
                               uint32_t column, const char *function, int result)
{
    projc_status status = result > 0 ? PROJC_DATA : PROJC_TRANSIENT;
    projc_error *error = handler->error;

    if (error == NULL)
        return result == 0 ? PROJC_OK : status;
    if (result == 0) { /* the text that it may have left is of no failure */
        error->message[0] = '\0';
        return PROJC_OK;
    }
    /* The function may have left a text; the error is clear when a handler is called. */
    if (error->status == PROJC_OK || error->message[0] == '\0')
        projc_error_set(error, status, "returned %d", result);
    (void)projc_error_context(error, "%s:%u:%u: %s", file, line, column, function);
    (void)failed_at(handler, file, line, column);
    return error->status = status;
}
