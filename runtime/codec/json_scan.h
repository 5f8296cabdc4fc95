/* What the JSON reader's parts share: blanks, strings, numbers, failing.
 *
 * A failed reader stands at its end. So reading on finds nothing, fails again without effect, and
 * the hot paths need not look at the status. */
#ifndef PROJC_CODEC_JSON_SCAN_H
#define PROJC_CODEC_JSON_SCAN_H

#include "projc/codec.h"

static inline void projc__json_blanks(projc_json_reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
                                        *reader->at == '\r' || *reader->at == '\t'))
        reader->at++;
}

/* Passes over blanks and looks at what comes next; NUL at the end (a NUL in the text is no JSON
 * either). */
static inline char projc__json_peek(projc_json_reader *reader)
{
    projc__json_blanks(reader);
    return reader->at < reader->end ? *reader->at : '\0';
}

/* Fails: "truncated at byte 17" at the end of the input, else "expected `,` or `}` at byte 12". */
void projc__json_unexpected(projc_json_reader *reader, const char *expected);

/* Fails: "field `n`: expected an integer, found a list"; what is no value at all is a syntax error.
 */
void projc__json_wrong_kind(projc_json_reader *reader, const char *expected);

/* Fails after an allocation of the reader's arena returned NULL. */
void projc__json_exhausted(projc_json_reader *reader);

/* At a quotation mark: reads the string, without escapes, clean of NUL. Borrows the input when the
 * string has no escapes. Its data is NULL when the reader failed. (Texts go by value here, in two
 * registers: through memory they cost more than reading them.) */
projc_text projc__json_string(projc_json_reader *reader);

/* At a quotation mark: passes over the string and checks it. */
bool projc__json_skip_string(projc_json_reader *reader);

/* At a digit or minus: passes over a number; *text is its spelling. */
bool projc__json_number(projc_json_reader *reader, projc_text *text);

/* Passes over true, false or null. */
bool projc__json_word(projc_json_reader *reader, const char *word, size_t size);

#endif
