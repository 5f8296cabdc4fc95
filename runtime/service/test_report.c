/* What went wrong in one test: the same finding of several ways is said once. */
#include "service/test_report.h"

#include <stdlib.h>
#include <string.h>

#include "service/answer.h"

void projc__test_report_clear(projc__test_report *report)
{
    for (uint32_t i = 0; i < report->count; i++)
        projc__buffer_clear(&report->findings[i].text);
    free(report->findings);
    report->findings = NULL;
    report->count = report->capacity = 0;
    report->is_failed = false;
}

static projc__test_finding *find(projc__test_report *report, uint32_t line, const char *source,
                                 const char *text)
{
    for (uint32_t i = 0; i < report->count; i++) {
        projc__test_finding *finding = &report->findings[i];

        if (finding->line == line && strcmp(finding->source, source) == 0 &&
            strcmp(finding->text.data, text) == 0)
            return finding;
    }
    return NULL;
}

static projc__test_finding *make(projc__test_report *report)
{
    if (report->count == report->capacity) {
        uint32_t capacity = report->capacity * 2 + 8;
        projc__test_finding *larger =
            realloc(report->findings, capacity * sizeof *report->findings);

        if (larger == NULL)
            return NULL;
        report->findings = larger;
        report->capacity = capacity;
    }
    return &report->findings[report->count++];
}

void projc__test_report_add(projc__test_report *report, uint32_t line, const char *source,
                            uint32_t way, const projc__buffer *text)
{
    projc__test_finding *finding = find(report, line, source, text->data);

    if (finding == NULL) {
        finding = make(report);
        if (finding == NULL) {
            report->is_failed = true;
            return;
        }
        *finding = (projc__test_finding){.line = line, .source = source};
        projc__buffer_init(&finding->text);
        projc__buffer_put(&finding->text, text->data, text->size);
        report->is_failed |= finding->text.is_failed;
    }
    finding->ways |= UINT32_C(1) << way;
}

/* Nothing when it is all of them. */
static void put_ways(const projc__test_report *report, uint32_t ways, projc__buffer *buffer)
{
    const char *separator = "    only ";

    if (ways == (UINT32_C(1) << report->way_count) - 1)
        return;
    for (uint32_t i = 0; i < report->way_count; i++) {
        if ((ways >> i & 1) == 0)
            continue;
        projc__buffer_format(buffer, "%s\"%s\"", separator, report->way_names[i]);
        separator = ", ";
    }
    if ((ways & report->random_ways) != 0)
        projc__buffer_format(buffer, " (PROJC_TEST_SEED=%llu)", (unsigned long long)report->seed);
    projc__buffer_put_char(buffer, '\n');
}

void projc__test_report_put(const projc__test_report *report, projc__buffer *buffer)
{
    for (uint32_t i = 0; i < report->count; i++) {
        const projc__test_finding *finding = &report->findings[i];

        projc__buffer_format(buffer, "  %s:%u: %s\n", report->file, finding->line, finding->source);
        put_ways(report, finding->ways, buffer);
        projc__buffer_put(buffer, finding->text.data, finding->text.size);
    }
    if (report->is_failed)
        projc__buffer_put_string(buffer, "  out of memory: there was more to say\n");
}

void projc__test_report_write(const projc__test_report *report, projc_json_writer *writer)
{
    projc_json_write_list(writer);
    for (uint32_t i = 0; i < report->count; i++) {
        const projc__test_finding *finding = &report->findings[i];

        projc_json_write_map(writer);
        projc__answer_number(writer, "line", finding->line);
        projc__answer_text(writer, "source", finding->source);
        projc_json_write_name(writer, "ways");
        projc_json_write_list(writer);
        for (uint32_t j = 0; j < report->way_count; j++)
            if ((finding->ways >> j & 1) != 0)
                projc_json_write_text(
                    writer, projc_text_of(report->way_names[j], strlen(report->way_names[j])));
        projc_json_write_list_end(writer);
        projc__answer_text(writer, "text", finding->text.data);
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
}
