# rows.c: an optional column is always NULL
s/"if (%s.has) {", place/"if (%s.has \&\& 0) {", place/
