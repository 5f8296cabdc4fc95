# runtime/engine/notices.c: what a failed event notified is sent
# with tables queries upcasts notify
s/while (entry->record->notices != NULL \&\& entry->record->notices->no > entry->record->base_no)/while (false)/
