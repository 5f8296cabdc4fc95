# runtime/engine/row_base.c: a deleted row stays in the database
# with tables queries upcasts notify
s/return row->is_dirty && !row->exists && row->stored != NULL;/return false;/
