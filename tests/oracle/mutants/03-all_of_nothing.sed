# fold.c: `all` begins with false
s/PC_IR_FOLD_ALL \( *\)? "true"/PC_IR_FOLD_ALL \1? "false"/
