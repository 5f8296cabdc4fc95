/* words.c -- the words of the document that stand for members of enums. */
#include "export/words.h"

#include <assert.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const expressions[] = {
#define PC_EXPORT_WORD(name, word) [PC_EXPORT_EXPRESSION_##name] = (word),
    PC_EXPORT_EXPRESSION_WORDS(PC_EXPORT_WORD)
#undef PC_EXPORT_WORD
};

static const char *const statements[] = {
#define PC_EXPORT_WORD(name, word) [PC_EXPORT_STATEMENT_##name] = (word),
    PC_EXPORT_STATEMENT_WORDS(PC_EXPORT_WORD)
#undef PC_EXPORT_WORD
};

/* ERROR and NONE are no types of values. */
static const char *const types[PC_TYPE_ROW + 1] = {
    [PC_TYPE_BOOL] = "bool",         [PC_TYPE_INTEGER] = "integer", [PC_TYPE_F64] = "f64",
    [PC_TYPE_DECIMAL] = "decimal",   [PC_TYPE_TEXT] = "text",       [PC_TYPE_BYTES] = "bytes",
    [PC_TYPE_UUID] = "uuid",         [PC_TYPE_TIME] = "time",       [PC_TYPE_DATE] = "date",
    [PC_TYPE_DURATION] = "duration", [PC_TYPE_ENUM] = "enum",       [PC_TYPE_RECORD] = "record",
    [PC_TYPE_OPTIONAL] = "optional", [PC_TYPE_LIST] = "list",       [PC_TYPE_SET] = "set",
    [PC_TYPE_MAP] = "map",           [PC_TYPE_ROW] = "row",
};

static const char *const durations[PC_DURATION_SECONDS + 1] = {
    [PC_DURATION_ISO] = "iso",         [PC_DURATION_NANOSECONDS] = "ns",
    [PC_DURATION_MICROSECONDS] = "us", [PC_DURATION_MILLISECONDS] = "ms",
    [PC_DURATION_SECONDS] = "s",
};

/* `event.meta("key")` is a kind of its own. */
static const char *const data[PC_EVENT_META + 1] = {
    [PC_EVENT_ID] = "id",
    [PC_EVENT_NO] = "no",
    [PC_EVENT_NAME] = "name",
    [PC_EVENT_TIME] = "time",
    [PC_EVENT_VERSION] = "version",
    [PC_EVENT_AGGREGATE_ID] = "aggregate_id",
    [PC_EVENT_AGGREGATE_TYPE] = "aggregate_type",
};

/* `has` is IN; what changes a collection is a statement. */
static const char *const builtins[PC_BUILTIN_REMOVE + 1] = {
    [PC_BUILTIN_MIN] = "min",
    [PC_BUILTIN_MAX] = "max",
    [PC_BUILTIN_ABS] = "abs",
    [PC_BUILTIN_ROUND] = "round",
    [PC_BUILTIN_FLOOR] = "floor",
    [PC_BUILTIN_CEIL] = "ceil",
    [PC_BUILTIN_CLAMP] = "clamp",
    [PC_BUILTIN_LEN] = "len",
    [PC_BUILTIN_SUM] = "sum",
    [PC_BUILTIN_COUNT] = "count",
    [PC_BUILTIN_ANY] = "any",
    [PC_BUILTIN_ALL] = "all",
    [PC_BUILTIN_SCALED] = "scaled",
    [PC_BUILTIN_LOWER] = "lower",
    [PC_BUILTIN_UPPER] = "upper",
    [PC_BUILTIN_TRIM] = "trim",
    [PC_BUILTIN_STARTS_WITH] = "starts_with",
    [PC_BUILTIN_ENDS_WITH] = "ends_with",
    [PC_BUILTIN_CONTAINS] = "contains",
    [PC_BUILTIN_SLICE] = "slice",
    [PC_BUILTIN_YEAR] = "year",
    [PC_BUILTIN_MONTH] = "month",
    [PC_BUILTIN_DAY] = "day",
    [PC_BUILTIN_WEEKDAY] = "weekday",
    [PC_BUILTIN_START_OF_WEEK] = "start_of_week",
    [PC_BUILTIN_START_OF_MONTH] = "start_of_month",
};

/* The operator that stands before the `=`. */
static const char *const assigns[PC_ASSIGN_DIVIDE + 1] = {
    [PC_ASSIGN_ADD] = "+",
    [PC_ASSIGN_SUBTRACT] = "-",
    [PC_ASSIGN_MULTIPLY] = "*",
    [PC_ASSIGN_DIVIDE] = "/",
};

