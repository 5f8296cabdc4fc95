# branch.c: a named list of the state changes with the state
s/if (pc_type_has_lists(local->type) && pc_needs_keep(value))/if (false)/
