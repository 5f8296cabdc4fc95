# convert.c: digits that do not fit an integer are cut silently
s/"%s %% %s != 0"/"%s == 0 \&\& %s == 0"/
