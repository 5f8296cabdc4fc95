/* `failed retry` and `failed skip`. */
#ifndef PROJC_SERVICE_FAILED_REPAIR_H
#define PROJC_SERVICE_FAILED_REPAIR_H

#include "service/cli.h"

/* Repairs a key, or (key NULL) all of the projection's that are out of order; or with --dry-run
 * says with what that would begin. Returns the command's exit status. */
int projc__cli_repair(projc__cli *cli, const projc__target *target, bool is_retry,
                      const projc_bytes *key);

#endif
