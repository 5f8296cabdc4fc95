/* codec.h -- reading and writing values: the four forms, and the functions over structs. */
#ifndef PC_GEN_CODEC_H
#define PC_GEN_CODEC_H

#include "gen/helpers.h"

/* How bytes stand for a value. */
enum pc_wire {
    PC_WIRE_JSON,       /* a payload */
    PC_WIRE_MSGPACK,    /* a payload */
    PC_WIRE_JSON_STATE, /* as `inspect` shows it, and in JSON columns */
    PC_WIRE_ARRAY       /* msgpack in a state: records are arrays */
};

/* "json" or "msgpack", as it stands in the names of the runtime's functions. */
const char *pc_wire_name(enum pc_wire wire);

/* Writes the statements that read a value into `place`, or write it from there. */
void pc_read_value(struct pc_code *code, struct pc_helpers *helpers, enum pc_wire wire,
                   const struct pc_plan_type *type, const char *place);
void pc_write_value(struct pc_code *code, struct pc_helpers *helpers, enum pc_wire wire,
                    const struct pc_plan_type *type, const char *place);

/* The body of a function that reads or writes a struct; the struct is `variable`, a pointer. */
struct pc_struct_codec {
    enum pc_wire wire;
    struct pc_text c_type;
    const char *variable;
    const struct pc_plan_fields *fields;
    const char *keys; /* the array of payload keys */
    bool has_wanted;  /* an event: `wanted` says which fields are decoded */
};
void pc_read_fields(struct pc_code *code, struct pc_helpers *helpers,
                    const struct pc_struct_codec *codec);
void pc_write_fields(struct pc_code *code, struct pc_helpers *helpers,
                     const struct pc_struct_codec *codec);

/* The function STEM_to_json or STEM_to_msgpack of a struct that the runtime knows as void. */
void pc_write_struct_writer(struct pc_code *code, struct pc_helpers *helpers, struct pc_text stem,
                            const struct pc_struct_codec *codec);

/* "static const char *const line_fields[] = {…};" */
void pc_write_keys(struct pc_code *code, const char *name, const struct pc_plan_fields *fields);

/* Writes one of ENUM_TABLE .. WRITE_ARRAY. */
void pc_write_codec_helper(struct pc_code *code, struct pc_helpers *helpers,
                           const struct pc_helper *helper);

/* codec_map.c: a map's reader and writer; and for sets and maps, the check of their order in
 * states, and the sorting of what a payload brings. `variable` is the parameter's name. */
void pc_read_map(struct pc_code *code, struct pc_helpers *helpers, const struct pc_helper *helper,
                 enum pc_wire wire);
void pc_write_map(struct pc_code *code, struct pc_helpers *helpers, const struct pc_helper *helper,
                  enum pc_wire wire);
void pc_check_order(struct pc_code *code, struct pc_helpers *helpers,
                    const struct pc_plan_type *type, const char *variable);
void pc_sort_items(struct pc_code *code, struct pc_helpers *helpers,
                   const struct pc_plan_type *type, const char *name, const char *variable);

#endif
