/* schema.c -- the SQL scripts as arrays of strings inside the source. */
#include "gen/parts.h"

enum { LITERAL_BYTES = 80 };

/* The end of a literal that begins at `start`: behind the line's end, or behind a blank (where
 * there is none, a comma) when the line is long. */
static size_t literal_end(struct pc_text text, size_t start)
{
    size_t blank = 0;
    size_t comma = 0;

    for (size_t end = start; end < text.size; end++) {
        if (text.data[end] == '\n')
            return end + 1;
        if (text.data[end] == ' ' && end > start)
            blank = end + 1;
        if (text.data[end] == ',')
            comma = end + 1;
        if (end - start >= LITERAL_BYTES && blank > start + PC_CODE_INDENT)
            return blank;
        if (end - start >= LITERAL_BYTES && comma > start + PC_CODE_INDENT)
            return comma;
    }
    return text.size;
}

/* Writes one statement as literals in brackets, because clang takes literals side by side in an
 * array for a forgotten comma. A statement is one piece: the runtime may run them one by one. */
static void write_statement(struct pc_code *code, struct pc_text statement)
{
    pc_code_rawf(code, "%*s(", (int)code->indent, "");
    for (size_t start = 0; start < statement.size;) {
        size_t end = literal_end(statement, start);

        if (start != 0)
            pc_code_rawf(code, "\n%*s ", (int)code->indent, "");
        pc_code_rawf(
            code, "%s",
            pc_c_string(code->arena, (struct pc_text){statement.data + start, end - start}));
        start = end;
    }
    pc_code_rawf(code, "),\n");
}

static void write_schema(struct pc_code *code, const char *name, const struct pc_sql_script *script)
{
    pc_code_open(code, "static const char *const %s[] = {", name);
    for (size_t i = 0; i < script->count; i++)
        write_statement(code, *script->items[i]);
    pc_code_line(code, "NULL,");
    pc_code_close(code, "};");
    pc_code_blank(code);
}

void pc_write_schemas(struct pc_code *code, const struct pc_plan *plan)
{
    struct pc_sql_script postgres = {0};
    struct pc_sql_script sqlite = {0};
    struct pc_sql_script notify = {0};

    pc_sql_postgres(code->arena, plan, &postgres);
    pc_sql_sqlite(code->arena, plan, &sqlite);
    pc_sql_postgres_notify(code->arena, plan, &notify);
    write_schema(code, "schema_postgres", &postgres);
    write_schema(code, "schema_sqlite", &sqlite);
    write_schema(code, "schema_postgres_notify", &notify);
}
