/* "Did you mean": the known word that is most like a wrong one. */
#ifndef PROJC_SERVICE_LIKENESS_H
#define PROJC_SERVICE_LIKENESS_H

#include <stddef.h>

typedef struct projc__likeness {
    const char *wanted;
    size_t size;
    const char *best; /* NULL: nothing is near */
    size_t distance;
} projc__likeness;

projc__likeness projc__likeness_begin(const char *wanted, size_t size);
/* known is kept when it is the best so far. */
void projc__likeness_offer(projc__likeness *likeness, const char *known);

#endif
