# call.c: clamp gives the value where it is below the lower bound
/^static struct pc_value clamp/,/^}/s/value, low), low,/value, low), value,/
