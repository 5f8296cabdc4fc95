/* A folder of small files in memory, to compare what a command left with what may be there. */
#ifndef TESTS_OOM_FOLDER_H
#define TESTS_OOM_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

enum { FOLDER_FILES_MAX = 24, FOLDER_NAME_MAX = 128 };

typedef struct folder_file {
    char name[FOLDER_NAME_MAX];
    char *data;
    size_t size;
} folder_file;

typedef struct folder {
    folder_file files[FOLDER_FILES_MAX];
    size_t count;
} folder;

/* Reads every file of the folder; false after saying why. */
bool folder_read(folder *self, const char *path);
void folder_free(folder *self);
/* Makes the folder at `path` hold these files and no others. */
bool folder_restore(const folder *self, const char *path);
const folder_file *folder_find(const folder *self, const char *name);
bool folder_is_same(const folder *one, const folder *other);
/* A file that is neither as in `before` nor as in `after`, or gone though in both; NULL: there is
 * none. */
const char *folder_odd_one(const folder *now, const folder *before, const folder *after);

#endif
