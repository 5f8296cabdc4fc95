/* names.c -- mangling. */
#include "plan/names.h"

#include <string.h>
#include <xxhash.h>

enum { SQL_NAME_MAX = 63 };

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

struct pc_text pc_snake_case(struct pc_arena *arena, struct pc_text name)
{
    char *out = pc_arena_alloc(arena, name.size * 2 + 1);
    size_t size = 0;

    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];

        /* A word begins at an upper-case letter behind a lower-case one (accountOpened), and at the
         * last of several that a lower-case one follows (HTTPServer). */
        if (is_upper(c) && i > 0 &&
            (is_lower_or_digit(name.data[i - 1]) ||
             (is_upper(name.data[i - 1]) && i + 1 < name.size &&
              is_lower_or_digit(name.data[i + 1]))))
            out[size++] = '_';
        out[size++] = lower(c);
    }
    return (struct pc_text){out, size};
}

struct pc_text pc_upper_case(struct pc_arena *arena, struct pc_text name)
{
    char *out = pc_arena_copy(arena, name.data, name.size);

    for (size_t i = 0; i < name.size; i++)
        if (out[i] >= 'a' && out[i] <= 'z')
            out[i] = (char)(out[i] - 'a' + 'A');
    return (struct pc_text){out, name.size};
}

struct pc_text pc_identifier(struct pc_arena *arena, struct pc_text text)
{
    char *out = pc_arena_alloc(arena, text.size + 2);
    size_t size = 0;

    if (text.size == 0 || (text.data[0] >= '0' && text.data[0] <= '9'))
        out[size++] = '_';
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        out[size++] = is_upper(c) || is_lower_or_digit(c) ? c : '_';
    }
    return (struct pc_text){out, size};
}

/* Sorted by bytes. Keywords of C11, C23 and C++20, then what <stdint.h>, <stdbool.h>, <stddef.h>,
 * <math.h> and GNU C define as macros or give a meaning of their own. */
/* clang-format off */
static const char *const reserved_words[] = {
    "DOMAIN", "EOF", "FILE", "FP_INFINITE", "FP_NAN", "FP_NORMAL", "FP_SUBNORMAL", "FP_ZERO",
    "HUGE_VAL", "INFINITY", "NAN", "NULL", "OVERFLOW", "PLOSS", "SING", "TLOSS", "UNDERFLOW",
    "_Alignas", "_Alignof", "_Atomic", "_BitInt", "_Bool", "_Complex", "_Decimal128", "_Decimal32",
    "_Decimal64", "_Generic", "_Imaginary", "_Noreturn", "_Static_assert", "_Thread_local",
    "alignas", "alignof", "and", "and_eq", "asm", "assert", "atomic_cancel", "atomic_commit",
    "atomic_noexcept", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl",
    "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype",
    "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "errno", "explicit",
    "export", "extern", "false", "final", "float", "for", "friend", "goto", "i386", "if", "import",
    "inline", "int", "linux", "long", "main", "module", "mutable", "namespace", "new", "noexcept",
    "not", "not_eq", "nullptr", "offsetof", "operator", "or", "or_eq", "override", "private",
    "protected", "public", "reflexpr", "register", "reinterpret_cast", "requires", "restrict",
    "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "stderr",
    "stdin", "stdout", "struct", "switch", "synchronized", "template", "this", "thread_local",
    "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "typeof_unqual", "union",
    "unix", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
};
/* clang-format on */

bool pc_is_reserved_in_c(struct pc_text name)
{
    size_t low = 0;
    size_t high = sizeof reserved_words / sizeof *reserved_words;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = pc_text_compare(name, pc_text_of(reserved_words[middle]));

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool has_prefix(struct pc_text text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

/* Names that some header may define as a macro or a type: all capitals (INT64_MAX, EOF, I), the
 * runtime's own (projc_text), and POSIX's types (size_t). */
static bool may_be_of_a_header(struct pc_text name)
{
    bool has_capital = false;
    bool has_lower = false;

    for (size_t i = 0; i < name.size; i++) {
        has_capital = has_capital || is_upper(name.data[i]);
        has_lower = has_lower || (name.data[i] >= 'a' && name.data[i] <= 'z');
    }
    return (has_capital && !has_lower) || has_prefix(name, "projc_") ||
           (name.size > 2 && memcmp(name.data + name.size - 2, "_t", 2) == 0);
}

/* C and C++ keep names that begin by two underscores, or by one and a capital, to themselves. */
static bool belongs_to_the_compiler(struct pc_text name)
{
    return name.size > 1 && name.data[0] == '_' && (name.data[1] == '_' || is_upper(name.data[1]));
}

static size_t slot_of(const struct pc_scope_names *scope, struct pc_text name)
{
    size_t slot = (size_t)XXH3_64bits(name.data, name.size) & (scope->capacity - 1);

    while (scope->taken[slot].size != 0 && !pc_text_equals(scope->taken[slot], name))
        slot = (slot + 1) & (scope->capacity - 1);
    return slot;
}

bool pc_is_taken(const struct pc_scope_names *scope, struct pc_text name)
{
    return scope->capacity != 0 && scope->taken[slot_of(scope, name)].size != 0;
}

static void take(struct pc_arena *arena, struct pc_scope_names *scope, struct pc_text name)
{
    if (scope->count * 2 >= scope->capacity) {
        struct pc_scope_names larger = {0};

        larger.capacity = scope->capacity == 0 ? 64 : scope->capacity * 2;
        larger.taken = pc_arena_alloc_array(arena, larger.capacity, sizeof *larger.taken);
        larger.count = scope->count;
        for (size_t i = 0; i < scope->capacity; i++)
            if (scope->taken[i].size != 0)
                larger.taken[slot_of(&larger, scope->taken[i])] = scope->taken[i];
        *scope = larger;
    }
    scope->taken[slot_of(scope, name)] = name;
    scope->count++;
}

struct pc_text pc_take_name(struct pc_arena *arena, struct pc_scope_names *scope,
                            struct pc_text wanted)
{
    struct pc_text name = pc_text_copy(arena, wanted);

    if (pc_is_reserved_in_c(name))
        name = pc_text_format(arena, "%.*s_", PC_TEXT_ARGS(wanted));
    for (unsigned number = 2; pc_is_taken(scope, name); number++)
        name = pc_text_format(arena, "%.*s_%u", PC_TEXT_ARGS(wanted), number);
    take(arena, scope, name);
    return name;
}

struct pc_text pc_take_word(struct pc_arena *arena, struct pc_scope_names *scope,
                            struct pc_text wanted)
{
    if (belongs_to_the_compiler(wanted))
        wanted = pc_text_format(arena, "x%.*s", PC_TEXT_ARGS(wanted));
    else if (may_be_of_a_header(wanted))
        wanted = pc_text_format(arena, "%.*s_", PC_TEXT_ARGS(wanted));
    return pc_take_name(arena, scope, wanted);
}

struct pc_text pc_fit_sql_name(struct pc_arena *arena, struct pc_text name)
{
    if (name.size <= SQL_NAME_MAX)
        return name;

    unsigned long long hash = XXH3_64bits(name.data, name.size);
    size_t kept = SQL_NAME_MAX - 9;

    while (kept > 0 && ((unsigned char)name.data[kept] & 0xC0) == 0x80)
        kept--; /* never inside a UTF-8 sequence */
    return pc_text_format(arena, "%.*s_%08llx", (int)kept, name.data, hash & 0xFFFFFFFFu);
}
