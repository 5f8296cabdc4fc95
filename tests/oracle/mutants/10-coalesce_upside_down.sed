# choice.c: the right side of ?? is taken when the left is there
/^static struct pc_value coalesce/,/^}/s/"if (!%s.has) {"/"if (%s.has) {"/
