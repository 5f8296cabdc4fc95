# runtime/engine/rows.c: a row that is made has zeros, not its defaults
# with tables queries upcasts notify
/^static void start_over/,/^}/s/    row->type->init(opaque);//
