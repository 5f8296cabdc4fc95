# runtime/engine/row_base.c: the rows of a failed event stay as it left them
# with tables queries upcasts notify
/^projc_status projc__rows_restore/,/^}/s/while (batch->rows != NULL/while (false/
