/* Which database texts belong to PostgreSQL, and that no text of an error shows a password. */
#include "store/postgres/connection.h"

#include <string.h>

#include "projc/status.h"
#include "suite.h"

static void urls_are_postgres(void)
{
    CU_ASSERT_STRING_EQUAL(projc__postgres_conninfo("postgres://u@h:5/db"), "postgres://u@h:5/db");
    CU_ASSERT_STRING_EQUAL(projc__postgres_conninfo("postgresql:///db"), "postgresql:///db");
}

static void bare_scheme_is_the_environment(void)
{
    CU_ASSERT_STRING_EQUAL(projc__postgres_conninfo("postgres:"), "");
    CU_ASSERT_EQUAL(projc__postgres_check_conninfo("", NULL), PROJC_OK);
}

static void pairs_are_postgres(void)
{
    CU_ASSERT_STRING_EQUAL(projc__postgres_conninfo("host=h dbname=d"), "host=h dbname=d");
    CU_ASSERT_STRING_EQUAL(projc__postgres_conninfo("host = h"), "host = h");
    CU_ASSERT_STRING_EQUAL(projc__postgres_conninfo("postgres:host=h"), "host=h");
}

static void other_texts_are_not_ours(void)
{
    static const char *const texts[] = {"",   "sqlite:a.db", "bank.db", "mysql://h/d",
                                        "=x", "/var/lib"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        CU_ASSERT_PTR_NULL(projc__postgres_conninfo(texts[i]));
    CU_ASSERT_PTR_NULL(projc__postgres_conninfo(NULL));
}

static void malformed_texts_are_invalid_and_not_shown(void)
{
    static const char *const texts[] = {
        "postgresql://u:s3cret@[h/d",
        "postgresql://u:s3cret%zz@h/d",
        "postgresql://u@h/d?s3cret=1",
        "host=h password='s3cret",
        "hosst=h password=s3cret",
        "s3cret",
        "postgresql://u@h:5/d?password=s3cret&x",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        projc_error error = {0};
        CU_ASSERT_EQUAL(projc__postgres_check_conninfo(texts[i], &error), PROJC_INVALID);
        CU_ASSERT_EQUAL(error.status, PROJC_INVALID);
        CU_ASSERT_PTR_NULL(strstr(error.message, "s3cret"));
        CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "postgresql://"));
    }
}

static void good_texts_pass(void)
{
    CU_ASSERT_EQUAL(
        projc__postgres_check_conninfo("postgresql://u:p@h1:1,h2:2/d?application_name=x", NULL),
        PROJC_OK);
    CU_ASSERT_EQUAL(projc__postgres_check_conninfo("host=h password='a b' dbname=d", NULL),
                    PROJC_OK);
}

static void secrets_are_masked_wherever_they_stand(void)
{
    char text[] = "pw at the end pw";
    char other[] = "nothing here";

    projc__postgres_mask(text, "pw");
    CU_ASSERT_STRING_EQUAL(text, "** at the end **");
    projc__postgres_mask(other, "pw");
    CU_ASSERT_STRING_EQUAL(other, "nothing here");
    projc__postgres_mask(other, "");
    projc__postgres_mask(other, NULL);
    projc__postgres_mask(NULL, "pw");
    CU_ASSERT_STRING_EQUAL(other, "nothing here");
}

static void unreachable_server_is_a_connection_error_without_password(void)
{
    projc_store_options options = {.database =
                                       "postgresql://u:s3cret@127.0.0.1:1/d?connect_timeout=2"};
    projc_store *store = NULL;
    projc_error error = {0};

    CU_ASSERT_EQUAL(projc__postgres_open(&options, &store, &error), PROJC_CONNECTION);
    CU_ASSERT_PTR_NULL(store);
    CU_ASSERT_PTR_NULL(strstr(error.message, "s3cret"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "is the server running there?"));
}

