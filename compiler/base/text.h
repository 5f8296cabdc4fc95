/* text.h -- slices of bytes: comparing, formatting into the arena, UTF-8, and likeness of words. */
#ifndef PC_BASE_TEXT_H
#define PC_BASE_TEXT_H

#include "arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A borrowed slice. data is not NUL-terminated in general (a slice of a source is not); texts made
 * by the functions below are. The zero value is the empty text. */
struct pc_text {
    const char *data;
    size_t size; /* bytes */
};

/* For printf: printf("%.*s", PC_TEXT_ARGS(text)). */
#define PC_TEXT_ARGS(text) ((int)(text).size), ((text).data != NULL ? (text).data : "")

/* A text from a string literal or any NUL-terminated string; borrowed. */
struct pc_text pc_text_of(const char *string);

bool pc_text_equals(struct pc_text a, struct pc_text b);
bool pc_text_is(struct pc_text text, const char *string);

/* Orders by bytes, a prefix first: the order of strcmp. */
int pc_text_compare(struct pc_text a, struct pc_text b);

/* Formats like printf into the arena; the result is NUL-terminated. */
struct pc_text pc_text_format(struct pc_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct pc_text pc_text_vformat(struct pc_arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Returns a NUL-terminated copy. */
struct pc_text pc_text_copy(struct pc_arena *arena, struct pc_text text);

/* Returns the length of the valid UTF-8 prefix of `text`: text.size when all of it is valid.
 * Overlong forms, surrogates and values over U+10FFFF are invalid. */
size_t pc_utf8_valid_prefix(struct pc_text text);

/* Returns the number of code points in valid UTF-8. */
size_t pc_utf8_count(struct pc_text text);

/* Writes code_point as UTF-8 to `out` and returns the number of bytes, or 0 if it is not a code
 * point that may be encoded. */
size_t pc_utf8_encode(uint32_t code_point, char out[4]);

/* Returns the number of insertions, deletions, replacements and swaps of neighbours that make `a`
 * into `b`, ignoring ASCII case; a value above `limit` is returned as limit + 1. */
size_t pc_text_distance(struct pc_text a, struct pc_text b, size_t limit);

/* A search for the known word that the user probably meant. Offer every known word, then read
 * `best`. Only words of four letters or more are likened, at most a third of the letters (and at
 * most three) may differ, and the first of equally good words wins. */
struct pc_suggestion {
    struct pc_text wanted;
    struct pc_text best; /* size 0: nothing close was offered */
    size_t distance;
};
void pc_suggestion_init(struct pc_suggestion *suggestion, struct pc_text wanted);
void pc_suggestion_offer(struct pc_suggestion *suggestion, struct pc_text known);

#endif
