/* "Did you mean": the known word that is most like a wrong one, by Levenshtein's distance. */
#include "service/likeness.h"

#include <string.h>

enum { WORD_MAX = 63 };

projc__likeness projc__likeness_begin(const char *wanted, size_t size)
{
    return (projc__likeness){.wanted = wanted, .size = size, .distance = size / 3 + 1};
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

static size_t distance(const char *left, size_t left_size, const char *right, size_t right_size)
{
    size_t row[WORD_MAX + 1];

    for (size_t j = 0; j <= right_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= left_size; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= right_size; j++) {
            size_t above = row[j];

            row[j] = least(above + 1, row[j - 1] + 1, diagonal + (left[i - 1] != right[j - 1]));
            diagonal = above;
        }
    }
    return row[right_size];
}

void projc__likeness_offer(projc__likeness *likeness, const char *known)
{
    size_t size = strlen(known);
    size_t found;

    if (size > WORD_MAX || likeness->size > WORD_MAX)
        return;
    found = distance(likeness->wanted, likeness->size, known, size);
    if (found <= likeness->distance && (likeness->best == NULL || found < likeness->distance)) {
        likeness->best = known;
        likeness->distance = found;
    }
}
