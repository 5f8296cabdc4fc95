/* run_tests.c -- projc test: generates, compiles and runs the tests of one plan. */
#include "runner/run_tests.h"

#include "base/infile.h"
#include "base/outfile.h"
#include "gen/gen.h"
#include "runner/toolchain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of what the tests got where they expected something else. */
enum { FINDINGS_MAX_BYTES = 256 << 20 };

enum { STATUS_FOUND = 1, STATUS_USAGE = 2, STATUS_IO = 3 };

/* The files of one run, all in one temporary folder. */
struct workplace {
    struct pc_text folder;
    struct pc_text header;
    struct pc_text source;
    struct pc_text test;
    struct pc_text program;
    struct pc_text got;
};

static bool open_workplace(struct pc_arena *arena, const struct pc_plan *plan,
                           struct workplace *place, struct pc_text *problem)
{
    const char *base = getenv("TMPDIR");
    struct pc_text folder = pc_text_format(arena, "%s/projc-test-XXXXXX",
                                           base == NULL || *base == '\0' ? "/tmp" : base);
    char *name = pc_arena_copy(arena, folder.data, folder.size);

    if (mkdtemp(name) == NULL) {
        *problem =
            pc_text_format(arena, "cannot make the folder %s: %s", folder.data, strerror(errno));
        return false;
    }
    place->folder = pc_text_of(name);
    place->header = pc_text_format(arena, "%s/%.*s.h", name, PC_TEXT_ARGS(plan->stem));
    place->source = pc_text_format(arena, "%s/%.*s.c", name, PC_TEXT_ARGS(plan->stem));
    place->test = pc_text_format(arena, "%s/test_main.c", name);
    place->program = pc_text_format(arena, "%s/test_main", name);
    place->got = pc_text_format(arena, "%s/got", name);
    return true;
}

static void close_workplace(const struct workplace *place)
{
    /* Each may be missing when an earlier step failed; the folder goes when it is empty. */
    (void)unlink(place->header.data);
    (void)unlink(place->source.data);
    (void)unlink(place->test.data);
    (void)unlink(place->program.data);
    (void)unlink(place->got.data);
    (void)rmdir(place->folder.data);
}

static bool write_sources(struct pc_arena *arena, const struct pc_plan *plan,
                          const struct pc_test_options *options, const struct workplace *place,
                          struct pc_text *problem)
{
    struct pc_generate_options generate = {.version = options->version};

    return pc_outfile_write(arena, place->header.data, pc_generate_header(arena, plan, &generate),
                            problem) != PC_OUTFILE_FAILED &&
           pc_outfile_write(arena, place->source.data, pc_generate_source(arena, plan, &generate),
                            problem) != PC_OUTFILE_FAILED &&
           pc_outfile_write(arena, place->test.data, pc_generate_test(arena, plan, &generate),
                            problem) != PC_OUTFILE_FAILED;
}

/* The database for --store; NULL: the test program's default, a temporary SQLite file. */
static bool choose_store(struct pc_arena *arena, const struct pc_test_options *options,
                         const char **store, struct pc_text *problem)
{
    *store = NULL;
    if (options->store == NULL || strcmp(options->store, "sqlite") == 0)
        return true;
    if (strcmp(options->store, "postgres") == 0) {
        *store = getenv("DATABASE_URL");
        if (*store != NULL && **store != '\0')
            return true;
        *problem = pc_text_of("--store postgres needs DATABASE_URL, the database to test in");
        return false;
    }
    *problem = pc_text_format(arena, "--store is sqlite or postgres, not `%s`", options->store);
    return false;
}

static int run_program(struct pc_arena *arena, const struct pc_test_options *options,
                       const char *store, const struct workplace *place, struct pc_text *problem)
{
    const char *arguments[10];
    size_t count = 0;

    arguments[count++] = place->program.data;
    if (store != NULL) {
        arguments[count++] = "--store";
        arguments[count++] = store;
    }
    if (options->filter != NULL) {
        arguments[count++] = "--filter";
        arguments[count++] = options->filter;
    }
    if (options->is_tap)
        arguments[count++] = "--tap";
    if (options->is_json)
        arguments[count++] = "--json";
    if (options->findings != NULL) {
        arguments[count++] = "--got";
        arguments[count++] = place->got.data;
    }
    arguments[count] = NULL;

    int status = pc_run_program(arena, arguments, problem);

    if (status >= 0 && status <= STATUS_IO)
        return status;
    if (status > 0)
        *problem = pc_text_format(arena, "the test program ended with status %d", status);
    return STATUS_IO;
}

static bool read_findings(struct pc_arena *arena, const struct workplace *place,
                          struct pc_text *findings, struct pc_text *problem)
{
    int file = open(place->got.data, O_RDONLY | O_CLOEXEC);
    bool is_read = file >= 0 && pc_infile_read(arena, file, 0, FINDINGS_MAX_BYTES, findings);
    int error_number = errno;

    if (file >= 0)
        close(file);
    if (is_read && findings->size > FINDINGS_MAX_BYTES) {
        is_read = false;
        error_number = EFBIG;
    }
    if (!is_read)
        *problem = pc_text_format(arena, "%s: %s", place->got.data, strerror(error_number));
    return is_read;
}

int pc_run_tests(struct pc_arena *arena, const struct pc_plan *plan,
                 const struct pc_test_options *options, struct pc_text *problem)
{
    struct pc_toolchain toolchain;
    struct workplace place;
    const char *store;
    int status = STATUS_IO;

    if (!choose_store(arena, options, &store, problem))
        return STATUS_USAGE;
    if (plan->tests.count == 0) {
        *problem = pc_text_of("there is no test in it");
        return STATUS_FOUND;
    }
    if (!pc_toolchain_find(arena, &toolchain, problem) ||
        !open_workplace(arena, plan, &place, problem))
        return STATUS_IO;

    const char *sources[] = {place.source.data, place.test.data, NULL};

    if (write_sources(arena, plan, options, &place, problem)) {
        if (pc_toolchain_link(arena, &toolchain, place.folder.data, sources, place.program.data,
                              problem))
            status = run_program(arena, options, store, &place, problem);
        else
            *problem =
                pc_text_format(arena, "%.*s%.*s", PC_TEXT_ARGS(*problem),
                               PC_TEXT_ARGS(pc_toolchain_extern_hint(arena, plan, "projc test …")));
    }
    if (status <= STATUS_FOUND && options->findings != NULL &&
        !read_findings(arena, &place, options->findings, problem))
        status = STATUS_IO;
    close_workplace(&place);
    return status;
}
