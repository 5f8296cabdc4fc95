# collections.c: `remove` takes out the last entry instead of the key's
/^static void write_remove/,/^}/s/"    projc_list_remove(sorted->items, &sorted->count, at, sizeof "/"    projc_list_remove(sorted->items, \&sorted->count, sorted->count - 1, sizeof "/
