/* What stands beside a projection's live generation: told, and dropped. */
#ifndef PROJC_SERVICE_BESIDE_H
#define PROJC_SERVICE_BESIDE_H

#include "service/cli.h"
#include "store/generation.h"

/* All generations of a projection; the command's arena keeps them. */
projc_status projc__beside_load(projc__cli *cli, const projc__target *target,
                                projc__generation **rows, size_t *count, projc_error *error);
/* The last one in this state; NULL: there is none. */
const projc__generation *projc__beside_find(const projc__generation *rows, size_t count,
                                            projc__generation_state state);

/* `rebuild --dry-run`, `--abort` and `--drop-old`: the command's exit status. */
int projc__beside_tell(projc__cli *cli, const projc__target *target);
int projc__beside_abort(projc__cli *cli, const projc__target *target);
int projc__beside_drop_old(projc__cli *cli, const projc__target *target);

#endif
