# clause.c: every part of a key is put where the first belongs
/^static void write_key_part/,/^}/s/(unsigned)statement->path, pc_value_kind/0u * (unsigned)statement->path, pc_value_kind/
