/* The texts of data errors: which event, and where in the .proj. */
#include "engine/apply.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* "account" for Account; the outside name when the module declares no such aggregate. */
static void name_aggregate(const projc__projector *projector, const projc_event *event, char *text,
                           size_t size)
{
    const projc_module *module = projector->module;
    const char *name = NULL;

    for (uint32_t i = 0; i < module->aggregate_count; i++)
        if (projc_text_is(event->aggregate_type, module->aggregates[i].type,
                          strlen(module->aggregates[i].type)))
            name = module->aggregates[i].name;
    if (name == NULL) {
        snprintf(text, size, "%.*s",
                 event->aggregate_type.size > 64 ? 64 : (int)event->aggregate_type.size,
                 event->aggregate_type.size > 0 ? event->aggregate_type.data : "");
        return;
    }
    snprintf(text, size, "%s", name);
    text[0] = (char)tolower((unsigned char)text[0]);
}

static void describe_event(const projc__projector *projector, const projc_event *event, char *text,
                           size_t size)
{
    char aggregate[80];
    char uuid[PROJC__UUID_TEXT_SIZE + 1];
    const char *id = uuid;
    int id_size = PROJC__UUID_TEXT_SIZE;

    name_aggregate(projector, event, aggregate, sizeof aggregate);
    if (event->aggregate_id.kind == PROJC_KIND_UUID) {
        projc__uuid_format(event->aggregate_id.as.uuid, uuid);
    } else {
        projc_text text_id = event->aggregate_id.as.text;

        id = text_id.size > 0 ? text_id.data : "";
        id_size = text_id.size > 100 ? 100 : (int)text_id.size;
    }
    snprintf(text, size, " (%.*s no %lld, %s %.*s)",
             event->name.size > 100 ? 100 : (int)event->name.size,
             event->name.size > 0 ? event->name.data : "", (long long)event->no, aggregate, id_size,
             id);
    projc__text_clean_line(text);
}

void projc__describe_error(const projc__projector *projector, const projc_event *event,
                           const projc_error *data_error, projc_error *described)
{
    char suffix[400];
    size_t room;
    size_t size;

    describe_event(projector, event, suffix, sizeof suffix);
    *described = *data_error;
    room = sizeof described->message - 1 - strlen(suffix);
    size = strlen(described->message);
    if (size > room)
        size = projc__utf8_valid_size(described->message, room);
    memcpy(described->message + size, suffix, strlen(suffix) + 1);
}
