/* Scripts run on arrays. */
#include "script_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

projc_value script_box(uint32_t box)
{
    projc_value value = {.kind = PROJC_KIND_UUID};

    value.as.uuid.bytes[15] = (uint8_t)(box + 1);
    return value;
}

void script_model_clear(script_model *model, enum script_projection_index projection)
{
    memset(model, 0, sizeof *model);
    model->projection = projection;
}

static void fold_row(script_model_box *box, int number)
{
    const script_model_row *row = &box->rows[number];

    script_fold(&box->state.fold, number);
    script_fold(&box->state.fold, row->total);
    script_fold(&box->state.fold, row->group != '-' ? row->group : 0);
    for (uint32_t i = 0; i < row->count; i++)
        script_fold(&box->state.fold, row->list[i]);
}

static void make(script_model_row *row)
{
    row->exists = true;
    row->group = '-';
    row->total = 0;
    row->count = 0;
}

static int read_number(const char **at)
{
    int number = ((*at)[0] - '0') * 10 + (*at)[1] - '0';

    *at += 2;
    return number;
}

static void run_walk(script_model_box *box, char command, const char **at)
{
    char group = command != 's' ? *(*at)++ : 0;
    char into = command == 'm' ? *(*at)++ : 0;
    int victim = command == 'x' ? read_number(at) : -1;
    bool is_walked[SCRIPT_ROWS];

    for (int i = 0; i < SCRIPT_ROWS; i++)
        is_walked[i] = box->rows[i].exists && (command == 's' || box->rows[i].group == group);
    for (int i = 0; i < SCRIPT_ROWS; i++) {
        script_model_row *row = &box->rows[i];
        bool is_odd = row->total % 2 != 0;

        if (!is_walked[i] || !row->exists)
            continue;
        fold_row(box, i);
        if (command == 'w')
            row->total++;
        if (command == 'm')
            row->group = into;
        if (command == 'x') {
            if (victim >= 0)
                box->rows[victim].exists = false;
            victim = -1;
            if (is_odd)
                row->exists = false;
        }
    }
}

static void push(script_model_row *row)
{
    if (row->count == SCRIPT_LIST_MAX) {
        fprintf(stderr, "script_model: a list is full\n");
        abort();
    }
    row->list[row->count++] = row->total;
    for (uint32_t i = 0; i < row->count; i++)
        row->list[i] = row->list[i] * 2 % 1000003;
}

/* One command; false when the event fails by it. */
static bool run_command(const script_model *model, script_model_box *box, const char **at)
{
    char command = *(*at)++;
    script_model_row *row;
    int number;

    if (command == '!')
        return false;
    if (strchr("wmxs", command) != NULL) {
        run_walk(box, command, at);
        return true;
    }
    number = read_number(at);
    row = &box->rows[number];
    if (command == 'z')
        return model->projection == SCRIPT_STREAM;
    if (command == 'u')
        return !row->exists;
    if (command == 'b' || command == 'B')
        return false;
    if (command == 'f' && row->exists)
        fold_row(box, number);
    else if (command == 'f')
        script_fold(&box->state.fold, -1);
    if (command == 'd')
        row->exists = false;
    if (command == 'r' || ((command == 'o' || command == 'h') && !row->exists))
        make(row);
    if (command == 'o')
        row->total += 7;
    if (command == 'h') {
        run_walk(box, 's', at);
        row->group = *(*at)++;
    }
    if (command == 'r') {
        row->group = *(*at)++;
        row->total = 1;
    }
    if (command == 'g') {
        char group = *(*at)++;

        row->group = row->exists ? group : row->group;
    }
    if (command == 'l' && row->exists)
        push(row);
    return true;
}

void script_model_run(script_model *model, uint32_t number, const char *script)
{
    script_model_box *box = &model->boxes[model->projection == SCRIPT_STREAM ? 0 : number];

    model->before = *box;
    while (*script != '\0') {
        if (!run_command(model, box, &script)) {
            *box = model->before;
            return;
        }
    }
    box->state.count++;
}

size_t script_model_row_count(const script_model *model)
{
    size_t count = 0;

    for (int box = 0; box < SCRIPT_BOXES_MAX; box++)
        for (int i = 0; i < SCRIPT_ROWS; i++)
            count += model->boxes[box].rows[i].exists;
    return count;
}

static bool is_same_list(const script_model_row *row, projc_text json)
{
    const char *at = json.data + 1;

    for (uint32_t i = 0; i < row->count; i++) {
        char *end;

        if (*at == ']' || strtoll(at, &end, 10) != row->list[i])
            return false;
        at = *end == ',' ? end + 1 : end;
    }
    return *at == ']';
}

void script_model_check_row(script_check *check, const projc_value *values)
{
    uint32_t box = 0;
    const script_model_row *row;
    char group;

    if (check->model->projection != SCRIPT_STREAM)
        box = values++->as.uuid.bytes[15] - 1U;
    row = &check->model->boxes[box].rows[atoi(values[0].as.text.data + 1)];
    group = values[1].kind == PROJC_KIND_NULL ? '-' : values[1].as.text.data[0];
    check->seen++;
    if (!row->exists || row->group != group || row->total != values[2].as.integer ||
        !is_same_list(row, values[3].as.text)) {
        check->differing++;
        fprintf(stderr,
                "rows: box %u, row %.*s: group %c, total %lld, list %.*s; the model: %s, group %c, "
                "total %lld, %u in the list\n",
                box, (int)values[0].as.text.size, values[0].as.text.data, group,
                (long long)values[2].as.integer, (int)values[3].as.text.size,
                values[3].as.text.data, row->exists ? "exists" : "none", row->group,
                (long long)row->total, row->count);
    }
}
