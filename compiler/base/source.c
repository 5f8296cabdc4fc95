/* source.c -- reads source files, checks their bytes, and finds lines and columns. */
#include "base/source.h"

#include "base/infile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pc_sources *pc_sources_new(struct pc_arena *arena)
{
    struct pc_sources *sources = PC_NEW(arena, struct pc_sources);

    sources->arena = arena;
    return sources;
}

static enum pc_source_status fail(struct pc_source_failure *failure, enum pc_source_status status,
                                  int error_number, size_t offset)
{
    *failure = (struct pc_source_failure){
        .status = status, .error_number = error_number, .offset = (uint32_t)offset};
    return status;
}

static void map_lines(struct pc_arena *arena, struct pc_source *source)
{
    const char *data = source->bytes.data;
    const char *end = data + source->bytes.size;
    uint32_t count = 1;

    for (const char *at = data; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        count++;
    source->line_starts = pc_arena_alloc_array(arena, count, sizeof(uint32_t));
    source->line_count = count;
    uint32_t line = 1;
    for (const char *at = data; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        source->line_starts[line++] = (uint32_t)(at + 1 - data);
}

static void count_code_points(struct pc_arena *arena, struct pc_source *source)
{
    size_t count = source->bytes.size / PC_SOURCE_STRIDE + 1;

    source->code_points = pc_arena_alloc_array(arena, count, sizeof(uint32_t));
    for (size_t i = 1; i < count; i++) {
        struct pc_text stride = {.data = source->bytes.data + (i - 1) * PC_SOURCE_STRIDE,
                                 .size = PC_SOURCE_STRIDE};
        source->code_points[i] = source->code_points[i - 1] + (uint32_t)pc_utf8_count(stride);
    }
}

/* `bytes` already lives in the arena. */
static enum pc_source_status add(struct pc_sources *sources, const char *name, struct pc_text bytes,
                                 uint32_t *index, struct pc_source_failure *failure)
{
    struct pc_source *source = PC_NEW(sources->arena, struct pc_source);

    source->name = pc_arena_copy(sources->arena, name, strlen(name));
    source->bytes = bytes;
    map_lines(sources->arena, source);
    count_code_points(sources->arena, source);
    *index = (uint32_t)sources->count;
    PC_LIST_ADD(sources->arena, sources, source);

    const char *nul = memchr(bytes.data, '\0', bytes.size);
    size_t valid = pc_utf8_valid_prefix(bytes);
    if (nul != NULL)
        fail(failure, PC_SOURCE_NUL_BYTE, 0, (size_t)(nul - bytes.data));
    else if (valid < bytes.size)
        fail(failure, PC_SOURCE_INVALID_UTF8, 0, valid);
    else
        fail(failure, PC_SOURCE_OK, 0, 0);
    source->failure = *failure;
    return failure->status;
}

enum pc_source_status pc_source_add(struct pc_sources *sources, const char *name,
                                    struct pc_text bytes, uint32_t *index,
                                    struct pc_source_failure *failure)
{
    if (bytes.size > PC_SOURCE_MAX_BYTES)
        return fail(failure, PC_SOURCE_TOO_LARGE, 0, 0);
    return add(sources, name, pc_text_copy(sources->arena, bytes), index, failure);
}

static bool find_by_name(const struct pc_sources *sources, const char *name, uint32_t *index)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->items[i]->name, name) == 0) {
            *index = (uint32_t)i;
            return true;
        }
    }
    return false;
}

enum pc_source_status pc_source_load(struct pc_sources *sources, const char *path, const char *name,
                                     uint32_t *index, struct pc_source_failure *failure)
{
    struct stat facts;
    struct pc_text bytes;

    if (find_by_name(sources, name, index)) {
        *failure = sources->items[*index]->failure;
        return failure->status;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail(failure, PC_SOURCE_UNREADABLE, errno, 0);
    if (fstat(file, &facts) != 0)
        facts.st_size = 0;
    bool is_read =
        pc_infile_read(sources->arena, file, (size_t)facts.st_size, PC_SOURCE_MAX_BYTES, &bytes);
    int error_number = errno;
    close(file);
    if (!is_read)
        return fail(failure, PC_SOURCE_UNREADABLE, error_number, 0);
    if (bytes.size > PC_SOURCE_MAX_BYTES)
        return fail(failure, PC_SOURCE_TOO_LARGE, 0, 0);
    return add(sources, name, bytes, index, failure);
}

const struct pc_source *pc_source_get(const struct pc_sources *sources, uint32_t index)
{
    assert(index < sources->count);
    return sources->items[index];
}

static uint32_t count_between(const struct pc_source *source, uint32_t start, uint32_t end)
{
    struct pc_text text = {.data = source->bytes.data + start, .size = end - start};

    return (uint32_t)pc_utf8_count(text);
}

/* The code points before a byte of the file; a character that it cuts counts as before it. */
static uint32_t code_points_before(const struct pc_source *source, uint32_t offset)
{
    uint32_t stride = offset / PC_SOURCE_STRIDE;

    return source->code_points[stride] + count_between(source, stride * PC_SOURCE_STRIDE, offset);
}

/* Lines are short as a rule; a file may be one long line all the same. */
static uint32_t column_of(const struct pc_source *source, uint32_t line_start, uint32_t offset)
{
    if (offset - line_start <= PC_SOURCE_STRIDE)
        return count_between(source, line_start, offset) + 1;
    return code_points_before(source, offset) - code_points_before(source, line_start) + 1;
}

struct pc_position pc_source_position(const struct pc_source *source, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = source->line_count;

    if (offset > source->bytes.size)
        offset = (uint32_t)source->bytes.size;
    /* Invariant: line low starts at or before offset, line high (if any) after it. */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    uint32_t start = source->line_starts[low];
    return (struct pc_position){.line = low + 1, .column = column_of(source, start, offset)};
}

struct pc_text pc_source_line(const struct pc_source *source, uint32_t line)
{
    assert(line >= 1 && line <= source->line_count);
    uint32_t start = source->line_starts[line - 1];
    size_t end = line < source->line_count ? source->line_starts[line] - 1 : source->bytes.size;
    const char *data = source->bytes.data;

    if (end > start && data[end - 1] == '\r')
        end--;
    return (struct pc_text){.data = data + start, .size = end - start};
}

struct pc_text pc_source_slice(const struct pc_sources *sources, struct pc_span span)
{
    const struct pc_source *source = pc_source_get(sources, span.source);

    assert(span.start <= span.end && span.end <= source->bytes.size);
    return (struct pc_text){.data = source->bytes.data + span.start, .size = span.end - span.start};
}

struct pc_span pc_span_join(struct pc_span a, struct pc_span b)
{
    assert(a.source == b.source);
    return (struct pc_span){
        .source = a.source,
        .start = a.start < b.start ? a.start : b.start,
        .end = a.end > b.end ? a.end : b.end,
    };
}

struct pc_span pc_span_after(struct pc_span span)
{
    return (struct pc_span){.source = span.source, .start = span.end, .end = span.end};
}
