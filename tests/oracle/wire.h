/* wire.h -- payloads as bytes, in both formats and in all the spellings that readers accept. */
#ifndef ORACLE_WIRE_H
#define ORACLE_WIRE_H

#include "oracle.h"

struct oracle_writer {
    struct pc_arena *arena;
    struct oracle_random *random;
    bool is_msgpack;
    bool may_break;   /* now and then a value that cannot be read */
    bool is_optional; /* the next collection is an optional's: null would be none */
};

/* Draws a value of a type. */
struct oracle_value oracle_draw(struct pc_arena *arena, struct oracle_random *random,
                                const struct pc_type *type);
/* Draws the fields of an event or record, and writes them as a map. broken[i] (may be NULL) tells
 * which fields cannot be read. False: the whole cannot be read. */
bool oracle_write_fields(struct oracle_writer *writer, struct oracle_text *out,
                         const struct pc_field_models *fields, struct oracle_value *record,
                         bool *broken);
/* Writes a value that was drawn. False: it was spelt so that it cannot be read. *value may change
 * to what a reader makes of it. */
bool oracle_write_value(struct oracle_writer *writer, struct oracle_text *out,
                        const struct pc_type *type, struct oracle_value *value);

bool oracle_write_map(struct oracle_writer *writer, struct oracle_text *out,
                      const struct pc_type *type, struct oracle_value *map);
void oracle_write_null(struct oracle_writer *writer, struct oracle_text *out);

/* The scalars of both formats. */
bool oracle_write_json_scalar(struct oracle_writer *writer, struct oracle_text *out,
                              const struct pc_type *type, struct oracle_value *value);
void oracle_write_msgpack_scalar(struct oracle_writer *writer, struct oracle_text *out,
                                 const struct pc_type *type, const struct oracle_value *value);
/* Heads of msgpack, in any width that holds the number. */
void oracle_pack_integer(struct oracle_writer *writer, struct oracle_text *out, int64_t value);
void oracle_pack_text(struct oracle_writer *writer, struct oracle_text *out, struct pc_text text);
void oracle_pack_head(struct oracle_writer *writer, struct oracle_text *out, uint8_t fix,
                      uint8_t wide, size_t count);

#endif
