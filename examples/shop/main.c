/* The service of shop: everything comes from shop.proj. */
#include <projc/projc.h>

#include "shop_proj.h"

int main(int argc, char **argv)
{
    return projc_main(argc, argv, &shop_module);
}
