/* The binary codec: against bytes that are known, and against what the server itself writes as
 * text. */
#include "store/postgres/value.h"

#include <libpq-fe.h>
#include <math.h>
#include <stdlib.h>

#include "projc/handler.h"
#include "suite.h"

static bool encodes_to(int64_t value, uint8_t scale, const char *bytes, size_t size)
{
    uint8_t encoded[PROJC__NUMERIC_BYTES_MAX];
    return projc__numeric_encode(value, scale, encoded) == size &&
           memcmp(encoded, bytes, size) == 0;
}

static void numeric_has_the_servers_form(void)
{
    CU_ASSERT_TRUE(encodes_to(0, 0, "\0\0\0\0\0\0\0\0", 8));
    CU_ASSERT_TRUE(encodes_to(0, 2, "\0\0\0\0\0\0\0\2", 8));
    CU_ASSERT_TRUE(encodes_to(1, 0, "\0\1\0\0\0\0\0\0\0\1", 10));
    /* 12.34: 12, then 3400. */
    CU_ASSERT_TRUE(encodes_to(1234, 2, "\0\2\0\0\0\0\0\2\0\x0c\x0d\x48", 12));
    CU_ASSERT_TRUE(encodes_to(-1234, 2, "\0\2\0\0\x40\0\0\2\0\x0c\x0d\x48", 12));
    /* 10000: one group with weight 1. 0.00001: weight -2. */
    CU_ASSERT_TRUE(encodes_to(10000, 0, "\0\1\0\1\0\0\0\0\0\1", 10));
    CU_ASSERT_TRUE(encodes_to(1, 5, "\0\1\xff\xfe\0\0\0\5\x03\xe8", 10));
}

static const int64_t edges[] = {
    0,
    1,
    -1,
    9,
    10,
    99,
    100,
    9999,
    10000,
    10001,
    99999999,
    100000000,
    123456789,
    -123456789,
    INT64_MAX - 1,
    INT64_MAX,
    INT64_MIN,
    INT64_MIN + 1,
    1000000000000000000,
    -1000000000000000000,
    999999999999999999,
};

static void numeric_round_trips(void)
{
    uint8_t bytes[PROJC__NUMERIC_BYTES_MAX];
    uint64_t seed = 1;

    for (uint8_t scale = 0; scale <= 18; scale++) {
        for (size_t i = 0; i < sizeof edges / sizeof edges[0] + 2000; i++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            int64_t value =
                i < sizeof edges / sizeof edges[0] ? edges[i] : (int64_t)seed >> (seed % 64);
            int64_t back = ~value;
            size_t size = projc__numeric_encode(value, scale, bytes);
            CU_ASSERT_TRUE(projc__numeric_decode(bytes, size, scale, &back));
            CU_ASSERT_EQUAL(back, value);
        }
    }
}

