/* Which program a process runs: the half of its id that is no chance. */
#include "service/program.h"

#include <stdio.h>
#include <string.h>

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

uint64_t projc__program_mix(uint64_t program, const projc_module *module, uint32_t projection)
{
    const projc_projection_type *type = &module->projections[projection];

    program = mix(program, module->package, strlen(module->package) + 1);
    program = mix(program, type->name, strlen(type->name) + 1);
    program = mix(program, &type->version, sizeof type->version);
    program = mix(program, &type->shape_fingerprint, sizeof type->shape_fingerprint);
    return mix(program, &type->logic_fingerprint, sizeof type->logic_fingerprint);
}

void projc__program_write(uint64_t program, char digits[PROJC__PROGRAM_SIZE + 1])
{
    snprintf(digits, PROJC__PROGRAM_SIZE + 1, "%016llx", (unsigned long long)program);
}

bool projc__program_is(uint64_t program, projc_text process_id)
{
    char digits[PROJC__PROGRAM_SIZE + 1];

    projc__program_write(program, digits);
    return process_id.size >= PROJC__PROGRAM_SIZE &&
           memcmp(process_id.data + process_id.size - PROJC__PROGRAM_SIZE, digits,
                  PROJC__PROGRAM_SIZE) == 0;
}
