/* Well-formed UTF-8, as the Unicode standard's table 3-7 says it. */
#include "base/text.h"

#include <string.h>

/* Bytes of the sequence that begins at data, or 0 when it is ill-formed or cut off. */
static size_t sequence_size(const unsigned char *data, size_t size)
{
    unsigned char first = data[0];
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t length;

    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first == 0xE0)
        low = 0xA0; /* below would be overlong */
    else if (first == 0xED)
        high = 0x9F; /* above are surrogates */
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F; /* above is more than U+10FFFF */
    if (size < length || data[1] < low || data[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((data[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

size_t projc__utf8_valid_size(const char *data, size_t size)
{
    size_t at = 0;

    while (at < size) {
        uint64_t eight;
        size_t length;

        if (size - at >= sizeof eight) {
            memcpy(&eight, data + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        length = sequence_size((const unsigned char *)data + at, size - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

bool projc__utf8_is_valid(const char *data, size_t size)
{
    return projc__utf8_valid_size(data, size) == size;
}

/* True when the rest of the text is the beginning of a sequence whose end was cut off. */
static bool is_cut_off(const unsigned char *rest, size_t size)
{
    static const unsigned char fillers[] = {0x80, 0x90,
                                            0xA0}; /* one of them completes any beginning */

    if (size == 0 || size > 3)
        return false;
    for (size_t i = 0; i < sizeof fillers; i++) {
        unsigned char whole[4] = {fillers[i], fillers[i], fillers[i], fillers[i]};

        memcpy(whole, rest, size);
        if (sequence_size(whole, sizeof whole) > size)
            return true;
    }
    return false;
}

void projc__text_clean_line(char *text)
{
    size_t size = strlen(text);
    size_t at = 0;

    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            text[i] = ' ';
    for (;;) {
        at += projc__utf8_valid_size(text + at, size - at);
        if (at == size)
            return;
        if (is_cut_off((const unsigned char *)text + at, size - at)) {
            text[at] = '\0';
            return;
        }
        text[at] = '?';
    }
}
