/* Payloads that every decoder must refuse, and odd ones that it must read: the contenders of the
 * benchmark do the same work. */
#include "decode.h"

#include <stdio.h>
#include <string.h>

typedef struct payload {
    const char *what;
    const char *json;
    bool is_good;
} payload;

#define REST "\"items\":3,\"total\":1.25,\"at\":\"2026-02-25T06:13:20Z\",\"note\":null}"

static const payload json_payloads[] = {
    {"blanks", " { \"customer\" :\t\"a\" ,\n" REST " ", true},
    {"another order",
     "{\"note\":\"n\",\"at\":\"2026-02-25T06:13:20.5Z\",\"total\":1,\"items\":0,\"customer\":\"\"}",
     true},
    {"no optional field",
     "{\"customer\":\"a\",\"items\":3,\"total\":1.2,\"at\":\"2024-02-29T00:00:00Z\"}", true},
    {"unknown keys", "{\"x\":\"y\",\"customer\":\"a\",\"y\":-7,\"zz\":null,\"item\":true," REST,
     true},
    {"a key twice", "{\"customer\":\"a\",\"customer\":\"b\"," REST, true},
    {"four bytes of UTF-8", "{\"customer\":\"\xF0\x9F\x98\x80\"," REST, true},
    {"a missing field", "{" REST, false},
    {"nothing", "", false},
    {"a list", "[]", false},
    {"no end", "{\"customer\":\"a\",\"items\":3", false},
    {"something behind the end", "{\"customer\":\"a\"," REST "}", false},
    {"no comma", "{\"customer\":\"a\"" REST, false},
    {"two commas", "{\"customer\":\"a\",," REST, false},
    {"no colon", "{\"customer\"\"a\"," REST, false},
    {"a bad unknown value", "{\"customer\":\"a\",\"x\":nul," REST, false},
    {"a bad unknown key", "{\"customer\":\"a\",\"\xFF\":1," REST, false},
    {"a stray byte", "{\"customer\":\"\x80\"," REST, false},
    {"overlong UTF-8", "{\"customer\":\"\xC0\xAF\"," REST, false},
    {"overlong UTF-8 of three", "{\"customer\":\"\xE0\x80\xAF\"," REST, false},
    {"a surrogate", "{\"customer\":\"\xED\xA0\x80\"," REST, false},
    {"above U+10FFFF", "{\"customer\":\"\xF4\x90\x80\x80\"," REST, false},
    {"UTF-8 cut off", "{\"customer\":\"abcdefgh\xE2\x82\"," REST, false},
    {"a control character", "{\"customer\":\"a\nb\"," REST, false},
    {"a number for a text", "{\"customer\":1," REST, false},
    {"too large an integer",
     "{\"customer\":\"a\",\"items\":4294967296,\"total\":1,\"at\":\"2026-02-25T06:13:20Z\"}",
     false},
    {"a negative count",
     "{\"customer\":\"a\",\"items\":-1,\"total\":1,\"at\":\"2026-02-25T06:13:20Z\"}", false},
    {"a leading zero",
     "{\"customer\":\"a\",\"items\":01,\"total\":1,\"at\":\"2026-02-25T06:13:20Z\"}", false},
    {"three decimals",
     "{\"customer\":\"a\",\"items\":1,\"total\":1.255,\"at\":\"2026-02-25T06:13:20Z\"}", false},
    {"a point without digits",
     "{\"customer\":\"a\",\"items\":1,\"total\":1.,\"at\":\"2026-02-25T06:13:20Z\"}", false},
    {"too large a decimal",
     "{\"customer\":\"a\",\"items\":1,\"total\":99999999999999999999,\"at\":\"2026-02-25T06:13:20Z\"}",
     false},
    {"no such month",
     "{\"customer\":\"a\",\"items\":1,\"total\":1,\"at\":\"2026-13-25T06:13:20Z\"}", false},
    {"no such day", "{\"customer\":\"a\",\"items\":1,\"total\":1,\"at\":\"2026-02-29T06:13:20Z\"}",
     false},
    {"no such hour", "{\"customer\":\"a\",\"items\":1,\"total\":1,\"at\":\"2026-02-25T24:13:20Z\"}",
     false},
    {"a fraction without digits",
     "{\"customer\":\"a\",\"items\":1,\"total\":1,\"at\":\"2026-02-25T06:13:20.Z\"}", false},
    {"a letter in a time",
     "{\"customer\":\"a\",\"items\":1,\"total\":1,\"at\":\"2026-O2-25T06:13:20Z\"}", false},
};

typedef struct packed_payload {
    const char *what;
    const char *bytes;
    size_t size;
    bool is_good;
} packed_payload;

#define PACKED(what, bytes, is_good)            \
    {                                           \
        what, bytes, sizeof(bytes) - 1, is_good \
    }
