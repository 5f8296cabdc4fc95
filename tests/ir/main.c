/* main.c -- the document of `projc ir` against its schema, and the schema against the documents.
 *
 *   suite check SCHEMA FILE…     valid, in order, consistent; every part and word of use
 *   suite mutants SCHEMA FILE…   whatever is changed in them is noticed
 *   suite print FILE             the program that a document tells, to standard output
 *   suite same FILE FILE         two documents differ in nothing that counts
 *   suite self                   the validator refuses what it is to refuse */
#include "export/words.h"
#include "meaning.h"
#include "mutants.h"
#include "print.h"
#include "self.h"
#include "validate.h"

#include <stdio.h>
#include <string.h>

static size_t passed;
static size_t failed;

static void count(bool holds, const char *claim, const char *why)
{
    if (holds) {
        passed++;
    } else {
        failed++;
        printf("not ok - %s: %s\n", claim, why);
    }
}

static void check_file(struct ir_schema *schema, const char *path)
{
    json_error_t error;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    count(document != NULL, path, error.text);
    if (document == NULL)
        return;
    count(ir_validate(schema, document), path, schema->message);
    count(ir_check_meaning(document, path) == 0, path, "is not consistent");
    json_decref(document);
}

/* Members of the compiler's enums that never come into a document. */
static size_t silent_members(const char *list)
{
    static const struct {
        const char *list;
        size_t count;
    } silent[] = {
        {"type", 2},       /* ERROR, NONE */
        {"event data", 1}, /* event.meta("key") is a kind of its own */
        {"built-in", 6},   /* push, keep_last, clear, add, remove: statements; has: in */
        {"assignment", 1}, /* = is null */
    };

    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (strcmp(silent[i].list, list) == 0)
            return silent[i].count;
    return 0;
}

/* Every word that the compiler can write was met, by a schema that names it. */
static void check_words(const struct ir_schema *schema)
{
    for (const struct pc_export_word_list *list = pc_export_word_lists; list->name != NULL;
         list++) {
        size_t silent = 0;

        for (size_t i = 0; i < list->count; i++) {
            if (list->items[i] == NULL)
                silent++;
            else
                count(ir_is_met(schema, list->items[i]), list->items[i], "was never met");
        }
        count(silent == silent_members(list->name), list->name, "has members without a word");
    }
}

static int check(const char *schema_path, char **paths)
{
    struct ir_schema schema;
    size_t files = 0;

    count(ir_schema_init(&schema, schema_path, NULL), "the schema", schema.message);
    if (failed == 0) {
        schema.wants_order = true;
        for (; *paths != NULL; paths++, files++)
            check_file(&schema, *paths);
        count(files > 0, "files", "there are none");
        count(ir_report_unused(&schema) == 0, "the schema", "has parts without use");
        check_words(&schema);
        printf("%zu documents, %zu parts of the schema\n", files, schema.count);
    }
    ir_schema_clear(&schema);
    return failed > 0;
}

static int mutate(const char *schema_path, char **paths)
{
    struct ir_schema schema;

    count(ir_schema_init(&schema, schema_path, NULL), "the schema", schema.message);
    for (; failed == 0 && *paths != NULL; paths++) {
        struct ir_mutants mutants = {.schema = &schema};

        ir_run_mutants(&mutants, *paths);
        passed += mutants.noticed;
        failed += mutants.missed;
    }
    count(passed > 100, "mutants", "are too few");
    ir_schema_clear(&schema);
    return failed > 0;
}

/* ---- a document as a program, and back ---- */

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *document = json_load_file(path, 0, &error);

    if (document == NULL)
        printf("not ok - %s: %s\n", path, error.text);
    return document;
}

static int print(const char *path)
{
    json_t *document = load(path);

    if (document == NULL)
        return 1;
    ir_print_program(document);
    json_decref(document);
    return 0;
}

/* What may differ: where something stands and in which files, and in which order the compiler met
 * the types. */
static void forget(json_t *node)
{
    static const char *const places[] = {"position", "files", "header", "types"};
    const char *key;
    json_t *item;
    size_t index;

    for (size_t i = 0; json_is_object(node) && i < sizeof places / sizeof *places; i++)
        (void)json_object_del(node, places[i]);
    json_object_foreach(node, key, item) forget(item);
    json_array_foreach(node, index, item) forget(item);
}

static int compare(const char *left, const char *right)
{
    json_t *a = load(left);
    json_t *b = load(right);
    bool is_same = false;

    if (a != NULL && b != NULL) {
        forget(a);
        forget(b);
        is_same = json_equal(a, b);
    }
    if (!is_same && a != NULL && b != NULL) {
        (void)json_dump_file(a, "left.json", JSON_INDENT(1));
        (void)json_dump_file(b, "right.json", JSON_INDENT(1));
    }
    json_decref(a);
    json_decref(b);
    return !is_same;
}

int main(int argc, char **argv)
{
    int status = 2;

    if (argc == 3 && strcmp(argv[1], "print") == 0)
        return print(argv[2]);
    if (argc == 4 && strcmp(argv[1], "same") == 0)
        return compare(argv[2], argv[3]);
    if (argc > 3 && strcmp(argv[1], "check") == 0)
        status = check(argv[2], argv + 3);
    else if (argc > 3 && strcmp(argv[1], "mutants") == 0)
        status = mutate(argv[2], argv + 3);
    else if (argc == 2 && strcmp(argv[1], "self") == 0)
        status = ir_self_test(&passed, &failed);
    else
        fprintf(stderr, "usage: suite check|mutants SCHEMA FILE... | suite self\n");
    if (status != 2)
        printf("%zu passed, %zu failed\n", passed, failed);
    return status;
}
