/* A folder of small files in memory. */
#include "folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_MAX_BYTES = 512 };

static bool read_file(const char *path, folder_file *file)
{
    FILE *stream = fopen(path, "rb");
    long size;

    if (stream == NULL || fseek(stream, 0, SEEK_END) != 0 || (size = ftell(stream)) < 0) {
        perror(path);
        return false;
    }
    rewind(stream);
    file->size = (size_t)size;
    file->data = malloc(file->size + 1);
    if (file->data == NULL || fread(file->data, 1, file->size, stream) != file->size) {
        perror(path);
        return false;
    }
    fclose(stream);
    return true;
}

bool folder_read(folder *self, const char *path)
{
    DIR *entries = opendir(path);
    struct dirent *entry;
    char whole[PATH_MAX_BYTES];
    bool is_done = entries != NULL;

    self->count = 0;
    while (is_done && (entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (self->count == FOLDER_FILES_MAX || strlen(entry->d_name) >= FOLDER_NAME_MAX) {
            fprintf(stderr, "%s: too much in it\n", path);
            is_done = false;
            break;
        }
        folder_file *file = &self->files[self->count];
        memcpy(file->name, entry->d_name, strlen(entry->d_name) + 1);
        snprintf(whole, sizeof whole, "%s/%s", path, entry->d_name);
        is_done = read_file(whole, file);
        self->count += is_done;
    }
    if (entries != NULL)
        closedir(entries);
    return is_done;
}

void folder_free(folder *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->files[i].data);
    self->count = 0;
}

static bool write_file(const char *path, const folder_file *file)
{
    FILE *stream = fopen(path, "wb");
    bool is_written = stream != NULL && fwrite(file->data, 1, file->size, stream) == file->size;

    if (stream != NULL)
        is_written = fclose(stream) == 0 && is_written;
    if (!is_written)
        perror(path);
    return is_written;
}

static void empty(const char *path)
{
    DIR *entries = opendir(path);
    struct dirent *entry;
    char whole[PATH_MAX_BYTES];

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        snprintf(whole, sizeof whole, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(whole);
    }
    if (entries != NULL)
        closedir(entries);
}

bool folder_restore(const folder *self, const char *path)
{
    char whole[PATH_MAX_BYTES];

    empty(path);
    for (size_t i = 0; i < self->count; i++) {
        snprintf(whole, sizeof whole, "%s/%s", path, self->files[i].name);
        if (!write_file(whole, &self->files[i]))
            return false;
    }
    return true;
}

const folder_file *folder_find(const folder *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->files[i].name, name) == 0)
            return &self->files[i];
    return NULL;
}

static bool is_in(const folder *self, const folder_file *file)
{
    const folder_file *found = folder_find(self, file->name);

    return found != NULL && found->size == file->size &&
           memcmp(found->data, file->data, file->size) == 0;
}

bool folder_is_same(const folder *one, const folder *other)
{
    for (size_t i = 0; i < one->count; i++)
        if (!is_in(other, &one->files[i]))
            return false;
    return one->count == other->count;
}

const char *folder_odd_one(const folder *now, const folder *before, const folder *after)
{
    for (size_t i = 0; i < now->count; i++)
        if (!is_in(before, &now->files[i]) && !is_in(after, &now->files[i]))
            return now->files[i].name;
    for (size_t i = 0; i < before->count; i++)
        if (folder_find(now, before->files[i].name) == NULL)
            return before->files[i].name;
    return NULL;
}