static void sqlstates_have_their_classes(void)
{
    static const struct {
        const char *sqlstate;
        projc_status status;
    } pairs[] = {
        /* Of the event. */
        {"22000", PROJC_DATA},
        {"22003", PROJC_DATA},
        {"22012", PROJC_DATA},
        {"22021", PROJC_DATA},
        {"22P02", PROJC_DATA},
        {"22P05", PROJC_DATA},
        {"23000", PROJC_DATA},
        {"23502", PROJC_DATA},
        {"23503", PROJC_DATA},
        {"23505", PROJC_DATA},
        {"23514", PROJC_DATA},
        {"23P01", PROJC_DATA},
        {"54000", PROJC_DATA},
        {"54001", PROJC_DATA},
        {"54011", PROJC_DATA},
        /* The connection is opened again. */
        {"08000", PROJC_CONNECTION},
        {"08001", PROJC_CONNECTION},
        {"08003", PROJC_CONNECTION},
        {"08004", PROJC_CONNECTION},
        {"08006", PROJC_CONNECTION},
        {"08007", PROJC_CONNECTION},
        {"08P01", PROJC_CONNECTION},
        {"25P03", PROJC_CONNECTION},
        {"57P01", PROJC_CONNECTION},
        {"57P02", PROJC_CONNECTION},
        {"57P03", PROJC_CONNECTION},
        {"57P04", PROJC_CONNECTION},
        {"57P05", PROJC_CONNECTION},
        {"", PROJC_CONNECTION},
        {NULL, PROJC_CONNECTION},
        /* Tried again on the same connection. */
        {"40000", PROJC_TRANSIENT},
        {"40001", PROJC_TRANSIENT},
        {"40002", PROJC_TRANSIENT},
        {"40003", PROJC_TRANSIENT},
        {"40P01", PROJC_TRANSIENT},
        {"53000", PROJC_TRANSIENT},
        {"53100", PROJC_TRANSIENT},
        {"53200", PROJC_TRANSIENT},
        {"53300", PROJC_TRANSIENT},
        {"53400", PROJC_TRANSIENT},
        {"55P03", PROJC_TRANSIENT},
        {"57000", PROJC_TRANSIENT},
        {"57014", PROJC_TRANSIENT},
        /* A command makes the tables. */
        {"42P01", PROJC_NO_SCHEMA},
        {"3F000", PROJC_NO_SCHEMA},
        /* All others stop the projection. */
        {"0A000", PROJC_DATABASE},
        {"21000", PROJC_DATABASE},
        {"25000", PROJC_DATABASE},
        {"25001", PROJC_DATABASE},
        {"25006", PROJC_DATABASE},
        {"25P01", PROJC_DATABASE},
        {"25P02", PROJC_DATABASE},
        {"26000", PROJC_DATABASE},
        {"28000", PROJC_DATABASE},
        {"28P01", PROJC_DATABASE},
        {"34000", PROJC_DATABASE},
        {"3D000", PROJC_DATABASE},
        {"42501", PROJC_DATABASE},
        {"42601", PROJC_DATABASE},
        {"42703", PROJC_DATABASE},
        {"42804", PROJC_DATABASE},
        {"42883", PROJC_DATABASE},
        {"42P07", PROJC_DATABASE},
        {"55000", PROJC_DATABASE},
        {"55006", PROJC_DATABASE},
        {"55P02", PROJC_DATABASE},
        {"55P04", PROJC_DATABASE},
        {"58000", PROJC_DATABASE},
        {"58030", PROJC_DATABASE},
        {"58P01", PROJC_DATABASE},
        {"F0000", PROJC_DATABASE},
        {"HV000", PROJC_DATABASE},
        {"P0001", PROJC_DATABASE},
        {"XX000", PROJC_DATABASE},
        {"XX001", PROJC_DATABASE},
        {"XX002", PROJC_DATABASE},
        {"zzzzz", PROJC_DATABASE},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        CU_ASSERT_EQUAL(projc__postgres_status_of(pairs[i].sqlstate, true), pairs[i].status);
    /* Whatever was said: a connection that has not outlived it is lost. */
    CU_ASSERT_EQUAL(projc__postgres_status_of("22003", false), PROJC_CONNECTION);
    CU_ASSERT_EQUAL(projc__postgres_status_of("42601", false), PROJC_CONNECTION);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_CONNECTION), PROJC_CLASS_INFRA);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_TRANSIENT), PROJC_CLASS_INFRA);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_DATA), PROJC_CLASS_DATA);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_DATABASE), PROJC_CLASS_STOP);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_NO_SCHEMA), PROJC_CLASS_STOP);
}

#define TESTS(X)                                                 \
    X(urls_are_postgres)                                         \
    X(bare_scheme_is_the_environment)                            \
    X(pairs_are_postgres)                                        \
    X(other_texts_are_not_ours)                                  \
    X(malformed_texts_are_invalid_and_not_shown)                 \
    X(good_texts_pass)                                           \
    X(secrets_are_masked_wherever_they_stand)                    \
    X(unreachable_server_is_a_connection_error_without_password) \
    X(sqlstates_have_their_classes)
SUITE("postgres_url", TESTS)
