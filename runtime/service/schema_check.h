/* Is the schema in the database the program's? What is missing, and what differs. */
#ifndef PROJC_SERVICE_SCHEMA_CHECK_H
#define PROJC_SERVICE_SCHEMA_CHECK_H

#include "service/cli.h"

/* What a check found. */
typedef struct projc__schema_findings {
    uint32_t missing;   /* things that `schema --apply` makes */
    uint32_t different; /* things that are there, and others than the program's */
} projc__schema_findings;

/* Prints a line for each difference, and behind those of a projection the command that mends them.
 * OK whatever was found; else the store's error. */
projc_status projc__schema_check(projc__cli *cli, projc_store *store,
                                 projc__schema_findings *findings, projc_error *error);

#endif
