/* self.c -- the validator against schemas of one keyword each; texts and back. */
#include "self.h"

#include "export/json.h"
#include "validate.h"

#include <stdio.h>
#include <string.h>

/* A schema, a document that is valid by it, one that is not. */
static const struct {
    const char *schema, *good, *bad;
} keywords[] = {
    {"{\"type\": \"string\"}", "\"a\"", "1"},
    {"{\"type\": \"integer\"}", "1", "1.5"},
    {"{\"type\": \"number\"}", "1.5", "\"1.5\""},
    {"{\"type\": \"boolean\"}", "true", "0"},
    {"{\"type\": \"null\"}", "null", "0"},
    {"{\"type\": \"object\"}", "{}", "[]"},
    {"{\"type\": \"array\"}", "[]", "{}"},
    {"{\"type\": [\"null\", \"string\"]}", "null", "1"},
    {"{\"const\": \"a\"}", "\"a\"", "\"b\""},
    {"{\"const\": null}", "null", "0"},
    {"{\"enum\": [\"a\", 2]}", "2", "3"},
    {"{\"required\": [\"a\"]}", "{\"a\": 1}", "{\"b\": 1}"},
    {"{\"properties\": {\"a\": {\"type\": \"null\"}}}", "{\"b\": 1}", "{\"a\": 1}"},
    {"{\"properties\": {\"a\": {}}, \"additionalProperties\": false}", "{\"a\": 1}", "{\"b\": 1}"},
    {"{\"items\": {\"type\": \"null\"}}", "[null, null]", "[null, 1]"},
    {"{\"minItems\": 2}", "[1, 2]", "[1]"},
    {"{\"minLength\": 2}", "\"\u00e4\u00e4\"", "\"\u00e4\""},
    {"{\"minimum\": 2}", "2", "1"},
    {"{\"maximum\": 2}", "2", "3"},
    {"{\"pattern\": \"^[a-c]+$\"}", "\"abc\"", "\"abcd\""},
    {"{\"oneOf\": [{\"type\": \"null\"}, {\"minimum\": 3}]}", "4", "2"},
    {"{\"oneOf\": [{\"minimum\": 1}, {\"minimum\": 3}]}", "2", "4"},
    {"{\"allOf\": [{\"minimum\": 1}, {\"maximum\": 3}]}", "2", "4"},
    {"{\"if\": {\"const\": 1}, \"then\": {\"const\": 1}, \"else\": {\"const\": 2}}", "2", "3"},
    {"{\"if\": {\"minimum\": 5}, \"then\": {\"maximum\": 6}}", "1", "7"},
    {"{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"const\": 1}}}", "1", "2"},
    {"{\"$defs\": {\"a\": {\"items\": {\"$ref\": \"#/$defs/a\"}, \"type\": \"array\"}}, \"$ref\": "
     "\"#/$defs/a\"}",
     "[[], [[]]]", "[[], [1]]"},
};

/* What is no schema of the subset. */
static const char *const strangers[] = {
    "{\"anyOf\": [{}]}",
    "{\"properties\": {\"a\": {\"minimun\": 1}}}",
    "{\"items\": {\"format\": \"uuid\"}}",
    "{\"if\": {\"not\": {}}}",
    "{\"additionalProperties\": true}",
    "{\"type\": \"string\", \"type\": \"null\"}",
    "{\"items\": []}",
    "[]",
};

static bool is_valid(struct ir_schema *schema, const char *text)
{
    json_t *document = json_loads(text, JSON_DECODE_ANY, NULL);
    bool result = document != NULL && ir_validate(schema, document);

    json_decref(document);
    return result;
}

static void count(bool holds, const char *schema, const char *what, size_t *passed, size_t *failed)
{
    if (holds) {
        ++*passed;
    } else {
        ++*failed;
        printf("not ok - %s %s\n", schema, what);
    }
}

/* Every byte that a text may hold comes back from its JSON, and nothing in it is a line break. */
static void check_texts(size_t *passed, size_t *failed)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    char all[160];
    size_t size = 0;

    for (char c = 0; c < 0x7f; c++)
        all[size++] = c;
    memcpy(all + size, "\x7f\xc3\xa4\xe2\x80\xa8\xf4\x8f\xbf\xbf", 10);
    size += 10;
    for (size_t start = 0; start < size; start++) {
        struct pc_json json = {.arena = arena};
        json_t *back;

        if (((unsigned char)all[start] & 0xc0) == 0x80)
            continue; /* inside of a code point */
        pc_json_text(&json, (struct pc_text){all + start, size - start});
        back = json_loadb(json.data, json.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        count(json_string_length(back) == size - start &&
                  memcmp(json_string_value(back), all + start, size - start) == 0 &&
                  memchr(json.data, '\n', json.size) == NULL,
              "a text", "does not come back", passed, failed);
        json_decref(back);
    }
    pc_arena_free(arena);
}

int ir_self_test(size_t *passed, size_t *failed)
{
    struct ir_schema schema;

    check_texts(passed, failed);

    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        bool is_schema = ir_schema_init(&schema, NULL, keywords[i].schema);

        count(is_schema, keywords[i].schema, "is no schema", passed, failed);
        if (is_schema) {
            count(is_valid(&schema, keywords[i].good), keywords[i].schema, "refuses", passed,
                  failed);
            count(!is_valid(&schema, keywords[i].bad), keywords[i].schema, "takes", passed, failed);
        }
        ir_schema_clear(&schema);
    }
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        count(!ir_schema_init(&schema, NULL, strangers[i]), strangers[i], "is taken for a schema",
              passed, failed);
        ir_schema_clear(&schema);
    }
    /* Order, and use. */
    count(ir_schema_init(&schema, NULL,
                         "{\"properties\": {\"a\": {\"enum\": [1, 2]}, \"b\": {}}, \"required\": "
                         "[\"a\", \"b\"], \"additionalProperties\": false}"),
          "order", "is no schema", passed, failed);
    schema.wants_order = true;
    count(is_valid(&schema, "{\"a\": 1, \"b\": 1}"), "order", "is refused", passed, failed);
    count(!is_valid(&schema, "{\"b\": 1, \"a\": 1}"), "order", "is not looked at", passed, failed);
    count(ir_report_unused(&schema) == 1, "use", "is not counted", passed, failed);
    ir_schema_clear(&schema);
    return *failed > 0;
}
