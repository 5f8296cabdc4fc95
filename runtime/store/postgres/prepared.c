/* The statements that a connection has prepared by name.
 *
 * DESIGN. A live step is a handful of small statements, the same ones each time, and two thirds of
 * what they take the server is parsing and planning. So a statement whose builder says that it
 * comes again and again (projc__statement_keep) is prepared once it has been used a few times. It
 * is known by its text and the types of its parameters: nobody keeps a handle, and one that is not
 * prepared, or not any more, is sent with its text. Building that text took longer than all else
 * that a live step does here, so the builders of what a live step sends tell where it comes from
 * (projc__statement_recall), and it is taken from the last time.
 *
 * Only where it is certain that the connection is the server's own (look_around): behind a pooler
 * in transaction mode each transaction may meet another session. Should that certainty be wrong, or
 * a plan be outlived by a change of its table, the server says so (projc__postgres_refused), the
 * transaction has done nothing, and the connection is given up: the next one begins without names.
 *
 * A plan is made for the sizes that tables have then, and need not notice that they grow before the
 * server analyzes them. So what is kept either cannot be planned by reading whole tables, as units
 * of few rows forbid that (commit.c), or is about what is bound to be small; all of it is prepared
 * anew from time to time; and statements over many rows are planned for their number each time. */
#include "store/postgres/prepared.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    STATEMENTS_MAX = 48, /* more than one service has */
    USES_MIN = 5,        /* before it pays */
    USES_MAX = 5000,     /* of one plan */
    NAME_BYTES = 24
};

typedef enum form {
    FORM_TEXT,
    FORM_WANTED, /* as text until it is prepared */
    FORM_NAMED,
    FORM_REFUSED /* as text for as long as the connection lives */
} form;

typedef struct projc__known {
    char *text;
    size_t size;          /* of the text */
    projc__origin origin; /* what was said last to make it; its name is our own copy */
    Oid *types;
    int count; /* of the types */
    int uses;
    form form;
    bool is_on_server;
    char name[NAME_BYTES];
} known;

typedef struct projc__prepared {
    int count;
    int wanted;
    known statements[STATEMENTS_MAX];
} projc__prepared;

static bool is_same(const known *one, const projc__statement *statement)
{
    size_t types_size = (size_t)statement->count * sizeof *statement->types;

    return one->size == statement->size && one->count == statement->count &&
           (one->text == statement->text || memcmp(one->text, statement->text, one->size) == 0) &&
           (types_size == 0 || memcmp(one->types, statement->types, types_size) == 0);
}

static known *add(projc__prepared *prepared, const projc__statement *statement)
{
    size_t types_size = (size_t)statement->count * sizeof *statement->types;
    known *one = &prepared->statements[prepared->count];
    char *text = malloc(statement->size + 1);
    Oid *types = malloc(types_size + 1);

    if (text == NULL || types == NULL) {
        free(text);
        free(types);
        return NULL;
    }
    memcpy(text, statement->text, statement->size + 1);
    if (types_size > 0)
        memcpy(types, statement->types, types_size);
    *one = (known){
        .text = text,
        .size = statement->size,
        .types = types,
        .count = statement->count,
    };
    snprintf(one->name, sizeof one->name, "projc_%d", prepared->count);
    prepared->count++;
    return one;
}

/* The last one that told its origin: the next will be found by that. */
static bool note_origin(known *one, const projc__origin *origin)
{
    char *name = origin->name != NULL ? strdup(origin->name) : NULL;

    if (name == NULL && origin->name != NULL)
        return false;
    free((char *)one->origin.name);
    one->origin = *origin;
    one->origin.name = name;
    return true;
}

static bool is_same_origin(const projc__origin *one, const projc__origin *other)
{
    if (one->builder != other->builder || one->variant != other->variant ||
        one->about != other->about || (one->name == NULL) != (other->name == NULL))
        return false;
    return one->name == NULL || strcmp(one->name, other->name) == 0;
}

void projc__statement_recall(projc__statement *statement, projc__origin origin)
{
    projc__prepared *prepared = statement->postgres->prepared;

    projc__statement_keep(statement);
    statement->origin = origin;
    for (int i = 0; prepared != NULL && i < prepared->count; i++) {
        if (!is_same_origin(&prepared->statements[i].origin, &origin))
            continue;
        statement->recalled = &prepared->statements[i];
        statement->text = statement->recalled->text;
        statement->size = statement->recalled->size;
        return;
    }
}

