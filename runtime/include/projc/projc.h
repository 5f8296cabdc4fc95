/* Everything a program linked with libprojc needs. */
#ifndef PROJC_PROJC_H
#define PROJC_PROJC_H

#include "projc/module.h"
#include "projc/runtime.h"

#endif
