/* Calls that fail when they are told to: the n-th, or all from the n-th on.
 *
 * Memory and files by the linker (--wrap: what our own objects call), SQLite's memory and its file
 * system by its own interfaces (faults_sqlite.c). One thread; the counters are shared with child
 * processes. */
#ifndef TESTS_OOM_FAULTS_H
#define TESTS_OOM_FAULTS_H

#include <stdbool.h>

typedef enum fault_kind {
    FAULT_MEMORY = 1,  /* malloc, calloc, realloc, strdup, strndup; SQLite's allocations */
    FAULT_FILES = 2,   /* open, read, write, close, rename, readlink, fchmod, fsync, access */
    FAULT_DATABASE = 4 /* SQLite: every call of its file system; every other write is half done */
} fault_kind;

/* Before all else; false when there is no memory. */
bool faults_begin(void);
/* The call after nth others of these kinds fails, and (lasts) every one behind it. */
void faults_arm(unsigned kinds, long nth, bool lasts);
/* Counts, and lets everything pass. */
void faults_count(unsigned kinds);
void faults_disarm(void);
long faults_calls(void);    /* since they were armed or counted */
long faults_failures(void); /* of those, failed */
/* Allocations of our own objects that nobody has freed. */
long faults_living(void);

/* For the shims: has this call to fail? */
bool fault_now(fault_kind kind);

/* faults_sqlite.c: before SQLite's first use; a default file system that can fail. */
bool faults_begin_sqlite(void);
/* A name of SQLite's own file system, for connections that look on. */
const char *faults_real_files(void);

/* ---- which calls fail ---- */

typedef struct fault_sweep {
    long total;  /* calls of an undisturbed run */
    long step;   /* from one tried call to the next */
    long failed; /* runs in which a call failed */
} fault_sweep;

/* All of them, or (FAULT_POINTS=n in the environment) about n, spread evenly and beginning at a
 * place that FAULT_SEED chooses. */
fault_sweep fault_sweep_of(long total);
long fault_sweep_first(const fault_sweep *sweep);

#endif
