/* Passwords within database texts: found, and not shown. */
#ifndef PROJC_SERVICE_PASSWORD_H
#define PROJC_SERVICE_PASSWORD_H

#include "base/buffer.h"

/* postgresql://user:SECRET@host, password=SECRET: three stars instead. */
void projc__put_masked(projc__buffer *buffer, const char *database);
/* Overwrites each with stars where it stands; the length stays. */
void projc__mask_in_place(char *database);

#endif
