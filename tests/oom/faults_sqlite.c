/* SQLite's memory and file system, failing on command. */
#include "faults.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

static sqlite3_mem_methods real_memory;

static void *memory_malloc(int size)
{
    return fault_now(FAULT_MEMORY) ? NULL : real_memory.xMalloc(size);
}

static void *memory_realloc(void *old, int size)
{
    return fault_now(FAULT_MEMORY) ? NULL : real_memory.xRealloc(old, size);
}

/* ---- files: each is the real one behind ours ---- */

typedef struct shim_file {
    sqlite3_file base;
    sqlite3_file *real; /* right behind this struct */
} shim_file;

static sqlite3_vfs *real_files;
static sqlite3_vfs shim_files;
static long failed_writes;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((shim_file *)file)->real;
}

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *data, int size, sqlite3_int64 at)
{
    return fault_now(FAULT_DATABASE)
               ? SQLITE_IOERR_READ
               : real_of(file)->pMethods->xRead(real_of(file), data, size, at);
}

/* Of two failing writes one leaves its first half. */
static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
    const sqlite3_io_methods *real = real_of(file)->pMethods;

    if (!fault_now(FAULT_DATABASE))
        return real->xWrite(real_of(file), data, size, at);
    if (failed_writes++ % 2 == 0)
        return SQLITE_IOERR_WRITE;
    (void)real->xWrite(real_of(file), data, size / 2, at);
    return SQLITE_FULL;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return fault_now(FAULT_DATABASE) ? SQLITE_IOERR_TRUNCATE
                                     : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

/* Processes end here, never the machine: nothing is really synchronised, which is quicker. */
static int file_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return fault_now(FAULT_DATABASE) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return fault_now(FAULT_DATABASE) ? SQLITE_IOERR_FSTAT
                                     : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return fault_now(FAULT_DATABASE) ? SQLITE_IOERR_LOCK
                                     : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check(sqlite3_file *file, int *answer)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), answer);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int file_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_map(sqlite3_file *file, int page, int size, int extend, void volatile **at)
{
    return fault_now(FAULT_DATABASE)
               ? SQLITE_IOERR_SHMMAP
               : real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, at);
}

static int file_map_lock(sqlite3_file *file, int offset, int count, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) != 0 && fault_now(FAULT_DATABASE))
        return SQLITE_IOERR_SHMLOCK;
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_unmap(sqlite3_file *file, int deletes)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), deletes);
}

/* Version 2: with the shared memory of the write-ahead log, without mapped pages. */
static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = file_close,
                                           .xRead = file_read,
                                           .xWrite = file_write,
                                           .xTruncate = file_truncate,
                                           .xSync = file_sync,
                                           .xFileSize = file_size,
                                           .xLock = file_lock,
                                           .xUnlock = file_unlock,
                                           .xCheckReservedLock = file_check,
                                           .xFileControl = file_control,
                                           .xSectorSize = file_sector,
                                           .xDeviceCharacteristics = file_device,
                                           .xShmMap = file_map,
                                           .xShmLock = file_map_lock,
                                           .xShmBarrier = file_barrier,
                                           .xShmUnmap = file_unmap};

static int files_open(sqlite3_vfs *files, const char *path, sqlite3_file *file, int flags,
                      int *got_flags)
{
    shim_file *shim = (shim_file *)file;
    int code;

    (void)files;
    *shim = (shim_file){.real = (sqlite3_file *)(shim + 1)};
    if (fault_now(FAULT_DATABASE))
        return SQLITE_CANTOPEN;
    memset(shim->real, 0, (size_t)real_files->szOsFile);
    code = real_files->xOpen(real_files, path, shim->real, flags, got_flags);
    if (shim->real->pMethods != NULL)
        shim->base.pMethods = &methods;
    return code;
}

static int files_delete(sqlite3_vfs *files, const char *path, int syncs)
{
    (void)files;
    return fault_now(FAULT_DATABASE) ? SQLITE_IOERR_DELETE
                                     : real_files->xDelete(real_files, path, syncs);
}

static int files_access(sqlite3_vfs *files, const char *path, int flags, int *answer)
{
    (void)files;
    return fault_now(FAULT_DATABASE) ? SQLITE_IOERR_ACCESS
                                     : real_files->xAccess(real_files, path, flags, answer);
}

const char *faults_real_files(void)
{
    return real_files->zName;
}

bool faults_begin_sqlite(void)
{
    sqlite3_mem_methods memory;

    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK)
        return false;
    memory = real_memory;
    memory.xMalloc = memory_malloc;
    memory.xRealloc = memory_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK ||
        sqlite3_initialize() != SQLITE_OK)
        return false;
    real_files = sqlite3_vfs_find(NULL);
    if (real_files == NULL)
        return false;
    shim_files = *real_files;
    shim_files.zName = "failing";
    shim_files.szOsFile = (int)sizeof(shim_file) + real_files->szOsFile;
    shim_files.xOpen = files_open;
    shim_files.xDelete = files_delete;
    shim_files.xAccess = files_access;
    return sqlite3_vfs_register(&shim_files, 1) == SQLITE_OK;
}
