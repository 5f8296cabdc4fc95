/* SQLite's result codes: each has the status that the engine acts on, and a text that names what a
 * person can do. The situations themselves are in tests/store/sqlite_test.c. */
#include <string.h>

#include "store/sqlite/sqlite_store.h"
#include "tests/unit/suite.h"

typedef struct meaning {
    int code;
    projc_status status;
    projc_status_class status_class; /* what the engine goes by */
    const char *part;                /* of the message */
} meaning;

/* Every primary code, and every extended one that SQLite 3.40 documents, but for those of virtual
 * tables and of loaded extensions, which are not used here. */
static const meaning meanings[] = {
    /* Tried again on the same connection. */
    {SQLITE_BUSY, PROJC_TRANSIENT, PROJC_CLASS_INFRA,
     "shop.db is locked: somebody else has been writing for 250 ms"},
    {SQLITE_BUSY_RECOVERY, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "is locked"},
    {SQLITE_BUSY_SNAPSHOT, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "is locked"},
    {SQLITE_BUSY_TIMEOUT, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "is locked"},
    {SQLITE_LOCKED, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "is locked"},
    {SQLITE_LOCKED_SHAREDCACHE, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "is locked"},
    {SQLITE_PROTOCOL, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "is locked"},
    {SQLITE_FULL, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "free some space"},
    {SQLITE_INTERRUPT, PROJC_TRANSIENT, PROJC_CLASS_INFRA, "shop.db: "},
    {SQLITE_NOMEM, PROJC_NO_MEMORY, PROJC_CLASS_INFRA, "out of memory"},
    {SQLITE_IOERR_NOMEM, PROJC_NO_MEMORY, PROJC_CLASS_INFRA, "out of memory"},
    /* Tried again on a new one. */
    {SQLITE_IOERR, PROJC_CONNECTION, PROJC_CLASS_INFRA, "(code 10, errno 0): look at the disk"},
    {SQLITE_IOERR_READ, PROJC_CONNECTION, PROJC_CLASS_INFRA, "(code 266,"},
    {SQLITE_IOERR_SHORT_READ, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_WRITE, PROJC_CONNECTION, PROJC_CLASS_INFRA, "(code 778,"},
    {SQLITE_IOERR_FSYNC, PROJC_CONNECTION, PROJC_CLASS_INFRA, "(code 1034,"},
    {SQLITE_IOERR_DIR_FSYNC, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_TRUNCATE, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_FSTAT, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_UNLOCK, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_RDLOCK, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_DELETE, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_ACCESS, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_CHECKRESERVEDLOCK, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_LOCK, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_CLOSE, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_SHMOPEN, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_SHMSIZE, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_SHMLOCK, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_SHMMAP, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_SEEK, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_DELETE_NOENT, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_MMAP, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_GETTEMPPATH, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_VNODE, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_AUTH, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_DATA, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_IOERR_CORRUPTFS, PROJC_CONNECTION, PROJC_CLASS_INFRA, "look at the disk"},
    {SQLITE_CANTOPEN, PROJC_CONNECTION, PROJC_CLASS_INFRA,
     "is its directory there, and writable for the -wal"},
    {SQLITE_CANTOPEN_ISDIR, PROJC_CONNECTION, PROJC_CLASS_INFRA, "is its directory there"},
    {SQLITE_CANTOPEN_FULLPATH, PROJC_CONNECTION, PROJC_CLASS_INFRA, "is its directory there"},
    {SQLITE_CANTOPEN_SYMLINK, PROJC_CONNECTION, PROJC_CLASS_INFRA, "is its directory there"},
    {SQLITE_READONLY_DBMOVED, PROJC_CONNECTION, PROJC_CLASS_INFRA,
     "was moved or removed while it was in use"},
    /* Of the event: its key fails, or the batch is halved down to it. */
    {SQLITE_CONSTRAINT, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_CHECK, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_DATATYPE, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_FOREIGNKEY, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_NOTNULL, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_PRIMARYKEY, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_ROWID, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_TRIGGER, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_CONSTRAINT_UNIQUE, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_TOOBIG, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    {SQLITE_MISMATCH, PROJC_DATA, PROJC_CLASS_DATA, "shop.db: "},
    /* The projection stops. */
    {SQLITE_READONLY, PROJC_DATABASE, PROJC_CLASS_STOP,
     "is read-only: this process's user must be allowed"},
    {SQLITE_READONLY_RECOVERY, PROJC_DATABASE, PROJC_CLASS_STOP, "is read-only"},
    {SQLITE_READONLY_CANTLOCK, PROJC_DATABASE, PROJC_CLASS_STOP, "is read-only"},
    {SQLITE_READONLY_ROLLBACK, PROJC_DATABASE, PROJC_CLASS_STOP, "is read-only"},
    {SQLITE_READONLY_CANTINIT, PROJC_DATABASE, PROJC_CLASS_STOP, "is read-only"},
    {SQLITE_READONLY_DIRECTORY, PROJC_DATABASE, PROJC_CLASS_STOP, "is read-only"},
    {SQLITE_PERM, PROJC_DATABASE, PROJC_CLASS_STOP, "is read-only"},
    {SQLITE_NOTADB, PROJC_DATABASE, PROJC_CLASS_STOP,
     "is not a SQLite database: name another file"},
    {SQLITE_CORRUPT, PROJC_CORRUPT, PROJC_CLASS_STOP, "restore a backup"},
    {SQLITE_CORRUPT_INDEX, PROJC_CORRUPT, PROJC_CLASS_STOP, "restore a backup"},
    {SQLITE_CORRUPT_SEQUENCE, PROJC_CORRUPT, PROJC_CLASS_STOP, "restore a backup"},
    {SQLITE_ERROR, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 1)"},
    {SQLITE_ERROR_SNAPSHOT, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 769)"},
    {SQLITE_INTERNAL, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 2)"},
    {SQLITE_ABORT, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 4)"},
    {SQLITE_ABORT_ROLLBACK, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 516)"},
    {SQLITE_NOTFOUND, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 12)"},
    {SQLITE_EMPTY, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 16)"},
    {SQLITE_SCHEMA, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 17)"},
    {SQLITE_MISUSE, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 21)"},
    {SQLITE_NOLFS, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 22)"},
    {SQLITE_AUTH, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 23)"},
    {SQLITE_FORMAT, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 24)"},
    {SQLITE_RANGE, PROJC_DATABASE, PROJC_CLASS_STOP, "(code 25)"},
};

static void open_store(projc__sqlite *store)
{
    static char label[] = "shop.db";

    *store = (projc__sqlite){.label = label, .lock_timeout_ms = 250};
    CU_ASSERT_EQUAL_FATAL(sqlite3_open(":memory:", &store->database), SQLITE_OK);
}

static void every_code_has_its_status_and_a_text(void)
{
    projc__sqlite store;

    open_store(&store);
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        const meaning *row = &meanings[i];
        projc_error error = {0};
        projc_status status = projc__sqlite_fail(&store, row->code, &error);
        bool is_right = status == row->status && error.status == status &&
                        projc_status_class_of(status) == row->status_class &&
                        strstr(error.message, row->part) != NULL;

        if (!is_right)
            printf("code %d: %s: %s\n", row->code, projc_status_name(status), error.message);
        CU_ASSERT(is_right);
    }
    CU_ASSERT_EQUAL(sqlite3_close(store.database), SQLITE_OK);
}

