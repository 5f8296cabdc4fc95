# clause.c: the key of each element is taken from the first
s/items\[handler->element\]/items[0]/
