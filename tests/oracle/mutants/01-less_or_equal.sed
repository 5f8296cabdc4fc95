# compare.c: <= is generated as <
s/\[PC_IR_LESS_EQUAL\] = "<="/[PC_IR_LESS_EQUAL] = "<"/
