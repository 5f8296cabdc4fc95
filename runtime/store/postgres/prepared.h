/* The statements that a connection has prepared by name. */
#ifndef PROJC_STORE_POSTGRES_PREPARED_H
#define PROJC_STORE_POSTGRES_PREPARED_H

#include "store/postgres/statement.h"

/* Counts a use of the built statement. *name is its name on the server, which lives as long as the
 * connection, or NULL: it is to be sent with its text. OK or NO_MEMORY. */
projc_status projc__prepared_find(projc__postgres *postgres, const projc__statement *statement,
                                  const char **name);

/* Prepares what has been used often enough. To be called before anything is sent; does nothing
 * within a transaction. OK, or CONNECTION: what the server does not want to prepare goes on with
 * its text. */
projc_status projc__prepared_make(projc__postgres *postgres, projc_error *error);

void projc__prepared_free(projc__postgres *postgres);

#endif
