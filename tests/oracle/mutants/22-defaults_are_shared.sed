# handler.c: all states change the items of a default, which is one constant
/^static void write_birth/,/^}/s/if (!pc_fields_have_items(&projection->fields))/if (projection != NULL)/
