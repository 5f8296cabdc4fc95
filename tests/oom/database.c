/* A SQLite file that is put back to what it was, and compared with what it should be. */
#include "database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "faults.h"

void database_name(database_file *self, const char *folder)
{
    *self = (database_file){.kept = NULL};
    snprintf(self->path, sizeof self->path, "%s/test.db", folder);
    snprintf(self->url, sizeof self->url, "sqlite:%s", self->path);
}

void database_forget(database_file *self)
{
    free(self->kept);
    self->kept = NULL;
}

bool database_keep(database_file *self)
{
    FILE *file = fopen(self->path, "rb");
    long size = -1;

    database_forget(self);
    if (file != NULL && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size > 0)
        self->kept = malloc((size_t)size);
    if (self->kept != NULL) {
        self->kept_size = (size_t)size;
        rewind(file);
        size = (long)fread(self->kept, 1, self->kept_size, file);
    }
    if (file != NULL)
        fclose(file);
    return self->kept != NULL && size == (long)self->kept_size;
}

static void remove_beside(const database_file *self, const char *end)
{
    char name[DATABASE_PATH_BYTES + 8];

    snprintf(name, sizeof name, "%s%s", self->path, end);
    unlink(name);
}

void database_remove(const database_file *self)
{
    remove_beside(self, "");
    remove_beside(self, "-wal");
    remove_beside(self, "-shm");
}

bool database_restore(const database_file *self)
{
    FILE *file;
    bool is_written;

    database_remove(self);
    file = fopen(self->path, "wb");
    is_written = file != NULL && fwrite(self->kept, 1, self->kept_size, file) == self->kept_size;
    return file != NULL && fclose(file) == 0 && is_written;
}

static bool is_compared(const char *column)
{
    return strcmp(column, "updated_at") != 0 && strcmp(column, "epoch") != 0 &&
           strcmp(column, "seen_at") != 0 && strcmp(column, "expires_at") != 0;
}

static XXH64_hash_t digest_row(sqlite3_stmt *row)
{
    XXH64_hash_t sum = 0;

    for (int i = 0; i < sqlite3_column_count(row); i++) {
        int type = sqlite3_column_type(row, i);
        const void *data = sqlite3_column_blob(row, i);

        if (!is_compared(sqlite3_column_name(row, i)))
            continue;
        sum = XXH3_64bits_withSeed(&type, sizeof type, sum);
        sum = XXH3_64bits_withSeed(data == NULL ? "" : data, (size_t)sqlite3_column_bytes(row, i),
                                   sum);
    }
    return sum;
}

/* A sum over the rows, whatever order they stand in. */
static bool digest_table(sqlite3 *connection, const char *table, XXH64_hash_t *sum)
{
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
    sqlite3_stmt *rows = NULL;
    bool is_done = sqlite3_prepare_v2(connection, sql, -1, &rows, NULL) == SQLITE_OK;
    XXH64_hash_t all = 0;
    int code = SQLITE_ERROR;

    while (is_done && (code = sqlite3_step(rows)) == SQLITE_ROW)
        all += digest_row(rows);
    *sum = XXH3_64bits_withSeed(table, strlen(table), *sum);
    *sum = XXH3_64bits_withSeed(&all, sizeof all, *sum);
    sqlite3_finalize(rows);
    sqlite3_free(sql);
    return is_done && code == SQLITE_DONE;
}

uint64_t database_digest(const database_file *self)
{
    sqlite3 *connection = NULL;
    sqlite3_stmt *tables = NULL;
    XXH64_hash_t sum = 1;
    bool is_done =
        sqlite3_open_v2(self->path, &connection, SQLITE_OPEN_READWRITE, faults_real_files()) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(connection,
                           "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                           "'sqlite_%' ORDER BY name",
                           -1, &tables, NULL) == SQLITE_OK;

    while (is_done && sqlite3_step(tables) == SQLITE_ROW)
        is_done = digest_table(connection, (const char *)sqlite3_column_text(tables, 0), &sum);
    sqlite3_finalize(tables);
    sqlite3_close(connection);
    return is_done ? sum : 0;
}
