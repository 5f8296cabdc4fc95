/* The parts of the program that tests/http/run.sh calls. */
#ifndef TESTS_HTTP_HTTP_SUITE_H
#define TESTS_HTTP_HTTP_SUITE_H

#include <stddef.h>

/* Each is a command: its arguments behind its name; the exit status. */

/* [--names]: Prometheus' text on standard input, read strictly; the names of its metrics. */
int suite_prometheus(int argc, char **argv);
/* PORT BYTES: a request line of so many bytes; prints the first line of the answer. */
int suite_long(int argc, char **argv);
/* PORT: a request that comes a byte each 200 ms; prints after how many seconds it was cut off. */
int suite_drip(int argc, char **argv);
/* PORT COUNT: as many connections that say nothing; then /healthz, until it answers. */
int suite_crowd(int argc, char **argv);
/* PORT PATH: asks ten times a second and reads the answer, until it is killed or not answered. */
int suite_scrape(int argc, char **argv);
/* URL --profile FOLDER [--width W] [--height H] [--dark] [--until EXPRESSION] [--shot FILE]: the
 * page in headless Chromium; prints what it is like as one line of JSON. */
int suite_browse(int argc, char **argv);

/* Reads all of standard input; the caller frees it. NULL: it could not. */
char *read_all(size_t *size);

#endif
