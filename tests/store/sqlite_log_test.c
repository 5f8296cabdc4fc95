/* SQLite's write-ahead log beside readers that never all pause. */
#include "suite.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

enum { MIB = 1048576, WRITTEN_MIB = 96, LOG_MIB_MAX = 48 };

static atomic_bool is_over;

static void begin_reading(sqlite3 *reader)
{
    CU_ASSERT_EQUAL(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM filler", NULL, NULL, NULL),
                    SQLITE_OK);
}

/* Two readers in turn: one begins before the other ends, so that one is always reading. */
static void *read_without_pause(void *path)
{
    sqlite3 *readers[2] = {NULL, NULL};

    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &readers[i]), SQLITE_OK);
        (void)sqlite3_busy_timeout(readers[i], 10000);
    }
    begin_reading(readers[0]);
    for (int i = 0; !is_over; i = 1 - i) {
        begin_reading(readers[1 - i]);
        CU_ASSERT_EQUAL(sqlite3_exec(readers[i], "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    }
    for (int i = 0; i < 2; i++)
        (void)sqlite3_close(readers[i]);
    return NULL;
}

void log_is_bounded_beside_busy_readers(void)
{
    const char *make = "CREATE TABLE filler (x BLOB) STRICT";
    const char *fill = "INSERT INTO filler VALUES (zeroblob(1048576))";
    char path[512];
    char log[520];
    struct stat found;
    pthread_t thread;

    snprintf(path, sizeof path, "%s/test.db", fixture->folder);
    snprintf(log, sizeof log, "%s-wal", path);
    OK(projc__store_run_script(fixture->store, &make, 1, ERROR));
    is_over = false;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, read_without_pause, path), 0);
    for (int i = 0; i < WRITTEN_MIB; i++)
        OK(projc__store_run_script(fixture->store, &fill, 1, ERROR));
    is_over = true;
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL_FATAL(stat(log, &found), 0);
    CU_ASSERT(found.st_size < (off_t)LOG_MIB_MAX * MIB);
    if (found.st_size >= (off_t)LOG_MIB_MAX * MIB)
        printf("the log has %lld MiB\n", (long long)found.st_size / MIB);
}
