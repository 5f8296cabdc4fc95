/* The history's service: everything comes from gitlog.proj. */
#include <projc/projc.h>

#include "gitlog_proj.h"

int main(int argc, char **argv)
{
    return projc_main(argc, argv, &gitlog_module);
}