/* A code of a library newer than these headers counts as its primary one. */
static void unknown_extended_codes_are_their_primary_ones(void)
{
    projc__sqlite store;

    open_store(&store);
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        projc_error error = {0};
        if (meanings[i].code <= 0xff)
            CU_ASSERT_EQUAL(projc__sqlite_fail(&store, meanings[i].code | 0xfe00, &error),
                            meanings[i].status);
    }
    CU_ASSERT_EQUAL(sqlite3_close(store.database), SQLITE_OK);
}

static void every_primary_code_is_in_the_table(void)
{
    for (int code = SQLITE_ERROR; code <= SQLITE_NOTADB; code++) {
        bool is_there = false;
        for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
            is_there = is_there || meanings[i].code == code;
        CU_ASSERT(is_there);
    }
}

static void missing_table_names_the_command(void)
{
    projc__sqlite store;
    projc_error error = {0};
    int code;

    open_store(&store);
    code = sqlite3_exec(store.database, "SELECT * FROM nowhere", NULL, NULL, NULL);
    CU_ASSERT_EQUAL(projc__sqlite_fail(&store, code, &error), PROJC_NO_SCHEMA);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "no such table: nowhere: run `schema --apply`"));
    code = sqlite3_exec(store.database, "SELEC", NULL, NULL, NULL);
    CU_ASSERT_EQUAL(projc__sqlite_fail(&store, code, &error), PROJC_DATABASE);
    CU_ASSERT_EQUAL(sqlite3_close(store.database), SQLITE_OK);
}

#define TESTS(X)                                     \
    X(every_code_has_its_status_and_a_text)          \
    X(unknown_extended_codes_are_their_primary_ones) \
    X(every_primary_code_is_in_the_table)            \
    X(missing_table_names_the_command)
SUITE("sqlite_errors", TESTS)
