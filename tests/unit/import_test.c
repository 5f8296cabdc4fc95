/* Imports: tests/golden/error/syntax_import_* has the messages. */
#include "tests/unit/parsing.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/projc_import_test.XXXXXX";

static const char *write_file(const char *name, const char *text)
{
    const char *path = pc_text_format(arena, "%s/%s", folder, name).data;
    FILE *file = fopen(path, "w");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static void run(const char *command)
{
    CU_ASSERT_EQUAL(system(pc_text_format(arena, "cd %s && %s", folder, command).data), 0);
}

static void each_file_is_read_once_and_stands_where_it_is_imported(void)
{
    begin();
    const char *root = write_file("root.proj", "package p\nimport \"a.proj\"\nimport \"b.proj\"\n"
                                               "record Root {}\ntest \"root\" {}");
    write_file("a.proj", "package a\nimport \"./b.proj\"\nrecord A {}\ntest \"a\" {}\n");
    write_file("b.proj", "record B {}\n");
    const struct pc_module *module = pc_parse(arena, sources, diagnostics, root, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(module);
    CU_ASSERT_EQUAL(module->files.count, 3);
    CU_ASSERT(pc_text_is(module->package->name.text, "p"));
    static const enum pc_node_kind kinds[] = {
        PC_DECLARATION_PACKAGE, PC_DECLARATION_PACKAGE, PC_DECLARATION_RECORD,
        PC_DECLARATION_IMPORT,  PC_DECLARATION_RECORD,  PC_DECLARATION_IMPORT,
        PC_DECLARATION_IMPORT,  PC_DECLARATION_RECORD,  PC_DECLARATION_TEST,
    };
    CU_ASSERT_EQUAL_FATAL(module->declarations.count, sizeof(kinds) / sizeof(kinds[0]));
    for (size_t i = 0; i < module->declarations.count; i++)
        CU_ASSERT_EQUAL(module->declarations.items[i]->kind, kinds[i]);
    CU_ASSERT(pc_text_is(module->declarations.items[2]->name.text, "B"));
    CU_ASSERT(pc_text_is(module->declarations.items[4]->name.text, "A"));
    CU_ASSERT_EQUAL(module->declarations.items[3]->import.file,
                    module->declarations.items[6]->import.file);
    run("rm -- *.proj");
    end();
}

static void imports_are_found_in_the_given_folders(void)
{
    begin();
    const char *root = write_file("root.proj", "package p\nimport \"deep/c.proj\"\n");
    run("mkdir -p inc/deep");
    write_file("inc/deep/c.proj", "record C {}");
    const char *folders[] = {"/nowhere", pc_text_format(arena, "%s/inc", folder).data};
    struct pc_parse_options options = {.import_folders = folders, .import_folder_count = 2};
    CU_ASSERT_PTR_NULL(pc_parse(arena, sources, diagnostics, root, NULL));
    CU_ASSERT_EQUAL(diagnostics->items[0]->code, PC_E0101);
    CU_ASSERT_PTR_NOT_NULL(pc_parse(arena, sources, diagnostics, root, &options));
    run("rm -r -- inc root.proj");
    end();
}

/* A chain of `length` files below the root. */
static void parse_chain(int length)
{
    begin();
    for (int i = 0; i <= length; i++)
        write_file(pc_text_format(arena, "%d.proj", i).data,
                   i < length ? pc_text_format(arena, "import \"%d.proj\"", i + 1).data : "");
    const char *root = pc_text_format(arena, "%s/0.proj", folder).data;
    (void)pc_parse(arena, sources, diagnostics, root, NULL);
}

static void imports_nest_thirty_two_deep_and_no_deeper(void)
{
    parse_chain(PC_IMPORT_DEPTH_MAX);
    CU_ASSERT_EQUAL(diagnostics->count, 0);
    run("rm -- *.proj");
    end();
    parse_chain(PC_IMPORT_DEPTH_MAX + 1);
    CU_ASSERT_EQUAL(diagnostics->count, 1);
    CU_ASSERT_EQUAL(diagnostics->items[0]->code, PC_E0104);
    run("rm -- *.proj");
    end();
}

static void a_folder_is_no_file_to_import(void)
{
    begin();
    const char *root = write_file("root.proj", "package p\nimport \".\"\n");
    CU_ASSERT_PTR_NULL(pc_parse(arena, sources, diagnostics, root, NULL));
    CU_ASSERT_EQUAL_FATAL(diagnostics->count, 1);
    CU_ASSERT_EQUAL(diagnostics->items[0]->code, PC_E0010);
    CU_ASSERT(diagnostics->items[0]->has_span);
    run("rm -- root.proj");
    end();
}

static void an_unreadable_root_is_reported_without_place(void)
{
    begin();
    CU_ASSERT_PTR_NULL(pc_parse(arena, sources, diagnostics, "/nowhere/a.proj", NULL));
    CU_ASSERT_EQUAL_FATAL(diagnostics->count, 1);
    CU_ASSERT_EQUAL(diagnostics->items[0]->code, PC_E0010);
    CU_ASSERT_FALSE(diagnostics->items[0]->has_span);
    end();
}

#define TESTS(X)                                              \
    X(each_file_is_read_once_and_stands_where_it_is_imported) \
    X(imports_are_found_in_the_given_folders)                 \
    X(imports_nest_thirty_two_deep_and_no_deeper)             \
    X(a_folder_is_no_file_to_import)                          \
    X(an_unreadable_root_is_reported_without_place)

int main(void)
{
    CU_TestInfo tests[] = {TESTS(SUITE_ROW) CU_TEST_INFO_NULL};

    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return 1;
    }
    int status = suite_run("import", tests);
    rmdir(folder);
    return status;
}
