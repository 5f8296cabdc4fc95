/* One projection of a service, as its commands and reports name it. */
#ifndef PROJC_SERVICE_TARGET_H
#define PROJC_SERVICE_TARGET_H

#include "projc/module.h"

typedef struct projc__target {
    const projc_module *module;
    uint32_t projection;
    const projc_projection_type *type;
    const projc_stream_type *stream;
} projc__target;

static inline projc__target projc__target_of(const projc_module *module, uint32_t projection)
{
    const projc_projection_type *type = &module->projections[projection];

    return (projc__target){module, projection, type, &module->streams[type->stream]};
}

#endif
