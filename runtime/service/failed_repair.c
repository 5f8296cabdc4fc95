/* failed retry, failed skip: keys brought in order again, each told as it is done. */
#include "service/failed_repair.h"

#include "engine/failed_keys.h"
#include "service/answer.h"
#include "service/confirm.h"
#include "service/key_report.h"

typedef projc_status (*repair_function)(projc__projector *, projc__workspace *, projc_bytes,
                                        projc_arena *, projc__repaired *, projc_error *);

/* What repairs work with. */
typedef struct repairing {
    projc__cli *cli;
    projc__engine engine;
    projc__workspace *workspace;
    projc__projector *projector;
    const projc__target *target;
    repair_function repair;
    bool is_json;
    uint32_t still_failed;
} repairing;

static projc_status load_waits(const repairing *self, projc__waits *waits, projc_error *error)
{
    projc_store *store;
    projc_status status = projc__cli_store(self->cli, &store, error);

    if (status == PROJC_OK)
        status = projc__load_waits(store, self->target, self->cli->arena, waits, error);
    return status;
}

/* ---- what became of a key ---- */

static projc_status print_repaired(const repairing *self, projc_bytes key,
                                   const projc__repaired *repaired, projc_error *error)
{
    projc__waits waits = {0};
    projc__buffer text;
    projc_status status;

    if (!repaired->is_healed) {
        status = load_waits(self, &waits, error);
        return status == PROJC_OK ? projc__print_key_row(self->cli->arena, self->target,
                                                         &repaired->row, &waits, error)
                                  : status;
    }
    projc__buffer_init(&text);
    status = projc__put_key(self->cli->arena, self->target, key, &text, error);
    if (status == PROJC_OK)
        printf("%s %s: in order again, %lld event%s applied\n", self->target->type->name, text.data,
               (long long)repaired->applied, repaired->applied == 1 ? "" : "s");
    projc__buffer_clear(&text);
    return status;
}

/* An object that begins with the projection and the key. NULL: why not is in the error. */
static projc_json_writer *begin_line(projc__cli *cli, const projc__target *target, projc_bytes key,
                                     projc_error *error)
{
    projc_json_writer *writer = projc__answer_begin(cli->arena, target->type->name, error);

    if (writer == NULL || projc__write_key(cli->arena, target, key, writer, error) != PROJC_OK)
        return NULL;
    return writer;
}

static projc_status write_repaired(const repairing *self, projc_bytes key,
                                   const projc__repaired *repaired, projc_error *error)
{
    projc_json_writer *writer = begin_line(self->cli, self->target, key, error);
    projc__waits waits = {0};
    projc_status status = PROJC_OK;

    if (writer == NULL)
        return error->status;
    projc__answer_text(writer, "result",
                       projc_status_name(repaired->is_healed ? PROJC_OK : PROJC_KEY_FAILED));
    projc__answer_number(writer, "applied", repaired->applied);
    projc_json_write_name(writer, "failed");
    if (repaired->is_healed) {
        projc_json_write_null(writer);
    } else {
        status = load_waits(self, &waits, error);
        if (status == PROJC_OK)
            status = projc__write_key_row(self->cli->arena, self->target, &repaired->row, &waits,
                                          writer, error);
    }
    return status == PROJC_OK ? projc__answer_end(writer, error) : status;
}

static projc_status repair_one(repairing *self, projc_bytes key, projc_error *error)
{
    projc__repaired repaired = {.is_healed = false};
    projc_status status =
        self->repair(self->projector, self->workspace, key, self->cli->arena, &repaired, error);

    if (status == PROJC_ABSENT) {
        if (!self->is_json)
            printf("the key is in order\n");
        return PROJC_OK;
    }
    if (status != PROJC_OK)
        return status;
    self->still_failed += !repaired.is_healed;
    return self->is_json ? write_repaired(self, key, &repaired, error)
                         : print_repaired(self, key, &repaired, error);
}

/* `failed retry NAME` without a key: all of the projection's. */
static projc_status repair_all(repairing *self, projc_error *error)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    projc_store *store;
    projc_status status = projc__cli_store(self->cli, &store, error);

    if (status == PROJC_OK)
        status = projc__failed_list(store, self->target->module, self->target->projection,
                                    self->cli->arena, &rows, &count, error);
    if (status == PROJC_ABSENT || (status == PROJC_OK && count == 0)) {
        if (!self->is_json)
            printf("nothing is failed\n");
        return PROJC_OK;
    }
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        status = repair_one(self, rows[i].key, error);
    return status;
}

