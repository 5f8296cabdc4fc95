/* The bank's service: everything comes from bank.proj. */
#include <projc/projc.h>

#include "bank_proj.h"

int main(int argc, char **argv)
{
    return projc_main(argc, argv, &bank_module);
}
