/* One record read twice: by fields in line (projc/codec_field.h), and by whole keys. Whatever the
 * bytes are, both must see the same, or fail with the same words; tests and fuzzers ask that. */
#ifndef TESTS_UNIT_CODEC_FIELD_SAMPLE_H
#define TESTS_UNIT_CODEC_FIELD_SAMPLE_H

#include <projc/codec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than what one byte's head can say in msgpack. */
#define FIELD_LONG_NAME "a name of more than thirty-one bytes"

typedef struct field_record {
    int64_t id;
    int64_t identity;
    int64_t quoted; /* the field `a"b` */
    int64_t twelve; /* the field `12`, which may be an integer in msgpack */
    int64_t length; /* FIELD_LONG_NAME */
    projc_text note;
    uint32_t skipped;
} field_record;

typedef struct field_outcome {
    field_record read;
    projc_status status;
    projc_error error;
} field_outcome;

/* ---- the same record four times ---- */

static void field_json_by_field(projc_json_reader *reader, field_record *to)
{
    projc_scope scope;

    projc_json_read_map(reader, &scope);
    while (projc_json_read_field(reader, &scope)) {
        if (projc_json_field_is(reader, "id", 2))
            to->id = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_json_field_is(reader, "identity", 8))
            to->identity = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(reader->field, "a\"b", 3)) /* needs escapes */
            to->quoted = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_json_field_is(reader, "12", 2))
            to->twelve = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_json_field_is(reader, FIELD_LONG_NAME, sizeof FIELD_LONG_NAME - 1))
            to->length = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_json_field_is(reader, "n\xC3\xB6te", 5))
            to->note = projc_json_read_text(reader);
        else {
            projc_json_skip_field(reader, &scope);
            to->skipped += !scope.is_reread;
        }
    }
}

static void field_json_by_key(projc_json_reader *reader, field_record *to)
{
    projc_scope scope;
    projc_text key;

    projc_json_read_map(reader, &scope);
    while (projc_json_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "id", 2))
            to->id = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "identity", 8))
            to->identity = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "a\"b", 3))
            to->quoted = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "12", 2))
            to->twelve = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, FIELD_LONG_NAME, sizeof FIELD_LONG_NAME - 1))
            to->length = projc_json_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "n\xC3\xB6te", 5))
            to->note = projc_json_read_text(reader);
        else {
            projc_json_skip(reader);
            to->skipped++;
        }
    }
}

static void field_msgpack_by_field(projc_msgpack_reader *reader, field_record *to)
{
    projc_scope scope;

    projc_msgpack_read_map(reader, &scope);
    while (projc_msgpack_read_field(reader, &scope)) {
        if (projc_msgpack_field_is(reader, "id", 2))
            to->id = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_msgpack_field_is(reader, "identity", 8))
            to->identity = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_msgpack_field_is(reader, "a\"b", 3))
            to->quoted = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_msgpack_field_is(reader, "12", 2))
            to->twelve = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_msgpack_field_is(reader, FIELD_LONG_NAME, sizeof FIELD_LONG_NAME - 1))
            to->length = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_msgpack_field_is(reader, "n\xC3\xB6te", 5))
            to->note = projc_msgpack_read_text(reader);
        else {
            projc_msgpack_skip_field(reader, &scope);
            to->skipped += !scope.is_reread;
        }
    }
}

static void field_msgpack_by_key(projc_msgpack_reader *reader, field_record *to)
{
    projc_scope scope;
    projc_text key;

    projc_msgpack_read_map(reader, &scope);
    while (projc_msgpack_read_key(reader, &scope, &key)) {
        if (projc_text_is(key, "id", 2))
            to->id = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "identity", 8))
            to->identity = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "a\"b", 3))
            to->quoted = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "12", 2))
            to->twelve = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, FIELD_LONG_NAME, sizeof FIELD_LONG_NAME - 1))
            to->length = projc_msgpack_read_integer(reader, 0, 100, "u8");
        else if (projc_text_is(key, "n\xC3\xB6te", 5))
            to->note = projc_msgpack_read_text(reader);
        else {
            projc_msgpack_skip(reader);
            to->skipped++;
        }
    }
}

/* ---- running and comparing ---- */

static field_outcome field_read_json(projc_arena *arena, const void *data, size_t size,
                                     void (*decode)(projc_json_reader *, field_record *))
{
    field_outcome got = {.read = {0}};
    projc_json_reader reader;

    projc_error_clear(&got.error);
    projc_json_reader_init(&reader, data, size, arena, &got.error);
    decode(&reader, &got.read);
    got.status = projc_json_read_end(&reader);
    return got;
}

static field_outcome field_read_msgpack(projc_arena *arena, const void *data, size_t size,
                                        void (*decode)(projc_msgpack_reader *, field_record *))
{
    field_outcome got = {.read = {0}};
    projc_msgpack_reader reader;

    projc_error_clear(&got.error);
    projc_msgpack_reader_init(&reader, data, size, arena, &got.error);
    decode(&reader, &got.read);
    got.status = projc_msgpack_read_end(&reader);
    return got;
}

static bool field_is_same(const field_outcome *left, const field_outcome *right)
{
    if (left->status != right->status)
        return false;
    if (left->status != PROJC_OK)
        return strcmp(left->error.message, right->error.message) == 0;
    return left->read.id == right->read.id && left->read.identity == right->read.identity &&
           left->read.quoted == right->read.quoted && left->read.twelve == right->read.twelve &&
           left->read.length == right->read.length && left->read.skipped == right->read.skipped &&
           left->read.note.size == right->read.note.size &&
           (left->read.note.size == 0 ||
            memcmp(left->read.note.data, right->read.note.data, left->read.note.size) == 0);
}

/* Reads both ways, from memory of exactly so many bytes; *got is what the fields gave. */
static bool field_reads_agree(const char *bytes, size_t size, bool is_json, field_outcome *got)
{
    projc_arena *arena = projc_arena_new(0);
    char *data = malloc(size == 0 ? 1 : size);
    field_outcome whole;
    bool is_equal;

    if (data == NULL)
        abort();
    memcpy(data, bytes, size);
    if (is_json) {
        *got = field_read_json(arena, data, size, field_json_by_field);
        whole = field_read_json(arena, data, size, field_json_by_key);
    } else {
        *got = field_read_msgpack(arena, data, size, field_msgpack_by_field);
        whole = field_read_msgpack(arena, data, size, field_msgpack_by_key);
    }
    is_equal = field_is_same(got, &whole);
    if (!is_equal)
        fprintf(stderr, "by field: %d %s\nby key:   %d %s\n", (int)got->status, got->error.message,
                (int)whole.status, whole.error.message);
    got->read.note = projc_text_of(NULL, 0); /* it lived in the bytes or the arena */
    projc_arena_free(arena);
    free(data);
    return is_equal;
}

#endif
