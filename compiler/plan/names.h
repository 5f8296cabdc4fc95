/* names.h -- mangling: from the names of a .proj to identifiers of C and names of SQL, unique in a
 * scope. */
#ifndef PC_PLAN_NAMES_H
#define PC_PLAN_NAMES_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>

/* The identifiers taken in one scope. The zero value is empty. */
struct pc_scope_names {
    struct pc_text *taken; /* open addressing; size 0: free */
    size_t capacity;       /* 0 or a power of two */
    size_t count;
};

/* AccountCredited -> account_credited, HTTPServer -> http_server; what is lower case stays. */
struct pc_text pc_snake_case(struct pc_arena *arena, struct pc_text name);

/* bank -> BANK. */
struct pc_text pc_upper_case(struct pc_arena *arena, struct pc_text name);

/* Any text as part of an identifier: what is not a letter, digit or _ becomes _. */
struct pc_text pc_identifier(struct pc_arena *arena, struct pc_text text);

/* True for keywords of C and C++ and for macros that the generated code's headers may define. */
bool pc_is_reserved_in_c(struct pc_text name);

/* Takes `wanted`, or the first free one of wanted_, wanted_2, wanted_3 … when it is reserved in C
 * or taken. The result lives in the arena. */
struct pc_text pc_take_name(struct pc_arena *arena, struct pc_scope_names *scope,
                            struct pc_text wanted);

/* True when pc_take_name has given this name in the scope. */
bool pc_is_taken(const struct pc_scope_names *scope, struct pc_text name);

/* pc_take_name for a name that stands alone, without a prefix of ours: a field, a local, a
 * parameter. What a header of C, of POSIX or of the runtime may define is avoided too: INT64_MAX_,
 * size_t_, x__LINE__. */
struct pc_text pc_take_word(struct pc_arena *arena, struct pc_scope_names *scope,
                            struct pc_text wanted);

/* Cuts an SQL name to 63 bytes, ending it in a hash of the whole when it was longer. */
struct pc_text pc_fit_sql_name(struct pc_arena *arena, struct pc_text name);

#endif
