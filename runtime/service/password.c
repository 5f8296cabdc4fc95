/* Passwords within database texts: in a URL behind the user's name, or as libpq's `password = …`.
 */
#include "service/password.h"

#include <string.h>

/* The last @ of user:password@host: a password that holds an @ of its own shall not show its end.
 */
static const char *user_end(const char *authority)
{
    const char *found = NULL;

    for (const char *at = authority; *at != '\0' && strchr("/?#", *at) == NULL; at++)
        if (*at == '@')
            found = at;
    return found;
}

/* Where the value of the next `password = …` begins, and its size; NULL: there is none. libpq
 * allows blanks around the sign and quotation marks around the value. */
static const char *find_password(const char *text, size_t *size)
{
    const char *word;

    for (word = strstr(text, "password"); word != NULL; word = strstr(word, "password")) {
        word += strlen("password");
        word += strspn(word, " \t");
        if (*word != '=')
            continue;
        word++;
        word += strspn(word, " \t");
        if (*word != '\'') {
            *size = strcspn(word, " \t&");
            return word;
        }
        for (*size = 1; word[*size] != '\0' && word[*size] != '\''; ++*size)
            if (word[*size] == '\\' && word[*size + 1] != '\0')
                ++*size;
        *size += word[*size] == '\'';
        return word;
    }
    return NULL;
}

/* Where the next password begins, and its size; NULL: there is none. *is_first: the text begins
 * here, so that it may be a URL. */
static const char *next_password(const char *text, bool is_first, size_t *size)
{
    const char *scheme = is_first ? strstr(text, "://") : NULL;
    const char *at = scheme == NULL ? NULL : user_end(scheme + 3);
    const char *colon = at == NULL ? NULL : memchr(scheme + 3, ':', (size_t)(at - scheme - 3));

    if (colon == NULL)
        return find_password(text, size);
    *size = (size_t)(at - colon - 1);
    return colon + 1;
}

void projc__put_masked(projc__buffer *buffer, const char *database)
{
    const char *word;
    size_t size;

    for (bool is_first = true; (word = next_password(database, is_first, &size)) != NULL;
         is_first = false) {
        projc__buffer_put(buffer, database, (size_t)(word - database));
        projc__buffer_put_string(buffer, "***");
        database = word + size;
    }
    projc__buffer_put_string(buffer, database);
}

void projc__mask_in_place(char *database)
{
    const char *word;
    size_t size;

    for (bool is_first = true; (word = next_password(database, is_first, &size)) != NULL;
         is_first = false) {
        char *begin = database + (word - database);

        memset(begin, '*', size);
        database = begin + size;
    }
}
