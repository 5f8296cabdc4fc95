# codec_map.c: sets and maps of payloads stay in the order they came in
/^void pc_sort_items/,/^}/s/"if (!projc_sort_unique(/"if (false \&\& !projc_sort_unique(/
