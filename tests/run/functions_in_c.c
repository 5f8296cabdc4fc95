/* functions_in_c.c -- what functions_in_c.proj leaves to C. */
#include "functions_in_c_proj.h"

#include <string.h>

int functions_in_c_tax(projc_handler *handler, projc_text country, int64_t *result)
{
    if (country.size == 0) {
        projc_handler_set_error(handler, "no country");
        return 1;
    }
    *result = 1900;
    return projc_text_compare(country, projc_text_of("DE", 2)) == 0 ? 0 : 7;
}

int functions_in_c_greeting(projc_handler *handler, projc_optional_text name, int8_t times,
                            projc_text *result)
{
    projc_text_builder builder;

    projc_build_begin(handler, &builder);
    for (int8_t i = 0; i < times; i++) {
        if (i > 0)
            projc_build_literal(&builder, " ", 1);
        projc_build_text(&builder, name.has ? name.value : projc_text_of("", 0));
    }
    return projc_build_end(handler, &builder, result) == PROJC_OK ? 0 : 1;
}

int functions_in_c_busiest(projc_handler *handler, functions_in_c_line_list lines,
                           functions_in_c_optional_line *result)
{
    (void)handler;
    for (uint32_t i = 0; i < lines.count; i++) {
        if (result->has && result->value.count >= lines.items[i].count)
            continue;
        result->has = true;
        result->value = lines.items[i];
    }
    return 0;
}

int functions_in_c_audit_on_any(projc_handler *handler, functions_in_c_audit_state *state)
{
    projc_text_builder builder;

    state->seen++;
    projc_build_begin(handler, &builder);
    projc_build_text(&builder, state->names);
    projc_build_text(&builder, handler->event->name);
    projc_build_literal(&builder, " ", 1);
    return projc_build_end(handler, &builder, &state->names) == PROJC_OK ? 0 : -1;
}
