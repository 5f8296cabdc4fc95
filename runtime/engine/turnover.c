/* Rows that were written over or deleted, counted by table. */
#include "engine/turnover.h"

#include <stdlib.h>

struct projc__turnover {
    size_t count;
    const projc_table **tables;
    int64_t *rows; /* by table; atomic */
};

projc__turnover *projc__turnover_new(const projc_projection_type *const *types, size_t count)
{
    projc__turnover *made = calloc(1, sizeof *made);
    size_t tables = 0;

    if (made == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        tables += 1u + types[i]->table_count;
    made->tables = calloc(tables + 1, sizeof(void *));
    made->rows = calloc(tables + 1, sizeof *made->rows);
    if (made->tables == NULL || made->rows == NULL) {
        projc__turnover_free(made);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        made->tables[made->count++] = types[i]->table;
        for (uint32_t j = 0; j < types[i]->table_count; j++)
            made->tables[made->count++] = types[i]->tables[j].table;
    }
    return made;
}

void projc__turnover_free(projc__turnover *turnover)
{
    if (turnover == NULL)
        return;
    free(turnover->tables);
    free(turnover->rows);
    free(turnover);
}

static void add(projc__turnover *turnover, const projc_table *table, size_t rows)
{
    for (size_t i = 0; i < turnover->count; i++)
        if (turnover->tables[i] == table)
            (void)__atomic_fetch_add(&turnover->rows[i], (int64_t)rows, __ATOMIC_RELAXED);
}

void projc__turnover_add(projc__turnover *turnover, const projc__unit *unit)
{
    for (size_t i = 0; turnover != NULL && i < unit->write_count; i++) {
        const projc__row_write *write = &unit->writes[i];
        size_t rows = write->row_count - write->new_count + write->deleted_count;

        if (rows > 0)
            add(turnover, write->table, rows);
    }
}

const projc_table *const *projc__turnover_tables(const projc__turnover *turnover, size_t *count)
{
    *count = turnover->count;
    return turnover->tables;
}

int64_t projc__turnover_rows(const projc__turnover *turnover, size_t index)
{
    return __atomic_load_n(&turnover->rows[index], __ATOMIC_RELAXED);
}
