/* Settings that change while a service runs. */
#include <stdlib.h>
#include <string.h>

#include "service/password.h"
#include "service/settings.h"

static bool can_change(projc__setting setting)
{
    return setting == PROJC__LOG || setting == PROJC__LOG_LEVEL ||
           setting == PROJC__POLL_INTERVAL || setting == PROJC__SHUTDOWN_TIMEOUT;
}

/* The text of the fresh settings goes with their file: a copy stays. */
static projc_status take(projc__settings *settings, const projc__settings *fresh,
                         projc__setting setting, projc_error *error)
{
    char *copy = strdup(fresh->texts[setting]);

    if (copy == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the settings");
    free(settings->reloaded[setting]);
    settings->reloaded[setting] = copy;
    settings->texts[setting] = copy;
    settings->numbers[setting] = fresh->numbers[setting];
    settings->origins[setting] = fresh->origins[setting];
    return PROJC_OK;
}

projc_status projc__settings_reload(projc__settings *settings, const char *file,
                                    projc__settings_change *changes, size_t *count,
                                    projc_error *error)
{
    projc__settings fresh;
    projc_status status;

    *count = 0;
    projc__settings_init(&fresh, "");
    fresh.texts[PROJC__DATABASE_URL] = settings->database_buffer;
    for (int i = 0; i < PROJC__SETTING_COUNT_; i++)
        if (settings->origins[i] != NULL && strcmp(settings->origins[i], "flag") == 0)
            projc__settings_flag(&fresh, (projc__setting)i, settings->texts[i]);
    status = projc__settings_load(&fresh, file, error);
    for (int i = 0; i < PROJC__SETTING_COUNT_ && status == PROJC_OK; i++) {
        projc__setting setting = (projc__setting)i;

        if (strcmp(fresh.texts[i], settings->texts[i]) == 0)
            continue;
        changes[*count] = (projc__settings_change){setting, can_change(setting)};
        if (can_change(setting))
            status = take(settings, &fresh, setting, error);
        *count += status == PROJC_OK;
    }
    projc__settings_clear(&fresh);
    return status;
}

projc_status projc__settings_hide_database(projc__settings *settings, projc_error *error)
{
    const char *text = settings->texts[PROJC__DATABASE_URL];

    if (settings->origins[PROJC__DATABASE_URL] == NULL ||
        strcmp(settings->origins[PROJC__DATABASE_URL], "flag") != 0 ||
        settings->database_copy != NULL)
        return PROJC_OK;
    settings->database_copy = strdup(text);
    if (settings->database_copy == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the settings");
    settings->texts[PROJC__DATABASE_URL] = settings->database_copy;
    projc__mask_in_place((char *)(uintptr_t)text); /* an argument of main: it may be written to */
    return PROJC_OK;
}