#define CUSTOMER \
    "\xA8"       \
    "customer"
#define ITEMS \
    "\xA5"    \
    "items"
#define TOTAL \
    "\xA5"    \
    "total"
#define AT \
    "\xA2" \
    "at"
#define NOTE \
    "\xA4"   \
    "note"

static const packed_payload packed_payloads[] = {
    PACKED("all fields",
           "\x85" CUSTOMER "\xA1"
           "a" ITEMS "\x03" TOTAL "\x7D" AT "\x09" NOTE "\xC0",
           true),
    PACKED("another order",
           "\x84" AT "\x09" TOTAL "\xFF" ITEMS "\x03" CUSTOMER "\xA1"
           "a",
           true),
    PACKED("long forms",
           "\x84"
           "\xD9\x08"
           "customer"
           "\xD9\x01"
           "a" ITEMS "\xCE\xFF\xFF\xFF\xFF" TOTAL "\xD0\x80" AT
           "\xCF\x00\x00\x00\x00\x00\x00\x00\x01",
           true),
    PACKED("unknown keys",
           "\x86"
           "\xA1"
           "x"
           "\xA1"
           "y" CUSTOMER "\xA1"
           "a" ITEMS "\x03" TOTAL "\x7D"
           "\xA1"
           "z"
           "\xC3" AT "\x09",
           true),
    PACKED("a key twice",
           "\x85" CUSTOMER "\xA1"
           "a" CUSTOMER "\xA1"
           "b" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           true),
    PACKED("UTF-8",
           "\x84" CUSTOMER "\xA9"
           "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           true),
    PACKED("a missing field", "\x83" ITEMS "\x03" TOTAL "\x7D" AT "\x09", false),
    PACKED("nothing", "", false),
    PACKED("a list", "\x90", false),
    PACKED("no end",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\x03",
           false),
    PACKED("a key cut off",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\x03" TOTAL "\x7D"
           "\xA2"
           "a",
           false),
    PACKED("a number cut off",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\x03" TOTAL "\x7D" AT "\xCF\x00\x00",
           false),
    PACKED("something behind the end",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\x03" TOTAL "\x7D" AT "\x09"
           "\x00",
           false),
    PACKED("a bad unknown key",
           "\x85" CUSTOMER "\xA1"
           "a"
           "\xA1"
           "\xFF"
           "\x01" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("a stray byte",
           "\x84" CUSTOMER "\xA1"
           "\x80" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("overlong UTF-8",
           "\x84" CUSTOMER "\xA2"
           "\xC1\x81" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("a surrogate",
           "\x84" CUSTOMER "\xA3"
           "\xED\xA0\x80" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("NUL",
           "\x84" CUSTOMER "\xA2"
           "a\0" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("a number for a text", "\x84" CUSTOMER "\x01" ITEMS "\x03" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("a text for a number",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\xA1"
           "3" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("a float for an integer",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\xCA\x40\x40\x00\x00" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("too large an integer",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\xCF\x00\x00\x00\x01\x00\x00\x00\x00" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("a negative count",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\xFF" TOTAL "\x7D" AT "\x09",
           false),
    PACKED("more than 63 bits",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\x03" TOTAL "\xCF\x80\x00\x00\x00\x00\x00\x00\x00" AT "\x09",
           false),
    PACKED("a time before all times",
           "\x84" CUSTOMER "\xA1"
           "a" ITEMS "\x03" TOTAL "\x7D" AT "\xD3\x80\x00\x00\x00\x00\x00\x00\x00",
           false),
};

static bool agrees(decoder *decode, const char *name, const char *what, const sample *from,
                   bool is_good)
{
    if (decode(from) == is_good)
        return true;
    fprintf(stderr, "decode: %s %s %s\n", name, is_good ? "refuses" : "reads", what);
    return false;
}

bool decode_is_strict(decoder *generated_json, decoder *hand_json, decoder *generated_msgpack,
                      decoder *hand_msgpack)
{
    bool is_strict = true;

    for (size_t i = 0; i < sizeof json_payloads / sizeof *json_payloads; i++) {
        const payload *given = &json_payloads[i];
        sample from = {.json = {given->json, strlen(given->json)}};

        is_strict &= agrees(generated_json, "json, generated", given->what, &from, given->is_good);
        is_strict &= agrees(hand_json, "json, by hand", given->what, &from, given->is_good);
    }
    for (size_t i = 0; i < sizeof packed_payloads / sizeof *packed_payloads; i++) {
        const packed_payload *given = &packed_payloads[i];
        sample from = {.packed = {(const uint8_t *)given->bytes, given->size}};

        is_strict &=
            agrees(generated_msgpack, "msgpack, generated", given->what, &from, given->is_good);
        is_strict &= agrees(hand_msgpack, "msgpack, by hand", given->what, &from, given->is_good);
    }
    return is_strict;
}
