/* A hand-written module of keyed projections, for tests of the engine: an event names the keys that
 * it belongs to, and handlers do what the test tells them.
 *
 * The event `Sent` has one text, words separated by blanks; each word is an element, and its key.
 * `-word` is an element that is passed over, `!word` one whose key cannot be computed unless the
 * probe's `user` is set (as after a fix), and a text that begins with `#` has elements that cannot
 * be counted. The handlers fold number and element of each call into the state, so that a lost,
 * doubled or reordered element shows, and ask the account_probe behind the runtime's `user`
 * pointer. */
#ifndef PROJC_TESTS_KEYED_MODULE_H
#define PROJC_TESTS_KEYED_MODULE_H

#include "projc/module.h"

typedef struct keyed_event {
    projc_text to;
} keyed_event;

typedef struct keyed_state {
    uint64_t fold;
    int64_t count; /* elements applied */
} keyed_state;

enum keyed_projection_index {
    KEYED_FAIL,   /* on error fail */
    KEYED_IGNORE, /* on error ignore */
    KEYED_RETRY,  /* on error retry 3 times 1ms..4ms then fail */
    KEYED_PROJECTIONS
};

extern const projc_module keyed_module;

/* How a call enters the fold. */
static inline uint64_t keyed_fold(uint64_t fold, int64_t no, uint32_t element)
{
    return fold * UINT64_C(6364136223846793005) + (uint64_t)no * 16 + element + 1;
}

/* Appends an event with this text. */
projc_status keyed_send(projc_store *store, const char *to, int64_t *no, projc_error *error);
/* The key of a word. */
projc_value keyed_key(const char *word);

#endif
