# runtime/engine/row_walk.c: rows are walked in the order of their use
# with tables queries upcasts notify
s/^    qsort(walk->rows.*$//
