# codec_struct.c: the first field of an event may be missing
/^static uint64_t required_mask/,/^}/s/if (fields->items\[i\]->is_required)/if (i > 0 \&\& fields->items[i]->is_required)/
