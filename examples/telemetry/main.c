/* The service of telemetry: everything comes from telemetry.proj. */
#include <projc/projc.h>

#include "telemetry_proj.h"

int main(int argc, char **argv)
{
    return projc_main(argc, argv, &telemetry_module);
}