static void foreign_numerics_are_refused(void)
{
    int64_t value;
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {
        {"\0\0\0\0\xc0\0\0\0", 8},                /* NaN */
        {"\0\0\0\0\xd0\0\0\0", 8},                /* infinity */
        {"\0\1\0\0\0\0\0\0", 8},                  /* a group is missing */
        {"\0\0\0\0\0\0\0\0\0", 9},                /* a byte too many */
        {"\0\1\0\0\0\0\0\0\x27\x10", 10},         /* a group of 10,000 */
        {"\0\1\x7f\xff\0\0\0\0\0\1", 10},         /* far too large */
        {"\0\1\xff\xff\0\0\0\4\0\1", 10},         /* 0.0001 in a decimal of two digits */
        {"\0\1\x80\x00\0\0\0\4\0\1", 10},         /* far too small */
        {"\0\2\0\4\0\0\0\0\x03\x9a\x14\xa7", 12}, /* 922,5287 * 10^16: 2^63 is less */
        {"", 0},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(
            projc__numeric_decode((const uint8_t *)bad[i].bytes, bad[i].size, 2, &value));
}

static void times_shift_by_thirty_years(void)
{
    int64_t value;

    CU_ASSERT_TRUE(projc__timestamp_encode(INT64_C(946684800000000), &value));
    CU_ASSERT_EQUAL(value, 0);
    CU_ASSERT_TRUE(projc__timestamp_decode(-1, &value));
    CU_ASSERT_EQUAL(value, INT64_C(946684799999999));
    CU_ASSERT_FALSE(projc__timestamp_decode(INT64_MAX, &value));
    CU_ASSERT_FALSE(projc__timestamp_decode(INT64_MIN, &value));
    CU_ASSERT_FALSE(projc__timestamp_decode(INT64_MAX - 5, &value));
    CU_ASSERT_FALSE(projc__timestamp_encode(INT64_MIN, &value));
}

static void values_out_of_range_are_data(void)
{
    static const projc_column columns[] = {
        {"a", PROJC_COLUMN_I16, 0, false},
        {"b", PROJC_COLUMN_I32, 0, false},
        {"c", PROJC_COLUMN_DATE, 0, false},
    };
    projc_value value = {.kind = PROJC_KIND_INTEGER, .as.integer = INT64_C(1) << 40};
    projc_error error = {0};
    uint8_t bytes[PROJC__NUMERIC_BYTES_MAX];
    size_t size;

    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(projc__value_encode(&columns[i], &value, bytes, &size, &error), PROJC_DATA);
    value.kind = PROJC_KIND_BOOL;
    CU_ASSERT_EQUAL(projc__value_encode(&columns[0], &value, bytes, &size, &error), PROJC_INVALID);
}

static void bytes_of_another_size_are_corrupt(void)
{
    static const projc_column_type types[] = {
        PROJC_COLUMN_BOOL, PROJC_COLUMN_I64,  PROJC_COLUMN_F64,  PROJC_COLUMN_DECIMAL,
        PROJC_COLUMN_UUID, PROJC_COLUMN_TIME, PROJC_COLUMN_DATE, PROJC_COLUMN_JSON,
    };
    projc_error error = {0};
    projc_value value;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        projc_column column = {"x", types[i], 2, true};
        CU_ASSERT_EQUAL(
            projc__value_decode(&column, (const uint8_t *)"12345", 5, NULL, &value, &error),
            PROJC_CORRUPT);
        CU_ASSERT_EQUAL(projc__value_decode(&column, NULL, -1, NULL, &value, &error), PROJC_OK);
        CU_ASSERT_EQUAL(value.kind, PROJC_KIND_NULL);
    }
}

/* ---- against the server ---- */

static PGconn *server;

static bool connect_to_server(void)
{
    const char *url = getenv("PROJC_TEST_PG");

    if (server == NULL && url != NULL)
        server = PQconnectdb(url);
    CU_ASSERT_TRUE(PQstatus(server) == CONNECTION_OK);
    return PQstatus(server) == CONNECTION_OK;
}

static void disconnect(void)
{
    PQfinish(server);
    server = NULL;
}

/* The text that the server gives to our bytes. */
static PGresult *text_of(Oid type, const uint8_t *bytes, size_t size)
{
    const char *values[] = {(const char *)bytes};
    int lengths[] = {(int)size};
    int formats[] = {1};
    PGresult *result =
        PQexecParams(server, "SELECT $1::text", 1, &type, values, lengths, formats, 0);

    CU_ASSERT_EQUAL(PQresultStatus(result), PGRES_TUPLES_OK);
    return result;
}

/* The bytes that the server gives to a text. */
static PGresult *bytes_of(const char *sql)
{
    PGresult *result = PQexecParams(server, sql, 0, NULL, NULL, NULL, NULL, 1);

    CU_ASSERT_EQUAL(PQresultStatus(result), PGRES_TUPLES_OK);
    return result;
}

static void format_decimal(int64_t value, uint8_t scale, char *text, size_t size)
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    uint64_t power = (uint64_t)projc_power_of_ten(scale);

    if (scale == 0)
        snprintf(text, size, "%s%llu", value < 0 ? "-" : "", (unsigned long long)magnitude);
    else
        snprintf(text, size, "%s%llu.%0*llu", value < 0 ? "-" : "",
                 (unsigned long long)(magnitude / power), (int)scale,
                 (unsigned long long)(magnitude % power));
}

