# round.c: a difference that is rounded once is a sum
s/term->is_negative ? "sub" : "add"/"add"/
