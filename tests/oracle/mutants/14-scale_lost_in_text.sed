# interpolate.c: decimals in texts have no point
s/(unsigned)type->scale);/0u);/