static void server_reads_our_numerics(void)
{
    uint8_t bytes[PROJC__NUMERIC_BYTES_MAX];
    char text[64];

    if (!connect_to_server())
        return;
    for (uint8_t scale = 0; scale <= 18; scale++) {
        for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
            size_t size = projc__numeric_encode(edges[i], scale, bytes);
            PGresult *result = text_of(PROJC__OID_NUMERIC, bytes, size);
            format_decimal(edges[i], scale, text, sizeof text);
            CU_ASSERT_STRING_EQUAL(PQgetvalue(result, 0, 0), text);
            PQclear(result);
        }
    }
    disconnect();
}

static void we_read_the_servers_numerics(void)
{
    char text[64];
    char sql[128];

    if (!connect_to_server())
        return;
    for (uint8_t scale = 0; scale <= 18; scale++) {
        for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
            uint8_t ours[PROJC__NUMERIC_BYTES_MAX];
            int64_t value = ~edges[i];
            format_decimal(edges[i], scale, text, sizeof text);
            snprintf(sql, sizeof sql, "SELECT '%s'::numeric", text);
            PGresult *result = bytes_of(sql);
            const uint8_t *bytes = (const uint8_t *)PQgetvalue(result, 0, 0);
            size_t size = (size_t)PQgetlength(result, 0, 0);
            CU_ASSERT_TRUE(projc__numeric_decode(bytes, size, scale, &value));
            CU_ASSERT_EQUAL(value, edges[i]);
            /* Byte for byte the same, too. */
            CU_ASSERT_EQUAL(projc__numeric_encode(edges[i], scale, ours), size);
            CU_ASSERT_EQUAL(memcmp(ours, bytes, size), 0);
            PQclear(result);
        }
    }
    disconnect();
}

static void server_agrees_about_every_type(void)
{
    static const struct {
        projc_column_type type;
        int64_t integer;
        const char *text;
    } cases[] = {
        {PROJC_COLUMN_I16, -32768, "-32768"},
        {PROJC_COLUMN_I32, INT32_MIN, "-2147483648"},
        {PROJC_COLUMN_I64, INT64_MIN, "-9223372036854775808"},
        {PROJC_COLUMN_DATE, 0, "1970-01-01"},
        {PROJC_COLUMN_DATE, -719162, "0001-01-01"},
        {PROJC_COLUMN_DATE, 20000, "2024-10-04"},
        {PROJC_COLUMN_TIME, 0, "1970-01-01 00:00:00+00"},
        {PROJC_COLUMN_TIME, -1, "1969-12-31 23:59:59.999999+00"},
        {PROJC_COLUMN_TIME, INT64_C(253402300799999999), "9999-12-31 23:59:59.999999+00"},
    };

    if (!connect_to_server())
        return;
    PQclear(PQexec(server, "SET timezone = 'UTC'; SET datestyle = 'ISO'"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        projc_column column = {"x", cases[i].type, 0, false};
        projc_value value = {.kind = PROJC_KIND_INTEGER, .as.integer = cases[i].integer};
        uint8_t bytes[PROJC__NUMERIC_BYTES_MAX];
        size_t size = 0;
        CU_ASSERT_EQUAL(projc__value_encode(&column, &value, bytes, &size, NULL), PROJC_OK);
        PGresult *result = text_of(projc__column_oid(&column), bytes, size);
        CU_ASSERT_STRING_EQUAL(PQgetvalue(result, 0, 0), cases[i].text);
        PQclear(result);
        projc_value back;
        CU_ASSERT_EQUAL(projc__value_decode(&column, bytes, (int)size, NULL, &back, NULL),
                        PROJC_OK);
        CU_ASSERT_EQUAL(back.as.integer, cases[i].integer);
    }
    disconnect();
}

#define TESTS(X)                         \
    X(numeric_has_the_servers_form)      \
    X(numeric_round_trips)               \
    X(foreign_numerics_are_refused)      \
    X(times_shift_by_thirty_years)       \
    X(values_out_of_range_are_data)      \
    X(bytes_of_another_size_are_corrupt) \
    X(server_reads_our_numerics)         \
    X(we_read_the_servers_numerics)      \
    X(server_agrees_about_every_type)
SUITE("postgres_value", TESTS)
