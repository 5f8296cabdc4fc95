/* What tests/http/run.sh asks in C: a strict reader of Prometheus' text, hostile clients, and a
 * headless browser. */
#include "http/http_suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *read_all(size_t *size)
{
    size_t capacity = 1 << 20;
    char *text = malloc(capacity + 1);

    *size = 0;
    while (text != NULL && !feof(stdin)) {
        if (*size == capacity) {
            char *larger = realloc(text, 2 * capacity + 1);

            if (larger == NULL)
                break;
            text = larger;
            capacity *= 2;
        }
        *size += fread(text + *size, 1, capacity - *size, stdin);
        if (ferror(stdin))
            break;
    }
    if (text != NULL)
        text[*size] = '\0';
    return text;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {
        {"prometheus", suite_prometheus}, {"long", suite_long},     {"drip", suite_drip},
        {"crowd", suite_crowd},           {"scrape", suite_scrape}, {"browse", suite_browse},
    };

    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    fprintf(stderr, "usage: suite prometheus|long|drip|crowd|browse …\n");
    return 2;
}
