/* Empty databases for tests: SQLite files in a temporary folder, or schemas of one PostgreSQL. */
#include "service/test_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

projc_status projc__test_store_open(projc__test_store *self, const char *database,
                                    projc_error *error)
{
    const char *base = getenv("TMPDIR");

    *self = (projc__test_store){.database = database};
    snprintf(self->name, sizeof self->name, "projc_test_%ld", (long)getpid());
    if (database != NULL)
        return PROJC_OK;
    if (base == NULL || *base == '\0' || strlen(base) > 32)
        base = "/tmp";
    snprintf(self->folder, sizeof self->folder, "%s/projc-test-XXXXXX", base);
    if (mkdtemp(self->folder) == NULL) {
        self->folder[0] = '\0';
        return projc_error_set(error, PROJC_IO, "cannot make a folder in %s: %s", base,
                               strerror(errno));
    }
    return PROJC_OK;
}

static projc_status run_statement(projc__test_store *self, const char *format, projc_error *error)
{
    projc_store_options options = {.database = self->database, .application_name = "projc test"};
    projc_store *store;
    char statement[128];
    const char *const pieces[] = {statement};
    projc_status status = projc_store_open(&options, &store, error);

    if (status != PROJC_OK)
        return status;
    snprintf(statement, sizeof statement, format, self->name);
    status = projc__store_run_script(store, pieces, 1, error);
    projc_store_close(store);
    return status;
}

/* The same address with a search path of the schema alone. */
static void put_postgres_address(projc__test_store *self, projc__buffer *address)
{
    bool is_url = strstr(self->database, "://") != NULL;

    if (is_url)
        projc__buffer_format(address, "%s%coptions=-csearch_path%%3D%s", self->database,
                             strchr(self->database, '?') == NULL ? '?' : '&', self->name);
    else
        projc__buffer_format(address, "%s options='-csearch_path=%s'", self->database, self->name);
}

projc_status projc__test_store_make(projc__test_store *self, projc__buffer *address,
                                    projc_error *error)
{
    projc_status status = PROJC_OK;

    projc__buffer_reset(address);
    if (self->database == NULL) {
        projc__buffer_format(address, "sqlite:%s/test.db", self->folder);
    } else {
        status = run_statement(self, "CREATE SCHEMA %s", error);
        put_postgres_address(self, address);
    }
    return status == PROJC_OK ? projc__buffer_status(address, error) : status;
}

projc_status projc__test_store_drop(projc__test_store *self, projc_error *error)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    char path[96];

    if (self->database != NULL)
        return run_statement(self, "DROP SCHEMA IF EXISTS %s CASCADE", error);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(path, sizeof path, "%s/test.db%s", self->folder, endings[i]);
        if (unlink(path) != 0 && errno != ENOENT)
            return projc_error_set(error, PROJC_IO, "cannot remove %s: %s", path, strerror(errno));
    }
    return PROJC_OK;
}

void projc__test_store_close(projc__test_store *self)
{
    if (self->folder[0] != '\0')
        (void)rmdir(self->folder); /* what is left in it was reported by drop */
    self->folder[0] = '\0';
}
