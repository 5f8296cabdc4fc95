# values.c: keep_last keeps the first items
s/list->items\[index + dropped\]/list->items[index]/
