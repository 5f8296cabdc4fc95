/* Is the schema in the database the program's? What is missing, and what differs. */
#ifndef PROJC_SERVICE_SCHEMA_CHECK_H
#define PROJC_SERVICE_SCHEMA_CHECK_H

#include "projc/codec.h"
#include "service/cli.h"

/* What a check found. */
typedef struct projc__schema_findings {
    projc_json_writer *writer; /* set by the caller: where a list is open, or NULL: for people */
    uint32_t missing;          /* things that `schema --apply` makes */
    uint32_t different;        /* things that are there, and others than the program's */
} projc__schema_findings;

/* Tells each difference, on a line or as {"what":"missing"|"different","text":…}, and behind those
 * of a projection the command that mends them ("what":"fix"). OK whatever was found; else the
 * store's error. */
projc_status projc__schema_check(projc__cli *cli, projc_store *store,
                                 projc__schema_findings *findings, projc_error *error);

#endif