static known *find(projc__prepared *prepared, const projc__statement *statement)
{
    for (int i = 0; i < prepared->count; i++)
        if (is_same(&prepared->statements[i], statement))
            return &prepared->statements[i];
    return NULL;
}

projc_status projc__prepared_find(projc__postgres *postgres, const projc__statement *statement,
                                  const char **name)
{
    known *one;

    *name = NULL;
    if (!statement->is_kept || !postgres->is_direct)
        return PROJC_OK;
    if (postgres->prepared == NULL)
        postgres->prepared = calloc(1, sizeof *postgres->prepared);
    if (postgres->prepared == NULL)
        return projc_error_set(statement->error, PROJC_NO_MEMORY, "out of memory");
    one = statement->recalled != NULL && is_same(statement->recalled, statement)
              ? statement->recalled
              : find(postgres->prepared, statement);
    if (one == NULL && postgres->prepared->count == STATEMENTS_MAX)
        return PROJC_OK;
    if (one == NULL && (one = add(postgres->prepared, statement)) == NULL)
        return projc_error_set(statement->error, PROJC_NO_MEMORY, "out of memory");
    if (one != statement->recalled && statement->origin.builder != PROJC__NO_BUILDER &&
        !note_origin(one, &statement->origin))
        return projc_error_set(statement->error, PROJC_NO_MEMORY, "out of memory");
    if (one->form != FORM_REFUSED && (++one->uses == USES_MIN || one->uses == USES_MAX)) {
        one->form = FORM_WANTED;
        one->uses = USES_MIN;
        postgres->prepared->wanted++;
    }
    if (one->form == FORM_NAMED)
        *name = one->name;
    return PROJC_OK;
}

/* Reads what the server says to what was sent. */
static projc_status read_answer(projc__postgres *postgres, bool *is_done, projc_error *error)
{
    int64_t deadline = projc__postgres_deadline(postgres);
    projc_status status;
    PGresult *result = NULL;

    *is_done = true;
    do {
        status = projc__postgres_next(postgres, deadline, &result, error);
        *is_done = *is_done && (result == NULL || PQresultStatus(result) == PGRES_COMMAND_OK);
        PQclear(result);
    } while (status == PROJC_OK && result != NULL);
    if (status == PROJC_OK && PQstatus(postgres->connection) != CONNECTION_OK)
        status = projc__postgres_lost(postgres, NULL, error);
    return status;
}

static projc_status forget_one(projc__postgres *postgres, known *one, projc_error *error)
{
    char text[sizeof "DEALLOCATE " + NAME_BYTES];
    bool is_done;

    if (!one->is_on_server)
        return PROJC_OK;
    one->is_on_server = false;
    snprintf(text, sizeof text, "DEALLOCATE %s", one->name);
    if (PQsendQuery(postgres->connection, text) == 0)
        return projc__postgres_lost(postgres, NULL, error);
    return read_answer(postgres, &is_done, error);
}

static projc_status make_one(projc__postgres *postgres, known *one, projc_error *error)
{
    projc_status status = forget_one(postgres, one, error);

    if (status != PROJC_OK)
        return status;
    if (PQsendPrepare(postgres->connection, one->name, one->text, one->count, one->types) == 0)
        return projc__postgres_lost(postgres, NULL, error);
    status = read_answer(postgres, &one->is_on_server, error);
    one->form = one->is_on_server ? FORM_NAMED : FORM_REFUSED;
    return status;
}

projc_status projc__prepared_make(projc__postgres *postgres, projc_error *error)
{
    projc__prepared *prepared = postgres->prepared;
    projc_status status = PROJC_OK;

    if (prepared == NULL || prepared->wanted == 0 || postgres->is_dead ||
        PQtransactionStatus(postgres->connection) != PQTRANS_IDLE)
        return PROJC_OK;
    for (int i = 0; i < prepared->count && status == PROJC_OK; i++)
        if (prepared->statements[i].form == FORM_WANTED)
            status = make_one(postgres, &prepared->statements[i], error);
    prepared->wanted = 0;
    return status;
}

void projc__prepared_free(projc__postgres *postgres)
{
    projc__prepared *prepared = postgres->prepared;

    for (int i = 0; prepared != NULL && i < prepared->count; i++) {
        free(prepared->statements[i].text);
        free((char *)prepared->statements[i].origin.name);
        free(prepared->statements[i].types);
    }
    free(prepared);
    postgres->prepared = NULL;
}
