# collections.c: an entry that a map makes is zero, without the defaults of its record
/^static void write_at/,/^}/s/is_record ? pc_initial_value(code, &value->record->fields) : "{0}"/"{0}"/