static int repair(projc__cli *cli, const projc__target *target, repair_function function,
                  const projc_bytes *key)
{
    repairing self = {
        .cli = cli, .target = target, .repair = function, .is_json = projc__cli_has(cli, "json")};
    projc_error error = {0};
    projc_status status;

    projc__cli_engine(cli, &self.engine);
    status = projc__workspace_new(&self.engine, &self.workspace, &error);
    if (status == PROJC_OK)
        status = projc__projector_open(&self.engine, self.workspace, target->module,
                                       target->projection, &self.projector, &error);
    if (status == PROJC_OK)
        status = key == NULL ? repair_all(&self, &error) : repair_one(&self, *key, &error);
    projc__projector_close(self.projector);
    projc__workspace_free(self.workspace);
    if (status != PROJC_OK)
        return projc__cli_fail(cli, &error);
    return self.still_failed > 0 ? PROJC__EXIT_FOUND : PROJC__EXIT_OK;
}

/* ---- dry run ---- */

static projc_status tell_repair(projc__cli *cli, const projc__target *target, bool is_retry,
                                const projc__key_row *row, projc_error *error)
{
    projc_json_writer *writer;
    projc__buffer text;
    projc_status status;

    if (projc__cli_has(cli, "json")) {
        writer = begin_line(cli, target, row->key, error);
        if (writer == NULL)
            return error->status;
        projc__answer_bool(writer, "dry_run", true);
        projc__answer_number(writer, "no", row->no);
        projc_json_write_name(writer, "event");
        projc_json_write_text(writer, row->event_name);
        return projc__answer_end(writer, error);
    }
    projc__buffer_init(&text);
    status = projc__put_key(cli->arena, target, row->key, &text, error);
    if (status == PROJC_OK)
        printf(is_retry
                   ? "%s %s: would apply event %lld (%.*s) again, and what waits behind it\n"
                   : "%s %s: would pass over event %lld (%.*s), and apply what waits behind it\n",
               target->type->name, text.data, (long long)row->no, (int)row->event_name.size,
               row->event_name.data);
    projc__buffer_clear(&text);
    return status;
}

static int tell_repairs(projc__cli *cli, const projc__target *target, bool is_retry,
                        const projc_bytes *key)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    size_t told = 0;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(cli, &store, &error);

    if (status == PROJC_OK)
        status = projc__failed_list(store, target->module, target->projection, cli->arena, &rows,
                                    &count, &error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (key != NULL && projc_bytes_compare(rows[i].key, *key) != 0)
            continue;
        status = tell_repair(cli, target, is_retry, &rows[i], &error);
        told++;
    }
    if (status != PROJC_OK && status != PROJC_ABSENT)
        return projc__cli_fail(cli, &error);
    if (told == 0 && !projc__cli_has(cli, "json"))
        printf(key != NULL ? "the key is in order\n" : "nothing is failed\n");
    return PROJC__EXIT_OK;
}

/* An event that is passed over is so for good, but for `rebuild --retry-skipped`. *exit_status: how
 * to end when it is not to be. */
static bool may_skip(projc__cli *cli, const projc__target *target, projc_bytes key,
                     int *exit_status)
{
    projc__buffer text;
    projc__key_row row;
    projc_store *store;
    projc_error error = {0};
    projc_status status = projc__cli_store(cli, &store, &error);
    bool answer = false;

    if (status == PROJC_OK)
        status = projc__failed_show(store, target->module, target->projection, key, cli->arena,
                                    &row, &error);
    if (status == PROJC_ABSENT)
        return true; /* it is in order, which the repair tells */
    projc__buffer_init(&text);
    if (status == PROJC_OK)
        status = projc__put_key(cli->arena, target, key, &text, &error);
    if (status == PROJC_OK)
        answer = projc__cli_confirm(cli, exit_status,
                                    "failed skip passes over event %lld (%.*s) of `%s` %s for good",
                                    (long long)row.no, (int)row.event_name.size,
                                    row.event_name.data, target->type->name, text.data);
    else
        *exit_status = projc__cli_fail(cli, &error);
    projc__buffer_clear(&text);
    return answer;
}

int projc__cli_repair(projc__cli *cli, const projc__target *target, bool is_retry,
                      const projc_bytes *key)
{
    int exit_status = PROJC__EXIT_OK;

    if (projc__cli_has(cli, "dry-run"))
        return tell_repairs(cli, target, is_retry, key);
    if (!is_retry && !may_skip(cli, target, *key, &exit_status))
        return exit_status;
    return repair(cli, target, is_retry ? projc__failed_retry : projc__failed_skip, key);
}
