/* compare.c -- what a store holds, line by line, with what the interpreter said. */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct lines {
    char *items[65536]; /* an event that notifies in loops within loops makes thousands */
    size_t count;
} lines;

static void split(char *text, lines *all)
{
    all->count = 0;
    while (*text != '\0') {
        if (all->count == sizeof all->items / sizeof *all->items) {
            fprintf(stderr, "more lines than can be compared\n");
            abort(); /* what is cut off would be compared with nothing */
        }
        all->items[all->count++] = text;
        for (; *text != '\0' && *text != '\n'; text++)
            if (*text == '\t') /* messages show control characters as blanks */
                *text = ' ';
        if (*text == '\n')
            *text++ = '\0';
    }
}

/* An expected failure "…: ~A: B" is met by a message that holds ":LINE:COLUMN: " and the reason. */
static bool is_same(const char *expected, const char *got)
{
    const char *marker = strstr(expected, ": a key is failed at event ");
    const char *text = marker == NULL ? NULL : strstr(marker + 27, ": ");

    if (text == NULL)
        return strcmp(expected, got) == 0;
    text += 2;
    if (strncmp(expected, got, (size_t)(text - expected)) != 0)
        return false;
    got += text - expected;
    if (*text != '~')
        return strncmp(got, text, strlen(text)) == 0;
    const char *reason = strstr(text, ": ");
    char place[64];
    if (reason == NULL)
        return strstr(got, text + 1) != NULL;
    snprintf(place, sizeof place, "%.*s", (int)(reason + 2 - text - 1), text + 1);
    return strstr(got, place) != NULL && strstr(got, reason + 2) != NULL;
}

/* "projection.table: {…}" */
static bool is_row(const char *line)
{
    size_t size = strcspn(line, " ");

    return size > 2 && line[size - 1] == ':' && memchr(line, '.', size) != NULL;
}

/* The next row from *at on, or NULL. */
static const char *next_row(const lines *all, size_t *at)
{
    while (*at < all->count && !is_row(all->items[*at]))
        ++*at;
    return *at < all->count ? all->items[(*at)++] : NULL;
}

/* Rows come ascending by their keys. */
static bool compare_order(const lines *expected, const lines *got, const char *title)
{
    size_t expected_at = 0;
    size_t got_at = 0;

    for (;;) {
        const char *one = next_row(expected, &expected_at);
        const char *other = next_row(got, &got_at);

        if (one == NULL || other == NULL)
            return true; /* that there are as many is seen elsewhere */
        if (strcmp(one, other) == 0)
            continue;
        printf("%s: rows in another order\n  expected %s\n  got      %s\n", title, one, other);
        return false;
    }
}

/* "notice CHANNEL {"projection":…,"key":…,"no":N,"ordinal":M,…": where N begins, or NULL. */
static const char *notice_number(const char *line)
{
    const char *at = strncmp(line, "notice ", 7) == 0 ? strstr(line, "{\"projection\":") : NULL;

    return at == NULL ? NULL : strstr(at, ",\"no\":");
}

/* Notifications of one key come in the order of events, and within an event as they were made. */
static bool compare_notices(const lines *got, const char *title)
{
    for (size_t i = 0; i < got->count; i++) {
        const char *one = notice_number(got->items[i]);

        for (size_t j = i + 1; one != NULL && j < got->count; j++) {
            const char *other = notice_number(got->items[j]);
            const char *begin = strchr(got->items[i], '{');
            char *end;

            if (other == NULL || other - strchr(got->items[j], '{') != one - begin ||
                memcmp(strchr(got->items[j], '{'), begin, (size_t)(one - begin)) != 0)
                continue;
            long long first = strtoll(one + 6, &end, 10) * 100000 + strtoll(end + 11, NULL, 10);
            long long second = strtoll(other + 6, &end, 10) * 100000 + strtoll(end + 11, NULL, 10);
            if (first < second)
                continue;
            printf("%s: notifications in another order\n  %s\n  %s\n", title, got->items[i],
                   got->items[j]);
            return false;
        }
    }
    return true;
}

bool oracle_compare_dumps(char *expected_text, char *got_text, const char *title)
{
    static lines expected;
    static lines got;
    bool is_good = true;

    split(expected_text, &expected);
    split(got_text, &got);
    bool is_ordered = compare_order(&expected, &got, title) && compare_notices(&got, title);
    for (size_t i = 0; i < expected.count; i++) {
        size_t at = 0;

        while (at < got.count && !is_same(expected.items[i], got.items[at]))
            at++;
        if (at < got.count) {
            got.items[at] = got.items[--got.count];
            continue;
        }
        printf("%s%s  expected %s\n", is_good ? title : "", is_good ? "\n" : "", expected.items[i]);
        is_good = false;
    }
    for (size_t i = 0; i < got.count; i++) {
        printf("%s%s  got      %s\n", is_good ? title : "", is_good ? "\n" : "", got.items[i]);
        is_good = false;
    }
    return is_good && is_ordered;
}

void oracle_drop_notices(char *text)
{
    char *to = text;

    for (char *at = text; *at != '\0';) {
        size_t size = strcspn(at, "\n");

        size += at[size] != '\0';
        if (strncmp(at, "notice ", 7) != 0) {
            memmove(to, at, size);
            to += size;
        }
        at += size;
    }
    *to = '\0';
}
