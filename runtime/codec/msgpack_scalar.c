/* The msgpack reader's scalars: each is read exactly, or fails naming its field. */
#include "codec/msgpack_head.h"

#include "base/text.h"
#include "base/time.h"
#include "codec/messages.h"
#include "projc/handler.h"

#include <math.h>
#include <string.h>

/* True when no byte is NUL or above 0x7F. */
static bool is_plain(const char *data, size_t size)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = UINT64_C(0x8080808080808080);
    uint64_t odd = 0;

    for (; size >= 8; data += 8, size -= 8) {
        uint64_t eight;

        memcpy(&eight, data, sizeof eight);
        odd |= (eight | (eight - ones)) & highs;
    }
    if (size >= 4) { /* two halves that may overlap */
        uint32_t first;
        uint32_t last;

        memcpy(&first, data, sizeof first);
        memcpy(&last, data + size - sizeof last, sizeof last);
        odd |= ((first | (first - (uint32_t)ones)) | (last | (last - (uint32_t)ones))) &
               (uint32_t)highs;
    } else {
        for (; size > 0; data++, size--)
            odd |= ((uint64_t)(unsigned char)*data | ((uint64_t)(unsigned char)*data - 1)) & 0x80;
    }
    return odd == 0;
}

bool projc__msgpack_is_text(projc_msgpack_reader *reader, projc_text text)
{
    if (is_plain(text.data, text.size))
        return true;
    if (!projc__utf8_is_valid(text.data, text.size))
        projc_msgpack_fail(reader, PROJC_DATA, "a text is not valid UTF-8");
    else if (!projc_text_is_clean(text))
        projc_msgpack_fail(reader, PROJC_DATA, "a text may not hold NUL");
    else
        return true;
    return false;
}

bool projc_msgpack_read_bool(projc_msgpack_reader *reader)
{
    projc__msgpack_head head;

    if (projc__msgpack_read_head(reader, &head) == PROJC__MSGPACK_BOOL)
        return head.integer != 0;
    projc__msgpack_wrong_kind(reader, head.kind, "a bool");
    return false;
}

int64_t projc_msgpack_read_integer(projc_msgpack_reader *reader, int64_t low, int64_t high,
                                   const char *type)
{
    projc__msgpack_head head;

    switch (projc__msgpack_read_head(reader, &head)) {
    case PROJC__MSGPACK_INTEGER:
        if (head.integer >= low && head.integer <= high)
            return head.integer;
        projc_msgpack_fail(reader, PROJC_DATA, "%lld does not fit %s", (long long)head.integer,
                           type);
        return 0;
    case PROJC__MSGPACK_HUGE:
        projc_msgpack_fail(reader, PROJC_DATA, "%llu does not fit %s",
                           (unsigned long long)head.count, type);
        return 0;
    default:
        projc__msgpack_wrong_kind(reader, head.kind, "an integer");
        return 0;
    }
}

double projc_msgpack_read_f64(projc_msgpack_reader *reader)
{
    projc__msgpack_head head;

    switch (projc__msgpack_read_head(reader, &head)) {
    case PROJC__MSGPACK_REAL:
        if (isfinite(head.real))
            return head.real;
        projc_msgpack_fail(reader, PROJC_DATA, "a number that is not finite does not fit f64");
        return 0;
    case PROJC__MSGPACK_INTEGER: /* how some libraries write 1.0 */
        return (double)head.integer;
    case PROJC__MSGPACK_HUGE:
        return (double)head.count;
    default:
        projc__msgpack_wrong_kind(reader, head.kind, "a number");
        return 0;
    }
}

int64_t projc_msgpack_read_decimal(projc_msgpack_reader *reader, uint8_t scale)
{
    (void)scale; /* the writer's and ours are the same: a shape's fingerprint covers it */
    return projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "decimal");
}

projc_text projc_msgpack_read_text(projc_msgpack_reader *reader)
{
    const projc_text no_text = {NULL, 0};
    projc__msgpack_head head;
    projc_text text;

    if (projc__msgpack_read_head(reader, &head) != PROJC__MSGPACK_TEXT) {
        projc__msgpack_wrong_kind(reader, head.kind, "a text");
        return no_text;
    }
    text = projc_text_of((const char *)head.data, (size_t)head.count);
    return projc__msgpack_is_text(reader, text) ? text : no_text;
}

projc_bytes projc_msgpack_read_bytes(projc_msgpack_reader *reader)
{
    projc__msgpack_head head;

    if (projc__msgpack_read_head(reader, &head) == PROJC__MSGPACK_BYTES)
        return (projc_bytes){head.data, (size_t)head.count};
    projc__msgpack_wrong_kind(reader, head.kind, "bytes");
    return (projc_bytes){NULL, 0};
}

projc_uuid projc_msgpack_read_uuid(projc_msgpack_reader *reader)
{
    projc_uuid uuid = {{0}};
    projc__msgpack_head head;

    switch (projc__msgpack_read_head(reader, &head)) {
    case PROJC__MSGPACK_BYTES:
        if (head.count != sizeof uuid.bytes) {
            projc_msgpack_fail(reader, PROJC_DATA, "a uuid has 16 bytes, not %llu",
                               (unsigned long long)head.count);
            return uuid;
        }
        for (size_t i = 0; i < sizeof uuid.bytes; i++)
            uuid.bytes[i] = head.data[i];
        return uuid;
    case PROJC__MSGPACK_TEXT: {
        projc_text text = projc_text_of((const char *)head.data, (size_t)head.count);

        if (!projc_parse_uuid(text, &uuid))
            projc_msgpack_fail(reader, PROJC_DATA, "`%.*s` is no uuid", PROJC__SHOWN(text));
        return uuid;
    }
    default:
        projc__msgpack_wrong_kind(reader, head.kind, "a uuid");
        return uuid;
    }
}

int64_t projc_msgpack_read_time(projc_msgpack_reader *reader)
{
    return projc_msgpack_read_integer(reader, PROJC__TIME_MIN, PROJC__TIME_MAX, "time");
}

int32_t projc_msgpack_read_date(projc_msgpack_reader *reader)
{
    return (int32_t)projc_msgpack_read_integer(reader, PROJC__DATE_MIN, PROJC__DATE_MAX, "date");
}

int64_t projc_msgpack_read_duration(projc_msgpack_reader *reader)
{
    return projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "duration");
}

int32_t projc_msgpack_read_enum(projc_msgpack_reader *reader, const projc_enum *type)
{
    const projc_enum_member *member;
    projc__msgpack_head head;
    projc__msgpack_kind kind = projc__msgpack_read_head(reader, &head);

    if (kind == PROJC__MSGPACK_INTEGER && type->has_codes) {
        if (head.integer >= INT32_MIN && head.integer <= INT32_MAX &&
            projc_enum_name(type, (int32_t)head.integer) != NULL)
            return (int32_t)head.integer;
        projc_msgpack_fail(reader, PROJC_DATA, "%lld is no %s", (long long)head.integer,
                           type->name);
    } else if (kind == PROJC__MSGPACK_TEXT) {
        projc_text text = projc_text_of((const char *)head.data, (size_t)head.count);

        member = projc__enum_find(type, text);
        if (member != NULL)
            return member->value;
        projc_msgpack_fail(reader, PROJC_DATA, "`%.*s` is no %s", PROJC__SHOWN(text), type->name);
    } else {
        projc__msgpack_wrong_kind(reader, kind, type->name);
    }
    return 0;
}