static const char *const policies[PC_POLICY_RETRY + 1] = {
    [PC_POLICY_FAIL] = "fail",
    [PC_POLICY_IGNORE] = "ignore",
    [PC_POLICY_RETRY] = "retry",
};

static const char *const payloads[PC_PAYLOAD_MSGPACK + 1] = {
    [PC_PAYLOAD_JSON] = "json",
    [PC_PAYLOAD_MSGPACK] = "msgpack",
};

static const char *const projections[PC_PROJECTION_KEYED + 1] = {
    [PC_PROJECTION_AGGREGATE] = "aggregate",
    [PC_PROJECTION_STREAM] = "stream",
    [PC_PROJECTION_KEYED] = "keyed",
};

static const char *const columns[PC_COLUMN_JSON + 1] = {
    [PC_COLUMN_BOOL] = "bool", [PC_COLUMN_I16] = "i16",     [PC_COLUMN_I32] = "i32",
    [PC_COLUMN_I64] = "i64",   [PC_COLUMN_F64] = "f64",     [PC_COLUMN_DECIMAL] = "decimal",
    [PC_COLUMN_TEXT] = "text", [PC_COLUMN_BYTES] = "bytes", [PC_COLUMN_UUID] = "uuid",
    [PC_COLUMN_TIME] = "time", [PC_COLUMN_DATE] = "date",   [PC_COLUMN_DURATION] = "duration",
    [PC_COLUMN_JSON] = "json",
};

static const char *const steps[PC_TEST_QUERY + 1] = {
    [PC_TEST_GIVEN] = "given", [PC_TEST_EXPECT] = "expect", [PC_TEST_ABSENT] = "absent",
    [PC_TEST_FAILS] = "fails", [PC_TEST_QUERY] = "query",
};

const struct pc_export_word_list pc_export_word_lists[] = {
    {"expression", expressions, COUNT(expressions)},
    {"statement", statements, COUNT(statements)},
    {"type", types, COUNT(types)},
    {"duration", durations, COUNT(durations)},
    {"event data", data, COUNT(data)},
    {"built-in", builtins, COUNT(builtins)},
    {"assignment", assigns, COUNT(assigns)},
    {"policy", policies, COUNT(policies)},
    {"payload", payloads, COUNT(payloads)},
    {"projection", projections, COUNT(projections)},
    {"column", columns, COUNT(columns)},
    {"step", steps, COUNT(steps)},
    {NULL, NULL, 0},
};

/* A member without a word is a mistake of the caller's, or one that the language has got since. */
static const char *word_of(const char *const *words, size_t count, size_t member)
{
    assert(member < count && words[member] != NULL);
    (void)count;
    return words[member];
}

const char *pc_export_expression_word(enum pc_export_expression_word word)
{
    return word_of(expressions, COUNT(expressions), word);
}

const char *pc_export_statement_word(enum pc_export_statement_word word)
{
    return word_of(statements, COUNT(statements), word);
}

const char *pc_export_type_word(enum pc_type_kind kind)
{
    return word_of(types, COUNT(types), kind);
}

const char *pc_export_duration_word(enum pc_duration_format format)
{
    return word_of(durations, COUNT(durations), format);
}

const char *pc_export_data_word(enum pc_event_data event_data)
{
    return word_of(data, COUNT(data), event_data);
}

const char *pc_export_builtin_word(enum pc_builtin builtin)
{
    return word_of(builtins, COUNT(builtins), builtin);
}

const char *pc_export_assign_word(enum pc_assign_operator operator)
{
    return word_of(assigns, COUNT(assigns), operator);
}

const char *pc_export_policy_word(enum pc_policy policy)
{
    return word_of(policies, COUNT(policies), policy);
}

const char *pc_export_payload_word(enum pc_payload payload)
{
    return word_of(payloads, COUNT(payloads), payload);
}

const char *pc_export_projection_word(enum pc_projection_kind kind)
{
    return word_of(projections, COUNT(projections), kind);
}

const char *pc_export_column_word(enum pc_plan_column_type type)
{
    return word_of(columns, COUNT(columns), type);
}

const char *pc_export_step_word(enum pc_test_step_kind kind)
{
    return word_of(steps, COUNT(steps), kind);
}
