/* A SQLite file that is put back to what it was, and compared with what it should be. */
#ifndef TESTS_OOM_DATABASE_H
#define TESTS_OOM_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DATABASE_PATH_BYTES = 256 };

typedef struct database_file {
    char path[DATABASE_PATH_BYTES];
    char url[DATABASE_PATH_BYTES + 8];
    char *kept; /* its bytes */
    size_t kept_size;
} database_file;

/* Of these, none may be open by anybody but the caller's digest. */
void database_name(database_file *self, const char *folder);
void database_remove(const database_file *self);
/* Remembers what is in the file now. */
bool database_keep(database_file *self);
/* Makes it that again. */
bool database_restore(const database_file *self);
void database_forget(database_file *self);
/* Of every row of every table, but for when it was written and how often somebody had to look
 * again; by a connection of its own that nothing can happen to. 0: it could not be read. */
uint64_t database_digest(const database_file *self);

#endif
