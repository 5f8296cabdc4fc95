/* One msgpack item's head: its kind, its number or count, the bytes of a text or binary.
 *
 * A failed reader stands at its end, as the JSON reader does: see json_scan.h. */
#ifndef PROJC_CODEC_MSGPACK_HEAD_H
#define PROJC_CODEC_MSGPACK_HEAD_H

#include "projc/codec.h"

#include <string.h>

typedef enum projc__msgpack_kind {
    PROJC__MSGPACK_NIL,
    PROJC__MSGPACK_BOOL,
    PROJC__MSGPACK_INTEGER,
    PROJC__MSGPACK_HUGE, /* an integer above INT64_MAX, in count */
    PROJC__MSGPACK_REAL,
    PROJC__MSGPACK_TEXT,
    PROJC__MSGPACK_BYTES,
    PROJC__MSGPACK_LIST,
    PROJC__MSGPACK_MAP,
    PROJC__MSGPACK_EXTENSION,
    PROJC__MSGPACK_FAILED
} projc__msgpack_kind;

typedef struct projc__msgpack_head {
    projc__msgpack_kind kind;
    int64_t integer; /* or the bool, or the extension's type */
    double real;
    uint64_t count;      /* items, pairs, or bytes of data */
    const uint8_t *data; /* of a text, bytes, or extension: already passed over */
} projc__msgpack_head;

/* All forms but the frequent ones, which are read in line below. */
projc__msgpack_kind projc__msgpack_read_long_head(projc_msgpack_reader *reader,
                                                  projc__msgpack_head *head);

/* An integer of 1, 2, 4 or 8 bytes, read with all eight that follow its head, whatever they are.
 * False when it is HUGE: nothing has been read. */
static inline bool projc__msgpack_wide_integer(projc_msgpack_reader *reader,
                                               projc__msgpack_head *head)
{
    unsigned width = 1u << (*reader->at & 3);
    unsigned surplus = 64 - 8 * width; /* bits read beyond the integer's own */
    uint64_t bits;

    memcpy(&bits, reader->at + 1, sizeof bits);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    if (*reader->at >= 0xD0) { /* signed: the sign bit is spread upwards */
        uint64_t sign = UINT64_C(1) << (8 * width - 1);

        head->integer = (int64_t)(((bits >> surplus) ^ sign) - sign);
    } else {
        if (bits >> surplus > INT64_MAX)
            return false;
        head->integer = (int64_t)(bits >> surplus);
    }
    reader->at += 1 + width;
    return true;
}

/* Reads a head, and passes over a scalar's data. Counts are checked against the bytes left: an item
 * takes at least one byte, a pair two. FAILED when the reader has failed. */
static inline projc__msgpack_kind projc__msgpack_read_head(projc_msgpack_reader *reader,
                                                           projc__msgpack_head *head)
{
    uint8_t first;

    if (reader->at == reader->end)
        return projc__msgpack_read_long_head(reader, head);
    first = *reader->at;
    if (first < 0x80) { /* 0 to 127 */
        reader->at++;
        head->integer = first;
        return head->kind = PROJC__MSGPACK_INTEGER;
    }
    if (first >= 0xE0) { /* -32 to -1 */
        reader->at++;
        head->integer = (int64_t)first - 0x100;
        return head->kind = PROJC__MSGPACK_INTEGER;
    }
    if ((first & 0xE0) == 0xA0 && reader->end - reader->at > (first & 0x1F)) {
        head->count = first & 0x1F;
        head->data = reader->at + 1;
        reader->at += 1 + head->count;
        return head->kind = PROJC__MSGPACK_TEXT;
    }
    if (first >= 0xCC && first <= 0xD3 && reader->end - reader->at > 8 &&
        projc__msgpack_wide_integer(reader, head))
        return head->kind = PROJC__MSGPACK_INTEGER;
    return projc__msgpack_read_long_head(reader, head);
}

/* Fails: "field `n`: expected an integer, found a list". */
void projc__msgpack_wrong_kind(projc_msgpack_reader *reader, projc__msgpack_kind kind,
                               const char *expected);

/* projc_msgpack_fail without the field's name: the encoding itself is at fault. */
void projc__msgpack_fail_plainly(projc_msgpack_reader *reader, projc_status status,
                                 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* True for well-formed UTF-8 without NUL; else the reader has failed. */
bool projc__msgpack_is_text(projc_msgpack_reader *reader, projc_text text);

/* Fails after an allocation of the reader's arena returned NULL. */
void projc__msgpack_exhausted(projc_msgpack_reader *reader);

#endif
