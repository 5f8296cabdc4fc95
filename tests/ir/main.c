/* main.c -- the document of `projc ir` against its schema, and the schema against the documents.
 *
 *   suite check SCHEMA FILE…     valid, in order, consistent; every part and word of use
 *   suite mutants SCHEMA FILE…   whatever is changed in them is noticed
 *   suite self                   the validator refuses what it is to refuse */
#include "export/words.h"
#include "meaning.h"
#include "mutants.h"
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

int main(int argc, char **argv)
{
    int status = 2;

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
