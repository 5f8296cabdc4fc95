/* What verify and audit find, for people and as JSON lines. */
#include "service/finding_report.h"

#include <inttypes.h>
#include <string.h>

#include "codec/json_tree.h"
#include "codec/value.h"
#include "engine/state_row.h"
#include "engine/verify.h"
#include "service/answer.h"
#include "service/key_report.h"

/* ---- one difference ---- */

/* "balance 6f1c…" or "sales.orders 6f1c… 2" */
static void print_subject(projc__checking *self, const projc__difference *difference)
{
    uint32_t parts = difference->name != NULL ? difference->table->key_count
                                              : projc__key_parts(self->target.type);
    projc__buffer text;

    projc__buffer_init(&text);
    for (uint32_t i = 0; i < parts; i++) {
        projc__buffer_put_char(&text, ' ');
        projc__value_put(&text, &difference->table->columns[i], &difference->key[i]);
    }
    printf("%s%s%s%s", self->target.type->name, difference->name != NULL ? "." : "",
           difference->name != NULL ? difference->name : "", text.size > 0 ? text.data : "");
    projc__buffer_clear(&text);
}

static void print_text(const char *before, const projc__json *value)
{
    printf("%s%.*s", before, value != NULL ? (int)value->raw.size : 7,
           value != NULL ? value->raw.data : "nothing");
}

/* "    amount: stored 10, the log gives 20" for each field that differs. */
static projc_status print_fields(const projc__checking *self, const projc__difference *difference)
{
    projc__json *stored = NULL;
    projc__json *expected = NULL;
    projc_status status = projc__json_parse(self->arena, difference->stored, &stored, NULL);

    if (status == PROJC_OK)
        status = projc__json_parse(self->arena, difference->expected, &expected, NULL);
    for (uint32_t i = 0; status == PROJC_OK && i < expected->count; i++) {
        const projc__json *should = &expected->items[i];
        const projc__json *is = projc__json_find(stored, should->key);

        if (is != NULL && is->raw.size == should->raw.size &&
            memcmp(is->raw.data, should->raw.data, is->raw.size) == 0)
            continue;
        printf("    %.*s", (int)should->key.size, should->key.data);
        print_text(": stored ", is);
        print_text(", the log gives ", should);
        printf("\n");
    }
    return status;
}

static projc_status print_difference(projc__checking *self, const projc__difference *difference)
{
    print_subject(self, difference);
    if (difference->problem.size > 0) {
        printf(": cannot be read: %.*s\n", (int)difference->problem.size, difference->problem.data);
        return PROJC_OK;
    }
    if (difference->stored.size == 0) {
        printf(": not stored; the log gives %.*s\n", (int)difference->expected.size,
               difference->expected.data);
        return PROJC_OK;
    }
    if (difference->expected.size == 0) {
        printf(": stored as %.*s; the log gives nothing\n", (int)difference->stored.size,
               difference->stored.data);
        return PROJC_OK;
    }
    if (difference->stored_position != difference->expected_position)
        printf(": last changed by event %" PRId64 ", by the log it is %" PRId64 "\n",
               difference->stored_position, difference->expected_position);
    else
        printf(": not what the log gives\n");
    return print_fields(self, difference);
}

static void write_row(projc_json_writer *writer, const char *name, projc_text json)
{
    projc_json_write_name(writer, name);
    if (json.size == 0)
        projc_json_write_null(writer);
    else
        projc_json_write_raw(writer, json);
}

static projc_status write_difference(projc__checking *self, const projc__difference *difference)
{
    uint32_t parts = difference->name != NULL ? difference->table->key_count
                                              : projc__key_parts(self->target.type);
    projc_json_writer *writer = projc__answer_begin(self->arena, self->target.type->name, NULL);

    if (writer == NULL)
        return PROJC_NO_MEMORY;
    projc__answer_text(writer, "table", difference->name);
    projc_json_write_name(writer, "key");
    projc__key_write_json(writer, difference->table->columns, difference->key, parts);
    if (difference->name == NULL) {
        projc__answer_number(writer, "stored_position", difference->stored_position);
        projc__answer_number(writer, "expected_position", difference->expected_position);
    }
    if (difference->problem.size > 0) {
        projc_json_write_name(writer, "problem");
        projc_json_write_text(writer, difference->problem);
    }
    write_row(writer, "stored", difference->stored);
    write_row(writer, "expected", difference->expected);
    return projc__answer_end(writer, NULL);
}

void projc__finding_difference(void *context, const projc__difference *difference)
{
    projc__checking *self = context;
    projc_status status;

    if (self->shown++ >= PROJC__FINDINGS_SHOWN_MAX)
        return;
    projc_arena_reset(self->arena);
    status =
        self->is_json ? write_difference(self, difference) : print_difference(self, difference);
    if (status != PROJC_OK)
        self->trouble = status;
}

void projc__finding_failure(void *context, const projc__key_row *row)
{
    projc__checking *self = context;
    projc_json_writer *writer;
    projc__buffer key;

    projc_arena_reset(self->arena);
    if (self->is_json) {
        writer = projc__answer_begin(self->arena, self->target.type->name, NULL);
        if (writer == NULL) {
            self->trouble = PROJC_NO_MEMORY;
            return;
        }
        projc__answer_number(writer, "fails_at", row->no);
        projc_json_write_name(writer, "message");
        projc_json_write_text(writer, row->message);
        self->trouble = projc__answer_end(writer, NULL);
        return;
    }
    projc__buffer_init(&key);
    self->trouble = projc__put_key(self->arena, &self->target, row->key, &key, NULL);
    if (self->trouble == PROJC_OK)
        printf("%s %s: event %" PRId64 " fails when the log is replayed: %.*s\n",
               self->target.type->name, key.data, row->no, (int)row->message.size,
               row->message.data);
    projc__buffer_clear(&key);
}

/* ---- projections ---- */

/* Every projection of the service, or the one that is named; the worst status. */
int projc__check_each(projc__checking *self, int (*check)(projc__checking *self))
{
    const projc_service_options *service = self->cli->service;
    int worst = PROJC__EXIT_OK;

    for (uint32_t i = 0; i < service->module_count; i++) {
        const projc_module *module = service->modules[i];

        for (uint32_t j = 0; j < module->projection_count; j++) {
            int status;

            self->target = projc__target_of(module, j);
            status = check(self);
            worst = status > worst ? status : worst;
        }
    }
    return worst;
}
