/* What may stand behind --database, and keeping passwords out of what is printed. */
#include <stdlib.h>
#include <string.h>

#include "store/postgres/connection.h"

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A list of key=value pairs begins with a keyword of libpq's. */
static bool is_pair_list(const char *text)
{
    size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    if (size == 0)
        return false;
    size_t at = size + strspn(text + size, " \t");
    return text[at] == '=';
}

const char *projc__postgres_conninfo(const char *database)
{
    if (database == NULL)
        return NULL;
    if (starts_with(database, "postgres://") || starts_with(database, "postgresql://"))
        return database;
    if (starts_with(database, "postgres:"))
        return database + strlen("postgres:");
    return is_pair_list(database) ? database : NULL;
}

projc_status projc__postgres_check_conninfo(const char *conninfo, projc_error *error)
{
    char *message = NULL;

    if (conninfo[0] == '\0')
        return PROJC_OK;
    PQconninfoOption *options = PQconninfoParse(conninfo, &message);
    /* A bare name would be taken for a database's name; it is more often a slip. */
    bool is_good =
        options != NULL && (strchr(conninfo, '=') != NULL || strstr(conninfo, "://") != NULL);
    PQconninfoFree(options);
    PQfreemem(message);
    if (is_good)
        return PROJC_OK;
    return projc_error_set(error, PROJC_INVALID,
                           "the database's address cannot be read; write "
                           "postgresql://USER@HOST:PORT/NAME (special characters as %%XX), "
                           "\"host=… dbname=…\", or postgres: for libpq's environment variables");
}

void projc__postgres_mask(char *text, const char *secret)
{
    if (text == NULL || secret == NULL || secret[0] == '\0')
        return;
    size_t size = strlen(secret);
    for (char *at = strstr(text, secret); at != NULL; at = strstr(at + size, secret))
        memset(at, '*', size);
}
