# collections.c: a key that is there is looked for behind itself
/^static void write_find/,/^}/s/"if (order < 0)"/"if (order <= 0)"/
