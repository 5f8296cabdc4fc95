/* The limit: a query's rows by COPY … TO STDOUT BINARY, thrown away as they come. Prints how many.
 *
 *     drain DATABASE "SELECT …" */
#include "common.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    char sql[4096];
    long long rows = -1; /* the header and the first row come together, the end alone */
    char *row;
    int size;

    if (argc != 3) {
        fprintf(stderr, "usage: drain DATABASE QUERY\n");
        return 2;
    }
    PGconn *connection = bench_connect(argv[1]);
    snprintf(sql, sizeof sql, "COPY (%s) TO STDOUT BINARY", argv[2]);
    PQclear(bench_check(connection, PQexec(connection, sql), PGRES_COPY_OUT, sql));
    while ((size = PQgetCopyData(connection, &row, 0)) > 0) {
        rows++;
        PQfreemem(row);
    }
    if (size != -1)
        bench_fail("COPY", PQerrorMessage(connection));
    PQclear(bench_check(connection, PQgetResult(connection), PGRES_COMMAND_OK, "COPY"));
    PQfinish(connection);
    printf("%lld\n", rows);
    return 0;
}
