# place.c: `m[k] = len(m)` counts the entry that it makes
/^static struct pc_ir_expression \*hold_value/,/^}/s/value->kind == PC_IR_CONSTANT && !pc_type_is_struct(value->type)/value->kind != PC_IR_LIST/
