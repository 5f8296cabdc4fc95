/* main.c -- makes random programs, their events, and what the interpreter says comes out.
 *
 *   suite make DIR SEED COUNT [without FEATURE…] [with FEATURE…]
 *                                                  DIR/p0.proj p0.events p0.queries p0.expected
 * p1.proj … suite interpret FILE.proj SEED                 events for a program, and what comes out
 *   suite features                                 what can be switched off
 *
 * Program i of SEED is made from SEED + i alone, so that `make DIR SEED+i 1` replays it. */
#include "oracle.h"

#include "base/diag.h"
#include "syntax/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const feature_names[] = {
#define ORACLE_FEATURE_NAME(name) #name,
    ORACLE_FEATURES(ORACLE_FEATURE_NAME) ORACLE_LATER_FEATURES(ORACLE_FEATURE_NAME)
#undef ORACLE_FEATURE_NAME
};

static void write_file(const char *folder, uint64_t number, const char *ending,
                       const struct oracle_text *text)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/p%llu.%s", folder, (unsigned long long)number, ending);
    FILE *file = fopen(path, "w");
    if (file == NULL ||
        fwrite(text->data == NULL ? "" : text->data, 1, text->size, file) != text->size ||
        fclose(file) != 0) {
        perror(path);
        exit(3);
    }
}

/* Parses, checks, draws events, interprets. False: the checker refuses the program. */
static bool expect(const char *path, struct oracle_random *random, struct oracle_text *events_text,
                   struct oracle_text *queries, struct oracle_text *expected)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct pc_sources *sources = pc_sources_new(arena);
    struct pc_diagnostics *diagnostics = pc_diagnostics_new(arena);
    struct pc_diagnostic_style style = {.format = PC_FORMAT_FULL};
    struct pc_module *tree = pc_parse(arena, sources, diagnostics, path, NULL);
    struct pc_model *model = tree == NULL ? NULL : pc_check(arena, tree, diagnostics);

    if (model != NULL) {
        struct oracle_events events = {NULL, 0, 0};

        oracle_make_events(arena, random, model, &events);
        oracle_put_events(events_text, &events);
        oracle_interpret(arena, sources, model, &events, random, queries, expected);
    } else {
        pc_diagnostics_print(diagnostics, sources, &style, stderr);
    }
    pc_arena_free(arena);
    return model != NULL;
}

static bool make_one(const char *folder, uint64_t seed, uint64_t number, uint64_t features)
{
    struct oracle_random random = {.state = seed * UINT64_C(0x100000001b3)};
    struct oracle_text program = {NULL, 0, 0};
    struct oracle_text events = {NULL, 0, 0};
    struct oracle_text queries = {NULL, 0, 0};
    struct oracle_text expected = {NULL, 0, 0};
    char package[32];
    char path[4096];

    snprintf(package, sizeof package, "p%llu", (unsigned long long)number);
    snprintf(path, sizeof path, "%s/%s.proj", folder, package);
    oracle_make_program(&random, features, package, &program);
    write_file(folder, number, "proj", &program);
    bool is_valid = expect(path, &random, &events, &queries, &expected);
    if (is_valid) {
        write_file(folder, number, "events", &events);
        write_file(folder, number, "queries", &queries);
        write_file(folder, number, "expected", &expected);
    } else {
        printf("invalid seed %llu: the checker refuses a program that should be valid\n",
               (unsigned long long)seed);
    }
    oracle_text_clear(&program);
    oracle_text_clear(&events);
    oracle_text_clear(&queries);
    oracle_text_clear(&expected);
    return is_valid;
}

static int make(int argc, char **argv)
{
    uint64_t seed = strtoull(argv[3], NULL, 10);
    uint64_t count = strtoull(argv[4], NULL, 10);
    uint64_t features = (UINT64_C(1) << ORACLE_FEATURES_NOW) - 1;
    bool is_with = false;
    int status = 0;

    for (int i = 5; i < argc; i++) {
        int found = 0;

        if (strcmp(argv[i], "with") == 0 || strcmp(argv[i], "without") == 0) {
            is_with = argv[i][4] == '\0';
            continue;
        }
        while (found < ORACLE_FEATURE_COUNT && strcmp(argv[i], feature_names[found]) != 0)
            found++;
        if (found == ORACLE_FEATURE_COUNT) {
            fprintf(stderr, "oracle: there is no feature %s\n", argv[i]);
            return 2;
        }
        features &= ~(UINT64_C(1) << found);
        features |= (uint64_t)is_with << found;
    }
    for (uint64_t i = 0; i < count; i++)
        if (!make_one(argv[2], seed + i, i, features))
            status = 1;
    return status;
}

static int interpret(const char *path, uint64_t seed)
{
    struct oracle_random random = {.state = seed * UINT64_C(0x100000001b3)};
    struct oracle_text events = {NULL, 0, 0};
    struct oracle_text queries = {NULL, 0, 0};
    struct oracle_text expected = {NULL, 0, 0};
    bool is_valid = expect(path, &random, &events, &queries, &expected);

    if (is_valid)
        printf("%s", expected.data == NULL ? "" : expected.data);
    oracle_text_clear(&events);
    oracle_text_clear(&queries);
    oracle_text_clear(&expected);
    return is_valid ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc >= 5 && strcmp(argv[1], "make") == 0)
        return make(argc, argv);
    if (argc == 4 && strcmp(argv[1], "interpret") == 0)
        return interpret(argv[2], strtoull(argv[3], NULL, 10));
    if (argc == 2 && strcmp(argv[1], "features") == 0) {
        for (int i = 0; i < ORACLE_FEATURE_COUNT; i++)
            printf("%s%s\n", feature_names[i], i < ORACLE_FEATURES_NOW ? "" : " (ask for it)");
        return 0;
    }
    fprintf(stderr, "usage: suite make DIR SEED COUNT [without FEATURE...] [with FEATURE...] | "
                    "interpret FILE SEED | features\n");
    return 2;
}
